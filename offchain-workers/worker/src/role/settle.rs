//! Collecting pay: settling the deals that this miner has slots in, now and then.

use std::{collections::BTreeSet, sync::Arc};

use idlewild_chain_client::Call;
use idlewild_storage_primitives::{challenge::Schedule, limits, view::SlotsPage, DealId};

use super::{Miner, Moment, RoleError};

/// Most deals in one transaction: the chain's own bound.
const BATCH: usize = limits::MAX_SETTLED as usize;
const PAGE: u32 = 256;
/// The note under which the index keeps the last period in which pay was collected.
const NOTE: &str = "settled";

/// Settles once every so many periods, in the period's second half, when its proof has been given.
pub async fn step(miner: Arc<Miner>, moment: Moment) -> Result<(), RoleError> {
    let length = miner.terms().timing.period;
    let schedule = Schedule::new(miner.id, length);
    let period = schedule.period(moment.clock);
    let half_over = moment.clock.saturating_sub(schedule.start(period)) >= length / 2;
    let last = miner.index.note(NOTE)?.and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes);
    let due = last.is_none_or(|last| period.saturating_sub(last) >= miner.config.settle_every.max(1));
    if !half_over || !due {
        return Ok(());
    }
    let mut step = miner.walks.settle.begin();
    while let Some(after) = step.next() {
        let page = miner.chain.slots_of(miner.id, after, PAGE).await?;
        for batch in earning(&page).chunks(BATCH) {
            match miner.submitter.submit_again(Call::Settle { deals: batch.to_vec() }).await {
                Ok(_) => {},
                // Another miner closed one of them meanwhile; the next look at this page finds out which.
                Err(error) if error.is("Deals", "NoSuchDeal") => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
        if step.done(page.next) {
            miner.index.set_note(NOTE, &period.to_le_bytes())?;
        }
    }
    Ok(())
}

/// The deals of a page in which this miner earns.
fn earning(page: &SlotsPage) -> Vec<DealId> {
    let earning = page.slots.iter().filter(|(_, _, view)| view.slot.earning().is_some());
    let deals: BTreeSet<DealId> = earning.map(|(deal, _, _)| *deal).collect();
    deals.into_iter().collect()
}
