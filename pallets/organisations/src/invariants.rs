//! What must be true of organisations at all times.

use alloc::collections::{BTreeMap, BTreeSet};
use frame_support::{ensure, traits::fungible::InspectHold};
use idlewild_compute_primitives::{Balance, OrganisationId};
use sp_runtime::TryRuntimeError;

use crate::{administration::Coins, Config, Members, NextOrganisation, Organisations, Pallet};

impl<T: Config> Pallet<T> {
    /// Checks that members are counted, and that every coin on hold, of whatever account, is an organisation's deposit.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        let mut members: BTreeMap<OrganisationId, (u32, Balance)> = BTreeMap::new();
        let mut numbers = BTreeSet::new();
        for (organisation, _, member) in Members::<T>::iter() {
            let (count, deposits) = members.entry(organisation).or_default();
            *count = count.saturating_add(1);
            let joined = Organisations::<T>::get(organisation).map_or(0, |record| record.joined);
            let is_own = numbers.insert((organisation, member.number)) && (1..=joined).contains(&member.number);
            ensure!(is_own, "a member has the number of another, or one that was not given yet");
            *deposits = deposits.saturating_add(member.deposit);
        }
        let mut held: BTreeMap<T::AccountId, Balance> = BTreeMap::new();
        for (organisation, record) in Organisations::<T>::iter() {
            ensure!(organisation < NextOrganisation::<T>::get(), "an organisation has a number that was not given yet");
            let (count, deposits) = members.remove(&organisation).unwrap_or_default();
            ensure!(record.members == count, "an organisation's members are miscounted");
            ensure!(record.deposit >= deposits, "an organisation's deposit is less than those of its members");
            let sum = held.entry(record.owner).or_default();
            *sum = sum.saturating_add(record.deposit);
        }
        ensure!(members.is_empty(), "somebody is a member of an organisation that is no more");
        for who in frame_system::Account::<T>::iter_keys() {
            let records = held.remove(&who).unwrap_or(0);
            ensure!(
                Coins::<T>::balance_on_hold(&Self::reason(), &who) == records,
                "what is on hold is not the sum of deposits"
            );
        }
        ensure!(held.values().all(|held| *held == 0), "an owner with deposits has no account");
        Ok(())
    }
}
