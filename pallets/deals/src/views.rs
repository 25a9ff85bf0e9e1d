//! Deals as clients see them, for the runtime API.

use alloc::vec::Vec;
use frame_support::traits::Get;
use idlewild_storage_primitives::{
    view::{DealView, RepairableView, SlotView, TermsView},
    DealId, MinerId, SlotIndex,
};
use pallet_idlewild_clock::Pallet as Clock;
use pallet_idlewild_proofs::Pallet as Proofs;

use crate::{types::Deal, Config, Deals, DealsOf, Manifests, Pallet, ShardRoots};

/// Most entries of a page, whatever a caller asks for.
const PAGE: usize = 256;

impl<T: Config> Pallet<T> {
    /// A deal with its roots, its manifest, and how each slot stands.
    pub fn view(id: DealId) -> Option<DealView> {
        Deals::<T>::get(id).map(|deal| Self::view_of(id, deal))
    }

    fn view_of(id: DealId, deal: Deal<T::AccountId>) -> DealView {
        let slots = deal.slots.iter().map(|slot| {
            let failed = slot.holder().is_some_and(|miner| Proofs::<T>::failed_at(miner).is_some());
            SlotView { slot: *slot, failed }
        });
        DealView {
            id,
            slots: slots.collect(),
            creator: deal.creator().clone().into(),
            owner: deal.owner.into(),
            salt: deal.salt,
            geometry: deal.geometry,
            copies: deal.copies,
            shard_len: deal.shard_len,
            created: deal.created,
            end: deal.end,
            extended_to: deal.extension.map(|extension| extension.end),
            price: deal.price,
            funds: deal.funds,
            reserve: deal.reserve,
            roots: ShardRoots::<T>::get(id).map(|roots| roots.into_inner()).unwrap_or_default(),
            manifest: Manifests::<T>::get(id).map(|manifest| manifest.into_inner()).unwrap_or_default(),
        }
    }

    /// The open deals of an owner after `after`, by ascending number.
    pub fn deals_of(owner: &T::AccountId, after: Option<DealId>, limit: u32) -> Vec<DealView> {
        let mut ids: Vec<DealId> = DealsOf::<T>::iter_key_prefix(owner).filter(|id| Some(*id) > after).collect();
        ids.sort_unstable();
        ids.into_iter().filter_map(Self::view).take((limit as usize).min(PAGE)).collect()
    }

    /// Open deals after `after` in which `miner` has a slot, with those slots, by ascending number of the deal.
    pub fn slots_of(miner: MinerId, after: Option<DealId>, limit: u32) -> Vec<(DealId, SlotIndex, SlotView)> {
        let mut found = Vec::new();
        for id in Self::numbers_after(after) {
            let Some(deal) = Deals::<T>::get(id) else { continue };
            for (index, slot) in (0u8..).zip(deal.slots.iter()) {
                if slot.holder() == Some(miner) {
                    let failed = Proofs::<T>::failed_at(miner).is_some();
                    found.push((id, index, SlotView { slot: *slot, failed }));
                }
            }
            // Whole deals only, so that the last number of a page is where the next begins.
            if found.len() >= (limit as usize).min(PAGE) {
                break;
            }
        }
        found
    }

    /// Slots of deals after `after` that wait for a repairer, by ascending number of the deal.
    pub fn repairable(after: Option<DealId>, limit: u32) -> Vec<RepairableView> {
        let now = Clock::<T>::now();
        let mut found = Vec::new();
        for id in Self::numbers_after(after) {
            let Some(deal) = Deals::<T>::get(id).filter(|deal| now < deal.end) else { continue };
            for (slot, record) in (0u8..).zip(deal.slots.iter()) {
                if let Some(opening) = Self::opening(&deal, record) {
                    found.push(RepairableView {
                        deal: id,
                        slot,
                        opened: opening.since,
                        bounty: Self::bounty_of(&deal, opening.source),
                        shard_len: deal.shard_len,
                    });
                }
            }
            if found.len() >= (limit as usize).min(PAGE) {
                break;
            }
        }
        found
    }

    fn numbers_after(after: Option<DealId>) -> impl Iterator<Item = DealId> {
        let first = after.map_or(0, |after| after.saturating_add(1));
        first..crate::NextDeal::<T>::get()
    }

    /// Everything a client must know to build a deal.
    pub fn terms() -> TermsView {
        TermsView {
            clock: Clock::<T>::now(),
            timing: Clock::<T>::timing(),
            rates: T::Rates::get(),
            data: (1, T::MaxData::get()),
            parity: (1, T::MaxParity::get()),
            copies: T::MaxCopies::get(),
        }
    }
}
