//! What must hold after every call.

use frame_support::ensure;
use pallet_idlewild_deals::Deals;
use pallet_idlewild_providers::{types::Status, Miners};
use sp_runtime::TryRuntimeError;

use crate::{Claims, Config, Pallet, Tried};

impl<T: Config> Pallet<T> {
    /// Checks that what miners promised is their slots and their claims, and that nothing is kept of what is over.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        for (miner, record) in Miners::<T>::iter() {
            if record.status == Status::Failed {
                continue;
            }
            let claimed = Claims::<T>::get(miner).iter().fold(0u64, |sum, claim| sum.saturating_add(claim.bytes));
            ensure!(
                record.used == record.load.bytes().saturating_add(claimed),
                "capacity is kept for neither a slot nor a claim"
            );
        }
        for miner in Claims::<T>::iter_keys() {
            ensure!(Miners::<T>::contains_key(miner), "a miner that is gone has claims");
        }
        for (deal, _) in Tried::<T>::iter_keys() {
            ensure!(Deals::<T>::get(deal).is_some_and(|deal| !deal.is_closed()), "tries are kept of a deal that is over");
        }
        Ok(())
    }
}
