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
    /// Streams on which a request is still to come, of all peers.
    pub greetings: usize,
    /// Requests under way that read or ask, of all peers.
    pub reads: usize,
    /// Requests under way that store, of all peers.
    pub writes: usize,
    /// Streams and requests under way, of one peer.
    pub transfers_per_peer: usize,
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
            writes_per_peer: 16,
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

/// What a request wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Read,
    Write,
}

#[derive(Clone, Copy, Default)]
struct OfPeer {
    streams: usize,
    writes: usize,
}

/// Hands out room for requests and for bytes.
///
/// Reads and writes have rooms of their own: whoever fills one leaves the other free, and streams that say nothing take neither.
pub(crate) struct Gate {
    limits: Limits,
    peers: Mutex<HashMap<PeerId, OfPeer>>,
    greetings: Arc<Semaphore>,
    reads: Arc<Semaphore>,
    writes: Arc<Semaphore>,
    read_memory: Arc<Semaphore>,
    write_memory: Arc<Semaphore>,
    counters: Arc<Counters>,
}

/// Room for one stream; dropping it gives it back.
pub(crate) struct Entry {
    gate: Arc<Gate>,
    peer: PeerId,
    is_write: bool,
    _room: OwnedSemaphorePermit,
}

impl Entry {
    /// Changes the room of a stream for that of a request, or gives both up where there is none.
    pub(crate) fn begin(mut self, kind: Kind) -> Option<Self> {
        let rooms = match kind {
            Kind::Read => &self.gate.reads,
            Kind::Write => &self.gate.writes,
        };
        self._room = rooms.clone().try_acquire_owned().ok()?;
        if kind == Kind::Write {
            let mut peers = self.gate.peers.lock().unwrap_or_else(PoisonError::into_inner);
            let of_peer = peers.entry(self.peer).or_default();
            if of_peer.writes >= self.gate.limits.writes_per_peer {
                drop(peers);
                return None;
            }
            of_peer.writes = of_peer.writes.saturating_add(1);
            drop(peers);
            self.is_write = true;
        }
        Some(self)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.gate.counters.active.fetch_sub(1, Ordering::Relaxed);
        let mut peers = self.gate.peers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(of_peer) = peers.get_mut(&self.peer) {
            of_peer.streams = of_peer.streams.saturating_sub(1);
            of_peer.writes = of_peer.writes.saturating_sub(usize::from(self.is_write));
            if of_peer.streams == 0 {
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
        // A bound below one shard would block that shard for good, and a range may need its shard twice.
        let memory = |shards: u64| units((limits.memory_bytes / 2).max(limits.shard_bytes.saturating_mul(shards))) as usize;
        Self {
            limits,
            peers: Mutex::default(),
            greetings: Arc::new(Semaphore::new(limits.greetings)),
            reads: Arc::new(Semaphore::new(limits.reads)),
            writes: Arc::new(Semaphore::new(limits.writes)),
            read_memory: Arc::new(Semaphore::new(memory(2))),
            write_memory: Arc::new(Semaphore::new(memory(1))),
            counters,
        }
    }

    /// Room for a stream of `peer`, on which its request is to come, or `None` where there is none now.
    pub(crate) fn enter(self: &Arc<Self>, peer: PeerId) -> Option<Entry> {
        let room = self.greetings.clone().try_acquire_owned().ok()?;
        let mut peers = self.peers.lock().unwrap_or_else(PoisonError::into_inner);
        let of_peer = peers.entry(peer).or_default();
        if of_peer.streams >= self.limits.transfers_per_peer {
            return None;
        }
        of_peer.streams = of_peer.streams.saturating_add(1);
        self.counters.active.fetch_add(1, Ordering::Relaxed);
        Some(Entry { gate: self.clone(), peer, is_write: false, _room: room })
    }

    /// Waits for room for `bytes` in memory.
    pub(crate) async fn memory(&self, kind: Kind, bytes: u64, patience: Duration) -> Option<OwnedSemaphorePermit> {
        let rooms = match kind {
            Kind::Read => &self.read_memory,
            Kind::Write => &self.write_memory,
        };
        let waiting = rooms.clone().acquire_many_owned(units(bytes));
        tokio::time::timeout(patience, waiting).await.ok()?.ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gate(limits: Limits) -> (Arc<Gate>, Arc<Counters>) {
        let counters = Arc::new(Counters::default());
        (Arc::new(Gate::new(limits, counters.clone())), counters)
    }

    #[test]
    fn rooms_are_bounded_and_given_back() {
        let (gate, counters) = gate(Limits { greetings: 3, transfers_per_peer: 2, ..Limits::default() });
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
    }

    #[test]
    fn writes_do_not_keep_reads_out_nor_one_peer_another() {
        let (gate, counters) = gate(Limits { greetings: 1, reads: 1, writes: 2, writes_per_peer: 1, ..Limits::default() });
        let (one, two, three) = (PeerId::random(), PeerId::random(), PeerId::random());
        let begin = |peer, kind| gate.enter(peer).unwrap().begin(kind);
        let first = begin(one, Kind::Write).unwrap();
        assert!(begin(one, Kind::Write).is_none(), "one peer has its share");
        let _second = begin(two, Kind::Write).unwrap();
        assert!(begin(three, Kind::Write).is_none(), "all writes are under way");
        let _read = begin(one, Kind::Read).unwrap();
        assert!(begin(three, Kind::Read).is_none(), "so is the one read");
        assert_eq!(counters.read().active, 3);
        drop(first);
        let _again = begin(one, Kind::Write).unwrap();
    }

    #[tokio::test]
    async fn memory_is_bounded_and_given_back() {
        let (gate, _) = gate(Limits { shard_bytes: 1 << 20, memory_bytes: 0, ..Limits::default() });
        let soon = Duration::from_millis(10);
        let held = gate.memory(Kind::Read, 2 << 20, soon).await.unwrap();
        assert!(gate.memory(Kind::Read, 1, soon).await.is_none());
        assert!(gate.memory(Kind::Write, 1 << 20, soon).await.is_some(), "storing has memory of its own");
        drop(held);
        assert!(gate.memory(Kind::Read, 1, soon).await.is_some());
    }

    #[test]
    fn a_body_has_time_by_its_size() {
        let limits = Limits { least_rate: 1 << 10, ..Limits::default() };
        assert_eq!(limits.allowance(0), START);
        assert_eq!(limits.allowance((10 << 10) + 1), START + Duration::from_secs(11));
    }
}
