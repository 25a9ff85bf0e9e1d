//! Objects, one at a time.

use crate::support::{signer::sha256, Request, Server};

const TEXT: &[u8] = b"0123456789";
const MD5: &str = "781e5e245d69b566979b86e28d23f2c7";

#[tokio::test]
async fn what_was_put_comes_back_with_all_that_was_said_of_it() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    let put = Request::new("PUT", "/box/a/b c+d")
        .header("content-type", "text/plain")
        .header("cache-control", "no-cache")
        .header("content-disposition", "inline")
        .header("content-language", "de")
        .header("content-encoding", "aws-chunked,gzip")
        .header("expires", "Thu, 01 Dec 2033 16:00:00 GMT")
        .header("x-amz-meta-colour", "blue")
        .header("x-amz-storage-class", "STANDARD")
        .body(TEXT);
    let put = s3.send(put).await.is(200);
    assert_eq!(put.header("etag"), Some(format!("\"{MD5}\"").as_str()));
    assert_eq!(put.header("x-idlewild-durability"), Some("local"));
    assert_eq!(put.header("x-amz-version-id"), None, "the bucket keeps no versions");
    for answer in [s3.get("/box/a/b c+d").await.is(200), s3.head("/box/a/b c+d").await.is(200)] {
        for (name, value) in [
            ("content-type", "text/plain"),
            ("cache-control", "no-cache"),
            ("content-disposition", "inline"),
            ("content-language", "de"),
            ("content-encoding", "gzip"),
            ("expires", "Thu, 01 Dec 2033 16:00:00 GMT"),
            ("x-amz-meta-colour", "blue"),
            ("content-length", "10"),
            ("accept-ranges", "bytes"),
            ("x-idlewild-durability", "local"),
            ("etag", &format!("\"{MD5}\"")),
        ] {
            assert_eq!(answer.header(name), Some(value), "{name}");
        }
        assert!(answer.header("last-modified").is_some() && answer.header("x-amz-request-id").is_some());
    }
    assert_eq!(s3.get("/box/a/b c+d").await.body, TEXT);
}

#[tokio::test]
async fn overwriting_replaces_and_deleting_removes() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    s3.put("/box/k", "one").await.is(200);
    s3.put("/box/k", "two").await.is(200);
    assert_eq!(s3.get("/box/k").await.is(200).body, b"two");
    s3.delete("/box/k").await.is(204);
    s3.delete("/box/k").await.is(204);
    s3.get("/box/k").await.refused(404, "NoSuchKey");
    s3.head("/box/k").await.is(404);
}

#[tokio::test]
async fn ranges_are_parts_of_the_object() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    s3.put("/box/k", TEXT).await.is(200);
    s3.put("/box/empty", "").await.is(200);
    for (range, bytes, told) in [
        ("bytes=0-0", &TEXT[..1], "bytes 0-0/10"),
        ("bytes=2-4", &TEXT[2..5], "bytes 2-4/10"),
        ("bytes=7-", &TEXT[7..], "bytes 7-9/10"),
        ("bytes=-3", &TEXT[7..], "bytes 7-9/10"),
        ("bytes=-30", TEXT, "bytes 0-9/10"),
        ("bytes=0-1000", TEXT, "bytes 0-9/10"),
    ] {
        let answer = s3.send(Request::new("GET", "/box/k").header("range", range)).await.is(206);
        assert_eq!((answer.body.as_slice(), answer.header("content-range")), (bytes, Some(told)), "{range}");
        let head = s3.send(Request::new("HEAD", "/box/k").header("range", range)).await.is(206);
        assert_eq!(head.header("content-length"), Some(bytes.len().to_string().as_str()));
    }
    for range in ["bytes=10-", "bytes=10-20", "bytes=-0"] {
        let answer = s3.send(Request::new("GET", "/box/k").header("range", range)).await.refused(416, "InvalidRange");
        assert_eq!(answer.header("content-range"), Some("bytes */10"));
    }
    for range in ["bytes=0-", "bytes=-5"] {
        s3.send(Request::new("GET", "/box/empty").header("range", range)).await.refused(416, "InvalidRange");
    }
    let whole = s3.send(Request::new("GET", "/box/k").query("partNumber", "1")).await.is(206);
    assert_eq!(whole.body, TEXT);
    s3.send(Request::new("GET", "/box/k").query("partNumber", "2")).await.refused(416, "InvalidPartNumber");
    s3.send(Request::new("GET", "/box/k").query("partNumber", "1").header("range", "bytes=0-1"))
        .await
        .refused(400, "InvalidRequest");
}

#[tokio::test]
async fn reads_hold_to_their_conditions() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    s3.put("/box/k", TEXT).await.is(200);
    let (same, other) = (format!("\"{MD5}\""), "\"00\"".to_owned());
    let (past, future) = ("Sat, 01 Jan 2000 00:00:00 GMT", "Sat, 01 Jan 2050 00:00:00 GMT");
    for (headers, status) in [
        (vec![("if-match", same.as_str())], 200),
        (vec![("if-match", "*")], 200),
        (vec![("if-match", other.as_str())], 412),
        (vec![("if-none-match", same.as_str())], 304),
        (vec![("if-none-match", other.as_str())], 200),
        (vec![("if-modified-since", past)], 200),
        (vec![("if-modified-since", future)], 304),
        (vec![("if-unmodified-since", past)], 412),
        (vec![("if-unmodified-since", future)], 200),
        // An ETag counts before a date.
        (vec![("if-match", same.as_str()), ("if-unmodified-since", past)], 200),
        (vec![("if-none-match", other.as_str()), ("if-modified-since", future)], 200),
    ] {
        for method in ["GET", "HEAD"] {
            let mut request = Request::new(method, "/box/k");
            for (name, value) in &headers {
                request = request.header(name, value);
            }
            let answer = s3.send(request).await;
            assert_eq!(answer.status, status, "{method} {headers:?}");
            if status == 304 {
                assert_eq!(answer.header("etag"), Some(same.as_str()));
                assert!(answer.body.is_empty());
            }
        }
    }
}

#[tokio::test]
async fn writes_hold_to_their_conditions() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    let put = |name: &str, value: &str| Request::new("PUT", "/box/k").header(name, value).body(TEXT);
    // There is nothing yet that could match.
    s3.send(put("if-match", "*")).await.refused(404, "NoSuchKey");
    s3.send(put("if-none-match", "*")).await.is(200);
    s3.send(put("if-none-match", "*")).await.refused(412, "PreconditionFailed");
    s3.send(put("if-match", &format!("\"{MD5}\""))).await.is(200);
    s3.send(put("if-match", "\"00\"")).await.refused(412, "PreconditionFailed");
    // Of many who want to be first, one is.
    let racers = (0..8).map(|i| {
        let s3 = s3.clone();
        tokio::spawn(async move {
            let put = Request::new("PUT", "/box/first").header("if-none-match", "*").body(i.to_string());
            s3.send(put).await.status
        })
    });
    let mut statuses: Vec<u16> = futures::future::join_all(racers).await.into_iter().map(Result::unwrap).collect();
    statuses.sort_unstable();
    assert_eq!((statuses[0], &statuses[1..]), (200, [412; 7].as_slice()));
}

#[tokio::test]
async fn answers_are_dressed_as_asked_where_the_request_is_signed() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    s3.put("/box/k", TEXT).await.is(200);
    let answer = s3
        .send(
            Request::new("GET", "/box/k")
                .query("response-content-type", "text/x-other")
                .query("response-content-disposition", "attachment; filename=x"),
        )
        .await
        .is(200);
    assert_eq!(answer.header("content-type"), Some("text/x-other"));
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=x"));
}

#[tokio::test]
async fn many_are_deleted_at_once_each_answered_for() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    for key in ["a", "b", "c"] {
        s3.put(&format!("/box/{key}"), key).await.is(200);
    }
    let delete = |xml: String| Request::new("POST", "/box").query("delete", "").body(xml);
    let objects = |keys: &[&str]| keys.iter().map(|key| format!("<Object><Key>{key}</Key></Object>")).collect::<String>();
    let answer = s3.send(delete(format!("<Delete>{}</Delete>", objects(&["a", "../x", "missing"])))).await.is(200);
    assert_eq!(answer.all("Key"), ["a", "missing", "../x"]);
    assert_eq!(answer.all("Code"), ["InvalidArgument"]);
    let quiet = s3.send(delete(format!("<Delete><Quiet>true</Quiet>{}</Delete>", objects(&["b"])))).await.is(200);
    assert!(quiet.all("Key").is_empty());
    assert_eq!(s3.get("/box").await.all("Key"), ["c"]);
    let many: Vec<String> = (0..1_001).map(|i| i.to_string()).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    s3.send(delete(format!("<Delete>{}</Delete>", objects(&many)))).await.refused(400, "MalformedXML");
    s3.send(delete("<Delete></Delete>".into())).await.is(400);
}

#[tokio::test]
async fn attributes_are_told() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    s3.put("/box/k", TEXT).await.is(200);
    let answer = s3
        .send(
            Request::new("GET", "/box/k")
                .query("attributes", "")
                .header("x-amz-object-attributes", "ETag,ObjectSize,StorageClass,Checksum"),
        )
        .await
        .is(200);
    assert_eq!(answer.first("ObjectSize").as_deref(), Some("10"));
    assert_eq!(answer.first("StorageClass").as_deref(), Some("STANDARD"));
    assert!(answer.first("ETag").unwrap().contains(MD5));
    assert!(answer.first("ChecksumCRC64NVME").is_some(), "every object has one: {}", answer.text());
}

#[tokio::test]
async fn a_large_object_survives_in_pieces() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    // Several segments of the test's store.
    let body: Vec<u8> = (0..5_000_003u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    s3.put("/box/large", body.clone()).await.is(200);
    let back = s3.get("/box/large").await.is(200).body;
    assert_eq!((back.len(), sha256(&back)), (body.len(), sha256(&body)));
    let range = s3.send(Request::new("GET", "/box/large").header("range", "bytes=1048570-2097160")).await.is(206);
    assert_eq!(sha256(&range.body), sha256(&body[1_048_570..=2_097_160]));
}

#[tokio::test]
async fn metadata_has_a_limit_and_foreign_keys_are_not_taken() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    let put = |name: &str, value: &str| Request::new("PUT", "/box/k").header(name, value).body(TEXT);
    s3.send(put("x-amz-meta-long", &"x".repeat(2_040))).await.is(200);
    s3.send(put("x-amz-meta-long", &"x".repeat(2_048))).await.refused(400, "MetadataTooLarge");
    s3.send(put("x-amz-storage-class", "MOON")).await.refused(400, "InvalidStorageClass");
    s3.send(put("x-amz-server-side-encryption", "AES256")).await.is(200);
    s3.send(put("x-amz-server-side-encryption", "aws:kms")).await.refused(501, "NotImplemented");
    s3.send(put("x-amz-server-side-encryption-customer-algorithm", "AES256")).await.refused(501, "NotImplemented");
}
