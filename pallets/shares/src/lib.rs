//! # Shares
//!
//! Who may read which bundle of deals.
//!
//! A bundle is a copy of an object in deals of its own under a fresh key; whoever knows its root deal and that key can read all of it.
//! A [share](types::Share) tells one account, to which the key is sealed, or whoever has a link, which the key is in. A
//! [publication](types::Publication) tells everybody, with the hash that the bytes must have.
//!
//! Nothing here keeps bytes from anybody who noted the root and the key: a share that is revoked is one that no program serves or opens
//! any more, and its bytes are gone when its deals are.
//!
//! Money: what is on hold for an account under [`HoldReason::Deposit`] is, to the unit, the sum of the deposits of its key, its shares
//! and its publications.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod announcing;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod invariants;
mod money;
mod publishing;
mod sharing;
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
    use frame_support::pallet_prelude::*;
    use frame_system::pallet_prelude::*;
    use idlewild_shares_primitives::{
        view::{PublicationView, ShareView},
        Balance, Clock, DealId, PublicationId, SealingKey, ShareId,
    };

    use crate::{
        types::{Announced, Audience, FileName, Publication, Share},
        WeightInfo,
    };

    /// What deposits are in.
    pub(crate) type CurrencyOf<T> = <T as pallet_idlewild_deals::Config>::Currency;
    /// The runtime's reasons for holding it.
    pub(crate) type ReasonOf<T> = <T as pallet_idlewild_deals::Config>::RuntimeHoldReason;

    #[pallet::config]
    pub trait Config:
        frame_system::Config<RuntimeEvent: From<Event<Self>>, AccountId: Into<[u8; 32]> + From<[u8; 32]>>
        + pallet_idlewild_clock::Config
        + pallet_idlewild_deals::Config<RuntimeHoldReason: From<HoldReason>>
    {
        /// Weights of the calls.
        type WeightInfo: WeightInfo;
        /// What an account has on hold for its announced key.
        #[pallet::constant]
        type KeyDeposit: Get<Balance>;
        /// What an owner has on hold for a share.
        #[pallet::constant]
        type ShareDeposit: Get<Balance>;
        /// What it has on hold for a publication.
        #[pallet::constant]
        type PublicationDeposit: Get<Balance>;
    }

    /// Why this pallet holds coins.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// They stand for what the chain keeps of keys, shares and publications.
        #[codec(index = 0)]
        Deposit,
    }

    /// The layout of what this pallet stores; a later one comes with a migration.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// The number of the next share.
    #[pallet::storage]
    pub type NextShare<T> = StorageValue<_, ShareId, ValueQuery>;

    /// The number of the next publication.
    #[pallet::storage]
    pub type NextPublication<T> = StorageValue<_, PublicationId, ValueQuery>;

    /// The keys that accounts announced.
    #[pallet::storage]
    pub type Keys<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Announced>;

    /// Shares by number.
    #[pallet::storage]
    pub type Shares<T: Config> = StorageMap<_, Twox64Concat, ShareId, Share<T::AccountId>>;

    /// The shares of each owner.
    #[pallet::storage]
    pub type SharesOf<T: Config> = StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Twox64Concat, ShareId, ()>;

    /// The shares with each account.
    #[pallet::storage]
    pub type SharesWith<T: Config> = StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Twox64Concat, ShareId, ()>;

    /// Publications by number.
    #[pallet::storage]
    pub type Publications<T: Config> = StorageMap<_, Twox64Concat, PublicationId, Publication<T::AccountId>>;

    /// The publications of each owner.
    #[pallet::storage]
    pub type PublicationsOf<T: Config> = StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Twox64Concat, PublicationId, ()>;

    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// An account told the key that others seal to for it.
        KeyAnnounced {
            /// Which account.
            account: T::AccountId,
            /// Its key from now on.
            key: SealingKey,
        },
        /// An account took that back.
        KeyConcealed {
            /// Which account.
            account: T::AccountId,
        },
        /// A bundle is shared.
        Shared {
            /// The number of the share.
            share: ShareId,
            /// Who shares it.
            owner: T::AccountId,
            /// The deal that all of it is found from.
            root: DealId,
            /// With which account; whoever has the link, where there is none.
            to: Option<T::AccountId>,
            /// Until when, on the clock.
            until: Option<Clock>,
        },
        /// A bundle is shared no longer.
        Revoked {
            /// The number of the share.
            share: ShareId,
            /// Who shared it.
            owner: T::AccountId,
        },
        /// A file is published.
        Published {
            /// The number of the publication.
            publication: PublicationId,
            /// Who published it.
            owner: T::AccountId,
            /// The deal that all of it is found from.
            root: DealId,
            /// The BLAKE3 root of the file.
            hash: [u8; 32],
            /// Its bytes.
            length: u64,
        },
        /// The same file is in other deals.
        Relocated {
            /// The number of the publication.
            publication: PublicationId,
            /// The deal that all of it is found from.
            root: DealId,
        },
        /// A publication is off the record.
        Withdrawn {
            /// Its number.
            publication: PublicationId,
            /// Who had published it.
            owner: T::AccountId,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// There is no deal of that number, or it is over; store the bundle first.
        NoSuchDeal,
        /// The deal, the share or the publication is another account's.
        NotOwner,
        /// A share must last until after the present clock.
        Past,
        /// The account has announced no key to seal to; ask its owner to announce one, or share by a link.
        NotAnnounced,
        /// The caller has announced no key.
        NoSuchKey,
        /// There is no share of that number, or no more.
        NoSuchShare,
        /// There is no publication of that number, or no more.
        NoSuchPublication,
        /// A file's name is 1 to 128 bytes of UTF-8, without slashes and control characters.
        BadName,
        /// The caller has not enough free coins for the deposit, beside those that keep its account alive.
        NotEnoughCoins,
        /// No more shares or publications can be numbered.
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
        /// The key to which secrets for an account are sealed, if it announced one.
        pub fn receiver(account: [u8; 32]) -> Option<SealingKey> {
            Keys::<T>::get(T::AccountId::from(account)).map(|announced| announced.key)
        }

        /// A share, whether it is live or not.
        pub fn shared(id: ShareId) -> Option<ShareView> {
            Self::share_view(id)
        }

        /// The shares of an account, in the order in which the state has them; a page begins behind the share `after`.
        pub fn shares_of(owner: [u8; 32], after: Option<ShareId>, limit: u32) -> Vec<ShareView> {
            Self::shares_of_view(owner.into(), after, limit)
        }

        /// The shares with an account, in the order in which the state has them; a page begins behind the share `after`.
        pub fn shares_with(account: [u8; 32], after: Option<ShareId>, limit: u32) -> Vec<ShareView> {
            Self::shares_with_view(account.into(), after, limit)
        }

        /// A publication.
        pub fn publication(id: PublicationId) -> Option<PublicationView> {
            Self::publication_view(id)
        }

        /// The publications of an account, in the order in which the state has them; a page begins behind the publication `after`.
        pub fn publications_of(owner: [u8; 32], after: Option<PublicationId>, limit: u32) -> Vec<PublicationView> {
            Self::publications_of_view(owner.into(), after, limit)
        }
    }

    #[pallet::call(weight(<T as Config>::WeightInfo))]
    impl<T: Config> Pallet<T> {
        /// Tells the X25519 key that others seal to for the caller.
        ///
        /// ## Dispatch Origin
        /// Signed.
        ///
        /// ## Details
        /// A deposit is put on hold, the first time. Shares from before remain sealed to the key of then.
        ///
        /// ## Errors
        /// [`Error::NotEnoughCoins`].
        #[pallet::call_index(0)]
        pub fn announce_key(origin: OriginFor<T>, key: SealingKey) -> DispatchResult {
            let account = ensure_signed(origin)?;
            Self::do_announce_key(account, key)
        }

        /// Takes back the key that others seal to for the caller, so that nothing more can be shared with it.
        ///
        /// ## Dispatch Origin
        /// Signed, by an account that announced a key.
        ///
        /// ## Details
        /// The deposit is released. What is shared with the account already remains so.
        ///
        /// ## Errors
        /// [`Error::NoSuchKey`].
        #[pallet::call_index(1)]
        pub fn conceal_key(origin: OriginFor<T>) -> DispatchResult {
            let account = ensure_signed(origin)?;
            Self::do_conceal_key(account)
        }

        /// Shares a bundle with an account, or with whoever has a link to the share.
        ///
        /// ## Dispatch Origin
        /// Signed, by the owner of the root deal.
        ///
        /// ## Details
        /// A deposit is put on hold. `sealed` is the bundle's key, sealed to the one that the account announced: nobody checks what is
        /// in it.
        ///
        /// ## Errors
        /// [`Error::NoSuchDeal`], [`Error::NotOwner`], [`Error::Past`], [`Error::NotAnnounced`], [`Error::TooMany`],
        /// [`Error::NotEnoughCoins`].
        #[pallet::call_index(2)]
        pub fn share(
            origin: OriginFor<T>,
            root: DealId,
            audience: Audience<T::AccountId>,
            until: Option<Clock>,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_share(owner, root, audience, until)
        }

        /// Ends a share.
        ///
        /// ## Dispatch Origin
        /// Signed, by the share's owner; by anybody once its time is over.
        ///
        /// ## Details
        /// The owner's deposit is released. The bundle's deals go on until they are over, or their owner cancels them.
        ///
        /// ## Errors
        /// [`Error::NoSuchShare`], [`Error::NotOwner`].
        #[pallet::call_index(3)]
        pub fn revoke(origin: OriginFor<T>, share: ShareId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_revoke(who, share)
        }

        /// Publishes a bundle that is one file: tells everybody its key, and what its bytes are.
        ///
        /// ## Dispatch Origin
        /// Signed, by the owner of the root deal.
        ///
        /// ## Details
        /// A deposit is put on hold. `hash` is the BLAKE3 root of the file and `length` its bytes: whoever reads the bundle checks it
        /// against them. It cannot be undone: what was once on a chain stays known.
        ///
        /// ## Errors
        /// [`Error::BadName`], [`Error::NoSuchDeal`], [`Error::NotOwner`], [`Error::TooMany`], [`Error::NotEnoughCoins`].
        #[pallet::call_index(4)]
        // Each is a word of its own in the call.
        #[allow(clippy::too_many_arguments)]
        pub fn publish(
            origin: OriginFor<T>,
            root: DealId,
            key: [u8; 32],
            hash: [u8; 32],
            length: u64,
            name: FileName,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_publish(owner, root, key, hash, length, name)
        }

        /// Says in which deals a published file is from now on, and under which key.
        ///
        /// ## Dispatch Origin
        /// Signed, by the owner of the publication and of the root deal.
        ///
        /// ## Details
        /// Hash, length and name stay as they are: it is the same file.
        ///
        /// ## Errors
        /// [`Error::NoSuchPublication`], [`Error::NotOwner`], [`Error::NoSuchDeal`].
        #[pallet::call_index(5)]
        pub fn relocate(origin: OriginFor<T>, publication: PublicationId, root: DealId, key: [u8; 32]) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_relocate(owner, publication, root, key)
        }

        /// Takes a publication off the record.
        ///
        /// ## Dispatch Origin
        /// Signed, by the publication's owner.
        ///
        /// ## Details
        /// The deposit is released. What was told stays told: whoever noted root and key can read the bundle as long as its deals go on.
        ///
        /// ## Errors
        /// [`Error::NoSuchPublication`], [`Error::NotOwner`].
        #[pallet::call_index(6)]
        pub fn withdraw(origin: OriginFor<T>, publication: PublicationId) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_withdraw(owner, publication)
        }
    }
}
