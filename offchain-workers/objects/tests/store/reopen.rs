//! What is there after the store was opened anew.

use idlewild_objects::{Conditions, NewVersion, Versioning};

use crate::common::*;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_is_there_again() {
    let (folder, mut store) = store_with(Versioning::Enabled).await;
    let mut bodies = Vec::new();
    for round in 0..3 {
        for size in [0, 10, 5000, 70_000, 1_200_000] {
            let (key, body) = (format!("{round}/{size}"), bytes(size));
            put(&store, &key, &body).await;
            bodies.push((key, body));
        }
        store = reopen(&folder, store).await;
        for (key, body) in &bodies {
            assert!(get(&store, key).await.as_ref() == Some(body), "{key}");
        }
    }
    let before = store.head(BUCKET, "0/10", None).unwrap().unwrap();
    let after = put(&store, "0/10", &bytes(1)).await;
    assert!(after.id < before.id, "what is newer sorts first, after a reopening too");
}

#[tokio::test]
async fn tails_that_belong_to_nothing_are_cut_off() {
    let (folder, store) = store().await;
    let body = bytes(5000);
    put(&store, "key", &body).await;
    store.close().await;
    drop(store);
    let files = segment_files(&folder);
    assert_eq!(files.len(), 1);
    let (path, length) = files[0].clone();
    let mut torn = std::fs::read(&path).unwrap();
    torn.extend_from_slice(&bytes(777));
    std::fs::write(&path, torn).unwrap();
    std::fs::write(path.with_file_name("99"), b"of a writer that died").unwrap();
    let store = open_soon(folder.path()).await;
    assert_eq!(segment_files(&folder), [(path, length)]);
    assert_eq!(get(&store, "key").await, Some(body));
    let next = bytes(6000);
    put(&store, "next", &next).await;
    assert_eq!(get(&store, "next").await, Some(next));
}

#[tokio::test]
async fn numbers_are_not_used_again() {
    let (folder, store) = store().await;
    put(&store, "key", &bytes(2_000_000)).await;
    let before = segment_files(&folder);
    store.delete_bucket(BUCKET).await.unwrap_err();
    store.delete(BUCKET, "key", None, &Conditions::default(), false).await.unwrap();
    store.delete_bucket(BUCKET).await.unwrap();
    let store = reopen(&folder, store).await;
    store.create_bucket(BUCKET, Default::default()).await.unwrap();
    put(&store, "key", &bytes(2_000_000)).await;
    let numbers = |files: Vec<(std::path::PathBuf, u64)>| {
        files
            .into_iter()
            .map(|(path, _)| path.file_name().unwrap().to_str().unwrap().parse::<u64>().unwrap())
            .collect::<Vec<_>>()
    };
    let (before, after) = (numbers(before), numbers(segment_files(&folder)));
    assert!(after.iter().min() > before.iter().max(), "{before:?} {after:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn segments_in_which_nothing_is_left_go() {
    let (folder, store) = store().await;
    let kept = bytes(100);
    put(&store, "kept", &kept).await;
    let upload = store.begin_upload(BUCKET, "upload", NewVersion::default()).await.unwrap();
    let staged = stage(&store, BUCKET, &bytes(2_000_000)).await;
    store.put_part(&upload, 1, staged).await.unwrap();
    put(&store, "large", &bytes(1_500_000)).await;
    put(&store, "large", &bytes(0)).await;
    store.abort_upload(&upload).await.unwrap();
    let store = reopen(&folder, store).await;
    assert_eq!(segment_files(&folder).len(), 1);
    assert_eq!(get(&store, "kept").await, Some(kept));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_refuses_writes_and_nothing_else() {
    let (folder, store) = store().await;
    let body = bytes(3000);
    put(&store, "key", &body).await;
    let upload = store.begin_upload(BUCKET, "upload", NewVersion::default()).await.unwrap();
    store.close().await;
    drop(store);
    let full = idlewild_objects::Options { reserve_bytes: u64::MAX / 2, ..options() };
    let store = idlewild_objects::Store::open(folder.path(), full).await.unwrap();
    use idlewild_objects::StoreError::Full;
    assert!(matches!(store.writer(BUCKET, None).await, Err(Full)));
    assert!(matches!(store.begin_upload(BUCKET, "key", NewVersion::default()).await, Err(Full)));
    assert_eq!(get(&store, "key").await, Some(body));
    store.abort_upload(&upload).await.unwrap();
    store.delete(BUCKET, "key", None, &Conditions::default(), false).await.unwrap();
    assert_eq!(store.head(BUCKET, "key", None).unwrap(), None, "what frees room is let through");
}
