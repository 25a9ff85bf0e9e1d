//! Measures the kernels on one core: nonces made in a minute, and bytes of scoops judged in a second.
//!
//! Prints one JSON object a line: `{"name", "value", "unit", "runs"}`. Goes by the time that the core really worked, which is the
//! better figure on a machine with other things to do. `kernel_bench [BATCHES] [RUNS]`; 8 and 5 if not given.

use std::{error::Error, hint::black_box};

use idlewild_capacity::{judge::best, Batch, Kernel};
use idlewild_capacity_primitives::{
    format::{PlotFormat, Poc2},
    nonce::Base,
    SCOOP_BYTES,
};
use rustix::time::{clock_gettime, ClockId};

/// Scoops that are judged at a time: 64 MiB, which no cache holds.
const SCOOPS: usize = (64 << 20) / SCOOP_BYTES;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<usize>());
    let batches = arguments.next().transpose()?.unwrap_or(8).max(1);
    let runs = arguments.next().transpose()?.unwrap_or(5).max(1);
    let scoops: Vec<_> = (0..SCOOPS as u64)
        .map(|number| {
            let mut scoop = [0x5A; SCOOP_BYTES];
            scoop[..8].copy_from_slice(&number.to_le_bytes());
            scoop
        })
        .collect();
    for kernel in Kernel::all() {
        let set = kernel.set();
        let bases: Vec<Base> = (0..kernel.lanes() as u64).map(|nonce| Poc2 { account: 1 }.base(nonce)).collect();
        let mut batch = Batch::new(kernel);
        batch.make(&bases);
        let rates = measure(runs, || (0..batches).for_each(|_| black_box(&mut batch).make(black_box(&bases))));
        report(&format!("make_{set}"), "nonces/min", rates, (batches * bases.len()) as f64 * 60.0);
        let rates = measure(runs, || {
            black_box(best(kernel, &[7; 32], black_box(&scoops)));
        });
        report(&format!("judge_{set}"), "GB/s", rates, (SCOOPS * SCOOP_BYTES) as f64 / 1e9);
    }
    Ok(())
}

/// Seconds that this thread worked in the median run.
fn measure(runs: usize, mut work: impl FnMut()) -> (f64, usize) {
    let mut taken: Vec<f64> = (0..runs)
        .map(|_| {
            let before = worked();
            work();
            worked() - before
        })
        .collect();
    taken.sort_by(f64::total_cmp);
    (taken[(runs - 1) / 2], runs)
}

fn worked() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}

fn report(name: &str, unit: &str, (seconds, runs): (f64, usize), amount: f64) {
    println!("{{\"name\":\"{name}\",\"value\":{:.4},\"unit\":\"{unit}\",\"runs\":{runs}}}", amount / seconds);
}
