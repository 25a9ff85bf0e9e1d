//! Versions of one key that two gateways wrote, and one of them made current again.

use idlewild_objects::{
    bucket::Versioning,
    sealing::Line,
    version::{Conditions, VersionId},
    Store, StoreError,
};

use crate::net::{self, body, open, put, read, tree, Network, BUCKET};

const KEY: &str = "letter";

async fn current(store: &Store) -> bytes::Bytes {
    let version = store.head(BUCKET, KEY, None).unwrap().unwrap();
    read(store, &version).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_version_that_lost_is_listed_with_its_writer_and_comes_back_without_losing_the_other() {
    let (first, second) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (one, two) = (open(first.path(), 1).await, open(second.path(), 2).await);
    let network = Network::new();
    one.set_source(network.clone());
    two.set_source(network.clone());
    one.hold(BUCKET, Line { epoch: 1 }).await.unwrap();
    two.hold(BUCKET, Line { epoch: 2 }).await.unwrap();
    put(&one, KEY, body(1, 1_000)).await;
    put(&one, "letters", body(9, 10)).await;
    put(&two, KEY, body(2, 2_000)).await;
    one.seal(BUCKET, Line { epoch: 1 }).await.unwrap();
    two.seal(BUCKET, Line { epoch: 2 }).await.unwrap();
    network.exchange(&one, &two, 2).await;

    let versions = one.versions_of(BUCKET, KEY, 100).unwrap();
    assert_eq!(versions.len(), 2, "those of one key alone");
    assert!(versions[0].is_current && versions[0].is_by(&[2; 32]) && versions[0].epoch() == 2);
    assert!(!versions[1].is_current && versions[1].is_by(&[1; 32]) && versions[1].epoch() == 1);
    assert_eq!(one.versions_of(BUCKET, KEY, 1).unwrap(), versions[..1]);
    assert!(one.versions_of(BUCKET, "nothing", 100).unwrap().is_empty());

    let lost = versions[1].id.clone();
    let restored = one.restore(BUCKET, KEY, &lost).await.unwrap();
    assert!(restored.is_current && restored.id.is_null());
    assert_eq!(current(&one).await, body(1, 1_000));
    let versions = one.versions_of(BUCKET, KEY, 100).unwrap();
    assert_eq!(versions.len(), 3, "nothing is lost: {versions:?}");
    // What is current is not written again.
    assert_eq!(one.restore(BUCKET, KEY, &VersionId::null()).await.unwrap().id, restored.id);
    assert_eq!(one.versions_of(BUCKET, KEY, 100).unwrap().len(), 3);
    // The other one sees the same.
    one.seal(BUCKET, Line { epoch: 3 }).await.unwrap();
    network.exchange(&one, &two, 3).await;
    assert_eq!(tree(&one).await, tree(&two).await);
    assert_eq!(current(&two).await, body(1, 1_000));
    // And so does whoever builds the bucket anew.
    let third = tempfile::tempdir().unwrap();
    let rebuilt = open(third.path(), 3).await;
    rebuilt.set_source(network.clone());
    for deal in network.deals() {
        network.tell(&rebuilt, deal).await;
    }
    assert_eq!(tree(&rebuilt).await, tree(&one).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_versions_a_deleted_object_comes_back_and_a_marker_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path(), 1).await;
    store.set_versioning(BUCKET, Versioning::Enabled).await.unwrap();
    let old = put(&store, KEY, body(1, 300_000)).await;
    put(&store, KEY, body(2, 20)).await;
    let marker = store.delete(BUCKET, KEY, None, &Conditions::default(), false).await.unwrap().version.unwrap();
    assert!(matches!(store.restore(BUCKET, KEY, &marker).await, Err(StoreError::NotAllowed(_))));
    assert!(matches!(store.restore(BUCKET, KEY, &VersionId("00".into())).await, Err(StoreError::NoSuchVersion)));
    let restored = store.restore(BUCKET, KEY, &old.id).await.unwrap();
    assert_ne!(restored.id, old.id);
    assert_eq!(current(&store).await, body(1, 300_000));
    let versions = store.versions_of(BUCKET, KEY, 100).unwrap();
    assert_eq!(versions.iter().map(|version| version.is_delete_marker).collect::<Vec<_>>(), [false, true, false, false]);
    // Its bytes are those of both, and stay while one of them does.
    store.delete(BUCKET, KEY, Some(&old.id), &Conditions::default(), false).await.unwrap();
    store.reclaim().await.unwrap();
    assert_eq!(net::read(&store, &restored).await, body(1, 300_000));
}
