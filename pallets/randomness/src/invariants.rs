//! What must be true of the seeds at all times.

use frame_support::ensure;

use crate::{Config, Next, Pallet, Seeds, RING};

impl<T: Config> Pallet<T> {
    /// Checks that each seed stands in its place and that none is for the future.
    pub fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
        ensure!(is_kept_long_enough::<T>(), "a period outlasts its seed");
        let next = Next::<T>::get();
        for (place, (moment, _)) in Seeds::<T>::iter() {
            ensure!(place == moment % RING, "a seed stands in another's place");
            ensure!(moment < next, "a seed is for a moment to come");
        }
        Ok(())
    }
}

/// Whether a period's seed is still there when the period ends.
pub(crate) fn is_kept_long_enough<T: Config>() -> bool {
    pallet_idlewild_clock::Pallet::<T>::timing().period < RING
}
