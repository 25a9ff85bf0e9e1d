//! Strangers, owners and trackers at a front.

use std::{
    net::Ipv4Addr,
    sync::atomic::{AtomicU32, Ordering},
};

use async_trait::async_trait;
use idlewild_client::service::{
    ask::{AskError, Known},
    wire::{prologue, LOGS, PROBE},
};
use tokio::io::AsyncWriteExt;

use super::*;
use crate::lease::host::{HostError, Hosted, What};

const SOON: Duration = Duration::from_secs(30);
const LEASE: LeaseId = 7;
const GENESIS: Digest = [3; 32];

/// Only its log is asked for.
struct Logging;

#[async_trait]
impl Host for Logging {
    async fn look(&self, _: &What) -> Result<Hosted, HostError> {
        Ok(Hosted::Absent)
    }
    async fn start(&self, _: &What) -> Result<(), HostError> {
        Ok(())
    }
    async fn start_again(&self, _: &What) -> Result<(), HostError> {
        Ok(())
    }
    async fn guard(&self, _: &What) -> Result<(), HostError> {
        Ok(())
    }
    async fn stop(&self, _: LeaseId) -> Result<(), HostError> {
        Ok(())
    }
    async fn logs(&self, _: LeaseId, lines: u32) -> Result<Vec<u8>, HostError> {
        Ok(format!("{lines} lines").into_bytes())
    }
}

/// A service that greets where it is told to, and sends everything back.
async fn echo(greeting: &'static str) -> (SocketAddr, Arc<AtomicU32>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let (address, count) = (listener.local_addr().unwrap(), Arc::new(AtomicU32::new(0)));
    let counted = count.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                stream.write_all(greeting.as_bytes()).await?;
                let (mut from, mut to) = stream.split();
                tokio::io::copy(&mut from, &mut to).await?;
                to.shutdown().await
            });
        }
    });
    (address, count)
}

fn owner() -> subxt_signer::sr25519::Keypair {
    subxt_signer::sr25519::Keypair::from_uri(&"//Owner".parse().unwrap()).unwrap()
}

async fn front(targets: Vec<SocketAddr>, bounds: Bounds) -> (Front, Known) {
    let key = Identity::random();
    let peer_key = key.peer_key();
    let behind = Behind { genesis: GENESIS, lease: LEASE, key, owner: owner().public_key().0, host: Arc::new(Logging) };
    let front = Front::open(&[SocketAddr::from((Ipv4Addr::LOCALHOST, 0))], behind, bounds).await.unwrap();
    front.point_at(targets);
    let known = Known { genesis: GENESIS, lease: LEASE, key: peer_key, at: front.address() };
    (front, known)
}

/// Sends pieces, each by itself, and reads everything that comes back.
async fn exchange(at: SocketAddr, pieces: &[&[u8]]) -> Vec<u8> {
    let mut stream = TcpStream::connect(at).await.unwrap();
    stream.set_nodelay(true).unwrap();
    for piece in pieces {
        stream.write_all(piece).await.unwrap();
        tokio::task::yield_now().await;
    }
    stream.shutdown().await.unwrap();
    let mut back = Vec::new();
    timeout(SOON, stream.read_to_end(&mut back)).await.expect("the other side ends").unwrap();
    back
}

#[tokio::test]
async fn a_nonce_is_answered_with_the_leases_key_and_never_reaches_the_service() {
    let (service, connections) = echo("").await;
    let (front, known) = front(vec![service], Bounds::default()).await;
    known.probe(SOON).await.unwrap();
    known.probe(SOON).await.unwrap();
    assert_eq!(connections.load(Ordering::SeqCst), 0);
    for wrong in [
        Known { lease: LEASE + 1, ..known },
        Known { genesis: [4; 32], ..known },
        Known { key: Identity::random().peer_key(), ..known },
    ] {
        assert!(matches!(wrong.probe(SOON).await, Err(AskError::Stranger(_))));
    }
    // A service alone, whatever it sends back, is not behind the lease.
    assert!(Known { at: service, ..known }.probe(Duration::from_millis(500)).await.is_err());
    front.close().await;
    assert!(known.probe(SOON).await.is_err());
}

#[tokio::test]
async fn everything_else_passes_through_untouched_however_it_is_cut() {
    let (service, _) = echo("").await;
    let (_front, known) = front(vec![service], Bounds::default()).await;
    assert_eq!(exchange(known.at, &[b"G", b"ET / HT", b"TP/1.1\r\n\r\n"]).await, b"GET / HTTP/1.1\r\n\r\n");
    // What begins like a magic and is none, and what is one and ends too early.
    let nearly = [&PROBE[..15], b"!", &[9; 40]].concat();
    assert_eq!(exchange(known.at, &[&nearly]).await, nearly);
    for length in [1, 15, 16, 47] {
        let cut = &prologue(&LOGS, &[1; 32])[..length];
        assert_eq!(exchange(known.at, &[cut]).await, cut, "{length} bytes");
    }
    let long: Vec<u8> = (0..1_000_000u32).map(|number| number as u8).collect();
    assert_eq!(exchange(known.at, &[&long]).await, long);
    assert_eq!(exchange(known.at, &[]).await, b"", "one that says nothing at all");
}

#[tokio::test]
async fn a_server_may_speak_first() {
    let (service, _) = echo("220 ready\r\n").await;
    let (_front, known) = front(vec![service], Bounds { silent: Duration::from_millis(50), ..Bounds::default() }).await;
    let mut stream = TcpStream::connect(known.at).await.unwrap();
    let mut greeting = [0; 11];
    timeout(SOON, stream.read_exact(&mut greeting)).await.expect("it greets").unwrap();
    assert_eq!(&greeting, b"220 ready\r\n");
    stream.write_all(b"HELO").await.unwrap();
    let mut back = [0; 4];
    timeout(SOON, stream.read_exact(&mut back)).await.expect("it answers").unwrap();
    assert_eq!(&back, b"HELO");
}

#[tokio::test]
async fn a_prologue_may_come_byte_by_byte() {
    let (service, connections) = echo("").await;
    let (_front, known) = front(vec![service], Bounds::default()).await;
    let bytes = prologue(&PROBE, &[1; 32]);
    let pieces: Vec<&[u8]> = bytes.chunks(1).collect();
    assert_eq!(exchange(known.at, &pieces).await.len(), 64);
    assert_eq!(connections.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn who_connects_while_nothing_runs_is_told_so_and_a_probe_still_knows_who_is_there() {
    let (front, known) = front(Vec::new(), Bounds::default()).await;
    assert_eq!(exchange(known.at, &[b"hello"]).await, b"");
    known.probe(SOON).await.unwrap();
    let (service, _) = echo("").await;
    front.point_at(vec![service]);
    assert_eq!(exchange(known.at, &[b"hello"]).await, b"hello");
}

#[tokio::test]
async fn connections_are_bounded_and_idle_ones_end() {
    let (service, _) = echo("").await;
    let bounds = Bounds { connections: 1, idle: Duration::from_millis(300), ..Bounds::default() };
    let (_front, known) = front(vec![service], bounds).await;
    let mut one = TcpStream::connect(known.at).await.unwrap();
    one.write_all(b"x").await.unwrap();
    let mut back = [0; 1];
    timeout(SOON, one.read_exact(&mut back)).await.unwrap().unwrap();
    let mut other = TcpStream::connect(known.at).await.unwrap();
    other.write_all(b"y").await.unwrap();
    let ended = timeout(SOON, other.read(&mut back)).await.expect("it is not kept waiting");
    assert!(matches!(ended, Ok(0) | Err(_)), "there is room for one");
    // Trackers come in all the same.
    known.probe(SOON).await.unwrap();
    let ended = timeout(SOON, one.read(&mut back)).await.expect("an idle one ends");
    assert!(matches!(ended, Ok(0) | Err(_)));
}

#[tokio::test]
async fn a_path_is_asked_through_the_front() {
    let app = axum::Router::new()
        .route("/well", axum::routing::get(|| async { "yes" }))
        .route("/moved", axum::routing::get(|| async { axum::response::Redirect::to("/well") }))
        .route("/ill", axum::routing::get(|| async { axum::http::StatusCode::SERVICE_UNAVAILABLE }));
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let service = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, app).await });
    let (_front, known) = front(vec![service], Bounds::default()).await;
    known.health("/well", SOON).await.unwrap();
    known.health("/moved?a=b", SOON).await.unwrap();
    assert!(matches!(known.health("/ill", SOON).await, Err(AskError::Unwell { status: 503, .. })));
    assert!(matches!(known.health("/nothing", SOON).await, Err(AskError::Unwell { status: 404, .. })));
    let (no_http, _) = echo("what?\r\n\r\n").await;
    assert!(matches!(Known { at: no_http, ..known }.health("/well", SOON).await, Err(AskError::NoHttp { .. })));
    // One that accepts and says nothing.
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let at = silent.local_addr().unwrap();
    assert!(matches!(Known { at, ..known }.health("/", Duration::from_millis(200)).await, Err(AskError::TimedOut { .. })));
}
