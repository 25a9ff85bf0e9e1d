//! How exact two rules are: the estimate of the network's space after a day of rounds, and emission over a million minutes.
//!
//! Prints one JSON object: `networks` of different size were simulated; `within` per cent of the estimates are within 8 % of the
//! truth; `deviation` is their standard deviation from it, `worst` the largest, and `bias` the mean, in per cent; `minutes` were
//! emitted; and `difference` is what was emitted too much or too little in them, in the smallest unit. Always the same.
//! `simulate [NETWORKS]`; 1,000 if not given.

use std::error::Error;

use idlewild_capacity_primitives::{
    emission::{marked, total, Emission},
    estimate::{Seen, Sums, RING},
};

/// What an estimate may be off by.
const WITHIN: f64 = 0.08;
const UNIT: u128 = 1_000_000_000_000;
const EXBIBYTE: u128 = 1 << 60;
/// Minutes in which an exbibyte emits half of what is left.
const HALF_LIFE: u32 = 1 << 18;
const HALF_LIVES: u32 = 4;

fn main() -> Result<(), Box<dyn Error>> {
    let networks = std::env::args().nth(1).map(|networks| networks.parse()).transpose()?.unwrap_or(1_000usize).max(2);
    let mut draws = Draws(1);
    let off: Vec<f64> = (0..networks).map(|number| deviation(number, &mut draws)).collect();
    let count = networks as f64;
    let within = off.iter().filter(|off| off.abs() <= WITHIN).count() as f64 / count;
    let bias = off.iter().sum::<f64>() / count;
    let deviation = (off.iter().map(|off| off * off).sum::<f64>() / count).sqrt();
    let worst = off.iter().fold(0f64, |worst, off| worst.max(off.abs()));
    let (minutes, difference) = emission();
    println!(
        "{{\"networks\":{networks},\"within\":{:.3},\"deviation\":{:.3},\"worst\":{:.3},\"bias\":{:.3},\"minutes\":{minutes},\
         \"difference\":{difference}}}",
        within * 100.0,
        deviation * 100.0,
        worst * 100.0,
        bias * 100.0,
    );
    Ok(())
}

/// Seeded numbers, by SplitMix64.
struct Draws(u64);

impl Draws {
    /// Uniform in (0, 1].
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (((word ^ (word >> 31)) >> 11) as f64 + 1.0) / (1u64 << 53) as f64
    }
}

/// How far the estimate of a network is off, when a ring of rounds has replaced what genesis guessed: half or twice of the truth.
fn deviation(number: usize, draws: &mut Draws) -> f64 {
    // From a terabyte to an exbibyte.
    let nonces = 2f64.powf(22.0 + 20.0 * draws.next());
    let guessed = Seen::of((nonces * if number.is_multiple_of(2) { 2.0 } else { 0.5 }) as u64);
    let mut sums = Sums::default();
    (0..RING).for_each(|_| sums.add(guessed));
    for _ in 0..RING {
        let best = -draws.next().ln() / nonces * 2f64.powi(64);
        let bound = sums.bound();
        let hit = best <= bound as f64;
        sums.remove(guessed);
        sums.add(Seen { quality: if hit { best as u64 } else { bound }, hit });
    }
    sums.nonces() as f64 / nonces - 1.0
}

/// Emits what an exbibyte does in four half-lives, and what a space does that leaves something to carry each minute; compares
/// with what halving and multiplying give. Returns the minutes of each and all differences.
fn emission() -> (u32, u128) {
    let minute = |emission: &mut Emission, bytes| {
        let made = emission.minute(bytes, UNIT);
        emission.credit(made)
    };
    let mut halving = Emission::new(UNIT);
    let mut difference = 0;
    let mut emitted = 0;
    for half_life in 1..=HALF_LIVES {
        emitted += (0..HALF_LIFE).map(|_| minute(&mut halving, EXBIBYTE)).sum::<u128>();
        difference += emitted.abs_diff(total(UNIT) - (total(UNIT) >> half_life));
        difference += (emitted + halving.remaining).abs_diff(total(UNIT));
    }
    let minutes = HALF_LIVES * HALF_LIFE;
    let bytes = EXBIBYTE / 5 + 12_345;
    let mut carrying = Emission::new(UNIT);
    let emitted: u128 = (0..minutes).map(|_| minute(&mut carrying, bytes)).sum();
    difference += emitted.abs_diff((marked(bytes) * UNIT * u128::from(minutes)) >> 30);
    difference += (emitted + carrying.remaining).abs_diff(total(UNIT));
    (minutes, difference)
}
