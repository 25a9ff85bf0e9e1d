//! # Gateways
//!
//! Accounts that act for an owner within an allowance.
//!
//! A gateway is a daemon with an account of its own that stores, fetches and serves for an owner, who pays. It never has a key of its
//! owner. What it may do instead is here: [`act`](Pallet::act) makes a call in its owner's name, of the few kinds that the runtime
//! takes from gateways, and whatever such a call takes from the owner's free coins is taken from the gateway's allowance too. Beyond
//! that nothing happens. Refunds do not raise it: an allowance is what an owner may lose by that gateway.
//!
//! Whom a gateway lets in is its owner's decision as well, recorded as [credentials](Credentials): a number, for whom, and what it may
//! do. Their secrets are on no chain: a gateway derives each from its own secret, the number and the generation, so that an owner ends
//! or renews one without a word to the gateway.
//!
//! Money: what is on hold for an account under [`HoldReason::Deposit`] is, to the unit, the sum of the deposits of its gateways.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod acting;
#[cfg(feature = "runtime-benchmarks")]
pub mod benchmark_setup;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod credentials;
mod invariants;
mod money;
mod registry;
pub mod types;
mod views;
pub mod weights;

pub use pallet::*;
pub use weights::WeightInfo;

// What the macro writes expects what it knows to be there.
#[allow(clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
    use alloc::{boxed::Box, vec::Vec};
    use frame_support::{
        dispatch::PostDispatchInfo,
        pallet_prelude::*,
        traits::{
            fungible::{Inspect, MutateHold},
            Contains,
        },
    };
    use frame_system::pallet_prelude::*;
    use idlewild_buckets_primitives::{
        limits::MAX_CREDENTIALS,
        view::{CredentialView, GatewayView},
        Balance, Clock, KeyNumber, SealingKey,
    };
    use sp_runtime::traits::Dispatchable;

    use crate::{
        types::{Credential, Endpoint, Gateway, GatewaysOf, Scopes},
        WeightInfo,
    };

    #[pallet::config]
    pub trait Config:
        frame_system::Config<
            RuntimeEvent: From<Event<Self>>,
            RuntimeCall: Dispatchable<PostInfo = PostDispatchInfo>,
            AccountId: Into<[u8; 32]> + From<[u8; 32]>,
        > + pallet_idlewild_clock::Config
    {
        /// Weights of the calls.
        type WeightInfo: WeightInfo;
        /// The native coin.
        type Currency: Inspect<Self::AccountId, Balance = Balance>
            + MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>;
        /// The runtime's reasons for holding coins.
        type RuntimeHoldReason: From<HoldReason>;
        /// Calls that a gateway may make as its owner. None of them may make another call, or a gateway could do anything.
        type Acts: Contains<<Self as frame_system::Config>::RuntimeCall>;
        /// What an owner has on hold for a gateway.
        #[pallet::constant]
        type GatewayDeposit: Get<Balance>;
        /// What it has on hold for each credential besides.
        #[pallet::constant]
        type CredentialDeposit: Get<Balance>;
    }

    /// Why this pallet holds coins.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// They stand for what the chain keeps of gateways and their credentials.
        #[codec(index = 0)]
        Deposit,
    }

    /// The layout of what this pallet stores; a later one comes with a migration.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// Gateways by their accounts.
    #[pallet::storage]
    pub type Gateways<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, Gateway<T::AccountId>>;

    /// The gateways of each owner.
    #[pallet::storage]
    pub type OfOwner<T: Config> = StorageMap<_, Blake2_128Concat, T::AccountId, GatewaysOf<T::AccountId>, ValueQuery>;

    /// Credentials of each gateway, by their numbers.
    #[pallet::storage]
    pub type Credentials<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Twox64Concat, KeyNumber, Credential<T::AccountId>>;

    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A gateway serves an owner.
        Registered {
            /// The gateway.
            gateway: T::AccountId,
            /// Whom it serves.
            owner: T::AccountId,
            /// The key that secrets are sealed to for it.
            receiver: SealingKey,
            /// Where it is, as UTF-8.
            endpoint: Endpoint,
            /// What it may spend.
            allowance: Balance,
        },
        /// An owner said what a gateway may spend from now on.
        Allowed {
            /// Which one.
            gateway: T::AccountId,
            /// How much.
            allowance: Balance,
        },
        /// A gateway is somewhere else.
        EndpointSet {
            /// Which one.
            gateway: T::AccountId,
            /// Where, as UTF-8.
            endpoint: Endpoint,
        },
        /// A gateway serves its owner no longer; its credentials are gone.
        Retired {
            /// Which one.
            gateway: T::AccountId,
            /// Whom it served.
            owner: T::AccountId,
            /// How many credentials it had.
            credentials: u32,
        },
        /// There is a new credential.
        Issued {
            /// Of which gateway.
            gateway: T::AccountId,
            /// Its number.
            key: KeyNumber,
            /// Whom it is for.
            user: T::AccountId,
            /// What it may do.
            scopes: Scopes,
        },
        /// A credential has another secret.
        Rotated {
            /// Of which gateway.
            gateway: T::AccountId,
            /// Its number.
            key: KeyNumber,
            /// How many times that happened.
            generation: u32,
        },
        /// A credential may do something else.
        ScopesSet {
            /// Of which gateway.
            gateway: T::AccountId,
            /// Its number.
            key: KeyNumber,
            /// What it may do.
            scopes: Scopes,
        },
        /// A credential was ended.
        Revoked {
            /// Of which gateway.
            gateway: T::AccountId,
            /// Its number.
            key: KeyNumber,
        },
        /// A gateway made a call as its owner.
        Acted {
            /// Which one.
            gateway: T::AccountId,
            /// As whom.
            owner: T::AccountId,
            /// What the call took of the owner's free coins.
            spent: Balance,
            /// What is left of the allowance.
            allowance: Balance,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// The account is no gateway.
        NoSuchGateway,
        /// The caller is not the gateway's owner.
        NotOwner,
        /// The caller is neither the gateway nor its owner.
        NotParty,
        /// The account is a gateway already; it has to be retired first.
        AlreadyRegistered,
        /// An owner cannot be its own gateway: give the gateway an account of its own.
        OwnAccount,
        /// The signature is not the gateway's of this consent.
        BadConsent,
        /// The time for which the gateway consented is over; ask it for another consent.
        ConsentExpired,
        /// The consent is for longer than a consent may be.
        ConsentTooLong,
        /// The endpoint is not UTF-8.
        BadEndpoint,
        /// The owner has as many gateways as it may; retire one.
        TooManyGateways,
        /// The gateway has as many credentials as it may; revoke one.
        TooManyCredentials,
        /// The gateway has no credential of that number, or no more.
        NoSuchCredential,
        /// There are no rights, unknown ones, no bucket in the list, or one twice.
        BadScopes,
        /// The owner has not enough free coins for the deposit, beside those that keep its account alive.
        NotEnoughCoins,
        /// A gateway may not make this call as its owner.
        CallNotAllowed,
        /// The call would take more of the owner's coins than the gateway may still spend; its owner can allow more.
        AllowanceSpent,
        /// No more credentials can be numbered, or this one's secret changed.
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
        /// A gateway.
        pub fn gateway(account: [u8; 32]) -> Option<GatewayView> {
            Self::gateway_view(account.into())
        }

        /// The gateways of an owner, in the order in which they came.
        pub fn gateways_of(owner: [u8; 32]) -> Vec<GatewayView> {
            Self::gateways_of_view(owner.into())
        }

        /// A credential of a gateway.
        pub fn credential(account: [u8; 32], key: KeyNumber) -> Option<CredentialView> {
            Self::credential_view(account.into(), key)
        }

        /// Some credentials of a gateway, by ascending number.
        pub fn credentials(account: [u8; 32], after: Option<KeyNumber>, limit: u32) -> Vec<CredentialView> {
            Self::credentials_view(account.into(), after, limit)
        }

        /// Whether `signer` may have shards stored that `owner` pays for: it is the owner, or a gateway of the owner's that may still
        /// spend something.
        pub fn may_store_for(owner: [u8; 32], signer: [u8; 32]) -> bool {
            Self::stores_for(owner.into(), signer.into())
        }
    }

    #[pallet::call(weight(<T as Config>::WeightInfo))]
    impl<T: Config> Pallet<T> {
        /// Has a gateway serve the caller.
        ///
        /// ## Dispatch Origin
        /// Signed, by the account that will be its owner.
        ///
        /// ## Details
        /// A deposit is put on hold. `signature` is of the gateway's account, sr25519, over
        /// [`consent_message`](idlewild_buckets_primitives::consent::consent_message): it binds the owner, the keys of the gateway and
        /// the endpoint, and is good until `until`. An account is the gateway of one owner at a time.
        ///
        /// ## Errors
        /// [`Error::OwnAccount`], [`Error::AlreadyRegistered`], [`Error::BadEndpoint`], [`Error::ConsentExpired`],
        /// [`Error::ConsentTooLong`], [`Error::BadConsent`], [`Error::TooManyGateways`], [`Error::NotEnoughCoins`].
        #[pallet::call_index(0)]
        // Each is a word of its own in the call.
        #[allow(clippy::too_many_arguments)]
        pub fn register(
            origin: OriginFor<T>,
            account: T::AccountId,
            receiver: SealingKey,
            owner_key: SealingKey,
            endpoint: Endpoint,
            #[pallet::compact] allowance: Balance,
            until: Clock,
            signature: [u8; 64],
        ) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::check_consent(&owner, &account, &receiver, &endpoint, until, signature)?;
            Self::do_register(owner, account, receiver, owner_key, endpoint, allowance)
        }

        /// Sets what a gateway may spend from now on.
        ///
        /// ## Dispatch Origin
        /// Signed, by the gateway's owner.
        ///
        /// ## Errors
        /// [`Error::NoSuchGateway`], [`Error::NotOwner`].
        #[pallet::call_index(1)]
        pub fn allow(origin: OriginFor<T>, account: T::AccountId, #[pallet::compact] allowance: Balance) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_allow(owner, account, allowance)
        }

        /// Says where a gateway is.
        ///
        /// ## Dispatch Origin
        /// Signed, by the gateway or its owner.
        ///
        /// ## Errors
        /// [`Error::NoSuchGateway`], [`Error::NotParty`], [`Error::BadEndpoint`].
        #[pallet::call_index(2)]
        pub fn set_endpoint(origin: OriginFor<T>, account: T::AccountId, endpoint: Endpoint) -> DispatchResult {
            let who = ensure_signed(origin)?;
            Self::do_set_endpoint(who, account, endpoint)
        }

        /// Ends a gateway, with all of its credentials.
        ///
        /// ## Dispatch Origin
        /// Signed, by the gateway or its owner.
        ///
        /// ## Details
        /// From now on it cannot act, and none of its grants and leases counts. The deposits go back to the owner. Charged for as many
        /// credentials as there may be; what is not needed is refunded.
        ///
        /// ## Errors
        /// [`Error::NoSuchGateway`], [`Error::NotParty`].
        #[pallet::call_index(3)]
        #[pallet::weight(<T as Config>::WeightInfo::retire(MAX_CREDENTIALS))]
        pub fn retire(origin: OriginFor<T>, account: T::AccountId) -> DispatchResultWithPostInfo {
            let who = ensure_signed(origin)?;
            let removed = Self::do_retire(who, account)?;
            Ok(Some(<T as Config>::WeightInfo::retire(removed)).into())
        }

        /// Issues a credential of a gateway; its number is in the event.
        ///
        /// ## Dispatch Origin
        /// Signed, by the gateway's owner.
        ///
        /// ## Details
        /// A deposit is put on hold. The number was never before, and never will be, another credential's of this gateway. Nobody
        /// checks that the buckets in the list are there, or the owner's.
        ///
        /// ## Errors
        /// [`Error::NoSuchGateway`], [`Error::NotOwner`], [`Error::BadScopes`], [`Error::TooManyCredentials`],
        /// [`Error::NotEnoughCoins`], [`Error::TooMany`].
        #[pallet::call_index(4)]
        pub fn issue(origin: OriginFor<T>, account: T::AccountId, user: T::AccountId, scopes: Scopes) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_issue(owner, account, user, scopes)
        }

        /// Gives a credential another secret: what was known of it opens nothing any more.
        ///
        /// ## Dispatch Origin
        /// Signed, by the gateway's owner.
        ///
        /// ## Errors
        /// [`Error::NoSuchGateway`], [`Error::NotOwner`], [`Error::NoSuchCredential`], [`Error::TooMany`].
        #[pallet::call_index(5)]
        pub fn rotate(origin: OriginFor<T>, account: T::AccountId, key: KeyNumber) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_rotate(owner, account, key)
        }

        /// Says what a credential may do from now on.
        ///
        /// ## Dispatch Origin
        /// Signed, by the gateway's owner.
        ///
        /// ## Errors
        /// [`Error::NoSuchGateway`], [`Error::NotOwner`], [`Error::NoSuchCredential`], [`Error::BadScopes`].
        #[pallet::call_index(6)]
        pub fn set_scopes(origin: OriginFor<T>, account: T::AccountId, key: KeyNumber, scopes: Scopes) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_set_scopes(owner, account, key, scopes)
        }

        /// Ends a credential.
        ///
        /// ## Dispatch Origin
        /// Signed, by the gateway's owner.
        ///
        /// ## Errors
        /// [`Error::NoSuchGateway`], [`Error::NotOwner`], [`Error::NoSuchCredential`].
        #[pallet::call_index(7)]
        pub fn revoke(origin: OriginFor<T>, account: T::AccountId, key: KeyNumber) -> DispatchResult {
            let owner = ensure_signed(origin)?;
            Self::do_revoke(owner, account, key)
        }

        /// Makes a call as the gateway's owner.
        ///
        /// ## Dispatch Origin
        /// Signed, by a gateway.
        ///
        /// ## Details
        /// The call must be one that the runtime takes from gateways. What its owner has less of free coins after it than before, also
        /// where they are on hold now, is taken from the allowance; where the owner has more, the allowance stays. The fee is the
        /// gateway's own. A call that fails, or that takes more than the gateway may spend, leaves nothing behind.
        ///
        /// ## Errors
        /// [`Error::NoSuchGateway`], [`Error::CallNotAllowed`], [`Error::AllowanceSpent`]; those of the call itself, and of the
        /// runtime where it takes no such call from anybody.
        #[pallet::call_index(8)]
        // Of the class of an ordinary call, whatever it carries: nothing gets ahead of others by being carried.
        #[pallet::weight(<T as Config>::WeightInfo::act().saturating_add(call.get_dispatch_info().call_weight))]
        pub fn act(origin: OriginFor<T>, call: Box<<T as frame_system::Config>::RuntimeCall>) -> DispatchResultWithPostInfo {
            let gateway = ensure_signed(origin.clone())?;
            Self::do_act(origin, gateway, *call)
        }
    }
}
