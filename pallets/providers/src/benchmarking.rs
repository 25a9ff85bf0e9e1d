//! Benchmarks of the calls.

use frame_benchmarking::v2::*;
use frame_support::traits::Get;
use frame_system::RawOrigin;

use crate::{
    benchmark_setup::{
        age_bonds, bond_to_the_edge, consent, endpoint, enrich, peer_key, register as new_miner, to_the_edge, Edge, CAPACITY,
        PRICE,
    },
    types::Status,
    *,
};

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn register() -> Result<(), BenchmarkError> {
        // Another operator is active already, so that nothing is counted from zero.
        new_miner::<T>(0)?;
        let caller: T::AccountId = whitelisted_caller();
        enrich::<T>(&caller)?;
        let key = peer_key(1);
        let signature = consent::<T>(&caller, &key)?;
        // Enough for its operator to count.
        let bond = T::LeastBond::get().saturating_mul(1_000);

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), key, signature, endpoint(b'a'), CAPACITY, 1, bond);

        assert!(ByPeerKey::<T>::contains_key(key));
        assert_eq!(ActiveOperators::<T>::get(), 2);
        Ok(())
    }

    #[benchmark]
    fn add_bond() -> Result<(), BenchmarkError> {
        let miner = new_miner::<T>(0)?;
        bond_to_the_edge::<T>(miner.id, Edge::NotQuite)?;
        let before = Miners::<T>::get(miner.id).map(|record| record.bond);

        #[extrinsic_call]
        _(RawOrigin::Signed(miner.operator.clone()), miner.id, T::LeastBond::get());

        assert!(Miners::<T>::get(miner.id).map(|record| record.bond) > before);
        assert_eq!(ActiveOperators::<T>::get(), 1);
        Ok(())
    }

    #[benchmark]
    fn withdraw_bond() -> Result<(), BenchmarkError> {
        let miner = new_miner::<T>(0)?;
        bond_to_the_edge::<T>(miner.id, Edge::Just)?;
        age_bonds::<T>();
        let before = Miners::<T>::get(miner.id).map(|record| record.bond);

        #[extrinsic_call]
        _(RawOrigin::Signed(miner.operator.clone()), miner.id, T::LeastBond::get());

        assert!(Miners::<T>::get(miner.id).map(|record| record.bond) < before);
        assert_eq!(ActiveOperators::<T>::get(), 0);
        Ok(())
    }

    #[benchmark]
    fn set_capacity() -> Result<(), BenchmarkError> {
        let miner = new_miner::<T>(0)?;
        to_the_edge::<T>(miner.id, Edge::NotQuite)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(miner.operator.clone()), miner.id, CAPACITY / 2);

        assert!(Miners::<T>::get(miner.id).is_some_and(|record| record.capacity == CAPACITY / 2));
        Ok(())
    }

    #[benchmark]
    fn set_endpoint() -> Result<(), BenchmarkError> {
        let miner = new_miner::<T>(0)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(miner.operator.clone()), miner.id, endpoint(b'b'));

        assert_eq!(Endpoints::<T>::get(miner.id), Some(endpoint(b'b')));
        Ok(())
    }

    #[benchmark]
    fn set_price() -> Result<(), BenchmarkError> {
        let miner = new_miner::<T>(0)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(miner.operator.clone()), miner.id, PRICE / 2);

        assert!(Miners::<T>::get(miner.id).is_some_and(|record| record.price == PRICE / 2));
        Ok(())
    }

    #[benchmark]
    fn pause() -> Result<(), BenchmarkError> {
        let miner = new_miner::<T>(0)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(miner.operator.clone()), miner.id);

        assert!(Miners::<T>::get(miner.id).is_some_and(|record| record.status == Status::Paused));
        Ok(())
    }

    #[benchmark]
    fn resume() -> Result<(), BenchmarkError> {
        let miner = new_miner::<T>(0)?;
        Pallet::<T>::pause(RawOrigin::Signed(miner.operator.clone()).into(), miner.id)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(miner.operator.clone()), miner.id);

        assert!(Miners::<T>::get(miner.id).is_some_and(|record| record.status == Status::Active));
        Ok(())
    }

    #[benchmark]
    fn exit() -> Result<(), BenchmarkError> {
        let miner = new_miner::<T>(0)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(miner.operator.clone()), miner.id);

        assert!(Miners::<T>::get(miner.id).is_some_and(|record| record.status == Status::Exiting));
        Ok(())
    }

    #[benchmark]
    fn remove() -> Result<(), BenchmarkError> {
        let miner = new_miner::<T>(0)?;
        Pallet::<T>::exit(RawOrigin::Signed(miner.operator.clone()).into(), miner.id)?;
        age_bonds::<T>();

        #[extrinsic_call]
        _(RawOrigin::Signed(miner.operator.clone()), miner.id);

        assert!(!Miners::<T>::contains_key(miner.id));
        Ok(())
    }
}
