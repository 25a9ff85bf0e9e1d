//! What the command says before it needs a chain.
#![allow(clippy::unwrap_used)]

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Output, Stdio},
    time::{Duration, Instant},
};

fn idlewild(home: &Path, input: &str, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_idlewild"));
    command.args(args).env("IDLEWILD_HOME", home).env("IDLEWILD_PASSWORD", "x");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // Whoever does not read it has closed it.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child.wait_with_output().unwrap()
}

fn refused(output: &Output) -> String {
    assert!(!output.status.success());
    assert!(output.stdout.is_empty());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_script_gives_its_mnemonic_on_standard_input() {
    let home = tempfile::tempdir().unwrap();
    let words = "bottom drive obey lake curtain smoke basket hold race lonely fit walk\n";
    let imported = idlewild(home.path(), words, &["account", "import", "script", "--json"]);
    assert!(imported.status.success(), "{}", String::from_utf8_lossy(&imported.stderr));
    let account: serde_json::Value = serde_json::from_slice(&imported.stdout).unwrap();
    assert_eq!(account["address"], "5DfhGyQdFobKM8NsWvEeAKk5EQQgYe9AydgJ7rMB6E1EqRzV");
    assert!(refused(&idlewild(home.path(), "bottom drive\n", &["account", "import", "other"])).contains("not 2"));
}

#[test]
fn two_files_that_would_replace_each_other_are_refused_before_anything_is_asked() {
    let home = tempfile::tempdir().unwrap();
    let path = |name: &str| home.path().join(name).to_str().unwrap().to_owned();
    for folder in ["a", "b"] {
        fs::create_dir(path(folder)).unwrap();
        fs::write(path(&format!("{folder}/x")), folder).unwrap();
    }
    let said = refused(&idlewild(home.path(), "", &["put", "--yes", &path("a/x"), &path("b/x")]));
    assert!(said.contains("would both be stored as \"x\"") && said.contains("--to"), "{said}");
    let socket = std::os::unix::net::UnixListener::bind(path("socket")).unwrap();
    let said = refused(&idlewild(home.path(), "", &["put", "--yes", &path("socket")]));
    assert!(said.contains("is a socket"), "{said}");
    drop(socket);
}

#[test]
fn a_node_that_is_not_there_is_named_at_once() {
    let home = tempfile::tempdir().unwrap();
    for node in ["ws://127.0.0.1:1", "wss://127.0.0.1:1", "http://127.0.0.1:1"] {
        let begun = Instant::now();
        let said = refused(&idlewild(home.path(), "", &["--node", node, "miners"]));
        assert!(said.contains("no node answers") && said.contains("refused") && said.contains("--node"), "{said}");
        assert!(begun.elapsed() < Duration::from_secs(10), "{node}");
    }
    for node in ["127.0.0.1:9944", "ftp://node"] {
        let said = refused(&idlewild(home.path(), "", &["--node", node, "miners"]));
        assert!(said.contains("no address of a node"), "{said}");
    }
}

#[test]
fn logs_go_to_standard_error_where_they_are_asked_for() {
    let home = tempfile::tempdir().unwrap();
    let said = |args: &[&str], log: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_idlewild"));
        command.args(args).args(["--node", "ws://127.0.0.1:1", "--json", "miners"]);
        refused(&command.env("IDLEWILD_HOME", home.path()).env("RUST_LOG", log).output().unwrap())
    };
    assert!(!said(&[], "").contains("INFO"));
    assert!(said(&["-v"], "").contains("INFO connecting with the node"));
    assert!(said(&[], "idlewild=info").contains("INFO connecting with the node"));
    assert!(!said(&["-v"], "off").contains("INFO"));
    assert!(said(&[], "idlewild=loud").contains("RUST_LOG"));
}

#[test]
fn a_file_that_is_there_is_not_replaced() {
    let home = tempfile::tempdir().unwrap();
    let there = home.path().join("there");
    fs::write(&there, "old").unwrap();
    let said = refused(&idlewild(home.path(), "", &["get", "stored", "--output", there.to_str().unwrap()]));
    assert!(said.contains("exists already") && said.contains("--force"), "{said}");
    assert_eq!(fs::read_to_string(&there).unwrap(), "old");
}
