//! What a key may do, and in which buckets.

use idlewild_objects::{BucketInit, BucketKey};

use crate::support::{
    server::{boxed, reader},
    Request, Server,
};

#[tokio::test]
async fn a_key_that_may_read_may_do_nothing_else() {
    let server = Server::start().await;
    let owner = server.owner();
    owner.bucket("box").await;
    owner.put("/box/k", "x").await.is(200);
    let s3 = server.client(reader());
    assert_eq!(s3.get("/box/k").await.is(200).body, b"x");
    assert_eq!(s3.get("/box").await.is(200).all("Key"), ["k"]);
    assert_eq!(s3.get("/").await.is(200).all("Name"), ["box"]);
    s3.put("/box/k", "y").await.refused(403, "AccessDenied");
    s3.put("/other", "").await.refused(403, "AccessDenied");
    s3.delete("/box/k").await.refused(403, "AccessDenied");
    s3.delete("/box").await.refused(403, "AccessDenied");
    s3.send(Request::new("POST", "/box/k").query("uploads", "")).await.refused(403, "AccessDenied");
    s3.send(Request::new("GET", "/box").query("policy", "")).await.refused(403, "AccessDenied");
    let batch = "<Delete><Object><Key>k</Key></Object></Delete>";
    s3.send(Request::new("POST", "/box").query("delete", "").body(batch)).await.refused(403, "AccessDenied");
    assert_eq!(owner.get("/box/k").await.is(200).body, b"x");
}

#[tokio::test]
async fn a_key_for_one_bucket_sees_no_other() {
    let server = Server::start().await;
    let init = BucketInit { id: Some(7), key: Some(BucketKey([7; 32])), ..BucketInit::default() };
    server.store.create_bucket("mine", init).await.unwrap();
    let owner = server.owner();
    owner.bucket("other").await;
    owner.put("/other/secret", "x").await.is(200);
    let s3 = server.client(boxed());
    s3.put("/mine/k", "y").await.is(200);
    assert_eq!(s3.get("/").await.is(200).all("Name"), ["mine"]);
    s3.get("/other/secret").await.refused(403, "AccessDenied");
    s3.get("/other").await.refused(403, "AccessDenied");
    s3.put("/new-one", "").await.refused(403, "AccessDenied");
    let copy = Request::new("PUT", "/mine/copy").header("x-amz-copy-source", "/other/secret");
    s3.send(copy).await.refused(403, "AccessDenied");
    let begun = s3.send(Request::new("POST", "/mine/big").query("uploads", "")).await.is(200);
    let part = Request::new("PUT", "/mine/big")
        .query("uploadId", &begun.first("UploadId").unwrap())
        .query("partNumber", "1")
        .header("x-amz-copy-source", "/other/secret");
    s3.send(part).await.refused(403, "AccessDenied");
}

#[tokio::test]
async fn without_a_key_nothing_is_to_be_had() {
    let server = Server::start().await;
    let owner = server.owner();
    owner.bucket("box").await;
    owner.put("/box/k", "x").await.is(200);
    for (method, path) in
        [("GET", "/"), ("GET", "/box"), ("GET", "/box/k"), ("PUT", "/box/k"), ("DELETE", "/box/k"), ("PUT", "/new-one")]
    {
        let request = Request::new(method, path).header("host", &owner.host());
        owner.send_as_it_is(&request).await.refused(403, "AccessDenied");
    }
}

#[tokio::test]
async fn what_is_public_is_read_without_a_key_and_never_written() {
    let server = Server::start().await;
    let owner = server.owner();
    owner.bucket("box").await;
    owner.put("/box/k", "x").await.is(200);
    let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::box/*"}]}"#;
    owner.send(Request::new("PUT", "/box").query("policy", "").body(policy)).await.is(204);
    let anonymous = |method: &str, path: &str| Request::new(method, path).header("host", &owner.host());
    assert_eq!(owner.send_as_it_is(&anonymous("GET", "/box/k")).await.is(200).body, b"x");
    owner.send_as_it_is(&anonymous("PUT", "/box/k").body("y")).await.refused(403, "AccessDenied");
    owner
        .send_as_it_is(&anonymous("GET", "/box/k").query("response-content-type", "text/html"))
        .await
        .refused(400, "InvalidRequest");
}
