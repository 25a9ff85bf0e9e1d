//! What others made public, made up: a chain and miners that say what they are told to, and an owner that writes.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    path::Path,
    sync::{
        atomic::{AtomicUsize, Ordering},
        Arc, Mutex,
    },
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use futures::{future::BoxFuture, FutureExt};
use idlewild_buckets_primitives::{
    head::Head,
    salt::{salt, tag_of},
    view::BucketView,
};
use idlewild_gateway::{
    names::{BucketRef, FixedNames, Target},
    public::{
        remote::{Remote, RemoteError, Segment},
        Public, PublicOptions,
    },
};
use idlewild_objects::{BucketInit, Commit, FetchError, Line, NewVersion, Options, Source, Store};
use idlewild_shares_primitives::view::PublicationView;
use tokio::{
    io::{AsyncWriteExt, DuplexStream},
    sync::Semaphore,
};

use crate::support::World;

struct Deal {
    bucket: u64,
    segment: Segment,
    bytes: Bytes,
}

/// A chain and its miners.
pub struct Elsewhere {
    pub buckets: Mutex<BTreeMap<u64, BucketView>>,
    /// The key that deals of a bucket are under, whatever the chain says.
    keys: Mutex<BTreeMap<u64, [u8; 32]>>,
    pub gateways: Mutex<Vec<[u8; 32]>>,
    deals: Mutex<BTreeMap<u64, Deal>>,
    pub publications: Mutex<BTreeMap<u64, (PublicationView, Vec<u8>)>>,
    pub is_silent: Mutex<bool>,
    pub are_miners_gone: Mutex<bool>,
    /// Deals that nobody has, and those that hold something else.
    pub lost: Mutex<BTreeSet<u64>>,
    pub garbled: Mutex<BTreeSet<u64>>,
    pub commits_read: AtomicUsize,
    pub downloads: AtomicUsize,
    /// Each download takes a permit, and gives it back.
    pub gate: Semaphore,
}

impl Elsewhere {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            buckets: Mutex::default(),
            keys: Mutex::default(),
            gateways: Mutex::default(),
            deals: Mutex::default(),
            publications: Mutex::default(),
            is_silent: Mutex::default(),
            are_miners_gone: Mutex::default(),
            lost: Mutex::default(),
            garbled: Mutex::default(),
            commits_read: AtomicUsize::new(0),
            downloads: AtomicUsize::new(0),
            gate: Semaphore::new(100),
        })
    }

    fn chain<T>(&self, answer: T) -> Result<T, RemoteError> {
        match *self.is_silent.lock().unwrap() {
            true => Err(RemoteError::Chain("silence".into())),
            false => Ok(answer),
        }
    }

    /// The newest deal.
    pub fn last_deal(&self) -> u64 {
        self.deals.lock().unwrap().len() as u64
    }

    /// What is at the end of a deal.
    pub fn commit_of(&self, deal: u64) -> Commit {
        let deals = self.deals.lock().unwrap();
        let deal = &deals[&deal];
        Commit::decode(&deal.bytes[deal.segment.objects as usize..]).unwrap()
    }

    /// Publishes bytes under a number; the chain has the hash of `promised`.
    pub fn publish(&self, id: u64, name: &str, bytes: &[u8], promised: &[u8]) {
        let view = PublicationView {
            id,
            owner: [1; 32],
            root: id,
            key: [2; 32],
            hash: *blake3::hash(promised).as_bytes(),
            length: promised.len() as u64,
            name: name.as_bytes().to_vec(),
            published: 1,
            deposit: 0,
        };
        self.publications.lock().unwrap().insert(id, (view, bytes.to_vec()));
    }
}

#[async_trait]
impl Remote for Elsewhere {
    async fn bucket(&self, id: u64) -> Result<Option<BucketView>, RemoteError> {
        self.chain(self.buckets.lock().unwrap().get(&id).cloned())
    }

    async fn gateways(&self, _: u64) -> Result<Vec<[u8; 32]>, RemoteError> {
        self.chain(self.gateways.lock().unwrap().clone())
    }

    async fn segments(&self, bucket: &BucketView, key: &[u8; 32]) -> Result<Vec<Segment>, RemoteError> {
        if self.keys.lock().unwrap().get(&bucket.id) != Some(key) {
            return self.chain(Vec::new());
        }
        let deals = self.deals.lock().unwrap();
        self.chain(deals.values().filter(|deal| deal.bucket == bucket.id).map(|deal| deal.segment.clone()).collect())
    }

    async fn commit(&self, _: &[u8; 32], segment: &Segment) -> Result<Vec<u8>, RemoteError> {
        self.commits_read.fetch_add(1, Ordering::Relaxed);
        if *self.are_miners_gone.lock().unwrap() {
            return Err(RemoteError::Miners("nobody answers".into()));
        }
        if self.lost.lock().unwrap().contains(&segment.deal) {
            return Err(RemoteError::Miners("nobody has it".into()));
        }
        if self.garbled.lock().unwrap().contains(&segment.deal) {
            return Ok(b"no commit".to_vec());
        }
        let deals = self.deals.lock().unwrap();
        Ok(deals[&segment.deal].bytes[segment.objects as usize..].to_vec())
    }

    async fn publication(&self, id: u64) -> Result<Option<PublicationView>, RemoteError> {
        self.chain(self.publications.lock().unwrap().get(&id).map(|(view, _)| view.clone()))
    }

    async fn download(&self, id: u64, mut output: DuplexStream) -> Result<(), RemoteError> {
        self.downloads.fetch_add(1, Ordering::Relaxed);
        let _permit = self.gate.acquire().await.unwrap();
        let bytes = self.publications.lock().unwrap()[&id].1.clone();
        output.write_all(&bytes).await.map_err(|error| RemoteError::Miners(error.to_string()))
    }
}

impl Source for Elsewhere {
    fn fetch(&self, bucket: u64, deal: u64, range: Range<u32>) -> BoxFuture<'_, Result<Bytes, FetchError>> {
        let deals = self.deals.lock().unwrap();
        let answer = match deals.get(&deal).filter(|deal| deal.bucket == bucket) {
            Some(deal) => Ok(deal.bytes.slice(range.start as usize..range.end as usize)),
            None => Err(FetchError::NoSuchDeal(deal)),
        };
        async move { answer }.boxed()
    }
}

/// A gateway of another owner, which writes one bucket.
pub struct Owner {
    pub store: Store,
    id: u64,
    account: [u8; 32],
    remote: Arc<Elsewhere>,
    _folder: tempfile::TempDir,
}

impl Owner {
    /// A bucket that nobody else can read yet.
    pub async fn new(remote: &Arc<Elsewhere>, id: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let account = [id as u8; 32];
        let options = Options { segment_bytes: 1 << 20, reserve_bytes: 0, origin: account, ..Options::default() };
        let store = Store::open(folder.path(), options).await.unwrap();
        let key = [id as u8 ^ 0xFF; 32];
        store.create_bucket("bucket", BucketInit::default()).await.unwrap();
        remote.keys.lock().unwrap().insert(id, key);
        remote.gateways.lock().unwrap().push(account);
        let view = BucketView {
            id,
            owner: [id as u8; 32],
            label: Vec::new(),
            sealed: Vec::new(),
            epoch: 1,
            lease: None,
            heads: Vec::new(),
            public: None,
        };
        remote.buckets.lock().unwrap().insert(id, view);
        Self { store, id, account, remote: remote.clone(), _folder: folder }
    }

    /// Puts the key on chain.
    pub fn publish(&self) {
        let key = self.remote.keys.lock().unwrap()[&self.id];
        self.remote.buckets.lock().unwrap().get_mut(&self.id).unwrap().public = Some(key);
    }

    pub async fn put(&self, key: &str, body: impl AsRef<[u8]>) {
        let body = body.as_ref();
        let mut writer = self.store.writer("bucket", Some(body.len() as u64)).await.unwrap();
        for piece in body.chunks(100_000) {
            writer.write(piece.to_vec().into()).await.unwrap();
        }
        let staged = writer.finish().await.unwrap();
        self.store.put("bucket", key, staged, NewVersion::default()).await.unwrap();
    }

    /// Sends what was written to the miners, and tells the chain.
    pub async fn flush(&self) {
        let line = Line { epoch: 1 };
        self.store.hold("bucket", line).await.unwrap();
        self.store.seal("bucket", line).await.unwrap();
        let mut head = None;
        for sealed in self.store.outbox("bucket") {
            let file = self.store.sealed_bytes("bucket", sealed.segment).unwrap();
            let bytes = Bytes::from(std::fs::read(file.path).unwrap());
            let salt = salt(tag_of(self.id, &self.account), sealed.segment);
            let deal = {
                let mut deals = self.remote.deals.lock().unwrap();
                let deal = deals.len() as u64 + 1;
                let segment = Segment { deal, salt, objects: file.index_offset, length: file.length };
                if file.length > file.index_offset {
                    let commit = Commit::decode(&bytes[file.index_offset as usize..]).unwrap();
                    let (epoch, sequence, hash) = (commit.epoch, commit.sequence, commit.hash());
                    head = Some(Head { epoch, sequence, hash, salt });
                }
                deals.insert(deal, Deal { bucket: self.id, segment, bytes });
                deal
            };
            self.store.stored("bucket", sealed.segment, deal).await.unwrap();
        }
        if let Some(head) = head {
            self.remote.buckets.lock().unwrap().get_mut(&self.id).unwrap().heads = vec![head];
        }
    }
}

/// News at every visit, and no long waits.
pub fn options() -> PublicOptions {
    PublicOptions { refresh: Duration::ZERO, patience: Duration::from_secs(30), ..PublicOptions::default() }
}

pub async fn open(folder: &Path, remote: &Arc<Elsewhere>, options: PublicOptions) -> Arc<Public> {
    let store =
        Options { segment_bytes: 1 << 20, memory_bytes: 1 << 20, reserve_bytes: 0, origin: [77; 32], ..Options::default() };
    let public = Public::open(folder, store, remote.clone(), options).await.unwrap();
    public.store().set_source(remote.clone());
    public
}

/// A gateway beside which something is public.
pub struct Beside {
    pub world: World,
    pub public: Arc<Public>,
    pub remote: Arc<Elsewhere>,
    _folder: tempfile::TempDir,
}

impl Beside {
    pub async fn new(options: PublicOptions) -> Self {
        Self::to(&Elsewhere::new(), options).await
    }

    /// `far` is bucket 99, `book` publication 7.
    pub async fn to(remote: &Arc<Elsewhere>, options: PublicOptions) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let public = open(folder.path(), remote, options).await;
        let names = FixedNames::new()
            .with("far", Target::Bucket { bucket: BucketRef::Id(99), prefix: String::new() })
            .with("book", Target::Publication(7));
        let world = World::beside(Arc::new(names), Some(public.clone())).await;
        Self { world, public, remote: remote.clone(), _folder: folder }
    }

    /// Buckets in the store of what is public.
    pub fn kept(&self) -> usize {
        self.public.store().buckets().len()
    }

    pub fn downloads(&self) -> usize {
        self.remote.downloads.load(Ordering::Relaxed)
    }
}
