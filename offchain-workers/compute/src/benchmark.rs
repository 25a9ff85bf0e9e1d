//! How fast this machine is: about two seconds of work.
//!
//! Grades are in thousandths of the reference machine. That is no machine that stands somewhere, but these figures, about those of
//! a desktop of the early 2020s with a solid-state disk, measured by this program as `--profile production` builds it:
//!
//! | what | reference |
//! | --- | --- |
//! | a core | [`REFERENCE_CORE`] steps of the [`work`] a second, while all cores do it |
//! | memory | [`REFERENCE_MEMORY`] bytes a second read and written by all cores together |
//! | disk | [`REFERENCE_DISK`] bytes a second, written until they are safe and then read |
//!
//! A grade is this machine's own word. Others measure it again, by the same [`work`], before they believe it.

pub mod work;

use std::{
    hint::black_box,
    io,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use idlewild_compute_primitives::{
    resources::{Grade, Resources},
    Digest,
};
use idlewild_files::disk;
use procfs::{Current, Meminfo, ProcError};
use serde::{Deserialize, Serialize};

use self::work::Mark;

/// Steps of the kernel that a core of the reference machine does in a second.
pub const REFERENCE_CORE: u64 = 100_000_000;
/// Bytes that the reference machine's memory moves in a second.
pub const REFERENCE_MEMORY: u64 = 20_000_000_000;
/// Bytes that its disk writes and reads in a second.
pub const REFERENCE_DISK: u64 = 500_000_000;

/// How long each of the first two parts takes.
const PART: Duration = Duration::from_millis(400);
/// Steps between two looks at the time.
const STEPS: u32 = 100_000;
/// What they come to from [`SEED`] on any machine that counts right.
const EXPECTED: u64 = 0x2f9a_e9c9_bd25_7822;
const SEED: u64 = 0x4964_6c65_7769_6c64;
/// What memory and disk are measured with here; others use seeds that nobody knows before.
const OWN: Digest = [0x49; 32];
/// Bytes of the file at first.
const FILE: u64 = 8 << 20;
const MIB: u64 = 1 << 20;
/// Free space is told in steps of so many MiB, so that what is offered does not change with every start.
const DISK_STEP: u32 = 1 << 10;

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
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
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

/// What the machine has: cores, memory, and what the disk under `folder` has to spare.
pub fn machine(folder: &Path) -> Result<Resources, BenchmarkError> {
    let amount = |amount: u64| u32::try_from(amount).unwrap_or(u32::MAX);
    let disk_mib = amount(disk::free_in(folder).unwrap_or(0) / MIB);
    Ok(Resources {
        cpu_milli: lanes().saturating_mul(1_000),
        ram_mib: amount(Meminfo::current()?.mem_total / MIB),
        disk_mib: if disk_mib < DISK_STEP { disk_mib } else { disk_mib / DISK_STEP * DISK_STEP },
        ..Default::default()
    })
}

/// Whether this machine calculates right at all: a moment's work.
pub fn check() -> Result<(), BenchmarkError> {
    match Mark::of(black_box(SEED)).after(STEPS).folded() {
        EXPECTED => Ok(()),
        found => Err(BenchmarkError::Wrong { found }),
    }
}

/// Cores, and so what is done side by side.
fn lanes() -> u32 {
    thread::available_parallelism().ok().and_then(|cores| u32::try_from(cores.get()).ok()).unwrap_or(1)
}

/// Measures this machine, and the disk under `folder`. `progress` is told what begins.
pub fn run(folder: &Path, mut progress: impl FnMut(Part)) -> Result<Report, BenchmarkError> {
    let lanes = lanes();
    progress(Part::Core);
    let core = steps(PART)?;
    progress(Part::Cores);
    let cores = on_all(lanes, || steps(PART)).into_iter().sum::<Result<u64, _>>()?;
    progress(Part::Memory);
    let memory = memory(lanes.min(work::MOST_LANES));
    progress(Part::Disk);
    let (disk_write, disk_read) = file(folder).map_err(|source| BenchmarkError::Disk { folder: folder.to_owned(), source })?;
    // All that is lent is lent at once, so what a core does beside the others is what it does.
    let grade = graded(cores / u64::from(lanes.max(1)), memory, disk_write, disk_read);
    Ok(Report { grade, resources: machine(folder)?, core, cores, memory, disk_write, disk_read })
}

/// The grade of what a core does in a second beside the others, and of the bytes that all memory, and the disk in writing and in
/// reading, move.
pub fn graded(core: u64, memory: u64, disk_write: u64, disk_read: u64) -> Grade {
    // As long as a byte takes to be written and read.
    let both = 2.0 / (1.0 / disk_write.max(1) as f64 + 1.0 / disk_read.max(1) as f64);
    Grade {
        core: grade(core, REFERENCE_CORE),
        memory: grade(memory, REFERENCE_MEMORY),
        disk: grade(both as u64, REFERENCE_DISK),
        gpu: 0,
    }
}

fn grade(measured: u64, reference: u64) -> u32 {
    u32::try_from(u128::from(measured) * 1_000 / u128::from(reference)).unwrap_or(u32::MAX)
}

/// So much a second.
pub fn rate(amount: u64, took: Duration) -> u64 {
    (amount as f64 / took.as_secs_f64().max(1e-9)) as u64
}

/// Does the same on all threads at once.
fn on_all<T: Send>(threads: u32, work: impl Fn() -> T + Sync) -> Vec<T> {
    thread::scope(|scope| {
        let running: Vec<_> = (0..threads).map(|_| scope.spawn(&work)).collect();
        running.into_iter().filter_map(|thread| thread.join().ok()).collect()
    })
}

fn steps(time: Duration) -> Result<u64, BenchmarkError> {
    let (began, mut done) = (Instant::now(), 0u64);
    while began.elapsed() < time {
        check()?;
        done = done.saturating_add(STEPS.into());
    }
    Ok(rate(done, began.elapsed()))
}

fn memory(lanes: u32) -> u64 {
    let mut passes = work::FIRST_PASSES;
    loop {
        let began = Instant::now();
        black_box(work::memory(black_box(&OWN), lanes, work::MEMORY, passes));
        let took = began.elapsed();
        match work::next(passes.into(), took, work::MOST_PASSES.into()).and_then(|next| u32::try_from(next).ok()) {
            Some(next) => passes = next,
            None => return rate(work::moved(work::MEMORY, passes), took),
        }
    }
}

/// Writes a file until it is safe, and reads it from the disk: bytes a second of both.
fn file(folder: &Path) -> io::Result<(u64, u64)> {
    let mut bytes = FILE;
    loop {
        let began = Instant::now();
        let mut file = work::write(folder, &OWN, bytes)?;
        let took = began.elapsed();
        if let Some(next) = work::next(bytes, took, work::MOST_FILE) {
            bytes = next.next_multiple_of(work::BLOCK as u64);
            continue;
        }
        let began = Instant::now();
        black_box(work::read(&mut file, &OWN)?);
        return Ok((rate(bytes, took), rate(bytes, began.elapsed())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_come_to_the_same_everywhere() {
        check().unwrap();
        assert_ne!(Mark::of(SEED + 1).after(STEPS).folded(), EXPECTED);
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
