//! Conditional requests over the wire.

use crate::support::World;

const PAST: &str = "Thu, 01 Jan 1970 00:00:00 GMT";
const FUTURE: &str = "Fri, 31 Dec 9999 23:59:59 GMT";

#[tokio::test]
async fn who_has_it_is_told_so() {
    let world = World::new().await;
    world.put("open", "a.txt", "hello").await;
    let whole = world.get("alice.localhost", "/a.txt").await;
    let etag = whole.header("etag").unwrap();
    let modified = whole.header("last-modified").unwrap();
    for header in
        [("if-none-match", etag), ("if-none-match", "*"), ("if-modified-since", modified), ("if-modified-since", FUTURE)]
    {
        let answer = world.get_with("alice.localhost", "/a.txt", &[header]).await;
        assert_eq!(answer.status, 304, "{header:?}");
        assert_eq!(answer.header("etag"), Some(etag));
        assert_eq!(answer.header("cache-control"), whole.header("cache-control"));
        assert_eq!(answer.header("vary"), whole.header("vary"));
    }
    for header in [("if-none-match", "\"other\""), ("if-modified-since", PAST), ("if-modified-since", "nonsense")] {
        assert_eq!(world.get_with("alice.localhost", "/a.txt", &[header]).await.status, 200, "{header:?}");
    }
}

#[tokio::test]
async fn who_means_something_else_is_told_so() {
    let world = World::new().await;
    world.put("open", "a.txt", "hello").await;
    let etag = world.get("alice.localhost", "/a.txt").await.header("etag").unwrap().to_string();
    for (header, status) in [
        (("if-match", etag.as_str()), 200),
        (("if-match", "*"), 200),
        (("if-match", "\"other\""), 412),
        (("if-unmodified-since", FUTURE), 200),
        (("if-unmodified-since", PAST), 412),
    ] {
        assert_eq!(world.get_with("alice.localhost", "/a.txt", &[header]).await.status, status, "{header:?}");
        assert_eq!(world.send("HEAD", "alice.localhost", "/a.txt", &[header]).await.status, status, "{header:?}");
    }
}

#[tokio::test]
async fn each_form_has_its_own_tag() {
    let world = World::new().await;
    world.put("open", "a.txt", "hello").await;
    let mut tags = Vec::new();
    for target in ["/a.txt", "/a.txt?format=raw", "/a.txt?format=car", "/a.txt?format=bao"] {
        let etag = world.get("alice.localhost", target).await.header("etag").unwrap().to_string();
        assert_eq!(world.get_with("alice.localhost", target, &[("if-none-match", &etag)]).await.status, 304, "{target}");
        tags.push(etag);
    }
    tags.dedup();
    assert_eq!(tags.len(), 4);
}

#[tokio::test]
async fn a_new_version_has_a_new_tag() {
    let world = World::new().await;
    world.put("open", "a.txt", "one").await;
    let etag = world.get("alice.localhost", "/a.txt").await.header("etag").unwrap().to_string();
    world.put("open", "a.txt", "two").await;
    let answer = world.get_with("alice.localhost", "/a.txt", &[("if-none-match", &etag)]).await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "two"));
}
