//! Benchmarks of the hooks.

use frame_benchmarking::v2::*;
use frame_support::{sp_runtime::traits::BlockNumberProvider, traits::Hooks};

use crate::*;

#[benchmarks]
mod benchmarks {
    use super::*;

    /// The end of a block that counts: all that decides about it is read.
    #[benchmark]
    fn on_finalize() {
        LastRelay::<T>::put(T::RelayNumber::current_block_number());
        Pause::<T>::put(0);
        let before = Pallet::<T>::now();

        #[block]
        {
            Pallet::<T>::on_finalize(frame_system::Pallet::<T>::block_number());
        }

        assert!(Pallet::<T>::now() > before);
    }
}
