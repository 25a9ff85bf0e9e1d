//! Periods tile the clock, phases are spread, and challenges fall where they may.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use idlewild_storage_primitives::challenge::{first_u64, position, Schedule};
use proptest::prelude::*;

proptest! {
    #[test]
    fn periods_tile_the_clock(miner: u32, length in 1u32..2000, clock in 0u32..1_000_000) {
        let schedule = Schedule::new(miner, length);
        let period = schedule.period(clock);
        prop_assert!(schedule.start(period) <= clock);
        prop_assert!(clock < schedule.start(period + 1));
        prop_assert_eq!(schedule.period(schedule.start(period + 1)), period + 1);
        prop_assert!(schedule.period(clock + length) == period + 1);
    }

    #[test]
    fn positions_lie_within_the_total(seed: [u8; 32], miner: u32, j: u32, total in 1u64..) {
        prop_assert!(position(&seed, miner, j, total).unwrap() < total);
        prop_assert_eq!(position(&seed, miner, j, 1), Some(0));
        prop_assert_eq!(position(&seed, miner, j, 0), None);
    }
}

#[test]
fn a_period_of_no_length_counts_as_one() {
    assert_eq!(Schedule::new(3, 0), Schedule::new(3, 1));
    assert_eq!(Schedule::new(3, 0).period(9), 9);
}

#[test]
fn neighbours_prove_at_different_times() {
    let starts: Vec<u32> = (0..600).map(|miner| Schedule::new(miner, 600).start(5) % 600).collect();
    let busiest = (0..600).step_by(60).map(|from| starts.iter().filter(|s| (from..from + 60).contains(*s)).count()).max();
    assert!(busiest.unwrap() < 90, "a tenth of the period holds {busiest:?} of 600 starts");
}

#[test]
fn positions_are_spread_evenly() {
    let mut tenths = [0u32; 10];
    for j in 0..10_000 {
        tenths[position(&[5; 32], 1, j, 10).unwrap() as usize] += 1;
    }
    assert!(tenths.iter().all(|count| (850..1150).contains(count)), "{tenths:?}");
}

#[test]
fn numbers_are_little_endian() {
    let mut hash = [0xFF; 32];
    hash[..8].copy_from_slice(&[1, 2, 0, 0, 0, 0, 0, 0]);
    assert_eq!(first_u64(&hash), 513);
}
