//! How coins come into an escrow and leave it.
//!
//! Every function checks first, moves coins then, and writes last, so that it changes nothing where it fails, whoever calls it.

use frame_support::{
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
    traits::{
        fungible::{Balanced, Inspect, MutateHold},
        tokens::{DepositConsequence, Fortitude, Precision, Preservation, Provenance, Restriction},
        Imbalance,
    },
};
use idlewild_compute_primitives::{Balance, EscrowId};

use crate::{types::Escrow, Config, CreditOf, Error, Escrows, Event, HoldReason, NextEscrow, OpenOf, Pallet};

impl<T: Config> Pallet<T> {
    /// Opens an escrow with `amount` of the payer's free coins.
    pub fn open(payer: &T::AccountId, amount: Balance) -> Result<EscrowId, DispatchError> {
        let id = NextEscrow::<T>::get();
        let next = id.checked_add(1).ok_or(Error::<T>::TooMany)?;
        let open = OpenOf::<T>::get(payer).checked_add(1).ok_or(Error::<T>::TooMany)?;
        Self::hold(payer, amount)?;
        NextEscrow::<T>::put(next);
        OpenOf::<T>::insert(payer, open);
        Escrows::<T>::insert(id, Escrow { payer: payer.clone(), came: amount, paid: 0, burned: 0, refunded: 0 });
        Self::deposit_event(Event::Opened { escrow: id, payer: payer.clone(), amount });
        Ok(id)
    }

    /// Puts `amount` more of the payer's free coins into an escrow.
    pub fn add(id: EscrowId, amount: Balance) -> DispatchResult {
        Self::mutate(id, |escrow| {
            let came = escrow.came.checked_add(amount).ok_or(Error::<T>::TooMany)?;
            Self::hold(&escrow.payer, amount)?;
            escrow.came = came;
            Ok(())
        })?;
        if amount > 0 {
            Self::deposit_event(Event::Added { escrow: id, amount });
        }
        Ok(())
    }

    /// Puts coins into an escrow that somebody else lost, as from a slashed bond.
    ///
    /// All of them are held, where the payer's account has free coins enough to live. One that has not, which can only be if the
    /// escrow was used up before, keeps so much of them free as it needs (they count as refunded), and what would not even open its
    /// account is burned. A caller that wants to spend what it put in asks [`held`](Self::held).
    ///
    /// On an error the coins are burned, unless the storage of the whole call is rolled back.
    pub fn put_in(id: EscrowId, credit: CreditOf<T>) -> DispatchResult {
        let amount = credit.peek();
        let held = Self::mutate(id, |escrow| {
            let came = escrow.came.checked_add(amount).ok_or(Error::<T>::TooMany)?;
            if amount == 0 {
                return Ok(0);
            }
            if let Err(refused) = T::Currency::resolve(&escrow.payer, credit) {
                // Dropped, and with that destroyed: the account is gone, and this would not open it.
                drop(refused);
                escrow.came = came;
                escrow.burned = escrow.burned.saturating_add(amount);
                return Ok(0);
            }
            // Frozen coins may be on hold as well: nobody keeps coins out of an escrow by freezing others.
            let spare = T::Currency::reducible_balance(&escrow.payer, Preservation::Preserve, Fortitude::Force);
            let wanted = amount.min(spare);
            // The coins have arrived, so that there is no way back from here.
            let held = if T::Currency::hold(&Self::reason(), &escrow.payer, wanted).is_ok() { wanted } else { 0 };
            escrow.came = came;
            escrow.refunded = escrow.refunded.saturating_add(amount.saturating_sub(held));
            Ok(held)
        })?;
        if amount > 0 {
            Self::deposit_event(Event::PutIn { escrow: id, amount, held });
        }
        Ok(())
    }

    /// What an escrow holds; nothing if there is none.
    pub fn held(id: EscrowId) -> Balance {
        Escrows::<T>::get(id).map_or(0, |escrow| escrow.held())
    }

    /// Whose coins are in an escrow that is open.
    pub fn payer_of(id: EscrowId) -> Option<T::AccountId> {
        Escrows::<T>::get(id).map(|escrow| escrow.payer)
    }

    /// How many escrows of a payer are open.
    pub fn open_of(payer: &T::AccountId) -> u32 {
        OpenOf::<T>::get(payer)
    }

    /// Pays `amount` from an escrow. What the account cannot take, because it would not open it, is burned.
    pub fn pay(id: EscrowId, to: &T::AccountId, amount: Balance) -> DispatchResult {
        Self::take(id, amount, |escrow| {
            if Self::give(&escrow.payer, to, amount)? {
                escrow.paid = escrow.paid.saturating_add(amount);
                Ok(Event::Paid { escrow: id, to: to.clone(), amount })
            } else {
                escrow.burned = escrow.burned.saturating_add(amount);
                Ok(Event::Burned { escrow: id, amount })
            }
        })
    }

    /// Destroys `amount` of what an escrow holds.
    pub fn burn(id: EscrowId, amount: Balance) -> DispatchResult {
        Self::take(id, amount, |escrow| {
            Self::burn_held(&escrow.payer, amount)?;
            escrow.burned = escrow.burned.saturating_add(amount);
            Ok(Event::Burned { escrow: id, amount })
        })
    }

    /// Gives `amount` of what an escrow holds back to the payer.
    pub fn refund(id: EscrowId, amount: Balance) -> DispatchResult {
        Self::take(id, amount, |escrow| {
            if Self::give(&escrow.payer, &escrow.payer, amount)? {
                escrow.refunded = escrow.refunded.saturating_add(amount);
                Ok(Event::Refunded { escrow: id, amount })
            } else {
                escrow.burned = escrow.burned.saturating_add(amount);
                Ok(Event::Burned { escrow: id, amount })
            }
        })
    }

    /// Gives back to the payer what an escrow still holds, and forgets it. Returns how much it held.
    pub fn close(id: EscrowId) -> Result<Balance, DispatchError> {
        let escrow = Escrows::<T>::get(id).ok_or(Error::<T>::NoSuchEscrow)?;
        let rest = escrow.held();
        Self::refund(id, rest)?;
        Escrows::<T>::remove(id);
        OpenOf::<T>::mutate_exists(&escrow.payer, |open| {
            *open = open.unwrap_or(0).checked_sub(1).filter(|left| *left > 0);
        });
        Self::deposit_event(Event::Closed { escrow: id });
        Ok(rest)
    }

    fn mutate<R>(
        id: EscrowId,
        change: impl FnOnce(&mut Escrow<T::AccountId>) -> Result<R, DispatchError>,
    ) -> Result<R, DispatchError> {
        Escrows::<T>::try_mutate(id, |slot| change(slot.as_mut().ok_or(Error::<T>::NoSuchEscrow)?))
    }

    /// Moves `amount` out of an escrow that holds as much, and says so. To move nothing is allowed, and says nothing.
    fn take(
        id: EscrowId,
        amount: Balance,
        change: impl FnOnce(&mut Escrow<T::AccountId>) -> Result<Event<T>, DispatchError>,
    ) -> DispatchResult {
        let event = Self::mutate(id, |escrow| {
            ensure!(escrow.held() >= amount, Error::<T>::NotEnoughHeld);
            if amount == 0 {
                return Ok(None);
            }
            change(escrow).map(Some)
        })?;
        if let Some(event) = event {
            Self::deposit_event(event);
        }
        Ok(())
    }

    fn hold(payer: &T::AccountId, amount: Balance) -> DispatchResult {
        // Asked first, because the currency's own errors do not tell a user what to do; and with what keeps the account alive set
        // aside, as otherwise nothing small could be given back to it.
        let free = T::Currency::reducible_balance(payer, Preservation::Preserve, Fortitude::Polite);
        ensure!(free >= amount, Error::<T>::NotEnoughCoins);
        if amount == 0 {
            // Which an account that does not exist can do as well.
            return Ok(());
        }
        T::Currency::hold(&Self::reason(), payer, amount)
    }

    /// Makes `amount` of what is on hold for `from` free coins of `to`, or destroys it where `to` cannot take it. Returns whether it
    /// arrived.
    fn give(from: &T::AccountId, to: &T::AccountId, amount: Balance) -> Result<bool, DispatchError> {
        if T::Currency::can_deposit(to, amount, Provenance::Extant) != DepositConsequence::Success {
            Self::burn_held(from, amount)?;
            return Ok(false);
        }
        if from == to {
            T::Currency::release(&Self::reason(), from, amount, Precision::Exact)?;
        } else {
            // By force, or a payer would escape by freezing what it owes.
            let (exact, free, force) = (Precision::Exact, Restriction::Free, Fortitude::Force);
            T::Currency::transfer_on_hold(&Self::reason(), from, to, amount, exact, free, force)?;
        }
        Ok(true)
    }

    fn burn_held(from: &T::AccountId, amount: Balance) -> DispatchResult {
        T::Currency::burn_held(&Self::reason(), from, amount, Precision::Exact, Fortitude::Force).map(|_| ())
    }

    fn reason() -> T::RuntimeHoldReason {
        HoldReason::Escrow.into()
    }
}
