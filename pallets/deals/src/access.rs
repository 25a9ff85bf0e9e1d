//! What the pallets of slots and repair do to a deal.

use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Get};
use idlewild_storage_primitives::{
    deal::{Slot, Source},
    sum_range::Leaf,
    Balance, Clock as Moment, DealId, MinerId, Period, SlotIndex,
};
use pallet_idlewild_clock::Pallet as Clock;
use pallet_idlewild_proofs::Pallet as Proofs;
use pallet_idlewild_providers::{Miners, Pallet as Providers};
use sp_runtime::DispatchError;

use crate::{
    receipts::Spread,
    types::{Deal, Opening},
    Config, Deals, Error, Pallet, ShardRoots,
};

impl<T: Config> Pallet<T> {
    /// A deal whose term, with its extension, is not over.
    pub fn open_deal(id: DealId) -> Result<Deal<T::AccountId>, DispatchError> {
        let deal = Deals::<T>::get(id).ok_or(Error::<T>::NoSuchDeal)?;
        let end = deal.extension.as_ref().map_or(deal.end, |extension| extension.end);
        ensure!(!deal.is_closed() && Clock::<T>::now() < end, Error::<T>::DealOver);
        Ok(deal)
    }

    /// A slot of a deal.
    pub fn slot_of(deal: &Deal<T::AccountId>, slot: SlotIndex) -> Result<Slot, DispatchError> {
        deal.slots.get(usize::from(slot)).copied().ok_or_else(|| Error::<T>::NoSuchSlot.into())
    }

    /// The leaf that a slot is in its holder's range.
    pub fn leaf_of(deal: &Deal<T::AccountId>, id: DealId, slot: SlotIndex) -> Result<Leaf, DispatchError> {
        let roots = ShardRoots::<T>::get(id).ok_or(Error::<T>::NoSuchDeal)?;
        let root = *roots.get(usize::from(slot)).ok_or(Error::<T>::NoSuchSlot)?;
        deal.leaf(id, slot, root).ok_or_else(|| Error::<T>::NoSuchSlot.into())
    }

    /// Since when a slot waits for a repairer, or `None` where somebody sound answers for it.
    pub fn opening(deal: &Deal<T::AccountId>, slot: &Slot) -> Option<Opening> {
        match *slot {
            Slot::Empty => Some(Opening { since: deal.created, source: Source::Reserve }),
            Slot::Vacant { since, source } => Some(Opening { since, source }),
            Slot::Assigned { miner, .. } | Slot::Held { miner, .. } | Slot::Probation { miner, .. } => {
                Proofs::<T>::failed_at(miner).map(|since| Opening { since, source: Source::Pot(miner) })
            },
        }
    }

    /// What repairing a slot pays, as far as its source reaches.
    pub fn bounty_of(deal: &Deal<T::AccountId>, source: Source) -> Balance {
        let bounty = T::Rates::get().bounty(deal.load());
        match source {
            Source::Reserve => bounty.min(deal.reserve),
            Source::Pot(loser) => bounty.min(Providers::<T>::pot(loser)),
        }
    }

    /// Checks that an operator may have one more slot of the copy that `slot` belongs to.
    pub fn check_spread(deal: &Deal<T::AccountId>, slot: SlotIndex, operator: &T::AccountId) -> DispatchResult {
        let (copy, _) = deal.geometry.locate(slot).ok_or(Error::<T>::NoSuchSlot)?;
        let mut spread = Spread::<T>::new(deal);
        for (index, held) in (0u8..).zip(deal.slots.iter()) {
            if deal.geometry.locate(index).map(|(of, _)| of) != Some(copy) {
                continue;
            }
            let holder = held.holder().filter(|miner| Proofs::<T>::failed_at(*miner).is_none());
            if holder.and_then(Miners::<T>::get).is_some_and(|record| record.operator == *operator) {
                spread.note(deal, index, operator)?;
            }
        }
        spread.note(deal, slot, operator)
    }

    /// Records that a miner appended a slot that was assigned to it.
    pub fn mark_appended(id: DealId, mut deal: Deal<T::AccountId>, slot: SlotIndex, miner: MinerId, start: u32) -> DispatchResult {
        Self::set_slot(&mut deal, slot, Slot::Held { miner, start })?;
        Deals::<T>::insert(id, deal);
        Ok(())
    }

    /// Opens a slot whose holder lost it: pays what was earned, puts back a bounty not yet earned, and keeps the new one where
    /// `source` says.
    pub fn vacate(id: DealId, mut deal: Deal<T::AccountId>, slot: SlotIndex, source: Source) -> DispatchResult {
        Self::pay_slot(id, &mut deal, slot)?;
        let mut source = source;
        if let Slot::Probation { miner, source: kept, bounty, .. } = Self::slot_of(&deal, slot)? {
            source = Self::return_bounty(&mut deal, miner, kept, bounty)?;
        }
        Self::open_slot(id, &mut deal, slot, Clock::<T>::now(), source)?;
        Deals::<T>::insert(id, deal);
        Ok(())
    }

    /// Gives an open slot to a repairer that appended it, on probation. Returns the bounty that waits for it.
    pub fn hand_to_repairer(
        id: DealId,
        mut deal: Deal<T::AccountId>,
        slot: SlotIndex,
        miner: MinerId,
        start: u32,
        since: Period,
    ) -> Result<Balance, DispatchError> {
        Self::pay_slot(id, &mut deal, slot)?;
        let old = Self::slot_of(&deal, slot)?;
        let opening = Self::opening(&deal, &old).ok_or(Error::<T>::SlotTaken)?;
        if let Slot::Probation { miner: failed, source, bounty, .. } = old {
            Self::return_bounty(&mut deal, failed, source, bounty)?;
        }
        let bounty = Self::bounty_of(&deal, opening.source);
        if opening.source == Source::Reserve {
            deal.reserve = deal.reserve.saturating_sub(bounty);
        }
        let slot_record = Slot::Probation { miner, start, since, source: opening.source, bounty };
        Self::set_slot(&mut deal, slot, slot_record)?;
        // A repairer takes the deal as it stands, with the extension that was agreed before it came.
        if let Some(extension) = deal.extension.as_mut() {
            extension.accepted |= 1u128.checked_shl(u32::from(slot)).unwrap_or(0);
        }
        Deals::<T>::insert(id, deal);
        Ok(bounty)
    }

    /// Whether a miner no longer answers for a slot, so that it may clear the leaf. True of deals that are gone or closed.
    pub fn is_released(id: DealId, slot: SlotIndex, miner: MinerId) -> bool {
        let holder = Deals::<T>::get(id).and_then(|deal| deal.slots.get(usize::from(slot)).and_then(Slot::holder));
        holder != Some(miner)
    }

    /// When an assigned slot must be appended, on the clock.
    pub fn append_deadline(since: Moment) -> Moment {
        since.saturating_add(Clock::<T>::timing().append_deadline)
    }
}
