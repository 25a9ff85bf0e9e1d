//! Benchmarks of the calls. Names are as long as they may be, and what a call may move on hold is on hold.

use frame_benchmarking::v2::*;
use frame_support::{
    traits::{
        fungible::{Inspect, Mutate},
        Get,
    },
    BoundedVec,
};
use frame_system::RawOrigin;
use idlewild_compute_primitives::{Balance, OrganisationId};

use crate::{
    administration::Coins,
    types::{Name, MAX_NAME},
    *,
};

/// An account with coins enough for whatever is on hold for an organisation.
fn rich<T: Config>(name: &'static str) -> Result<T::AccountId, BenchmarkError> {
    let who: T::AccountId = account(name, 0, 0);
    let deposits = T::OrganisationDeposit::get().saturating_add(T::MemberDeposit::get());
    Coins::<T>::mint_into(&who, deposits.saturating_add(Coins::<T>::minimum_balance()).saturating_mul(10))?;
    Ok(who)
}

fn name() -> Name {
    BoundedVec::truncate_from(alloc::vec![b'x'; MAX_NAME as usize])
}

/// An organisation with coins, and its owner.
fn founded<T: Config>() -> Result<(T::AccountId, OrganisationId), BenchmarkError> {
    let owner = rich::<T>("owner")?;
    let organisation = NextOrganisation::<T>::get();
    Pallet::<T>::do_found(owner.clone(), name())?;
    Coins::<T>::mint_into(&Pallet::<T>::account_of(organisation), coins::<T>())?;
    Ok((owner, organisation))
}

/// The same with a member.
fn with_member<T: Config>() -> Result<(T::AccountId, OrganisationId, T::AccountId), BenchmarkError> {
    let (owner, organisation) = founded::<T>()?;
    let member: T::AccountId = account("member", 0, 0);
    Pallet::<T>::do_add_member(owner.clone(), organisation, member.clone(), coins::<T>())?;
    Ok((owner, organisation, member))
}

/// What an organisation has.
fn coins<T: Config>() -> Balance {
    Coins::<T>::minimum_balance().saturating_mul(10)
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn found() -> Result<(), BenchmarkError> {
        let owner = rich::<T>("owner")?;
        let organisation = NextOrganisation::<T>::get();

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), name());

        assert!(Organisations::<T>::contains_key(organisation));
        Ok(())
    }

    #[benchmark]
    fn add_member() -> Result<(), BenchmarkError> {
        let (owner, organisation) = founded::<T>()?;
        let member: T::AccountId = account("member", 0, 0);

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), organisation, member.clone(), 1);

        assert!(Pallet::<T>::is_member(organisation, &member));
        Ok(())
    }

    #[benchmark]
    fn set_quota() -> Result<(), BenchmarkError> {
        let (owner, organisation, member) = with_member::<T>()?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), organisation, member.clone(), 7);

        assert_eq!(Members::<T>::get(organisation, &member).map(|record| record.quota), Some(7));
        Ok(())
    }

    /// One that used nothing, so that its deposit is released.
    #[benchmark]
    fn remove_member() -> Result<(), BenchmarkError> {
        let (owner, organisation, member) = with_member::<T>()?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), organisation, member.clone());

        assert!(!Members::<T>::contains_key(organisation, &member));
        Ok(())
    }

    #[benchmark]
    fn hand_over() -> Result<(), BenchmarkError> {
        let (owner, organisation, _) = with_member::<T>()?;
        let to = rich::<T>("to")?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), organisation, to.clone());

        assert_eq!(Organisations::<T>::get(organisation).map(|record| record.owner), Some(to));
        Ok(())
    }

    /// Everything, to an account that does not exist yet: one account ends and one begins.
    #[benchmark]
    fn withdraw() -> Result<(), BenchmarkError> {
        let (owner, organisation) = founded::<T>()?;
        let to: T::AccountId = account("to", 0, 0);

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), organisation, to.clone(), coins::<T>());

        assert_eq!(Coins::<T>::balance(&to), coins::<T>());
        Ok(())
    }

    /// One with coins left on its account.
    #[benchmark]
    fn dissolve() -> Result<(), BenchmarkError> {
        let (owner, organisation) = founded::<T>()?;

        #[extrinsic_call]
        _(RawOrigin::Signed(owner), organisation);

        assert!(!Organisations::<T>::contains_key(organisation));
        Ok(())
    }
}
