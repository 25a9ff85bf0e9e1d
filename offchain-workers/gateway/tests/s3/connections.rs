//! Many clients at once, and the end of the server.

use std::time::Duration;

use futures::future::join_all;
use idlewild_gateway::serve::Limits;
use tokio::{
    io::{AsyncWriteExt, BufReader},
    net::TcpStream,
    time::timeout,
};

use crate::support::{client::read_answer, server::settings, Payload, Request, Server};

/// Two files for each connection, and the rest of the tests in this process.
fn raise_limit_of_files() {
    use rustix::process::{getrlimit, setrlimit, Resource, Rlimit};
    let limit = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_thousand_connections_are_served() {
    raise_limit_of_files();
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    s3.put("/box/k", "text").await.is(200);
    // All are open before the first asks for anything.
    let streams = join_all((0..1_000).map(|_| TcpStream::connect(server.address))).await;
    let streams: Vec<TcpStream> = streams.into_iter().map(Result::unwrap).collect();
    let asked = streams.into_iter().enumerate().map(|(i, mut stream)| {
        let s3 = s3.clone();
        tokio::spawn(async move {
            let request = if i % 2 == 0 {
                Request::new("PUT", &format!("/box/{i}")).body(i.to_string())
            } else {
                Request::new("GET", "/box/k")
            };
            let request = request.sign(&s3.key, &s3.host());
            stream.write_all(&request.head()).await.unwrap();
            stream.write_all(&request.body).await.unwrap();
            timeout(Duration::from_secs(120), read_answer(&mut BufReader::new(stream), false)).await.unwrap().unwrap().status
        })
    });
    for status in join_all(asked).await {
        assert_eq!(status.unwrap(), 200);
    }
    let listed = s3.send(Request::new("GET", "/box").query("list-type", "2")).await.is(200);
    assert_eq!(listed.first("KeyCount").as_deref(), Some("501"));
}

#[tokio::test]
async fn beyond_the_limit_connections_wait_for_their_turn() {
    let limits = Limits { connections: 2, head: Duration::from_secs(1), ..Limits::default() };
    let server = Server::with(settings(), limits).await;
    let idle = [TcpStream::connect(server.address).await.unwrap(), TcpStream::connect(server.address).await.unwrap()];
    // Both places are taken by clients that say nothing, until these have had their time.
    server.owner().get("/").await.is(200);
    drop(idle);
}

#[tokio::test]
async fn a_connection_serves_many_requests() {
    let server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    let mut stream = BufReader::new(TcpStream::connect(server.address).await.unwrap());
    for i in 0..20 {
        let request = Request::new("PUT", &format!("/box/{i}")).body("x").sign(&s3.key, &s3.host());
        stream.get_mut().write_all(&request.head()).await.unwrap();
        stream.get_mut().write_all(&request.body).await.unwrap();
        read_answer(&mut stream, false).await.unwrap().is(200);
    }
}

#[tokio::test]
async fn a_request_in_progress_is_answered_before_the_end() {
    let mut server = Server::start().await;
    let s3 = server.owner();
    s3.bucket("box").await;
    let request = Request::new("PUT", "/box/k")
        .header("content-length", "8")
        .header("expect", "100-continue")
        .payload(Payload::Unsigned)
        .sign(&s3.key, &s3.host());
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(&request.head()).await.unwrap();
    // The server asks for the body: the request is in progress.
    let mut line = [0; 25];
    tokio::io::AsyncReadExt::read_exact(&mut stream, &mut line).await.unwrap();
    assert_eq!(&line, b"HTTP/1.1 100 Continue\r\n\r\n");
    let stopping = server.stop();
    let finishing = async {
        stream.write_all(b"finished").await.unwrap();
        read_answer(&mut BufReader::new(stream), false).await.unwrap().is(200);
    };
    tokio::join!(stopping, finishing);
    assert!(TcpStream::connect(server.address).await.is_err(), "nobody listens any more");
    assert_eq!(server.store.head("box", "k", None).unwrap().unwrap().size, 8);
}
