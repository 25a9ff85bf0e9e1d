//! # Clock
//!
//! One clock for every deadline of the chain: its blocks since genesis, less those in which a user could not have got a
//! transaction in.
//!
//! A block does not count when its normal transactions took over 70 % of the time, proof size or length they may take, because
//! an honest miner's proof may have been crowded out. After the relay chain has moved on by more than 50 blocks at once, the next
//! 50 blocks do not count either, so that everybody has time to come back after an outage; nor do blocks in which randomness has
//! stayed away for so long that nobody knows what to prove. Timestamps are never used.
//!
//! The pallet also holds the chain's [`Timing`]: periods and deadlines on this clock, set at genesis and fixed from then on.

#![cfg_attr(not(feature = "std"), no_std)]

pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;

pub use pallet::*;
pub use weights::WeightInfo;

#[frame_support::pallet]
pub mod pallet {
    use frame_support::{
        dispatch::DispatchClass,
        pallet_prelude::*,
        sp_runtime::{traits::BlockNumberProvider, Perbill},
    };
    use frame_system::pallet_prelude::*;
    use idlewild_storage_primitives::{ledger::FailureRule, view::Timing, Clock};

    use crate::WeightInfo;

    /// Share of the normal class beyond which a block is crowded.
    const CROWDED: Perbill = Perbill::from_percent(70);
    /// Relay-chain blocks that may pass between two of ours before the clock pauses, and for how many of ours it then does.
    const OUTAGE: u32 = 50;

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

    /// That a period leaves each collator a few blocks cannot be told from here: who makes a genesis must see to it.
    fn is_sound(timing: &Timing) -> bool {
        let Timing { period, failure, append_deadline, rank_window, claim, probation, epoch, min_term, max_term, .. } = *timing;
        period > 0
            && (1..=31).contains(&failure.window)
            && (1..=31).contains(&failure.consecutive)
            && (1..=failure.window).contains(&failure.within)
            && append_deadline > 0
            && rank_window > 0
            && claim > 0
            && probation > 0
            && probation < 64
            && epoch > 0
            && min_term >= period
            && max_term >= min_term
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(_: BlockNumberFor<T>) -> Weight {
            // What `on_finalize` will take: a block can only be charged for it before it is filled.
            <T as Config>::WeightInfo::on_finalize()
        }

        fn on_finalize(_: BlockNumberFor<T>) {
            let relay = T::RelayNumber::current_block_number();
            let gap = LastRelay::<T>::get().map_or(0, |last| relay.saturating_sub(last));
            LastRelay::<T>::put(relay);
            let pause = if gap > OUTAGE { OUTAGE } else { Pause::<T>::get() };
            if let Some(left) = pause.checked_sub(1) {
                Pause::<T>::put(left);
            } else if !Self::is_crowded() {
                Now::<T>::mutate(|now| *now = now.saturating_add(1));
            }
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    impl<T: Config> Pallet<T> {
        /// The clock now.
        pub fn now() -> Clock {
            Now::<T>::get()
        }

        /// Periods and deadlines.
        pub fn timing() -> Timing {
            CurrentTiming::<T>::get()
        }

        /// Makes the present block one that does not count: for pallets without whose work nobody can keep a deadline.
        pub fn leave_block_out() {
            Pause::<T>::mutate(|pause| *pause = (*pause).max(1));
        }

        /// Whether normal transactions took more of this block than leaves everybody room.
        fn is_crowded() -> bool {
            let limits = T::BlockWeights::get();
            let most = limits.get(DispatchClass::Normal).max_total.unwrap_or(limits.max_block);
            let used = frame_system::BlockWeight::<T>::get();
            let used = used.get(DispatchClass::Normal);
            let longest = *T::BlockLength::get().max.get(DispatchClass::Normal);
            used.ref_time() > CROWDED.mul_floor(most.ref_time())
                || used.proof_size() > CROWDED.mul_floor(most.proof_size())
                || frame_system::Pallet::<T>::block_size() > CROWDED.mul_floor(longest)
        }

        /// Checks that the clock never ran ahead of the blocks and that timing is sound.
        pub fn do_try_state() -> Result<(), sp_runtime::TryRuntimeError> {
            let blocks = frame_system::Pallet::<T>::block_number();
            ensure!(BlockNumberFor::<T>::from(Now::<T>::get()) <= blocks, "the clock is ahead of the blocks");
            ensure!(Pause::<T>::get() <= OUTAGE, "the clock pauses for too long");
            ensure!(is_sound(&Self::timing()), "timing is unsound");
            Ok(())
        }
    }
}
