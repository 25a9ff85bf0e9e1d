//! Benchmarks of the calls. Providers have as much recorded of them as can be.

use frame_benchmarking::v2::*;
use frame_support::traits::Get;
use frame_system::RawOrigin;
use idlewild_compute_primitives::{
    resources::{Attributes, Resources},
    view::Standing,
};

use crate::{
    benchmark_setup::{age_bonds, agree, bond, consent, endpoint, enrich, peer_key, register as new_provider, Peer, OFFER},
    types::{Offer, TOP_SCORE},
    *,
};

/// A provider whose record is the longest.
fn known<T: Config>() -> Result<Peer<T::AccountId>, BenchmarkError> {
    let provider = new_provider::<T>(0)?;
    Pallet::<T>::note_lost(provider.id);
    Pallet::<T>::set_grade(provider.id, Default::default());
    agree::<T>(provider.id, TOP_SCORE.into());
    Ok(provider)
}

/// Whether a provider's record is as `is` says.
fn stands<T: Config>(provider: &Peer<T::AccountId>, is: impl FnOnce(types::Provider<T::AccountId>) -> bool) -> bool {
    Pallet::<T>::get(provider.id).is_ok_and(is)
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn register() -> Result<(), BenchmarkError> {
        let caller: T::AccountId = whitelisted_caller();
        enrich::<T>(&caller)?;
        let key = peer_key(1);
        let signature = consent::<T>(&caller, &key)?;
        let Offer { offered, attributes, prices } = OFFER;

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), key, signature, endpoint(b'a'), offered, attributes, prices, bond::<T>());

        assert!(ByPeerKey::<T>::contains_key(key));
        Ok(())
    }

    #[benchmark]
    fn add_bond() -> Result<(), BenchmarkError> {
        let provider = known::<T>()?;
        let least = <T as Config>::LeastBond::get();

        #[extrinsic_call]
        _(RawOrigin::Signed(provider.operator.clone()), provider.id, least);

        assert!(stands::<T>(&provider, |record| record.bond == bond::<T>().saturating_add(least)));
        Ok(())
    }

    #[benchmark]
    fn withdraw_bond() -> Result<(), BenchmarkError> {
        let provider = known::<T>()?;
        age_bonds::<T>();
        let least = <T as Config>::LeastBond::get();

        #[extrinsic_call]
        _(RawOrigin::Signed(provider.operator.clone()), provider.id, least);

        assert!(stands::<T>(&provider, |record| record.bond == bond::<T>().saturating_sub(least)));
        Ok(())
    }

    #[benchmark]
    fn set_offer() -> Result<(), BenchmarkError> {
        let provider = known::<T>()?;
        let part = Resources { gpus: 1, ..OFFER.offered };
        Pallet::<T>::take_work(provider.id, &part, 1)?;
        let attributes = Attributes { only_for: Some(1), ..OFFER.attributes };

        #[extrinsic_call]
        _(RawOrigin::Signed(provider.operator.clone()), provider.id, OFFER.offered, attributes, OFFER.prices);

        assert!(stands::<T>(&provider, |record| record.attributes == attributes));
        Ok(())
    }

    #[benchmark]
    fn set_endpoint() -> Result<(), BenchmarkError> {
        let provider = known::<T>()?;

        #[extrinsic_call]
        _(RawOrigin::Signed(provider.operator.clone()), provider.id, endpoint(b'b'));

        assert_eq!(Endpoints::<T>::get(provider.id), Some(endpoint(b'b')));
        Ok(())
    }

    #[benchmark]
    fn pause() -> Result<(), BenchmarkError> {
        let provider = known::<T>()?;

        #[extrinsic_call]
        _(RawOrigin::Signed(provider.operator.clone()), provider.id);

        assert!(stands::<T>(&provider, |record| record.standing == Standing::Paused));
        Ok(())
    }

    #[benchmark]
    fn resume() -> Result<(), BenchmarkError> {
        let provider = known::<T>()?;
        Pallet::<T>::pause(RawOrigin::Signed(provider.operator.clone()).into(), provider.id)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(provider.operator.clone()), provider.id);

        assert!(stands::<T>(&provider, |record| record.standing == Standing::Active));
        Ok(())
    }

    #[benchmark]
    fn exit() -> Result<(), BenchmarkError> {
        let provider = known::<T>()?;

        #[extrinsic_call]
        _(RawOrigin::Signed(provider.operator.clone()), provider.id);

        assert!(stands::<T>(&provider, |record| record.standing == Standing::Exiting));
        Ok(())
    }

    #[benchmark]
    fn remove() -> Result<(), BenchmarkError> {
        let provider = known::<T>()?;
        Pallet::<T>::exit(RawOrigin::Signed(provider.operator.clone()).into(), provider.id)?;
        age_bonds::<T>();

        #[extrinsic_call]
        _(RawOrigin::Signed(provider.operator.clone()), provider.id);

        assert!(!Providers::<T>::contains_key(provider.id));
        assert!(!GivenBy::<T>::contains_key(provider.id));
        Ok(())
    }
}
