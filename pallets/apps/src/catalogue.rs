//! What a publisher does: apps, their versions, and the deposits for them.

use frame_support::{
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
    traits::{
        fungible::{Inspect, MutateHold},
        tokens::{Fortitude, Precision, Preservation, Restriction},
        Get,
    },
};
use idlewild_compute_primitives::{
    program::{Category, Program},
    AppId, Balance,
};

use crate::{
    types::{is_name, App, Name, Version, MAX_RETIRED},
    Apps, ByDigest, ByName, Config, Error, Event, HoldReason, NextApp, Pallet, Versions,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_publish(publisher: T::AccountId, name: Name, category: Category, program: Program) -> DispatchResult {
        ensure!(is_name(&name), Error::<T>::BadName);
        ensure!(!ByName::<T>::contains_key(&name), Error::<T>::NameTaken);
        ensure!(program.is_sound(), Error::<T>::UnsoundProgram);
        let app = NextApp::<T>::get();
        let next = app.checked_add(1).ok_or(Error::<T>::TooMany)?;
        let deposits = (T::AppDeposit::get(), T::VersionDeposit::get());
        let deposit = deposits.0.checked_add(deposits.1).ok_or(Error::<T>::TooMany)?;
        Self::hold(&publisher, deposit)?;
        NextApp::<T>::put(next);
        ByName::<T>::insert(&name, app);
        Versions::<T>::insert(app, 0, Version { program, yanked: false, deposit: deposits.1 });
        ByDigest::<T>::insert(app, program.digest, 0);
        let record =
            App { publisher: publisher.clone(), name: name.clone(), category, first: 0, versions: 1, deposit, retired: false };
        Apps::<T>::insert(app, record);
        Self::deposit_event(Event::Published { app, publisher, name, category });
        Self::deposit_event(Event::Released { app, version: 0, digest: program.digest });
        Ok(())
    }

    pub(crate) fn do_release(publisher: T::AccountId, app: AppId, program: Program) -> DispatchResult {
        let version = Self::mutate_owned(&publisher, app, |record| {
            ensure!(!record.retired, Error::<T>::IsRetired);
            ensure!(program.is_sound(), Error::<T>::UnsoundProgram);
            ensure!(!ByDigest::<T>::contains_key(app, program.digest), Error::<T>::AlreadyReleased);
            let version = record.versions;
            let deposit = T::VersionDeposit::get();
            record.versions = version.checked_add(1).ok_or(Error::<T>::TooMany)?;
            record.deposit = record.deposit.checked_add(deposit).ok_or(Error::<T>::TooMany)?;
            Self::hold(&publisher, deposit)?;
            Versions::<T>::insert(app, version, Version { program, yanked: false, deposit });
            ByDigest::<T>::insert(app, program.digest, version);
            Ok(version)
        })?;
        Self::deposit_event(Event::Released { app, version, digest: program.digest });
        Ok(())
    }

    pub(crate) fn do_yank(publisher: T::AccountId, app: AppId, version: u32) -> DispatchResult {
        Self::owned(&publisher, app)?;
        let mut record = Versions::<T>::get(app, version).ok_or(Error::<T>::NoSuchVersion)?;
        ensure!(!record.yanked, Error::<T>::AlreadyYanked);
        record.yanked = true;
        ByDigest::<T>::remove(app, record.program.digest);
        Versions::<T>::insert(app, version, record);
        Self::deposit_event(Event::Yanked { app, version });
        Ok(())
    }

    pub(crate) fn do_set_category(publisher: T::AccountId, app: AppId, category: Category) -> DispatchResult {
        Self::mutate_owned(&publisher, app, |record| {
            ensure!(record.category != category, Error::<T>::SameCategory);
            record.category = category;
            Ok(())
        })?;
        Self::deposit_event(Event::CategorySet { app, category });
        Ok(())
    }

    pub(crate) fn do_transfer(publisher: T::AccountId, app: AppId, to: T::AccountId) -> DispatchResult {
        Self::mutate_owned(&publisher, app, |record| {
            ensure!(to != publisher, Error::<T>::SamePublisher);
            ensure!(T::Currency::balance(&to) >= T::Currency::minimum_balance(), Error::<T>::NoSuchAccount);
            let (exact, on_hold, force) = (Precision::Exact, Restriction::OnHold, Fortitude::Force);
            T::Currency::transfer_on_hold(&Self::reason(), &publisher, &to, record.deposit, exact, on_hold, force)?;
            record.publisher = to.clone();
            Ok(())
        })?;
        Self::deposit_event(Event::Transferred { app, from: publisher, to });
        Ok(())
    }

    pub(crate) fn do_retire(publisher: T::AccountId, app: AppId, limit: u32) -> DispatchResult {
        let left = Self::mutate_owned(&publisher, app, |record| {
            ensure!((1..=MAX_RETIRED).contains(&limit), Error::<T>::BadLimit);
            ensure!(!record.retired || record.first < record.versions, Error::<T>::IsRetired);
            record.retired = true;
            let end = record.first.saturating_add(limit).min(record.versions);
            let gone = (record.first..end).filter_map(|version| Self::remove_version(app, version));
            let released: Balance = gone.fold(0, Balance::saturating_add);
            Self::release_held(&publisher, released)?;
            record.first = end;
            record.deposit = record.deposit.saturating_sub(released);
            Ok(record.versions.saturating_sub(end))
        })?;
        Self::deposit_event(Event::Retired { app, left });
        Ok(())
    }

    /// Removes a version, and returns the deposit for it.
    fn remove_version(app: AppId, version: u32) -> Option<Balance> {
        let record = Versions::<T>::take(app, version)?;
        // Of bytes that were released twice only the last entry is there, and it is of the version that is not withdrawn.
        if !record.yanked {
            ByDigest::<T>::remove(app, record.program.digest);
        }
        Some(record.deposit)
    }

    /// The app, if `who` publishes it.
    fn owned(who: &T::AccountId, app: AppId) -> Result<App<T::AccountId>, Error<T>> {
        let record = Apps::<T>::get(app).ok_or(Error::<T>::NoSuchApp)?;
        ensure!(record.publisher == *who, Error::<T>::NotPublisher);
        Ok(record)
    }

    /// Changes an app that `who` publishes. The record is not changed on an error.
    fn mutate_owned<R>(
        who: &T::AccountId,
        app: AppId,
        change: impl FnOnce(&mut App<T::AccountId>) -> Result<R, DispatchError>,
    ) -> Result<R, DispatchError> {
        let mut record = Self::owned(who, app)?;
        let result = change(&mut record)?;
        Apps::<T>::insert(app, record);
        Ok(result)
    }

    fn hold(who: &T::AccountId, amount: Balance) -> DispatchResult {
        // Asked first, because the currency's own errors do not tell a user what to do.
        let free = T::Currency::reducible_balance(who, Preservation::Preserve, Fortitude::Polite);
        ensure!(free >= amount, Error::<T>::NotEnoughCoins);
        T::Currency::hold(&Self::reason(), who, amount)
    }

    fn release_held(who: &T::AccountId, amount: Balance) -> DispatchResult {
        T::Currency::release(&Self::reason(), who, amount, Precision::Exact).map(|_| ())
    }

    pub(crate) fn reason() -> T::RuntimeHoldReason {
        HoldReason::Deposit.into()
    }
}
