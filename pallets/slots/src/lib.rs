//! # Slots
//!
//! How a slot gets into its holder's range and out of it again: appended after the deal, cleared when it is of no use any more,
//! declared lost by its holder, or reported by anybody when it was never appended.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod invariants;
mod moves;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;

pub use pallet::*;
pub use weights::WeightInfo;

// What the macro writes expects what it knows to be there.
#[allow(clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
    use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
    use frame_support::{dispatch::WithPostDispatchInfo, pallet_prelude::*};
    use frame_system::pallet_prelude::*;
    use idlewild_storage_primitives::{
        sum_range::{Leaf, Node},
        DealId, MinerId, SlotIndex,
    };
    use pallet_idlewild_deals::Pallet as Deals;
    use scale_info::TypeInfo;

    use crate::WeightInfo;

    pub use idlewild_storage_primitives::limits::{MAX_APPENDED, MAX_CLEARED};
    /// From a slot's leaf up to its peak.
    pub type Path = BoundedVec<Node, ConstU32<32>>;

    /// A leaf to be cleared.
    #[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
    pub struct Clearing {
        /// The slot as it was appended.
        pub leaf: Leaf,
        /// Its index in the miner's range.
        pub index: u32,
        /// From its sibling up to the peak, as it is after the clearings before this one.
        pub path: Path,
    }

    #[pallet::config]
    pub trait Config: frame_system::Config<RuntimeEvent: From<Event<Self>>> + pallet_idlewild_deals::Config {
        /// Weights of the calls.
        type WeightInfo: WeightInfo;
    }

    #[pallet::pallet]
    pub struct Pallet<T>(_);

    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A miner appended a slot to its range.
        Appended {
            /// The miner.
            miner: MinerId,
            /// The slot's deal.
            deal: DealId,
            /// The slot.
            slot: SlotIndex,
            /// Its index in the range.
            index: u32,
        },
        /// A miner cleared a slot from its range, and its bond is free.
        Cleared {
            /// The miner.
            miner: MinerId,
            /// The slot's deal.
            deal: DealId,
            /// The slot.
            slot: SlotIndex,
            /// Its index in the range.
            index: u32,
        },
        /// A miner admitted that it lost a slot.
        Lost {
            /// The miner.
            miner: MinerId,
            /// The slot's deal.
            deal: DealId,
            /// The slot.
            slot: SlotIndex,
            /// Its index in the range.
            index: u32,
        },
        /// A miner never appended a slot that was assigned to it.
        Unappended {
            /// The miner.
            miner: MinerId,
            /// The slot's deal.
            deal: DealId,
            /// The slot.
            slot: SlotIndex,
            /// Who reported it.
            reporter: T::AccountId,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// The slot does not wait for this miner to append it.
        NotAssigned,
        /// The miner does not hold the slot in its range.
        NotHolder,
        /// The miner still answers for the slot.
        StillHeld,
        /// The deadline for appending the slot is not over.
        NotDue,
        /// The list is empty.
        Nothing,
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
        /// Appends assigned slots to a miner's range.
        ///
        /// ## Dispatch Origin
        /// Signed, by the miner's operator.
        ///
        /// ## Details
        /// The chain takes each leaf from the deal, so that nothing need be proved. Slots earn from the miner's next period on.
        ///
        /// ## Errors
        /// [`Error::Nothing`], [`Error::NotAssigned`], [`NoSuchDeal`](pallet_idlewild_deals::Error::NoSuchDeal),
        /// [`WrongPosition`](pallet_idlewild_proofs::Error::WrongPosition) where the range is full,
        /// [`DealOver`](pallet_idlewild_deals::Error::DealOver), [`NoSuchSlot`](pallet_idlewild_deals::Error::NoSuchSlot),
        /// [`MinerFailed`](pallet_idlewild_proofs::Error::MinerFailed), and those of
        /// [`owned`](pallet_idlewild_providers::Pallet::owned).
        #[pallet::call_index(0)]
        #[pallet::weight(<T as Config>::WeightInfo::append(slots.len() as u32))]
        pub fn append(
            origin: OriginFor<T>,
            miner: MinerId,
            slots: BoundedVec<(DealId, SlotIndex), ConstU32<MAX_APPENDED>>,
        ) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::do_append(operator, miner, &slots)
        }

        /// Clears slots that a miner no longer answers for from its range and frees their bond.
        ///
        /// ## Dispatch Origin
        /// Signed, by the miner's operator.
        ///
        /// ## Details
        /// For slots of deals that are closed, and for slots that others hold now. Applied in order: each path is as
        /// it is after the clearings before it. The range that is sealed for the current period still has them.
        ///
        /// ## Errors
        /// [`Error::Nothing`], [`Error::StillHeld`], [`WrongPosition`](pallet_idlewild_proofs::Error::WrongPosition),
        /// [`MinerFailed`](pallet_idlewild_proofs::Error::MinerFailed), and those of
        /// [`owned`](pallet_idlewild_providers::Pallet::owned).
        #[pallet::call_index(1)]
        #[pallet::weight(<T as Config>::WeightInfo::clear(clearings.len() as u32))]
        pub fn clear(
            origin: OriginFor<T>,
            miner: MinerId,
            clearings: BoundedVec<Clearing, ConstU32<MAX_CLEARED>>,
        ) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::do_clear(operator, miner, &clearings)
        }

        /// Reports a slot that its miner did not append in time: the miner loses the slot with its bond, of which the caller gets
        /// a bounty.
        ///
        /// ## Dispatch Origin
        /// Signed, by anybody.
        ///
        /// ## Details
        /// An extension of the deal that is due is begun first, so that nobody is charged for a term that it did not take on.
        /// Charged as if one were due; the rest is refunded, also on an error.
        ///
        /// ## Errors
        /// [`Error::NotAssigned`], [`Error::NotDue`], [`NoSuchDeal`](pallet_idlewild_deals::Error::NoSuchDeal),
        /// [`DealOver`](pallet_idlewild_deals::Error::DealOver), [`NoSuchSlot`](pallet_idlewild_deals::Error::NoSuchSlot),
        /// [`MinerFailed`](pallet_idlewild_proofs::Error::MinerFailed).
        #[pallet::call_index(2)]
        #[pallet::weight(<T as Config>::WeightInfo::report_unappended().saturating_add(Deals::<T>::most_to_begin()))]
        pub fn report_unappended(origin: OriginFor<T>, deal: DealId, slot: SlotIndex) -> DispatchResultWithPostInfo {
            let reporter = ensure_signed(origin)?;
            let used = <T as Config>::WeightInfo::report_unappended();
            let most = used.saturating_add(Deals::<T>::to_begin(deal));
            let begun = Self::do_report_unappended(reporter, deal, slot).map_err(|error| error.with_weight(most))?;
            Ok(Some(used.saturating_add(begun)).into())
        }

        /// Admits that a miner lost a slot's shard: the miner is paid what it proved, loses two bounties of its bond, and answers
        /// for the slot no more. Cheaper than being caught.
        ///
        /// ## Dispatch Origin
        /// Signed, by the miner's operator.
        ///
        /// ## Details
        /// An extension of the deal that is due is begun first, so that what the miner proved since the old end is paid too.
        /// Charged as if one were due; the rest is refunded, also on an error.
        ///
        /// ## Errors
        /// [`Error::NotHolder`], [`WrongPosition`](pallet_idlewild_proofs::Error::WrongPosition),
        /// [`NoSuchDeal`](pallet_idlewild_deals::Error::NoSuchDeal), [`DealOver`](pallet_idlewild_deals::Error::DealOver),
        /// [`NoSuchSlot`](pallet_idlewild_deals::Error::NoSuchSlot),
        /// [`MinerFailed`](pallet_idlewild_proofs::Error::MinerFailed), and those of
        /// [`owned`](pallet_idlewild_providers::Pallet::owned).
        #[pallet::call_index(3)]
        #[pallet::weight(<T as Config>::WeightInfo::declare_lost().saturating_add(Deals::<T>::most_to_begin()))]
        pub fn declare_lost(
            origin: OriginFor<T>,
            miner: MinerId,
            deal: DealId,
            slot: SlotIndex,
            index: u32,
            path: Path,
        ) -> DispatchResultWithPostInfo {
            let operator = ensure_signed(origin)?;
            let used = <T as Config>::WeightInfo::declare_lost();
            let most = used.saturating_add(Deals::<T>::to_confirm(deal, slot));
            let begun =
                Self::do_declare_lost(operator, miner, deal, slot, index, &path).map_err(|error| error.with_weight(most))?;
            Ok(Some(used.saturating_add(begun)).into())
        }
    }
}
