//! How well the network's space is known after a day of rounds.

#![allow(clippy::unwrap_used)]

use idlewild_capacity_primitives::estimate::{bytes_of, Seen, Sums, RING};
use proptest::prelude::*;

/// Uniform in (0, 1], the same in every run.
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (((word ^ (word >> 31)) >> 11) as f64 + 1.0) / (1u64 << 53) as f64
    }

    /// The best quality of so many nonces.
    fn best(&mut self, nonces: f64) -> f64 {
        -self.next().ln() / nonces * 2f64.powi(64)
    }
}

/// Goes through rounds of a network of so many nonces, and returns the estimate after each.
fn estimates(nonces: f64, believed: u64, rounds: u32, draws: &mut Draws) -> Vec<f64> {
    let mut ring = vec![Seen::of(believed); RING as usize];
    let mut sums = Sums::default();
    ring.iter().for_each(|seen| sums.add(*seen));
    (0..rounds as usize)
        .map(|round| {
            let (best, bound) = (draws.best(nonces), sums.bound());
            let hit = best <= bound as f64;
            let seen = Seen { quality: if hit { best as u64 } else { bound }, hit };
            sums.remove(std::mem::replace(&mut ring[round % RING as usize], seen));
            sums.add(seen);
            sums.nonces() as f64
        })
        .collect()
}

#[test]
fn a_day_of_rounds_tells_the_space_within_eight_hundredths() {
    let mut draws = Draws(7);
    let mut far = 0;
    let runs = 200;
    for run in 0..runs {
        // From a terabyte to ten exbibytes; believed to be twice or half as large before.
        let nonces = 2f64.powf(22.0 + 20.0 * draws.next());
        let believed = (nonces * if run % 2 == 0 { 2.0 } else { 0.5 }) as u64;
        let last = *estimates(nonces, believed, 2 * RING, &mut draws).last().unwrap();
        if (last / nonces - 1.0).abs() > 0.08 {
            far += 1;
        }
    }
    // Of a normal distribution with a deviation of 2.7 in a hundred, one in 300 lies beyond 8.
    assert!(far <= 3, "{far} of {runs} estimates are off by more than 8 %");
}

#[test]
fn the_estimate_is_not_biased() {
    let mut draws = Draws(11);
    let nonces = 3e9;
    let mean: f64 = (0..300).map(|_| *estimates(nonces, nonces as u64, RING, &mut draws).last().unwrap()).sum::<f64>() / 300.0;
    assert!((mean / nonces - 1.0).abs() < 0.006, "{}", mean / nonces);
}

#[test]
fn a_network_that_leaves_is_noticed() {
    // Every round is empty: each adds what a claim would have had to beat.
    let mut draws = Draws(3);
    let after = estimates(1e3, 1 << 32, 3 * RING, &mut draws);
    assert!(*after.last().unwrap() < 1e4, "{}", after.last().unwrap());
    let mut nobody = estimates(1e-30, 1 << 32, 3 * RING, &mut draws);
    assert_eq!(nobody.pop(), Some(1.0));
}

#[test]
fn a_network_that_grows_a_thousandfold_is_known_in_two_days() {
    let mut draws = Draws(5);
    let after = estimates(1e12, 1_000_000_000, 2 * RING, &mut draws);
    assert!((after.last().unwrap() / 1e12 - 1.0).abs() < 0.12, "{}", after.last().unwrap() / 1e12);
}

#[test]
fn an_estimate_is_never_nothing() {
    assert_eq!(Sums::default().nonces(), 1);
    assert_eq!(Sums::default().bound(), u64::MAX);
    assert_eq!(Sums { hits: 2, qualities: 0 }.nonces(), 1);
    assert_eq!(Sums { hits: 1_440, qualities: 1 }.nonces(), u64::MAX);
    assert_eq!(Sums { hits: 1_440, qualities: 1 }.bound(), 4);
    assert_eq!(bytes_of(4_096), 1 << 30);
}

proptest! {
    #[test]
    fn what_is_taken_out_was_never_there(one in any::<(u64, bool)>(), other in any::<(u64, bool)>()) {
        let (one, other) = (Seen { quality: one.0, hit: one.1 }, Seen { quality: other.0, hit: other.1 });
        let mut sums = Sums::default();
        sums.add(one);
        let before = sums;
        sums.add(other);
        sums.remove(other);
        prop_assert_eq!(sums, before);
    }
}
