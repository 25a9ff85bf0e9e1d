//! Benchmarks of the calls. Names are as long as they may be, and programs have a comparator.

use frame_benchmarking::v2::*;
use frame_support::{
    traits::{
        fungible::{Inspect, Mutate},
        Get,
    },
    BoundedVec,
};
use frame_system::RawOrigin;
use idlewild_compute_primitives::{
    hash,
    program::{Bundle, Category, Class, Form, Program},
    AppId,
};

use crate::{
    types::{Name, MAX_NAME, MAX_RETIRED},
    *,
};

/// An account with coins enough for an app with as many versions as one call removes.
fn rich<T: Config>(name: &'static str) -> Result<T::AccountId, BenchmarkError> {
    let who: T::AccountId = account(name, 0, 0);
    let versions = T::VersionDeposit::get().saturating_mul(u128::from(MAX_RETIRED).saturating_add(2));
    let coins = T::AppDeposit::get().saturating_add(versions).saturating_add(T::Currency::minimum_balance());
    T::Currency::mint_into(&who, coins.saturating_mul(2))?;
    Ok(who)
}

fn name() -> Name {
    BoundedVec::truncate_from(alloc::vec![b'x'; MAX_NAME as usize])
}

/// A program that no other number has, and that takes as many bytes as one can.
fn program(number: u32) -> Program {
    let bundle = Bundle { root: u64::MAX, key: [1; 32] };
    Program {
        form: Form::Image,
        digest: hash(&number.to_le_bytes()),
        bundle,
        class: Class::Compared { comparator: [2; 32], bundle },
    }
}

/// An app of `versions` versions, and its publisher.
fn published<T: Config>(versions: u32) -> Result<(T::AccountId, AppId), BenchmarkError> {
    let publisher = rich::<T>("publisher")?;
    let app = NextApp::<T>::get();
    Pallet::<T>::do_publish(publisher.clone(), name(), Category::Rendering, program(0))?;
    for number in 1..versions {
        Pallet::<T>::do_release(publisher.clone(), app, program(number))?;
    }
    Ok((publisher, app))
}

#[benchmarks]
mod benchmarks {
    use super::*;

    #[benchmark]
    fn publish() -> Result<(), BenchmarkError> {
        let publisher = rich::<T>("publisher")?;
        let app = NextApp::<T>::get();

        #[extrinsic_call]
        _(RawOrigin::Signed(publisher), name(), Category::Rendering, program(0));

        assert_eq!(ByName::<T>::get(name()), Some(app));
        Ok(())
    }

    #[benchmark]
    fn release() -> Result<(), BenchmarkError> {
        let (publisher, app) = published::<T>(1)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(publisher), app, program(1));

        assert!(Versions::<T>::contains_key(app, 1));
        Ok(())
    }

    #[benchmark]
    fn yank() -> Result<(), BenchmarkError> {
        let (publisher, app) = published::<T>(1)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(publisher), app, 0);

        assert_eq!(Versions::<T>::get(app, 0).map(|version| version.yanked), Some(true));
        Ok(())
    }

    #[benchmark]
    fn set_category() -> Result<(), BenchmarkError> {
        let (publisher, app) = published::<T>(1)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(publisher), app, Category::Mining);

        assert_eq!(Pallet::<T>::category_of(app), Some(Category::Mining));
        Ok(())
    }

    #[benchmark]
    fn transfer() -> Result<(), BenchmarkError> {
        let (publisher, app) = published::<T>(1)?;
        let to = rich::<T>("to")?;

        #[extrinsic_call]
        _(RawOrigin::Signed(publisher), app, to.clone());

        assert_eq!(Apps::<T>::get(app).map(|record| record.publisher), Some(to));
        Ok(())
    }

    /// Versions of which none was withdrawn, so that each is found by its digest as well.
    #[benchmark]
    fn retire(n: Linear<1, MAX_RETIRED>) -> Result<(), BenchmarkError> {
        let (publisher, app) = published::<T>(n)?;

        #[extrinsic_call]
        _(RawOrigin::Signed(publisher), app, n);

        assert_eq!(Versions::<T>::iter_prefix(app).count(), 0);
        Ok(())
    }
}
