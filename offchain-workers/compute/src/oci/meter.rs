//! How much processor time a container has used.

use std::{
    pin::pin,
    sync::{
        atomic::{AtomicU64, Ordering},
        Arc,
    },
    time::Duration,
};

use bollard::{models::ContainerStatsResponse, query_parameters::StatsOptions};
use futures::StreamExt;
use tokio::task::AbortHandle;

use super::{
    engine::Engine,
    group::{self, Group},
    report::Report,
    settings::Metering,
};

/// The longest that a group is left unread.
const SAMPLE: Duration = Duration::from_millis(100);

/// Reads a container's processor time, while it runs and afterwards.
pub(super) enum Meter {
    /// From the group around it.
    Around(Group),
    /// From what somebody last read.
    Followed {
        /// Milliseconds.
        last: Arc<AtomicU64>,
        /// Who reads.
        follower: AbortHandle,
    },
}

impl Meter {
    /// Starts to read; the container has been started.
    pub(super) fn new(around: Option<Group>, engine: &Engine, id: &str, report: &Report, metering: Metering) -> Self {
        // An engine in a machine of its own makes it where it cannot be seen from here.
        if let Some(group) = around.filter(|group| group.used_ms().is_some()) {
            return Self::Around(group);
        }
        let last = Arc::new(AtomicU64::new(0));
        let own = (metering != Metering::Engine).then(|| group::of_container(id, report)).flatten();
        let (engine, id, seen) = (engine.clone(), id.to_owned(), last.clone());
        let follower = tokio::spawn(async move {
            match own {
                Some(group) => sample(&group, &seen).await,
                None => listen(&engine, &id, &seen).await,
            }
        });
        Self::Followed { last, follower: follower.abort_handle() }
    }

    /// Milliseconds so far.
    pub(super) fn used_ms(&self) -> u64 {
        match self {
            Self::Around(group) => group.used_ms().unwrap_or(0),
            Self::Followed { last, .. } => last.load(Ordering::Relaxed),
        }
    }

    /// The most memory that it had, where that is known.
    pub(super) fn peak(&self) -> Option<u64> {
        match self {
            Self::Around(group) => group.peak(),
            Self::Followed { .. } => None,
        }
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        if let Self::Followed { follower, .. } = self {
            follower.abort();
        }
    }
}

/// Reads a group until it is gone.
async fn sample(group: &Group, last: &AtomicU64) {
    // A short task is read more often.
    let mut pause = Duration::from_millis(5);
    while let Some(used) = group.used_ms() {
        last.store(used, Ordering::Relaxed);
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(SAMPLE);
    }
}

/// Hears what the engine says until it says no more.
async fn listen(engine: &Engine, id: &str, last: &AtomicU64) {
    let options = StatsOptions { stream: true, one_shot: false };
    let mut told = pin!(engine.docker().stats(id, Some(options)));
    while let Some(Ok(stats)) = told.next().await {
        last.fetch_max(used_ms(&stats), Ordering::Relaxed);
    }
}

/// Milliseconds of processor time in the engine's words.
pub(super) fn used_ms(stats: &ContainerStatsResponse) -> u64 {
    let used = stats.cpu_stats.as_ref().and_then(|cpu| cpu.cpu_usage.as_ref()).and_then(|usage| usage.total_usage);
    used.unwrap_or(0) / 1_000_000
}
