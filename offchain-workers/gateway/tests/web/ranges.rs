//! Ranges over the wire.

use crate::support::{noise, Answer, World};

async fn world() -> (World, Vec<u8>) {
    let world = World::new().await;
    let bytes = noise(3_000_000);
    world.put("open", "film.mp4", &bytes).await;
    (world, bytes)
}

#[tokio::test]
async fn one_range() {
    let (world, bytes) = world().await;
    for (range, first, end) in [
        ("bytes=0-0", 0, 1),
        ("bytes=999999-2000000", 999_999, 2_000_001),
        ("bytes=2999990-", 2_999_990, 3_000_000),
        ("bytes=-7", 2_999_993, 3_000_000),
        ("bytes=5-99999999999", 5, 3_000_000),
    ] {
        let answer = world.get_with("alice.localhost", "/film.mp4", &[("range", range)]).await;
        assert_eq!(answer.status, 206, "{range}");
        assert!(answer.body == bytes[first..end], "{range}");
        let expected = format!("bytes {first}-{}/3000000", end - 1);
        assert_eq!(answer.header("content-range"), Some(expected.as_str()));
        assert_eq!(answer.header("content-type"), Some("video/mp4"));
    }
}

/// Takes an answer of several ranges apart, by its own boundary.
fn parts(answer: &Answer) -> Vec<(String, Vec<u8>)> {
    let boundary = answer.header("content-type").unwrap().strip_prefix("multipart/byteranges; boundary=").unwrap();
    let delimiter = format!("--{boundary}");
    let mut rest = answer.body.as_slice();
    let mut parts = Vec::new();
    loop {
        rest = rest.strip_prefix(delimiter.as_bytes()).expect("a delimiter");
        if rest == b"--\r\n" {
            return parts;
        }
        let end = rest.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(rest[2..end].to_vec()).unwrap();
        assert!(head.contains("content-type: video/mp4"));
        let range = head.split("content-range: ").nth(1).unwrap().to_string();
        let (first, last) = range.strip_prefix("bytes ").unwrap().split_once('/').unwrap().0.split_once('-').unwrap();
        let length = last.parse::<usize>().unwrap() - first.parse::<usize>().unwrap() + 1;
        let body = &rest[end + 4..];
        parts.push((range, body[..length].to_vec()));
        rest = body[length..].strip_prefix(b"\r\n").unwrap();
    }
}

#[tokio::test]
async fn several_ranges() {
    let (world, bytes) = world().await;
    let answer = world.get_with("alice.localhost", "/film.mp4", &[("range", "bytes=2000000-2000009, 0-4,-3")]).await;
    assert_eq!((answer.status, answer.header("content-range")), (206, None));
    assert_eq!(
        parts(&answer),
        [
            ("bytes 2000000-2000009/3000000".to_string(), bytes[2_000_000..2_000_010].to_vec()),
            ("bytes 0-4/3000000".to_string(), bytes[..5].to_vec()),
            ("bytes 2999997-2999999/3000000".to_string(), bytes[2_999_997..].to_vec()),
        ]
    );
    // Asking for the same bytes again and again gives them once.
    let again = vec!["0-"; 30].join(",");
    let answer = world.get_with("alice.localhost", "/film.mp4", &[("range", &format!("bytes={again}"))]).await;
    assert!(answer.status == 206 && answer.body == bytes);
}

#[tokio::test]
async fn ranges_that_cannot_be_had() {
    let (world, bytes) = world().await;
    for range in ["bytes=3000000-", "bytes=-0", "bytes=4000000-5000000,9000000-"] {
        let answer = world.get_with("alice.localhost", "/film.mp4", &[("range", range)]).await;
        assert_eq!((answer.status, answer.header("content-range")), (416, Some("bytes */3000000")), "{range}");
    }
    for range in ["bytes=9-1", "pages=1-2", "bytes=x"] {
        let answer = world.get_with("alice.localhost", "/film.mp4", &[("range", range)]).await;
        assert!(answer.status == 200 && answer.body == bytes, "{range}");
    }
    let many = (0..100).map(|number| format!("{0}-{0}", number * 2)).collect::<Vec<_>>().join(",");
    assert_eq!(world.get_with("alice.localhost", "/film.mp4", &[("range", &format!("bytes={many}"))]).await.status, 200);
}

#[tokio::test]
async fn a_range_of_what_has_changed_is_the_whole() {
    let (world, bytes) = world().await;
    let whole = world.get("alice.localhost", "/film.mp4").await;
    for (header, status) in [
        (whole.header("etag").unwrap(), 206),
        (whole.header("last-modified").unwrap(), 206),
        ("\"other\"", 200),
        ("W/\"x\"", 200),
    ] {
        let answer = world.get_with("alice.localhost", "/film.mp4", &[("range", "bytes=0-9"), ("if-range", header)]).await;
        assert_eq!(answer.status, status, "{header}");
        assert_eq!(answer.body.len(), if status == 206 { 10 } else { bytes.len() });
    }
}

#[tokio::test]
async fn a_head_ignores_ranges() {
    let (world, _) = world().await;
    let answer = world.send("HEAD", "alice.localhost", "/film.mp4", &[("range", "bytes=0-9")]).await;
    assert_eq!((answer.status, answer.header("content-length")), (200, Some("3000000")));
}

#[tokio::test]
async fn an_empty_object_has_no_ranges() {
    let (world, _) = world().await;
    world.put("open", "empty", "").await;
    assert_eq!(world.get("alice.localhost", "/empty").await.status, 200);
    assert_eq!(world.get_with("alice.localhost", "/empty", &[("range", "bytes=0-")]).await.status, 416);
    assert_eq!(world.get_with("alice.localhost", "/empty", &[("range", "bytes=-1")]).await.status, 200);
}
