//! Finding peers through Kademlia.

use futures::future::join_all;
use idlewild_storage_primitives::PeerKey;
use libp2p::{Multiaddr, PeerId};

use crate::{
    address::PeerAddr,
    driver::Command,
    identity::{peer_id_of, BadPeerKey},
    network::{Network, Stopped},
};

/// Why a lookup found nothing.
#[derive(Debug, Clone, thiserror::Error)]
pub enum LookupError {
    /// No peer is known that could be asked.
    #[error("no peer of this chain is known yet, so nobody can be asked; name one to bootstrap from")]
    Alone,
    /// Everybody asked knows of no such peer.
    #[error("no peer asked knows where {0} is; it may be down")]
    NotFound(PeerId),
    /// The peers asked did not answer in time.
    #[error("the lookup got no answer in time; try again, or name more peers to bootstrap from")]
    TimedOut,
    /// None of the peers to bootstrap from was reached.
    #[error("none of the {count} peers to bootstrap from was reached; the first said: {first}")]
    NoneReached {
        /// How many were tried.
        count: usize,
        /// What the first said.
        first: String,
    },
    /// The key is none.
    #[error(transparent)]
    Key(#[from] BadPeerKey),
    /// This node is stopping.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

impl Network {
    /// Joins the network through `peers` and returns how many of them were reached.
    ///
    /// With no peers it does nothing: the first node of a network has none.
    pub async fn bootstrap(&self, peers: &[PeerAddr]) -> Result<usize, LookupError> {
        if peers.is_empty() {
            return Ok(0);
        }
        let outcomes = join_all(peers.iter().map(|peer| async move {
            self.dial(peer).await?;
            self.know(peer).await?;
            Ok::<_, crate::dial::DialError>(())
        }))
        .await;
        let reached = outcomes.iter().filter(|outcome| outcome.is_ok()).count();
        if reached == 0 {
            let first = outcomes.into_iter().find_map(Result::err).map_or_else(String::new, |error| error.to_string());
            return Err(LookupError::NoneReached { count: peers.len(), first });
        }
        let asked = self.ask(|reply| Command::Refresh { reply });
        match tokio::time::timeout(self.timeouts().lookup, asked).await {
            Ok(outcome) => outcome??,
            Err(_) => return Err(LookupError::TimedOut),
        }
        Ok(reached)
    }

    /// Puts a peer, as the chain names it, into the routing table.
    pub async fn know(&self, peer: &PeerAddr) -> Result<(), crate::dial::DialError> {
        let id = peer.peer_id()?;
        self.tell(Command::Know { peer: id, endpoint: peer.endpoint.clone() }).await?;
        Ok(())
    }

    /// Asks Kademlia where the peer of a key is; what it says is a hint, and [`dial`](Self::dial) is the proof.
    pub async fn find_peer(&self, peer_key: &PeerKey) -> Result<Vec<Multiaddr>, LookupError> {
        let peer = peer_id_of(peer_key)?;
        let asked = self.ask(|reply| Command::Find { peer, reply });
        match tokio::time::timeout(self.timeouts().lookup, asked).await {
            Ok(outcome) => outcome?,
            Err(_) => Err(LookupError::TimedOut),
        }
    }
}
