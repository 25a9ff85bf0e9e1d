//! The capacity role: idle space is filled with plots, and rounds are won with them.
//!
//! | module | concern |
//! | --- | --- |
//! | [`folder`] | a folder of plots: what is there, what comes next, what goes first |
//! | [`keeper`] | the thread that plots, and gives way to paid data |
//! | [`disk`] | the best answer of a folder's plots, made again before it is believed |
//! | [`hunt`] | a round that is being answered: when to claim, and when not |
//! | [`rounds`] | following the chain's rounds, and claiming |
//! | [`bond`] | what stands for claims |
//! | [`progress`] | what is told of it all |

pub mod bond;
pub mod disk;
pub mod folder;
pub mod hunt;
pub mod keeper;
pub mod progress;
pub mod rounds;

use std::{io, num::NonZeroUsize, path::PathBuf, sync::Arc, thread, time::Duration};

use idlewild_capacity::{Effort, Kernel};
use idlewild_capacity_primitives::format::payload;
use idlewild_chain_client::{AccountId32, CapacityClient, Submitter};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{config::Capacity, sharing::Sharing};
use disk::{Answers, Disk};
use folder::PlotFolder;
use keeper::{Keeper, Keeping};
use progress::Progress;

/// How long plots may take to be brought to the disk when the worker stops.
const GRACE: Duration = Duration::from_secs(30);
/// How often is looked whether they are.
const LOOK: Duration = Duration::from_millis(50);

/// Why the role did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// A folder cannot be used.
    #[error("the folder of plots {} cannot be used: {error}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The machine gives no thread.
    #[error("no thread could be begun to keep plots: {0}")]
    Thread(io::Error),
}

/// What the role is started with.
pub struct Setup {
    /// Its configuration.
    pub config: Capacity,
    /// The chain.
    pub chain: Arc<dyn CapacityClient>,
    /// Sends the account's transactions.
    pub submitter: Arc<Submitter>,
    /// Where shards are, if this worker keeps any.
    pub shards: Option<PathBuf>,
    /// What roles tell each other.
    pub sharing: Sharing,
}

/// The role at work.
pub struct Mining {
    progress: Arc<Progress>,
    keeping: Keeping,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Mining {
    /// Begins to plot, and to answer rounds. It ends at [`Mining::stop`].
    pub fn start(setup: Setup, stop: CancellationToken) -> Result<Self, StartError> {
        let Setup { config, chain, submitter, shards, sharing } = setup;
        let of = config.account.filter(|account| *account != submitter.account());
        let account = of.unwrap_or_else(|| submitter.account());
        let mut folders = Vec::new();
        let mut failed = None;
        for plots in &config.folders {
            match PlotFolder::open(&plots.path, payload(&account), plots.space, plots.leave) {
                Ok(folder) => folders.push(Arc::new(folder)),
                // The others can still win.
                Err(error) => {
                    let error = StartError::Folder { path: plots.path.clone(), error };
                    tracing::error!(%error, "this folder is left out until this is started again");
                    failed = Some(error);
                },
            }
        }
        if let Some(error) = failed.filter(|_| folders.is_empty()) {
            return Err(error);
        }
        let space = config.folders.iter().fold(0u64, |sum, plots| sum.saturating_add(plots.space));
        let progress = Arc::new(Progress::new(AccountId32(account).to_string(), space));
        let disks: Vec<Arc<Disk>> = folders
            .iter()
            .map(|folder| Arc::new(Disk::new(folder.clone(), Kernel::best(), sharing.clone(), progress.clone())))
            .collect();
        let effort = effort(config.threads);
        let keeper = Keeper { folders, effort, share: config.share, shards, sharing, progress: progress.clone() };
        let keeping = Keeping::begin(keeper).map_err(StartError::Thread)?;
        let tasks = TaskTracker::new();
        // A proxy cannot: whose plots they are does it.
        if of.is_none() {
            tasks.spawn(bond::ensure(chain.clone(), submitter.clone(), config.bond, stop.clone()));
        }
        let disks = disks.into_iter().map(|disk| disk as Arc<dyn Answers>).collect();
        tasks.spawn(rounds::run(rounds::Parts { chain, submitter, of, disks, progress: progress.clone() }, stop.clone()));
        Ok(Self { progress, keeping, tasks, stop })
    }

    /// How it stands.
    pub fn progress(&self) -> &Arc<Progress> {
        &self.progress
    }

    /// Brings it to an end.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        self.keeping.end();
        // That takes as long as a batch of nonces, and until what was written is on the disk.
        let ended = async {
            while !self.keeping.has_ended() {
                tokio::time::sleep(LOOK).await;
            }
        };
        if tokio::time::timeout(GRACE, ended).await.is_err() {
            tracing::warn!("a disk with plots does not answer: what was plotted last is made again at the next start");
        }
    }
}

/// So many threads, or as many as there are processors.
pub fn effort(threads: usize) -> Effort {
    let threads = NonZeroUsize::new(threads).or_else(|| thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN);
    Effort { kernel: Kernel::best(), threads }
}
