//! Creating deals and filling their slots.

use alloc::{collections::BTreeMap, vec::Vec};
use frame_support::{
    ensure,
    pallet_prelude::DispatchResult,
    storage::{with_transaction, TransactionOutcome},
    traits::Get,
    weights::Weight,
    BoundedVec,
};
use idlewild_storage_primitives::{
    deal::{Slot, MAX_SLOTS},
    geometry::{sealed_len, MAX_SEGMENT_BYTES, SHARD_ALIGN},
    receipt::SlotReceipt,
    terms, DealId, SlotIndex,
};
use pallet_idlewild_clock::Pallet as Clock;
use pallet_idlewild_providers::{types::Status, Miners, Pallet as Providers};
use sp_runtime::DispatchError;

use crate::{
    receipts::geometry_is_allowed,
    types::{Deal, Receipts, Request, Unfilled},
    Config, Deals, DealsOf, Error, Event, Manifests, NextDeal, Pallet, Salts, ShardRoots,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_create(owner: &T::AccountId, request: Request) -> DispatchResult {
        let timing = Clock::<T>::timing();
        let now = Clock::<T>::now();
        let Request { salt, geometry, copies, shard_len, term, price, roots, receipts, manifest } = request;
        let mut deal = Deal {
            owner: owner.clone(),
            creator: None,
            salt,
            geometry,
            copies,
            shard_len,
            created: now,
            end: now.saturating_add(term),
            term,
            receipts_until: 0,
            price,
            funds: 0,
            reserve: 0,
            extension: None,
            slots: BoundedVec::new(),
        };
        ensure!(geometry_is_allowed::<T>(&deal), Error::<T>::BadGeometry);
        let count = geometry.slots(copies).filter(|slots| u32::from(*slots) <= MAX_SLOTS).ok_or(Error::<T>::BadGeometry)?;
        // A shard of the largest segment, were it all in one.
        let longest = sealed_len(MAX_SEGMENT_BYTES).saturating_add(SHARD_ALIGN);
        ensure!(shard_len > 0 && shard_len % SHARD_ALIGN == 0 && shard_len <= longest, Error::<T>::BadShardLength);
        ensure!(roots.len() == usize::from(count), Error::<T>::BadRoots);
        ensure!((timing.min_term..=timing.max_term).contains(&term), Error::<T>::BadTerm);
        ensure!(!Salts::<T>::contains_key(owner, salt), Error::<T>::SaltUsed);
        deal.receipts_until = Self::check_receipts(&deal, &roots, &receipts, &BTreeMap::new())?;
        deal.slots = Vec::from_iter((0..count).map(|_| Slot::Empty)).try_into().map_err(|_| Error::<T>::BadGeometry)?;

        deal.funds = terms::pay(deal.rate(), term, timing.period, u32::from(count));
        deal.reserve = T::Rates::get().reserve(deal.load(), geometry.parity, copies);

        let id = NextDeal::<T>::get();
        let next = id.checked_add(1).ok_or(Error::<T>::TooManyDeals)?;
        // A deal that too few miners can serve leaves no trace, and does not take the others of its call with it.
        let stands = with_transaction(|| {
            let assigned = Self::hold(owner, deal.held()).and_then(|()| Self::assign_slots(id, &mut deal, &receipts));
            match assigned {
                Ok(()) if has_enough(&deal) => TransactionOutcome::Commit(Ok(true)),
                Ok(()) => TransactionOutcome::Rollback(Ok(false)),
                Err(error) => TransactionOutcome::Rollback(Err(error)),
            }
        })?;
        if !stands {
            Self::deposit_event(Event::Skipped { owner: owner.clone(), salt });
            return Ok(());
        }
        let filled = deal.slots.iter().filter(|slot| slot.holder().is_some()).count() as u8;
        let (end, held) = (deal.end, deal.held());
        Deals::<T>::insert(id, &deal);
        ShardRoots::<T>::insert(id, roots);
        Manifests::<T>::insert(id, manifest);
        DealsOf::<T>::insert(owner, id, ());
        Salts::<T>::insert(owner, salt, id);
        NextDeal::<T>::put(next);
        Self::deposit_event(Event::Created { deal: id, owner: owner.clone(), salt, end, filled, slots: count, held });
        Self::forget_some();
        Ok(())
    }

    /// Returns what it took on top of judging the receipts.
    pub(crate) fn do_fill(owner: T::AccountId, id: DealId, receipts: Receipts) -> Result<Weight, DispatchError> {
        Self::owned_open(&owner, id)?;
        let (mut deal, begun) = Self::current_deal(id)?;
        ensure!(deal.creator.is_none(), Error::<T>::WasTransferred);
        let roots = ShardRoots::<T>::get(id).ok_or(Error::<T>::NoSuchDeal)?;
        let mut taken = BTreeMap::new();
        for (index, slot) in (0u8..).zip(deal.slots.iter()) {
            if *slot == Slot::Empty {
                continue;
            }
            // An open slot was filled before: only repair may fill it again, as the old receipt could be replayed.
            let operator = slot.holder().and_then(Miners::<T>::get).map(|miner| miner.operator);
            match operator {
                Some(operator) => {
                    taken.insert(index, operator);
                },
                None => ensure!(receipts.iter().all(|receipt| receipt.slot != index), Error::<T>::SlotTaken),
            }
        }
        let until = Self::check_receipts(&deal, &roots, &receipts, &taken)?;
        deal.receipts_until = deal.receipts_until.max(until);
        Self::assign_slots(id, &mut deal, &receipts)?;
        Deals::<T>::insert(id, deal);
        Ok(begun)
    }

    /// Gives each receipt's slot to its miner, where that miner can take it.
    fn assign_slots(id: DealId, deal: &mut Deal<T::AccountId>, receipts: &[SlotReceipt]) -> DispatchResult {
        let load = deal.load();
        let bytes = deal.bytes();
        let since = Clock::<T>::now();
        for receipt in receipts {
            let SlotReceipt { slot, miner, .. } = *receipt;
            if let Some(reason) = Self::cannot_take(miner, load, bytes) {
                Self::deposit_event(Event::SlotUnfilled { deal: id, slot, miner, reason });
                continue;
            }
            Providers::<T>::assign(miner, load, bytes)?;
            Self::set_slot(deal, slot, Slot::Assigned { miner, since })?;
            Self::deposit_event(Event::Assigned { deal: id, slot, miner });
        }
        Ok(())
    }

    /// Why a miner cannot take a slot now, if so.
    ///
    /// This asks the first of a miner's two records alone: one that let periods pass and was not charged for them yet is taken
    /// for sound. It signed a receipt for this very slot a short while ago, and its bond stands for the slot like for any other
    /// when its failure comes out.
    pub(crate) fn cannot_take(
        miner: idlewild_storage_primitives::MinerId,
        load: idlewild_storage_primitives::terms::Load,
        bytes: u64,
    ) -> Option<Unfilled> {
        match Miners::<T>::get(miner) {
            // Without weight in both snapshots no draw could ever admit it.
            Some(record) if record.status == Status::Active && record.weight.of(Providers::<T>::epoch()) != (0, 0) => {
                (!Providers::<T>::has_room(miner, load, bytes)).then_some(Unfilled::NoRoom)
            },
            _ => Some(Unfilled::Inactive),
        }
    }

    pub(crate) fn set_slot(deal: &mut Deal<T::AccountId>, index: SlotIndex, slot: Slot) -> DispatchResult {
        *deal.slots.get_mut(usize::from(index)).ok_or(Error::<T>::NoSuchSlot)? = slot;
        Ok(())
    }
}

/// Whether every copy has enough slots filled to begin.
fn has_enough<AccountId>(deal: &Deal<AccountId>) -> bool {
    deal.slots.chunks(usize::from(deal.geometry.shards()).max(1)).all(|copy| {
        let filled = copy.iter().filter(|slot| slot.holder().is_some()).count();
        filled >= usize::from(deal.geometry.least_filled())
    })
}
