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
    time::Duration,
};

use codec::Encode;
use idlewild_chain_client::{ChainClient, ComputeCall, ComputeClient, Keypair, ReadError, Submitter};
use idlewild_client::Session;
use idlewild_compute_primitives::{
    commitment::of_verdict,
    hash,
    panel::{digest_of, Question, UNKNOWN},
    view::{ComputeTerms, PanelView},
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
/// The last part of the time for a verdict, of so many: what could not be judged or measured by then is not waited for any more.
const LAST_PART: Clock = 5;
/// What anybody may call, one tracker in so many calls with each block: the first spares the others their fees.
const TURNS: u8 = 3;
/// How long a judgement that is given up may take to stop.
const STOPPING: Duration = Duration::from_secs(5);

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
    judging: Mutex<HashMap<PanelId, Judging>>,
    /// The open panel that was looked at last.
    seen: Mutex<Option<PanelId>>,
    projects: Shelf<Gathered>,
    overdue: Overdue,
}

/// A verdict that is being found.
struct Judging {
    task: JoinHandle<()>,
    stop: CancellationToken,
}

impl Tracker {
    /// A tracker that has not begun yet.
    pub fn new(parts: Parts, stop: CancellationToken) -> Arc<Self> {
        let (judging, seen, projects) = (Mutex::default(), Mutex::default(), Shelf::new(PROJECTS));
        Arc::new(Self { parts, stop, judging, seen, projects, overdue: Overdue::default() })
    }

    /// Works with each final block until `stop`.
    pub async fn run(self: Arc<Self>) {
        each_block("tracker", self.parts.chain.as_ref(), &self.stop, || self.step()).await;
    }

    async fn step(self: &Arc<Self>) -> Result<(), StepError> {
        let Some(seat) = self.seat().await? else { return Ok(()) };
        let terms = self.parts.compute.compute_terms().await?;
        self.judging.lock().unwrap_or_else(PoisonError::into_inner).retain(|_, judging| !judging.task.is_finished());
        let panels = self.parts.compute.panels_of(self.parts.submitter.account()).await?;
        for panel in &panels {
            self.sit(seat, panel, &terms).await?;
        }
        self.move_on(seat, &panels, terms.now).await?;
        for call in self.overdue.calls(self.parts.compute.as_ref(), seat, terms.now).await? {
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

    /// Draws panels whose randomness has come, and closes those whose time is over: anybody may, and the first is enough. Its own
    /// panels and a page of the others are looked at; the next page with the next block.
    async fn move_on(&self, seat: SeatId, own: &[PanelView], now: Clock) -> Result<(), StepError> {
        let after = *self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let page = self.parts.compute.open_panels(after, PAGE).await?;
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = page.next;
        let others = page.panels.iter().filter(|panel| own.iter().all(|known| known.id != panel.id));
        for panel in own.iter().chain(others).filter(|panel| is_turn(seat, panel.id, now)) {
            if let Some(call) = ComputeCall::moving_on(panel) {
                self.send(call).await;
            }
        }
        Ok(())
    }

    /// Does what a panel wants of this seat.
    async fn sit(self: &Arc<Self>, seat: SeatId, panel: &PanelView, terms: &ComputeTerms) -> Result<(), StepError> {
        let now = terms.now;
        let Some(place) = panel.places.iter().find(|place| place.seat == seat) else { return Ok(()) };
        let account = self.parts.submitter.account();
        let opinion = self.parts.journal.opinion(panel.id)?;
        let all_committed = panel.places.iter().all(|place| place.committed);
        match opinion {
            None if now > panel.commit_until => {},
            None if is_time_over(panel, terms) => self.give_up(panel).await?,
            None => self.begin_to_judge(seat, panel),
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
        Ok(())
    }

    /// Says that this tracker cannot judge: silence may cost it something, and keeps the others waiting.
    async fn give_up(&self, panel: &PanelView) -> Result<(), StepError> {
        let judging = self.judging.lock().unwrap_or_else(PoisonError::into_inner).remove(&panel.id);
        if let Some(Judging { task, stop }) = judging {
            stop.cancel();
            if tokio::time::timeout(STOPPING, task).await.is_err() {
                tracing::warn!(panel = panel.id, "what was begun for this panel does not stop");
            }
        }
        // It may have come to its end just now.
        if self.parts.journal.opinion(panel.id)?.is_none() {
            tracing::warn!(
                panel = panel.id,
                "time is nearly over, and no verdict was found: it is said that this cannot be judged"
            );
            self.keep(panel.id, UNKNOWN)?;
        }
        Ok(())
    }

    fn begin_to_judge(self: &Arc<Self>, seat: SeatId, panel: &PanelView) {
        let (id, panel) = (panel.id, panel.clone());
        let mut judging = self.judging.lock().unwrap_or_else(PoisonError::into_inner);
        judging.entry(id).or_insert_with(|| {
            let (this, stop) = (self.clone(), self.stop.child_token());
            let stopped = stop.clone();
            let task = tokio::spawn(async move {
                match this.judge(seat, &panel, &stopped).await {
                    Ok(()) => tracing::info!(panel = id, "a verdict was found"),
                    Err(error @ JudgeError::Measure(MeasureError::Busy)) => tracing::debug!(panel = id, %error, "not yet"),
                    Err(JudgeError::Run(error)) if error.is_stop() => {},
                    Err(error) => tracing::warn!(panel = id, %error, "no verdict was found; this will be tried again"),
                }
            });
            Judging { task, stop }
        });
    }

    /// Finds a verdict and keeps it.
    async fn judge(&self, seat: SeatId, panel: &PanelView, stop: &CancellationToken) -> Result<(), JudgeError> {
        let id = panel.id;
        let verdict = match panel.question {
            Question::Dispute { project, chunk } | Question::Sample { project, chunk } => {
                match self.run_again(id, project, chunk, stop).await {
                    Err(error) if error.is_lasting() => {
                        tracing::warn!(panel = id, project, chunk, %error, "this cannot be judged here");
                        UNKNOWN
                    },
                    found => found?,
                }
            },
            Question::Probe { lease } => {
                let Parts { chain, compute, session, .. } = &self.parts;
                probe::verdict(chain.as_ref(), compute.as_ref(), session, lease, stop).await?
            },
            Question::Grade { provider } => self.measure(seat, panel, provider).await?,
        };
        Ok(self.keep(id, verdict)?)
    }

    fn keep(&self, panel: PanelId, verdict: Digest) -> Result<(), JournalError> {
        self.parts.journal.keep_opinion(&Opinion { panel, verdict, salt: new_salt() })
    }

    async fn run_again(
        &self,
        id: PanelId,
        project: ProjectId,
        chunk: ChunkIndex,
        stop: &CancellationToken,
    ) -> Result<Digest, RunError> {
        let gathered = self.gathered(project, chunk).await?;
        let outcomes = running::outcomes(&gathered, chunk, &self.folder_of(id), |_| {}, stop).await?;
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
                if !is_last_part(panel, &terms) {
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

/// Whether it is this tracker's turn to call what anybody may. With each block that is others.
fn is_turn(seat: SeatId, panel: PanelId, now: Clock) -> bool {
    let [first, ..] = hash(&(seat, panel, now).encode());
    first % TURNS == 0
}

fn is_last_part(panel: &PanelView, terms: &ComputeTerms) -> bool {
    terms.now.saturating_add(terms.panels.commit / LAST_PART) >= panel.commit_until
}

/// Whether what was not judged by now is not waited for. Who is measured is waited for longer, and has a grade then all the same.
fn is_time_over(panel: &PanelView, terms: &ComputeTerms) -> bool {
    !matches!(panel.question, Question::Grade { .. }) && is_last_part(panel, terms)
}

#[cfg(test)]
mod tests {
    use idlewild_compute_primitives::{chunk::Deadlines, lease::LeaseRules, panel::PanelRules, trust::TrustRules};

    use super::*;

    #[test]
    fn what_cannot_be_judged_is_given_up_in_time_to_say_so() {
        let terms = |now| ComputeTerms {
            now,
            deadlines: Deadlines::default(),
            trust: TrustRules::default(),
            leases: LeaseRules::default(),
            panels: PanelRules { commit: 100, ..PanelRules::default() },
            least_bond: 1,
            seat_bond: 1,
            seat_fee: 1,
            stake: 1,
            project_deposit: 1,
            probe: 1,
        };
        let panel = |question| PanelView {
            id: 1,
            question,
            round: 0,
            opened: 5,
            places: Vec::new(),
            can_convene: false,
            can_close: false,
            commit_until: 200,
            reveal_until: 300,
        };
        let dispute = panel(Question::Dispute { project: 1, chunk: 2 });
        assert!(!is_time_over(&dispute, &terms(179)));
        assert!(is_time_over(&dispute, &terms(180)));
        assert!(!is_time_over(&panel(Question::Grade { provider: 1 }), &terms(199)));
    }

    #[test]
    fn trackers_take_turns() {
        let turns = |now| (0..9u32).filter(|seat| is_turn(*seat, 7, now)).count();
        let all: usize = (0..100).map(turns).sum();
        assert!((200..400).contains(&all), "{all}: a third of 900");
        assert!((0..9u32).all(|seat| (0..40).any(|now| is_turn(seat, 7, now))), "everybody's turn comes");
    }
}
