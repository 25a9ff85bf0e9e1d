//! Whom a gateway lets in, as its owner says.

use frame_support::{
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
    traits::Get,
};
use idlewild_buckets_primitives::{limits::MAX_CREDENTIALS, KeyNumber};

use crate::{
    types::{Credential, Scopes},
    Config, Credentials, Error, Event, Pallet,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_issue(owner: T::AccountId, account: T::AccountId, user: T::AccountId, scopes: Scopes) -> DispatchResult {
        let key = Self::mutate_owned(&owner, &account, |record| {
            ensure!(scopes.are_sound(), Error::<T>::BadScopes);
            ensure!(record.credentials < MAX_CREDENTIALS, Error::<T>::TooManyCredentials);
            let key = record.next_key;
            let deposit = T::CredentialDeposit::get();
            record.next_key = key.checked_add(1).ok_or(Error::<T>::TooMany)?;
            record.credentials = record.credentials.saturating_add(1);
            record.deposit = record.deposit.checked_add(deposit).ok_or(Error::<T>::TooMany)?;
            Self::hold(&owner, deposit)?;
            let credential = Credential { user: user.clone(), generation: 0, scopes: scopes.clone(), deposit };
            Credentials::<T>::insert(&account, key, credential);
            Ok(key)
        })?;
        Self::deposit_event(Event::Issued { gateway: account, key, user, scopes });
        Ok(())
    }

    pub(crate) fn do_rotate(owner: T::AccountId, account: T::AccountId, key: KeyNumber) -> DispatchResult {
        let generation = Self::mutate_credential(&owner, &account, key, |credential| {
            credential.generation = credential.generation.checked_add(1).ok_or(Error::<T>::TooMany)?;
            Ok(credential.generation)
        })?;
        Self::deposit_event(Event::Rotated { gateway: account, key, generation });
        Ok(())
    }

    pub(crate) fn do_set_scopes(owner: T::AccountId, account: T::AccountId, key: KeyNumber, scopes: Scopes) -> DispatchResult {
        Self::mutate_credential(&owner, &account, key, |credential| {
            ensure!(scopes.are_sound(), Error::<T>::BadScopes);
            credential.scopes = scopes.clone();
            Ok(())
        })?;
        Self::deposit_event(Event::ScopesSet { gateway: account, key, scopes });
        Ok(())
    }

    pub(crate) fn do_revoke(owner: T::AccountId, account: T::AccountId, key: KeyNumber) -> DispatchResult {
        Self::mutate_owned(&owner, &account, |record| {
            let credential = Credentials::<T>::take(&account, key).ok_or(Error::<T>::NoSuchCredential)?;
            record.credentials = record.credentials.saturating_sub(1);
            record.deposit = record.deposit.saturating_sub(credential.deposit);
            Self::release_held(&owner, credential.deposit)
        })?;
        Self::deposit_event(Event::Revoked { gateway: account, key });
        Ok(())
    }

    /// Changes a credential of a gateway that `owner` owns. It is not changed on an error.
    fn mutate_credential<R>(
        owner: &T::AccountId,
        account: &T::AccountId,
        key: KeyNumber,
        change: impl FnOnce(&mut Credential<T::AccountId>) -> Result<R, DispatchError>,
    ) -> Result<R, DispatchError> {
        Self::owned(owner, account)?;
        let mut credential = Credentials::<T>::get(account, key).ok_or(Error::<T>::NoSuchCredential)?;
        let result = change(&mut credential)?;
        Credentials::<T>::insert(account, key, credential);
        Ok(result)
    }
}
