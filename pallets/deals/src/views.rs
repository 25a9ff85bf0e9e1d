//! Deals as clients see them, for the view functions and the runtime API.

use alloc::vec::Vec;
use frame_support::traits::Get;
use idlewild_storage_primitives::{
    page::{page, PAGE},
    view::{
        DealView, EarningView, EarningsPage, ExtensionView, RepairablePage, RepairableView, SlotView, SlotsPage, TermsView,
    },
    DealId, MinerId,
};
use pallet_idlewild_clock::Pallet as Clock;
use pallet_idlewild_proofs::Pallet as Proofs;

use crate::{
    types::{Deal, Extension},
    Config, Deals, DealsOf, Manifests, NextDeal, Pallet, ShardRoots,
};

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
            extension: deal.extension.map(extension_view),
            price: deal.price,
            funds: deal.funds,
            reserve: deal.reserve,
            roots: ShardRoots::<T>::get(id).map(|roots| roots.into_inner()).unwrap_or_default(),
            manifest: Manifests::<T>::get(id).map(|manifest| manifest.into_inner()).unwrap_or_default(),
        }
    }

    pub(crate) fn deals_page(owner: &T::AccountId, after: Option<DealId>, limit: u32) -> Vec<DealView> {
        // In the order in which the state has them: to sort them, all would have to be read for every page.
        let ids = match after {
            None => DealsOf::<T>::iter_key_prefix(owner),
            Some(after) => DealsOf::<T>::iter_key_prefix_from(owner, DealsOf::<T>::hashed_key_for(owner, after)),
        };
        ids.filter_map(Self::view).take(limit.min(PAGE) as usize).collect()
    }

    pub(crate) fn slots_page(miner: MinerId, after: Option<DealId>, limit: u32) -> SlotsPage {
        let failed = Proofs::<T>::failed_at(miner).is_some();
        let (slots, next) = Self::walk(after, limit, |id, deal, found| {
            let slots = (0u8..).zip(deal.slots.iter()).filter(|(_, slot)| slot.holder() == Some(miner));
            found.extend(slots.map(|(index, slot)| (id, index, SlotView { slot: *slot, failed })));
        });
        SlotsPage { slots, next }
    }

    pub(crate) fn earnings_page(miner: MinerId, after: Option<DealId>, limit: u32) -> EarningsPage {
        let now = Clock::<T>::now();
        let ledger = Proofs::<T>::ledger(miner);
        let (deals, next) = Self::walk(after, limit, |id, deal, found| {
            if deal.slots.iter().all(|slot| slot.holder() != Some(miner)) {
                return;
            }
            let (due, passed) = Self::due(deal, miner, &ledger);
            let over = now >= deal.last_end();
            if due > 0 || over {
                let begins = deal.is_extension_due(now);
                found.push(EarningView { deal: id, slots: deal.slots.len() as u8, due, passed, begins, over });
            }
        });
        EarningsPage { deals, next }
    }

    pub(crate) fn repairable_page(after: Option<DealId>, limit: u32) -> RepairablePage {
        let now = Clock::<T>::now();
        let (slots, next) = Self::walk(after, limit, |id, deal, found| {
            // Repair goes on between the old end and the settlement that begins the extension.
            if now >= deal.last_end() {
                return;
            }
            let open = (0u8..).zip(deal.slots.iter()).filter_map(|(slot, record)| Some((slot, Self::opening(deal, record)?)));
            found.extend(open.map(|(slot, opening)| RepairableView {
                deal: id,
                slot,
                opened: opening.since,
                bounty: Self::bounty_of(deal, opening.source),
                shard_len: deal.shard_len,
            }));
        });
        RepairablePage { slots, next }
    }

    /// Looks through the deals after `after`, by ascending number; all of a deal's entries are on one page.
    fn walk<R>(
        after: Option<DealId>,
        limit: u32,
        look: impl Fn(DealId, &Deal<T::AccountId>, &mut Vec<R>),
    ) -> (Vec<R>, Option<DealId>) {
        let first = after.map_or(0, |after| after.saturating_add(1));
        page(first..NextDeal::<T>::get(), limit, |id, found| {
            if let Some(deal) = Deals::<T>::get(id) {
                look(id, &deal, found);
            }
        })
    }

    pub(crate) fn terms_view() -> TermsView {
        TermsView {
            clock: Clock::<T>::now(),
            timing: Clock::<T>::timing(),
            rates: T::Rates::get(),
            data: (1, T::MaxData::get()),
            parity: (1, T::MaxParity::get()),
            copies: T::MaxCopies::get(),
            total_weight: Proofs::<T>::total_weight(),
        }
    }
}

fn extension_view(extension: Extension) -> ExtensionView {
    let accepts = |slot: &u8| extension.accepted.checked_shr(u32::from(*slot)).unwrap_or(0) & 1 == 1;
    ExtensionView {
        end: extension.end,
        price: extension.price,
        funds: extension.funds,
        accepted: (0..u128::BITS as u8).filter(accepts).collect(),
    }
}
