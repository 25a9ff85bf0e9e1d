//! # Proofs
//!
//! That miners still have what they hold, proven in one transaction a miner and period however many slots it has.
//!
//! A miner commits to its slots in a [sum range](idlewild_storage_primitives::sum_range), of which the chain keeps the peaks: the
//! *live* ones, which change with every slot, and the *sealed* ones, a copy made when the miner is first touched in a
//! period. Challenges, proofs and pay use the sealed ones alone, so nothing that is done after the seed is known can
//! dodge a challenge.
//!
//! Before anything else, every call that concerns a miner [touches](Pallet::touch) it: periods that passed unproven are charged,
//! each once, in constant time. Enough of them are a failure, which is final: the count of proven periods is frozen, the peaks are
//! dropped, and every slot of the miner is open for repair.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod invariants;
mod proving;
mod range;
mod views;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
pub mod benchmark_setup;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;

pub use pallet::*;
pub use proving::Touched;
pub use weights::WeightInfo;

// What the macro writes expects what it knows to be there.
#[allow(clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
    use frame_support::{dispatch::PostDispatchInfo, pallet_prelude::*};
    use frame_system::pallet_prelude::*;
    use idlewild_storage_primitives::{
        ledger::Ledger,
        proof::ChunkProof,
        sum_range::Peaks,
        view::{CandidatesView, MinerView, MinersPage, OwedView},
        Balance, Clock, MinerId, PeerKey, Period, CHALLENGES,
    };

    use crate::WeightInfo;

    #[pallet::config]
    pub trait Config:
        frame_system::Config<RuntimeEvent: From<Event<Self>>>
        + pallet_idlewild_clock::Config
        + pallet_idlewild_randomness::Config
        + pallet_idlewild_providers::Config
    {
        /// Weights of the calls.
        type WeightInfo: WeightInfo;
    }

    /// The layout of what this pallet stores; a later one comes with a migration.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// Proven and missed periods of each miner that was ever touched.
    #[pallet::storage]
    pub type Ledgers<T> = StorageMap<_, Twox64Concat, MinerId, Ledger>;

    /// The peaks of what each miner has committed to by now.
    #[pallet::storage]
    pub type Live<T> = StorageMap<_, Twox64Concat, MinerId, Peaks, ValueQuery>;

    /// The peaks that each miner's challenges of the period in its ledger fall on.
    #[pallet::storage]
    pub type Sealed<T> = StorageMap<_, Twox64Concat, MinerId, Peaks, ValueQuery>;

    /// When each failed miner's failure came out, on the clock; its slots are open since then.
    #[pallet::storage]
    pub type FailedAt<T> = StorageMap<_, Twox64Concat, MinerId, Clock>;

    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A miner proved a period.
        Proven {
            /// Which miner.
            miner: MinerId,
            /// Which period.
            period: Period,
            /// Chunks that the proof stands for.
            chunks: u64,
        },
        /// A miner let periods pass unproven and was charged for them.
        Missed {
            /// Which miner.
            miner: MinerId,
            /// How many periods.
            periods: u32,
            /// What it lost.
            slashed: Balance,
        },
        /// A miner failed: all its slots are open.
        Failed {
            /// Which miner.
            miner: MinerId,
            /// In which of its periods that came out.
            period: Period,
        },
        /// Whoever brought misses to light was paid for it.
        ReportPaid {
            /// Whom.
            reporter: T::AccountId,
            /// Whose misses.
            miner: MinerId,
            /// How much.
            amount: Balance,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// The miner failed and cannot prove or hold anything any more.
        MinerFailed,
        /// The proof is for another period than the miner's current one: it comes too late or too early.
        WrongPeriod,
        /// The period's seed is not drawn yet: its challenges are unknown.
        SeedNotDrawn,
        /// The period is proven already.
        AlreadyProven,
        /// The miner had nothing sealed when the period began.
        NothingOwed,
        /// There are fewer or more chunks than challenges.
        WrongNumberOfChunks,
        /// A slot does not stand where the challenge fell: wrong index, stale range, or another position.
        WrongPosition,
        /// A chunk is not what the shard's root says: other bytes, another chunk, another shard, or cut short.
        WrongChunk,
        /// The miner let no period pass unproven.
        NothingMissed,
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
        /// A miner, with what it has proven.
        pub fn miner(id: MinerId) -> Option<MinerView> {
            Self::miner_view(id)
        }

        /// The miner that a peer key belongs to.
        pub fn miner_of_peer(peer_key: PeerKey) -> Option<MinerView> {
            Self::miner_view_of_peer(peer_key)
        }

        /// All miners after `after`, by ascending number.
        pub fn miners(after: Option<MinerId>, limit: u32) -> MinersPage {
            Self::miners_view(after, limit)
        }

        /// Miners after `after` that a new deal may choose for shards of `bytes` bytes, by ascending number.
        pub fn candidates(bytes: u64, after: Option<MinerId>, limit: u32) -> CandidatesView {
            Self::candidates_view(bytes, after, limit)
        }

        /// What a miner owes in its current period, be it touched in it already or not. A failure that only the next touch brings
        /// to light is not told.
        pub fn owed(miner: MinerId) -> Option<OwedView> {
            Self::view(miner)
        }
    }

    #[pallet::call(weight(<T as Config>::WeightInfo))]
    impl<T: Config> Pallet<T> {
        /// Proves that the miner still has what it had sealed when its period began.
        ///
        /// ## Dispatch Origin
        /// Signed, by the miner's operator.
        ///
        /// ## Details
        /// One chunk for each challenge, in their order. The first valid proof of a period pays no fee.
        ///
        /// ## Errors
        /// [`Error::MinerFailed`], [`Error::WrongPeriod`], [`Error::SeedNotDrawn`], [`Error::AlreadyProven`],
        /// [`Error::NothingOwed`], [`Error::WrongNumberOfChunks`], [`Error::WrongPosition`], [`Error::WrongChunk`], and
        /// those of [`owned`](pallet_idlewild_providers::Pallet::owned).
        #[pallet::call_index(0)]
        pub fn prove(
            origin: OriginFor<T>,
            miner: MinerId,
            period: Period,
            proofs: BoundedVec<ChunkProof, ConstU32<CHALLENGES>>,
        ) -> DispatchResultWithPostInfo {
            let operator = ensure_signed(origin)?;
            let valid = Self::do_prove(operator, miner, period, &proofs)?;
            Ok(PostDispatchInfo { actual_weight: None, pays_fee: if valid { Pays::No } else { Pays::Yes } })
        }

        /// Brings to light that a miner let periods pass unproven, and takes a bounty out of what that costs the miner.
        ///
        /// ## Dispatch Origin
        /// Signed, by anybody.
        ///
        /// ## Details
        /// The bounty is that of a slot without chunks, and at most half of what the misses cost. Where they are a failure, the
        /// bounties for the miner's slots come out of that half first, and the caller has what they leave of it. What goes
        /// neither to the caller nor to repairs is destroyed. Any other call that touches the miner charges the misses as well,
        /// and leaves nothing to report.
        ///
        /// ## Errors
        /// [`Error::NothingMissed`], [`Error::MinerFailed`],
        /// [`NoSuchMiner`](pallet_idlewild_providers::Error::NoSuchMiner).
        #[pallet::call_index(1)]
        pub fn report_missed(origin: OriginFor<T>, miner: MinerId) -> DispatchResult {
            let reporter = ensure_signed(origin)?;
            Self::do_report_missed(reporter, miner)
        }
    }
}
