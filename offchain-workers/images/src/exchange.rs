//! Pieces between providers: `/idlewild/piece/1`, the transfer protocol of shards by another name.
//!
//! Whoever has a piece gives it to anybody that asks for its root. Nothing has to be trusted: what comes is hashed on its way.

use std::{
    collections::HashMap,
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;
use idlewild_compute_primitives::PeerKey;
use idlewild_network::{
    network::AlreadyServed,
    transfer::{
        message::MAX_ROOTS, serve_as, Limits, Progress, Quote, Reason, Refusal, ShardClient, ShardRef, ShardServer,
        ShardService, PIECES,
    },
    Network, PeerAddr, PeerId,
};
use idlewild_storage_primitives::receipt::{SlotReceipt, StoreRequest};

use crate::{
    blob::{Root, Sha, PIECE},
    pull::Peers,
    store::Store,
};

/// Most peers whose addresses are kept in mind.
const KNOWN: usize = 1_024;
/// Bytes of memory for pieces on their way to others.
const MEMORY: u64 = 128 << 20;

/// Gives pieces of a store to whoever dials `network`, until what is returned is dropped.
pub fn serve_pieces(network: &Network, store: Arc<Store>) -> Result<ShardServer, AlreadyServed> {
    // Pieces are read whole, so that no inner hashes have to be kept.
    let limits = Limits { shard_bytes: PIECE, memory_bytes: MEMORY, outboards: 1, ..Limits::default() };
    serve_as(PIECES, network, Arc::new(Pieces(store)), limits)
}

/// A store as the transfer protocol sees it.
struct Pieces(Arc<Store>);

fn nothing_stored() -> Refusal {
    Refusal::new(Reason::NotTaking, "this protocol only gives pieces of images, and stores nothing")
}

fn not_here() -> Refusal {
    Refusal::new(Reason::NotFound, "the piece is not here")
}

#[async_trait]
impl ShardService for Pieces {
    type Ticket = ();

    async fn admit(&self, _: PeerId, _: &StoreRequest, _: &[u8; 32]) -> Result<(), Refusal> {
        Err(nothing_stored())
    }

    async fn store(&self, (): (), _: Bytes) -> Result<SlotReceipt, Refusal> {
        Err(nothing_stored())
    }

    async fn length(&self, root: &Root) -> Result<u64, Refusal> {
        self.0.piece_length(root).ok_or_else(not_here)
    }

    async fn read(&self, root: &Root, range: Range<u64>) -> Result<Bytes, Refusal> {
        let (store, root) = (self.0.clone(), *root);
        let length = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(usize::MAX);
        let reading = tokio::task::spawn_blocking(move || store.read_piece(&root, range.start, length));
        match reading.await {
            Ok(Ok(Some(bytes))) => Ok(bytes.into()),
            Ok(Ok(None)) => Err(not_here()),
            Ok(Err(error)) => {
                tracing::warn!(%error, "a piece of an image that should be here cannot be read");
                Err(not_here())
            },
            Err(_) => Err(Refusal::new(Reason::Internal, "something is wrong with this machine's disk")),
        }
    }

    async fn has(&self, roots: &[Root]) -> Result<Vec<bool>, Refusal> {
        Ok(roots.iter().map(|root| self.0.piece_length(root).is_some()).collect())
    }

    async fn quote(&self) -> Result<Quote, Refusal> {
        Err(nothing_stored())
    }
}

/// Tells who runs an image.
#[async_trait]
pub trait Directory: Send + Sync + 'static {
    /// Those that run the image of this digest now, as far as is known. It is asked several times in a second, and keeps its answers
    /// for a while.
    async fn runs(&self, image: &Sha) -> Vec<PeerAddr>;
}

/// The others, by the network.
pub struct OnNetwork {
    client: ShardClient,
    directory: Arc<dyn Directory>,
    addresses: Mutex<HashMap<PeerKey, PeerAddr>>,
}

impl OnNetwork {
    /// Those that the directory tells of, reached by this network.
    pub fn new(network: Network, directory: Arc<dyn Directory>) -> Self {
        Self { client: ShardClient::speaking(PIECES, network), directory, addresses: Mutex::default() }
    }

    fn address(&self, peer: &PeerKey) -> Result<PeerAddr, String> {
        let addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        addresses.get(peer).cloned().ok_or_else(|| "nobody told where it is".into())
    }
}

#[async_trait]
impl Peers for OnNetwork {
    async fn participants(&self, image: &Sha) -> Vec<PeerKey> {
        let told = self.directory.runs(image).await;
        let mut addresses = self.addresses.lock().unwrap_or_else(PoisonError::into_inner);
        if addresses.len().saturating_add(told.len()) > KNOWN {
            addresses.clear();
        }
        told.into_iter()
            .map(|peer| {
                let key = peer.peer_key;
                addresses.insert(key, peer);
                key
            })
            .collect()
    }

    async fn have(&self, peer: PeerKey, roots: &[Root]) -> Result<Vec<bool>, String> {
        let address = self.address(&peer)?;
        let mut answers = Vec::with_capacity(roots.len());
        for some in roots.chunks(MAX_ROOTS) {
            answers.extend(self.client.have(&address, some).await.map_err(|error| error.to_string())?);
        }
        Ok(answers)
    }

    async fn fetch(&self, peer: PeerKey, root: Root, length: u64) -> Result<Bytes, String> {
        let address = self.address(&peer)?;
        let length = u32::try_from(length).map_err(|_| "no piece is so long".to_owned())?;
        let fetched = self.client.fetch_shard(&address, &ShardRef { root, length }, &Progress::default()).await;
        fetched.map_err(|error| error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use idlewild_compute_primitives::program::Bundle;
    use idlewild_network::{transfer::AskError, Identity, NetworkConfig, Role};
    use tokio_util::sync::CancellationToken;

    use super::*;
    use crate::{
        blob::Blob,
        index::{Image, Stored},
        pull::{Origin, Pace, Pulled, Puller},
    };

    /// Storage that is never to be asked.
    struct Away;

    #[async_trait]
    impl Origin for Away {
        async fn fetch(&self, _: &Stored, _: Range<u64>) -> Result<Bytes, String> {
            Err("storage is away".into())
        }
    }

    struct These(Vec<PeerAddr>);

    #[async_trait]
    impl Directory for These {
        async fn runs(&self, _: &Sha) -> Vec<PeerAddr> {
            self.0.clone()
        }
    }

    fn network() -> Network {
        Network::start(NetworkConfig::new(Identity::random(), [1; 32], Role::Miner)).unwrap()
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_one_has_another_pulls_over_the_network() {
        let folder = tempfile::tempdir().unwrap();
        let content: Vec<u8> = (0..PIECE as usize + 1_000).map(|at| (at / 7) as u8).collect();
        let blob = Blob::of(&content);
        let (one, other) = (network(), network());
        let full = Store::open(&folder.path().join("one"), 1 << 30).unwrap();
        let _pin = full.expect(&blob).unwrap();
        for (piece, bytes) in content.chunks(PIECE as usize).enumerate() {
            full.put(&blob.digest, piece, bytes).unwrap();
        }
        let server = serve_pieces(&one, full).unwrap();
        let endpoint = one.listen("/ip4/127.0.0.1/tcp/0".parse().unwrap()).await.unwrap();
        let address = PeerAddr::from_multiaddr(one.peer_key(), endpoint).unwrap();
        // Who is told of and does not answer is done without.
        let nobody = Identity::random().peer_key();
        let silent = PeerAddr::new(nobody, b"/ip4/127.0.0.1/tcp/9").unwrap();

        let empty = Store::open(&folder.path().join("other"), 1 << 30).unwrap();
        let peers = Arc::new(OnNetwork::new(other.clone(), Arc::new(These(vec![silent, address.clone()]))));
        let pace = Pace { asking: Duration::from_millis(100), ..Pace::default() };
        let puller = Puller::new(empty.clone(), peers, Arc::new(Away), other.peer_key()).with_pace(pace);
        let stored = Stored { blob: blob.clone(), bundle: Bundle { root: 1, key: [0; 32] } };
        let image = Image { manifest: Vec::new(), blobs: vec![stored] };
        let here = puller.pull(&image, |_| {}, &CancellationToken::new()).await.unwrap();
        assert_eq!(here.pulled, Pulled { from_peers: content.len() as u64, ..Pulled::default() });
        assert!(empty.has(&blob.digest));
        assert_eq!(server.counts().served, 2);

        // What is not there is not told to be, and nothing can be stored this way.
        let client = ShardClient::speaking(PIECES, other);
        let known = client.have(&address, &[blob.pieces[0], [9; 32]]).await.unwrap();
        assert_eq!(known, [true, false]);
        let refused = client.quote(&address).await.unwrap_err();
        let AskError::Exchange(refused) = refused else { panic!("{refused}") };
        assert_eq!(refused.refusal().map(|refusal| refusal.reason), Some(Reason::NotTaking));
    }
}
