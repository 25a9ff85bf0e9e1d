//! The clocks of buckets: every write of a bucket is newer than all that is known of it.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use codec::{Decode, Encode};

use crate::records::{order_at, time_of, Order};

/// Where a bucket stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Clock {
    /// The highest epoch of a lease that is known.
    pub(crate) epoch: u32,
    /// The latest time given or seen.
    pub(crate) micros: u64,
    /// The number of the last change.
    pub(crate) change: u64,
    /// Whether any version was ever kept beside the current ones.
    pub(crate) versions: bool,
}

/// The clocks of all buckets.
#[derive(Default)]
pub(crate) struct Clocks(Mutex<HashMap<u32, Clock>>);

impl Clocks {
    fn lock(&self) -> MutexGuard<'_, HashMap<u32, Clock>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn get(&self, bucket: u32) -> Clock {
        self.lock().get(&bucket).copied().unwrap_or_default()
    }

    pub(crate) fn restore(&self, clocks: HashMap<u32, Clock>) {
        *self.lock() = clocks;
    }

    /// A time that is later than all before.
    pub(crate) fn next_order(&self, bucket: u32, origin: &[u8; 32]) -> Order {
        let mut clocks = self.lock();
        let clock = clocks.entry(bucket).or_default();
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        let now = u64::try_from(since.as_micros()).unwrap_or(u64::MAX);
        clock.micros = now.max(clock.micros.saturating_add(1));
        order_at(clock.epoch, clock.micros, origin)
    }

    pub(crate) fn next_change(&self, bucket: u32) -> u64 {
        let mut clocks = self.lock();
        let clock = clocks.entry(bucket).or_default();
        clock.change += 1;
        clock.change
    }

    /// Somebody wrote in this order.
    pub(crate) fn observe(&self, bucket: u32, order: &Order) {
        let (epoch, micros) = time_of(order);
        let mut clocks = self.lock();
        let clock = clocks.entry(bucket).or_default();
        clock.epoch = clock.epoch.max(epoch);
        clock.micros = clock.micros.max(micros);
    }

    /// A lease of this epoch is known.
    pub(crate) fn set_epoch(&self, bucket: u32, epoch: u32) {
        let mut clocks = self.lock();
        let clock = clocks.entry(bucket).or_default();
        clock.epoch = clock.epoch.max(epoch);
    }

    pub(crate) fn set_versions(&self, bucket: u32) {
        self.lock().entry(bucket).or_default().versions = true;
    }

    pub(crate) fn forget(&self, bucket: u32) {
        self.lock().remove(&bucket);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_after_something_was_seen_is_newer_than_it() {
        let clocks = Clocks::default();
        let foreign = order_at(3, u64::MAX / 2, &[9; 32]);
        clocks.observe(1, &foreign);
        let (first, second) = (clocks.next_order(1, &[7; 32]), clocks.next_order(1, &[7; 32]));
        assert!(second < first && first < foreign, "the newest sorts first");
        clocks.set_epoch(1, 4);
        assert_eq!(time_of(&clocks.next_order(1, &[7; 32])).0, 4);
        clocks.set_epoch(1, 2);
        assert_eq!(clocks.get(1).epoch, 4);
    }
}
