//! A miner that has gone bad: a program at its address, with its key, that does not serve what it should.

use std::{
    collections::HashMap,
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc,
    },
};

use idlewild_network::{
    transfer::{
        message::{Request, Response},
        slice::{widened, Outboard},
        wire, PROTOCOL,
    },
    Identity, Network, NetworkConfig, Role,
};
use idlewild_storage::shard_store::ShardStore;
use idlewild_storage_primitives::Root;

use super::{Site, PATIENCE};

/// What it does when it is asked for bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    /// It takes the question and says nothing.
    Silent,
    /// It sends bytes of the right number, in due form, that are not the shard's.
    Lying,
}

pub(crate) struct Impostor {
    asked: Arc<AtomicUsize>,
    _network: Network,
    _site: Site,
}

impl Impostor {
    /// In the place of the worker that ran at this site.
    pub(crate) async fn start(genesis: [u8; 32], site: Site, manner: Manner) -> Self {
        let store = ShardStore::open(&site.config.storage.folder).await.unwrap();
        let mut forged: HashMap<Root, Vec<u8>> = HashMap::new();
        for shard in store.list().await.unwrap() {
            let bytes = store.read(&shard.key).await.unwrap();
            forged.insert(shard.key.root, bytes.iter().map(|byte| !byte).collect());
        }
        let forged = Arc::new(forged);
        let identity = Identity::load(&site.config.peer).unwrap();
        let network = Network::start(NetworkConfig::new(identity, genesis, Role::Miner)).unwrap();
        let mut incoming = network.accept(PROTOCOL).unwrap();
        network.listen(site.config.network.endpoint.parse().unwrap()).await.expect("the worker's port is free");
        let asked = Arc::new(AtomicUsize::new(0));
        let count = asked.clone();
        tokio::spawn(async move {
            while let Some((_, mut stream)) = incoming.next().await {
                let (forged, count) = (forged.clone(), count.clone());
                tokio::spawn(async move {
                    let Ok(Request::Fetch { root, range }) = wire::read_frame(&mut stream, PATIENCE).await else { return };
                    count.fetch_add(1, Ordering::SeqCst);
                    if manner == Manner::Silent {
                        return std::future::pending().await;
                    }
                    let bytes = forged.get(&root).expect("it is asked for what its miner had");
                    let length = bytes.len() as u64;
                    let body = match range {
                        None => bytes.clone(),
                        Some((start, end)) => {
                            let wide = widened(&(start..end), length);
                            let part = &bytes[wide.start as usize..wide.end as usize];
                            Outboard::new(bytes).slice(&(start..end), part).unwrap()
                        },
                    };
                    let content = Response::Content { length, body: body.len() as u64 };
                    // A client that has seen enough hangs up.
                    if wire::write_frame(&mut stream, &content, PATIENCE).await.is_ok() {
                        let _ = wire::write_body(&mut stream, &body, PATIENCE, |_| ()).await;
                        let _ = wire::close(&mut stream, PATIENCE).await;
                    }
                });
            }
        });
        Self { asked, _network: network, _site: site }
    }

    /// How often it was asked for bytes.
    pub(crate) fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}
