//! Benchmarks of the calls. Deals have as many slots as they may, and names and sealed keys are as long.

use frame_benchmarking::v2::*;
use frame_support::{
    dispatch::RawOrigin,
    traits::{
        fungible::{Inspect, Mutate},
        Get,
    },
    BoundedVec,
};
use idlewild_shares_primitives::{
    limits::{MAX_NAME, MAX_SEALED},
    Balance, DealId, PublicationId, ShareId,
};
use idlewild_storage_primitives::deal::Slot;
use pallet_idlewild_deals::benchmark_setup::{deal, widest};

use crate::{
    types::{Audience, FileName},
    *,
};

fn name() -> FileName {
    BoundedVec::truncate_from(alloc::vec![b'x'; MAX_NAME as usize])
}

/// An account with coins for whatever is done here.
fn rich<T: Config>(name: &'static str) -> Result<T::AccountId, BenchmarkError> {
    let who: T::AccountId = account(name, 0, 0);
    let deposits = [T::KeyDeposit::get(), T::ShareDeposit::get(), T::PublicationDeposit::get()];
    let coins = deposits.into_iter().fold(CurrencyOf::<T>::minimum_balance(), Balance::saturating_add);
    CurrencyOf::<T>::mint_into(&who, coins.saturating_mul(10))?;
    Ok(who)
}

/// An owner and a deal of its, with as many slots as there may be.
fn owner<T: Config>() -> Result<(T::AccountId, DealId), BenchmarkError> {
    let owner = rich::<T>("owner")?;
    // What a deal holds depends on the runtime's rates.
    CurrencyOf::<T>::mint_into(&owner, Balance::MAX >> 8)?;
    let root = deal::<T>(&owner, widest(Slot::Empty))?;
    Ok((owner, root))
}

/// With an account that announced a key, which is as much as there can be to do.
fn with_receiver<T: Config>() -> Result<Audience<T::AccountId>, BenchmarkError> {
    let account = rich::<T>("receiver")?;
    Pallet::<T>::do_announce_key(account.clone(), [1; 32])?;
    Ok(Audience::Account { account, sealed: BoundedVec::truncate_from(alloc::vec![1; MAX_SEALED as usize]) })
}

fn published<T: Config>() -> Result<(T::AccountId, PublicationId), BenchmarkError> {
    let (owner, root) = owner::<T>()?;
    let id: PublicationId = NextPublication::<T>::get();
    Pallet::<T>::do_publish(owner.clone(), root, [1; 32], [2; 32], u64::MAX, name())?;
    Ok((owner, id))
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn announce_key() -> Result<(), BenchmarkError> {
        let account = rich::<T>("account")?;

        #[extrinsic_call]
        _(RawOrigin::Signed(account.clone()), [1; 32]);

        assert_eq!(Keys::<T>::get(account).map(|announced| announced.key), Some([1; 32]));
        Ok(())
    }

    #[benchmark]
    fn conceal_key() -> Result<(), BenchmarkError> {
        let account = rich::<T>("account")?;
        Pallet::<T>::do_announce_key(account.clone(), [1; 32])?;

        #[extrinsic_call]
        _(RawOrigin::Signed(account.clone()));

        assert!(!Keys::<T>::contains_key(account));
        Ok(())
    }

    #[benchmark]
    fn share() -> Result<(), BenchmarkError> {
        let ((owner, root), audience) = (owner::<T>()?, with_receiver::<T>()?);
        let id: ShareId = NextShare::<T>::get();

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), root, audience, Some(u32::MAX));

        assert!(Shares::<T>::contains_key(id));
        Ok(())
    }

    #[benchmark]
    fn revoke() -> Result<(), BenchmarkError> {
        let ((owner, root), audience) = (owner::<T>()?, with_receiver::<T>()?);
        let id: ShareId = NextShare::<T>::get();
        Pallet::<T>::do_share(owner.clone(), root, audience, Some(u32::MAX))?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), id);

        assert!(!Shares::<T>::contains_key(id));
        Ok(())
    }

    #[benchmark]
    fn publish() -> Result<(), BenchmarkError> {
        let (owner, root) = owner::<T>()?;
        let id: PublicationId = NextPublication::<T>::get();

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), root, [1; 32], [2; 32], u64::MAX, name());

        assert!(Publications::<T>::contains_key(id));
        Ok(())
    }

    #[benchmark]
    fn relocate() -> Result<(), BenchmarkError> {
        let (owner, id) = published::<T>()?;
        let root = deal::<T>(&owner, widest(Slot::Empty))?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), id, root, [3; 32]);

        assert_eq!(Publications::<T>::get(id).map(|record| record.root), Some(root));
        Ok(())
    }

    #[benchmark]
    fn withdraw() -> Result<(), BenchmarkError> {
        let (owner, id) = published::<T>()?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), id);

        assert!(!Publications::<T>::contains_key(id));
        Ok(())
    }
}
