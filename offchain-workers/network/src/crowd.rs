//! Bounds the connections that come from one origin, those whose handshake is not over included.

use std::{
    collections::HashMap,
    convert::Infallible,
    task::{Context, Poll},
};

use libp2p::{
    core::{transport::PortUse, Endpoint},
    swarm::{
        dummy, ConnectionDenied, ConnectionId, FromSwarm, NetworkBehaviour, THandler, THandlerInEvent, THandlerOutEvent,
        ToSwarm,
    },
    Multiaddr, PeerId,
};

use crate::origin::Origin;

/// Why a connection is not let in.
#[derive(Debug, thiserror::Error)]
#[error("{most} connections come from {origin} already")]
pub(crate) struct TooMany {
    origin: Origin,
    most: u32,
}

pub(crate) struct Behaviour {
    most: u32,
    counts_loopback: bool,
    connections: HashMap<ConnectionId, Origin>,
    counts: HashMap<Origin, u32>,
}

impl Behaviour {
    pub(crate) fn new(most: u32, counts_loopback: bool) -> Self {
        Self { most, counts_loopback, connections: HashMap::new(), counts: HashMap::new() }
    }

    fn release(&mut self, connection: ConnectionId) {
        let Some(origin) = self.connections.remove(&connection) else { return };
        if let Some(count) = self.counts.get_mut(&origin) {
            *count = count.saturating_sub(1);
            if *count == 0 {
                self.counts.remove(&origin);
            }
        }
    }
}

impl NetworkBehaviour for Behaviour {
    type ConnectionHandler = dummy::ConnectionHandler;
    type ToSwarm = Infallible;

    fn handle_pending_inbound_connection(
        &mut self,
        connection: ConnectionId,
        _: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<(), ConnectionDenied> {
        let Some(origin) = Origin::of(remote, self.counts_loopback) else { return Ok(()) };
        let count = self.counts.get(&origin).copied().unwrap_or_default();
        if count >= self.most {
            return Err(ConnectionDenied::new(TooMany { origin, most: self.most }));
        }
        self.counts.insert(origin, count.saturating_add(1));
        self.connections.insert(connection, origin);
        Ok(())
    }

    fn handle_established_inbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: &Multiaddr,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(dummy::ConnectionHandler)
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        _: PeerId,
        _: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<THandler<Self>, ConnectionDenied> {
        Ok(dummy::ConnectionHandler)
    }

    fn on_swarm_event(&mut self, event: FromSwarm) {
        match event {
            FromSwarm::ConnectionClosed(closed) => self.release(closed.connection_id),
            FromSwarm::ListenFailure(failure) => self.release(failure.connection_id),
            _ => {},
        }
    }

    fn on_connection_handler_event(&mut self, _: PeerId, _: ConnectionId, event: THandlerOutEvent<Self>) {
        match event {}
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Self::ToSwarm, THandlerInEvent<Self>>> {
        Poll::Pending
    }
}
