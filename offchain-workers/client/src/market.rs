//! Which miners a segment may go to, and what it costs.

use std::{collections::HashMap, sync::Arc};

use idlewild_chain_client::{ChainClient, ReadError};
use idlewild_network::{address::AddressError, PeerAddr};
use idlewild_storage_primitives::{
    admission,
    deal::MAX_SLOTS,
    geometry::{self, Geometry},
    terms::{self, Load},
    view::{CandidateView, TermsView, Weights},
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
    /// No deal is that wide.
    #[error(
        "{copies} copies of {data}+{parity} are {slots} slots, and a deal has at most {MAX_SLOTS}. Ask for fewer copies or a \
         smaller class"
    )]
    TooWide {
        /// Data shards.
        data: u8,
        /// Parity shards.
        parity: u8,
        /// Copies.
        copies: u8,
        /// Slots that they would be.
        slots: u32,
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

/// What a put would cost at most. What stands already from an earlier try is left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Offer {
    /// The highest price of any deal per GiB and period, in plancks.
    pub price: Balance,
    /// Pay for the whole term at that price, in plancks.
    pub pay: Balance,
    /// Bounties set aside, which come back if they are not needed, in plancks.
    pub reserve: Balance,
    /// Bytes that miners will hold.
    pub stored: u64,
    /// Deals to be made.
    pub deals: u32,
    /// Deals of an earlier try that stand and are paid for.
    pub standing: u32,
}

impl Offer {
    /// Everything that is put on hold, in plancks: who agrees to an offer agrees to this.
    pub fn total(&self) -> Balance {
        self.pay.saturating_add(self.reserve)
    }
}

/// A miner that may be asked.
#[derive(Clone, Debug)]
pub(crate) struct Seller {
    pub(crate) id: MinerId,
    pub(crate) operator: [u8; 32],
    pub(crate) peer: PeerAddr,
    pub(crate) price: Balance,
    weight: Weights,
}

#[cfg(test)]
impl Seller {
    /// One of equals.
    pub(crate) fn of(operator: [u8; 32], id: MinerId, price: Balance) -> Self {
        let key = idlewild_network::Identity::random().peer_key();
        let peer = PeerAddr::new(key, b"/ip4/127.0.0.1/tcp/1").unwrap();
        Self { id, operator, peer, price, weight: Weights { current: 1, previous: 1 } }
    }
}

/// The miners of the moment.
pub struct Market {
    pub(crate) terms: TermsView,
    sellers: Vec<Seller>,
    total_weight: Weights,
    operators: u32,
}

const PAGE: u32 = 256;
/// Without a limit from the user, no slot costs more than so many times the price at which a deal could begin.
const OUTLIER: Balance = 2;
/// One miner to spare for so many slots: some will not answer.
const SPARE: usize = 4;

impl Market {
    /// Asks the chain who can take shards of `bytes` bytes.
    pub async fn survey(chain: &Arc<dyn ChainClient>, bytes: u32) -> Result<Self, MarketError> {
        let terms = chain.terms().await?;
        let mut market = Self { terms, sellers: Vec::new(), total_weight: Weights::default(), operators: 0 };
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
        let slots = u32::from(wish.geometry.shards()).saturating_mul(u32::from(wish.copies));
        if slots > MAX_SLOTS {
            let Wish { geometry: Geometry { data, parity }, copies, .. } = *wish;
            return Err(MarketError::TooWide { data, parity, copies, slots });
        }
        Ok(())
    }

    /// The miners that may hold a copy of a deal with this salt, nearest first.
    pub(crate) fn rank(&self, salt: &Salt, copy: u8, wish: &Wish) -> Vec<Seller> {
        let shards = wish.geometry.shards();
        let affordable = |seller: &&Seller| wish.max_price.is_none_or(|most| seller.price <= most);
        let both = |weights: Weights| (weights.current, weights.previous);
        let admitted = |seller: &&Seller| {
            let (own, all) = (both(seller.weight), both(self.total_weight));
            admission::is_admitted_by_either(salt, copy, seller.id, shards, own, all)
        };
        let mut ranked: Vec<Seller> = self.sellers.iter().filter(affordable).filter(admitted).cloned().collect();
        ranked.sort_by(|a, b| nearness(salt, copy, a).total_cmp(&nearness(salt, copy, b)).then(a.id.cmp(&b.id)));
        ranked
    }

    /// How many slots of a copy one operator may have.
    pub(crate) fn most_of_operator(&self, geometry: Geometry) -> u32 {
        geometry.most_of_operator(self.operators)
    }

    /// The lowest price at which the deal with this salt finds miners for all slots of all copies, and a few to spare.
    pub(crate) fn price(&self, salt: &Salt, wish: &Wish, bytes: u32) -> Result<Balance, MarketError> {
        (0..wish.copies).try_fold(0, |price, copy| Ok(self.price_of(&self.rank(salt, copy, wish), wish, bytes)?.max(price)))
    }

    /// The lowest price at which one copy finds enough miners among `admitted`.
    ///
    /// Where the user names no limit, miners that ask for more than twice the price at which a deal could begin are left out,
    /// though slots stay open for it: one miner's whim must not set the price of a whole deal.
    fn price_of(&self, admitted: &[Seller], wish: &Wish, bytes: u32) -> Result<Balance, MarketError> {
        let most = self.most_of_operator(wish.geometry);
        let mut cheapest: Vec<&Seller> = admitted.iter().collect();
        cheapest.sort_by_key(|seller| seller.price);
        // What each further place costs, the cheapest first.
        let mut of: HashMap<[u8; 32], u32> = HashMap::new();
        let mut prices = Vec::new();
        for seller in cheapest {
            let count = of.entry(seller.operator).or_default();
            if *count < most {
                *count += 1;
                prices.push(seller.price);
            }
        }
        let (needed, shards) = (usize::from(wish.geometry.least_filled()), usize::from(wish.geometry.shards()));
        let Some(begins) = prices.get(needed.saturating_sub(1)) else {
            return Err(MarketError::TooFewMiners {
                data: wish.geometry.data,
                parity: wish.geometry.parity,
                needed: needed as u32,
                found: prices.len() as u32,
                bytes,
                max_price: wish.max_price,
            });
        };
        let bound = wish.max_price.unwrap_or_else(|| begins.saturating_mul(OUTLIER));
        let wanted = shards.saturating_add(shards.div_ceil(SPARE));
        Ok(prices.iter().take(wanted).copied().filter(|price| price <= &bound).max().unwrap_or(*begins))
    }

    /// What a deal with shards of `shard_len` bytes has on hold at first: its pay for the whole term, and what is set aside for
    /// repairs.
    pub(crate) fn cost(&self, price: Balance, shard_len: u32, wish: &Wish) -> (Balance, Balance) {
        let slots = u32::from(wish.geometry.slots(wish.copies).unwrap_or(0));
        let pay = terms::pay(terms::rate(price, shard_len), wish.term, self.terms.timing.period, slots);
        let load = Load::slot(geometry::chunks(shard_len));
        (pay, self.terms.rates.reserve(load, wish.geometry.parity, wish.copies))
    }

    /// What storing `segments` (the salts of their deals and their plaintext bytes) would cost, before anything is sent.
    pub fn offer(&self, segments: &[(Salt, u32)], wish: &Wish) -> Result<Offer, MarketError> {
        self.check(wish)?;
        let mut offer = Offer { deals: segments.len() as u32, ..Offer::default() };
        let slots = u32::from(wish.geometry.slots(wish.copies).unwrap_or(0));
        let shard_len = |plain: u32| wish.geometry.shard_len(geometry::sealed_len(plain)).unwrap_or(0);
        for (salt, plain) in segments {
            offer.price = self.price(salt, wish, shard_len(*plain))?.max(offer.price);
        }
        for (_, plain) in segments {
            let len = shard_len(*plain);
            let (pay, reserve) = self.cost(offer.price, len, wish);
            offer.pay = offer.pay.saturating_add(pay);
            offer.reserve = offer.reserve.saturating_add(reserve);
            offer.stored = offer.stored.saturating_add(u64::from(len).saturating_mul(u64::from(slots)));
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
    admission::draw(salt, copy, seller.id) as f64 / seller.weight.current.max(1) as f64
}

#[cfg(test)]
mod tests {
    use idlewild_storage_primitives::{
        ledger::FailureRule,
        terms::Rates,
        view::{Timing, Weights},
    };

    use super::*;

    fn market(prices: &[Balance]) -> Market {
        let timing = Timing {
            period: 20,
            failure: FailureRule { consecutive: 3, within: 6, window: 24 },
            append_deadline: 10,
            rank_window: 3,
            rank_windows: 3,
            claim: 20,
            probation: 1,
            epoch: 100,
            min_term: 20,
            max_term: 10_000,
        };
        let rates = Rates { bounty_base: 10, bounty_per_chunk: 1, bond_per_chunk: 1 };
        let all = Weights { current: prices.len() as u64, previous: prices.len() as u64 };
        let terms = TermsView { clock: 0, timing, rates, data: (1, 20), parity: (1, 10), copies: 4, total_weight: all };
        let sellers = (0u32..).zip(prices).map(|(id, price)| Seller::of([id as u8; 32], id, *price));
        Market { terms, sellers: sellers.collect(), total_weight: all, operators: prices.len() as u32 }
    }

    const HOT: Wish = Wish { geometry: Geometry::HOT, copies: 1, term: 400, max_price: None };

    #[test]
    fn one_dear_miner_does_not_set_the_price() {
        let mut prices = vec![100; 20];
        prices[3] = 1_000_000;
        assert_eq!(market(&prices).price(&[1; 16], &HOT, 1024).unwrap(), 100);
        // Even where it is needed to fill the last slot.
        let mut prices = vec![100; 8];
        prices[7] = 1_000_000;
        assert_eq!(market(&prices).price(&[1; 16], &HOT, 1024).unwrap(), 100);
        // Unless the user says so.
        let wish = Wish { max_price: Some(2_000_000), ..HOT };
        assert_eq!(market(&prices).price(&[1; 16], &wish, 1024).unwrap(), 1_000_000);
    }

    #[test]
    fn the_price_fills_every_slot_with_some_to_spare() {
        let prices: Vec<Balance> = (100..120).collect();
        // Eight slots and two miners to spare, the cheapest of all.
        assert_eq!(market(&prices).price(&[1; 16], &HOT, 1024).unwrap(), 109);
        let wish = Wish { max_price: Some(107), ..HOT };
        assert_eq!(market(&prices).price(&[1; 16], &wish, 1024).unwrap(), 107);
        let wish = Wish { max_price: Some(104), ..HOT };
        assert!(matches!(market(&prices).price(&[1; 16], &wish, 1024), Err(MarketError::TooFewMiners { found: 5, .. })));
    }

    #[test]
    fn no_deal_of_a_put_costs_more_than_its_offer() {
        // So many miners that each salt admits others of them.
        let prices: Vec<Balance> = (0..200).map(|id| (100 + id % 90) << 20).collect();
        let market = market(&prices);
        let salts: Vec<(Salt, u32)> = (0u8..20).map(|salt| ([salt; 16], 1 << 20)).collect();
        let offer = market.offer(&salts, &HOT).unwrap();
        let agreed = Wish { max_price: Some(offer.price), ..HOT };
        let own: Vec<Balance> = salts.iter().map(|(salt, _)| market.price(salt, &agreed, 1 << 18).unwrap()).collect();
        assert_eq!(own.iter().max(), Some(&offer.price));
        let held = own.iter().fold(0, |sum: Balance, price| {
            let (pay, reserve) = market.cost(*price, HOT.geometry.shard_len(geometry::sealed_len(1 << 20)).unwrap(), &agreed);
            sum + pay + reserve
        });
        assert!((1..=offer.total()).contains(&held), "{held} on hold where {} were agreed to", offer.total());
    }

    #[test]
    fn a_deal_that_is_too_wide_is_refused_before_anything_is_sent() {
        let wish = Wish { geometry: Geometry::ARCHIVE, copies: 4, ..HOT };
        let error = market(&[1; 40]).offer(&[([0; 16], 1024)], &wish).unwrap_err().to_string();
        assert!(error.contains("120 slots") && error.contains("96"), "{error}");
    }
}
