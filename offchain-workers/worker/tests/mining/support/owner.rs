//! A user with files.

use std::sync::Arc;

use idlewild_chain_client::Keypair;
use idlewild_chain_memory::MemoryChain;
use idlewild_client::{market::Wish, put::Source, PutError, PutEvent, PutId, PutOptions, PutReport, Session};
use idlewild_network::{transfer::ShardClient, Identity, Network, NetworkConfig, Role};
use idlewild_storage::{keys::storage_secret_from_seed, packer::ObjectMeta};
use tempfile::TempDir;

use super::{LONG, SMALL};

pub(crate) struct Owner {
    pub(crate) session: Arc<Session>,
    pub(crate) keys: Keypair,
    /// For what the tests send by hand.
    pub(crate) shards: ShardClient,
    folder: TempDir,
}

/// The owner's keys.
pub(crate) fn keys() -> Keypair {
    super::keys("//Owner")
}

impl Owner {
    pub(crate) fn new(chain: &MemoryChain) -> Self {
        let config = NetworkConfig::new(Identity::random(), chain.genesis(), Role::User);
        let network = Network::start(config).unwrap();
        let secret = storage_secret_from_seed(&[7; 32]);
        let shards = ShardClient::new(network.clone());
        let session = Arc::new(Session::new(Arc::new(chain.node()), network, keys(), secret));
        Self { session, keys: keys(), shards, folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn account(&self) -> [u8; 32] {
        self.keys.public_key().0
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
        let file = self.folder.path().join(name);
        std::fs::write(&file, content).unwrap();
        let meta = ObjectMeta { path: name.into(), size: content.len() as u64, modified: 0 };
        let options = PutOptions {
            wish: Wish { geometry: SMALL, copies: 1, term, max_price: None },
            segment_bytes: 8 << 20,
            id: PutId::random(),
            again: false,
        };
        self.session.put(vec![Source { file, meta }], &options, told).await
    }

    /// Gets a file back, from the chain and the miners alone.
    pub(crate) async fn get(&self, name: &str) -> Vec<u8> {
        let listing = self.session.list().await.expect("the files were not listed");
        assert!(listing.unreadable.is_empty(), "what was put cannot be read: {:?}", listing.unreadable[0].1);
        let object = listing.tree.get(name).expect("the file is not listed");
        let mut content = Vec::new();
        let got = self.session.get(&listing, object, 0..object.size, &mut content, |_| {}).await;
        got.expect("a file was not got");
        content
    }
}
