//! What must be true of the pool at all times.

use frame_support::{ensure, traits::Get};
use idlewild_capacity_primitives::emission::total;

use crate::{Config, Credited, CurrentShares, Pallet, Pool, Undrawn};

impl<T: Config> Pallet<T> {
    /// Checks that no coin was made or lost between pool and accounts.
    pub fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
        ensure!(CurrentShares::<T>::get().are_within_the_whole(), "shares come to more than the whole");
        let ready: u128 = Undrawn::<T>::get().all().into_iter().sum();
        let Some(pool) = Pool::<T>::get() else {
            ensure!(ready == 0 && Credited::<T>::get() == 0, "coins came from a pool that is not there");
            return Ok(());
        };
        ensure!(pool.remaining.checked_add(Credited::<T>::get()) == Some(total(T::Unit::get())), "coins were made or lost");
        ensure!(ready <= pool.remaining, "more is ready than there is");
        ensure!(pool.carry < 1u128 << (30 + pool.era), "more than a unit is carried");
        Ok(())
    }
}
