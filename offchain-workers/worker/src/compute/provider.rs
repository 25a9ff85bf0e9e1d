//! A provider at work: claims chunks, runs them, says what it found, and ends what is over.
//!
//! With each block it compares what the chain says with what is here and does what is missing. Each step can be done twice without
//! harm, so a worker that was killed anywhere simply begins again; what must not be lost is in the [`journal`](super::journal).

use std::{
    collections::{BTreeMap, HashMap},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use futures::future::join_all;
use idlewild_chain_client::{ChainClient, ComputeCall, ComputeClient, ReadError, Submitter};
use idlewild_client::Session;
use idlewild_compute_primitives::{
    chunk::{Stage, MAX_BATCH},
    commitment::of_finding,
    resources::{Prices, Resources},
    view::{Due, Duty, DutyView, OpenChunkView},
    Balance, ChunkIndex, Clock, ProjectId, ProviderId,
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{
    following::{each_block, send, StepError},
    gather::{Executors, GatherError, Gathered},
    journal::Journal,
    running::{self, RunError, Storing},
};
use crate::pause::{after, rest};

/// Entries of a page.
const PAGE: u32 = 64;
/// How long a project that cannot be used is not looked at again.
const UNUSABLE: Clock = 100;
/// How long the price of storing an output counts, in blocks of the clock.
const SURVEY: Clock = 20;
/// How long a claim may stand before it is made again, in blocks of the clock.
const CLAIM: Clock = 40;

/// A chunk by its project and its place.
type Place = (ProjectId, ChunkIndex);

/// What a provider is made of.
pub struct Parts {
    /// Its number.
    pub id: ProviderId,
    /// The chain.
    pub chain: Arc<dyn ChainClient>,
    /// The chain, as far as jobs go.
    pub compute: Arc<dyn ComputeClient>,
    /// Sends its operator's transactions.
    pub submitter: Arc<Submitter>,
    /// Reads and writes bundles for its operator.
    pub session: Arc<Session>,
    /// What runs programs.
    pub executors: Executors,
    /// What it said and will have to say.
    pub journal: Journal,
    /// Where it works.
    pub folder: PathBuf,
    /// What it has.
    pub offered: Resources,
    /// What it asks.
    pub prices: Prices,
    /// Where outputs go.
    pub storing: Storing,
}

/// A provider.
pub struct Provider {
    parts: Parts,
    stop: CancellationToken,
    /// Chunks that are being run.
    running: Mutex<HashMap<Place, JoinHandle<()>>>,
    /// Projects that can be used, and until when those are left alone that cannot.
    known: Mutex<BTreeMap<ProjectId, Known>>,
    /// Chunks that were claimed, and when.
    claimed: Mutex<BTreeMap<Place, Clock>>,
    /// What storing an output costs, and since when that is so.
    storing: Mutex<Option<(Clock, Option<Balance>)>>,
}

#[derive(Clone)]
enum Known {
    Usable(Arc<Gathered>),
    Unusable { until: Clock },
}

impl Provider {
    /// A provider that has not begun yet.
    pub fn new(parts: Parts, stop: CancellationToken) -> Arc<Self> {
        let (running, known, claimed, storing) = Default::default();
        Arc::new(Self { parts, stop, running, known, claimed, storing })
    }

    /// Its number.
    pub fn id(&self) -> ProviderId {
        self.parts.id
    }

    /// Works with each final block until `stop`.
    pub async fn run(self: Arc<Self>) {
        each_block("compute", self.parts.chain.as_ref(), &self.stop, || self.step()).await;
    }

    /// Everything that this block asks for.
    async fn step(self: &Arc<Self>) -> Result<(), StepError> {
        let now = self.parts.compute.compute_terms().await?.now;
        self.forget_ended();
        let duties = self.duties().await?;
        self.acknowledge(&duties).await;
        self.run_what_began(&duties);
        self.commit(&duties).await?;
        self.reveal(&duties).await?;
        self.finish(now).await?;
        self.claim(now).await
    }

    fn forget_ended(&self) {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, run| !run.is_finished());
    }

    async fn duties(&self) -> Result<Vec<DutyView>, ReadError> {
        let (mut duties, mut after) = (Vec::new(), None);
        loop {
            let page = self.parts.compute.duties(self.parts.id, after, PAGE).await?;
            duties.extend(page.duties);
            after = match page.next {
                Some(next) => Some(next),
                None => return Ok(duties),
            };
        }
    }

    async fn acknowledge(&self, duties: &[DutyView]) {
        let provider = self.parts.id;
        let of = |project, chunks| ComputeCall::Acknowledge { project, provider, chunks };
        let calls = grouped(duties, Duty::Acknowledge).into_iter().map(|(project, chunks)| of(project, chunks));
        self.send_all(calls.collect()).await;
    }

    /// Begins to run what was drawn for this provider.
    fn run_what_began(self: &Arc<Self>, duties: &[DutyView]) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        for duty in duties.iter().filter(|duty| duty.duty == Duty::Commit) {
            let place = (duty.project, duty.chunk);
            running.entry(place).or_insert_with(|| {
                let this = self.clone();
                tokio::spawn(async move { this.run_chunk(place).await })
            });
        }
    }

    async fn run_chunk(self: Arc<Self>, (project, chunk): Place) {
        let mut failures = 0u32;
        loop {
            match self.find(project, chunk).await {
                Ok(()) => return,
                Err(error) => {
                    failures = failures.saturating_add(1);
                    tracing::warn!(project, chunk, %error, "a chunk does not run; this will be tried again");
                },
            }
            // Longer than its deadline nobody waits: the chain drops the replica, and the duty with it.
            if failures > 8 || !rest(after(failures), &self.stop).await {
                return;
            }
        }
    }

    async fn find(&self, project: ProjectId, chunk: ChunkIndex) -> Result<(), RunError> {
        let Parts { session, journal, storing, .. } = &self.parts;
        if journal.chunk(project, chunk)?.is_some_and(|record| record.finding.is_some()) {
            return Ok(());
        }
        let gathered = self.gathered(project).await?;
        let folder = self.folder_of(project, chunk);
        let told = |step: idlewild_compute::chunk::Step| {
            tracing::debug!(project, chunk, task = step.index, ending = ?step.outcome.ending, "a task ended");
        };
        running::find(session, journal, &gathered, chunk, &folder, storing, told, &self.stop).await?;
        tracing::info!(project, chunk, "a chunk was run");
        Ok(())
    }

    /// A project's program and tasks, fetched the first time.
    async fn gathered(&self, id: ProjectId) -> Result<Arc<Gathered>, RunError> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&id).cloned();
        if let Some(Known::Usable(gathered)) = known {
            return Ok(gathered);
        }
        let Parts { compute, session, executors, folder, .. } = &self.parts;
        let project = compute.project(id).await.map_err(|error| GatherError::Bundle(error.into()))?;
        let project = project.ok_or(GatherError::OtherTasks(0))?;
        let gathered = Arc::new(Gathered::project(session, executors, &project, &folder.join("programs")).await?);
        self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(id, Known::Usable(gathered.clone()));
        Ok(gathered)
    }

    fn folder_of(&self, project: ProjectId, chunk: ChunkIndex) -> PathBuf {
        self.parts.folder.join("work").join(format!("{project}-{chunk}"))
    }

    async fn commit(&self, duties: &[DutyView]) -> Result<(), StepError> {
        let (provider, account) = (self.parts.id, self.parts.submitter.account());
        let mut calls = Vec::new();
        for (project, chunks) in grouped(duties, Duty::Commit) {
            let mut commitments = Vec::new();
            for chunk in chunks {
                let Some(record) = self.parts.journal.chunk(project, chunk)? else { continue };
                if let Some(finding) = &record.finding {
                    commitments.push((chunk, of_finding(project, chunk, finding, &record.salt, &account)));
                }
            }
            if !commitments.is_empty() {
                calls.push(ComputeCall::Commit { project, provider, commitments });
            }
        }
        self.send_all(calls).await;
        Ok(())
    }

    async fn reveal(&self, duties: &[DutyView]) -> Result<(), StepError> {
        let provider = self.parts.id;
        let mut calls = Vec::new();
        for (project, chunks) in grouped(duties, Duty::Reveal) {
            let mut reveals = Vec::new();
            for chunk in chunks {
                match self.parts.journal.chunk(project, chunk)? {
                    Some(record) => reveals.extend(record.finding.map(|finding| (chunk, finding, record.salt))),
                    None => tracing::error!(project, chunk, "a commitment's salt is not in the journal: it cannot be revealed"),
                }
            }
            if !reveals.is_empty() {
                calls.push(ComputeCall::Reveal { project, provider, reveals });
            }
        }
        self.send_all(calls).await;
        Ok(())
    }

    /// Ends chunks whose results nobody can doubt any more, moves on those that time moves, and forgets those that are over.
    async fn finish(&self, now: Clock) -> Result<(), StepError> {
        let mut calls: BTreeMap<ProjectId, Vec<ChunkIndex>> = BTreeMap::new();
        let mut moves = Vec::new();
        for (project, chunk) in self.parts.journal.chunks()? {
            let view = self.parts.compute.chunk(project, chunk).await?;
            let is_over = view.as_ref().is_none_or(|view| matches!(view.stage, Stage::Final { .. }));
            let mine = view.as_ref().is_some_and(|view| view.replicas.iter().any(|replica| replica.provider == self.parts.id));
            if is_over || !mine {
                if !self.is_running((project, chunk)) {
                    self.parts.journal.forget(project, chunk)?;
                    // What cannot be removed now is found with nothing in the journal another time.
                    let _ = std::fs::remove_dir_all(self.folder_of(project, chunk));
                }
                continue;
            }
            let Some(view) = view else { continue };
            let is_late = view.until != 0 && now > view.until;
            match view.due {
                Due::Finalise if is_late => calls.entry(project).or_default().push(chunk),
                Due::Commit | Due::Reveal | Due::Acknowledge if is_late => moves.push(ComputeCall::Advance { project, chunk }),
                _ => {},
            }
        }
        let batches = calls.into_iter().flat_map(|(project, chunks)| {
            let batches: Vec<_> = chunks.chunks(MAX_BATCH as usize).map(<[ChunkIndex]>::to_vec).collect();
            batches.into_iter().map(move |chunks| ComputeCall::Finalise { project, chunks })
        });
        self.send_all(batches.chain(moves).collect()).await;
        Ok(())
    }

    fn is_running(&self, place: Place) -> bool {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&place)
    }

    /// Claims chunks, as many as there is room for.
    async fn claim(&self, now: Clock) -> Result<(), StepError> {
        let Some(mut free) = self.parts.compute.provider(self.parts.id).await?.map(|view| view.free) else { return Ok(()) };
        self.claimed.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, since| since.saturating_add(CLAIM) > now);
        let (mut wanted, mut after, mut storing) = (BTreeMap::<ProjectId, Vec<ChunkIndex>>::new(), None, None);
        'pages: loop {
            let page = self.parts.compute.open_chunks(self.parts.id, after, PAGE).await?;
            for open in page.chunks {
                let place = (open.project, open.chunk);
                if self.claimed.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&place) {
                    continue;
                }
                // Asked only where there is something to claim. What cannot be stored is not run.
                if storing.is_none() {
                    storing = self.storing_cost(now).await;
                }
                let Some(cost) = storing else { return Ok(()) };
                if !self.is_worth(&open, cost) {
                    continue;
                }
                let Some(left) = free.less(&open.resources) else { break 'pages };
                if !self.is_usable(open.project, now).await {
                    continue;
                }
                free = left;
                wanted.entry(open.project).or_default().push(open.chunk);
            }
            after = match page.next {
                Some(next) => Some(next),
                None => break,
            };
        }
        let provider = self.parts.id;
        let mut calls = Vec::new();
        for (project, chunks) in wanted {
            for chunks in chunks.chunks(MAX_BATCH as usize) {
                let mut claimed = self.claimed.lock().unwrap_or_else(PoisonError::into_inner);
                claimed.extend(chunks.iter().map(|chunk| ((project, *chunk), now)));
                calls.push(ComputeCall::Claim { project, provider, chunks: chunks.to_vec() });
            }
        }
        self.send_all(calls).await;
        Ok(())
    }

    /// What storing the output of a chunk costs, as it was found lately; `None` where it cannot be stored.
    async fn storing_cost(&self, now: Clock) -> Option<Balance> {
        let known = *self.storing.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, cost)) = known.filter(|(since, _)| since.saturating_add(SURVEY) > now) {
            return cost;
        }
        let cost = self.parts.storing.cost(&self.parts.session).await;
        *self.storing.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, cost));
        cost
    }

    /// Whether a chunk pays for what it takes of the machine, and for storing what it writes.
    fn is_worth(&self, open: &OpenChunkView, storing: Balance) -> bool {
        let asked = self.parts.prices.rate(&open.resources).saturating_mul(Balance::from(open.run));
        open.price >= asked.saturating_add(storing)
    }

    /// Whether a project's input is within reach and its program can be run: found out before anything is promised.
    async fn is_usable(&self, id: ProjectId, now: Clock) -> bool {
        match self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&id) {
            Some(Known::Usable(_)) => return true,
            Some(Known::Unusable { until }) if *until > now => return false,
            _ => {},
        }
        let gathered = self.gathered(id).await;
        if let Err(error) = &gathered {
            tracing::info!(project = id, %error, "a project is left to others");
            let until = now.saturating_add(UNUSABLE);
            self.known.lock().unwrap_or_else(PoisonError::into_inner).insert(id, Known::Unusable { until });
        }
        gathered.is_ok()
    }

    /// Sends calls side by side. What is refused is told, and compared with the chain again with the next block.
    async fn send_all(&self, calls: Vec<ComputeCall>) {
        let sends = calls.into_iter().map(|call| send(&self.parts.submitter, &self.stop, call));
        join_all(sends).await;
    }

    /// Brings what runs to an end.
    pub async fn finish_running(&self) {
        let running: Vec<_> = self.running.lock().unwrap_or_else(PoisonError::into_inner).drain().collect();
        for (_, run) in running {
            // It ends with `stop`; a task that died has nothing to end.
            let _ = run.await;
        }
    }
}

/// Chunks with a duty of this kind, by their projects, as many as one call takes.
fn grouped(duties: &[DutyView], duty: Duty) -> Vec<(ProjectId, Vec<ChunkIndex>)> {
    let mut by_project: BTreeMap<ProjectId, Vec<ChunkIndex>> = BTreeMap::new();
    for found in duties.iter().filter(|found| found.duty == duty) {
        by_project.entry(found.project).or_default().push(found.chunk);
    }
    let batches = by_project.into_iter().flat_map(|(project, chunks)| {
        let batches: Vec<_> = chunks.chunks(MAX_BATCH as usize).map(<[ChunkIndex]>::to_vec).collect();
        batches.into_iter().map(move |chunks| (project, chunks))
    });
    batches.collect()
}
