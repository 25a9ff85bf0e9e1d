//! Nodes, a miner in memory, and miners that lie.

use std::{
    collections::HashMap,
    future::Future,
    ops::Range,
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc, Mutex,
    },
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use futures::future::BoxFuture;
use idlewild_network::{
    peer_id_of,
    transfer::{
        message::Request, serve, sign_receipt, wire, Limits, Quote, Reason, Refusal, ShardClient, ShardRef, ShardServer,
        ShardService, StoreOrder, PROTOCOL,
    },
    Identity, Network, NetworkConfig, PeerAddr, PeerId, Role, Timeouts,
};
use idlewild_storage_primitives::{
    receipt::{SlotReceipt, StoreRequest},
    Root,
};
use libp2p::Stream;

pub(crate) const GENESIS: [u8; 32] = [7; 32];
pub(crate) const TCP: &str = "/ip4/127.0.0.1/tcp/0";
pub(crate) const QUIC: &str = "/ip4/127.0.0.1/udp/0/quic-v1";
pub(crate) const BLOCK: u32 = 100;

pub(crate) fn quick() -> Timeouts {
    Timeouts {
        dial: Duration::from_secs(5),
        lookup: Duration::from_secs(5),
        open: Duration::from_secs(5),
        idle: Duration::from_millis(700),
        answer: Duration::from_millis(900),
        total: Duration::from_secs(20),
        keep_alive: Duration::from_secs(30),
    }
}

/// Waits until something is so; where nobody tells, it is looked at again and again.
pub(crate) async fn until<F: Future<Output = bool>>(what: &str, is_so: impl Fn() -> F) {
    let waiting = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), waiting).await.unwrap_or_else(|_| panic!("waited in vain until {what}"));
}

pub(crate) fn start(role: Role, genesis: [u8; 32], timeouts: Timeouts) -> Network {
    let mut config = NetworkConfig::new(Identity::random(), genesis, role);
    config.timeouts = timeouts;
    Network::start(config).unwrap()
}

pub(crate) fn user() -> Network {
    start(Role::User, GENESIS, Timeouts::default())
}

pub(crate) fn client() -> ShardClient {
    ShardClient::new(user())
}

/// A client that soon loses its patience.
pub(crate) fn hasty() -> ShardClient {
    ShardClient::new(start(Role::User, GENESIS, quick()))
}

pub(crate) async fn listening(network: &Network, on: &str) -> PeerAddr {
    let endpoint = network.listen(on.parse().unwrap()).await.unwrap();
    PeerAddr::from_multiaddr(network.peer_key(), endpoint).unwrap()
}

/// 32 bytes that are no point of the curve.
pub(crate) fn no_key() -> [u8; 32] {
    (0..=255).map(|byte| [byte; 32]).find(|key| peer_id_of(key).is_err()).unwrap()
}

pub(crate) fn shard(seed: u8, length: usize) -> Bytes {
    (0..length).map(|index| ((index as u64 * 2_654_435_761) >> 7) as u8 ^ seed).collect::<Vec<_>>().into()
}

pub(crate) fn reference(bytes: &[u8]) -> ShardRef {
    ShardRef { root: *blake3::hash(bytes).as_bytes(), length: bytes.len() as u32 }
}

pub(crate) struct Owner(schnorrkel::Keypair);

impl Owner {
    pub(crate) fn new() -> Self {
        Self(schnorrkel::Keypair::generate())
    }

    pub(crate) fn order(&self, bytes: &[u8]) -> StoreOrder {
        let request = StoreRequest {
            owner: self.0.public.to_bytes(),
            salt: [3; 16],
            slot: 5,
            miner: 9,
            root: *blake3::hash(bytes).as_bytes(),
            length: bytes.len() as u32,
            term: 1000,
            price: 77,
            valid_until: BLOCK + 500,
        };
        self.sign(request)
    }

    pub(crate) fn sign(&self, request: StoreRequest) -> StoreOrder {
        let signature = self.0.sign_simple(b"substrate", &request.message(&GENESIS)).to_bytes();
        StoreOrder { request, signer: None, signature, block: BLOCK }
    }

    /// An order for another owner, who lets this account store for it or not.
    pub(crate) fn order_for(&self, owner: &Owner, bytes: &[u8]) -> StoreOrder {
        let (request, signer) = (owner.order(bytes).request, self.0.public.to_bytes());
        let signature = self.0.sign_simple(b"substrate", &request.message_of(&GENESIS, &signer)).to_bytes();
        StoreOrder { request, signer: Some(signer), signature, block: BLOCK }
    }

    pub(crate) fn account(&self) -> [u8; 32] {
        self.0.public.to_bytes()
    }
}

/// How a miner in memory behaves.
#[derive(Clone, Default)]
pub(crate) struct Manner {
    pub(crate) refuse: Option<Refusal>,
    pub(crate) delay: Duration,
    pub(crate) least_price: u128,
    pub(crate) valid_until: Option<u32>,
}

pub(crate) struct Memory {
    identity: Identity,
    pub(crate) manner: Manner,
    pub(crate) shards: Mutex<HashMap<Root, Bytes>>,
    pub(crate) tickets: Arc<AtomicUsize>,
    /// Who signed what was stored, in order.
    pub(crate) signers: Mutex<Vec<[u8; 32]>>,
}

/// Counts how many are out, as a miner counts the room it has set aside.
pub(crate) struct Ticket(StoreRequest, Arc<AtomicUsize>);

impl Drop for Ticket {
    fn drop(&mut self) {
        self.1.fetch_sub(1, Ordering::SeqCst);
    }
}

#[async_trait]
impl ShardService for Memory {
    type Ticket = Ticket;

    async fn admit(&self, _peer: PeerId, request: &StoreRequest, signer: &[u8; 32]) -> Result<Ticket, Refusal> {
        tokio::time::sleep(self.manner.delay).await;
        self.signers.lock().unwrap().push(*signer);
        if let Some(refusal) = &self.manner.refuse {
            return Err(refusal.clone());
        }
        self.tickets.fetch_add(1, Ordering::SeqCst);
        Ok(Ticket(request.clone(), self.tickets.clone()))
    }

    async fn store(&self, ticket: Ticket, bytes: Bytes) -> Result<SlotReceipt, Refusal> {
        self.shards.lock().unwrap().insert(ticket.0.root, bytes);
        let until = self.manner.valid_until.unwrap_or(BLOCK + 600);
        Ok(sign_receipt(&self.identity, &GENESIS, &ticket.0, self.manner.least_price, until))
    }

    async fn length(&self, root: &Root) -> Result<u64, Refusal> {
        tokio::time::sleep(self.manner.delay).await;
        let shards = self.shards.lock().unwrap();
        shards.get(root).map(|bytes| bytes.len() as u64).ok_or_else(|| Refusal::new(Reason::NotFound, "no such shard"))
    }

    async fn read(&self, root: &Root, range: Range<u64>) -> Result<Bytes, Refusal> {
        Ok(self.shards.lock().unwrap()[root].slice(range.start as usize..range.end as usize))
    }

    async fn has(&self, roots: &[Root]) -> Result<Vec<bool>, Refusal> {
        let shards = self.shards.lock().unwrap();
        Ok(roots.iter().map(|root| shards.contains_key(root)).collect())
    }

    async fn quote(&self) -> Result<Quote, Refusal> {
        Ok(Quote { price: 42, free: 1 << 30, clock: 11 })
    }
}

pub(crate) struct Miner {
    pub(crate) network: Network,
    pub(crate) service: Arc<Memory>,
    pub(crate) server: ShardServer,
    pub(crate) address: PeerAddr,
}

impl Miner {
    pub(crate) async fn new(on: &str, manner: Manner) -> Self {
        Self::limited(on, manner, Limits::default(), Timeouts::default()).await
    }

    pub(crate) async fn plain() -> Self {
        Self::new(TCP, Manner::default()).await
    }

    pub(crate) async fn limited(on: &str, manner: Manner, limits: Limits, timeouts: Timeouts) -> Self {
        let identity = Identity::random();
        let mut config = NetworkConfig::new(identity.clone(), GENESIS, Role::Miner);
        config.timeouts = timeouts;
        let network = Network::start(config).unwrap();
        let service = Arc::new(Memory {
            identity,
            manner,
            shards: Mutex::default(),
            tickets: Arc::new(AtomicUsize::new(0)),
            signers: Mutex::default(),
        });
        let server = serve(&network, service.clone(), limits).unwrap();
        let address = listening(&network, on).await;
        Self { network, service, server, address }
    }

    pub(crate) fn hold(&self, bytes: &Bytes) -> ShardRef {
        let reference = reference(bytes);
        self.service.shards.lock().unwrap().insert(reference.root, bytes.clone());
        reference
    }
}

/// A miner that follows a script, which takes over once the request has been read.
pub(crate) async fn scripted<F>(script: F) -> (Network, PeerAddr)
where
    F: Fn(Identity, Request, Stream) -> BoxFuture<'static, ()> + Send + Sync + 'static,
{
    let identity = Identity::random();
    let network = Network::start(NetworkConfig::new(identity.clone(), GENESIS, Role::Miner)).unwrap();
    let mut incoming = network.accept(PROTOCOL).unwrap();
    let address = listening(&network, TCP).await;
    tokio::spawn(async move {
        while let Some((_, mut stream)) = incoming.next().await {
            let request = wire::read_frame(&mut stream, Duration::from_secs(5)).await.unwrap();
            tokio::spawn(script(identity.clone(), request, stream));
        }
    });
    (network, address)
}
