//! Eight machines pull an image of 300 MB over the network protocol on loopback, and then the same image with another top layer:
//! `cargo run --release --example pull_bench [MACHINES] [MEGABYTES]`.
//!
//! Prints one JSON line: how many images the place where it is stored sent, and how many layers of the one that changed. It and the
//! machines are nodes of the network, each with a store of its own.
#![allow(clippy::unwrap_used)]

use std::{ops::Range, path::Path, sync::Arc, time::Instant};

use async_trait::async_trait;
use bytes::Bytes;
use idlewild_compute_primitives::program::Bundle;
use idlewild_images::{
    blob::{Blob, Sha},
    exchange::{serve_pieces, Directory, OnNetwork},
    index::{Image, Stored},
    pull::{Origin, Pulled, Puller},
    store::{Pin, Store},
};
use idlewild_network::{
    transfer::{Progress, ShardClient, ShardRef, ShardServer, PIECES},
    Identity, Network, NetworkConfig, PeerAddr, Role,
};
use tokio_util::sync::CancellationToken;

const MIB: usize = 1 << 20;

/// A node with a store, from which others pull.
struct Node {
    network: Network,
    address: PeerAddr,
    store: Arc<Store>,
    server: ShardServer,
}

impl Node {
    async fn start(folder: &Path) -> Self {
        let network = Network::start(NetworkConfig::new(Identity::random(), [7; 32], Role::Miner)).unwrap();
        let endpoint = network.listen("/ip4/127.0.0.1/tcp/0".parse().unwrap()).await.unwrap();
        let address = PeerAddr::from_multiaddr(network.peer_key(), endpoint).unwrap();
        let store = Store::open(folder, 4 << 30).unwrap();
        let server = serve_pieces(&network, store.clone()).unwrap();
        Self { network, address, store, server }
    }
}

/// All who pull.
struct All(Vec<PeerAddr>);

#[async_trait]
impl Directory for All {
    async fn runs(&self, _: &Sha) -> Vec<PeerAddr> {
        self.0.clone()
    }
}

/// Where the image is stored: pieces by the network as well.
struct Stock {
    client: ShardClient,
    at: PeerAddr,
}

#[async_trait]
impl Origin for Stock {
    async fn fetch(&self, stored: &Stored, range: Range<u64>) -> Result<Bytes, String> {
        let piece = usize::try_from(range.start / idlewild_images::blob::PIECE).unwrap();
        let length = u32::try_from(range.end - range.start).unwrap();
        let shard = ShardRef { root: stored.blob.pieces[piece], length };
        self.client.fetch_shard(&self.at, &shard, &Progress::default()).await.map_err(|error| error.to_string())
    }
}

/// A layer that nothing compresses, in a store.
fn layer(store: &Arc<Store>, seed: &[u8], bytes: usize) -> (Stored, Pin) {
    let mut content = vec![0; bytes];
    blake3::Hasher::new().update(seed).finalize_xof().fill(&mut content);
    let blob = Blob::of(&content);
    let pin = store.expect(&blob).unwrap();
    for (piece, bytes) in content.chunks(idlewild_images::blob::PIECE as usize).enumerate() {
        store.put(&blob.digest, piece, bytes).unwrap();
    }
    (Stored { blob, bundle: Bundle { root: 1, key: [0; 32] } }, pin)
}

/// Pulls an image everywhere at once. What each did, and how many bytes its place sent.
async fn pull(pullers: &[Arc<Puller>], image: &Image, stock: &Node) -> (Vec<Pulled>, u64) {
    let before = stock.server.counts().bytes_out;
    let pulls = pullers.iter().map(|puller| {
        let (puller, image) = (puller.clone(), image.clone());
        tokio::spawn(async move { puller.pull(&image, |_| {}, &CancellationToken::new()).await.unwrap().pulled })
    });
    let mut pulled = Vec::new();
    for pull in pulls.collect::<Vec<_>>() {
        pulled.push(pull.await.unwrap());
    }
    (pulled, stock.server.counts().bytes_out - before)
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1).filter(|argument| !argument.starts_with('-'));
    let machines: usize = arguments.next().map_or(8, |number| number.parse().unwrap());
    let size: usize = arguments.next().map_or(300, |number| number.parse().unwrap()) * MIB;
    let folder = tempfile::tempdir().unwrap();
    let stock = Node::start(&folder.path().join("stock")).await;
    let (top, base) = (size / 30, size - size / 30 - size / 3);
    let (layers, _pins): (Vec<_>, Vec<_>) = [(b"base", base), (b"libs", size / 3), (b"app1", top)]
        .iter()
        .map(|(seed, size)| layer(&stock.store, *seed, *size))
        .unzip();
    let (changed, _pin) = layer(&stock.store, b"app2", top);

    let mut nodes = Vec::new();
    for number in 0..machines {
        nodes.push(Node::start(&folder.path().join(number.to_string())).await);
    }
    let all: Vec<PeerAddr> = nodes.iter().map(|node| node.address.clone()).collect();
    let pullers: Vec<Arc<Puller>> = nodes
        .iter()
        .map(|node| {
            let peers = Arc::new(OnNetwork::new(node.network.clone(), Arc::new(All(all.clone()))));
            let client = ShardClient::speaking(PIECES, node.network.clone());
            let origin = Arc::new(Stock { client, at: stock.address.clone() });
            Arc::new(Puller::new(node.store.clone(), peers, origin, node.network.peer_key()))
        })
        .collect();

    let begun = Instant::now();
    let first = Image { manifest: b"first".to_vec(), blobs: layers.clone() };
    let (pulled, sent) = pull(&pullers, &first, &stock).await;
    let seconds = begun.elapsed().as_secs_f64();
    assert!(pulled.iter().all(|pulled| pulled.cached == 0 && pulled.from_peers + pulled.from_storage == size as u64));

    let mut blobs = layers;
    blobs[2] = changed;
    let second = Image { manifest: b"second".to_vec(), blobs };
    let begun = Instant::now();
    let (pulled, sent_again) = pull(&pullers, &second, &stock).await;
    let seconds_again = begun.elapsed().as_secs_f64();
    let most = pulled.iter().map(|pulled| pulled.from_peers + pulled.from_storage).max().unwrap();
    let line = serde_json::json!({
        "bench": "image_pull",
        "machines": machines,
        "image_bytes": size,
        "origin_bytes": sent,
        "origin_images": sent as f64 / size as f64,
        "seconds": seconds,
        "top_layer_bytes": top,
        "top_layer_origin_bytes": sent_again,
        "top_layer_origin_layers": sent_again as f64 / top as f64,
        "top_layer_pulled_by_each": most as f64 / top as f64,
        "top_layer_seconds": seconds_again,
    });
    println!("{line}");
}
