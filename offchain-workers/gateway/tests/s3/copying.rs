//! Copies.

use crate::support::{Request, Server};

fn copy(to: &str, from: &str) -> Request {
    Request::new("PUT", to).header("x-amz-copy-source", from)
}

#[tokio::test]
async fn a_copy_has_the_bytes_and_what_was_said_of_them_unless_told_otherwise() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    s3.bucket("other").await;
    let put = Request::new("PUT", "/box/a b")
        .header("content-type", "text/plain")
        .header("x-amz-meta-colour", "blue")
        .header("x-amz-tagging", "k=v")
        .body("text");
    s3.send(put).await.is(200);
    let copied = s3.send(copy("/other/copy", "/box/a%20b")).await.is(200);
    assert!(copied.first("ETag").is_some() && copied.first("LastModified").is_some());
    let read = s3.get("/other/copy").await.is(200);
    assert_eq!(
        (read.body.as_slice(), read.header("content-type"), read.header("x-amz-meta-colour")),
        (b"text".as_slice(), Some("text/plain"), Some("blue"))
    );
    assert_eq!(read.header("x-amz-tagging-count"), Some("1"));
    let replaced = copy("/box/other", "box/a%20b")
        .header("x-amz-metadata-directive", "REPLACE")
        .header("x-amz-tagging-directive", "REPLACE")
        .header("content-type", "text/html")
        .header("x-amz-meta-size", "small");
    s3.send(replaced).await.is(200);
    let read = s3.get("/box/other").await.is(200);
    assert_eq!(
        (read.header("content-type"), read.header("x-amz-meta-colour"), read.header("x-amz-meta-size")),
        (Some("text/html"), None, Some("small"))
    );
    assert_eq!(read.header("x-amz-tagging-count"), None);
    s3.delete("/box/a b").await.is(204);
    assert_eq!(s3.get("/other/copy").await.is(200).body, b"text", "it does not hang on its source");
}

#[tokio::test]
async fn a_copy_onto_itself_must_change_something() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    s3.put("/box/k", "text").await.is(200);
    s3.send(copy("/box/k", "/box/k")).await.refused(400, "InvalidRequest");
    let changed = copy("/box/k", "/box/k").header("x-amz-metadata-directive", "REPLACE").header("x-amz-meta-a", "b");
    s3.send(changed).await.is(200);
    let read = s3.get("/box/k").await.is(200);
    assert_eq!((read.body.as_slice(), read.header("x-amz-meta-a")), (b"text".as_slice(), Some("b")));
}

#[tokio::test]
async fn a_copy_holds_to_its_conditions_and_needs_its_source() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    let put = s3.put("/box/k", "text").await.is(200);
    let etag = put.header("etag").unwrap();
    let with = |name: &str, value: &str| copy("/box/copy", "/box/k").header(name, value);
    s3.send(with("x-amz-copy-source-if-match", "\"00\"")).await.refused(412, "PreconditionFailed");
    s3.send(with("x-amz-copy-source-if-none-match", etag)).await.refused(412, "PreconditionFailed");
    s3.send(with("x-amz-copy-source-if-match", etag)).await.is(200);
    s3.send(with("x-amz-metadata-directive", "MAYBE")).await.refused(400, "InvalidArgument");
    s3.send(copy("/box/copy", "/box/missing")).await.refused(404, "NoSuchKey");
    s3.send(copy("/box/copy", "/missing/k")).await.refused(404, "NoSuchBucket");
    assert_eq!(s3.send(copy("/box/copy", "nonsense")).await.status, 400);
}

#[tokio::test]
async fn a_copy_has_the_checksum_that_is_asked_for() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    s3.put("/box/k", "text").await.is(200);
    let copied = s3.send(copy("/box/copy", "/box/k").header("x-amz-checksum-algorithm", "SHA256")).await.is(200);
    let sum = copied.first("ChecksumSHA256").unwrap();
    let read = s3.send(Request::new("HEAD", "/box/copy").header("x-amz-checksum-mode", "ENABLED")).await.is(200);
    assert_eq!(read.header("x-amz-checksum-sha256"), Some(sum.as_str()));
}
