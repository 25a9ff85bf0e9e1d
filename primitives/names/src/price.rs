//! What a name costs.
//!
//! Rent is by length, as there are few short names. A name that lapsed costs a premium besides, which begins so high that nobody pays
//! it, and halves each day: whoever wants the name most gets it, and not whoever is the fastest.

use crate::{
    rules::{NameRules, PREMIUM_DAYS},
    Balance, Clock,
};

/// Base rates that a name of this many bytes costs for a period.
pub fn rates(length: usize) -> Balance {
    match length {
        0..=3 => 640,
        4 => 160,
        5 => 40,
        _ => 5,
    }
}

/// What a name of this many bytes costs for some periods.
pub fn rent(length: usize, periods: u32, base: Balance) -> Balance {
    base.saturating_mul(rates(length)).saturating_mul(periods.into())
}

/// The premium on a name that anybody could register since `free`: `start` at first, half of it each day later and a straight line
/// between, less what would be left after the last day.
pub fn premium(free: Clock, now: Clock, start: Balance, rules: &NameRules) -> Balance {
    let Some(passed) = now.checked_sub(free) else { return start };
    let day = rules.day.max(1);
    let (days, of_day) = (passed / day, passed % day);
    if days >= PREMIUM_DAYS {
        return 0;
    }
    let whole = start >> days;
    // Half of a day's value is lost over the day; divided first, as the value can be as large as it likes.
    let (per_block, rest) = ((whole / 2) / Balance::from(day), (whole / 2) % Balance::from(day));
    let lost = per_block.saturating_mul(of_day.into()).saturating_add(rest.saturating_mul(of_day.into()) / Balance::from(day));
    whole.saturating_sub(lost).saturating_sub(start >> PREMIUM_DAYS)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RULES: NameRules = NameRules { period: 1_000, grace: 100, day: 10, min_age: 2, max_age: 20 };

    #[test]
    fn short_names_are_dear() {
        assert_eq!([3, 4, 5, 6, 63].map(|length| rent(length, 1, 2)), [1_280, 320, 80, 10, 10]);
        assert_eq!(rent(6, 3, 2), 30);
        assert_eq!(rent(3, u32::MAX, Balance::MAX), Balance::MAX);
    }

    #[test]
    fn a_premium_halves_each_day_and_ends() {
        let start = 1 << 21;
        let at = |now| premium(1_000, now, start, &RULES);
        assert_eq!([1_000, 1_010, 1_020, 1_200].map(at), [start - 1, start / 2 - 1, start / 4 - 1, 1]);
        assert_eq!([1_209, 1_210, 2_000, Clock::MAX].map(at), [1, 0, 0, 0]);
        // Half way through a day a quarter of its value is lost.
        assert_eq!(at(1_005), start / 4 * 3 - 1);
        // Before a name is free there is nothing to pay, and this says so by asking for most.
        assert_eq!(at(0), start);
    }

    proptest! {
        #[test]
        fn a_premium_only_falls(start in any::<Balance>(), free in 0u32..1_000, now in 0u32..2_000, day in 1u32..50) {
            let rules = NameRules { day, ..RULES };
            let (sooner, later) = (premium(free, now, start, &rules), premium(free, now + 1, start, &rules));
            prop_assert!(later <= sooner && sooner <= start);
            prop_assert_eq!(premium(free, free + rules.premium_lasts(), start, &rules), 0);
        }
    }
}
