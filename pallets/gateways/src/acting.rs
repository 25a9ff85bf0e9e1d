//! What a gateway does in its owner's name.

use frame_support::{
    dispatch::{extract_actual_weight, DispatchResultWithPostInfo, GetDispatchInfo, WithPostDispatchInfo},
    ensure,
    pallet_prelude::DispatchError,
    traits::{fungible::Inspect, Contains, OriginTrait},
};
use frame_system::{pallet_prelude::OriginFor, RawOrigin};
use idlewild_buckets_primitives::Balance;
use sp_runtime::traits::Dispatchable;

use crate::{Config, Error, Event, Gateways, Pallet, WeightInfo};

/// An owner as it was before its gateway did something.
pub(crate) struct Before<AccountId> {
    /// Who.
    pub(crate) owner: AccountId,
    /// Its free coins.
    pub(crate) free: Balance,
}

impl<T: Config> Pallet<T> {
    // Whatever is done here is undone where this fails: every call runs in a storage layer of its own.
    pub(crate) fn do_act(
        mut origin: OriginFor<T>,
        gateway: T::AccountId,
        call: <T as frame_system::Config>::RuntimeCall,
    ) -> DispatchResultWithPostInfo {
        let own = <T as Config>::WeightInfo::act();
        let before = Self::before(&gateway).map_err(|error| error.with_weight(own))?;
        ensure!(T::Acts::contains(&call), Error::<T>::CallNotAllowed.with_weight(own));
        // Only the caller is another: what filters there are of this origin go along.
        origin.set_caller_from(RawOrigin::Signed(before.owner.clone()));
        let info = call.get_dispatch_info();
        let result = call.dispatch(origin);
        let weight = own.saturating_add(extract_actual_weight(&result, &info));
        result.map_err(|refused| refused.error.with_weight(weight))?;
        Self::charge(&gateway, before).map_err(|error| error.with_weight(weight))?;
        Ok(Some(weight).into())
    }

    /// Does something for the owner of a gateway, and takes what that costs the owner from the gateway's allowance: for calls of other
    /// pallets that ask more of a gateway than [`Config::Acts`] can. Whoever calls it undoes all of it where it fails, as calls do.
    pub fn spending<R>(
        gateway: &T::AccountId,
        act: impl FnOnce(&T::AccountId) -> Result<R, DispatchError>,
    ) -> Result<R, DispatchError> {
        let before = Self::before(gateway)?;
        let done = act(&before.owner)?;
        Self::charge(gateway, before)?;
        Ok(done)
    }

    /// Whom a gateway acts for, with what that one has.
    pub(crate) fn before(gateway: &T::AccountId) -> Result<Before<T::AccountId>, Error<T>> {
        let owner = Self::owner_of(gateway).ok_or(Error::<T>::NoSuchGateway)?;
        let free = T::Currency::balance(&owner);
        Ok(Before { owner, free })
    }

    /// Takes from a gateway's allowance what its owner has less than before.
    pub(crate) fn charge(gateway: &T::AccountId, before: Before<T::AccountId>) -> Result<(), Error<T>> {
        let Before { owner, free } = before;
        let spent = free.saturating_sub(T::Currency::balance(&owner));
        // Read only now: it counts what is recorded after the call.
        let mut record = Gateways::<T>::get(gateway).ok_or(Error::<T>::NoSuchGateway)?;
        let allowance = record.allowance.checked_sub(spent).ok_or(Error::<T>::AllowanceSpent)?;
        record.allowance = allowance;
        Gateways::<T>::insert(gateway, record);
        Self::deposit_event(Event::Acted { gateway: gateway.clone(), owner, spent, allowance });
        Ok(())
    }
}
