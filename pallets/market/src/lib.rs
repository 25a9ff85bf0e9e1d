//! # Market
//!
//! Where services find machines: an order book of standard lots, and requests for anything else.
//!
//! | for | how | what decides |
//! | --- | --- | --- |
//! | a standard lot | providers [`ask`](Pallet::ask), services [`bid`](Pallet::bid) | price, then time; at the price of who waited |
//! | other machines | a service's owner [`requests`](Pallet::request), anybody [`proposes`](Pallet::propose) | price; a draw among equals |
//!
//! What is asked is taken of the provider's free resources at once, so that a match always finds it; cancelling gives it back. What is
//! bid is backed by the service's own [`Need`]: no more bids wait than instances are wanted. What is matched becomes a lease, which is
//! the services' concern: [`Demand::matched`]. [`Config::Stake`] of a provider's bond stands for each ask and for the lease that becomes of
//! it, so that nobody asks who does not mean it. For what others propose nothing stands: who was proposed did not ask.
//!
//! Nobody is matched with themselves: a call that would do so is refused. An order that no longer stands (its provider paused or
//! left, its service was stopped, has all instances or cannot pay) is dropped when another one meets it, up to
//! [`MAX_DROPPED`](types::MAX_DROPPED) by one call, or taken out by anybody with [`cancel`](Pallet::cancel). A book is never crossed.
//!
//! Every call reads and writes a number of records that does not depend on how many orders there are. Nobody waits here for a deadline,
//! and no block does anything by itself.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
pub mod bitmap;
mod book;
mod custom;
mod demand;
mod invariants;
mod matching;
pub mod types;
mod views;
pub mod weights;

pub use demand::{Demand, Need};
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
        lot::Lot,
        view::{BookView, OrderOf, OrderView, RequestView, RequestsPage},
        Balance, Clock, OrderId, ProviderId, RequestId, ServiceId,
    };

    use crate::{
        types::{Book, Group, Orders, Page, Proposed, Request, Side, MAX_DROPPED, MAX_PROVIDERS},
        Demand, WeightInfo,
    };

    #[pallet::config]
    pub trait Config:
        frame_system::Config<RuntimeEvent: From<Event<Self>>, AccountId: From<[u8; 32]> + Into<[u8; 32]>>
        + pallet_idlewild_clock::Config
        + pallet_idlewild_randomness::Config
        + pallet_idlewild_offers::Config
    {
        /// Weights of the calls.
        type WeightInfo: WeightInfo;
        /// What stands of a provider's bond for each of its asks, and then for the lease. To change it takes a migration of asks.
        #[pallet::constant]
        type Stake: Get<Balance>;
        /// The services that bids and requests are for.
        type Demand: Demand<Self::AccountId>;
    }

    /// The layout of what this pallet stores; a later one comes with a migration.
    const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

    #[pallet::pallet]
    #[pallet::storage_version(STORAGE_VERSION)]
    pub struct Pallet<T>(_);

    /// At which prices there are orders, for each kind of lot that there are any of.
    #[pallet::storage]
    pub type Books<T> = StorageMap<_, Blake2_128Concat, Lot, Book, ValueQuery>;

    /// The levels of those prices: sixteen neighbouring steps of the ladder together, by lot, side and step / 16.
    #[pallet::storage]
    pub type Groups<T> = StorageDoubleMap<_, Blake2_128Concat, Lot, Identity, (Side, u8), Group, ValueQuery>;

    /// The orders, in pages by number.
    #[pallet::storage]
    pub type Pages<T> = StorageMap<_, Identity, u64, Page>;

    /// The number of the next page.
    #[pallet::storage]
    pub type NextPage<T> = StorageValue<_, u64, ValueQuery>;

    /// The orders of each provider and each service.
    #[pallet::storage]
    pub type OrdersOf<T> = StorageMap<_, Twox64Concat, OrderOf, Orders, ValueQuery>;

    /// Requests by number.
    #[pallet::storage]
    pub type Requests<T> = StorageMap<_, Identity, RequestId, Request>;

    /// The request of each service that has one.
    #[pallet::storage]
    pub type RequestOf<T> = StorageMap<_, Identity, ServiceId, RequestId>;

    /// The number of the next request.
    #[pallet::storage]
    pub type NextRequest<T> = StorageValue<_, RequestId, ValueQuery>;

    #[pallet::event]
    #[pallet::generate_deposit(pub(crate) fn deposit_event)]
    pub enum Event<T: Config> {
        /// An order took nothing, and waits in the book.
        Placed {
            /// Its number.
            order: OrderId,
            /// Whose it is.
            of: OrderOf,
            /// The lot.
            lot: Lot,
            /// Its step of the ladder of prices.
            tick: u16,
        },
        /// An order was not placed, since too many that no longer stand were in its way. Those are gone: try again.
        NotPlaced {
            /// Whose it is.
            of: OrderOf,
            /// The lot.
            lot: Lot,
            /// Its step of the ladder of prices.
            tick: u16,
        },
        /// An order met one that waited, and an instance of a service has a machine.
        Matched {
            /// The one that waited, which is gone from the book.
            order: OrderId,
            /// The service.
            service: ServiceId,
            /// The provider.
            provider: ProviderId,
            /// The lot.
            lot: Lot,
            /// Plancks a block: the price of the order that waited.
            rate: Balance,
        },
        /// An order is gone from the book, because it was cancelled or did not stand any more.
        TakenOut {
            /// Its number.
            order: OrderId,
            /// Whose it was.
            of: OrderOf,
        },
        /// Proposals can be made for a service.
        Requested {
            /// The request's number.
            request: RequestId,
            /// The service.
            service: ServiceId,
        },
        /// A proposal is among the cheapest.
        Proposed {
            /// The request.
            request: RequestId,
            /// The machines, one for each instance.
            providers: Proposed,
            /// What they cost together, in plancks a block.
            rate: Balance,
            /// The block of the clock from which on no proposal is taken.
            closes: Clock,
        },
        /// A proposal won, and each instance of a service has a machine.
        Settled {
            /// The request, which is gone.
            request: RequestId,
            /// The service.
            service: ServiceId,
            /// The machines.
            providers: Proposed,
            /// What they cost together, in plancks a block.
            rate: Balance,
        },
        /// A proposal that would have won could not be settled. What is left is tried by the next [`settle`](Pallet::settle).
        ProposalDropped {
            /// The request.
            request: RequestId,
            /// The machines.
            providers: Proposed,
            /// Why not.
            reason: DispatchError,
        },
        /// Proposals can be made for a request once more.
        WindowReopened {
            /// The request.
            request: RequestId,
            /// The block of the clock from which on no proposal is taken; `None` where that is counted from the next one on.
            closes: Option<Clock>,
        },
        /// A request is gone without having been filled.
        Withdrawn {
            /// Which one.
            request: RequestId,
            /// The service.
            service: ServiceId,
        },
    }

    #[pallet::error]
    pub enum Error<T> {
        /// There is no lot of that size.
        NoSuchLot,
        /// The ladder of prices has no such step.
        NoSuchPrice,
        /// The machine is not of that kind, or works for an organisation's members alone; or the lot is not what the service asks for.
        NotSuchMachine,
        /// The lot is too small for the service.
        LotTooSmall,
        /// The price is higher than what the service pays at most.
        TooDear,
        /// The service has machines, or bids, for all of its instances.
        NothingWanted,
        /// The caller is not the owner of the service.
        NotOwner,
        /// Provider and service are of the same account.
        SelfMatch,
        /// The provider, or the service, has as many orders as it may.
        TooManyOrders,
        /// There is no such order in the book.
        NoSuchOrder,
        /// The order or request is of somebody else, and still stands.
        NotYours,
        /// The service has a request already.
        AlreadyRequested,
        /// There is no such request.
        NoSuchRequest,
        /// Proposals are not taken any more: the request is to be settled.
        WindowOver,
        /// Proposals are still taken.
        WindowOpen,
        /// It is not known yet which of several proposals wins.
        NotDrawn,
        /// There is no proposal, or no machine in it.
        NothingProposed,
        /// The providers are not in ascending order.
        NotInOrder,
        /// There must be one machine for each instance that is wanted and not bid for.
        WrongNumber,
        /// A proposal for this request failed by one of these providers, or it turned away from a lease of this service.
        Barred,
        /// A provider takes no new work.
        TakesNoWork,
        /// A provider has too little free.
        NoRoom,
        /// A provider asks more than it did when it was proposed.
        Dearer,
        /// There are as many proposals as may be, and none costs more.
        NotCheaper,
        /// The same was proposed before, for no more.
        AlreadyProposed,
        /// There are as many proposals as may be, all of this price.
        TooManyTied,
        /// No more orders or requests can be numbered.
        OutOfNumbers,
        /// Records of the book do not agree, which can never be.
        Inconsistent,
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
        /// The best twenty levels of each side of a book.
        pub fn book(lot: Lot) -> BookView {
            Self::book_view(lot)
        }

        /// What a provider asks.
        pub fn orders_of(provider: ProviderId) -> Vec<OrderView> {
            Self::orders_view(OrderOf::Ask(provider))
        }

        /// What a service bids.
        pub fn orders_of_service(service: ServiceId) -> Vec<OrderView> {
            Self::orders_view(OrderOf::Bid(service))
        }

        /// A request.
        pub fn open_request(id: RequestId) -> Option<RequestView> {
            Self::request_view(id)
        }

        /// Some requests, by ascending number: those after `after`, or the first ones.
        pub fn requests(after: Option<RequestId>, limit: u32) -> RequestsPage {
            Self::requests_page(after, limit)
        }
    }

    #[pallet::call]
    impl<T: Config> Pallet<T> {
        /// Offers a standard lot of a machine at a price.
        ///
        /// ## Dispatch Origin
        /// Signed, by the provider's operator.
        ///
        /// ## Details
        /// The lot's resources are taken of what the provider has free, and [`Config::Stake`] of its bond stands for it. If a service bids
        /// the price of `tick` or more, the oldest of the highest bids is matched, at the price that it bids; otherwise the ask waits in
        /// the book.
        ///
        /// Bids in the way that no longer stand are dropped, up to [`MAX_DROPPED`]. Where there are more, the ask is not placed and
        /// nothing is taken, which [`Event::NotPlaced`] tells: what was dropped stays so, and the call can be made again.
        ///
        /// A machine that works for an organisation's members alone cannot be asked for here, where anybody buys.
        ///
        /// ## Errors
        /// [`Error::NoSuchLot`], [`Error::NoSuchPrice`], [`Error::NotSuchMachine`], [`Error::SelfMatch`], [`Error::TooManyOrders`];
        /// those of [`take_work`](pallet_idlewild_offers::Pallet::take_work) and its provider.
        #[pallet::call_index(0)]
        #[pallet::weight(Pallet::<T>::weight_of_ask(MAX_DROPPED))]
        pub fn ask(origin: OriginFor<T>, provider: ProviderId, lot: Lot, tick: u16) -> DispatchResultWithPostInfo {
            let dropped = Self::do_ask(ensure_signed(origin)?, provider, lot, tick)?;
            Ok(Some(Self::weight_of_ask(dropped)).into())
        }

        /// Bids for a standard lot for an instance of a service.
        ///
        /// ## Dispatch Origin
        /// Signed, by the service's owner.
        ///
        /// ## Details
        /// The lot has to cover what the service takes and be what it asks for, and the price of `tick` may not be more than it pays. If
        /// a provider asks that price or less, the oldest of the lowest asks is matched, at the price that it asks; otherwise the bid
        /// waits in the book. No more bids wait than instances are wanted. All of the lot is rented, also where the service takes less.
        ///
        /// Asks in the way that no longer stand are dropped, up to [`MAX_DROPPED`], as with [`ask`](Self::ask).
        ///
        /// ## Errors
        /// [`Error::NoSuchLot`], [`Error::NoSuchPrice`], [`Error::NotOwner`], [`Error::LotTooSmall`], [`Error::NotSuchMachine`],
        /// [`Error::TooDear`], [`Error::NothingWanted`], [`Error::SelfMatch`]; those of the service.
        #[pallet::call_index(1)]
        #[pallet::weight(Pallet::<T>::weight_of_bid(MAX_DROPPED))]
        pub fn bid(origin: OriginFor<T>, service: ServiceId, lot: Lot, tick: u16) -> DispatchResultWithPostInfo {
            let dropped = Self::do_bid(ensure_signed(origin)?, service, lot, tick)?;
            Ok(Some(Self::weight_of_bid(dropped)).into())
        }

        /// Takes an order out of the book.
        ///
        /// ## Dispatch Origin
        /// Signed, by the provider's operator or the service's owner; by anybody where the order no longer stands.
        ///
        /// ## Details
        /// What an ask kept of its provider's resources and bond is free again. An order no longer stands when it could not be matched: its
        /// provider paused, is leaving, has too little bond or works for others now; its service was stopped, has all of its
        /// instances, or wants something else.
        ///
        /// ## Errors
        /// [`Error::NoSuchOrder`], [`Error::NotYours`].
        #[pallet::call_index(2)]
        #[pallet::weight(<T as Config>::WeightInfo::cancel_ask().max(<T as Config>::WeightInfo::cancel_bid()))]
        pub fn cancel(origin: OriginFor<T>, order: OrderId) -> DispatchResult {
            Self::do_cancel(ensure_signed(origin)?, order)
        }

        /// Asks for proposals of machines for all instances of a service that are wanted and not bid for.
        ///
        /// ## Dispatch Origin
        /// Signed, by the service's owner.
        ///
        /// ## Details
        /// A service has one request at a time. What the machines must be and may cost is what the service says.
        ///
        /// ## Errors
        /// [`Error::NotOwner`], [`Error::AlreadyRequested`], [`Error::NothingWanted`], [`Error::OutOfNumbers`]; those of the service.
        #[pallet::call_index(3)]
        #[pallet::weight(<T as Config>::WeightInfo::request())]
        pub fn request(origin: OriginFor<T>, service: ServiceId) -> DispatchResult {
            Self::do_request(ensure_signed(origin)?, service)
        }

        /// Proposes machines for a request.
        ///
        /// ## Dispatch Origin
        /// Signed, by anybody: a proposer gets nothing and vouches for nothing.
        ///
        /// ## Details
        /// `providers` are in ascending order, one for each instance; one that is to run several stands there as often. Each of them
        /// must be what the service asks for, take work, have room, ask no more than the service pays, be of another account than
        /// the service, and work for whom the service is paid by. The [`MAX_PROPOSALS`](crate::types::MAX_PROPOSALS) cheapest are kept: the
        /// dearest of them gives way to a cheaper one. The same machines can be proposed once more where they cost less by now. The first
        /// proposal opens the window, which closes [`WINDOW`](crate::types::WINDOW) blocks of the clock later.
        ///
        /// ## Errors
        /// [`Error::NoSuchRequest`], [`Error::WindowOver`], [`Error::NotInOrder`], [`Error::Barred`], [`Error::NothingProposed`],
        /// [`Error::WrongNumber`], [`Error::SelfMatch`], [`Error::TakesNoWork`], [`Error::NotSuchMachine`], [`Error::TooDear`],
        /// [`Error::NoRoom`], [`Error::NotCheaper`], [`Error::AlreadyProposed`], [`Error::TooManyTied`]; those of the service and of
        /// providers that are not there.
        #[pallet::call_index(4)]
        #[pallet::weight(<T as Config>::WeightInfo::propose(providers.len() as u32))]
        pub fn propose(origin: OriginFor<T>, request: RequestId, providers: Proposed) -> DispatchResult {
            ensure_signed(origin)?;
            Self::do_propose(request, providers)
        }

        /// Settles a request: its cheapest proposal is checked once more, and all of its machines are matched, or none.
        ///
        /// ## Dispatch Origin
        /// Signed, by anybody.
        ///
        /// ## Details
        /// Possible when the window has closed. Of several proposals of the same price one is drawn, by the seed of the moment
        /// [`SEED_AFTER`](idlewild_compute_primitives::draw::SEED_AFTER) blocks of the clock after that; where nobody settled
        /// the request until that seed was forgotten, the window opens once more for what is there.
        ///
        /// Each machine is rented at what its provider asks now, which may be less than was proposed and is never more. A proposal that
        /// fails is dropped, with all others of the provider by which it failed, or with all where it is the service that fails; the call
        /// succeeds, so that this is kept. What is left can be settled at once, the cheapest first. Where nothing is, the window opens
        /// once more.
        ///
        /// ## Errors
        /// [`Error::NoSuchRequest`], [`Error::NothingProposed`], [`Error::WindowOpen`], [`Error::NotDrawn`]; those of the service.
        #[pallet::call_index(5)]
        #[pallet::weight(<T as Config>::WeightInfo::settle(MAX_PROVIDERS))]
        pub fn settle(origin: OriginFor<T>, request: RequestId) -> DispatchResultWithPostInfo {
            ensure_signed(origin)?;
            let machines = Self::do_settle(request)?;
            Ok(Some(<T as Config>::WeightInfo::settle(machines)).into())
        }

        /// Takes a request back.
        ///
        /// ## Dispatch Origin
        /// Signed, by the service's owner; by anybody where the service was stopped or wants no more machines than it bids for.
        ///
        /// ## Errors
        /// [`Error::NoSuchRequest`], [`Error::NotYours`].
        #[pallet::call_index(6)]
        #[pallet::weight(<T as Config>::WeightInfo::withdraw())]
        pub fn withdraw(origin: OriginFor<T>, request: RequestId) -> DispatchResult {
            Self::do_withdraw(ensure_signed(origin)?, request)
        }
    }
}
