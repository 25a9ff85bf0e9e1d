//! The first k of many: asking more miners than needed, as soon as some are slow.

use std::{ops::Range, time::Duration};

use bytes::Bytes;
use tokio::{task::JoinSet, time::Instant};

use super::{
    client::ShardClient,
    fetch::{FetchError, ShardRef},
    progress::Progress,
};
use crate::address::PeerAddr;

/// A miner, and the shard that it should have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The miner.
    pub peer: PeerAddr,
    /// The shard.
    pub shard: ShardRef,
}

/// Why too few shards came.
#[derive(Debug, thiserror::Error)]
#[error("{} of {wanted} shards needed came from {asked} miners{}", .got.len(), first(.failures))]
pub struct FetchAnyError {
    /// Shards needed.
    pub wanted: usize,
    /// Miners asked.
    pub asked: usize,
    /// Shards that came, with the index of their candidate.
    pub got: Vec<(usize, Bytes)>,
    /// What went wrong, with the index of the candidate.
    pub failures: Vec<(usize, FetchError)>,
}

fn first(failures: &[(usize, FetchError)]) -> String {
    failures.first().map_or_else(String::new, |(_, error)| format!("; the first failure: {error}"))
}

impl ShardClient {
    /// Fetches from the first `wanted` of `candidates` and returns what came first, with the index of its candidate.
    ///
    /// The candidates are asked in their order, best first. A failure brings in the next one at once; after `patience`
    /// without a shard, as many more as are still waited for. When enough have come, the rest are cut off. Each
    /// candidate should have another shard; `range`, where given, is fetched of each in place of the whole.
    pub async fn fetch_any(
        &self,
        candidates: &[Candidate],
        wanted: usize,
        range: Option<Range<u64>>,
        patience: Duration,
        progress: &Progress,
    ) -> Result<Vec<(usize, Bytes)>, FetchAnyError> {
        let mut got = Vec::with_capacity(wanted);
        let mut failures = Vec::new();
        // Dropping the set, on return or when the caller gives up, cuts off what is under way.
        let mut under_way = JoinSet::new();
        let mut waiting = candidates.iter().cloned().enumerate();
        let mut begin = |under_way: &mut JoinSet<_>, count: usize| {
            for (index, candidate) in waiting.by_ref().take(count) {
                let (client, range, progress) = (self.clone(), range.clone(), progress.clone());
                under_way.spawn(async move {
                    let Candidate { peer, shard } = candidate;
                    let outcome = match range {
                        Some(range) => client.fetch_range(&peer, &shard, range, &progress).await,
                        None => client.fetch_shard(&peer, &shard, &progress).await,
                    };
                    (index, outcome)
                });
            }
        };
        begin(&mut under_way, wanted);
        let mut hedge_at = Instant::now() + patience;
        while got.len() < wanted {
            let ended = tokio::select! {
                ended = under_way.join_next() => ended,
                () = tokio::time::sleep_until(hedge_at) => {
                    let missing = wanted.saturating_sub(got.len());
                    begin(&mut under_way, missing);
                    hedge_at = Instant::now() + patience;
                    continue;
                },
            };
            match ended {
                Some(Ok((index, Ok(bytes)))) => {
                    got.push((index, bytes));
                    hedge_at = Instant::now() + patience;
                },
                Some(Ok((index, Err(error)))) => {
                    tracing::debug!(%error, "a shard did not come; turning to the next miner");
                    failures.push((index, error));
                    begin(&mut under_way, 1);
                },
                // A task that panicked counts as a failure without words.
                Some(Err(_)) => begin(&mut under_way, 1),
                None => {
                    return Err(FetchAnyError { wanted, asked: candidates.len(), got, failures });
                },
            }
        }
        Ok(got)
    }
}
