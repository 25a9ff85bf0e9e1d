//! What deals ask of this miner, as far as it was heard since the start.
//!
//! The index records that too, but it has one record for each shard, and a record names one deal. A salt is unique for each
//! owner only, so that two deals may ask for a shard of one name. Then the record stands for one of them, and an append of that
//! one takes it away, while the deadline of the other runs as well. So the slots themselves are kept in mind beside the records.
//! Nothing is lost with a restart: all deals are looked through then.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use idlewild_storage::shard_key::ShardKey;
use idlewild_storage_primitives::{DealId, SlotIndex};

/// Slots that deals assigned to this miner, which it may still have to append, and the names of their shards.
#[derive(Debug, Default)]
pub(crate) struct Asked(Mutex<BTreeMap<(DealId, SlotIndex), ShardKey>>);

impl Asked {
    fn slots(&self) -> MutexGuard<'_, BTreeMap<(DealId, SlotIndex), ShardKey>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that a deal asks for a shard.
    pub(crate) fn add(&self, deal: DealId, key: ShardKey) {
        self.slots().insert((deal, key.slot), key);
    }

    /// Notes that a slot is appended, or is not this miner's any more.
    pub(crate) fn over(&self, deal: DealId, slot: SlotIndex) {
        self.slots().remove(&(deal, slot));
    }

    /// Notes that a deal is over.
    pub(crate) fn closed(&self, deal: DealId) {
        self.slots().retain(|(of, _), _| *of != deal);
    }

    /// Forgets everything, where blocks were left out that may have told that something is over.
    pub(crate) fn forget(&self) {
        self.slots().clear();
    }

    /// All slots.
    pub(crate) fn all(&self) -> Vec<(DealId, SlotIndex)> {
        self.slots().keys().copied().collect()
    }

    /// Whether another deal than this one asks for a shard.
    pub(crate) fn is_asked_by_another(&self, key: &ShardKey, deal: Option<DealId>) -> bool {
        self.slots().iter().any(|((of, _), asked)| asked == key && Some(*of) != deal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(slot: SlotIndex) -> ShardKey {
        ShardKey { root: [1; 32], salt: [2; 16], slot }
    }

    #[test]
    fn two_deals_may_ask_for_one_shard_and_each_is_over_for_itself() {
        let asked = Asked::default();
        asked.add(7, key(0));
        asked.add(7, key(0));
        asked.add(8, key(0));
        asked.add(8, key(1));
        assert_eq!(asked.all(), [(7, 0), (8, 0), (8, 1)]);
        assert!(asked.is_asked_by_another(&key(0), Some(7)) && asked.is_asked_by_another(&key(0), None));
        assert!(!asked.is_asked_by_another(&key(1), Some(8)), "nobody but the deal itself asks for it");
        asked.over(8, 0);
        assert!(!asked.is_asked_by_another(&key(0), Some(7)));
        asked.closed(8);
        assert_eq!(asked.all(), [(7, 0)]);
        asked.forget();
        assert!(asked.all().is_empty());
    }
}
