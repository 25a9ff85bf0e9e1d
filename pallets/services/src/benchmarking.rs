//! Benchmarks of the calls. An organisation pays, services have as many leases as instances, and providers as long a record as there is.

use frame_benchmarking::v2::*;
use frame_system::RawOrigin;
use idlewild_compute_primitives::{
    lease::Voucher,
    panel::{Question, SILENT},
    project::{ServiceSpec, MAX_INSTANCES},
    Balance, Clock as Moment, LeaseId, ServiceId,
};
use pallet_idlewild_clock::Now;
use pallet_idlewild_trackers::OnVerdict;

use crate::{
    benchmark_setup::{accepted, bar, endpoint, live, matched, order, organisation, owner, provider, sign, spec, RATE},
    *,
};

/// Lets time pass.
fn pass<T: Config>(blocks: Moment) {
    Now::<T>::mutate(|now| *now = now.saturating_add(blocks));
}

/// A service all of whose instances are live, each of a provider of its own.
fn full<T: Config>() -> Result<(ServiceId, T::AccountId, LeaseId), BenchmarkError> {
    let (service, owner) = benchmark_setup::deploy::<T>(MAX_INSTANCES)?;
    let mut last = 0;
    for index in 0..u32::from(MAX_INSTANCES) {
        last = live::<T>(service, &provider::<T>(index)?)?;
    }
    Ok((service, owner, last))
}

/// A service all of whose instances are matched, each with a provider of its own, and none of them accepted: to close them ends them.
fn full_of_unaccepted<T: Config>() -> Result<(ServiceId, T::AccountId), BenchmarkError> {
    let (service, owner) = benchmark_setup::deploy::<T>(MAX_INSTANCES)?;
    order::<T>(service, &owner)?;
    for index in 0..u32::from(MAX_INSTANCES) {
        matched::<T>(service, provider::<T>(index)?.id)?;
    }
    bar::<T>(service);
    Ok((service, owner))
}

/// The last lease of a full service, in the period after that in which it went live; its owner and its operator.
fn in_second_period<T: Config>() -> Result<(LeaseId, T::AccountId, T::AccountId), BenchmarkError> {
    let (_, owner, lease) = full::<T>()?;
    pass::<T>(Rules::<T>::get().period);
    let operator: T::AccountId = account("provider", u32::from(MAX_INSTANCES).saturating_sub(1), 0);
    Ok((lease, owner, operator))
}

fn is_probed<T: Config>(lease: LeaseId) -> bool {
    Leases::<T>::get(lease).is_some_and(|lease| lease.probing.is_some())
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn deploy() -> Result<(), BenchmarkError> {
        let who = owner::<T>()?;
        let organisation = Some(organisation::<T>(&who)?);
        let asked = ServiceSpec { organisation, ..spec::<T>(MAX_INSTANCES) };

        #[extrinsic_call]
        _(RawOrigin::Signed(who), asked);

        assert_eq!(NextService::<T>::get(), 1);
        Ok(())
    }

    /// One that has as many leases again that are being closed.
    #[benchmark]
    fn top_up() -> Result<(), BenchmarkError> {
        let (service, owner, _) = full::<T>()?;
        let closing = Services::<T>::get(service).map(|record| record.leases).unwrap_or_default();
        for lease in closing {
            Pallet::<T>::do_close(owner.clone(), lease)?;
        }
        let mut last = 0;
        for index in 0..u32::from(MAX_INSTANCES) {
            last = live::<T>(service, &provider::<T>(index.saturating_add(100))?)?;
        }
        assert_eq!(Services::<T>::get(service).map(|record| record.leases.len() as u32), Some(types::MAX_LEASES));
        let before = Leases::<T>::get(last).map(|lease| lease.funds);

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), service, RATE.saturating_mul(1_000));

        assert!(Leases::<T>::get(last).map(|lease| lease.funds) > before);
        Ok(())
    }

    /// To one instance, where none is accepted: all others' leases are over at once.
    #[benchmark]
    fn scale() -> Result<(), BenchmarkError> {
        let (service, owner) = full_of_unaccepted::<T>()?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), service, 1);

        assert_eq!(Services::<T>::get(service).map(|service| service.active), Some(1));
        Ok(())
    }

    /// One none of whose leases is accepted, and that bids and requests: all of that is over at once, and so is the service.
    #[benchmark]
    fn stop() -> Result<(), BenchmarkError> {
        let (service, owner) = full_of_unaccepted::<T>()?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), service);

        assert!(Services::<T>::get(service).is_none());
        assert!(!pallet_idlewild_market::RequestOf::<T>::contains_key(service));
        Ok(())
    }

    #[benchmark]
    fn accept() -> Result<(), BenchmarkError> {
        let (service, _) = benchmark_setup::deploy::<T>(1)?;
        let peer = provider::<T>(0)?;
        let lease = matched::<T>(service, peer.id)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(peer.operator), lease, [7; 32], endpoint());

        assert!(is_probed::<T>(lease));
        Ok(())
    }

    #[benchmark]
    fn set_endpoint() -> Result<(), BenchmarkError> {
        let (lease, _, operator) = in_second_period::<T>()?;

        #[extrinsic_call]
        _(RawOrigin::Signed(operator), lease, endpoint());

        assert!(is_probed::<T>(lease));
        Ok(())
    }

    #[benchmark]
    fn redeem() -> Result<(), BenchmarkError> {
        let (lease, owner, operator) = in_second_period::<T>()?;
        let amount: Balance = RATE.saturating_mul(10);
        let signature = sign::<T>(&owner, &Voucher { lease, amount }.message(&pallet_idlewild_clock::Pallet::<T>::genesis()))?;

        #[extrinsic_call]
        _(RawOrigin::Signed(operator), lease, amount, signature);

        assert_eq!(Leases::<T>::get(lease).map(|lease| lease.redeemed), Some(amount));
        Ok(())
    }

    #[benchmark]
    fn ask_probe() -> Result<(), BenchmarkError> {
        let (lease, _, operator) = in_second_period::<T>()?;

        #[extrinsic_call]
        _(RawOrigin::Signed(operator), lease);

        assert!(is_probed::<T>(lease));
        Ok(())
    }

    #[benchmark]
    fn report_down() -> Result<(), BenchmarkError> {
        let (lease, ..) = in_second_period::<T>()?;
        let reporter = owner::<T>()?;

        #[extrinsic_call]
        _(RawOrigin::Signed(reporter), lease);

        assert!(is_probed::<T>(lease));
        Ok(())
    }

    /// One that was not accepted in time: its provider is noted as late and charged, coins of the owner are burned and others come back,
    /// and it is over at once.
    #[benchmark]
    fn close() -> Result<(), BenchmarkError> {
        let (service, owner) = benchmark_setup::deploy::<T>(1)?;
        let peer = provider::<T>(0)?;
        let lease = matched::<T>(service, peer.id)?;
        bar::<T>(service);
        // More than the next one can use.
        Pallet::<T>::do_top_up(owner, service, RATE.saturating_mul(1_000))?;
        pass::<T>(Rules::<T>::get().start.saturating_add(1));
        let held = Services::<T>::get(service).map(|record| pallet_idlewild_escrow::Pallet::<T>::held(record.escrow));

        #[extrinsic_call]
        _(RawOrigin::Signed(peer.operator), lease);

        let left = Services::<T>::get(service).map(|record| pallet_idlewild_escrow::Pallet::<T>::held(record.escrow));
        assert!(left < held, "nothing came back");

        assert!(Leases::<T>::get(lease).is_none());
        Ok(())
    }

    /// The last one of a service that was stopped.
    #[benchmark]
    fn finish() -> Result<(), BenchmarkError> {
        let (service, owner) = benchmark_setup::deploy::<T>(1)?;
        let peer = provider::<T>(0)?;
        let lease = live::<T>(service, &peer)?;
        pass::<T>(Rules::<T>::get().period);
        Pallet::<T>::do_ask_probe(peer.operator.clone(), lease)?;
        Pallet::<T>::judge(lease, Some(true))?;
        Pallet::<T>::do_stop(owner, service)?;
        pass::<T>(Rules::<T>::get().close);

        #[extrinsic_call]
        _(RawOrigin::Signed(peer.operator), lease);

        assert!(Services::<T>::get(service).is_none());
        Ok(())
    }

    /// The first probe of a lease finds it silent: its provider's word is lost and its stake too, and the lease over.
    #[benchmark]
    fn decided() -> Result<(), BenchmarkError> {
        let (service, owner) = benchmark_setup::deploy::<T>(1)?;
        let peer = provider::<T>(0)?;
        let lease = accepted::<T>(service, &peer)?;
        bar::<T>(service);
        Pallet::<T>::do_top_up(owner, service, RATE.saturating_mul(1_000))?;

        #[block]
        {
            <Pallet<T> as OnVerdict<T::AccountId>>::decided(Question::Probe { lease }, Some(SILENT));
        }

        assert!(Leases::<T>::get(lease).is_none());
        Ok(())
    }

    /// Whether somebody who is not is a party.
    #[benchmark]
    fn is_party() -> Result<(), BenchmarkError> {
        let (service, _) = benchmark_setup::deploy::<T>(1)?;
        let lease = accepted::<T>(service, &provider::<T>(0)?)?;
        let who: T::AccountId = account("stranger", 0, 0);
        let judges;

        #[block]
        {
            judges = !<Pallet<T> as OnVerdict<T::AccountId>>::is_party(&Question::Probe { lease }, &who);
        }

        assert!(judges);
        Ok(())
    }
}
