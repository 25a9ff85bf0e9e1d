//! A disk that is full in the middle of a write.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use idlewild_objects::{Conditions, NewVersion, Options, PutError, Store, StoreError};

use crate::common::*;

const FOLDER: &str = "STORE_THAT_IS_FULL";

fn options_here() -> Options {
    Options { segment_bytes: 4 << 20, ..options() }
}

/// Runs a test in a process of its own, over a store that is in the folder, after this command. Beyond the process's limit a write fails as
/// on a full disk, as the signal that comes with it is ignored.
fn passes_alone(test: &str, before: &str, folder: &Path) {
    let script = format!("trap '' XFSZ; {before}; exec \"$0\" {test} --exact --ignored --nocapture");
    let mut child = Command::new("bash");
    let child = child.args(["-c", &script]).arg(std::env::current_exe().unwrap()).env(FOLDER, folder).output().unwrap();
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&child.stderr));
}

/// Runs in a process of its own, whose files may have a mebibyte and a half.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the child of the test below"]
async fn limited() {
    let folder = PathBuf::from(std::env::var_os(FOLDER).unwrap());
    let store = Store::open(&folder, options_here()).await.unwrap();
    let first = bytes(600_000);
    put(&store, "first", &first).await;
    // A small body, which the committer writes, and in the same group others that would have had room.
    let staged = stage(&store, BUCKET, &bytes(1_000_000)).await;
    let full = store.put(BUCKET, "second", staged, NewVersion::default()).await;
    assert!(matches!(full, Err(PutError::Store(StoreError::Full))), "{full:?}");
    // A large one, which its writer writes.
    let mut writer = store.writer(BUCKET, None).await.unwrap();
    let body = bytes(3_000_000);
    let written = async {
        let mut rest = body.clone();
        while !rest.is_empty() {
            writer.write(rest.split_to(rest.len().min(100_000))).await?;
        }
        writer.finish().await
    };
    let full = written.await;
    assert!(matches!(full, Err(StoreError::Full)), "{full:?}");
    assert_eq!(keys(&store), ["first"]);
    assert!(get(&store, "first").await.unwrap() == first);
    // What has room is taken, and it is whole.
    let third = bytes(400_000);
    put(&store, "third", &third).await;
    assert!(get(&store, "third").await.unwrap() == third);
    store.delete(BUCKET, "first", None, &Conditions::default(), false).await.unwrap();
    let store = {
        store.close().await;
        drop(store);
        open_soon(&folder).await
    };
    assert_eq!(keys(&store), ["third"]);
    assert!(get(&store, "third").await.unwrap() == third);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bytes_without_room_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), options_here()).await.unwrap();
    store.create_bucket(BUCKET, Default::default()).await.unwrap();
    store.close().await;
    drop(store);
    drop(open_soon(folder.path()).await);
    passes_alone("full::limited", "ulimit -f 1500", folder.path());
}

/// Runs in a process of its own, which ignores the signal that comes with the limit.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the child of the test below"]
async fn refused() {
    use rustix::process::{getrlimit, setrlimit, Resource};
    let folder = PathBuf::from(std::env::var_os(FOLDER).unwrap());
    let store = Store::open(&folder, options_here()).await.unwrap();
    for key in ["first", "second"] {
        put(&store, key, &bytes(20_000)).await;
    }
    let limit = getrlimit(Resource::Fsize);
    setrlimit(Resource::Fsize, rustix::process::Rlimit { current: Some(0), ..limit }).unwrap();
    let full = store.delete(BUCKET, "first", None, &Conditions::default(), false).await;
    assert!(matches!(full, Err(idlewild_objects::DeleteError::Store(StoreError::Full))), "{full:?}");
    setrlimit(Resource::Fsize, limit).unwrap();
    // The next one finds room, at once, and what was refused before did not happen.
    let third = bytes(400_000);
    put(&store, "third", &third).await;
    assert!(get(&store, "third").await.unwrap() == third);
    assert_eq!(keys(&store), ["first", "second", "third"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_refused_does_not_happen_once_there_is_room() {
    let (folder, store) = store().await;
    store.close().await;
    drop(store);
    drop(open_soon(folder.path()).await);
    passes_alone("full::refused", "true", folder.path());
    let store = open_soon(folder.path()).await;
    assert_eq!(keys(&store), ["first", "second", "third"]);
}
