//! The compute role: chunks of others' projects are run while the machine has nothing better to do; and what trackers share with it.
//!
//! | module | concern |
//! | --- | --- |
//! | [`register`] | a provider on chain, as the configuration says |
//! | [`provider`] | what each block asks of it |
//! | [`grading`] | how fast this machine is: measured here, and attested by trackers |
//! | [`machine`] | how it is measured by others |
//! | [`following`] | waking with each block, and sending what it asks for |
//! | `offering` | what is true of the machine, while an engine for containers comes and goes |
//! | [`gather`] | a chunk's program, tasks and inputs, checked against the chain |
//! | [`containers`] | a Docker Engine where there is one, and its images |
//! | [`running`] | running a chunk, and storing what came of it |
//! | [`owner`] | the machine's owner comes first |
//! | [`policy`] | whom and what this machine works for |
//! | [`progress`] | how the role stands |
//! | [`journal`] | what was said and will have to be said, on the disk before it is said |

pub mod containers;
pub mod following;
pub mod gather;
pub mod grading;
pub mod journal;
pub mod machine;
mod offering;
pub mod owner;
pub mod policy;
pub mod progress;
pub mod provider;
pub mod register;
pub mod running;

use std::{
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use idlewild_chain_client::{ChainClient, ComputeClient, Keypair, ReadError, Submitter};
use idlewild_client::{
    market::Wish,
    seal::{Receiver, SealError},
    Session,
};
use idlewild_compute::{
    benchmark::{self, BenchmarkError},
    executor::{Executor, ExecutorError},
    wasi::{Settings, Wasi},
};
use idlewild_compute_primitives::resources::Resources;
use idlewild_network::{Identity, Network, NetworkConfig, Role};
use idlewild_storage::keys::StorageSecret;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{
    containers::{Containers, ContainersError},
    gather::Executors,
    journal::{Journal, JournalError},
    owner::Owner,
    progress::Progress,
    provider::{Parts, Provider},
    register::{RegisterError, Wanted},
    running::Storing,
};
use crate::{
    config::{self, Compute, Engine, Tracker as TrackerConfig},
    lease::{self, host::Contained, Leases},
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
    /// Containers, where nothing else is run.
    #[error(transparent)]
    Containers(#[from] ContainersError),
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
    /// The key that inputs are sealed to.
    #[error("the peer key cannot be used to open inputs: {0}")]
    Seal(#[from] SealError),
    /// The machine.
    #[error(transparent)]
    Machine(#[from] BenchmarkError),
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
    /// The network under the provider's peer key, which listens at its endpoint: the storage role's where there is one. Without it
    /// nothing is exchanged with other providers.
    pub network: Option<Network>,
    /// The tracker role, if it is on.
    pub tracker: Option<TrackerConfig>,
    /// What is put around what runs the provider's modules: nothing, but where others have to be shown how a cheat fares.
    pub wrap: Option<Wrap>,
    /// `idlewild-worker`, which measures the provider's machine in a process of its own. Without it, that is done in this one.
    pub program: Option<PathBuf>,
    /// Who is told how the compute role stands.
    pub progress: Arc<Progress>,
}

/// Puts something around what runs modules.
pub type Wrap = Arc<dyn Fn(Arc<dyn Executor>) -> Arc<dyn Executor> + Send + Sync>;

/// The roles at work.
pub struct Working {
    provider: Option<Arc<Provider>>,
    network: Network,
    listening: Option<Network>,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Working {
    /// Registers what is to be registered, and begins. `None` where `stop` came first.
    pub async fn start(setup: Setup, stop: CancellationToken) -> Result<Option<Self>, StartError> {
        let Setup { chain, compute, submitter, operator, provider, network: listening, tracker, wrap, program, progress } =
            setup;
        // Bundles are fetched and stored as any user does it, under keys of their own: of this account's own secret nothing follows. The
        // network is another one than that which listens, as no node can reach itself and this provider's miner may have what it needs.
        let network = Network::start(NetworkConfig::new(Identity::random(), chain.genesis(), Role::User))?;
        let secret = StorageSecret::new(rand::random());
        let session = Arc::new(Session::beside(submitter.clone(), chain.clone(), network.clone(), operator.clone(), secret));
        let tasks = TaskTracker::new();
        let (asking, reached) = (network.clone(), listening.clone());
        let mut shared =
            Shared { chain, compute, submitter, operator, session, asking, reached, wrap, program, progress, containers: None };
        // Protocols of this provider: pieces of images.
        shared.containers =
            shared.begin_containers(provider.as_ref(), tracker.as_ref(), listening.clone(), &tasks, &stop).await?;
        let provider = match provider {
            None => None,
            Some((config, identity, endpoint)) => {
                let Some(provider) = shared.provider(config, &identity, endpoint, &tasks, &stop).await? else {
                    return Ok(None);
                };
                tasks.spawn(provider.clone().run());
                Some(provider)
            },
        };
        if let Some(config) = tracker {
            let tracker = shared.tracker(config, &stop).await?;
            tasks.spawn(tracker.run());
        }
        Ok(Some(Self { provider, network, listening, tasks, stop }))
    }

    /// The network under the provider's peer key, where there is one.
    pub fn network(&self) -> Option<&Network> {
        self.listening.as_ref()
    }

    /// The provider, if the compute role is on.
    pub fn provider(&self) -> Option<&Arc<Provider>> {
        self.provider.as_ref()
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
    operator: Keypair,
    session: Arc<Session>,
    /// What others are asked on, and what this provider is reached on.
    asking: Network,
    reached: Option<Network>,
    wrap: Option<Wrap>,
    program: Option<PathBuf>,
    progress: Arc<Progress>,
    containers: Option<Arc<Containers>>,
}

impl Shared {
    /// Containers for both roles, as one engine has one worker: as the compute role's configuration says, or else the tracker's.
    async fn begin_containers(
        &self,
        provider: Option<&(Compute, Identity, String)>,
        tracker: Option<&TrackerConfig>,
        network: Option<Network>,
        tasks: &TaskTracker,
        stop: &CancellationToken,
    ) -> Result<Option<Arc<Containers>>, StartError> {
        let of = match (provider, tracker) {
            (Some((config, identity, _)), _) => Some((&config.oci, &config.folder, identity.peer_key(), config.wasi)),
            (None, Some(config)) => Some((&config.oci, &config.folder, self.submitter.account(), true)),
            (None, None) => None,
        };
        let Some((config, folder, key, has_others)) = of.filter(|(config, ..)| config.engine != Engine::Off) else {
            return Ok(None);
        };
        let worker = blake3::hash(&[self.chain.genesis(), key].concat()).to_hex();
        let setup = containers::Setup {
            config: config::Oci::clone(config),
            folder: folder.clone(),
            worker: worker.chars().take(16).collect(),
            compute: self.compute.clone(),
            session: self.session.clone(),
            network,
        };
        match Containers::start(setup, tasks, stop.clone()).await {
            Ok(containers) => Ok(Some(containers)),
            Err(error) if has_others => {
                tracing::error!(%error, "no containers are run until the worker is started again; modules are");
                Ok(None)
            },
            Err(error) => Err(error.into()),
        }
    }

    async fn provider(
        &self,
        config: Compute,
        identity: &Identity,
        endpoint: String,
        tasks: &TaskTracker,
        stop: &CancellationToken,
    ) -> Result<Option<Arc<Provider>>, StartError> {
        make(&config.folder)?;
        let mut executors = self.executors(&config.folder, config.wasi).await?;
        if let Some(wrap) = &self.wrap {
            executors.wasi = executors.wasi.map(|wasi| wrap(wasi));
        }
        let prices = config.prices.prices();
        let before = self.compute.provider_of_peer(identity.peer_key()).await?.map(|record| record.attributes);
        let report = executors.oci.as_ref().and_then(|containers| containers.report());
        let attributes = offering::attributes(&config, report.as_deref(), before.as_ref());
        let offered = config.limits.lend(&machine(&config.folder)?);
        let wanted = Wanted { endpoint, offered, attributes, prices, bond: config.bond };
        let genesis = self.chain.genesis();
        let registered = register::ensure(&self.compute, &self.submitter, identity, genesis, &wanted, stop).await?;
        let Some(record) = registered else { return Ok(None) };
        let grading = grading::Setup {
            provider: record.id,
            key: identity.peer_key(),
            genesis,
            cores: machine::lanes(offered.cpu_milli),
            folder: config.folder.clone(),
            program: self.program.clone(),
            compute: self.compute.clone(),
            submitter: self.submitter.clone(),
            network: self.reached.clone(),
        };
        grading::begin(grading, tasks, stop);
        if let Some(containers) = &executors.oci {
            let (compute, submitter) = (self.compute.clone(), self.submitter.clone());
            tasks.spawn(offering::keep(record.id, config.clone(), compute, submitter, containers.reports(), stop.clone()));
        }
        if let Some(host) = Contained::new(executors.clone(), self.session.clone()) {
            let parts = lease::Parts {
                provider: record.id,
                chain: self.chain.clone(),
                compute: self.compute.clone(),
                submitter: self.submitter.clone(),
                session: self.session.clone(),
                host: Arc::new(host),
                config: config.services.clone(),
                policy: config.policy.clone(),
                prices,
                folder: config.folder.clone(),
            };
            tasks.spawn(Leases::new(parts, stop.clone()).run());
        }
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
            owner: Arc::new(Owner::new(config.limits)),
            policy: config.policy,
            progress: self.progress.clone(),
            receiver: Receiver::of_peer(identity)?,
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
            network: self.asking.clone(),
            keys: self.operator.clone(),
            executors: self.executors(&config.folder, true).await?,
            journal: Journal::open(&config.folder.join("journal"))?,
            folder: config.folder,
        };
        Ok(Tracker::new(parts, stop.clone()))
    }

    /// What runs programs here, tried once.
    async fn executors(&self, folder: &Path, with_modules: bool) -> Result<Executors, StartError> {
        let oci = self.containers.clone();
        let tried = async {
            let wasi: Arc<dyn Executor> = Arc::new(Wasi::open(&Settings::new(folder.join("compiled")))?);
            wasi.check().await?;
            Ok::<_, ExecutorError>(wasi)
        };
        match tried.await {
            Ok(wasi) => Ok(Executors { wasi: with_modules.then(|| wasi.clone()), oci, comparing: Some(wasi) }),
            Err(error) if !with_modules => {
                tracing::warn!(%error, "images with a comparator are left to others");
                Ok(Executors { wasi: None, oci, comparing: None })
            },
            Err(error) => Err(error.into()),
        }
    }
}

fn make(folder: &PathBuf) -> Result<(), StartError> {
    std::fs::create_dir_all(folder).map_err(|source| StartError::Folder { path: folder.clone(), source })
}

/// What the whole machine has but for its line, of which the owner says what is lent; if its results can be right at all.
pub(crate) fn machine(folder: &Path) -> Result<Resources, StartError> {
    benchmark::check()?;
    Ok(benchmark::machine(folder)?)
}
