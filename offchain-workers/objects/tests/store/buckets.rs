//! Buckets and their configuration.

use bytes::Bytes;
use idlewild_objects::{BucketError, BucketInit, BucketKey, Conditions, ConfigKind, NewVersion, OpenError, Store, Versioning};

use crate::common::*;

#[tokio::test]
async fn buckets_come_and_go() {
    let (folder, store) = store().await;
    assert!(matches!(store.create_bucket(BUCKET, BucketInit::default()).await, Err(BucketError::AlreadyExists)));
    assert!(matches!(store.create_bucket("A", BucketInit::default()).await, Err(BucketError::BadName)));
    let another = store.create_bucket("another", BucketInit { created: Some(5), ..BucketInit::default() }).await.unwrap();
    assert_eq!((another.created, another.versioning, another.id), (5, Versioning::Off, None));
    let named = |store: &Store| store.buckets().into_iter().map(|bucket| bucket.name).collect::<Vec<_>>();
    assert_eq!(named(&store), ["another", BUCKET]);
    store.delete_bucket("another").await.unwrap();
    assert!(matches!(store.delete_bucket("another").await, Err(BucketError::NoSuchBucket)));
    let again = store.create_bucket("another", BucketInit::default()).await.unwrap();
    assert_ne!(again.number, another.number);
    let store = reopen(&folder, store).await;
    assert_eq!(named(&store), ["another", BUCKET]);
    assert_eq!(store.bucket("another"), Some(again));
    assert_eq!(store.bucket("none"), None);
}

#[tokio::test]
async fn a_bucket_with_anything_in_it_stays() {
    let (folder, store) = store_with(Versioning::Enabled).await;
    let upload = store.begin_upload(BUCKET, "key", NewVersion::default()).await.unwrap();
    assert!(matches!(store.delete_bucket(BUCKET).await, Err(BucketError::NotEmpty)));
    store.abort_upload(&upload).await.unwrap();
    let version = put(&store, "key", &bytes(1_500_000)).await;
    assert!(matches!(store.delete_bucket(BUCKET).await, Err(BucketError::NotEmpty)));
    let marker = store.delete(BUCKET, "key", None, &Conditions::default(), false).await.unwrap().version.unwrap();
    store.delete(BUCKET, "key", Some(&version.id), &Conditions::default(), false).await.unwrap();
    assert!(matches!(store.delete_bucket(BUCKET).await, Err(BucketError::NotEmpty)), "there is a delete marker");
    store.delete(BUCKET, "key", Some(&marker), &Conditions::default(), false).await.unwrap();
    store.delete_bucket(BUCKET).await.unwrap();
    assert_eq!(segment_files(&folder), []);
}

#[tokio::test]
async fn configuration_is_kept() {
    let (folder, store) = store().await;
    let document = Bytes::from_static(b"<CORSConfiguration/>");
    store.set_config(BUCKET, ConfigKind::Cors, Some(document.clone())).await.unwrap();
    store.set_config(BUCKET, ConfigKind::Other(3), Some(Bytes::new())).await.unwrap();
    store.set_config(BUCKET, ConfigKind::Policy, Some(Bytes::from_static(b"{}"))).await.unwrap();
    store.set_config(BUCKET, ConfigKind::Policy, None).await.unwrap();
    store.set_versioning(BUCKET, Versioning::Enabled).await.unwrap();
    store.enable_object_lock(BUCKET).await.unwrap();
    let store = reopen(&folder, store).await;
    assert_eq!(store.config(BUCKET, ConfigKind::Cors).unwrap(), Some(document));
    assert_eq!(store.config(BUCKET, ConfigKind::Other(3)).unwrap(), Some(Bytes::new()));
    assert_eq!(store.config(BUCKET, ConfigKind::Policy).unwrap(), None);
    assert!(matches!(store.config("none", ConfigKind::Cors), Err(BucketError::NoSuchBucket)));
    let bucket = store.bucket(BUCKET).unwrap();
    assert_eq!((bucket.versioning, bucket.object_lock), (Versioning::Enabled, true));
    assert!(matches!(store.set_versioning(BUCKET, Versioning::Suspended).await, Err(BucketError::Locks)));
}

#[tokio::test]
async fn versioning_is_suspended_and_never_off_again() {
    let (_folder, store) = store().await;
    assert!(matches!(store.enable_object_lock(BUCKET).await, Err(BucketError::Store(_))));
    store.set_versioning(BUCKET, Versioning::Enabled).await.unwrap();
    store.set_versioning(BUCKET, Versioning::Off).await.unwrap();
    assert_eq!(store.bucket(BUCKET).unwrap().versioning, Versioning::Suspended);
}

#[tokio::test]
async fn a_bucket_is_adopted_once() {
    let (folder, store) = store().await;
    let key = BucketKey([3; 32]);
    store.adopt(BUCKET, 9, key.clone()).await.unwrap();
    store.adopt(BUCKET, 9, key.clone()).await.unwrap();
    assert!(matches!(store.adopt(BUCKET, 8, key.clone()).await, Err(BucketError::OtherId)));
    let bucket = reopen(&folder, store).await.bucket(BUCKET).unwrap();
    assert_eq!((bucket.id, bucket.key), (Some(9), Some(key)));
}

#[tokio::test]
async fn a_folder_has_one_store() {
    let (folder, store) = store().await;
    assert!(matches!(Store::open(folder.path(), options()).await, Err(OpenError::Locked)));
    put(&store, "key", &bytes(1)).await;
    store.close().await;
    let closed = store.create_bucket("another", BucketInit::default()).await;
    assert!(matches!(closed, Err(BucketError::Store(idlewild_objects::StoreError::Closed))));
}
