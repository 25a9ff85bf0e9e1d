//! Buckets as such.

use crate::support::{Request, Server};

#[tokio::test]
async fn a_bucket_is_made_found_listed_and_removed() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.head("/box").await.is(404);
    assert_eq!(s3.put("/box", "").await.is(200).header("location"), Some("/box"));
    s3.head("/box").await.is(200);
    s3.bucket("another").await;
    let listed = s3.get("/").await.is(200);
    assert_eq!(listed.all("Name"), ["another", "box"]);
    assert_eq!(listed.first("ID").unwrap(), "01".repeat(32));
    let page = s3.send(Request::new("GET", "/").query("max-buckets", "1")).await.is(200);
    assert_eq!(page.all("Name"), ["another"]);
    let token = page.first("ContinuationToken").unwrap();
    let rest = s3.send(Request::new("GET", "/").query("continuation-token", &token)).await.is(200);
    assert_eq!((rest.all("Name"), rest.first("ContinuationToken")), (vec!["box".to_owned()], None));
    s3.put("/box", "").await.refused(409, "BucketAlreadyOwnedByYou");
    s3.put("/box/key", "x").await.is(200);
    s3.delete("/box").await.refused(409, "BucketNotEmpty");
    s3.delete("/box/key").await.is(204);
    s3.delete("/box").await.is(204);
    s3.delete("/box").await.refused(404, "NoSuchBucket");
    s3.get("/box").await.refused(404, "NoSuchBucket");
    s3.put("/box/key", "x").await.refused(404, "NoSuchBucket");
}

#[tokio::test]
async fn a_region_is_told() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    let location = s3.send(Request::new("GET", "/box").query("location", "")).await.is(200);
    assert!(location.text().contains("LocationConstraint"), "{}", location.text());
    assert_eq!(s3.head("/box").await.is(200).header("x-amz-bucket-region"), Some("us-east-1"));
}

#[tokio::test]
async fn names_that_no_bucket_can_have_are_refused() {
    let server = Server::start().await;
    let s3 = server.owner();
    for name in ["ab", "UPPER", "under_score", "-edge", "edge-", "a..b", "192.168.0.1", &"a".repeat(64)] {
        s3.put(&format!("/{name}"), "").await.refused(400, "InvalidBucketName");
    }
    s3.send(Request::raw("PUT", "/..")).await.refused(400, "InvalidBucketName");
}
