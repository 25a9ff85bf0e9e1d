//! Bodies that are empty, enormous, broken off, wrong or slow.

use std::time::Duration;

use base64::{engine::general_purpose::STANDARD, Engine};
use sha2::{Digest, Sha256};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    time::{timeout, Instant},
};

use crate::support::{client::read_answer, server::settings, Payload, Request, Server};
use idlewild_gateway::serve::Limits;

const PATIENCE: Duration = Duration::from_millis(400);

async fn impatient() -> Server {
    let limits = Limits { head: PATIENCE, pace: PATIENCE, pace_bytes: 1_000, ..Limits::default() };
    let server = Server::with(settings(), limits).await;
    server.owner().bucket("box").await;
    server
}

#[tokio::test]
async fn nothing_is_an_object_too() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    let put = s3.put("/box/k", "").await.is(200);
    assert_eq!(put.header("etag"), Some("\"d41d8cd98f00b204e9800998ecf8427e\""));
    let read = s3.get("/box/k").await.is(200);
    assert_eq!((read.header("content-length"), read.body.len()), (Some("0"), 0));
    assert_eq!(s3.get("/box").await.all("Size"), ["0"]);
}

#[tokio::test]
async fn too_large_a_body_is_refused_before_it_is_sent() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    for length in [(5u64 << 30) + 1, 5 << 40] {
        let request = Request::new("PUT", "/box/k").header("content-length", &length.to_string()).payload(Payload::Unsigned);
        s3.send(request).await.refused(400, "EntityTooLarge");
        let request = Request::new("PUT", "/box/k")
            .header("x-amz-decoded-content-length", &length.to_string())
            .payload(Payload::As("STREAMING-AWS4-HMAC-SHA256-PAYLOAD".into()))
            .body("0\r\n\r\n");
        s3.send(request).await.refused(400, "EntityTooLarge");
    }
    // That is no length that HTTP can have.
    let request = Request::new("PUT", "/box/k").header("content-length", &u64::MAX.to_string()).payload(Payload::Unsigned);
    let status = s3.send(request).await.status;
    assert!((400..500).contains(&status), "{status}");
    s3.get("/box/k").await.refused(404, "NoSuchKey");
}

#[tokio::test]
async fn a_body_without_a_length_is_refused() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    let request =
        Request::new("PUT", "/box/k").header("transfer-encoding", "chunked").payload(Payload::Unsigned).body("0\r\n\r\n");
    s3.send(request).await.refused(411, "MissingContentLength");
}

#[tokio::test]
async fn another_body_than_was_promised_is_refused() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    let put = |name: &str, value: &str| Request::new("PUT", "/box/k").header(name, value).body("text");
    let other = STANDARD.encode([1; 16]);
    s3.send(put("content-md5", &other)).await.refused(400, "BadDigest");
    s3.send(put("content-md5", "nonsense")).await.refused(400, "InvalidDigest");
    s3.send(put("x-amz-checksum-sha256", &STANDARD.encode([1; 32]))).await.refused(400, "BadDigest");
    s3.send(put("x-amz-checksum-sha256", &other)).await.refused(400, "InvalidRequest");
    s3.send(put("x-amz-checksum-crc32", "AAAAAA==").header("x-amz-checksum-crc32c", "AAAAAA=="))
        .await
        .refused(400, "InvalidRequest");
    s3.get("/box/k").await.refused(404, "NoSuchKey");
    let sha256 = STANDARD.encode(Sha256::digest("text"));
    let done = s3.send(put("x-amz-checksum-sha256", &sha256)).await.is(200);
    assert_eq!(done.header("x-amz-checksum-sha256"), Some(sha256.as_str()));
    s3.send(put("content-md5", "HLKHxJXpQLsSzOGVqEmIpg==")).await.refused(400, "BadDigest");
}

#[tokio::test]
async fn what_breaks_off_leaves_nothing_and_harms_nobody() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    for i in 0..50 {
        let request = Request::new("PUT", "/box/k").header("content-length", "1000000").payload(Payload::Unsigned);
        let request = request.sign(&s3.key, &s3.host());
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(&request.head()).await.unwrap();
        stream.write_all(&vec![1; i * 1_000]).await.unwrap();
        drop(stream);
    }
    s3.get("/box/k").await.refused(404, "NoSuchKey");
    s3.put("/box/k", "text").await.is(200);
    assert_eq!(s3.get("/box/k").await.is(200).body, b"text");
    assert_eq!(s3.get("/box").await.all("Key"), ["k"]);
}

#[tokio::test]
async fn a_slow_body_is_cut_off() {
    let server = impatient().await;
    let s3 = server.owner();
    let request = Request::new("PUT", "/box/k").header("content-length", "1000000").payload(Payload::Unsigned);
    let request = request.sign(&s3.key, &s3.host());
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(&request.head()).await.unwrap();
    // A byte now and then is not enough to stay.
    let begun = Instant::now();
    let (read, mut write) = stream.into_split();
    let dripping = tokio::spawn(async move {
        while write.write_all(b"x").await.is_ok() {
            tokio::time::sleep(PATIENCE / 10).await;
        }
        write
    });
    let (mut read, mut answer) = (read, Vec::new());
    timeout(Duration::from_secs(20), read.read_to_end(&mut answer)).await.unwrap().ok();
    let text = String::from_utf8_lossy(&answer);
    assert!(text.starts_with("HTTP/1.1 400") && text.contains("RequestTimeout"), "{text}");
    assert!(begun.elapsed() >= PATIENCE);
    dripping.abort();
    s3.get("/box/k").await.refused(404, "NoSuchKey");
}

#[tokio::test]
async fn a_slow_body_that_keeps_its_pace_is_taken() {
    let server = impatient().await;
    let s3 = server.owner();
    let request = Request::new("PUT", "/box/k").header("content-length", "10000").payload(Payload::Unsigned);
    let request = request.sign(&s3.key, &s3.host());
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(&request.head()).await.unwrap();
    for _ in 0..5 {
        tokio::time::sleep(PATIENCE / 2).await;
        stream.write_all(&[1; 2_000]).await.unwrap();
    }
    read_answer(&mut BufReader::new(stream), false).await.unwrap().is(200);
}

#[tokio::test]
async fn a_slow_head_is_cut_off() {
    let server = impatient().await;
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\nhost: ").await.unwrap();
    let mut rest = Vec::new();
    timeout(Duration::from_secs(20), stream.read_to_end(&mut rest)).await.unwrap().ok();
    // The same for a connection that never says anything.
    let mut silent = TcpStream::connect(server.address).await.unwrap();
    timeout(Duration::from_secs(20), silent.read_to_end(&mut rest)).await.unwrap().ok();
}

#[tokio::test]
async fn an_answer_that_nobody_takes_is_given_up() {
    let server = impatient().await;
    let s3 = server.owner();
    s3.put("/box/large", vec![1; 30_000_000]).await.is(200);
    let request = Request::new("GET", "/box/large").sign(&s3.key, &s3.host());
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(&request.head()).await.unwrap();
    tokio::time::sleep(PATIENCE * 4).await;
    let mut came = Vec::new();
    timeout(Duration::from_secs(20), stream.read_to_end(&mut came)).await.unwrap().ok();
    assert!(came.len() < 30_000_000, "the server went on to the end");
}

#[tokio::test]
async fn xml_that_is_none_is_refused() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    for xml in [
        "",
        "<",
        "<Delete>",
        "<Delete><Object></Object></Delete>",
        "{}",
        "\u{0}",
        "<!DOCTYPE a [<!ENTITY b \"c\">]><Delete>&b;</Delete>",
    ] {
        let status = s3.send(Request::new("POST", "/box").query("delete", "").body(xml)).await.status;
        assert!((400..500).contains(&status), "{xml:?}: {status}");
    }
    let mut request = Request::new("POST", "/box").query("delete", "").body("<Delete><Object><Key>a</Key></Object></Delete>");
    request = request.sign(&s3.key, &s3.host());
    request.body[25] = b'b';
    s3.send_as_it_is(&request).await.refused(400, "XAmzContentSHA256Mismatch");
    let huge = vec![b' '; (8 << 20) + 1];
    s3.send(Request::new("POST", "/box").query("delete", "").body(huge)).await.is(400);
}
