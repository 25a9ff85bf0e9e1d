//! The local JSON-RPC interface: `status` and `shutdown`.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use jsonrpsee::{
    core::{async_trait, client::ClientT, RpcResult},
    http_client::HttpClientBuilder,
    proc_macros::rpc,
    rpc_params,
    server::{Server, ServerHandle},
};
use tokio_util::sync::CancellationToken;

use super::Report;
use crate::role::Miner;

/// How long a worker may take to answer.
const ANSWER: Duration = Duration::from_secs(5);

/// The interface.
#[rpc(server)]
pub trait Worker {
    /// The worker's state at a glance.
    #[method(name = "status")]
    async fn status(&self) -> RpcResult<Report>;

    /// Stops the worker as Ctrl-C does.
    #[method(name = "shutdown")]
    fn shutdown(&self) -> RpcResult<()>;
}

struct Interface {
    miner: Arc<Miner>,
    stop: CancellationToken,
}

#[async_trait]
impl WorkerServer for Interface {
    async fn status(&self) -> RpcResult<Report> {
        Ok(Report::of(&self.miner).await)
    }

    fn shutdown(&self) -> RpcResult<()> {
        self.stop.cancel();
        Ok(())
    }
}

/// Why the interface cannot be served or asked.
#[derive(Debug, thiserror::Error)]
pub enum RpcError {
    /// The address is no address.
    #[error("status.rpc {0:?} is not an address and port, such as 127.0.0.1:9955")]
    Address(String),
    /// It must stay on this machine.
    #[error("status.rpc {0} is not on the loopback interface: anybody who reaches it could stop the worker")]
    NotLocal(SocketAddr),
    /// It cannot be bound.
    #[error("status.rpc {address} cannot be bound: {source}. Does another worker run here?")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// Nobody answers.
    #[error("no worker answers at {address}: {reason}. Is it running?")]
    Silent {
        /// The address.
        address: String,
        /// What the transport said.
        reason: String,
    },
}

/// Serves the interface on a loopback address.
pub async fn serve(address: &str, miner: Arc<Miner>, stop: CancellationToken) -> Result<ServerHandle, RpcError> {
    let address: SocketAddr = address.parse().map_err(|_| RpcError::Address(address.to_owned()))?;
    if !address.ip().is_loopback() {
        return Err(RpcError::NotLocal(address));
    }
    let server = Server::builder().build(address).await.map_err(|source| RpcError::Bind { address, source })?;
    Ok(server.start(Interface { miner, stop }.into_rpc()))
}

/// Asks a running worker how it is.
pub async fn ask(address: &str) -> Result<Report, RpcError> {
    let silent = |reason: String| RpcError::Silent { address: address.to_owned(), reason };
    let client = HttpClientBuilder::default()
        .request_timeout(ANSWER)
        .build(format!("http://{address}"))
        .map_err(|error| silent(error.to_string()))?;
    client.request("status", rpc_params![]).await.map_err(|error| silent(error.to_string()))
}
