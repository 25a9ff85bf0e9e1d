//! Removing objects and versions, and locks.

use idlewild_objects::{
    Amendment, BucketInit, Conditions, DeleteError, Deleted, NewVersion, Retention, RetentionMode, Store, VersionId, Versioning,
};

use crate::common::*;

async fn delete(store: &Store, key: &str, version: Option<&VersionId>) -> Deleted {
    store.delete(BUCKET, key, version, &Conditions::default(), false).await.unwrap()
}

#[tokio::test]
async fn without_versions_it_is_gone() {
    let (_folder, store) = store().await;
    put(&store, "key", &bytes(10)).await;
    assert_eq!(delete(&store, "key", None).await, Deleted::default());
    assert_eq!(store.head(BUCKET, "key", None).unwrap(), None);
    assert_eq!(delete(&store, "key", None).await, Deleted::default(), "and again is no error");
    put(&store, "key", &bytes(10)).await;
    let null = delete(&store, "key", Some(&VersionId::null())).await;
    assert_eq!(null, Deleted { version: Some(VersionId::null()), marker: false });
    assert_eq!(keys(&store), [""; 0]);
}

#[tokio::test]
async fn with_versions_it_is_marked() {
    let (_folder, store) = store_with(Versioning::Enabled).await;
    let body = bytes(10);
    let version = put(&store, "key", &body).await;
    let deleted = delete(&store, "key", None).await;
    assert!(deleted.marker);
    let marker = store.head(BUCKET, "key", None).unwrap().unwrap();
    assert!(marker.is_delete_marker && marker.is_current && Some(&marker.id) == deleted.version.as_ref());
    assert_eq!(keys(&store), [""; 0]);
    let old = store.head(BUCKET, "key", Some(&version.id)).unwrap().unwrap();
    assert_eq!((old.is_current, read(&store, &old).await), (false, body.clone()));
    assert!(delete(&store, "key", deleted.version.as_ref()).await.marker);
    assert_eq!(get(&store, "key").await, Some(body), "without the marker it is back");
    assert!(delete(&store, "none", None).await.marker);
    let unknown = VersionId("0".repeat(40));
    assert_eq!(delete(&store, "key", Some(&unknown)).await, Deleted::default());
}

#[tokio::test]
async fn the_next_newest_becomes_current() {
    let (_folder, store) = store_with(Versioning::Enabled).await;
    let bodies = [bytes(1), bytes(2), bytes(3)];
    let mut ids = Vec::new();
    for body in &bodies {
        ids.push(put(&store, "key", body).await.id);
    }
    delete(&store, "key", Some(&ids[1])).await;
    assert_eq!(get(&store, "key").await.as_ref(), Some(&bodies[2]));
    delete(&store, "key", Some(&ids[2])).await;
    assert_eq!(get(&store, "key").await.as_ref(), Some(&bodies[0]));
    delete(&store, "key", Some(&ids[0])).await;
    assert_eq!(store.head(BUCKET, "key", None).unwrap(), None);
}

#[tokio::test]
async fn a_suspended_bucket_marks_with_null() {
    let (_folder, store) = store_with(Versioning::Enabled).await;
    let kept = put(&store, "key", &bytes(1)).await;
    store.set_versioning(BUCKET, Versioning::Suspended).await.unwrap();
    put(&store, "key", &bytes(2)).await;
    let deleted = delete(&store, "key", None).await;
    assert_eq!(deleted, Deleted { version: Some(VersionId::null()), marker: true });
    let null = store.head(BUCKET, "key", Some(&VersionId::null())).unwrap().unwrap();
    assert!(null.is_delete_marker, "the null version gave way to it");
    delete(&store, "key", Some(&VersionId::null())).await;
    assert_eq!(store.head(BUCKET, "key", None).unwrap().unwrap().id, kept.id);
}

#[tokio::test]
async fn a_delete_has_conditions() {
    let (_folder, store) = store().await;
    let version = put(&store, "key", &bytes(1)).await;
    let with = |conditions| {
        let store = store.clone();
        async move { store.delete(BUCKET, "key", None, &conditions, false).await }
    };
    let other = Conditions { if_match: Some("other".into()), ..Conditions::default() };
    assert!(matches!(with(other).await, Err(DeleteError::PreconditionFailed)));
    let other = Conditions { if_modified_at: Some(version.modified + 1), ..Conditions::default() };
    assert!(matches!(with(other).await, Err(DeleteError::PreconditionFailed)));
    let this = Conditions { if_match: Some(version.etag), if_modified_at: Some(version.modified), ..Conditions::default() };
    with(this).await.unwrap();
    assert_eq!(store.head(BUCKET, "key", None).unwrap(), None);
}

#[tokio::test]
async fn a_lock_holds() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path(), options()).await.unwrap();
    store.create_bucket(BUCKET, BucketInit { object_lock: true, ..BucketInit::default() }).await.unwrap();
    let remove = |id: VersionId, bypass| {
        let store = store.clone();
        async move { store.delete(BUCKET, "key", Some(&id), &Conditions::default(), bypass).await }
    };
    let locked = |mode, until| NewVersion { retention: Some(Retention { mode, until }), ..NewVersion::default() };
    let future = i64::MAX / 2;
    let governed = try_put(&store, "key", &bytes(1), locked(RetentionMode::Governance, future)).await.unwrap();
    assert!(matches!(remove(governed.id.clone(), false).await, Err(DeleteError::ObjectLocked)));
    remove(governed.id, true).await.unwrap();
    let compliant = try_put(&store, "key", &bytes(1), locked(RetentionMode::Compliance, future)).await.unwrap();
    assert!(matches!(remove(compliant.id, true).await, Err(DeleteError::ObjectLocked)));
    let past = try_put(&store, "key", &bytes(1), locked(RetentionMode::Compliance, 1)).await.unwrap();
    remove(past.id, false).await.unwrap();
    let held = try_put(&store, "key", &bytes(1), NewVersion { legal_hold: true, ..NewVersion::default() }).await.unwrap();
    assert!(matches!(remove(held.id.clone(), true).await, Err(DeleteError::ObjectLocked)));
    assert!(delete(&store, "key", None).await.marker, "a delete marker takes nothing away");
    store.amend(BUCKET, "key", Some(&held.id), Amendment::LegalHold(false)).await.unwrap();
    remove(held.id, false).await.unwrap();
}
