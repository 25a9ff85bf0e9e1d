//! Where a peer is: a multiaddress, joined with the key that must answer there.

use std::{fmt, str::FromStr};

use idlewild_storage_primitives::PeerKey;
use libp2p::{multiaddr::Protocol, Multiaddr, PeerId};

use crate::identity::{peer_id_of, BadPeerKey};

/// Longest endpoint that is looked at, in bytes: the chain keeps no longer one.
pub const MAX_ENDPOINT_BYTES: usize = idlewild_storage_primitives::limits::MAX_ENDPOINT as usize;

/// Why an endpoint cannot be dialled or listened on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not a multiaddress at all.
    #[error("'{text}' is no multiaddress ({reason}); write for example /ip4/203.0.113.7/tcp/4001 or /dns4/host.example/udp/4001/quic-v1")]
    Malformed {
        /// What was given.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Longer than any sensible endpoint.
    #[error(
        "the endpoint has {0} bytes and at most {MAX_ENDPOINT_BYTES} are taken; use a shorter host name, or an IP address"
    )]
    TooLong(usize),
    /// A multiaddress that this network has no transport for.
    #[error("'{0}' names a transport that is not spoken here; use /ip4/…/tcp/PORT, /ip4/…/udp/PORT/quic-v1, or /ip6, /dns4 or /dns6 in place of /ip4")]
    Unsupported(Multiaddr),
    /// The address names a peer other than the key says.
    #[error("'{endpoint}' names peer {named}, but the key on chain belongs to {expected}; leave /p2p/… out or correct it")]
    OtherPeer {
        /// The address.
        endpoint: Multiaddr,
        /// The peer that it names.
        named: Box<PeerId>,
        /// The peer that the key belongs to.
        expected: Box<PeerId>,
    },
    /// The key is none.
    #[error(transparent)]
    Key(#[from] BadPeerKey),
}

/// A peer that can be dialled: its key on chain, and the endpoint that it announced there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PeerAddr {
    /// The ed25519 key that must answer.
    pub peer_key: PeerKey,
    /// Where it should be, without a `/p2p` part.
    pub endpoint: Multiaddr,
}

impl PeerAddr {
    /// Joins a key and an endpoint as they stand on chain.
    pub fn new(peer_key: PeerKey, endpoint: &[u8]) -> Result<Self, AddressError> {
        let text = std::str::from_utf8(endpoint).map_err(|_| AddressError::Malformed {
            text: String::from_utf8_lossy(endpoint).into_owned(),
            reason: "it is not UTF-8".into(),
        })?;
        Self::from_multiaddr(peer_key, parse_endpoint(text)?)
    }

    /// Joins a key and a multiaddress; a `/p2p` part must name the key and is then left out.
    pub fn from_multiaddr(peer_key: PeerKey, mut endpoint: Multiaddr) -> Result<Self, AddressError> {
        let expected = peer_id_of(&peer_key)?;
        if let Some(Protocol::P2p(named)) = endpoint.iter().last() {
            if named != expected {
                return Err(AddressError::OtherPeer { endpoint, named: named.into(), expected: expected.into() });
            }
            endpoint.pop();
        }
        Ok(Self { peer_key, endpoint })
    }

    /// The libp2p name of the key.
    pub fn peer_id(&self) -> Result<PeerId, BadPeerKey> {
        peer_id_of(&self.peer_key)
    }
}

impl fmt::Display for PeerAddr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.peer_id() {
            Ok(peer) => write!(f, "{}/p2p/{peer}", self.endpoint),
            Err(_) => write!(f, "{} (bad key {})", self.endpoint, hex::encode(self.peer_key)),
        }
    }
}

/// Reads an endpoint and checks that one of this network's transports can use it.
pub fn parse_endpoint(text: &str) -> Result<Multiaddr, AddressError> {
    let text = text.trim();
    if text.len() > MAX_ENDPOINT_BYTES {
        return Err(AddressError::TooLong(text.len()));
    }
    let malformed = |reason: &str| AddressError::Malformed { text: text.into(), reason: reason.into() };
    if text.is_empty() {
        return Err(malformed("it is empty"));
    }
    if !text.starts_with('/') {
        return Err(malformed("it does not begin with '/'"));
    }
    let address = Multiaddr::from_str(text).map_err(|error| malformed(&error.to_string()))?;
    if is_spoken(&address) {
        Ok(address)
    } else {
        Err(AddressError::Unsupported(address))
    }
}

fn is_spoken(address: &Multiaddr) -> bool {
    let mut parts = address.iter();
    let host = matches!(
        parts.next(),
        Some(Protocol::Ip4(_) | Protocol::Ip6(_) | Protocol::Dns(_) | Protocol::Dns4(_) | Protocol::Dns6(_))
    );
    let carried = match parts.next() {
        Some(Protocol::Tcp(_)) => true,
        Some(Protocol::Udp(_)) => matches!(parts.next(), Some(Protocol::QuicV1)),
        _ => false,
    };
    let named = match parts.next() {
        None => true,
        Some(Protocol::P2p(_)) => parts.next().is_none(),
        _ => false,
    };
    host && carried && named
}

/// The peer that an address ends with, where it names one, and the address without it.
pub(crate) fn split_peer(mut address: Multiaddr) -> (Option<PeerId>, Multiaddr) {
    match address.iter().last() {
        Some(Protocol::P2p(peer)) => {
            address.pop();
            (Some(peer), address)
        },
        _ => (None, address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Identity;

    #[test]
    fn endpoints_of_every_transport_are_taken() {
        for good in [
            "/ip4/127.0.0.1/tcp/4001",
            "/ip6/::1/udp/4001/quic-v1",
            "/dns4/miner.example/tcp/4001",
            " /dns/miner.example/udp/1/quic-v1 ",
        ] {
            parse_endpoint(good).unwrap();
        }
    }

    #[test]
    fn other_endpoints_are_refused_with_a_reason() {
        let reason = |text: &str| parse_endpoint(text).unwrap_err().to_string();
        assert!(reason("").contains("empty"));
        assert!(reason("127.0.0.1:4001").contains("begin with '/'"));
        assert!(reason("/ip4/300.0.0.1/tcp/1").contains("no multiaddress"));
        assert!(reason("/ip4/1.2.3.4/udp/1").contains("transport"));
        assert!(reason("/ip4/1.2.3.4/tcp/1/ws").contains("transport"));
        let of_length = |length: usize| format!("/dns4/{}/tcp/4001", "a".repeat(length - "/dns4//tcp/4001".len()));
        parse_endpoint(&of_length(128)).unwrap();
        assert!(reason(&of_length(129)).contains("129 bytes and at most 128"));
        assert!(PeerAddr::new(Identity::random().peer_key(), &[0xff]).unwrap_err().to_string().contains("UTF-8"));
    }

    #[test]
    fn a_named_peer_must_be_the_one_of_the_key() {
        let (right, wrong) = (Identity::random(), Identity::random());
        let endpoint = |who: &Identity| format!("/ip4/1.2.3.4/tcp/1/p2p/{}", who.peer_id());
        let address = PeerAddr::new(right.peer_key(), endpoint(&right).as_bytes()).unwrap();
        assert_eq!(address.endpoint.to_string(), "/ip4/1.2.3.4/tcp/1");
        assert!(matches!(PeerAddr::new(right.peer_key(), endpoint(&wrong).as_bytes()), Err(AddressError::OtherPeer { .. })));
    }
}
