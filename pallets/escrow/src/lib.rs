//! # Escrow
//!
//! One escrow rule for everybody who pays for work to come.
//!
//! There are no calls: pallets open an escrow when work is ordered, pay from it when the work is done, and close it when nothing can
//! become due any more. Coins stay on the payer's account, on hold, until they are paid, burned or given back.
//!
//! | function | from | to |
//! | --- | --- | --- |
//! | [`open`](Pallet::open), [`add`](Pallet::add) | the payer's free coins | the escrow |
//! | [`put_in`](Pallet::put_in) | what another pallet took from somebody | the escrow |
//! | [`pay`](Pallet::pay) | the escrow | anybody |
//! | [`burn`](Pallet::burn) | the escrow | nobody |
//! | [`refund`](Pallet::refund), [`close`](Pallet::close) | the escrow | the payer |
//!
//! Money: of each escrow, what came is to the unit what was paid, burned, refunded and is still held; and what is on hold for a payer
//! under [`HoldReason::Escrow`] is the sum over its escrows of what they hold.
//!
//! No receiver can stand in the way of a payment: what an account cannot take, because it does not exist and the amount would not
//! open it, is burned. To refuse would let one dead account keep everybody else's project open, and to give it back to the payer
//! would make it worth something to have the worker's account die.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod invariants;
mod money;
pub mod types;
mod views;

pub use pallet::*;

// What the macro writes expects what it knows to be there.
#[allow(clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
    use frame_support::{
        pallet_prelude::*,
        traits::fungible::{BalancedHold, Credit, Inspect, Mutate, MutateHold},
    };
    use frame_system::pallet_prelude::*;
    use idlewild_compute_primitives::{view::EscrowView, Balance, EscrowId};

    use crate::types::Escrow;

    /// Coins that were taken from somebody and are on nobody's account.
    pub type CreditOf<T> = Credit<<T as frame_system::Config>::AccountId, <T as Config>::Currency>;

    #[pallet::config]
    pub trait Config:
        frame_system::Config<RuntimeEvent: From<Event<Self>>, AccountId: Into<[u8; 32]> + From<[u8; 32]>>
    {
        /// The native coin.
        type Currency: Inspect<Self::AccountId, Balance = Balance>
            + Mutate<Self::AccountId>
            + MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>
            + BalancedHold<Self::AccountId>;
        /// The runtime's reasons for holding coins.
        type RuntimeHoldReason: From<HoldReason>;
    }

    /// Why this pallet holds coins.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// They are for work to come.
        #[codec(index = 0)]
        Escrow,
    }

    /// The layout of what this pallet stores; a later one comes with a migration.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// The number of the next escrow.
    #[pallet::storage]
    pub type NextEscrow<T> = StorageValue<_, EscrowId, ValueQuery>;

    /// Escrows by number, until they are closed.
    #[pallet::storage]
    pub type Escrows<T: Config> = StorageMap<_, Twox64Concat, EscrowId, Escrow<T::AccountId>>;

    /// How many escrows of a payer are open, where there are any: coins may still come to it, though none are held.
    #[pallet::storage]
    pub type OpenOf<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, u32, ValueQuery>;

    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// An escrow was opened.
        Opened {
            /// Its number.
            escrow: EscrowId,
            /// Whose coins are in it.
            payer: T::AccountId,
            /// How much is in it.
            amount: Balance,
        },
        /// The payer put more into an escrow.
        Added {
            /// Which one.
            escrow: EscrowId,
            /// How much more.
            amount: Balance,
        },
        /// What somebody else lost was put into an escrow.
        PutIn {
            /// Which one.
            escrow: EscrowId,
            /// How much came.
            amount: Balance,
            /// What of that is held: the rest stayed with the payer, or was burned if that account could not take it.
            held: Balance,
        },
        /// Somebody was paid from an escrow.
        Paid {
            /// Which one.
            escrow: EscrowId,
            /// Who.
            to: T::AccountId,
            /// How much.
            amount: Balance,
        },
        /// Coins in an escrow were destroyed.
        Burned {
            /// Which one.
            escrow: EscrowId,
            /// How much.
            amount: Balance,
        },
        /// Coins in an escrow were given back to the payer.
        Refunded {
            /// Which one.
            escrow: EscrowId,
            /// How much.
            amount: Balance,
        },
        /// An escrow was closed.
        Closed {
            /// Which one.
            escrow: EscrowId,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// There is no escrow of that number, or it is closed.
        NoSuchEscrow,
        /// The payer has not enough free coins beside those that keep its account alive.
        NotEnoughCoins,
        /// The escrow holds less than that.
        NotEnoughHeld,
        /// No more escrows can be numbered, or no more coins counted.
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
        /// An escrow that is open.
        pub fn escrow(id: EscrowId) -> Option<EscrowView> {
            Self::escrow_view(id)
        }
    }
}
