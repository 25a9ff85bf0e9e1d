//! The handle to a running swarm.

use std::{sync::Arc, time::Duration};

use idlewild_storage_primitives::PeerKey;
use libp2p::{PeerId, Stream, StreamProtocol};
use tokio::{
    sync::{mpsc, oneshot, Mutex},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

use crate::{
    behaviour::{self, StartError},
    config::{NetworkConfig, Timeouts},
    driver::{Command, Driver, Reply},
    streams::{Incoming, Register, Unopened},
};

/// How long a stopping driver may take to say goodbye.
const GRACE: Duration = Duration::from_secs(5);
/// Commands that wait for the driver before callers do.
const QUEUE: usize = 256;

/// The network has been shut down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this node's network has been shut down")]
pub struct Stopped;

/// Why no stream could be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The peer speaks no such protocol.
    #[error("peer {peer} does not speak {protocol}; it may be another kind of node, or an older version")]
    NotSpoken {
        /// The peer.
        peer: PeerId,
        /// The protocol.
        protocol: StreamProtocol,
    },
    /// The connection failed meanwhile.
    #[error("the connection with peer {peer} failed: {reason}")]
    Lost {
        /// The peer.
        peer: PeerId,
        /// What the transport said.
        reason: String,
    },
    /// The peer does not answer.
    #[error("peer {peer} opened no stream within {after:?}")]
    TimedOut {
        /// The peer.
        peer: PeerId,
        /// How long was waited.
        after: Duration,
    },
    /// This node is stopping.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

/// Another part of this program accepts the protocol already.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0} is being served already; a protocol can be served once per node")]
pub struct AlreadyServed(pub StreamProtocol);

struct Shared {
    commands: mpsc::Sender<Command>,
    register: Register,
    stop: CancellationToken,
    driver: Mutex<Option<JoinHandle<()>>>,
    peer_key: PeerKey,
    peer: PeerId,
    genesis: [u8; 32],
    timeouts: Timeouts,
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// A running node of the peer-to-peer network.
///
/// Clones are handles to the same node. It stops at [`shutdown`](Self::shutdown), or when the last handle is dropped.
#[derive(Clone)]
pub struct Network {
    shared: Arc<Shared>,
}

impl std::fmt::Debug for Network {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Network").field(&self.shared.peer).finish()
    }
}

impl Network {
    /// Starts a node; it listens and dials only when told to. Must be called within a tokio runtime.
    pub fn start(config: NetworkConfig) -> Result<Self, StartError> {
        let swarm = behaviour::swarm(&config)?;
        let protocol = behaviour::kademlia_protocol(&config.genesis)?;
        let register = swarm.behaviour().streams.register();
        let (commands, receiver) = mpsc::channel(QUEUE);
        let stop = CancellationToken::new();
        let driver = tokio::spawn(Driver::new(swarm, protocol, receiver, stop.clone()).run());
        Ok(Self {
            shared: Arc::new(Shared {
                commands,
                register,
                stop,
                driver: Mutex::new(Some(driver)),
                peer_key: config.identity.peer_key(),
                peer: config.identity.peer_id(),
                genesis: config.genesis,
                timeouts: config.timeouts,
            }),
        })
    }

    /// This node's key, as it stands on chain.
    pub fn peer_key(&self) -> PeerKey {
        self.shared.peer_key
    }

    /// This node's libp2p name.
    pub fn peer_id(&self) -> PeerId {
        self.shared.peer
    }

    /// The genesis hash of the chain that this node belongs to.
    pub fn genesis(&self) -> &[u8; 32] {
        &self.shared.genesis
    }

    /// How long this node waits for what.
    pub fn timeouts(&self) -> &Timeouts {
        &self.shared.timeouts
    }

    /// The peers that a connection stands with.
    pub async fn peers(&self) -> Result<Vec<PeerId>, Stopped> {
        let (reply, answer) = oneshot::channel();
        self.tell(Command::Peers { reply }).await?;
        answer.await.map_err(|_| Stopped)
    }

    /// Accepts streams of a protocol until the returned value is dropped.
    pub fn accept(&self, protocol: StreamProtocol) -> Result<Incoming, AlreadyServed> {
        self.shared.register.serve(protocol.clone()).ok_or(AlreadyServed(protocol))
    }

    /// Opens a stream with a peer that a connection stands with.
    pub async fn open_stream(&self, peer: PeerId, protocol: StreamProtocol) -> Result<Stream, OpenError> {
        let after = self.shared.timeouts.open;
        let asked = self.ask(|reply| Command::Open { peer, protocol: protocol.clone(), reply });
        match tokio::time::timeout(after, asked).await {
            Ok(Ok(Ok(stream))) => Ok(stream),
            Ok(Ok(Err(Unopened::NotSpoken))) => Err(OpenError::NotSpoken { peer, protocol }),
            Ok(Ok(Err(Unopened::Lost(reason)))) => Err(OpenError::Lost { peer, reason }),
            // The request went down with its connection, or with the node.
            Ok(Err(Stopped)) if self.shared.stop.is_cancelled() => Err(Stopped.into()),
            Ok(Err(Stopped)) => Err(OpenError::Lost { peer, reason: "it was closed".into() }),
            Err(_) => Err(OpenError::TimedOut { peer, after }),
        }
    }

    /// Closes every connection and waits until the node has stopped. Later calls of any handle say [`Stopped`].
    pub async fn shutdown(&self) {
        self.shared.stop.cancel();
        let driver = self.shared.driver.lock().await.take();
        if let Some(mut driver) = driver {
            if tokio::time::timeout(GRACE, &mut driver).await.is_err() {
                driver.abort();
            }
        }
    }

    /// Cancelled when the node stops; servers end with it.
    pub(crate) fn stopping(&self) -> CancellationToken {
        self.shared.stop.child_token()
    }

    pub(crate) async fn tell(&self, command: Command) -> Result<(), Stopped> {
        if self.shared.stop.is_cancelled() {
            return Err(Stopped);
        }
        self.shared.commands.send(command).await.map_err(|_| Stopped)
    }

    pub(crate) async fn ask<T, E>(&self, command: impl FnOnce(Reply<T, E>) -> Command) -> Result<Result<T, E>, Stopped> {
        let (reply, answer) = oneshot::channel();
        self.tell(command(reply)).await?;
        answer.await.map_err(|_| Stopped)
    }
}
