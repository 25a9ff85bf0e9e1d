//! Benchmarks of the calls. In each the miner left its last period unproven, which the call charges before anything else.

use alloc::{vec, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::BoundedVec;
use frame_system::RawOrigin;
use idlewild_storage_primitives::{
    deal::{Slot, Source},
    ledger::Start,
    sum_range::{Leaf, Node},
    DealId,
};
use pallet_idlewild_clock::{Now, Pallet as Clock};
use pallet_idlewild_deals::{
    benchmark_setup::{deal, widest, CHUNKS},
    Deals, Pallet as DealsPallet,
};
use pallet_idlewild_proofs::{
    benchmark_setup::{leave_unproven, most_peaks, pass_periods, Range},
    Live,
};
use pallet_idlewild_providers::benchmark_setup::{enrich, load, register, Peer};

use crate::*;

/// A leaf that stands where no other is known.
const OTHER: Leaf = Leaf { deal: u64::MAX, copy: 0, slot: 0, root: [9; 32], count: CHUNKS };

/// A miner that answers for `slots` slots, and an owner of deals.
fn parties<T: Config>(slots: u32) -> Result<(Peer<T::AccountId>, T::AccountId), BenchmarkError> {
    pass_periods::<T>(3);
    let miner = register::<T>(0)?;
    load::<T>(miner.id, slots, CHUNKS)?;
    let owner: T::AccountId = account("owner", 0, 0);
    enrich::<T>(&owner)?;
    Ok((miner, owner))
}

fn leaf_of<T: Config>(id: DealId) -> Result<Leaf, BenchmarkError> {
    let deal = Deals::<T>::get(id).ok_or(BenchmarkError::Stop("no deal stands"))?;
    Ok(DealsPallet::<T>::leaf_of(&deal, id, 0)?)
}

#[benchmarks]
mod benchmarks {
    use super::*;

    /// Each slot is another deal's, and the first one joins all mountains into one.
    #[benchmark]
    fn append(s: Linear<1, 64>) -> Result<(), BenchmarkError> {
        let (miner, owner) = parties::<T>(s)?;
        let slot = Slot::Assigned { miner: miner.id, since: Clock::<T>::now() };
        let slots: Result<Vec<_>, BenchmarkError> = (0..s).map(|_| deal::<T>(&owner, widest(slot)).map(|id| (id, 0))).collect();
        let peaks = most_peaks()?;
        leave_unproven::<T>(miner.id, &peaks, 1)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(miner.operator.clone()), miner.id, BoundedVec::truncate_from(slots?));

        assert_eq!(Live::<T>::get(miner.id).leaves, peaks.leaves + s);
        Ok(())
    }

    /// Each slot is another deal's, which others hold now.
    #[benchmark]
    fn clear(c: Linear<1, 32>) -> Result<(), BenchmarkError> {
        let (miner, owner) = parties::<T>(100)?;
        let elsewhere = Slot::Held { miner: miner.id + 1, start: Start::Count(0) };
        let leaves =
            (0..c).map(|_| leaf_of::<T>(deal::<T>(&owner, widest(elsewhere))?)).collect::<Result<Vec<_>, BenchmarkError>>()?;
        let mut nodes: Vec<Node> = leaves.iter().map(Leaf::node).collect();
        leave_unproven::<T>(miner.id, &Range::new(nodes.clone(), OTHER.node())?.peaks()?, 1)?;
        let mut clearings = Vec::new();
        for (index, leaf) in (0u32..).zip(leaves) {
            let path = BoundedVec::truncate_from(Range::new(nodes.clone(), OTHER.node())?.path(index));
            clearings.push(Clearing { leaf, index, path });
            nodes[index as usize] = Node::CLEARED;
        }

        #[extrinsic_call]
        _(RawOrigin::Signed(miner.operator.clone()), miner.id, BoundedVec::truncate_from(clearings));

        assert_eq!(Live::<T>::get(miner.id), Range::new(nodes, OTHER.node())?.peaks()?);
        Ok(())
    }

    #[benchmark]
    fn report_unappended() -> Result<(), BenchmarkError> {
        let caller: T::AccountId = whitelisted_caller();
        let (miner, owner) = parties::<T>(100)?;
        let id = deal::<T>(&owner, widest(Slot::Assigned { miner: miner.id, since: Clock::<T>::now() }))?;
        let timing = Clock::<T>::timing();
        Now::<T>::mutate(|now| *now += timing.append_deadline.max(timing.period) + 1);
        leave_unproven::<T>(miner.id, &most_peaks()?, 1)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), id, 0);

        let deal = Deals::<T>::get(id).ok_or(BenchmarkError::Stop("no deal stands"))?;
        assert!(matches!(deal.slots.first(), Some(Slot::Vacant { .. })));
        Ok(())
    }

    /// The slot is on probation and paid for periods that its holder proved before.
    #[benchmark]
    fn declare_lost() -> Result<(), BenchmarkError> {
        let (miner, owner) = parties::<T>(100)?;
        let since = pallet_idlewild_proofs::Pallet::<T>::period_of(miner.id);
        let slot = Slot::Probation { miner: miner.id, start: Start::Count(0), since, source: Source::Reserve, bounty: 0 };
        let id = deal::<T>(&owner, widest(slot))?;
        let range = Range::new(vec![leaf_of::<T>(id)?.node()], OTHER.node())?;
        leave_unproven::<T>(miner.id, &range.peaks()?, 1)?;
        let path = BoundedVec::truncate_from(range.path(0));

        #[extrinsic_call]
        _(RawOrigin::Signed(miner.operator.clone()), miner.id, id, 0, 0, path);

        let deal = Deals::<T>::get(id).ok_or(BenchmarkError::Stop("no deal stands"))?;
        assert!(matches!(deal.slots.first(), Some(Slot::Vacant { .. })));
        Ok(())
    }
}
