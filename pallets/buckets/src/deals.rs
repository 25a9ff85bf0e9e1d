//! The deals that gateways store for buckets.

use frame_support::{
    ensure,
    pallet_prelude::{DispatchError, DispatchResult},
    weights::Weight,
};
use idlewild_buckets_primitives::{
    salt::{number_of, tag_of},
    BucketId,
};
use idlewild_storage_primitives::{Balance, Clock, DealId};
use pallet_idlewild_deals::Pallet as Deals;
use pallet_idlewild_gateways::Pallet as Gateways;

use crate::{Config, Error, Event, Pallet};

impl<T: Config> Pallet<T> {
    /// Ends a deal for the owner of its bucket. Returns what ending it took.
    pub(crate) fn do_drop_deal(gateway: T::AccountId, id: BucketId, deal: DealId) -> Result<Weight, DispatchError> {
        let owner = Self::owner_of_stored(&gateway, &gateway, id, deal)?;
        let ended = Deals::<T>::do_cancel(owner, deal)?;
        Self::deposit_event(Event::DealDropped { bucket: id, gateway, deal });
        Ok(ended)
    }

    /// Lets a deal go on that a gateway stored for a bucket, for the bucket's owner and from the caller's allowance.
    pub(crate) fn do_prolong_deal(
        gateway: T::AccountId,
        id: BucketId,
        maker: T::AccountId,
        deal: DealId,
        term: Clock,
        max_price: Balance,
    ) -> DispatchResult {
        let owner = Self::owner_of_stored(&gateway, &maker, id, deal)?;
        Gateways::<T>::spending(&gateway, |_| Deals::<T>::do_extend(owner, deal, term, max_price))?;
        Self::deposit_event(Event::DealProlonged { bucket: id, gateway, maker, deal });
        Ok(())
    }

    /// Whose a deal is that `maker` stored for a bucket, if that bucket's owner lets `gateway` write it.
    ///
    /// The bucket is named, as a tag tells it to nobody who does not guess it, and it must be there: so whoever has a gateway's key
    /// cannot look for a number whose tag is that of some other deal of the owner's. Who made a deal may be gone for long, and is not
    /// known here then. Looking for an account whose tag is that of some other deal takes 2^64 tries.
    pub(crate) fn owner_of_stored(
        gateway: &T::AccountId,
        maker: &T::AccountId,
        id: BucketId,
        deal: DealId,
    ) -> Result<T::AccountId, DispatchError> {
        let (bucket, _) = Self::granted_to(gateway, id)?;
        let deal = Deals::<T>::open_deal(deal)?;
        let tag = tag_of(id, &maker.clone().into());
        ensure!(deal.owner == bucket.owner && number_of(tag, &deal.salt).is_some(), Error::<T>::ForeignDeal);
        Ok(bucket.owner)
    }
}
