//! What must hold after every call.

use alloc::collections::BTreeMap;
use frame_support::{ensure, traits::Get};
use idlewild_storage_primitives::{terms::Load, Balance};
use sp_runtime::TryRuntimeError;

use crate::{
    types::{Status, COUNTED_WEIGHT},
    ActiveOf, ActiveOperators, ByPeerKey, Config, Endpoints, Miners, NextMiner, Pallet, TotalWeight,
};

impl<T: Config> Pallet<T> {
    /// Checks that coins on hold are what the records say, that bonds still pay for every repair, and that indexes agree.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        let rates = T::Rates::get();
        let mut held: BTreeMap<T::AccountId, Balance> = BTreeMap::new();
        let mut active: BTreeMap<T::AccountId, u32> = BTreeMap::new();
        let mut weight = 0u64;
        for (id, miner) in Miners::<T>::iter() {
            ensure!(id < NextMiner::<T>::get(), "a miner has a number that was not given yet");
            ensure!(ByPeerKey::<T>::get(miner.peer_key) == Some(id), "a miner is not found by its peer key");
            ensure!(Endpoints::<T>::contains_key(id), "a miner has no endpoint");
            ensure!(miner.used <= miner.capacity, "a miner promised more than it has");
            // Until a change of rates has come to every record, the next three may speak up.
            ensure!(miner.bond >= rates.floor(miner.answers), "a bond would not pay for the repair of what it answers for");
            ensure!(miner.pot == rates.bounty(miner.lost), "a pot is not what the repair of what was lost costs");
            ensure!(miner.weight.live() == miner.live_weight(&rates), "a miner's weight is stale");
            ensure!(is_within(miner.answers, miner.load), "a miner answers for more than its bond stands for");
            if miner.status == Status::Failed {
                ensure!(miner.load == Load::default() && miner.used == 0, "a failed miner still has something");
            }
            weight = weight.saturating_add(miner.weight.live());
            let sum = held.entry(miner.operator.clone()).or_default();
            *sum = sum.saturating_add(miner.bond).saturating_add(miner.pot);
            if miner.weight.live() >= COUNTED_WEIGHT {
                let count = active.entry(miner.operator).or_default();
                *count = count.saturating_add(1);
            }
        }
        for who in frame_system::Account::<T>::iter_keys() {
            let records = held.remove(&who).unwrap_or(0);
            ensure!(Self::held_for(&who) == records, "what is on hold is not the sum of bonds and pots");
        }
        ensure!(held.is_empty(), "an operator with a bond has no account");
        ensure!(active == ActiveOf::<T>::iter().collect(), "miners that count are miscounted");
        ensure!(ActiveOperators::<T>::get() as usize == active.len(), "operators that count are miscounted");
        ensure!(TotalWeight::<T>::get().live() == weight, "the total weight is not the sum of weights");
        ensure!(ByPeerKey::<T>::iter().count() == Miners::<T>::iter().count(), "a peer key leads to no miner");
        ensure!(Endpoints::<T>::iter_keys().all(Miners::<T>::contains_key), "an endpoint is kept of a miner that is gone");
        Ok(())
    }
}

fn is_within(part: Load, whole: Load) -> bool {
    part.slots <= whole.slots && part.chunks <= whole.chunks
}
