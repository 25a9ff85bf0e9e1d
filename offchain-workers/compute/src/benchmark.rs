//! How fast this machine is: about two seconds of work.
//!
//! Grades are in thousandths of the reference machine. That is no machine that stands somewhere, but these figures, about those of
//! a desktop of the early 2020s with a solid-state disk, measured by this program as `--profile production` builds it:
//!
//! | what | reference |
//! | --- | --- |
//! | a core | [`REFERENCE_CORE`] steps of the [`kernel`] a second, while all cores run it |
//! | memory | [`REFERENCE_MEMORY`] bytes a second read and written by all cores together |
//! | disk | [`REFERENCE_DISK`] bytes a second, written until they are safe and then read |
//!
//! A grade is this machine's own word. Others measure it again before they believe it.

use std::{
    fs::File,
    hint::black_box,
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use idlewild_compute_primitives::resources::{Grade, Resources};
use idlewild_files::disk;
use procfs::{Current, Meminfo, ProcError};
use rustix::fs::{fadvise, Advice};
use serde::Serialize;

/// Steps of the kernel that a core of the reference machine does in a second.
pub const REFERENCE_CORE: u64 = 100_000_000;
/// Bytes that the reference machine's memory moves in a second.
pub const REFERENCE_MEMORY: u64 = 20_000_000_000;
/// Bytes that its disk writes and reads in a second.
pub const REFERENCE_DISK: u64 = 500_000_000;

/// How long each of the first three parts takes.
const PART: Duration = Duration::from_millis(400);
/// Steps between two looks at the time.
const STEPS: u32 = 100_000;
/// What they come to from [`SEED`] on any machine that counts right.
const EXPECTED: u64 = 0x2f9a_e9c9_bd25_7822;
const SEED: u64 = 0x4964_6c65_7769_6c64;
/// Bytes of memory that all threads copy from, and as many to: more than caches hold, and not more than a small machine has.
const MEMORY: usize = 128 << 20;
/// The same of one thread at least.
const MEMORY_LEAST: usize = 4 << 20;
/// Most bytes of the file.
const FILE: u64 = 64 << 20;
/// Bytes that are written or read at a time.
const BLOCK: usize = 1 << 20;
/// How long writing may take before no more is written.
const WRITING: Duration = Duration::from_millis(600);
const MIB: u64 = 1 << 20;

/// Why a machine cannot be measured.
#[derive(Debug, thiserror::Error)]
pub enum BenchmarkError {
    /// The folder's disk.
    #[error("the disk cannot be measured in {folder}: {source}")]
    Disk {
        /// Where.
        folder: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// How much memory there is.
    #[error("the memory of this machine cannot be read: {0}; is /proc there?")]
    Memory(#[from] ProcError),
    /// The same steps came to something else: no result of this machine can be right.
    #[error(
        "this machine calculates wrong: {found:#x} where {EXPECTED:#x} is right; do not lend it out before it is repaired"
    )]
    Wrong {
        /// What they came to.
        found: u64,
    },
}

/// A part of the benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Part {
    /// One core.
    Core,
    /// All cores at once.
    Cores,
    /// Memory.
    Memory,
    /// The disk.
    Disk,
}

/// What was measured.
#[derive(Clone, Copy, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Report {
    /// In thousandths of the reference machine.
    pub grade: Grade,
    /// What the machine has: cores, memory, and what its disk has to spare.
    pub resources: Resources,
    /// Steps a second of one core while the others rest.
    pub core: u64,
    /// Steps a second of all cores together.
    pub cores: u64,
    /// Bytes a second.
    pub memory: u64,
    /// Bytes a second.
    pub disk_write: u64,
    /// Bytes a second.
    pub disk_read: u64,
}

/// Measures this machine, and the disk under `folder`. `progress` is told what begins.
pub fn run(folder: &Path, mut progress: impl FnMut(Part)) -> Result<Report, BenchmarkError> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    progress(Part::Core);
    let core = steps(PART)?;
    progress(Part::Cores);
    let cores = on_all(threads, || steps(PART)).into_iter().sum::<Result<u64, _>>()?;
    progress(Part::Memory);
    let part = (MEMORY / threads).max(MEMORY_LEAST);
    let memory = on_all(threads, || copies(part, PART)).into_iter().sum();
    progress(Part::Disk);
    let (disk_write, disk_read) = file(folder).map_err(|source| BenchmarkError::Disk { folder: folder.to_owned(), source })?;

    // All that is lent is lent at once, so what a core does beside the others is what it does.
    let each = cores / threads.max(1) as u64;
    // As long as a byte takes to be written and read.
    let both = 2.0 / (1.0 / disk_write.max(1) as f64 + 1.0 / disk_read.max(1) as f64);
    let grade = Grade {
        core: grade(each, REFERENCE_CORE),
        memory: grade(memory, REFERENCE_MEMORY),
        disk: grade(both as u64, REFERENCE_DISK),
        gpu: 0,
    };
    let amount = |amount: u64| u32::try_from(amount).unwrap_or(u32::MAX);
    let resources = Resources {
        cpu_milli: amount(threads as u64 * 1_000),
        ram_mib: amount(Meminfo::current()?.mem_total / MIB),
        disk_mib: amount(disk::free_in(folder).unwrap_or(0) / MIB),
        ..Default::default()
    };
    Ok(Report { grade, resources, core, cores, memory, disk_write, disk_read })
}

fn grade(measured: u64, reference: u64) -> u32 {
    u32::try_from(u128::from(measured) * 1_000 / u128::from(reference)).unwrap_or(u32::MAX)
}

fn rate(amount: u64, took: Duration) -> u64 {
    (amount as f64 / took.as_secs_f64().max(1e-9)) as u64
}

/// Does the same on all threads at once.
fn on_all<T: Send>(threads: usize, work: impl Fn() -> T + Sync) -> Vec<T> {
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(&work)).collect();
        running.into_iter().filter_map(|thread| thread.join().ok()).collect()
    })
}

/// Whole numbers and fractions, each step after the one before, so that neither a wide nor a clever processor can leave any out.
/// Fractions are added, multiplied, divided and rooted as every processor does it alike.
fn kernel(seed: u64, steps: u32) -> u64 {
    let (mut whole, mut fraction) = (seed, 1.5f64);
    for step in 0..steps {
        whole ^= whole << 13;
        whole ^= whole >> 7;
        whole ^= whole << 17;
        whole = whole.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(step & 63);
        // Between 1 and 2.
        let other = f64::from_bits((whole >> 12) | 1f64.to_bits());
        fraction = (fraction * other + other / 3.0).sqrt();
    }
    whole ^ fraction.to_bits()
}

fn steps(time: Duration) -> Result<u64, BenchmarkError> {
    let (began, mut done) = (Instant::now(), 0);
    while began.elapsed() < time {
        let found = kernel(black_box(SEED), STEPS);
        if found != EXPECTED {
            return Err(BenchmarkError::Wrong { found });
        }
        done += u64::from(STEPS);
    }
    Ok(rate(done, began.elapsed()))
}

fn copies(bytes: usize, time: Duration) -> u64 {
    let (from, mut to) = (vec![1u8; bytes], vec![2u8; bytes]);
    let (began, mut moved) = (Instant::now(), 0);
    while began.elapsed() < time {
        black_box(&mut to).copy_from_slice(black_box(&from));
        moved += 2 * bytes as u64;
    }
    rate(moved, began.elapsed())
}

/// Writes a file until it is safe, and reads it from the disk: bytes a second of both.
fn file(folder: &Path) -> io::Result<(u64, u64)> {
    // Nothing that a disk or a file system would write in fewer bytes.
    let mut block = vec![0; BLOCK];
    blake3::Hasher::new().update(&SEED.to_le_bytes()).finalize_xof().fill(&mut block);
    let mut file = tempfile::tempfile_in(folder)?;
    let (began, mut length) = (Instant::now(), 0);
    while length < FILE && began.elapsed() < WRITING {
        // No two blocks are alike.
        block.rotate_left(1);
        file.write_all(&block)?;
        length += BLOCK as u64;
    }
    file.sync_all()?;
    let write = rate(length, began.elapsed());
    // What is safe on the disk can leave memory. Where that is refused it is read from there, and looks too good.
    let _ = fadvise(&file, 0, None, Advice::DontNeed);
    let read = read(&mut file, &mut block)?;
    Ok((write, read))
}

fn read(file: &mut File, block: &mut [u8]) -> io::Result<u64> {
    file.rewind()?;
    let (began, mut length) = (Instant::now(), 0);
    loop {
        match file.read(block)? {
            0 => return Ok(rate(length, began.elapsed())),
            count => length += count as u64,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_come_to_the_same_everywhere() {
        assert_eq!(kernel(SEED, STEPS), EXPECTED);
        assert_ne!(kernel(SEED + 1, STEPS), EXPECTED);
    }

    #[test]
    fn a_machine_is_measured_in_a_few_seconds() {
        let folder = tempfile::tempdir().unwrap();
        let (began, mut parts) = (Instant::now(), Vec::new());
        let report = run(folder.path(), |part| parts.push(part)).unwrap();
        println!("{report:?} in {:?}", began.elapsed());
        assert_eq!(parts, [Part::Core, Part::Cores, Part::Memory, Part::Disk]);
        assert!(report.core > 0 && report.cores > 0 && report.memory > 0 && report.disk_write > 0 && report.disk_read > 0);
        assert!(report.resources.cpu_milli >= 1_000 && report.resources.ram_mib > 0 && report.resources.disk_mib > 0);
        assert!(report.grade.core > 0 && report.grade.memory > 0 && report.grade.disk > 0);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is left");
        // Twice what it should take, for a machine on which others work.
        assert!(began.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn a_folder_that_is_not_there_is_told() {
        let error = run(Path::new("/nowhere/at/all"), |_| {}).unwrap_err();
        assert!(matches!(error, BenchmarkError::Disk { .. }), "{error}");
    }

    #[test]
    fn grades_are_thousandths() {
        assert_eq!((grade(50, 100), grade(100, 100), grade(u64::MAX, 1)), (500, 1_000, u32::MAX));
    }
}
