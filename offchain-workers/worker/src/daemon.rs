//! A worker at work: everything that runs between a start and a stop, on whatever chain it is given.

use std::{sync::Arc, time::Duration};

use idlewild_chain_client::{ChainClient, Keypair, Submitter};
use idlewild_network::{
    address::AddressError,
    transfer::{self, ShardServer},
    Identity, Network, NetworkConfig, PeerAddr, Role,
};
use jsonrpsee::server::ServerHandle;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    config::Config,
    role::{self, context::Parts, follow, service::Service, Miner, RoleError},
    status::{
        metrics::{Metrics, MetricsError},
        rpc::{self, RpcError},
    },
};

/// How long transfers under way may take to end when the worker stops.
const GRACE: Duration = Duration::from_secs(10);

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
    /// Metrics.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
    /// The status interface.
    #[error(transparent)]
    Rpc(#[from] RpcError),
    /// The record vanished between registration and start.
    #[error("the miner was registered and is not on chain; try again")]
    Unregistered,
}

/// What a worker is started with.
pub struct Setup {
    /// The configuration.
    pub config: Config,
    /// The chain.
    pub chain: Arc<dyn ChainClient>,
    /// The operator's keys.
    pub operator: Keypair,
    /// The peer key.
    pub identity: Identity,
}

/// A worker at work. Dropping it abandons what it was doing; [`Daemon::stop`] brings it to an end.
pub struct Daemon {
    miner: Arc<Miner>,
    network: Network,
    server: ShardServer,
    rpc: ServerHandle,
    tasks: TaskTracker,
    stop: CancellationToken,
}

impl Daemon {
    /// Registers the miner if need be, and begins to mine. `None` where `stop` came before that.
    ///
    /// The worker ends at [`Daemon::stop`]; it may cancel `stop` itself, when it is asked to through its status interface.
    pub async fn start(setup: Setup, stop: CancellationToken) -> Result<Option<Self>, StartError> {
        let Setup { config, chain, operator, identity } = setup;
        let submitter = Submitter::new(chain.clone(), operator);
        let network = begin_network(&config, &identity, chain.genesis()).await?;
        let registered = role::register::ensure(&chain, &submitter, &identity, &config, &stop).await;
        let record = match registered {
            Ok(Some(record)) => record,
            none => {
                network.shutdown().await;
                none?;
                return if stop.is_cancelled() { Ok(None) } else { Err(StartError::Unregistered) };
            },
        };
        let metrics = Metrics::new()?;
        metrics.serve(&config.status.metrics, stop.clone()).await?;
        let parts = Parts {
            chain,
            submitter,
            identity,
            network: network.clone(),
            config: config.storage.clone(),
            metrics,
        };
        let miner = Miner::open(parts, record).await?;
        let server = transfer::serve(&network, Arc::new(Service(miner.clone())), transfer::Limits::default())?;
        let rpc = rpc::serve(&config.status.rpc, miner.clone(), stop.clone()).await?;
        tracing::info!(miner = miner.id, endpoint = config.network.endpoint, "mining");
        let tasks = begin_role(&miner, &stop);
        Ok(Some(Self { miner, network, server, rpc, tasks, stop }))
    }

    /// The miner.
    pub fn miner(&self) -> &Arc<Miner> {
        &self.miner
    }

    /// Brings everything to an end: steps under way first, then transfers, then connections.
    pub async fn stop(self) {
        let Self { miner, network, server, rpc, tasks, stop } = self;
        stop.cancel();
        tasks.close();
        tasks.wait().await;
        server.shutdown(GRACE).await;
        // It is gone already where it was asked to end the worker.
        let _ = rpc.stop();
        network.shutdown().await;
        drop(miner);
    }
}

fn begin_role(miner: &Arc<Miner>, stop: &CancellationToken) -> TaskTracker {
    let tasks = TaskTracker::new();
    tasks.spawn(follow::run(miner.clone(), stop.clone()));
    tasks.spawn(role::with_each_block("append", miner.clone(), stop.clone(), role::append::step));
    tasks.spawn(role::with_each_block("prove", miner.clone(), stop.clone(), role::prove::step));
    tasks.spawn(role::with_each_block("settle", miner.clone(), stop.clone(), role::settle::step));
    tasks.spawn(role::with_each_block("clear", miner.clone(), stop.clone(), role::clear::step));
    tasks.spawn(role::with_each_block("repair", miner.clone(), stop.clone(), role::repair::step));
    tasks.spawn(role::with_each_block("report", miner.clone(), stop.clone(), role::report::step));
    tasks
}

async fn begin_network(config: &Config, identity: &Identity, genesis: [u8; 32]) -> Result<Network, StartError> {
    let endpoint = idlewild_network::address::parse_endpoint(&config.network.endpoint)?;
    let mut settings = NetworkConfig::new(identity.clone(), genesis, Role::Miner);
    settings.external = vec![endpoint];
    let network = Network::start(settings)?;
    for address in &config.network.listen {
        network.listen(idlewild_network::address::parse_endpoint(address)?).await?;
    }
    let peers: Vec<PeerAddr> = config.network.bootstrap.iter().filter_map(|text| parse_peer(text)).collect();
    if !peers.is_empty() {
        if let Err(error) = network.bootstrap(&peers).await {
            tracing::warn!(%error, "no bootstrap peer answers; peers on chain will do");
        }
    }
    Ok(network)
}

fn parse_peer(text: &str) -> Option<PeerAddr> {
    let (key, address) = text.split_once('@')?;
    let key: [u8; 32] = hex::decode(key).ok()?.try_into().ok()?;
    match PeerAddr::new(key, address.as_bytes()) {
        Ok(peer) => Some(peer),
        Err(error) => {
            tracing::warn!(peer = text, %error, "a bootstrap peer cannot be read");
            None
        },
    }
}
