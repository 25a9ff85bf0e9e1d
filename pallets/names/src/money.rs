//! Deposits, and what names cost.

use codec::Encode;
use frame_support::{
    ensure,
    pallet_prelude::DispatchResult,
    traits::{
        fungible::{Balanced, Inspect, MutateHold},
        tokens::{Fortitude, Precision, Preservation, Restriction},
        Get, OnUnbalanced,
    },
};
use idlewild_names_primitives::{
    record::{Record, RecordKey},
    Balance,
};

use crate::{Config, Error, HoldReason, Pallet};

impl<T: Config> Pallet<T> {
    /// What is on hold for a record.
    pub(crate) fn record_deposit(key: &RecordKey, record: &Record) -> Balance {
        let bytes = key.encoded_size().saturating_add(record.encoded_size());
        let bytes = Balance::try_from(bytes).unwrap_or(Balance::MAX);
        T::ItemDeposit::get().saturating_add(T::ByteDeposit::get().saturating_mul(bytes))
    }

    pub(crate) fn hold(who: &T::AccountId, amount: Balance) -> DispatchResult {
        Self::ensure_has(who, amount)?;
        T::Currency::hold(&Self::reason(), who, amount)
    }

    pub(crate) fn let_go(who: &T::AccountId, amount: Balance) -> DispatchResult {
        T::Currency::release(&Self::reason(), who, amount, Precision::Exact).map(|_| ())
    }

    /// Gives what is on hold to another account, where it is on hold as before.
    pub(crate) fn hand_over(from: &T::AccountId, to: &T::AccountId, amount: Balance) -> DispatchResult {
        let (exact, on_hold, force) = (Precision::Exact, Restriction::OnHold, Fortitude::Force);
        T::Currency::transfer_on_hold(&Self::reason(), from, to, amount, exact, on_hold, force).map(|_| ())
    }

    pub(crate) fn pay(who: &T::AccountId, amount: Balance) -> DispatchResult {
        Self::ensure_has(who, amount)?;
        let credit = T::Currency::withdraw(who, amount, Precision::Exact, Preservation::Preserve, Fortitude::Polite)?;
        T::OnPayment::on_unbalanced(credit);
        Ok(())
    }

    /// Asked first, because the currency's own errors do not tell a user what to do.
    fn ensure_has(who: &T::AccountId, amount: Balance) -> DispatchResult {
        let free = T::Currency::reducible_balance(who, Preservation::Preserve, Fortitude::Polite);
        ensure!(free >= amount, Error::<T>::NotEnoughCoins);
        Ok(())
    }

    pub(crate) fn reason() -> T::RuntimeHoldReason {
        HoldReason::Deposit.into()
    }
}
