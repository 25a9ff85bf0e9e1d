//! What must be true of the seeds at all times.

use frame_support::ensure;

use crate::{drawing::MOST_BEHIND, Config, Next, Origin, Pallet, Seeds, Source, RING};

impl<T: Config> Pallet<T> {
    /// Checks that each seed stands in its place and that none is for the future.
    pub fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
        ensure!(is_kept_long_enough::<T>(), "a period outlasts its seed");
        ensure!(comes_early_enough::<T>(Source::<T>::get()), "a period can be over before its seed is known");
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

/// Whether at least one block of a period that counts is left to prove in, however late its seed comes.
///
/// The seed is that of the period's second moment. Until it is drawn, the clock goes on from there by [`MOST_BEHIND`] moments at
/// most and then stands still. Nobody knows it before the block that draws it is there, so that a proof is in a later one.
pub(crate) fn comes_early_enough<T: Config>(source: Origin) -> bool {
    let behind = match source {
        Origin::Relay => MOST_BEHIND,
        // Every block draws the seed of its own moment.
        Origin::ParentHash => 0,
    };
    pallet_idlewild_clock::Pallet::<T>::timing().period > behind.saturating_add(2)
}
