//! Paying for what was proven, and closing deals.

use alloc::{collections::BTreeMap, vec::Vec};
use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Get, weights::Weight};
use idlewild_storage_primitives::{
    deal::{Slot, Source},
    ledger::{Ledger, Start},
    Balance, Clock as Moment, DealId, MinerId, Period, SlotIndex,
};
use pallet_idlewild_clock::Pallet as Clock;
use pallet_idlewild_proofs::Pallet as Proofs;
use pallet_idlewild_providers::{Miners, Pallet as Providers};
use sp_runtime::{traits::SaturatedConversion, DispatchError};

use crate::{
    types::Deal, Config, Deals, DealsOf, Error, Event, Lingering, LingeringEnds, Manifests, OnClosed, Pallet, Salts, ShardRoots,
};

/// The records of miners that one settlement reads, each read once.
type Records = BTreeMap<MinerId, Ledger>;

/// What a settlement found and did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Settled {
    /// There is no such deal any more.
    Gone,
    /// It was closed before, and its record waits for receipts to run out.
    WasClosed,
    /// It was paid, and goes on.
    GoesOn,
    /// It was paid and closed.
    Closed,
}

/// How a repairer did in its probation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Probation {
    /// It proved all of it.
    Passed,
    /// It did not, or failed.
    Missed,
    /// It is sound, and nobody can tell any more.
    Forgotten,
}

impl<T: Config> Pallet<T> {
    /// Returns what was done, and how many slots there were to go through.
    pub(crate) fn do_settle(id: DealId) -> Result<(Settled, u32), DispatchError> {
        let Some(mut deal) = Deals::<T>::get(id) else { return Ok((Settled::Gone, 0)) };
        let slots = deal.slots.len() as u32;
        if deal.is_closed() {
            Self::forget_if_due(id, deal);
            return Ok((Settled::WasClosed, slots));
        }
        Self::begin_due(id, &mut deal)?;
        Self::pay_slots(id, &mut deal)?;
        Self::decide_probations(id, &mut deal)?;
        if Clock::<T>::now() >= deal.end {
            Self::close(id, deal)?;
            return Ok((Settled::Closed, slots));
        }
        Deals::<T>::insert(id, deal);
        Ok((Settled::GoesOn, slots))
    }

    /// Goes over to the extension of a deal whose present term is over, once that is paid. Returns whether there was one.
    pub(crate) fn begin_due(id: DealId, deal: &mut Deal<T::AccountId>) -> Result<bool, DispatchError> {
        if !deal.is_extension_due(Clock::<T>::now()) {
            return Ok(false);
        }
        Self::pay_slots(id, deal)?;
        Self::decide_probations(id, deal)?;
        Self::begin_extension(id, deal)?;
        Ok(true)
    }

    /// What a record is worth to a slot of a deal: the whole periods proven by now, or by the deal's end.
    ///
    /// A period that is not over yet is not paid, proven or not: were the slot to change hands within it, the next holder's
    /// first period could begin before this one ends, and the funds have each moment of a slot's term but once.
    fn worth(deal: &Deal<T::AccountId>, miner: MinerId, ledger: &Ledger) -> u32 {
        ledger.proven_before(Proofs::<T>::schedule(miner).period(deal.end.min(Clock::<T>::now())))
    }

    /// What a slot's holder earned since it was paid last, and up to where that pays it; `None` where that is nothing.
    fn unpaid(deal: &Deal<T::AccountId>, miner: MinerId, start: Start, ledger: &Ledger) -> Option<(Balance, u32)> {
        let worth = Self::worth(deal, miner, ledger);
        let periods = worth.checked_sub(ledger.earns_after(start)).filter(|periods| *periods > 0)?;
        Some((deal.rate().saturating_mul(Balance::from(periods)), worth))
    }

    /// What all holders of a deal earned since they were paid last.
    pub(crate) fn unpaid_in_all(deal: &Deal<T::AccountId>) -> Balance {
        deal.slots.iter().filter_map(Slot::earning).fold(0, |sum: Balance, (miner, start)| {
            let earned = Self::unpaid(deal, miner, start, &Proofs::<T>::ledger(miner)).map_or(0, |(amount, _)| amount);
            sum.saturating_add(earned)
        })
    }

    /// What a settlement pays a miner with this record for the present term of a deal: what its slots earned, and bounties of
    /// probations that it passed. Also says in which slots these are.
    pub(crate) fn due(deal: &Deal<T::AccountId>, miner: MinerId, ledger: &Ledger) -> (Balance, Vec<SlotIndex>) {
        let mut due: Balance = 0;
        let mut passed = Vec::new();
        for (index, slot) in (0u8..).zip(deal.slots.iter()) {
            let Some((_, start)) = slot.earning().filter(|(holder, _)| *holder == miner) else { continue };
            due = due.saturating_add(Self::unpaid(deal, miner, start, ledger).map_or(0, |(amount, _)| amount));
            if let Slot::Probation { since, bounty, .. } = *slot {
                if Self::probation(miner, since) == Some(Probation::Passed) {
                    due = due.saturating_add(bounty);
                    passed.push(index);
                }
            }
        }
        (due, passed)
    }

    /// Pays every holder what it proved since it was last paid.
    pub(crate) fn pay_slots(id: DealId, deal: &mut Deal<T::AccountId>) -> DispatchResult {
        let mut records = Records::new();
        let mut due: BTreeMap<MinerId, Balance> = BTreeMap::new();
        for index in 0..deal.slots.len() {
            let Some((miner, start)) = deal.slots.get(index).and_then(Slot::earning) else { continue };
            let ledger = *records.entry(miner).or_insert_with(|| Proofs::<T>::ledger(miner));
            let Some((earned, worth)) = Self::unpaid(deal, miner, start, &ledger) else { continue };
            let amount = due.entry(miner).or_default();
            *amount = amount.saturating_add(earned);
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
        let ledger = Proofs::<T>::ledger(miner);
        let Some((earned, worth)) = Self::unpaid(deal, miner, start, &ledger) else { return Ok(()) };
        if let Some(slot) = deal.slots.get_mut(usize::from(index)) {
            slot.set_start(worth);
        }
        Self::pay_miner(id, deal, miner, earned)
    }

    fn pay_miner(id: DealId, deal: &mut Deal<T::AccountId>, miner: MinerId, amount: Balance) -> DispatchResult {
        // Whole periods of one slot's holders never overlap and lie within the term, so that there are no more of them than the
        // term has, and they never cost more than the slot's share of the funds; the bound is there so that even an error in
        // that sum could not touch another deal's coins. `try_state` tells whether it ever bites.
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

    /// Pays bounties to repairers that proved themselves, and opens the slots of those that did not, which costs them what
    /// admitting a loss costs.
    pub(crate) fn decide_probations(id: DealId, deal: &mut Deal<T::AccountId>) -> DispatchResult {
        for index in 0..deal.slots.len() {
            Self::decide_probation_of(id, deal, index as SlotIndex)?;
        }
        Ok(())
    }

    /// The same for one slot. Returns whether there was something to decide.
    fn decide_probation_of(id: DealId, deal: &mut Deal<T::AccountId>, slot: SlotIndex) -> Result<bool, DispatchError> {
        let Some(&Slot::Probation { miner, source, bounty, .. }) = deal.slots.get(usize::from(slot)) else { return Ok(false) };
        let probation = Self::confirm_probation(id, deal, slot)?;
        if probation != Some(Probation::Missed) {
            return Ok(probation.is_some());
        }
        let failed_at = Proofs::<T>::failed_at(miner);
        if failed_at.is_none() {
            let price = T::Rates::get().floor(deal.load());
            Providers::<T>::lose_slot(miner, deal.load(), price, false, None)?;
        }
        let source = Self::return_bounty(deal, miner, source, bounty)?;
        // A failure opened the slot when it came out: whoever claimed it since then keeps that claim.
        let since = failed_at.unwrap_or_else(Clock::<T>::now);
        Self::open_slot(id, deal, slot, since, source, miner)?;
        Ok(true)
    }

    /// Decides the probation of one slot, whose holder is paid first. Returns what it took to begin an extension that was due,
    /// which decides all of them.
    pub(crate) fn do_decide(id: DealId, slot: SlotIndex) -> Result<Weight, DispatchError> {
        let (mut deal, begun) = Self::current_deal(id)?;
        Self::slot_of(&deal, slot)?;
        Self::pay_slot(id, &mut deal, slot)?;
        let decided = Self::decide_probation_of(id, &mut deal, slot)?;
        ensure!(decided || begun != Weight::zero(), Error::<T>::Undecided);
        Deals::<T>::insert(id, deal);
        Ok(begun)
    }

    /// How a repairer that took a slot over in period `since` did, once that can be told.
    fn probation(miner: MinerId, since: Period) -> Option<Probation> {
        let ledger = Proofs::<T>::ledger(miner);
        let passed = ledger.proved_all_after(since, Clock::<T>::timing().probation)?;
        Some(match passed {
            true => Probation::Passed,
            false if ledger.remembers(since) || Proofs::<T>::failed_at(miner).is_some() => Probation::Missed,
            false => Probation::Forgotten,
        })
    }

    /// Makes a repairer whose probation is over, and was not missed, the slot's holder. Returns how it did, or `None` where nobody
    /// is on probation or that cannot be told yet.
    ///
    /// One that passed has its bounty. One whose record does not reach back to its probation any more is not on probation for
    /// ever, nor charged for what nobody can tell: its bounty goes back.
    pub(crate) fn confirm_probation(
        id: DealId,
        deal: &mut Deal<T::AccountId>,
        slot: SlotIndex,
    ) -> Result<Option<Probation>, DispatchError> {
        let Some(&Slot::Probation { miner, start, since, source, bounty }) = deal.slots.get(usize::from(slot)) else {
            return Ok(None);
        };
        let probation = Self::probation(miner, since);
        match probation {
            Some(Probation::Passed) => Self::pay_bounty(id, deal, slot, miner, source, bounty)?,
            Some(Probation::Forgotten) => {
                if let Source::Pot(loser) = Self::return_bounty(deal, miner, source, bounty)? {
                    Providers::<T>::burn_bounty(loser, deal.load(), bounty)?;
                }
            },
            Some(Probation::Missed) | None => return Ok(probation),
        }
        Self::set_slot(deal, slot, Slot::Held { miner, start })?;
        Ok(probation)
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
        let amount = match source {
            Source::Pot(loser) => Providers::<T>::pay_bounty(loser, deal.load(), bounty, &repairer)?,
            Source::Reserve => {
                let missing = Self::pay(&deal.owner, &repairer, bounty)?;
                Self::give_back(&deal.owner, missing)?;
                bounty.saturating_sub(missing)
            },
        };
        Self::deposit_event(Event::BountyPaid { deal: id, slot, miner, source, amount });
        Ok(())
    }

    /// Puts back the bounty of a repairer that is no longer on probation and did not pass; returns where the next one's is.
    pub(crate) fn return_bounty(
        deal: &mut Deal<T::AccountId>,
        repairer: MinerId,
        source: Source,
        bounty: Balance,
    ) -> Result<Source, DispatchError> {
        if source == Source::Reserve {
            deal.reserve = deal.reserve.saturating_add(bounty);
        }
        if Proofs::<T>::failed_at(repairer).is_none() {
            return Ok(source);
        }
        // A repairer that failed left a bounty for this slot in its own pot; the first loser's is not needed any more.
        if let Source::Pot(loser) = source {
            Providers::<T>::burn_bounty(loser, deal.load(), bounty)?;
        }
        Ok(Source::Pot(repairer))
    }

    pub(crate) fn open_slot(
        id: DealId,
        deal: &mut Deal<T::AccountId>,
        slot: SlotIndex,
        since: Moment,
        source: Source,
        last: MinerId,
    ) -> DispatchResult {
        Self::set_slot(deal, slot, Slot::Vacant { since, source, last })?;
        Self::deposit_event(Event::SlotOpened { deal: id, slot, source });
        Ok(())
    }

    /// Takes slot `index`, which is of no use to the deal any more, off the books: the bounty kept for it, or what its holder
    /// answers for. A holder that appended it gets its bond back when it clears the leaf.
    ///
    /// A repairer whose probation that cuts short has its bounty if it proved all it could, and that is something.
    pub(crate) fn dismiss(id: DealId, deal: &mut Deal<T::AccountId>, index: SlotIndex, slot: Slot) -> DispatchResult {
        let load = deal.load();
        let bounty = T::Rates::get().bounty(load);
        if let Some(miner) = slot.holder().filter(|miner| Proofs::<T>::failed_at(*miner).is_none()) {
            Providers::<T>::let_off(miner, load)?;
            match slot {
                Slot::Assigned { .. } => Providers::<T>::release(miner, load, deal.bytes())?,
                Slot::Probation { since, source, bounty: kept, .. } => {
                    let now = Proofs::<T>::period_of(miner);
                    if Proofs::<T>::ledger(miner).proves_since(since, now) {
                        return Self::pay_bounty(id, deal, index, miner, source, kept);
                    }
                    if let Source::Pot(loser) = Self::return_bounty(deal, miner, source, kept)? {
                        Providers::<T>::burn_bounty(loser, load, bounty)?;
                    }
                },
                _ => {},
            }
            return Ok(());
        }
        let source = match slot {
            Slot::Probation { miner, source, bounty: kept, .. } => Self::return_bounty(deal, miner, source, kept)?,
            Slot::Assigned { miner, .. } | Slot::Held { miner, .. } => Source::Pot(miner),
            Slot::Vacant { source, .. } => source,
            Slot::Empty => Source::Reserve,
        };
        match source {
            Source::Pot(loser) => Providers::<T>::burn_bounty(loser, load, bounty),
            Source::Reserve => Ok(()),
        }
    }

    /// Ends a deal that has been settled up to its end.
    fn close(id: DealId, mut deal: Deal<T::AccountId>) -> DispatchResult {
        for (index, slot) in (0u8..).zip(core::mem::take(&mut deal.slots)) {
            Self::dismiss(id, &mut deal, index, slot)?;
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
        if !Self::forget_if_due(id, deal) {
            let (first, next) = LingeringEnds::<T>::get();
            Lingering::<T>::insert(next, id);
            LingeringEnds::<T>::put((first, next.saturating_add(1)));
        }
        Self::forget_some();
        Ok(())
    }

    /// Drops a closed deal's record once no receipt for it can be valid; until then it keeps the salt spent. Returns whether it
    /// is gone.
    fn forget_if_due(id: DealId, deal: Deal<T::AccountId>) -> bool {
        let block: u32 = frame_system::Pallet::<T>::block_number().saturated_into();
        let due = block > deal.receipts_until;
        if due {
            Salts::<T>::remove(deal.creator(), deal.salt);
            Deals::<T>::remove(id);
        } else {
            Deals::<T>::insert(id, deal);
        }
        due
    }

    /// Drops up to two records that have waited for their receipts to run out, the one closed first before the other.
    ///
    /// Every closing and every new deal does so. As a closing leaves one record at most, they go as fast as they come, whether
    /// anybody asks for that or not; no receipt is valid for longer than
    /// [`MAX_VALIDITY`](idlewild_storage_primitives::receipt::MAX_VALIDITY), so that none waits long behind another.
    pub(crate) fn forget_some() {
        for _ in 0..2 {
            let (first, next) = LingeringEnds::<T>::get();
            let Some(id) = Lingering::<T>::get(first) else { return };
            // Whoever settled it again may have dropped it already.
            if Deals::<T>::get(id).is_some_and(|deal| !Self::forget_if_due(id, deal)) {
                return;
            }
            Lingering::<T>::remove(first);
            LingeringEnds::<T>::put((first.saturating_add(1), next));
        }
    }
}
