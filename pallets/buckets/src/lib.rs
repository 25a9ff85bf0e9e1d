//! # Buckets
//!
//! Heads of encrypted file trees, one writer at a time.
//!
//! A bucket is a tree of objects under one key. The tree is in deals; the chain knows only where it ends: its [heads](types::Heads),
//! each the newest commit of a line of commits. Gateways of the bucket's owner write it, those that the owner gave the key to. One at
//! a time has a lease, and each lease that goes to somebody else begins an epoch, so that later is decided here and not by
//! anybody's clock.
//!
//! A gateway that was cut off while it wrote still has commits that it acknowledged. It may add them later, in the last epoch that it
//! held, beside what others wrote since: as a head of its own line. Whoever holds the lease merges both.
//!
//! What nobody needs any more a gateway [ends](Pallet::drop_deal) before its term, but only what it stored itself, for a bucket that it
//! has the key of: the salts of such deals say so. Nothing else that its owner has on the network can be ended by it. What is needed it
//! [prolongs](Pallet::prolong_deal) from its allowance, for such a bucket also what another gateway stored, as that one may be gone.
//!
//! Whether a gateway serves a bucket is asked anew at each call: where it retired, its grants and its lease count no more.
//!
//! Money: what is on hold for an account under [`HoldReason::Deposit`] is, to the unit, the sum of the deposits of its buckets.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod commits;
mod deals;
mod invariants;
mod leases;
mod money;
mod ownership;
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
    use idlewild_buckets_primitives::{
        head::Head,
        limits::MAX_GRANTS,
        view::{BucketView, GrantView, HolderView},
        BucketId, Clock, CommitHash, Epoch, Salt,
    };
    use idlewild_storage_primitives::{Balance, DealId};
    use pallet_idlewild_deals::WeightInfo as _;

    use crate::{
        types::{Bucket, Grant, Label, Replaced, Sealed},
        WeightInfo,
    };

    /// What deposits are in.
    pub(crate) type CurrencyOf<T> = <T as pallet_idlewild_gateways::Config>::Currency;
    /// The runtime's reasons for holding it.
    pub(crate) type ReasonOf<T> = <T as pallet_idlewild_gateways::Config>::RuntimeHoldReason;

    #[pallet::config]
    pub trait Config:
        frame_system::Config<RuntimeEvent: From<Event<Self>>, AccountId: Into<[u8; 32]> + From<[u8; 32]>>
        + pallet_idlewild_clock::Config
        + pallet_idlewild_deals::Config
        + pallet_idlewild_gateways::Config<RuntimeHoldReason: From<HoldReason>>
    {
        /// Weights of the calls.
        type WeightInfo: WeightInfo;
        /// What an owner has on hold for a bucket.
        #[pallet::constant]
        type BucketDeposit: Get<Balance>;
        /// What it has on hold for each gateway that has the key besides.
        #[pallet::constant]
        type GrantDeposit: Get<Balance>;
    }

    /// Why this pallet holds coins.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// They stand for what the chain keeps of buckets and their grants.
        #[codec(index = 0)]
        Deposit,
    }

    /// The layout of what this pallet stores; a later one comes with a migration.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// The number of the next bucket.
    #[pallet::storage]
    pub type NextBucket<T> = StorageValue<_, BucketId, ValueQuery>;

    /// Buckets by number.
    #[pallet::storage]
    pub type Buckets<T: Config> = StorageMap<_, Twox64Concat, BucketId, Bucket<T::AccountId>>;

    /// The buckets of each owner.
    #[pallet::storage]
    pub type OfOwner<T: Config> = StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Twox64Concat, BucketId, ()>;

    /// Which gateways have the key of each bucket.
    #[pallet::storage]
    pub type Grants<T: Config> = StorageDoubleMap<_, Twox64Concat, BucketId, Blake2_128Concat, T::AccountId, Grant>;

    /// Which buckets each gateway has the key of.
    #[pallet::storage]
    pub type OfGateway<T: Config> = StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Twox64Concat, BucketId, ()>;

    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// There is a new bucket.
        Created {
            /// Its number.
            bucket: BucketId,
            /// Whose it is.
            owner: T::AccountId,
        },
        /// A gateway has the key of a bucket, or has it sealed anew.
        Granted {
            /// Of which bucket.
            bucket: BucketId,
            /// Which gateway.
            gateway: T::AccountId,
        },
        /// A gateway may not write a bucket any more.
        Withdrawn {
            /// Which bucket.
            bucket: BucketId,
            /// Which gateway.
            gateway: T::AccountId,
        },
        /// A gateway may write a bucket, or may go on.
        Acquired {
            /// Which bucket.
            bucket: BucketId,
            /// Which gateway.
            gateway: T::AccountId,
            /// In which epoch.
            epoch: Epoch,
            /// Until when, on the clock.
            until: Clock,
        },
        /// A gateway gave back the right to write a bucket.
        Released {
            /// Which bucket.
            bucket: BucketId,
            /// Which gateway.
            gateway: T::AccountId,
        },
        /// A bucket has another head.
        Committed {
            /// Which bucket.
            bucket: BucketId,
            /// Who wrote it.
            gateway: T::AccountId,
            /// The head.
            head: Head,
            /// Heads that it took the place of.
            replaced: Replaced,
        },
        /// A bucket is gone.
        Removed {
            /// Which one.
            bucket: BucketId,
            /// Whose it was.
            owner: T::AccountId,
        },
        /// A bucket has another name.
        LabelSet {
            /// Which one.
            bucket: BucketId,
        },
        /// A bucket's key is known: everybody may read it.
        Published {
            /// Which one.
            bucket: BucketId,
            /// Its key.
            key: [u8; 32],
        },
        /// A gateway ended a deal that it had stored for a bucket.
        DealDropped {
            /// For which bucket.
            bucket: BucketId,
            /// Which gateway.
            gateway: T::AccountId,
            /// The deal.
            deal: DealId,
        },
        /// A gateway prolonged a deal that was stored for a bucket.
        DealProlonged {
            /// For which bucket.
            bucket: BucketId,
            /// Which gateway.
            gateway: T::AccountId,
            /// The gateway that had stored it.
            maker: T::AccountId,
            /// The deal.
            deal: DealId,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// There is no bucket of that number, or no more.
        NoSuchBucket,
        /// The caller does not own the bucket.
        NotOwner,
        /// The account is no gateway of the bucket's owner.
        ForeignGateway,
        /// The gateway has no key of the bucket that could be withdrawn.
        NoSuchGrant,
        /// As many gateways have the bucket's key as may; withdraw one.
        TooManyGrants,
        /// The caller is no gateway that its owner gave the bucket's key to, or does not serve that owner any more.
        NotGranted,
        /// A lease is for at least 10 blocks and at most 14,400.
        BadLease,
        /// Another gateway may write the bucket for now; try again when its lease is over, or withdraw it.
        LeaseHeld,
        /// The caller has no lease of the bucket.
        NotHolder,
        /// The caller never held that epoch, or held a later one since.
        WrongEpoch,
        /// The bucket has no such head, or the commit names it twice; read the bucket anew.
        NoSuchHead,
        /// The bucket has that head already.
        AlreadyHead,
        /// A commit must be later than every head that it takes the place of.
        NotLater,
        /// Without the lease a gateway may take the place only of heads of the last epoch that it held.
        NotOwnLine,
        /// The bucket has as many heads as it may: merge some first.
        HeadsFull,
        /// The deal is not the bucket owner's, or its salt is none of what that gateway stores for the bucket: only its owner can end or
        /// extend it.
        ForeignDeal,
        /// The bucket's key is known already, and that cannot be undone.
        AlreadyPublic,
        /// The owner has not enough free coins for the deposit, beside those that keep its account alive.
        NotEnoughCoins,
        /// No more buckets can be numbered, or epochs of this one.
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
        /// A bucket.
        pub fn bucket(id: BucketId) -> Option<BucketView> {
            Self::bucket_view(id)
        }

        /// The buckets of an account, in the order in which the state has them; a page begins behind the bucket `after`.
        pub fn buckets_of(owner: [u8; 32], after: Option<BucketId>, limit: u32) -> Vec<BucketView> {
            Self::buckets_of_view(owner.into(), after, limit)
        }

        /// The buckets that a gateway serves, each with its key sealed to it, in the order in which the state has them; a page begins
        /// behind the bucket `after`. Those of an owner that it does not serve any more are left out.
        pub fn granted(gateway: [u8; 32], after: Option<BucketId>, limit: u32) -> Vec<GrantView> {
            Self::granted_view(gateway.into(), after, limit)
        }

        /// The gateways that have the key of a bucket.
        pub fn grants(id: BucketId) -> Vec<HolderView> {
            Self::grants_view(id)
        }
    }

    #[pallet::call(weight(<T as Config>::WeightInfo))]
    impl<T: Config> Pallet<T> {
        /// Creates a bucket, and gives its key to a gateway where one is named.
        ///
        /// ## Dispatch Origin
        /// Signed, by the account that will own it; a gateway makes this call for its owner with `Gateways::act`.
        ///
        /// ## Details
        /// Deposits for the bucket and the grant are put on hold. `label` is its name, sealed under its key, and `sealed` is the key,
        /// sealed to the owner: nobody checks what is in them.
        ///
        /// ## Errors
        /// [`Error::ForeignGateway`], [`Error::NotEnoughCoins`], [`Error::TooMany`].
        #[pallet::call_index(0)]
        pub fn create(
            origin: OriginFor<T>,
            label: Label,
            sealed: Sealed,
            grant: Option<(T::AccountId, Sealed)>,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_create(owner, label, sealed, grant)
        }

        /// Gives a bucket's key to a gateway, sealed to it.
        ///
        /// ## Dispatch Origin
        /// Signed, by the bucket's owner.
        ///
        /// ## Details
        /// A deposit is put on hold. Where the gateway has the key already, it is sealed anew, as a gateway with another key of its own
        /// needs it, and nothing else changes.
        ///
        /// ## Errors
        /// [`Error::NoSuchBucket`], [`Error::NotOwner`], [`Error::ForeignGateway`], [`Error::TooManyGrants`],
        /// [`Error::NotEnoughCoins`], [`Error::TooMany`].
        #[pallet::call_index(1)]
        pub fn grant(origin: OriginFor<T>, bucket: BucketId, gateway: T::AccountId, sealed: Sealed) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_grant(owner, bucket, gateway, sealed)
        }

        /// Takes from a gateway the right to write a bucket, and ends its lease.
        ///
        /// ## Dispatch Origin
        /// Signed, by the bucket's owner.
        ///
        /// ## Details
        /// Its deposit is released. The gateway still knows the key: what is written from now on can be read by it where it gets hold
        /// of the bytes. What it acknowledged and did not commit is not taken any more, even where it is given the key again.
        ///
        /// ## Errors
        /// [`Error::NoSuchBucket`], [`Error::NotOwner`], [`Error::NoSuchGrant`].
        #[pallet::call_index(2)]
        pub fn withdraw(origin: OriginFor<T>, bucket: BucketId, gateway: T::AccountId) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_withdraw(owner, bucket, gateway)
        }

        /// Has the caller write a bucket for so many blocks from now on, or go on.
        ///
        /// ## Dispatch Origin
        /// Signed, by a gateway that has the bucket's key.
        ///
        /// ## Details
        /// Whoever holds a live lease renews it and keeps its epoch. Where there is none, or it is over, an epoch begins.
        ///
        /// ## Errors
        /// [`Error::NoSuchBucket`], [`Error::NotGranted`], [`Error::BadLease`], [`Error::LeaseHeld`], [`Error::TooMany`].
        #[pallet::call_index(3)]
        pub fn acquire(origin: OriginFor<T>, bucket: BucketId, blocks: Clock) -> DispatchResult {
            let gateway = ensure_signed(origin)?;
            Self::do_acquire(gateway, bucket, blocks)
        }

        /// Gives back the right to write a bucket, so that nobody has to wait for the end of the lease.
        ///
        /// ## Dispatch Origin
        /// Signed, by the gateway that has the lease.
        ///
        /// ## Errors
        /// [`Error::NoSuchBucket`], [`Error::NotHolder`].
        #[pallet::call_index(4)]
        pub fn release(origin: OriginFor<T>, bucket: BucketId) -> DispatchResult {
            let gateway = ensure_signed(origin)?;
            Self::do_release(gateway, bucket)
        }

        /// Adds a head to a bucket, in the place of some others or of none.
        ///
        /// ## Dispatch Origin
        /// Signed, by a gateway that has the bucket's key.
        ///
        /// ## Details
        /// Who holds a live lease writes in its epoch, and may take the place of any head. Any other may write in the last epoch that
        /// it held, and take the place only of heads of that epoch, which are its own. The new head must be later than all that it
        /// takes the place of.
        ///
        /// ## Errors
        /// [`Error::NoSuchBucket`], [`Error::NotGranted`], [`Error::WrongEpoch`], [`Error::AlreadyHead`], [`Error::NoSuchHead`],
        /// [`Error::NotOwnLine`], [`Error::NotLater`], [`Error::HeadsFull`].
        #[pallet::call_index(5)]
        // Each is a word of its own in the call.
        #[allow(clippy::too_many_arguments)]
        pub fn commit(
            origin: OriginFor<T>,
            bucket: BucketId,
            epoch: Epoch,
            sequence: u64,
            hash: CommitHash,
            salt: Salt,
            replaces: Replaced,
        ) -> DispatchResult {
            let gateway = ensure_signed(origin)?;
            Self::do_commit(gateway, bucket, Head { epoch, sequence, hash, salt }, replaces)
        }

        /// Removes a bucket that nobody may write now, with all of its grants.
        ///
        /// ## Dispatch Origin
        /// Signed, by the bucket's owner.
        ///
        /// ## Details
        /// The deposits are released. The deals go on until they are over, or their owner cancels them. Charged for as many grants as
        /// there may be; what is not needed is refunded.
        ///
        /// ## Errors
        /// [`Error::NoSuchBucket`], [`Error::NotOwner`], [`Error::LeaseHeld`].
        #[pallet::call_index(6)]
        #[pallet::weight(<T as Config>::WeightInfo::remove(MAX_GRANTS))]
        pub fn remove(origin: OriginFor<T>, bucket: BucketId) -> DispatchResultWithPostInfo {
            let owner = ensure_signed(origin)?;
            let grants = Self::do_remove(owner, bucket)?;
            Ok(Some(<T as Config>::WeightInfo::remove(grants)).into())
        }

        /// Gives a bucket another name, sealed under its key.
        ///
        /// ## Dispatch Origin
        /// Signed, by the bucket's owner.
        ///
        /// ## Errors
        /// [`Error::NoSuchBucket`], [`Error::NotOwner`].
        #[pallet::call_index(7)]
        pub fn set_label(origin: OriginFor<T>, bucket: BucketId, label: Label) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_set_label(owner, bucket, label)
        }

        /// Tells a bucket's key to everybody, as for a public site.
        ///
        /// ## Dispatch Origin
        /// Signed, by the bucket's owner.
        ///
        /// ## Details
        /// All that ever was in the bucket can be read with it, and what will be. It cannot be undone: what was once on a chain stays
        /// known.
        ///
        /// ## Errors
        /// [`Error::NoSuchBucket`], [`Error::NotOwner`], [`Error::AlreadyPublic`].
        #[pallet::call_index(8)]
        pub fn publish(origin: OriginFor<T>, bucket: BucketId, key: [u8; 32]) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_publish(owner, bucket, key)
        }

        /// Ends a deal that the caller stored for a bucket and that nobody needs any more.
        ///
        /// ## Dispatch Origin
        /// Signed, by a gateway that has the bucket's key.
        ///
        /// ## Details
        /// The deal must be the bucket owner's, and its salt one of those that the caller gives to what it stores for this bucket: its
        /// first half is the [tag](idlewild_buckets_primitives::salt::tag_of) of both. It ends as if its owner
        /// [cancelled](pallet_idlewild_deals::Pallet::cancel) it, on the same conditions. What is left of its coins is the owner's;
        /// nothing is taken from the allowance, and nothing added to it. The fee is the gateway's own. Charged for the widest deal at
        /// first; what is not needed is refunded.
        ///
        /// ## Errors
        /// [`Error::NoSuchBucket`], [`Error::NotGranted`], [`Error::ForeignDeal`]; those of
        /// [`cancel`](pallet_idlewild_deals::Pallet::cancel): `NoSuchDeal`, `DealOver`, `TooYoung`.
        #[pallet::call_index(9)]
        #[pallet::weight(<T as Config>::WeightInfo::drop_deal().saturating_add(<T as pallet_idlewild_deals::Config>::WeightInfo::cancel()))]
        pub fn drop_deal(origin: OriginFor<T>, bucket: BucketId, deal: DealId) -> DispatchResultWithPostInfo {
            let gateway = ensure_signed(origin)?;
            let ended = Self::do_drop_deal(gateway, bucket, deal)?;
            Ok(Some(<T as Config>::WeightInfo::drop_deal().saturating_add(ended)).into())
        }

        /// Lets a deal that a gateway stored for a bucket go on for `term` blocks after its present end.
        ///
        /// ## Dispatch Origin
        /// Signed, by a gateway that has the bucket's key.
        ///
        /// ## Details
        /// `maker` is the gateway that stored the deal: the caller itself, or another that may be gone by now. The deal must be the
        /// bucket owner's, and the first half of its salt the [tag](idlewild_buckets_primitives::salt::tag_of) of bucket and maker. It
        /// goes on as if its owner [extended](pallet_idlewild_deals::Pallet::extend) it, on the same conditions. What that puts on hold
        /// of the owner's coins is taken from the caller's allowance; the fee is the caller's own.
        ///
        /// ## Errors
        /// [`Error::NoSuchBucket`], [`Error::NotGranted`], [`Error::ForeignDeal`]; `AllowanceSpent` of the gateways; those of
        /// [`extend`](pallet_idlewild_deals::Pallet::extend): `NoSuchDeal`, `DealOver`, `ExtensionPending`, `BadTerm`, `NobodyAccepts`,
        /// `NotEnoughCoins`.
        #[pallet::call_index(10)]
        #[pallet::weight(<T as Config>::WeightInfo::prolong_deal().saturating_add(<T as pallet_idlewild_deals::Config>::WeightInfo::extend()))]
        pub fn prolong_deal(
            origin: OriginFor<T>,
            bucket: BucketId,
            maker: T::AccountId,
            deal: DealId,
            term: Clock,
            #[pallet::compact] max_price: Balance,
        ) -> DispatchResult {
            let gateway = ensure_signed(origin)?;
            Self::do_prolong_deal(gateway, bucket, maker, deal, term, max_price)
        }
    }
}
