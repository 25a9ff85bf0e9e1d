//! Bonds: what stands for an account's claims.

use frame_support::{
    ensure,
    pallet_prelude::DispatchResult,
    sp_runtime::traits::BlockNumberProvider,
    traits::{
        fungible::{Inspect, MutateHold},
        tokens::{Fortitude, Precision, Preservation},
        Get,
    },
};
use idlewild_capacity_primitives::{Balance, RoundIndex};

use crate::{
    types::{Bond, Round},
    Bonds, Config, Error, Event, HoldReason, Pallet, Rules,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_bond(miner: T::AccountId, amount: Balance) -> DispatchResult {
        ensure!(amount > 0, Error::<T>::Nothing);
        let before = Bonds::<T>::get(&miner);
        let least = T::LeastCapacityBond::get();
        let had = before.as_ref().map_or(0, |bond| bond.amount);
        let bond = had.saturating_add(amount);
        ensure!(bond >= least, Error::<T>::BondTooLow);
        Self::ensure_free(&miner, amount)?;
        T::Coins::hold(&HoldReason::Bond.into(), &miner, amount)?;
        // One that a slash brought below the least begins anew.
        let since = before.filter(|bond| bond.amount >= least).map_or_else(Self::round, |bond| bond.since);
        Bonds::<T>::insert(&miner, Bond { amount: bond, since });
        Self::deposit_event(Event::Bonded { miner, amount, bond });
        Ok(())
    }

    pub(crate) fn do_unbond(miner: T::AccountId, amount: Balance) -> DispatchResult {
        ensure!(amount > 0, Error::<T>::Nothing);
        let bond = Bonds::<T>::get(&miner).ok_or(Error::<T>::NotBonded)?;
        let left = bond.amount.checked_sub(amount).ok_or(Error::<T>::NotEnoughCoins)?;
        ensure!(left == 0 || left >= T::LeastCapacityBond::get(), Error::<T>::BondTooLow);
        T::Coins::release(&HoldReason::Bond.into(), &miner, amount, Precision::Exact)?;
        if left == 0 {
            Bonds::<T>::remove(&miner);
        } else {
            Bonds::<T>::insert(&miner, Bond { amount: left, ..bond });
        }
        Self::deposit_event(Event::Unbonded { miner, amount, bond: left });
        Ok(())
    }

    /// Whether an account can have so much put on hold. Asked first, because the currency's own errors do not tell a user what to do.
    pub(crate) fn ensure_free(miner: &T::AccountId, amount: Balance) -> DispatchResult {
        let free = T::Coins::reducible_balance(miner, Preservation::Protect, Fortitude::Polite);
        ensure!(free >= amount, Error::<T>::NotEnoughCoins);
        Ok(())
    }

    /// What has to stand for a claim of a round.
    pub(crate) fn least_bond(round: &Round<T::AccountId>) -> Balance {
        T::LeastCapacityBond::get().max(round.slash)
    }

    /// Whether an account's bond lets it claim a round.
    pub(crate) fn may_claim(miner: &T::AccountId, round: &Round<T::AccountId>) -> DispatchResult {
        let bond = Bonds::<T>::get(miner).ok_or(Error::<T>::NotBonded)?;
        ensure!(bond.amount >= Self::least_bond(round), Error::<T>::BondTooLow);
        let age = Self::round().saturating_sub(bond.since);
        ensure!(age >= Rules::<T>::get().bond_age, Error::<T>::BondTooYoung);
        Ok(())
    }

    /// Destroys what a false claim costs, as far as the bond reaches, and lets the rest stand anew. Returns how much that was.
    pub(crate) fn slash(miner: &T::AccountId, amount: Balance) -> Balance {
        let Some(bond) = Bonds::<T>::get(miner) else { return 0 };
        let reason = HoldReason::Bond.into();
        let most = amount.min(bond.amount);
        let slashed = T::Coins::burn_held(&reason, miner, most, Precision::BestEffort, Fortitude::Force).unwrap_or_default();
        let left = bond.amount.saturating_sub(slashed);
        if left == 0 {
            Bonds::<T>::remove(miner);
        } else {
            Bonds::<T>::insert(miner, Bond { amount: left, since: Self::round() });
        }
        slashed
    }

    /// The round that is on by the relay chain's clock, which runs while this chain does not.
    pub(crate) fn round() -> RoundIndex {
        T::RelayBlock::current_block_number().checked_div(Rules::<T>::get().length).unwrap_or(0)
    }
}
