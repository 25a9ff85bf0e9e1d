//! What the pallets of slots and repair do to a deal.

use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Get, weights::Weight};
use idlewild_storage_primitives::{
    deal::{Slot, Source, MAX_SLOTS},
    ledger::Start,
    sum_range::Leaf,
    Balance, Clock as Moment, DealId, MinerId, Period, SlotIndex,
};
use pallet_idlewild_clock::Pallet as Clock;
use pallet_idlewild_proofs::Pallet as Proofs;
use pallet_idlewild_providers::{Miners, Pallet as Providers};
use sp_runtime::DispatchError;

use crate::{
    receipts::Spread,
    settlement::Probation,
    types::{Deal, Opening},
    Config, Deals, Error, Pallet, ShardRoots, WeightInfo,
};

impl<T: Config> Pallet<T> {
    /// A deal whose term, with its extension, is not over.
    pub fn open_deal(id: DealId) -> Result<Deal<T::AccountId>, DispatchError> {
        let deal = Deals::<T>::get(id).ok_or(Error::<T>::NoSuchDeal)?;
        let end = deal.last_end();
        ensure!(!deal.is_closed() && Clock::<T>::now() < end, Error::<T>::DealOver);
        Ok(deal)
    }

    /// The same, gone over to its extension where its present term is over: as it must be before a slot changes hands, or pay for
    /// what was proven since that end would be lost. Also says what that took.
    pub fn current_deal(id: DealId) -> Result<(Deal<T::AccountId>, Weight), DispatchError> {
        let mut deal = Self::open_deal(id)?;
        let mut weight = Weight::zero();
        if Self::begin_due(id, &mut deal)? {
            Deals::<T>::insert(id, &deal);
            weight = <T as Config>::WeightInfo::settle(deal.slots.len() as u32);
        }
        Ok((deal, weight))
    }

    /// The same for a slot that is about to change hands: who passed its probation there has its bounty, settled or not, before
    /// it gives the slot up or fails.
    pub fn confirmed_deal(id: DealId, slot: SlotIndex) -> Result<(Deal<T::AccountId>, Weight), DispatchError> {
        let (mut deal, mut weight) = Self::current_deal(id)?;
        if matches!(Self::confirm_probation(id, &mut deal, slot)?, Some(Probation::Passed | Probation::Forgotten)) {
            weight = weight.saturating_add(<T as Config>::WeightInfo::settle(1));
        }
        Ok((deal, weight))
    }

    /// What [`current_deal`](Self::current_deal) takes at most, and [`confirmed_deal`](Self::confirmed_deal) too.
    pub fn most_to_begin() -> Weight {
        <T as Config>::WeightInfo::settle(MAX_SLOTS.saturating_add(1))
    }

    /// What [`current_deal`](Self::current_deal) of this deal takes now, which a call that is refused after it pays for.
    pub fn to_begin(id: DealId) -> Weight {
        let due = Deals::<T>::get(id).filter(|deal| deal.is_extension_due(Clock::<T>::now()));
        due.map_or(Weight::zero(), |deal| <T as Config>::WeightInfo::settle(deal.slots.len() as u32))
    }

    /// What [`confirmed_deal`](Self::confirmed_deal) of this slot takes now at most.
    pub fn to_confirm(id: DealId, slot: SlotIndex) -> Weight {
        let record = Deals::<T>::get(id).and_then(|deal| deal.slots.get(usize::from(slot)).copied());
        let confirmed = match record {
            Some(Slot::Probation { .. }) => <T as Config>::WeightInfo::settle(1),
            _ => Weight::zero(),
        };
        Self::to_begin(id).saturating_add(confirmed)
    }

    /// Most slots of a copy.
    pub fn most_shards() -> u32 {
        u32::from(T::MaxData::get()).saturating_add(u32::from(T::MaxParity::get()))
    }

    /// Slots of a copy of this deal, each of which [`check_spread`](Self::check_spread) looks at; none where there is no such
    /// deal.
    pub fn shards_of(id: DealId) -> u32 {
        Deals::<T>::get(id).map_or(0, |deal| u32::from(deal.geometry.shards()))
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
            Slot::Vacant { since, source, .. } => Some(Opening { since, source }),
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
                spread.count(deal, index, operator)?;
            }
        }
        spread.add(deal, slot, operator)
    }

    /// Whether a miner that takes a slot over now can still get through its probation before the deal is over.
    pub fn has_time_left(deal: &Deal<T::AccountId>, miner: MinerId) -> bool {
        let schedule = Proofs::<T>::schedule(miner);
        let first = schedule.period(Clock::<T>::now()).saturating_add(1);
        let over = schedule.start(first.saturating_add(Clock::<T>::timing().probation));
        over <= deal.last_end()
    }

    /// Records that a miner appended a slot that was assigned to it.
    pub fn mark_appended(
        id: DealId,
        mut deal: Deal<T::AccountId>,
        slot: SlotIndex,
        miner: MinerId,
        start: Start,
    ) -> DispatchResult {
        Self::set_slot(&mut deal, slot, Slot::Held { miner, start })?;
        Deals::<T>::insert(id, deal);
        Ok(())
    }

    /// Opens a slot of a [current](Self::current_deal) deal that its holder `last` lost: pays what was earned, and puts back a
    /// bounty not yet earned, which is the next one's as well; where there is none, the next one's is in the holder's pot.
    pub fn vacate(id: DealId, mut deal: Deal<T::AccountId>, slot: SlotIndex, last: MinerId) -> DispatchResult {
        Self::pay_slot(id, &mut deal, slot)?;
        let mut source = Source::Pot(last);
        if let Slot::Probation { miner, source: kept, bounty, .. } = Self::slot_of(&deal, slot)? {
            source = Self::return_bounty(&mut deal, miner, kept, bounty)?;
        }
        Self::open_slot(id, &mut deal, slot, Clock::<T>::now(), source, last)?;
        Deals::<T>::insert(id, deal);
        Ok(())
    }

    /// Gives an open slot of a [current](Self::current_deal) deal to a repairer that appended it, on probation. Returns the bounty
    /// that waits for it.
    pub fn hand_to_repairer(
        id: DealId,
        mut deal: Deal<T::AccountId>,
        slot: SlotIndex,
        miner: MinerId,
        start: Start,
        since: Period,
    ) -> Result<Balance, DispatchError> {
        Self::pay_slot(id, &mut deal, slot)?;
        let old = Self::slot_of(&deal, slot)?;
        let opening = Self::opening(&deal, &old).ok_or(Error::<T>::SlotTaken)?;
        if let Slot::Probation { miner: failed, source, bounty, .. } = old {
            Self::return_bounty(&mut deal, failed, source, bounty)?;
        }
        let mut bounty = Self::bounty_of(&deal, opening.source);
        // Who let a slot go at no cost, as at the end of its term, and takes it again has nothing to rebuild.
        if matches!(old, Slot::Vacant { source: Source::Reserve, last, .. } if Self::same_operator(last, miner)) {
            bounty = 0;
        }
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

    fn same_operator(one: MinerId, other: MinerId) -> bool {
        let operator = |miner| Miners::<T>::get(miner).map(|record| record.operator);
        operator(one).is_some_and(|account| operator(other) == Some(account))
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
