//! What must be true of apps at all times.

use alloc::collections::BTreeMap;
use frame_support::{ensure, traits::fungible::InspectHold};
use idlewild_compute_primitives::Balance;
use sp_runtime::TryRuntimeError;

use crate::{types::is_name, Apps, ByDigest, ByName, Config, NextApp, Pallet, Versions};

impl<T: Config> Pallet<T> {
    /// Checks that indexes agree, and that every coin on hold, of whatever account, is an app's deposit.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        let mut held: BTreeMap<T::AccountId, Balance> = BTreeMap::new();
        let mut versions = 0usize;
        for (app, record) in Apps::<T>::iter() {
            ensure!(app < NextApp::<T>::get(), "an app has a number that was not given yet");
            ensure!(is_name(&record.name), "an app has a name that it may not have");
            ensure!(ByName::<T>::get(&record.name) == Some(app), "an app is not found by its name");
            ensure!(record.first == 0 || record.retired, "versions of an app that goes on are missing");
            let mut deposits: Balance = 0;
            for number in record.first..record.versions {
                let version = Versions::<T>::get(app, number).ok_or("a version is missing")?;
                ensure!(version.program.is_sound(), "a version's class does not go with its form");
                let found = ByDigest::<T>::get(app, version.program.digest) == Some(number);
                ensure!(found != version.yanked, "a version is found though it is withdrawn, or not found");
                deposits = deposits.saturating_add(version.deposit);
                versions = versions.saturating_add(1);
            }
            ensure!(record.deposit >= deposits, "an app's deposit is less than those of its versions");
            let sum = held.entry(record.publisher).or_default();
            *sum = sum.saturating_add(record.deposit);
        }
        ensure!(ByName::<T>::iter().count() == Apps::<T>::iter().count(), "a name leads to no app");
        ensure!(Versions::<T>::iter().count() == versions, "a version is of no app, or was removed from it");
        for (app, _, version) in ByDigest::<T>::iter() {
            ensure!(Versions::<T>::contains_key(app, version), "bytes lead to no version");
        }
        for who in frame_system::Account::<T>::iter_keys() {
            let records = held.remove(&who).unwrap_or(0);
            ensure!(
                T::Currency::balance_on_hold(&Self::reason(), &who) == records,
                "what is on hold is not the sum of deposits"
            );
        }
        ensure!(held.values().all(|held| *held == 0), "a publisher with deposits has no account");
        Ok(())
    }
}
