//! A miner's folder.

use std::{
    net::{Ipv4Addr, TcpListener},
    sync::atomic::{AtomicU16, Ordering},
};

use idlewild_chain_client::Keypair;
use idlewild_storage::{shard_key::ShardKey, shard_store::ShardStore};
use idlewild_worker::{
    args::Init,
    commands::init,
    config::{Config, Keys, Status, Storing},
};
use tempfile::TempDir;

/// A folder as `init` makes it, and its configuration.
pub(crate) struct Site {
    pub(crate) config: Storing,
    pub(crate) keys: Keys,
    pub(crate) status: Status,
    /// Whether the worker may start without the disk that it had.
    pub(crate) accept_empty_disk: bool,
    /// Deleted with this.
    _folder: TempDir,
}

fn secret(number: u8) -> String {
    format!("//Miner//{number}")
}

/// The operator of a miner.
pub(crate) fn operator(number: u8) -> Keypair {
    super::keys(&secret(number))
}

impl Site {
    pub(crate) fn new(number: u8) -> Self {
        let folder = tempfile::tempdir().unwrap();
        init::run(&Init {
            dir: folder.path().into(),
            node: "ws://127.0.0.1:1".into(),
            operator: Some(secret(number)),
            port: free_port(),
            address: Ipv4Addr::LOCALHOST.into(),
            capacity: "1 GiB".into(),
            price: "1".into(),
            bond: "100".into(),
            rpc: "127.0.0.1:0".into(),
            metrics: String::new(),
            settle_every: 1,
            no_storage: false,
            plots: Vec::new(),
            plot_space: "1 GiB".into(),
            plot_leave: "1 GiB".into(),
            claim_bond: "10".into(),
            compute: false,
            compute_bond: "100".into(),
            tracker: false,
        })
        .unwrap();
        let config = Config::load(&folder.path().join(init::CONFIG_NAME)).unwrap();
        let storing = config.storing().unwrap();
        Self { config: storing, keys: config.keys, status: config.status, accept_empty_disk: false, _folder: folder }
    }

    /// One that neither repairs nor reports.
    pub(crate) fn meek(number: u8) -> Self {
        let mut site = Self::new(number);
        site.config.storage.repair = false;
        site.config.storage.report = false;
        site
    }

    /// The shards on disk, while no worker runs.
    pub(crate) async fn shards(&self) -> Vec<ShardKey> {
        let store = ShardStore::open(&self.config.storage.folder).await.unwrap();
        store.list().await.unwrap().into_iter().map(|shard| shard.key).collect()
    }
}

/// A port that nobody uses, below those that the system gives to outgoing connections.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let first = 20_000 + (std::process::id() % 100) as u16 * 100;
    loop {
        let port = first + NEXT.fetch_add(1, Ordering::Relaxed) % 2_000;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}
