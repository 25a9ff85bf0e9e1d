//! The local JSON-RPC interface: `status`, and nothing that changes anything.
//!
//! It answers to programs on this machine. A browser's pages are kept out: they cannot send what it takes (JSON over HTTP, no
//! WebSocket) without being asked for permission, which it never gives, and a name that somebody points at this machine is none
//! of the hosts that it answers for.

use std::{net::SocketAddr, time::Duration};

use jsonrpsee::{
    core::{async_trait, client::ClientT, ClientError, RpcResult},
    http_client::HttpClientBuilder,
    proc_macros::rpc,
    rpc_params,
    server::{middleware::http::HostFilterLayer, Server, ServerHandle},
    types::ErrorObjectOwned,
};

use super::{stage::Stage, Report, StorageReport};

/// How long a worker may take to answer.
const ANSWER: Duration = Duration::from_secs(5);
/// Connections at a time.
const CONNECTIONS: u32 = 32;
/// Bytes of a request.
const REQUEST: u32 = 16 << 10;
/// The names of this machine.
const HOSTS: [&str; 3] = ["localhost:*", "127.0.0.1:*", "[::1]:*"];
/// The code of an answer that says what the worker does as long as it does not mine yet.
const NOT_MINING: i32 = 1;

/// The interface.
#[rpc(server)]
pub trait Worker {
    /// The worker's state at a glance; an error with the words for what it waits for, until it mines.
    #[method(name = "status")]
    async fn status(&self) -> RpcResult<Report>;
}

struct Interface(Stage);

#[async_trait]
impl WorkerServer for Interface {
    async fn status(&self) -> RpcResult<Report> {
        let roles = self.0.roles().map_err(|what| ErrorObjectOwned::owned(NOT_MINING, what, None::<()>))?;
        let storage = match &roles.storage {
            Some(miner) => Some(StorageReport::of(miner).await),
            None => None,
        };
        let capacity = roles.capacity.map(|progress| progress.report());
        let compute = roles.compute.map(|progress| progress.report());
        Ok(Report { version: env!("CARGO_PKG_VERSION").to_owned(), storage, capacity, compute })
    }
}

/// Why the interface cannot be served or asked.
#[derive(Debug, thiserror::Error)]
pub enum RpcError {
    /// The address is no address.
    #[error("status.rpc {0:?} is not an address and port, such as 127.0.0.1:9955")]
    Address(String),
    /// It must stay on this machine.
    #[error("status.rpc {0} is not on the loopback interface: everybody could ask this worker. Write 127.0.0.1 and a port")]
    NotLocal(SocketAddr),
    /// It cannot be bound.
    #[error("status.rpc {address} cannot be bound: {reason}. Does another worker run here?")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        reason: String,
    },
    /// The worker is not there yet.
    #[error("the worker at {address} runs and does not mine yet. It is {what}")]
    NotMining {
        /// The address.
        address: String,
        /// What it does, or waits for.
        what: String,
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

/// Reads a loopback address and its port.
pub fn parse_address(text: &str) -> Result<SocketAddr, RpcError> {
    let address: SocketAddr = text.parse().map_err(|_| RpcError::Address(text.to_owned()))?;
    if !address.ip().is_loopback() {
        return Err(RpcError::NotLocal(address));
    }
    Ok(address)
}

/// The interface at work, until it is told to stop or dropped.
pub struct Served {
    stage: Stage,
    address: Option<SocketAddr>,
    handle: ServerHandle,
}

impl Served {
    /// Opens the port and answers from now on, with how far the worker is.
    pub async fn open(address: &str) -> Result<Self, RpcError> {
        let address = parse_address(address)?;
        let failed = |reason: String| RpcError::Bind { address, reason };
        // The loopback interface has more addresses than the usual one.
        let own = match address {
            SocketAddr::V4(address) => format!("{}:*", address.ip()),
            SocketAddr::V6(address) => format!("[{}]:*", address.ip()),
        };
        let hosts = HostFilterLayer::new(HOSTS.into_iter().chain([own.as_str()])).map_err(|error| failed(error.to_string()))?;
        let server = Server::builder()
            .http_only()
            .max_connections(CONNECTIONS)
            .max_request_body_size(REQUEST)
            .set_http_middleware(tower::ServiceBuilder::new().layer(hosts))
            .build(address)
            .await
            .map_err(|error| failed(error.to_string()))?;
        let (stage, address) = (Stage::default(), server.local_addr().ok());
        let handle = server.start(Interface(stage.clone()).into_rpc());
        Ok(Self { stage, address, handle })
    }

    /// Where it is, with the port that the system chose where the address had 0.
    pub fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    /// What it tells.
    pub fn stage(&self) -> &Stage {
        &self.stage
    }

    /// Answers no more.
    pub fn stop(&self) {
        // It fails only where it is gone already.
        let _ = self.handle.stop();
    }
}

/// Asks a running worker how it is. One that does not mine yet is an error that says what it waits for.
pub async fn ask(address: &str) -> Result<Report, RpcError> {
    let silent = |reason: String| RpcError::Silent { address: address.to_owned(), reason };
    let client = HttpClientBuilder::default()
        .request_timeout(ANSWER)
        .build(format!("http://{address}"))
        .map_err(|error| silent(error.to_string()))?;
    client.request("status", rpc_params![]).await.map_err(|error| match error {
        ClientError::Call(answer) if answer.code() == NOT_MINING => {
            RpcError::NotMining { address: address.to_owned(), what: answer.message().to_owned() }
        },
        error => silent(error.to_string()),
    })
}
