//! All tasks of a chunk, several at a time, to be gone on with after a kill.
//!
//! ```text
//! FOLDER/out/INDEX     what a task wrote
//! FOLDER/log/INDEX     the end of its log
//! FOLDER/done/INDEX    what became of it: written last, so that whatever has one need not run again
//! ```

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
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

use crate::executor::{ExecutorError, Prepared, Ran, Run};

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
        for room in ["out", "log", "done"] {
            let path = self.folder.join(room);
            fs::create_dir_all(&path).map_err(|source| ExecutorError::File { path, source })?;
        }
        let told = &told;
        let runs = (0..self.tasks.len()).map(|index| async move {
            let (outcome, resumed) = match self.done(index).await {
                Some(outcome) => (outcome, true),
                None => (self.run_one(index, program, stop).await?, false),
            };
            told(Step { index, outcome, resumed });
            Ok::<_, ExecutorError>(outcome)
        });
        stream::iter(runs).buffered(self.at_once.max(1)).try_collect().await
    }

    fn path(&self, room: &str, index: usize) -> PathBuf {
        self.folder.join(room).join(index.to_string())
    }

    /// What became of a task before a kill, where its output is still what it says.
    async fn done(&self, index: usize) -> Option<Outcome> {
        let bytes = fs::read(self.path("done", index)).ok()?;
        let outcome = Outcome::decode(&mut bytes.as_slice()).ok()?;
        let output = self.path("out", index);
        let hash = tokio::task::spawn_blocking(move || hash_of(&output)).await.ok()?.ok()?;
        (hash == (outcome.output, outcome.length)).then_some(outcome)
    }

    async fn run_one(
        &self,
        index: usize,
        program: &Arc<dyn Prepared>,
        stop: &CancellationToken,
    ) -> Result<Outcome, ExecutorError> {
        let Some(task) = self.tasks.get(index) else { return Err(ExecutorError::Engine("there is no such task".into())) };
        let output = self.path("out", index);
        let disk = |path: &Path| {
            let path = path.to_owned();
            move |source: io::Error| ExecutorError::File { path, source }
        };
        let input = match &task.input {
            None => None,
            Some(path) => match self.inputs.get(path) {
                Some(file) => Some(file.clone()),
                // The bundle has no such file, whoever looks: the requester's own mistake, and the same everywhere.
                None => return self.unusable(index, &format!("the input bundle has no file \"{path}\"")),
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
        let written = output.clone();
        let synced = tokio::task::spawn_blocking(move || fs::File::open(&written)?.sync_all());
        synced.await.map_err(|error| ExecutorError::Engine(error.to_string()))?.map_err(disk(&output))?;
        self.note(index, &outcome, &log)?;
        Ok(outcome)
    }

    fn unusable(&self, index: usize, reason: &str) -> Result<Outcome, ExecutorError> {
        let output = self.path("out", index);
        fs::write(&output, b"").map_err(|source| ExecutorError::File { path: output, source })?;
        let outcome = Outcome { ending: Ending::Unusable, output: *blake3::hash(b"").as_bytes(), length: 0, used: 0 };
        self.note(index, &outcome, reason.as_bytes())?;
        Ok(outcome)
    }

    fn note(&self, index: usize, outcome: &Outcome, log: &[u8]) -> Result<(), ExecutorError> {
        for (room, bytes) in [("log", log), ("done", outcome.encode().as_slice())] {
            let path = self.path(room, index);
            let written = whole_file::replace(&path, bytes, whole_file::OPEN);
            written.map_err(|error| ExecutorError::File { path, source: error.into() })?;
        }
        Ok(())
    }
}

fn hash_of(path: &Path) -> io::Result<([u8; 32], u64)> {
    let mut hasher = blake3::Hasher::new();
    let length = io::copy(&mut fs::File::open(path)?, &mut hasher)?;
    Ok((*hasher.finalize().as_bytes(), length))
}

#[cfg(test)]
mod tests {
    use std::sync::{
        atomic::{AtomicUsize, Ordering},
        Mutex,
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
