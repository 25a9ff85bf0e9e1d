//! `run`: the daemon.

use std::{path::Path, sync::Arc, time::Duration};

use idlewild_chain_client::{ConnectError, RpcClient};
use idlewild_network::Identity;
use tokio_util::sync::CancellationToken;

use super::init::operator_keys;
use crate::{
    config::{Config, ConfigError},
    daemon::{Daemon, Setup, StartError},
    logs,
    pause::rest,
    status::{
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
    /// The worker itself.
    #[error(transparent)]
    Start(#[from] StartError),
    /// Signals.
    #[error("signals cannot be caught: {0}")]
    Signals(std::io::Error),
}

/// The operator's keys from its file, which nobody else may read.
pub fn load_operator(config: &Config) -> Result<idlewild_chain_client::Keypair, RunError> {
    use std::os::unix::fs::PermissionsExt;
    let path = &config.keys.operator;
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
    let config = Config::load(path)?;
    logs::begin(&config.log)?;
    let stop = CancellationToken::new();
    stop_on_signals(stop.clone())?;
    let operator = load_operator(&config)?;
    let identity = Identity::load(&config.keys.peer)?;
    let status = Served::open(&config.status.rpc).await?;
    let Some(client) = connect(&config.chain.node, status.stage(), &stop).await? else { return Ok(()) };
    let setup = Setup { config, chain: Arc::new(client), operator, identity, accept_empty_disk, status };
    let Some(daemon) = Daemon::start(setup, stop.clone()).await? else { return Ok(()) };
    stop.cancelled().await;
    tracing::info!("stopping");
    daemon.stop().await;
    tracing::info!("stopped");
    Ok(())
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
