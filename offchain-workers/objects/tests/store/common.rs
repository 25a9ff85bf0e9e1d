//! A store in a folder that goes with the test.

use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use futures::TryStreamExt;
use idlewild_objects::{BucketInit, ListQuery, Listed, NewVersion, Options, PutError, Staged, Store, Version, Versioning};
use tempfile::TempDir;

/// The bucket of most tests.
pub(crate) const BUCKET: &str = "bucket";
/// Bytes of a segment.
pub(crate) const SEGMENT: u32 = 256 << 10;

/// How the stores of tests are run.
pub(crate) fn options() -> Options {
    Options { segment_bytes: SEGMENT, reserve_bytes: 0, memory_bytes: 1 << 20, origin: [7; 32], ..Options::default() }
}

/// A store with one bucket.
pub(crate) async fn store() -> (TempDir, Store) {
    store_with(Versioning::Off).await
}

/// A store with one bucket that keeps versions so.
pub(crate) async fn store_with(versioning: Versioning) -> (TempDir, Store) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), options()).await.unwrap();
    store.create_bucket(BUCKET, BucketInit { versioning, ..BucketInit::default() }).await.unwrap();
    (folder, store)
}

/// The same store, opened anew.
pub(crate) async fn reopen(folder: &TempDir, store: Store) -> Store {
    store.close().await;
    drop(store);
    open_soon(folder.path()).await
}

/// Opens a store whose last user may be letting go of it still.
pub(crate) async fn open_soon(folder: &std::path::Path) -> Store {
    let opening = async {
        loop {
            match Store::open(folder, options()).await {
                Err(idlewild_objects::OpenError::Locked) => tokio::task::yield_now().await,
                opened => return opened.unwrap(),
            }
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), opening).await.unwrap()
}

/// Bytes that differ from all others.
pub(crate) fn bytes(length: usize) -> Bytes {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let mut reader = blake3::Hasher::new().update(&NEXT.fetch_add(1, Ordering::Relaxed).to_le_bytes()).finalize_xof();
    let mut bytes = vec![0; length];
    reader.fill(&mut bytes);
    bytes.into()
}

/// Takes bytes in pieces as a network gives them.
pub(crate) async fn stage(store: &Store, bucket: &str, body: &Bytes) -> Staged {
    let mut writer = store.writer(bucket, Some(body.len() as u64)).await.unwrap();
    let mut rest = body.clone();
    while !rest.is_empty() {
        writer.write(rest.split_to(rest.len().min(60_000))).await.unwrap();
    }
    writer.finish().await.unwrap()
}

pub(crate) async fn try_put(store: &Store, key: &str, body: &Bytes, new: NewVersion) -> Result<Version, PutError> {
    let staged = stage(store, BUCKET, body).await;
    store.put(BUCKET, key, staged, new).await
}

pub(crate) async fn put(store: &Store, key: &str, body: &Bytes) -> Version {
    try_put(store, key, body, NewVersion::default()).await.unwrap()
}

pub(crate) async fn read(store: &Store, version: &Version) -> Bytes {
    range(store, version, 0..version.size).await
}

pub(crate) async fn range(store: &Store, version: &Version, range: std::ops::Range<u64>) -> Bytes {
    let pieces: Vec<Bytes> = store.read(version, range).try_collect().await.unwrap();
    pieces.concat().into()
}

/// The bytes of a key's newest version.
pub(crate) async fn get(store: &Store, key: &str) -> Option<Bytes> {
    let version = store.head(BUCKET, key, None).unwrap().filter(|version| !version.is_delete_marker)?;
    Some(read(store, &version).await)
}

/// All keys of the bucket.
pub(crate) fn keys(store: &Store) -> Vec<String> {
    let query = ListQuery { limit: 100_000, ..ListQuery::default() };
    names(store.list(BUCKET, &query).unwrap().entries)
}

/// What entries are called.
pub(crate) fn names(entries: Vec<Listed>) -> Vec<String> {
    let name = |entry| match entry {
        Listed::Object(version) => version.key,
        Listed::Prefix(prefix) => prefix,
    };
    entries.into_iter().map(name).collect()
}

/// Names and bytes of all segment files.
pub(crate) fn segment_files(folder: &TempDir) -> Vec<(std::path::PathBuf, u64)> {
    let mut files = Vec::new();
    for bucket in std::fs::read_dir(folder.path().join("segments")).unwrap() {
        for file in std::fs::read_dir(bucket.unwrap().path()).unwrap() {
            let file = file.unwrap();
            files.push((file.path(), file.metadata().unwrap().len()));
        }
    }
    files.sort();
    files
}
