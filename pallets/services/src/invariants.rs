//! What must be true of services, leases and what is on hold at all times.

use alloc::collections::{BTreeMap, BTreeSet};
use frame_support::{ensure, traits::fungible::InspectHold};
use idlewild_compute_primitives::{panel::Question, resources::Resources, Balance, EscrowId, LeaseId, ProviderId};
use pallet_idlewild_clock::Pallet as Clock;
use pallet_idlewild_escrow::Pallet as Escrow;
use pallet_idlewild_market::Pallet as Market;
use pallet_idlewild_offers::Pallet as Offers;
use pallet_idlewild_trackers::Panels;
use sp_runtime::TryRuntimeError;

use crate::{
    types::{Lease, Service},
    Config, CurrencyOf, Leases, LeasesOf, NextLease, NextService, Pallet, Rules, Services, ServicesOf,
};

impl<T: Config> Pallet<T> {
    /// Checks that every escrow has what is set aside in it and nothing that is for nobody, that services and leases tell the same, and
    /// that every coin on hold, of whatever account, stands for a word.
    pub fn do_try_state() -> Result<(), TryRuntimeError> {
        let rules = Rules::<T>::get();
        ensure!(rules.period > 0 && rules.start > 0 && rules.silent > 0, "leases cannot run by these rules");
        let mut escrows = BTreeSet::<EscrowId>::new();
        for (id, service) in Services::<T>::iter() {
            ensure!(id < NextService::<T>::get(), "a service has a number that was not given yet");
            ensure!(ServicesOf::<T>::contains_key(&service.owner, id), "a service is not among those of its owner");
            ensure!(escrows.insert(service.escrow), "two services have one escrow");
            Self::check_service(&service)?;
        }
        let mut words = BTreeMap::<T::AccountId, Balance>::new();
        let mut works = BTreeMap::<ProviderId, (Resources, u32, Balance)>::new();
        for (id, lease) in Leases::<T>::iter() {
            ensure!(id < NextLease::<T>::get(), "a lease has a number that was not given yet");
            let service = Services::<T>::get(lease.service).ok_or("a lease is of a service that is over")?;
            ensure!(service.leases.contains(&id), "a lease is not among those of its service");
            ensure!(LeasesOf::<T>::contains_key(lease.provider, id), "a lease is not among those of its provider");
            Self::check_lease(id, &lease)?;
            let (resources, count, stakes) =
                works.entry(lease.provider).or_insert_with(|| Market::<T>::asks_of(lease.provider));
            *resources = resources.plus(&lease.resources);
            *count = count.saturating_add(1);
            *stakes = stakes.saturating_add(lease.stake);
            if let Some(word) = lease.probing.and_then(|probing| probing.word) {
                let sum = words.entry(word.who).or_default();
                *sum = sum.saturating_add(word.deposit);
            }
        }
        ensure!(
            ServicesOf::<T>::iter_keys().count() == Services::<T>::iter_keys().count(),
            "an owner has a service that is over"
        );
        ensure!(LeasesOf::<T>::iter_keys().count() == Leases::<T>::iter_keys().count(), "a provider has a lease that is over");
        for who in frame_system::Account::<T>::iter_keys() {
            let on_hold = CurrencyOf::<T>::balance_on_hold(&Self::reason(), &who);
            ensure!(on_hold == words.remove(&who).unwrap_or(0), "what is on hold is not what stands for words");
        }
        ensure!(words.is_empty(), "an account that is no more gave its word");
        for (provider, (resources, count, stakes)) in works {
            let record = Offers::<T>::get(provider).map_err(|_| "a lease is of a provider that is gone")?;
            ensure!(record.in_use().covers(&resources), "a machine has less in use than its leases and asks take");
            ensure!(record.busy >= count && record.locked >= stakes, "a provider has more leases and asks than it says");
        }
        Ok(())
    }

    fn check_service(service: &Service<T::AccountId>) -> Result<(), TryRuntimeError> {
        let mut allotted: Balance = 0;
        let mut active = 0u8;
        for id in &service.leases {
            let lease = Leases::<T>::get(id).ok_or("a service has a lease that is over")?;
            allotted = allotted.saturating_add(lease.allotted());
            active = active.saturating_add(u8::from(lease.closing.is_none()));
        }
        ensure!(allotted == service.allotted, "what is set aside is not what leases have");
        ensure!(active == service.active, "leases that are not being closed are miscounted");
        ensure!(active <= service.spec.instances, "a service has more machines than instances");
        ensure!(!service.stopped || active == 0, "a service was stopped, and its leases go on");
        ensure!(!service.stopped || !service.leases.is_empty(), "a service that is over is kept");
        ensure!(Escrow::<T>::payer_of(service.escrow).is_some(), "a service has no escrow");
        ensure!(Escrow::<T>::held(service.escrow) >= allotted, "an escrow has less than is set aside");
        let useful = Self::ahead(&service.spec).saturating_mul(service.wanted().into());
        ensure!(Self::pool(service) <= useful, "an escrow has coins that are for nobody");
        Ok(())
    }

    fn check_lease(id: LeaseId, lease: &Lease<T::AccountId>) -> Result<(), TryRuntimeError> {
        let now = Clock::<T>::now();
        ensure!(lease.redeemed <= lease.funds, "more was redeemed than a lease may cost");
        ensure!(lease.redeemed <= lease.most(now), "more was redeemed than time has passed for");
        if let Some(live) = lease.live {
            ensure!(lease.key.is_some(), "a lease is live that was not accepted");
            ensure!(live <= lease.probed && lease.probed <= now, "a lease was probed before it was live, or is to be");
            ensure!(lease.probes.known() <= lease.probed.saturating_sub(live), "more is known of a lease than has passed");
            ensure!(lease.closing.is_none_or(|closing| live <= closing), "a lease was closed before it was live");
            ensure!(lease.closing.is_none() || lease.funds == lease.most(now), "a closed lease has coins that it cannot cost");
            ensure!(lease.closing.is_none() || lease.for_probes == 0, "a closed lease has coins for probes");
        } else {
            ensure!(lease.redeemed == 0, "a lease was paid that never was live");
            let waits = lease.key.is_some() && lease.probing.is_some();
            ensure!(
                waits || (lease.key.is_none() && lease.probing.is_none()),
                "a lease was accepted and is not probed, or not and is"
            );
            ensure!(waits || lease.closing.is_none(), "a lease that is over is kept");
            ensure!(lease.closing.is_none() || lease.held() == 0, "a lease that never was live has coins");
        }
        if let Some(probing) = &lease.probing {
            let question = Question::Probe { lease: id };
            let is_asked = Panels::<T>::get(probing.panel).is_some_and(|panel| panel.question == question);
            ensure!(is_asked, "a lease waits for a panel that is over");
        }
        Ok(())
    }
}
