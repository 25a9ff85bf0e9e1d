//! Uploads in parts.

use base64::{engine::general_purpose::STANDARD, Engine};
use crc_fast::{checksum, CrcAlgorithm};
use futures::future::join_all;

use crate::support::{Answer, Client, Request, Server};

const MIB: usize = 1 << 20;

fn bytes(length: usize, seed: u8) -> Vec<u8> {
    (0..length).map(|i| (i as u8).wrapping_mul(31).wrapping_add(seed)).collect()
}

async fn begin(s3: &Client, path: &str) -> String {
    s3.send(Request::new("POST", path).query("uploads", "")).await.is(200).first("UploadId").unwrap()
}

fn part(path: &str, upload: &str, number: u32, body: Vec<u8>) -> Request {
    Request::new("PUT", path).query("uploadId", upload).query("partNumber", &number.to_string()).body(body)
}

fn list(parts: &[(u32, String)]) -> String {
    let parts: String = parts
        .iter()
        .map(|(number, etag)| format!("<Part><PartNumber>{number}</PartNumber><ETag>{etag}</ETag></Part>"))
        .collect();
    format!("<CompleteMultipartUpload>{parts}</CompleteMultipartUpload>")
}

async fn complete(s3: &Client, path: &str, upload: &str, parts: &[(u32, String)]) -> Answer {
    s3.send(Request::new("POST", path).query("uploadId", upload).body(list(parts))).await
}

fn etag(answer: &Answer) -> String {
    answer.header("etag").unwrap().to_owned()
}

#[tokio::test]
async fn parts_in_any_order_become_one_object() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    let upload = begin(&s3, "/box/big").await;
    let bodies = [bytes(5 * MIB, 1), bytes(6 * MIB, 2), bytes(7, 3)];
    let sent = join_all([2, 0, 1].map(|i| {
        let (s3, body, upload) = (s3.clone(), bodies[i].clone(), upload.clone());
        async move { (i as u32 + 1, etag(&s3.send(part("/box/big", &upload, i as u32 + 1, body)).await.is(200))) }
    }))
    .await;
    let mut parts = sent;
    parts.sort();
    // Nothing is there before it is complete.
    s3.get("/box/big").await.refused(404, "NoSuchKey");
    let uploads = s3.send(Request::new("GET", "/box").query("uploads", "")).await.is(200);
    assert_eq!(uploads.all("UploadId"), std::slice::from_ref(&upload));
    let listed = s3.send(Request::new("GET", "/box/big").query("uploadId", &upload)).await.is(200);
    assert_eq!(listed.all("PartNumber"), ["1", "2", "3"]);
    assert_eq!(listed.all("Size"), [(5 * MIB).to_string(), (6 * MIB).to_string(), "7".into()]);
    let page = s3.send(Request::new("GET", "/box/big").query("uploadId", &upload).query("max-parts", "2")).await.is(200);
    assert_eq!((page.all("PartNumber").len(), page.first("NextPartNumberMarker").as_deref()), (2, Some("2")));
    let done = complete(&s3, "/box/big", &upload, &parts).await.is(200);
    assert!(done.first("ETag").unwrap().contains("-3"), "{}", done.text());
    let whole = bodies.concat();
    assert_eq!(s3.get("/box/big").await.is(200).body, whole);
    let second = s3.send(Request::new("GET", "/box/big").query("partNumber", "2")).await.is(206);
    assert_eq!((second.header("x-amz-mp-parts-count"), &second.body), (Some("3"), &bodies[1]));
    // Asked again, because the answer was lost, it answers the same; and the upload is no more.
    let again = complete(&s3, "/box/big", &upload, &parts).await.is(200);
    assert_eq!(again.first("ETag"), done.first("ETag"));
    s3.send(part("/box/big", &upload, 4, vec![1])).await.refused(404, "NoSuchUpload");
    assert!(s3.send(Request::new("GET", "/box").query("uploads", "")).await.all("UploadId").is_empty());
    let attributes = Request::new("GET", "/box/big").query("attributes", "").header("x-amz-object-attributes", "ObjectParts");
    let attributes = s3.send(attributes).await.is(200);
    assert_eq!(attributes.first("PartsCount").or(attributes.first("TotalPartsCount")).as_deref(), Some("3"));
}

#[tokio::test]
async fn what_does_not_fit_together_is_refused() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    let upload = begin(&s3, "/box/big").await;
    let small = etag(&s3.send(part("/box/big", &upload, 1, vec![1; 10])).await.is(200));
    let last = etag(&s3.send(part("/box/big", &upload, 2, vec![2; 10])).await.is(200));
    let both = [(1, small.clone()), (2, last.clone())];
    complete(&s3, "/box/big", &upload, &both).await.refused(400, "EntityTooSmall");
    complete(&s3, "/box/big", &upload, &[(2, last.clone()), (1, small.clone())]).await.refused(400, "InvalidPartOrder");
    complete(&s3, "/box/big", &upload, &[(1, last.clone())]).await.refused(400, "InvalidPart");
    complete(&s3, "/box/big", &upload, &[(3, last.clone())]).await.refused(400, "InvalidPart");
    complete(&s3, "/box/big", &upload, &[]).await.is(400);
    complete(&s3, "/box/other", &upload, &[(1, small.clone())]).await.refused(404, "NoSuchUpload");
    s3.send(part("/box/other", &upload, 1, vec![1])).await.refused(404, "NoSuchUpload");
    for number in [0, 10_001] {
        s3.send(part("/box/big", &upload, number, vec![1])).await.refused(400, "InvalidArgument");
    }
    complete(&s3, "/box/big", &upload, &[(1, small)]).await.is(200);
    assert_eq!(s3.get("/box/big").await.is(200).body, [1; 10], "part 2 was left out");
}

#[tokio::test]
async fn an_aborted_upload_leaves_nothing() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    let upload = begin(&s3, "/box/big").await;
    let first = etag(&s3.send(part("/box/big", &upload, 1, vec![1; 10])).await.is(200));
    s3.delete("/box").await.refused(409, "BucketNotEmpty");
    let abort = || Request::new("DELETE", "/box/big").query("uploadId", &upload);
    s3.send(abort()).await.is(204);
    s3.send(abort()).await.refused(404, "NoSuchUpload");
    complete(&s3, "/box/big", &upload, &[(1, first)]).await.refused(404, "NoSuchUpload");
    s3.delete("/box").await.is(204);
}

#[tokio::test]
async fn parts_are_copied_from_objects() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    let source = bytes(6 * MIB, 9);
    s3.put("/box/source", source.clone()).await.is(200);
    let upload = begin(&s3, "/box/big").await;
    let copy = |number: &str, range: &str| {
        Request::new("PUT", "/box/big")
            .query("uploadId", &upload)
            .query("partNumber", number)
            .header("x-amz-copy-source", "/box/source")
            .header("x-amz-copy-source-range", range)
    };
    let last = 6 * MIB - 1;
    let one = s3.send(copy("1", &format!("bytes=0-{}", 5 * MIB - 1))).await.is(200).first("ETag").unwrap();
    let two = s3.send(copy("2", &format!("bytes={}-{last}", 5 * MIB))).await.is(200).first("ETag").unwrap();
    s3.send(copy("3", &format!("bytes=0-{}", last + 1))).await.refused(400, "InvalidArgument");
    s3.send(copy("3", "bytes=0-")).await.refused(400, "InvalidArgument");
    complete(&s3, "/box/big", &upload, &[(1, one), (2, two)]).await.is(200);
    assert_eq!(s3.get("/box/big").await.is(200).body, source);
}

#[tokio::test]
async fn checksums_of_parts_become_that_of_the_object() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    let bodies = [bytes(5 * MIB, 1), bytes(100, 2)];
    let crc = |bytes: &[u8]| STANDARD.encode((checksum(CrcAlgorithm::Crc32IsoHdlc, bytes) as u32).to_be_bytes());
    for (kind, expected) in [
        ("FULL_OBJECT", crc(&bodies.concat())),
        ("COMPOSITE", {
            let digests: Vec<u8> = bodies.iter().flat_map(|body| STANDARD.decode(crc(body)).unwrap()).collect();
            format!("{}-2", crc(&digests))
        }),
    ] {
        let begun = Request::new("POST", "/box/big")
            .query("uploads", "")
            .header("x-amz-checksum-algorithm", "CRC32")
            .header("x-amz-checksum-type", kind);
        let begun = s3.send(begun).await.is(200);
        assert_eq!(begun.header("x-amz-checksum-algorithm"), Some("CRC32"));
        let upload = begun.first("UploadId").unwrap();
        let mut parts = Vec::new();
        for (number, body) in (1..).zip(&bodies) {
            let wrong = part("/box/big", &upload, number, body.clone()).header("x-amz-checksum-crc32", "AAAAAA==");
            s3.send(wrong).await.refused(400, "BadDigest");
            let sent = part("/box/big", &upload, number, body.clone()).header("x-amz-checksum-crc32", &crc(body));
            let sent = s3.send(sent).await.is(200);
            assert_eq!(sent.header("x-amz-checksum-crc32"), Some(crc(body).as_str()));
            parts.push((number, etag(&sent)));
        }
        let wrong = Request::new("POST", "/box/big")
            .query("uploadId", &upload)
            .header("x-amz-checksum-crc32", "AAAAAA==")
            .body(list(&parts));
        s3.send(wrong).await.refused(400, "BadDigest");
        let sized =
            Request::new("POST", "/box/big").query("uploadId", &upload).header("x-amz-mp-object-size", "5").body(list(&parts));
        s3.send(sized).await.refused(400, "InvalidRequest");
        let done = complete(&s3, "/box/big", &upload, &parts).await.is(200);
        assert_eq!(done.first("ChecksumCRC32"), Some(expected.clone()), "{kind}");
        let read = s3.send(Request::new("HEAD", "/box/big").header("x-amz-checksum-mode", "ENABLED")).await.is(200);
        assert_eq!(read.header("x-amz-checksum-crc32"), Some(expected.as_str()));
        assert_eq!(read.header("x-amz-checksum-type"), Some(kind));
    }
    let never = Request::new("POST", "/box/big")
        .query("uploads", "")
        .header("x-amz-checksum-algorithm", "SHA256")
        .header("x-amz-checksum-type", "FULL_OBJECT");
    s3.send(never).await.refused(400, "InvalidRequest");
}

#[tokio::test]
async fn uploads_are_listed_in_pages_and_folders() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    for key in ["a", "b/1", "b/2", "c", "c"] {
        begin(&s3, &format!("/box/{key}")).await;
    }
    let list = || Request::new("GET", "/box").query("uploads", "");
    let (mut seen, mut marker) = (Vec::new(), None::<(String, String)>);
    loop {
        let mut request = list().query("max-uploads", "2");
        if let Some((key, id)) = &marker {
            request = request.query("key-marker", key).query("upload-id-marker", id);
        }
        let page = s3.send(request).await.is(200);
        seen.extend(page.all("UploadId"));
        if page.first("IsTruncated").unwrap() == "false" {
            break;
        }
        marker = Some((page.first("NextKeyMarker").unwrap(), page.first("NextUploadIdMarker").unwrap()));
        assert!(seen.len() < 10);
    }
    assert_eq!(seen.len(), 5);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 5, "each once");
    let folders = s3.send(list().query("delimiter", "/").query("max-uploads", "2")).await.is(200);
    assert_eq!(
        (folders.all("Key"), folders.all("CommonPrefixes")),
        (vec!["a".to_owned()], vec!["<Prefix>b/</Prefix>".to_owned()])
    );
    let rest = list().query("delimiter", "/").query("key-marker", &folders.first("NextKeyMarker").unwrap());
    let rest = s3.send(rest).await.is(200);
    assert_eq!((rest.all("Key"), rest.all("CommonPrefixes").len()), (vec!["c".to_owned(), "c".to_owned()], 0));
}
