//! What of an output counts when results are compared.
//!
//! Results are compared on chain, by a root over what each task wrote; no node has two outputs side by side, and those of others are
//! sealed to the requester. So a comparator does not look at two outputs. It is a deterministic module that reads one and writes what of
//! it counts, and two outputs are equal where it writes the same of both: equality that three of five machines can vote on, as whatever
//! equals the same equals each other.

use std::{path::Path, sync::Arc};

use codec::{Decode, Encode};
use futures::{stream, StreamExt, TryStreamExt};
use idlewild_compute_primitives::{outcome::Outcome, project::Limits, resources::Resources, Digest};
use tokio_util::sync::CancellationToken;

use crate::executor::{ExecutorError, Prepared, Ran, Run};

/// Fuel that a comparator may use for one output. Everybody has the same, as what follows from it stands in results.
pub const FUEL: u64 = 10_000_000_000;
/// Mebibytes of memory that it may use, likewise.
pub const MEMORY_MIB: u32 = 256;
/// What tells the hash of what counts from that of an output.
const TAG: &str = "idlewild/counts/1";
/// Where it works, in the folder of a chunk.
const ROOM: &str = "counts";

/// A publisher's comparator that can be run at once.
#[derive(Clone)]
pub struct Comparator {
    program: Arc<dyn Prepared>,
    most: u64,
    fuel: u64,
}

/// How a chunk's outputs are gone through.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// Milliseconds for each, after which this machine is too slow: that is no result.
    pub time_ms: u64,
    /// How many at a time.
    pub at_once: usize,
}

impl Comparator {
    /// A module that may write no more than a task of its project may.
    pub fn new(program: Arc<dyn Prepared>, most: u64) -> Self {
        Self { program, most, fuel: FUEL }
    }

    /// What stands in a result for a task that ended so and whose output is in this file: a hash of what counts of it, and the length of
    /// that, in place of its own. Of an output that the comparator does not end well with, every byte counts, and neither hash can be taken
    /// for the other. The time that it took comes to what was used. What it writes is in `scratch` until it has ended.
    pub async fn counted(
        &self,
        outcome: &Outcome,
        output: &Path,
        time_ms: u64,
        scratch: &Path,
        stop: &CancellationToken,
    ) -> Result<Outcome, ExecutorError> {
        let run = Run {
            arguments: Vec::new(),
            input: Some(output.to_owned()),
            output: scratch.to_owned(),
            limits: Limits { work: self.fuel, time_ms, memory_mib: MEMORY_MIB, output: self.most },
            resources: Resources { cpu_milli: 1_000, ram_mib: MEMORY_MIB, ..Resources::default() },
        };
        let ran = self.program.run(run, stop).await;
        // Its hash is all that is needed of it. What cannot be removed goes with its folder.
        tokio::fs::remove_file(scratch).await.ok();
        let Ran { ending, length, output, took, .. } = ran?;
        let took = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        let outcome = Outcome { used: outcome.used.saturating_add(took), ..*outcome };
        Ok(if ending.is_success() { Outcome { output: counts(&output), length, ..outcome } } else { outcome })
    }

    /// The same of all tasks of a chunk, whose outputs are in the folder `outputs` by their places. What was found before a kill is kept in
    /// the chunk's `folder`.
    pub async fn all(
        &self,
        outcomes: &[Outcome],
        outputs: &Path,
        folder: &Path,
        pace: Pace,
        stop: &CancellationToken,
    ) -> Result<Vec<Outcome>, ExecutorError> {
        let room = &folder.join(ROOM);
        tokio::fs::create_dir_all(room).await.map_err(|source| ExecutorError::File { path: room.clone(), source })?;
        let runs = outcomes.iter().copied().enumerate().map(|(index, outcome)| async move {
            let kept = room.join(index.to_string());
            if let Some(counted) = Kept::read(&kept, &outcome).await {
                return Ok(counted);
            }
            let (output, scratch) = (outputs.join(index.to_string()), room.join(format!("{index}.part")));
            let counted = self.counted(&outcome, &output, pace.time_ms, &scratch, stop).await?;
            let kept_now = Kept::of(outcome, counted).encode();
            tokio::fs::write(&kept, kept_now).await.map_err(|source| ExecutorError::File { path: kept, source })?;
            Ok(counted)
        });
        stream::iter(runs).buffered(pace.at_once.max(1)).try_collect().await
    }
}

/// The hash of what counts, from that of what a comparator wrote. It is of another kind than that of any output.
pub fn counts(written: &Digest) -> Digest {
    blake3::derive_key(TAG, written)
}

/// What was found of a task: what became of it, what stands for that, and the beginning of the hash of both. One that a power cut left
/// half written, or of another run of the task, is none.
#[derive(Encode, Decode)]
struct Kept {
    found: (Outcome, Outcome),
    mark: [u8; 8],
}

impl Kept {
    fn of(outcome: Outcome, counted: Outcome) -> Self {
        let found = (outcome, counted);
        let mark = blake3::hash(&found.encode()).as_bytes().first_chunk().copied().unwrap_or_default();
        Self { found, mark }
    }

    async fn read(file: &Path, outcome: &Outcome) -> Option<Outcome> {
        let bytes = tokio::fs::read(file).await.ok()?;
        let Self { found: (of, counted), mark } = Self::decode(&mut bytes.as_slice()).ok()?;
        (of == *outcome && mark == Self::of(of, counted).mark).then_some(counted)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        sync::atomic::{AtomicUsize, Ordering},
        time::Duration,
    };

    use async_trait::async_trait;
    use idlewild_compute_primitives::outcome::{root, Ending};

    use super::*;
    use crate::{
        executor::{At, Executor, Source},
        wasi::{Settings, Wasi},
    };

    const PACE: Pace = Pace { time_ms: 60_000, at_once: 2 };

    /// Writes what it reads in small letters, and ends badly where it reads a question.
    #[derive(Default)]
    struct Small {
        runs: AtomicUsize,
        now: AtomicUsize,
        most: AtomicUsize,
        /// The first four wait for each other here, two by two.
        meeting: Option<tokio::sync::Barrier>,
        limits: std::sync::Mutex<Vec<u64>>,
    }

    #[async_trait]
    impl Prepared for Small {
        async fn run(&self, run: Run, stop: &CancellationToken) -> Result<Ran, ExecutorError> {
            if stop.is_cancelled() {
                return Err(ExecutorError::Stopped);
            }
            let before = self.runs.fetch_add(1, Ordering::SeqCst);
            self.limits.lock().unwrap().push(run.limits.time_ms);
            self.most.fetch_max(self.now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            if let Some(meeting) = self.meeting.as_ref().filter(|_| before < 4) {
                meeting.wait().await;
            }
            let text = fs::read_to_string(run.input.unwrap()).unwrap();
            let code = i32::from(text.contains('?'));
            let written = text.to_lowercase();
            fs::write(&run.output, &written).unwrap();
            self.now.fetch_sub(1, Ordering::SeqCst);
            let output = *blake3::hash(written.as_bytes()).as_bytes();
            let (length, took) = (written.len() as u64, Duration::from_millis(3));
            Ok(Ran { ending: Ending::Exited { code }, length, output, used: 9, took, log: Vec::new() })
        }
    }

    /// Writes outputs to a folder.
    fn written(outputs: &[&str], folder: &Path) -> Vec<Outcome> {
        let write = |(index, text): (usize, &&str)| {
            fs::write(folder.join(index.to_string()), text).unwrap();
            let (output, length) = (*blake3::hash(text.as_bytes()).as_bytes(), text.len() as u64);
            Outcome { ending: Ending::Exited { code: 0 }, output, length, used: 5 }
        };
        outputs.iter().enumerate().map(write).collect()
    }

    async fn root_of(outputs: &[&str]) -> (Vec<Outcome>, [u8; 32]) {
        let [folder, room] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let outcomes = written(outputs, folder.path());
        let comparator = Comparator::new(Arc::new(Small::default()), 100);
        let counted = comparator.all(&outcomes, folder.path(), room.path(), PACE, &CancellationToken::new()).await.unwrap();
        (counted.clone(), root(&counted, false))
    }

    #[tokio::test]
    async fn what_the_comparator_writes_alike_is_equal_and_nothing_else() {
        let (counted, one) = root_of(&["Word", "", "Why?"]).await;
        assert_eq!(counted[0].output, counts(blake3::hash(b"word").as_bytes()));
        assert_eq!(counted[1].output, counts(blake3::hash(b"").as_bytes()), "it says what an empty output is as well");
        assert_eq!(counted[2].output, *blake3::hash(b"Why?").as_bytes());
        assert!(counted.iter().all(|counted| counted.used == 8), "its time is paid for");
        assert_eq!(root_of(&["wORD", "", "Why?"]).await.1, one);
        assert_ne!(root_of(&["words", "", "Why?"]).await.1, one);
        assert_ne!(root_of(&["word", "", "why?"]).await.1, one, "every byte counts where it does not end well");
        assert_ne!(root_of(&["word", "x", "Why?"]).await.1, one);
    }

    #[tokio::test]
    async fn what_counts_is_never_taken_for_an_output() {
        // Where the comparator is run, "word" counts; where it is not, the same four bytes are an output.
        let (counted, _) = root_of(&["WORD"]).await;
        let folder = tempfile::tempdir().unwrap();
        let raw = written(&["word"], folder.path())[0];
        assert_eq!(counted[0].length, raw.length);
        assert_ne!(counted[0].output, raw.output);
        // Nor is there an output whose hash is that of what counts: it is not what is hashed, tag and all.
        let tagged = [TAG.as_bytes(), &raw.output].concat();
        assert_ne!(counted[0].output, *blake3::hash(&tagged).as_bytes());
    }

    #[tokio::test]
    async fn as_many_run_at_a_time_as_may_and_what_was_found_is_kept() {
        let [folder, room] = [(); 2].map(|()| tempfile::tempdir().unwrap());
        let mut outcomes = written(&["A", "B", "C", "D", "E"], folder.path());
        let small = Arc::new(Small { meeting: Some(tokio::sync::Barrier::new(2)), ..Small::default() });
        let comparator = Comparator::new(small.clone(), 100);
        let stop = CancellationToken::new();
        let all = |outcomes: Vec<Outcome>, stop: CancellationToken| {
            let (comparator, outputs, room) = (comparator.clone(), folder.path().to_owned(), room.path().to_owned());
            async move { comparator.all(&outcomes, &outputs, &room, PACE, &stop).await }
        };
        let first = all(outcomes.clone(), stop.clone()).await.unwrap();
        assert_eq!((small.runs.load(Ordering::SeqCst), small.most.load(Ordering::SeqCst)), (5, 2));
        assert!(small.limits.lock().unwrap().iter().all(|time_ms| *time_ms == PACE.time_ms), "each has a task's time");
        // What is whole and of the same task is not run again, even where nothing may run.
        stop.cancel();
        assert_eq!(all(outcomes.clone(), stop.clone()).await.unwrap(), first);
        fs::write(room.path().join("counts/3"), b"half").unwrap();
        assert!(matches!(all(outcomes.clone(), stop).await, Err(ExecutorError::Stopped)));
        outcomes[1].used = 6;
        let again = all(outcomes, CancellationToken::new()).await.unwrap();
        assert_eq!((small.runs.load(Ordering::SeqCst), again[1].used, again[3]), (7, 9, first[3]));
        let left = fs::read_dir(room.path().join("counts")).unwrap().count();
        assert_eq!(left, 5, "what it wrote is gone");
    }

    #[tokio::test]
    async fn every_byte_counts_where_the_comparator_runs_out_of_fuel() {
        let folder = tempfile::tempdir().unwrap();
        let text = r#"(module (memory (export "memory") 1) (func (export "_start") (loop (br 0))))"#;
        let buffer = wast::parser::ParseBuffer::new(text).unwrap();
        let bytes = wast::parser::parse::<wast::Wat<'_>>(&buffer).unwrap().module.encode().unwrap();
        let file = folder.path().join("endless.wasm");
        fs::write(&file, &bytes).unwrap();
        let wasi = Wasi::open(&Settings::new(folder.path().join("compiled"))).unwrap();
        let source = Source { digest: *blake3::hash(&bytes).as_bytes(), at: At::File(file) };
        let program = wasi.prepare(&source).await.unwrap();
        let comparator = Comparator { fuel: 100_000, ..Comparator::new(program, 100) };
        let outcomes = written(&["one", "another"], folder.path());
        let stop = CancellationToken::new();
        let counted = comparator.all(&outcomes, folder.path(), folder.path(), PACE, &stop).await.unwrap();
        for (counted, outcome) in counted.iter().zip(&outcomes) {
            assert_eq!(Outcome { used: outcome.used, ..*counted }, *outcome, "the task's own ending, hash and length");
        }
    }
}
