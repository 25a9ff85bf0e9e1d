//! Paying for what was proven, and closing deals.

use alloc::collections::BTreeMap;
use frame_support::{pallet_prelude::DispatchResult, traits::Get};
use idlewild_storage_primitives::{
    deal::{Slot, Source},
    ledger::Ledger,
    Balance, Clock as Moment, DealId, MinerId, SlotIndex,
};
use pallet_idlewild_clock::Pallet as Clock;
use pallet_idlewild_proofs::Pallet as Proofs;
use pallet_idlewild_providers::{Miners, Pallet as Providers};
use sp_runtime::traits::SaturatedConversion;

use crate::{types::Deal, Config, Deals, DealsOf, Error, Event, Manifests, OnClosed, Pallet, Salts, ShardRoots};

/// The records of miners that one settlement reads, each read once.
type Records = BTreeMap<MinerId, Ledger>;

impl<T: Config> Pallet<T> {
    /// Returns how many slots there were to go through.
    pub(crate) fn do_settle(id: DealId) -> Result<u32, sp_runtime::DispatchError> {
        let mut deal = Deals::<T>::get(id).ok_or(Error::<T>::NoSuchDeal)?;
        let slots = deal.slots.len() as u32;
        if deal.is_closed() {
            Self::forget_if_due(id, deal);
            return Ok(slots);
        }
        let now = Clock::<T>::now();
        Self::pay_slots(id, &mut deal)?;
        Self::decide_probations(id, &mut deal)?;
        if now >= deal.end && deal.extension.is_some() {
            Self::begin_extension(id, &mut deal)?;
            Self::pay_slots(id, &mut deal)?;
        }
        if now >= deal.end {
            Self::close(id, deal)?;
        } else {
            Deals::<T>::insert(id, deal);
        }
        Ok(slots)
    }

    /// What a record is worth to a slot of a deal: periods proven by now, or by the deal's end.
    fn worth(deal: &Deal<T::AccountId>, miner: MinerId, ledger: &Ledger) -> u32 {
        ledger.proven_before(Proofs::<T>::schedule(miner).period(deal.end))
    }

    /// Pays every holder what it proved since it was last paid.
    pub(crate) fn pay_slots(id: DealId, deal: &mut Deal<T::AccountId>) -> DispatchResult {
        let rate = deal.rate();
        let mut records = Records::new();
        let mut due: BTreeMap<MinerId, Balance> = BTreeMap::new();
        for index in 0..deal.slots.len() {
            let Some((miner, start)) = deal.slots.get(index).and_then(Slot::earning) else { continue };
            let ledger = *records.entry(miner).or_insert_with(|| Proofs::<T>::ledger(miner));
            let worth = Self::worth(deal, miner, &ledger);
            let Some(periods) = worth.checked_sub(start).filter(|periods| *periods > 0) else { continue };
            let amount = due.entry(miner).or_default();
            *amount = amount.saturating_add(rate.saturating_mul(Balance::from(periods)));
            if let Some(slot) = deal.slots.get_mut(index) {
                slot.set_start(worth);
            }
        }
        for (miner, amount) in due {
            Self::pay_miner(id, deal, miner, amount)?;
        }
        Ok(())
    }

    /// Pays the holder of one slot what it proved, as when it is about to lose the slot.
    pub(crate) fn pay_slot(id: DealId, deal: &mut Deal<T::AccountId>, index: SlotIndex) -> DispatchResult {
        let Some((miner, start)) = deal.slots.get(usize::from(index)).and_then(Slot::earning) else { return Ok(()) };
        let worth = Self::worth(deal, miner, &Proofs::<T>::ledger(miner));
        let Some(periods) = worth.checked_sub(start).filter(|periods| *periods > 0) else { return Ok(()) };
        if let Some(slot) = deal.slots.get_mut(usize::from(index)) {
            slot.set_start(worth);
        }
        Self::pay_miner(id, deal, miner, deal.rate().saturating_mul(Balance::from(periods)))
    }

    fn pay_miner(id: DealId, deal: &mut Deal<T::AccountId>, miner: MinerId, amount: Balance) -> DispatchResult {
        // A slot never earns more periods than the term has, and so never more than its share of the funds; the bound
        // is there so that even an error in that sum could not touch another deal's coins.
        let amount = amount.min(deal.funds);
        let Some(record) = Miners::<T>::get(miner) else { return Ok(()) };
        let missing = Self::pay(&deal.owner, &record.operator, amount)?;
        let paid = amount.saturating_sub(missing);
        deal.funds = deal.funds.saturating_sub(paid);
        if paid > 0 {
            Self::deposit_event(Event::Paid { deal: id, miner, amount: paid });
        }
        Ok(())
    }

    /// Pays bounties to repairers that proved themselves, and opens the slots of those that did not.
    pub(crate) fn decide_probations(id: DealId, deal: &mut Deal<T::AccountId>) -> DispatchResult {
        let periods = Clock::<T>::timing().probation;
        let now = Clock::<T>::now();
        for index in 0..deal.slots.len() {
            let Some(&Slot::Probation { miner, start, since, source, bounty }) = deal.slots.get(index) else { continue };
            let ledger = Proofs::<T>::ledger(miner);
            let slot = index as SlotIndex;
            match ledger.proved_all_after(since, periods) {
                None => {},
                Some(true) => {
                    Self::pay_bounty(id, deal, slot, miner, source, bounty)?;
                    Self::set_slot(deal, slot, Slot::Held { miner, start })?;
                },
                Some(false) => {
                    let source = Self::return_bounty(deal, miner, source, bounty)?;
                    Self::open_slot(id, deal, slot, now, source)?;
                },
            }
        }
        Ok(())
    }

    fn pay_bounty(
        id: DealId,
        deal: &Deal<T::AccountId>,
        slot: SlotIndex,
        miner: MinerId,
        source: Source,
        bounty: Balance,
    ) -> DispatchResult {
        let Some(repairer) = Miners::<T>::get(miner).map(|record| record.operator) else { return Ok(()) };
        match source {
            Source::Pot(loser) => Providers::<T>::pay_bounty(loser, bounty, &repairer)?,
            Source::Reserve => {
                let missing = Self::pay(&deal.owner, &repairer, bounty)?;
                Self::give_back(&deal.owner, missing)?;
            },
        }
        Self::deposit_event(Event::BountyPaid { deal: id, slot, miner, source, amount: bounty });
        Ok(())
    }

    /// Puts back the bounty of a repairer that is no longer on probation and did not pass; returns where the next one's is.
    pub(crate) fn return_bounty(
        deal: &mut Deal<T::AccountId>,
        repairer: MinerId,
        source: Source,
        bounty: Balance,
    ) -> Result<Source, sp_runtime::DispatchError> {
        if source == Source::Reserve {
            deal.reserve = deal.reserve.saturating_add(bounty);
        }
        if Proofs::<T>::failed_at(repairer).is_none() {
            return Ok(source);
        }
        // A repairer that failed left a bounty for this slot in its own pot; the first loser's is not needed any more.
        if let Source::Pot(loser) = source {
            Providers::<T>::burn_bounty(loser, bounty)?;
        }
        Ok(Source::Pot(repairer))
    }

    pub(crate) fn open_slot(
        id: DealId,
        deal: &mut Deal<T::AccountId>,
        slot: SlotIndex,
        since: Moment,
        source: Source,
    ) -> DispatchResult {
        Self::set_slot(deal, slot, Slot::Vacant { since, source })?;
        Self::deposit_event(Event::SlotOpened { deal: id, slot, source });
        Ok(())
    }

    /// Takes a slot that is of no use to the deal any more off the books: its holder's bond, or the bounty kept for it.
    ///
    /// A sound holder that appended the slot gets its bond back when it clears the leaf.
    pub(crate) fn dismiss(deal: &mut Deal<T::AccountId>, slot: Slot) -> DispatchResult {
        let bounty = T::Rates::get().bounty(deal.load());
        let failed = |miner| Proofs::<T>::failed_at(miner).is_some();
        match slot {
            Slot::Empty => {},
            Slot::Vacant { source, .. } => {
                if let Source::Pot(loser) = source {
                    Providers::<T>::burn_bounty(loser, bounty)?;
                }
            },
            Slot::Assigned { miner, .. } if failed(miner) => Providers::<T>::burn_bounty(miner, bounty)?,
            Slot::Assigned { miner, .. } => Providers::<T>::release(miner, deal.load(), deal.bytes())?,
            Slot::Held { miner, .. } if failed(miner) => Providers::<T>::burn_bounty(miner, bounty)?,
            Slot::Held { .. } => {},
            Slot::Probation { miner, source, bounty: kept, .. } => {
                let source = Self::return_bounty(deal, miner, source, kept)?;
                if let Source::Pot(loser) = source {
                    Providers::<T>::burn_bounty(loser, bounty)?;
                }
            },
        }
        Ok(())
    }

    /// Ends a deal that has been settled up to its end.
    fn close(id: DealId, mut deal: Deal<T::AccountId>) -> DispatchResult {
        for slot in core::mem::take(&mut deal.slots) {
            Self::dismiss(&mut deal, slot)?;
        }
        let refunded = deal.held();
        Self::give_back(&deal.owner, refunded)?;
        deal.funds = 0;
        deal.reserve = 0;
        deal.extension = None;
        ShardRoots::<T>::remove(id);
        Manifests::<T>::remove(id);
        DealsOf::<T>::remove(&deal.owner, id);
        T::OnClosed::on_closed(id);
        Self::deposit_event(Event::Closed { deal: id, refunded });
        Self::forget_if_due(id, deal);
        Ok(())
    }

    /// Drops a closed deal's record once no receipt for it can be valid; until then it keeps the salt spent.
    fn forget_if_due(id: DealId, deal: Deal<T::AccountId>) {
        let block: u32 = frame_system::Pallet::<T>::block_number().saturated_into();
        if block > deal.receipts_until {
            Salts::<T>::remove(deal.creator(), deal.salt);
            Deals::<T>::remove(id);
        } else {
            Deals::<T>::insert(id, deal);
        }
    }
}
