//! The compute role: chunks of others' projects are run while the machine has nothing better to do; and what trackers share with it.
//!
//! | module | concern |
//! | --- | --- |
//! | [`register`] | a provider on chain, as the configuration says |
//! | [`provider`] | what each block asks of it |
//! | [`following`] | waking with each block, and sending what it asks for |
//! | [`gather`] | a chunk's program, tasks and inputs, checked against the chain |
//! | [`running`] | running a chunk, and storing what came of it |
//! | [`journal`] | what was said and will have to be said, on the disk before it is said |

pub mod following;
pub mod gather;
pub mod journal;
pub mod provider;
pub mod register;
pub mod running;

use std::{io, path::PathBuf, sync::Arc};

use idlewild_chain_client::{ChainClient, ComputeClient, Keypair, ReadError, Submitter};
use idlewild_client::{market::Wish, Session};
use idlewild_compute::{
    executor::{Executor, ExecutorError},
    wasi::{Settings, Wasi},
};
use idlewild_compute_primitives::resources::{Attributes, Resources, Runtimes};
use idlewild_network::{Identity, Network, NetworkConfig, Role};
use idlewild_storage::keys::StorageSecret;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{
    gather::Executors,
    journal::{Journal, JournalError},
    provider::{Parts, Provider},
    register::{RegisterError, Wanted},
    running::Storing,
};
use crate::{
    config::{Compute, Tracker as TrackerConfig},
    tracker::{self, Tracker},
};

/// How long outputs are kept at least where nothing else is said, in blocks of the clock: four hours for the requester to fetch them.
const KEEP: u32 = 2_400;

/// Why the role did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// What runs programs.
    #[error(transparent)]
    Executor(#[from] ExecutorError),
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The chain.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// The chain could not be asked.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The network.
    #[error(transparent)]
    Network(#[from] idlewild_network::StartError),
    /// The machine.
    #[error("what this machine has cannot be found out: {0}")]
    Machine(String),
    /// A folder.
    #[error("{path}: {source}")]
    Folder {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// What the roles are started with.
pub struct Setup {
    /// The chain.
    pub chain: Arc<dyn ChainClient>,
    /// The chain, as far as jobs go.
    pub compute: Arc<dyn ComputeClient>,
    /// Sends the operator's transactions.
    pub submitter: Arc<Submitter>,
    /// The operator's keys.
    pub operator: Keypair,
    /// The compute role, if it is on: with the peer key and the endpoint that others know the provider by.
    pub provider: Option<(Compute, Identity, String)>,
    /// The tracker role, if it is on.
    pub tracker: Option<TrackerConfig>,
}

/// The roles at work.
pub struct Working {
    provider: Option<Arc<Provider>>,
    network: Network,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Working {
    /// Registers what is to be registered, and begins. `None` where `stop` came first.
    pub async fn start(setup: Setup, stop: CancellationToken) -> Result<Option<Self>, StartError> {
        let Setup { chain, compute, submitter, operator, provider, tracker } = setup;
        // Bundles are fetched and stored as any user does it, under keys of their own: of this account's own secret nothing follows.
        let network = Network::start(NetworkConfig::new(Identity::random(), chain.genesis(), Role::User))?;
        let secret = StorageSecret::new(rand::random());
        let session = Arc::new(Session::beside(submitter.clone(), chain.clone(), network.clone(), operator, secret));
        let tasks = TaskTracker::new();
        let shared = Shared { chain, compute, submitter, session };
        let provider = match provider {
            None => None,
            Some((config, identity, endpoint)) => {
                let Some(provider) = shared.provider(config, &identity, endpoint, &stop).await? else { return Ok(None) };
                tasks.spawn(provider.clone().run());
                Some(provider)
            },
        };
        if let Some(config) = tracker {
            let tracker = shared.tracker(config, &stop).await?;
            tasks.spawn(tracker.run());
        }
        Ok(Some(Self { provider, network, tasks, stop }))
    }

    /// Brings everything to an end.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
        if let Some(provider) = &self.provider {
            provider.finish_running().await;
        }
        self.network.shutdown().await;
    }
}

/// What both roles have.
struct Shared {
    chain: Arc<dyn ChainClient>,
    compute: Arc<dyn ComputeClient>,
    submitter: Arc<Submitter>,
    session: Arc<Session>,
}

impl Shared {
    async fn provider(
        &self,
        config: Compute,
        identity: &Identity,
        endpoint: String,
        stop: &CancellationToken,
    ) -> Result<Option<Arc<Provider>>, StartError> {
        make(&config.folder)?;
        let executors = executors(&config.folder).await?;
        let prices = config.prices.prices();
        let attributes = Attributes {
            region: config.region(),
            runtimes: Runtimes { wasi: config.wasi, oci: false },
            ..Attributes::default()
        };
        let offered = config.limits.lend(&machine()?);
        let wanted = Wanted { endpoint, offered, attributes, prices, bond: config.bond };
        let genesis = self.chain.genesis();
        let registered = register::ensure(&self.compute, &self.submitter, identity, genesis, &wanted, stop).await?;
        let Some(record) = registered else { return Ok(None) };
        let terms = self.chain.terms().await?;
        let term = if config.outputs.term == 0 { terms.timing.min_term.max(KEEP) } else { config.outputs.term };
        let wish = Wish { geometry: config.outputs.geometry(), copies: 1, term, max_price: None };
        let parts = Parts {
            id: record.id,
            chain: self.chain.clone(),
            compute: self.compute.clone(),
            submitter: self.submitter.clone(),
            session: self.session.clone(),
            executors,
            journal: Journal::open(&config.folder.join("journal"))?,
            folder: config.folder,
            offered,
            prices,
            storing: Storing { wish, most: config.outputs.most },
        };
        tracing::info!(provider = record.id, cpu_milli = offered.cpu_milli, ram_mib = offered.ram_mib, "taking jobs");
        Ok(Some(Provider::new(parts, stop.clone())))
    }

    async fn tracker(&self, config: TrackerConfig, stop: &CancellationToken) -> Result<Arc<Tracker>, StartError> {
        make(&config.folder)?;
        let parts = tracker::Parts {
            chain: self.chain.clone(),
            compute: self.compute.clone(),
            submitter: self.submitter.clone(),
            session: self.session.clone(),
            executors: executors(&config.folder).await?,
            journal: Journal::open(&config.folder.join("journal"))?,
            folder: config.folder,
        };
        Ok(Tracker::new(parts, stop.clone()))
    }
}

fn make(folder: &PathBuf) -> Result<(), StartError> {
    std::fs::create_dir_all(folder).map_err(|source| StartError::Folder { path: folder.clone(), source })
}

/// What runs programs here, tried once.
async fn executors(folder: &std::path::Path) -> Result<Executors, StartError> {
    let wasi: Arc<dyn Executor> = Arc::new(Wasi::open(&Settings::new(folder.join("compiled")))?);
    wasi.check().await?;
    Ok(Executors { wasi: Some(wasi), oci: None })
}

/// What the whole machine has.
fn machine() -> Result<Resources, StartError> {
    let cores = std::thread::available_parallelism().map_err(|error| StartError::Machine(error.to_string()))?;
    let cpu_milli = u32::try_from(cores.get()).unwrap_or(u32::MAX).saturating_mul(1_000);
    let memory = std::fs::read_to_string("/proc/meminfo").map_err(|error| StartError::Machine(error.to_string()))?;
    let total = memory.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let kib: Option<u64> = total.and_then(|total| total.trim().trim_end_matches("kB").trim().parse().ok());
    let kib = kib.ok_or_else(|| StartError::Machine("the kernel does not say how much memory there is".into()))?;
    let ram_mib = u32::try_from(kib >> 10).unwrap_or(u32::MAX);
    Ok(Resources { cpu_milli, ram_mib, disk_mib: u32::MAX, up_kbps: 10_000, down_kbps: 10_000, ..Resources::default() })
}
