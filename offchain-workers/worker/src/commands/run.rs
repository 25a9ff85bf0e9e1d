//! `run`: the daemon.

use std::{path::Path, sync::Arc, time::Duration};

use idlewild_chain_client::{ChainClient, ConnectError, RpcClient, Submitter};
use idlewild_network::{address::AddressError, transfer, Identity, Network, NetworkConfig, PeerAddr, Role};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::init::operator_keys;
use crate::{
    config::{Config, ConfigError},
    logs,
    role::{self, context::Parts, follow, service::Service, Miner, RoleError},
    status::{
        metrics::{Metrics, MetricsError},
        rpc::{self, RpcError},
    },
};

/// How long transfers under way may take to end when the worker stops.
const GRACE: Duration = Duration::from_secs(10);
/// How long a node may be away when the worker starts.
const NODE_TRIES: u32 = 20;

/// Why the worker does not run.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The configuration.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Logs.
    #[error(transparent)]
    Logs(#[from] logs::LogError),
    /// The operator's secret.
    #[error("the operator's secret in {path} cannot be used: {reason}")]
    Operator {
        /// The file.
        path: std::path::PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// The peer key.
    #[error(transparent)]
    Peer(#[from] idlewild_network::identity::IdentityError),
    /// The node.
    #[error(transparent)]
    Chain(#[from] ConnectError),
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
    /// The status interface.
    #[error(transparent)]
    Rpc(#[from] RpcError),
    /// Metrics.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
    /// Signals.
    #[error("signals cannot be caught: {0}")]
    Signals(std::io::Error),
    /// The record vanished between registration and start.
    #[error("the miner was registered and is not on chain; try again")]
    Unregistered,
}

/// The operator's keys from its file.
pub fn load_operator(config: &Config) -> Result<idlewild_chain_client::Keypair, RunError> {
    let path = &config.keys.operator;
    let wrong = |reason: String| RunError::Operator { path: path.clone(), reason };
    let secret = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    operator_keys(&secret).map_err(wrong)
}

/// Runs until stopped.
pub async fn run(path: &Path) -> Result<(), RunError> {
    let config = Config::load(path)?;
    logs::begin(&config.log)?;
    let stop = CancellationToken::new();
    stop_on_signals(stop.clone())?;
    let operator = load_operator(&config)?;
    let identity = Identity::load(&config.keys.peer)?;
    let Some(client) = connect(&config.chain.node, &stop).await? else { return Ok(()) };
    let chain: Arc<dyn ChainClient> = Arc::new(client);
    let submitter = Submitter::new(chain.clone(), operator);

    let network = begin_network(&config, &identity, chain.genesis()).await?;
    let Some(record) = role::register::ensure(&chain, &submitter, &identity, &config, &stop).await? else {
        network.shutdown().await;
        return if stop.is_cancelled() { Ok(()) } else { Err(RunError::Unregistered) };
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
    stop.cancelled().await;
    tracing::info!("stopping");
    tasks.close();
    tasks.wait().await;
    server.shutdown(GRACE).await;
    let _ = rpc.stop();
    network.shutdown().await;
    tracing::info!("stopped");
    Ok(())
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

/// Connects to the node, which may still be starting.
async fn connect(node: &str, stop: &CancellationToken) -> Result<Option<RpcClient>, RunError> {
    let mut tried = 0;
    loop {
        tried += 1;
        match RpcClient::connect(node).await {
            Ok(client) => return Ok(Some(client)),
            Err(error @ ConnectError::WrongChain { .. }) => return Err(error.into()),
            Err(error) if tried >= NODE_TRIES => return Err(error.into()),
            Err(error) => tracing::warn!(%error, "waiting for the node"),
        }
        tokio::select! {
            () = stop.cancelled() => return Ok(None),
            () = tokio::time::sleep(Duration::from_millis(500 * u64::from(tried.min(10)))) => {},
        }
    }
}

async fn begin_network(config: &Config, identity: &Identity, genesis: [u8; 32]) -> Result<Network, RunError> {
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

fn stop_on_signals(stop: CancellationToken) -> Result<(), RunError> {
    use tokio::signal::unix::{signal, SignalKind};
    let mut terminate = signal(SignalKind::terminate()).map_err(RunError::Signals)?;
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {},
            _ = tokio::signal::ctrl_c() => {},
        }
        stop.cancel();
    });
    Ok(())
}
