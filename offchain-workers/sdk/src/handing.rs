//! The key of a private input, handed to whoever runs a chunk.
//!
//! It stands nowhere but with the requester. Each provider that begins a chunk gets it sealed to the key of its peer, which is on chain,
//! and its time begins with that. So somebody has to be there for as long as chunks are begun: who is gone when a provider waits lets it
//! go free after some blocks, and the chunk is given out again.

use std::{collections::BTreeMap, future::Future, time::Duration};

use futures::{stream, StreamExt};
use idlewild_chain_client::{pause::jittered, ComputeCall, ReadError};
use idlewild_client::seal::{of_input, seal_to_peer, SealError};
use idlewild_compute_primitives::{
    chunk::{Replica, Step},
    view::ChunkView,
    ChunkIndex, Clock, ProjectId, ProviderId,
};
use tokio::time::{sleep, Instant};

use crate::{
    submit::JobId,
    watch::{Progress, WatchError, PAUSE, TRIES},
    Sdk,
};

/// Keys that are handed over side by side.
const AT_ONCE: usize = 16;
/// Pause before a provider that could not be given the key is tried again, as each try may cost a fee; twice as long each further
/// time.
const FIRST: Duration = Duration::from_secs(4);
/// The longest pause.
const LONGEST: Duration = Duration::from_secs(64);

/// What happens while keys are handed over.
#[derive(Clone, Debug)]
pub enum HandingEvent {
    /// A provider has the key.
    Handed {
        /// The chunk that it has it for.
        chunk: ChunkIndex,
        /// The provider.
        provider: ProviderId,
    },
    /// A provider could not be given it; where there is time, that is tried again.
    Failed {
        /// The chunk that it should have had it for.
        chunk: ChunkIndex,
        /// The provider.
        provider: ProviderId,
        /// Why.
        reason: String,
    },
}

/// Why one provider was not given the key.
#[derive(Debug, thiserror::Error)]
enum HandingError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error("its peer key is none that can be sealed to: {0}")]
    Seal(#[from] SealError),
    #[error(transparent)]
    Submit(#[from] idlewild_chain_client::SubmitError),
    #[error("it is gone from the chain")]
    Gone,
}

/// One run of a chunk: its place, its provider, and when that began.
type Run = (ChunkIndex, ProviderId, Clock);

/// Runs that wait for the key, and may have it already.
fn waiting(chunks: &[ChunkView], now: Clock) -> Vec<Run> {
    let waits = |replica: &&Replica| matches!(replica.step, Step::Running { until } if now <= until);
    let of_chunk = |chunk: &ChunkView| {
        let runs = chunk.replicas.iter().filter(waits);
        runs.map(|replica| (chunk.index, replica.provider, replica.since)).collect::<Vec<_>>()
    };
    chunks.iter().flat_map(of_chunk).collect()
}

/// What came of a run's key.
enum Given {
    Handed,
    Failed { times: u32, at: Instant, pause: Duration },
}

/// Runs that were tried.
#[derive(Default)]
struct Tried(BTreeMap<Run, Given>);

impl Tried {
    /// Those whose turn is now, of all that wait. Of others nothing has to be known any more: they are over, or their time is.
    fn due(&mut self, waiting: Vec<Run>, now: Instant) -> Vec<Run> {
        self.0.retain(|run, _| waiting.contains(run));
        let is_due = |run: &Run| match self.0.get(run) {
            None => true,
            Some(Given::Handed) => false,
            Some(Given::Failed { at, pause, .. }) => now.saturating_duration_since(*at) >= *pause,
        };
        waiting.into_iter().filter(is_due).collect()
    }

    fn handed(&mut self, run: Run) {
        self.0.insert(run, Given::Handed);
    }

    fn failed(&mut self, run: Run, at: Instant) {
        let before = match self.0.get(&run) {
            Some(Given::Failed { times, .. }) => *times,
            _ => 0,
        };
        let pause = FIRST.saturating_mul(1u32.checked_shl(before).unwrap_or(u32::MAX)).min(LONGEST);
        self.0.insert(run, Given::Failed { times: before.saturating_add(1), at, pause: jittered(pause) });
    }
}

/// Asks the chain, some times in a row where it cannot be asked: who hands keys over has to be there for as long as a job runs.
async fn patiently<T, F>(pause: Duration, ask: impl Fn() -> F) -> Result<T, WatchError>
where
    F: Future<Output = Result<T, WatchError>>,
{
    let mut tried = 0u32;
    loop {
        tried = tried.saturating_add(1);
        match ask().await {
            Err(WatchError::Read(_)) if tried < TRIES => sleep(jittered(pause.saturating_mul(tried))).await,
            asked => return asked,
        }
    }
}

impl Sdk {
    /// Hands the key of a private job's input to each provider that begins one of its chunks, until the project is over. The same again
    /// goes on where it was. A provider that cannot be given it is tried again, less often each time, for as long as it waits.
    pub async fn hand_keys(
        &self,
        project: ProjectId,
        job: &JobId,
        told: impl Fn(HandingEvent) + Send + Sync,
    ) -> Result<(), WatchError> {
        let key = job.input_key();
        let mut blocks = patiently(PAUSE, || async { Ok(self.blocks().await?) }).await?;
        let mut tried = Tried::default();
        while let Some(waiting) = patiently(PAUSE, || self.waiting(project)).await? {
            let key = &key;
            let due = tried.due(waiting, Instant::now()).into_iter();
            let handing = due.map(|run| async move { (run, self.hand(project, run, key).await) });
            let mut handing = stream::iter(handing).buffer_unordered(AT_ONCE);
            while let Some((run, given)) = handing.next().await {
                let (chunk, provider, _) = run;
                match given {
                    Ok(()) => {
                        tried.handed(run);
                        told(HandingEvent::Handed { chunk, provider });
                    },
                    Err(error) => {
                        tried.failed(run, Instant::now());
                        told(HandingEvent::Failed { chunk, provider, reason: error.to_string() });
                    },
                }
            }
            blocks.next().await?;
        }
        Ok(())
    }

    /// Runs of a project that wait for the key now, and may have it already; `None` where the project is over.
    async fn waiting(&self, project: ProjectId) -> Result<Option<Vec<Run>>, WatchError> {
        let (view, chunks) = (self.project(project).await?, self.chunks(project).await?);
        if Progress::of(&view, &chunks).is_over() {
            return Ok(None);
        }
        Ok(Some(waiting(&chunks, self.compute.compute_terms().await?.now)))
    }

    async fn hand(&self, project: ProjectId, (chunk, provider, _): Run, key: &[u8; 32]) -> Result<(), HandingError> {
        if self.compute.key_for(project, chunk, provider).await?.is_some() {
            return Ok(());
        }
        let peer = self.compute.provider(provider).await?.ok_or(HandingError::Gone)?.peer_key;
        let key = seal_to_peer(key, &peer, &of_input(project, chunk, provider))?;
        self.session.submitter().submit(ComputeCall::Wrap { project, chunk, provider, key }.into()).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use idlewild_compute_primitives::{chunk::Stage, view::Due};

    use super::*;

    #[test]
    fn whoever_runs_and_still_has_time_is_given_the_key() {
        let replica = |provider, step| Replica { provider, bond: 1, since: 5, step, is_paid: false };
        let replicas = vec![
            replica(1, Step::Running { until: 20 }),
            replica(2, Step::Running { until: 9 }),
            replica(3, Step::Committed { commitment: [0; 32], at: 7 }),
        ];
        let (claims, drawn, tried) = Default::default();
        let (stage, due) = (Stage::Working { since: None }, Due::Commit);
        let chunk = ChunkView { index: 4, stage, replicas, wanted: 1, claims, drawn, tried, due, until: 20 };
        assert_eq!(waiting(&[chunk], 10), [(4, 1, 5)]);
    }

    #[test]
    fn a_provider_that_cannot_be_given_the_key_is_tried_less_often_each_time() {
        let (run, other, begun) = ((4, 1, 5), (4, 2, 5), Instant::now());
        let mut tried = Tried::default();
        assert_eq!(tried.due(vec![run, other], begun), [run, other]);
        tried.handed(other);
        tried.failed(run, begun);
        assert_eq!(tried.due(vec![run, other], begun + FIRST / 4), []);
        assert_eq!(tried.due(vec![run, other], begun + FIRST), [run]);
        let later = begun + FIRST;
        tried.failed(run, later);
        assert_eq!(tried.due(vec![run, other], later + FIRST * 3 / 4), [], "twice as long");
        assert_eq!(tried.due(vec![run, other], later + FIRST * 2), [run]);
        for _ in 0..100 {
            tried.failed(run, later);
        }
        assert_eq!(tried.due(vec![run, other], later + LONGEST), [run], "and never for longer than that");
        // Its time is over, and later it begins again.
        assert_eq!(tried.due(vec![other], later), []);
        assert_eq!(tried.due(vec![run, other], later), [run]);
    }

    #[tokio::test]
    async fn a_node_that_is_away_for_a_moment_ends_nothing() {
        let asked = Cell::new(0);
        let after = |failures: u32| {
            let asked = &asked;
            asked.set(0);
            patiently(Duration::ZERO, move || async move {
                asked.set(asked.get() + 1);
                if asked.get() > failures {
                    return Ok(());
                }
                Err(ReadError::Rpc("away".into()).into())
            })
        };
        assert!(after(TRIES - 1).await.is_ok());
        assert_eq!(asked.get(), TRIES);
        assert!(matches!(after(u32::MAX).await, Err(WatchError::Read(_))));
        assert_eq!(asked.get(), TRIES, "it is not asked for ever");
        asked.set(0);
        let gone = patiently(Duration::ZERO, || async {
            asked.set(asked.get() + 1);
            Err::<(), _>(WatchError::NoSuchProject(1))
        });
        assert!(matches!(gone.await, Err(WatchError::NoSuchProject(1))));
        assert_eq!(asked.get(), 1, "that is an answer");
    }
}
