//! Answers to the runtime API.

use alloc::vec::Vec;
use idlewild_buckets_primitives::{
    view::{BucketView, GrantView, HolderView, LeaseView},
    BucketId,
};
use idlewild_storage_primitives::page::PAGE;

use crate::{
    types::{Bucket, Grant},
    Buckets, Config, Grants, OfGateway, OfOwner, Pallet,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn bucket_view(id: BucketId) -> Option<BucketView> {
        Buckets::<T>::get(id).map(|record| Self::show(id, record))
    }

    pub(crate) fn buckets_of_view(owner: T::AccountId, after: Option<BucketId>, limit: u32) -> Vec<BucketView> {
        let ids = match after {
            Some(after) => OfOwner::<T>::iter_key_prefix_from(&owner, OfOwner::<T>::hashed_key_for(&owner, after)),
            None => OfOwner::<T>::iter_key_prefix(&owner),
        };
        ids.filter_map(Self::bucket_view).take(limit.clamp(1, PAGE) as usize).collect()
    }

    pub(crate) fn granted_view(gateway: T::AccountId, after: Option<BucketId>, limit: u32) -> Vec<GrantView> {
        let ids = match after {
            Some(after) => OfGateway::<T>::iter_key_prefix_from(&gateway, OfGateway::<T>::hashed_key_for(&gateway, after)),
            None => OfGateway::<T>::iter_key_prefix(&gateway),
        };
        let served = ids.filter_map(|id| {
            let (record, Grant { sealed, epoch, .. }) = Self::granted_to(&gateway, id).ok()?;
            Some(GrantView { bucket: Self::show(id, record), sealed: sealed.into_inner(), epoch })
        });
        served.take(limit.clamp(1, PAGE) as usize).collect()
    }

    pub(crate) fn grants_view(id: BucketId) -> Vec<HolderView> {
        let Some(record) = Buckets::<T>::get(id) else { return Vec::new() };
        let grants = Grants::<T>::iter_prefix(id).map(|(gateway, Grant { sealed, epoch, .. })| {
            let counts = Self::serves(&gateway, &record);
            HolderView { gateway: gateway.into(), sealed: sealed.into_inner(), epoch, counts }
        });
        grants.collect()
    }

    fn show(id: BucketId, record: Bucket<T::AccountId>) -> BucketView {
        let lease = Self::live_lease(&record).map(|lease| LeaseView {
            holder: lease.holder.clone().into(),
            epoch: lease.epoch,
            until: lease.until,
        });
        BucketView {
            id,
            lease,
            owner: record.owner.into(),
            label: record.label.into_inner(),
            sealed: record.sealed.into_inner(),
            epoch: record.epoch,
            heads: record.heads.into_inner(),
            public: record.public,
        }
    }
}
