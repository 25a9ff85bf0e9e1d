//! Which periods a miner proved, and how many of them lie before a moment.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::Period;

/// How failure is told from bad luck.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    serde::Serialize,
    serde::Deserialize,
)]
pub struct FailureRule {
    /// So many misses in a row are a failure; at most 31.
    pub consecutive: u8,
    /// So many misses within `window` periods are a failure.
    pub within: u8,
    /// The window, at most 31 periods.
    pub window: u8,
}

/// A miner's record of proven and missed periods.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Ledger {
    /// The period of the last touch; the maps below end with it.
    pub period: Period,
    /// Whole periods proven, ever.
    pub proven: u32,
    /// Recent proven periods: bit `i` stands for `period - i`.
    pub recent: u128,
    /// Recent missed periods: bit `i` stands for `period - i`.
    pub missed: u32,
    /// When it failed, if it did; nothing changes afterwards.
    pub failed: Option<Period>,
}

/// Up to where a slot is paid, in its holder's count of proven periods.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Start {
    /// Up to this count.
    Count(#[codec(compact)] u32),
    /// The slot was appended before the proof of a period that does not cover it.
    Before {
        /// The count without that proof, which may come or not.
        #[codec(compact)]
        proven: u32,
        /// The period.
        #[codec(compact)]
        period: Period,
    },
}

/// What passing on to a later period brought to light.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Passed {
    /// Periods missed, each charged once.
    pub missed: u32,
    /// Whether they add up to failure.
    pub failed: bool,
}

fn low_bits(count: u32) -> u128 {
    1u128.checked_shl(count).map_or(u128::MAX, |bit| bit.wrapping_sub(1))
}

impl Ledger {
    /// A record that begins in `period`.
    pub fn new(period: Period) -> Self {
        Self { period, ..Default::default() }
    }

    /// Whether the current period is proven already.
    pub fn is_proven(&self) -> bool {
        self.recent & 1 == 1
    }

    /// Records a proof of the current period; `false` where it was proven before or the miner has failed.
    pub fn prove(&mut self) -> bool {
        if self.is_proven() || self.failed.is_some() {
            return false;
        }
        self.recent |= 1;
        self.proven = self.proven.saturating_add(1);
        true
    }

    /// Moves on to period `now`: whatever was owed and not proven in between is a miss.
    ///
    /// `owed_current` tells whether the period left behind owed a proof, `owed_between` whether the skipped ones did. The
    /// outcome is the same as that of passing on in every single period, so nobody gains by touching a miner early or late:
    /// the record stops at the period in which it fails, and what lies after that is charged to nobody. Takes constant time
    /// however long the gap is.
    pub fn pass_to(&mut self, now: Period, owed_current: bool, owed_between: bool, rule: &FailureRule) -> Passed {
        if now <= self.period || self.failed.is_some() {
            return Passed::default();
        }
        let mut missed = u32::from(owed_current && !self.is_proven());
        self.shift(1, missed > 0, rule);
        if owed_between {
            // Every further period is a miss, so a rule that can be broken at all is broken within the map's width.
            for _ in 0..u32::BITS {
                if self.period >= now || self.failed.is_some() {
                    break;
                }
                missed = missed.saturating_add(1);
                self.shift(1, true, rule);
            }
        }
        let rest = now.saturating_sub(self.period);
        if rest > 0 && self.failed.is_none() {
            missed = missed.saturating_add(if owed_between { rest } else { 0 });
            self.shift(rest, owed_between, rule);
        }
        Passed { missed, failed: self.failed.is_some() }
    }

    /// Moves the maps on by `periods`, all of them missed or none, and notes a failure.
    fn shift(&mut self, periods: u32, missed: bool, rule: &FailureRule) {
        self.recent = self.recent.checked_shl(periods).unwrap_or(0);
        self.missed = self.missed.checked_shl(periods).unwrap_or(0);
        self.period = self.period.saturating_add(periods);
        if !missed {
            return;
        }
        // Bit 0 stands for the period that now begins.
        self.missed |= (low_bits(periods.min(u32::BITS)) as u32) << 1;
        let past = self.missed >> 1;
        let window = low_bits(u32::from(rule.window).min(u32::BITS)) as u32;
        let in_row = past.trailing_ones();
        let within = (past & window).count_ones();
        if in_row >= u32::from(rule.consecutive) || within >= u32::from(rule.within) {
            self.failed = Some(self.period);
        }
    }

    /// How many proven periods lie before period `end`.
    ///
    /// Exact while `end` is no more than 128 periods back; beyond that, the least that it can be.
    pub fn proven_before(&self, end: Period) -> u32 {
        // Periods from `end` up to the current one, both included.
        let after = match self.period.checked_sub(end) {
            None => return self.proven,
            Some(distance) => distance.saturating_add(1),
        };
        let seen = (self.recent & low_bits(after.min(128))).count_ones();
        let unseen = after.saturating_sub(128);
        self.proven.saturating_sub(seen).saturating_sub(unseen)
    }

    /// The most proven periods that can lie before period `end`: exact for as long as
    /// [`proven_before`](Self::proven_before) is.
    fn most_before(&self, end: Period) -> u32 {
        let after = self.period.saturating_add(1).saturating_sub(end);
        self.proven.saturating_sub((self.recent & low_bits(after.min(128))).count_ones())
    }

    /// Whether `period` is still kept in mind one by one.
    pub fn remembers(&self, period: Period) -> bool {
        self.period.saturating_sub(period) < 128
    }

    /// From where a slot appended now begins to earn: its first sealed period is the next one.
    pub fn start(&self) -> Start {
        if self.is_proven() {
            return Start::Count(self.proven);
        }
        Start::Before { proven: self.proven, period: self.period }
    }

    /// The count from which a slot with this start earns, once the period that it was appended in is over.
    ///
    /// Where nobody asks for 128 periods, that period counts as proven, which costs the holder one period at most.
    pub fn earns_after(&self, start: Start) -> u32 {
        match start {
            Start::Count(count) => count,
            Start::Before { proven, period } => {
                let back = self.period.saturating_sub(period);
                let counts = self.recent.checked_shr(back).is_none_or(|recent| recent & 1 == 1);
                proven.saturating_add(u32::from(counts))
            },
        }
    }

    /// Whether all of the `count` periods after `since` were proven for certain; `None` while that is still open.
    pub fn proved_all_after(&self, since: Period, count: u32) -> Option<bool> {
        let first = since.checked_add(1)?;
        let end = first.checked_add(count)?;
        let proven = self.proven_before(end).saturating_sub(self.most_before(first));
        if proven >= count {
            return Some(true);
        }
        (self.period >= end || self.failed.is_some()).then_some(false)
    }

    /// Whether each period after `since` that is over in period `now` was proven for certain, and at least one was, be it the
    /// current one.
    pub fn proves_since(&self, since: Period, now: Period) -> bool {
        let first = since.saturating_add(1);
        let before = self.most_before(first);
        let whole = self.proven_before(now).saturating_sub(before);
        whole >= now.saturating_sub(first) && self.proven > before
    }
}
