//! Benchmarks of the calls.

use alloc::{vec, vec::Vec};
use frame_benchmarking::v2::*;
use frame_support::{traits::Get, BoundedVec};
use frame_system::RawOrigin;
use idlewild_storage_primitives::deal::{Slot, MAX_SLOTS};
use pallet_idlewild_clock::{Now, Pallet as Clock};
use pallet_idlewild_providers::benchmark_setup::{enrich, register_many, PRICE};

use crate::{
    benchmark_setup::{
        deal, held, manifest, on_probation, prove_until_end, receipt, request, term, widest, MOST_SLOTS,
    },
    *,
};

fn rich_caller<T: Config>() -> Result<T::AccountId, BenchmarkError> {
    let caller: T::AccountId = whitelisted_caller();
    enrich::<T>(&caller)?;
    Ok(caller)
}

#[benchmarks]
mod benchmarks {
    use super::*;

    /// One deal with a receipt for each slot. Below two slots no deal can stand.
    #[benchmark]
    fn create_deals(r: Linear<2, 96>) -> Result<(), BenchmarkError> {
        let caller = rich_caller::<T>()?;
        let miners = register_many::<T>(0, r)?;
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
        let miners = register_many::<T>(0, u32::from(MOST_SLOTS))?;
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

    /// A deal at its end, all of whose holders are to be paid and have just passed their probation.
    #[benchmark]
    fn settle(s: Linear<2, MAX_SLOTS>) -> Result<(), BenchmarkError> {
        let caller: T::AccountId = whitelisted_caller();
        let owner: T::AccountId = account("owner", 0, 0);
        enrich::<T>(&owner)?;
        let miners = register_many::<T>(0, s)?;
        let id = deal::<T>(&owner, on_probation::<T>(&miners))?;
        T::OnClosed::fill(id, s as u8);
        miners.iter().for_each(|miner| prove_until_end::<T>(miner.id));
        Now::<T>::mutate(|now| *now = now.saturating_add(term::<T>()));
        // No receipt can be valid any more, so that the record goes too.
        frame_system::Pallet::<T>::set_block_number(1_000u32.into());

        #[extrinsic_call]
        _(RawOrigin::Signed(caller), BoundedVec::truncate_from(vec![id]));

        assert!(!Deals::<T>::contains_key(id));
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

    /// The widest deal, with holders on probation that are all paid, and an extension to give back.
    #[benchmark]
    fn cancel() -> Result<(), BenchmarkError> {
        let caller = rich_caller::<T>()?;
        let miners = register_many::<T>(0, u32::from(MOST_SLOTS))?;
        let id = deal::<T>(&caller, on_probation::<T>(&miners))?;
        T::OnClosed::fill(id, MOST_SLOTS);
        Pallet::<T>::extend(RawOrigin::Signed(caller.clone()).into(), id, term::<T>(), PRICE)?;
        miners.iter().for_each(|miner| prove_until_end::<T>(miner.id));
        let age = Clock::<T>::timing().min_term.max(term::<T>().saturating_sub(1));
        Now::<T>::mutate(|now| *now = now.saturating_add(age));
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
}
