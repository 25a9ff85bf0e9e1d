//! Sites: index and error documents, redirects, folders and their listings.

use idlewild_objects::{ConfigKind, NewVersion};
use serde_json::json;

use crate::support::World;

async fn site(rules: serde_json::Value) -> World {
    let world = World::new().await;
    let website = json!({ "elsewhere": null, "index": "home.html", "error": "oops.html", "rules": rules });
    world.configure("site", ConfigKind::Website, website).await;
    world.put("site", "home.html", "home").await;
    world.put("site", "oops.html", "oops").await;
    world.put("site", "docs/home.html", "docs").await;
    world
}

#[tokio::test]
async fn a_folder_is_its_index() {
    let world = site(json!([])).await;
    assert_eq!(world.get("bob.localhost", "/").await.text(), "home");
    assert_eq!(world.get("bob.localhost", "/docs/").await.text(), "docs");
    let answer = world.get("bob.localhost", "/docs?a=b").await;
    assert_eq!((answer.status, answer.header("location")), (302, Some("/docs/?a=b")));
    // Without configuration, index.html is the index.
    world.put("open", "index.html", "open").await;
    assert_eq!(world.get("alice.localhost", "/").await.text(), "open");
}

#[tokio::test]
async fn what_is_missing_is_the_error_document() {
    let world = site(json!([])).await;
    for target in ["/nowhere", "/nowhere/", "/docs/x"] {
        let answer = world.get_with("bob.localhost", target, &[("range", "bytes=0-1"), ("if-none-match", "*")]).await;
        assert_eq!((answer.status, answer.text().as_str()), (404, "oops"), "{target}");
        assert_eq!(answer.header("content-type"), Some("text/html; charset=utf-8"));
        assert_eq!((answer.header("etag"), answer.header("cache-control")), (None, Some("no-store")));
    }
    let answer = world.get("alice.localhost", "/nowhere").await;
    assert_eq!(answer.status, 404);
    assert!(answer.text().contains("There is nothing here that everyone may read"));
}

#[tokio::test]
async fn rules_redirect() {
    let world = site(json!([
        { "prefix": "old/", "replace": { "prefix": "docs/" } },
        { "prefix": "away/", "protocol": "https", "host": "example.com", "replace": { "prefix": "" }, "code": 307 },
        { "prefix": "secure/", "protocol": "https" },
        { "prefix": "lost/", "status": 404, "replace": { "key": "home.html" }, "code": 302 },
    ]))
    .await;
    for (target, status, location) in [
        ("/old/a%20b", 301, "/docs/a%20b"),
        ("/away/x", 307, "https://example.com/x"),
        ("/secure/x", 301, "https://bob.localhost:1/secure/x"),
        ("/lost/x", 302, "/home.html"),
        ("/old//evil.example/", 301, "/docs//evil.example/"),
    ] {
        let answer = world.get("bob.localhost:1", target).await;
        assert_eq!((answer.status, answer.header("location")), (status, Some(location)), "{target}");
    }
    let answer = world.get("127.0.0.1", "/name/bob/old/x").await;
    assert_eq!(answer.header("location"), Some("/name/bob/docs/x"));
}

#[tokio::test]
async fn all_can_be_elsewhere() {
    let world = World::new().await;
    world
        .configure(
            "site",
            ConfigKind::Website,
            json!({ "elsewhere": { "host": "example.com", "protocol": null }, "index": null, "error": null, "rules": [] }),
        )
        .await;
    let answer = world.get("bob.localhost", "/a/b").await;
    assert_eq!((answer.status, answer.header("location")), (301, Some("//example.com/a/b")));
}

#[tokio::test]
async fn an_object_can_be_a_redirect() {
    let world = World::new().await;
    for (key, to) in [("a", "/b c"), ("b", "https://example.com/"), ("c", "javascript:alert(1)")] {
        let headers = vec![("x-amz-website-redirect-location".to_string(), to.to_string())];
        world.put_with("open", key, "x", NewVersion { headers, ..Default::default() }).await;
    }
    let answer = world.get("alice.localhost", "/a").await;
    assert_eq!((answer.status, answer.header("location")), (301, Some("/b%20c")));
    assert_eq!(world.get("127.0.0.1", "/name/alice/a").await.header("location"), Some("/name/alice/b%20c"));
    assert_eq!(world.get("alice.localhost", "/b").await.header("location"), Some("https://example.com/"));
    assert_eq!(world.get("alice.localhost", "/c").await.status, 200);
}

#[tokio::test]
async fn a_folder_without_index_is_listed() {
    let world = World::new().await;
    world.put("open", "docs/one.txt", "1").await;
    world.put("open", "docs/deep/two.txt", "22").await;
    let page = world.get("alice.localhost", "/docs/").await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    for link in ["href=\"../\"", "href=\"./one.txt\"", "href=\"./deep/\""] {
        assert!(page.text().contains(link), "{link} in {}", page.text());
    }
    assert!(!page.text().contains("two.txt"));
    assert_eq!(world.get("alice.localhost", "/docs").await.header("location"), Some("/docs/"));
    assert_eq!(world.get("alice.localhost", "/nothing/").await.status, 404);
    // The root is there even if it is empty.
    assert_eq!(world.get("docs.alice.localhost", "/").await.status, 200);
}

#[tokio::test]
async fn nothing_is_listed_that_not_everyone_may_list() {
    let world = World::new().await;
    world.allow("open", &["s3:GetObject"], false).await;
    world.put("open", "docs/one.txt", "1").await;
    for target in ["/", "/docs/", "/docs"] {
        assert_eq!(world.get("alice.localhost", target).await.status, 404, "{target}");
    }
    assert_eq!(world.get("alice.localhost", "/docs/one.txt").await.status, 200);
}

#[tokio::test]
async fn a_long_folder_has_several_pages() {
    let world = World::new().await;
    let puts = (0..1_003).map(|number| {
        let world = &world;
        async move { world.put("open", &format!("many/{number:04} &.txt"), "x").await }
    });
    futures::future::join_all(puts).await;
    let first = world.get("alice.localhost", "/many/").await.text();
    assert!(first.contains("0999 &amp;.txt") && !first.contains("1000 &amp;.txt"));
    let next = first.split("<p><a href=\"").nth(1).unwrap().split('"').next().unwrap();
    let second = world.get("alice.localhost", &format!("/many/{next}")).await.text();
    assert!(!second.contains("0999 &amp;.txt") && second.contains("1000 &amp;.txt") && second.contains("1002 &amp;.txt"));
    assert!(!second.contains("More</a>"));
}

#[tokio::test]
async fn what_is_closed_looks_like_what_is_missing() {
    let world = World::new().await;
    world.put("closed", "secret.txt", "x").await;
    let (there, missing) = (world.get("carol.localhost", "/secret.txt").await, world.get("carol.localhost", "/none.txt").await);
    assert_eq!(there.status, 404);
    assert_eq!(there.body, missing.body);
    // One object can be open in a closed bucket.
    let new = NewVersion { acl: Some("public-read".into()), ..Default::default() };
    world.put_with("closed", "open.txt", "x", new).await;
    assert_eq!(world.get("carol.localhost", "/open.txt").await.status, 200);
}
