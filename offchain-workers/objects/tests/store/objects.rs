//! Putting, reading, copying and amending.

use bytes::Bytes;
use idlewild_objects::{
    Amendment, BucketInit, Conditions, Durability, NewVersion, PutError, ReadError, Retention, RetentionMode, StoreError,
    VersionId, Versioning,
};
use md5::Digest;

use crate::common::*;

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_put_comes_back_whatever_its_size() {
    let (_folder, store) = store().await;
    // Nothing, a byte, small, over a segment, at the border between small and large, and over many segments.
    for size in [0, 1, 4096, 100_000, 300_000, 1 << 20, (1 << 20) + 1, 3_000_000, 10 << 20] {
        let body = bytes(size);
        let key = format!("key-{size}");
        let version = put(&store, &key, &body).await;
        assert_eq!(version.size, size as u64);
        assert_eq!(version.etag, hex(&md5::Md5::digest(&body)));
        assert_eq!(version.blake3, Some(*blake3::hash(&body).as_bytes()));
        assert_eq!((version.id.clone(), version.is_current, version.durability), (VersionId::null(), true, Durability::Local));
        assert_eq!(store.head("bucket", &key, None).unwrap(), Some(version.clone()));
        assert_eq!(store.head("bucket", &key, Some(&VersionId::null())).unwrap(), Some(version));
        assert!(get(&store, &key).await.unwrap() == body, "{size}");
    }
}

#[tokio::test]
async fn ranges_are_read_across_segments() {
    let (_folder, store) = store().await;
    let body = bytes(2_000_000);
    let version = put(&store, "key", &body).await;
    for (start, end) in [(0, 0), (0, 1), (262_143, 262_145), (1, 1_999_999), (1_999_999, 2_000_000), (2_000_000, 2_000_000)] {
        assert!(range(&store, &version, start as u64..end as u64).await == body.slice(start..end), "{start}..{end}");
    }
    use futures::StreamExt;
    let beyond = store.read(&version, 0..2_000_001).next().await;
    assert!(matches!(beyond, Some(Err(ReadError::Range))));
}

#[tokio::test]
async fn large_bodies_come_in_large_pieces() {
    use futures::StreamExt;
    let folder = tempfile::tempdir().unwrap();
    let store =
        idlewild_objects::Store::open(folder.path(), idlewild_objects::Options { segment_bytes: 64 << 20, ..options() })
            .await
            .unwrap();
    store.create_bucket(BUCKET, BucketInit::default()).await.unwrap();
    let body = bytes(10 << 20);
    let version = put(&store, "key", &body).await;
    let pieces: Vec<_> = store.read(&version, 0..version.size).map(|piece| piece.unwrap().len()).collect().await;
    assert_eq!(pieces.iter().sum::<usize>(), 10 << 20);
    assert!(pieces.iter().all(|length| *length >= 256 << 10), "{pieces:?}");
}

#[tokio::test]
async fn what_comes_with_a_version_is_kept() {
    let (_folder, store) = store().await;
    let pair = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
    let new = NewVersion {
        content_type: Some("text/plain".into()),
        headers: pair("cache-control", "no-store"),
        user: pair("colour", "blue"),
        checksums: pair("CRC32", "AAAA"),
        tags: pair("a", "b"),
        acl: Some("private".into()),
        modified: Some(1_000),
        ..NewVersion::default()
    };
    try_put(&store, "key", &bytes(3), new).await.unwrap();
    let version = store.head(BUCKET, "key", None).unwrap().unwrap();
    assert_eq!(version.content_type.as_deref(), Some("text/plain"));
    assert_eq!((version.headers, version.user), (pair("cache-control", "no-store"), pair("colour", "blue")));
    assert_eq!((version.checksums, version.tags), (pair("CRC32", "AAAA"), pair("a", "b")));
    assert_eq!((version.acl.as_deref(), version.modified), (Some("private"), 1_000));
}

#[tokio::test]
async fn an_overwrite_replaces_and_a_versioned_one_keeps() {
    let (_folder, store) = store().await;
    let (first, second, third) = (bytes(10), bytes(20), bytes(30));
    put(&store, "key", &first).await;
    put(&store, "key", &second).await;
    store.set_versioning(BUCKET, Versioning::Enabled).await.unwrap();
    let newest = put(&store, "key", &third).await;
    assert!(!newest.id.is_null());
    assert_eq!(get(&store, "key").await, Some(third));
    let null = store.head(BUCKET, "key", Some(&VersionId::null())).unwrap().unwrap();
    assert!(!null.is_current);
    assert_eq!(read(&store, &null).await, second, "the one from before versioning is still there");
    store.set_versioning(BUCKET, Versioning::Suspended).await.unwrap();
    let fourth = bytes(40);
    put(&store, "key", &fourth).await;
    let null = store.head(BUCKET, "key", Some(&VersionId::null())).unwrap().unwrap();
    assert_eq!((null.is_current, read(&store, &null).await), (true, fourth));
    assert!(store.head(BUCKET, "key", Some(&newest.id)).unwrap().is_some_and(|version| !version.is_current));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_who_create_a_key_one_does() {
    let (_folder, store) = store().await;
    let conditions = Conditions { if_none_match: Some("*".into()), ..Conditions::default() };
    let puts = (0..32).map(|_| {
        let (store, conditions) = (store.clone(), conditions.clone());
        tokio::spawn(async move {
            let body = bytes(100);
            let new = NewVersion { conditions, ..NewVersion::default() };
            try_put(&store, "key", &body, new).await.map(|_| body)
        })
    });
    let done: Vec<_> = futures::future::join_all(puts).await.into_iter().map(Result::unwrap).collect();
    let (won, lost): (Vec<_>, Vec<_>) = done.into_iter().partition(Result::is_ok);
    assert_eq!((won.len(), lost.len()), (1, 31));
    assert!(lost.iter().all(|lost| matches!(lost, Err(PutError::PreconditionFailed))));
    assert_eq!(get(&store, "key").await.unwrap(), won.into_iter().next().unwrap().unwrap());
}

#[tokio::test]
async fn conditions_are_of_the_current_etag() {
    let (_folder, store) = store().await;
    let matching = |etag: &str| NewVersion {
        conditions: Conditions { if_match: Some(etag.into()), ..Conditions::default() },
        ..NewVersion::default()
    };
    let missing = try_put(&store, "key", &bytes(1), matching("*")).await;
    assert!(matches!(missing, Err(PutError::Store(StoreError::NoSuchKey))));
    let first = put(&store, "key", &bytes(1)).await;
    let second = try_put(&store, "key", &bytes(2), matching(&first.etag)).await.unwrap();
    assert!(matches!(try_put(&store, "key", &bytes(3), matching(&first.etag)).await, Err(PutError::PreconditionFailed)));
    try_put(&store, "key", &bytes(4), matching(&format!("\"abc\", \"{}\"", second.etag))).await.unwrap();
}

#[tokio::test]
async fn a_copy_outlives_what_it_was_made_of() {
    let (_folder, store) = store().await;
    store.create_bucket("other", BucketInit::default()).await.unwrap();
    let body = bytes(2_000_000);
    let from = put(&store, "from", &body).await;
    store.copy(&from, BUCKET, "to", NewVersion::default()).await.unwrap();
    let there = store.copy(&from, "other", "to", NewVersion::default()).await.unwrap();
    store.delete(BUCKET, "from", None, &Conditions::default(), false).await.unwrap();
    assert!(get(&store, "to").await.unwrap() == body);
    assert!(read(&store, &there).await == body);
    let gone = store.copy(&from, BUCKET, "late", NewVersion::default()).await;
    assert!(matches!(gone, Err(PutError::Store(StoreError::NoSuchVersion))));
}

#[tokio::test]
async fn a_copy_onto_itself_changes_what_comes_with_it() {
    let (_folder, store) = store().await;
    let body = bytes(5000);
    let version = put(&store, "key", &body).await;
    let new = NewVersion { content_type: Some("text/html".into()), ..NewVersion::default() };
    let after = store.copy(&version, BUCKET, "key", new).await.unwrap();
    assert_eq!((after.content_type.as_deref(), after.etag), (Some("text/html"), version.etag));
    assert_eq!(get(&store, "key").await, Some(body));
}

#[tokio::test]
async fn keys_have_bounds() {
    let (_folder, store) = store().await;
    for bad in [String::new(), "k".repeat(1025)] {
        let refused = try_put(&store, &bad, &bytes(1), NewVersion::default()).await;
        assert!(matches!(refused, Err(PutError::Store(StoreError::BadKey))));
    }
    for good in ["k".repeat(1024), "\0".into(), "ä/\0/b".into(), "\u{10FFFF}".into()] {
        let body = bytes(9);
        put(&store, &good, &body).await;
        assert_eq!(get(&store, &good).await, Some(body));
    }
    assert!(matches!(store.writer("nowhere", None).await, Err(StoreError::NoSuchBucket)));
    let staged = stage(&store, BUCKET, &bytes(1)).await;
    store.create_bucket("other", BucketInit::default()).await.unwrap();
    let elsewhere = store.put("other", "key", staged, NewVersion::default()).await;
    assert!(matches!(elsewhere, Err(PutError::Store(StoreError::NotAllowed(_)))));
}

#[tokio::test]
async fn amendments_change_one_version() {
    let (_folder, store) = store_with(Versioning::Enabled).await;
    let first = put(&store, "key", &bytes(1)).await;
    let second = put(&store, "key", &bytes(2)).await;
    let tags = vec![("a".to_owned(), "b".to_owned())];
    store.amend(BUCKET, "key", Some(&first.id), Amendment::Tags(tags.clone())).await.unwrap();
    let amended = store.amend(BUCKET, "key", None, Amendment::Acl(Some("public-read".into()))).await.unwrap();
    assert_eq!((amended.id, amended.is_current, amended.acl.as_deref()), (second.id, true, Some("public-read")));
    let first = store.head(BUCKET, "key", Some(&first.id)).unwrap().unwrap();
    assert_eq!((first.tags, first.acl, first.is_current), (tags, None, false));
    let none = store.amend(BUCKET, "none", None, Amendment::Tags(Vec::new())).await;
    assert!(matches!(none, Err(StoreError::NoSuchKey)));
    let locked = store.amend(BUCKET, "key", None, Amendment::LegalHold(true)).await;
    assert!(matches!(locked, Err(StoreError::NotAllowed(_))));
}

#[tokio::test]
async fn a_retention_is_shortened_by_who_may() {
    let folder = tempfile::tempdir().unwrap();
    let store = idlewild_objects::Store::open(folder.path(), options()).await.unwrap();
    store.create_bucket(BUCKET, BucketInit { object_lock: true, ..BucketInit::default() }).await.unwrap();
    let soon = i64::MAX / 2;
    let retain =
        |mode, until, bypass_governance| Amendment::Retention { retention: Some(Retention { mode, until }), bypass_governance };
    use RetentionMode::{Compliance, Governance};
    put(&store, "key", &bytes(1)).await;
    store.amend(BUCKET, "key", None, retain(Governance, soon, false)).await.unwrap();
    let shorter = store.amend(BUCKET, "key", None, retain(Governance, soon - 1, false)).await;
    assert!(matches!(shorter, Err(StoreError::ObjectLocked)));
    store.amend(BUCKET, "key", None, retain(Governance, soon - 1, true)).await.unwrap();
    store.amend(BUCKET, "key", None, retain(Compliance, soon, false)).await.unwrap();
    for refused in [retain(Compliance, soon - 1, true), retain(Governance, soon + 1, true)] {
        assert!(matches!(store.amend(BUCKET, "key", None, refused).await, Err(StoreError::ObjectLocked)));
    }
    let lifted = Amendment::Retention { retention: None, bypass_governance: true };
    assert!(matches!(store.amend(BUCKET, "key", None, lifted).await, Err(StoreError::ObjectLocked)));
    store.amend(BUCKET, "key", None, retain(Compliance, soon + 1, false)).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_put_leaves_no_bytes() {
    let (folder, store) = store().await;
    let kept = bytes(1_100_000);
    put(&store, "kept", &kept).await;
    let before = segment_files(&folder);
    let staged = stage(&store, BUCKET, &bytes(3_000_000)).await;
    drop(staged);
    let mut writer = store.writer(BUCKET, None).await.unwrap();
    writer.write(bytes(2_500_000)).await.unwrap();
    drop(writer);
    let new = NewVersion {
        conditions: Conditions { if_none_match: Some("*".into()), ..Conditions::default() },
        ..NewVersion::default()
    };
    try_put(&store, "kept", &bytes(2_000_000), new).await.unwrap_err();
    // What is left is removed by threads of its own; each look asks the store again.
    let cleaned = async {
        while segment_files(&folder) != before {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(10), cleaned).await.unwrap();
    assert!(get(&store, "kept").await.unwrap() == kept);
}

#[tokio::test]
async fn an_empty_piece_is_no_harm() {
    let (_folder, store) = store().await;
    let mut writer = store.writer(BUCKET, None).await.unwrap();
    for piece in ["", "a", "", "b"] {
        writer.write(Bytes::from_static(piece.as_bytes())).await.unwrap();
    }
    let staged = writer.finish().await.unwrap();
    store.put(BUCKET, "key", staged, NewVersion::default()).await.unwrap();
    assert_eq!(get(&store, "key").await.unwrap(), "ab");
}
