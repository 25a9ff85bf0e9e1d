//! What of a bucket is on chain and could not be read. It keeps nothing else from going on, and is tried again with growing pauses.

use std::{
    collections::{BTreeMap, HashSet},
    time::{Duration, Instant},
};

use idlewild_objects::CommitHash;

/// How long something is let be that could not be read; it doubles up to [`LONGEST`].
const FIRST: Duration = Duration::from_secs(10);
const LONGEST: Duration = Duration::from_secs(3_600);

fn pause(tries: u32) -> Duration {
    FIRST.saturating_mul(1 << tries.min(16)).min(LONGEST)
}

/// A deal.
struct Trial {
    tries: u32,
    again: Instant,
    reason: String,
}

/// How a bucket was when it was last looked for.
struct Look {
    heads: Vec<CommitHash>,
    /// How often these heads were looked for before, in vain.
    tries: u32,
    again: Instant,
    /// Whether something was not even tried.
    is_cut_short: bool,
}

/// What could not be read of all buckets, by their numbers.
#[derive(Default)]
pub(crate) struct Unread {
    deals: BTreeMap<u64, BTreeMap<u64, Trial>>,
    looks: BTreeMap<u64, Look>,
}

impl Unread {
    /// Whether a bucket was not looked for since the start.
    pub(crate) fn is_first(&self, bucket: u64) -> bool {
        !self.looks.contains_key(&bucket)
    }

    /// Whether to look for a bucket again that was looked for before, and has these heads on chain; `whole` says whether all of them are
    /// here.
    pub(crate) fn is_due(&self, bucket: u64, heads: &[CommitHash], whole: bool, now: Instant) -> bool {
        let Some(look) = self.looks.get(&bucket) else { return true };
        let has_news = !whole && look.heads != heads;
        let is_over = (!whole || look.is_cut_short) && now >= look.again;
        has_news || is_over || self.deals.get(&bucket).is_some_and(|deals| deals.values().any(|trial| now >= trial.again))
    }

    /// A bucket with these heads was looked for, and `deals` are all that there are.
    pub(crate) fn looked(&mut self, bucket: u64, heads: Vec<CommitHash>, deals: &HashSet<u64>, now: Instant) {
        if let Some(unread) = self.deals.get_mut(&bucket) {
            unread.retain(|deal, _| deals.contains(deal));
        }
        let before = self.looks.get(&bucket).filter(|look| look.heads == heads);
        let tries = before.map_or(0, |look| look.tries.saturating_add(1));
        self.looks.insert(bucket, Look { heads, tries, again: now + pause(tries), is_cut_short: false });
    }

    /// A bucket was looked for, and there was no time for all that is new of it.
    pub(crate) fn cut_short(&mut self, bucket: u64, now: Instant) {
        if let Some(look) = self.looks.get_mut(&bucket) {
            (look.again, look.is_cut_short) = (now + FIRST, true);
        }
    }

    /// Nothing is known any more of a bucket but of these.
    pub(crate) fn keep_only(&mut self, is_kept: impl Fn(u64) -> bool) {
        self.deals.retain(|bucket, _| is_kept(*bucket));
        self.looks.retain(|bucket, _| is_kept(*bucket));
    }

    /// Whether a deal is to be tried now.
    pub(crate) fn may_try(&self, bucket: u64, deal: u64, now: Instant) -> bool {
        self.deals.get(&bucket).and_then(|deals| deals.get(&deal)).is_none_or(|trial| now >= trial.again)
    }

    /// How often a deal was tried in vain.
    pub(crate) fn tries(&self, bucket: u64, deal: u64) -> u32 {
        let trial = self.deals.get(&bucket).and_then(|deals| deals.get(&deal));
        trial.map_or(0, |trial| trial.tries.saturating_add(1))
    }

    /// A deal could not be read. Says whether that is new.
    pub(crate) fn failed(&mut self, bucket: u64, deal: u64, reason: String, now: Instant) -> bool {
        let deals = self.deals.entry(bucket).or_default();
        let tries = deals.get(&deal).map_or(0, |trial| trial.tries.saturating_add(1));
        deals.insert(deal, Trial { tries, again: now + pause(tries), reason });
        tries == 0
    }

    /// A deal was read.
    pub(crate) fn came(&mut self, bucket: u64, deal: u64) {
        if let Some(deals) = self.deals.get_mut(&bucket) {
            deals.remove(&deal);
        }
    }

    /// What is missing of all buckets, in words.
    pub(crate) fn all(&self) -> Vec<(u64, String)> {
        self.deals.keys().filter_map(|bucket| Some((*bucket, self.of(*bucket)?))).collect()
    }

    /// What is missing of a bucket, in words.
    pub(crate) fn of(&self, bucket: u64) -> Option<String> {
        let deals = self.deals.get(&bucket)?;
        let (first, trial) = deals.first_key_value()?;
        let reason = &trial.reason;
        Some(match deals.len() {
            1 => format!("what deal {first} says is missing: {reason}"),
            more => format!("what {more} deals say is missing, of deal {first}: {reason}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUCKET: u64 = 3;

    #[test]
    fn what_cannot_be_read_is_told_once_and_tried_again_less_and_less_often() {
        let (mut unread, start) = (Unread::default(), Instant::now());
        assert!(unread.may_try(BUCKET, 7, start));
        assert!(unread.failed(BUCKET, 7, "gone".into(), start), "the first time");
        let mut now = start;
        for seconds in [10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 3_600, 3_600] {
            assert!(!unread.may_try(BUCKET, 7, now + Duration::from_secs(seconds - 1)), "{seconds}");
            now += Duration::from_secs(seconds);
            assert!(unread.may_try(BUCKET, 7, now), "{seconds}");
            assert!(!unread.failed(BUCKET, 7, "gone".into(), now));
        }
        assert!(unread.may_try(BUCKET, 8, start) && unread.may_try(4, 7, start), "nothing else waits for it");
        assert_eq!(unread.of(BUCKET).unwrap(), "what deal 7 says is missing: gone");
        unread.failed(BUCKET, 9, "no commit".into(), now);
        assert_eq!(unread.of(BUCKET).unwrap(), "what 2 deals say is missing, of deal 7: gone");
        unread.came(BUCKET, 7);
        assert_eq!(unread.of(BUCKET).unwrap(), "what deal 9 says is missing: no commit");
        // A deal that is over is missed no more.
        unread.looked(BUCKET, Vec::new(), &HashSet::new(), now);
        assert_eq!((unread.of(BUCKET), unread.of(4)), (None, None));
    }

    #[test]
    fn a_bucket_is_looked_for_where_something_may_have_come() {
        let (mut unread, now) = (Unread::default(), Instant::now());
        let (old, new) = ([[1; 32]], [[2; 32]]);
        assert!(unread.is_first(BUCKET) && unread.is_due(BUCKET, &old, true, now));
        unread.looked(BUCKET, old.to_vec(), &HashSet::from([7]), now);
        assert!(!unread.is_first(BUCKET));
        let later = now + Duration::from_secs(9);
        assert!(!unread.is_due(BUCKET, &old, false, later), "it was looked for a moment ago");
        assert!(unread.is_due(BUCKET, &old, false, later + FIRST) && !unread.is_due(BUCKET, &old, true, later + FIRST));
        assert!(unread.is_due(BUCKET, &new, false, later) && !unread.is_due(BUCKET, &new, true, later));
        unread.looked(BUCKET, old.to_vec(), &HashSet::from([7]), now);
        assert!(!unread.is_due(BUCKET, &old, false, later + FIRST), "in vain twice");
        // What there was no time for has its turn soon, whatever is here.
        unread.cut_short(BUCKET, now);
        assert!(!unread.is_due(BUCKET, &old, true, later) && unread.is_due(BUCKET, &old, true, later + FIRST));
        unread.looked(BUCKET, old.to_vec(), &HashSet::from([7]), now);
        assert!(!unread.is_due(BUCKET, &old, true, later + FIRST));
        // What is here with all its heads may still lack what came before.
        assert_eq!(unread.tries(BUCKET, 7), 0);
        unread.failed(BUCKET, 7, "gone".into(), now);
        assert_eq!((unread.tries(BUCKET, 7), unread.tries(BUCKET, 8)), (1, 0));
        assert!(!unread.is_due(BUCKET, &new, true, later) && unread.is_due(BUCKET, &new, true, later + FIRST));
        unread.keep_only(|bucket| bucket != BUCKET);
        assert!(unread.is_first(BUCKET) && unread.of(BUCKET).is_none());
    }
}
