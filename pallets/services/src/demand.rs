//! Services as the market sees them: what they want, and what becomes of a match.

use frame_support::{ensure, pallet_prelude::*};
use idlewild_compute_primitives::{lease::Probes, resources::Resources, Balance, ProviderId, ServiceId};
use pallet_idlewild_clock::Pallet as Clock;
use pallet_idlewild_market::{Demand, Need};
use pallet_idlewild_offers::Pallet as Offers;

use crate::{
    types::{Endpoint, Lease, Service},
    Config, Error, Event, Leases, LeasesOf, NextLease, Pallet, Rules, Services,
};

impl<T: Config> Pallet<T> {
    fn wanting(id: ServiceId) -> Result<Service<T::AccountId>, DispatchError> {
        let service = Services::<T>::get(id).ok_or(Error::<T>::NoSuchService)?;
        ensure!(!service.stopped, Error::<T>::Stopped);
        Ok(service)
    }
}

impl<T: Config> Demand<T::AccountId> for Pallet<T> {
    fn need(id: ServiceId) -> Result<Need<T::AccountId>, DispatchError> {
        let service = Self::wanting(id)?;
        // Who cannot pay for a machine wants none.
        let (instances, max_rate) = Self::affords(&service);
        Ok(Need {
            instances,
            organisation: service.spec.organisation,
            resources: service.spec.resources,
            wishes: service.spec.wishes,
            max_rate,
            barred: service.barred,
            owner: service.owner,
        })
    }

    fn matched(id: ServiceId, provider: ProviderId, rate: Balance, resources: &Resources, stake: Balance) -> DispatchResult {
        let mut service = Self::wanting(id)?;
        ensure!(service.wanted() > 0, Error::<T>::NothingWanted);
        ensure!(rate <= service.spec.max_rate, Error::<T>::TooDear);
        let operator = Offers::<T>::get(provider)?.operator;
        ensure!(operator != service.owner, Error::<T>::OwnProvider);
        let (funds, for_probes) = Self::funds_at(&service, rate)?;
        let allotted = funds.saturating_add(for_probes);
        let lease = NextLease::<T>::get();
        let next = lease.checked_add(1).ok_or(Error::<T>::TooMany)?;
        service.leases.try_push(lease).map_err(|_| Error::<T>::TooManyLeases)?;
        service.active = service.active.saturating_add(1);
        service.allotted = service.allotted.saturating_add(allotted);
        NextLease::<T>::put(next);
        let now = Clock::<T>::now();
        let record = Lease {
            service: id,
            provider,
            rate,
            resources: *resources,
            stake,
            matched: now,
            key: None,
            endpoint: Endpoint::new(),
            live: None,
            funds,
            for_probes,
            redeemed: 0,
            probes: Probes::default(),
            probed: now,
            span: Rules::<T>::get().period,
            silent: 0,
            asked: now,
            probing: None,
            closing: None,
        };
        Leases::<T>::insert(lease, record);
        LeasesOf::<T>::insert(provider, lease, ());
        Self::deposit_event(Event::Matched { service: id, lease, provider, rate, funds: allotted });
        // A machine that is cheaper than it might have been leaves something over.
        Self::trim(&service)?;
        Services::<T>::insert(id, service);
        Ok(())
    }

    #[cfg(feature = "runtime-benchmarks")]
    fn deploy(need: &Need<T::AccountId>) -> Result<ServiceId, DispatchError> {
        crate::benchmark_setup::deploy_for::<T>(need)
    }
}
