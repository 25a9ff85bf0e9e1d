//! What must hold after every call.

use alloc::collections::BTreeMap;
use frame_support::ensure;
use idlewild_storage_primitives::{deal::Slot, MinerId};
use pallet_idlewild_deals::Deals;
use pallet_idlewild_proofs::Live;
use pallet_idlewild_providers::{types::Status, Miners};
use sp_runtime::TryRuntimeError;

use crate::{Config, Pallet};

impl<T: Config> Pallet<T> {
    /// Checks that each sound miner's bond stands for just what is in its range and what it has still to append.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        let mut assigned: BTreeMap<MinerId, u64> = BTreeMap::new();
        for deal in Deals::<T>::iter_values() {
            for slot in &deal.slots {
                if let Slot::Assigned { miner, .. } = slot {
                    let chunks = assigned.entry(*miner).or_default();
                    *chunks = chunks.saturating_add(u64::from(deal.chunks()));
                }
            }
        }
        for (miner, record) in Miners::<T>::iter().filter(|(_, record)| record.status != Status::Failed) {
            let waiting = assigned.get(&miner).copied().unwrap_or(0);
            let chunks = Live::<T>::get(miner).total().saturating_add(waiting);
            ensure!(record.load.chunks == chunks, "a bond stands for other chunks than a miner has taken");
        }
        Ok(())
    }
}
