//! Services and leases as clients see them.

use alloc::vec::Vec;
use idlewild_compute_primitives::{
    view::{LeaseView, ServiceView, ServicesPage},
    LeaseId, ProviderId, ServiceId,
};
use idlewild_storage_primitives::page::{page, PAGE};
use pallet_idlewild_clock::Pallet as Clock;
use pallet_idlewild_escrow::Pallet as Escrow;

use crate::{types::Lease, Config, Leases, LeasesOf, NextService, Pallet, Services, ServicesOf};

impl<T: Config> Pallet<T> {
    pub(crate) fn service_view(id: ServiceId) -> Option<ServiceView> {
        let service = Services::<T>::get(id)?;
        let (funded, affordable) = Self::affords(&service);
        Some(ServiceView {
            id,
            held: Escrow::<T>::held(service.escrow),
            free: Self::pool(&service),
            wanted: service.wanted(),
            funded,
            affordable,
            leases: service.leases.iter().filter_map(|lease| Self::lease_view(*lease)).collect(),
            owner: service.owner.into(),
            spec: service.spec,
            escrow: service.escrow,
            stopped: service.stopped,
        })
    }

    pub(crate) fn services_page(after: Option<ServiceId>, limit: u32) -> ServicesPage {
        let first = after.map_or(0, |after| after.saturating_add(1));
        let (services, next) = page(first..NextService::<T>::get(), limit, |id, found| found.extend(Self::service_view(id)));
        ServicesPage { services, next }
    }

    pub(crate) fn services_of_page(owner: T::AccountId, after: Option<ServiceId>, limit: u32) -> Vec<ServiceView> {
        // In the order in which the state has them: to sort them, all would have to be read for every page.
        let ids = match after {
            None => ServicesOf::<T>::iter_key_prefix(&owner),
            Some(after) => ServicesOf::<T>::iter_key_prefix_from(&owner, ServicesOf::<T>::hashed_key_for(&owner, after)),
        };
        ids.filter_map(Self::service_view).take(limit.min(PAGE) as usize).collect()
    }

    pub(crate) fn leases_of_page(provider: ProviderId, after: Option<LeaseId>, limit: u32) -> Vec<LeaseView> {
        let ids = match after {
            None => LeasesOf::<T>::iter_key_prefix(provider),
            Some(after) => LeasesOf::<T>::iter_key_prefix_from(provider, LeasesOf::<T>::hashed_key_for(provider, after)),
        };
        ids.filter_map(Self::lease_view).take(limit.min(PAGE) as usize).collect()
    }

    pub(crate) fn lease_view(id: LeaseId) -> Option<LeaseView> {
        let lease = Leases::<T>::get(id)?;
        let escrow = Services::<T>::get(lease.service)?.escrow;
        Some(LeaseView {
            id,
            service: lease.service,
            provider: lease.provider,
            rate: lease.rate,
            escrow,
            held: lease.funds.saturating_sub(lease.redeemed),
            for_probes: lease.for_probes,
            matched: lease.matched,
            live: lease.live,
            key: lease.key,
            redeemed: lease.redeemed,
            probes: lease.probes,
            probed: lease.probed,
            silent: lease.silent,
            panel: lease.probing.as_ref().map(|probing| probing.panel),
            can_probe: Self::can_probe(&lease),
            runs_out: lease.runs_out().unwrap_or(0),
            closing: lease.closing,
            endpoint: lease.endpoint.into_inner(),
        })
    }

    /// Whether its provider can ask for a probe now.
    fn can_probe(lease: &Lease<T::AccountId>) -> bool {
        let is_free = lease.is_running() && lease.probing.is_none();
        is_free && Self::has_probe(lease, Clock::<T>::now()) && Self::can_reserve(lease)
    }
}
