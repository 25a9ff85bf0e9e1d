//! Scans a plot once, as a worker does in a round, for `scripts/bench.sh` to compare.
//!
//! Prints one JSON object: `{"bytes", "seconds", "busy", "quality", "nonce"}`: what was read, in what time, what all threads
//! worked together, and the best answer. `scan_bench PLOT CHALLENGE SCOOP [KERNEL]`; the best kernel if not given.

use std::{error::Error, ops::ControlFlow, path::Path, time::Instant};

use idlewild_capacity::{scan, Kernel, PlotFile, Question};
use idlewild_capacity_primitives::{round::asked_scoop, Challenge};
use rustix::time::{clock_gettime, ClockId};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [path, challenge, scoop, options @ ..] = &arguments[..] else {
        return Err("scan_bench PLOT CHALLENGE SCOOP [KERNEL]".into());
    };
    let kernel = match options.first() {
        Some(set) => Kernel::new(set.parse()?)?,
        None => Kernel::best(),
    };
    let mut bytes: Challenge = [0; 32];
    hex::decode_to_slice(challenge, &mut bytes)?;
    let scoop: u16 = scoop.parse()?;
    // A round follows from nothing else: of thousands of them one asks this scoop.
    let round = (0..1 << 20).find(|round| asked_scoop(&bytes, *round) == scoop).ok_or("no round asks this scoop")?;
    let plots = [PlotFile::open(Path::new(path))?];
    let (began, before) = (Instant::now(), worked());
    let scanned = scan(&plots, kernel, &Question { round, challenge: bytes }, &|| ControlFlow::Continue(()));
    let (seconds, busy) = (began.elapsed().as_secs_f64(), worked() - before);
    if let Some((path, error)) = scanned.failed.first() {
        return Err(format!("{}: {error}", path.display()).into());
    }
    let best = scanned.best.ok_or("the plot is empty")?;
    let line = format!("\"bytes\":{},\"seconds\":{seconds:.6},\"busy\":{busy:.6}", scanned.bytes);
    // In quotation marks, as most readers of JSON keep 53 bits of a number.
    println!("{{{line},\"quality\":\"{}\",\"nonce\":\"{}\"}}", best.quality, best.nonce);
    Ok(())
}

/// Seconds that all threads worked.
fn worked() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 + time.tv_nsec as f64 / 1e9
}
