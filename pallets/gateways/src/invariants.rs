//! What must be true of gateways at all times.

use alloc::collections::BTreeMap;
use frame_support::{ensure, traits::fungible::InspectHold};
use idlewild_buckets_primitives::{limits::MAX_CREDENTIALS, Balance};
use sp_runtime::TryRuntimeError;

use crate::{Config, Credentials, Gateways, OfOwner, Pallet};

impl<T: Config> Pallet<T> {
    /// Checks that owners, gateways and credentials tell the same, and that every coin on hold, of whatever account, is a deposit.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        let mut held: BTreeMap<T::AccountId, Balance> = BTreeMap::new();
        let (mut gateways, mut credentials) = (0usize, 0usize);
        for (account, record) in Gateways::<T>::iter() {
            ensure!(account != record.owner, "an account is its own gateway");
            ensure!(OfOwner::<T>::get(&record.owner).contains(&account), "a gateway is not among those of its owner");
            ensure!(core::str::from_utf8(&record.endpoint).is_ok(), "an endpoint is not text");
            let (mut count, mut deposits): (u32, Balance) = (0, 0);
            for (key, credential) in Credentials::<T>::iter_prefix(&account) {
                ensure!(key < record.next_key, "a credential has a number that was not given yet");
                ensure!(credential.scopes.are_sound(), "a credential may do nothing, or what is not known");
                count = count.saturating_add(1);
                deposits = deposits.saturating_add(credential.deposit);
            }
            ensure!(count == record.credentials && count <= MAX_CREDENTIALS, "credentials are miscounted, or too many");
            ensure!(record.deposit >= deposits, "a gateway's deposit is less than those of its credentials");
            gateways = gateways.saturating_add(1);
            credentials = credentials.saturating_add(count as usize);
            let sum = held.entry(record.owner).or_default();
            *sum = sum.saturating_add(record.deposit);
        }
        let listed = OfOwner::<T>::iter_values().fold(0usize, |sum, list| sum.saturating_add(list.len()));
        ensure!(listed == gateways, "an owner has a gateway that is none, or one twice");
        ensure!(OfOwner::<T>::iter_values().all(|list| !list.is_empty()), "a list without a gateway is kept");
        ensure!(Credentials::<T>::iter_keys().count() == credentials, "a credential is of no gateway");
        for who in frame_system::Account::<T>::iter_keys() {
            let records = held.remove(&who).unwrap_or(0);
            ensure!(
                T::Currency::balance_on_hold(&Self::reason(), &who) == records,
                "what is on hold is not the sum of deposits"
            );
        }
        ensure!(held.values().all(|held| *held == 0), "an owner with deposits has no account");
        Ok(())
    }
}
