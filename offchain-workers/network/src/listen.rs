//! Being reachable.

use std::net::{IpAddr, SocketAddr, TcpListener};

use libp2p::{multiaddr::Protocol, Multiaddr};

use crate::{
    driver::Command,
    network::{Network, Stopped},
};

/// Why an address cannot be listened on.
#[derive(Debug, Clone, thiserror::Error)]
pub enum ListenError {
    /// There is no transport for it.
    #[error("{0} names no transport that can be listened on; use /ip4/0.0.0.0/tcp/PORT or /ip4/0.0.0.0/udp/PORT/quic-v1")]
    Unsupported(Multiaddr),
    /// The system refuses.
    #[error("{address} cannot be listened on: {reason}; is another program using the port?")]
    Refused {
        /// The address.
        address: Multiaddr,
        /// What the system said.
        reason: String,
    },
    /// The system gave no answer.
    #[error("{0} was not ready to listen in time; is the machine overloaded?")]
    TimedOut(Multiaddr),
    /// This node is stopping.
    #[error(transparent)]
    Stopped(#[from] Stopped),
}

impl Network {
    /// Listens on `address` and returns the first address that really stands, with the port that the system chose where
    /// `address` had 0.
    pub async fn listen(&self, address: Multiaddr) -> Result<Multiaddr, ListenError> {
        refuse_taken(&address)?;
        let asked = self.ask(|reply| Command::Listen { address: address.clone(), reply });
        match tokio::time::timeout(self.timeouts().dial, asked).await {
            Ok(outcome) => outcome?,
            Err(_) => Err(ListenError::TimedOut(address)),
        }
    }
}

/// The transport shares TCP ports with whoever else does, and would split incoming connections between two programs.
fn refuse_taken(address: &Multiaddr) -> Result<(), ListenError> {
    let mut parts = address.iter();
    let host = match parts.next() {
        Some(Protocol::Ip4(host)) => IpAddr::V4(host),
        Some(Protocol::Ip6(host)) => IpAddr::V6(host),
        _ => return Ok(()),
    };
    match parts.next() {
        Some(Protocol::Tcp(port)) if port > 0 => TcpListener::bind(SocketAddr::new(host, port))
            .map(drop)
            .map_err(|error| ListenError::Refused { address: address.clone(), reason: error.to_string() }),
        _ => Ok(()),
    }
}
