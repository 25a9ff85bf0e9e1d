//! Reporting what others missed, for the bounty: without it a dead miner's slots would not open.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use idlewild_chain_client::{Call, SubmitError};
use idlewild_storage_primitives::{admission, deal::Slot, view::Timing, Clock, DealId, MinerId, SlotIndex};
use rand::Rng;

use super::{search, Miner, Moment, RoleError};

const PAGE: u32 = 256;
/// Reports of slots, and of miners, that are sent with one block.
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

    /// Some slots that it is time to look at, with the time that it was; they are not watched any more.
    fn take_due(&self, now: Clock) -> Vec<((DealId, SlotIndex), Clock)> {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due = waiting.iter().filter(|(_, due)| **due <= now).map(|(id, due)| (*id, *due));
        let due: Vec<_> = due.take(AT_ONCE).collect();
        for (id, _) in &due {
            waiting.remove(id);
        }
        due
    }

    /// Watches slots again that could not be looked at, or not be reported.
    fn put_back(&self, slots: impl IntoIterator<Item = ((DealId, SlotIndex), Clock)>) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (id, due) in slots {
            waiting.entry(id).or_insert(due);
        }
    }
}

/// Miners that are overdue, and when they were first seen to be.
#[derive(Debug, Default)]
pub(crate) struct Overdue(Mutex<BTreeMap<MinerId, Clock>>);

impl Overdue {
    fn add(&self, late: MinerId, now: Clock) {
        let mut overdue = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if overdue.len() < KEPT {
            overdue.entry(late).or_insert(now);
        }
    }

    /// Some miners that it is time to report; they are not kept in mind any more.
    fn take_due(&self, is_due: impl Fn(MinerId, Clock) -> bool) -> Vec<MinerId> {
        let mut overdue = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due = overdue.iter().filter(|(late, since)| is_due(**late, **since)).map(|(late, _)| *late);
        let due: Vec<_> = due.take(AT_ONCE).collect();
        for late in &due {
            overdue.remove(late);
        }
        due
    }
}

/// Reports slots that were not appended and miners that let periods pass unproven.
pub async fn step(miner: Arc<Miner>, moment: Moment) -> Result<(), RoleError> {
    if !miner.config.report {
        return Ok(());
    }
    report_due(&miner, moment).await?;
    report_missed(&miner, moment).await?;
    search::step(&miner).await?;
    // Looking through all miners is much to ask of a node with each block.
    if rand::thread_rng().gen_range(0..4) != 0 {
        return Ok(());
    }
    find_overdue(&miner, moment).await
}

/// Reports what was not appended in time. Where the node does not answer, or does not take a report, that one and the rest are
/// left for the next block: perhaps nobody else is there to report them.
async fn report_due(miner: &Arc<Miner>, moment: Moment) -> Result<(), RoleError> {
    let mut due = miner.waiting.take_due(moment.clock).into_iter();
    while let Some(one) = due.next() {
        let (deal, slot) = one.0;
        if let Err(error) = report_unappended(miner, deal, slot, moment).await {
            miner.waiting.put_back(std::iter::once(one).chain(due));
            return Err(error);
        }
    }
    Ok(())
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

/// Reports the miners that are overdue, where it is this one's turn.
async fn report_missed(miner: &Arc<Miner>, moment: Moment) -> Result<(), RoleError> {
    let (timing, mine) = (miner.terms().timing, miner.record().weight.current);
    let all = miner.terms().total_weight.current;
    let due = miner.overdue.take_due(|late, since| is_turn_of(miner.id, late, since, moment.clock, &timing, (mine, all)));
    for late in due {
        // Somebody may have been quicker, and a report that comes too late is paid for all the same.
        if !miner.chain.miner(late).await?.is_some_and(|late| late.overdue) {
            continue;
        }
        match miner.submitter.submit(Call::ReportMissed { miner: late }).await {
            Ok(outcome) => tracing::info!(miner = late, block = outcome.block, "reported missed periods"),
            // Somebody was quicker.
            Err(error) if error.is("Proofs", "NothingMissed") || error.is("Proofs", "MinerFailed") => {},
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Whether it is a miner's turn to report another, which was seen to be overdue at `since`. As with repairs, one more is let in, on
/// average, with each rank window, so that not all of them report, and pay for it, where one will do.
fn is_turn_of(reporter: MinerId, late: MinerId, since: Clock, now: Clock, timing: &Timing, (mine, all): (u64, u64)) -> bool {
    let waited = now.saturating_sub(since);
    let period = since.checked_div(timing.period).unwrap_or(0);
    // No repair draws with the last slot of a deal of this number; if one did, it would be no harm.
    admission::may_repair(
        DealId::from(late),
        SlotIndex::MAX,
        period,
        reporter,
        waited,
        timing.rank_window,
        timing.rank_windows,
        mine,
        all,
    )
}

/// Looks for miners that are overdue.
async fn find_overdue(miner: &Arc<Miner>, moment: Moment) -> Result<(), RoleError> {
    let mut step = miner.walks.report.begin();
    while let Some(after) = step.next() {
        let after = after.and_then(|after| MinerId::try_from(after).ok());
        let page = miner.chain.miners(after, PAGE).await?;
        for other in page.miners.iter().filter(|other| other.overdue && other.id != miner.id) {
            miner.overdue.add(other.id, moment.clock);
        }
        step.done(page.next.map(DealId::from));
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
        let slots: Vec<_> = first.into_iter().chain(second).map(|(id, _)| id).collect();
        assert_eq!(slots, [(7, 1), (7, 2), (7, 3), (7, 4), (7, 5)]);
    }

    #[test]
    fn what_is_put_back_comes_up_again_at_once_and_what_was_noted_meanwhile_stands() {
        let waiting = Waiting::default();
        waiting.assigned(7, 0, 100, &timing());
        waiting.assigned(7, 1, 100, &timing());
        let late = 100 + 60 + 2 + SPREAD;
        let due = waiting.take_due(late);
        assert!(due.len() == 2 && waiting.take_due(late).is_empty());
        waiting.assigned(7, 1, late, &timing());
        waiting.put_back(due.clone());
        assert_eq!(waiting.take_due(late), due[..1]);
    }

    #[test]
    fn few_report_a_miner_at_once_and_in_the_end_anybody_may() {
        let timing = timing();
        let turns = |late, waited| {
            let is_turn = |reporter: &MinerId| is_turn_of(*reporter, late, 100, 100 + waited, &timing, (10, 10_000));
            (0..1_000).filter(is_turn).collect::<Vec<_>>()
        };
        let windows: Vec<usize> = (0..4).map(|window| turns(2_000, window * timing.rank_window).len()).collect();
        assert!(windows.is_sorted() && windows[3] <= 16, "one more is let in with each window, on average: {windows:?}");
        assert_eq!(turns(2_000, timing.rank_windows * timing.rank_window).len(), 1_000, "nobody is kept out for ever");
        let firsts: Vec<_> = (2_000..2_100).flat_map(|late| turns(late, 0)).collect();
        assert!((40..250).contains(&firsts.len()), "each miner has a first reporter, more or less: {}", firsts.len());
    }

    #[test]
    fn a_miner_is_reported_once_each_time_that_it_is_found_overdue() {
        let overdue = Overdue::default();
        overdue.add(3, 100);
        overdue.add(3, 110);
        assert!(overdue.take_due(|_, since| since != 100).is_empty(), "what counts is when it was first seen");
        assert_eq!(overdue.take_due(|_, _| true), [3]);
        assert!(overdue.take_due(|_, _| true).is_empty());
    }
}
