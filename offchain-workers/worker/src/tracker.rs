//! The tracker role: a seat among those that are drawn to judge, and what it says on the panels it is drawn for.
//!
//! A tracker runs what it is asked about again and says what came of it, without having seen what the others said. What it will say
//! is on its disk before it is bound on chain.

mod grade;
mod overdue;
mod probe;
mod shelf;

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use idlewild_chain_client::{ChainClient, ComputeCall, ComputeClient, Keypair, ReadError, Submitter};
use idlewild_client::Session;
use idlewild_compute_primitives::{
    commitment::of_verdict,
    panel::{digest_of, Question},
    view::PanelView,
    ChunkIndex, Clock, Digest, PanelId, ProjectId, ProviderId, SeatId,
};
use idlewild_network::Network;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use self::{
    grade::{MeasureError, Measuring},
    overdue::Overdue,
    shelf::Shelf,
};
use crate::compute::{
    following::{each_block, send, StepError},
    gather::{Executors, GatherError, Gathered},
    journal::{new_salt, Journal, JournalError, Opinion},
    running::{self, RunError},
};

/// Entries of a page.
const PAGE: u32 = 64;
/// Projects whose program and tasks are kept.
const PROJECTS: usize = 8;
/// The last part of the time for a verdict, of so many: what could not be measured by then is not waited for any more.
const LAST_PART: Clock = 5;

/// Why there is no verdict yet.
#[derive(Debug, thiserror::Error)]
pub enum JudgeError {
    /// What it is asked about does not run.
    #[error(transparent)]
    Run(#[from] RunError),
    /// A machine could not be measured.
    #[error(transparent)]
    Measure(#[from] MeasureError),
    /// The chain could not be asked.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
}

/// What a tracker is made of.
pub struct Parts {
    /// The chain.
    pub chain: Arc<dyn ChainClient>,
    /// The chain, as far as jobs go.
    pub compute: Arc<dyn ComputeClient>,
    /// Sends its account's transactions.
    pub submitter: Arc<Submitter>,
    /// Reads what it is to run.
    pub session: Arc<Session>,
    /// What machines are measured on.
    pub network: Network,
    /// Its account's keys.
    pub keys: Keypair,
    /// What runs programs.
    pub executors: Executors,
    /// What it will say.
    pub journal: Journal,
    /// Where it works.
    pub folder: PathBuf,
}

/// A tracker.
pub struct Tracker {
    parts: Parts,
    stop: CancellationToken,
    judging: Mutex<HashMap<PanelId, JoinHandle<()>>>,
    projects: Shelf<Gathered>,
    overdue: Overdue,
}

impl Tracker {
    /// A tracker that has not begun yet.
    pub fn new(parts: Parts, stop: CancellationToken) -> Arc<Self> {
        Arc::new(Self { parts, stop, judging: Mutex::default(), projects: Shelf::new(PROJECTS), overdue: Overdue::default() })
    }

    /// Works with each final block until `stop`.
    pub async fn run(self: Arc<Self>) {
        each_block("tracker", self.parts.chain.as_ref(), &self.stop, || self.step()).await;
    }

    async fn step(self: &Arc<Self>) -> Result<(), StepError> {
        let Some(seat) = self.seat().await? else { return Ok(()) };
        let now = self.parts.compute.compute_terms().await?.now;
        self.judging.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, judging| !judging.is_finished());
        self.convene().await?;
        let panels = self.parts.compute.panels_of(self.parts.submitter.account()).await?;
        for panel in &panels {
            self.sit(seat, panel, now).await?;
        }
        for call in self.overdue.calls(self.parts.compute.as_ref(), seat, now).await? {
            self.send(call).await;
        }
        for known in self.parts.journal.panels()? {
            if panels.iter().all(|panel| panel.id != known) && self.parts.compute.panel(known).await?.is_none() {
                self.parts.journal.forget_panel(known)?;
                // What cannot be removed now is only in the way of nobody.
                let _ = std::fs::remove_dir_all(self.folder_of(known));
            }
        }
        Ok(())
    }

    /// This account's seat, taken where it has none yet.
    async fn seat(&self) -> Result<Option<SeatId>, StepError> {
        let account = self.parts.submitter.account();
        if let Some(seat) = self.parts.compute.seat_of(account).await? {
            return Ok(Some(seat.seat));
        }
        self.send(ComputeCall::TakeSeat).await;
        Ok(self.parts.compute.seat_of(account).await?.map(|seat| seat.seat))
    }

    /// Draws panels whose randomness has come: anybody may, and the first is enough.
    async fn convene(&self) -> Result<(), StepError> {
        let page = self.parts.compute.open_panels(None, PAGE).await?;
        for panel in page.panels.into_iter().filter(|panel| panel.can_convene) {
            self.send(ComputeCall::Convene { panel: panel.id }).await;
        }
        Ok(())
    }

    /// Does what a panel wants of this seat.
    async fn sit(self: &Arc<Self>, seat: SeatId, panel: &PanelView, now: Clock) -> Result<(), StepError> {
        let Some(place) = panel.places.iter().find(|place| place.seat == seat) else { return Ok(()) };
        let account = self.parts.submitter.account();
        let opinion = self.parts.journal.opinion(panel.id)?;
        let all_committed = panel.places.iter().all(|place| place.committed);
        match opinion {
            None if now <= panel.commit_until => self.begin_to_judge(seat, panel),
            Some(Opinion { verdict, salt, .. }) if !place.committed && now <= panel.commit_until => {
                let commitment = of_verdict(panel.id, &verdict, &salt, &account);
                self.send(ComputeCall::CommitVerdict { panel: panel.id, seat, commitment }).await;
            },
            Some(Opinion { verdict, salt, .. })
                if place.committed && place.verdict.is_none() && (all_committed || now > panel.commit_until) =>
            {
                self.send(ComputeCall::RevealVerdict { panel: panel.id, seat, verdict, salt }).await;
            },
            _ => {},
        }
        let all_revealed = panel.places.iter().all(|place| place.verdict.is_some());
        if all_revealed || now > panel.reveal_until {
            self.send(ComputeCall::ClosePanel { panel: panel.id }).await;
        }
        Ok(())
    }

    fn begin_to_judge(self: &Arc<Self>, seat: SeatId, panel: &PanelView) {
        let (id, panel) = (panel.id, panel.clone());
        let mut judging = self.judging.lock().unwrap_or_else(PoisonError::into_inner);
        judging.entry(id).or_insert_with(|| {
            let this = self.clone();
            tokio::spawn(async move {
                match this.judge(seat, &panel).await {
                    Ok(true) => tracing::info!(panel = id, "a verdict was found"),
                    Ok(false) => tracing::info!(panel = id, "this tracker cannot judge what it is asked"),
                    Err(error @ JudgeError::Measure(MeasureError::Busy)) => tracing::debug!(panel = id, %error, "not yet"),
                    Err(error) => tracing::warn!(panel = id, %error, "no verdict was found; this will be tried again"),
                }
            })
        });
    }

    /// Finds a verdict and keeps it. `false` for a question that this tracker cannot answer.
    async fn judge(&self, seat: SeatId, panel: &PanelView) -> Result<bool, JudgeError> {
        let id = panel.id;
        let verdict = match panel.question {
            Question::Dispute { project, chunk } | Question::Sample { project, chunk } => {
                self.run_again(id, project, chunk).await?
            },
            Question::Probe { lease } => {
                let Parts { chain, compute, session, .. } = &self.parts;
                probe::verdict(chain.as_ref(), compute.as_ref(), session, lease, &self.stop).await?
            },
            Question::Grade { provider } => self.measure(seat, panel, provider).await?,
        };
        self.parts.journal.keep_opinion(&Opinion { panel: id, verdict, salt: new_salt() })?;
        Ok(true)
    }

    async fn run_again(&self, id: PanelId, project: ProjectId, chunk: ChunkIndex) -> Result<Digest, RunError> {
        let gathered = self.gathered(project, chunk).await?;
        let outcomes = running::outcomes(&gathered, chunk, &self.folder_of(id), |_| {}, &self.stop).await?;
        Ok(running::root(&gathered.spec, &outcomes))
    }

    /// A project's program and tasks, as they were fetched for another panel where that was lately.
    async fn gathered(&self, project: ProjectId, chunk: ChunkIndex) -> Result<Arc<Gathered>, RunError> {
        if let Some(gathered) = self.projects.get(project) {
            return Ok(gathered);
        }
        let Parts { compute, session, executors, folder, .. } = &self.parts;
        let view = compute.project(project).await.map_err(|error| GatherError::Bundle(error.into()))?;
        let view = view.ok_or(GatherError::OtherTasks(chunk))?;
        let gathered = Arc::new(Gathered::project(session, executors, &view, &folder.join("programs")).await?);
        self.projects.put(project, gathered.clone());
        Ok(gathered)
    }

    /// How fast a provider's machine is. One that cannot be measured until time is nearly over is as slow as can be: silence would cost
    /// this tracker something, and who asks to be measured can be reached.
    async fn measure(&self, seat: SeatId, panel: &PanelView, provider: ProviderId) -> Result<Digest, JudgeError> {
        let Parts { compute, network, keys, .. } = &self.parts;
        let Some(view) = compute.provider(provider).await? else { return Ok(digest_of(&grade::NONE)) };
        match (Measuring { network, keys, seat, panel: panel.id }).grade(&view).await {
            Ok(grade) => {
                tracing::info!(panel = panel.id, provider, ?grade, "a machine was measured");
                Ok(digest_of(&grade))
            },
            Err(error) => {
                let terms = compute.compute_terms().await?;
                if terms.now.saturating_add(terms.panels.commit / LAST_PART) < panel.commit_until {
                    return Err(error.into());
                }
                tracing::warn!(panel = panel.id, provider, %error, "a machine cannot be measured, and has no grade");
                Ok(digest_of(&grade::NONE))
            },
        }
    }

    fn folder_of(&self, panel: PanelId) -> PathBuf {
        self.parts.folder.join("panels-work").join(panel.to_string())
    }

    async fn send(&self, call: ComputeCall) {
        send(&self.parts.submitter, &self.stop, call).await;
    }
}
