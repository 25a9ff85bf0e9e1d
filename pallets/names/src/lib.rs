//! # Names
//!
//! Names that lead to objects, buckets, accounts, peers and addresses on other chains; their subnames; and names of accounts.
//!
//! | what happens | and then |
//! | --- | --- |
//! | somebody [commits](Pallet::commit) to a name that only it knows | some blocks later it [registers](Pallet::register) it |
//! | the term ends | the name leads nowhere; anybody can [renew](Pallet::renew) it for its owner for as long as its grace lasts |
//! | the grace ends, or the owner [releases](Pallet::release) the name | anybody can register it, at a premium that falls to nothing |
//! | a name or a subname is gone | what was on hold for it is [reclaimed](Pallet::reclaim), for who paid |
//!
//! Of names that look alike one is registered at a time: registrations are kept by [skeleton](idlewild_names_primitives::name::skeleton).
//!
//! Each registration, of a name or a subname, is a node with a number that is never given again. Subnames are kept by the number of
//! what they are under, and lead somewhere only while all of that stands. So whoever registers a name anew finds nothing under it, and
//! nothing of all that was there has to be looked at for it.
//!
//! Money: what is on hold for an account under [`HoldReason::Deposit`] is, to the unit, what stands in its name for commitments, nodes,
//! records and its reverse record.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod errors;
mod invariants;
mod money;
mod owning;
mod reclaiming;
mod records;
mod registering;
mod subnames;
pub mod types;
mod views;
mod walking;
pub mod weights;

use frame_support::pallet_macros::import_section;

pub use pallet::*;
pub use weights::WeightInfo;

// What the macro writes expects what it knows to be there.
#[allow(clippy::expect_used)]
#[import_section(errors::errors)]
#[frame_support::pallet]
pub mod pallet {
    use alloc::vec::Vec;
    use frame_support::{
        pallet_prelude::*,
        traits::{
            fungible::{Balanced, Credit, Inspect, Mutate, MutateHold},
            OnUnbalanced,
        },
    };
    use frame_system::pallet_prelude::*;
    use idlewild_names_primitives::{
        record::{Record, RecordKey},
        rules::NameRules,
        view::{ChildrenPage, NameTerms, NameView, NamesPage, Quote, Resolved, ReverseView, Unavailable},
        Balance, Clock, NodeId, Salt,
    };

    use crate::{
        types::{Commit, Kept, Label, Node, NodePath, Registration, Reverse, Skeleton},
        WeightInfo,
    };

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
            + MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>
            + Balanced<Self::AccountId>;
        /// The runtime's reasons for holding coins.
        type RuntimeHoldReason: From<HoldReason>;
        /// Who gets what names cost.
        type OnPayment: OnUnbalanced<Credit<Self::AccountId, Self::Currency>>;
        /// What a name costs for a period, in steps that its length decides.
        #[pallet::constant]
        type BaseRate: Get<Balance>;
        /// The premium on a name in the moment in which anybody can register it.
        #[pallet::constant]
        type Premium: Get<Balance>;
        /// What is on hold for a name or a subname.
        #[pallet::constant]
        type NodeDeposit: Get<Balance>;
        /// What is on hold for a record, a commitment or a reverse record.
        #[pallet::constant]
        type ItemDeposit: Get<Balance>;
        /// What is on hold for each byte of a record and its key besides.
        #[pallet::constant]
        type ByteDeposit: Get<Balance>;
    }

    /// Why this pallet holds coins.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// They stand for what the chain keeps of names.
        #[codec(index = 0)]
        Deposit,
    }

    /// The layout of what this pallet stores; a later one comes with a migration.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// Terms and waits; fixed at genesis.
    #[pallet::storage]
    pub type Rules<T> = StorageValue<_, NameRules, ValueQuery>;

    /// The number of the next node.
    #[pallet::storage]
    pub type NextNode<T> = StorageValue<_, NodeId, ValueQuery>;

    /// Commitments, by who made them: another's with the same hash is another.
    #[pallet::storage]
    pub type Commits<T: Config> = StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Blake2_128Concat, [u8; 32], Commit>;

    /// The latest registration of each name, and of all that look like it.
    #[pallet::storage]
    pub type Registrations<T> = StorageMap<_, Blake2_128Concat, Skeleton, Registration>;

    /// Names and subnames by number, also those that are gone and were not reclaimed yet.
    #[pallet::storage]
    pub type Nodes<T: Config> = StorageMap<_, Twox64Concat, NodeId, Node<T::AccountId>>;

    /// Subnames, by what they are under.
    #[pallet::storage]
    pub type Children<T> = StorageDoubleMap<_, Twox64Concat, NodeId, Blake2_128Concat, Label, NodeId>;

    /// Records of each node.
    #[pallet::storage]
    pub type Records<T: Config> = StorageDoubleMap<_, Twox64Concat, NodeId, Blake2_128Concat, RecordKey, Kept<T::AccountId>>;

    /// Nodes by owner.
    #[pallet::storage]
    pub type OfOwner<T: Config> = StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Twox64Concat, NodeId, ()>;

    /// Which name an account says is its own.
    #[pallet::storage]
    pub type Reverses<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Reverse>;

    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// Terms and waits; those of a live chain where none are given.
        pub rules: Option<NameRules>,
        #[serde(skip)]
        /// Ties the configuration to its runtime.
        pub _config: core::marker::PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            let rules = self.rules.unwrap_or_default();
            assert!(
                rules.is_sound(),
                "names need positive periods, days and ages, the least age first, and terms that the clock can tell"
            );
            Rules::<T>::put(rules);
        }
    }

    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// Somebody committed to a name.
        Committed {
            /// Who did.
            who: T::AccountId,
            /// To what.
            hash: [u8; 32],
        },
        /// A commitment was taken back.
        Uncommitted {
            /// Whose it was.
            who: T::AccountId,
            /// Which it was.
            hash: [u8; 32],
        },
        /// A name was registered.
        Registered {
            /// Its number.
            node: NodeId,
            /// The name.
            name: Label,
            /// Whose it is.
            owner: T::AccountId,
            /// What was paid for it, with the premium.
            paid: Balance,
            /// When its term ends.
            until: Clock,
        },
        /// A name's term was extended.
        Renewed {
            /// Its number.
            node: NodeId,
            /// The name.
            name: Label,
            /// Who paid.
            by: T::AccountId,
            /// What was paid.
            paid: Balance,
            /// When its term ends now.
            until: Clock,
        },
        /// A name or a subname has another owner, and no operators.
        Transferred {
            /// Its number.
            node: NodeId,
            /// Whose it was.
            from: T::AccountId,
            /// Whose it is.
            to: T::AccountId,
        },
        /// Somebody may set records of a name besides its owner, or may no more.
        OperatorSet {
            /// The name or subname.
            node: NodeId,
            /// Who may, or may not.
            who: T::AccountId,
            /// Whether it may.
            allowed: bool,
        },
        /// A record was set.
        RecordSet {
            /// Of which name or subname.
            node: NodeId,
            /// Which record.
            key: RecordKey,
        },
        /// A record was removed.
        RecordRemoved {
            /// Of which name or subname.
            node: NodeId,
            /// Which record.
            key: RecordKey,
        },
        /// A subname was made.
        SubCreated {
            /// Its number.
            node: NodeId,
            /// What it is under.
            parent: NodeId,
            /// Its label.
            label: Label,
            /// Whose it is.
            owner: T::AccountId,
        },
        /// A subname was removed, and with it all that was under it.
        SubRemoved {
            /// Its number, by which it can be reclaimed.
            node: NodeId,
            /// What it was under.
            parent: NodeId,
            /// Its label.
            label: Label,
        },
        /// An account says which name is its own, or none.
        ReverseSet {
            /// The account.
            who: T::AccountId,
            /// The name or subname.
            node: Option<NodeId>,
        },
        /// A name was given up.
        Released {
            /// Its number, by which it can be reclaimed.
            node: NodeId,
            /// The name.
            name: Label,
        },
        /// What was on hold for a name or a subname that is gone was released.
        Reclaimed {
            /// Its number.
            node: NodeId,
            /// How many records were removed.
            records: u32,
            /// Whether all of it is: else it can be reclaimed further.
            ended: bool,
        },
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
        /// What a path leads to: the longest row of its words that are a name and its subnames, with all records, and where in the path
        /// an object's path begins behind them.
        pub fn resolve(path: Vec<u8>) -> Option<Resolved> {
            Self::resolve_view(&path)
        }

        /// A name or a subname, also in its grace.
        pub fn named(path: Vec<u8>) -> Option<NameView> {
            Self::name_view(&path)
        }

        /// Some names and subnames of an account, those that are gone among them, in the order in which the state has them.
        pub fn names_of(owner: [u8; 32], after: Option<NodeId>, limit: u32) -> NamesPage {
            Self::names_page(&owner.into(), after, limit)
        }

        /// What it costs to register a name now.
        pub fn price(name: Vec<u8>, periods: u32) -> Result<Quote, Unavailable> {
            Self::price_view(&name, periods)
        }

        /// What it costs to renew a name now.
        pub fn renewal(name: Vec<u8>, periods: u32) -> Result<Quote, Unavailable> {
            Self::renewal_view(&name, periods)
        }

        /// Some subnames right under a name, in the order in which the state has them.
        pub fn children(path: Vec<u8>, after: Option<Vec<u8>>, limit: u32) -> ChildrenPage {
            Self::children_page(&path, after, limit)
        }

        /// The name of an account: the one that it says is its own, if that has the account in its record.
        pub fn reverse(account: [u8; 32]) -> Option<ReverseView> {
            Self::reverse_view(account)
        }

        /// When an account committed to a hash, on the clock, if that commitment still stands.
        pub fn commitment(who: [u8; 32], hash: [u8; 32]) -> Option<idlewild_names_primitives::Clock> {
            Self::commitment_view(who, hash)
        }

        /// The rules that clients have to know, and the clock.
        pub fn terms() -> NameTerms {
            Self::terms_view()
        }
    }

    #[pallet::call(weight(<T as Config>::WeightInfo))]
    impl<T: Config> Pallet<T> {
        /// Commits to a name that is registered some blocks later.
        ///
        /// ## Dispatch Origin
        /// Signed, by who will register it and own it.
        ///
        /// ## Details
        /// The hash is that of [`commitment`](idlewild_names_primitives::commitment::commitment). A deposit is put on hold until it is
        /// used or [taken back](Pallet::uncommit). One that is too old is made anew by committing again.
        ///
        /// ## Errors
        /// [`Error::AlreadyCommitted`], [`Error::NotEnoughCoins`].
        #[pallet::call_index(0)]
        pub fn commit(origin: OriginFor<T>, hash: [u8; 32]) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_commit(who, hash)
        }

        /// Registers a name.
        ///
        /// ## Dispatch Origin
        /// Signed, by who committed to it and will own it.
        ///
        /// ## Details
        /// The price is today's rent for the periods, and the premium if the name, or one that looks like it, was somebody's a short
        /// while ago. A deposit is put on hold besides.
        ///
        /// ## Errors
        /// [`Error::BadName`], [`Error::Reserved`], [`Error::BadPeriods`], [`Error::NoCommitment`], [`Error::TooFresh`],
        /// [`Error::TooOld`], [`Error::NameTaken`], [`Error::LooksTaken`], [`Error::PriceTooHigh`], [`Error::NotEnoughCoins`],
        /// [`Error::TooMany`].
        #[pallet::call_index(1)]
        pub fn register(origin: OriginFor<T>, name: Label, salt: Salt, periods: u32, max_price: Balance) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_register(who, name, salt, periods, max_price)
        }

        /// Extends a name's term.
        ///
        /// ## Dispatch Origin
        /// Signed, by anybody: who pays need not own the name.
        ///
        /// ## Details
        /// Also in its grace; the time that has passed since the term's end is paid for like any other.
        ///
        /// ## Errors
        /// [`Error::NoSuchName`], [`Error::BadPeriods`], [`Error::PriceTooHigh`], [`Error::NotEnoughCoins`].
        #[pallet::call_index(2)]
        pub fn renew(origin: OriginFor<T>, name: Label, periods: u32, max_price: Balance) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_renew(who, name, periods, max_price)
        }

        /// Gives a name or a subname to somebody else, with the deposits that its owner has on hold for it.
        ///
        /// ## Dispatch Origin
        /// Signed, by its owner.
        ///
        /// ## Details
        /// Records stay, and so do subnames with their own owners; operators do not. Deposits stay on hold, on the new owner's account. So
        /// it needs no coins for it, and need not agree. Its account must exist. Deposits of others stay theirs.
        ///
        /// ## Errors
        /// [`Error::NoSuchName`], [`Error::Lapsed`], [`Error::NotOwner`], [`Error::SameOwner`], [`Error::NoSuchAccount`]; those of the
        /// currency where the new owner has as many reasons to stay as it may.
        #[pallet::call_index(3)]
        pub fn transfer(origin: OriginFor<T>, path: NodePath, to: T::AccountId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_transfer(who, &path, to)
        }

        /// Says that somebody may set records of a name, or may no more.
        ///
        /// ## Dispatch Origin
        /// Signed, by its owner.
        ///
        /// ## Details
        /// An operator sets and removes records, at its own deposit, and nothing else. What it set stays when it is none any more.
        ///
        /// ## Errors
        /// [`Error::NoSuchName`], [`Error::Lapsed`], [`Error::NotOwner`], [`Error::SameOperator`], [`Error::TooManyOperators`].
        #[pallet::call_index(4)]
        pub fn set_operator(origin: OriginFor<T>, path: NodePath, who: T::AccountId, allowed: bool) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_set_operator(owner, &path, who, allowed)
        }

        /// Sets a record of a name, or removes it.
        ///
        /// ## Dispatch Origin
        /// Signed, by its owner or an operator.
        ///
        /// ## Details
        /// Who sets it has a deposit on hold for its bytes; who set what was there before gets its own back.
        ///
        /// ## Errors
        /// [`Error::NoSuchName`], [`Error::Lapsed`], [`Error::NotAllowed`], [`Error::BadRecord`], [`Error::NoSuchRecord`],
        /// [`Error::TooManyRecords`], [`Error::NotEnoughCoins`].
        #[pallet::call_index(5)]
        pub fn set_record(origin: OriginFor<T>, path: NodePath, key: RecordKey, value: Option<Record>) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_set_record(who, &path, key, value)
        }

        /// Makes a subname, with an owner of its own.
        ///
        /// ## Dispatch Origin
        /// Signed, by the owner of what it is under.
        ///
        /// ## Details
        /// The caller has the deposit for it on hold, whoever the owner is. It lasts as long as what it is under.
        ///
        /// ## Errors
        /// [`Error::NoSuchName`], [`Error::Lapsed`], [`Error::NotOwner`], [`Error::BadLabel`], [`Error::LabelTaken`],
        /// [`Error::TooDeep`], [`Error::NotEnoughCoins`], [`Error::TooMany`].
        #[pallet::call_index(6)]
        pub fn create_sub(origin: OriginFor<T>, parent: NodePath, label: Label, owner: T::AccountId) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_create_sub(who, &parent, label, owner)
        }

        /// Removes a subname, and all under it.
        ///
        /// ## Dispatch Origin
        /// Signed, by its owner, or the owner of what it is right under.
        ///
        /// ## Details
        /// From now on it leads nowhere, and another can be made of that label. The deposits for it, its records and all under it are
        /// [reclaimed](Pallet::reclaim).
        ///
        /// ## Errors
        /// [`Error::NoSuchName`], [`Error::Lapsed`], [`Error::NotSubname`], [`Error::NotOwner`].
        #[pallet::call_index(7)]
        pub fn remove_sub(origin: OriginFor<T>, path: NodePath) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_remove_sub(who, &path)
        }

        /// Says which name is the caller's own, or none.
        ///
        /// ## Dispatch Origin
        /// Signed, by anybody.
        ///
        /// ## Details
        /// A deposit is on hold for it. It is told of only while the name has the account in its record: else anybody could call itself by
        /// another's name.
        ///
        /// ## Errors
        /// [`Error::NoSuchName`], [`Error::Lapsed`], [`Error::NoReverse`], [`Error::NotEnoughCoins`].
        #[pallet::call_index(8)]
        pub fn set_reverse(origin: OriginFor<T>, path: Option<NodePath>) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_set_reverse(who, path)
        }

        /// Gives up a name, at once and without grace.
        ///
        /// ## Dispatch Origin
        /// Signed, by its owner.
        ///
        /// ## Details
        /// Nothing of the rent comes back. From now on anybody can register it, at a premium that begins to fall. The deposits for it, its
        /// records and all under it are [reclaimed](Pallet::reclaim).
        ///
        /// ## Errors
        /// [`Error::NoSuchName`], [`Error::NotOwner`].
        #[pallet::call_index(9)]
        pub fn release(origin: OriginFor<T>, name: Label) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_release(who, name)
        }

        /// Releases what is on hold for a name or a subname that is gone, to who paid: of `limit` records, and its own when none is left.
        ///
        /// ## Dispatch Origin
        /// Signed, by anybody.
        ///
        /// ## Details
        /// A name is gone when its grace is over or its owner released it; a subname when it was removed, or what it is under is gone. The
        /// latest registration of a name stays on record while a premium is asked for it, which is counted from its end.
        ///
        /// ## Errors
        /// [`Error::BadLimit`], [`Error::NoSuchNode`], [`Error::StillStands`], [`Error::PremiumRuns`].
        #[pallet::call_index(10)]
        #[pallet::weight(<T as Config>::WeightInfo::reclaim(*limit))]
        pub fn reclaim(origin: OriginFor<T>, node: NodeId, limit: u32) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_reclaim(node, limit)
        }

        /// Takes a commitment back, and its deposit.
        ///
        /// ## Dispatch Origin
        /// Signed, by who made it.
        ///
        /// ## Errors
        /// [`Error::NoCommitment`].
        #[pallet::call_index(11)]
        pub fn uncommit(origin: OriginFor<T>, hash: [u8; 32]) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_uncommit(who, hash)
        }
    }
}
