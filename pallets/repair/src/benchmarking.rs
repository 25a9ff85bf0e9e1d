//! Benchmarks of the calls. In those that touch a miner, it left its last period unproven, which they charge first.

extern crate alloc;

use alloc::vec::Vec;
use frame_benchmarking::v2::*;
use frame_support::{traits::Get, BoundedVec};
use frame_system::RawOrigin;
use idlewild_storage_primitives::{
    deal::{Slot, Source},
    ledger::{Ledger, Start},
    terms::Load,
    DealId, MinerId,
};
use pallet_idlewild_clock::{Now, Pallet as Clock};
use pallet_idlewild_deals::{
    benchmark_setup::{copies_of, deal_of, held, CHUNKS},
    Deals,
};
use pallet_idlewild_proofs::{
    benchmark_setup::{leave_unproven, most_peaks, pass_periods},
    FailedAt, Ledgers,
};
use pallet_idlewild_providers::benchmark_setup::{enrich, fill_pot, load, register, register_many, to_the_edge, Edge, Peer};

use crate::*;

/// A repairer with a range and an unproven period, and the owner of a deal.
fn parties<T: Config>() -> Result<(Peer<T::AccountId>, T::AccountId), BenchmarkError> {
    pass_periods::<T>(3);
    let miner = register::<T>(0)?;
    load::<T>(miner.id, 100, CHUNKS)?;
    let owner: T::AccountId = account("owner", 0, 0);
    enrich::<T>(&owner)?;
    Ok((miner, owner))
}

/// As many copies of `shards` slots as a deal can have, each slot with a holder of its own, but for the first one, which is
/// `first`.
fn full_deal<T: Config>(owner: &T::AccountId, shards: u32, first: Slot) -> Result<DealId, BenchmarkError> {
    let (geometry, copies) = copies_of::<T>(shards as u8);
    let count = geometry.slots(copies).ok_or(BenchmarkError::Stop("a deal has too many slots"))?;
    let holders = register_many::<T>(10, u32::from(count))?;
    let mut slots = held(&holders);
    if let Some(slot) = slots.first_mut() {
        *slot = first;
    }
    deal_of::<T>(owner, (geometry, copies), slots)
}

/// `count` claims of other slots, each with capacity kept free for it.
fn claims<T: Config>(miner: MinerId, count: u32, until: u32) -> Result<Vec<Claim>, BenchmarkError> {
    let bytes = 1 << 16;
    let claim = |number: u32| {
        pallet_idlewild_providers::Pallet::<T>::reserve_bytes(miner, bytes)?;
        Ok(Claim { deal: u64::MAX - u64::from(number), slot: 0, opened: 0, until, bytes })
    };
    (0..count).map(claim).collect()
}

#[benchmarks]
mod benchmarks {
    use super::*;

    /// All of the miner's earlier claims have lapsed, and so many others tried the slot that one of them is forgotten. Its copy
    /// has `s` slots.
    #[benchmark]
    fn claim_repair(s: Linear<2, 48>) -> Result<(), BenchmarkError> {
        let (miner, owner) = parties::<T>()?;
        let opened = Clock::<T>::now();
        let id = full_deal::<T>(&owner, s, Slot::Vacant { since: opened, source: Source::Reserve, last: miner.id })?;
        let lapsed = claims::<T>(miner.id, MAX_CLAIMS, opened)?;
        Claims::<T>::insert(miner.id, BoundedVec::truncate_from(lapsed));
        let others: Vec<MinerId> = (0..MAX_TRIES).map(|number| u32::MAX - number).collect();
        Tried::<T>::insert(id, 0, BoundedVec::<MinerId, _>::truncate_from(others));
        // Past all rank windows, but within the deal's term.
        let timing = Clock::<T>::timing();
        Now::<T>::mutate(|now| *now += timing.period.max(timing.rank_window * timing.rank_windows));
        leave_unproven::<T>(miner.id, &most_peaks()?, 1)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(miner.operator.clone()), miner.id, id, 0);

        assert_eq!(Claims::<T>::get(miner.id).len(), 1);
        Ok(())
    }

    /// The slot was on probation with a miner that failed, with the bounty in another's pot. Its copy has `s` slots.
    #[benchmark]
    fn complete_repair(s: Linear<2, 48>) -> Result<(), BenchmarkError> {
        let (miner, owner) = parties::<T>()?;
        let now = Clock::<T>::now();
        let load = Load::slot(CHUNKS);
        let bounty = T::Rates::get().bounty(load);
        let loser = register::<T>(1)?;
        let failed = register::<T>(2)?;
        fill_pot::<T>(loser.id, load, bounty);
        fill_pot::<T>(failed.id, load, bounty);
        let since = pallet_idlewild_proofs::Pallet::<T>::period_of(failed.id);
        let record = Ledger { period: since, proven: 2, failed: Some(since), ..Default::default() };
        Ledgers::<T>::insert(failed.id, record);
        FailedAt::<T>::insert(failed.id, now);
        let source = Source::Pot(loser.id);
        let slot = Slot::Probation { miner: failed.id, start: Start::Count(0), since, source, bounty };
        let id = full_deal::<T>(&owner, s, slot)?;
        let bytes = u64::from(CHUNKS) * 1024;
        let mut all = claims::<T>(miner.id, MAX_CLAIMS - 1, u32::MAX)?;
        pallet_idlewild_providers::Pallet::<T>::reserve_bytes(miner.id, bytes)?;
        all.push(Claim { deal: id, slot: 0, opened: now, until: u32::MAX, bytes });
        Claims::<T>::insert(miner.id, BoundedVec::truncate_from(all));
        leave_unproven::<T>(miner.id, &most_peaks()?, 1)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(miner.operator.clone()), miner.id, id, 0);

        let deal = Deals::<T>::get(id).ok_or(BenchmarkError::Stop("no deal stands"))?;
        assert_eq!(deal.slots.first().and_then(Slot::holder), Some(miner.id));
        Ok(())
    }

    #[benchmark]
    fn drop_claims() -> Result<(), BenchmarkError> {
        let (miner, _) = parties::<T>()?;
        let all = claims::<T>(miner.id, MAX_CLAIMS, u32::MAX)?;
        Claims::<T>::insert(miner.id, BoundedVec::truncate_from(all));
        to_the_edge::<T>(miner.id, Edge::NotQuite)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(miner.operator.clone()), miner.id);

        assert!(Claims::<T>::get(miner.id).is_empty());
        Ok(())
    }
}
