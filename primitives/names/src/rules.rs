//! How long a name lasts, and who may register it after that.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

use crate::Clock;

/// Most periods that a name can be paid for ahead.
pub const MAX_PERIODS: u32 = 10;
/// Days over which the premium falls to nothing.
pub const PREMIUM_DAYS: u32 = 21;

/// Waits and terms, in blocks of the clock.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub struct NameRules {
    /// What a name is paid for at least, and in steps of.
    pub period: Clock,
    /// How long after its term only its owner has a name, though it leads nowhere.
    pub grace: Clock,
    /// After how long the premium has halved.
    pub day: Clock,
    /// The least age of a commitment: no block that it could be seen in is the one that it is used in.
    pub min_age: Clock,
    /// The age from which a commitment is worth nothing.
    pub max_age: Clock,
}

impl Default for NameRules {
    /// Those of a live chain with blocks every six seconds.
    fn default() -> Self {
        const DAY: Clock = 14_400;
        Self { period: 365 * DAY, grace: 30 * DAY, day: DAY, min_age: 2, max_age: 600 }
    }
}

impl NameRules {
    /// Whether names can be registered by these rules, and never beyond the end of the clock's first third.
    pub fn is_sound(&self) -> bool {
        let longest = u64::from(self.period)
            .saturating_mul(MAX_PERIODS.into())
            .saturating_add(self.grace.into())
            .saturating_add(self.premium_lasts().into());
        self.period > 0
            && self.day > 0
            && self.min_age > 0
            && self.min_age <= self.max_age
            && longest < u64::from(Clock::MAX) / 3
    }

    /// How long a premium is asked for.
    pub fn premium_lasts(&self) -> Clock {
        self.day.saturating_mul(PREMIUM_DAYS)
    }
}

/// When a registration ends.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo, Serialize, Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub struct Term {
    /// From here on the name leads nowhere.
    pub ends: Clock,
    /// From here on anybody can register it. Until then its owner can renew it.
    pub free: Clock,
}

impl Term {
    /// A term that ends then, and its grace.
    pub fn until(ends: Clock, rules: &NameRules) -> Self {
        Self { ends, free: ends.saturating_add(rules.grace) }
    }

    /// How a name stands at a moment.
    pub fn status(&self, now: Clock) -> Status {
        if now < self.ends {
            Status::Live
        } else if now < self.free {
            Status::Grace
        } else {
            Status::Gone
        }
    }
}

/// How a name stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Status {
    /// It leads to what its records say.
    #[codec(index = 0)]
    Live,
    /// Its term is over, and it leads nowhere until it is renewed.
    #[codec(index = 1)]
    Grace,
    /// It never comes back: what stands for it can be reclaimed.
    #[codec(index = 2)]
    Gone,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_ends_then_its_grace() {
        let rules = NameRules { period: 100, grace: 10, day: 5, min_age: 2, max_age: 20 };
        let term = Term::until(100, &rules);
        let told = [0, 99, 100, 109, 110, Clock::MAX].map(|now| term.status(now));
        assert_eq!(told, [Status::Live, Status::Live, Status::Grace, Status::Grace, Status::Gone, Status::Gone]);
    }

    #[test]
    fn rules_that_nobody_can_keep_are_unsound() {
        let usual = NameRules::default();
        assert!(usual.is_sound());
        let bad = [
            NameRules { period: 0, ..usual },
            NameRules { period: Clock::MAX / 20, ..usual },
            NameRules { grace: Clock::MAX, ..usual },
            NameRules { day: 0, ..usual },
            NameRules { day: Clock::MAX, ..usual },
            NameRules { min_age: 0, ..usual },
            NameRules { min_age: 601, ..usual },
        ];
        bad.iter().for_each(|bad| assert!(!bad.is_sound(), "{bad:?}"));
    }
}
