//! What must hold after every call.

use frame_support::ensure;
use pallet_idlewild_providers::{types::Status, Miners};
use sp_runtime::TryRuntimeError;

use crate::{Claims, Config, Pallet};

impl<T: Config> Pallet<T> {
    /// Checks that claims are covered by capacity that is kept free.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        for (miner, claims) in Claims::<T>::iter() {
            let Some(record) = Miners::<T>::get(miner) else { continue };
            if record.status == Status::Failed {
                continue;
            }
            let claimed = claims.iter().fold(0u64, |sum, claim| sum.saturating_add(claim.bytes));
            ensure!(claimed <= record.used, "a claim has no capacity behind it");
        }
        Ok(())
    }
}
