//! Who has a share of the nonces wins as large a share of the rounds: with real nonces, real challenges, and a chi-square test.

#![allow(clippy::unwrap_used)]

use idlewild_capacity_primitives::{
    format::{PlotFormat, PocX},
    nonce::Nonce,
    round::{asked_scoop, next_challenge, quality},
    Challenge, Scoop, SCOOPS,
};

/// Nonces of each miner.
const SIZES: [usize; 4] = [4, 8, 12, 16];
const ROUNDS: u32 = 4_000;
/// What chi-square with three degrees of freedom exceeds once in a thousand times.
const RARE: f64 = 16.27;

/// All scoops of a miner's nonces.
fn plot(miner: u8, nonces: usize) -> Vec<Vec<Scoop>> {
    let format = PocX { seed: [miner; 32], payload: [miner; 20] };
    let nonces: Vec<Nonce> = (0..nonces as u64).map(|nonce| Nonce::new(&format.base(nonce))).collect();
    let row = |scoop| nonces.iter().map(|nonce| nonce.scoop(scoop).unwrap()).collect();
    (0..SCOOPS).map(row).collect()
}

/// How often each miner has the best answer.
fn wins() -> Vec<u32> {
    let plots: Vec<_> = (1..).zip(SIZES).map(|(miner, nonces)| plot(miner, nonces)).collect();
    let mut wins = vec![0; SIZES.len()];
    let mut challenge: Challenge = [0; 32];
    for round in 0..ROUNDS {
        challenge = next_challenge(&challenge, &[1; 32], &[2; 32]);
        let scoop = usize::from(asked_scoop(&challenge, round));
        let best = |plot: &Vec<Vec<Scoop>>| plot[scoop].iter().map(|scoop| quality(&challenge, scoop)).min();
        let winner = (0..plots.len()).min_by_key(|miner| best(&plots[*miner])).unwrap();
        wins[winner] += 1;
    }
    wins
}

fn chi_square(wins: &[u32], shares: &[f64]) -> f64 {
    let expected = shares.iter().map(|share| share * f64::from(ROUNDS));
    wins.iter().zip(expected).map(|(wins, expected)| (f64::from(*wins) - expected).powi(2) / expected).sum()
}

#[test]
fn rounds_are_won_in_proportion_to_space() {
    let wins = wins();
    let all: usize = SIZES.iter().sum();
    let shares = SIZES.map(|size| size as f64 / all as f64);
    let fair = chi_square(&wins, &shares);
    assert!(fair < RARE, "{wins:?}: chi-square is {fair}");
    // The test would tell: were large miners favoured by a twentieth, or all alike.
    let favoured = SIZES.map(|size| (size as f64).powf(1.2));
    let sum: f64 = favoured.iter().sum();
    assert!(chi_square(&wins, &favoured.map(|share| share / sum)) > RARE, "{wins:?}");
    assert!(chi_square(&wins, &[0.25; 4]) > RARE);
}
