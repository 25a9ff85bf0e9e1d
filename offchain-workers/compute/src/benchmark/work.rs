//! Work that follows from a seed, so that nobody has it done beforehand, and whose outcome cannot be had for less: what this machine is
//! measured by, and what others have it do to see for themselves.
//!
//! | what | how its outcome is checked |
//! | --- | --- |
//! | a core | steps one after the other, with [marks](Mark) between stretches of them: a stretch here and there is done again |
//! | memory | a buffer walked again and again, each word after the one before: all of it is done again |
//! | disk | a file written, and then read for a key that was not known while it was written: from what was to be in it |
//!
//! What does not show is where it was done: another machine may have lent a hand, and a disk may have been memory.

use std::{
    fs::File,
    io::{self, Read, Seek, Write},
    mem,
    path::Path,
    thread,
    time::Duration,
};

use codec::{Decode, Encode};
use idlewild_compute_primitives::Digest;
use rustix::fs::{fadvise, Advice};

/// Stretches that a core's work is cut into.
pub const STRETCHES: usize = 16;
/// Steps of a stretch are a multiple of so many: what a step does depends on its place among them.
pub const ROUND: u32 = 64;
/// Most cores that are measured at once.
pub const MOST_LANES: u32 = 48;
/// Bytes of memory that all lanes walk through, and as many that they write to: more than caches hold, and not more than a small
/// machine has.
pub const MEMORY: u64 = 128 << 20;
/// Times that they do it at first: so many that what it takes to have the memory at all does not tell.
pub const FIRST_PASSES: u32 = 16;
/// Most times that they do.
pub const MOST_PASSES: u32 = 256;
/// Most [rounds](core) of steps of a stretch: a thousand million steps in all.
pub const MOST_ROUNDS: u32 = 1 << 20;
/// Most bytes of the file.
pub const MOST_FILE: u64 = 64 << 20;
/// Bytes that are written or read at a time; a file is a multiple of them.
pub const BLOCK: usize = 1 << 20;
/// How long a measurement should take at least.
pub const ENOUGH: Duration = Duration::from_millis(300);

/// How much to do next where `size` took this long: `None` where that was enough, or as much as may be done.
pub fn next(size: u64, took: Duration, most: u64) -> Option<u64> {
    if took >= ENOUGH || size >= most {
        return None;
    }
    let times = (ENOUGH.as_secs_f64() * 1.25 / took.as_secs_f64().max(1e-6)).clamp(2.0, 16.0);
    Some(((size as f64 * times) as u64).min(most))
}

/// Where a core's work stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Mark {
    whole: u64,
    fraction: u64,
}

impl Mark {
    /// Where it begins.
    pub(super) fn of(whole: u64) -> Self {
        Self { whole, fraction: 1.5f64.to_bits() }
    }

    /// Where a lane begins.
    fn of_lane(seed: &Digest, lane: u32) -> Self {
        Self::of(first(seed, "core", lane))
    }

    /// Whole numbers and fractions, each step after the one before, so that neither a wide nor a clever processor can leave any out.
    /// Fractions are added, multiplied, divided and rooted as every processor does it alike.
    pub(super) fn after(self, steps: u32) -> Self {
        let (mut whole, mut fraction) = (self.whole, f64::from_bits(self.fraction));
        for step in 0..steps {
            whole ^= whole << 13;
            whole ^= whole >> 7;
            whole ^= whole << 17;
            whole = whole.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(step % ROUND);
            // Between 1 and 2.
            let other = f64::from_bits((whole >> 12) | 1f64.to_bits());
            fraction = (fraction * other + other / 3.0).sqrt();
        }
        Self { whole, fraction: fraction.to_bits() }
    }

    /// Both numbers in one.
    pub(super) fn folded(self) -> u64 {
        self.whole ^ self.fraction
    }
}

/// A number of this seed, work and lane. It is not 0, of which steps would make nothing else.
fn first(seed: &Digest, what: &str, lane: u32) -> u64 {
    let mut hasher = blake3::Hasher::new_keyed(seed);
    hasher.update(what.as_bytes()).update(&lane.to_le_bytes());
    let mut bytes = [0; 8];
    hasher.finalize_xof().fill(&mut bytes);
    u64::from_le_bytes(bytes) | 1
}

/// Does the work of each lane on a thread of its own, all at once.
fn on_lanes<L: Send, T: Send>(lanes: impl Iterator<Item = L>, work: impl Fn(L) -> T + Sync) -> Vec<T> {
    let work = &work;
    thread::scope(|scope| {
        // A lane that finds no thread is missing, and its outcome with it.
        let begin = |lane| thread::Builder::new().spawn_scoped(scope, move || work(lane)).ok();
        let running: Vec<_> = lanes.filter_map(begin).collect();
        running.into_iter().filter_map(|thread| thread.join().ok()).collect()
    })
}

/// What each lane's core comes to after each stretch of so many rounds of steps.
pub fn core(seed: &Digest, lanes: u32, rounds: u32) -> Vec<Vec<Mark>> {
    let steps = rounds.saturating_mul(ROUND);
    on_lanes(0..lanes, |lane| {
        let mut mark = Mark::of_lane(seed, lane);
        let marks = (0..STRETCHES).map(|_| {
            mark = mark.after(steps);
            mark
        });
        marks.collect()
    })
}

/// Steps that a lane makes in so many rounds.
pub fn steps(rounds: u32) -> u64 {
    u64::from(rounds).saturating_mul(u64::from(ROUND)).saturating_mul(STRETCHES as u64)
}

/// Whether lanes came to these marks, as far as the stretches `picks` tell: of each the number among all stretches of all lanes.
pub fn is_core(seed: &Digest, lanes: u32, rounds: u32, found: &[Vec<Mark>], picks: &[usize]) -> bool {
    let is_whole = found.len() == lanes as usize && found.iter().all(|marks| marks.len() == STRETCHES);
    let steps = rounds.saturating_mul(ROUND);
    is_whole
        && picks.iter().all(|pick| {
            let (lane, stretch) = (pick / STRETCHES % found.len().max(1), pick % STRETCHES);
            let Some(marks) = found.get(lane) else { return false };
            let before = match stretch.checked_sub(1) {
                Some(before) => marks.get(before).copied(),
                None => u32::try_from(lane).ok().map(|lane| Mark::of_lane(seed, lane)),
            };
            before.map(|before| before.after(steps)) == marks.get(stretch).copied()
        })
}

/// Words that are worked on side by side, so that it is memory that is waited for.
const WIDE: usize = 8;

/// Walks through `bytes` of memory, shared by all lanes, `passes` times, each time writing as much: what that comes to.
pub fn memory(seed: &Digest, lanes: u32, bytes: u64, passes: u32) -> Digest {
    let of_lane = bytes / u64::from(lanes.max(1)) / 8;
    let words = (usize::try_from(of_lane).unwrap_or(usize::MAX) / WIDE * WIDE).max(WIDE);
    // Each in one piece: that goes back to the system when it is done with, while an allocator keeps pieces as small as a lane's.
    let all = words.saturating_mul(lanes as usize);
    let (mut from, mut to) = (vec![0; all], vec![0; all]);
    let rooms = from.chunks_exact_mut(words).zip(to.chunks_exact_mut(words));
    let found = on_lanes((0..lanes).zip(rooms), |(lane, (from, to))| walk(first(seed, "memory", lane), from, to, passes));
    let mut hasher = blake3::Hasher::new();
    for number in found.iter().flatten() {
        hasher.update(&number.to_le_bytes());
    }
    *hasher.finalize().as_bytes()
}

/// Bytes that such a walk reads and writes.
pub fn moved(bytes: u64, passes: u32) -> u64 {
    bytes.saturating_mul(2).saturating_mul(passes.into())
}

fn walk<'a>(first: u64, mut from: &'a mut [u64], mut to: &'a mut [u64], passes: u32) -> [u64; WIDE] {
    let mut next = first;
    let fill = || {
        next ^= next << 13;
        next ^= next >> 7;
        next ^= next << 17;
        next
    };
    from.fill_with(fill);
    let mut sums = [first; WIDE];
    for _ in 0..passes {
        for (to, from) in to.chunks_exact_mut(WIDE).zip(from.chunks_exact(WIDE)) {
            for ((sum, to), from) in sums.iter_mut().zip(to).zip(from) {
                *sum = sum.rotate_left(23).wrapping_add(*from ^ 0x9e37_79b9_7f4a_7c15);
                *to = *sum;
            }
        }
        mem::swap(&mut from, &mut to);
    }
    sums
}

/// What is written: no block is like another, so that no disk and no file system writes fewer bytes.
fn blocks(seed: &Digest, bytes: u64) -> impl FnMut() -> Option<Vec<u8>> {
    let mut block = vec![0; BLOCK];
    blake3::Hasher::new_keyed(seed).finalize_xof().fill(&mut block);
    let mut left = bytes / BLOCK as u64;
    move || {
        left = left.checked_sub(1)?;
        block.rotate_left(1);
        Some(block.clone())
    }
}

/// Writes a file of so many bytes until it is safe. It is gone when it is dropped.
pub fn write(folder: &Path, seed: &Digest, bytes: u64) -> io::Result<File> {
    let mut file = tempfile::tempfile_in(folder)?;
    let mut block = blocks(seed, bytes);
    while let Some(block) = block() {
        file.write_all(&block)?;
    }
    file.sync_all()?;
    Ok(file)
}

/// Reads it from the disk: its hash under a key.
pub fn read(file: &mut File, key: &Digest) -> io::Result<Digest> {
    // What is safe on the disk can leave memory. Where that is refused it is read from there, and looks too good.
    let _ = fadvise(&*file, 0, None, Advice::DontNeed);
    file.rewind()?;
    let (mut hasher, mut block) = (blake3::Hasher::new_keyed(key), vec![0; BLOCK]);
    loop {
        let count = file.read(&mut block)?;
        match block.get(..count) {
            Some([]) | None => return Ok(*hasher.finalize().as_bytes()),
            Some(read) => hasher.update(read),
        };
    }
}

/// What reading comes to, without a disk.
pub fn read_of(seed: &Digest, bytes: u64, key: &Digest) -> Digest {
    let (mut hasher, mut block) = (blake3::Hasher::new_keyed(key), blocks(seed, bytes));
    while let Some(block) = block() {
        hasher.update(&block);
    }
    *hasher.finalize().as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEED: Digest = [7; 32];

    #[test]
    fn a_core_s_work_is_checked_by_parts_of_it() {
        let marks = core(&SEED, 3, 2);
        let all: Vec<usize> = (0..3 * STRETCHES).collect();
        assert!(is_core(&SEED, 3, 2, &marks, &all));
        // In one go it comes to the same: it is one chain.
        assert_eq!(marks[1].last().copied(), Some(Mark::of_lane(&SEED, 1).after(2 * ROUND * STRETCHES as u32)));
        assert_eq!(steps(2), 2 * 64 * 16);
        assert!(!is_core(&[8; 32], 3, 2, &marks, &[0, 16]), "of another seed");
        assert!(!is_core(&SEED, 3, 1, &marks, &[5]), "half of the work");
        assert!(!is_core(&SEED, 4, 2, &marks, &[]), "a lane is missing");
        assert!(!is_core(&SEED, 3, 2, &[marks[0].clone(), marks[1].clone(), vec![]], &[]), "and its marks");
        let mut wrong = marks.clone();
        wrong[2][4].whole ^= 1;
        let caught: Vec<usize> = all.iter().copied().filter(|pick| !is_core(&SEED, 3, 2, &wrong, &[*pick])).collect();
        assert_eq!(caught, [2 * STRETCHES + 4, 2 * STRETCHES + 5], "the stretch to a wrong mark, and the one from it");
    }

    #[test]
    fn what_memory_comes_to_depends_on_all_of_it() {
        let whole = memory(&SEED, 2, 1 << 20, 3);
        assert_eq!(whole, memory(&SEED, 2, 1 << 20, 3));
        for other in [memory(&SEED, 2, 1 << 20, 2), memory(&SEED, 1, 1 << 20, 3), memory(&[8; 32], 2, 1 << 20, 3)] {
            assert_ne!(whole, other);
        }
        assert_ne!(whole, memory(&SEED, 2, (1 << 20) - 128, 3), "a word less of each lane");
        assert_eq!(moved(10, 3), 60);
    }

    #[test]
    fn every_version_comes_to_the_same() {
        let found = |lanes, bytes, passes| blake3::Hash::from(memory(&SEED, lanes, bytes, passes)).to_hex();
        assert_eq!(found(2, 1 << 20, 3).as_str(), "305c376a7599df34db189edd3ae57cb0b9fcefbf8fceacfabb96cdf02214b3ed");
        assert_eq!(found(3, (1 << 20) + 40, 2).as_str(), "1d348a997506f048f4410cb44985dac1297359a73333b720965e04e87625e6a8");
    }

    #[test]
    fn what_is_read_is_what_was_to_be_written_and_for_this_key() {
        let folder = tempfile::tempdir().unwrap();
        let bytes = 3 * BLOCK as u64;
        let mut file = write(folder.path(), &SEED, bytes).unwrap();
        for key in [[1; 32], [2; 32]] {
            assert_eq!(read(&mut file, &key).unwrap(), read_of(&SEED, bytes, &key));
        }
        assert_ne!(read_of(&SEED, bytes, &[1; 32]), read_of(&SEED, bytes, &[2; 32]));
        assert_ne!(read(&mut file, &[1; 32]).unwrap(), read_of(&SEED, bytes - BLOCK as u64, &[1; 32]));
        drop(file);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn more_is_done_until_it_took_long_enough() {
        assert_eq!(next(10, ENOUGH, 100), None);
        assert_eq!(next(100, Duration::ZERO, 100), None);
        assert_eq!(next(10, Duration::ZERO, 1_000), Some(160));
        assert_eq!(next(10, Duration::ZERO, 100), Some(100));
        assert_eq!(next(10, ENOUGH - Duration::from_millis(1), 1_000), Some(20));
    }
}
