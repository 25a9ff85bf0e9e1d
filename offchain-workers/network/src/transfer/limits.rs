//! How much a server does at once.

use std::{
    collections::HashMap,
    sync::{
        atomic::{AtomicU64, Ordering},
        Arc, Mutex, PoisonError,
    },
    time::Duration,
};

use libp2p::PeerId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Bytes that one unit of the memory bound stands for.
const UNIT: u64 = 1 << 10;

/// Bounds of a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Requests under way, of all peers.
    pub transfers: usize,
    /// Requests under way, of one peer.
    pub transfers_per_peer: usize,
    /// Bytes of the largest shard that is taken.
    pub shard_bytes: u64,
    /// Bytes of shards in memory; requests beyond it wait.
    pub memory_bytes: u64,
    /// Shards whose inner hashes are remembered for range requests (64 KiB for the largest ones).
    pub outboards: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            transfers: 128,
            transfers_per_peer: 32,
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

/// Hands out room for requests and for bytes.
pub(crate) struct Gate {
    limits: Limits,
    peers: Mutex<HashMap<PeerId, usize>>,
    transfers: Arc<Semaphore>,
    memory: Arc<Semaphore>,
    counters: Arc<Counters>,
}

/// Room for one request; dropping it gives it back.
pub(crate) struct Entry {
    gate: Arc<Gate>,
    peer: PeerId,
    _transfer: OwnedSemaphorePermit,
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.gate.counters.active.fetch_sub(1, Ordering::Relaxed);
        let mut peers = self.gate.peers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = peers.get_mut(&self.peer) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                peers.remove(&self.peer);
            }
        }
    }
}

fn units(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX)
}

impl Gate {
    pub(crate) fn new(limits: Limits, counters: Arc<Counters>) -> Self {
        // A bound below one shard would block that shard for good.
        let memory = limits.memory_bytes.max(limits.shard_bytes.saturating_mul(2));
        Self {
            limits,
            peers: Mutex::default(),
            transfers: Arc::new(Semaphore::new(limits.transfers)),
            memory: Arc::new(Semaphore::new(units(memory) as usize)),
            counters,
        }
    }

    /// Room for a request of `peer`, or `None` where there is none now.
    pub(crate) fn enter(self: &Arc<Self>, peer: PeerId) -> Option<Entry> {
        let transfer = self.transfers.clone().try_acquire_owned().ok()?;
        let mut peers = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
        let count = peers.entry(peer).or_default();
        if *count >= self.limits.transfers_per_peer {
            return None;
        }
        *count = count.saturating_add(1);
        self.counters.active.fetch_add(1, Ordering::Relaxed);
        Some(Entry { gate: self.clone(), peer, _transfer: transfer })
    }

    /// Waits for room for `bytes` in memory.
    pub(crate) async fn memory(&self, bytes: u64, patience: Duration) -> Option<OwnedSemaphorePermit> {
        let waiting = self.memory.clone().acquire_many_owned(units(bytes));
        tokio::time::timeout(patience, waiting).await.ok()?.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn rooms_are_bounded_and_given_back() {
        let limits = Limits { transfers: 3, transfers_per_peer: 2, shard_bytes: 1 << 20, memory_bytes: 0, outboards: 1 };
        let counters = Arc::new(Counters::default());
        let gate = Arc::new(Gate::new(limits, counters.clone()));
        let (one, two) = (PeerId::random(), PeerId::random());
        let first = gate.enter(one).unwrap();
        let _second = gate.enter(one).unwrap();
        assert!(gate.enter(one).is_none(), "one peer has two");
        let _third = gate.enter(two).unwrap();
        assert!(gate.enter(two).is_none(), "all have three");
        assert_eq!(counters.read().active, 3);
        drop(first);
        assert_eq!(counters.read().active, 2);
        let _again = gate.enter(two).unwrap();

        let held = gate.memory(2 << 20, Duration::from_secs(1)).await.unwrap();
        assert!(gate.memory(1, Duration::from_millis(10)).await.is_none());
        drop(held);
        assert!(gate.memory(1, Duration::from_millis(10)).await.is_some());
    }
}
