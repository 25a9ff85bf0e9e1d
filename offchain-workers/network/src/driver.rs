//! The task that owns the swarm: it carries out commands and tells who waits how they ended.

use std::collections::{HashMap, HashSet};

use futures::StreamExt;
use libp2p::{
    core::{transport::ListenerId, ConnectedPoint},
    identify, kad,
    swarm::{
        dial_opts::{DialOpts, PeerCondition},
        ConnectionId, DialError as SwarmDialError, SwarmEvent,
    },
    Multiaddr, PeerId, StreamProtocol, Swarm, TransportError,
};
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use crate::{
    address::split_peer,
    behaviour::{Behaviour, BehaviourEvent},
    dial::DialError,
    listen::ListenError,
    lookup::LookupError,
    streams::{OpenReply, Unopened},
};

/// Most addresses of one peer that are believed.
const MAX_ADDRESSES: usize = 16;

type Kademlia = kad::Behaviour<kad::store::MemoryStore>;

pub(crate) type Reply<T, E> = oneshot::Sender<Result<T, E>>;

/// What a handle asks of the driver.
pub(crate) enum Command {
    Dial { peer: PeerId, endpoint: Multiaddr, reply: Reply<(), DialError> },
    Listen { address: Multiaddr, reply: Reply<Multiaddr, ListenError> },
    Know { peer: PeerId, endpoint: Multiaddr },
    Refresh { reply: Reply<(), LookupError> },
    Find { peer: PeerId, reply: Reply<Vec<Multiaddr>, LookupError> },
    Open { peer: PeerId, protocol: StreamProtocol, reply: OpenReply },
    Peers { reply: oneshot::Sender<Vec<PeerId>> },
}

struct PendingDial {
    peer: PeerId,
    endpoint: Multiaddr,
    replies: Vec<Reply<(), DialError>>,
}

struct PendingFind {
    peer: PeerId,
    found: Vec<Multiaddr>,
    reply: Reply<Vec<Multiaddr>, LookupError>,
}

pub(crate) struct Driver {
    swarm: Swarm<Behaviour>,
    kademlia: StreamProtocol,
    commands: mpsc::Receiver<Command>,
    stop: CancellationToken,
    dials: HashMap<ConnectionId, PendingDial>,
    listens: HashMap<ListenerId, (Multiaddr, Reply<Multiaddr, ListenError>)>,
    finds: HashMap<kad::QueryId, PendingFind>,
    refreshes: HashMap<kad::QueryId, Reply<(), LookupError>>,
}

impl Driver {
    pub(crate) fn new(
        swarm: Swarm<Behaviour>,
        kademlia: StreamProtocol,
        commands: mpsc::Receiver<Command>,
        stop: CancellationToken,
    ) -> Self {
        Self {
            swarm,
            kademlia,
            commands,
            stop,
            dials: HashMap::new(),
            listens: HashMap::new(),
            finds: HashMap::new(),
            refreshes: HashMap::new(),
        }
    }

    /// Runs until it is told to stop or no handle is left, then closes every connection.
    pub(crate) async fn run(mut self) {
        loop {
            tokio::select! {
                () = self.stop.cancelled() => break,
                command = self.commands.recv() => match command {
                    Some(command) => self.obey(command),
                    None => break,
                },
                event = self.swarm.select_next_some() => self.observe(event),
            }
        }
        let peers: Vec<_> = self.swarm.connected_peers().copied().collect();
        for peer in peers {
            // It fails only where the connection is gone already.
            let _ = self.swarm.disconnect_peer_id(peer);
        }
        while self.swarm.network_info().num_peers() > 0 {
            let closing = tokio::time::timeout(std::time::Duration::from_millis(500), self.swarm.next());
            if closing.await.is_err() {
                break;
            }
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Dial { peer, endpoint, reply } => self.dial(peer, endpoint, reply),
            Command::Listen { address, reply } => match self.swarm.listen_on(address.clone()) {
                Ok(listener) => {
                    self.listens.insert(listener, (address, reply));
                },
                Err(error) => answer(reply, Err(refused_listen(address, error))),
            },
            Command::Know { peer, endpoint } => {
                self.swarm.behaviour_mut().kademlia.add_address(&peer, endpoint);
            },
            Command::Refresh { reply } => match self.swarm.behaviour_mut().kademlia.bootstrap() {
                Ok(query) => {
                    self.refreshes.insert(query, reply);
                },
                Err(_) => answer(reply, Err(LookupError::Alone)),
            },
            Command::Find { peer, reply } => self.find(peer, reply),
            Command::Open { peer, protocol, reply } => {
                if self.swarm.is_connected(&peer) {
                    self.swarm.behaviour_mut().streams.open(peer, protocol, reply);
                } else {
                    answer(reply, Err(Unopened::Lost("it is closed".into())));
                }
            },
            Command::Peers { reply } => {
                let _ = reply.send(self.swarm.connected_peers().copied().collect());
            },
        }
    }

    fn dial(&mut self, peer: PeerId, endpoint: Multiaddr, reply: Reply<(), DialError>) {
        if self.swarm.is_connected(&peer) {
            return answer(reply, Ok(()));
        }
        // Whoever dials the same peer at the same place waits for the attempt under way.
        if let Some(under_way) = self.dials.values_mut().find(|dial| dial.peer == peer && dial.endpoint == endpoint) {
            under_way.replies.push(reply);
            return;
        }
        let options = DialOpts::peer_id(peer).condition(PeerCondition::Disconnected).addresses(vec![endpoint.clone()]).build();
        let connection = options.connection_id();
        match self.swarm.dial(options) {
            Ok(()) => {
                self.dials.insert(connection, PendingDial { peer, endpoint, replies: vec![reply] });
            },
            Err(error) => answer(reply, Err(failed_dial(peer, endpoint, error))),
        }
    }

    fn find(&mut self, peer: PeerId, reply: Reply<Vec<Multiaddr>, LookupError>) {
        let kademlia = &mut self.swarm.behaviour_mut().kademlia;
        let known = known(kademlia, peer);
        let query = kademlia.get_closest_peers(peer);
        self.finds.insert(query, PendingFind { peer, found: known, reply });
    }

    fn observe(&mut self, event: SwarmEvent<BehaviourEvent>) {
        match event {
            SwarmEvent::ConnectionEstablished { peer_id, .. } => self.connected(peer_id),
            SwarmEvent::OutgoingConnectionError { connection_id, error, .. } => {
                self.failed(connection_id, error);
            },
            SwarmEvent::NewListenAddr { listener_id, address } => {
                tracing::info!(%address, "listening");
                if let Some((_, reply)) = self.listens.remove(&listener_id) {
                    answer(reply, Ok(address));
                }
            },
            SwarmEvent::ListenerClosed { listener_id, reason, .. } => {
                if let Some((address, reply)) = self.listens.remove(&listener_id) {
                    let reason = reason.err().map_or_else(|| "it was closed".into(), |error| error.to_string());
                    answer(reply, Err(ListenError::Refused { address, reason }));
                }
            },
            SwarmEvent::ListenerError { listener_id, error } => {
                tracing::warn!(%error, "a listener reported an error");
                if let Some((address, reply)) = self.listens.remove(&listener_id) {
                    answer(reply, Err(ListenError::Refused { address, reason: error.to_string() }));
                }
            },
            SwarmEvent::Behaviour(BehaviourEvent::Identify(identify::Event::Received { peer_id, info, .. })) => {
                self.identified(peer_id, info);
            },
            SwarmEvent::Behaviour(BehaviourEvent::Kademlia(kad::Event::OutboundQueryProgressed {
                id, result, step, ..
            })) => self.progressed(id, result, step.last),
            _ => {},
        }
    }

    fn connected(&mut self, peer: PeerId) {
        let done: Vec<_> = self.dials.iter().filter(|(_, dial)| dial.peer == peer).map(|(connection, _)| *connection).collect();
        for connection in done {
            for reply in self.dials.remove(&connection).into_iter().flat_map(|dial| dial.replies) {
                answer(reply, Ok(()));
            }
        }
    }

    fn failed(&mut self, connection: ConnectionId, error: SwarmDialError) {
        let Some(dial) = self.dials.remove(&connection) else { return };
        let error = failed_dial(dial.peer, dial.endpoint, error);
        tracing::debug!(%error, "dial failed");
        for reply in dial.replies {
            answer(reply, Err(error.clone()));
        }
    }

    fn identified(&mut self, peer: PeerId, info: identify::Info) {
        // Only peers that serve this chain's Kademlia belong in its table.
        if !info.protocols.contains(&self.kademlia) {
            return;
        }
        learn(&mut self.swarm.behaviour_mut().kademlia, peer, info.listen_addrs);
    }

    fn progressed(&mut self, query: kad::QueryId, result: kad::QueryResult, last: bool) {
        match result {
            kad::QueryResult::GetClosestPeers(result) => {
                let timed_out = result.is_err();
                let peers = match result {
                    Ok(closest) => closest.peers,
                    Err(kad::GetClosestPeersError::Timeout { peers, .. }) => peers,
                };
                let Some(find) = self.finds.get_mut(&query) else { return };
                for info in peers.into_iter().filter(|info| info.peer_id == find.peer) {
                    find.found.extend(info.addrs);
                }
                if last {
                    if let Some(find) = self.finds.remove(&query) {
                        finish_find(find, timed_out);
                    }
                }
            },
            kad::QueryResult::Bootstrap(result) if last || result.is_err() => {
                if let Some(reply) = self.refreshes.remove(&query) {
                    answer(reply, result.map(|_| ()).map_err(|_| LookupError::TimedOut));
                }
            },
            _ => {},
        }
    }
}

/// Takes in what a peer says of its addresses. It may say something else as often as it likes: of more than can be believed, those
/// that it does not name any more are forgotten, the oldest first.
fn learn(kademlia: &mut Kademlia, peer: PeerId, announced: Vec<Multiaddr>) {
    let announced: Vec<Multiaddr> =
        announced.into_iter().take(MAX_ADDRESSES).filter_map(|address| address.with_p2p(peer).ok()).collect();
    for address in &announced {
        kademlia.add_address(&peer, address.clone());
    }
    let known = known(kademlia, peer);
    let surplus = known.len().saturating_sub(MAX_ADDRESSES);
    for address in known.iter().filter(|address| !announced.contains(address)).take(surplus) {
        kademlia.remove_address(&peer, address);
    }
}

/// The addresses of a peer in the table.
fn known(kademlia: &mut Kademlia, peer: PeerId) -> Vec<Multiaddr> {
    let mut known = Vec::new();
    if let Some(bucket) = kademlia.kbucket(peer) {
        for entry in bucket.iter() {
            if entry.node.key.preimage() == &peer {
                known.extend(entry.node.value.iter().cloned());
            }
        }
    }
    known
}

fn finish_find(find: PendingFind, timed_out: bool) {
    let mut seen = HashSet::new();
    let found: Vec<_> = find
        .found
        .into_iter()
        .map(|address| split_peer(address).1)
        .filter(|address| seen.insert(address.clone()))
        .take(MAX_ADDRESSES)
        .collect();
    let outcome = match (found.is_empty(), timed_out) {
        (false, _) => Ok(found),
        (true, true) => Err(LookupError::TimedOut),
        (true, false) => Err(LookupError::NotFound(find.peer)),
    };
    answer(find.reply, outcome);
}

fn answer<T, E>(reply: Reply<T, E>, outcome: Result<T, E>) {
    // Whoever asked may have given up.
    let _ = reply.send(outcome);
}

fn refused_listen(address: Multiaddr, error: TransportError<std::io::Error>) -> ListenError {
    match error {
        TransportError::MultiaddrNotSupported(_) => ListenError::Unsupported(address),
        TransportError::Other(error) => ListenError::Refused { address, reason: error.to_string() },
    }
}

fn failed_dial(peer: PeerId, endpoint: Multiaddr, error: SwarmDialError) -> DialError {
    match error {
        SwarmDialError::WrongPeerId { obtained, endpoint: reached } => DialError::WrongPeer {
            endpoint: match reached {
                ConnectedPoint::Dialer { address, .. } => split_peer(address).1,
                ConnectedPoint::Listener { .. } => endpoint,
            },
            expected: peer,
            obtained,
        },
        SwarmDialError::LocalPeerId { .. } => DialError::Oneself { endpoint },
        SwarmDialError::Denied { .. } => DialError::TooMany { endpoint },
        SwarmDialError::Transport(attempts) => {
            let reasons: Vec<_> = attempts.iter().map(|(_, error)| innermost(error)).collect();
            DialError::Unreachable { endpoint, reason: reasons.join("; ") }
        },
        other => DialError::Unreachable { endpoint, reason: other.to_string() },
    }
}

/// The cause at the bottom of a transport error, which alone says something to a person.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut deepest = error;
    while let Some(source) = deepest.source() {
        deepest = source;
    }
    deepest.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_that_names_ever_more_addresses_does_not_grow_the_table() {
        let (here, peer) = (PeerId::random(), PeerId::random());
        let mut kademlia = Kademlia::new(here, kad::store::MemoryStore::new(here));
        let address = |port: usize| -> Multiaddr { format!("/ip4/127.0.0.1/tcp/{port}").parse().unwrap() };
        for push in 0..20 {
            let announced: Vec<_> = (0..2 * MAX_ADDRESSES).map(|number| address(1000 + push * 100 + number)).collect();
            learn(&mut kademlia, peer, announced.clone());
            let known = known(&mut kademlia, peer);
            let newest: Vec<_> =
                announced.into_iter().take(MAX_ADDRESSES).map(|address| address.with_p2p(peer).unwrap()).collect();
            assert_eq!(known, newest, "after push {push}");
        }
    }

    #[test]
    fn what_was_known_stays_while_there_is_room() {
        let (here, peer) = (PeerId::random(), PeerId::random());
        let mut kademlia = Kademlia::new(here, kad::store::MemoryStore::new(here));
        let address = |port: u16| -> Multiaddr { format!("/ip4/127.0.0.1/tcp/{port}/p2p/{peer}").parse().unwrap() };
        kademlia.add_address(&peer, address(1));
        learn(&mut kademlia, peer, vec![address(2)]);
        learn(&mut kademlia, peer, vec![address(3), address(2)]);
        assert_eq!(known(&mut kademlia, peer), [address(1), address(2), address(3)]);
    }
}
