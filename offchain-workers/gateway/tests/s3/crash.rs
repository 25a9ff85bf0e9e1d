//! A server that is killed, again and again, while clients write.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use futures::future::join_all;
use rand::Rng;

use crate::support::{Client, Key, Request};

const ROUNDS: usize = 6;
const WRITERS: usize = 8;

/// The example, which `cargo test` and nextest build beside the tests.
fn example() -> PathBuf {
    let tests = std::env::current_exe().unwrap();
    let path = tests.parent().unwrap().parent().unwrap().join("examples/s3_local");
    assert!(path.exists(), "{} is not built: cargo build --release -p idlewild-gateway --example s3_local", path.display());
    path
}

struct Server {
    child: Child,
    address: SocketAddr,
}

impl Server {
    fn start(folder: &Path) -> Self {
        let mut child = Command::new(example())
            .args(["--listen", "127.0.0.1:0", "--segment-mib", "1", "--dir"])
            .arg(folder)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().rsplit('/').next().unwrap().parse().expect("the address that it listens on");
        Self { child, address }
    }

    fn client(&self) -> Client {
        Client { server: self.address, key: Key::new("local", "localsecret") }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // SIGKILL.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What a key may be after the server was killed.
#[derive(Default)]
struct Possible {
    /// Whether a write of it was acknowledged.
    is_there: bool,
    /// The last acknowledged, and those that were under way since.
    bodies: Vec<Vec<u8>>,
}

/// Writes until the server is gone. What was acknowledged, and what was under way.
async fn write(s3: Client, writer: usize, round: usize) -> (Vec<(String, Vec<u8>)>, Option<(String, Vec<u8>)>) {
    let mut done = Vec::new();
    for number in 0.. {
        let key = format!("{writer}/{}", number % 5);
        let length = [0, 10, 5_000, 300_000, 1_500_000][(number + writer) % 5];
        let body: Vec<u8> = format!("{round}-{writer}-{number}-").bytes().cycle().take(length).collect();
        let put = Request::new("PUT", &format!("/box/{key}")).body(body.clone()).sign(&s3.key, &s3.host());
        match s3.exchange(&put).await {
            Ok(answer) => {
                answer.is(200);
                done.push((key, body));
            },
            Err(_) => return (done, Some((key, body))),
        }
    }
    (done, None)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_acknowledged_is_lost_and_nothing_is_half_there() {
    let folder = tempfile::tempdir().unwrap();
    let mut known: HashMap<String, Possible> = HashMap::new();
    let server = Server::start(folder.path());
    server.client().bucket("box").await;
    drop(server);
    let mut acknowledged = 0;
    for round in 0..=ROUNDS {
        let mut server = Server::start(folder.path());
        for (key, possible) in &mut known {
            let answer = server.client().get(&format!("/box/{key}")).await;
            if answer.status == 404 {
                assert!(!possible.is_there, "round {round}: {key} was acknowledged and is lost");
                possible.bodies.clear();
                continue;
            }
            let body = answer.is(200).body;
            assert!(possible.bodies.contains(&body), "round {round}: {key} has {} bytes of nobody's", body.len());
            *possible = Possible { is_there: true, bodies: vec![body] };
        }
        if round == ROUNDS {
            break;
        }
        let writers: Vec<_> = (0..WRITERS).map(|writer| tokio::spawn(write(server.client(), writer, round))).collect();
        let pause = rand::thread_rng().gen_range(100..900);
        tokio::time::sleep(Duration::from_millis(pause)).await;
        server.child.kill().unwrap();
        for writer in join_all(writers).await {
            let (done, under_way) = writer.unwrap();
            acknowledged += done.len();
            for (key, body) in done {
                known.insert(key, Possible { is_there: true, bodies: vec![body] });
            }
            if let Some((key, body)) = under_way {
                known.entry(key).or_default().bodies.push(body);
            }
        }
    }
    assert!(acknowledged > ROUNDS * WRITERS, "only {acknowledged} writes were acknowledged: this proves little");
}
