//! Uploads in parts.

use bytes::Bytes;
use idlewild_objects::{CompleteError, Conditions, NewVersion, Part, Store, StoreError, UploadId, Version};
use md5::Digest;

use crate::common::*;

const LARGE: usize = 5 << 20;

async fn begin(store: &Store, key: &str) -> UploadId {
    store.begin_upload(BUCKET, key, NewVersion::default()).await.unwrap()
}

async fn part(store: &Store, upload: &UploadId, number: u32, body: &Bytes) -> Part {
    let staged = stage(store, BUCKET, body).await;
    store.put_part(upload, number, staged).await.unwrap()
}

async fn complete(store: &Store, upload: &UploadId, parts: &[&Part]) -> Result<Version, CompleteError> {
    let parts: Vec<_> = parts.iter().map(|part| (part.number, part.etag.clone())).collect();
    store.complete_upload(upload, &parts, &Conditions::default()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parts_become_an_object_once() {
    let (folder, store) = store().await;
    let new = NewVersion { content_type: Some("video/mp4".into()), ..NewVersion::default() };
    let upload = store.begin_upload(BUCKET, "key", new.clone()).await.unwrap();
    assert_eq!(store.upload(&upload).unwrap().new, new);
    let bodies = [bytes(LARGE), bytes(LARGE + 7), bytes(10)];
    let mut parts = Vec::new();
    // Out of order, with a gap, and one of them twice.
    part(&store, &upload, 9, &bytes(LARGE)).await;
    for (number, body) in [(9, 1), (2, 0), (10, 2)] {
        parts.push(part(&store, &upload, number, &bodies[body]).await);
    }
    parts.sort_by_key(|part| part.number);
    let store = reopen(&folder, store).await;
    let page = store.parts(&upload, 0, 2).unwrap();
    assert_eq!((page.entries, page.next), (parts[..2].to_vec(), Some(9)));
    assert_eq!(store.parts(&upload, 9, 2).unwrap().entries, parts[2..]);
    let listed: Vec<_> = parts.iter().collect();
    let version = complete(&store, &upload, &listed).await.unwrap();
    let digests: Vec<u8> = bodies.iter().flat_map(|body| md5::Md5::digest(body).to_vec()).collect();
    let etag: String = md5::Md5::digest(digests).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(version.etag, format!("{etag}-3"));
    assert_eq!((version.parts, version.content_type.as_deref()), (Some(3), Some("video/mp4")));
    assert_eq!(version.part_sizes, bodies.clone().map(|body| body.len() as u64));
    assert!(get(&store, "key").await.unwrap() == bodies.concat());
    let again = complete(&store, &upload, &listed).await.unwrap();
    assert_eq!((again.id, again.etag), (version.id, version.etag));
    let store = reopen(&folder, store).await;
    complete(&store, &upload, &listed).await.unwrap();
    assert!(matches!(complete(&store, &upload, &listed[..2]).await, Err(CompleteError::NoSuchUpload)));
    assert_eq!(store.upload(&upload), None);
    assert!(matches!(store.abort_upload(&upload).await, Err(StoreError::NoSuchUpload)));
}

#[tokio::test]
async fn parts_are_checked() {
    let (_folder, store) = store().await;
    let upload = begin(&store, "key").await;
    let small = part(&store, &upload, 1, &bytes(100)).await;
    let other = part(&store, &upload, 2, &bytes(100)).await;
    assert!(matches!(complete(&store, &upload, &[&other, &small]).await, Err(CompleteError::InvalidPartOrder)));
    assert!(matches!(complete(&store, &upload, &[&small, &small]).await, Err(CompleteError::InvalidPartOrder)));
    assert!(matches!(complete(&store, &upload, &[&small, &other]).await, Err(CompleteError::TooSmall(1))));
    let wrong = Part { etag: small.etag.clone(), ..other.clone() };
    assert!(matches!(complete(&store, &upload, &[&wrong]).await, Err(CompleteError::InvalidPart(2))));
    let missing = Part { number: 3, ..other.clone() };
    assert!(matches!(complete(&store, &upload, &[&missing]).await, Err(CompleteError::InvalidPart(3))));
    for number in [0, 10_001] {
        let staged = stage(&store, BUCKET, &bytes(1)).await;
        assert!(matches!(store.put_part(&upload, number, staged).await, Err(StoreError::BadPart)));
    }
    complete(&store, &upload, &[&other]).await.unwrap();
    let unknown = UploadId("00".repeat(20));
    let staged = stage(&store, BUCKET, &bytes(1)).await;
    assert!(matches!(store.put_part(&unknown, 1, staged).await, Err(StoreError::NoSuchUpload)));
}

#[tokio::test]
async fn a_completion_has_conditions_and_checksums() {
    let (_folder, store) = store().await;
    let upload = begin(&store, "key").await;
    let mut staged = stage(&store, BUCKET, &bytes(10)).await;
    let sum = |name: &str| vec![("CRC32".to_owned(), name.to_owned())];
    staged.checksums = sum("part");
    let part = store.put_part(&upload, 1, staged).await.unwrap();
    assert_eq!(part.checksums, sum("part"));
    put(&store, "key", &bytes(1)).await;
    let parts = [(1, part.etag)];
    let none = Conditions { if_none_match: Some("*".into()), ..Conditions::default() };
    assert!(matches!(store.complete_upload(&upload, &parts, &none).await, Err(CompleteError::PreconditionFailed)));
    let version = store.complete_upload_with(&upload, &parts, &Conditions::default(), sum("whole")).await.unwrap();
    assert_eq!((version.checksums, version.part_checksums), (sum("whole"), vec![sum("part")]));
}

#[tokio::test]
async fn uploads_are_listed_by_key() {
    let (_folder, store) = store().await;
    let mut begun = Vec::new();
    for key in ["b", "a/1", "a/2", "a/1"] {
        begun.push((key.to_owned(), begin(&store, key).await));
    }
    begun.sort_by(|one, other| one.0.cmp(&other.0));
    let shown = |prefix: &str, after, limit| {
        let uploads = store.uploads(BUCKET, prefix, after, limit).unwrap();
        uploads.into_iter().map(|upload| (upload.key, upload.id)).collect::<Vec<_>>()
    };
    let all = shown("", None, 10);
    let mut sorted = all.clone();
    sorted.sort();
    begun.sort();
    assert_eq!(sorted, begun);
    assert_eq!(all.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>(), ["a/1", "a/1", "a/2", "b"]);
    assert_eq!(shown("a/", None, 10), all[..3]);
    assert_eq!(shown("", Some(all[0].clone()), 2), all[1..3]);
    assert_eq!(shown("", Some(("a/1".into(), UploadId(String::new()))), 10), all[2..]);
    store.abort_upload(&all[2].1).await.unwrap();
    assert_eq!(shown("a/2", None, 10), []);
}
