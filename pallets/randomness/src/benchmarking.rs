//! Benchmarks of the hooks.

use frame_benchmarking::v2::*;
use pallet_idlewild_clock::Now;

use crate::*;

#[benchmarks]
mod benchmarks {
    use super::*;

    /// A value after a long wait, that seeds as many moments as one may, in a ring that is full.
    #[benchmark]
    fn draw() {
        Source::<T>::put(Origin::Relay);
        Now::<T>::put(RING.saturating_mul(2));
        Next::<T>::put(RING);
        for place in 0..MOST_AT_ONCE {
            Seeds::<T>::insert(place, (place, [1; 32]));
        }

        #[block]
        {
            Pallet::<T>::on_relay_value(Some(Some([7; 32])));
        }

        assert_eq!(Next::<T>::get(), RING.saturating_add(MOST_AT_ONCE));
    }
}
