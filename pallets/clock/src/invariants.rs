//! What must be true of the clock at all times.

use frame_support::ensure;
use frame_system::pallet_prelude::BlockNumberFor;
use idlewild_storage_primitives::view::Timing;

use crate::{ticking::OUTAGE, Config, Now, Pallet, Pause};

impl<T: Config> Pallet<T> {
    /// Checks that the clock never ran ahead of the blocks and that timing is sound.
    pub fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
        let blocks = frame_system::Pallet::<T>::block_number();
        ensure!(BlockNumberFor::<T>::from(Now::<T>::get()) <= blocks, "the clock is ahead of the blocks");
        ensure!(Pause::<T>::get() <= OUTAGE, "the clock pauses for too long");
        ensure!(is_sound(&Self::timing()), "timing is unsound");
        Ok(())
    }
}

/// That a period leaves each collator a few blocks cannot be told from here: who makes a genesis must see to it.
pub(crate) fn is_sound(timing: &Timing) -> bool {
    let Timing { period, failure, append_deadline, rank_window, claim, probation, epoch, min_term, max_term, .. } = *timing;
    period > 0
        && (1..=31).contains(&failure.window)
        && (1..=31).contains(&failure.consecutive)
        && (1..=failure.window).contains(&failure.within)
        && append_deadline > 0
        && rank_window > 0
        && claim > 0
        && probation > 0
        && probation < 64
        && epoch > 0
        && min_term >= period
        && max_term >= min_term
}
