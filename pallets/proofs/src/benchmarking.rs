//! Benchmarks of the calls.

use alloc::{vec, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::BoundedVec;
use frame_system::RawOrigin;
use idlewild_storage_primitives::{
    challenge, chunk,
    proof::ChunkProof,
    sum_range::Leaf,
    Root, CHALLENGES, CHUNK_BYTES,
};
use pallet_idlewild_providers::benchmark_setup::{load, register};
use pallet_idlewild_randomness::{Next, Seeds, RING};

use crate::{
    benchmark_setup::{leave_unproven, most_peaks, pass_periods, Range},
    *,
};

/// Chunks of the shards that are proven: a 64-MiB segment's at sixteen data shards.
const CHUNKS: u32 = 4096;
/// The BLAKE3 root of so many chunks of zeros.
const ROOT_OF_ZEROS: Root = [
    0x04, 0xe5, 0x2c, 0xd2, 0xda, 0x6a, 0x0e, 0x1f, 0x33, 0x8b, 0x00, 0x78, 0x36, 0x91, 0x30, 0xd9,
    0x65, 0x85, 0xc1, 0xde, 0x65, 0x05, 0x7d, 0xa5, 0xdd, 0x12, 0x83, 0xb1, 0x2f, 0xb8, 0x53, 0xe1,
];

#[benchmarks]
mod benchmarks {
    use super::*;

    /// A period is proven late enough that the one before is charged first.
    #[benchmark]
    fn prove() -> Result<(), BenchmarkError> {
        let miner = register::<T>(0)?;
        load::<T>(miner.id, 100, CHUNKS)?;
        pass_periods::<T>(3);
        // All slots hold the same shard, so that whichever is challenged is at hand.
        let shard = vec![0u8; CHUNKS as usize * CHUNK_BYTES];
        let leaf = Leaf { deal: 0, copy: 0, slot: 0, root: ROOT_OF_ZEROS, count: CHUNKS };
        let range = Range::new(vec![], leaf.node())?;
        let peaks = range.peaks()?;
        let period = leave_unproven::<T>(miner.id, &peaks, 1)?;
        let moment = Pallet::<T>::schedule(miner.id).start(period).saturating_add(1);
        let seed = [7; 32];
        Seeds::<T>::insert(moment % RING, (moment, seed));
        Next::<T>::put(moment.saturating_add(1));
        let proofs = (0..CHALLENGES)
            .map(|j| {
                let position = challenge::position(&seed, miner.id, j, peaks.total())?;
                let index = (position / u64::from(CHUNKS)) as u32;
                let offset = (position % u64::from(CHUNKS)) as u32;
                Some(ChunkProof {
                    leaf,
                    index,
                    path: range.path(index),
                    chunk: vec![0; CHUNK_BYTES],
                    chunk_path: chunk::path(&shard, offset)?,
                })
            })
            .collect::<Option<Vec<_>>>()
            .ok_or(BenchmarkError::Stop("a challenge has no proof"))?;

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
        load::<T>(miner.id, 100, CHUNKS)?;
        pass_periods::<T>(50);
        leave_unproven::<T>(miner.id, &most_peaks()?, 40)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), miner.id);

        assert!(FailedAt::<T>::contains_key(miner.id));
        Ok(())
    }
}
