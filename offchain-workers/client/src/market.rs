//! Which miners a segment may go to, and what it costs.

use std::{collections::HashMap, sync::Arc};

use idlewild_chain_client::{ChainClient, ReadError};
use idlewild_network::{address::AddressError, PeerAddr};
use idlewild_storage_primitives::{
    admission,
    geometry::{self, Geometry},
    terms::{self, Load},
    view::{CandidateView, TermsView},
    Balance, Clock, MinerId, Salt,
};

/// Why no offer can be made.
#[derive(Debug, thiserror::Error)]
pub enum MarketError {
    /// The chain could not be asked.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The network is too small for the geometry.
    #[error(
        "{data}+{parity} needs {needed} miners at least, and {found} can take a shard of {bytes} bytes{}. Choose a smaller \
         geometry, a higher price, or wait for more miners",
        price_suffix(.max_price)
    )]
    TooFewMiners {
        /// Data shards.
        data: u8,
        /// Parity shards.
        parity: u8,
        /// Slots that must be filled.
        needed: u32,
        /// Slots that can be.
        found: u32,
        /// Bytes of a shard.
        bytes: u32,
        /// The most that the user would pay.
        max_price: Option<Balance>,
    },
    /// The chain does not allow it.
    #[error("{what} is {value}, and the chain allows {least} to {most}")]
    OutOfBounds {
        /// What is out of bounds.
        what: &'static str,
        /// What it is.
        value: u32,
        /// The least allowed.
        least: u32,
        /// The most allowed.
        most: u32,
    },
}

fn price_suffix(max_price: &Option<Balance>) -> String {
    max_price.map_or_else(String::new, |price| {
        format!(" for at most {} per GiB and period", idlewild_chain_client::coins::show_coins(price))
    })
}

/// What is asked of a deal, whatever its segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wish {
    /// Data and parity shards of a copy.
    pub geometry: Geometry,
    /// Copies.
    pub copies: u8,
    /// How long, in blocks of the clock.
    pub term: Clock,
    /// The most that a GiB may cost per period.
    pub max_price: Option<Balance>,
}

/// What a put would cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Offer {
    /// Price per GiB and period, in plancks.
    pub price: Balance,
    /// Pay for the whole term, in plancks.
    pub pay: Balance,
    /// Bounties set aside, which come back if they are not needed, in plancks.
    pub reserve: Balance,
    /// Bytes that miners will hold.
    pub stored: u64,
    /// Deals.
    pub deals: u32,
}

/// A miner that may be asked.
#[derive(Clone, Debug)]
pub(crate) struct Seller {
    pub(crate) id: MinerId,
    pub(crate) operator: [u8; 32],
    pub(crate) peer: PeerAddr,
    pub(crate) price: Balance,
    weight: u64,
}

/// The miners of the moment.
pub struct Market {
    pub(crate) terms: TermsView,
    sellers: Vec<Seller>,
    total_weight: u64,
    operators: u32,
}

const PAGE: u32 = 256;

impl Market {
    /// Asks the chain who can take shards of `bytes` bytes.
    pub async fn survey(chain: &Arc<dyn ChainClient>, bytes: u32) -> Result<Self, MarketError> {
        let terms = chain.terms().await?;
        let mut market = Self { terms, sellers: Vec::new(), total_weight: 0, operators: 0 };
        let mut after = None;
        loop {
            let page = chain.candidates(u64::from(bytes), after, PAGE).await?;
            market.total_weight = page.total_weight;
            market.operators = page.operators;
            market.sellers.extend(page.candidates.into_iter().filter_map(seller));
            after = page.next;
            if after.is_none() {
                return Ok(market);
            }
        }
    }

    /// Checks a wish against what the chain allows.
    pub fn check(&self, wish: &Wish) -> Result<(), MarketError> {
        let TermsView { timing, data, parity, copies, .. } = self.terms;
        let bounds = [
            ("the number of data shards", u32::from(wish.geometry.data), u32::from(data.0), u32::from(data.1)),
            ("the number of parity shards", u32::from(wish.geometry.parity), u32::from(parity.0), u32::from(parity.1)),
            ("the number of copies", u32::from(wish.copies), 1, u32::from(copies)),
            ("the term in blocks", wish.term, timing.min_term, timing.max_term),
        ];
        for (what, value, least, most) in bounds {
            if !(least..=most).contains(&value) {
                return Err(MarketError::OutOfBounds { what, value, least, most });
            }
        }
        Ok(())
    }

    /// The miners that may hold a copy of a deal with this salt, nearest first.
    pub(crate) fn rank(&self, salt: &Salt, copy: u8, wish: &Wish) -> Vec<Seller> {
        let shards = wish.geometry.shards();
        let affordable = |seller: &&Seller| wish.max_price.is_none_or(|most| seller.price <= most);
        let admitted = |seller: &&Seller| {
            // A miner so new that no snapshot has it, in a network that has none either, is let in by the chain.
            admission::is_admitted(salt, copy, seller.id, shards, seller.weight, self.total_weight)
        };
        let mut ranked: Vec<Seller> = self.sellers.iter().filter(affordable).filter(admitted).cloned().collect();
        ranked.sort_by(|a, b| nearness(salt, copy, a).total_cmp(&nearness(salt, copy, b)).then(a.id.cmp(&b.id)));
        ranked
    }

    /// How many slots of a copy one operator may have.
    pub(crate) fn most_of_operator(&self, geometry: Geometry) -> u32 {
        u32::from(geometry.shards()).div_ceil(self.operators.max(1)).max(2)
    }

    /// The price at which the nearest miners of a copy would all sell: the highest of theirs.
    pub(crate) fn price(&self, ranked: &[Seller], wish: &Wish, bytes: u32) -> Result<Balance, MarketError> {
        let places = self.places(ranked, wish.geometry);
        let needed = usize::from(wish.geometry.least_filled());
        if places.len() < needed {
            return Err(MarketError::TooFewMiners {
                data: wish.geometry.data,
                parity: wish.geometry.parity,
                needed: needed as u32,
                found: places.len() as u32,
                bytes,
                max_price: wish.max_price,
            });
        }
        Ok(places.iter().map(|seller| seller.price).max().unwrap_or(0))
    }

    /// Who would take which slot: every miner once, and no operator more often than it may.
    pub(crate) fn places<'a>(&self, ranked: &'a [Seller], geometry: Geometry) -> Vec<&'a Seller> {
        let most = self.most_of_operator(geometry);
        let mut of: HashMap<[u8; 32], u32> = HashMap::new();
        let mut places = Vec::new();
        for seller in ranked {
            let count = of.entry(seller.operator).or_default();
            if *count < most {
                *count += 1;
                places.push(seller);
            }
            if places.len() == usize::from(geometry.shards()) {
                break;
            }
        }
        places
    }

    /// What storing `segments` (their plaintext bytes) would cost, before anything is sent.
    pub fn offer(&self, segments: &[u32], wish: &Wish) -> Result<Offer, MarketError> {
        self.check(wish)?;
        let mut offer = Offer { price: 0, pay: 0, reserve: 0, stored: 0, deals: segments.len() as u32 };
        let periods = Balance::from(wish.term.checked_div(self.terms.timing.period).unwrap_or(0));
        let slots = Balance::from(wish.geometry.slots(wish.copies).unwrap_or(0));
        let bounties = Balance::from(wish.geometry.parity).saturating_mul(Balance::from(wish.copies));
        for plain in segments {
            let len = wish.geometry.shard_len(geometry::sealed_len(*plain)).unwrap_or(0);
            // Any salt does for an estimate; the real one is drawn when the segment is stored.
            let ranked = self.rank(&[0; 16], 0, wish);
            let price = self.price(&ranked, wish, len)?;
            offer.price = offer.price.max(price);
            let rate = terms::rate(price, len);
            offer.pay = offer.pay.saturating_add(rate.saturating_mul(periods).saturating_mul(slots));
            let bounty = self.terms.rates.bounty(Load::slot(geometry::chunks(len)));
            offer.reserve = offer.reserve.saturating_add(bounty.saturating_mul(bounties));
            offer.stored = offer.stored.saturating_add(u64::from(len).saturating_mul(slots as u64));
        }
        Ok(offer)
    }
}

fn seller(candidate: CandidateView) -> Option<Seller> {
    let CandidateView { id, operator, peer_key, endpoint, price, weight, .. } = candidate;
    let peer: Result<PeerAddr, AddressError> = PeerAddr::new(peer_key, &endpoint);
    match peer {
        Ok(peer) => Some(Seller { id, operator, peer, price, weight }),
        Err(error) => {
            tracing::warn!(miner = id, %error, "a miner's endpoint cannot be read");
            None
        },
    }
}

/// A miner's place in a weighted draw; lower is nearer.
fn nearness(salt: &Salt, copy: u8, seller: &Seller) -> f64 {
    admission::draw(salt, copy, seller.id) as f64 / (seller.weight.max(1)) as f64
}
