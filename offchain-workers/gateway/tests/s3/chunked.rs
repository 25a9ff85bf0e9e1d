//! Bodies in chunks, as SDKs send them: each chunk signed, or none, with trailers after the last.

pub(crate) use crate::support::chunks::SIGNED;
use crate::support::{
    chunks::{self, crc32, trailer_signature, EMPTY, SIGNED_TRAILER, UNSIGNED_TRAILER},
    Answer, Client, Payload, Request, Server,
};

/// A request in chunks, signed up to its head.
pub(crate) fn head(s3: &Client, kind: &str, length: usize, trailer: Option<&str>) -> Request {
    let mut request = Request::new("PUT", "/box/k")
        .header("content-encoding", "aws-chunked")
        .header("x-amz-decoded-content-length", &length.to_string())
        .payload(Payload::As(kind.into()));
    if let Some(trailer) = trailer {
        request = request.header("x-amz-trailer", trailer);
    }
    request.sign(&s3.key, &s3.host())
}

/// The chunks of a body with their signatures, and the last of these.
pub(crate) fn signed(s3: &Client, request: &Request, chunks: &[&[u8]]) -> (Vec<u8>, String) {
    chunks::signed(&s3.key, request, chunks)
}

async fn start() -> (Server, Client) {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    (server, s3)
}

async fn nothing_there(s3: &Client) {
    s3.get("/box/k").await.refused(404, "NoSuchKey");
}

#[tokio::test]
async fn signed_chunks_are_taken() {
    let (_server, s3) = start().await;
    let chunks = [vec![1; 65_536], vec![2; 65_536], vec![3; 5]];
    let slices: Vec<&[u8]> = chunks.iter().map(Vec::as_slice).collect();
    let request = head(&s3, SIGNED, 131_077, None);
    let mut body = signed(&s3, &request, &slices).0;
    body.extend_from_slice(b"\r\n");
    s3.send_as_it_is(&request.body(body)).await.is(200);
    let read = s3.get("/box/k").await.is(200);
    assert_eq!(read.body, chunks.concat());
    assert_eq!(read.header("content-encoding"), None, "that is how it was sent, not what it is");
}

#[tokio::test]
async fn a_chunk_with_another_signature_is_refused() {
    let (_server, s3) = start().await;
    let send = async |spoil: fn(&mut Vec<u8>)| -> Answer {
        let request = head(&s3, SIGNED, 8, None);
        let mut body = signed(&s3, &request, &[b"abcd", b"efgh"]).0;
        body.extend_from_slice(b"\r\n");
        spoil(&mut body);
        s3.send_as_it_is(&request.body(body)).await
    };
    // Another byte in the second chunk, in its signature, and the chunks in another order.
    send(|body| {
        let place = body.windows(4).position(|bytes| bytes == b"efgh").unwrap();
        body[place] = b'x';
    })
    .await
    .refused(403, "SignatureDoesNotMatch");
    send(|body| {
        let place = body.windows(10).rposition(|bytes| bytes == b"signature=").unwrap() + 10;
        body[place] = if body[place] == b'0' { b'1' } else { b'0' };
    })
    .await
    .refused(403, "SignatureDoesNotMatch");
    // A signature that is too short, none at all, and a size that is no number.
    for spoil in [
        (|body: &mut Vec<u8>| {
            body.remove(25);
        }) as fn(&mut Vec<u8>),
        |body| {
            body.splice(1..1 + 17 + 64, []);
        },
        |body| body[0] = b'z',
        |body| body[0] = b'3',
    ] {
        let answer = send(spoil).await;
        assert!([400, 403].contains(&answer.status), "{}", answer.text());
    }
    nothing_there(&s3).await;
}

#[tokio::test]
async fn a_body_without_its_last_chunk_is_not_taken_for_complete() {
    let (_server, s3) = start().await;
    let request = head(&s3, SIGNED, 4, None);
    let body = signed(&s3, &request, &[b"abcd"]).0;
    let end = body.windows(4).position(|bytes| bytes == b"abcd").unwrap() + 6;
    s3.send_as_it_is(&request.body(&body[..end])).await.refused(400, "IncompleteBody");
    let request = head(&s3, UNSIGNED_TRAILER, 4, Some("x-amz-checksum-crc32")).body("4\r\nabcd\r\n");
    s3.send_as_it_is(&request).await.refused(400, "IncompleteBody");
    // Fewer bytes than were announced, and more.
    for length in [5, 3] {
        let request = head(&s3, SIGNED, length, None);
        let body = signed(&s3, &request, &[b"abcd"]).0;
        s3.send_as_it_is(&request.body(body)).await.refused(400, "IncompleteBody");
    }
    nothing_there(&s3).await;
}

#[tokio::test]
async fn a_trailer_is_compared() {
    let (_server, s3) = start().await;
    let send = async |body: String| {
        let request = head(&s3, UNSIGNED_TRAILER, 4, Some("x-amz-checksum-crc32")).body(body);
        s3.send_as_it_is(&request).await
    };
    let right = crc32(b"abcd");
    send("4\r\nabcd\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n".into()).await.refused(400, "BadDigest");
    send("4\r\nabcd\r\n0\r\nx-amz-checksum-crc32:nonsense\r\n\r\n".into()).await.refused(400, "InvalidRequest");
    send("4\r\nabcd\r\n0\r\n\r\n".into()).await.refused(400, "MalformedTrailerError");
    send("4\r\nabcd\r\n0\r\nx-amz-checksum-sha1:AAAA\r\n\r\n".into()).await.refused(400, "MalformedTrailerError");
    send("4\r\nabcd\r\n0\r\nno colon\r\n\r\n".into()).await.is(400);
    nothing_there(&s3).await;
    let done = send(format!("4\r\nabcd\r\n0\r\nx-amz-checksum-crc32:{right}\r\n\r\n")).await.is(200);
    assert_eq!(done.header("x-amz-checksum-crc32"), Some(right.as_str()));
    let read = s3.send(Request::new("GET", "/box/k").header("x-amz-checksum-mode", "ENABLED")).await.is(200);
    assert_eq!((read.body.as_slice(), read.header("x-amz-checksum-crc32")), (b"abcd".as_slice(), Some(right.as_str())));
}

#[tokio::test]
async fn one_chunk_may_be_the_whole_object() {
    let (_server, s3) = start().await;
    let data = vec![7; 3_000_000];
    let request = head(&s3, UNSIGNED_TRAILER, data.len(), Some("x-amz-checksum-crc32"));
    let mut body = format!("{:x}\r\n", data.len()).into_bytes();
    body.extend_from_slice(&data);
    body.extend_from_slice(format!("\r\n0\r\nx-amz-checksum-crc32:{}\r\n\r\n", crc32(&data)).as_bytes());
    s3.send_as_it_is(&request.body(body)).await.is(200);
    assert_eq!(s3.get("/box/k").await.is(200).body, data);
    // A signed one would have to be held in memory whole.
    let request = head(&s3, SIGNED, 1 << 30, None).body(format!("40000000;chunk-signature={EMPTY}\r\nabc"));
    s3.send_as_it_is(&request).await.refused(400, "InvalidRequest");
}

#[tokio::test]
async fn a_signed_trailer_is_compared_too() {
    let (_server, s3) = start().await;
    let send = async |sum: &str, spoil: bool| {
        let request = head(&s3, SIGNED_TRAILER, 4, Some("x-amz-checksum-crc32"));
        let (mut body, last) = signed(&s3, &request, &[b"abcd"]);
        let mut trailer = trailer_signature(&s3.key, &request, &last, "x-amz-checksum-crc32", sum);
        if spoil {
            trailer = EMPTY.into();
        }
        body.extend_from_slice(format!("x-amz-checksum-crc32:{sum}\r\nx-amz-trailer-signature:{trailer}\r\n\r\n").as_bytes());
        s3.send_as_it_is(&request.body(body)).await
    };
    send(&crc32(b"abcd"), true).await.refused(403, "SignatureDoesNotMatch");
    send("AAAAAA==", false).await.refused(400, "BadDigest");
    nothing_there(&s3).await;
    send(&crc32(b"abcd"), false).await.is(200);
    assert_eq!(s3.get("/box/k").await.is(200).body, b"abcd");
}
