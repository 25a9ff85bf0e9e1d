//! Idlewild's peer-to-peer network.
//!
//! A node is a [`Network`]: a libp2p swarm over TCP and QUIC, with Noise, yamux, Kademlia, identify and ping. Peers are
//! named by the ed25519 keys that stand on chain, so dialling one cuts the connection where anybody else answers.
//!
//! | module | concern |
//! | --- | --- |
//! | [`identity`] | the peer key, its file, its signatures |
//! | [`address`] | endpoints, and the key that must answer there |
//! | [`config`] | limits and timeouts |
//! | [`network`] | the handle to a running node |
//! | [`dial`], [`listen`], [`lookup`] | reaching peers, being reached, finding them |
//! | [`transfer`] | moving shards: the protocol, its server and its client |

#![cfg_attr(test, allow(clippy::unwrap_used))]

pub mod address;
mod behaviour;
pub mod config;
mod crowd;
pub mod dial;
mod driver;
pub mod identity;
pub mod listen;
pub mod lookup;
pub mod network;
mod origin;
mod streams;
pub mod transfer;

pub use address::PeerAddr;
pub use behaviour::StartError;
pub use config::{ConnectionBounds, NetworkConfig, Role, Timeouts};
pub use dial::DialError;
pub use identity::{agreement_key_of, peer_id_of, Identity};
pub use libp2p::{Multiaddr, PeerId, Stream, StreamProtocol};
pub use listen::ListenError;
pub use lookup::LookupError;
pub use network::Network;
pub use streams::Incoming;
