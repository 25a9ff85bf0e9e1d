//! Bonds: what is put up, what comes back, and what is taken.
//!
//! What stands for work is never more than the bond: it is checked when work is taken, what is taken from the one is taken from the
//! other too, and no coin of it is given back.

use frame_support::{
    ensure,
    pallet_prelude::*,
    traits::{
        fungible::{BalancedHold, Inspect, InspectHold, MutateHold},
        tokens::{Fortitude, Precision, Preservation},
        Get, Imbalance,
    },
};
use idlewild_compute_primitives::{view::Standing, Balance, ProviderId};
use pallet_idlewild_clock::Pallet as Clock;

use crate::{types::Provider, Config, CreditOf, Error, Event, HoldReason, Pallet, Providers};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_add_bond(operator: T::AccountId, id: ProviderId, amount: Balance) -> DispatchResult {
        let record = Self::operated(id, &operator)?;
        ensure!(amount > 0, Error::<T>::Nothing);
        ensure!(record.standing != Standing::Exiting, Error::<T>::Leaving);
        Self::hold(&operator, amount)?;
        let bond = record.bond.saturating_add(amount);
        Providers::<T>::insert(id, Provider { bond, raised: Clock::<T>::now(), ..record });
        Self::deposit_event(Event::BondAdded { provider: id, amount, bond });
        Ok(())
    }

    pub(crate) fn do_withdraw_bond(operator: T::AccountId, id: ProviderId, amount: Balance) -> DispatchResult {
        let record = Self::operated(id, &operator)?;
        ensure!(amount > 0, Error::<T>::Nothing);
        ensure!(amount <= record.spare(), Error::<T>::BondInUse);
        let bond = record.bond.saturating_sub(amount);
        // Also where it is exiting: what work it still has is not for nothing.
        ensure!(bond >= T::LeastBond::get(), Error::<T>::BondTooLow);
        Self::ensure_stayed(&record)?;
        Self::release(&operator, amount)?;
        Providers::<T>::insert(id, Provider { bond, ..record });
        Self::deposit_event(Event::BondWithdrawn { provider: id, amount, bond });
        Ok(())
    }

    /// Takes `amount` of a provider's bond, or what there is of it, because it lost a result. What is taken stands for no work any more
    /// either: the caller passes the lock less `amount` to [`end_work`](Self::end_work), and never takes more than the lock.
    ///
    /// What comes back is what was taken, and no coin more or less; the caller says whose it is.
    pub fn slash(id: ProviderId, amount: Balance) -> CreditOf<T> {
        let credit = Self::take(id, amount);
        if credit.peek() > 0 {
            Self::deposit_event(Event::Slashed { provider: id, amount: credit.peek() });
        }
        credit
    }

    /// Takes a fee of a provider's bond as [`slash`](Self::slash) takes it, because it was late.
    pub fn charge(id: ProviderId, amount: Balance) -> CreditOf<T> {
        let credit = Self::take(id, amount);
        if credit.peek() > 0 {
            Self::deposit_event(Event::Charged { provider: id, amount: credit.peek() });
        }
        credit
    }

    fn take(id: ProviderId, amount: Balance) -> CreditOf<T> {
        Providers::<T>::mutate(id, |slot| {
            let Some(record) = slot else { return CreditOf::<T>::zero() };
            let (credit, _) = T::Currency::slash(&Self::reason(), &record.operator, amount.min(record.bond));
            // By what was really taken: the records stay what is on hold.
            record.bond = record.bond.saturating_sub(credit.peek());
            record.locked = record.locked.saturating_sub(credit.peek());
            credit
        })
    }

    pub(crate) fn hold(who: &T::AccountId, amount: Balance) -> DispatchResult {
        // Asked first, because the currency's own errors do not tell a user what to do.
        let free = T::Currency::reducible_balance(who, Preservation::Protect, Fortitude::Polite);
        ensure!(free >= amount, Error::<T>::NotEnoughCoins);
        T::Currency::hold(&Self::reason(), who, amount)
    }

    pub(crate) fn release(who: &T::AccountId, amount: Balance) -> DispatchResult {
        T::Currency::release(&Self::reason(), who, amount, Precision::Exact).map(|_| ())
    }

    /// Whether a bond has stood for long enough to be given back.
    pub(crate) fn ensure_stayed(record: &Provider<T::AccountId>) -> DispatchResult {
        let age = Clock::<T>::now().saturating_sub(record.raised);
        ensure!(age >= T::BondStays::get(), Error::<T>::BondTooFresh);
        Ok(())
    }

    fn reason() -> T::RuntimeHoldReason {
        HoldReason::Bond.into()
    }

    /// What is on hold for an account's providers.
    pub fn held_for(who: &T::AccountId) -> Balance {
        T::Currency::balance_on_hold(&Self::reason(), who)
    }
}
