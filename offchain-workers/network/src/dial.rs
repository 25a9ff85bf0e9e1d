//! Reaching a peer.

use std::time::Duration;

use libp2p::{Multiaddr, PeerId};

use crate::{
    address::PeerAddr,
    driver::Command,
    identity::BadPeerKey,
    network::{Network, Stopped},
};

/// Most addresses from a lookup that are tried.
const MAX_TRIES: usize = 4;

/// Why a peer was not reached.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DialError {
    /// Somebody else answers there.
    #[error("{endpoint} is answered by peer {obtained}, but the key on chain belongs to {expected}: the connection was cut; the miner has moved or somebody stands in its place")]
    WrongPeer {
        /// Where.
        endpoint: Multiaddr,
        /// Who should have answered.
        expected: PeerId,
        /// Who did.
        obtained: PeerId,
    },
    /// The endpoint is this node's own.
    #[error("{endpoint} leads back to this node; its owner announced a wrong endpoint")]
    Oneself {
        /// Where.
        endpoint: Multiaddr,
    },
    /// A limit on connections stands in the way.
    #[error("{endpoint} was not dialled: the limit on connections is reached; wait for others to end")]
    TooMany {
        /// Where.
        endpoint: Multiaddr,
    },
    /// Nothing answers there.
    #[error("{endpoint} cannot be reached: {reason}; the peer may be down, or its endpoint on chain out of date")]
    Unreachable {
        /// Where.
        endpoint: Multiaddr,
        /// What the transport said.
        reason: String,
    },
    /// Nothing answered in time.
    #[error("{endpoint} gave no answer within {after:?}; the peer may be down, or its endpoint on chain out of date")]
    TimedOut {
        /// Where.
        endpoint: Multiaddr,
        /// How long was waited.
        after: Duration,
    },
    /// The peer key is none.
    #[error(transparent)]
    Key(#[from] BadPeerKey),
    /// This node is stopping.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

impl Network {
    /// Connects to a peer at its endpoint and nowhere else.
    ///
    /// Returns at once where a connection stands. A peer with another key than `peer` says is cut off during the
    /// handshake, before a byte of any protocol is exchanged.
    pub async fn dial(&self, peer: &PeerAddr) -> Result<(), DialError> {
        let id = peer.peer_id()?;
        let endpoint = peer.endpoint.clone();
        let after = self.timeouts().dial;
        let asked = self.ask(|reply| Command::Dial { peer: id, endpoint: endpoint.clone(), reply });
        match tokio::time::timeout(after, asked).await {
            Ok(outcome) => outcome?,
            Err(_) => Err(DialError::TimedOut { endpoint, after }),
        }
    }

    /// Connects to a peer at its endpoint on chain or, where that fails, wherever Kademlia finds it.
    ///
    /// Where both fail, the error is that of the endpoint on chain.
    pub async fn connect(&self, peer: &PeerAddr) -> Result<(), DialError> {
        let first = match self.dial(peer).await {
            Err(error @ (DialError::WrongPeer { .. } | DialError::Unreachable { .. } | DialError::TimedOut { .. })) => error,
            other => return other,
        };
        let Ok(addresses) = self.find_peer(&peer.peer_key).await else { return Err(first) };
        for endpoint in addresses.into_iter().filter(|address| *address != peer.endpoint).take(MAX_TRIES) {
            let elsewhere = PeerAddr { peer_key: peer.peer_key, endpoint };
            match self.dial(&elsewhere).await {
                Ok(()) => {
                    tracing::info!(peer = %elsewhere, "reached a peer at another place than the chain says");
                    return Ok(());
                },
                Err(error) => tracing::debug!(%error, "a looked-up address failed"),
            }
        }
        Err(first)
    }
}
