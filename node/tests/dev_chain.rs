//! Starts the real node as a user would, with no file, and watches it make blocks.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, Receiver, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

/// Generous: the wasm is compiled at the first start, and the machine may be building something beside us.
const START_LIMIT: Duration = Duration::from_secs(120);
/// Longer than the minute after which the SDK names the tasks that have not ended, and goes.
const STOP_LIMIT: Duration = Duration::from_secs(90);
/// As many as a panic of the node fills, with its trace, and some before it.
const LAST_LINES: usize = 80;

/// A node that does not outlive the test.
struct Node {
    process: Child,
    lines: Receiver<String>,
    seen: Vec<String>,
}

impl Node {
    fn start(arguments: &[&str]) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_idlewild-node"))
            .args(arguments)
            .args(["--tmp", "--listen-addr", "/ip4/127.0.0.1/tcp/0", "--rpc-port", "0"])
            .args(["--no-prometheus", "--no-telemetry", "--no-mdns"])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, lines) = mpsc::channel();
        let log = BufReader::new(process.stderr.take().unwrap());
        thread::spawn(move || log.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Self { process, lines, seen: Vec::new() }
    }

    /// Reads the log until a line has this in it.
    fn wait_for(&mut self, text: &str) {
        let deadline = Instant::now() + START_LIMIT;
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => {
                    let found = line.contains(text);
                    self.seen.push(line);
                    if found {
                        return;
                    }
                },
                Err(reason) => panic!("no `{text}` in the log ({reason}):\n{}", self.seen.join("\n")),
            }
        }
    }

    /// Asks the node to stop, as Ctrl-C does, and waits until it has, without an error.
    fn stop(mut self) {
        let asked = Command::new("kill").args(["-INT", &self.process.id().to_string()]).status().unwrap();
        assert!(asked.success());
        let deadline = Instant::now() + STOP_LIMIT;
        // The log ends when the process does.
        loop {
            match self.lines.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(line) => self.seen.push(line),
                Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => panic!("the node ignored Ctrl-C:\n{}", self.last_lines()),
            }
        }
        let status = self.process.wait().unwrap();
        // The status names the signal, where one ended it.
        assert!(status.success(), "after Ctrl-C the node ended with {status}:\n{}", self.last_lines());
    }

    fn last_lines(&self) -> String {
        self.seen[self.seen.len().saturating_sub(LAST_LINES)..].join("\n")
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        // Already gone where the test stopped it.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

#[test]
fn a_development_chain_starts_with_no_file_and_makes_blocks() {
    let mut node = Node::start(&["--dev", "--dev-block-time", "1000"]);
    node.wait_for("Idlewild Development");
    node.wait_for("Imported #1 ");
    let first = Instant::now();
    node.wait_for("Imported #4 ");
    let three_blocks = first.elapsed();
    assert!(three_blocks >= Duration::from_secs(2), "three blocks in {three_blocks:?}");
    node.stop();
}

#[test]
fn an_unknown_chain_is_refused_with_the_names_of_the_known_ones() {
    let output = Command::new(env!("CARGO_BIN_EXE_idlewild-node")).args(["--chain", "nowhere", "--tmp"]).output().unwrap();
    assert!(!output.status.success());
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(error.contains("there is no chain `nowhere`") && error.contains("dev, local"), "{error}");
}
