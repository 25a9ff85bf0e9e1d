//! Which shards of a segment did not come and why, and whether it is worth asking again.

use std::{collections::BTreeSet, fmt};

use idlewild_network::transfer::FetchError;
use idlewild_storage_primitives::{MinerId, SlotIndex};

/// What is told where no copy could be read. Copies are tried one after the other, and each ends with [`Shortfall::end_copy`].
#[derive(Debug, Default)]
pub(crate) struct Shortfall {
    had: usize,
    reasons: Vec<String>,
    /// Of the copy that is being tried.
    silent: BTreeSet<SlotIndex>,
    may_pass: bool,
}

impl Shortfall {
    /// Shards that came or still might have, of the copy of which there are most.
    pub(crate) fn had(&self) -> usize {
        self.had
    }

    /// Whether a copy would be whole with what fell silent just now.
    pub(crate) fn may_pass(&self) -> bool {
        self.may_pass
    }

    /// Nobody holds the slot.
    pub(crate) fn note_empty(&mut self, slot: SlotIndex) {
        self.reasons.push(format!("slot {slot}: nobody holds it"));
    }

    /// Its holder cannot be asked.
    pub(crate) fn note_unknown(&mut self, slot: SlotIndex, miner: MinerId) {
        self.reasons.push(format!("slot {slot}, miner {miner}: it has left, or its endpoint on chain cannot be read"));
    }

    /// Its holder has failed, and was asked for something else in vain.
    pub(crate) fn note_gone(&mut self, slot: SlotIndex, miner: MinerId) {
        self.reasons.push(format!("slot {slot}, miner {miner}: it has failed on chain, and does not answer"));
    }

    /// Its holder was asked in vain. `lately` says that it has not been away for long.
    pub(crate) fn note_failed(&mut self, slot: SlotIndex, miner: MinerId, error: &FetchError, lately: bool) {
        self.reasons.push(format!("slot {slot}, miner {miner}: {error}"));
        if lately && error.may_pass() {
            self.silent.insert(slot);
        }
    }

    /// Enough of a copy came, and it is not what it should be.
    pub(crate) fn note_wrong(&mut self, copy: u8, error: &impl fmt::Display) {
        self.reasons.push(format!("copy {copy}: {error}"));
        self.silent.clear();
    }

    /// Of a copy so many shards were had, and so many are needed.
    pub(crate) fn end_copy(&mut self, had: usize, needed: usize) {
        self.had = self.had.max(had);
        self.may_pass |= !self.silent.is_empty() && had.saturating_add(self.silent.len()) >= needed;
        self.silent.clear();
    }
}

impl fmt::Display for Shortfall {
    /// Each shard that did not come.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "What did not come: {}", self.reasons.join("; "))
    }
}
