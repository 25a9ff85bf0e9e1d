//! Room for shards on their way in: what no deal asks for yet is bounded, in bytes and in number, and for each owner.

use std::sync::{Arc, Mutex, PoisonError};

use idlewild_storage::tally::{Sum, Tally};
use idlewild_storage_primitives::receipt::StoreRequest;

/// Part of the capacity that shards without a deal may take, in percent.
const SHARE: u64 = 5;
/// Shards without a deal may always take so much, or a small miner could never take a large shard.
const LEAST: u64 = 256 << 20;
/// Shards without a deal, of all owners. Each is a file and a record, however short it is.
const MOST_SHARDS: u32 = 65_536;
/// Shards without a deal of one owner: with two slots of a segment each, a quarter of a TiB at once.
const MOST_OF_OWNER: u32 = 8_192;

/// Why there is no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Crowded {
    /// Too many bytes.
    #[error("too much is waiting for its deal here; try again later")]
    Bytes,
    /// Too many shards.
    #[error("too many shards are waiting for their deals here; try again later")]
    Shards,
    /// Too many of one owner's.
    #[error("{MOST_OF_OWNER} shards of this owner are waiting for their deals here: make these deals first")]
    OfOwner,
}

/// Counts shards on their way in.
#[derive(Clone, Debug)]
pub struct Room {
    taken: Arc<Mutex<Tally>>,
    most: u64,
}

/// Room set aside for a shard; dropping gives it back.
#[derive(Debug)]
pub struct Ticket {
    taken: Arc<Mutex<Tally>>,
    /// All shards without a deal, with this one and others on their way in.
    pub all: Sum,
    /// Those of the same owner.
    pub own: Sum,
    /// What it is for.
    pub request: StoreRequest,
}

impl Room {
    /// Room in a miner of so much capacity.
    pub fn new(capacity: u64) -> Self {
        Self { taken: Arc::default(), most: (capacity / 100).saturating_mul(SHARE).max(LEAST).min(capacity) }
    }

    /// Bytes set aside now.
    pub fn taken(&self) -> u64 {
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).all().bytes
    }

    /// Sets room aside for a request, on top of the shards without a deal that are on disk: all, and the owner's, as `waiting`
    /// tells them. A shard that comes to the disk meanwhile is counted here until it is counted there.
    pub fn take(&self, waiting: impl FnOnce() -> (Sum, Sum), request: StoreRequest) -> Result<Ticket, Crowded> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let (all, own) = waiting();
        let this = Sum::of(request.length);
        let all = all.and(taken.all()).and(this);
        let own = own.and(taken.of(&request.owner)).and(this);
        if all.bytes > self.most {
            return Err(Crowded::Bytes);
        }
        if all.shards > MOST_SHARDS {
            return Err(Crowded::Shards);
        }
        if own.shards > MOST_OF_OWNER {
            return Err(Crowded::OfOwner);
        }
        taken.add(request.owner, request.length);
        Ok(Ticket { taken: self.taken.clone(), all, own, request })
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let Self { taken, request, .. } = self;
        taken.lock().unwrap_or_else(PoisonError::into_inner).remove(&request.owner, request.length);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(owner: u8, length: u32) -> StoreRequest {
        StoreRequest {
            owner: [owner; 32],
            salt: [0; 16],
            slot: 0,
            miner: 0,
            root: [0; 32],
            length,
            term: 100,
            price: 1,
            valid_until: 10,
        }
    }

    fn nothing() -> (Sum, Sum) {
        Default::default()
    }

    #[test]
    fn short_shards_take_room_like_longer_ones_and_give_it_back() {
        let room = Room::new(1 << 30);
        let ticket = room.take(nothing, request(1, 64)).unwrap();
        assert_eq!((room.taken(), ticket.all), (4096, Sum { bytes: 4096, shards: 1 }));
        let second = room.take(nothing, request(1, 8192)).unwrap();
        assert_eq!(second.own, Sum { bytes: 4096 + 8192, shards: 2 }, "what is on its way in counts");
        assert_eq!(room.take(nothing, request(2, 64)).unwrap().own, Sum { bytes: 4096, shards: 1 });
        drop((ticket, second));
        assert_eq!(room.taken(), 0);
    }

    #[test]
    fn bytes_and_shards_are_bounded_in_all_and_for_each_owner() {
        let room = Room::new(1 << 40);
        let take =
            |all, own| room.take(|| (Sum { bytes: 0, shards: all }, Sum { bytes: 0, shards: own }), request(1, 64)).err();
        assert_eq!(take(MOST_SHARDS - 1, 0), None);
        assert_eq!(take(MOST_SHARDS, 0), Some(Crowded::Shards));
        assert_eq!(take(0, MOST_OF_OWNER - 1), None);
        assert_eq!(take(0, MOST_OF_OWNER), Some(Crowded::OfOwner));
        let full = || (Sum { bytes: (1 << 40) / 100 * SHARE, shards: 1 }, Sum::default());
        assert_eq!(room.take(full, request(1, 64)).err(), Some(Crowded::Bytes));
    }
}
