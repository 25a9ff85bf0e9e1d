//! The deals that gateways store for buckets.

use frame_support::{ensure, pallet_prelude::DispatchError, weights::Weight};
use idlewild_buckets_primitives::{
    salt::{number_of, tag_of},
    BucketId,
};
use idlewild_storage_primitives::DealId;
use pallet_idlewild_deals::Pallet as Deals;

use crate::{Config, Error, Event, Pallet};

impl<T: Config> Pallet<T> {
    /// Ends a deal for the owner of its bucket. Returns what ending it took.
    pub(crate) fn do_drop_deal(gateway: T::AccountId, id: BucketId, deal: DealId) -> Result<Weight, DispatchError> {
        let owner = Self::owner_of_stored(&gateway, id, deal)?;
        let ended = Deals::<T>::do_cancel(owner, deal)?;
        Self::deposit_event(Event::DealDropped { bucket: id, gateway, deal });
        Ok(ended)
    }

    /// Whose a deal is that a gateway stored for a bucket, if that bucket's owner still lets it.
    ///
    /// The bucket is named, as a tag tells it to nobody who does not guess it, and it must be there: so whoever has a gateway's key
    /// cannot look for a number whose tag is that of some other deal of the owner's.
    pub(crate) fn owner_of_stored(gateway: &T::AccountId, id: BucketId, deal: DealId) -> Result<T::AccountId, DispatchError> {
        let (bucket, _) = Self::granted_to(gateway, id)?;
        let deal = Deals::<T>::open_deal(deal)?;
        let tag = tag_of(id, &gateway.clone().into());
        ensure!(deal.owner == bucket.owner && number_of(tag, &deal.salt).is_some(), Error::<T>::ForeignDeal);
        Ok(bucket.owner)
    }
}
