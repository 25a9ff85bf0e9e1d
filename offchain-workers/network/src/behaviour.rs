//! The swarm's protocols, put together.

use std::{num::NonZeroUsize, time::Duration};

use crate::{
    config::{ConnectionBounds, NetworkConfig, Role},
    crowd, streams,
};
use libp2p::{
    connection_limits::{self, ConnectionLimits},
    dns::{ResolverConfig, ResolverOpts},
    identify, kad, noise, ping,
    swarm::NetworkBehaviour,
    tcp, yamux, Multiaddr, StreamProtocol, Swarm, SwarmBuilder,
};

/// Most peers that a lookup asks at once.
const PARALLEL_QUERIES: NonZeroUsize = match NonZeroUsize::new(5) {
    Some(count) => count,
    None => NonZeroUsize::MIN,
};

/// Why the swarm cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The transports refuse the key or the system.
    #[error("the transports cannot be set up: {0}")]
    Transport(String),
    /// The protocol's name is malformed.
    #[error("the protocol name {0} is malformed; this is a fault of the program")]
    Protocol(String),
}

#[derive(NetworkBehaviour)]
pub(crate) struct Behaviour {
    // First, so that a connection over the limit costs the others nothing.
    pub(crate) limits: connection_limits::Behaviour,
    pub(crate) crowd: crowd::Behaviour,
    pub(crate) kademlia: kad::Behaviour<kad::store::MemoryStore>,
    pub(crate) identify: identify::Behaviour,
    pub(crate) ping: ping::Behaviour,
    pub(crate) streams: streams::Behaviour,
}

/// The Kademlia protocol of a chain. Its genesis hash is in the name, so tables of different chains never mix.
pub(crate) fn kademlia_protocol(genesis: &[u8; 32]) -> Result<StreamProtocol, StartError> {
    let name = format!("/idlewild/{}/kad/1", hex::encode(genesis));
    StreamProtocol::try_from_owned(name.clone()).map_err(|_| StartError::Protocol(name))
}

fn limits(bounds: &ConnectionBounds) -> connection_limits::Behaviour {
    connection_limits::Behaviour::new(
        ConnectionLimits::default()
            .with_max_established(Some(bounds.total))
            .with_max_established_incoming(Some(bounds.incoming))
            .with_max_established_per_peer(Some(bounds.per_peer))
            .with_max_pending_incoming(Some(bounds.pending_incoming))
            .with_max_pending_outgoing(Some(bounds.pending_outgoing)),
    )
}

fn behaviour(config: &NetworkConfig) -> Result<Behaviour, StartError> {
    let peer = config.identity.peer_id();
    let mut settings = kad::Config::new(kademlia_protocol(&config.genesis)?);
    settings
        .set_query_timeout(config.timeouts.lookup)
        .set_parallelism(PARALLEL_QUERIES)
        // As in S/Kademlia: a lookup runs over paths that share no peer, so one liar cannot turn all of them.
        .disjoint_query_paths(true)
        .set_record_filtering(kad::StoreInserts::FilterBoth)
        .set_periodic_bootstrap_interval(Some(Duration::from_secs(300)));
    let mut kademlia = kad::Behaviour::with_config(peer, kad::store::MemoryStore::new(peer), settings);
    kademlia.set_mode(Some(match config.role {
        Role::Miner => kad::Mode::Server,
        Role::User => kad::Mode::Client,
    }));
    let version = format!("/idlewild/{}/1", hex::encode(config.genesis));
    let identity = identify::Config::new(version, config.identity.keypair().public())
        .with_agent_version(format!("idlewild/{}", env!("CARGO_PKG_VERSION")));
    Ok(Behaviour {
        limits: limits(&config.connections),
        crowd: crowd::Behaviour::new(config.connections.per_origin, config.connections.counts_loopback),
        kademlia,
        identify: identify::Behaviour::new(identity),
        ping: ping::Behaviour::default(),
        streams: streams::Behaviour::new(config.connections.counts_loopback),
    })
}

/// Builds the swarm: TCP with Noise and yamux, QUIC, and host names over both.
pub(crate) fn swarm(config: &NetworkConfig) -> Result<Swarm<Behaviour>, StartError> {
    let keypair = config.identity.keypair();
    let failed = |error: &dyn std::fmt::Display| StartError::Transport(error.to_string());
    let transports = || {
        let builder = SwarmBuilder::with_existing_identity(keypair.clone())
            .with_tokio()
            .with_tcp(tcp::Config::default().nodelay(true), noise::Config::new, yamux::Config::default)
            .map_err(|error| failed(&error))?;
        Ok::<_, StartError>(builder.with_quic())
    };
    let protocols = behaviour(config)?;
    let keep_alive = config.timeouts.keep_alive;
    let mut swarm = match transports()?.with_dns() {
        Ok(builder) => builder
            .with_behaviour(|_| protocols)
            .map_err(|error| failed(&error))?
            .with_swarm_config(|settings| settings.with_idle_connection_timeout(keep_alive))
            .build(),
        // A machine without resolver settings can still dial numbers.
        Err(error) => {
            tracing::warn!(%error, "no usable resolver settings: peers under host names cannot be reached");
            transports()?
                .with_dns_config(ResolverConfig::new(), ResolverOpts::default())
                .with_behaviour(|_| protocols)
                .map_err(|error| failed(&error))?
                .with_swarm_config(|settings| settings.with_idle_connection_timeout(keep_alive))
                .build()
        },
    };
    for address in &config.external {
        swarm.add_external_address(Multiaddr::clone(address));
    }
    Ok(swarm)
}
