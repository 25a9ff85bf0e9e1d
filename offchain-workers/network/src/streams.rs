//! Bare streams on the swarm's connections, for protocols that speak for themselves.
//!
//! What arrives is queued, and what cannot be opened is told to whoever asked.

use std::{
    collections::{HashMap, VecDeque},
    convert::Infallible,
    future::{ready, Ready},
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use libp2p::{
    core::{transport::PortUse, upgrade::UpgradeInfo, Endpoint},
    swarm::{
        handler::{ConnectionEvent, DialUpgradeError, FullyNegotiatedInbound, FullyNegotiatedOutbound},
        ConnectionDenied, ConnectionHandler, ConnectionHandlerEvent, ConnectionId, FromSwarm, NetworkBehaviour, NotifyHandler,
        StreamUpgradeError, SubstreamProtocol, THandlerInEvent, ToSwarm,
    },
    InboundUpgrade, Multiaddr, OutboundUpgrade, PeerId, Stream, StreamProtocol,
};
use tokio::sync::{mpsc, oneshot};

use crate::origin::Origin;

/// Streams of one protocol that may wait to be taken. A server takes them at once, so this is room for bursts.
const QUEUE: usize = 1024;

/// Why the other side opened no stream.
#[derive(Debug)]
pub(crate) enum Unopened {
    NotSpoken,
    Lost(String),
}

pub(crate) type OpenReply = oneshot::Sender<Result<Stream, Unopened>>;

/// A stream, who opened it, and from where.
type Opened = (PeerId, Option<Origin>, Stream);

type Served = Arc<Mutex<HashMap<StreamProtocol, mpsc::Sender<Opened>>>>;

/// Streams of one protocol as peers open them. Dropping it ends the service.
#[derive(Debug)]
pub struct Incoming {
    receiver: mpsc::Receiver<Opened>,
}

impl Incoming {
    /// The next stream and who opened it; `None` once the node has stopped.
    pub async fn next(&mut self) -> Option<(PeerId, Stream)> {
        self.receiver.recv().await.map(|(peer, _, stream)| (peer, stream))
    }

    /// The same, with where it comes from; `None` for places that have no share of their own.
    pub(crate) async fn next_with_origin(&mut self) -> Option<Opened> {
        self.receiver.recv().await
    }
}

/// Registers protocols; clones share the register.
#[derive(Clone, Default)]
pub(crate) struct Register(Served);

impl Register {
    /// Takes a protocol, or says no where it is taken.
    pub(crate) fn serve(&self, protocol: StreamProtocol) -> Option<Incoming> {
        let mut served = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if served.get(&protocol).is_some_and(|sender| !sender.is_closed()) {
            return None;
        }
        let (sender, receiver) = mpsc::channel(QUEUE);
        served.insert(protocol, sender);
        Some(Incoming { receiver })
    }

    /// Ends every service, so that those who wait for streams hear of it.
    fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn protocols(&self) -> Vec<StreamProtocol> {
        let mut served = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        served.retain(|_, sender| !sender.is_closed());
        served.keys().cloned().collect()
    }

    fn deliver(&self, peer: PeerId, origin: Option<Origin>, protocol: &StreamProtocol, stream: Stream) {
        let served = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(sender) = served.get(protocol) else { return };
        if sender.try_send((peer, origin, stream)).is_err() {
            tracing::warn!(%peer, %protocol, "dropped a stream that nobody took in time");
        }
    }
}

/// A stream that somebody waits for.
#[derive(Debug)]
pub(crate) struct Open {
    protocol: StreamProtocol,
    reply: OpenReply,
}

pub(crate) struct Behaviour {
    register: Register,
    wanted: VecDeque<(PeerId, Open)>,
    counts_loopback: bool,
}

impl Behaviour {
    pub(crate) fn new(counts_loopback: bool) -> Self {
        Self { register: Register::default(), wanted: VecDeque::new(), counts_loopback }
    }

    fn handler(&self, peer: PeerId, remote: &Multiaddr) -> Handler {
        let origin = Origin::of(remote, self.counts_loopback);
        Handler { peer, origin, register: self.register(), wanted: VecDeque::new() }
    }

    pub(crate) fn register(&self) -> Register {
        self.register.clone()
    }

    /// Opens a stream on a connection that stands; where it is gone meanwhile, the reply is dropped.
    pub(crate) fn open(&mut self, peer: PeerId, protocol: StreamProtocol, reply: OpenReply) {
        self.wanted.push_back((peer, Open { protocol, reply }));
    }
}

impl Drop for Behaviour {
    fn drop(&mut self) {
        self.register.clear();
    }
}

impl NetworkBehaviour for Behaviour {
    type ConnectionHandler = Handler;
    type ToSwarm = Infallible;

    fn handle_established_inbound_connection(
        &mut self,
        _: ConnectionId,
        peer: PeerId,
        _: &Multiaddr,
        remote: &Multiaddr,
    ) -> Result<Handler, ConnectionDenied> {
        Ok(self.handler(peer, remote))
    }

    fn handle_established_outbound_connection(
        &mut self,
        _: ConnectionId,
        peer: PeerId,
        remote: &Multiaddr,
        _: Endpoint,
        _: PortUse,
    ) -> Result<Handler, ConnectionDenied> {
        Ok(self.handler(peer, remote))
    }

    fn on_swarm_event(&mut self, _: FromSwarm) {}

    fn on_connection_handler_event(&mut self, _: PeerId, _: ConnectionId, event: Infallible) {
        match event {}
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ToSwarm<Infallible, THandlerInEvent<Self>>> {
        // No waker is kept: the driver polls the swarm after every command.
        match self.wanted.pop_front() {
            Some((peer_id, event)) => Poll::Ready(ToSwarm::NotifyHandler { peer_id, handler: NotifyHandler::Any, event }),
            None => Poll::Pending,
        }
    }
}

pub(crate) struct Handler {
    peer: PeerId,
    origin: Option<Origin>,
    register: Register,
    wanted: VecDeque<Open>,
}

impl ConnectionHandler for Handler {
    type FromBehaviour = Open;
    type ToBehaviour = Infallible;
    type InboundProtocol = Upgrade;
    type OutboundProtocol = Upgrade;
    type InboundOpenInfo = ();
    type OutboundOpenInfo = OpenReply;

    fn listen_protocol(&self) -> SubstreamProtocol<Upgrade, ()> {
        SubstreamProtocol::new(Upgrade(self.register.protocols()), ())
    }

    fn poll(&mut self, _: &mut Context<'_>) -> Poll<ConnectionHandlerEvent<Upgrade, OpenReply, Infallible>> {
        // As above: a connection polls its handler after every event it hands over.
        match self.wanted.pop_front() {
            Some(Open { protocol, reply }) => Poll::Ready(ConnectionHandlerEvent::OutboundSubstreamRequest {
                protocol: SubstreamProtocol::new(Upgrade(vec![protocol]), reply),
            }),
            None => Poll::Pending,
        }
    }

    fn on_behaviour_event(&mut self, event: Open) {
        self.wanted.push_back(event);
    }

    fn on_connection_event(&mut self, event: ConnectionEvent<'_, Upgrade, Upgrade, (), OpenReply>) {
        match event {
            ConnectionEvent::FullyNegotiatedInbound(FullyNegotiatedInbound { protocol: (stream, protocol), .. }) => {
                self.register.deliver(self.peer, self.origin, &protocol, stream);
            },
            ConnectionEvent::FullyNegotiatedOutbound(FullyNegotiatedOutbound { protocol: (stream, _), info }) => {
                // Whoever asked may have given up; the stream is then closed.
                let _ = info.send(Ok(stream));
            },
            ConnectionEvent::DialUpgradeError(DialUpgradeError { info, error }) => {
                let unopened = match error {
                    StreamUpgradeError::NegotiationFailed => Unopened::NotSpoken,
                    StreamUpgradeError::Timeout => Unopened::Lost("no answer in time".into()),
                    StreamUpgradeError::Io(error) => Unopened::Lost(error.to_string()),
                    StreamUpgradeError::Apply(never) => match never {},
                };
                let _ = info.send(Err(unopened));
            },
            _ => {},
        }
    }
}

/// Settles on one of some protocols and does nothing more.
pub(crate) struct Upgrade(Vec<StreamProtocol>);

impl UpgradeInfo for Upgrade {
    type Info = StreamProtocol;
    type InfoIter = std::vec::IntoIter<StreamProtocol>;

    fn protocol_info(&self) -> Self::InfoIter {
        self.0.clone().into_iter()
    }
}

impl InboundUpgrade<Stream> for Upgrade {
    type Output = (Stream, StreamProtocol);
    type Error = Infallible;
    type Future = Ready<Result<Self::Output, Infallible>>;

    fn upgrade_inbound(self, stream: Stream, protocol: StreamProtocol) -> Self::Future {
        ready(Ok((stream, protocol)))
    }
}

impl OutboundUpgrade<Stream> for Upgrade {
    type Output = (Stream, StreamProtocol);
    type Error = Infallible;
    type Future = Ready<Result<Self::Output, Infallible>>;

    fn upgrade_outbound(self, stream: Stream, protocol: StreamProtocol) -> Self::Future {
        ready(Ok((stream, protocol)))
    }
}
