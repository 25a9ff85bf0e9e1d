//! Benchmarks of the calls. Endpoints are as long as they may be, lists as full.

use frame_benchmarking::v2::*;
use frame_support::{
    dispatch::RawOrigin,
    traits::{fungible::Mutate, Contains},
    BoundedVec,
};
use idlewild_buckets_primitives::{
    consent::consent_message,
    limits::{MAX_CREDENTIALS, MAX_GATEWAYS, MAX_SCOPED},
    scopes::Rights,
    KeyNumber,
};
use pallet_idlewild_clock::Pallet as Clock;
use sp_io::crypto::{sr25519_generate, sr25519_sign};
use sp_runtime::{traits::Dispatchable, KeyTypeId};

use crate::{
    benchmark_setup::{endpoint, gateway, rich},
    types::Scopes,
    *,
};

fn scopes() -> Scopes {
    let buckets = BoundedVec::truncate_from((0..u64::from(MAX_SCOPED)).collect());
    Scopes { rights: Rights::ALL, buckets: Some(buckets) }
}

/// An owner with as many gateways as it may have, but for `room`, and the first of them.
fn served<T: Config>(room: u32) -> Result<(T::AccountId, T::AccountId), BenchmarkError>
where
    T::Currency: Mutate<T::AccountId>,
{
    let owner = rich::<T>("owner", 0)?;
    let first = gateway::<T>(&owner, 0)?;
    for index in 1..MAX_GATEWAYS.saturating_sub(room) {
        gateway::<T>(&owner, index)?;
    }
    Ok((owner, first))
}

fn issued<T: Config>(owner: &T::AccountId, gateway: &T::AccountId, count: u32) -> Result<KeyNumber, BenchmarkError> {
    for _ in 0..count {
        Pallet::<T>::do_issue(owner.clone(), gateway.clone(), owner.clone(), scopes())?;
    }
    Ok(0)
}

#[benchmarks(where T::Currency: Mutate<T::AccountId>)]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn register() -> Result<(), BenchmarkError> {
        let (owner, _) = served::<T>(1)?;
        let kind = KeyTypeId(*b"idwg");
        let key = sr25519_generate(kind, None);
        let account: T::AccountId = key.0.into();
        let until = Clock::<T>::now();
        let message = consent_message(&Clock::<T>::genesis(), &owner.clone().into(), &key.0, &[1; 32], &endpoint(), until);
        let signature = sr25519_sign(kind, &key, &message).ok_or("there is no such key")?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner.clone()), account.clone(), [1; 32], [2; 32], endpoint(), 1, until, signature.into());

        assert_eq!(Pallet::<T>::owner_of(&account), Some(owner));
        Ok(())
    }

    #[benchmark]
    fn allow() -> Result<(), BenchmarkError> {
        let (owner, gateway) = served::<T>(0)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), gateway.clone(), 7);

        assert_eq!(Gateways::<T>::get(gateway).map(|record| record.allowance), Some(7));
        Ok(())
    }

    #[benchmark]
    fn set_endpoint() -> Result<(), BenchmarkError> {
        let (_, gateway) = served::<T>(0)?;
        let other = BoundedVec::truncate_from(alloc::vec![b'y'; endpoint().len()]);

        #[extrinsic_call]
        _(RawOrigin::Signed(gateway.clone()), gateway.clone(), other);

        assert!(Gateways::<T>::get(gateway).is_some_and(|record| record.endpoint != endpoint()));
        Ok(())
    }

    #[benchmark]
    fn retire(n: Linear<0, MAX_CREDENTIALS>) -> Result<(), BenchmarkError> {
        let (owner, gateway) = served::<T>(0)?;
        issued::<T>(&owner, &gateway, n)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(gateway.clone()), gateway.clone());

        assert!(!Gateways::<T>::contains_key(&gateway));
        assert_eq!(Credentials::<T>::iter_prefix(gateway).count(), 0);
        Ok(())
    }

    #[benchmark]
    fn issue() -> Result<(), BenchmarkError> {
        let (owner, gateway) = served::<T>(0)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner.clone()), gateway.clone(), owner.clone(), scopes());

        assert!(Credentials::<T>::contains_key(gateway, 0));
        Ok(())
    }

    #[benchmark]
    fn rotate() -> Result<(), BenchmarkError> {
        let (owner, gateway) = served::<T>(0)?;
        let key = issued::<T>(&owner, &gateway, 1)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), gateway.clone(), key);

        assert_eq!(Credentials::<T>::get(gateway, key).map(|credential| credential.generation), Some(1));
        Ok(())
    }

    #[benchmark]
    fn set_scopes() -> Result<(), BenchmarkError> {
        let (owner, gateway) = served::<T>(0)?;
        let key = issued::<T>(&owner, &gateway, 1)?;
        let reader = Scopes { rights: Rights::READ, ..scopes() };

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), gateway.clone(), key, reader.clone());

        assert_eq!(Credentials::<T>::get(gateway, key).map(|credential| credential.scopes), Some(reader));
        Ok(())
    }

    #[benchmark]
    fn revoke() -> Result<(), BenchmarkError> {
        let (owner, gateway) = served::<T>(0)?;
        let key = issued::<T>(&owner, &gateway, 1)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), gateway.clone(), key);

        assert!(!Credentials::<T>::contains_key(gateway, key));
        Ok(())
    }

    /// What stands around the call that is made, with one that does nothing: which calls a gateway may make is the runtime's to say.
    #[benchmark]
    fn act() -> Result<(), BenchmarkError> {
        let (owner, gateway) = served::<T>(0)?;
        let call =
            <T as frame_system::Config>::RuntimeCall::from(frame_system::Call::<T>::remark { remark: Default::default() });

        #[block]
        {
            let mut before = Pallet::<T>::before(&gateway).map_err(|_| BenchmarkError::Stop("the gateway is none"))?;
            let _ = T::Acts::contains(&call);
            call.dispatch(RawOrigin::Signed(owner).into()).map_err(|refused| refused.error)?;
            before.free = before.free.saturating_add(1);
            Pallet::<T>::charge(&gateway, before).map_err(|_| BenchmarkError::Stop("the allowance is spent"))?;
        }

        assert_eq!(Gateways::<T>::get(gateway).map(|record| record.allowance), Some(u128::MAX - 1));
        Ok(())
    }
}
