//! What it is worth to a miner that lost a part of its chunks that some of the collators are its own: each of them can give up its
//! block where the randomness in it draws one of the lost chunks, and have the draw fall to the next block.

use idlewild_storage_primitives::{
    challenge::position,
    hash::hash,
    ledger::{FailureRule, Ledger},
    CHALLENGES,
};

/// That of a live chain.
const RULE: FailureRule = FailureRule { consecutive: 3, within: 6, window: 24 };
const CHUNKS: u64 = 1_000_000;
/// Miners that are followed until they fail.
const MINERS: u32 = 400;

/// Randomness, the same in every run.
struct Seeds(u64);

impl Seeds {
    fn next(&mut self) -> [u8; 32] {
        self.0 += 1;
        hash(&self.0.to_le_bytes())
    }
}

#[derive(Debug)]
struct Outcome {
    /// Part of the periods that were proven.
    proven: f64,
    /// Periods until failure, on average.
    periods: f64,
    /// Blocks given up in a period, on average.
    withheld: f64,
}

/// Follows miners that lost `lost` of a hundred chunks, beside `own` of sixty collators of their own.
fn follow(lost: u64, own: u8) -> Outcome {
    let mut seeds = Seeds(lost << 32 | u64::from(own) << 24);
    let (mut periods, mut proven, mut withheld) = (0u32, 0u32, 0u32);
    for miner in 0..MINERS {
        let mut ledger = Ledger::new(0);
        for period in 1.. {
            let passes = loop {
                let seed = seeds.next();
                let drawn = (0..CHALLENGES).filter_map(|j| position(&seed, miner, j, CHUNKS));
                let passes = drawn.into_iter().all(|chunk| chunk >= CHUNKS / 100 * lost);
                // Who makes the next block is as good as drawn, too: authors take turns, and a draw's moment is anybody's.
                if passes || seeds.next()[0] % 60 >= own {
                    break passes;
                }
                withheld += 1;
            };
            periods += 1;
            proven += u32::from(passes && ledger.prove());
            if ledger.pass_to(period, true, true, &RULE).failed {
                break;
            }
        }
    }
    let each = |sum: u32, of: u32| f64::from(sum) / f64::from(of);
    Outcome { proven: each(proven, periods), periods: each(periods, MINERS), withheld: each(withheld, periods) }
}

/// As docs/collators.md tells it.
#[test]
fn withholding_blocks_delays_failure_and_does_not_avert_it() {
    for (lost, own, proven, periods) in [
        (2u64, 0u8, 0.851, 84.0),
        (2, 6, 0.864, 101.0),
        (2, 20, 0.895, 243.0),
        (5, 0, 0.663, 16.7),
        (5, 6, 0.687, 18.4),
        (5, 20, 0.747, 25.4),
        (10, 0, 0.430, 8.5),
        (10, 6, 0.456, 8.8),
        (10, 20, 0.531, 10.9),
    ] {
        let outcome = follow(lost, own);
        println!("{lost} % lost, {own} of 60 collators: {outcome:?}");
        assert!((outcome.proven - proven).abs() < 0.03, "{lost} % lost, {own} of 60 collators: {outcome:?}");
        assert!((outcome.periods / periods - 1.0).abs() < 0.2, "{lost} % lost, {own} of 60 collators: {outcome:?}");
        // A draw is taken again only by who would fail it and makes the block: p / (1 - s (1 - p)).
        let (once, share) = ((1.0 - lost as f64 / 100.0).powi(CHALLENGES as i32), f64::from(own) / 60.0);
        assert!((outcome.proven - once / (1.0 - share * (1.0 - once))).abs() < 0.03, "{outcome:?}");
        assert!((own == 0) == (outcome.withheld == 0.0), "{outcome:?}");
    }
}
