//! What an owner does with a standing deal: top up, extend, cancel, transfer.

use frame_support::{ensure, pallet_prelude::DispatchResult, weights::Weight};
use idlewild_storage_primitives::{deal::Source, terms, Balance, Clock as Moment, DealId};
use pallet_idlewild_clock::Pallet as Clock;
use pallet_idlewild_proofs::Pallet as Proofs;
use pallet_idlewild_providers::{types::Status, Miners};
use sp_runtime::DispatchError;

use crate::{
    types::{Deal, Extension, Manifest},
    Config, Deals, DealsOf, Error, Event, Manifests, Pallet, WeightInfo,
};

impl<T: Config> Pallet<T> {
    /// A deal that `owner` owns and whose term is not over.
    pub(crate) fn owned_open(owner: &T::AccountId, id: DealId) -> Result<Deal<T::AccountId>, DispatchError> {
        let deal = Self::open_deal(id)?;
        ensure!(deal.owner == *owner, Error::<T>::NotOwner);
        Ok(deal)
    }

    pub(crate) fn do_top_up(owner: T::AccountId, id: DealId, amount: Balance) -> DispatchResult {
        let mut deal = Self::owned_open(&owner, id)?;
        ensure!(amount > 0, Error::<T>::NothingToAdd);
        Self::hold(&owner, amount)?;
        deal.reserve = deal.reserve.saturating_add(amount);
        Deals::<T>::insert(id, deal);
        Self::deposit_event(Event::ToppedUp { deal: id, amount });
        Ok(())
    }

    /// Lets a deal that `owner` owns go on: for whoever may do so in its name, too.
    pub fn do_extend(owner: T::AccountId, id: DealId, term: Moment, max_price: Balance) -> DispatchResult {
        let mut deal = Self::owned_open(&owner, id)?;
        ensure!(deal.extension.is_none(), Error::<T>::ExtensionPending);
        let timing = Clock::<T>::timing();
        let end = deal.end.checked_add(term).ok_or(Error::<T>::BadTerm)?;
        let ahead = end.saturating_sub(Clock::<T>::now());
        ensure!(term >= timing.period && ahead <= timing.max_term, Error::<T>::BadTerm);
        let mut accepted = 0u128;
        let mut price = 0;
        for (index, slot) in (0u32..).zip(deal.slots.iter()) {
            let Some(miner) = slot.holder().and_then(Miners::<T>::get) else { continue };
            let stays = matches!(miner.status, Status::Active | Status::Paused);
            if stays && miner.price <= max_price {
                accepted |= 1u128.checked_shl(index).unwrap_or(0);
                price = price.max(miner.price);
            }
        }
        ensure!(accepted != 0, Error::<T>::NobodyAccepts);
        // Every slot is paid for, as repairers may fill those that are left.
        let rate = terms::rate(price, deal.shard_len);
        let funds = terms::pay_of_extension(rate, term, timing.period, deal.slots.len() as u32);
        Self::hold(&owner, funds)?;
        deal.extension = Some(Extension { end, price, funds, accepted });
        Deals::<T>::insert(id, deal);
        let accepted = accepted.count_ones() as u8;
        Self::deposit_event(Event::Extended { deal: id, end, price, accepted, held: funds });
        Ok(())
    }

    /// Goes over to the extension of a deal that is settled up to its end.
    pub(crate) fn begin_extension(id: DealId, deal: &mut Deal<T::AccountId>) -> DispatchResult {
        let Some(extension) = deal.extension.take() else { return Ok(()) };
        for (index, slot) in (0u8..).zip(deal.slots.clone()) {
            let stays = extension.accepted.checked_shr(u32::from(index)).unwrap_or(0) & 1 == 1;
            let Some(last) = slot.holder().filter(|_| !stays) else { continue };
            if Proofs::<T>::failed_at(last).is_some() {
                continue;
            }
            Self::dismiss(id, deal, index, slot)?;
            Self::open_slot(id, deal, index, deal.end, Source::Reserve, last)?;
        }
        // What was not earned up to here is the owner's.
        Self::give_back(&deal.owner, deal.funds)?;
        deal.funds = extension.funds;
        deal.price = extension.price;
        deal.end = extension.end;
        // Receipts that come from now on must be for all of it: who signed for the first term is not bound by the second.
        deal.term = deal.end.saturating_sub(deal.created);
        Ok(())
    }

    /// Ends a deal that `owner` owns: for whoever may do so in its name, too. Returns what it took: a settlement of the deal's slots,
    /// and one more where an extension was due.
    pub fn do_cancel(owner: T::AccountId, id: DealId) -> Result<Weight, DispatchError> {
        let mut deal = Self::owned_open(&owner, id)?;
        let settlement = <T as Config>::WeightInfo::settle((deal.slots.len() as u32).saturating_add(1));
        let now = Clock::<T>::now();
        let age = now.saturating_sub(deal.created);
        ensure!(age >= Clock::<T>::timing().min_term, Error::<T>::TooYoung);
        // An extension that is due has served its holders since the old end; one that is not ends before it begins.
        let settlements = if Self::begin_due(id, &mut deal)? { 2 } else { 1 };
        if let Some(extension) = deal.extension.take() {
            Self::give_back(&owner, extension.funds)?;
        }
        deal.end = now;
        Deals::<T>::insert(id, deal);
        Self::deposit_event(Event::Cancelled { deal: id });
        Self::do_settle(id)?;
        Ok(settlement.saturating_mul(settlements))
    }

    pub(crate) fn do_transfer(owner: T::AccountId, id: DealId, to: T::AccountId, manifest: Manifest) -> DispatchResult {
        let mut deal = Self::owned_open(&owner, id)?;
        Self::ensure_exists(&to)?;
        Self::hand_over(&owner, &to, deal.held())?;
        if deal.creator.is_none() {
            deal.creator = Some(owner.clone());
        }
        deal.owner = to.clone();
        DealsOf::<T>::remove(&owner, id);
        DealsOf::<T>::insert(&to, id, ());
        Manifests::<T>::insert(id, manifest);
        Deals::<T>::insert(id, deal);
        Self::deposit_event(Event::Transferred { deal: id, from: owner, to });
        Ok(())
    }
}
