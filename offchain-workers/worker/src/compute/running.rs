//! Runs a chunk and stores what came of it.

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use codec::Encode;
use idlewild_chain_client::coins::show_coins;
use idlewild_client::{
    bundle::{self, source},
    market::Wish,
    put::Source,
    seal::{of_output, seal, SealError},
    BundleError, PutId, PutOptions, Session,
};
use idlewild_compute::{
    chunk::{ChunkRun, Step},
    comparator::{Pace as Comparing, MEMORY_MIB},
    executor::ExecutorError,
};
use idlewild_compute_primitives::{
    commitment::Finding,
    outcome::{self, Outcome},
    project::ProjectSpec,
    resources::Resources,
    task::{LOGS, OUTCOMES, OUTPUTS},
    ChunkIndex,
};
use idlewild_storage_primitives::geometry::MAX_SEGMENT_BYTES;
use tokio_util::sync::CancellationToken;

use super::{
    gather::{GatherError, Gathered, Work},
    journal::{Journal, JournalError, Record},
    progress::{Doing, Pace},
};

/// Why a chunk was not run to its end. It can be gone on with.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// What it needs.
    #[error(transparent)]
    Gather(#[from] GatherError),
    /// What runs it.
    #[error(transparent)]
    Executor(#[from] ExecutorError),
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// Its output could not be stored.
    #[error("what the tasks wrote could not be stored: {0}")]
    Store(#[from] BundleError),
    /// The requester's key.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// A file of this machine.
    #[error("{path}: {source}")]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
}

impl RunError {
    /// Whether trying again on this machine would end alike.
    pub fn is_lasting(&self) -> bool {
        match self {
            Self::Gather(error) => is_lasting(error),
            Self::Executor(error) => is_fault(error),
            Self::Seal(_) => true,
            Self::Journal(_) | Self::Store(_) | Self::File { .. } => false,
        }
    }

    /// Whether nothing is wrong: it was told to stop.
    pub fn is_stop(&self) -> bool {
        matches!(self, Self::Executor(ExecutorError::Stopped) | Self::Gather(GatherError::Executor(ExecutorError::Stopped)))
    }
}

/// Whether what a chunk needs will not be here at another time either.
pub fn is_lasting(error: &GatherError) -> bool {
    match error {
        GatherError::Executor(error) => is_fault(error),
        GatherError::OtherTasks(_) | GatherError::OtherProgram | GatherError::BadKey(_) => true,
        // What is not to be had now may come.
        _ => false,
    }
}

fn is_fault(error: &ExecutorError) -> bool {
    matches!(error, ExecutorError::Insufficient { .. } | ExecutorError::Unenforceable { .. } | ExecutorError::WrongDigest)
}

/// Runs the tasks of a chunk. What has ended before a kill is not run again.
pub async fn outcomes(
    gathered: &Gathered,
    chunk: ChunkIndex,
    folder: &Path,
    told: impl Fn(Step) + Send + Sync,
    stop: &CancellationToken,
) -> Result<Vec<Outcome>, RunError> {
    let work = gathered.chunk(chunk, folder).await?;
    run_tasks(gathered, &work, folder, told, stop).await
}

/// The same, with what they need fetched already.
pub async fn run_tasks(
    gathered: &Gathered,
    work: &Work,
    folder: &Path,
    told: impl Fn(Step) + Send + Sync,
    stop: &CancellationToken,
) -> Result<Vec<Outcome>, RunError> {
    let spec = &gathered.spec;
    let at_once = (spec.resources.cpu_milli / 1_000).max(1);
    let share = |amount: u32| amount / at_once;
    let Resources { cpu_milli, ram_mib, disk_mib, up_kbps, down_kbps, .. } = spec.resources;
    let resources = Resources {
        cpu_milli: share(cpu_milli),
        ram_mib: share(ram_mib),
        disk_mib: share(disk_mib),
        up_kbps: share(up_kbps),
        down_kbps: share(down_kbps),
        ..spec.resources
    };
    let run = ChunkRun {
        tasks: work.tasks.clone(),
        inputs: work.inputs.clone(),
        limits: spec.limits,
        resources,
        at_once: at_once as usize,
        folder: folder.to_owned(),
    };
    let outcomes = run.run(&gathered.program, told, stop).await?;
    let Some(comparator) = &gathered.comparator else { return Ok(outcomes) };
    // As many as tasks, as far as there is the chunk's memory for them, and each for no longer than a task.
    let at_once = at_once.min((ram_mib / MEMORY_MIB).max(1)) as usize;
    let pace = Comparing { time_ms: spec.limits.time_ms, at_once };
    Ok(comparator.all(&outcomes, &folder.join("out"), folder, pace, stop).await?)
}

/// The root of a chunk's outcomes, as its class has it.
pub fn root(spec: &ProjectSpec, outcomes: &[Outcome]) -> [u8; 32] {
    outcome::root(outcomes, spec.program.class.is_slashable())
}

/// Where and for how long outputs are stored.
#[derive(Clone, Copy, Debug)]
pub struct Storing {
    /// What is asked of their deals.
    pub wish: Wish,
    /// The most that they may cost.
    pub most: u128,
}

impl Storing {
    /// What it will cost to store the output of a chunk, as the market is now: what is paid, without bounties, which come back. `None`
    /// where nobody can take it, or only for more than it may cost.
    pub async fn cost(&self, session: &Session) -> Option<u128> {
        match session.offer_for_output(&self.wish).await {
            Ok(offer) if offer.total() <= self.most => Some(offer.pay),
            Ok(offer) => {
                let (needed, most) = (show_coins(offer.total()), show_coins(self.most));
                tracing::warn!("outputs cannot be stored: that takes {needed}, and compute.outputs.most is {most}");
                None
            },
            Err(error) => {
                tracing::warn!(%error, "outputs cannot be stored at the moment");
                None
            },
        }
    }
}

/// A chunk on its way to a finding.
pub struct Finder<'a> {
    /// Where outputs are stored by.
    pub session: &'a Arc<Session>,
    /// Where the finding is kept.
    pub journal: &'a Journal,
    /// Its project.
    pub gathered: &'a Gathered,
    /// Its place.
    pub chunk: ChunkIndex,
    /// Where it is worked on.
    pub folder: &'a Path,
    /// How its output is stored.
    pub storing: &'a Storing,
    /// Who is told how far it is.
    pub pace: &'a Pace,
}

impl Finder<'_> {
    /// Runs the chunk until `pause`, stores what came of it until `stop`, and keeps the finding. The same again after either, or after a
    /// kill, goes on where it was. `work` is what its tasks need, kept for the next time.
    pub async fn find(
        &self,
        work: &mut Option<Work>,
        ran: impl Fn() + Send + Sync,
        pause: &CancellationToken,
        stop: &CancellationToken,
    ) -> Result<Record, RunError> {
        let Self { journal, gathered, chunk, folder, pace, .. } = *self;
        let record = journal.begin(gathered.project, chunk)?;
        if record.finding.is_some() {
            return Ok(record);
        }
        pace.note(Doing::Fetching);
        let work = match work {
            Some(work) => work,
            None => {
                let fetched = tokio::select! {
                    () = pause.cancelled() => return Err(ExecutorError::Stopped.into()),
                    fetched = gathered.chunk(chunk, folder) => fetched?,
                };
                work.insert(fetched)
            },
        };
        pace.begin(u32::try_from(work.tasks.len()).unwrap_or(u32::MAX));
        let told = |step: Step| {
            pace.ended(step.resumed);
            if !step.resumed {
                ran();
            }
            let (project, task, ending) = (gathered.project, step.index, step.outcome.ending);
            tracing::debug!(project, chunk, task, ?ending, resumed = step.resumed, "a task ended");
        };
        let outcomes = run_tasks(gathered, work, folder, told, pause).await?;
        pace.note(Doing::Storing);
        self.store(record, &outcomes, stop).await
    }

    async fn store(&self, record: Record, outcomes: &[Outcome], stop: &CancellationToken) -> Result<Record, RunError> {
        let Self { session, journal, gathered, chunk, folder, storing, .. } = *self;
        let sources = outputs(folder, outcomes)?;
        let id = PutId::from_bytes(record.put);
        let options = PutOptions { wish: storing.wish, segment_bytes: MAX_SEGMENT_BYTES, id, again: true };
        let put = session.put_bundle(sources, record.key, &options, storing.most, Arc::new(|_| {}));
        let (stored, report) = tokio::select! {
            () = stop.cancelled() => return Err(ExecutorError::Stopped.into()),
            put = put => put?,
        };
        if !report.open.is_empty() {
            session.fill_all(report.open, &storing.wish, &(Arc::new(|_| {}) as idlewild_client::put::Told)).await;
        }
        let purpose = of_output(gathered.project, chunk, &session.account());
        let finding = Finding {
            root: root(&gathered.spec, outcomes),
            used: outcome::used(outcomes),
            output: stored.root,
            key: seal(&record.key, &gathered.spec.reply_to, &purpose)?,
        };
        let record = Record { finding: Some(finding), ..record };
        journal.keep(&record)?;
        Ok(record)
    }
}

/// The files of an output bundle: what became of the tasks, what they wrote, and their logs.
fn outputs(folder: &Path, outcomes: &[Outcome]) -> Result<Vec<Source>, RunError> {
    let disk = |path: &Path| {
        let path = path.to_owned();
        move |source| RunError::File { path, source }
    };
    let list = folder.join(OUTCOMES);
    std::fs::write(&list, outcomes.encode()).map_err(disk(&list))?;
    let mut sources = vec![source(&list, OUTCOMES).map_err(disk(&list))?];
    for index in 0..outcomes.len() {
        for (room, name) in [("out", OUTPUTS), ("log", LOGS)] {
            let path = folder.join(room).join(index.to_string());
            match bundle::source(&path, &format!("{name}/{index}")) {
                Ok(found) if found.meta.size > 0 => sources.push(found),
                Ok(_) => {},
                // Of a log of nothing there is no file.
                Err(error) if room == "log" && error.kind() == io::ErrorKind::NotFound => {},
                Err(error) => return Err(disk(&path)(error)),
            }
        }
    }
    Ok(sources)
}
