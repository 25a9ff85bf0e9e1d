//! Services from their owner's side: deployed, paid for, scaled and stopped.

use alloc::vec::Vec;
use frame_support::{ensure, pallet_prelude::*};
use idlewild_compute_primitives::{
    program::Form, project::ServiceSpec, project::MAX_INSTANCES, Balance, Clock as Moment, LeaseId, ServiceId,
};
use pallet_idlewild_apps::Pallet as Apps;
use pallet_idlewild_clock::Pallet as Clock;
use pallet_idlewild_escrow::Pallet as Escrow;
use pallet_idlewild_market::Pallet as Market;
use pallet_idlewild_organisations::Pallet as Organisations;

use crate::{
    types::{Service, Why},
    Config, Error, Event, Leases, NextService, Pallet, Rules, Services, ServicesOf,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_deploy(owner: T::AccountId, spec: ServiceSpec) -> DispatchResult {
        Self::ensure_sound(&spec)?;
        let id = NextService::<T>::get();
        let next = id.checked_add(1).ok_or(Error::<T>::TooMany)?;
        let amount = Self::ahead(&spec).saturating_mul(spec.instances.into());
        let payer = Organisations::<T>::book(spec.organisation, &owner, amount)?;
        let escrow = Escrow::<T>::open(&payer, amount)?;
        NextService::<T>::put(next);
        ServicesOf::<T>::insert(&owner, id, ());
        let service = Service {
            owner: owner.clone(),
            spec,
            escrow,
            allotted: 0,
            leases: BoundedVec::new(),
            active: 0,
            barred: BoundedVec::new(),
            stopped: false,
        };
        Services::<T>::insert(id, service);
        Self::deposit_event(Event::Deployed { service: id, owner, escrow, amount });
        Ok(())
    }

    fn ensure_sound(spec: &ServiceSpec) -> DispatchResult {
        ensure!(spec.program.form == Form::Image && spec.wishes.runtimes.oci, Error::<T>::NotAnImage);
        Apps::<T>::check(None, &spec.program)?;
        Self::ensure_instances(spec.instances)?;
        ensure!(spec.resources.cpu_milli > 0 && spec.resources.ram_mib > 0, Error::<T>::NoResources);
        ensure!(spec.max_rate > 0, Error::<T>::NoRate);
        ensure!(spec.term >= Rules::<T>::get().period, Error::<T>::TermTooShort);
        Ok(())
    }

    fn ensure_instances(instances: u8) -> DispatchResult {
        ensure!((1..=MAX_INSTANCES).contains(&instances), Error::<T>::BadInstances);
        Ok(())
    }

    /// A service that its owner may still do something with.
    pub(crate) fn owned(id: ServiceId, who: &T::AccountId) -> Result<Service<T::AccountId>, DispatchError> {
        let service = Services::<T>::get(id).ok_or(Error::<T>::NoSuchService)?;
        ensure!(service.owner == *who, Error::<T>::NotOwner);
        ensure!(!service.stopped, Error::<T>::Stopped);
        Ok(service)
    }

    pub(crate) fn do_top_up(owner: T::AccountId, id: ServiceId, amount: Balance) -> DispatchResult {
        let mut service = Self::owned(id, &owner)?;
        ensure!(amount > 0, Error::<T>::Nothing);
        let running = Self::active_leases(&service);
        let rates = running.iter().fold(0, |sum: Balance, (_, rate, _)| sum.saturating_add(*rate));
        let blocks = amount.checked_div(rates).ok_or(Error::<T>::NoLease)?;
        Self::put_in(&service, amount)?;
        service.allotted = service.allotted.saturating_add(amount);
        let mut rest = amount;
        for (place, (lease, rate, _)) in running.iter().enumerate() {
            let is_last = place.saturating_add(1) == running.len();
            // What does not divide is the last one's.
            let part = if is_last { rest } else { rate.saturating_mul(blocks).min(rest) };
            rest = rest.saturating_sub(part);
            Leases::<T>::mutate(lease, |slot| {
                if let Some(record) = slot {
                    record.funds = record.funds.saturating_add(part);
                }
            });
        }
        Services::<T>::insert(id, service);
        Self::deposit_event(Event::ToppedUp { service: id, amount });
        Ok(())
    }

    pub(crate) fn do_scale(owner: T::AccountId, id: ServiceId, instances: u8) -> DispatchResult {
        let mut service = Self::owned(id, &owner)?;
        Self::ensure_instances(instances)?;
        service.spec.instances = instances;
        let mut active = Self::active_leases(&service);
        // Those that are not live go first, and of the others the youngest.
        active.sort_by_key(|(lease, _, live)| (live.is_none(), *lease));
        let now = Clock::<T>::now();
        while service.active > instances {
            let Some((lease, ..)) = active.pop() else { break };
            Self::close_by_id(&mut service, lease, now, Why::Scaled)?;
        }
        let wanted = Self::ahead(&service.spec).saturating_mul(service.wanted().into());
        let lacks = wanted.saturating_sub(Self::pool(&service));
        if lacks > 0 {
            Self::put_in(&service, lacks)?;
        }
        let refunded = Self::trim(&service)?;
        Services::<T>::insert(id, service);
        Self::deposit_event(Event::Scaled { service: id, instances, added: lacks, refunded });
        Ok(())
    }

    pub(crate) fn do_stop(owner: T::AccountId, id: ServiceId) -> DispatchResult {
        let mut service = Self::owned(id, &owner)?;
        let active = Self::active_leases(&service);
        service.stopped = true;
        let now = Clock::<T>::now();
        for (lease, ..) in active {
            Self::close_by_id(&mut service, lease, now, Why::Stopped)?;
        }
        Market::<T>::forget_service(id);
        let refunded = Self::trim(&service)?;
        Self::deposit_event(Event::Stopped { service: id, refunded });
        Self::conclude(id, service)
    }

    /// Keeps a service, or closes its escrow and forgets it where it was stopped and the last of its leases is over.
    pub(crate) fn conclude(id: ServiceId, service: Service<T::AccountId>) -> DispatchResult {
        if !service.stopped || !service.leases.is_empty() {
            Services::<T>::insert(id, service);
            return Ok(());
        }
        let refunded = Escrow::<T>::close(service.escrow)?;
        Organisations::<T>::unbook(service.spec.organisation, &service.owner, refunded);
        ServicesOf::<T>::remove(&service.owner, id);
        Services::<T>::remove(id);
        Self::deposit_event(Event::ServiceEnded { service: id, refunded });
        Ok(())
    }

    /// The leases that are not being closed: number, rate, and since when each is live.
    fn active_leases(service: &Service<T::AccountId>) -> Vec<(LeaseId, Balance, Option<Moment>)> {
        let records = service.leases.iter().filter_map(|id| Some((*id, Leases::<T>::get(id)?)));
        records.filter(|(_, lease)| lease.closing.is_none()).map(|(id, lease)| (id, lease.rate, lease.live)).collect()
    }
}
