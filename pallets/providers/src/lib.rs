//! # Providers
//!
//! Storage miners: who they are, what they offer, and the bond with which they answer for it.
//!
//! An operator (an account) runs one or more miners. Each has a number that is never reused, an ed25519 peer key that
//! names it on the network, a capacity, a posted price, a score, and a bond on hold. Other pallets take slots from it and give them
//! back through [`Pallet::assign`] and [`Pallet::release`], and slash it through the functions in [`slash`](Pallet::slash_misses);
//! this pallet alone moves a miner's coins.
//!
//! Money: what is on hold for an operator under [`HoldReason::Bond`] is, to the unit, the sum of the bonds and pots of its
//! miners.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod invariants;
mod money;
mod registry;
pub mod types;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
pub mod benchmark_setup;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;

pub use pallet::*;
pub use weights::WeightInfo;

/// Told when a miner is removed.
pub trait OnRemoved {
    /// Forgets `miner`, whose number will never be used again.
    fn on_removed(miner: idlewild_storage_primitives::MinerId);
}

impl OnRemoved for () {
    fn on_removed(_: idlewild_storage_primitives::MinerId) {}
}

impl<A: OnRemoved, B: OnRemoved> OnRemoved for (A, B) {
    fn on_removed(miner: idlewild_storage_primitives::MinerId) {
        A::on_removed(miner);
        B::on_removed(miner);
    }
}

// What the macro writes expects what it knows to be there.
#[allow(clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
    use frame_support::{
        pallet_prelude::*,
        traits::fungible::{Inspect, Mutate, MutateHold},
    };
    use frame_system::pallet_prelude::*;
    use idlewild_storage_primitives::{terms::Rates, Balance, MinerId, PeerKey};

    use crate::{
        types::{Miner, Snapshots, Status},
        OnRemoved, WeightInfo,
    };

    pub use idlewild_storage_primitives::limits::MAX_ENDPOINT;
    /// A miner's multiaddress, as UTF-8.
    pub type Endpoint = BoundedVec<u8, ConstU32<MAX_ENDPOINT>>;

    #[pallet::config]
    pub trait Config:
        frame_system::Config<RuntimeEvent: From<Event<Self>>, AccountId: Into<[u8; 32]> + From<[u8; 32]>>
        + pallet_idlewild_clock::Config
    {
        /// Weights of the calls.
        type WeightInfo: WeightInfo;
        /// The native coin.
        type Currency: Inspect<Self::AccountId, Balance = Balance>
            + Mutate<Self::AccountId>
            + MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>;
        /// The runtime's reasons for holding coins.
        type RuntimeHoldReason: From<HoldReason>;
        /// Bounties and bonds of slots.
        #[pallet::constant]
        type Rates: Get<Rates>;
        /// Least bond of a miner, whatever it holds.
        #[pallet::constant]
        type LeastBond: Get<Balance>;
        /// Told when a miner is removed, so that other pallets forget it too.
        type OnRemoved: OnRemoved;
        /// Part of the required bond that each miss costs.
        #[pallet::constant]
        type MissSlash: Get<sp_runtime::Perbill>;
    }

    /// Why this pallet holds coins.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// A miner's bond, and the bounties for what it lost.
        #[codec(index = 0)]
        Bond,
    }

    /// The layout of what this pallet stores; a later one comes with a migration.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// The number of the next miner.
    #[pallet::storage]
    pub type NextMiner<T> = StorageValue<_, MinerId, ValueQuery>;

    /// Miners by number.
    #[pallet::storage]
    pub type Miners<T: Config> = StorageMap<_, Twox64Concat, MinerId, Miner<T::AccountId>>;

    /// Where each miner listens.
    #[pallet::storage]
    pub type Endpoints<T> = StorageMap<_, Twox64Concat, MinerId, Endpoint>;

    /// Miners by peer key.
    #[pallet::storage]
    pub type ByPeerKey<T> = StorageMap<_, Blake2_128Concat, PeerKey, MinerId>;

    /// Miners of each operator whose weight is [enough to count](crate::types::COUNTED_WEIGHT), where there are any.
    #[pallet::storage]
    pub type ActiveOf<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, u32, ValueQuery>;

    /// Operators with at least one such miner, over whom a copy's slots are to be spread.
    #[pallet::storage]
    pub type ActiveOperators<T> = StorageValue<_, u32, ValueQuery>;

    /// The weight of all miners in admission draws.
    #[pallet::storage]
    pub type TotalWeight<T> = StorageValue<_, Snapshots, ValueQuery>;

    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A miner was registered.
        Registered {
            /// Its number.
            miner: MinerId,
            /// The account behind it.
            operator: T::AccountId,
            /// The key of its libp2p identity.
            peer_key: PeerKey,
            /// Bytes offered.
            capacity: u64,
            /// Posted price, in plancks per GiB and period.
            price: Balance,
        },
        /// A bond was raised.
        BondAdded {
            /// Whose.
            miner: MinerId,
            /// By how much.
            amount: Balance,
        },
        /// Part of a bond was given back.
        BondWithdrawn {
            /// Whose.
            miner: MinerId,
            /// How much.
            amount: Balance,
        },
        /// A miner offers another capacity.
        CapacityChanged {
            /// Which miner.
            miner: MinerId,
            /// Bytes offered now.
            capacity: u64,
        },
        /// A miner listens elsewhere.
        EndpointChanged {
            /// Which miner.
            miner: MinerId,
            /// Its multiaddress now, as UTF-8.
            endpoint: Endpoint,
        },
        /// A miner posted another price.
        PriceChanged {
            /// Which miner.
            miner: MinerId,
            /// Its price now, in plancks per GiB and period.
            price: Balance,
        },
        /// A miner's status changed.
        StatusChanged {
            /// Which miner.
            miner: MinerId,
            /// How it stands now.
            status: Status,
        },
        /// A miner was removed, having nothing left to answer for.
        Removed {
            /// Which one.
            miner: MinerId,
        },
        /// A miner lost part of its bond.
        Slashed {
            /// Which miner.
            miner: MinerId,
            /// What it lost.
            amount: Balance,
            /// The part of it that was destroyed; the rest is on hold for repairs or was paid to a reporter.
            burned: Balance,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// There is no miner of that number.
        NoSuchMiner,
        /// The caller is not the account behind the miner.
        NotOperator,
        /// The peer key belongs to a miner already.
        PeerKeyTaken,
        /// The peer key did not sign for the caller.
        BadPeerSignature,
        /// The endpoint is not a multiaddress: it must be UTF-8 and begin with a slash.
        BadEndpoint,
        /// The bond is below the least bond of a miner.
        BondTooLow,
        /// The caller has not enough free coins for the bond.
        NotEnoughCoins,
        /// The bond stands for slots, so that no more of it can be withdrawn.
        BondInUse,
        /// The capacity is below what is used already.
        CapacityInUse,
        /// The miner is not active, or has too little free capacity or spare bond.
        NoRoom,
        /// The capacity is zero.
        NoCapacity,
        /// The miner is leaving or has failed, so that this cannot be changed.
        Leaving,
        /// The miner has that status already.
        SameStatus,
        /// The miner still answers for slots or bounties.
        StillInUse,
        /// The miner is not exiting and has not failed.
        NotExiting,
        /// No more miners can be numbered.
        TooManyMiners,
        /// Coins put up in this epoch of the draw or the one before cannot be withdrawn yet.
        BondTooFresh,
    }

    #[pallet::hooks]
    impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
        #[cfg(feature = "try-runtime")]
        fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
            Self::do_try_state()
        }
    }

    #[pallet::call(weight(<T as Config>::WeightInfo))]
    impl<T: Config> Pallet<T> {
        /// Registers a storage miner and holds its bond.
        ///
        /// ## Dispatch Origin
        /// Signed, by the account that will be the miner's operator.
        ///
        /// ## Details
        /// `peer_key` must have signed [`registration_message`](idlewild_storage_primitives::receipt::registration_message) for
        /// this chain and the caller: nobody can register a key that is not theirs. `capacity` is in bytes, `price` in plancks per
        /// GiB and period. The miner is active at once.
        ///
        /// ## Errors
        /// [`Error::PeerKeyTaken`], [`Error::BadPeerSignature`], [`Error::BadEndpoint`], [`Error::NoCapacity`],
        /// [`Error::BondTooLow`], [`Error::NotEnoughCoins`], [`Error::TooManyMiners`].
        #[pallet::call_index(0)]
        pub fn register(
            origin: OriginFor<T>,
            peer_key: PeerKey,
            peer_signature: [u8; 64],
            endpoint: Endpoint,
            capacity: u64,
            #[pallet::compact] price: Balance,
            #[pallet::compact] bond: Balance,
        ) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::do_register(operator, peer_key, peer_signature, endpoint, capacity, price, bond)
        }

        /// Raises a miner's bond, so that it can take more slots.
        ///
        /// ## Dispatch Origin
        /// Signed, by the miner's operator.
        ///
        /// ## Details
        /// The coins are put on hold and stand for slots at once. The miner's weight in draws follows in the next epoch, where
        /// bond and not capacity was what it lacked. A bond that stands for no slot can be [withdrawn](Pallet::withdraw_bond).
        ///
        /// ## Errors
        /// [`Error::NoSuchMiner`], [`Error::NotOperator`], [`Error::Leaving`], [`Error::NotEnoughCoins`].
        #[pallet::call_index(1)]
        pub fn add_bond(origin: OriginFor<T>, miner: MinerId, #[pallet::compact] amount: Balance) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::do_add_bond(operator, miner, amount)
        }

        /// Takes back bond that stands for no slot.
        ///
        /// ## Dispatch Origin
        /// Signed, by the miner's operator.
        ///
        /// ## Details
        /// A miner that is neither exiting nor failed keeps the least bond. Coins that were put up in this epoch or the one
        /// before stay as well, as the draw counts on them.
        ///
        /// ## Errors
        /// [`Error::NoSuchMiner`], [`Error::NotOperator`], [`Error::BondInUse`], [`Error::BondTooLow`],
        /// [`Error::BondTooFresh`].
        #[pallet::call_index(2)]
        pub fn withdraw_bond(origin: OriginFor<T>, miner: MinerId, #[pallet::compact] amount: Balance) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::do_withdraw_bond(operator, miner, amount)
        }

        /// Offers another capacity, in bytes.
        ///
        /// ## Dispatch Origin
        /// Signed, by the miner's operator.
        ///
        /// ## Details
        /// Not below what slots and claims take already; new ones are held against it at once. The miner's weight in draws is
        /// of its free capacity or of what its spare bond covers, whichever is less, and follows in the next epoch. The bond
        /// does not change, as it stands for slots and not for room.
        ///
        /// ## Errors
        /// [`Error::NoSuchMiner`], [`Error::NotOperator`], [`Error::Leaving`], [`Error::NoCapacity`],
        /// [`Error::CapacityInUse`].
        #[pallet::call_index(3)]
        pub fn set_capacity(origin: OriginFor<T>, miner: MinerId, capacity: u64) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::do_set_capacity(operator, miner, capacity)
        }

        /// Moves a miner to another multiaddress.
        ///
        /// ## Dispatch Origin
        /// Signed, by the miner's operator.
        ///
        /// ## Details
        /// Only its form is looked at, not whether anybody listens there. A miner that is leaving or has failed may move too,
        /// since others may still look for what it holds.
        ///
        /// ## Errors
        /// [`Error::NoSuchMiner`], [`Error::NotOperator`], [`Error::BadEndpoint`].
        #[pallet::call_index(4)]
        pub fn set_endpoint(origin: OriginFor<T>, miner: MinerId, endpoint: Endpoint) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::do_set_endpoint(operator, miner, endpoint)
        }

        /// Posts another price, in plancks per GiB and period, for deals and extensions to come.
        ///
        /// ## Dispatch Origin
        /// Signed, by the miner's operator.
        ///
        /// ## Details
        /// Deals that stand, and extensions that were agreed, are paid as before. An extension asks for the posted price at the
        /// moment when it is agreed; a new deal is held to the least price in the miner's receipt, whatever is posted. Any
        /// price will do, at any time, even zero and of a miner that is leaving.
        ///
        /// ## Errors
        /// [`Error::NoSuchMiner`], [`Error::NotOperator`].
        #[pallet::call_index(5)]
        pub fn set_price(origin: OriginFor<T>, miner: MinerId, #[pallet::compact] price: Balance) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::do_set_price(operator, miner, price)
        }

        /// Stops taking new slots; what the miner has, it keeps and is paid for.
        ///
        /// ## Dispatch Origin
        /// Signed, by the miner's operator.
        ///
        /// ## Details
        /// Receipts that it signed leave their slots unfilled, and claims that it has cannot be completed, until it resumes.
        /// Its weight leaves the draws in the next epoch. Slots that were assigned to it must still be appended, and all of
        /// them proven; it goes along with extensions as before.
        ///
        /// ## Errors
        /// [`Error::NoSuchMiner`], [`Error::NotOperator`], [`Error::Leaving`], [`Error::SameStatus`].
        #[pallet::call_index(6)]
        pub fn pause(origin: OriginFor<T>, miner: MinerId) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::do_set_status(operator, miner, Status::Paused)
        }

        /// Takes new slots again after a pause.
        ///
        /// ## Dispatch Origin
        /// Signed, by the miner's operator.
        ///
        /// ## Details
        /// Its weight is back in draws in the next epoch. Until then, a miner that was paused when the present epoch began may
        /// claim repairs only when everybody may. One that was paused when the epoch before began as well has no weight at all,
        /// so that receipts that it signed leave their slots unfilled.
        ///
        /// ## Errors
        /// [`Error::NoSuchMiner`], [`Error::NotOperator`], [`Error::Leaving`], [`Error::SameStatus`].
        #[pallet::call_index(7)]
        pub fn resume(origin: OriginFor<T>, miner: MinerId) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::do_set_status(operator, miner, Status::Active)
        }

        /// Begins to leave: the miner takes no new slots for good, and its bond is released slot by slot as slots are cleared.
        ///
        /// ## Dispatch Origin
        /// Signed, by the miner's operator.
        ///
        /// ## Details
        /// Nothing need be over before, and there is no way back. The miner appends, proves and is paid for each slot until its
        /// deal is over, an extension begins that was agreed without it, or it declares the slot lost; it goes along with no
        /// extension that is agreed from now on. It may withdraw all bond that stands for no slot, below the least bond too.
        ///
        /// ## Errors
        /// [`Error::NoSuchMiner`], [`Error::NotOperator`], [`Error::Leaving`].
        #[pallet::call_index(8)]
        pub fn exit(origin: OriginFor<T>, miner: MinerId) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::do_set_status(operator, miner, Status::Exiting)
        }

        /// Removes a miner that is exiting or failed and answers for nothing any more, and gives back what is left of its bond.
        ///
        /// ## Dispatch Origin
        /// Signed, by the miner's operator.
        ///
        /// ## Details
        /// What must be over before: its slots are cleared, its claims are completed or dropped, and each slot that it lost is
        /// repaired and its repairer has proven itself, or the slot's deal is closed. A failed miner has nothing to clear or to
        /// drop. No bond was put up in this epoch or the one before. Its number is never used again; its peer key may be
        /// registered anew.
        ///
        /// ## Errors
        /// [`Error::NoSuchMiner`], [`Error::NotOperator`], [`Error::NotExiting`], [`Error::StillInUse`],
        /// [`Error::BondTooFresh`].
        #[pallet::call_index(9)]
        pub fn remove(origin: OriginFor<T>, miner: MinerId) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            Self::do_remove(operator, miner)
        }
    }
}
