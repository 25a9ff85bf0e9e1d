//! What the program writes to its log: lines for people, or a JSON object a line.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{
    fs,
    io::{BufRead, BufReader, Read},
    process::{Child, Command, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use serde_json::Value;

/// How long the next line, or the end, may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// A node that is not there.
const NODE: &str = "ws://127.0.0.1:1";
/// What the worker then says again and again.
const WAITS: &str = "waiting for the node";

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Already gone where the test stopped it.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// All lines of a worker that waits for its node, from its start until a supervisor stops it.
fn logged(format: &str) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("idlewild-worker.toml");
    let worker = || Command::new(env!("CARGO_BIN_EXE_idlewild-worker"));
    let mut init = worker();
    init.arg("init").arg("--dir").arg(folder.path());
    let made = init.args(["--operator", "//Logging", "--node", NODE, "--rpc", "127.0.0.1:0"]).output().unwrap();
    assert!(made.status.success(), "{made:?}");
    let text = fs::read_to_string(&config).unwrap();
    let default = "format = \"text\"";
    assert!(text.contains(default), "{text}");
    fs::write(&config, text.replace(default, &format!("format = \"{format}\""))).unwrap();

    let mut run = worker();
    run.arg("run").arg("--config").arg(&config).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = Running(run.spawn().unwrap());
    let log = BufReader::new(running.0.stderr.take().unwrap());
    let (sender, lines) = mpsc::channel();
    thread::spawn(move || log.lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
    let mut logged: Vec<String> = Vec::new();
    while logged.last().is_none_or(|line| !line.contains(WAITS)) {
        let line = lines.recv_timeout(PATIENCE);
        let line = line.unwrap_or_else(|reason| panic!("it does not say that it waits ({reason}): {logged:?}"));
        logged.push(line);
    }
    let asked = Command::new("kill").args(["-TERM", &running.0.id().to_string()]).status().unwrap();
    assert!(asked.success());
    // The log ends when the process does.
    loop {
        match lines.recv_timeout(PATIENCE) {
            Ok(line) => logged.push(line),
            Err(RecvTimeoutError::Disconnected) => break,
            Err(RecvTimeoutError::Timeout) => panic!("it does not end: {logged:?}"),
        }
    }
    let status = running.0.wait().unwrap();
    assert!(status.success(), "it ended with {status}: {logged:?}");
    let mut said = String::new();
    running.0.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(said.is_empty(), "the log alone is written, and to standard error: {said}");
    logged
}

#[test]
fn collectors_get_a_json_object_a_line() {
    let lines = logged("json");
    let read = |line: &String| -> Value { serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")) };
    let objects: Vec<Value> = lines.iter().map(read).collect();
    for object in &objects {
        let texts = [&object["timestamp"], &object["level"], &object["target"], &object["fields"]["message"]];
        assert!(texts.into_iter().all(Value::is_string), "{object}");
    }
    let waits = objects.iter().find(|object| object["fields"]["message"] == WAITS).expect("it says what it waits for");
    assert_eq!(waits["level"], "WARN");
    assert_eq!(waits["target"], "idlewild_worker::commands::run");
    let error = waits["fields"]["error"].as_str().expect("the error is a field of its own");
    assert!(error.contains(NODE), "{error}");
}

#[test]
fn people_get_text_and_a_file_no_colours() {
    let lines = logged("text");
    let waits = lines.iter().find(|line| line.contains(WAITS)).expect("it says what it waits for");
    assert!(waits.contains("WARN") && waits.contains(NODE), "{waits}");
    assert!(serde_json::from_str::<Value>(waits).is_err(), "{waits}");
    assert!(lines.iter().all(|line| !line.contains('\u{1b}')), "{lines:?}");
}
