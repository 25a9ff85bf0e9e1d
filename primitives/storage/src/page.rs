//! Pages of records that are numbered in order, with gaps where records are gone.

use alloc::vec::Vec;
use core::ops::Range;

/// Most entries of a page, whatever a caller asks for.
pub const PAGE: u32 = 256;
/// Most numbers that are looked at for a page: they are never given again, so that there may be many with nothing to show.
pub const SCAN: u32 = 1_000;

/// Looks at `numbers` in order until a page is full or enough were looked at: what was found, and after which number to go on.
///
/// What is found under one number is on one page, so that the next page can begin with the next number.
pub fn page<Id, R>(mut numbers: Range<Id>, limit: u32, look: impl Fn(Id, &mut Vec<R>)) -> (Vec<R>, Option<Id>)
where
    Id: Copy,
    Range<Id>: Iterator<Item = Id>,
{
    let limit = limit.clamp(1, PAGE) as usize;
    let mut found = Vec::new();
    let mut last = None;
    for id in numbers.by_ref().take(SCAN as usize) {
        look(id, &mut found);
        last = Some(id);
        if found.len() >= limit {
            break;
        }
    }
    (found, last.filter(|_| numbers.next().is_some()))
}
