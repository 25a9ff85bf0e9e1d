//! What a worker tells over HTTP: figures to Prometheus, and how it is to programs on this machine, but to no web page.

use std::collections::{BTreeMap, BTreeSet};

use idlewild_worker::status::rpc::Served;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{free_port, setup, ByHand, Site, World, PATIENCE};

const MANUAL: &str = include_str!("../../../../docs/miners.md");
const JSON: &str = "application/json";

/// Figures by their names.
type Figures = BTreeMap<String, f64>;

#[derive(Debug)]
struct Answer {
    status: u16,
    /// In small letters.
    head: String,
    body: String,
}

/// Sends a request, as it stands, that asks for the connection to be closed after the answer.
async fn exchange(address: &str, request: &str) -> Answer {
    let asking = async {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    };
    let answer = tokio::time::timeout(PATIENCE, asking).await.expect("the answer did not end in time");
    let (head, body) = answer.split_once("\r\n\r\n").expect("an answer has a head");
    let status = head.split_whitespace().nth(1).expect("a head has a status").parse::<u16>().unwrap();
    Answer { status, head: head.to_lowercase(), body: body.to_owned() }
}

/// The names in the manual's table.
fn documented() -> BTreeSet<String> {
    let rows = MANUAL.lines().filter(|line| line.starts_with("| `idlewild_"));
    let first_cells = rows.filter_map(|row| row.split('|').nth(1));
    // What is between the first tick and the second, the third and the fourth, and so on.
    first_cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).map(str::to_owned).collect()
}

async fn figures(address: &str) -> Figures {
    let request = format!("GET /metrics HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n");
    let answer = exchange(address, &request).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.head.contains("content-type: text/plain; version=0.0.4"), "{answer:?}");
    let samples = answer.body.lines().filter(|line| !line.starts_with('#'));
    let figures = samples.map(|line| {
        let (name, value) = line.split_once(' ').unwrap_or_else(|| panic!("this is no figure: {line:?}"));
        (name.to_owned(), value.parse::<f64>().unwrap())
    });
    figures.collect()
}

/// Asks for the figures, once with each block, until they are so.
async fn until_figures(world: &World, address: &str, what: &str, are: impl Fn(&Figures) -> bool) -> Figures {
    let asking = async {
        loop {
            let now = figures(address).await;
            if are(&now) {
                return now;
            }
            let best = world.chain.look(|seen| seen.best()).await;
            world.until("a block comes", move |seen| seen.best() > best).await;
        }
    };
    let asked = tokio::time::timeout(PATIENCE, asking).await;
    asked.unwrap_or_else(|_| panic!("the figures did not say this in time: {what}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn prometheus_gets_the_figures_that_the_manual_names() {
    let mut site = Site::new(0);
    let address = format!("127.0.0.1:{}", free_port());
    site.status.metrics = address.clone();
    let world = World::with(setup(), [site]).await;
    let first = figures(&address).await;
    let names: BTreeSet<String> = first.keys().cloned().collect();
    assert_eq!(names, documented());
    assert!(first["idlewild_block"] >= 1.0, "{first:?}");
    assert_eq!((first["idlewild_capacity_bytes"], first["idlewild_bond_coins"]), (f64::from(1u32 << 30), 100.0));
    assert!(first.iter().all(|(name, value)| !name.ends_with("_total") || *value == 0.0), "{first:?}");

    ByHand::new(95).store(&world).await;
    let proven = |now: &Figures| now["idlewild_periods_proven_total"] >= 1.0;
    let later = until_figures(&world, &address, "a period is proven", proven).await;
    assert!(later["idlewild_block"] > first["idlewild_block"], "{later:?}");
    assert_eq!((later["idlewild_slots"], later["idlewild_stored_bytes_total"]), (2.0, f64::from(2u32 * (16 << 10))));
    assert!(later["idlewild_used_bytes"] > 0.0, "{later:?}");
    assert_eq!(later["idlewild_slashed_coins_total"], 0.0);
}

/// The manual's question to a worker, under the name of a host and as content of some type.
fn question(host: &str, kind: &str) -> String {
    let body = r#"{"jsonrpc":"2.0","id":1,"method":"status"}"#;
    let length = body.len();
    format!(
        "POST / HTTP/1.1\r\nhost: {host}\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn the_state_is_told_under_the_names_of_this_machine_only() {
    let served = Served::open("127.0.0.1:0").await.unwrap();
    let address = served.address().unwrap();
    let (place, port) = (address.to_string(), address.port());
    for host in ["localhost", "127.0.0.1", "[::1]"] {
        let answer = exchange(&place, &question(&format!("{host}:{port}"), JSON)).await;
        assert_eq!(answer.status, 200, "{host}: {answer:?}");
        let told: serde_json::Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(told["error"]["message"], "starting", "{host}: {told}");
    }
    // Names that somebody may point at this machine, so that a browser takes it for the place where the page is from.
    for host in ["idlewild.example", "localhost.idlewild.example", "127.0.0.1.idlewild.example", "192.0.2.1"] {
        let answer = exchange(&place, &question(&format!("{host}:{port}"), JSON)).await;
        assert_eq!(answer.status, 403, "{host}: {answer:?}");
        assert!(!answer.body.contains("starting"), "{host}: {answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_page_sends_without_permission_is_refused_and_none_is_given() {
    let served = Served::open("127.0.0.1:0").await.unwrap();
    let place = served.address().unwrap().to_string();
    let page = "origin: http://idlewild.example";
    // A browser sends such content to any host without asking first.
    let answer = exchange(&place, &question(&format!("{place}\r\n{page}"), "text/plain")).await;
    assert_eq!(answer.status, 415, "{answer:?}");
    assert!(!answer.body.contains("starting"), "{answer:?}");
    // For JSON it asks.
    let wish = "access-control-request-method: POST\r\naccess-control-request-headers: content-type";
    let asks = format!("OPTIONS / HTTP/1.1\r\nhost: {place}\r\n{page}\r\n{wish}\r\nconnection: close\r\n\r\n");
    let answer = exchange(&place, &asks).await;
    assert!(!answer.head.contains("access-control-allow"), "{answer:?}");
    // A WebSocket it opens without asking.
    let upgrade = "upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==";
    let opens = format!("GET / HTTP/1.1\r\nhost: {place}\r\n{page}\r\n{upgrade}\r\nconnection: upgrade, close\r\n\r\n");
    let answer = exchange(&place, &opens).await;
    assert_eq!(answer.status, 403, "{answer:?}");
}
