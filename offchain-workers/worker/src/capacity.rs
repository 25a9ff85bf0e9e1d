//! The capacity role: idle space is filled with plots, and rounds are won with them.
//!
//! | module | concern |
//! | --- | --- |
//! | [`mark`], [`marks`] | by what a folder is known again, and that one process alone keeps it |
//! | [`bounds`] | what plots may take of a disk, and what they leave to others |
//! | [`folder`] | a folder of plots: what is there, what comes next, what goes first |
//! | [`keeper`] | the thread that plots |
//! | [`tending`] | the threads that have plots give way to paid data |
//! | [`memory`] | whether there is enough memory to plot |
//! | [`disk`] | the best answer of a folder's plots, made again before it is believed |
//! | [`hunt`] | a round that is being answered: when to claim, and when not |
//! | [`rounds`] | following the chain's rounds, and claiming |
//! | [`bond`] | what stands for claims |
//! | [`progress`] | what is told of it all |

pub mod bond;
pub mod bounds;
pub mod disk;
pub mod folder;
pub mod hunt;
pub mod keeper;
pub mod mark;
pub mod marks;
pub mod memory;
pub mod progress;
pub mod rounds;
pub mod tending;

use std::{
    io,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    sync::Arc,
    thread,
    time::Duration,
};

use idlewild_capacity::{Effort, Kernel};
use idlewild_capacity_primitives::format::{payload, Payload};
use idlewild_chain_client::{AccountId32, CapacityClient, Submitter};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{config::Capacity, pause::rest, sharing::Sharing, sizes::gib};
use bounds::Bounds;
use disk::{Answers, Disk};
use folder::PlotFolder;
use keeper::{Keeper, Keeping};
use marks::{Marks, MarksError, TakeError};
use progress::Progress;
use tending::Pace;

/// How long plots may take to be brought to the disk when the worker stops.
const GRACE: Duration = Duration::from_secs(30);
/// How often is looked whether they are.
const LOOK: Duration = Duration::from_millis(50);
/// How often is looked whether a disk hangs.
const NOTICE: Duration = Duration::from_secs(10);

/// Why the role did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// No folder can be used.
    #[error("no folder of plots can be used: {0}")]
    Folder(#[from] TakeError),
    /// It is not known which folders have which marks.
    #[error(transparent)]
    Marks(#[from] MarksError),
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
    keeping: Arc<Keeping>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Mining {
    /// Begins to plot, and to answer rounds. It ends at [`Mining::stop`].
    pub fn start(setup: Setup, stop: CancellationToken) -> Result<Self, StartError> {
        let Setup { config, chain, submitter, shards, sharing } = setup;
        let of = config.account.filter(|account| *account != submitter.account());
        let account = of.unwrap_or_else(|| submitter.account());
        let folders = take(&config, payload(&account), shards.as_deref())?;
        let space = config.folders.iter().fold(0u64, |sum, plots| sum.saturating_add(plots.space));
        let progress = Arc::new(Progress::new(AccountId32(account).to_string(), space));
        let disks: Vec<Arc<Disk>> = folders
            .iter()
            .map(|folder| Arc::new(Disk::new(folder.clone(), Kernel::best(), sharing.clone(), progress.clone())))
            .collect();
        let effort = effort(config.threads);
        let (share, pace) = (config.share, Pace::default());
        let keeper = Keeper { folders, effort, share, pace, sharing, progress: progress.clone() };
        let keeping = Arc::new(Keeping::begin(keeper).map_err(StartError::Thread)?);
        let tasks = TaskTracker::new();
        tasks.spawn(notice(keeping.clone(), stop.clone()));
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

/// Takes the folders that can be taken. Fails where none can be.
fn take(config: &Capacity, payload: Payload, shards: Option<&Path>) -> Result<Vec<Arc<PlotFolder>>, StartError> {
    let mut marks = Marks::load(&config.marks)?;
    let mut folders: Vec<Arc<PlotFolder>> = Vec::new();
    let mut failed = None;
    for plots in &config.folders {
        match marks.take(&plots.path) {
            Ok(mark) => {
                let bounds = Bounds::of(plots, shards);
                if bounds.leave > plots.leave {
                    let (folder, leave) = (plots.path.display(), gib(bounds.leave));
                    tracing::info!(%folder, "plots leave {leave} free there, as shards on the same disk need it to come in");
                }
                let mut folder = PlotFolder::new(mark, payload, bounds);
                folders.iter().for_each(|other| folder.meet(other));
                folders.push(Arc::new(folder));
            },
            // The others can still win.
            Err(error) => {
                tracing::error!(%error, "this folder is left out until the worker is started again");
                failed = Some(error);
            },
        }
    }
    match failed.filter(|_| folders.is_empty()) {
        Some(error) => Err(error.into()),
        None => Ok(folders),
    }
}

/// Has it told which disks hang, until `stop`: this needs none of them.
async fn notice(keeping: Arc<Keeping>, stop: CancellationToken) {
    while rest(NOTICE, &stop).await {
        keeping.notice_hung();
    }
}

/// So many threads, or as many as there are processors.
pub fn effort(threads: usize) -> Effort {
    let threads = NonZeroUsize::new(threads).or_else(|| thread::available_parallelism().ok()).unwrap_or(NonZeroUsize::MIN);
    Effort { kernel: Kernel::best(), threads }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::config::Plots;

    #[test]
    fn a_folder_that_another_keeps_and_one_whose_mark_is_gone_are_left_out() {
        let dir = tempfile::tempdir().unwrap();
        let paths = ["first", "second", "third"].map(|name| dir.path().join(name));
        let config = Capacity {
            account: None,
            bond: 0,
            threads: 0,
            share: 100,
            marks: dir.path().join("marks.toml"),
            folders: paths.iter().map(|path| Plots { path: path.clone(), space: 1 << 30, leave: 0 }).collect(),
        };
        let taken = || take(&config, [7; 20], None).map(|folders| folders.iter().map(|one| one.path().to_owned()).collect());
        let all = take(&config, [7; 20], None).unwrap();
        assert_eq!(all.len(), 3);
        let refused: Result<Vec<PathBuf>, StartError> = taken();
        assert!(refused.unwrap_err().to_string().contains("another worker keeps the plots"), "none is left");
        let [first, ..] = &all[..] else { unreachable!() };
        let first = first.clone();
        drop(all);
        fs::remove_dir_all(&paths[1]).unwrap();
        assert_eq!(taken().unwrap(), [paths[2].clone()]);
        drop(first);
        assert_eq!(taken().unwrap(), [paths[0].clone(), paths[2].clone()]);
        assert!(!paths[1].exists());
    }
}
