//! The capacity role: idle space is filled with plots, and rounds are won with them.
//!
//! | module | concern |
//! | --- | --- |
//! | [`mark`], [`marks`] | by what a folder is known again, and that one process alone keeps it |
//! | [`hold`] | a folder that is taken as soon as it can be |
//! | [`bounds`] | what plots may take of a disk, and what they leave to others |
//! | [`folder`] | a folder of plots: what is there, what comes next, what goes first |
//! | [`survey`] | what is in a folder |
//! | [`room`] | what gave way and is not free yet |
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
pub mod hold;
pub mod hunt;
pub mod keeper;
pub mod mark;
pub mod marks;
pub mod memory;
pub mod progress;
mod room;
pub mod rounds;
pub mod survey;
pub mod tending;

use std::{io, num::NonZeroUsize, path::PathBuf, sync::Arc, thread, time::Duration};

use idlewild_capacity::{Effort, Kernel};
use idlewild_capacity_primitives::format::payload;
use idlewild_chain_client::{AccountId32, CapacityClient, Submitter};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    config::{Capacity, Plots},
    pause::rest,
    sharing::Sharing,
};
use disk::{Answers, Disk};
use folder::PlotFolder;
use hold::Shared;
use keeper::{Keeper, Keeping};
use marks::{Marks, MarksError};
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
    /// Begins to plot, and to answer rounds. It ends at [`Mining::stop`]. No disk with plots is waited for: each folder's own thread
    /// takes it, now or when it can, and tells what is wrong until then.
    pub fn start(setup: Setup, stop: CancellationToken) -> Result<Self, StartError> {
        let Setup { config, chain, submitter, shards, sharing } = setup;
        let of = config.account.filter(|account| *account != submitter.account());
        let account = of.unwrap_or_else(|| submitter.account());
        let shared = Arc::new(Shared::new(Marks::load(&config.marks)?));
        let wanted = |plots: &Plots| PlotFolder::wanted(plots.clone(), payload(&account), shards.clone(), shared.clone());
        let folders: Vec<_> = config.folders.iter().map(|plots| Arc::new(wanted(plots))).collect();
        let progress = Arc::new(Progress::new(AccountId32(account).to_string()));
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
    use std::{
        fs::{self, File},
        io::Write,
        path::Path,
    };

    use idlewild_chain_client::Keypair;
    use idlewild_chain_memory::MemoryChain;
    use rustix::fs::{mknodat, FileType, CWD};

    use super::*;
    use mark::{Mark, NAME};

    /// How long anything may take.
    const PATIENCE: Duration = Duration::from_secs(60);

    async fn until(what: &str, is: impl Fn() -> bool) {
        let waiting = async {
            while !is() {
                tokio::time::sleep(LOOK).await;
            }
        };
        tokio::time::timeout(PATIENCE, waiting).await.unwrap_or_else(|_| panic!("this did not come to be: {what}"));
    }

    #[tokio::test]
    async fn it_begins_and_ends_whatever_its_disks_do_and_tells_of_each() {
        let dir = tempfile::tempdir().unwrap();
        let [hangs, anothers] = ["hangs", "anothers"].map(|name| dir.path().join(name));
        fs::create_dir(&hangs).unwrap();
        // Whoever reads this waits until something is written to it.
        let mark = hangs.join(NAME);
        mknodat(CWD, &mark, FileType::Fifo, 0o644.into(), 0).unwrap();
        let kept = Mark::take(&anothers).unwrap();
        let plots = |path: &Path| Plots { path: path.into(), space: 1, leave: 1 };
        let config = Capacity {
            account: None,
            bond: 0,
            threads: 1,
            share: 100,
            marks: dir.path().join("marks.toml"),
            folders: vec![plots(&hangs), plots(&anothers)],
        };
        let chain = Arc::new(MemoryChain::start(idlewild_chain_memory::Setup::default()).await.node());
        let submitter = Arc::new(Submitter::new(chain.clone(), Keypair::from_uri(&"//Plotter".parse().unwrap()).unwrap()));
        let stop = CancellationToken::new();
        let setup = Setup { config, chain, submitter, shards: None, sharing: Sharing::default() };
        let mining = Mining::start(setup, stop.clone()).unwrap();
        let progress = mining.progress().clone();
        let told = |path: &Path, words: &str| {
            progress.report().troubles.get(&path.display().to_string()).is_some_and(|trouble| trouble.contains(words))
        };
        until("it is told who keeps the one", || told(&anothers, "another worker keeps the plots")).await;
        drop(kept);
        until("that is taken", || progress.report().space == 1 && progress.report().troubles.is_empty()).await;
        let ended = tokio::spawn(mining.stop());
        until("it is stopping", || stop.is_cancelled()).await;
        until("all has ended", || {
            let _ = File::options().read(true).write(true).open(&mark).map(|mut file| file.write_all(&[b'x'; 300]));
            ended.is_finished()
        })
        .await;
    }
}
