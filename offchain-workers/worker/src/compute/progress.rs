//! How the compute role stands: what `status` and the figures for Prometheus tell of it.

use std::{
    sync::{
        atomic::{AtomicU32, AtomicU64, Ordering},
        Arc, Mutex, MutexGuard, PoisonError,
    },
    time::{Duration, Instant},
};

use idlewild_compute::owner::decide::Reason;
use idlewild_compute_primitives::{view::Standing, Balance, ChunkIndex, ProjectId, ProviderId};
use serde::{Deserialize, Serialize};

/// The role at a glance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ComputeReport {
    /// The provider on chain, once it is registered.
    pub provider: Option<ProviderId>,
    /// Why the role does not work, where it does not.
    #[serde(default)]
    pub trouble: Option<String>,
    /// Why others' work rests, where it does.
    pub resting: Vec<Reason>,
    /// Chunks that run, or that were begun and rest.
    pub running: Vec<ChunkReport>,
    /// Chunks that were claimed and whose draw is not known yet.
    pub claimed: u32,
    /// Chunks whose results are bound or shown and not over.
    pub waiting: u32,
    /// How it stands on chain.
    pub standing: Standing,
    /// Its bond.
    pub bond: Balance,
    /// What of the bond stands for work.
    pub locked: Balance,
    /// Results that were agreed to, as far as its score counts them.
    pub score: u16,
    /// Results that it lost, or kept to itself.
    pub lost: u32,
    /// Chunks that it was drawn for and never began, or was late with.
    pub late: u32,
    /// Tasks that were run since the start.
    pub tasks: u64,
    /// Chunks that are over and whose result is what this provider found, since its folder was made.
    pub finished: u64,
    /// What these were paid together.
    pub earned: Balance,
}

/// A chunk that runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChunkReport {
    /// Its project.
    pub project: ProjectId,
    /// Its place.
    pub chunk: ChunkIndex,
    /// Its tasks that have ended.
    pub done: u32,
    /// All its tasks.
    pub tasks: u32,
    /// What happens to it.
    pub doing: Doing,
}

/// What happens to a chunk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Doing {
    /// What it needs is fetched.
    Fetching,
    /// Its tasks run.
    Running,
    /// What came of it is stored.
    Storing,
    /// It rests, because the machine's owner comes first.
    Resting,
    /// It cannot be run here.
    GivenUp,
}

impl Doing {
    const ALL: [Self; 5] = [Self::Fetching, Self::Running, Self::Storing, Self::Resting, Self::GivenUp];

    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Fetching => "fetching",
            Self::Running => "running",
            Self::Storing => "storing",
            Self::Resting => "resting",
            Self::GivenUp => "given up",
        }
    }
}

/// How far a chunk is, told by who runs it.
#[derive(Debug, Default)]
pub struct Pace {
    doing: AtomicU32,
    tasks: AtomicU32,
    done: AtomicU32,
    /// Tasks that ended since it was begun or gone on with, and when that was.
    fresh: AtomicU32,
    since: Mutex<Option<Instant>>,
}

impl Pace {
    /// Its tasks begin to run, of which so many there are.
    pub fn begin(&self, tasks: u32) {
        self.tasks.store(tasks, Ordering::Relaxed);
        self.done.store(0, Ordering::Relaxed);
        self.fresh.store(0, Ordering::Relaxed);
        *self.since.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        self.note(Doing::Running);
    }

    /// A task ended, just now or, where it is `resumed`, before it was gone on with.
    pub fn ended(&self, resumed: bool) {
        self.done.fetch_add(1, Ordering::Relaxed);
        self.fresh.fetch_add(u32::from(!resumed), Ordering::Relaxed);
    }

    /// Something else happens to it.
    pub fn note(&self, doing: Doing) {
        let place = Doing::ALL.iter().position(|other| *other == doing).unwrap_or(0);
        self.doing.store(u32::try_from(place).unwrap_or(0), Ordering::Relaxed);
    }

    /// What happens to it.
    pub fn doing(&self) -> Doing {
        Doing::ALL.get(self.doing.load(Ordering::Relaxed) as usize).copied().unwrap_or(Doing::Fetching)
    }

    /// How long its tasks will still take, told by those that have ended; `None` where none has.
    pub fn left(&self) -> Option<Duration> {
        let since = (*self.since.lock().unwrap_or_else(PoisonError::into_inner))?;
        let fresh = self.fresh.load(Ordering::Relaxed);
        let left = self.tasks.load(Ordering::Relaxed).saturating_sub(self.done.load(Ordering::Relaxed));
        since.elapsed().checked_div(fresh).map(|each| each.saturating_mul(left))
    }

    fn report(&self, (project, chunk): (ProjectId, ChunkIndex)) -> ChunkReport {
        let (done, tasks) = (self.done.load(Ordering::Relaxed), self.tasks.load(Ordering::Relaxed));
        ChunkReport { project, chunk, done, tasks, doing: self.doing() }
    }
}

/// A chunk by its project and its place, and how far it is.
type Running = ((ProjectId, ChunkIndex), Arc<Pace>);

/// How the role stands, as its parts note it.
#[derive(Default)]
pub struct Progress {
    report: Mutex<ComputeReport>,
    running: Mutex<Vec<Running>>,
    tasks: AtomicU64,
}

impl Progress {
    /// At this moment.
    pub fn report(&self) -> ComputeReport {
        let running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let running = running.iter().map(|(place, pace)| pace.report(*place)).collect();
        ComputeReport { running, tasks: self.tasks.load(Ordering::Relaxed), ..self.lock().clone() }
    }

    /// Notes something.
    pub fn note(&self, change: impl FnOnce(&mut ComputeReport)) {
        change(&mut self.lock());
    }

    /// Notes what runs.
    pub(super) fn runs(&self, mut running: Vec<Running>) {
        running.sort_by_key(|(place, _)| *place);
        *self.running.lock().unwrap_or_else(PoisonError::into_inner) = running;
    }

    /// Notes that a task was run.
    pub(super) fn ran_task(&self) {
        self.tasks.fetch_add(1, Ordering::Relaxed);
    }

    fn lock(&self) -> MutexGuard<'_, ComputeReport> {
        self.report.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_is_told_by_what_ended_since_it_was_gone_on_with() {
        let pace = Pace::default();
        assert_eq!((pace.left(), pace.doing()), (None, Doing::Fetching));
        pace.begin(4);
        pace.ended(true);
        assert_eq!(pace.left(), None, "what ended before a kill tells nothing of how fast it is now");
        pace.ended(false);
        assert!(pace.left().is_some_and(|left| left < Duration::from_secs(60)));
        pace.ended(false);
        pace.ended(false);
        assert_eq!(pace.left(), Some(Duration::ZERO));
        let progress = Progress::default();
        pace.note(Doing::Storing);
        progress.runs(vec![((2, 1), Arc::new(pace)), ((1, 9), Arc::default())]);
        progress.ran_task();
        let report = progress.report();
        assert_eq!(report.running[0], ChunkReport { project: 1, chunk: 9, done: 0, tasks: 0, doing: Doing::Fetching });
        assert_eq!(report.running[1], ChunkReport { project: 2, chunk: 1, done: 4, tasks: 4, doing: Doing::Storing });
        assert_eq!(report.tasks, 1);
    }
}
