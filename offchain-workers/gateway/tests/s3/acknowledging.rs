//! Waiting for the network.

use std::sync::{
    atomic::{AtomicUsize, Ordering},
    Arc,
};

use idlewild_gateway::{s3::Settings, serve::Limits};

use crate::support::{server::settings, Request, Server};

#[tokio::test]
async fn who_waits_for_the_network_is_told_where_the_object_is_meanwhile() {
    let hurried = Arc::new(AtomicUsize::new(0));
    let hurry = {
        let hurried = hurried.clone();
        Arc::new(move |bucket: &str| {
            assert_eq!(bucket, "box");
            hurried.fetch_add(1, Ordering::SeqCst);
        })
    };
    let server = Server::with(Settings { hurry: Some(hurry), ..settings() }, Limits::default()).await;
    let s3 = server.owner();
    s3.bucket("box").await;
    let waits = [
        Request::new("PUT", "/box/a").query("x-idlewild-ack", "network"),
        Request::new("PUT", "/box/b").header("x-idlewild-ack", "network"),
    ];
    for request in waits {
        let answer = s3.send(request.body("text")).await.refused(503, "ServiceUnavailable");
        assert_eq!(answer.header("x-idlewild-durability"), Some("local"));
        assert!(answer.text().contains("durable on this gateway"), "{}", answer.text());
    }
    assert_eq!(hurried.load(Ordering::SeqCst), 2);
    // It is there all the same.
    assert_eq!(s3.head("/box/a").await.is(200).header("x-idlewild-durability"), Some("local"));
    s3.send(Request::new("PUT", "/box/c").query("x-idlewild-ack", "local").body("text")).await.is(200);
    s3.send(Request::new("PUT", "/box/d").query("x-idlewild-ack", "moon").body("text")).await.refused(400, "InvalidArgument");
    s3.get("/box/d").await.refused(404, "NoSuchKey");
}
