//! All tasks of a chunk, several at a time, to be gone on with after a kill.
//!
//! ```text
//! FOLDER/out/INDEX     what a task wrote
//! FOLDER/log/INDEX     the end of its log
//! FOLDER/ended         what became of those that have ended, one record after the other: who has one need not run again
//! ```
//!
//! A kill takes nothing of that away. A power cut may take what was worked on for [`SYNC`] before it, so that many short tasks do not wait
//! for the disk one by one: a record or an output that is not whole then is found out, and its task is run again.

use std::{
    collections::HashMap,
    fs::{self, File},
    io::{self, Write},
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use codec::{Decode, Encode};
use futures::{stream, StreamExt, TryStreamExt};
use idlewild_compute_primitives::{
    outcome::{Ending, Outcome},
    project::Limits,
    resources::Resources,
    task::Task,
};
use idlewild_files::whole_file;
use tokio_util::sync::CancellationToken;

use crate::{
    executor::{ExecutorError, Prepared, Ran, Run},
    output::hash_of,
};

/// After so long at most what ended is written to the disk, before anything else ends.
const SYNC: Duration = Duration::from_secs(1);

/// What a chunk is run with.
pub struct ChunkRun {
    /// Its tasks.
    pub tasks: Vec<Task>,
    /// The files that they read, by their paths in the input bundle.
    pub inputs: HashMap<String, PathBuf>,
    /// What each task may take.
    pub limits: Limits,
    /// What one task gets of the machine.
    pub resources: Resources,
    /// Tasks that run at a time.
    pub at_once: usize,
    /// Where results go.
    pub folder: PathBuf,
}

/// A task that ended.
#[derive(Clone, Copy, Debug)]
pub struct Step {
    /// Its place in the chunk.
    pub index: usize,
    /// What became of it.
    pub outcome: Outcome,
    /// Whether it had ended before a kill.
    pub resumed: bool,
}

impl ChunkRun {
    /// Runs what has not been run yet, and tells what became of each task, in their order.
    ///
    /// Where this machine fails, or `stop` comes, what has ended stays: the same again goes on from there.
    pub async fn run(
        &self,
        program: &Arc<dyn Prepared>,
        told: impl Fn(Step) + Send + Sync,
        stop: &CancellationToken,
    ) -> Result<Vec<Outcome>, ExecutorError> {
        for room in ["out", "log"] {
            let path = self.folder.join(room);
            fs::create_dir_all(&path).map_err(|source| ExecutorError::File { path, source })?;
        }
        let (book, before) = Book::open(self.folder.join("ended"))?;
        let (told, book, before) = (&told, &book, &before);
        let runs = (0..self.tasks.len()).map(|index| async move {
            let (outcome, resumed) = match self.done(index, before).await {
                Some(outcome) => (outcome, true),
                None => (self.run_one(index, program, book, stop).await?, false),
            };
            told(Step { index, outcome, resumed });
            Ok::<_, ExecutorError>(outcome)
        });
        let ended = stream::iter(runs).buffered(self.at_once.max(1)).try_collect().await;
        book.sync_if_due().await?;
        ended
    }

    fn path(&self, room: &str, index: usize) -> PathBuf {
        self.folder.join(room).join(index.to_string())
    }

    /// What became of a task before a kill, where its output is still what it says.
    async fn done(&self, index: usize, before: &HashMap<usize, Outcome>) -> Option<Outcome> {
        let outcome = *before.get(&index)?;
        let output = self.path("out", index);
        let hash = hash_of(&output).await.ok()?;
        (hash == (outcome.output, outcome.length)).then_some(outcome)
    }

    async fn run_one(
        &self,
        index: usize,
        program: &Arc<dyn Prepared>,
        book: &Book,
        stop: &CancellationToken,
    ) -> Result<Outcome, ExecutorError> {
        let Some(task) = self.tasks.get(index) else { return Err(ExecutorError::Engine("there is no such task".into())) };
        let output = self.path("out", index);
        let input = match &task.input {
            None => None,
            Some(path) => match self.inputs.get(path) {
                Some(file) => Some(file.clone()),
                // The bundle has no such file, whoever looks: the requester's own mistake, and the same everywhere.
                None => return self.unusable(index, book, &format!("the input bundle has no file \"{path}\"")).await,
            },
        };
        let run = Run {
            arguments: task.arguments.clone(),
            input,
            output: output.clone(),
            limits: self.limits,
            resources: self.resources,
        };
        let Ran { ending, length, output: hash, used, log, .. } = program.run(run, stop).await?;
        let outcome = Outcome { ending, output: hash, length, used };
        self.note(index, &outcome, &log, book).await?;
        Ok(outcome)
    }

    async fn unusable(&self, index: usize, book: &Book, reason: &str) -> Result<Outcome, ExecutorError> {
        let output = self.path("out", index);
        fs::write(&output, b"").map_err(|source| ExecutorError::File { path: output, source })?;
        let outcome = Outcome { ending: Ending::Unusable, output: *blake3::hash(b"").as_bytes(), length: 0, used: 0 };
        self.note(index, &outcome, reason.as_bytes(), book).await?;
        Ok(outcome)
    }

    /// Keeps a task's log, and then what became of it.
    async fn note(&self, index: usize, outcome: &Outcome, log: &[u8], book: &Book) -> Result<(), ExecutorError> {
        let path = self.path("log", index);
        let written = match log {
            // Where there is nothing to say there is no file: making one takes longer than the shortest of tasks.
            [] => fs::remove_file(&path)
                .or_else(|error| if error.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(error) }),
            log => fs::write(&path, log),
        };
        written.map_err(|source| ExecutorError::File { path: path.clone(), source })?;
        let mut files = Vec::new();
        // An output of nothing is not worth waiting for: where it is lost, its task is run again.
        if outcome.length > 0 {
            files.push(self.path("out", index));
        }
        if !log.is_empty() {
            files.push(path);
        }
        book.note(index, outcome, files)?;
        book.sync_if_due().await
    }
}

/// What is kept of those that have ended.
struct Book {
    path: PathBuf,
    pages: Arc<Mutex<Pages>>,
}

struct Pages {
    file: File,
    /// Outputs and logs that may not be on the disk yet.
    files: Vec<PathBuf>,
    /// When all of it was.
    synced: Instant,
}

/// A task's place, what became of it, and the beginning of the hash of both: a record that was cut off is none.
type Entry = (u64, Outcome, [u8; 8]);

fn mark(index: u64, outcome: &Outcome) -> [u8; 8] {
    blake3::hash(&(index, outcome).encode()).as_bytes().first_chunk().copied().unwrap_or_default()
}

impl Book {
    /// Opens it, and reads what it says as far as that is whole.
    fn open(path: PathBuf) -> Result<(Self, HashMap<usize, Outcome>), ExecutorError> {
        let opened = || {
            let mut before = HashMap::new();
            let bytes = match fs::read(&path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
                read => read?,
            };
            let (mut rest, mut whole) = (bytes.as_slice(), 0);
            while let Ok((index, outcome, check)) = Entry::decode(&mut rest) {
                if mark(index, &outcome) != check {
                    break;
                }
                before.insert(usize::try_from(index).unwrap_or(usize::MAX), outcome);
                whole = bytes.len() - rest.len();
            }
            let file = File::options().create(true).append(true).open(&path)?;
            // What comes next must not follow something that cannot be read.
            file.set_len(whole as u64)?;
            whole_file::sync_name(&path)?;
            Ok((file, before))
        };
        let (file, before) = opened().map_err(|source| ExecutorError::File { path: path.clone(), source })?;
        let pages = Pages { file, files: Vec::new(), synced: Instant::now() };
        Ok((Self { path, pages: Arc::new(Mutex::new(pages)) }, before))
    }

    /// Adds a record of a task that wrote these files.
    fn note(&self, index: usize, outcome: &Outcome, files: Vec<PathBuf>) -> Result<(), ExecutorError> {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        let index = index as u64;
        let entry: Entry = (index, *outcome, mark(index, outcome));
        let written = pages.file.write_all(&entry.encode());
        written.map_err(|source| ExecutorError::File { path: self.path.clone(), source })?;
        pages.files.extend(files);
        Ok(())
    }

    /// Waits until all of it is on the disk, if it is time for that.
    async fn sync_if_due(&self) -> Result<(), ExecutorError> {
        if self.pages.lock().unwrap_or_else(PoisonError::into_inner).synced.elapsed() < SYNC {
            return Ok(());
        }
        let (pages, path) = (self.pages.clone(), self.path.clone());
        let synced = tokio::task::spawn_blocking(move || {
            // Tasks that end meanwhile need not wait.
            let (files, book) = {
                let mut pages = pages.lock().unwrap_or_else(PoisonError::into_inner);
                pages.synced = Instant::now();
                (std::mem::take(&mut pages.files), pages.file.try_clone())
            };
            for path in files {
                let synced = File::open(&path).and_then(|file| file.sync_all());
                synced.map_err(|source| ExecutorError::File { path, source })?;
            }
            book.and_then(|book| book.sync_all()).map_err(|source| ExecutorError::File { path, source })
        });
        synced.await.map_err(|error| ExecutorError::Engine(error.to_string()))?
    }
}

#[cfg(test)]
mod tests {
    use std::{
        path::Path,
        sync::{
            atomic::{AtomicUsize, Ordering},
            Mutex,
        },
    };

    use async_trait::async_trait;

    use super::*;

    /// A program that writes its first argument, and counts its runs.
    #[derive(Default)]
    struct Echo {
        runs: AtomicUsize,
        most: AtomicUsize,
        now: AtomicUsize,
        fails: Mutex<Option<String>>,
    }

    #[async_trait]
    impl Prepared for Echo {
        async fn run(&self, run: Run, _: &CancellationToken) -> Result<Ran, ExecutorError> {
            let argument = run.arguments.first().cloned().unwrap_or_default();
            if self.fails.lock().unwrap().as_ref() == Some(&argument) {
                return Err(ExecutorError::Engine("away".into()));
            }
            self.runs.fetch_add(1, Ordering::SeqCst);
            self.most.fetch_max(self.now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            let content = match run.input {
                Some(file) => fs::read(file).unwrap(),
                None => argument.clone().into_bytes(),
            };
            fs::write(&run.output, &content).unwrap();
            self.now.fetch_sub(1, Ordering::SeqCst);
            let output = *blake3::hash(&content).as_bytes();
            let took = std::time::Duration::ZERO;
            let ending = Ending::Exited { code: 0 };
            Ok(Ran { ending, length: content.len() as u64, output, used: 5, took, log: argument.into_bytes() })
        }
    }

    fn chunk(folder: &Path, count: usize) -> ChunkRun {
        let task = |number: usize| Task { arguments: vec![format!("task {number}")], input: None };
        ChunkRun {
            tasks: (0..count).map(task).collect(),
            inputs: HashMap::new(),
            limits: Limits::default(),
            resources: Resources::default(),
            at_once: 3,
            folder: folder.to_owned(),
        }
    }

    #[tokio::test]
    async fn what_has_ended_is_not_run_again_unless_it_was_damaged() {
        let folder = tempfile::tempdir().unwrap();
        let chunk = chunk(folder.path(), 8);
        let echo = Arc::new(Echo::default());
        let program: Arc<dyn Prepared> = echo.clone();
        let stop = CancellationToken::new();
        *echo.fails.lock().unwrap() = Some("task 6".into());
        assert!(matches!(chunk.run(&program, |_| {}, &stop).await, Err(ExecutorError::Engine(_))));
        let before = echo.runs.load(Ordering::SeqCst);
        assert!(before >= 4, "those before it ended");
        *echo.fails.lock().unwrap() = None;
        fs::write(folder.path().join("out/2"), b"damaged").unwrap();
        let resumed = AtomicUsize::new(0);
        let told = |step: Step| {
            resumed.fetch_add(usize::from(step.resumed), Ordering::SeqCst);
        };
        let outcomes = chunk.run(&program, told, &stop).await.unwrap();
        assert_eq!(outcomes.len(), 8);
        for (index, outcome) in outcomes.iter().enumerate() {
            assert_eq!(outcome.output, *blake3::hash(format!("task {index}").as_bytes()).as_bytes());
        }
        assert_eq!(resumed.load(Ordering::SeqCst), 8 - (echo.runs.load(Ordering::SeqCst) - before));
        assert!(resumed.load(Ordering::SeqCst) >= 3 && echo.most.load(Ordering::SeqCst) <= 3);
        assert_eq!(fs::read(folder.path().join("log/7")).unwrap(), b"task 7");
    }

    #[tokio::test]
    async fn a_record_that_was_cut_off_is_none_and_what_follows_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let chunk = chunk(folder.path(), 5);
        let echo = Arc::new(Echo::default());
        let program: Arc<dyn Prepared> = echo.clone();
        let stop = CancellationToken::new();
        let first = chunk.run(&program, |_| {}, &stop).await.unwrap();
        let ended = folder.path().join("ended");
        let whole = fs::read(&ended).unwrap();
        // Every end that a power cut may leave it, and bytes that were never written.
        let record = whole.len() / 5;
        let mut runs = 5;
        for (kept, zeros) in [(whole.len() - 1, 0), (whole.len() - record, 3), (record * 2 + 7, 40), (0, 100), (0, 0)] {
            let mut bytes = whole[..kept].to_vec();
            bytes.extend(vec![0; zeros]);
            fs::write(&ended, bytes).unwrap();
            for lost in [5 - kept / record, 0] {
                runs += lost;
                assert_eq!(chunk.run(&program, |_| {}, &stop).await.unwrap(), first);
                assert_eq!(echo.runs.load(Ordering::SeqCst), runs, "{kept} bytes and {zeros} zeros");
            }
        }
        assert_eq!(fs::read(&ended).unwrap().len(), whole.len());
    }

    #[tokio::test]
    async fn a_task_reads_its_file_and_one_without_it_is_unusable_everywhere() {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("input");
        fs::write(&input, b"content").unwrap();
        let mut chunk = chunk(folder.path(), 2);
        chunk.inputs.insert("in/a".into(), input);
        chunk.tasks[0].input = Some("in/a".into());
        chunk.tasks[1].input = Some("in/b".into());
        let program: Arc<dyn Prepared> = Arc::new(Echo::default());
        let outcomes = chunk.run(&program, |_| {}, &CancellationToken::new()).await.unwrap();
        assert_eq!(outcomes[0].output, *blake3::hash(b"content").as_bytes());
        assert_eq!((outcomes[1].ending, outcomes[1].used), (Ending::Unusable, 0));
        assert!(String::from_utf8(fs::read(folder.path().join("log/1")).unwrap()).unwrap().contains("in/b"));
    }
}
