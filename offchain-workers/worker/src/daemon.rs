//! The storage role at work: everything that runs between a start and a stop, on whatever chain it is given.

use std::{sync::Arc, time::Duration};

use idlewild_chain_client::{ChainClient, Submitter};
use idlewild_network::{
    address::AddressError,
    transfer::{self, ShardServer},
    Identity, Network, NetworkConfig, PeerAddr, Role,
};
use idlewild_storage_primitives::{view::MinerStatus, MinerId};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    config::{self, parse_peer, Storing},
    role::{
        self,
        context::{Disk, Parts},
        follow, meet,
        service::Service,
        Miner, RoleError,
    },
    sharing::Sharing,
    status::{metrics::Metrics, stage::Stage},
};

/// How long transfers under way may take to end when the worker stops.
const GRACE: Duration = Duration::from_secs(3);

/// Why a worker did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// An address.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The network.
    #[error(transparent)]
    Network(#[from] idlewild_network::StartError),
    /// A listening address.
    #[error(transparent)]
    Listen(#[from] idlewild_network::ListenError),
    /// The transfer protocol.
    #[error(transparent)]
    Serve(#[from] idlewild_network::network::AlreadyServed),
    /// The role.
    #[error(transparent)]
    Role(#[from] RoleError),
    /// The disk is not there, or lost.
    #[error(
        "the storage folder {} is empty although the chain says that miner {miner} holds {slots} slots. Mount the disk that its \
        shards are on and start again. If that disk is really lost, run `idlewild-worker run --accept-empty-disk` once: the \
        worker then rebuilds its shards from others', and declares those lost that cannot be rebuilt",
        .folder.display()
    )]
    EmptyDisk {
        /// The folder.
        folder: std::path::PathBuf,
        /// The miner.
        miner: MinerId,
        /// Slots that it answers for.
        slots: u32,
    },
    /// The record vanished between registration and start.
    #[error("the miner was registered and is not on chain; try again")]
    Unregistered,
}

/// What a worker is started with.
pub struct Setup {
    /// The configuration.
    pub config: Storing,
    /// The chain.
    pub chain: Arc<dyn ChainClient>,
    /// Sends the operator's transactions.
    pub submitter: Arc<Submitter>,
    /// The peer key.
    pub identity: Identity,
    /// Whether to go on with an empty folder where the chain says that this miner holds shards.
    pub accept_empty_disk: bool,
    /// Told what the worker waits for until it mines, and then of its miner.
    pub stage: Stage,
    /// Figures for Prometheus.
    pub metrics: Metrics,
    /// What roles tell each other.
    pub sharing: Sharing,
}

/// A worker at work. Dropping it abandons what it was doing; [`Daemon::stop`] brings it to an end.
pub struct Daemon {
    miner: Arc<Miner>,
    network: Network,
    server: ShardServer,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Daemon {
    /// Registers the miner if need be, and begins to mine. `None` where `stop` came before that.
    ///
    /// The worker ends at [`Daemon::stop`]. Everything that can fail on this machine is tried before a coin is paid.
    pub async fn start(setup: Setup, stop: CancellationToken) -> Result<Option<Self>, StartError> {
        setup.stage.note("joining the network");
        let network = begin_network(&setup.config.network, &setup.identity, setup.chain.genesis()).await?;
        match Self::start_on(network.clone(), setup, stop).await {
            Ok(Some(daemon)) => Ok(Some(daemon)),
            ended => {
                network.shutdown().await;
                ended
            },
        }
    }

    /// The same on a network that other roles use as well. It ends with the daemon, once that has started.
    pub async fn start_on(network: Network, setup: Setup, stop: CancellationToken) -> Result<Option<Self>, StartError> {
        let Setup { config, chain, submitter, identity, accept_empty_disk, stage, metrics, sharing } = setup;
        let disk = Disk::open(&config.storage.folder).await?;
        let registered = role::register::ensure(&chain, &submitter, &identity, &config, &stage, &stop).await?;
        let Some(record) = registered else {
            return if stop.is_cancelled() { Ok(None) } else { Err(StartError::Unregistered) };
        };
        stage.note("about to mine");
        if !disk.was_used().await {
            if record.slots > 0 && !accept_empty_disk {
                let folder = config.storage.folder.clone();
                return Err(StartError::EmptyDisk { folder, miner: record.id, slots: record.slots });
            }
            disk.settle_in().await?;
        }
        let storage = config.storage.clone();
        let parts = Parts { chain, submitter, identity, network: network.clone(), config: storage, metrics, sharing, disk };
        let miner = Miner::open(parts, record, stop.clone()).await?;
        let server = transfer::serve(&network, Arc::new(Service(miner.clone())), transfer::Limits::default())?;
        stage.mine(miner.clone());
        match miner.record().status {
            MinerStatus::Failed => tracing::error!(miner = miner.id, "{}", RoleError::Failed),
            _ => tracing::info!(miner = miner.id, endpoint = config.network.endpoint, "mining"),
        }
        let tasks = begin_role(&miner, &stop);
        Ok(Some(Self { miner, network, server, tasks, stop }))
    }

    /// The miner.
    pub fn miner(&self) -> &Arc<Miner> {
        &self.miner
    }

    /// Brings everything to an end: steps under way first, then transfers, then connections.
    pub async fn stop(self) {
        let Self { miner, network, server, tasks, stop } = self;
        stop.cancel();
        tasks.close();
        tasks.wait().await;
        miner.finish().await;
        server.shutdown(GRACE).await;
        network.shutdown().await;
        drop(miner);
    }
}

fn begin_role(miner: &Arc<Miner>, stop: &CancellationToken) -> TaskTracker {
    let tasks = TaskTracker::new();
    tasks.spawn(follow::run(miner.clone(), stop.clone()));
    tasks.spawn(meet::run(miner.clone(), stop.clone()));
    tasks.spawn(role::with_each_block("append", miner.clone(), stop.clone(), role::append::step));
    tasks.spawn(role::with_each_block("prove", miner.clone(), stop.clone(), role::prove::step));
    tasks.spawn(role::with_each_block("settle", miner.clone(), stop.clone(), role::settle::step));
    tasks.spawn(role::with_each_block("clear", miner.clone(), stop.clone(), role::clear::step));
    tasks.spawn(role::with_each_block("repair", miner.clone(), stop.clone(), role::repair::step));
    tasks.spawn(role::with_each_block("report", miner.clone(), stop.clone(), role::report::step));
    tasks
}

/// Begins to listen, under a peer key that stands on chain.
pub async fn begin_network(config: &config::Network, identity: &Identity, genesis: [u8; 32]) -> Result<Network, StartError> {
    let endpoint = idlewild_network::address::parse_endpoint(&config.endpoint)?;
    let mut settings = NetworkConfig::new(identity.clone(), genesis, Role::Miner);
    settings.external = vec![endpoint];
    let network = Network::start(settings)?;
    for address in &config.listen {
        network.listen(idlewild_network::address::parse_endpoint(address)?).await?;
    }
    let peers: Vec<PeerAddr> = config.bootstrap.iter().filter_map(|text| known_peer(text)).collect();
    if !peers.is_empty() {
        if let Err(error) = network.bootstrap(&peers).await {
            tracing::warn!(%error, "no bootstrap peer answers; peers on chain will do");
        }
    }
    Ok(network)
}

fn known_peer(text: &str) -> Option<PeerAddr> {
    let parsed = parse_peer(text);
    if let Err(error) = &parsed {
        tracing::warn!(%error, "a bootstrap peer is left out");
    }
    parsed.ok()
}
