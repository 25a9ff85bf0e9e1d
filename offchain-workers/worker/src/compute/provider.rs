//! A provider at work: claims chunks, runs them, says what it found, and ends what is over.
//!
//! | module | concern |
//! | --- | --- |
//! | `projects` | which projects are worked for, and what their chunks have in common |
//! | `claims` | what is claimed: no more than there is room and bond for |
//! | `work` | running chunks, unless the machine's owner comes first |
//! | `ending` | chunks that are over, or that time moves on |
//! | `pressing` | chunks that wait for trackers |
//! | `saying` | calls under way |
//! | `sweeping` | what an earlier run left on the disk |
//!
//! With each block it compares what the chain says with what is here and does what is missing. Each step can be done twice without
//! harm, so a worker that was killed anywhere simply begins again; what must not be lost is in the [`journal`](super::journal). No step
//! waits for what another one sent: what is said takes as long as the chain takes, and meanwhile the next block may want something else.

mod claims;
mod ending;
mod pressing;
mod projects;
mod saying;
mod sweeping;
mod work;

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use idlewild_chain_client::{ChainClient, ComputeCall, ComputeClient, ReadError, Submitter};
use idlewild_client::{seal::Receiver, Session};
use idlewild_compute_primitives::{
    commitment::of_finding,
    resources::{Prices, Resources},
    view::{ComputeTerms, Duty, DutyView},
    Balance, ChunkIndex, Clock, ProjectId, ProviderId,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{claims::Claims, projects::Shelf, saying::Say, work::Work};
use super::{
    following::{each_block, StepError},
    gather::Executors,
    journal::{Journal, Record},
    owner::Owner,
    policy::Policy,
    progress::Progress,
    running::Storing,
};

/// Entries of a page.
const PAGE: u32 = 64;

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
    /// Who comes first on this machine.
    pub owner: Arc<Owner>,
    /// Whom it works for.
    pub policy: Policy,
    /// Who is told how it stands.
    pub progress: Arc<Progress>,
    /// Opens the keys of private inputs.
    pub receiver: Receiver,
}

/// A provider.
pub struct Provider {
    parts: Parts,
    stop: CancellationToken,
    /// Everything that it has begun, but for chunks that run.
    tasks: TaskTracker,
    work: Mutex<HashMap<Place, Work>>,
    projects: Shelf,
    gathering: tokio::sync::Mutex<()>,
    claims: Mutex<Claims>,
    /// What storing an output costs, and since when that is so.
    storing: Mutex<Option<(Clock, Option<Balance>)>>,
    said: Mutex<HashMap<(Say, Place), saying::State>>,
    /// Chunks with records, and when they are looked at next.
    looks: Mutex<HashMap<Place, ending::Look>>,
    pressing: Mutex<pressing::Pressing>,
}

fn lock<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Provider {
    /// A provider that has not begun yet.
    pub fn new(parts: Parts, stop: CancellationToken) -> Arc<Self> {
        let (tasks, projects) = (TaskTracker::new(), Shelf::default());
        let (work, gathering, claims, storing, said, looks, pressing) = Default::default();
        Arc::new(Self { parts, stop, tasks, work, projects, gathering, claims, storing, said, looks, pressing })
    }

    /// Its number.
    pub fn id(&self) -> ProviderId {
        self.parts.id
    }

    /// Who comes first on its machine.
    pub fn owner(&self) -> &Arc<Owner> {
        &self.parts.owner
    }

    /// Works with each final block until `stop`.
    pub async fn run(self: Arc<Self>) {
        match self.parts.journal.chunks() {
            Ok(known) => sweeping::sweep(&self.parts.folder, &known),
            Err(error) => tracing::warn!(%error, "what an earlier run left stays"),
        }
        let containers = &self.parts.executors.oci;
        let group = || async { containers.as_ref()?.group().await };
        let watching = self.parts.owner.watch(group, &self.stop);
        let working = each_block("compute", self.parts.chain.as_ref(), &self.stop, || self.step());
        tokio::join!(watching, working);
    }

    /// Everything that this block asks for.
    async fn step(self: &Arc<Self>) -> Result<(), StepError> {
        let terms = self.parts.compute.compute_terms().await?;
        self.take_in_said(terms.now);
        let duties = self.duties().await?;
        self.acknowledge(&duties);
        self.commit(&duties);
        self.reveal(&duties);
        self.finish(terms.now).await?;
        self.press(terms.now).await?;
        self.claim(&terms, &duties).await?;
        self.tell(&terms).await
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

    /// Takes what was drawn for it. What its machine's owner has no time for now is left to others: to be silent costs reputation, and
    /// to begin and be late costs coins.
    fn acknowledge(self: &Arc<Self>, duties: &[DutyView]) {
        if self.parts.owner.rests() {
            return;
        }
        let provider = self.parts.id;
        for (project, chunks) in grouped(duties, Duty::Acknowledge) {
            self.foresee(project);
            self.begin_private(project, &chunks);
            let items = chunks.into_iter().map(|chunk| (chunk, ())).collect();
            self.say(Say::Acknowledge, project, items, move |project, items: Vec<(ChunkIndex, ())>| {
                let chunks = items.into_iter().map(|(chunk, ())| chunk).collect();
                ComputeCall::Acknowledge { project, provider, chunks }
            });
        }
    }

    /// Binds what was found, and runs what was not.
    fn commit(self: &Arc<Self>, duties: &[DutyView]) {
        let (provider, account) = (self.parts.id, self.parts.submitter.account());
        self.forget_ended(duties);
        for (project, chunks) in grouped(duties, Duty::Commit) {
            let mut commitments = Vec::new();
            for chunk in chunks {
                match self.record(project, chunk) {
                    Ok(Some(Record { finding: Some(finding), salt, .. })) => {
                        commitments.push((chunk, of_finding(project, chunk, &finding, &salt, &account)));
                    },
                    Ok(_) => self.begin_to_run((project, chunk)),
                    Err(()) => {},
                }
            }
            self.say(Say::Commit, project, commitments, move |project, commitments| ComputeCall::Commit {
                project,
                provider,
                commitments,
            });
        }
    }

    fn reveal(self: &Arc<Self>, duties: &[DutyView]) {
        let provider = self.parts.id;
        for (project, chunks) in grouped(duties, Duty::Reveal) {
            let mut reveals = Vec::new();
            for chunk in chunks {
                match self.record(project, chunk) {
                    Ok(Some(Record { finding: Some(finding), salt, .. })) => reveals.push((chunk, (finding, salt))),
                    Ok(_) => {
                        tracing::error!(project, chunk, "a commitment's salt is not in the journal: it cannot be revealed");
                    },
                    Err(()) => {},
                }
            }
            self.say(Say::Reveal, project, reveals, move |project, items: Vec<(ChunkIndex, (_, _))>| {
                let reveals = items.into_iter().map(|(chunk, (finding, salt))| (chunk, finding, salt)).collect();
                ComputeCall::Reveal { project, provider, reveals }
            });
        }
    }

    /// A chunk's record. One that cannot be read is told, and stops no other.
    fn record(&self, project: ProjectId, chunk: ChunkIndex) -> Result<Option<Record>, ()> {
        self.parts.journal.chunk(project, chunk).map_err(|error| tracing::error!(project, chunk, %error, "a chunk is stuck"))
    }

    /// Tells those who ask how it stands.
    async fn tell(&self, terms: &ComputeTerms) -> Result<(), StepError> {
        let Some(view) = self.parts.compute.provider(self.parts.id).await? else { return Ok(()) };
        self.parts.progress.runs(lock(&self.work).iter().map(|(place, work)| (*place, work.pace().clone())).collect());
        let (records, totals) = (self.parts.journal.chunks()?.len(), self.parts.journal.totals()?);
        let (claimed, running) = (lock(&self.claims).open(), lock(&self.work).len());
        let (provider, resting) = (Some(self.parts.id), self.parts.owner.reasons());
        let is_poor = view.bond < terms.least_bond;
        self.parts.progress.note(|report| {
            report.trouble =
                is_poor.then(|| "its bond is below the least there may be: raise compute.bond and start again".into());
            (report.provider, report.resting, report.claimed) = (provider, resting, claimed);
            report.waiting = u32::try_from(records.saturating_sub(running)).unwrap_or(u32::MAX);
            (report.standing, report.bond, report.locked) = (view.standing, view.bond, view.locked);
            (report.score, report.lost, report.late) = (view.score, view.lost, view.late);
            (report.finished, report.earned) = (totals.finished, totals.earned);
        });
        Ok(())
    }

    /// Brings what runs to an end.
    pub async fn finish_running(&self) {
        let running: Vec<_> = lock(&self.work).drain().collect();
        for (_, work) in running {
            work.end().await;
        }
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// Chunks with a duty of this kind, by their projects.
fn grouped(duties: &[DutyView], duty: Duty) -> Vec<(ProjectId, Vec<ChunkIndex>)> {
    let mut groups: Vec<(ProjectId, Vec<ChunkIndex>)> = Vec::new();
    for found in duties.iter().filter(|found| found.duty == duty) {
        match groups.iter_mut().find(|(project, _)| *project == found.project) {
            Some((_, chunks)) => chunks.push(found.chunk),
            None => groups.push((found.project, vec![found.chunk])),
        }
    }
    groups
}

/// Whether a moment of the clock has passed, so many blocks ago at least.
fn is_past(until: Clock, by: Clock, now: Clock) -> bool {
    until != 0 && now > until.saturating_add(by)
}
