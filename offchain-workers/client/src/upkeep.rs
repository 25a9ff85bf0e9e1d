//! The deals of a gateway for a bucket as they should be: extended before they end, all of their slots filled, and none that nobody needs.
//! And deals of others that need to go on where whoever made them does nothing.

use std::collections::{HashMap, HashSet};

use idlewild_buckets_primitives::{salt::tag_of, BucketId};
use idlewild_chain_client::{BucketCall, Call, ReadError, SubmitError};
use idlewild_storage_primitives::{
    deal::Slot,
    limits,
    view::{DealView, Timing},
    Balance, Clock, DealId, Salt,
};

use crate::{fill::FillError, market::Wish, put::Told, session::Session};

/// Most calls in one transaction. Each of them settles a deal at worst, as [`limits::MAX_SETTLED`] allows in one.
const TOGETHER: usize = limits::MAX_SETTLED as usize;
/// Without a limit, what goes on costs no more than so many times what it cost before.
const DEARER: Balance = 2;

/// A deal of another that has no more than this part of its time left was forgotten: its maker extends it when half is left.
const LATE: Clock = 4;

/// What deals should be like.
#[derive(Clone, Debug)]
pub struct Upkeep {
    /// What is asked of deals. Those that are extended go on for its term, at its price at most: without one, at twice their own.
    pub wish: Wish,
    /// A deal that ends within so many blocks of the clock is extended.
    pub ends_within: Clock,
    /// Deals that nobody needs any more: they are ended once they are old enough, and not extended until then.
    pub dead: Vec<DealId>,
}

/// What was done, and what could not be.
#[derive(Debug, Default)]
pub struct UpkeepReport {
    /// Deals that this gateway stored for the bucket.
    pub deals: usize,
    /// Deals that go on.
    pub extended: Vec<DealId>,
    /// Deals that were ended.
    pub cancelled: Vec<DealId>,
    /// Deals that are to be ended and are too young.
    pub young: Vec<DealId>,
    /// Slots that were open and still are.
    pub open: u32,
    /// What could not be done, and why. Each is tried again the next time.
    pub failed: Vec<(DealId, UpkeepError)>,
}

/// What was done for deals of others.
#[derive(Debug, Default)]
pub struct ProlongReport {
    /// Deals that go on, though their makers did nothing.
    pub extended: Vec<DealId>,
    /// Those that should and do not, and why. Each is tried again the next time.
    pub failed: Vec<(DealId, UpkeepError)>,
    /// Salts of which there is no deal, or only one that is over.
    pub gone: Vec<Salt>,
}

/// Why a deal is not as it should be.
#[derive(Debug, thiserror::Error)]
pub enum UpkeepError {
    /// The chain would not let it go on.
    #[error("the deal was not extended: {0}")]
    Extend(SubmitError),
    /// The chain would not end it.
    #[error("the deal was not ended: {0}")]
    Cancel(SubmitError),
    /// Its open slots were not filled.
    #[error(transparent)]
    Fill(#[from] FillError),
}

/// What a deal needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Need {
    Nothing,
    Extending {
        term: Clock,
        max_price: Balance,
    },
    Ending,
    /// It is to end, and cannot yet.
    Waiting,
}

impl Upkeep {
    fn need_of(&self, deal: &DealView, now: Clock, timing: &Timing) -> Need {
        if self.dead.contains(&deal.id) {
            return match now.saturating_sub(deal.created) >= timing.min_term {
                true => Need::Ending,
                false => Need::Waiting,
            };
        }
        let left = deal.end.saturating_sub(now);
        // One that is over cannot be helped.
        if deal.extension.is_some() || left == 0 || left > self.ends_within {
            return Need::Nothing;
        }
        let term = self.wish.term.min(timing.max_term.saturating_sub(left));
        let max_price = self.wish.max_price.unwrap_or_else(|| deal.price.saturating_mul(DEARER));
        match term >= timing.period {
            true => Need::Extending { term, max_price },
            false => Need::Nothing,
        }
    }
}

/// How a deal of another is looked after: so late that its maker, if there still is one, has done it before. How long its maker wants
/// deals to last is not known here; a deal that was never extended says so, and any deal lasts at least so long.
fn of_another(wish: &Wish, deal: &DealView) -> Upkeep {
    let lasts = wish.term.min(deal.end.saturating_sub(deal.created));
    Upkeep { wish: *wish, ends_within: lasts / LATE, dead: Vec::new() }
}

impl Session {
    /// Looks after the deals that this account stored, as a gateway, for a bucket of its owner's. One thing that fails keeps nothing else
    /// from being done.
    ///
    /// What it finds on chain is what is final: done twice in a row, the second time may do in vain what the first did, which does no
    /// harm.
    pub async fn upkeep(&self, bucket: BucketId, upkeep: &Upkeep, event: &Told) -> Result<UpkeepReport, ReadError> {
        let deals = self.deals_under(self.owner(), tag_of(bucket, &self.account())).await?;
        let terms = self.chain.terms().await?;
        let (now, timing) = (terms.clock, terms.timing);
        let mut report = UpkeepReport { deals: deals.len(), ..UpkeepReport::default() };
        let (mut extend, mut cancel) = (Vec::new(), Vec::new());
        for (_, deal) in &deals {
            match upkeep.need_of(deal, now, &timing) {
                // The chain lets a gateway prolong and end what it stored for a bucket, and no other deal of its owner's.
                Need::Extending { term, max_price } => {
                    let call = BucketCall::ProlongDeal { bucket, maker: self.account(), deal: deal.id, term, max_price };
                    extend.push((deal.id, call.into()));
                },
                Need::Ending => cancel.push((deal.id, BucketCall::DropDeal { bucket, deal: deal.id }.into())),
                Need::Waiting => report.young.push(deal.id),
                Need::Nothing => {},
            }
        }
        for (deal, outcome) in self.send_each(extend).await {
            match outcome {
                // An earlier sending did it.
                Ok(()) => report.extended.push(deal),
                Err(error) if error.is("Deals", "ExtensionPending") => report.extended.push(deal),
                Err(error) => report.failed.push((deal, UpkeepError::Extend(error))),
            }
        }
        for (deal, outcome) in self.send_each(cancel).await {
            match outcome {
                Ok(()) => report.cancelled.push(deal),
                Err(error) if error.is("Deals", "NoSuchDeal") || error.is("Deals", "DealOver") => report.cancelled.push(deal),
                Err(error) => report.failed.push((deal, UpkeepError::Cancel(error))),
            }
        }
        for (_, deal) in deals {
            let is_open = deal.slots.iter().any(|view| view.slot == Slot::Empty);
            // What ends soon is not worth a miner's while.
            let lasts = deal.ends() > now.saturating_add(timing.period);
            if !is_open || !lasts || upkeep.dead.contains(&deal.id) {
                continue;
            }
            // Receipts are for the whole of the deal's present term.
            let term = deal.end.saturating_sub(deal.created);
            let wish = Wish { geometry: deal.geometry, copies: deal.copies, term, ..upkeep.wish };
            match self.fill(deal.id, &wish, event).await {
                Ok(open) => report.open = report.open.saturating_add(open),
                Err(error) => report.failed.push((deal.id, error.into())),
            }
        }
        Ok(report)
    }

    /// Prolongs those of the owner's deals that have these salts, that other gateways made for a bucket, and that these should have
    /// prolonged long ago. With each salt is named who made its deal. One that fails keeps no other from it.
    pub async fn prolong(
        &self,
        bucket: BucketId,
        makers: &HashMap<Salt, [u8; 32]>,
        wish: &Wish,
    ) -> Result<ProlongReport, ReadError> {
        let mut report = ProlongReport::default();
        if makers.is_empty() {
            return Ok(report);
        }
        let owner = self.owner();
        let mut found = Vec::new();
        let mut pages = self.deals_of(owner);
        while let Some(page) = pages.next_page().await? {
            // Anybody can give an owner a deal, under any salt.
            found.extend(page.into_iter().filter(|deal| deal.creator == owner && makers.contains_key(&deal.salt)));
        }
        let terms = self.chain.terms().await?;
        let (now, timing) = (terms.clock, terms.timing);
        let standing: HashSet<Salt> = found.iter().filter(|deal| deal.ends() > now).map(|deal| deal.salt).collect();
        report.gone = makers.keys().filter(|salt| !standing.contains(*salt)).copied().collect();
        let mut extend = Vec::new();
        for deal in &found {
            let (Some(maker), need) = (makers.get(&deal.salt), of_another(wish, deal).need_of(deal, now, &timing)) else {
                continue;
            };
            if let Need::Extending { term, max_price } = need {
                let call = BucketCall::ProlongDeal { bucket, maker: *maker, deal: deal.id, term, max_price };
                extend.push((deal.id, call.into()));
            }
        }
        for (deal, outcome) in self.send_each(extend).await {
            match outcome {
                Ok(()) => report.extended.push(deal),
                // Another did it at the same time.
                Err(error) if error.is("Deals", "ExtensionPending") => {},
                Err(error) => report.failed.push((deal, UpkeepError::Extend(error))),
            }
        }
        Ok(report)
    }

    /// Sends calls that do no harm when they are sent twice, some in a transaction; where the chain refuses that, each by itself.
    async fn send_each(&self, calls: Vec<(DealId, Call)>) -> Vec<(DealId, Result<(), SubmitError>)> {
        let mut outcomes = Vec::with_capacity(calls.len());
        for some in calls.chunks(TOGETHER) {
            if some.len() > 1 {
                let batch = some.iter().map(|(_, call)| call.clone()).collect();
                if self.submitter.submit_again(Call::Batch(batch)).await.is_ok() {
                    outcomes.extend(some.iter().map(|(deal, _)| (*deal, Ok(()))));
                    continue;
                }
            }
            for (deal, call) in some {
                let outcome = self.submitter.submit_again(call.clone()).await.map(|_| ());
                outcomes.push((*deal, outcome));
            }
        }
        outcomes
    }
}

#[cfg(test)]
mod tests {
    use idlewild_storage_primitives::{geometry::Geometry, ledger::FailureRule, view::ExtensionView};

    use super::*;

    const TIMING: Timing = Timing {
        period: 20,
        failure: FailureRule { consecutive: 3, within: 6, window: 24 },
        append_deadline: 10,
        rank_window: 3,
        rank_windows: 3,
        claim: 20,
        probation: 1,
        epoch: 100,
        min_term: 50,
        max_term: 1_000,
    };

    fn deal(id: DealId, end: Clock) -> DealView {
        let geometry = Geometry { data: 1, parity: 1 };
        DealView {
            id,
            owner: [1; 32],
            creator: [1; 32],
            salt: [0; 16],
            geometry,
            copies: 1,
            shard_len: 64,
            created: 100,
            end,
            extension: None,
            price: 7,
            funds: 0,
            reserve: 0,
            slots: Vec::new(),
            roots: Vec::new(),
            manifest: Vec::new(),
        }
    }

    #[test]
    fn deals_are_extended_before_they_end_and_the_dead_are_ended() {
        let wish = Wish { geometry: Geometry { data: 1, parity: 1 }, copies: 1, term: 960, max_price: None };
        let upkeep = Upkeep { wish, ends_within: 60, dead: vec![9] };
        let need = |deal: &DealView, now| upkeep.need_of(deal, now, &TIMING);
        assert_eq!(need(&deal(1, 400), 339), Need::Nothing);
        assert_eq!(need(&deal(1, 400), 340), Need::Extending { term: 940, max_price: 14 }, "no longer than the chain allows");
        assert_eq!(need(&deal(1, 400), 399), Need::Extending { term: 960, max_price: 14 });
        assert_eq!(need(&deal(1, 400), 400), Need::Nothing, "it is over");
        let dear = Upkeep { wish: Wish { max_price: Some(5), ..wish }, ..upkeep.clone() };
        assert_eq!(dear.need_of(&deal(1, 400), 399, &TIMING), Need::Extending { term: 960, max_price: 5 });
        let extension = Some(ExtensionView { end: 900, price: 7, funds: 0, accepted: Vec::new() });
        assert_eq!(need(&DealView { extension, ..deal(1, 400) }, 399), Need::Nothing);
        assert_eq!((need(&deal(9, 400), 149), need(&deal(9, 400), 150)), (Need::Waiting, Need::Ending));
    }

    #[test]
    fn who_made_a_deal_extends_it_long_before_others_do() {
        let wish = Wish { geometry: Geometry { data: 1, parity: 1 }, copies: 1, term: 400, max_price: None };
        let own = Upkeep { wish, ends_within: wish.term / 2, dead: Vec::new() };
        let other = |deal: &DealView, now| of_another(&wish, deal).need_of(deal, now, &TIMING);
        let extending = |need| matches!(need, Need::Extending { .. });
        // Made at 100 for the term that both wish for.
        let deal_of_400 = deal(1, 500);
        assert!(extending(own.need_of(&deal_of_400, 300, &TIMING)));
        assert_eq!(other(&deal_of_400, 300), Need::Nothing, "its maker has its turn");
        assert_eq!(other(&deal_of_400, 399), Need::Nothing);
        assert_eq!(other(&deal_of_400, 400), Need::Extending { term: 400, max_price: 14 }, "its maker is gone");
        assert_eq!(other(&deal_of_400, 500), Need::Nothing, "it is over");
        // Whoever made this one does so again and again after half of a shorter term.
        assert_eq!(other(&deal(1, 200), 150), Need::Nothing);
        assert!(extending(other(&deal(1, 200), 175)));
        // One that went on several times goes on as any other.
        assert_eq!(other(&deal(1, 5_000), 4_899), Need::Nothing);
        assert!(extending(other(&deal(1, 5_000), 4_900)));
        let extension = Some(ExtensionView { end: 900, price: 7, funds: 0, accepted: Vec::new() });
        assert_eq!(other(&DealView { extension, ..deal(1, 500) }, 450), Need::Nothing, "somebody did it");
    }
}
