//! # Services
//!
//! Long-running services: matched with machines, live once their endpoint answers, paid by the block, moved when a machine vanishes.
//!
//! | when | what |
//! | --- | --- |
//! | [deployed](Pallet::deploy) | all instances are paid for ahead: a term at the highest rate, and probes |
//! | matched by the market | a lease: its part of the escrow is set aside for it, at its own rate |
//! | [accepted](Pallet::accept) within [`LeaseRules::start`] | key and endpoint stand on chain, and trackers probe it |
//! | the probe answers | the lease is live, and paid from here on |
//! | every [`LeaseRules::period`] | the owner signs a voucher for all that it owes so far; the provider [redeems](Pallet::redeem) it |
//! | the owner signs nothing | the provider [has it probed](Pallet::ask_probe) once a period: what answers counts as paid for |
//! | somebody [reports](Pallet::report_down) it down | trackers probe it; [`LeaseRules::silent`] silent probes in a row close the lease |
//! | [closed](Pallet::close) | nothing is owed any more from here on; the instance is wanted again, of another machine |
//! | [`LeaseRules::close`] later | anybody [finishes](Pallet::finish) it: paid is the last voucher, or what probes saw where that is more |
//!
//! **At risk.** A voucher never pays for more than the time that has passed since the lease went live, and a probe that answers never
//! counts for more than a period (or than the probe before it took, where that was longer). So an owner whose provider vanishes loses a
//! period at most, and so does a provider whose owner signs nothing any more, as long as it redeems what it has and asks for a probe
//! in every period. Who never goes live gets nothing.
//!
//! **Moving.** A lease costs nothing from the moment it is closed, and its instance is wanted only from then on: no block is paid to two
//! providers of one instance. What is left of its funds pays the next machine, where it is enough for a period at that machine's rate.
//!
//! **Turning away.** Where a provider asked for a match, something of its bond stands for the lease. It is lost to the treasury where the
//! provider does not begin what it was matched for, and where it gives it up in the first period, or vanishes. Where it never began, as
//! much of what its probes would have cost the owner is burned: nobody lets others lose their stakes for nothing, with a service that
//! does not run. Whoever turns away, matched by whatever way, is not proposed for that service any more.
//!
//! **Probes** are paid from what the lease has for them, and then from its funds. Whoever asks for one and is not the owner has as much
//! on hold, and loses it to the lease where trackers find the contrary of what it says. So nobody can burn an owner's coins: a stranger
//! not with reports, a provider not with endpoints that do not answer.
//!
//! Money: of the service's escrow, what is not set aside for leases waits for instances without a machine, and what these cannot use is
//! refunded at once. When a service was stopped and its last lease is finished, its escrow is closed.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
pub mod benchmark_setup;
#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod demand;
mod deployments;
mod errors;
mod invariants;
mod leases;
mod money;
mod probes;
pub mod types;
mod views;
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
    use frame_support::{pallet_prelude::*, traits::OnUnbalanced};
    use frame_system::pallet_prelude::*;
    use idlewild_compute_primitives::{
        lease::LeaseRules,
        project::ServiceSpec,
        view::{LeaseView, ServiceView, ServicesPage},
        Balance, Clock, EscrowId, LeaseId, PanelId, ProviderId, ServiceId,
    };

    use crate::{
        types::{Endpoint, Lease, Service, Why},
        WeightInfo,
    };

    /// What services are paid in.
    pub(crate) type CurrencyOf<T> = <T as pallet_idlewild_escrow::Config>::Currency;
    /// The runtime's reasons for holding it.
    pub(crate) type ReasonOf<T> = <T as pallet_idlewild_escrow::Config>::RuntimeHoldReason;

    #[pallet::config]
    pub trait Config:
        frame_system::Config<RuntimeEvent: From<Event<Self>>, AccountId: From<[u8; 32]> + Into<[u8; 32]>>
        + pallet_idlewild_clock::Config
        + pallet_idlewild_randomness::Config
        + pallet_idlewild_escrow::Config<RuntimeHoldReason: From<HoldReason>>
        + pallet_idlewild_organisations::Config
        + pallet_idlewild_apps::Config
        + pallet_idlewild_offers::Config
        + pallet_idlewild_trackers::Config
        + pallet_idlewild_market::Config
    {
        /// Weights of the calls.
        type WeightInfo: WeightInfo;
        /// Who gets the stakes of those that turn away.
        type Treasury: OnUnbalanced<pallet_idlewild_offers::CreditOf<Self>>;
        /// What each tracker gets for a probe.
        #[pallet::constant]
        type ProbePay: Get<Balance>;
    }

    /// Why this pallet holds coins.
    #[pallet::composite_enum]
    pub enum HoldReason {
        /// They stand for somebody's word on whether an endpoint answers.
        #[codec(index = 0)]
        Word,
    }

    /// The layout of what this pallet stores; a later one comes with a migration.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// Periods and waits; fixed at genesis.
    #[pallet::storage]
    pub type Rules<T> = StorageValue<_, LeaseRules, ValueQuery>;

    /// The number of the next service.
    #[pallet::storage]
    pub type NextService<T> = StorageValue<_, ServiceId, ValueQuery>;

    /// The number of the next lease.
    #[pallet::storage]
    pub type NextLease<T> = StorageValue<_, LeaseId, ValueQuery>;

    /// Services by number, until they were stopped and all of their leases are finished.
    #[pallet::storage]
    pub type Services<T: Config> = StorageMap<_, Twox64Concat, ServiceId, Service<T::AccountId>>;

    /// Leases by number, until they are finished.
    #[pallet::storage]
    pub type Leases<T: Config> = StorageMap<_, Twox64Concat, LeaseId, Lease<T::AccountId>>;

    /// Services by owner.
    #[pallet::storage]
    pub type ServicesOf<T: Config> =
        StorageDoubleMap<_, Blake2_128Concat, T::AccountId, Twox64Concat, ServiceId, (), OptionQuery>;

    /// Leases by provider.
    #[pallet::storage]
    pub type LeasesOf<T> = StorageDoubleMap<_, Twox64Concat, ProviderId, Twox64Concat, LeaseId, (), OptionQuery>;

    #[pallet::genesis_config]
    #[derive(frame_support::DefaultNoBound)]
    pub struct GenesisConfig<T: Config> {
        /// Periods and waits; as on a live chain where nothing is given.
        pub rules: Option<LeaseRules>,
        #[serde(skip)]
        /// Ties the configuration to its runtime.
        pub _config: core::marker::PhantomData<T>,
    }

    #[pallet::genesis_build]
    impl<T: Config> BuildGenesisConfig for GenesisConfig<T> {
        fn build(&self) {
            let rules = self.rules.unwrap_or_default();
            assert!(rules.period > 0, "a period of no blocks has no voucher: make it 1 or more");
            assert!(rules.start > 0, "nobody could accept a lease: give them a block or more");
            assert!(rules.silent > 0, "a lease would be closed before it was probed: let one silent probe or more do that");
            Rules::<T>::put(rules);
        }
    }

    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// A service was deployed, and wants machines.
        Deployed {
            /// The service.
            service: ServiceId,
            /// Whose it is.
            owner: T::AccountId,
            /// Its escrow.
            escrow: EscrowId,
            /// What was put into it.
            amount: Balance,
        },
        /// A service's leases were paid for further ahead.
        ToppedUp {
            /// The service.
            service: ServiceId,
            /// What was put into its escrow.
            amount: Balance,
        },
        /// A service has another number of instances.
        Scaled {
            /// The service.
            service: ServiceId,
            /// How many they are to be.
            instances: u8,
            /// What was put into its escrow for those that wait.
            added: Balance,
            /// What came back.
            refunded: Balance,
        },
        /// A service was stopped.
        Stopped {
            /// The service.
            service: ServiceId,
            /// What came back at once.
            refunded: Balance,
        },
        /// A service that was stopped is over, and its escrow closed.
        ServiceEnded {
            /// The service.
            service: ServiceId,
            /// What was left and came back.
            refunded: Balance,
        },
        /// An instance has a machine.
        Matched {
            /// The service.
            service: ServiceId,
            /// The lease.
            lease: LeaseId,
            /// The machine.
            provider: ProviderId,
            /// Plancks a block.
            rate: Balance,
            /// What is set aside for it.
            funds: Balance,
        },
        /// A provider accepted a lease.
        Accepted {
            /// The lease.
            lease: LeaseId,
            /// The ed25519 key that answers probes.
            key: [u8; 32],
            /// Where it is reached.
            endpoint: Endpoint,
        },
        /// A lease is reached elsewhere.
        EndpointSet {
            /// The lease.
            lease: LeaseId,
            /// Where.
            endpoint: Endpoint,
        },
        /// Trackers were asked whether a lease's endpoint answers.
        ProbeAsked {
            /// The lease.
            lease: LeaseId,
            /// The panel.
            panel: PanelId,
            /// By whom.
            by: T::AccountId,
        },
        /// Trackers probed a lease.
        Probed {
            /// The lease.
            lease: LeaseId,
            /// Whether it answered, where they agreed about that.
            answers: Option<bool>,
        },
        /// A lease is live, and paid from now on.
        Live {
            /// The lease.
            lease: LeaseId,
            /// The block of the clock at which its funds are used up.
            runs_out: Clock,
        },
        /// A voucher was redeemed.
        Redeemed {
            /// The lease.
            lease: LeaseId,
            /// What that paid.
            paid: Balance,
            /// All that was paid so far.
            redeemed: Balance,
        },
        /// A provider did not begin a lease, or gave it up in its first period, and is barred from the service's requests.
        TurnedAway {
            /// The lease.
            lease: LeaseId,
            /// The provider.
            provider: ProviderId,
            /// What it lost of its bond.
            lost: Balance,
            /// What the owner lost, where the lease never was live.
            burned: Balance,
        },
        /// A lease is being closed, and costs nothing any more from now on.
        LeaseClosing {
            /// The lease.
            lease: LeaseId,
            /// Why.
            why: Why,
        },
        /// A lease is over, and its machine free.
        LeaseEnded {
            /// The lease.
            lease: LeaseId,
            /// The service.
            service: ServiceId,
            /// All that its provider was paid.
            paid: Balance,
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
        /// Periods and waits.
        pub fn rules() -> LeaseRules {
            Rules::<T>::get()
        }

        /// A service with its leases.
        pub fn service(id: ServiceId) -> Option<ServiceView> {
            Self::service_view(id)
        }

        /// Services by ascending number: those after `after`.
        pub fn services(after: Option<ServiceId>, limit: u32) -> ServicesPage {
            Self::services_page(after, limit)
        }

        /// Services of an owner, in the order in which the state has them: those after `after`.
        pub fn services_of(owner: [u8; 32], after: Option<ServiceId>, limit: u32) -> Vec<ServiceView> {
            Self::services_of_page(owner.into(), after, limit)
        }

        /// Leases of a provider, in the order in which the state has them: those after `after`.
        pub fn leases_of(provider: ProviderId, after: Option<LeaseId>, limit: u32) -> Vec<LeaseView> {
            Self::leases_of_page(provider, after, limit)
        }

        /// A lease.
        pub fn lease(id: LeaseId) -> Option<LeaseView> {
            Self::lease_view(id)
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Deploys a service.
        ///
        /// ## Dispatch Origin
        /// Signed. The signer is the owner; its sr25519 key signs vouchers.
        ///
        /// ## Details
        /// Opens an escrow with a term of each instance at the highest rate and its probes, those of some moves included
        /// ([`ahead`](idlewild_compute_primitives::lease::ahead)), paid by the organisation where one is named. Machines are found by the
        /// market, where the owner bids or posts a request. What a cheaper one leaves over comes back with the match.
        ///
        /// ## Errors
        /// [`Error::NotAnImage`], [`Error::BadInstances`], [`Error::NoResources`], [`Error::NoRate`], [`Error::TermTooShort`],
        /// [`Error::TooMany`]; those of [`check`](pallet_idlewild_apps::Pallet::check), [`book`](pallet_idlewild_organisations::Pallet::book)
        /// and [`open`](pallet_idlewild_escrow::Pallet::open).
        #[pallet::call_index(0)]
        #[pallet::weight(<T as Config>::WeightInfo::deploy())]
        pub fn deploy(origin: OriginFor<T>, spec: ServiceSpec) -> DispatchResult {
            Self::do_deploy(ensure_signed(origin)?, spec)
        }

        /// Pays all leases of a service further ahead, each by the same time.
        ///
        /// ## Dispatch Origin
        /// Signed, by the owner.
        ///
        /// ## Details
        /// Of instances that wait for a machine it changes nothing: [`scale`](Self::scale) does.
        ///
        /// ## Errors
        /// [`Error::NoSuchService`], [`Error::NotOwner`], [`Error::Stopped`], [`Error::Nothing`], [`Error::NoLease`]; those of
        /// [`book`](pallet_idlewild_organisations::Pallet::book) and [`add`](pallet_idlewild_escrow::Pallet::add).
        #[pallet::call_index(1)]
        #[pallet::weight(<T as Config>::WeightInfo::top_up())]
        pub fn top_up(origin: OriginFor<T>, service: ServiceId, amount: Balance) -> DispatchResult {
            Self::do_top_up(ensure_signed(origin)?, service, amount)
        }

        /// Changes how many instances a service has.
        ///
        /// ## Dispatch Origin
        /// Signed, by the owner.
        ///
        /// ## Details
        /// Where there are more leases, those that are not live are closed first, and then the youngest. For every instance that waits
        /// there is a whole term in the escrow afterwards, as when it was deployed: what lacks is put in, what is too much comes back. So
        /// the same number once more pays for instances that were moved and used up what they had.
        ///
        /// ## Errors
        /// [`Error::NoSuchService`], [`Error::NotOwner`], [`Error::Stopped`], [`Error::BadInstances`]; those of
        /// [`book`](pallet_idlewild_organisations::Pallet::book) and [`add`](pallet_idlewild_escrow::Pallet::add).
        #[pallet::call_index(2)]
        #[pallet::weight(<T as Config>::WeightInfo::scale())]
        pub fn scale(origin: OriginFor<T>, service: ServiceId, instances: u8) -> DispatchResult {
            Self::do_scale(ensure_signed(origin)?, service, instances)
        }

        /// Stops a service for good.
        ///
        /// ## Dispatch Origin
        /// Signed, by the owner.
        ///
        /// ## Details
        /// All of its leases are closed, its bids and its request taken out of the market. What no lease can cost any more comes back at
        /// once, the rest as these are [finished](Self::finish).
        ///
        /// ## Errors
        /// [`Error::NoSuchService`], [`Error::NotOwner`], [`Error::Stopped`].
        #[pallet::call_index(3)]
        #[pallet::weight(<T as Config>::WeightInfo::stop())]
        pub fn stop(origin: OriginFor<T>, service: ServiceId) -> DispatchResult {
            Self::do_stop(ensure_signed(origin)?, service)
        }

        /// Accepts a lease: says where it will be reached, and which key answers there.
        ///
        /// ## Dispatch Origin
        /// Signed, by the provider's operator.
        ///
        /// ## Details
        /// Within [`LeaseRules::start`] of the match, and when the endpoint answers: trackers are asked to probe it. With their verdict
        /// the lease is live, or over. As much as the probe costs is on hold until then, and lost where the endpoint is silent, with what
        /// stands for the lease. Where trackers do not agree the provider may accept once more.
        ///
        /// ## Errors
        /// [`Error::NoSuchLease`], [`NotOperator`](pallet_idlewild_offers::Error::NotOperator), [`Error::Closing`],
        /// [`Error::AlreadyAccepted`], [`Error::TooLate`], [`Error::BadEndpoint`], [`Error::NotEnoughCoins`], [`Error::NotFunded`].
        #[pallet::call_index(4)]
        #[pallet::weight(<T as Config>::WeightInfo::accept())]
        pub fn accept(origin: OriginFor<T>, lease: LeaseId, key: [u8; 32], endpoint: Endpoint) -> DispatchResult {
            Self::do_accept(ensure_signed(origin)?, lease, key, endpoint)
        }

        /// Says that a lease is reached elsewhere.
        ///
        /// ## Dispatch Origin
        /// Signed, by the provider's operator.
        ///
        /// ## Details
        /// Trackers are asked to probe it, as with [`ask_probe`](Self::ask_probe), where none is on and this period's is left.
        ///
        /// ## Errors
        /// [`Error::NoSuchLease`], [`NotOperator`](pallet_idlewild_offers::Error::NotOperator), [`Error::Closing`],
        /// [`Error::NotAccepted`], [`Error::BadEndpoint`], [`Error::NotEnoughCoins`].
        #[pallet::call_index(5)]
        #[pallet::weight(<T as Config>::WeightInfo::set_endpoint())]
        pub fn set_endpoint(origin: OriginFor<T>, lease: LeaseId, endpoint: Endpoint) -> DispatchResult {
            Self::do_set_endpoint(ensure_signed(origin)?, lease, endpoint)
        }

        /// Redeems a voucher: pays a lease's provider what its owner signed for, less what was paid before.
        ///
        /// ## Dispatch Origin
        /// Signed, by anyone.
        ///
        /// ## Details
        /// `amount` is everything that is owed since the lease went live, and `signature` the owner's sr25519 signature over
        /// [`Voucher::message`](idlewild_compute_primitives::lease::Voucher::message). Never more is paid than what the lease can cost by
        /// now; the rest of such a voucher can be redeemed when more time has passed. What a voucher pays for counts as seen by
        /// trackers, so that a provider should redeem what it has before it asks for a probe.
        ///
        /// ## Errors
        /// [`Error::NoSuchLease`], [`Error::NotLive`], [`Error::NothingMore`], [`Error::BadSignature`].
        #[pallet::call_index(6)]
        #[pallet::weight(<T as Config>::WeightInfo::redeem())]
        pub fn redeem(origin: OriginFor<T>, lease: LeaseId, amount: Balance, signature: [u8; 64]) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_redeem(lease, amount, signature)
        }

        /// Has trackers probe a lease.
        ///
        /// ## Dispatch Origin
        /// Signed, by the service's owner or the provider's operator.
        ///
        /// ## Details
        /// Paid from the lease's funds, once a period, counted from when it went live; the probe with which it went live was that of the
        /// first. The time since the last probe, but a period at most, counts as up or down. An owner cannot take for it what the provider
        /// may have earned already. A provider has as much on hold until the verdict, and loses it where the endpoint is silent.
        ///
        /// ## Errors
        /// [`Error::NoSuchLease`], [`Error::NotParty`], [`Error::Closing`], [`Error::NotLive`], [`Error::ProbeOpen`], [`Error::TooEarly`],
        /// [`Error::NotEnoughCoins`], [`Error::NotFunded`].
        #[pallet::call_index(7)]
        #[pallet::weight(<T as Config>::WeightInfo::ask_probe())]
        pub fn ask_probe(origin: OriginFor<T>, lease: LeaseId) -> DispatchResult {
            Self::do_ask_probe(ensure_signed(origin)?, lease)
        }

        /// Says that a lease's endpoint is silent, and has trackers probe it.
        ///
        /// ## Dispatch Origin
        /// Signed, by anyone.
        ///
        /// ## Details
        /// At any time, unless a probe is on. As much as the probe takes of the lease's funds is on hold on the signer's account: where the
        /// endpoint answers it goes there in their place, else it comes back.
        ///
        /// ## Errors
        /// [`Error::NoSuchLease`], [`Error::Closing`], [`Error::NotLive`], [`Error::ProbeOpen`], [`Error::NotEnoughCoins`],
        /// [`Error::NotFunded`].
        #[pallet::call_index(8)]
        #[pallet::weight(<T as Config>::WeightInfo::report_down())]
        pub fn report_down(origin: OriginFor<T>, lease: LeaseId) -> DispatchResult {
            Self::do_report_down(ensure_signed(origin)?, lease)
        }

        /// Closes a lease: nothing is owed for it any more from now on, and its instance is wanted again.
        ///
        /// ## Dispatch Origin
        /// Signed, by the service's owner or the provider's operator; by anyone once its funds are used up, or if it was not accepted
        /// in time.
        ///
        /// ## Details
        /// One that was live can be [finished](Self::finish) after [`LeaseRules::close`], until when a better voucher can be redeemed. One
        /// that was not is over at once, or when trackers have probed it. A provider that closes it before, or in the first period after,
        /// turned away, and so did one that did not accept it in time: it is noted as late and loses what stood for the lease.
        ///
        /// ## Errors
        /// [`Error::NoSuchLease`], [`Error::Closing`], [`Error::NotParty`].
        #[pallet::call_index(9)]
        #[pallet::weight(<T as Config>::WeightInfo::close())]
        pub fn close(origin: OriginFor<T>, lease: LeaseId) -> DispatchResult {
            Self::do_close(ensure_signed(origin)?, lease)
        }

        /// Ends a lease that is being closed: pays what is due, gives the machine back, and refunds the rest.
        ///
        /// ## Dispatch Origin
        /// Signed, by anyone.
        ///
        /// ## Details
        /// [`LeaseRules::close`] after it was closed. [`due`](idlewild_compute_primitives::lease::due) says what that is. The last one of
        /// a service that was stopped ends that too.
        ///
        /// ## Errors
        /// [`Error::NoSuchLease`], [`Error::NotClosing`], [`Error::ProbeOpen`], [`Error::NotYet`].
        #[pallet::call_index(10)]
        #[pallet::weight(<T as Config>::WeightInfo::finish())]
        pub fn finish(origin: OriginFor<T>, lease: LeaseId) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_finish(lease)
        }
    }
}
