//! Looking through all deals of the chain, a few pages a block.
//!
//! Deals are numbered for ever, and only a bounded number of them is looked at in one call. So each part of the role that has to
//! find something among them goes on with each block where it stopped at the last one, and begins anew when it was through.

use std::sync::{
    atomic::{AtomicBool, AtomicU32},
    Mutex, PoisonError,
};

use idlewild_storage_primitives::DealId;

/// Most pages that are read in one go.
const PAGES: u32 = 8;

/// How far each part of the role is.
#[derive(Debug, Default)]
pub(crate) struct Walks {
    pub(crate) append: Walk,
    pub(crate) settle: Walk,
    pub(crate) repair: Walk,
    /// Through all miners, in place of deals.
    pub(crate) report: Walk,
    /// The block at which all deals had been looked through for slots to append.
    pub(crate) appended: AtomicU32,
    /// The period, numbered from one, in which all deals had been looked through for those to settle.
    pub(crate) settled: AtomicU32,
    /// Whether the walk through deals to settle collects pay; otherwise it only closes what is over.
    pub(crate) collects: AtomicBool,
}

/// A walk through all deals, over and over.
#[derive(Debug, Default)]
pub(crate) struct Walk {
    after: Mutex<Option<DealId>>,
}

impl Walk {
    /// Goes on where the last step stopped.
    pub(crate) fn begin(&self) -> Step<'_> {
        Step { walk: self, left: PAGES }
    }
}

/// As much of a walk as is done with one block.
#[derive(Debug)]
pub(crate) struct Step<'a> {
    walk: &'a Walk,
    left: u32,
}

impl Step<'_> {
    /// After which deal the next page begins, or `None` where this step is over.
    pub(crate) fn next(&mut self) -> Option<Option<DealId>> {
        self.left = self.left.checked_sub(1)?;
        Some(*self.walk.after.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Notes that a page was gone through, and after which deal the one behind it begins. A page for which this is not called
    /// is the first of the next step. Returns whether it was the last page; the step is over then.
    pub(crate) fn done(&mut self, next: Option<DealId>) -> bool {
        *self.walk.after.lock().unwrap_or_else(PoisonError::into_inner) = next;
        if next.is_none() {
            self.left = 0;
        }
        next.is_none()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes one step through pages of one deal each, and tells after which deals they were asked for.
    fn step(walk: &Walk, deals: DealId) -> Vec<Option<DealId>> {
        let mut step = walk.begin();
        let mut asked = Vec::new();
        while let Some(after) = step.next() {
            asked.push(after);
            let found = after.map_or(0, |after| after + 1);
            step.done((found + 1 < deals).then_some(found));
        }
        asked
    }

    #[test]
    fn a_short_list_is_gone_through_with_every_block() {
        let walk = Walk::default();
        for _ in 0..3 {
            assert_eq!(step(&walk, 3), [None, Some(0), Some(1)]);
        }
    }

    #[test]
    fn a_long_list_is_gone_through_a_bounded_number_of_pages_at_a_time() {
        let walk = Walk::default();
        let steps: Vec<_> = (0..3).map(|_| step(&walk, 20)).collect();
        assert_eq!(steps.iter().map(Vec::len).collect::<Vec<_>>(), [8, 8, 4]);
        let asked: Vec<_> = steps.concat();
        assert_eq!(asked, [None].into_iter().chain((0..19).map(Some)).collect::<Vec<_>>(), "no deal is left out");
        assert_eq!(step(&walk, 20)[0], None, "then it begins anew");
    }

    #[test]
    fn a_page_that_was_not_gone_through_comes_again() {
        let walk = Walk::default();
        let mut first = walk.begin();
        assert_eq!(first.next(), Some(None));
        assert!(!first.done(Some(7)));
        assert_eq!(first.next(), Some(Some(7)));
        assert_eq!(walk.begin().next(), Some(Some(7)), "the step ended before its page did");
    }
}
