//! What must hold after every call.

use frame_support::ensure;
use pallet_idlewild_providers::{types::Status, Miners};
use sp_runtime::TryRuntimeError;

use crate::{Config, FailedAt, Ledgers, Live, Pallet, Sealed};

impl<T: Config> Pallet<T> {
    /// Checks that ranges are sound, that records do not run ahead, and that failure is on record in both places.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        for (miner, ledger) in Ledgers::<T>::iter() {
            let record = Miners::<T>::get(miner).ok_or("a record of a miner that is gone")?;
            ensure!(ledger.period <= Self::period_of(miner), "a record is ahead of its period");
            ensure!(ledger.proven >= ledger.recent.count_ones(), "fewer periods proven than were seen lately");
            ensure!(ledger.failed.is_some() == (record.status == Status::Failed), "failure is on record in one place only");
            ensure!(ledger.failed.is_some() == FailedAt::<T>::contains_key(miner), "a failure has no moment");
            if ledger.failed.is_some() {
                ensure!(!Live::<T>::contains_key(miner), "a failed miner has a live range");
                ensure!(!Sealed::<T>::contains_key(miner), "a failed miner has a sealed range");
            }
        }
        for (miner, live) in Live::<T>::iter() {
            ensure!(live.is_sound(), "a live range is unsound");
            let sealed = Sealed::<T>::get(miner);
            ensure!(sealed.is_sound() && sealed.leaves <= live.leaves, "a sealed range is ahead of the live one");
            let record = Miners::<T>::get(miner).ok_or("a range of a miner that is gone")?;
            ensure!(live.total() <= record.load.chunks, "a range has chunks that no bond stands for");
        }
        ensure!(Sealed::<T>::iter_keys().all(Ledgers::<T>::contains_key), "a sealed range of a miner without a record");
        ensure!(FailedAt::<T>::iter_keys().all(Ledgers::<T>::contains_key), "a failure of a miner without a record");
        Ok(())
    }
}
