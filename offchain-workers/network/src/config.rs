//! What a network is started with.

use std::time::Duration;

use libp2p::Multiaddr;

use crate::identity::Identity;

/// The part that a node plays in finding others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Answers Kademlia queries and keeps a place in others' tables.
    Miner,
    /// Asks and is not asked.
    User,
}

/// Bounds on connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConnectionBounds {
    /// Connections in all.
    pub total: u32,
    /// Connections that others opened; what is left of the total is for those that this node opens itself.
    pub incoming: u32,
    /// Connections with one peer.
    pub per_peer: u32,
    /// Incoming connections from one IPv4 address, or one /64 network of IPv6: many users may share one.
    pub per_origin: u32,
    /// Whether this machine itself counts as an origin. Without it, all that runs here may connect as it likes.
    pub counts_loopback: bool,
    /// Incoming connections whose handshake is not over.
    pub pending_incoming: u32,
    /// Outgoing connections whose handshake is not over.
    pub pending_outgoing: u32,
}

impl Default for ConnectionBounds {
    fn default() -> Self {
        Self {
            total: 1024,
            incoming: 768,
            per_peer: 4,
            per_origin: 96,
            counts_loopback: false,
            pending_incoming: 128,
            pending_outgoing: 256,
        }
    }
}

/// How long is waited for what; no wait of this crate is without a bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For a connection to stand, handshake included.
    pub dial: Duration,
    /// For a Kademlia lookup.
    pub lookup: Duration,
    /// For a stream to be opened on a standing connection.
    pub open: Duration,
    /// For the other side to send or take the next bytes.
    pub idle: Duration,
    /// For the other side to answer a request, or to confirm what it has been sent: time to ask a chain and to sync a disk.
    pub answer: Duration,
    /// For a whole request, its bytes included.
    pub total: Duration,
    /// After which an unused connection is closed.
    pub keep_alive: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            dial: Duration::from_secs(10),
            lookup: Duration::from_secs(20),
            open: Duration::from_secs(10),
            idle: Duration::from_secs(20),
            answer: Duration::from_secs(60),
            total: Duration::from_secs(600),
            keep_alive: Duration::from_secs(60),
        }
    }
}

/// What a network is started with.
#[derive(Clone, Debug)]
pub struct NetworkConfig {
    /// Who this node is.
    pub identity: Identity,
    /// The chain's genesis hash; nodes of different chains never meet.
    pub genesis: [u8; 32],
    /// Its part in finding others.
    pub role: Role,
    /// Addresses under which others reach it, announced as they stand.
    pub external: Vec<Multiaddr>,
    /// Bounds on connections.
    pub connections: ConnectionBounds,
    /// How long is waited for what.
    pub timeouts: Timeouts,
}

impl NetworkConfig {
    /// The usual configuration.
    pub fn new(identity: Identity, genesis: [u8; 32], role: Role) -> Self {
        Self {
            identity,
            genesis,
            role,
            external: Vec::new(),
            connections: ConnectionBounds::default(),
            timeouts: Timeouts::default(),
        }
    }

    /// That of somebody who stores and fetches, under an identity of the moment. There are always other miners to ask, so one that says
    /// nothing is given up sooner than miners give each other up.
    pub fn of_user(genesis: [u8; 32]) -> Self {
        let mut config = Self::new(Identity::random(), genesis, Role::User);
        let step = Duration::from_secs(5);
        config.timeouts = Timeouts { dial: step, lookup: step, open: step, answer: Duration::from_secs(30), ..config.timeouts };
        config
    }
}
