//! Who is whose gateway.

use frame_support::{
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
    traits::Get,
};
use idlewild_buckets_primitives::{consent::consent_message, limits::MAX_CONSENT, Balance, Clock as Moment, SealingKey};
use pallet_idlewild_clock::Pallet as Clock;
use sp_io::crypto::sr25519_verify;

use crate::{
    types::{Endpoint, Gateway},
    Config, Credentials, Error, Event, Gateways, OfOwner, Pallet,
};

impl<T: Config> Pallet<T> {
    /// Whom an account is a gateway of, if it is one.
    pub fn owner_of(gateway: &T::AccountId) -> Option<T::AccountId> {
        Gateways::<T>::get(gateway).map(|record| record.owner)
    }

    /// Whether `signer` may have something stored that `owner` pays for.
    pub(crate) fn stores_for(owner: T::AccountId, signer: T::AccountId) -> bool {
        owner == signer || Gateways::<T>::get(signer).is_some_and(|record| record.owner == owner && record.allowance > 0)
    }

    /// Checks that a gateway wants to serve an owner as it is said.
    pub(crate) fn check_consent(
        owner: &T::AccountId,
        account: &T::AccountId,
        receiver: &SealingKey,
        endpoint: &[u8],
        until: Moment,
        signature: [u8; 64],
    ) -> DispatchResult {
        let now = Clock::<T>::now();
        ensure!(until >= now, Error::<T>::ConsentExpired);
        ensure!(until.saturating_sub(now) <= MAX_CONSENT, Error::<T>::ConsentTooLong);
        let gateway: [u8; 32] = account.clone().into();
        let message = consent_message(&Clock::<T>::genesis(), &owner.clone().into(), &gateway, receiver, endpoint, until);
        ensure!(sr25519_verify(&signature.into(), &message, &gateway.into()), Error::<T>::BadConsent);
        Ok(())
    }

    pub(crate) fn do_register(
        owner: T::AccountId,
        account: T::AccountId,
        receiver: SealingKey,
        owner_key: SealingKey,
        endpoint: Endpoint,
        allowance: Balance,
    ) -> DispatchResult {
        ensure!(account != owner, Error::<T>::OwnAccount);
        ensure!(!Gateways::<T>::contains_key(&account), Error::<T>::AlreadyRegistered);
        ensure!(core::str::from_utf8(&endpoint).is_ok(), Error::<T>::BadEndpoint);
        let deposit = T::GatewayDeposit::get();
        let mut gateways = OfOwner::<T>::get(&owner);
        gateways.try_push(account.clone()).map_err(|_| Error::<T>::TooManyGateways)?;
        Self::hold(&owner, deposit)?;
        OfOwner::<T>::insert(&owner, gateways);
        let record = Gateway {
            owner: owner.clone(),
            receiver,
            owner_key,
            endpoint: endpoint.clone(),
            allowance,
            next_key: 0,
            credentials: 0,
            deposit,
        };
        Gateways::<T>::insert(&account, record);
        Self::deposit_event(Event::Registered { gateway: account, owner, receiver, endpoint, allowance });
        Ok(())
    }

    pub(crate) fn do_allow(owner: T::AccountId, account: T::AccountId, allowance: Balance) -> DispatchResult {
        Self::mutate_owned(&owner, &account, |record| {
            record.allowance = allowance;
            Ok(())
        })?;
        Self::deposit_event(Event::Allowed { gateway: account, allowance });
        Ok(())
    }

    pub(crate) fn do_set_endpoint(who: T::AccountId, account: T::AccountId, endpoint: Endpoint) -> DispatchResult {
        let mut record = Self::of_party(&who, &account)?;
        ensure!(core::str::from_utf8(&endpoint).is_ok(), Error::<T>::BadEndpoint);
        record.endpoint = endpoint.clone();
        Gateways::<T>::insert(&account, record);
        Self::deposit_event(Event::EndpointSet { gateway: account, endpoint });
        Ok(())
    }

    /// Ends a gateway, and returns how many credentials it had.
    pub(crate) fn do_retire(who: T::AccountId, account: T::AccountId) -> Result<u32, DispatchError> {
        let record = Self::of_party(&who, &account)?;
        // As many as there may be at most, which bounds what is looked at.
        let removed = Credentials::<T>::drain_prefix(&account).fold(0u32, |count, _| count.saturating_add(1));
        Self::release_held(&record.owner, record.deposit)?;
        OfOwner::<T>::mutate_exists(&record.owner, |of_owner| {
            if let Some(gateways) = of_owner {
                gateways.retain(|gateway| *gateway != account);
            }
            *of_owner = of_owner.take().filter(|gateways| !gateways.is_empty());
        });
        Gateways::<T>::remove(&account);
        Self::deposit_event(Event::Retired { gateway: account, owner: record.owner, credentials: removed });
        Ok(removed)
    }

    /// A gateway, if `who` owns it.
    pub(crate) fn owned(who: &T::AccountId, account: &T::AccountId) -> Result<Gateway<T::AccountId>, Error<T>> {
        let record = Gateways::<T>::get(account).ok_or(Error::<T>::NoSuchGateway)?;
        ensure!(record.owner == *who, Error::<T>::NotOwner);
        Ok(record)
    }

    /// A gateway, if `who` owns it or is it.
    fn of_party(who: &T::AccountId, account: &T::AccountId) -> Result<Gateway<T::AccountId>, Error<T>> {
        let record = Gateways::<T>::get(account).ok_or(Error::<T>::NoSuchGateway)?;
        ensure!(record.owner == *who || account == who, Error::<T>::NotParty);
        Ok(record)
    }

    /// Changes a gateway that `who` owns. The record is not changed on an error.
    pub(crate) fn mutate_owned<R>(
        who: &T::AccountId,
        account: &T::AccountId,
        change: impl FnOnce(&mut Gateway<T::AccountId>) -> Result<R, DispatchError>,
    ) -> Result<R, DispatchError> {
        let mut record = Self::owned(who, account)?;
        let result = change(&mut record)?;
        Gateways::<T>::insert(account, record);
        Ok(result)
    }
}
