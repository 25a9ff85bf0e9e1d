//! Looking for slots that others have still to append among the deals of before the start, of which no event tells any more.

use std::sync::{Arc, Mutex, PoisonError};

use futures::{stream, StreamExt};
use idlewild_storage_primitives::{
    deal::Slot,
    page::SCAN,
    view::{DealView, Timing},
    DealId,
};

use super::{follow, Miner, RoleError};

/// Deals that are read with one block.
const READ: DealId = 64;
/// This miner's slots on a page, which is asked for only to learn up to which number there are deals.
const PAGE: u32 = 256;

/// How far the deals were looked through, once since the start.
#[derive(Debug, Default)]
pub(crate) struct Search(Mutex<Stretch>);

/// Numbers of deals that are to be looked at next.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Stretch {
    next: DealId,
    /// The first number that is not known to be in use.
    end: DealId,
    /// Whether there was nothing behind it when it was begun. Events tell of deals that were made since.
    is_last: bool,
}

impl Search {
    /// Looks through all deals once more, where blocks were left out.
    pub(crate) fn begin_anew(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Stretch::default();
    }

    fn stretch(&self) -> Stretch {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Goes on to another stretch, unless all was begun anew meanwhile.
    fn go_on(&self, from: Stretch, to: Stretch) {
        let mut stretch = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if *stretch == from {
            *stretch = to;
        }
    }
}

impl Stretch {
    /// As far as one block goes.
    fn read_to(&self) -> DealId {
        self.end.min(self.next.saturating_add(READ))
    }

    /// What follows a stretch that was read to its end, where the page behind it ends with this number, or is the last one.
    fn behind(&self, last: Option<DealId>) -> Self {
        match last {
            Some(last) => Self { end: last.saturating_add(1), ..*self },
            // No page leaves more numbers than these unmentioned. There may be fewer; nothing is found behind them.
            None => Self { end: self.next.saturating_add(DealId::from(SCAN)), is_last: true, ..*self },
        }
    }
}

/// Looks through some more deals, until all were seen. Where a read fails, the next block begins with the same deals.
pub(crate) async fn step(miner: &Arc<Miner>) -> Result<(), RoleError> {
    let Some(stretch) = stretch(miner).await? else { return Ok(()) };
    let (chain, timing) = (&miner.chain, miner.terms().timing);
    let numbers = stretch.next..stretch.read_to();
    let mut deals = Box::pin(stream::iter(numbers).map(|id| async move { chain.deal(id).await }).buffered(follow::AHEAD));
    while let Some(deal) = deals.next().await {
        if let Some(deal) = deal? {
            note(miner, &deal, &timing);
        }
    }
    drop(deals);
    miner.search.go_on(stretch, Stretch { next: stretch.read_to(), ..stretch });
    Ok(())
}

/// The deals to look at now, or `None` where all were seen.
async fn stretch(miner: &Arc<Miner>) -> Result<Option<Stretch>, RoleError> {
    let stretch = miner.search.stretch();
    if stretch.next < stretch.end {
        return Ok(Some(stretch));
    }
    if stretch.is_last {
        return Ok(None);
    }
    let page = miner.chain.slots_of(miner.id, stretch.next.checked_sub(1), PAGE).await?;
    let behind = stretch.behind(page.next);
    miner.search.go_on(stretch, behind);
    Ok(Some(behind))
}

/// Has the slots of a deal watched that others have still to append.
fn note(miner: &Miner, deal: &DealView, timing: &Timing) {
    for (slot, view) in (0u8..).zip(&deal.slots) {
        match view.slot {
            Slot::Assigned { miner: of, since } if of != miner.id && !view.failed => {
                miner.waiting.assigned(deal.id, slot, since, timing);
            },
            _ => {},
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Goes through a chain of so many deals; the numbers at which each block began and ended.
    fn walk(search: &Search, pages: &[Option<DealId>]) -> Vec<(DealId, DealId)> {
        let (mut pages, mut read) = (pages.iter(), Vec::new());
        loop {
            let mut stretch = search.stretch();
            if stretch.next == stretch.end {
                if stretch.is_last {
                    return read;
                }
                let behind = stretch.behind(*pages.next().unwrap());
                search.go_on(stretch, behind);
                stretch = behind;
            }
            read.push((stretch.next, stretch.read_to()));
            search.go_on(stretch, Stretch { next: stretch.read_to(), ..stretch });
        }
    }

    #[test]
    fn every_number_is_read_once_a_few_with_each_block() {
        let search = Search::default();
        let read = walk(&search, &[Some(99), Some(1_099), None]);
        assert_eq!(read[..3], [(0, 64), (64, 100), (100, 164)], "a page's end is no reason to skip what is behind it");
        assert!(read.windows(2).all(|pair| pair[0].1 == pair[1].0), "{read:?}");
        assert!(read.iter().all(|(first, end)| first < end && end - first <= READ), "{read:?}");
        assert_eq!(read.last().unwrap().1, 1_100 + DealId::from(SCAN), "the last page does not say where it ends");
        assert!(walk(&search, &[]).is_empty(), "once is enough");
    }

    #[test]
    fn what_is_begun_anew_meanwhile_is_not_taken_for_done() {
        let search = Search::default();
        let begun = search.stretch().behind(Some(500));
        search.go_on(Stretch::default(), begun);
        search.begin_anew();
        search.go_on(begun, Stretch { next: 64, ..begun });
        assert_eq!(search.stretch(), Stretch::default());
    }
}
