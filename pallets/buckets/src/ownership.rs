//! What an owner does: buckets, and who has their keys.

use frame_support::{
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
    traits::Get,
};
use idlewild_buckets_primitives::{limits::MAX_GRANTS, BucketId};

use crate::{
    types::{Bucket, Grant, Heads, Label, Sealed},
    Buckets, Config, Error, Event, Grants, NextBucket, OfGateway, OfOwner, Pallet,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_create(
        owner: T::AccountId,
        label: Label,
        sealed: Sealed,
        grant: Option<(T::AccountId, Sealed)>,
    ) -> DispatchResult {
        let id = NextBucket::<T>::get();
        let next = id.checked_add(1).ok_or(Error::<T>::TooMany)?;
        let deposit = T::BucketDeposit::get();
        Self::hold(&owner, deposit)?;
        let mut record = Bucket {
            owner: owner.clone(),
            label,
            sealed,
            epoch: 0,
            lease: None,
            heads: Heads::default(),
            public: None,
            grants: 0,
            deposit,
        };
        Self::deposit_event(Event::Created { bucket: id, owner: owner.clone() });
        if let Some((gateway, sealed)) = grant {
            Self::add_grant(id, &mut record, gateway, sealed)?;
        }
        NextBucket::<T>::put(next);
        OfOwner::<T>::insert(owner, id, ());
        Buckets::<T>::insert(id, record);
        Ok(())
    }

    pub(crate) fn do_grant(owner: T::AccountId, id: BucketId, gateway: T::AccountId, sealed: Sealed) -> DispatchResult {
        Self::mutate_owned(&owner, id, |record| Self::add_grant(id, record, gateway, sealed))
    }

    /// Gives a bucket's key to a gateway of its owner, or gives it anew.
    fn add_grant(id: BucketId, record: &mut Bucket<T::AccountId>, gateway: T::AccountId, sealed: Sealed) -> DispatchResult {
        ensure!(Self::serves(&gateway, record), Error::<T>::ForeignGateway);
        let grant = match Grants::<T>::get(id, &gateway) {
            Some(grant) => Grant { sealed, ..grant },
            None => {
                ensure!(record.grants < MAX_GRANTS, Error::<T>::TooManyGrants);
                let deposit = T::GrantDeposit::get();
                record.deposit = record.deposit.checked_add(deposit).ok_or(Error::<T>::TooMany)?;
                record.grants = record.grants.saturating_add(1);
                Self::hold(&record.owner, deposit)?;
                OfGateway::<T>::insert(&gateway, id, ());
                Grant { sealed, epoch: None, deposit }
            },
        };
        Grants::<T>::insert(id, &gateway, grant);
        Self::deposit_event(Event::Granted { bucket: id, gateway });
        Ok(())
    }

    pub(crate) fn do_withdraw(owner: T::AccountId, id: BucketId, gateway: T::AccountId) -> DispatchResult {
        Self::mutate_owned(&owner, id, |record| {
            let grant = Grants::<T>::take(id, &gateway).ok_or(Error::<T>::NoSuchGrant)?;
            OfGateway::<T>::remove(&gateway, id);
            record.grants = record.grants.saturating_sub(1);
            record.deposit = record.deposit.saturating_sub(grant.deposit);
            record.lease = record.lease.take().filter(|lease| lease.holder != gateway);
            Self::release_held(&owner, grant.deposit)
        })?;
        Self::deposit_event(Event::Withdrawn { bucket: id, gateway });
        Ok(())
    }

    /// Removes a bucket, and returns how many grants it had.
    pub(crate) fn do_remove(owner: T::AccountId, id: BucketId) -> Result<u32, DispatchError> {
        let record = Self::owned(&owner, id)?;
        ensure!(Self::live_lease(&record).is_none(), Error::<T>::LeaseHeld);
        // As many as there may be at most, which bounds what is looked at.
        let removed = Grants::<T>::drain_prefix(id).fold(0u32, |count, (gateway, _)| {
            OfGateway::<T>::remove(gateway, id);
            count.saturating_add(1)
        });
        Self::release_held(&owner, record.deposit)?;
        OfOwner::<T>::remove(&owner, id);
        Buckets::<T>::remove(id);
        Self::deposit_event(Event::Removed { bucket: id, owner });
        Ok(removed)
    }

    pub(crate) fn do_set_label(owner: T::AccountId, id: BucketId, label: Label) -> DispatchResult {
        Self::mutate_owned(&owner, id, |record| {
            record.label = label;
            Ok(())
        })?;
        Self::deposit_event(Event::LabelSet { bucket: id });
        Ok(())
    }

    pub(crate) fn do_publish(owner: T::AccountId, id: BucketId, key: [u8; 32]) -> DispatchResult {
        Self::mutate_owned(&owner, id, |record| {
            ensure!(record.public.is_none(), Error::<T>::AlreadyPublic);
            record.public = Some(key);
            Ok(())
        })?;
        Self::deposit_event(Event::Published { bucket: id, key });
        Ok(())
    }

    /// A bucket, if `who` owns it.
    fn owned(who: &T::AccountId, id: BucketId) -> Result<Bucket<T::AccountId>, Error<T>> {
        let record = Buckets::<T>::get(id).ok_or(Error::<T>::NoSuchBucket)?;
        ensure!(record.owner == *who, Error::<T>::NotOwner);
        Ok(record)
    }

    /// Changes a bucket that `who` owns. The record is not changed on an error.
    fn mutate_owned(
        who: &T::AccountId,
        id: BucketId,
        change: impl FnOnce(&mut Bucket<T::AccountId>) -> DispatchResult,
    ) -> DispatchResult {
        let mut record = Self::owned(who, id)?;
        change(&mut record)?;
        Buckets::<T>::insert(id, record);
        Ok(())
    }
}
