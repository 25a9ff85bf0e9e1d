//! The tracker role: a seat among those that are drawn to judge, and what it says on the panels it is drawn for.
//!
//! A tracker runs what it is asked about again and says what came of it, without having seen what the others said. What it will say
//! is on its disk before it is bound on chain.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use idlewild_chain_client::{ChainClient, ComputeCall, ComputeClient, Submitter};
use idlewild_client::Session;
use idlewild_compute_primitives::{
    commitment::of_verdict, panel::Question, view::PanelView, ChunkIndex, Clock, Digest, PanelId, ProjectId, SeatId,
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::compute::{
    following::{each_block, send, StepError},
    gather::{Executors, GatherError, Gathered},
    journal::{new_salt, Journal, Opinion},
    running::{self, RunError},
};

/// Entries of a page.
const PAGE: u32 = 64;

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
}

impl Tracker {
    /// A tracker that has not begun yet.
    pub fn new(parts: Parts, stop: CancellationToken) -> Arc<Self> {
        Arc::new(Self { parts, stop, judging: Mutex::default() })
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
            None if now <= panel.commit_until => self.begin_to_judge(panel),
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

    fn begin_to_judge(self: &Arc<Self>, panel: &PanelView) {
        let (id, question) = (panel.id, panel.question);
        let mut judging = self.judging.lock().unwrap_or_else(PoisonError::into_inner);
        judging.entry(id).or_insert_with(|| {
            let this = self.clone();
            tokio::spawn(async move {
                match this.judge(id, question).await {
                    Ok(true) => tracing::info!(panel = id, "a verdict was found"),
                    Ok(false) => tracing::info!(panel = id, "this tracker cannot judge what it is asked"),
                    Err(error) => tracing::warn!(panel = id, %error, "no verdict was found; this will be tried again"),
                }
            })
        });
    }

    /// Finds a verdict and keeps it. `false` for a question that this tracker cannot answer.
    async fn judge(&self, id: PanelId, question: Question) -> Result<bool, RunError> {
        let verdict = match question {
            Question::Dispute { project, chunk } | Question::Sample { project, chunk } => {
                self.run_again(id, project, chunk).await?
            },
            Question::Probe { .. } | Question::Grade { .. } => return Ok(false),
        };
        self.parts.journal.keep_opinion(&Opinion { panel: id, verdict, salt: new_salt() })?;
        Ok(true)
    }

    async fn run_again(&self, id: PanelId, project: ProjectId, chunk: ChunkIndex) -> Result<Digest, RunError> {
        let Parts { compute, session, executors, folder, .. } = &self.parts;
        let view = compute.project(project).await.map_err(|error| GatherError::Bundle(error.into()))?;
        let view = view.ok_or(GatherError::OtherTasks(chunk))?;
        let gathered = Gathered::project(session, executors, &view, &folder.join("programs")).await?;
        let outcomes = running::outcomes(&gathered, chunk, &self.folder_of(id), |_| {}, &self.stop).await?;
        Ok(running::root(&gathered.spec, &outcomes))
    }

    fn folder_of(&self, panel: PanelId) -> PathBuf {
        self.parts.folder.join("panels-work").join(panel.to_string())
    }

    async fn send(&self, call: ComputeCall) {
        send(&self.parts.submitter, &self.stop, call).await;
    }
}
