//! The record of proven periods against a naive one that remembers every single period.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use idlewild_storage_primitives::ledger::{FailureRule, Ledger, Passed, Start};
use proptest::prelude::*;

const RULE: FailureRule = FailureRule { consecutive: 3, within: 6, window: 24 };

/// Every period since the first: whether it was owed and whether it was proven. The last is the current one.
struct Naive {
    first: u32,
    periods: Vec<(bool, bool)>,
    failed: Option<u32>,
}

impl Naive {
    fn new(first: u32) -> Self {
        Self { first, periods: vec![(false, false)], failed: None }
    }

    fn now(&self) -> u32 {
        self.first + self.periods.len() as u32 - 1
    }

    fn misses(&self) -> Vec<bool> {
        let past = &self.periods[..self.periods.len() - 1];
        past.iter().map(|(owed, proven)| *owed && !proven).collect()
    }

    /// Passes on by one period and says whether the one left behind was missed.
    fn step(&mut self, owed: bool, rule: &FailureRule) -> bool {
        if self.failed.is_some() {
            return false;
        }
        self.periods.last_mut().unwrap().0 = owed;
        self.periods.push((false, false));
        let misses = self.misses();
        let missed = *misses.last().unwrap();
        let in_row = misses.iter().rev().take_while(|missed| **missed).count();
        let within = misses.iter().rev().take(rule.window.into()).filter(|missed| **missed).count();
        if missed && (in_row >= rule.consecutive.into() || within >= rule.within.into()) {
            self.failed = Some(self.now());
        }
        missed
    }

    fn proven_before(&self, end: u32) -> u32 {
        (self.first..).zip(&self.periods).filter(|(period, (_, proven))| *period < end && *proven).count() as u32
    }
}

#[derive(Clone, Debug)]
enum Step {
    Prove,
    Pass { gap: u32, owed: bool, owed_between: bool },
}

fn step() -> impl Strategy<Value = Step> {
    let gap = prop_oneof![8 => Just(1u32), 2 => 1u32..4, 1 => 1u32..200];
    prop_oneof![
        3 => Just(Step::Prove),
        4 => (gap, prop::bool::weighted(0.7), prop::bool::weighted(0.3))
            .prop_map(|(gap, owed, owed_between)| Step::Pass { gap, owed, owed_between }),
    ]
}

fn rule() -> impl Strategy<Value = FailureRule> {
    prop_oneof![
        Just(RULE),
        Just(FailureRule { consecutive: 2, within: 6, window: 24 }),
        (1u8..=31, 1u8..=31, 1u8..=31).prop_map(|(consecutive, within, window)| FailureRule { consecutive, within, window }),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn passing_at_once_equals_passing_period_by_period(
        first in 0u32..1000, steps in prop::collection::vec(step(), 1..60), rule in rule(),
    ) {
        let (mut ledger, mut naive) = (Ledger::new(first), Naive::new(first));
        for step in steps {
            match step {
                Step::Prove => {
                    let last = naive.periods.last_mut().unwrap();
                    let expected = naive.failed.is_none() && !last.1;
                    if expected {
                        last.1 = true;
                    }
                    prop_assert_eq!(ledger.prove(), expected);
                },
                Step::Pass { gap, owed, owed_between } => {
                    let failed_before = naive.failed.is_some();
                    let mut missed = u32::from(naive.step(owed, &rule));
                    for _ in 1..gap {
                        missed += u32::from(naive.step(owed_between, &rule));
                    }
                    let passed = ledger.pass_to(ledger.period + gap, owed, owed_between, &rule);
                    let failed = naive.failed.is_some() && !failed_before;
                    prop_assert_eq!(passed, Passed { missed, failed });
                },
            }
            prop_assert_eq!((ledger.period, ledger.failed), (naive.now(), naive.failed));
            prop_assert_eq!(ledger.proven, naive.proven_before(u32::MAX));
            prop_assert_eq!(ledger.is_proven(), naive.periods.last().unwrap().1);
            for back in 0..=127u32.min(naive.now()) {
                let end = naive.now() - back;
                prop_assert_eq!(ledger.proven_before(end), naive.proven_before(end), "before {}", end);
            }
            // Further back it never promises too much.
            for end in (0..naive.now().saturating_sub(127)).step_by(13) {
                prop_assert!(ledger.proven_before(end) <= naive.proven_before(end));
            }
            prop_assert_eq!(ledger.proven_before(naive.now() + 1), ledger.proven);
        }
    }
}

fn prove(ledger: &mut Ledger, periods: u32) {
    for _ in 0..periods {
        assert!(ledger.prove());
        assert!(!ledger.prove(), "one proof a period");
        assert_eq!(ledger.pass_to(ledger.period + 1, true, true, &RULE), Passed::default());
    }
}

#[test]
fn three_misses_in_a_row_are_final() {
    let mut ledger = Ledger::new(10);
    prove(&mut ledger, 5);
    assert_eq!(ledger.pass_to(17, true, true, &RULE), Passed { missed: 2, failed: false });
    assert_eq!(ledger.pass_to(18, true, true, &RULE), Passed { missed: 1, failed: true });
    let frozen = ledger;
    assert!(!ledger.prove());
    assert_eq!(ledger.pass_to(1000, true, true, &RULE), Passed::default());
    assert_eq!(ledger, frozen);
}

#[test]
fn a_later_proof_makes_up_no_earlier_miss() {
    let mut ledger = Ledger::new(0);
    for _ in 0..5 {
        assert_eq!(ledger.pass_to(ledger.period + 1, true, true, &RULE), Passed { missed: 1, failed: false });
        prove(&mut ledger, 1);
    }
    assert_eq!(ledger.pass_to(ledger.period + 1, true, true, &RULE), Passed { missed: 1, failed: true });
}

#[test]
fn clearing_everything_after_the_last_miss_hides_nothing() {
    // Two misses, and a third in the period left behind; nothing is owed afterwards, and nobody looks for long.
    let mut ledger = Ledger::new(0);
    ledger.pass_to(2, true, true, &RULE);
    assert_eq!(ledger.pass_to(500, true, false, &RULE), Passed { missed: 1, failed: true });
    assert_eq!(ledger.failed, Some(3));
}

#[test]
fn going_back_or_standing_still_changes_nothing() {
    let mut ledger = Ledger::new(7);
    ledger.prove();
    let before = ledger;
    for now in [0, 6, 7] {
        assert_eq!(ledger.pass_to(now, true, true, &RULE), Passed::default());
        assert_eq!(ledger, before);
    }
}

#[test]
fn a_slot_earns_from_its_first_sealed_period_on() {
    // Appended in a period that is proven already: the next one counts.
    let mut ledger = Ledger::new(4);
    prove(&mut ledger, 3);
    ledger.prove();
    let start = ledger.start();
    assert_eq!(start, Start::Count(4));
    ledger.pass_to(8, true, true, &RULE);
    prove(&mut ledger, 2);
    assert_eq!(ledger.proven - ledger.earns_after(start), 2);
    // Appended before the period's proof: that proof does not count, the next one does.
    let start = ledger.start();
    prove(&mut ledger, 1);
    assert_eq!(ledger.proven - ledger.earns_after(start), 0);
    prove(&mut ledger, 1);
    assert_eq!(ledger.proven - ledger.earns_after(start), 1);
}

#[test]
fn a_slot_earns_its_first_period_though_the_one_before_was_missed() {
    let mut ledger = Ledger::new(4);
    prove(&mut ledger, 3);
    let start = ledger.start();
    assert_eq!(ledger.pass_to(8, true, true, &RULE).missed, 1);
    assert_eq!(ledger.proven - ledger.earns_after(start), 0);
    prove(&mut ledger, 2);
    assert_eq!(ledger.proven - ledger.earns_after(start), 2);
}

#[test]
fn a_start_of_long_ago_costs_one_period_at_most() {
    let mut ledger = Ledger::new(0);
    let start = ledger.start();
    ledger.pass_to(1, true, true, &RULE);
    prove(&mut ledger, 126);
    assert_eq!(ledger.proven - ledger.earns_after(start), 126, "the missed period is still kept in mind");
    prove(&mut ledger, 1);
    assert_eq!(ledger.proven - ledger.earns_after(start), 126);
    prove(&mut ledger, 100);
    assert_eq!(ledger.proven - ledger.earns_after(start), 226);
}

#[test]
fn probation_is_judged_when_it_is_over() {
    let mut ledger = Ledger::new(10);
    assert_eq!(ledger.proved_all_after(10, 2), None);
    prove(&mut ledger, 2);
    assert_eq!(ledger.proved_all_after(10, 2), None, "period 12 is still to be proven");
    prove(&mut ledger, 1);
    assert_eq!(ledger.proved_all_after(10, 2), Some(true));
    assert_eq!(ledger.proved_all_after(11, 2), None);
    ledger.pass_to(14, true, true, &RULE);
    assert_eq!(ledger.proved_all_after(11, 2), Some(false));
    assert_eq!(ledger.proved_all_after(11, 1), Some(true));
    // Failure settles what is open.
    ledger.pass_to(20, true, true, &RULE);
    assert!(ledger.failed.is_some());
    assert_eq!(ledger.proved_all_after(30, 2), Some(false));
}

#[test]
fn what_is_forgotten_passes_no_probation() {
    // A period after the repair was missed; 140 periods later nobody can tell which.
    let mut ledger = Ledger::new(0);
    ledger.pass_to(2, true, true, &RULE);
    assert_eq!((ledger.proven, ledger.missed.count_ones()), (0, 2));
    prove(&mut ledger, 125);
    assert_eq!(ledger.proved_all_after(0, 2), Some(false));
    assert!(ledger.remembers(0) && ledger.remembers(1));
    for _ in 0..20 {
        prove(&mut ledger, 1);
        assert_eq!(ledger.proved_all_after(0, 2), Some(false), "in period {}", ledger.period);
    }
    assert!(!ledger.remembers(1));
    // Proven without a gap, it passes for as long as it is remembered, and not on trust.
    let mut ledger = Ledger::new(0);
    prove(&mut ledger, 128);
    assert_eq!(ledger.proved_all_after(0, 2), Some(true));
    prove(&mut ledger, 20);
    assert_eq!(ledger.proved_all_after(0, 2), Some(false));
    assert!(!ledger.remembers(1));
}

#[test]
fn a_probation_cut_short_counts_what_was_proven_and_forgives_nothing() {
    let mut ledger = Ledger::new(10);
    assert!(!ledger.proves_since(10, 10) && !ledger.proves_since(10, 11), "nothing is proven yet");
    ledger.pass_to(11, true, true, &RULE);
    assert!(!ledger.proves_since(10, 11));
    ledger.prove();
    assert!(ledger.proves_since(10, 11), "the current period, before it is over");
    assert!(ledger.proves_since(10, 12));
    assert!(!ledger.proves_since(10, 13), "period 12 is over and was not proven");
    ledger.pass_to(13, true, true, &RULE);
    ledger.prove();
    assert!(!ledger.proves_since(10, 13), "a later proof makes up for nothing");
    assert!(ledger.proves_since(12, 13));
}
