//! Collecting pay: settling the deals in which this miner is due something, where that is worth the fee, and closing those that
//! are over.
//!
//! A settlement pays all holders of a deal what they proved, and whoever sends it pays the fee. Miners' periods begin at
//! offsets of their own, so that the holders of a deal come to it one after the other: the first to whom it is worth the fee
//! pays that for all of them, and the others find nothing due. What is not worth its fee stays due. It is paid when the deal
//! closes at the latest, which costs no fee. A bounty alone does not wait for that, as it would be forgotten.

use std::sync::{atomic::Ordering, Arc};

use idlewild_chain_client::Call;
use idlewild_storage_primitives::{
    challenge::Schedule, deal::MAX_SLOTS, limits, view::EarningView, Balance, DealId, Period, SlotIndex,
};

use super::{Miner, Moment, RoleError};

/// Most deals in one transaction: the chain's own bound.
const BATCH: usize = limits::MAX_SETTLED as usize;
const PAGE: u32 = 256;
/// The note under which the index keeps the last period in which pay was collected.
const NOTE: &str = "settled";
/// What a settlement takes whatever the deal is, measured in slots.
const ITSELF: u32 = 6;

/// Goes through the miner's deals once a period, in its second half, when its proof has been given. Closes those that are over,
/// and collects pay in the others once every so many periods.
pub async fn step(miner: Arc<Miner>, moment: Moment) -> Result<(), RoleError> {
    let length = miner.terms().timing.period;
    let schedule = Schedule::new(miner.id, length);
    let period = schedule.period(moment.clock);
    let half_over = moment.clock.saturating_sub(schedule.start(period)) >= length / 2;
    let numbered = period.saturating_add(1);
    if !half_over || miner.walks.settled.load(Ordering::Relaxed) == numbered {
        return Ok(());
    }
    // Asked for where something is due, and once for all pages.
    let mut widest: Option<Balance> = None;
    let mut step = miner.walks.settle.begin();
    while let Some(after) = step.next() {
        if after.is_none() {
            // For the whole walk, which may end in a later block: it counts as a collection only if it left no deal out.
            miner.walks.collects.store(is_time(&miner, period)?, Ordering::Relaxed);
        }
        let collects = miner.walks.collects.load(Ordering::Relaxed);
        let page = miner.chain.earnings(miner.id, after, PAGE).await?;
        let (over, open): (Vec<EarningView>, Vec<EarningView>) = page.deals.into_iter().partition(|deal| deal.over);
        // Not together with the others: it costs no fee only where all that it names is closed.
        settle(&miner, &over).await?;
        if let Some(any) = open.first().filter(|_| collects) {
            let widest = match widest {
                Some(fee) => fee,
                None => {
                    let fee = miner.submitter.fee(Call::Settle { deals: vec![any.deal] }).await?;
                    *widest.insert(fee)
                },
            };
            let (worth, rest): (Vec<EarningView>, Vec<EarningView>) =
                open.into_iter().partition(|deal| deal.due > fee_of(widest, deal.slots));
            tracing::debug!(worth = worth.len(), others = rest.len(), "pay is due");
            settle(&miner, &worth).await?;
            collect_bounties(&miner, &rest).await?;
        }
        if step.done(page.next) {
            if collects {
                miner.index.set_note(NOTE, &period.to_le_bytes())?;
            }
            miner.walks.settled.store(numbered, Ordering::Relaxed);
        }
    }
    Ok(())
}

/// Whether so many periods have passed since pay was last collected that it is time again.
fn is_time(miner: &Miner, period: Period) -> Result<bool, RoleError> {
    let last = miner.index.note(NOTE)?.and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes);
    Ok(last.is_none_or(|last| period.saturating_sub(last) >= miner.config.settle_every.max(1)))
}

/// What settling a deal of so many slots costs, where `widest` is what the chain asks for at first, as for the widest deal.
fn fee_of(widest: Balance, slots: u8) -> Balance {
    let parts = |slots: u32| Balance::from(slots.saturating_add(ITSELF));
    widest.saturating_mul(parts(u32::from(slots))).div_ceil(parts(MAX_SLOTS))
}

/// Settles deals, a few with each transaction.
async fn settle(miner: &Miner, deals: &[EarningView]) -> Result<(), RoleError> {
    for batch in deals.chunks(BATCH) {
        let deals: Vec<DealId> = batch.iter().map(|deal| deal.deal).collect();
        match miner.submitter.submit_again(Call::Settle { deals }).await {
            Ok(outcome) => tracing::debug!(deals = batch.len(), block = outcome.block, "settled"),
            // Others were quicker, and none of these is there any more.
            Err(error) if error.is("Deals", "NoSuchDeal") => {},
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Has bounties paid in deals that are not worth settling: each is several times the fee of that, but where it would begin an
/// extension, which whoever settles the deal first pays for.
async fn collect_bounties(miner: &Miner, deals: &[EarningView]) -> Result<(), RoleError> {
    // Listed first: an iterator with closures cannot be held across a pause of this task.
    let earned = deals.iter().filter(|deal| !deal.begins);
    let earned: Vec<(DealId, SlotIndex)> = earned.flat_map(|deal| deal.passed.iter().map(|slot| (deal.deal, *slot))).collect();
    for (deal, slot) in earned {
        match miner.submitter.submit_again(Call::DecideProbation { deal, slot }).await {
            Ok(outcome) => tracing::debug!(deal, slot, block = outcome.block, "collected a bounty"),
            // Another settled the deal meanwhile, and with it this slot.
            Err(error) if ["Undecided", "DealOver", "NoSuchDeal"].iter().any(|name| error.is("Deals", name)) => {},
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_settlement_costs_by_its_slots_and_something_by_itself() {
        let most = u8::try_from(MAX_SLOTS).unwrap();
        assert_eq!(fee_of(80_000, most), 80_000);
        assert_eq!(fee_of(102_000, 24), 30_000);
        assert_eq!(fee_of(102_000, 2), 8_000);
        assert_eq!(fee_of(1, 2), 1, "no fee is taken for less than it is");
        assert_eq!(fee_of(0, most), 0);
    }
}
