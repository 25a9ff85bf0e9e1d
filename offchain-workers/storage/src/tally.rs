//! Shards that wait for a deal, counted: in all, and for each owner.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use crate::records::Pending;

/// What a shard counts for at least: a small one costs a file and a record, too.
pub const LEAST_CHARGE: u32 = 4 << 10;

/// Some shards.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// Their bytes, each shard's at least [`LEAST_CHARGE`].
    pub bytes: u64,
    /// How many there are.
    pub shards: u32,
}

impl Sum {
    /// A shard of so many bytes.
    pub fn of(length: u32) -> Self {
        Self { bytes: u64::from(length.max(LEAST_CHARGE)), shards: 1 }
    }

    /// These and others.
    pub fn and(self, other: Self) -> Self {
        Self { bytes: self.bytes.saturating_add(other.bytes), shards: self.shards.saturating_add(other.shards) }
    }

    /// These without others.
    pub fn without(self, other: Self) -> Self {
        Self { bytes: self.bytes.saturating_sub(other.bytes), shards: self.shards.saturating_sub(other.shards) }
    }
}

/// Shards by owner.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    all: Sum,
    owners: HashMap<[u8; 32], Sum>,
}

impl Tally {
    /// All shards.
    pub fn all(&self) -> Sum {
        self.all
    }

    /// An owner's shards.
    pub fn of(&self, owner: &[u8; 32]) -> Sum {
        self.owners.get(owner).copied().unwrap_or_default()
    }

    /// Counts an owner's shard.
    pub fn add(&mut self, owner: [u8; 32], length: u32) {
        self.all = self.all.and(Sum::of(length));
        let own = self.owners.entry(owner).or_default();
        *own = own.and(Sum::of(length));
    }

    /// Counts an owner's shard no more.
    pub fn remove(&mut self, owner: &[u8; 32], length: u32) {
        self.all = self.all.without(Sum::of(length));
        let Some(own) = self.owners.get_mut(owner) else { return };
        *own = own.without(Sum::of(length));
        if own.shards == 0 {
            self.owners.remove(owner);
        }
    }
}

/// The count beside the table that it counts. Changes of the two happen one at a time, and reading waits for none of them.
#[derive(Debug, Default)]
pub(crate) struct Counter {
    changing: Mutex<()>,
    tally: Mutex<Tally>,
}

impl Counter {
    /// Keeps others from changing the table until the count has followed.
    pub(crate) fn begin(&self) -> MutexGuard<'_, ()> {
        self.changing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Follows a record of the table that was replaced, came, or went.
    pub(crate) fn replace(&self, before: Option<&Pending>, after: Option<&Pending>) {
        let mut tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        // What a deal asks for waits no more.
        if let Some(before) = before.filter(|before| before.deal.is_none()) {
            tally.remove(&before.owner, before.length);
        }
        if let Some(after) = after.filter(|after| after.deal.is_none()) {
            tally.add(after.owner, after.length);
        }
    }

    /// Counts all records of the table anew.
    pub(crate) fn set(&self, all: &[Pending]) {
        let mut tally = Tally::default();
        all.iter().filter(|pending| pending.deal.is_none()).for_each(|pending| tally.add(pending.owner, pending.length));
        *self.tally.lock().unwrap_or_else(PoisonError::into_inner) = tally;
    }

    /// All shards that wait, and those of an owner.
    pub(crate) fn sums(&self, owner: &[u8; 32]) -> (Sum, Sum) {
        let tally = self.tally.lock().unwrap_or_else(PoisonError::into_inner);
        (tally.all(), tally.of(owner))
    }
}
