//! Which blocks count.

use frame_support::{
    dispatch::DispatchClass,
    sp_runtime::{traits::BlockNumberProvider, Perbill},
    traits::Get,
};
use idlewild_storage_primitives::{view::Timing, Clock};

use crate::{Config, CurrentTiming, LastRelay, Now, Pallet, Pause};

/// Share of what normal transactions may take, or of the length up to which they are taken in, beyond which a block is crowded.
const CROWDED: Perbill = Perbill::from_percent(70);
/// Relay-chain blocks that may pass between two of ours before the clock pauses, and for how many of ours it then does.
pub(crate) const OUTAGE: u32 = 50;

impl<T: Config> Pallet<T> {
    /// The clock now.
    pub fn now() -> Clock {
        Now::<T>::get()
    }

    /// Periods and deadlines.
    pub fn timing() -> Timing {
        CurrentTiming::<T>::get()
    }

    /// Makes the present block one that does not count: for pallets without whose work nobody can keep a deadline.
    pub fn leave_block_out() {
        Pause::<T>::mutate(|pause| *pause = (*pause).max(1));
    }

    /// Counts the present block, where it counts.
    pub(crate) fn advance() {
        let relay = T::RelayNumber::current_block_number();
        let gap = LastRelay::<T>::get().map_or(0, |last| relay.saturating_sub(last));
        LastRelay::<T>::put(relay);
        let pause = if gap > OUTAGE { OUTAGE } else { Pause::<T>::get() };
        if let Some(left) = pause.checked_sub(1) {
            Pause::<T>::put(left);
        } else if !Self::is_crowded() {
            Now::<T>::mutate(|now| *now = now.saturating_add(1));
        }
    }

    /// Whether more of this block was taken than leaves everybody room.
    fn is_crowded() -> bool {
        let limits = T::BlockWeights::get();
        let most = limits.get(DispatchClass::Normal).max_total.unwrap_or(limits.max_block);
        let used = frame_system::BlockWeight::<T>::get();
        let used = used.get(DispatchClass::Normal);
        // A normal transaction is refused where the whole block would be longer than this. So inherents are not taken off the
        // size below: a block that they fill would count, although no proof could get in.
        let longest = *T::BlockLength::get().max.get(DispatchClass::Normal);
        used.ref_time() > CROWDED.mul_floor(most.ref_time())
            || used.proof_size() > CROWDED.mul_floor(most.proof_size())
            || frame_system::Pallet::<T>::block_size() > CROWDED.mul_floor(longest)
    }
}
