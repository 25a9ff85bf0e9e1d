//! `run`: the daemon.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use idlewild_chain_client::{AccountId32, ChainClient, ConnectError, Keypair, RpcClient, Submitter};
use idlewild_network::{Identity, Network};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::init::operator_keys;
use crate::{
    capacity::{self, progress::Progress, Mining},
    compute::{self, Working},
    config::{Config, ConfigError, Keys, Storing},
    daemon::{begin_network, Daemon, Setup, StartError},
    logs,
    pause::rest,
    sharing::Sharing,
    signals::on_stop,
    status::{
        metrics::{Metrics, MetricsError},
        rpc::{RpcError, Served},
        stage::Stage,
    },
};

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
    /// The status interface.
    #[error(transparent)]
    Status(#[from] RpcError),
    /// The node.
    #[error(transparent)]
    Chain(#[from] ConnectError),
    /// Metrics.
    #[error(transparent)]
    Metrics(#[from] MetricsError),
    /// The storage role.
    #[error(transparent)]
    Start(#[from] StartError),
    /// The capacity role.
    #[error(transparent)]
    Capacity(#[from] capacity::StartError),
    /// The compute role, or the tracker's.
    #[error(transparent)]
    Compute(#[from] compute::StartError),
    /// Signals.
    #[error("signals cannot be caught: {0}")]
    Signals(std::io::Error),
}

/// The operator's keys from its file, which nobody else may read.
pub fn load_operator(keys: &Keys) -> Result<idlewild_chain_client::Keypair, RunError> {
    use std::os::unix::fs::PermissionsExt;
    let path = &keys.operator;
    let wrong = |reason: String| RunError::Operator { path: path.clone(), reason };
    let mode = std::fs::metadata(path).map_err(|error| wrong(error.to_string()))?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(wrong(format!("others may read it (its mode is {:o}): run `chmod 600` on it", mode & 0o777)));
    }
    let secret = std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?;
    operator_keys(&secret).map_err(wrong)
}

/// Runs until stopped. An empty disk where shards should be is refused unless it is accepted.
pub async fn run(path: &Path, accept_empty_disk: bool) -> Result<(), RunError> {
    // The file that this process runs, even where another has taken its place since.
    run_as(path, accept_empty_disk, None, Some("/proc/self/exe".into())).await
}

/// The same in another program than `idlewild-worker`, with something [around](compute::Setup::wrap) what runs modules.
pub async fn run_wrapped(path: &Path, accept_empty_disk: bool, wrap: Option<compute::Wrap>) -> Result<(), RunError> {
    run_as(path, accept_empty_disk, wrap, None).await
}

async fn run_as(
    path: &Path,
    accept_empty_disk: bool,
    wrap: Option<compute::Wrap>,
    program: Option<PathBuf>,
) -> Result<(), RunError> {
    let config = Config::load(path)?;
    logs::begin(&config.log)?;
    let stop = CancellationToken::new();
    let asked = stop.clone();
    on_stop(move || asked.cancel()).map_err(RunError::Signals)?;
    let operator = load_operator(&config.keys)?;
    let storing = config.storing();
    let peer = config.keys.peer.as_ref().filter(|_| storing.is_some() || config.compute.is_some());
    let identity = peer.map(|peer| Identity::load(peer)).transpose()?;
    let status = Served::open(&config.status.rpc).await?;
    let metrics = Metrics::new()?;
    metrics.serve(&config.status.metrics, stop.clone()).await?;
    let Some(client) = connect(&config.chain.node, status.stage(), &stop).await? else { return Ok(()) };
    let client = Arc::new(client);
    let submitter = Arc::new(Submitter::new(client.clone(), operator.clone()));
    let roles =
        Roles { client, submitter, operator, stage: status.stage().clone(), metrics, sharing: Sharing::default(), stop };
    // One for all that others know by the peer key: shards, pieces of images, and what trackers ask.
    let network = match config.network.as_ref().zip(identity.as_ref()) {
        Some((settings, identity)) => {
            roles.stage.note("joining the network");
            Some(begin_network(settings, identity, roles.client.genesis()).await?)
        },
        None => None,
    };
    // Plots need no miner's registration, which may have to wait for coins. Shards wait for no disk with plots: none is asked here.
    let plotting = roles.begin_capacity(&config)?;
    let working = roles.begin_compute(&config, identity.clone(), network.clone(), (wrap, program));
    let mining = match storing.zip(identity.zip(network.clone())) {
        Some((storing, (identity, network))) => roles.begin_storage(storing, identity, network, accept_empty_disk).await,
        None => {
            roles.stage.store_nothing();
            Ok(None)
        },
    };
    if mining.is_ok() {
        roles.stop.cancelled().await;
        tracing::info!("stopping");
    }
    roles.stop.cancel();
    let mining = match mining {
        Ok(Some(daemon)) => {
            daemon.stop().await;
            Ok(())
        },
        ended => ended.map(drop),
    };
    if let Some(plotting) = plotting {
        plotting.stop().await;
    }
    if let Some(working) = working {
        // It ends with the others; what went wrong has been told.
        let _ = working.await;
    }
    if let Some(network) = network {
        network.shutdown().await;
    }
    status.stop();
    tracing::info!("stopped");
    mining
}

/// What the roles are begun with.
struct Roles {
    client: Arc<RpcClient>,
    operator: Keypair,
    /// The operator's transactions are numbered in one place, whatever role sends them.
    submitter: Arc<Submitter>,
    stage: Stage,
    metrics: Metrics,
    sharing: Sharing,
    stop: CancellationToken,
}

impl Roles {
    fn begin_capacity(&self, config: &Config) -> Result<Option<Mining>, RunError> {
        let Some(capacity) = config.capacity.clone() else { return Ok(None) };
        let account = capacity.account.unwrap_or_else(|| self.submitter.account());
        let setup = capacity::Setup {
            config: capacity,
            chain: self.client.clone(),
            submitter: self.submitter.clone(),
            shards: config.storage.as_ref().map(|storage| storage.folder.clone()),
            sharing: self.sharing.clone(),
        };
        let plotting = match Mining::start(setup, self.stop.clone()) {
            // Shards must be proven whatever becomes of the plots.
            Err(error) if config.storage.is_some() => {
                tracing::error!(%error, "no plots are kept");
                let progress = Progress::new(AccountId32(account).to_string());
                progress.note(|report| {
                    report.troubles.insert("plots".into(), format!("none are kept until the worker is started again: {error}"));
                });
                self.stage.plot(Arc::new(progress));
                return Ok(None);
            },
            begun => begun?,
        };
        self.metrics.follow(plotting.progress().clone());
        self.stage.plot(plotting.progress().clone());
        Ok(Some(plotting))
    }

    /// Begins the compute role and the tracker's, beside all others: to be registered may have to wait for coins.
    fn begin_compute(
        &self,
        config: &Config,
        identity: Option<Identity>,
        network: Option<Network>,
        (wrap, program): (Option<compute::Wrap>, Option<PathBuf>),
    ) -> Option<JoinHandle<()>> {
        if config.compute.is_none() && config.tracker.is_none() {
            return None;
        }
        // The role's tasks run in this process, and its threads take what others leave. The owner's own work comes first; but proofs of
        // shards must not wait for it, as what is late there costs the miner's bond.
        if config.compute.is_some() && config.storage.is_none() {
            for error in idlewild_compute::owner::priority::lower() {
                tracing::warn!(%error, "others' work does not quite stand back behind the owner's");
            }
        }
        let progress = Arc::new(compute::progress::Progress::default());
        if config.compute.is_some() {
            progress.note(|report| report.trouble = Some("it is not registered yet".into()));
            self.stage.compute(progress.clone());
            self.metrics.follow_compute(progress.clone());
        }
        let endpoint = config.network.as_ref().map(|network| network.endpoint.clone());
        let provider = config.compute.clone().zip(identity.zip(endpoint));
        let setup = compute::Setup {
            chain: self.client.clone(),
            compute: self.client.clone(),
            submitter: self.submitter.clone(),
            operator: self.operator.clone(),
            provider: provider.map(|(compute, (identity, endpoint))| (compute, identity, endpoint)),
            network,
            tracker: config.tracker.clone(),
            wrap,
            program,
            progress: progress.clone(),
        };
        let stop = self.stop.clone();
        Some(tokio::spawn(async move {
            match Working::start(setup, stop.clone()).await {
                Ok(Some(working)) => {
                    stop.cancelled().await;
                    working.stop().await;
                },
                Ok(None) => {},
                Err(error) => {
                    tracing::error!(%error, "no jobs are run and nothing is judged until the worker is started again");
                    progress.note(|report| {
                        report.trouble = Some(format!("it does not run until the worker is started again: {error}"));
                    });
                },
            }
        }))
    }

    /// `None` where it was told to stop before it began.
    async fn begin_storage(
        &self,
        config: Storing,
        identity: Identity,
        network: Network,
        accept_empty_disk: bool,
    ) -> Result<Option<Daemon>, RunError> {
        let setup = Setup {
            config,
            chain: self.client.clone(),
            submitter: self.submitter.clone(),
            identity,
            accept_empty_disk,
            stage: self.stage.clone(),
            metrics: self.metrics.clone(),
            sharing: self.sharing.clone(),
        };
        Ok(Daemon::start_on(network, setup, self.stop.clone()).await?)
    }
}

/// Connects to the node, which may still be starting.
async fn connect(node: &str, stage: &Stage, stop: &CancellationToken) -> Result<Option<RpcClient>, RunError> {
    let mut tried = 0;
    stage.note(format!("waiting for the node at {node}"));
    loop {
        tried += 1;
        match RpcClient::connect(node).await {
            Ok(client) => return Ok(Some(client)),
            Err(error @ ConnectError::WrongChain { .. }) => return Err(error.into()),
            Err(error) if tried >= NODE_TRIES => return Err(error.into()),
            Err(error) => {
                tracing::warn!(%error, "waiting for the node");
                stage.note(format!("waiting for the node: {error}"));
            },
        }
        if !rest(Duration::from_millis(500 * u64::from(tried.min(10))), stop).await {
            return Ok(None);
        }
    }
}
