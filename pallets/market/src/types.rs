//! What is recorded of orders and requests.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use idlewild_compute_primitives::{
    lot::Lot, project::MAX_INSTANCES, view::OrderOf, Balance, Clock, OrderId, ProviderId, ServiceId,
};
use scale_info::TypeInfo;

use crate::bitmap::Ticks;

/// Orders of a page. An order's number is its page's times this, and its place there.
pub const PAGE_ORDERS: u8 = 16;
/// Steps of the ladder whose levels are kept together.
pub const GROUP_TICKS: u16 = 16;
/// Most orders that a provider, or a service, has in all books together.
pub const MAX_ORDERS: u32 = 64;
/// Most orders that no longer stand which one call clears out of its way.
pub const MAX_DROPPED: u32 = 4;
/// Blocks of the clock for which proposals are compared, from the first one on.
pub const WINDOW: Clock = 2;
/// Most machines of a proposal: one for each instance of a service.
pub const MAX_PROVIDERS: u32 = MAX_INSTANCES as u32;
/// Most proposals for a request: the cheapest ones, and dearer ones for where those fail.
pub const MAX_PROPOSALS: u32 = 8;
/// Most providers that are kept from a request because a proposal failed by them, or from all of a service's because they turned away.
pub const MAX_BARRED: u32 = 16;

/// A side of a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub enum Side {
    /// What providers ask.
    #[codec(index = 0)]
    Ask,
    /// What services bid.
    #[codec(index = 1)]
    Bid,
}

impl Side {
    /// Whose orders an order of this side is matched with.
    pub fn other(self) -> Self {
        match self {
            Self::Ask => Self::Bid,
            Self::Bid => Self::Ask,
        }
    }

    /// Which side an order is on.
    pub fn of(order: &OrderOf) -> Self {
        match order {
            OrderOf::Ask(_) => Self::Ask,
            OrderOf::Bid(_) => Self::Bid,
        }
    }

    /// Whether an order of this side with that limit takes what rests at `tick` on the other side.
    pub fn takes(self, limit: u16, tick: u16) -> bool {
        match self {
            Self::Ask => tick >= limit,
            Self::Bid => tick <= limit,
        }
    }
}

/// Where a book of lots has orders.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Book {
    /// Steps at which providers ask.
    pub asks: Ticks,
    /// Steps at which services bid.
    pub bids: Ticks,
}

impl Book {
    /// Whether nobody asks and nobody bids.
    pub fn is_empty(&self) -> bool {
        self.asks.is_empty() && self.bids.is_empty()
    }

    /// A side's steps.
    pub fn of(&self, side: Side) -> &Ticks {
        match side {
            Side::Ask => &self.asks,
            Side::Bid => &self.bids,
        }
    }

    /// The same, to be changed.
    pub fn of_mut(&mut self, side: Side) -> &mut Ticks {
        match side {
            Side::Ask => &mut self.asks,
            Side::Bid => &mut self.bids,
        }
    }

    /// The best step of a side: the lowest ask, the highest bid.
    pub fn best(&self, side: Side) -> Option<u16> {
        match side {
            Side::Ask => self.asks.first(),
            Side::Bid => self.bids.last(),
        }
    }

    /// The next best step after this one.
    pub fn worse(&self, side: Side, tick: u16) -> Option<u16> {
        match side {
            Side::Ask => self.asks.above(tick),
            Side::Bid => self.bids.below(tick),
        }
    }
}

/// The orders of one step: a queue of pages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Level {
    /// The step's place in its group.
    pub place: u8,
    /// The page of the oldest orders.
    #[codec(compact)]
    pub head: u64,
    /// The page of the newest orders.
    #[codec(compact)]
    pub tail: u64,
    /// Orders in all.
    #[codec(compact)]
    pub orders: u32,
}

/// The levels of some neighbouring steps, by ascending place.
pub type Group = BoundedVec<Level, ConstU32<{ GROUP_TICKS as u32 }>>;

/// An order in its page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Entry {
    /// Its place, which is never given to another order.
    pub place: u8,
    /// Whose it is.
    pub of: OrderOf,
}

/// Some orders of one step, the oldest first.
///
/// Pages of a step are linked both ways, so that one is taken out of the middle by touching its two neighbours. What a first page says of
/// one before it, and a last page of one after it, is not to be looked at: the level says which pages those are, and neighbours that
/// are gone need not be written to.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Page {
    /// The book.
    pub lot: Lot,
    /// The side.
    pub side: Side,
    /// The step.
    pub tick: u16,
    /// The page before it.
    #[codec(compact)]
    pub before: u64,
    /// The page after it.
    #[codec(compact)]
    pub after: u64,
    /// Places that were given to orders, those that are gone included.
    pub given: u8,
    /// The orders that are left.
    pub entries: BoundedVec<Entry, ConstU32<{ PAGE_ORDERS as u32 }>>,
}

/// The numbers of one provider's or one service's orders, in no order.
pub type Orders = BoundedVec<OrderId, ConstU32<MAX_ORDERS>>;
/// The providers of a proposal, by ascending number; one that is to run several instances stands there as often.
pub type Proposed = BoundedVec<ProviderId, ConstU32<MAX_PROVIDERS>>;

/// A machine of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Part {
    /// Whose it is.
    #[codec(compact)]
    pub provider: ProviderId,
    /// What it asked for an instance when it was proposed, in plancks a block.
    #[codec(compact)]
    pub rate: Balance,
}

/// A proposal: a machine for every instance that is wanted, by ascending provider.
pub type Proposal = BoundedVec<Part, ConstU32<MAX_PROVIDERS>>;

/// A request for machines that are not standard lots.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Request {
    /// The service that it is for.
    pub service: ServiceId,
    /// The block of the clock from which on proposals are no longer taken; `None` as long as there is none.
    pub closes: Option<Clock>,
    /// The cheapest proposals, by ascending price, and those of one price in the order in which they were made.
    pub proposals: BoundedVec<Proposal, ConstU32<MAX_PROPOSALS>>,
    /// Providers by which a proposal failed when it was to be settled, the latest last.
    pub barred: BoundedVec<ProviderId, ConstU32<MAX_BARRED>>,
}

impl Request {
    /// How many proposals are of the lowest price.
    pub fn tied(&self) -> usize {
        let best = self.proposals.first().map(|best| total(best));
        self.proposals.iter().take_while(|proposal| Some(total(proposal)) == best).count()
    }
}

/// What a proposal costs together in a block.
pub fn total(proposal: &[Part]) -> Balance {
    proposal.iter().fold(0, |sum, part| sum.saturating_add(part.rate))
}
