//! # Offers
//!
//! Compute providers: who they are, what their machines offer for how much, how well they did, and the bond with which they answer
//! for it.
//!
//! An operator (an account) runs one or more providers. Each has a number that is never reused, an ed25519 peer key that names it on the
//! network, resources, attributes, prices, a score, and a bond on hold. Other pallets give it work and end it through
//! [`Pallet::take_work`] and [`Pallet::end_work`], note how it went, and take of its bond through [`Pallet::slash`] and
//! [`Pallet::charge`]; this pallet alone moves a provider's coins.
//!
//! | what | who changes it |
//! | --- | --- |
//! | what is offered, and of what kind | the operator: never less than is in use, and no other machine while it has work |
//! | what is free, and what of the bond stands for work | work that is taken and ended |
//! | the score | results: [`Pallet::note_agreed`], [`Pallet::note_lost`], [`Pallet::note_late`] |
//! | the grade | trackers: [`Pallet::set_grade`] |
//!
//! Money: what is on hold for an operator under [`HoldReason::Bond`] is, to the unit, the sum of the bonds of its providers.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
pub mod benchmark_setup;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod bonds;
mod invariants;
mod leases;
mod registry;
mod reputation;
pub mod types;
mod views;
pub mod weights;
mod work;

pub use pallet::*;
pub use weights::WeightInfo;

// What the macro writes expects what it knows to be there.
#[allow(clippy::expect_used)]
#[frame_support::pallet]
pub mod pallet {
    use frame_support::{
        pallet_prelude::*,
        traits::fungible::{BalancedHold, Credit, Inspect, InspectHold, Mutate, MutateHold},
    };
    use frame_system::pallet_prelude::*;
    use idlewild_compute_primitives::{
        resources::{Attributes, Grade, Prices, Resources, Wishes},
        trust::TrustRules,
        view::{FitsPage, ProviderView, ProvidersPage, Standing},
        Balance, Clock, OrganisationId, PeerKey, ProviderId,
    };

    use crate::{
        types::{Givers, Offer, Provider, TOP_SCORE},
        WeightInfo,
    };

    pub use idlewild_storage_primitives::limits::MAX_ENDPOINT;
    /// A provider's multiaddress, as UTF-8.
    pub type Endpoint = BoundedVec<u8, ConstU32<MAX_ENDPOINT>>;
    /// Coins that were taken of a bond, and are nobody's until the caller says whose.
    pub type CreditOf<T> = Credit<<T as frame_system::Config>::AccountId, <T as Config>::Currency>;

    #[pallet::config]
    pub trait Config:
        frame_system::Config<RuntimeEvent: From<Event<Self>>, AccountId: Into<[u8; 32]> + From<[u8; 32]>>
        + pallet_idlewild_clock::Config
    {
        /// Weights of the calls.
        type WeightInfo: WeightInfo;
        /// What bonds are put on hold in.
        type Currency: Inspect<Self::AccountId, Balance = Balance>
            + InspectHold<Self::AccountId>
            + Mutate<Self::AccountId>
            + MutateHold<Self::AccountId, Reason = Self::RuntimeHoldReason>
            + BalancedHold<Self::AccountId>;
        /// The runtime's reasons for holding coins.
        type RuntimeHoldReason: From<HoldReason>;
        /// Least bond of a provider that takes work.
        #[pallet::constant]
        type LeastBond: Get<Balance>;
        /// How long a bond stays after it was put up or raised, in blocks of the clock: longer than any draw takes in which bonds
        /// count, from the first claim on, or the same coins would count twice in it.
        #[pallet::constant]
        type BondStays: Get<Clock>;
    }

    /// Why this pallet holds coins.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// A provider's bond.
        #[codec(index = 0)]
        Bond,
    }

    /// The layout of what this pallet stores; a later one comes with a migration.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// What makes a provider trusted; fixed at genesis.
    #[pallet::storage]
    pub type Trust<T> = StorageValue<_, TrustRules, ValueQuery>;

    /// The number of the next provider.
    #[pallet::storage]
    pub type NextProvider<T> = StorageValue<_, ProviderId, ValueQuery>;

    /// Providers by number.
    #[pallet::storage]
    pub type Providers<T: Config> = StorageMap<_, Twox64Concat, ProviderId, Provider<T::AccountId>>;

    /// Where each provider listens.
    #[pallet::storage]
    pub type Endpoints<T> = StorageMap<_, Twox64Concat, ProviderId, Endpoint>;

    /// Providers by peer key.
    #[pallet::storage]
    pub type ByPeerKey<T> = StorageMap<_, Blake2_128Concat, PeerKey, ProviderId>;

    /// Whose points each provider's score consists of, where it has any. It has as many entries as the highest score at most, each of
    /// which a protocol fee was burned for, and goes with the provider.
    #[pallet::storage]
    pub type GivenBy<T: Config> = StorageMap<_, Twox64Concat, ProviderId, Givers<T::AccountId>, ValueQuery>;

    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// What makes a provider trusted; as on a live chain where nothing is given.
        pub trust: Option<TrustRules>,
        #[serde(skip)]
        /// Ties the configuration to its runtime.
        pub _config: core::marker::PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            let rules = self.trust.unwrap_or_default();
            assert!(rules.trusted_from <= TOP_SCORE, "nobody could ever be trusted: no score is above 64");
            assert!(rules.most_of_requester > 0, "nobody could ever have a score: a requester must give at least one point");
            Trust::<T>::put(rules);
        }
    }

    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A provider was registered.
        Registered {
            /// Its number.
            provider: ProviderId,
            /// The account behind it.
            operator: T::AccountId,
            /// The key of its libp2p identity.
            peer_key: PeerKey,
            /// What it offers.
            offer: Offer,
            /// Its bond.
            bond: Balance,
        },
        /// A bond was raised.
        BondAdded {
            /// Whose.
            provider: ProviderId,
            /// By how much.
            amount: Balance,
            /// What it is now.
            bond: Balance,
        },
        /// Part of a bond was given back.
        BondWithdrawn {
            /// Whose.
            provider: ProviderId,
            /// How much.
            amount: Balance,
            /// What is left.
            bond: Balance,
        },
        /// A provider offers something else.
        OfferChanged {
            /// Which provider.
            provider: ProviderId,
            /// What it offers now.
            offer: Offer,
        },
        /// A provider listens elsewhere.
        EndpointChanged {
            /// Which provider.
            provider: ProviderId,
            /// Its multiaddress now, as UTF-8.
            endpoint: Endpoint,
        },
        /// A provider stands differently.
        StandingChanged {
            /// Which provider.
            provider: ProviderId,
            /// How it stands now.
            standing: Standing,
        },
        /// A provider was removed, having nothing left to do, and what was left of its bond was given back.
        Removed {
            /// Which one.
            provider: ProviderId,
        },
        /// Part of a bond was taken, because a result was lost.
        Slashed {
            /// Whose.
            provider: ProviderId,
            /// How much.
            amount: Balance,
        },
        /// Part of a bond was taken, because work was late.
        Charged {
            /// Whose.
            provider: ProviderId,
            /// How much.
            amount: Balance,
        },
        /// A result was agreed to, and counts.
        ScoreRaised {
            /// Whose.
            provider: ProviderId,
            /// Its score now.
            score: u16,
        },
        /// A result was lost or kept back, and the score with it.
        Lost {
            /// Whose.
            provider: ProviderId,
            /// How many it lost by now.
            lost: u32,
        },
        /// Work was late or never begun. Of a chunk that costs half of the score, of a lease nothing.
        Late {
            /// Whose.
            provider: ProviderId,
            /// How often by now.
            late: u32,
            /// Its score now.
            score: u16,
        },
        /// Trackers measured a provider.
        Graded {
            /// Which provider.
            provider: ProviderId,
            /// How fast it is.
            grade: Grade,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// There is no provider of that number.
        NoSuchProvider,
        /// The caller is not the account behind the provider.
        NotOperator,
        /// The peer key belongs to a provider already.
        PeerKeyTaken,
        /// The peer key did not sign for the caller.
        BadPeerSignature,
        /// The endpoint is not a multiaddress: it must be UTF-8 and begin with a slash.
        BadEndpoint,
        /// The offer has no processor or no memory, without which nothing runs.
        NothingOffered,
        /// The region is not two capital letters, nor zeros for one that is not told.
        BadRegion,
        /// The bond is, or would be, below the least bond of a provider.
        BondTooLow,
        /// The bond stands for work: no more of it can be withdrawn, and it cannot stand for more.
        BondInUse,
        /// The bond was put up or raised too lately to be given back.
        BondTooFresh,
        /// The caller has not enough free coins for the bond.
        NotEnoughCoins,
        /// The amount is zero.
        Nothing,
        /// More is in use than would be offered.
        InUse,
        /// The provider has work: neither what kind of machine it is can be changed, nor can it be removed.
        Busy,
        /// The provider takes no new work.
        NotActive,
        /// The provider has too little free.
        NoRoom,
        /// The provider is leaving, so that this cannot be changed.
        Leaving,
        /// The provider stands so already.
        SameStanding,
        /// The provider is not exiting.
        NotExiting,
        /// No more providers can be numbered.
        TooManyProviders,
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
        /// A provider.
        pub fn provider(id: ProviderId) -> Option<ProviderView> {
            Self::provider_view(id)
        }

        /// The provider that has this peer key.
        pub fn provider_of_peer(peer_key: PeerKey) -> Option<ProviderView> {
            Self::provider_view(ByPeerKey::<T>::get(peer_key)?)
        }

        /// Some providers, by ascending number: those after `after`, or the first ones.
        pub fn providers(after: Option<ProviderId>, limit: u32) -> ProvidersPage {
            Self::providers_page(None, after, limit)
        }

        /// The same, of one operator.
        pub fn providers_of(operator: [u8; 32], after: Option<ProviderId>, limit: u32) -> ProvidersPage {
            Self::providers_page(Some(operator.into()), after, limit)
        }

        /// For some providers, by ascending number, everything that keeps each of them from a job: what of `resources` it lacks, which
        /// of `wishes` it does not meet where `organisation` pays, and whether it asks more than `max_rate` plancks a block.
        pub fn explain(
            resources: Resources,
            wishes: Wishes,
            organisation: Option<OrganisationId>,
            max_rate: Balance,
            after: Option<ProviderId>,
            limit: u32,
        ) -> FitsPage {
            Self::fits_page(&resources, &wishes, organisation, max_rate, after, limit)
        }
    }

    #[pallet::call(weight(<T as Config>::WeightInfo))]
    impl<T: Config> Pallet<T> {
        /// Registers a compute provider and holds its bond.
        ///
        /// ## Dispatch Origin
        /// Signed, by the account that will be the provider's operator.
        ///
        /// ## Details
        /// `peer_key` must have signed [`registration_message`](idlewild_storage_primitives::receipt::registration_message) for
        /// this chain and the caller: nobody can register a key that is not theirs. The same key may be a storage miner's. All of
        /// `offered` is free, and the provider is active at once; its score is nothing, and it has no grade until trackers measured it.
        /// `attributes.only_for` is not looked at further: where there is no such organisation, nobody is its member.
        ///
        /// ## Errors
        /// [`Error::PeerKeyTaken`], [`Error::BadEndpoint`], [`Error::NothingOffered`], [`Error::BadRegion`], [`Error::BondTooLow`],
        /// [`Error::BadPeerSignature`], [`Error::TooManyProviders`], [`Error::NotEnoughCoins`].
        #[pallet::call_index(0)]
        #[allow(clippy::too_many_arguments)] // They are what is registered.
        pub fn register(
            origin: OriginFor<T>,
            peer_key: PeerKey,
            peer_signature: [u8; 64],
            endpoint: Endpoint,
            offered: Resources,
            attributes: Attributes,
            prices: Prices,
            #[pallet::compact] bond: Balance,
        ) -> DispatchResult {
            let operator = ensure_signed(origin)?;
            let offer = Offer { offered, attributes, prices };
            Self::do_register(operator, (peer_key, peer_signature), endpoint, offer, bond)
        }

        /// Raises a provider's bond, so that it can take more work.
        ///
        /// ## Dispatch Origin
        /// Signed, by the provider's operator.
        ///
        /// ## Details
        /// The coins are put on hold and can stand for work at once. From now on the whole bond stays for
        /// [`Config::BondStays`] blocks of the clock, as draws count on it. A provider that a slash brought below the least bond takes
        /// work again once it is made up for.
        ///
        /// ## Errors
        /// [`Error::NoSuchProvider`], [`Error::NotOperator`], [`Error::Nothing`], [`Error::Leaving`], [`Error::NotEnoughCoins`].
        #[pallet::call_index(1)]
        pub fn add_bond(origin: OriginFor<T>, provider: ProviderId, #[pallet::compact] amount: Balance) -> DispatchResult {
            Self::do_add_bond(ensure_signed(origin)?, provider, amount)
        }

        /// Takes back bond that stands for no work.
        ///
        /// ## Dispatch Origin
        /// Signed, by the provider's operator.
        ///
        /// ## Details
        /// A provider keeps the least bond until it is removed, also while it is exiting, as it answers for the work that it still has.
        /// None of a bond can be taken back for [`Config::BondStays`] blocks of the clock after it was put up or raised.
        ///
        /// ## Errors
        /// [`Error::NoSuchProvider`], [`Error::NotOperator`], [`Error::Nothing`], [`Error::BondInUse`], [`Error::BondTooLow`],
        /// [`Error::BondTooFresh`].
        #[pallet::call_index(2)]
        pub fn withdraw_bond(origin: OriginFor<T>, provider: ProviderId, #[pallet::compact] amount: Balance) -> DispatchResult {
            Self::do_withdraw_bond(ensure_signed(origin)?, provider, amount)
        }

        /// Offers something else: other amounts, another kind of machine, or other prices.
        ///
        /// ## Dispatch Origin
        /// Signed, by the provider's operator.
        ///
        /// ## Details
        /// Of nothing can less be offered than is in use, and while a graphics processor is in use they all keep their memory. What
        /// the machine is cannot change while it has work, since that was given to the machine that it was: pause first, and wait
        /// until it is done. Whom it works for may change at any time, and is of work to come; so are prices. A grade is of the
        /// machine that was measured: it is gone with another architecture, graphics processor or host class.
        ///
        /// ## Errors
        /// [`Error::NoSuchProvider`], [`Error::NotOperator`], [`Error::Leaving`], [`Error::NothingOffered`], [`Error::BadRegion`],
        /// [`Error::InUse`], [`Error::Busy`].
        #[pallet::call_index(3)]
        pub fn set_offer(
            origin: OriginFor<T>,
            provider: ProviderId,
            offered: Resources,
            attributes: Attributes,
            prices: Prices,
        ) -> DispatchResult {
            Self::do_set_offer(ensure_signed(origin)?, provider, Offer { offered, attributes, prices })
        }

        /// Moves a provider to another multiaddress.
        ///
        /// ## Dispatch Origin
        /// Signed, by the provider's operator.
        ///
        /// ## Details
        /// Only its form is looked at, not whether anybody listens there. A provider that is leaving may move too, since it may still
        /// have work.
        ///
        /// ## Errors
        /// [`Error::NoSuchProvider`], [`Error::NotOperator`], [`Error::BadEndpoint`].
        #[pallet::call_index(4)]
        pub fn set_endpoint(origin: OriginFor<T>, provider: ProviderId, endpoint: Endpoint) -> DispatchResult {
            Self::do_set_endpoint(ensure_signed(origin)?, provider, endpoint)
        }

        /// Stops taking new work; what the provider has, it does and is paid for.
        ///
        /// ## Dispatch Origin
        /// Signed, by the provider's operator.
        ///
        /// ## Details
        /// A chunk that it was drawn for and has not acknowledged cannot be acknowledged before it resumes.
        ///
        /// ## Errors
        /// [`Error::NoSuchProvider`], [`Error::NotOperator`], [`Error::Leaving`], [`Error::SameStanding`].
        #[pallet::call_index(5)]
        pub fn pause(origin: OriginFor<T>, provider: ProviderId) -> DispatchResult {
            Self::do_set_standing(ensure_signed(origin)?, provider, Standing::Paused)
        }

        /// Takes new work again after a pause.
        ///
        /// ## Dispatch Origin
        /// Signed, by the provider's operator.
        ///
        /// ## Details
        /// At once.
        ///
        /// ## Errors
        /// [`Error::NoSuchProvider`], [`Error::NotOperator`], [`Error::Leaving`], [`Error::SameStanding`].
        #[pallet::call_index(6)]
        pub fn resume(origin: OriginFor<T>, provider: ProviderId) -> DispatchResult {
            Self::do_set_standing(ensure_signed(origin)?, provider, Standing::Active)
        }

        /// Begins to leave: the provider takes no new work for good.
        ///
        /// ## Dispatch Origin
        /// Signed, by the provider's operator.
        ///
        /// ## Details
        /// Nothing need be over before, and there is no way back. What work it has, it does, answers for and is paid for; its bond can
        /// be withdrawn as far as it stands for none, below the least bond too.
        ///
        /// ## Errors
        /// [`Error::NoSuchProvider`], [`Error::NotOperator`], [`Error::Leaving`].
        #[pallet::call_index(7)]
        pub fn exit(origin: OriginFor<T>, provider: ProviderId) -> DispatchResult {
            Self::do_set_standing(ensure_signed(origin)?, provider, Standing::Exiting)
        }

        /// Removes a provider that is exiting and has no work left, and gives back what is left of its bond.
        ///
        /// ## Dispatch Origin
        /// Signed, by the provider's operator.
        ///
        /// ## Details
        /// What must be over before: its chunks are final, its orders are cancelled and its leases closed, and a bond that is left was
        /// not put up or raised in the last [`Config::BondStays`] blocks of the clock. Its number is never used again, and all that is
        /// known of it is forgotten; its peer key may be registered anew.
        ///
        /// ## Errors
        /// [`Error::NoSuchProvider`], [`Error::NotOperator`], [`Error::NotExiting`], [`Error::Busy`], [`Error::BondTooFresh`].
        #[pallet::call_index(8)]
        pub fn remove(origin: OriginFor<T>, provider: ProviderId) -> DispatchResult {
            Self::do_remove(ensure_signed(origin)?, provider)
        }
    }
}
