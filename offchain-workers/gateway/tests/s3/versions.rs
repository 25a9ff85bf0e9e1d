//! Buckets that keep versions.

use crate::support::{Client, Request, Server};

async fn versioned(server: &Server) -> Client {
    let s3 = server.owner();
    s3.bucket("box").await;
    let xml = "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>";
    s3.send(Request::new("PUT", "/box").query("versioning", "").body(xml)).await.is(200);
    s3
}

async fn put(s3: &Client, key: &str, body: &str) -> String {
    s3.put(&format!("/box/{key}"), body).await.is(200).header("x-amz-version-id").unwrap().to_owned()
}

#[tokio::test]
async fn every_write_makes_one_and_a_delete_hides_them() {
    let server = Server::start().await;
    let s3 = versioned(&server).await;
    let one = put(&s3, "k", "one").await;
    let two = put(&s3, "k", "two").await;
    assert_ne!(one, two);
    let read = |id: &str| Request::new("GET", "/box/k").query("versionId", id);
    assert_eq!(s3.send(read(&one)).await.is(200).body, b"one");
    assert_eq!(s3.get("/box/k").await.is(200).body, b"two");
    let deleted = s3.delete("/box/k").await.is(204);
    assert_eq!(deleted.header("x-amz-delete-marker"), Some("true"));
    let marker = deleted.header("x-amz-version-id").unwrap().to_owned();
    let gone = s3.get("/box/k").await.refused(404, "NoSuchKey");
    assert_eq!(gone.header("x-amz-delete-marker"), Some("true"));
    s3.send(read(&marker)).await.refused(405, "MethodNotAllowed");
    assert!(s3.get("/box").await.is(200).all("Key").is_empty());
    let listed = s3.send(Request::new("GET", "/box").query("versions", "")).await.is(200);
    assert_eq!(listed.all("DeleteMarker").len(), 1);
    assert_eq!(listed.all("Version").len(), 2);
    // Without its marker the object is back, and without a version that one alone is gone.
    s3.send(Request::new("DELETE", "/box/k").query("versionId", &marker)).await.is(204);
    assert_eq!(s3.get("/box/k").await.is(200).body, b"two");
    s3.send(Request::new("DELETE", "/box/k").query("versionId", &two)).await.is(204);
    assert_eq!(s3.get("/box/k").await.is(200).body, b"one");
    s3.send(read(&two)).await.refused(404, "NoSuchVersion");
    s3.send(read("no such")).await.refused(400, "InvalidArgument");
}

#[tokio::test]
async fn versions_are_listed_in_pages_each_once() {
    let server = Server::start().await;
    let s3 = versioned(&server).await;
    let mut expected = Vec::new();
    for key in ["a", "b"] {
        let mut ids = Vec::new();
        for body in ["1", "2", "3"] {
            ids.push(put(&s3, key, body).await);
        }
        ids.reverse();
        expected.extend(ids);
    }
    let (mut seen, mut marker) = (Vec::new(), None::<(String, String)>);
    loop {
        let mut request = Request::new("GET", "/box").query("versions", "").query("max-keys", "2");
        if let Some((key, id)) = &marker {
            request = request.query("key-marker", key).query("version-id-marker", id);
        }
        let page = s3.send(request).await.is(200);
        seen.extend(page.all("VersionId"));
        marker = page.first("NextKeyMarker").zip(page.first("NextVersionIdMarker"));
        if page.first("IsTruncated").unwrap() == "false" {
            break;
        }
        assert!(marker.is_some() && seen.len() < 10);
    }
    assert_eq!(seen, expected);
    s3.send(Request::new("GET", "/box").query("versions", "").query("version-id-marker", "x"))
        .await
        .refused(400, "InvalidArgument");
}
