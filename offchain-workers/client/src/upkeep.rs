//! The deals under a tag as they should be: extended before they end, all of their slots filled, and none that nobody needs.

use idlewild_buckets_primitives::salt::Tag;
use idlewild_chain_client::{Call, ReadError, SubmitError};
use idlewild_storage_primitives::{
    deal::Slot,
    limits,
    view::{DealView, Timing},
    Balance, Clock, DealId,
};

use crate::{fill::FillError, market::Wish, put::Told, session::Session};

/// Most calls in one transaction. Each of them settles a deal at worst, as [`limits::MAX_SETTLED`] allows in one.
const TOGETHER: usize = limits::MAX_SETTLED as usize;
/// Without a limit, what goes on costs no more than so many times what it cost before.
const DEARER: Balance = 2;

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
    /// Deals under the tag.
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

impl Session {
    /// Looks after the owner's deals under `tag`. One thing that fails keeps nothing else from being done.
    ///
    /// What it finds on chain is what is final: done twice in a row, the second time may do in vain what the first did, which does no
    /// harm.
    pub async fn upkeep(&self, tag: Tag, upkeep: &Upkeep, event: &Told) -> Result<UpkeepReport, ReadError> {
        let deals = self.deals_under(self.owner(), tag).await?;
        let terms = self.chain.terms().await?;
        let (now, timing) = (terms.clock, terms.timing);
        let mut report = UpkeepReport { deals: deals.len(), ..UpkeepReport::default() };
        let (mut extend, mut cancel) = (Vec::new(), Vec::new());
        for (_, deal) in &deals {
            match upkeep.need_of(deal, now, &timing) {
                Need::Extending { term, max_price } => extend.push((deal.id, Call::Extend { deal: deal.id, term, max_price })),
                Need::Ending => cancel.push((deal.id, Call::Cancel { deal: deal.id })),
                Need::Waiting => report.young.push(deal.id),
                Need::Nothing => {},
            }
        }
        for (deal, outcome) in self.submit_each(extend).await {
            match outcome {
                // An earlier sending did it.
                Ok(()) => report.extended.push(deal),
                Err(error) if error.is("Deals", "ExtensionPending") => report.extended.push(deal),
                Err(error) => report.failed.push((deal, UpkeepError::Extend(error))),
            }
        }
        for (deal, outcome) in self.submit_each(cancel).await {
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

    /// Sends calls that do no harm when they are sent twice, some in a transaction; where the chain refuses that, each by itself.
    async fn submit_each(&self, calls: Vec<(DealId, Call)>) -> Vec<(DealId, Result<(), SubmitError>)> {
        let mut outcomes = Vec::with_capacity(calls.len());
        for some in calls.chunks(TOGETHER) {
            if some.len() > 1 {
                let batch = some.iter().map(|(_, call)| self.call(call.clone())).collect();
                if self.submitter.submit_again(Call::Batch(batch)).await.is_ok() {
                    outcomes.extend(some.iter().map(|(deal, _)| (*deal, Ok(()))));
                    continue;
                }
            }
            for (deal, call) in some {
                let outcome = self.submitter.submit_again(self.call(call.clone())).await.map(|_| ());
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
}
