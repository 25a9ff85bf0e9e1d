//! Deposits.

use frame_support::{
    ensure,
    pallet_prelude::DispatchResult,
    traits::{
        fungible::{Inspect, MutateHold},
        tokens::{Fortitude, Precision, Preservation},
    },
};
use idlewild_shares_primitives::Balance;

use crate::{Config, CurrencyOf, Error, HoldReason, Pallet, ReasonOf};

impl<T: Config> Pallet<T> {
    pub(crate) fn hold(who: &T::AccountId, amount: Balance) -> DispatchResult {
        // Asked first, because the currency's own errors do not tell a user what to do.
        let free = CurrencyOf::<T>::reducible_balance(who, Preservation::Preserve, Fortitude::Polite);
        ensure!(free >= amount, Error::<T>::NotEnoughCoins);
        CurrencyOf::<T>::hold(&Self::reason(), who, amount)
    }

    pub(crate) fn release_held(who: &T::AccountId, amount: Balance) -> DispatchResult {
        CurrencyOf::<T>::release(&Self::reason(), who, amount, Precision::Exact).map(|_| ())
    }

    pub(crate) fn reason() -> ReasonOf<T> {
        HoldReason::Deposit.into()
    }
}
