//! A store is cut off after every step of sealing and opened from what its disk has then.

use std::path::Path;

use bytes::Bytes;
use futures::TryStreamExt;

use super::*;
use crate::{
    bucket::BucketInit,
    commit::Commit,
    options::Options,
    query::{ListQuery, Listed},
    version::NewVersion,
};

const LINE: super::Line = super::Line { epoch: 1 };

fn options(origin: u8) -> Options {
    Options {
        segment_bytes: 64 << 10,
        keep_bytes: 1 << 30,
        memory_bytes: 1 << 20,
        reserve_bytes: 0,
        origin: [origin; 32],
        ..Options::default()
    }
}

fn body(number: usize, size: usize) -> Bytes {
    (0..size).map(|at| (at * 7 + number * 13) as u8).collect::<Vec<_>>().into()
}

async fn put(store: &Store, key: &str, bytes: Bytes) {
    let mut writer = store.writer("bucket", Some(bytes.len() as u64)).await.unwrap();
    writer.write(bytes).await.unwrap();
    let staged = writer.finish().await.unwrap();
    store.put("bucket", key, staged, NewVersion::default()).await.unwrap();
}

/// What the disk has at this moment, as after SIGKILL.
fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

/// All keys and their bytes.
async fn contents(store: &Store) -> Vec<(String, Vec<u8>)> {
    let listing = store.list("bucket", &ListQuery { limit: 1000, ..ListQuery::default() }).unwrap();
    let mut all = Vec::new();
    for listed in listing.entries {
        let Listed::Object(version) = listed else { panic!("no prefix was asked for") };
        let pieces: Vec<Bytes> = store.read(&version, 0..version.size).try_collect().await.unwrap();
        all.push((version.key, pieces.concat()));
    }
    all
}

/// The commits of the outbox, checked against the files.
fn commits(store: &Store) -> Vec<Commit> {
    let sealed = store.outbox("bucket").into_iter().map(|sealed| {
        let bytes = store.sealed_bytes("bucket", sealed.segment).unwrap();
        let file = std::fs::read(&bytes.path).unwrap();
        assert_eq!(file.len(), bytes.length as usize);
        assert!(bytes.length <= 64 << 10);
        assert_eq!(*blake3::hash(&file).as_bytes(), bytes.hash);
        let commit = &file[bytes.index_offset as usize..];
        (!commit.is_empty()).then(|| Commit::decode(commit).unwrap())
    });
    let mut commits: Vec<_> = sealed.flatten().collect();
    commits.sort_by_key(|commit| commit.sequence);
    commits
}

async fn fill(store: &Store) {
    store.create_bucket("bucket", BucketInit::default()).await.unwrap();
    for number in 0..700 {
        put(store, &format!("small/{number:04}"), body(number, 300)).await;
    }
    // More than a segment; and what is gone before it is told of.
    put(store, "large", body(1, 200 << 10)).await;
    for number in 0..20 {
        put(store, &format!("small/{number:04}"), body(number + 1, 200)).await;
    }
    store.delete("bucket", "small/0600", None, &Default::default(), false).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_kill_between_any_two_steps_loses_nothing_and_the_next_seal_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    let first = folder.path().join("first");
    let store = Store::open(&first, options(1)).await.unwrap();
    fill(&store).await;
    let expected = contents(&store).await;
    assert_eq!(expected.len(), 700);
    store.close().await;
    drop(store);

    let mut steps = 0;
    let mut commits_seen = std::collections::BTreeSet::new();
    loop {
        let (work, after) = (folder.path().join("work"), folder.path().join("after"));
        let _ = (std::fs::remove_dir_all(&work), std::fs::remove_dir_all(&after));
        copy(&first, &work);
        let store = Store::open(&work, options(1)).await.unwrap();
        let sealed = store.seal_by("bucket", LINE, false, &mut Steps::only(steps)).await;
        copy(&work, &after);
        drop(store);
        let store = Store::open(&after, options(1)).await.unwrap();
        assert_eq!(contents(&store).await, expected, "after {steps} steps");
        let done = commits(&store);
        assert!(done.iter().zip(1..).all(|(commit, at)| commit.sequence == at));
        commits_seen.insert(done.len());
        // Writing goes on, and so does sealing.
        put(&store, "after", body(3, 100)).await;
        assert!(store.seal("bucket", LINE).await.unwrap().is_some());
        assert_eq!(store.seal("bucket", LINE).await.unwrap(), None, "nothing is left");
        check_rebuild(&store, &expected).await;
        if sealed.is_ok() {
            break;
        }
        assert!(matches!(sealed, Err(StoreError::Closed)));
        steps += 1;
    }
    assert!(steps > 8 && commits_seen.len() >= 3, "{steps} steps, {commits_seen:?} commits");
}

/// What the commits tell is what the store has.
async fn check_rebuild(store: &Store, expected: &[(String, Vec<u8>)]) {
    let folder = tempfile::tempdir().unwrap();
    let rebuilt = Store::open(folder.path(), options(1)).await.unwrap();
    rebuilt.create_bucket("bucket", BucketInit::default()).await.unwrap();
    for (at, commit) in commits(store).into_iter().enumerate() {
        let applied = rebuilt.apply("bucket", &commit, at as u64).await.unwrap();
        assert!(applied.is_new && applied.missing.is_empty(), "{applied:?}");
    }
    let listing = rebuilt.list("bucket", &ListQuery { limit: 1000, ..ListQuery::default() }).unwrap();
    let keys: Vec<_> = listing
        .entries
        .iter()
        .map(|listed| match listed {
            Listed::Object(version) => (version.key.clone(), version.size, version.blake3),
            Listed::Prefix(_) => panic!("no prefix was asked for"),
        })
        .filter(|(key, ..)| key != "after")
        .collect();
    let wanted: Vec<_> =
        expected.iter().map(|(key, bytes)| (key.clone(), bytes.len() as u64, Some(*blake3::hash(bytes).as_bytes()))).collect();
    assert_eq!(keys, wanted);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_took_itself_back_makes_no_commit() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), options(1)).await.unwrap();
    store.create_bucket("bucket", BucketInit::default()).await.unwrap();
    put(&store, "key", body(1, 1000)).await;
    store.delete("bucket", "key", None, &Default::default(), false).await.unwrap();
    assert_eq!(store.seal("bucket", LINE).await.unwrap(), None);
    assert!(store.outbox("bucket").is_empty());
    assert_eq!(store.state().waiting_changes, 0);
    put(&store, "key", body(2, 1000)).await;
    assert!(store.seal("bucket", LINE).await.unwrap().is_some());
    assert_eq!(commits(&store)[0].changes.len(), 1);
}
