//! What a service's escrow holds, and for whom.
//!
//! There is one escrow. Of what it holds, [`allotted`](Service::allotted) is for leases (each one's funds, less what it was paid, what it has
//! for probes, and what is reserved for its panel); the rest waits for instances without a machine, and is never more than these may cost:
//! what is more goes back to who paid, at once.

use frame_support::{ensure, pallet_prelude::*, traits::Get};
use idlewild_compute_primitives::{lease, project::ServiceSpec, Balance, Clock as Moment};
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

    /// For how many blocks an instance must be paid for before it is matched: a period, or a term that is shorter.
    fn least_blocks(spec: &ServiceSpec) -> Balance {
        spec.term.min(Rules::<T>::get().period).into()
    }

    /// What must be there for an instance at this rate before it is matched: that time, and its first probe.
    fn least(spec: &ServiceSpec, rate: Balance) -> Balance {
        rate.saturating_mul(Self::least_blocks(spec)).saturating_add(Self::probe_cost())
    }

    /// What of the escrow waits for instances.
    pub(crate) fn pool(service: &Service<T::AccountId>) -> Balance {
        Escrow::<T>::held(service.escrow).saturating_sub(service.allotted)
    }

    /// How many of the wanted instances can be paid for at this rate.
    fn paid_at(service: &Service<T::AccountId>, rate: Balance) -> u8 {
        let paid = Self::pool(service).checked_div(Self::least(&service.spec, rate)).unwrap_or(Balance::MAX);
        u8::try_from(paid).unwrap_or(u8::MAX).min(service.wanted())
    }

    /// How many machines can be looked for, and what each may cost a block.
    ///
    /// Those that can be paid at the highest rate. What an instance has left that loses its machine may be less than that, as the rest went
    /// back when a cheaper one was found: then it is one at a time, at what there is.
    pub(crate) fn affords(service: &Service<T::AccountId>) -> (u8, Balance) {
        let spec = &service.spec;
        let at_most = Self::paid_at(service, spec.max_rate);
        if at_most > 0 || service.wanted() == 0 {
            return (at_most, spec.max_rate);
        }
        let for_time = Self::pool(service).saturating_sub(Self::probe_cost());
        let rate = for_time.checked_div(Self::least_blocks(spec)).unwrap_or(0).min(spec.max_rate);
        (u8::from(rate > 0), rate)
    }

    /// What a lease at this rate gets, for its time and for probes: an equal part of what waits, and no more than it can use in a term.
    /// Probes come first where it is little, as an instance that cannot be probed cannot move.
    pub(crate) fn funds_at(service: &Service<T::AccountId>, rate: Balance) -> Result<(Balance, Balance), DispatchError> {
        let (spec, probe) = (&service.spec, Self::probe_cost());
        let paid = Self::paid_at(service, rate);
        let part = Self::pool(service).checked_div(paid.into()).ok_or(Error::<T>::NotFunded)?;
        let part = lease::ahead(rate, spec.term, probe).min(part);
        let for_probes = part.saturating_sub(rate.saturating_mul(Self::least_blocks(spec))).min(lease::probes_ahead(probe));
        Ok((part.saturating_sub(for_probes), for_probes))
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
        Self::refund(service, excess)?;
        Ok(excess)
    }

    /// Whether a lease has not enough left for a period at its rate: what it has for probes is no use then.
    pub(crate) fn is_spent(service: &Service<T::AccountId>, lease: &Lease<T::AccountId>, now: Moment) -> bool {
        let left = lease.funds.saturating_sub(lease.most(now));
        left < lease.rate.saturating_mul(Self::least_blocks(&service.spec))
    }

    /// Gives so much of what waits back to who paid.
    pub(crate) fn refund(service: &Service<T::AccountId>, amount: Balance) -> DispatchResult {
        if amount > 0 {
            Escrow::<T>::refund(service.escrow, amount)?;
            Organisations::<T>::unbook(service.spec.organisation, &service.owner, amount);
        }
        Ok(())
    }

    /// Takes what a probe costs out of what a lease has for that, and then out of its funds. `owed` of what it has not been paid yet stays
    /// untouched. Returns how much that is, and what of it was for time.
    pub(crate) fn reserve(lease: &mut Lease<T::AccountId>, owed: Balance) -> Result<(Balance, Balance), DispatchError> {
        let cost = Self::probe_cost();
        let lacks = cost.saturating_sub(lease.for_probes);
        let spare = lease.funds.saturating_sub(lease.redeemed).saturating_sub(owed);
        ensure!(spare >= lacks, Error::<T>::NotFunded);
        lease.for_probes = lease.for_probes.saturating_sub(cost);
        lease.funds = lease.funds.saturating_sub(lacks);
        Ok((cost, lacks))
    }
}
