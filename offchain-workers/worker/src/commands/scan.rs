//! `scan`: answers a round from plots, and tells how long it takes.

use std::{ops::ControlFlow, path::Path, time::Instant};

use idlewild_capacity::{
    scan::{scan, Question},
    Kernel, PlotFile,
};
use idlewild_capacity_primitives::SCOOP_BYTES;
use serde_json::json;

use super::{verify_plots::plots_in, Failure};
use crate::args::Scan as Args;

/// Scans folders, one after the other.
pub fn run(args: &Args) -> Result<(), Failure> {
    let kernel = args.kernel.map_or_else(|| Ok(Kernel::best()), Kernel::new)?;
    let mut challenge = [0; 32];
    if let Some(text) = &args.challenge {
        hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(text), &mut challenge)
            .map_err(|error| format!("--challenge {text:?} is no challenge: {error}; it has 64 hexadecimal digits"))?;
    }
    let question = Question { round: args.round, challenge };
    for folder in &args.folders {
        scan_folder(folder, kernel, &question, args.json)?;
    }
    Ok(())
}

fn scan_folder(folder: &Path, kernel: Kernel, question: &Question, json: bool) -> Result<(), Failure> {
    let failed = |error: std::io::Error| format!("{} cannot be listed: {error}", folder.display());
    let mut plots = Vec::new();
    for path in plots_in(folder).map_err(failed)? {
        match PlotFile::open(&path) {
            Ok(plot) => plots.push(plot),
            Err(error) => eprintln!("left out: {error}"),
        }
    }
    let began = Instant::now();
    let scanned = scan(&plots, kernel, question, &|| ControlFlow::Continue(()));
    let seconds = began.elapsed().as_secs_f64().max(1e-6);
    let rate = scanned.bytes as f64 / seconds / 1e6;
    let best = scanned.best.map(|best| (best, plots.get(best.plot).map(|plot| plot.path().to_owned())));
    if json {
        let best = best.map(|(best, plot)| json!({ "quality": best.quality, "nonce": best.nonce, "plot": plot }));
        let failed: Vec<_> = scanned.failed.iter().map(|(path, _)| path).collect();
        println!(
            "{}",
            json!({ "folder": folder, "plots": plots.len(), "nonces": scanned.bytes / SCOOP_BYTES as u64, "bytes": scanned.bytes,
                "seconds": seconds, "mb_per_second": rate, "best": best, "failed": failed })
        );
    } else {
        println!("{}: {} plots, {} MiB in {seconds:.2} s, {rate:.0} MB/s", folder.display(), plots.len(), scanned.bytes >> 20);
        if let Some((best, Some(plot))) = best {
            println!("  best: quality {}, nonce {} of {}", best.quality, best.nonce, plot.display());
        }
    }
    match scanned.failed.first() {
        Some((path, error)) => Err(format!("{} cannot be read: {error}", path.display()).into()),
        None => Ok(()),
    }
}
