//! Names of objects: which are taken, and which are not.

use crate::support::{Request, Server};

#[tokio::test]
async fn unusual_keys_are_kept_as_they_are() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    let longest = "é".repeat(512);
    let keys = [
        "a b",
        "a+b",
        "a%2Fb",
        "日本/語",
        "~!@$&*()=:,;'\"",
        "//",
        "a//b/",
        "...",
        "a..b",
        ".",
        "./a",
        "a/./b",
        &longest,
        "?x#y",
    ];
    for key in keys {
        s3.put(&format!("/box/{key}"), key).await.is(200);
        assert_eq!(s3.get(&format!("/box/{key}")).await.is(200).body, key.as_bytes(), "{key:?}");
    }
    let listed = s3.send(Request::new("GET", "/box").query("encoding-type", "url")).await.is(200);
    let mut names: Vec<String> = listed
        .all("Key")
        .iter()
        .map(|name| percent_encoding::percent_decode_str(name).decode_utf8().unwrap().into_owned())
        .collect();
    let mut expected: Vec<String> = keys.iter().map(|key| (*key).to_owned()).collect();
    names.sort();
    expected.sort();
    assert_eq!(names, expected);
}

#[tokio::test]
async fn keys_that_climb_out_are_refused_however_they_are_written() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    s3.bucket("other").await;
    s3.put("/other/secret", "x").await.is(200);
    for path in
        ["/box/../other/secret", "/box/%2e%2e/other/secret", "/box/a/%2E./b", "/box/a/..", "/box/..%2fother", "/box/a%5C..%5Cb"]
    {
        for method in ["PUT", "GET", "HEAD", "DELETE"] {
            // Some of these are not in the form that signatures are made of.
            let answer = s3.send(Request::raw(method, path)).await;
            assert!([400, 403].contains(&answer.status), "{method} {path}: {}", answer.status);
            assert_ne!(answer.body, b"x");
        }
        let raw = Request::raw("GET", path).presign(&s3.key, &s3.host(), 60);
        assert!([400, 403].contains(&s3.send_as_it_is(&raw).await.status), "presigned {path}");
    }
    s3.put("/box/a/%2e%2e/b", "").await.is(200);
    s3.send(Request::raw("PUT", "/box/a/../b")).await.refused(400, "InvalidArgument");
}

#[tokio::test]
async fn keys_that_are_no_text_or_too_long_are_refused() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    s3.send(Request::raw("PUT", "/box/%FF%FE")).await.refused(400, "InvalidURI");
    s3.send(Request::raw("PUT", "/box/%ED%A0%80")).await.refused(400, "InvalidURI");
    s3.put("/box/a\0b", "").await.refused(400, "InvalidArgument");
    s3.put(&format!("/box/{}", "x".repeat(1_025)), "").await.refused(400, "KeyTooLongError");
    s3.put(&format!("/box/{}", "x".repeat(1_024)), "").await.is(200);
    let copied = Request::new("PUT", "/box/copy").header("x-amz-copy-source", "/box/%FF");
    assert_eq!(s3.send(copied).await.status, 400);
    let copied = Request::new("PUT", "/box/copy").header("x-amz-copy-source", "/box/../other/secret");
    assert_eq!(s3.send(copied).await.status, 400);
}
