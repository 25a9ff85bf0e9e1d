//! The logic behind the calls.

use frame_support::{
    ensure,
    pallet_prelude::{ConstU32, DispatchResult},
    traits::Get,
    weights::Weight,
    BoundedVec,
};
use idlewild_storage_primitives::{admission, deal::MAX_SLOTS, DealId, MinerId, SlotIndex};
use pallet_idlewild_clock::Pallet as Clock;
use pallet_idlewild_deals::Pallet as Deals;
use pallet_idlewild_proofs::Pallet as Proofs;
use pallet_idlewild_providers::{Pallet as Providers, TotalWeight};
use sp_runtime::DispatchError;

use crate::{Claim, Claims, Config, Error, Event, Pallet, Tried, MAX_CLAIMS};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_claim(operator: T::AccountId, miner: MinerId, id: DealId, slot: SlotIndex) -> DispatchResult {
        if Proofs::<T>::touch_owned(&operator, miner)?.is_none() {
            return Ok(());
        }
        Self::free_lapsed(miner)?;
        let deal = Deals::<T>::open_deal(id)?;
        let record = Deals::<T>::slot_of(&deal, slot)?;
        let opening = Deals::<T>::opening(&deal, &record).ok_or(Error::<T>::NotOpen)?;
        ensure!(Deals::<T>::has_time_left(&deal, miner), Error::<T>::TooLate);
        let now = Clock::<T>::now();
        let timing = Clock::<T>::timing();
        let mine = Providers::<T>::owned(&operator, miner)?;
        ensure!(mine.free() >= deal.bytes(), Error::<T>::NoRoom);
        ensure!(mine.bond >= T::Rates::get().bond(mine.load.plus(deal.load())), Error::<T>::BondTooLow);
        let epoch = Providers::<T>::epoch();
        let allowed = admission::may_repair(
            id,
            slot,
            opening.since,
            miner,
            now.saturating_sub(opening.since),
            timing.rank_window,
            timing.rank_windows,
            mine.weight.of(epoch).0,
            TotalWeight::<T>::get().of(epoch).0,
        );
        ensure!(allowed, Error::<T>::NotYourTurn);
        Deals::<T>::check_spread(&deal, slot, &operator)?;
        Self::note_try(id, slot, miner)?;
        let until = now.saturating_add(timing.claim);
        let bytes = deal.bytes();
        Claims::<T>::try_mutate(miner, |claims| {
            let claim = Claim { deal: id, slot, opened: opening.since, until, bytes };
            claims.try_push(claim).map_err(|_| Error::<T>::TooManyClaims)
        })?;
        Providers::<T>::reserve_bytes(miner, bytes)?;
        Self::deposit_event(Event::Claimed { miner, deal: id, slot, until });
        Ok(())
    }

    /// Returns what it took to bring the deal up to date first, or `None` where the miner fails instead of completing.
    pub(crate) fn do_complete(
        operator: T::AccountId,
        miner: MinerId,
        id: DealId,
        slot: SlotIndex,
    ) -> Result<Option<Weight>, DispatchError> {
        let Some(ledger) = Proofs::<T>::touch_owned(&operator, miner)? else { return Ok(None) };
        let (deal, begun) = Deals::<T>::confirmed_deal(id, slot)?;
        let now = Clock::<T>::now();
        let claim = Self::take_claim(miner, id, slot).filter(|claim| claim.until >= now).ok_or(Error::<T>::NoClaim)?;
        Providers::<T>::free_bytes(miner, claim.bytes)?;
        let record = Deals::<T>::slot_of(&deal, slot)?;
        let opening = Deals::<T>::opening(&deal, &record).ok_or(Error::<T>::NotOpen)?;
        ensure!(opening.since == claim.opened, Error::<T>::NoClaim);
        ensure!(Deals::<T>::has_time_left(&deal, miner), Error::<T>::TooLate);
        ensure!(Providers::<T>::has_room(miner, deal.load(), deal.bytes()), Error::<T>::NoRoom);
        // Asked again, because other claims may have been completed since this one was let in.
        Deals::<T>::check_spread(&deal, slot, &operator)?;
        Providers::<T>::assign(miner, deal.load(), deal.bytes())?;
        let start = Proofs::<T>::start_of(miner, &ledger);
        let leaf = Deals::<T>::leaf_of(&deal, id, slot)?;
        let index = Proofs::<T>::append_leaf(miner, &leaf)?;
        let bounty = Deals::<T>::hand_to_repairer(id, deal, slot, miner, start, ledger.period)?;
        Self::deposit_event(Event::Repaired { miner, deal: id, slot, index, bounty });
        Ok(Some(begun))
    }

    pub(crate) fn do_drop(operator: T::AccountId, miner: MinerId) -> DispatchResult {
        Providers::<T>::owned(&operator, miner)?;
        let claims = Claims::<T>::take(miner);
        ensure!(!claims.is_empty(), Error::<T>::NothingToDrop);
        for claim in &claims {
            Providers::<T>::free_bytes(miner, claim.bytes)?;
        }
        Self::deposit_event(Event::Dropped { miner, claims: claims.len() as u32 });
        Ok(())
    }

    /// Frees the capacity of claims that lapsed.
    fn free_lapsed(miner: MinerId) -> DispatchResult {
        let now = Clock::<T>::now();
        let mut claims = Claims::<T>::get(miner);
        let before = claims.len();
        for lapsed in claims.iter().filter(|claim| claim.until < now) {
            Providers::<T>::free_bytes(miner, lapsed.bytes)?;
        }
        claims.retain(|claim| claim.until >= now);
        if claims.len() < before {
            let dropped = before.saturating_sub(claims.len()) as u32;
            Self::keep_claims(miner, claims);
            Self::deposit_event(Event::Dropped { miner, claims: dropped });
        }
        Ok(())
    }

    fn take_claim(miner: MinerId, deal: DealId, slot: SlotIndex) -> Option<Claim> {
        let mut claims = Claims::<T>::get(miner);
        let place = claims.iter().position(|claim| claim.deal == deal && claim.slot == slot)?;
        let claim = claims.remove(place);
        Self::keep_claims(miner, claims);
        Some(claim)
    }

    /// Writes down what a miner still claims; of one that claims nothing, nothing is kept.
    fn keep_claims(miner: MinerId, claims: BoundedVec<Claim, ConstU32<MAX_CLAIMS>>) {
        if claims.is_empty() {
            Claims::<T>::remove(miner);
        } else {
            Claims::<T>::insert(miner, claims);
        }
    }

    /// Notes that a miner tries a slot.
    fn note_try(deal: DealId, slot: SlotIndex, miner: MinerId) -> DispatchResult {
        Tried::<T>::try_mutate(deal, slot, |miners| {
            ensure!(!miners.contains(&miner), Error::<T>::Barred);
            // Many miners of one hand must not keep others out: the longest ago is forgotten, and could try again.
            if miners.is_full() {
                miners.remove(0);
            }
            // There is room now.
            let _ = miners.try_push(miner);
            Ok(())
        })
    }
}

impl<T: Config> pallet_idlewild_deals::OnClosed for Pallet<T> {
    fn on_closed(deal: DealId) {
        // One entry a slot at most; the limit is the most slots that a deal can have.
        let _ = Tried::<T>::clear_prefix(deal, MAX_SLOTS, None);
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn fill(deal: DealId, slots: u8) {
        let tried: frame_support::BoundedVec<MinerId, _> =
            frame_support::BoundedVec::truncate_from((0..crate::MAX_TRIES).collect());
        for slot in 0..slots {
            Tried::<T>::insert(deal, slot, tried.clone());
        }
    }
}

impl<T: Config> pallet_idlewild_providers::OnRemoved for Pallet<T> {
    fn on_removed(miner: MinerId) {
        Claims::<T>::remove(miner);
    }
}
