//! Hands out room for requests and for bytes.
//!
//! Reads and writes have rooms of their own: whoever fills one leaves the other free, and streams that say nothing take neither.
//! Nobody has all of a room: a peer has a share, and so have all the peers of one origin together, as peer keys cost nothing.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{atomic::Ordering, Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use libp2p::PeerId;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use super::limits::{Counters, Limits};
use crate::origin::Origin;

/// Bytes that one unit of the memory bound stands for.
const UNIT: u64 = 1 << 10;
/// The part of the memory for reading that one peer has.
const READING_PART: u64 = 8;
/// The part of the memory for storing that one peer has: two of the usual largest shards, so that they come side by side.
const STORING_PART: u64 = 3;
/// The part of everything that one origin has.
const ORIGIN_PART: usize = 2;

/// What a request wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Read,
    Write,
}

/// One number for reading and one for storing.
#[derive(Clone, Copy, Default)]
struct PerKind<T> {
    read: T,
    write: T,
}

impl<T> PerKind<T> {
    fn of(&self, kind: Kind) -> &T {
        match kind {
            Kind::Read => &self.read,
            Kind::Write => &self.write,
        }
    }

    fn of_mut(&mut self, kind: Kind) -> &mut T {
        match kind {
            Kind::Read => &mut self.read,
            Kind::Write => &mut self.write,
        }
    }
}

/// Who has a share.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Holder {
    Peer(PeerId),
    Origin(Origin),
}

/// The most that a holder may have.
#[derive(Clone, Copy)]
struct Share {
    streams: usize,
    requests: PerKind<usize>,
    memory: PerKind<u32>,
}

/// What a holder has.
struct Held {
    streams: usize,
    requests: PerKind<usize>,
    memory: PerKind<Arc<Semaphore>>,
}

#[derive(Default)]
struct State {
    holders: HashMap<Holder, Held>,
    /// Streams on which a request is still to come, by age.
    greetings: BTreeMap<u64, CancellationToken>,
    next: u64,
}

/// The rooms, and who is in them.
pub(crate) struct Gate {
    greetings: usize,
    of_peer: Share,
    of_origin: Share,
    requests: PerKind<Arc<Semaphore>>,
    memory: PerKind<Arc<Semaphore>>,
    state: Mutex<State>,
    counters: Arc<Counters>,
}

enum Place {
    Greeting(u64),
    Request { kind: Kind, _room: OwnedSemaphorePermit },
}

/// Room for one stream; dropping it gives it back.
pub(crate) struct Entry {
    gate: Arc<Gate>,
    holders: Vec<Holder>,
    place: Place,
    dropped: CancellationToken,
}

/// Room for bytes; dropping it gives it back.
pub(crate) struct Memory {
    permits: Vec<OwnedSemaphorePermit>,
}

fn units(bytes: u64) -> u32 {
    u32::try_from(bytes.div_ceil(UNIT)).unwrap_or(u32::MAX)
}

impl Gate {
    pub(crate) fn new(limits: Limits, counters: Arc<Counters>) -> Self {
        // A bound below one shard would block that shard for good, and a range may need its shard twice.
        let memory = |shards: u64| (limits.memory_bytes / 2).max(limits.shard_bytes.saturating_mul(shards));
        let (reading, storing) = (memory(2), memory(1));
        let of_peer = Share {
            streams: limits.transfers_per_peer,
            requests: PerKind { read: limits.reads_per_peer, write: limits.writes_per_peer },
            memory: PerKind {
                read: units(reading.div_ceil(READING_PART)).max(1),
                write: units(storing.div_ceil(STORING_PART)).max(1),
            },
        };
        let part = |all: usize| all.div_ceil(ORIGIN_PART);
        let part_of_memory = |bytes: u64| units(bytes.div_ceil(ORIGIN_PART as u64)).max(1);
        let of_origin = Share {
            streams: part(limits.greetings.saturating_add(limits.reads).saturating_add(limits.writes)),
            requests: PerKind { read: part(limits.reads), write: part(limits.writes) },
            memory: PerKind { read: part_of_memory(reading), write: part_of_memory(storing) },
        };
        let semaphore = |count: usize| Arc::new(Semaphore::new(count));
        Self {
            greetings: limits.greetings,
            of_peer,
            of_origin,
            requests: PerKind { read: semaphore(limits.reads), write: semaphore(limits.writes) },
            memory: PerKind { read: semaphore(units(reading) as usize), write: semaphore(units(storing) as usize) },
            state: Mutex::default(),
            counters,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn share(&self, holder: &Holder) -> &Share {
        match holder {
            Holder::Peer(_) => &self.of_peer,
            Holder::Origin(_) => &self.of_origin,
        }
    }

    /// Room for a stream of `peer`, on which its request is to come, or `None` where its share is used up.
    ///
    /// Where too many are silent, the oldest of them makes room: silence costs nothing, and must keep nobody out.
    pub(crate) fn enter(self: &Arc<Self>, peer: PeerId, origin: Option<Origin>) -> Option<Entry> {
        let holders: Vec<Holder> = [Some(Holder::Peer(peer)), origin.map(Holder::Origin)].into_iter().flatten().collect();
        let mut state = self.state();
        let has_room = |holder: &Holder| state.holders.get(holder).map_or(0, |held| held.streams) < self.share(holder).streams;
        if self.greetings == 0 || !holders.iter().all(has_room) {
            return None;
        }
        for holder in &holders {
            let held = state.holders.entry(*holder).or_insert_with(|| Held::none(self.share(holder)));
            held.streams = held.streams.saturating_add(1);
        }
        while state.greetings.len() >= self.greetings {
            let Some((_, oldest)) = state.greetings.pop_first() else { break };
            oldest.cancel();
        }
        let number = state.next;
        state.next = number.wrapping_add(1);
        let dropped = CancellationToken::new();
        state.greetings.insert(number, dropped.clone());
        self.counters.active.fetch_add(1, Ordering::Relaxed);
        drop(state);
        Some(Entry { gate: self.clone(), holders, place: Place::Greeting(number), dropped })
    }
}

impl Held {
    fn none(share: &Share) -> Self {
        let room = |units: u32| Arc::new(Semaphore::new(units as usize));
        Self {
            streams: 0,
            requests: PerKind::default(),
            memory: PerKind { read: room(share.memory.read), write: room(share.memory.write) },
        }
    }
}

impl Entry {
    /// Cancelled where the stream must make room for others before its request has come.
    pub(crate) fn dropped(&self) -> CancellationToken {
        self.dropped.clone()
    }

    /// Changes the room of a stream for that of a request, or gives both up where there is none.
    pub(crate) fn begin(mut self, kind: Kind) -> Option<Self> {
        let room = self.gate.requests.of(kind).clone().try_acquire_owned().ok()?;
        let gate = self.gate.clone();
        let mut state = gate.state();
        let has_room = |holder: &Holder| {
            state.holders.get(holder).is_none_or(|held| held.requests.of(kind) < gate.share(holder).requests.of(kind))
        };
        if !self.holders.iter().all(has_room) {
            // Before this entry is dropped, which takes the lock again.
            drop(state);
            return None;
        }
        for holder in &self.holders {
            if let Some(held) = state.holders.get_mut(holder) {
                let count = held.requests.of_mut(kind);
                *count = count.saturating_add(1);
            }
        }
        if let Place::Greeting(number) = self.place {
            state.greetings.remove(&number);
        }
        drop(state);
        self.place = Place::Request { kind, _room: room };
        Some(self)
    }

    /// Waits for room for `bytes` in memory, first in the shares of those who ask and then in all. A request that is larger than
    /// a share takes the whole share.
    pub(crate) async fn memory(&self, bytes: u64, patience: Duration) -> Option<Memory> {
        let Place::Request { kind, .. } = &self.place else { return None };
        let mut rooms = Vec::new();
        {
            let state = self.gate.state();
            for holder in &self.holders {
                let most = *self.gate.share(holder).memory.of(*kind);
                rooms.extend(state.holders.get(holder).map(|held| (held.memory.of(*kind).clone(), most)));
            }
        }
        rooms.push((self.gate.memory.of(*kind).clone(), u32::MAX));
        let waiting = async {
            let mut permits = Vec::with_capacity(rooms.len());
            for (room, most) in rooms {
                permits.push(room.acquire_many_owned(units(bytes).min(most)).await.ok()?);
            }
            Some(Memory { permits })
        };
        tokio::time::timeout(patience, waiting).await.ok()?
    }
}

impl Memory {
    /// Gives back all but the room for `bytes`.
    pub(crate) fn shrink(&mut self, bytes: u64) {
        for permit in &mut self.permits {
            let spare = permit.num_permits().saturating_sub(units(bytes) as usize);
            drop(permit.split(spare));
        }
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.gate.counters.active.fetch_sub(1, Ordering::Relaxed);
        let mut state = self.gate.state();
        if let Place::Greeting(number) = self.place {
            state.greetings.remove(&number);
        }
        for holder in &self.holders {
            let Some(held) = state.holders.get_mut(holder) else { continue };
            held.streams = held.streams.saturating_sub(1);
            if let Place::Request { kind, .. } = &self.place {
                let count = held.requests.of_mut(*kind);
                *count = count.saturating_sub(1);
            }
            if held.streams == 0 {
                state.holders.remove(holder);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOON: Duration = Duration::from_millis(10);

    fn gate(limits: Limits) -> (Arc<Gate>, Arc<Counters>) {
        let counters = Arc::new(Counters::default());
        (Arc::new(Gate::new(limits, counters.clone())), counters)
    }

    fn origin(last: u8) -> Option<Origin> {
        Origin::of(&format!("/ip4/203.0.113.{last}/tcp/1").parse().unwrap(), false)
    }

    fn begin(gate: &Arc<Gate>, kind: Kind) -> Entry {
        gate.enter(PeerId::random(), None).unwrap().begin(kind).unwrap()
    }

    #[test]
    fn a_peer_has_so_many_streams_and_they_are_given_back() {
        let (gate, counters) = gate(Limits { transfers_per_peer: 2, ..Limits::default() });
        let (one, two) = (PeerId::random(), PeerId::random());
        let first = gate.enter(one, None).unwrap();
        let _second = gate.enter(one, None).unwrap();
        assert!(gate.enter(one, None).is_none(), "one peer has two");
        let _third = gate.enter(two, None).unwrap();
        assert_eq!(counters.read().active, 3);
        drop(first);
        assert_eq!(counters.read().active, 2);
        let _again = gate.enter(one, None).unwrap();
    }

    #[test]
    fn the_oldest_silent_stream_makes_room_for_a_new_one() {
        let (gate, counters) = gate(Limits { greetings: 2, ..Limits::default() });
        let mut entries: Vec<_> = (0..3).map(|_| gate.enter(PeerId::random(), None).unwrap()).collect();
        let dropped = |entries: &[Entry]| entries.iter().map(|entry| entry.dropped().is_cancelled()).collect::<Vec<_>>();
        assert_eq!(dropped(&entries), [true, false, false]);
        // One whose request has come is silent no more.
        let second = entries.remove(1).begin(Kind::Read).unwrap();
        entries.push(gate.enter(PeerId::random(), None).unwrap());
        assert_eq!((dropped(&entries), second.dropped().is_cancelled()), (vec![true, false, false], false));
        entries.push(gate.enter(PeerId::random(), None).unwrap());
        assert_eq!(dropped(&entries), [true, true, false, false]);
        drop((entries, second));
        assert_eq!(counters.read().active, 0);
        assert!(gate.state().greetings.is_empty() && gate.state().holders.is_empty());
    }

    #[test]
    fn writes_do_not_keep_reads_out_nor_one_peer_another() {
        let (gate, counters) = gate(Limits { reads: 2, reads_per_peer: 1, writes: 2, writes_per_peer: 1, ..Limits::default() });
        let (one, two, three) = (PeerId::random(), PeerId::random(), PeerId::random());
        let begin = |peer, kind| gate.enter(peer, None).unwrap().begin(kind);
        let first = begin(one, Kind::Write).unwrap();
        assert!(begin(one, Kind::Write).is_none(), "one peer has its share");
        let _second = begin(two, Kind::Write).unwrap();
        assert!(begin(three, Kind::Write).is_none(), "all writes are under way");
        let _read = begin(one, Kind::Read).unwrap();
        assert!(begin(one, Kind::Read).is_none(), "one peer has its share of reads");
        let _other = begin(two, Kind::Read).unwrap();
        assert!(begin(three, Kind::Read).is_none(), "all reads are under way");
        assert_eq!(counters.read().active, 4);
        drop(first);
        let _again = begin(one, Kind::Write).unwrap();
    }

    #[tokio::test]
    async fn many_peers_of_one_origin_have_half_of_all() {
        let limits = Limits { reads: 4, shard_bytes: 1 << 20, memory_bytes: 0, ..Limits::default() };
        let (gate, _) = gate(limits);
        let begin = |origin| gate.enter(PeerId::random(), origin).unwrap().begin(Kind::Read);
        let (first, second) = (begin(origin(1)).unwrap(), begin(origin(1)).unwrap());
        assert!(begin(origin(1)).is_none(), "one address has half of the requests");
        let (other, here) = (begin(origin(2)).unwrap(), begin(None).unwrap());
        let _held = first.memory(1 << 20, SOON).await.unwrap();
        assert!(second.memory(1, SOON).await.is_none(), "and half of the memory");
        assert!(other.memory(1, SOON).await.is_some() && here.memory(1, SOON).await.is_some());
    }

    #[tokio::test]
    async fn memory_is_bounded_and_given_back() {
        let (gate, _) = gate(Limits { shard_bytes: 1 << 20, memory_bytes: 0, ..Limits::default() });
        let (one, two, write) = (begin(&gate, Kind::Read), begin(&gate, Kind::Read), begin(&gate, Kind::Write));
        let mut held = one.memory(2 << 20, SOON).await.unwrap();
        assert!(two.memory(1, SOON).await.is_none());
        assert!(write.memory(1 << 20, SOON).await.is_some(), "storing has memory of its own");
        held.shrink(1 << 20);
        assert!(two.memory(1 << 20, SOON).await.is_some(), "what is not needed any more is free");
        assert!(two.memory((1 << 20) + 1, SOON).await.is_none());
        drop(held);
        assert!(two.memory(2 << 20, SOON).await.is_some());
    }

    #[tokio::test]
    async fn one_peer_has_an_eighth_of_the_memory_for_reading() {
        let (gate, _) = gate(Limits { shard_bytes: 1 << 10, memory_bytes: 16 << 20, ..Limits::default() });
        let peer = PeerId::random();
        let begin = || gate.enter(peer, None).unwrap().begin(Kind::Read).unwrap();
        let (first, second) = (begin(), begin());
        let mut held = first.memory(1 << 20, SOON).await.unwrap();
        assert!(second.memory(1, SOON).await.is_none());
        held.shrink(1 << 19);
        assert!(second.memory(1 << 19, SOON).await.is_some());
    }
}
