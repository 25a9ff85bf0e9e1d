//! Benchmarks of the calls.

use alloc::{vec, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::BoundedVec;
use frame_system::RawOrigin;
use idlewild_storage_primitives::{challenge, proof::ChunkProof, sum_range::Leaf, CHALLENGES, CHUNK_BYTES};
use pallet_idlewild_providers::benchmark_setup::{load, register};
use pallet_idlewild_randomness::{Next, Seeds, RING};

use crate::{
    benchmark_setup::{leave_unproven, longest_shard, most_peaks, pass_periods, Range, Shard, HEIGHT},
    *,
};

#[benchmarks]
mod benchmarks {
    use super::*;

    /// A period is proven late enough that the one before is charged first, with the longest paths that there can be.
    #[benchmark]
    fn prove() -> Result<(), BenchmarkError> {
        let miner = register::<T>(0)?;
        let count = longest_shard();
        load::<T>(miner.id, 100, count)?;
        pass_periods::<T>(3);
        let seed = [7; 32];
        // All slots hold the same shard, so that whichever is challenged is at hand.
        let total = u64::from(count) << HEIGHT;
        let positions = (0..CHALLENGES)
            .map(|j| challenge::position(&seed, miner.id, j, total))
            .collect::<Option<Vec<_>>>()
            .ok_or(BenchmarkError::Stop("nothing is challenged"))?;
        let offsets: Vec<u32> = positions.iter().map(|position| (position % u64::from(count)) as u32).collect();
        let Shard { root, paths } = Shard::new(count, &offsets);
        let leaf = Leaf { deal: 0, copy: 0, slot: 0, root, count };
        let range = Range::new(vec![], leaf.node())?;
        let peaks = range.peaks()?;
        let period = leave_unproven::<T>(miner.id, &peaks, 1)?;
        let moment = Pallet::<T>::schedule(miner.id).start(period).saturating_add(1);
        Seeds::<T>::insert(moment % RING, (moment, seed));
        Next::<T>::put(moment.saturating_add(1));
        let proof = |(position, chunk_path)| {
            let index = (position / u64::from(count)) as u32;
            ChunkProof { leaf, index, path: range.path(index), chunk: vec![0; CHUNK_BYTES], chunk_path }
        };
        let proofs: Vec<_> = positions.into_iter().zip(paths).map(proof).collect();

        #[extrinsic_call]
        _(RawOrigin::Signed(miner.operator.clone()), miner.id, period, BoundedVec::truncate_from(proofs));

        assert!(Ledgers::<T>::get(miner.id).is_some_and(|ledger| ledger.is_proven() && ledger.period == period));
        Ok(())
    }

    /// A report that brings a failure to light, after more missed periods than the record remembers.
    #[benchmark]
    fn report_missed() -> Result<(), BenchmarkError> {
        let caller: T::AccountId = whitelisted_caller();
        let miner = register::<T>(0)?;
        load::<T>(miner.id, 100, longest_shard())?;
        pass_periods::<T>(50);
        leave_unproven::<T>(miner.id, &most_peaks()?, 40)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), miner.id);

        assert!(FailedAt::<T>::contains_key(miner.id));
        Ok(())
    }
}
