//! What a service's escrow holds, and for whom.
//!
//! There is one escrow. Of what it holds, [`allotted`](Service::allotted) is for leases (each one's funds, less what it was paid, and what
//! is reserved for its panel); the rest waits for instances without a machine, and is never more than these may cost: what is more goes
//! back to who paid, at once.

use frame_support::{ensure, pallet_prelude::*, traits::Get};
use idlewild_compute_primitives::{lease, project::ServiceSpec, Balance};
use pallet_idlewild_escrow::Pallet as Escrow;
use pallet_idlewild_organisations::Pallet as Organisations;

use crate::{
    types::{Lease, Service},
    Config, Error, Pallet, Rules,
};

impl<T: Config> Pallet<T> {
    /// What a probe takes of an escrow, and what a word on it puts on hold.
    pub(crate) fn probe_cost() -> Balance {
        lease::probe_cost(T::ProbePay::get())
    }

    /// What is put in for an instance that waits.
    pub(crate) fn ahead(spec: &ServiceSpec) -> Balance {
        lease::ahead(spec.max_rate, spec.term, Self::probe_cost())
    }

    /// What must be there for an instance before it is matched: its first probe, and a period or a term that is shorter.
    fn least(spec: &ServiceSpec) -> Balance {
        let blocks = spec.term.min(Rules::<T>::get().period);
        spec.max_rate.saturating_mul(blocks.into()).saturating_add(Self::probe_cost())
    }

    /// What of the escrow waits for instances.
    pub(crate) fn pool(service: &Service<T::AccountId>) -> Balance {
        Escrow::<T>::held(service.escrow).saturating_sub(service.allotted)
    }

    /// How many of the wanted instances can be paid for.
    pub(crate) fn funded(service: &Service<T::AccountId>) -> u8 {
        let wanted = service.wanted();
        let paid = Self::pool(service).checked_div(Self::least(&service.spec)).unwrap_or(Balance::MAX);
        u8::try_from(paid).unwrap_or(u8::MAX).min(wanted)
    }

    /// What a lease at this rate gets: an equal part of what waits, and no more than it can use in a term.
    pub(crate) fn funds_at(service: &Service<T::AccountId>, rate: Balance) -> Result<Balance, DispatchError> {
        let funded = Self::funded(service);
        let part = Self::pool(service).checked_div(funded.into()).ok_or(Error::<T>::NotFunded)?;
        Ok(lease::ahead(rate, service.spec.term, Self::probe_cost()).min(part))
    }

    /// Puts more into a service's escrow.
    pub(crate) fn put_in(service: &Service<T::AccountId>, amount: Balance) -> DispatchResult {
        Organisations::<T>::book(service.spec.organisation, &service.owner, amount)?;
        Escrow::<T>::add(service.escrow, amount)
    }

    /// Gives back what of the escrow is for nobody. Returns how much that was.
    pub(crate) fn trim(service: &Service<T::AccountId>) -> Result<Balance, DispatchError> {
        let useful = Self::ahead(&service.spec).saturating_mul(service.wanted().into());
        let excess = Self::pool(service).saturating_sub(useful);
        if excess > 0 {
            Escrow::<T>::refund(service.escrow, excess)?;
            Organisations::<T>::unbook(service.spec.organisation, &service.owner, excess);
        }
        Ok(excess)
    }

    /// Takes what a probe costs out of a lease's funds. `owed` of what it has not been paid yet stays untouched.
    pub(crate) fn reserve(lease: &mut Lease<T::AccountId>, owed: Balance) -> Result<Balance, DispatchError> {
        let cost = Self::probe_cost();
        let spare = lease.funds.saturating_sub(lease.redeemed).saturating_sub(owed);
        ensure!(spare >= cost, Error::<T>::NotFunded);
        lease.funds = lease.funds.saturating_sub(cost);
        Ok(cost)
    }
}
