//! Leases: begun, paid by vouchers, closed and paid out.

use frame_support::{
    ensure,
    pallet_prelude::*,
    traits::{Imbalance, OnUnbalanced},
};
use idlewild_compute_primitives::{lease::Voucher, Balance, Clock as Moment, LeaseId};
use pallet_idlewild_clock::Pallet as Clock;
use pallet_idlewild_escrow::Pallet as Escrow;
use pallet_idlewild_offers::Pallet as Offers;
use sp_io::crypto::sr25519_verify;

use crate::{
    types::{Endpoint, Lease, Service, Why},
    Config, Error, Event, Leases, LeasesOf, Pallet, Rules, Services,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn lease_of(id: LeaseId) -> Result<Lease<T::AccountId>, DispatchError> {
        Leases::<T>::get(id).ok_or_else(|| Error::<T>::NoSuchLease.into())
    }

    pub(crate) fn service_of(lease: &Lease<T::AccountId>) -> Result<Service<T::AccountId>, DispatchError> {
        Services::<T>::get(lease.service).ok_or_else(|| Error::<T>::NoSuchService.into())
    }

    pub(crate) fn do_accept(who: T::AccountId, id: LeaseId, key: [u8; 32], endpoint: Endpoint) -> DispatchResult {
        let mut lease = Self::lease_of(id)?;
        Offers::<T>::operated(lease.provider, &who)?;
        ensure!(lease.closing.is_none(), Error::<T>::Closing);
        ensure!(lease.key.is_none(), Error::<T>::AlreadyAccepted);
        let now = Clock::<T>::now();
        ensure!(now <= Self::begins_until(&lease), Error::<T>::TooLate);
        ensure_endpoint::<T>(&endpoint)?;
        lease.key = Some(key);
        lease.endpoint = endpoint.clone();
        lease.asked = now;
        Self::deposit_event(Event::Accepted { lease: id, key, endpoint });
        let service = Self::service_of(&lease)?;
        let word = Self::take_word(who, true)?;
        Self::ask(&service, id, lease, 0, Some(word))
    }

    /// The last block of the clock in which a lease can be accepted.
    fn begins_until(lease: &Lease<T::AccountId>) -> Moment {
        lease.matched.saturating_add(Rules::<T>::get().start)
    }

    pub(crate) fn do_set_endpoint(who: T::AccountId, id: LeaseId, endpoint: Endpoint) -> DispatchResult {
        let mut lease = Self::lease_of(id)?;
        Offers::<T>::operated(lease.provider, &who)?;
        ensure!(lease.closing.is_none(), Error::<T>::Closing);
        ensure!(lease.key.is_some(), Error::<T>::NotAccepted);
        ensure_endpoint::<T>(&endpoint)?;
        lease.endpoint = endpoint.clone();
        Self::deposit_event(Event::EndpointSet { lease: id, endpoint });
        let now = Clock::<T>::now();
        if lease.probing.is_some() || !Self::has_probe(&lease, now) || !Self::can_reserve(&lease) {
            Leases::<T>::insert(id, lease);
            return Ok(());
        }
        let service = Self::service_of(&lease)?;
        lease.asked = now;
        let word = Self::take_word(who, true)?;
        Self::ask(&service, id, lease, 0, Some(word))
    }

    pub(crate) fn do_redeem(id: LeaseId, amount: Balance, signature: [u8; 64]) -> DispatchResult {
        let mut lease = Self::lease_of(id)?;
        let mut service = Self::service_of(&lease)?;
        let live = lease.live.ok_or(Error::<T>::NotLive)?;
        let now = Clock::<T>::now();
        let redeemed = amount.min(lease.most(now));
        let pay = redeemed.checked_sub(lease.redeemed).filter(|pay| *pay > 0).ok_or(Error::<T>::NothingMore)?;
        let message = Voucher { lease: id, amount }.message(&Clock::<T>::genesis());
        let owner: [u8; 32] = service.owner.clone().into();
        ensure!(sr25519_verify(&signature.into(), &message, &owner.into()), Error::<T>::BadSignature);
        Self::pay(&mut service, &mut lease, pay)?;
        // What the owner pays for it was there: trackers need not say that again.
        let elapsed = lease.elapsed(now);
        let up = redeemed.checked_div(lease.rate).and_then(|blocks| Moment::try_from(blocks).ok()).unwrap_or(elapsed);
        lease.probes = lease.probes.signed(up, elapsed);
        let known = lease.probes.known().min(elapsed);
        lease.probed = lease.probed.max(live.saturating_add(known));
        Services::<T>::insert(lease.service, service);
        Leases::<T>::insert(id, lease);
        Self::deposit_event(Event::Redeemed { lease: id, paid: pay, redeemed });
        Ok(())
    }

    /// Pays a provider out of what is set aside for its lease.
    fn pay(service: &mut Service<T::AccountId>, lease: &mut Lease<T::AccountId>, amount: Balance) -> DispatchResult {
        let operator = Offers::<T>::get(lease.provider)?.operator;
        Escrow::<T>::pay(service.escrow, &operator, amount)?;
        lease.redeemed = lease.redeemed.saturating_add(amount);
        service.allotted = service.allotted.saturating_sub(amount);
        Ok(())
    }

    pub(crate) fn do_close(who: T::AccountId, id: LeaseId) -> DispatchResult {
        let mut lease = Self::lease_of(id)?;
        ensure!(lease.closing.is_none(), Error::<T>::Closing);
        let mut service = Self::service_of(&lease)?;
        let now = Clock::<T>::now();
        let is_late = lease.key.is_none() && now > Self::begins_until(&lease);
        let ran_out = lease.runs_out().is_some_and(|runs_out| now >= runs_out);
        let why = if is_late {
            Why::NotBegun
        } else if ran_out {
            Why::RanOut
        } else if who == service.owner {
            Why::Owner
        } else {
            Offers::<T>::operated(lease.provider, &who).map_err(|_| Error::<T>::NotParty)?;
            Why::Provider
        };
        let service_id = lease.service;
        if is_late || (why == Why::Provider && Self::is_fresh(&lease, now)) {
            Self::turn_away(&mut service, id, &mut lease)?;
        }
        Self::close_lease(&mut service, id, lease, now, why)?;
        Self::trim(&service)?;
        Services::<T>::insert(service_id, service);
        Ok(())
    }

    pub(crate) fn is_fresh(lease: &Lease<T::AccountId>, now: Moment) -> bool {
        lease.is_fresh(now, Rules::<T>::get().period)
    }

    /// What follows where a provider kept a place from others, and had trackers paid, for nothing. It says nothing of the chunks that it
    /// does, and costs none of its score: anybody may have a service that cannot be run.
    ///
    /// The caller closes the lease and keeps the service.
    pub(crate) fn turn_away(
        service: &mut Service<T::AccountId>,
        id: LeaseId,
        lease: &mut Lease<T::AccountId>,
    ) -> DispatchResult {
        let provider = lease.provider;
        Offers::<T>::note_lease_late(provider);
        service.bar(provider);
        let credit = Offers::<T>::charge(provider, lease.stake);
        let lost = credit.peek();
        <T as Config>::Treasury::on_unbalanced(credit);
        lease.stake = lease.stake.saturating_sub(lost);
        // One that was live cost its owner a probe already.
        let burned = if lease.live.is_none() { lost.min(lease.held()) } else { 0 };
        Escrow::<T>::burn(service.escrow, burned)?;
        lease.funds = lease.funds.saturating_sub(burned.saturating_sub(lease.for_probes));
        lease.for_probes = lease.for_probes.saturating_sub(burned);
        service.allotted = service.allotted.saturating_sub(burned);
        Self::deposit_event(Event::TurnedAway { lease: id, provider, lost, burned });
        Ok(())
    }

    pub(crate) fn close_by_id(service: &mut Service<T::AccountId>, id: LeaseId, now: Moment, why: Why) -> DispatchResult {
        let lease = Self::lease_of(id)?;
        Self::close_lease(service, id, lease, now, why)
    }

    /// Lets a lease cost nothing from now on, and its instance be wanted again. What it cannot cost any more is set free at once. One
    /// that never was live is over with that, unless a panel still has to be paid.
    ///
    /// The caller keeps the service.
    pub(crate) fn close_lease(
        service: &mut Service<T::AccountId>,
        id: LeaseId,
        mut lease: Lease<T::AccountId>,
        now: Moment,
        why: Why,
    ) -> DispatchResult {
        // A service is not prolonged with what was for probes: that goes on to another machine only together with its time.
        let spent = if Self::is_spent(service, &lease, now) { lease.for_probes } else { 0 };
        let most = lease.most(now);
        let free = lease.funds.saturating_sub(most).saturating_add(lease.for_probes);
        service.active = service.active.saturating_sub(1);
        service.allotted = service.allotted.saturating_sub(free);
        lease.funds = most;
        lease.for_probes = 0;
        lease.closing = Some(now);
        Self::refund(service, spent)?;
        Self::deposit_event(Event::LeaseClosing { lease: id, why });
        if lease.live.is_none() && lease.probing.is_none() {
            Self::end_lease(service, id, &lease);
        } else {
            Leases::<T>::insert(id, lease);
        }
        Ok(())
    }

    pub(crate) fn do_finish(id: LeaseId) -> DispatchResult {
        let mut lease = Self::lease_of(id)?;
        let closing = lease.closing.ok_or(Error::<T>::NotClosing)?;
        ensure!(lease.probing.is_none(), Error::<T>::ProbeOpen);
        let now = Clock::<T>::now();
        ensure!(now >= closing.saturating_add(Rules::<T>::get().close), Error::<T>::NotYet);
        let mut service = Self::service_of(&lease)?;
        let service_id = lease.service;
        let owed = lease.due(now).saturating_sub(lease.redeemed);
        Self::pay(&mut service, &mut lease, owed)?;
        Self::end_lease(&mut service, id, &lease);
        Self::trim(&service)?;
        Self::conclude(service_id, service)
    }

    /// Forgets a lease and gives its provider the resources back. What was still set aside for it is the service's.
    pub(crate) fn end_lease(service: &mut Service<T::AccountId>, id: LeaseId, lease: &Lease<T::AccountId>) {
        service.allotted = service.allotted.saturating_sub(lease.allotted());
        service.leases.retain(|other| *other != id);
        Leases::<T>::remove(id);
        LeasesOf::<T>::remove(lease.provider, id);
        Offers::<T>::end_work(lease.provider, &lease.resources, lease.stake);
        Self::deposit_event(Event::LeaseEnded { lease: id, service: lease.service, paid: lease.redeemed });
    }
}

/// Whether bytes are the address and the port of a host. Which networks are refused is for trackers to say: that differs with the chain.
fn ensure_endpoint<T: Config>(endpoint: &[u8]) -> DispatchResult {
    let text = core::str::from_utf8(endpoint).map_err(|_| Error::<T>::BadEndpoint)?;
    let address: core::net::SocketAddr = text.parse().map_err(|_| Error::<T>::BadEndpoint)?;
    let is_scoped = matches!(address, core::net::SocketAddr::V6(address) if address.scope_id() != 0);
    let ip = address.ip();
    let is_host = !ip.is_unspecified() && !ip.is_multicast();
    ensure!(is_host && !is_scoped && address.port() != 0, Error::<T>::BadEndpoint);
    Ok(())
}
