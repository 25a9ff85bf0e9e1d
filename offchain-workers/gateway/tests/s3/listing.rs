//! Listings.

use crate::support::{Client, Request, Server};

async fn filled(server: &Server, keys: &[&str]) -> Client {
    let s3 = server.owner();
    s3.bucket("box").await;
    for key in keys {
        s3.put(&format!("/box/{key}"), *key).await.is(200);
    }
    s3
}

fn v2() -> Request {
    Request::new("GET", "/box").query("list-type", "2")
}

#[tokio::test]
async fn pages_follow_each_other_to_the_end() {
    let server = Server::start().await;
    let keys: Vec<String> = (0..25).map(|i| format!("key-{i:03}")).collect();
    let names: Vec<&str> = keys.iter().map(String::as_str).collect();
    let s3 = filled(&server, &names).await;
    let mut seen = Vec::new();
    let mut token: Option<String> = None;
    let mut pages = 0;
    loop {
        let mut request = v2().query("max-keys", "10");
        if let Some(token) = &token {
            request = request.query("continuation-token", token);
        }
        let page = s3.send(request).await.is(200);
        seen.extend(page.all("Key"));
        pages += 1;
        token = page.first("NextContinuationToken");
        assert_eq!(page.first("IsTruncated").unwrap(), token.is_some().to_string());
        assert_eq!(page.first("KeyCount").unwrap(), page.all("Key").len().to_string());
        if token.is_none() {
            break;
        }
    }
    assert_eq!((pages, &seen), (3, &keys));
    // The first version goes on after the last key.
    let first = s3.send(Request::new("GET", "/box").query("max-keys", "20")).await.is(200);
    let rest = s3.send(Request::new("GET", "/box").query("marker", first.all("Key").last().unwrap())).await.is(200);
    assert_eq!(rest.all("Key"), keys[20..]);
    assert_eq!(rest.first("IsTruncated").as_deref(), Some("false"));
    let after = s3.send(v2().query("start-after", "key-022")).await.is(200);
    assert_eq!(after.all("Key"), ["key-023", "key-024"]);
    let none = s3.send(v2().query("max-keys", "0")).await.is(200);
    assert_eq!((none.all("Key").len(), none.first("IsTruncated").as_deref()), (0, Some("false")));
}

#[tokio::test]
async fn a_delimiter_makes_folders() {
    let server = Server::start().await;
    let s3 = filled(&server, &["a", "b/1", "b/2", "b/c/3", "d/4", "e"]).await;
    let top = s3.send(v2().query("delimiter", "/")).await.is(200);
    assert_eq!(top.all("Key"), ["a", "e"]);
    assert_eq!(top.all("CommonPrefixes"), ["<Prefix>b/</Prefix>", "<Prefix>d/</Prefix>"]);
    let inner = s3.send(v2().query("delimiter", "/").query("prefix", "b/")).await.is(200);
    assert_eq!(inner.all("Key"), ["b/1", "b/2"]);
    assert_eq!(inner.all("CommonPrefixes"), ["<Prefix>b/c/</Prefix>"]);
    // Each page is whole, and nothing is on two.
    let (mut keys, mut prefixes, mut token) = (Vec::new(), Vec::new(), None::<String>);
    for _ in 0..4 {
        let mut request = v2().query("delimiter", "/").query("max-keys", "1");
        if let Some(token) = &token {
            request = request.query("continuation-token", token);
        }
        let page = s3.send(request).await.is(200);
        keys.extend(page.all("Key"));
        prefixes.extend(page.all("CommonPrefixes"));
        token = page.first("NextContinuationToken");
    }
    assert_eq!((keys.join(","), prefixes.len(), token), ("a,e".to_owned(), 2, None));
    let marked = s3.send(Request::new("GET", "/box").query("delimiter", "/").query("max-keys", "2")).await.is(200);
    assert_eq!(marked.first("NextMarker").as_deref(), Some("b/"));
}

#[tokio::test]
async fn what_cannot_be_listed_is_refused() {
    let server = Server::start().await;
    let s3 = filled(&server, &[]).await;
    s3.send(v2().query("max-keys", "-1")).await.refused(400, "InvalidArgument");
    assert_eq!(s3.send(v2().query("max-keys", "many")).await.status, 400);
    s3.send(v2().query("continuation-token", "?")).await.refused(400, "InvalidArgument");
    s3.send(v2().query("encoding-type", "morse")).await.refused(400, "InvalidArgument");
    let empty = s3.send(v2()).await.is(200);
    assert_eq!((empty.all("Key").len(), empty.first("KeyCount").as_deref()), (0, Some("0")));
}

#[tokio::test]
async fn names_are_encoded_where_the_client_asks() {
    let server = Server::start().await;
    let s3 = filled(&server, &["a b/c+d"]).await;
    let listed = s3.send(v2().query("encoding-type", "url")).await.is(200);
    assert_eq!(listed.all("Key"), ["a%20b/c%2Bd"]);
    assert_eq!(listed.first("EncodingType").as_deref(), Some("url"));
    let folders = s3.send(v2().query("encoding-type", "url").query("delimiter", "/")).await.is(200);
    assert_eq!(folders.all("CommonPrefixes"), ["<Prefix>a%20b/</Prefix>"]);
}
