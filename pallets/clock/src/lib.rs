//! # Clock
//!
//! One clock for every deadline of the chain: its blocks since genesis, less those in which a user could not have got a
//! transaction in.
//!
//! A block does not count when its normal transactions took over 70 % of the time or proof size they may take, or when it is
//! longer than 70 % of the length up to which it lets them in, because an honest miner's proof may have been crowded out. After
//! the relay chain has moved on by more than 50 blocks at once, the next 50 blocks do not count either, so that everybody has
//! time to come back after an outage; nor do blocks in which randomness has stayed away for so long that nobody knows what to
//! prove. Timestamps are never used.
//!
//! Of length, all of the block counts: its header, and its inherents with the messages of other chains in them. A transaction is
//! let in or not by the length of the whole block, so that only this tells whether there was room for a proof: a block that
//! counts left 30 % open, whoever took the rest. Nobody gains by long inherents, as deadlines move away and never closer, and an
//! author stops the clock no longer than by leaving out its block.
//!
//! The pallet also holds the chain's [`Timing`]: periods and deadlines on this clock, set at genesis and fixed from then on.
//! And it says which chain this is, for signatures that must not be taken for those of another.

#![cfg_attr(not(feature = "std"), no_std)]

mod identity;
mod invariants;
mod ticking;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;

pub use pallet::*;
pub use weights::WeightInfo;

// What the macro writes expects what it knows to be there.
#[allow(clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
    use frame_support::{pallet_prelude::*, sp_runtime::traits::BlockNumberProvider};
    use frame_system::pallet_prelude::*;
    use idlewild_storage_primitives::{ledger::FailureRule, view::Timing, Clock};

    use crate::{invariants::is_sound, WeightInfo};

    #[pallet::config]
    pub trait Config: frame_system::Config {
        /// The relay-chain block that the current block builds on.
        type RelayNumber: BlockNumberProvider<BlockNumber = u32>;
        /// Weights of the hooks.
        type WeightInfo: WeightInfo;
    }

    /// The layout of what this pallet stores; a later one comes with a migration.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// The clock, as calls of the current block see it.
    #[pallet::storage]
    pub type Now<T> = StorageValue<_, Clock, ValueQuery>;

    /// The relay-chain block that the previous block built on.
    #[pallet::storage]
    pub type LastRelay<T> = StorageValue<_, u32>;

    /// Blocks for which the clock still pauses.
    #[pallet::storage]
    pub type Pause<T> = StorageValue<_, u32, ValueQuery>;

    /// Periods and deadlines.
    #[pallet::storage]
    pub type CurrentTiming<T> = StorageValue<_, Timing, ValueQuery, ProductionTiming>;

    /// Timing for a live chain with blocks every six seconds.
    pub struct ProductionTiming;

    impl Get<Timing> for ProductionTiming {
        fn get() -> Timing {
            const HOUR: Clock = 600;
            const DAY: Clock = 24 * HOUR;
            Timing {
                period: HOUR,
                failure: FailureRule { consecutive: 3, within: 6, window: 24 },
                append_deadline: HOUR,
                rank_window: 20,
                rank_windows: 10,
                claim: 20,
                probation: 2,
                epoch: DAY,
                min_term: 7 * DAY,
                max_term: 2 * 365 * DAY,
            }
        }
    }

    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// Periods and deadlines; those of a live chain where none are given.
        pub timing: Option<Timing>,
        #[serde(skip)]
        /// Ties the configuration to its runtime.
        pub _config: core::marker::PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            if let Some(timing) = self.timing {
                assert!(is_sound(&timing), "timing must have positive periods, and a failure rule that 31 periods can break");
                CurrentTiming::<T>::put(timing);
            }
        }
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(_: BlockNumberFor<T>) -> Weight {
            // What `on_finalize` will take: a block can only be charged for it before it is filled.
            <T as Config>::WeightInfo::on_finalize()
        }

        fn on_finalize(_: BlockNumberFor<T>) {
            Self::advance();
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }
}
