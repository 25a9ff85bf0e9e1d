//! # Organisations
//!
//! Virtual organisations: members, and what each may spend.
//!
//! An organisation is an account that nobody has a key of. Anybody fills it by plain transfers; its members order work that is paid
//! from it, each up to its quota; and its owner says who the members are and takes back what is not in escrow.
//!
//! Other pallets [`book`](Pallet::book) what a member wants to put in escrow, which tells them who pays, and
//! [`unbook`](Pallet::unbook) what came back of it. So a quota bounds what a member has in escrow and has spent together.
//!
//! Money: what is on hold for an account under [`HoldReason::Deposit`] is, to the unit, the sum of the deposits of the organisations
//! that it owns.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod administration;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod invariants;
mod quotas;
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
    use idlewild_compute_primitives::{
        view::{MemberView, MembersPage, OrganisationView},
        Balance, OrganisationId,
    };

    use crate::{
        types::{Member, Name, Organisation},
        WeightInfo,
    };

    #[pallet::config]
    pub trait Config:
        frame_system::Config<RuntimeEvent: From<Event<Self>>>
        + pallet_idlewild_escrow::Config<RuntimeHoldReason: From<HoldReason>>
    {
        /// Weights of the calls.
        type WeightInfo: WeightInfo;
        /// What its owner has on hold for an organisation.
        #[pallet::constant]
        type OrganisationDeposit: Get<Balance>;
        /// What the owner has on hold for each member besides.
        #[pallet::constant]
        type MemberDeposit: Get<Balance>;
    }

    /// Why this pallet holds coins.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// They stand for what the chain keeps of an organisation and its members.
        #[codec(index = 0)]
        Deposit,
    }

    /// The layout of what this pallet stores; a later one comes with a migration.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// The number of the next organisation.
    #[pallet::storage]
    pub type NextOrganisation<T> = StorageValue<_, OrganisationId, ValueQuery>;

    /// Organisations by number.
    #[pallet::storage]
    pub type Organisations<T: Config> = StorageMap<_, Twox64Concat, OrganisationId, Organisation<T::AccountId>>;

    /// Members of each organisation.
    #[pallet::storage]
    pub type Members<T: Config> = StorageDoubleMap<_, Twox64Concat, OrganisationId, Blake2_128Concat, T::AccountId, Member>;

    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// An organisation was founded.
        Founded {
            /// Its number.
            organisation: OrganisationId,
            /// Who administers it.
            owner: T::AccountId,
            /// The account that it pays from.
            account: T::AccountId,
            /// Its name, as UTF-8.
            name: Name,
        },
        /// An organisation has one more member.
        MemberAdded {
            /// Which organisation.
            organisation: OrganisationId,
            /// Who.
            member: T::AccountId,
            /// What it may have in escrow and spent together.
            quota: Balance,
        },
        /// A member may spend another sum.
        QuotaSet {
            /// Which organisation.
            organisation: OrganisationId,
            /// Who.
            member: T::AccountId,
            /// What it may have in escrow and spent together now.
            quota: Balance,
        },
        /// An account is no member any more.
        MemberRemoved {
            /// Which organisation.
            organisation: OrganisationId,
            /// Who.
            member: T::AccountId,
            /// What it used that has not come back, which is remembered.
            used: Balance,
        },
        /// What an account used as a member is forgotten, as all of it came back or the owner wrote it off.
        MemberForgotten {
            /// Which organisation.
            organisation: OrganisationId,
            /// Who was a member.
            member: T::AccountId,
        },
        /// An organisation has another owner, who has its deposits as well.
        HandedOver {
            /// Which organisation.
            organisation: OrganisationId,
            /// Who administered it.
            from: T::AccountId,
            /// Who administers it now.
            to: T::AccountId,
        },
        /// An owner took free coins out of an organisation's account.
        Withdrawn {
            /// Which organisation.
            organisation: OrganisationId,
            /// Who got them.
            to: T::AccountId,
            /// How much.
            amount: Balance,
        },
        /// An organisation is no more.
        Dissolved {
            /// Which one.
            organisation: OrganisationId,
            /// What was left on its account, which its owner got.
            amount: Balance,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// There is no organisation of that number.
        NoSuchOrganisation,
        /// The caller does not administer the organisation.
        NotOwner,
        /// The account is not a member of the organisation.
        NotMember,
        /// The account is a member of the organisation already.
        AlreadyMember,
        /// The member would have more in escrow and spent together than its quota.
        OverQuota,
        /// The name is empty, is not UTF-8, or has control characters.
        BadName,
        /// The account has not enough free coins beside those that keep it alive.
        NotEnoughCoins,
        /// The account administers the organisation already.
        SameOwner,
        /// The account has no coins, so that no deposit can be on hold there.
        NoSuchAccount,
        /// The organisation still has members, or remembers what removed ones used.
        HasMembers,
        /// The organisation's account still has escrows open, or coins on hold.
        HasEscrows,
        /// No more organisations can be numbered, or members counted.
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
        /// An organisation.
        pub fn organisation(id: OrganisationId) -> Option<OrganisationView> {
            Self::organisation_view(id)
        }

        /// What a member may spend, and what it used of that.
        pub fn member(id: OrganisationId, who: [u8; 32]) -> Option<MemberView> {
            Self::member_view(id, who)
        }

        /// Some members of an organisation, in the order of the map, and the one after which the next page begins.
        pub fn members(id: OrganisationId, after: Option<[u8; 32]>, limit: u32) -> MembersPage {
            Self::members_view(id, after, limit)
        }

        /// Some of the organisations that an account administers or is a member of, by ascending number, and the number after which
        /// the next page begins. A page may be empty though there is a next one.
        pub fn organisations_of(
            who: [u8; 32],
            after: Option<OrganisationId>,
            limit: u32,
        ) -> (Vec<OrganisationView>, Option<OrganisationId>) {
            Self::organisations_of_view(who, after, limit)
        }
    }

    #[pallet::call(weight(<T as Config>::WeightInfo))]
    impl<T: Config> Pallet<T> {
        /// Founds an organisation.
        ///
        /// ## Dispatch Origin
        /// Signed, by the account that will be its owner.
        ///
        /// ## Details
        /// A deposit is put on hold. The organisation pays from an account of its own, which the event names and anybody can transfer
        /// coins to. The owner is not a member, unless it adds itself. Names need not be unique: organisations are known by number.
        ///
        /// ## Errors
        /// [`Error::BadName`], [`Error::NotEnoughCoins`], [`Error::TooMany`].
        #[pallet::call_index(0)]
        pub fn found(origin: OriginFor<T>, name: Name) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_found(owner, name)
        }

        /// Makes an account a member that may have `quota` in escrow and spent together.
        ///
        /// ## Dispatch Origin
        /// Signed, by the organisation's owner.
        ///
        /// ## Details
        /// A deposit is put on hold. The account need not agree, as it is bound to nothing. One that was removed, and of whose spending
        /// something is remembered, goes on from there.
        ///
        /// ## Errors
        /// [`Error::NoSuchOrganisation`], [`Error::NotOwner`], [`Error::AlreadyMember`], [`Error::NotEnoughCoins`],
        /// [`Error::TooMany`].
        #[pallet::call_index(1)]
        pub fn add_member(
            origin: OriginFor<T>,
            organisation: OrganisationId,
            member: T::AccountId,
            #[pallet::compact] quota: Balance,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_add_member(owner, organisation, member, quota)
        }

        /// Changes what a member may spend.
        ///
        /// ## Dispatch Origin
        /// Signed, by the organisation's owner.
        ///
        /// ## Details
        /// A quota below what is used already stops new spending, and takes nothing back.
        ///
        /// ## Errors
        /// [`Error::NoSuchOrganisation`], [`Error::NotOwner`], [`Error::NotMember`].
        #[pallet::call_index(2)]
        pub fn set_quota(
            origin: OriginFor<T>,
            organisation: OrganisationId,
            member: T::AccountId,
            #[pallet::compact] quota: Balance,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_set_quota(owner, organisation, member, quota)
        }

        /// Removes a member, or forgets what a removed one used.
        ///
        /// ## Dispatch Origin
        /// Signed, by the organisation's owner.
        ///
        /// ## Details
        /// What it has in escrow goes on, and comes back to the organisation's account. As long as something that it used has not come
        /// back, that is remembered, and the deposit stays on hold: a member that is added once more goes on from there. Removed a second
        /// time, the account is forgotten and the deposit released. If it is added after that, what comes back from before makes room
        /// in its new quota.
        ///
        /// ## Errors
        /// [`Error::NoSuchOrganisation`], [`Error::NotOwner`], [`Error::NotMember`].
        #[pallet::call_index(3)]
        pub fn remove_member(origin: OriginFor<T>, organisation: OrganisationId, member: T::AccountId) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_remove_member(owner, organisation, member)
        }

        /// Makes somebody else the owner, and gives the deposits to it.
        ///
        /// ## Dispatch Origin
        /// Signed, by the organisation's owner.
        ///
        /// ## Details
        /// The deposits stay on hold, on the new owner's account: whoever dissolves the organisation gets them. So the new owner needs
        /// no coins for it, and need not agree. Its account must exist.
        ///
        /// ## Errors
        /// [`Error::NoSuchOrganisation`], [`Error::NotOwner`], [`Error::SameOwner`], [`Error::NoSuchAccount`]; those of the currency
        /// where the new owner has as many reasons to stay as it may.
        #[pallet::call_index(4)]
        pub fn hand_over(origin: OriginFor<T>, organisation: OrganisationId, to: T::AccountId) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_hand_over(owner, organisation, to)
        }

        /// Takes free coins out of the organisation's account.
        ///
        /// ## Dispatch Origin
        /// Signed, by the organisation's owner.
        ///
        /// ## Details
        /// Either all coins, where none are on hold, or so many that the account lives on. What is in escrow stays there.
        ///
        /// ## Errors
        /// [`Error::NoSuchOrganisation`], [`Error::NotOwner`], [`Error::NotEnoughCoins`]; those of the currency where `amount` would
        /// not open the account `to`.
        #[pallet::call_index(5)]
        pub fn withdraw(
            origin: OriginFor<T>,
            organisation: OrganisationId,
            to: T::AccountId,
            #[pallet::compact] amount: Balance,
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_withdraw(owner, organisation, to, amount)
        }

        /// Ends an organisation.
        ///
        /// ## Dispatch Origin
        /// Signed, by the organisation's owner.
        ///
        /// ## Details
        /// It has no members and no open escrows any more. Its deposit is released, and what is left on its account becomes the
        /// owner's. The number is never used again, and coins that are sent to the account afterwards are lost.
        ///
        /// ## Errors
        /// [`Error::NoSuchOrganisation`], [`Error::NotOwner`], [`Error::HasMembers`], [`Error::HasEscrows`].
        #[pallet::call_index(6)]
        pub fn dissolve(origin: OriginFor<T>, organisation: OrganisationId) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_dissolve(owner, organisation)
        }
    }
}
