//! Objects as they are: types, headers, versions, HEAD.

use idlewild_objects::NewVersion;

use crate::support::{noise, World};

#[tokio::test]
async fn an_object_comes_with_what_is_known_of_it() {
    let world = World::new().await;
    let version = world.put("open", "a/page.html", "<p>hello</p>").await;
    let answer = world.get("alice.localhost", "/a/page.html").await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "<p>hello</p>"));
    assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(answer.header("etag"), Some(format!("\"{}\"", version.etag).as_str()));
    assert_eq!(answer.header("accept-ranges"), Some("bytes"));
    assert_eq!(answer.header("cache-control"), Some("public, max-age=60, must-revalidate"));
    assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(answer.header("x-idlewild-blake3"), Some(blake3::hash(b"<p>hello</p>").to_hex().as_str()));
    assert_eq!(answer.header("x-idlewild-version"), None);
    assert!(answer.header("set-cookie").is_none() && answer.header("content-security-policy").is_none());
    let modified = httpdate::parse_http_date(answer.header("last-modified").unwrap()).unwrap();
    let seconds = modified.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    assert_eq!(seconds, version.modified as u64 / 1_000);
}

#[tokio::test]
async fn stored_headers_are_sent_and_none_that_could_harm() {
    let world = World::new().await;
    let pair = |name: &str, value: &str| (name.to_string(), value.to_string());
    let new = NewVersion {
        content_type: Some("text/plain; charset=latin1".into()),
        headers: vec![
            pair("cache-control", "max-age=5"),
            pair("content-disposition", "inline"),
            pair("content-language", "de"),
            pair("set-cookie", "a=b"),
            pair("content-security-policy", "none"),
        ],
        ..Default::default()
    };
    world.put_with("open", "x.html", "x", new).await;
    let answer = world.get("alice.localhost", "/x.html").await;
    assert_eq!(answer.header("content-type"), Some("text/plain; charset=latin1"));
    assert_eq!(answer.header("cache-control"), Some("max-age=5"));
    assert_eq!(answer.header("content-disposition"), Some("inline"));
    assert_eq!(answer.header("content-language"), Some("de"));
    assert!(answer.header("set-cookie").is_none() && answer.header("content-security-policy").is_none());
}

#[tokio::test]
async fn head_has_the_headers_of_get() {
    let world = World::new().await;
    world.put("open", "dir/index.html", "index").await;
    world.put("open", "empty", "").await;
    world.put("open", "large.bin", noise(2_000_000)).await;
    for target in [
        "/dir/",
        "/dir",
        "/empty",
        "/large.bin",
        "/large.bin?download=x.bin",
        "/large.bin?format=raw",
        "/large.bin?format=car",
        "/large.bin?format=bao",
        "/",
        "/missing",
        "/a/../b",
        "/large.bin?format=none",
    ] {
        let (head, get) = (world.head("alice.localhost", target).await, world.get("alice.localhost", target).await);
        assert_eq!(head.status, get.status, "{target}");
        assert_eq!(head.of_object(), get.of_object(), "{target}");
    }
}

#[tokio::test]
async fn a_version_is_kept_forever_and_what_is_current_is_not() {
    let world = World::new().await;
    world.keep_versions("open").await;
    let first = world.put("open", "a.txt", "first").await;
    let second = world.put("open", "a.txt", "second").await;
    let current = world.get("alice.localhost", "/a.txt").await;
    assert_eq!(current.text(), "second");
    assert_eq!(current.header("x-idlewild-version"), Some(second.id.0.as_str()));
    let old = world.get("alice.localhost", &format!("/a.txt?version={}", first.id)).await;
    assert_eq!(old.text(), "first");
    assert_eq!(old.header("cache-control"), Some("public, max-age=31536000, immutable"));
    world.store.delete("open", "a.txt", None, &Default::default(), false).await.unwrap();
    assert_eq!(world.get("alice.localhost", "/a.txt").await.status, 404);
    assert_eq!(world.get("alice.localhost", &format!("/a.txt?version={}", first.id)).await.text(), "first");
    for version in ["none", "", "%00", "null"] {
        assert_eq!(world.get("alice.localhost", &format!("/a.txt?version={version}")).await.status, 404, "{version}");
    }
}

#[tokio::test]
async fn a_version_takes_a_right_of_its_own() {
    let world = World::new().await;
    world.keep_versions("open").await;
    world.allow("open", &["s3:GetObject"], false).await;
    let version = world.put("open", "a.txt", "x").await;
    assert_eq!(world.get("alice.localhost", "/a.txt").await.status, 200);
    assert_eq!(world.get("alice.localhost", &format!("/a.txt?version={}", version.id)).await.status, 404);
}

#[tokio::test]
async fn a_download_has_a_name() {
    let world = World::new().await;
    world.put("open", "dir/\u{e9}t\u{e9}.txt", "x").await;
    let name = |answer: crate::support::Answer| answer.header("content-disposition").map(String::from);
    let target = "/dir/%C3%A9t%C3%A9.txt";
    assert_eq!(name(world.get("alice.localhost", target).await), None);
    assert_eq!(
        name(world.get("alice.localhost", &format!("{target}?download")).await).as_deref(),
        Some("attachment; filename=\"_t_.txt\"; filename*=UTF-8''%C3%A9t%C3%A9.txt")
    );
    assert_eq!(
        name(world.get("alice.localhost", &format!("{target}?download=a%22%0d%0ab")).await).as_deref(),
        Some("attachment; filename=\"a___b\"; filename*=UTF-8''a%22%0D%0Ab")
    );
}

#[tokio::test]
async fn only_reading_is_possible() {
    let world = World::new().await;
    world.put("open", "a", "x").await;
    for method in ["PUT", "POST", "DELETE", "PATCH", "TRACE", "CONNECT-ELSEWHERE"] {
        let answer = world.send(method, "alice.localhost", "/a", &[("content-length", "0")]).await;
        assert_eq!((answer.status, answer.header("allow")), (405, Some("GET, HEAD, OPTIONS")), "{method}");
    }
    let answer = world.send("OPTIONS", "alice.localhost", "/a", &[]).await;
    assert_eq!((answer.status, answer.header("allow")), (200, Some("GET, HEAD, OPTIONS")));
    let answer = world.send("OPTIONS", "alice.localhost", "*", &[]).await;
    assert_eq!(answer.status, 200);
}
