//! # Randomness
//!
//! One seed for each moment of the [clock](pallet_idlewild_clock), from the first randomness that arrives at or after it, kept
//! in a ring for as long as any draw may ask.
//!
//! On a live chain randomness is the relay chain's per-block VRF output, proven in the relay-chain state that every block carries.
//! Nothing that comes with it or after it is folded in: an author could grind a parent hash. Where genesis says
//! [`Origin::Relay`], a block that does not carry the value is invalid, so that no collator can skip an unwelcome one for
//! free; a value proven to be absent (the relay chain had a plain secondary slot) postpones the draw.
//! [`Origin::ParentHash`] is for development chains, which have no relay chain.

#![cfg_attr(not(feature = "std"), no_std)]

mod drawing;
mod invariants;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;

pub use pallet::*;
pub use weights::WeightInfo;

// What the macro writes expects what it knows to be there.
#[allow(clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
    use frame_support::pallet_prelude::*;
    use frame_system::pallet_prelude::*;
    use idlewild_storage_primitives::{hash::hash, Clock};
    use scale_info::TypeInfo;

    use crate::{
        invariants::{comes_early_enough, is_kept_long_enough},
        WeightInfo,
    };

    /// Moments for which seeds are kept: over three production periods of an hour.
    pub const RING: u32 = 2048;
    /// Most moments that one draw seeds; later ones wait for the next.
    pub(crate) const MOST_AT_ONCE: u32 = 16;
    /// Proof size of the way down to one place of the ring, which writing it takes and no measured read accounts for: three
    /// branches of sixteen hashes each and the value, rounded up.
    const PROOF_OF_PLACE: u64 = 2_048;

    /// Where randomness comes from.
    #[derive(
        Clone,
        Copy,
        Debug,
        Default,
        PartialEq,
        Eq,
        Encode,
        Decode,
        DecodeWithMemTracking,
        MaxEncodedLen,
        TypeInfo,
        serde::Serialize,
        serde::Deserialize,
    )]
    #[serde(rename_all = "camelCase")]
    pub enum Origin {
        /// The relay chain's VRF output.
        #[default]
        Relay,
        /// The parent block's hash, which its author can grind: development only.
        ParentHash,
    }

    #[pallet::config]
    pub trait Config: frame_system::Config + pallet_idlewild_clock::Config {
        /// Weights of the hooks.
        type WeightInfo: WeightInfo;
    }

    /// The layout of what this pallet stores; a later one comes with a migration.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// Where randomness comes from; fixed at genesis.
    #[pallet::storage]
    pub type Source<T> = StorageValue<_, Origin, ValueQuery>;

    /// Seeds by moment modulo [`RING`], each with the moment it is for.
    #[pallet::storage]
    pub type Seeds<T> = StorageMap<_, Identity, u32, (Clock, [u8; 32])>;

    /// The last value that arrived, and the block it came in.
    #[pallet::storage]
    pub type Latest<T: Config> = StorageValue<_, (BlockNumberFor<T>, [u8; 32])>;

    /// The first moment that has no seed yet.
    #[pallet::storage]
    pub type Next<T> = StorageValue<_, Clock, ValueQuery>;

    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// Where randomness comes from.
        pub source: Origin,
        #[serde(skip)]
        /// Ties the configuration to its runtime.
        pub _config: core::marker::PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            assert!(is_kept_long_enough::<T>(), "the ring must keep a period's seed for as long as the period lasts");
            assert!(
                comes_early_enough::<T>(self.source),
                "a period must have a block left after its seed has come: make it longer than 10 blocks where randomness is \
                the relay chain's, and than 2 where it is the parent hash's"
            );
            Source::<T>::put(self.source);
        }
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        fn on_initialize(_: BlockNumberFor<T>) -> Weight {
            if Source::<T>::get() == Origin::ParentHash {
                let parent = frame_system::Pallet::<T>::parent_hash();
                Self::draw(hash(parent.as_ref()));
            }
            // Accounted for here for either source, as the relay chain's comes in with an inherent, and for as many seeds as
            // one value may make.
            let places = Weight::from_parts(0, PROOF_OF_PLACE).saturating_mul(u64::from(MOST_AT_ONCE));
            <T as Config>::WeightInfo::draw().saturating_add(places)
        }

        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }
}
