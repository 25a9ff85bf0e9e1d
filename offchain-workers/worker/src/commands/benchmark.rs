//! `benchmark`: how fast this machine plots and scans, and what that means for a disk.

use std::{
    fs::{self, File},
    hint::black_box,
    io::{Read, Write},
    num::NonZeroUsize,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use idlewild_capacity::{judge::best, Batch, Kernel};
use idlewild_capacity_primitives::{
    format::{PlotFormat, PocX},
    nonce::Base,
    Scoop, NONCE_BYTES, SCOOPS, SCOOP_BYTES,
};
use serde_json::json;

use super::Failure;
use crate::{args::Benchmark as Args, capacity::effort};

/// Scoops that a thread judges at a time: 16 MiB, which no cache near it holds.
const JUDGED: usize = (16 << 20) / SCOOP_BYTES;
/// Bytes that are written to a disk and read from it.
const WRITTEN: u64 = 1 << 30;
/// Bytes of a write.
const BLOCK: usize = 4 << 20;
/// Nonces of level 0 in one of level 1.
const LEVEL: f64 = 2.0;

/// Measures everything, one after the other.
pub fn run(args: &Args) -> Result<(), Failure> {
    let time = Duration::from_secs(args.seconds.into());
    let threads = effort(args.threads).threads;
    let mut plotting = 0.0;
    for kernel in Kernel::all() {
        let made = rate(time, NonZeroUsize::MIN, || maker(kernel)) * 60.0 / LEVEL;
        figure(args.json, &format!("plotting, {}, one thread", kernel.set()), made, "nonces/min");
        let judged = rate(time, NonZeroUsize::MIN, || judge(kernel)) / 1e6;
        figure(args.json, &format!("scanning, {}, one thread", kernel.set()), judged, "MB/s");
    }
    if let Some(kernel) = Kernel::all().pop() {
        plotting = rate(time, threads, || maker(kernel)) / LEVEL;
        figure(args.json, &format!("plotting, {}, {threads} threads", kernel.set()), plotting * 60.0, "nonces/min");
    }
    let disk = args.disk.as_deref().map(measure_disk).transpose()?;
    if let Some((write, read)) = disk {
        figure(args.json, "writing to the disk", write / 1e6, "MB/s");
        figure(args.json, "reading from the disk", read / 1e6, "MB/s");
    }
    if !args.json {
        let bytes = (plotting * NONCE_BYTES as f64).min(disk.map_or(f64::INFINITY, |(write, _)| write)).max(1.0);
        println!("A TiB is plotted in about {:.1} hours.", (1u64 << 40) as f64 / bytes / 3600.0);
        if let Some((_, read)) = disk {
            let seconds = (1u64 << 40) as f64 / f64::from(SCOOPS) / read.max(1.0);
            println!("A TiB on this disk is scanned in about {seconds:.1} seconds of each round.");
        }
    }
    Ok(())
}

fn figure(json: bool, what: &str, value: f64, unit: &str) {
    if json {
        println!("{}", json!({ "name": what, "value": value, "unit": unit }));
    } else {
        println!("{what:<40} {value:>10.0} {unit}");
    }
}

/// What threads do in a second, each of them as often as it can in this time: `work` makes what a thread then does again and again,
/// and which says how much it did.
fn rate<W: FnMut() -> u64>(time: Duration, threads: NonZeroUsize, work: impl Fn() -> W + Sync) -> f64 {
    let done = AtomicU64::new(0);
    let began = Instant::now();
    thread::scope(|scope| {
        for _ in 0..threads.get() {
            scope.spawn(|| {
                let mut work = work();
                while began.elapsed() < time {
                    done.fetch_add(work(), Ordering::Relaxed);
                }
            });
        }
    });
    done.into_inner() as f64 / began.elapsed().as_secs_f64()
}

/// Makes nonces of level 0.
fn maker(kernel: Kernel) -> impl FnMut() -> u64 {
    let mut batch = Batch::new(kernel);
    let plot = PocX { seed: [7; 32], payload: [7; 20] };
    let bases: Vec<Base> = (0..batch.lanes() as u64).map(|nonce| plot.base(nonce)).collect();
    move || {
        batch.make(black_box(&bases));
        bases.len() as u64
    }
}

/// Judges scoops; what is counted is their bytes.
fn judge(kernel: Kernel) -> impl FnMut() -> u64 {
    let mut scoops: Vec<Scoop> = vec![[0x5A; SCOOP_BYTES]; JUDGED];
    for (number, scoop) in (0u64..).zip(&mut scoops) {
        scoop.iter_mut().zip(number.to_le_bytes()).for_each(|(to, from)| *to = from);
    }
    move || {
        black_box(best(kernel, &[7; 32], black_box(&scoops)));
        (JUDGED * SCOOP_BYTES) as u64
    }
}

/// Bytes a second that a disk takes and gives, of a file that is deleted then.
fn measure_disk(folder: &Path) -> Result<(f64, f64), Failure> {
    let path = folder.join(".idlewild-benchmark");
    let measured = measure_file(&path);
    // Its room is wanted back whatever became of it.
    let removed = fs::remove_file(&path);
    let (write, read) = measured.map_err(|error| format!("the disk of {} cannot be measured: {error}", folder.display()))?;
    removed.map_err(|error| format!("{} cannot be deleted: {error}", path.display()))?;
    Ok((write, read))
}

fn measure_file(path: &Path) -> std::io::Result<(f64, f64)> {
    let block: Vec<u8> = (0..BLOCK).map(|at| (at ^ (at >> 8)) as u8).collect();
    let began = Instant::now();
    let mut file = File::create(path)?;
    for _ in 0..WRITTEN / BLOCK as u64 {
        file.write_all(&block)?;
    }
    file.sync_all()?;
    let write = WRITTEN as f64 / began.elapsed().as_secs_f64();
    // What was written is still in memory; only what comes from the disk counts.
    rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed)?;
    let mut file = File::open(path)?;
    let mut block = vec![0; BLOCK];
    let began = Instant::now();
    for _ in 0..WRITTEN / BLOCK as u64 {
        file.read_exact(&mut block)?;
    }
    Ok((write, WRITTEN as f64 / began.elapsed().as_secs_f64()))
}
