//! Signatures, right and wrong.

use time::Duration;

use crate::support::{server::owner, Key, Payload, Request, Server};

#[tokio::test]
async fn only_the_right_secret_signs() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    server.client(Key::new(&owner().id, "wrong")).get("/box").await.refused(403, "SignatureDoesNotMatch");
    server.client(Key::new("NOBODY", "x")).get("/box").await.refused(403, "InvalidAccessKeyId");
    // What is signed cannot be changed afterwards.
    let mut request = Request::new("PUT", "/box/k").body("x").sign(&s3.key, &s3.host());
    request.path = "/box/other".into();
    s3.send_as_it_is(&request).await.refused(403, "SignatureDoesNotMatch");
    let mut request = Request::new("GET", "/box").query("prefix", "a").sign(&s3.key, &s3.host());
    request.query[0].1 = "b".into();
    s3.send_as_it_is(&request).await.refused(403, "SignatureDoesNotMatch");
    let mut request = Request::new("PUT", "/box/k").body("x").sign(&s3.key, &s3.host());
    request.body = b"y".to_vec();
    s3.send_as_it_is(&request).await.refused(400, "XAmzContentSHA256Mismatch");
    s3.get("/box/k").await.refused(404, "NoSuchKey");
    let mut request = Request::new("PUT", "/box/k").body("x").sign(&s3.key, &s3.host());
    request = request.header("x-amz-acl", "public-read");
    s3.send_as_it_is(&request).await.refused(403, "AccessDenied");
}

#[tokio::test]
async fn a_clock_may_be_off_by_15_minutes() {
    let server = Server::start().await;
    let s3 = server.owner();
    for minutes in [-14, 14] {
        s3.send(Request::new("GET", "/").skew(Duration::minutes(minutes))).await.is(200);
    }
    for minutes in [-16, 16, 60 * 24 * 400] {
        s3.send(Request::new("GET", "/").skew(Duration::minutes(minutes))).await.refused(403, "RequestTimeTooSkewed");
    }
}

#[tokio::test]
async fn a_presigned_url_works_until_it_expires() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    let (key, host) = (&s3.key, &s3.host());
    let put = Request::new("PUT", "/box/a b").body("text").presign(key, host, 60);
    s3.send_as_it_is(&put).await.is(200);
    let get =
        |skew: i64, seconds: i64| Request::new("GET", "/box/a b").skew(Duration::seconds(skew)).presign(key, host, seconds);
    assert_eq!(s3.send_as_it_is(&get(0, 60)).await.is(200).body, b"text");
    assert_eq!(s3.send_as_it_is(&get(-3_000, 3_600)).await.is(200).body, b"text", "long before, and still good");
    s3.send_as_it_is(&get(-61, 60)).await.refused(403, "AccessDenied");
    s3.send_as_it_is(&get(3_600, 60)).await.refused(403, "RequestTimeTooSkewed");
    s3.send_as_it_is(&get(0, 604_801)).await.refused(400, "AuthorizationQueryParametersError");
    s3.send_as_it_is(&get(0, 0)).await.refused(400, "AuthorizationQueryParametersError");
    let mut other = get(0, 60);
    other.method = "DELETE".into();
    s3.send_as_it_is(&other).await.refused(403, "SignatureDoesNotMatch");
    let mut longer = get(-61, 60);
    for pair in &mut longer.query {
        if pair.0 == "X-Amz-Expires" {
            pair.1 = "600".into();
        }
    }
    s3.send_as_it_is(&longer).await.refused(403, "SignatureDoesNotMatch");
}

#[tokio::test]
async fn a_presigned_put_is_not_made_into_a_copy() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    s3.put("/box/secret", "secret").await.is(200);
    let put = Request::new("PUT", "/box/mine").presign(&s3.key, &s3.host(), 60);
    s3.send_as_it_is(&put.clone().header("x-amz-copy-source", "/box/secret")).await.refused(403, "AccessDenied");
    s3.get("/box/mine").await.refused(404, "NoSuchKey");
    s3.send_as_it_is(&put.header("x-amz-content-sha256", "UNSIGNED-PAYLOAD").body("x")).await.is(200);
}

#[tokio::test]
async fn the_older_version_of_signatures_is_refused() {
    let server = Server::start().await;
    let s3 = server.owner();
    let request = Request::new("GET", "/").header("host", &s3.host()).header("authorization", "AWS OWNER:c2lnbmF0dXJl");
    s3.send_as_it_is(&request).await.refused(400, "InvalidRequest");
    let request = Request::new("GET", "/box/k")
        .header("host", &s3.host())
        .query("AWSAccessKeyId", "OWNER")
        .query("Expires", "4102444800")
        .query("Signature", "c2lnbmF0dXJl");
    s3.send_as_it_is(&request).await.refused(400, "InvalidRequest");
}

#[tokio::test]
async fn a_body_need_not_be_signed() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    s3.send(Request::new("PUT", "/box/k").body("text").payload(Payload::Unsigned)).await.is(200);
    assert_eq!(s3.get("/box/k").await.is(200).body, b"text");
}

#[tokio::test]
async fn what_is_no_signature_is_refused() {
    let server = Server::start().await;
    let s3 = server.owner();
    for authorization in
        ["", "Basic eDp5", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=z", "Bearer x"]
    {
        let request = Request::new("GET", "/").header("host", &s3.host()).header("authorization", authorization);
        let status = s3.send_as_it_is(&request).await.status;
        assert!((400..500).contains(&status), "{authorization:?}: {status}");
    }
}
