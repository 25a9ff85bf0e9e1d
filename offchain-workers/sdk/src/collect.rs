//! What came of a project, checked against the chain.

use std::{
    collections::BTreeMap,
    io,
    ops::Range,
    path::{Path, PathBuf},
};

use codec::DecodeAll;
use futures::{stream, StreamExt};
use idlewild_chain_client::ReadError;
use idlewild_client::{
    bundle::{Bundle, BundleError, OpenBundle},
    seal::{of_output, Receiver, SealError},
};
use idlewild_compute_primitives::{
    chunk::{tasks_of, Replica, Stage},
    outcome::{self, Ending, Outcome},
    task::{LOGS, OUTCOMES, OUTPUTS},
    view::{ChunkView, ProjectView},
    ChunkIndex, Digest, ProjectId,
};
use serde::Serialize;
use tokio::io::AsyncWriteExt;

use crate::{
    checking::{CheckError, Checker},
    watch::{Progress, WatchError},
    Sdk,
};

/// Most bytes of a chunk's outcomes, and of a task's log.
const MAX_OUTCOMES: u64 = 1 << 20;
/// Chunks that are fetched side by side.
const AT_ONCE: usize = 4;
/// Blocks in which the output of a chunk is tried in vain before it is given up.
const TRIES: u32 = 8;

/// Why results are not here.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The chain.
    #[error(transparent)]
    Watch(#[from] WatchError),
    /// The chain could not be asked.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// Where they are to go.
    #[error("{path}: {source}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// No replica's output of a chunk can be read.
    #[error("the output of chunk {chunk} cannot be read: {reason}")]
    Unreadable {
        /// The chunk.
        chunk: ChunkIndex,
        /// What was wrong with each replica's.
        reason: String,
    },
    /// There is no such task.
    #[error("project {project} has tasks 0 to {last}")]
    NoSuchTask {
        /// The project.
        project: ProjectId,
        /// Its last task.
        last: u64,
    },
    /// A log.
    #[error("the log of task {task} cannot be read: {source}")]
    Log {
        /// Which task.
        task: u64,
        /// Why.
        source: BundleError,
    },
}

/// Why one replica's output is of no use.
#[derive(Debug, thiserror::Error)]
enum Useless {
    #[error(transparent)]
    Seal(#[from] SealError),
    #[error(transparent)]
    Bundle(#[from] BundleError),
    #[error("what it stored is not what it revealed")]
    Other,
    #[error("it stored {size} bytes for a task, which may write {most}")]
    TooLong { size: u64, most: u64 },
    #[error("its provider is gone from the chain")]
    Gone,
    #[error("{0}")]
    File(#[from] io::Error),
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Check(CheckError),
}

impl From<CheckError> for Useless {
    fn from(error: CheckError) -> Self {
        match error {
            CheckError::File(source) => Self::File(source),
            error => Self::Check(error),
        }
    }
}

/// A task's result on this machine.
#[derive(Clone, Debug, Serialize)]
pub struct Collected {
    /// The task.
    pub task: u64,
    /// What became of it, with the hash and the length of what is in the file.
    pub outcome: Outcome,
    /// The file with what it wrote.
    pub file: PathBuf,
    /// The deal that it is in.
    pub object: u64,
}

/// How a task ended, in words for who asked for it, with what would help.
pub fn in_words(ending: &Ending) -> String {
    match ending {
        Ending::Exited { code: 0 } => "ended well".into(),
        Ending::Exited { code } => format!("ended with code {code}"),
        Ending::Trapped => "did what no program may, and was ended: its log says what".into(),
        Ending::OutOfFuel => "had used all of its fuel before it ended: give it more".into(),
        Ending::OutOfTime => "ran for as long as it may and had not ended: give it more time".into(),
        Ending::OutOfMemory => "wanted more memory than it may have: give it more".into(),
        Ending::TooMuchOutput => "wrote more than it may: its limit on output is too low".into(),
        Ending::Unusable => "never began: its input, or the program itself, cannot be used".into(),
    }
}

/// The results of a chunk, in the storage network.
pub struct Results {
    tasks: Range<u64>,
    outcomes: Vec<Outcome>,
    bundle: OpenBundle,
    /// The deal that they are in.
    pub object: u64,
}

impl Results {
    /// What became of each task.
    pub fn outcomes(&self) -> impl Iterator<Item = (u64, &Outcome)> {
        self.tasks.clone().zip(&self.outcomes)
    }

    /// The end of a task's log; `None` where it wrote none.
    pub async fn log(&self, task: u64) -> Result<Option<Vec<u8>>, BundleError> {
        let path = format!("{LOGS}/{}", task.saturating_sub(self.tasks.start));
        if self.bundle.file(&path).is_err() {
            return Ok(None);
        }
        Ok(Some(self.bundle.read(&path, MAX_OUTCOMES).await?))
    }

    /// Writes what each task wrote, and its log.
    async fn save(&self, folder: &Path, checker: &Checker<'_>) -> Result<Vec<Collected>, Useless> {
        let mut saved = Vec::with_capacity(self.outcomes.len());
        for (index, (task, outcome)) in self.outcomes().enumerate() {
            let file = folder.join(task.to_string());
            let outcome = fetch(&self.bundle, &format!("{OUTPUTS}/{index}"), outcome, &file, checker).await?;
            if let Some(log) = self.log(task).await? {
                tokio::fs::write(folder.join(format!("{task}.log")), log).await?;
            }
            saved.push(Collected { task, outcome, file, object: self.object });
        }
        Ok(saved)
    }
}

/// What happens while results are awaited.
#[derive(Clone, Debug)]
pub enum Event<'a> {
    /// The project is further than before.
    Progress(&'a Progress),
    /// A task's result is here.
    Task(&'a Collected),
    /// A chunk's results cannot be read now; that is tried again.
    Waits {
        /// The chunk.
        chunk: ChunkIndex,
        /// Why.
        reason: String,
    },
}

/// All that came of a project that is over.
#[derive(Clone, Debug)]
pub struct Everything {
    /// How it ended.
    pub progress: Progress,
    /// Results, in the order of the tasks.
    pub tasks: Vec<Collected>,
    /// Chunks whose results stand on chain and could not be read, and why.
    pub unreadable: BTreeMap<ChunkIndex, String>,
}

/// The result that stands for a chunk by now.
fn result_of(chunk: &ChunkView) -> Option<Digest> {
    match chunk.stage {
        Stage::Agreed { root, .. } | Stage::Final { root: Some(root) } => Some(root),
        _ => None,
    }
}

/// What was collected of a project's chunks.
#[derive(Default)]
struct Shelf {
    /// By chunk: the root that it is of, and the results.
    here: BTreeMap<ChunkIndex, (Digest, Vec<Collected>)>,
    /// How often a chunk was tried in vain, and why.
    failed: BTreeMap<ChunkIndex, (u32, String)>,
}

impl Shelf {
    /// Whether a chunk has a result that is not here and may still be had.
    fn lacks(&self, chunk: &ChunkView) -> bool {
        let is_here = |root| self.here.get(&chunk.index).is_some_and(|(of, _)| *of == root);
        let is_given_up = self.failed.get(&chunk.index).is_some_and(|(times, _)| *times >= TRIES);
        result_of(chunk).is_some_and(|root| !is_here(root)) && !is_given_up
    }
}

impl Sdk {
    /// Writes what each task wrote to a file of its number in `folder`, and the end of its log to `NUMBER.log`. What is not what stands
    /// on chain is never written. Chunks that are not agreed to yet are left out.
    pub async fn collect(
        &self,
        id: ProjectId,
        folder: &Path,
        told: impl Fn(&Collected),
    ) -> Result<Vec<Collected>, CollectError> {
        let project = self.project(id).await?;
        let checker = Checker::new(&self.session, &project.spec);
        make(folder).await?;
        let mut collected = Vec::new();
        for chunk in self.chunks(id).await? {
            let Some(root) = result_of(&chunk) else { continue };
            for result in self.collect_chunk(&project, &chunk, root, folder, &checker).await? {
                told(&result);
                collected.push(result);
            }
        }
        Ok(collected)
    }

    /// The same, until the project is over: the results of each chunk are fetched as soon as they are agreed to. What is here already, as
    /// of an earlier try, is not fetched again.
    pub async fn collect_all(
        &self,
        id: ProjectId,
        folder: &Path,
        told: impl Fn(Event<'_>),
    ) -> Result<Everything, CollectError> {
        let mut blocks = self.blocks().await?;
        make(folder).await?;
        let (mut shelf, mut last) = (Shelf::default(), None);
        let spec = self.project(id).await?.spec;
        let checker = Checker::new(&self.session, &spec);
        loop {
            let (project, chunks) = (self.project(id).await?, self.chunks(id).await?);
            let progress = Progress::of(&project, &chunks);
            if last != Some(progress) {
                told(Event::Progress(&progress));
                last = Some(progress);
            }
            self.fill(&mut shelf, &project, &chunks, (folder, &checker), &told).await?;
            if progress.is_over() && !chunks.iter().any(|chunk| shelf.lacks(chunk)) {
                let tasks = shelf.here.into_values().flat_map(|(_, tasks)| tasks).collect();
                let unreadable = shelf.failed.into_iter().map(|(chunk, (_, reason))| (chunk, reason)).collect();
                return Ok(Everything { progress, tasks, unreadable });
            }
            blocks.next().await.map_err(WatchError::Read)?;
        }
    }

    /// Fetches the results that are not here.
    async fn fill(
        &self,
        shelf: &mut Shelf,
        project: &ProjectView,
        chunks: &[ChunkView],
        (folder, checker): (&Path, &Checker<'_>),
        told: &impl Fn(Event<'_>),
    ) -> Result<(), CollectError> {
        let wanted: Vec<&ChunkView> = chunks.iter().filter(|chunk| shelf.lacks(chunk)).collect();
        let fetches = wanted.into_iter().filter_map(|chunk| {
            let root = result_of(chunk)?;
            Some(async move { (chunk.index, root, self.collect_chunk(project, chunk, root, folder, checker).await) })
        });
        let mut fetched = stream::iter(fetches).buffer_unordered(AT_ONCE);
        while let Some((chunk, root, results)) = fetched.next().await {
            match results {
                Ok(tasks) => {
                    tasks.iter().for_each(|task| told(Event::Task(task)));
                    shelf.failed.remove(&chunk);
                    shelf.here.insert(chunk, (root, tasks));
                },
                Err(CollectError::Unreadable { reason, .. }) => {
                    told(Event::Waits { chunk, reason: reason.clone() });
                    let (times, why) = shelf.failed.entry(chunk).or_default();
                    (*times, *why) = (times.saturating_add(1), reason);
                },
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// The results of a chunk that are agreed to, of the first replica whose output can be read; `None` where nothing is agreed to.
    pub async fn results(&self, project: &ProjectView, chunk: &ChunkView) -> Result<Option<Results>, CollectError> {
        let Some(root) = result_of(chunk) else { return Ok(None) };
        let mut reasons = Vec::new();
        for (replica, output, key) in candidates(chunk, root) {
            match self.open(project, chunk, replica.provider, output, key, root).await {
                Ok(results) => return Ok(Some(results)),
                Err(error) => reasons.push(format!("provider {}: {error}", replica.provider)),
            }
        }
        Err(unreadable(chunk, reasons))
    }

    async fn collect_chunk(
        &self,
        project: &ProjectView,
        chunk: &ChunkView,
        root: Digest,
        folder: &Path,
        checker: &Checker<'_>,
    ) -> Result<Vec<Collected>, CollectError> {
        let mut reasons = Vec::new();
        for (replica, output, key) in candidates(chunk, root) {
            let saved = match self.open(project, chunk, replica.provider, output, key, root).await {
                Ok(results) => results.save(folder, checker).await,
                Err(error) => Err(error),
            };
            match saved {
                Ok(results) => return Ok(results),
                // Of another replica it could be written neither.
                Err(Useless::File(source)) => return Err(CollectError::File { path: folder.to_owned(), source }),
                Err(error) => reasons.push(format!("provider {}: {error}", replica.provider)),
            }
        }
        Err(unreadable(chunk, reasons))
    }

    async fn open(
        &self,
        project: &ProjectView,
        chunk: &ChunkView,
        provider: u32,
        output: u64,
        key: &[u8; 80],
        root: Digest,
    ) -> Result<Results, Useless> {
        let operator = self.compute.provider(provider).await?.ok_or(Useless::Gone)?.operator;
        let key = Receiver::of(self.session.secret()).open(key, &of_output(project.id, chunk.index, &operator))?;
        let bundle = self.session.open_bundle(&Bundle { root: output, key: *key }).await?;
        let bytes = bundle.read(OUTCOMES, MAX_OUTCOMES).await?;
        let outcomes = Vec::<Outcome>::decode_all(&mut bytes.as_slice()).map_err(|_| Useless::Other)?;
        let tasks = tasks_of(chunk.index, project.spec.tasks, project.spec.per_chunk);
        let is_whole = outcomes.len() as u64 == tasks.end.saturating_sub(tasks.start);
        if !is_whole || outcome::root(&outcomes, project.spec.program.class.is_slashable()) != root {
            return Err(Useless::Other);
        }
        Ok(Results { tasks, outcomes, bundle, object: output })
    }
}

/// The replicas that found what stands, with where it is and its key.
fn candidates(chunk: &ChunkView, root: Digest) -> impl Iterator<Item = (&Replica, u64, &[u8; 80])> {
    let findings = chunk.replicas.iter().filter_map(|replica| Some((replica, replica.finding()?)));
    findings.filter(move |(_, finding)| finding.root == root).map(|(replica, finding)| (replica, finding.output, &finding.key))
}

fn unreadable(chunk: &ChunkView, mut reasons: Vec<String>) -> CollectError {
    if reasons.is_empty() {
        reasons.push("no replica's output is the one that stands on chain".into());
    }
    CollectError::Unreadable { chunk: chunk.index, reason: reasons.join("; ") }
}

async fn make(folder: &Path) -> Result<(), CollectError> {
    tokio::fs::create_dir_all(folder).await.map_err(|source| CollectError::File { path: folder.to_owned(), source })
}

/// Writes an output beside its file, and gives it its name once it is what was agreed to. Returns what became of its task, with the hash
/// and the length of what is in the file.
async fn fetch(
    bundle: &OpenBundle,
    path: &str,
    outcome: &Outcome,
    file: &Path,
    checker: &Checker<'_>,
) -> Result<Outcome, Useless> {
    match checker.check(outcome, file).await {
        Ok(Some(found)) => return Ok(found),
        // What is not here, or cannot be read, is fetched.
        Ok(None) | Err(CheckError::File(_)) => {},
        Err(error) => return Err(error.into()),
    }
    // What is empty is not stored.
    let size = bundle.file(path).map_or(0, |file| file.size);
    if size > checker.most() {
        return Err(Useless::TooLong { size, most: checker.most() });
    }
    // What counts of an output says nothing of how long it is.
    if checker.is_exact() && size != outcome.length {
        return Err(Useless::Other);
    }
    let part = file.with_extension("part");
    let mut output = tokio::fs::File::create(&part).await?;
    if size > 0 {
        bundle.copy(path, &mut output).await?;
    }
    output.flush().await?;
    output.sync_all().await?;
    let Some(found) = checker.check(outcome, &part).await? else {
        tokio::fs::remove_file(&part).await?;
        return Err(Useless::Other);
    };
    tokio::fs::rename(&part, file).await?;
    Ok(found)
}
