//! Benchmarks of the calls.

use alloc::{vec, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::{traits::Get, BoundedVec};
use frame_system::RawOrigin;
use idlewild_storage_primitives::deal::{Slot, MAX_SLOTS};
use pallet_idlewild_clock::{Now, Pallet as Clock};
use pallet_idlewild_providers::{
    benchmark_setup::{bond_to_the_edge, enrich, register_many, to_the_edge, Edge, Peer, PRICE},
    ActiveOperators,
};

use crate::{
    benchmark_setup::{
        deal, extended, held, manifest, on_probation, prove_no_more, prove_on, receipt, request, term, widest, MOST_SLOTS,
    },
    *,
};

fn rich_caller<T: Config>() -> Result<T::AccountId, BenchmarkError> {
    let caller: T::AccountId = whitelisted_caller();
    enrich::<T>(&caller)?;
    Ok(caller)
}

/// Miners whose operators count, until they take one slot more.
fn miners_at_the_edge<T: Config>(count: u32) -> Result<Vec<Peer<T::AccountId>>, BenchmarkError> {
    let miners = register_many::<T>(0, count)?;
    miners.iter().try_for_each(|miner| to_the_edge::<T>(miner.id, Edge::Just))?;
    Ok(miners)
}

/// Two closed deals whose records wait to be dropped.
fn linger<T: Config>(owner: &T::AccountId) -> Result<(), BenchmarkError> {
    for place in 0..2 {
        let id = deal::<T>(owner, widest(Slot::Empty))?;
        Deals::<T>::mutate(id, |deal| {
            if let Some(deal) = deal {
                deal.slots = Default::default();
            }
        });
        Lingering::<T>::insert(place, id);
    }
    LingeringEnds::<T>::put((0, 2));
    Ok(())
}

#[benchmarks]
mod benchmarks {
    use super::*;

    /// One deal with a receipt for each slot. Below two slots no deal can stand.
    #[benchmark]
    fn create_deals(r: Linear<2, 96>) -> Result<(), BenchmarkError> {
        let caller = rich_caller::<T>()?;
        let miners = miners_at_the_edge::<T>(r)?;
        linger::<T>(&caller)?;
        frame_system::Pallet::<T>::set_block_number(1_000u32.into());
        let request = request::<T>(&caller, &miners)?;
        let id = NextDeal::<T>::get();

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), BoundedVec::truncate_from(vec![request]));

        let deal = Deals::<T>::get(id).ok_or(BenchmarkError::Stop("no deal stands"))?;
        assert_eq!(deal.slots.iter().filter(|slot| slot.holder().is_some()).count(), r as usize);
        Ok(())
    }

    /// The widest deal, of which `r` slots are filled and the others have a holder each whose operator counts.
    #[benchmark]
    fn fill_slots(r: Linear<1, 96>) -> Result<(), BenchmarkError> {
        let caller = rich_caller::<T>()?;
        let miners = miners_at_the_edge::<T>(u32::from(MOST_SLOTS))?;
        let mut slots = held(&miners);
        slots.iter_mut().take(r as usize).for_each(|slot| *slot = Slot::Empty);
        let id = deal::<T>(&caller, slots)?;
        let salt = Deals::<T>::get(id).map(|deal| deal.salt).ok_or(BenchmarkError::Stop("no deal stands"))?;
        let receipts: Result<Vec<_>, BenchmarkError> = (0u8..)
            .zip(miners.iter().take(r as usize))
            .map(|(slot, miner)| receipt::<T>(&caller, salt, term::<T>(), slot, miner))
            .collect();

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), id, BoundedVec::truncate_from(receipts?));

        let deal = Deals::<T>::get(id).ok_or(BenchmarkError::Stop("no deal stands"))?;
        assert!(deal.slots.iter().all(|slot| slot.holder().is_some()));
        Ok(())
    }

    /// A deal past its end and past that of an extension: all of its holders are paid for the first term, have just passed their
    /// probation, go along, and are paid for the second; then it is closed.
    #[benchmark]
    fn settle(s: Linear<2, MAX_SLOTS>) -> Result<(), BenchmarkError> {
        let caller: T::AccountId = whitelisted_caller();
        let owner: T::AccountId = account("owner", 0, 0);
        enrich::<T>(&owner)?;
        let miners = register_many::<T>(0, s)?;
        let losers = register_many::<T>(s, s)?;
        let id = deal::<T>(&owner, on_probation::<T>(&miners, &losers))?;
        extended::<T>(id)?;
        T::OnClosed::fill(id, s as u8);
        let periods = term::<T>().saturating_mul(2) / Clock::<T>::timing().period.max(1);
        miners.iter().for_each(|miner| prove_on::<T>(miner.id, periods.min(100)));
        Now::<T>::mutate(|now| *now = now.saturating_add(term::<T>().saturating_mul(2)));
        // No receipt can be valid any more, so that the record goes too, and two of older deals with it.
        linger::<T>(&owner)?;
        frame_system::Pallet::<T>::set_block_number(1_000u32.into());

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), BoundedVec::truncate_from(vec![id]));

        assert!(!Deals::<T>::contains_key(id));
        assert_eq!(Lingering::<T>::iter().count(), 0);
        Ok(())
    }

    #[benchmark]
    fn top_up() -> Result<(), BenchmarkError> {
        let caller = rich_caller::<T>()?;
        let id = deal::<T>(&caller, widest(Slot::Empty))?;
        let before = Deals::<T>::get(id).map(|deal| deal.reserve);

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), id, T::LeastBond::get());

        assert!(Deals::<T>::get(id).map(|deal| deal.reserve) > before);
        Ok(())
    }

    /// The widest deal, with a holder for each slot.
    #[benchmark]
    fn extend() -> Result<(), BenchmarkError> {
        let caller = rich_caller::<T>()?;
        let miners = register_many::<T>(0, u32::from(MOST_SLOTS))?;
        let id = deal::<T>(&caller, held(&miners))?;

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), id, term::<T>(), PRICE);

        assert!(Deals::<T>::get(id).is_some_and(|deal| deal.extension.is_some()));
        Ok(())
    }

    /// The widest deal, past its end in an extension that is due: its holders are paid for both terms and pass their probation.
    #[benchmark]
    fn cancel() -> Result<(), BenchmarkError> {
        let caller = rich_caller::<T>()?;
        let miners = register_many::<T>(0, u32::from(MOST_SLOTS))?;
        let losers = register_many::<T>(u32::from(MOST_SLOTS), u32::from(MOST_SLOTS))?;
        let id = deal::<T>(&caller, on_probation::<T>(&miners, &losers))?;
        T::OnClosed::fill(id, MOST_SLOTS);
        extended::<T>(id)?;
        let age = term::<T>().saturating_mul(2).saturating_sub(1);
        let periods = age / Clock::<T>::timing().period.max(1);
        miners.iter().for_each(|miner| prove_on::<T>(miner.id, periods.min(100)));
        Now::<T>::mutate(|now| *now = now.saturating_add(age));
        linger::<T>(&caller)?;
        frame_system::Pallet::<T>::set_block_number(1_000u32.into());

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), id);

        assert!(!Deals::<T>::contains_key(id));
        Ok(())
    }

    #[benchmark]
    fn transfer() -> Result<(), BenchmarkError> {
        let caller = rich_caller::<T>()?;
        let to: T::AccountId = account("new owner", 0, 0);
        enrich::<T>(&to)?;
        let id = deal::<T>(&caller, widest(Slot::Empty))?;

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), id, to.clone(), manifest(2));

        assert!(DealsOf::<T>::contains_key(&to, id));
        Ok(())
    }

    /// The widest deal, in one slot of which a repairer missed its probation: it is paid what it proved before, and loses so much
    /// that its operator counts no more.
    #[benchmark]
    fn decide_probation() -> Result<(), BenchmarkError> {
        let caller: T::AccountId = whitelisted_caller();
        let owner: T::AccountId = account("owner", 0, 0);
        enrich::<T>(&owner)?;
        let repairers = register_many::<T>(0, 1)?;
        let losers = register_many::<T>(1, 1)?;
        let repairer = repairers.first().ok_or(BenchmarkError::Stop("there is no repairer"))?.id;
        let slots = on_probation::<T>(&repairers, &losers);
        let id = deal::<T>(&owner, widest(slots.first().copied().unwrap_or(Slot::Empty)))?;
        bond_to_the_edge::<T>(repairer, Edge::Just)?;
        let periods = Clock::<T>::timing().probation.saturating_add(2);
        prove_no_more::<T>(repairer, periods);
        Now::<T>::mutate(|now| *now = now.saturating_add(Clock::<T>::timing().period.saturating_mul(periods)));

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), id, 0);

        let deal = Deals::<T>::get(id).ok_or(BenchmarkError::Stop("no deal stands"))?;
        assert!(matches!(deal.slots.first(), Some(Slot::Vacant { .. })));
        assert_eq!(ActiveOperators::<T>::get(), 1);
        Ok(())
    }
}
