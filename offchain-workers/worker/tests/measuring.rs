//! Measuring a machine in a process of its own.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::{
    io::Read,
    process::{Child, Command, Stdio},
};

use serde_json::Value;

fn measuring(folder: &tempfile::TempDir) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_idlewild-worker"));
    command.arg("measure").arg(folder.path()).stdin(Stdio::piped()).stdout(Stdio::piped());
    command.spawn().unwrap()
}

#[test]
fn figures_are_said_once_and_nothing_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let mut child = measuring(&folder);
    let held = child.stdin.take();
    let mut said = String::new();
    child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(child.wait().unwrap().success());
    drop(held);
    let said: Value = serde_json::from_str(&said).unwrap();
    for part in ["core", "memory", "disk"] {
        assert!(said["measured"]["grade"][part].as_u64().unwrap() > 0, "{said}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn it_ends_when_whoever_began_it_is_gone() {
    let folder = tempfile::tempdir().unwrap();
    // On a machine with too much to do it may be done before it has heard of that.
    let ended = (0..20).any(|_| {
        let mut child = measuring(&folder);
        drop(child.stdin.take());
        let mut said = String::new();
        child.stdout.take().unwrap().read_to_string(&mut said).unwrap();
        !child.wait().unwrap().success() && said.is_empty()
    });
    assert!(ended);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
