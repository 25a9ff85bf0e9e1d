//! How much a server does at once.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// Bounds of a server.
///
/// A peer has an eighth of the memory for reading, and a third of that for storing, for which an owner's balance stands. All
/// peers of one IPv4 address, or one /64 network of IPv6, have half of everything together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Streams on which a request is still to come, of all peers; where there are more, the oldest is dropped.
    pub greetings: usize,
    /// Requests under way that read or ask, of all peers.
    pub reads: usize,
    /// Requests under way that store, of all peers.
    pub writes: usize,
    /// Streams and requests under way, of one peer.
    pub transfers_per_peer: usize,
    /// Requests under way that read or ask, of one peer.
    pub reads_per_peer: usize,
    /// Requests under way that store, of one peer.
    pub writes_per_peer: usize,
    /// Bytes a second that the other side must take or give; a slower one is cut off, so that it keeps nobody out.
    pub least_rate: u64,
    /// Bytes of the largest shard that is taken.
    pub shard_bytes: u64,
    /// Bytes of shards in memory, half of them for storing and half for reading; requests beyond it wait.
    pub memory_bytes: u64,
    /// Shards whose inner hashes are remembered for range requests (64 KiB for the largest ones).
    pub outboards: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            greetings: 256,
            reads: 128,
            writes: 64,
            transfers_per_peer: 32,
            reads_per_peer: 16,
            writes_per_peer: 8,
            least_rate: 128 << 10,
            shard_bytes: super::max_shard_bytes(),
            memory_bytes: 256 << 20,
            outboards: 256,
        }
    }
}

/// What a server has done since it started; for metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TransferCounts {
    /// Requests under way.
    pub active: u64,
    /// Shards stored and signed for.
    pub stored: u64,
    /// Requests for shards or ranges that were served to the end.
    pub served: u64,
    /// Requests refused.
    pub refused: u64,
    /// Requests that broke off.
    pub failed: u64,
    /// Shard bytes taken in.
    pub bytes_in: u64,
    /// Shard bytes given out, hashes of slices included.
    pub bytes_out: u64,
}

#[derive(Default)]
pub(crate) struct Counters {
    pub(crate) active: AtomicU64,
    pub(crate) stored: AtomicU64,
    pub(crate) served: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) failed: AtomicU64,
    pub(crate) bytes_in: AtomicU64,
    pub(crate) bytes_out: AtomicU64,
}

impl Counters {
    pub(crate) fn read(&self) -> TransferCounts {
        let get = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        TransferCounts {
            active: get(&self.active),
            stored: get(&self.stored),
            served: get(&self.served),
            refused: get(&self.refused),
            failed: get(&self.failed),
            bytes_in: get(&self.bytes_in),
            bytes_out: get(&self.bytes_out),
        }
    }
}

pub(crate) fn count(counter: &AtomicU64, by: u64) {
    counter.fetch_add(by, Ordering::Relaxed);
}

/// Time that every transfer has, whatever its size.
const START: Duration = Duration::from_secs(20);

impl Limits {
    /// How long a body of so many bytes may take.
    pub(crate) fn allowance(&self, bytes: u64) -> Duration {
        let seconds = bytes.div_ceil(self.least_rate.max(1));
        START.saturating_add(Duration::from_secs(seconds))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_has_time_by_its_size() {
        let limits = Limits { least_rate: 1 << 10, ..Limits::default() };
        assert_eq!(limits.allowance(0), START);
        assert_eq!(limits.allowance((10 << 10) + 1), START + Duration::from_secs(11));
    }
}
