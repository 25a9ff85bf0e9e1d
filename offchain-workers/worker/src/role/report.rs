//! Reporting what others missed, for the bounty: without it a dead miner's slots would not open.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use idlewild_chain_client::{Call, SubmitError};
use idlewild_storage_primitives::{deal::Slot, view::Timing, Clock, DealId, MinerId, SlotIndex};
use rand::Rng;

use super::{Miner, Moment, RoleError};

const PAGE: u32 = 256;
/// Reports of slots that are sent with one block.
const AT_ONCE: usize = 4;
/// Slots that are watched; the chain's other miners watch them too.
const KEPT: usize = 65_536;
/// Blocks over which the reports of all miners are spread, at most.
const SPREAD: u32 = 60;

/// Slots that others have still to append, and when to look whether they did.
#[derive(Debug, Default)]
pub(crate) struct Waiting(Mutex<BTreeMap<(DealId, SlotIndex), Clock>>);

impl Waiting {
    /// Notes that a slot was assigned. Each miner waits a little longer than it must, by chance, so that not all of them report.
    pub(crate) fn assigned(&self, deal: DealId, slot: SlotIndex, now: Clock, timing: &Timing) {
        let spread = (timing.append_deadline / 2).clamp(4, SPREAD);
        let late = timing.append_deadline.saturating_add(2).saturating_add(rand::thread_rng().gen_range(0..spread));
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < KEPT {
            waiting.insert((deal, slot), now.saturating_add(late));
        }
    }

    /// Notes that a slot waits no more.
    pub(crate) fn over(&self, deal: DealId, slot: SlotIndex) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(&(deal, slot));
    }

    /// Notes that a deal is over.
    pub(crate) fn closed(&self, deal: DealId) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let slots: Vec<_> = waiting.range((deal, 0)..=(deal, SlotIndex::MAX)).map(|(id, _)| *id).collect();
        for id in slots {
            waiting.remove(&id);
        }
    }

    /// Some slots that it is time to look at; they are not watched any more.
    fn take_due(&self, now: Clock) -> Vec<(DealId, SlotIndex)> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due: Vec<_> = waiting.iter().filter(|(_, due)| **due <= now).map(|(id, _)| *id).take(AT_ONCE).collect();
        for id in &due {
            waiting.remove(id);
        }
        due
    }
}

/// Reports slots that were not appended and miners that let periods pass unproven.
pub async fn step(miner: Arc<Miner>, moment: Moment) -> Result<(), RoleError> {
    if !miner.config.report {
        return Ok(());
    }
    for (deal, slot) in miner.waiting.take_due(moment.clock) {
        report_unappended(&miner, deal, slot, moment).await?;
    }
    // All workers see the same miners, so each rolls a die first.
    if rand::thread_rng().gen_range(0..4) != 0 {
        return Ok(());
    }
    report_missed(&miner).await
}

async fn report_unappended(miner: &Arc<Miner>, id: DealId, slot: SlotIndex, moment: Moment) -> Result<(), RoleError> {
    let Some(deal) = miner.chain.deal(id).await? else { return Ok(()) };
    let timing = miner.terms().timing;
    let Some(view) = deal.slots.get(usize::from(slot)).filter(|view| !view.failed) else { return Ok(()) };
    let Slot::Assigned { miner: late, since } = view.slot else { return Ok(()) };
    if late == miner.id || moment.clock >= deal.ends() {
        return Ok(());
    }
    // Assigned anew since it was noted.
    if moment.clock <= since.saturating_add(timing.append_deadline) {
        miner.waiting.assigned(id, slot, since, &timing);
        return Ok(());
    }
    match miner.submitter.submit(Call::ReportUnappended { deal: id, slot }).await {
        Ok(outcome) => {
            tracing::info!(deal = id, slot, miner = late, block = outcome.block, "reported a slot that was not appended");
            Ok(())
        },
        // Somebody was quicker, or the holder was after all.
        Err(error @ SubmitError::Refused { .. }) => {
            tracing::debug!(deal = id, slot, %error, "a slot is not to be reported any more");
            Ok(())
        },
        Err(error) => Err(error.into()),
    }
}

async fn report_missed(miner: &Arc<Miner>) -> Result<(), RoleError> {
    let mut step = miner.walks.report.begin();
    while let Some(after) = step.next() {
        let after = after.and_then(|after| MinerId::try_from(after).ok());
        let page = miner.chain.miners(after, PAGE).await?;
        for other in page.iter().filter(|other| other.overdue && other.id != miner.id) {
            match miner.submitter.submit(Call::ReportMissed { miner: other.id }).await {
                Ok(outcome) => tracing::info!(miner = other.id, block = outcome.block, "reported missed periods"),
                // Somebody was quicker.
                Err(error) if error.is("Proofs", "NothingMissed") || error.is("Proofs", "MinerFailed") => {},
                Err(error) => return Err(error.into()),
            }
        }
        step.done(page.last().map(|last| DealId::from(last.id)));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timing() -> Timing {
        use idlewild_storage_primitives::ledger::FailureRule;
        Timing {
            period: 40,
            failure: FailureRule { consecutive: 2, within: 6, window: 24 },
            append_deadline: 60,
            rank_window: 3,
            rank_windows: 4,
            claim: 80,
            probation: 1,
            epoch: 10,
            min_term: 80,
            max_term: 100_000,
        }
    }

    #[test]
    fn only_what_was_not_appended_in_time_comes_up_and_a_few_at_a_time() {
        let waiting = Waiting::default();
        for slot in 0..6 {
            waiting.assigned(7, slot, 100, &timing());
        }
        waiting.assigned(8, 0, 100, &timing());
        waiting.over(7, 0);
        waiting.closed(8);
        assert!(waiting.take_due(161).is_empty(), "the deadline is the last moment at which it is in time");
        let first = waiting.take_due(100 + 60 + 2 + SPREAD);
        assert_eq!(first.len(), AT_ONCE);
        let second = waiting.take_due(100 + 60 + 2 + SPREAD);
        assert_eq!([first, second].concat(), [(7, 1), (7, 2), (7, 3), (7, 4), (7, 5)]);
    }
}
