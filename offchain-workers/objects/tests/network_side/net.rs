//! A network that is a map in memory, and what tests ask of a store.

use std::{
    collections::BTreeMap,
    ops::Range,
    path::Path,
    sync::{
        atomic::{AtomicU64, Ordering},
        Arc, Mutex,
    },
};

use bytes::Bytes;
use futures::{future::BoxFuture, FutureExt, TryStreamExt};
pub(crate) use idlewild_objects::Options;
use idlewild_objects::{
    bucket::{BucketInit, BucketKey},
    commit::{Commit, Place},
    query::{Listed, VersionsQuery},
    source::{FetchError, Source},
    version::{Durability, NewVersion, Version},
    ReadError, SegmentNumber, Store,
};

pub(crate) const BUCKET: &str = "bucket";
pub(crate) const ID: u64 = 42;

pub(crate) fn options(origin: u8) -> Options {
    Options {
        segment_bytes: 256 << 10,
        keep_bytes: 1 << 30,
        memory_bytes: 16 << 20,
        reserve_bytes: 0,
        origin: [origin; 32],
        ..Options::default()
    }
}

pub(crate) async fn open(folder: &Path, origin: u8) -> Store {
    let store = Store::open(folder, options(origin)).await.unwrap();
    let init = BucketInit { id: Some(ID), key: Some(BucketKey([7; 32])), created: Some(1), ..BucketInit::default() };
    store.create_bucket(BUCKET, init).await.unwrap();
    store
}

pub(crate) fn body(number: usize, size: usize) -> Bytes {
    (0..size).map(|at| (at / 3 + at * 7 + number * 13) as u8).collect::<Vec<_>>().into()
}

pub(crate) async fn put(store: &Store, key: &str, bytes: Bytes) -> Version {
    let mut writer = store.writer(BUCKET, Some(bytes.len() as u64)).await.unwrap();
    writer.write(bytes).await.unwrap();
    let staged = writer.finish().await.unwrap();
    store.put(BUCKET, key, staged, NewVersion::default()).await.unwrap()
}

pub(crate) async fn read(store: &Store, version: &Version) -> Bytes {
    read_range(store, version, 0..version.size).await.unwrap()
}

pub(crate) async fn read_range(store: &Store, version: &Version, range: Range<u64>) -> Result<Bytes, ReadError> {
    let pieces: Vec<Bytes> = store.read(version, range).try_collect().await?;
    Ok(pieces.concat().into())
}

pub(crate) fn versions(store: &Store, prefix: &str) -> Vec<Version> {
    let mut query = VersionsQuery { prefix: prefix.into(), limit: 500, ..VersionsQuery::default() };
    let mut all = Vec::new();
    loop {
        let page = store.list_versions(BUCKET, &query).unwrap();
        for listed in page.entries {
            match listed {
                Listed::Object(version) => all.push(version),
                Listed::Prefix(prefix) => panic!("{prefix} was not asked for"),
            }
        }
        let Some((key, version)) = page.next else { return all };
        (query.after_key, query.after_version) = (Some(key), version);
    }
}

/// All versions with their bytes, as any gateway of the bucket should have them.
pub(crate) async fn tree(store: &Store) -> Vec<String> {
    let mut all = Vec::new();
    for version in versions(store, "") {
        let bytes = if version.is_delete_marker { Bytes::new() } else { read(store, &version).await };
        let hash = blake3::hash(&bytes);
        let Version { key, id, size, etag, modified, is_current, is_delete_marker, tags, acl, .. } = version;
        all.push(format!("{key} {id} {size} {etag} {modified} {is_current} {is_delete_marker} {tags:?} {acl:?} {hash}"));
    }
    all
}

/// How many files of segments are in a store's folder.
pub(crate) fn files(folder: &Path) -> usize {
    let Ok(buckets) = std::fs::read_dir(folder.join("segments")) else { return 0 };
    buckets.map(|bucket| std::fs::read_dir(bucket.unwrap().path()).unwrap().count()).sum()
}

struct Deal {
    place: Place,
    bytes: Bytes,
    index_offset: u32,
}

#[derive(Default)]
pub(crate) struct Network {
    deals: Mutex<BTreeMap<u64, Deal>>,
    made: AtomicU64,
    asked: AtomicU64,
}

impl Network {
    pub(crate) fn new() -> Arc<Self> {
        Arc::default()
    }

    /// How often it was asked for bytes.
    pub(crate) fn asked(&self) -> u64 {
        self.asked.load(Ordering::SeqCst)
    }

    pub(crate) async fn take(&self, store: &Store, segment: SegmentNumber) -> u64 {
        self.take_of(store, 1, segment).await
    }

    /// Makes a deal of a segment of the gateway with this account, and makes known what the network has then.
    async fn take_of(&self, store: &Store, origin: u8, segment: SegmentNumber) -> u64 {
        let deal = self.take_quietly(store, origin, segment).await;
        if let Some(head) = store.untold_head(BUCKET).unwrap() {
            store.told(BUCKET, &head.hash).await.unwrap();
        }
        deal
    }

    /// Makes a deal of which nobody is told.
    pub(crate) async fn take_quietly(&self, store: &Store, origin: u8, segment: SegmentNumber) -> u64 {
        let sealed = store.sealed_bytes(BUCKET, segment).unwrap();
        let bytes: Bytes = std::fs::read(&sealed.path).unwrap().into();
        assert_eq!((bytes.len(), *blake3::hash(&bytes).as_bytes()), (sealed.length as usize, sealed.hash));
        let deal = {
            let mut deals = self.deals.lock().unwrap();
            let deal = 1000 + self.made.fetch_add(1, Ordering::SeqCst);
            let place = Place { origin: [origin; 32], number: segment, length: sealed.index_offset };
            assert!(
                deals.values().all(|deal| (deal.place.origin, deal.place.number) != (place.origin, segment)),
                "a salt is used twice"
            );
            deals.insert(deal, Deal { place, bytes, index_offset: sealed.index_offset });
            deal
        };
        store.stored(BUCKET, segment, deal).await.unwrap();
        deal
    }

    pub(crate) async fn take_all(&self, store: &Store) {
        self.take_all_of(store, 1).await;
    }

    async fn take_all_of(&self, store: &Store, origin: u8) {
        for sealed in store.outbox(BUCKET) {
            self.take_of(store, origin, sealed.segment).await;
        }
        assert!(store.outbox(BUCKET).is_empty());
    }

    pub(crate) fn deals(&self) -> Vec<u64> {
        self.deals.lock().unwrap().keys().copied().collect()
    }

    pub(crate) fn numbers(&self) -> Vec<u64> {
        self.deals.lock().unwrap().values().map(|deal| deal.place.number).collect()
    }

    pub(crate) fn deal_of(&self, number: u64) -> u64 {
        let deals = self.deals.lock().unwrap();
        *deals.iter().find(|(_, deal)| deal.place.number == number).unwrap().0
    }

    pub(crate) fn cancel(&self, deal: u64) {
        assert!(self.deals.lock().unwrap().remove(&deal).is_some());
    }

    pub(crate) fn commit_of(&self, deal: u64) -> Commit {
        self.look(deal).1.unwrap()
    }

    fn look(&self, deal: u64) -> (Place, Option<Commit>) {
        let deals = self.deals.lock().unwrap();
        let deal = &deals[&deal];
        let index = &deal.bytes[deal.index_offset as usize..];
        (deal.place, (!index.is_empty()).then(|| Commit::decode(index).unwrap()))
    }

    pub(crate) fn commits(&self) -> Vec<(u64, Commit)> {
        self.deals().into_iter().filter_map(|deal| Some((deal, self.look(deal).1?))).collect()
    }

    /// Tells a store of a deal, as who reads the chain does.
    pub(crate) async fn tell(&self, store: &Store, deal: u64) {
        let (place, commit) = self.look(deal);
        store.placed(BUCKET, place, deal).await.unwrap();
        if let Some(commit) = commit {
            store.apply(BUCKET, &commit, deal).await.unwrap();
        }
    }

    /// Seals what two gateways have, and tells each of what the other stored.
    pub(crate) async fn exchange(&self, one: &Store, two: &Store, epoch: u32) {
        for (store, origin) in [(one, 1), (two, 2)] {
            if epoch == 1 {
                store.seal(BUCKET, idlewild_objects::sealing::Line { epoch }).await.unwrap();
            }
            self.take_all_of(store, origin).await;
        }
        for deal in self.deals() {
            let (place, _) = self.look(deal);
            let other = if place.origin == [1; 32] { two } else { one };
            self.tell(other, deal).await;
        }
        for store in [one, two] {
            assert!(versions(store, "").iter().all(|version| version.durability == Durability::Network));
        }
    }
}

impl Source for Network {
    fn fetch(&self, bucket: u64, deal: u64, range: Range<u32>) -> BoxFuture<'_, Result<Bytes, FetchError>> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        async move {
            assert_eq!(bucket, ID);
            let deals = self.deals.lock().unwrap();
            let found = deals.get(&deal).ok_or(FetchError::NoSuchDeal(deal))?;
            Ok(found.bytes.slice(range.start as usize..range.end as usize))
        }
        .boxed()
    }
}
