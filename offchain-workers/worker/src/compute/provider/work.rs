//! Running chunks, unless the machine's owner comes first.

use std::{
    path::PathBuf,
    sync::Arc,
    time::{Duration, Instant},
};

use idlewild_compute_primitives::{
    view::{Duty, DutyView},
    ChunkIndex, ProjectId,
};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::{lock, Place, Provider};
use crate::{
    compute::{
        gather::Work as Fetched,
        owner::{in_words, LITTLE},
        progress::{Doing, Pace},
        running::{Finder, RunError},
    },
    pause::{after, rest},
};

/// Times that a chunk is tried. Its deadline mostly comes first.
const TRIES: u32 = 8;
/// How often it is looked whether a chunk that may be finished first is.
const LOOK: Duration = Duration::from_secs(2);

/// A chunk that runs, or was given up.
pub(super) struct Work {
    run: JoinHandle<()>,
    pace: Arc<Pace>,
    stop: CancellationToken,
}

impl Work {
    pub(super) fn pace(&self) -> &Arc<Pace> {
        &self.pace
    }

    /// Ends it, where it has not ended.
    pub(super) async fn end(self) {
        self.stop.cancel();
        // A task that died has nothing to end.
        let _ = self.run.await;
    }
}

impl Provider {
    /// Forgets what has ended. What was given up is kept in mind for as long as the chain waits for it, so as not to begin anew.
    pub(super) fn forget_ended(&self, duties: &[DutyView]) {
        let is_due =
            |place: &Place| duties.iter().any(|duty| duty.duty == Duty::Commit && (duty.project, duty.chunk) == *place);
        lock(&self.work)
            .retain(|place, work| !work.run.is_finished() || (work.pace.doing() == Doing::GivenUp && is_due(place)));
    }

    /// Begins to run a chunk, or goes on with it.
    pub(super) fn begin_to_run(self: &Arc<Self>, place: Place) {
        lock(&self.work).entry(place).or_insert_with(|| {
            let (this, pace, stop) = (self.clone(), Arc::new(Pace::default()), self.stop.child_token());
            let run = {
                let (pace, stop) = (pace.clone(), stop.clone());
                tokio::spawn(async move { this.run_chunk(place, &pace, &stop).await })
            };
            Work { run, pace, stop }
        });
    }

    /// Whether a chunk is being run.
    pub(super) fn is_running(&self, place: Place) -> bool {
        lock(&self.work).get(&place).is_some_and(|work| !work.run.is_finished())
    }

    /// Ends a chunk that nobody waits for any more.
    pub(super) fn abandon(&self, place: Place) {
        if let Some(work) = lock(&self.work).get(&place) {
            work.stop.cancel();
        }
    }

    async fn run_chunk(&self, place: Place, pace: &Pace, stop: &CancellationToken) {
        let (project, chunk) = place;
        let (mut failures, mut fetched) = (0u32, None);
        loop {
            if self.parts.owner.rests() {
                pace.note(Doing::Resting);
            }
            if !self.parts.owner.until_free(stop).await {
                return;
            }
            let error = match self.find_or_rest(place, pace, &mut fetched, stop).await {
                Ok(()) => {
                    tracing::info!(project, chunk, "a chunk was run");
                    return;
                },
                Err(_) if stop.is_cancelled() => return,
                Err(error) if error.is_stop() => {
                    let why = in_words(&self.parts.owner.reasons());
                    tracing::info!(project, chunk, why, "a chunk rests; what has ended of it stays");
                    continue;
                },
                Err(error) => error,
            };
            failures = failures.saturating_add(1);
            if error.is_lasting() || failures >= TRIES {
                tracing::warn!(project, chunk, %error, "a chunk is given up, and others of its project are left to others");
                pace.note(Doing::GivenUp);
                self.leave(project, error.is_lasting(), self.now().await);
                return;
            }
            tracing::warn!(project, chunk, %error, "a chunk does not run; this will be tried again");
            if !rest(after(failures), stop).await {
                return;
            }
        }
    }

    /// The clock, or 0 where nobody says.
    async fn now(&self) -> u32 {
        self.parts.compute.compute_terms().await.map_or(0, |terms| terms.now)
    }

    /// Finds what comes of a chunk, or stops on the way to it because the machine's owner needs the machine.
    async fn find_or_rest(
        &self,
        (project, chunk): (ProjectId, ChunkIndex),
        pace: &Pace,
        fetched: &mut Option<Fetched>,
        stop: &CancellationToken,
    ) -> Result<(), RunError> {
        let pause = stop.child_token();
        let finding = async {
            let gathered = tokio::select! {
                () = stop.cancelled() => return Err(idlewild_compute::executor::ExecutorError::Stopped.into()),
                gathered = self.readable(project, chunk) => gathered?,
            };
            let folder = self.folder_of(project, chunk);
            let (session, journal, storing) = (&self.parts.session, &self.parts.journal, &self.parts.storing);
            let finder = Finder { session, journal, gathered: &gathered, chunk, folder: &folder, storing, pace };
            finder.find(fetched, || self.parts.progress.ran_task(), &pause, stop).await
        };
        tokio::pin!(finding);
        tokio::select! {
            found = &mut finding => return found.map(drop),
            () = self.until_it_must_rest(pace) => pause.cancel(),
        }
        finding.await.map(drop)
    }

    /// Waits until the machine's owner needs it, and it would take too long to finish first.
    async fn until_it_must_rest(&self, pace: &Pace) {
        let owner = &self.parts.owner;
        loop {
            owner.until_wanted().await;
            let since = Instant::now();
            while owner.rests() {
                let is_little = pace.left().is_some_and(|left| left <= LITTLE);
                if owner.is_hot() || !is_little || since.elapsed() > LITTLE.saturating_mul(2) {
                    return;
                }
                tokio::time::sleep(LOOK).await;
            }
        }
    }

    /// Where a chunk is worked on.
    pub(super) fn folder_of(&self, project: ProjectId, chunk: ChunkIndex) -> PathBuf {
        self.parts.folder.join("work").join(format!("{project}-{chunk}"))
    }
}
