//! What others write cannot reach beyond its place.

use crate::support::World;

const NASTY: &str = "<img src=x onerror=alert(1)>\"'&.txt";

#[tokio::test]
async fn listings_escape_keys() {
    let world = World::new().await;
    for key in [NASTY, "javascript:alert(1)", "a\nb", "dir<b>/x", "\u{202e}txt.exe"] {
        world.put("open", key, "x").await;
    }
    let page = world.get("alice.localhost", "/").await;
    let text = page.text();
    assert!(text.contains("&lt;img src=x onerror=alert(1)&gt;&quot;&#39;&amp;.txt"));
    assert!(text.contains("href=\"./javascript%3Aalert%281%29\""));
    assert!(text.contains("href=\"./dir%3Cb%3E/\""));
    for never in ["<img", "<b>", "\u{202e}", "\"javascript:"] {
        assert!(!text.contains(never), "{never}");
    }
    assert!(page.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
    // What the page refers to is what was listed.
    let link = text.split("href=\"./").find(|rest| rest.starts_with("%3Cimg")).unwrap().split('"').next().unwrap();
    assert_eq!(world.get("alice.localhost", &format!("/{link}")).await.text(), "x");
}

#[tokio::test]
async fn error_pages_escape_what_was_asked() {
    let world = World::new().await;
    for (host, target) in [
        ("alice.localhost", "/%3Cscript%3Ealert(1)%3C/script%3E"),
        ("127.0.0.1", "/name/%3Cscript%3E/x"),
        ("127.0.0.1", "/idlewild/content_%3Cscript%3E"),
        ("alice.localhost", "/?format=%3Cscript%3E"),
        ("%3cscript%3e.localhost", "/"),
    ] {
        let answer = world.get(host, target).await;
        assert!((400..500).contains(&answer.status), "{host}{target}: {}", answer.status);
        assert!(!answer.text().contains("<script"), "{target}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
    }
}

#[tokio::test]
async fn no_path_leaves_its_site() {
    let world = World::new().await;
    world.put("open", "secret.txt", "secret").await;
    world.put("open", "docs/a.txt", "a").await;
    for target in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/x/%2E./../secret.txt",
        "/..%5Csecret.txt",
        "/./secret.txt",
    ] {
        for (host, prefix) in [("docs.alice.localhost", ""), ("127.0.0.1", "/name/alice/docs")] {
            let answer = world.get(host, &format!("{prefix}{target}")).await;
            assert_eq!(answer.status, 400, "{host}{prefix}{target}");
        }
    }
    // A key that S3 takes.
    world.put("open", "docs/./dot.txt", "dot").await;
    let answer = world.get("alice.localhost", "/docs/./dot.txt").await;
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("S3 clients get them"), "{}", answer.text());
    assert_eq!(world.get("docs.alice.localhost", "/secret.txt").await.status, 404);
    for target in ["/%ff", "/%", "/%zz", "/a%00b", "/a%0ab"] {
        assert_eq!(world.get("alice.localhost", target).await.status, 400, "{target}");
    }
}

#[tokio::test]
async fn no_redirect_leads_to_another_host() {
    let world = World::new().await;
    world.put("open", "/evil.example/index.html", "x").await;
    let answer = world.get("alice.localhost", "//evil.example").await;
    assert_eq!((answer.status, answer.header("location")), (302, Some("/.//evil.example/")));
    world.put("open", "a\r\nset-cookie: x/index.html", "x").await;
    let answer = world.get("alice.localhost", "/a%0d%0aset-cookie:%20x").await;
    assert_eq!((answer.status, answer.header("set-cookie")), (400, None));
}

#[tokio::test]
async fn a_key_longer_than_any_is_not_there() {
    let world = World::new().await;
    assert_eq!(world.get("alice.localhost", &format!("/{}", "a".repeat(5_000))).await.status, 404);
    assert_eq!(world.get("alice.localhost", &format!("/{}/", "a".repeat(1_023))).await.status, 404);
}
