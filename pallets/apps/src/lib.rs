//! # Apps
//!
//! Published programs: versions, determinism classes, categories.
//!
//! An app has a name that is unique and never freed, a category that providers choose by, and versions, each a program pinned to its
//! bytes. A version is never changed; its publisher may withdraw it, after which no new project can use it, while those that run go
//! on: a project carries its program itself.
//!
//! A class is declared, and may be wrong. Where replicas of a pinned container were shown not to repeat each other, the program
//! [falls](Pallet::fall): from then on it counts as metered for the requester whose project showed that, and for nobody else. Else
//! anybody could have five machines of its own disagree, and take the comparison away from all who use the program. A deterministic
//! module never falls: under its profile a result that differs is a fault of who gave it.
//!
//! Money: what is on hold for an account under [`HoldReason::Deposit`] is, to the unit, the sum of the deposits of its apps.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod catalogue;
mod classes;
mod invariants;
pub mod types;
mod views;
pub mod weights;

pub use pallet::*;
pub use weights::WeightInfo;

// What the macro writes expects what it knows to be there.
#[allow(clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
    use alloc::vec::Vec;
    use frame_support::{
        pallet_prelude::*,
        traits::fungible::{Inspect, Mutate, MutateHold},
    };
    use frame_system::pallet_prelude::*;
    use idlewild_compute_primitives::{
        program::{Category, Program},
        view::AppView,
        AppId, Balance, Digest,
    };

    use crate::{
        types::{App, Name, Version},
        WeightInfo,
    };

    #[pallet::config]
    pub trait Config:
        frame_system::Config<RuntimeEvent: From<Event<Self>>, AccountId: Into<[u8; 32]> + From<[u8; 32]>>
    {
        /// Weights of the calls.
        type WeightInfo: WeightInfo;
        /// The native coin.
        type Currency: Inspect<Self::AccountId, Balance = Balance>
            + Mutate<Self::AccountId>
            + MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>;
        /// The runtime's reasons for holding coins.
        type RuntimeHoldReason: From<HoldReason>;
        /// What its publisher has on hold for an app, and for its name.
        #[pallet::constant]
        type AppDeposit: Get<Balance>;
        /// What the publisher has on hold for each version besides.
        #[pallet::constant]
        type VersionDeposit: Get<Balance>;
    }

    /// Why this pallet holds coins.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// They stand for what the chain keeps of an app and its versions.
        #[codec(index = 0)]
        Deposit,
    }

    /// The layout of what this pallet stores; a later one comes with a migration.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// The number of the next app.
    #[pallet::storage]
    pub type NextApp<T> = StorageValue<_, AppId, ValueQuery>;

    /// Apps by number.
    #[pallet::storage]
    pub type Apps<T: Config> = StorageMap<_, Twox64Concat, AppId, App<T::AccountId>>;

    /// Apps by name.
    #[pallet::storage]
    pub type ByName<T> = StorageMap<_, Blake2_128Concat, Name, AppId>;

    /// Versions of each app.
    #[pallet::storage]
    pub type Versions<T> = StorageDoubleMap<_, Twox64Concat, AppId, Twox64Concat, u32, Version>;

    /// Which version of an app has these bytes, of those that are not withdrawn.
    #[pallet::storage]
    pub type ByDigest<T> = StorageDoubleMap<_, Twox64Concat, AppId, Blake2_128Concat, Digest, u32>;

    /// Programs whose results were shown not to repeat, each with the requester to whom that was shown.
    #[pallet::storage]
    pub type Fallen<T: Config> = StorageDoubleMap<_, Blake2_128Concat, Digest, Blake2_128Concat, T::AccountId, ()>;

    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// An app was published.
        Published {
            /// Its number.
            app: AppId,
            /// Who publishes it.
            publisher: T::AccountId,
            /// Its name, as UTF-8.
            name: Name,
            /// What it is for.
            category: Category,
        },
        /// An app has a new version.
        Released {
            /// Which app.
            app: AppId,
            /// The version's number.
            version: u32,
            /// The digest of its bytes.
            digest: Digest,
        },
        /// A version was withdrawn: no new project can use it.
        Yanked {
            /// Which app.
            app: AppId,
            /// Which version.
            version: u32,
        },
        /// An app is for something else.
        CategorySet {
            /// Which app.
            app: AppId,
            /// What it is for now.
            category: Category,
        },
        /// An app has another publisher, who has its deposits as well.
        Transferred {
            /// Which app.
            app: AppId,
            /// Who published it.
            from: T::AccountId,
            /// Who publishes it now.
            to: T::AccountId,
        },
        /// An app was ended, and versions of it removed.
        Retired {
            /// Which app.
            app: AppId,
            /// Versions that are still recorded, and can be removed by the same call.
            left: u32,
        },
        /// Results of a program were shown not to repeat: for this requester it is metered from now on, unless it runs as a deterministic
        /// module.
        Fell {
            /// The digest of its bytes.
            digest: Digest,
            /// Whose project showed it.
            requester: T::AccountId,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// There is no app of that number.
        NoSuchApp,
        /// The app has no version of that number, or no more.
        NoSuchVersion,
        /// The caller does not publish the app.
        NotPublisher,
        /// The name is not 3 to 63 lower-case letters, digits and hyphens, or has a hyphen at an edge.
        BadName,
        /// An app has, or had, that name.
        NameTaken,
        /// The program's class does not go with its form: only a module is deterministic.
        UnsoundProgram,
        /// A version of the app that is not withdrawn has the same bytes.
        AlreadyReleased,
        /// The version is withdrawn already.
        AlreadyYanked,
        /// The app was ended.
        IsRetired,
        /// The app has that category already.
        SameCategory,
        /// The account publishes the app already.
        SamePublisher,
        /// The account has no coins, so that no deposit can be on hold there.
        NoSuchAccount,
        /// The caller has not enough free coins for the deposit, beside those that keep its account alive.
        NotEnoughCoins,
        /// The app has no version with these bytes that is not withdrawn.
        NotOfApp,
        /// The app's version has these bytes, but another form or, by now, another class.
        OtherClass,
        /// At least one version has to be removed at once, and at most 64.
        BadLimit,
        /// No more apps can be numbered, or versions of this one.
        TooMany,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::view_functions]
    impl<T: Config> Pallet<T> {
        /// An app, with its newest versions.
        pub fn app(id: AppId) -> Option<AppView> {
            Self::app_view(id)
        }

        /// The app of a name.
        pub fn app_named(name: Vec<u8>) -> Option<AppView> {
            Self::app_named_view(name)
        }

        /// Some apps that were not ended, by ascending number, and the number after which the next page begins. A page may be empty
        /// though there is a next one.
        pub fn apps(after: Option<AppId>, limit: u32) -> (Vec<AppView>, Option<AppId>) {
            Self::apps_view(after, limit)
        }

        /// How far a program's results repeat, by what is known by now to a requester.
        pub fn class(program: Program, requester: [u8; 32]) -> idlewild_compute_primitives::program::Class {
            Self::class_of(&program, &requester.into())
        }
    }

    #[pallet::call(weight(<T as Config>::WeightInfo))]
    impl<T: Config> Pallet<T> {
        /// Publishes an app with its first version.
        ///
        /// ## Dispatch Origin
        /// Signed, by the account that will be its publisher.
        ///
        /// ## Details
        /// Deposits for the app and the version are put on hold. The name is the app's for ever, also after it is ended: whoever knows
        /// it by name never gets somebody else's. Nobody checks whether bytes of that digest are where the program says.
        ///
        /// ## Errors
        /// [`Error::BadName`], [`Error::NameTaken`], [`Error::UnsoundProgram`], [`Error::NotEnoughCoins`], [`Error::TooMany`].
        #[pallet::call_index(0)]
        pub fn publish(origin: OriginFor<T>, name: Name, category: Category, program: Program) -> DispatchResult {
            let publisher = ensure_signed(origin)?;
            Self::do_publish(publisher, name, category, program)
        }

        /// Adds a version to an app.
        ///
        /// ## Dispatch Origin
        /// Signed, by the app's publisher.
        ///
        /// ## Details
        /// A deposit for it is put on hold. Versions are numbered from 0. Bytes that were withdrawn may be released anew, with another
        /// class for instance.
        ///
        /// ## Errors
        /// [`Error::NoSuchApp`], [`Error::NotPublisher`], [`Error::IsRetired`], [`Error::UnsoundProgram`],
        /// [`Error::AlreadyReleased`], [`Error::NotEnoughCoins`], [`Error::TooMany`].
        #[pallet::call_index(1)]
        pub fn release(origin: OriginFor<T>, app: AppId, program: Program) -> DispatchResult {
            let publisher = ensure_signed(origin)?;
            Self::do_release(publisher, app, program)
        }

        /// Withdraws a version, so that no new project can use it.
        ///
        /// ## Dispatch Origin
        /// Signed, by the app's publisher.
        ///
        /// ## Details
        /// Projects that use it go on. The version stays on record, and its deposit on hold, until the app is
        /// [retired](Pallet::retire): what was run can be looked up.
        ///
        /// ## Errors
        /// [`Error::NoSuchApp`], [`Error::NotPublisher`], [`Error::NoSuchVersion`], [`Error::AlreadyYanked`].
        #[pallet::call_index(2)]
        pub fn yank(origin: OriginFor<T>, app: AppId, version: u32) -> DispatchResult {
            let publisher = ensure_signed(origin)?;
            Self::do_yank(publisher, app, version)
        }

        /// Says that an app is for something else.
        ///
        /// ## Dispatch Origin
        /// Signed, by the app's publisher.
        ///
        /// ## Errors
        /// [`Error::NoSuchApp`], [`Error::NotPublisher`], [`Error::SameCategory`].
        #[pallet::call_index(3)]
        pub fn set_category(origin: OriginFor<T>, app: AppId, category: Category) -> DispatchResult {
            let publisher = ensure_signed(origin)?;
            Self::do_set_category(publisher, app, category)
        }

        /// Makes somebody else the publisher, and gives the deposits to it.
        ///
        /// ## Dispatch Origin
        /// Signed, by the app's publisher.
        ///
        /// ## Details
        /// The deposits stay on hold, on the new publisher's account. So it needs no coins for it, and need not agree. Its account must
        /// exist.
        ///
        /// ## Errors
        /// [`Error::NoSuchApp`], [`Error::NotPublisher`], [`Error::SamePublisher`], [`Error::NoSuchAccount`]; those of the currency
        /// where the new publisher has as many reasons to stay as it may.
        #[pallet::call_index(4)]
        pub fn transfer(origin: OriginFor<T>, app: AppId, to: T::AccountId) -> DispatchResult {
            let publisher = ensure_signed(origin)?;
            Self::do_transfer(publisher, app, to)
        }

        /// Ends an app for good, and removes its oldest `limit` versions.
        ///
        /// ## Dispatch Origin
        /// Signed, by the app's publisher.
        ///
        /// ## Details
        /// From the first such call on no new project can use any version. The deposits of versions that are removed are released; call
        /// it again for the rest. The app itself stays on record with its name and its own deposit, so that nobody can take the name.
        ///
        /// ## Errors
        /// [`Error::NoSuchApp`], [`Error::NotPublisher`], [`Error::BadLimit`]; [`Error::IsRetired`] where nothing is left to remove.
        #[pallet::call_index(5)]
        #[pallet::weight(<T as Config>::WeightInfo::retire(*limit))]
        pub fn retire(origin: OriginFor<T>, app: AppId, limit: u32) -> DispatchResult {
            let publisher = ensure_signed(origin)?;
            Self::do_retire(publisher, app, limit)
        }
    }
}
