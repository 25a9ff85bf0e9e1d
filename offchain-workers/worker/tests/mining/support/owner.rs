//! A user with files.

use std::{ops::Range, sync::Arc};

use idlewild_chain_client::{coins::COIN, Keypair};
use idlewild_chain_memory::{MemoryChain, MemoryNode};
use idlewild_client::{
    market::Wish, put::Source, GetError, Listing, PutError, PutEvent, PutId, PutOptions, PutReport, Session,
};
use idlewild_network::{transfer::ShardClient, Identity, Network, NetworkConfig, Role};
use idlewild_storage::{keys::storage_secret_from_seed, packer::ObjectMeta};
use tempfile::TempDir;

use super::{LONG, SMALL};

pub(crate) struct Owner {
    pub(crate) session: Arc<Session>,
    pub(crate) keys: Keypair,
    /// Its node, which may fail it.
    pub(crate) node: MemoryNode,
    /// For what the tests send by hand.
    pub(crate) shards: ShardClient,
    folder: TempDir,
}

/// The owner's keys.
pub(crate) fn keys() -> Keypair {
    super::keys("//Owner")
}

/// A new put for a long time, in segments of so many bytes.
pub(crate) fn options(segment_bytes: u32) -> PutOptions {
    let wish = Wish { geometry: SMALL, copies: 1, term: LONG, max_price: None };
    PutOptions { wish, segment_bytes, id: PutId::random(), again: false }
}

impl Owner {
    pub(crate) fn new(chain: &MemoryChain) -> Self {
        let config = NetworkConfig::new(Identity::random(), chain.genesis(), Role::User);
        let network = Network::start(config).unwrap();
        let secret = storage_secret_from_seed(&[7; 32]);
        let shards = ShardClient::new(network.clone());
        let node = chain.node();
        let session = Arc::new(Session::new(Arc::new(node.clone()), network, keys(), secret));
        Self { session, keys: keys(), node, shards, folder: tempfile::tempdir().unwrap() }
    }

    /// Another account, which uploads by hand.
    pub(crate) fn of(chain: &MemoryChain, uri: &str) -> Self {
        Self { keys: super::keys(uri), ..Self::new(chain) }
    }

    /// Another user, who has coins too and uploads by hand.
    pub(crate) async fn another(chain: &MemoryChain) -> Self {
        let other = Self::of(chain, "//Somebody//Else");
        chain.give(other.account(), 1_000 * COIN).await.expect("there are coins to give");
        other
    }

    pub(crate) fn account(&self) -> [u8; 32] {
        self.keys.public_key().0
    }

    /// Coins that it can spend.
    pub(crate) async fn free(&self) -> u128 {
        self.session.chain().balance(self.account()).await.expect("its node answers").free
    }

    /// A file on its disk. Whatever is in it, its time is the same.
    pub(crate) fn source(&self, name: &str, content: &[u8]) -> Source {
        let file = self.folder.path().join(name);
        std::fs::write(&file, content).unwrap();
        Source { file, meta: ObjectMeta { path: name.into(), size: content.len() as u64, modified: 0 } }
    }

    /// Puts a file for a long time.
    pub(crate) async fn put(&self, name: &str, content: &[u8]) -> PutReport {
        self.put_for(name, content, LONG, |_| {}).await.expect("a file was not put")
    }

    pub(crate) async fn put_for(
        &self,
        name: &str,
        content: &[u8],
        term: u32,
        told: impl Fn(PutEvent) + Send + Sync + 'static,
    ) -> Result<PutReport, PutError> {
        let mut options = options(8 << 20);
        options.wish.term = term;
        self.session.put(vec![self.source(name, content)], &options, told).await
    }

    /// Gets a file back, from the chain and the miners alone.
    pub(crate) async fn get(&self, name: &str) -> Vec<u8> {
        let listing = self.listing().await;
        let size = listing.tree.get(name).expect("the file is not listed").size;
        self.read(&listing, name, 0..size).await.expect("a file was not got")
    }

    /// All of its files, each of which can be read.
    pub(crate) async fn listing(&self) -> Listing {
        let listing = self.session.list().await.expect("the files were not listed");
        assert!(listing.unreadable.is_empty(), "what was put cannot be read: {:?}", listing.unreadable[0].1);
        listing
    }

    /// Gets some bytes of a file, or what came of them until something went wrong.
    pub(crate) async fn read(&self, listing: &Listing, name: &str, range: Range<u64>) -> Result<Vec<u8>, (GetError, Vec<u8>)> {
        let object = listing.tree.get(name).expect("the file is not listed");
        let mut content = Vec::new();
        match self.session.get(listing, object, range, &mut content, |_| {}).await {
            Ok(()) => Ok(content),
            Err(error) => Err((error, content)),
        }
    }
}
