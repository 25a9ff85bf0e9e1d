//! # Emission
//!
//! One pool of coins that are mined, and streams that draw from it.
//!
//! Each minute that the network's space was measured in makes some of the pool's coins ready, by the rule of
//! [`idlewild_capacity_primitives::emission`]. Each stream may draw its governed share of them until the next such minute; what
//! nobody drew, because a stream has no payee, was never out of the pool. Coins leave the pool only when an account has them.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod drawing;
mod invariants;
pub mod types;
pub mod weights;

pub use pallet::*;
pub use weights::WeightInfo;

// What the macro writes expects what it knows to be there.
#[allow(clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
    use frame_support::{
        pallet_prelude::*,
        traits::fungible::{Inspect, Mutate},
    };
    use frame_system::pallet_prelude::*;
    use idlewild_capacity_primitives::{emission::Emission, Balance};

    use crate::{
        types::{Ready, Shares, Stream},
        WeightInfo,
    };

    #[pallet::config]
    pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> {
        /// Weights of the calls.
        type WeightInfo: WeightInfo;
        /// The coin.
        type Currency: Inspect<Self::AccountId, Balance = Balance> + Mutate<Self::AccountId>;
        /// How many of its smallest unit a coin has.
        type Unit: Get<Balance>;
        /// Who decides on the streams' shares.
        type GovernOrigin: EnsureOrigin<Self::RuntimeOrigin>;
    }

    /// The layout of what this pallet stores; a later one comes with a migration.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// What is left, and what is carried. Nothing where genesis opened no pool.
    #[pallet::storage]
    pub type Pool<T> = StorageValue<_, Emission>;

    /// Coins that accounts got from the pool, less those that came back.
    #[pallet::storage]
    pub type Credited<T> = StorageValue<_, Balance, ValueQuery>;

    /// Each stream's share of a minute.
    #[pallet::storage]
    pub type CurrentShares<T> = StorageValue<_, Shares, ValueQuery>;

    /// What the last minute made ready and nobody drew yet.
    #[pallet::storage]
    pub type Undrawn<T> = StorageValue<_, Ready, ValueQuery>;

    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// Whether there is a pool.
        pub open: bool,
        #[serde(skip)]
        /// Ties the configuration to its runtime.
        pub _config: core::marker::PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            if self.open {
                Pool::<T>::put(Emission::new(T::Unit::get()));
            }
        }
    }

    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A minute made coins ready.
        Made {
            /// How many.
            amount: Balance,
        },
        /// An account drew coins from a stream.
        Drawn {
            /// The stream.
            stream: Stream,
            /// The account.
            payee: T::AccountId,
            /// How many.
            amount: Balance,
        },
        /// The streams have other shares.
        SharesSet {
            /// The shares.
            shares: Shares,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// The shares come to more than the whole.
        SharesTooLarge,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Sets the share of each stream.
        ///
        /// ## Dispatch Origin
        /// [`Config::GovernOrigin`].
        ///
        /// ## Details
        /// Counts from the next minute on. What the shares leave of the whole stays in the pool.
        ///
        /// ## Errors
        /// [`Error::SharesTooLarge`].
        #[pallet::call_index(0)]
        #[pallet::weight(<T as Config>::WeightInfo::set_shares())]
        pub fn set_shares(origin: OriginFor<T>, shares: Shares) -> DispatchResult {
            T::GovernOrigin::ensure_origin(origin)?;
            ensure!(shares.are_within_the_whole(), Error::<T>::SharesTooLarge);
            CurrentShares::<T>::put(shares);
            Self::deposit_event(Event::SharesSet { shares });
            Ok(())
        }
    }
}
