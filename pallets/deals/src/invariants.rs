//! What must hold after every call.

use alloc::collections::BTreeMap;
use frame_support::ensure;
use idlewild_storage_primitives::{
    deal::{Slot, Source},
    terms::Load,
    Balance, MinerId,
};
use pallet_idlewild_proofs::Pallet as Proofs;
use pallet_idlewild_providers::Miners;
use sp_runtime::TryRuntimeError;

use crate::{Config, Deals, DealsOf, Lingering, LingeringEnds, Manifests, NextDeal, Pallet, Salts, ShardRoots};

impl<T: Config> Pallet<T> {
    /// Checks the money law of deals, that miners and deals agree on who answers for what, and that indexes agree.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        let mut held: BTreeMap<T::AccountId, Balance> = BTreeMap::new();
        let mut answers: BTreeMap<MinerId, Load> = BTreeMap::new();
        let mut lost: BTreeMap<MinerId, Load> = BTreeMap::new();
        let mut open = 0usize;
        for (id, deal) in Deals::<T>::iter() {
            ensure!(id < NextDeal::<T>::get(), "a deal has a number that was not given yet");
            ensure!(Salts::<T>::get(deal.creator(), deal.salt) == Some(id), "a deal's salt is not spent");
            let sum = held.entry(deal.owner.clone()).or_default();
            *sum = sum.saturating_add(deal.held());
            if deal.is_closed() {
                ensure!(Lingering::<T>::iter_values().any(|lingers| lingers == id), "a closed deal would stay for good");
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
            ensure!(Self::unpaid_in_all(&deal) <= deal.funds, "a deal's funds do not reach for what its miners proved");
            for slot in &deal.slots {
                if let Some(miner) = slot.holder() {
                    ensure!(Miners::<T>::contains_key(miner), "a slot is held by a miner that is gone");
                    if Proofs::<T>::failed_at(miner).is_none() {
                        let load = answers.entry(miner).or_default();
                        *load = load.plus(deal.load());
                    }
                }
                // The bounty for filling an open slot, and the one that waits for a repairer.
                let open = Self::opening(&deal, slot).map(|opening| opening.source);
                let waits = match slot {
                    Slot::Probation { source, .. } => Some(*source),
                    _ => None,
                };
                for source in [open, waits].into_iter().flatten() {
                    if let Source::Pot(loser) = source {
                        let load = lost.entry(loser).or_default();
                        *load = load.plus(deal.load());
                    }
                }
            }
        }
        for (miner, record) in Miners::<T>::iter() {
            let of_deals = answers.remove(&miner).unwrap_or_default();
            ensure!(record.answers == of_deals, "a miner answers for other slots than deals count on");
            let of_deals = lost.remove(&miner).unwrap_or_default();
            ensure!(record.lost == of_deals, "a pot is for other slots than wait for its bounties");
        }
        ensure!(lost.is_empty(), "a bounty is with a miner that is gone");
        for who in frame_system::Account::<T>::iter_keys() {
            let of_deals = held.remove(&who).unwrap_or(0);
            ensure!(Self::held_for(&who) == of_deals, "what is on hold is not what the deals say");
        }
        ensure!(held.values().all(|amount| *amount == 0), "a deal's owner has no account");
        let (first, next) = LingeringEnds::<T>::get();
        ensure!((first..next).all(Lingering::<T>::contains_key), "a closed deal is lost sight of");
        let closed = |id| Deals::<T>::get(id).is_none_or(|deal| deal.is_closed());
        ensure!(Lingering::<T>::iter_values().all(closed), "an open deal is listed as closed, and would be forgotten");
        ensure!(Lingering::<T>::iter().count() as u64 == next.saturating_sub(first), "a closed deal is listed twice");
        ensure!(DealsOf::<T>::iter().count() == open, "a deal is listed that is not open");
        ensure!(Salts::<T>::iter().count() == Deals::<T>::iter().count(), "a salt is spent on no deal");
        ensure!(ShardRoots::<T>::iter().count() == open, "roots are kept of a deal that is not open");
        ensure!(Manifests::<T>::iter().count() == open, "a manifest is kept of a deal that is not open");
        Ok(())
    }
}
