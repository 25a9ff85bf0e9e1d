//! Streams and their shares.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use idlewild_capacity_primitives::Balance;
use scale_info::TypeInfo;
use sp_runtime::Perbill;

/// Who draws from the pool, and what for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Stream {
    /// Whose plot won the round.
    #[codec(index = 0)]
    Capacity,
    /// Who proved storage.
    #[codec(index = 1)]
    Storage,
    /// Who sent bytes that were paid for.
    #[codec(index = 2)]
    Traffic,
    /// Who audited others' work.
    #[codec(index = 3)]
    Trackers,
    /// Who wrote blocks.
    #[codec(index = 4)]
    Collators,
}

/// Something for each stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct PerStream<V> {
    /// Whose plot won the round.
    pub capacity: V,
    /// Who proved storage.
    pub storage: V,
    /// Who sent bytes that were paid for.
    pub traffic: V,
    /// Who audited others' work.
    pub trackers: V,
    /// Who wrote blocks.
    pub collators: V,
}

/// Each stream's part of a minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Shares(pub PerStream<Perbill>);

impl Default for Shares {
    /// All for capacity: what CCDN mines is mined by space alone.
    fn default() -> Self {
        Self(PerStream { capacity: Perbill::one(), ..PerStream::default() })
    }
}

/// What each stream may still draw of the last minute.
pub type Ready = PerStream<Balance>;

impl<V> PerStream<V> {
    /// A stream's.
    pub fn of(&mut self, stream: Stream) -> &mut V {
        match stream {
            Stream::Capacity => &mut self.capacity,
            Stream::Storage => &mut self.storage,
            Stream::Traffic => &mut self.traffic,
            Stream::Trackers => &mut self.trackers,
            Stream::Collators => &mut self.collators,
        }
    }

    /// All of them, in the order of [`Stream`].
    pub fn all(self) -> [V; 5] {
        [self.capacity, self.storage, self.traffic, self.trackers, self.collators]
    }

    /// The same for each stream of what it has.
    pub fn map<U>(self, mut change: impl FnMut(V) -> U) -> PerStream<U> {
        PerStream {
            capacity: change(self.capacity),
            storage: change(self.storage),
            traffic: change(self.traffic),
            trackers: change(self.trackers),
            collators: change(self.collators),
        }
    }
}

impl Shares {
    /// Whether they are not more than the whole together.
    pub fn are_within_the_whole(&self) -> bool {
        let parts: u64 = self.0.all().into_iter().map(|share| u64::from(share.deconstruct())).sum();
        parts <= u64::from(Perbill::one().deconstruct())
    }

    /// What each stream gets of an amount, rounded down.
    pub fn of(&self, amount: Balance) -> Ready {
        self.0.map(|share| share.mul_floor(amount))
    }
}
