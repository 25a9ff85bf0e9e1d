//! How the heads of a bucket change.

use frame_support::{ensure, pallet_prelude::DispatchResult};
use idlewild_buckets_primitives::{head::Head, BucketId};

use crate::{types::Replaced, Buckets, Config, Error, Event, Pallet};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_commit(gateway: T::AccountId, id: BucketId, head: Head, replaces: Replaced) -> DispatchResult {
        let (mut record, grant) = Self::granted_to(&gateway, id)?;
        let is_current = Self::live_lease(&record).is_some_and(|lease| lease.holder == gateway && lease.epoch == head.epoch);
        // An epoch is one gateway's: so what is of it is of this gateway.
        ensure!(is_current || grant.epoch == Some(head.epoch), Error::<T>::WrongEpoch);
        ensure!(record.heads.iter().all(|known| known.hash != head.hash), Error::<T>::AlreadyHead);
        for hash in &replaces {
            let place = record.heads.iter().position(|known| known.hash == *hash).ok_or(Error::<T>::NoSuchHead)?;
            let replaced = record.heads.remove(place);
            ensure!(is_current || replaced.epoch == head.epoch, Error::<T>::NotOwnLine);
            ensure!(head > replaced, Error::<T>::NotLater);
        }
        let place = record.heads.partition_point(|known| *known < head);
        record.heads.try_insert(place, head).map_err(|_| Error::<T>::HeadsFull)?;
        Buckets::<T>::insert(id, record);
        Self::deposit_event(Event::Committed { bucket: id, gateway, head, replaced: replaces });
        Ok(())
    }
}
