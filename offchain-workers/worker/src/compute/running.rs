//! Runs a chunk and stores what came of it.

use std::{
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
use idlewild_storage::packer::ObjectMeta;
use idlewild_storage_primitives::geometry::MAX_SEGMENT_BYTES;
use tokio_util::sync::CancellationToken;

use super::{
    gather::{GatherError, Gathered},
    journal::{Journal, JournalError, Record},
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

/// Runs the tasks of a chunk. What has ended before a kill is not run again.
pub async fn outcomes(
    gathered: &Gathered,
    chunk: ChunkIndex,
    folder: &Path,
    told: impl Fn(Step) + Send + Sync,
    stop: &CancellationToken,
) -> Result<Vec<Outcome>, RunError> {
    let work = gathered.chunk(chunk, folder).await?;
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
        tasks: work.tasks,
        inputs: work.inputs,
        limits: spec.limits,
        resources,
        at_once: at_once as usize,
        folder: folder.to_owned(),
    };
    Ok(run.run(&gathered.program, told, stop).await?)
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

/// Bytes that the output of a chunk is taken to have before it is known.
const EXPECTED: u64 = 256 << 10;

impl Storing {
    /// What it will cost to store the output of a chunk, as the market is now: what is paid, without bounties, which come back. `None`
    /// where nobody can take it, or only for more than it may cost.
    pub async fn cost(&self, session: &Session) -> Option<u128> {
        let meta = ObjectMeta { path: OUTPUTS.to_owned(), size: EXPECTED, modified: 0 };
        let sources = [Source { file: PathBuf::new(), meta }];
        let options = PutOptions { wish: self.wish, segment_bytes: MAX_SEGMENT_BYTES, id: PutId::random(), again: false };
        match session.offer(&sources, &options).await {
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

/// Runs a chunk, stores what came of it, and keeps the finding. The same again after a kill comes to the same.
#[allow(clippy::too_many_arguments)]
pub async fn find(
    session: &Arc<Session>,
    journal: &Journal,
    gathered: &Gathered,
    chunk: ChunkIndex,
    folder: &Path,
    storing: &Storing,
    told: impl Fn(Step) + Send + Sync,
    stop: &CancellationToken,
) -> Result<Record, RunError> {
    let record = journal.begin(gathered.project, chunk)?;
    if record.finding.is_some() {
        return Ok(record);
    }
    let outcomes = outcomes(gathered, chunk, folder, told, stop).await?;
    let sources = outputs(folder, &outcomes)?;
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
        root: root(&gathered.spec, &outcomes),
        used: outcome::used(&outcomes),
        output: stored.root,
        key: seal(&record.key, &gathered.spec.reply_to, &purpose)?,
    };
    let record = Record { finding: Some(finding), ..record };
    journal.keep(&record)?;
    Ok(record)
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
            let found = bundle::source(&path, &format!("{name}/{index}")).map_err(disk(&path))?;
            if found.meta.size > 0 {
                sources.push(found);
            }
        }
    }
    Ok(sources)
}
