//! What must hold after every call.

use alloc::collections::BTreeMap;
use frame_support::ensure;
use idlewild_storage_primitives::{deal::Slot, Balance};
use pallet_idlewild_providers::Miners;
use sp_runtime::TryRuntimeError;

use crate::{Config, Deals, DealsOf, Manifests, NextDeal, Pallet, Salts, ShardRoots};

impl<T: Config> Pallet<T> {
    /// Checks the money law of deals and that their indexes agree.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        let mut held: BTreeMap<T::AccountId, Balance> = BTreeMap::new();
        let mut open = 0usize;
        for (id, deal) in Deals::<T>::iter() {
            ensure!(id < NextDeal::<T>::get(), "a deal has a number that was not given yet");
            ensure!(Salts::<T>::get(deal.creator(), deal.salt) == Some(id), "a deal's salt is not spent");
            let sum = held.entry(deal.owner.clone()).or_default();
            *sum = sum.saturating_add(deal.held());
            if deal.is_closed() {
                ensure!(deal.held() == 0, "a closed deal has coins");
                ensure!(!DealsOf::<T>::contains_key(&deal.owner, id), "a closed deal is listed");
                continue;
            }
            open = open.saturating_add(1);
            ensure!(DealsOf::<T>::contains_key(&deal.owner, id), "an open deal is not listed");
            ensure!(Manifests::<T>::contains_key(id), "an open deal has no manifest");
            let roots = ShardRoots::<T>::get(id).ok_or("an open deal has no roots")?;
            ensure!(roots.len() == deal.slots.len(), "there is not one root for each slot");
            ensure!(deal.geometry.slots(deal.copies) == Some(deal.slots.len() as u8), "a deal lacks slots");
            for miner in deal.slots.iter().filter_map(Slot::holder) {
                ensure!(Miners::<T>::contains_key(miner), "a slot is held by a miner that is gone");
            }
        }
        for (owner, amount) in &held {
            ensure!(Self::held_for(owner) == *amount, "what is on hold is not what the deals say");
        }
        ensure!(DealsOf::<T>::iter().count() == open, "a deal is listed that is not open");
        ensure!(Salts::<T>::iter().count() == Deals::<T>::iter().count(), "a salt is spent on no deal");
        ensure!(ShardRoots::<T>::iter().count() == open, "roots are kept of a deal that is not open");
        ensure!(Manifests::<T>::iter().count() == open, "a manifest is kept of a deal that is not open");
        Ok(())
    }
}
