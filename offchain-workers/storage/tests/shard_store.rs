//! A miner's disk: durable or refused, and every damage named.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::{Path, PathBuf};

use bytes::Bytes;
use idlewild_storage::{
    shard_key::ShardKey,
    shard_store::{ShardStore, StoredShard},
    store_error::{CheckError, OpenStoreError, PutError, ReadError},
};

fn shard(seed: u8, len: usize) -> (ShardKey, Bytes) {
    let bytes: Vec<u8> = (0..len).map(|i| (i as u8).wrapping_mul(seed).wrapping_add(seed)).collect();
    (ShardKey { root: *blake3::hash(&bytes).as_bytes(), salt: [seed; 16], slot: seed }, bytes.into())
}

fn file_of(folder: &Path, key: &ShardKey) -> PathBuf {
    folder.join(format!("shards/{}/{key}", hex::encode(&key.root[..1])))
}

fn temporary_files(folder: &Path) -> usize {
    std::fs::read_dir(folder.join("tmp")).unwrap().count()
}

#[tokio::test]
async fn put_read_list_delete_and_reopen() {
    let folder = tempfile::tempdir().unwrap();
    let store = ShardStore::open(folder.path()).await.unwrap();
    let (key, bytes) = shard(3, 100_000);
    let (other_key, other) = shard(5, 64);
    store.put(key, bytes.clone()).await.unwrap();
    store.put(other_key, other.clone()).await.unwrap();
    // Again, as after a crash between writing and signing.
    store.put(key, bytes.clone()).await.unwrap();
    assert_eq!(store.used(), 100_064);
    assert!(store.free().unwrap() > 0);

    drop(store);
    let store = ShardStore::open(folder.path()).await.unwrap();
    assert_eq!(store.used(), 100_064);
    assert_eq!(store.read(&key).await.unwrap(), bytes);
    assert_eq!(store.read_range(&key, 1024..2048).await.unwrap(), bytes.slice(1024..2048));
    assert_eq!(store.read_range(&key, 5..5).await.unwrap(), Bytes::new());
    store.check(&key, 100_000).await.unwrap();
    let mut listed = store.list().await.unwrap();
    listed.sort_by_key(|shard| shard.length);
    let expected = [StoredShard { key: other_key, length: 64 }, StoredShard { key, length: 100_000 }];
    assert_eq!(listed, expected);

    store.delete(&key).await.unwrap();
    store.delete(&key).await.unwrap();
    assert!(!store.contains(&key).await.unwrap());
    assert!(store.contains(&other_key).await.unwrap());
    assert_eq!(store.used(), 64);
    assert!(matches!(store.read(&key).await, Err(ReadError::NotFound(missing)) if missing == key));
    assert!(matches!(store.check(&key, 100_000).await, Err(CheckError::Lost(_))));
}

#[tokio::test]
async fn what_is_not_the_shard_never_gets_its_name() {
    let folder = tempfile::tempdir().unwrap();
    let store = ShardStore::open(folder.path()).await.unwrap();
    let (key, bytes) = shard(7, 5000);
    let mut wrong = bytes.to_vec();
    wrong[4999] ^= 1;
    let error = store.put(key, wrong.into()).await.unwrap_err();
    assert!(matches!(error, PutError::WrongRoot { length: 5000, .. }), "{error}");
    assert!(matches!(store.put(key, Bytes::new()).await, Err(PutError::Empty)));

    let mut short = store.begin(key, 5000).await.unwrap();
    short.write(bytes.slice(..4000)).await.unwrap();
    let error = short.commit().await.unwrap_err();
    assert!(matches!(error, PutError::WrongLength { expected: 5000, got: 4000 }), "{error}");

    let mut long = store.begin(key, 4000).await.unwrap();
    long.write(bytes.slice(..4000)).await.unwrap();
    let error = long.write(bytes.slice(4000..)).await.unwrap_err();
    assert!(matches!(error, PutError::WrongLength { expected: 4000, got: 5000 }), "{error}");
    long.abort().await;

    assert!(!store.contains(&key).await.unwrap());
    assert_eq!((store.used(), temporary_files(folder.path())), (0, 0));

    // In pieces of any size, it is the shard.
    let mut pieces = store.begin(key, 5000).await.unwrap();
    for piece in bytes.chunks(777) {
        pieces.write(Bytes::copy_from_slice(piece)).await.unwrap();
    }
    pieces.commit().await.unwrap();
    store.check(&key, 5000).await.unwrap();
}

#[tokio::test]
async fn a_write_cut_off_by_a_crash_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = ShardStore::open(folder.path()).await.unwrap();
    let (key, bytes) = shard(9, 3000);
    let mut writer = store.begin(key, 3000).await.unwrap();
    writer.write(bytes).await.unwrap();
    drop(writer);
    drop(store);
    assert_eq!(temporary_files(folder.path()), 1);
    let store = ShardStore::open(folder.path()).await.unwrap();
    assert_eq!(temporary_files(folder.path()), 0);
    assert!(!store.contains(&key).await.unwrap());
}

#[tokio::test]
async fn damage_at_rest_is_found_and_named() {
    let folder = tempfile::tempdir().unwrap();
    let store = ShardStore::open(folder.path()).await.unwrap();
    let (key, bytes) = shard(11, 2_500_000);
    store.put(key, bytes.clone()).await.unwrap();
    let file = file_of(folder.path(), &key);

    let mut rotten = bytes.to_vec();
    rotten[2_400_000] ^= 8;
    std::fs::write(&file, &rotten).unwrap();
    let error = store.check(&key, 2_500_000).await.unwrap_err();
    assert!(matches!(error, CheckError::WrongRoot(_)), "{error}");

    std::fs::write(&file, &bytes[..1000]).unwrap();
    let error = store.check(&key, 2_500_000).await.unwrap_err();
    assert!(matches!(error, CheckError::WrongLength { got: 1000, .. }), "{error}");
    let error = store.read_range(&key, 500..1500).await.unwrap_err();
    assert!(matches!(error, ReadError::CutShort { end: 1500, length: 1000, .. }), "{error}");
    let error = store.read_range(&key, 5000..6000).await.unwrap_err();
    assert!(matches!(error, ReadError::CutShort { end: 6000, length: 1000, .. }), "{error}");

    std::fs::write(&file, b"").unwrap();
    let error = store.check(&key, 2_500_000).await.unwrap_err();
    assert!(matches!(error, CheckError::WrongLength { got: 0, .. }), "{error}");

    // What others leave among the shards is not counted as one.
    std::fs::write(folder.path().join("shards/README"), b"hello").unwrap();
    assert_eq!(store.list().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_folder_that_cannot_be_one_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, b"").unwrap();
    let error = ShardStore::open(&file).await.unwrap_err();
    assert!(matches!(error, OpenStoreError::Folder { .. }), "{error}");
    assert!(error.to_string().contains("file"), "{error}");
}

/// A file system of 1 MiB for as long as it lives; `None` where the test may not mount one.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mount = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"])
            .arg(folder.path())
            .output()
            .ok()?;
        mount.status.success().then_some(Self(folder))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg(self.0.path()).status();
    }
}

/// Runs a test again where this user is root and may mount: in namespaces of its own.
fn again_as_root(test: &str) {
    const AGAIN: &str = "IDLEWILD_TEST_AGAIN_AS_ROOT";
    assert!(std::env::var_os(AGAIN).is_none(), "a small file system cannot be mounted, in a user namespace neither");
    let mut run = std::process::Command::new("unshare");
    run.args(["--user", "--map-root-user", "--mount"]).arg(std::env::current_exe().unwrap());
    let run = run.args(["--exact", test, "--nocapture"]).env(AGAIN, "1").output();
    let run = run.expect("unshare, of util-linux, is not there, and this user may not mount a small file system");
    assert!(run.status.success(), "{}{}", String::from_utf8_lossy(&run.stdout), String::from_utf8_lossy(&run.stderr));
}

#[tokio::test]
async fn a_full_disk_refuses_the_shard_and_keeps_the_others() {
    let Some(disk) = SmallDisk::mount() else {
        return again_as_root("a_full_disk_refuses_the_shard_and_keeps_the_others");
    };
    let store = ShardStore::open(disk.0.path()).await.unwrap();
    let (first, bytes) = shard(13, 600_000);
    store.put(first, bytes).await.unwrap();
    let (second, bytes) = shard(17, 600_000);
    let error = store.put(second, bytes).await.unwrap_err();
    assert!(matches!(&error, PutError::Fault(fault) if fault.is_full()), "{error}");
    assert!(error.to_string().contains("full"), "{error}");
    assert!(!store.contains(&second).await.unwrap());
    assert_eq!((store.used(), temporary_files(disk.0.path())), (600_000, 0));
    store.check(&first, 600_000).await.unwrap();
    // Once there is room again, so is the miner.
    store.delete(&first).await.unwrap();
    let (second, bytes) = shard(17, 600_000);
    store.put(second, bytes).await.unwrap();
}

#[tokio::test]
async fn an_empty_folder_is_no_store_before_it_is_made_one() {
    let folder = tempfile::tempdir().unwrap();
    for _ in 0..2 {
        let store = ShardStore::open_unmarked(folder.path()).await.unwrap();
        assert!(!store.is_there().await, "opening it must not make it one");
    }
    ShardStore::open_unmarked(folder.path()).await.unwrap().mark().await.unwrap();
    assert!(ShardStore::open_unmarked(folder.path()).await.unwrap().is_there().await);
}

#[tokio::test]
async fn only_a_shard_that_is_here_can_be_made_durable() {
    let folder = tempfile::tempdir().unwrap();
    let store = ShardStore::open(folder.path()).await.unwrap();
    let (key, bytes) = shard(4, 5000);
    assert!(store.make_sure(&key).await.is_err());
    store.put(key, bytes).await.unwrap();
    store.make_sure(&key).await.unwrap();
}
