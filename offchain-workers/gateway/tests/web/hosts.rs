//! Which site a request leads to.

use idlewild_objects::{BucketInit, ConfigKind};

use crate::support::World;

async fn world() -> World {
    let world = World::new().await;
    world.put("open", "a.txt", "root").await;
    world.put("open", "docs/a.txt", "docs").await;
    world.put("open", "docs/one.txt", "one").await;
    world
}

#[tokio::test]
async fn names_are_hosts() {
    let world = world().await;
    for (host, target, body) in [
        ("alice.localhost", "/a.txt", "root"),
        ("ALICE.localhost.:8080", "/a.txt", "root"),
        ("docs.alice.localhost", "/a.txt", "docs"),
        ("one.alice.localhost", "/", "one"),
        ("127.0.0.1", "/name/alice/a.txt", "root"),
        ("[::1]:80", "/name/alice/docs/a.txt", "docs"),
        ("localhost", "/name/alice/docs/one.txt", "one"),
        ("localhost", "/name/alice/one", "one"),
        ("127.0.0.1:9", "/idlewild/content_alice/a.txt", "root"),
        ("127.0.0.1:9", "/idlewild/content_alice/docs/a.txt", "docs"),
    ] {
        let answer = world.get(host, target).await;
        assert_eq!((answer.status, answer.text().as_str()), (200, body), "{host}{target}");
    }
}

#[tokio::test]
async fn a_bucket_is_found_by_its_id() {
    let world = world().await;
    world.store.create_bucket("on-chain", BucketInit { id: Some(7), ..Default::default() }).await.unwrap();
    world.allow("on-chain", &["s3:GetObject"], false).await;
    world.put("on-chain", "x", "seven").await;
    assert_eq!(world.get("dave.localhost", "/x").await.text(), "seven");
}

#[tokio::test]
async fn strange_hosts_are_turned_away() {
    let world = world().await;
    for (host, status) in [
        ("example.com", 421),
        ("alice.localhost.example.com", 421),
        ("192.0.2.1", 421),
        ("a_b.localhost", 404),
        ("nobody.localhost", 404),
        ("other.alice.localhost", 404),
        ("far.localhost", 404),
        ("account.localhost", 404),
        ("", 400),
        ("alice.localhost:port", 400),
        ("user@alice.localhost", 400),
    ] {
        let answer = world.get(host, "/a.txt").await;
        assert_eq!(answer.status, status, "{host}");
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    for request in ["GET /a.txt HTTP/1.1\r\n", "GET /a.txt HTTP/1.1\r\nHost: alice.localhost\r\nHost: bob.localhost\r\n"] {
        let answer = world.raw(format!("{request}Connection: close\r\n\r\n").as_bytes(), false).await.unwrap();
        assert_eq!(answer.status, 400, "{request}");
    }
    let absolute = b"GET http://alice.localhost/a.txt HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n";
    assert_eq!(world.raw(absolute, false).await.unwrap().text(), "root");
}

#[tokio::test]
async fn paths_without_a_name_lead_nowhere() {
    let world = world().await;
    for target in [
        "/name",
        "/name/",
        "/name//a.txt",
        "/name/ALICE/a.txt",
        "/name/nobody/a.txt",
        "/idlewild/alice/a.txt",
        "/other",
        "/idlewild",
    ] {
        assert_eq!(world.get("127.0.0.1", target).await.status, 404, "{target}");
    }
    assert_eq!(world.get("127.0.0.1", "/").await.status, 200);
    assert_eq!(world.get("one.alice.localhost", "/more").await.status, 404);
    let answer = world.get("127.0.0.1", "/name/alice").await;
    assert_eq!((answer.status, answer.header("location")), (302, Some("/name/alice/")));
    let answer = world.get("127.0.0.1", "/idlewild/content_alice/docs").await;
    assert_eq!((answer.status, answer.header("location")), (302, Some("/idlewild/content_alice/docs/")));
}

#[tokio::test]
async fn sites_on_a_shared_host_are_kept_apart() {
    let world = world().await;
    let answer = world.get("127.0.0.1", "/name/alice/a.txt").await;
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.starts_with("sandbox") && !policy.contains("allow-same-origin"));
    let answer = world.get_with("127.0.0.1", "/name/alice/a.txt", &[("service-worker", "script")]).await;
    assert_eq!(answer.status, 403);
    let answer = world.get_with("alice.localhost", "/a.txt", &[("service-worker", "script")]).await;
    assert_eq!((answer.status, answer.header("content-security-policy")), (200, None));
}

#[tokio::test]
async fn pages_of_other_origins_need_leave() {
    let world = world().await;
    let asks = [("origin", "https://app.example"), ("access-control-request-method", "GET")];
    assert_eq!(world.send("OPTIONS", "alice.localhost", "/a.txt", &asks).await.status, 403);
    let plain = world.get_with("alice.localhost", "/a.txt", &asks[..1]).await;
    assert_eq!(plain.header("access-control-allow-origin"), None);
    let rules = serde_json::json!({ "rules": [{
        "id": null, "origins": ["https://app.example"], "methods": ["GET"], "headers": ["*"], "exposed": ["etag"], "max_age": 60,
    }] });
    world.configure("open", ConfigKind::Cors, rules).await;
    let answer = world.send("OPTIONS", "alice.localhost", "/a.txt", &asks).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (200, Some("https://app.example")));
    for target in ["/a.txt", "/missing"] {
        let answer = world.get_with("alice.localhost", target, &asks[..1]).await;
        assert_eq!(answer.header("access-control-allow-origin"), Some("https://app.example"), "{target}");
    }
    let answer = world.send("OPTIONS", "alice.localhost", "/a.txt", &[("origin", "https://evil.example"), asks[1]]).await;
    assert_eq!(answer.status, 403);
}
