//! Bytes per second between two nodes on loopback: `cargo run --release --example throughput`.
#![allow(clippy::unwrap_used)]

use std::{ops::Range, sync::Arc, time::Instant};

use async_trait::async_trait;
use bytes::Bytes;
use idlewild_network::{
    transfer::{
        serve, sign_receipt, Limits, Progress, Quote, Reason, Refusal, ShardClient, ShardRef, ShardService, StoreOrder,
    },
    Identity, Network, NetworkConfig, PeerAddr, PeerId, Role,
};
use idlewild_storage_primitives::{
    receipt::{SlotReceipt, StoreRequest},
    Root,
};

const SHARD: usize = 4 << 20;
const ROUNDS: usize = 128;
const AT_ONCE: usize = 8;

/// Holds one shard and forgets what it is sent.
struct One(Identity, Bytes);

#[async_trait]
impl ShardService for One {
    type Ticket = StoreRequest;

    async fn admit(&self, _: PeerId, request: &StoreRequest, _: &[u8; 32]) -> Result<StoreRequest, Refusal> {
        Ok(request.clone())
    }

    async fn store(&self, ticket: StoreRequest, _: Bytes) -> Result<SlotReceipt, Refusal> {
        Ok(sign_receipt(&self.0, &[0; 32], &ticket, 0, 100))
    }

    async fn length(&self, _: &Root) -> Result<u64, Refusal> {
        Ok(self.1.len() as u64)
    }

    async fn read(&self, _: &Root, range: Range<u64>) -> Result<Bytes, Refusal> {
        Ok(self.1.slice(range.start as usize..range.end as usize))
    }

    async fn has(&self, roots: &[Root]) -> Result<Vec<bool>, Refusal> {
        Ok(vec![false; roots.len()])
    }

    async fn quote(&self) -> Result<Quote, Refusal> {
        Err(Refusal::new(Reason::NotTaking, "this is a measurement"))
    }
}

#[tokio::main]
async fn main() {
    for on in ["/ip4/127.0.0.1/tcp/0", "/ip4/127.0.0.1/udp/0/quic-v1"] {
        let identity = Identity::random();
        let miner = Network::start(NetworkConfig::new(identity.clone(), [0; 32], Role::Miner)).unwrap();
        let bytes: Bytes = (0..SHARD).map(|index| index as u8).collect::<Vec<_>>().into();
        let _server = serve(&miner, Arc::new(One(identity, bytes.clone())), Limits::default()).unwrap();
        let endpoint = miner.listen(on.parse().unwrap()).await.unwrap();
        let peer = PeerAddr::from_multiaddr(miner.peer_key(), endpoint).unwrap();
        let user = Network::start(NetworkConfig::new(Identity::random(), [0; 32], Role::User)).unwrap();
        let client = ShardClient::new(user);
        let owner = schnorrkel::Keypair::generate();
        let shard = ShardRef { root: *blake3::hash(&bytes).as_bytes(), length: SHARD as u32 };
        let request = StoreRequest {
            owner: owner.public.to_bytes(),
            salt: [0; 16],
            slot: 0,
            miner: 0,
            root: shard.root,
            length: shard.length,
            term: 1,
            price: 1,
            valid_until: 100,
        };
        let signature = owner.sign_simple(b"substrate", &request.message(&[0; 32])).to_bytes();
        let order = StoreOrder { request, signer: None, signature, block: 0 };

        for what in ["store", "fetch", "range"] {
            let begun = Instant::now();
            let tasks: Vec<_> = (0..AT_ONCE)
                .map(|_| {
                    let (client, peer, order, bytes) = (client.clone(), peer.clone(), order.clone(), bytes.clone());
                    tokio::spawn(async move {
                        for _ in 0..ROUNDS / AT_ONCE {
                            match what {
                                "store" => {
                                    client.store_shard(&peer, &order, bytes.clone(), &Progress::none()).await.unwrap();
                                },
                                "fetch" => {
                                    client.fetch_shard(&peer, &shard, &Progress::none()).await.unwrap();
                                },
                                _ => {
                                    let all = 0..SHARD as u64;
                                    client.fetch_range(&peer, &shard, all, &Progress::none()).await.unwrap();
                                },
                            }
                        }
                    })
                })
                .collect();
            for task in tasks {
                task.await.unwrap();
            }
            let seconds = begun.elapsed().as_secs_f64();
            println!("{on} {what}: {:.0} MB/s", (SHARD * ROUNDS) as f64 / 1e6 / seconds);
        }
    }
}
