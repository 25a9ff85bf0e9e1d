//! # Repair
//!
//! Filling lost slots again, without trust: every root stands on chain, so whoever reproduces a shard has repaired it, and needs
//! no key.
//!
//! A miner claims a slot, fetches any `k` shards of the copy, rebuilds the lost one, and completes. Claims take no deposit and last
//! a short while; they are let in by rank, one miner more each window, and at last everybody; the first completion wins. The
//! repairer is on probation until it has proven its next periods, and only then is the bounty paid. Who completes without the
//! bytes, and so cannot prove them, pays for the time that others lost by it.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod claims;
mod invariants;
mod views;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;

pub use pallet::*;
pub use weights::WeightInfo;

// What the macro writes expects what it knows to be there.
#[allow(clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
    use alloc::vec::Vec;
    use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
    use frame_support::{
        dispatch::{PostDispatchInfo, WithPostDispatchInfo},
        pallet_prelude::*,
    };
    use frame_system::pallet_prelude::*;
    use idlewild_storage_primitives::{view::ClaimView, Balance, Clock, DealId, MinerId, SlotIndex};
    use pallet_idlewild_deals::Pallet as Deals;
    use scale_info::TypeInfo;

    use crate::WeightInfo;

    pub use idlewild_storage_primitives::limits::MAX_CLAIMS;
    /// Most miners of which it is kept in mind that they tried a slot.
    pub const MAX_TRIES: u32 = 64;

    /// A miner's claim on a slot.
    #[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
    pub struct Claim {
        /// The slot's deal.
        pub deal: DealId,
        /// The slot.
        pub slot: SlotIndex,
        /// The opening that it is for: since when the slot was vacant.
        pub opened: Clock,
        /// The last moment at which it can be completed, on the clock.
        pub until: Clock,
        /// Capacity kept free for it, in bytes.
        pub bytes: u64,
    }

    #[pallet::config]
    pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> + pallet_idlewild_deals::Config {
        /// Weights of the calls.
        type WeightInfo: WeightInfo;
    }

    /// The layout of what this pallet stores; a later one comes with a migration.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// Each miner's claims. One that lapsed stays until the miner claims another slot, or drops all of them; completing one
    /// takes away that one alone. Of a miner that claims nothing, nothing is kept.
    #[pallet::storage]
    pub type Claims<T> = StorageMap<_, Twox64Concat, MinerId, BoundedVec<Claim, ConstU32<MAX_CLAIMS>>, ValueQuery>;

    /// Who tried to repair a slot of an open deal: each may try once, however often the slot is opened.
    #[pallet::storage]
    pub type Tried<T> = StorageDoubleMap<
        _,
        Twox64Concat,
        DealId,
        Twox64Concat,
        SlotIndex,
        BoundedVec<MinerId, ConstU32<MAX_TRIES>>,
        ValueQuery,
    >;

    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A miner set out to repair a slot.
        Claimed {
            /// The miner.
            miner: MinerId,
            /// The slot's deal.
            deal: DealId,
            /// The slot.
            slot: SlotIndex,
            /// The last moment at which it can complete, on the clock.
            until: Clock,
        },
        /// A slot is filled again; its new holder is on probation.
        Repaired {
            /// The miner.
            miner: MinerId,
            /// The slot's deal.
            deal: DealId,
            /// The slot.
            slot: SlotIndex,
            /// Its index in the miner's range.
            index: u32,
            /// What the miner is paid once it has proven itself.
            bounty: Balance,
        },
        /// A miner gave claims up, or they lapsed.
        Dropped {
            /// The miner.
            miner: MinerId,
            /// How many.
            claims: u32,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// Somebody sound answers for the slot.
        NotOpen,
        /// It is not this miner's turn yet; later windows let more miners in.
        NotYourTurn,
        /// The miner tried this slot before.
        Barred,
        /// The miner has as many claims as it may.
        TooManyClaims,
        /// The miner is not active or has too little free capacity.
        NoRoom,
        /// The miner has too little bond for the slot.
        BondTooLow,
        /// The miner has no claim on the slot, or it lapsed.
        NoClaim,
        /// The miner has no claims.
        NothingToDrop,
        /// What is left of the deal's term is too short for a probation.
        TooLate,
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
        /// The slots that a miner claimed and has not repaired yet.
        pub fn claims_of(miner: MinerId) -> Vec<ClaimView> {
            Self::claims_view(miner)
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Sets out to repair a slot: keeps capacity free and bars nobody else.
        ///
        /// ## Dispatch Origin
        /// Signed, by the miner's operator.
        ///
        /// ## Details
        /// No deposit. A miner may try each slot once; of many that tried, those of longest ago are forgotten. Charged for the
        /// widest copy at first; what this one's slots do not need is refunded, also on an error.
        ///
        /// ## Errors
        /// [`Error::NotOpen`], [`Error::NotYourTurn`], [`Error::Barred`], [`Error::TooManyClaims`],
        /// [`Error::NoRoom`], [`Error::BondTooLow`], [`Error::TooLate`],
        /// [`TooManyOfOperator`](pallet_idlewild_deals::Error::TooManyOfOperator),
        /// [`NoSuchDeal`](pallet_idlewild_deals::Error::NoSuchDeal), [`DealOver`](pallet_idlewild_deals::Error::DealOver),
        /// [`NoSuchSlot`](pallet_idlewild_deals::Error::NoSuchSlot),
        /// [`MinerFailed`](pallet_idlewild_proofs::Error::MinerFailed), and those of
        /// [`owned`](pallet_idlewild_providers::Pallet::owned).
        #[pallet::call_index(0)]
        #[pallet::weight(<T as Config>::WeightInfo::claim_repair(Deals::<T>::most_shards()))]
        pub fn claim_repair(origin: OriginFor<T>, miner: MinerId, deal: DealId, slot: SlotIndex) -> DispatchResultWithPostInfo {
            let operator = ensure_signed(origin)?;
            let used = <T as Config>::WeightInfo::claim_repair(Deals::<T>::shards_of(deal));
            Self::do_claim(operator, miner, deal, slot).map_err(|error| error.with_weight(used))?;
            Ok(Some(used).into())
        }

        /// Appends a rebuilt shard, under the root that stands in the deal, to the repairer's range.
        ///
        /// ## Dispatch Origin
        /// Signed, by the miner's operator.
        ///
        /// ## Details
        /// The old holder is paid what it proved, and an extension that is due is begun first. The repairer earns from its next
        /// period on, and is paid the bounty when it has proven all periods of its probation; else the slot is open again, and
        /// the repairer loses two bounties of its bond.
        /// There is no bounty where it would come out of the deal's reserve and the slot's last holder is of the same operator,
        /// as where one takes back what it let go at the end of its term. Once that holder is
        /// [removed](pallet_idlewild_providers::Pallet::remove), nobody can tell whose it was, and the bounty is paid as to
        /// anybody.
        ///
        /// A completion pays no fee, as its claim has paid one. One that comes too late, or is refused, pays for what the slots
        /// of its copy take.
        ///
        /// ## Errors
        /// [`Error::NoClaim`], also where the deal has no such slot, [`Error::NotOpen`], [`Error::NoRoom`], [`Error::TooLate`],
        /// [`WrongPosition`](pallet_idlewild_proofs::Error::WrongPosition) where the range is full,
        /// [`TooManyOfOperator`](pallet_idlewild_deals::Error::TooManyOfOperator),
        /// [`NoSuchDeal`](pallet_idlewild_deals::Error::NoSuchDeal), [`DealOver`](pallet_idlewild_deals::Error::DealOver),
        /// [`MinerFailed`](pallet_idlewild_proofs::Error::MinerFailed), and those of
        /// [`owned`](pallet_idlewild_providers::Pallet::owned).
        #[pallet::call_index(1)]
        #[pallet::weight(
            <T as Config>::WeightInfo::complete_repair(Deals::<T>::most_shards()).saturating_add(Deals::<T>::most_to_begin())
        )]
        pub fn complete_repair(
            origin: OriginFor<T>,
            miner: MinerId,
            deal: DealId,
            slot: SlotIndex,
        ) -> DispatchResultWithPostInfo {
            let operator = ensure_signed(origin)?;
            let used = <T as Config>::WeightInfo::complete_repair(Deals::<T>::shards_of(deal));
            let most = used.saturating_add(Deals::<T>::to_confirm(deal, slot));
            let completed = Self::do_complete(operator, miner, deal, slot).map_err(|error| error.with_weight(most))?;
            let pays_fee = if completed.is_some() { Pays::No } else { Pays::Yes };
            Ok(PostDispatchInfo { actual_weight: Some(used.saturating_add(completed.unwrap_or_default())), pays_fee })
        }

        /// Gives up all claims of a miner, lapsed ones included, and frees their capacity.
        ///
        /// ## Dispatch Origin
        /// Signed, by the miner's operator.
        ///
        /// ## Details
        /// It costs nothing, but the miner counts as having tried those slots. A miner that is leaving or has failed may drop
        /// its claims too; one that is exiting must, before it is [removed](pallet_idlewild_providers::Pallet::remove), as what
        /// it claimed is capacity in use.
        ///
        /// ## Errors
        /// [`Error::NothingToDrop`], and those of [`owned`](pallet_idlewild_providers::Pallet::owned).
        #[pallet::call_index(2)]
        #[pallet::weight(<T as Config>::WeightInfo::drop_claims())]
        pub fn drop_claims(origin: OriginFor<T>, miner: MinerId) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::do_drop(operator, miner)
        }
    }
}
