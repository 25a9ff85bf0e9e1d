//! Benchmarks of the calls. Buckets have as many heads and grants as they may, and labels and keys are as long.

use frame_benchmarking::v2::*;
use frame_support::{
    dispatch::RawOrigin,
    traits::{
        fungible::{Inspect, Mutate},
        Get,
    },
    BoundedVec,
};
use idlewild_buckets_primitives::{
    head::Head,
    limits::{MAX_GRANTS, MAX_HEADS, MAX_LABEL, MAX_LEASE, MAX_SEALED},
    salt::{salt, tag_of},
    BucketId,
};
use idlewild_storage_primitives::{deal::Slot, Balance, DealId};
use pallet_idlewild_deals::{
    benchmark_setup::{deal, widest},
    Deals,
};
use pallet_idlewild_gateways::{
    benchmark_setup::{gateway, rich},
    Pallet as Gateways,
};

use crate::{
    types::{Label, Replaced, Sealed},
    *,
};

fn label(byte: u8) -> Label {
    BoundedVec::truncate_from(alloc::vec![byte; MAX_LABEL as usize])
}

fn sealed() -> Sealed {
    BoundedVec::truncate_from(alloc::vec![1; MAX_SEALED as usize])
}

/// An owner with coins for a bucket with as many grants as there may be, and its gateways.
fn owner<T: Config>(gateways: u32) -> Result<(T::AccountId, alloc::vec::Vec<T::AccountId>), BenchmarkError>
where
    CurrencyOf<T>: Mutate<T::AccountId>,
{
    let owner = rich::<T>("owner", 0)?;
    let grants = T::GrantDeposit::get().saturating_mul(MAX_GRANTS.into());
    let coins = grants.saturating_add(T::BucketDeposit::get()).saturating_add(CurrencyOf::<T>::minimum_balance());
    CurrencyOf::<T>::mint_into(&owner, coins.saturating_mul(10))?;
    let gateways = (0..gateways).map(|index| gateway::<T>(&owner, index)).collect::<Result<_, _>>()?;
    Ok((owner, gateways))
}

/// A bucket that so many gateways have the key of, with its owner and those that have it.
#[allow(clippy::type_complexity)]
fn shared<T: Config>(grants: u32) -> Result<(BucketId, T::AccountId, alloc::vec::Vec<T::AccountId>), BenchmarkError>
where
    CurrencyOf<T>: Mutate<T::AccountId>,
{
    let (owner, gateways) = owner::<T>(MAX_GRANTS)?;
    let id = NextBucket::<T>::get();
    Pallet::<T>::do_create(owner.clone(), label(1), sealed(), None)?;
    for gateway in gateways.iter().take(grants as usize) {
        Pallet::<T>::do_grant(owner.clone(), id, gateway.clone(), sealed())?;
    }
    Ok((id, owner, gateways))
}

/// One of the gateways of a bucket, which may write it, with as many heads as there may be.
fn written<T: Config>() -> Result<(BucketId, T::AccountId), BenchmarkError>
where
    CurrencyOf<T>: Mutate<T::AccountId>,
{
    let (id, _, gateways) = shared::<T>(MAX_GRANTS)?;
    let holder = gateways.first().cloned().ok_or("there is no gateway")?;
    Pallet::<T>::do_acquire(holder.clone(), id, MAX_LEASE)?;
    for sequence in 0..u64::from(MAX_HEADS) {
        let head = Head { epoch: 1, sequence, hash: [sequence as u8; 32], salt: [1; 16] };
        Pallet::<T>::do_commit(holder.clone(), id, head, Replaced::default())?;
    }
    Ok((id, holder))
}

/// A bucket, a gateway that may write it, its owner, and a deal with as many slots as there may be that the gateway stored for it.
fn stored<T: Config>() -> Result<(BucketId, T::AccountId, T::AccountId, DealId), BenchmarkError>
where
    CurrencyOf<T>: Mutate<T::AccountId>,
{
    let (id, holder) = written::<T>()?;
    let owner = Buckets::<T>::get(id).map(|record| record.owner).ok_or("there is no bucket")?;
    // What a deal holds depends on the runtime's rates.
    CurrencyOf::<T>::mint_into(&owner, Balance::MAX >> 8)?;
    let stored = deal::<T>(&owner, widest(Slot::Empty))?;
    let tag = tag_of(id, &holder.clone().into());
    Deals::<T>::mutate(stored, |record| {
        if let Some(record) = record {
            record.salt = salt(tag, 1);
        }
    });
    Ok((id, holder, owner, stored))
}

#[benchmarks(where CurrencyOf<T>: Mutate<T::AccountId>)]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn create() -> Result<(), BenchmarkError> {
        let (owner, mut gateways) = owner::<T>(MAX_GRANTS)?;
        let id = NextBucket::<T>::get();
        let granted = gateways.pop().map(|gateway| (gateway, sealed()));

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), label(1), sealed(), granted);

        assert_eq!(Buckets::<T>::get(id).map(|record| record.grants), Some(1));
        Ok(())
    }

    #[benchmark]
    fn grant() -> Result<(), BenchmarkError> {
        let (id, owner, mut gateways) = shared::<T>(MAX_GRANTS.saturating_sub(1))?;
        let last = gateways.pop().ok_or("there is no gateway")?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), id, last.clone(), sealed());

        assert!(Grants::<T>::contains_key(id, last));
        Ok(())
    }

    #[benchmark]
    fn withdraw() -> Result<(), BenchmarkError> {
        let (id, owner, mut gateways) = shared::<T>(MAX_GRANTS)?;
        let last = gateways.pop().ok_or("there is no gateway")?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), id, last.clone());

        assert!(!Grants::<T>::contains_key(id, last));
        Ok(())
    }

    /// After a lease that is over because its holder retired, which is asked too.
    #[benchmark]
    fn acquire() -> Result<(), BenchmarkError> {
        let (id, _, gateways) = shared::<T>(MAX_GRANTS)?;
        let [first, second, ..] = gateways.as_slice() else { return Err("there are no two gateways".into()) };
        Pallet::<T>::do_acquire(first.clone(), id, MAX_LEASE)?;
        pallet_idlewild_gateways::Gateways::<T>::remove(first);

        #[extrinsic_call]
        _(RawOrigin::Signed(second.clone()), id, MAX_LEASE);

        assert_eq!(Buckets::<T>::get(id).map(|record| record.epoch), Some(2));
        Ok(())
    }

    #[benchmark]
    fn release() -> Result<(), BenchmarkError> {
        let (id, holder) = written::<T>()?;

        #[extrinsic_call]
        _(RawOrigin::Signed(holder), id);

        assert!(Buckets::<T>::get(id).is_some_and(|record| record.lease.is_none()));
        Ok(())
    }

    /// In the place of all heads that there may be.
    #[benchmark]
    fn commit() -> Result<(), BenchmarkError> {
        let (id, holder) = written::<T>()?;
        let replaces = BoundedVec::truncate_from((0..MAX_HEADS).map(|hash| [hash as u8; 32]).collect());

        #[extrinsic_call]
        _(RawOrigin::Signed(holder), id, 1, 1_000, [255; 32], [2; 16], replaces);

        assert_eq!(Buckets::<T>::get(id).map(|record| record.heads.len()), Some(1));
        Ok(())
    }

    #[benchmark]
    fn remove(n: Linear<0, MAX_GRANTS>) -> Result<(), BenchmarkError> {
        let (id, owner, _) = shared::<T>(n)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), id);

        assert_eq!(Grants::<T>::iter_prefix(id).count(), 0);
        assert!(!Buckets::<T>::contains_key(id));
        Ok(())
    }

    #[benchmark]
    fn set_label() -> Result<(), BenchmarkError> {
        let (id, owner, _) = shared::<T>(0)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), id, label(2));

        assert_eq!(Buckets::<T>::get(id).map(|record| record.label), Some(label(2)));
        Ok(())
    }

    #[benchmark]
    fn publish() -> Result<(), BenchmarkError> {
        let (id, owner, _) = shared::<T>(0)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), id, [7; 32]);

        assert_eq!(Buckets::<T>::get(id).and_then(|record| record.public), Some([7; 32]));
        Ok(())
    }

    /// What is asked before the deal ends: its end is weighed as that of any other.
    #[benchmark]
    fn drop_deal() -> Result<(), BenchmarkError> {
        let (id, holder, owner, stored) = stored::<T>()?;
        let found;

        #[block]
        {
            found = Pallet::<T>::owner_of_stored(&holder, &holder, id, stored)?;
        }

        assert!(found == owner);
        Ok(())
    }

    /// What is asked before the deal goes on, and the allowance: that it goes on is weighed as that of any other.
    #[benchmark]
    fn prolong_deal() -> Result<(), BenchmarkError> {
        let (id, holder, owner, stored) = stored::<T>()?;
        let found;

        #[block]
        {
            found = Pallet::<T>::owner_of_stored(&holder, &holder, id, stored)?;
            Gateways::<T>::spending(&holder, |_| Ok(()))?;
        }

        assert!(found == owner);
        Ok(())
    }
}
