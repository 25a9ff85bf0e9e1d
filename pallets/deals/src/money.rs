//! A deal's coins: held from its owner, paid to miners, given back.

use frame_support::{
    ensure,
    pallet_prelude::DispatchResult,
    traits::{
        fungible::{Inspect, InspectHold, MutateHold},
        tokens::{Fortitude, Precision, Preservation, Restriction},
    },
};
use idlewild_storage_primitives::Balance;

use crate::{Config, Error, HoldReason, Pallet};

impl<T: Config> Pallet<T> {
    pub(crate) fn hold(owner: &T::AccountId, amount: Balance) -> DispatchResult {
        // Asked first, because the currency's own errors do not tell a user what to do.
        let free = <T as Config>::Currency::reducible_balance(owner, Preservation::Protect, Fortitude::Polite);
        ensure!(free >= amount, Error::<T>::NotEnoughCoins);
        <T as Config>::Currency::hold(&reason::<T>(), owner, amount)
    }

    pub(crate) fn give_back(owner: &T::AccountId, amount: Balance) -> DispatchResult {
        <T as Config>::Currency::release(&reason::<T>(), owner, amount, Precision::Exact).map(|_| ())
    }

    /// Pays from what is on hold for `owner`. Returns what did not arrive, because it would not have opened an account.
    pub(crate) fn pay(owner: &T::AccountId, to: &T::AccountId, amount: Balance) -> Result<Balance, sp_runtime::DispatchError> {
        if amount == 0 {
            return Ok(0);
        }
        if owner == to {
            Self::give_back(owner, amount)?;
            return Ok(0);
        }
        // Coins on hold do not count for it: an account needs the least free balance, whatever else it has.
        let free = <T as Config>::Currency::balance(to).saturating_add(amount);
        if free < <T as Config>::Currency::minimum_balance() {
            return Ok(amount);
        }
        <T as Config>::Currency::transfer_on_hold(
            &reason::<T>(),
            owner,
            to,
            amount,
            Precision::Exact,
            Restriction::Free,
            Fortitude::Force,
        )?;
        Ok(0)
    }

    /// Refuses an account that is not there: coins on hold alone cannot open one.
    pub(crate) fn ensure_exists(who: &T::AccountId) -> DispatchResult {
        let least = <T as Config>::Currency::minimum_balance();
        ensure!(<T as Config>::Currency::balance(who) >= least, Error::<T>::NoSuchAccount);
        Ok(())
    }

    /// Moves what is on hold for a deal to its new owner, where it stays on hold.
    pub(crate) fn hand_over(from: &T::AccountId, to: &T::AccountId, amount: Balance) -> DispatchResult {
        if amount == 0 || from == to {
            return Ok(());
        }
        <T as Config>::Currency::transfer_on_hold(
            &reason::<T>(),
            from,
            to,
            amount,
            Precision::Exact,
            Restriction::OnHold,
            Fortitude::Force,
        )
        .map(|_| ())
    }

    /// What is on hold for an account's deals.
    pub fn held_for(owner: &T::AccountId) -> Balance {
        <T as Config>::Currency::balance_on_hold(&reason::<T>(), owner)
    }
}

fn reason<T: Config>() -> <T as Config>::RuntimeHoldReason {
    HoldReason::Deal.into()
}
