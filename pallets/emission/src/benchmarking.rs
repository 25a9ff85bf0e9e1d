//! Benchmarks of the calls.

use frame_benchmarking::v2::*;
use frame_support::traits::EnsureOrigin;

use crate::{types::Shares, *};

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn set_shares() -> Result<(), BenchmarkError> {
        let governors = T::GovernOrigin::try_successful_origin().map_err(|()| BenchmarkError::Weightless)?;
        let shares = Shares::default();

        #[extrinsic_call]
        _(governors as T::RuntimeOrigin, shares);

        assert_eq!(CurrentShares::<T>::get(), shares);
        Ok(())
    }
}
