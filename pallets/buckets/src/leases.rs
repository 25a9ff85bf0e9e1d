//! Who may write a bucket.

use frame_support::{ensure, pallet_prelude::DispatchResult};
use idlewild_buckets_primitives::{
    limits::{MAX_LEASE, MIN_LEASE},
    BucketId, Clock as Moment,
};
use pallet_idlewild_clock::Pallet as Clock;
use pallet_idlewild_gateways::Pallet as Gateways;

use crate::{
    types::{Bucket, Grant, Lease},
    Buckets, Config, Error, Event, Grants, Pallet,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_acquire(gateway: T::AccountId, id: BucketId, blocks: Moment) -> DispatchResult {
        let (mut record, mut grant) = Self::granted_to(&gateway, id)?;
        ensure!((MIN_LEASE..=MAX_LEASE).contains(&blocks), Error::<T>::BadLease);
        if let Some(lease) = Self::live_lease(&record) {
            ensure!(lease.holder == gateway, Error::<T>::LeaseHeld);
        } else {
            record.epoch = record.epoch.checked_add(1).ok_or(Error::<T>::TooMany)?;
            grant.epoch = Some(record.epoch);
            Grants::<T>::insert(id, &gateway, grant);
        }
        let (epoch, until) = (record.epoch, Clock::<T>::now().saturating_add(blocks));
        record.lease = Some(Lease { holder: gateway.clone(), epoch, until });
        Buckets::<T>::insert(id, record);
        Self::deposit_event(Event::Acquired { bucket: id, gateway, epoch, until });
        Ok(())
    }

    pub(crate) fn do_release(gateway: T::AccountId, id: BucketId) -> DispatchResult {
        let mut record = Buckets::<T>::get(id).ok_or(Error::<T>::NoSuchBucket)?;
        ensure!(record.lease.take().is_some_and(|lease| lease.holder == gateway), Error::<T>::NotHolder);
        Buckets::<T>::insert(id, record);
        Self::deposit_event(Event::Released { bucket: id, gateway });
        Ok(())
    }

    /// The lease of whoever may write a bucket now.
    pub(crate) fn live_lease(record: &Bucket<T::AccountId>) -> Option<&Lease<T::AccountId>> {
        let now = Clock::<T>::now();
        // That the holder has a grant need not be asked: who withdraws one ends the lease too.
        record.lease.as_ref().filter(|lease| now < lease.until && Self::serves(&lease.holder, record))
    }

    /// Whether an account is a gateway of a bucket's owner.
    pub(crate) fn serves(gateway: &T::AccountId, record: &Bucket<T::AccountId>) -> bool {
        Gateways::<T>::owner_of(gateway).as_ref() == Some(&record.owner)
    }

    /// A bucket and a gateway's grant of it, if the gateway may do anything with it now.
    pub(crate) fn granted_to(gateway: &T::AccountId, id: BucketId) -> Result<(Bucket<T::AccountId>, Grant), Error<T>> {
        let record = Buckets::<T>::get(id).ok_or(Error::<T>::NoSuchBucket)?;
        let grant = Grants::<T>::get(id, gateway).ok_or(Error::<T>::NotGranted)?;
        ensure!(Self::serves(gateway, &record), Error::<T>::NotGranted);
        Ok((record, grant))
    }
}
