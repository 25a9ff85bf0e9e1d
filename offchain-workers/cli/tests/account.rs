//! The command itself, as scripts run it.
#![allow(clippy::unwrap_used)]

use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
};

fn idlewild(home: &Path, password: Option<&str>, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_idlewild"));
    command.args(args).env("IDLEWILD_HOME", home).env_remove("IDLEWILD_PASSWORD").stdin(Stdio::null());
    if let Some(password) = password {
        command.env("IDLEWILD_PASSWORD", password);
    }
    command.output().unwrap()
}

fn json(output: &Output) -> serde_json::Value {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn error(output: &Output) -> String {
    assert!(!output.status.success());
    assert!(output.stdout.is_empty());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn an_account_is_made_shown_moved_and_listed() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    let made = json(&idlewild(home, Some("secret"), &["--json", "account", "new", "mine"]));
    let words = made["mnemonic"].as_str().unwrap();
    assert_eq!(words.split(' ').count(), 12);

    let password = home.join("password");
    fs::write(&password, "secret\n").unwrap();
    let password = password.to_str().unwrap();
    let shown = idlewild(home, None, &["account", "export", "mine", "--secret", "--json", "--password-file", password]);
    let shown = json(&shown);
    assert_eq!(shown["mnemonic"], made["mnemonic"]);
    assert_eq!(shown["address"], made["address"]);

    let imported = idlewild(home, Some("other"), &["account", "import", "again", "--suri", words, "--json"]);
    assert_eq!(json(&imported)["address"], made["address"]);
    let exported = json(&idlewild(home, None, &["account", "export", "mine"]));
    let file = home.join("mine-exported.json");
    fs::write(&file, exported.to_string()).unwrap();
    let moved = idlewild(home, None, &["account", "import", "moved", "--file", file.to_str().unwrap(), "--json"]);
    let moved = json(&moved);
    assert_eq!(moved["public_key"], made["public_key"]);
    assert!(made["public_key"].as_str().unwrap().starts_with("0x"));
    for answer in [&made, &shown, &moved] {
        let keys: Vec<_> = answer.as_object().unwrap().keys().collect();
        assert!(keys.iter().all(|key| !key.contains(char::is_uppercase)), "{keys:?} are written as in all other answers");
    }

    let list = json(&idlewild(home, None, &["account", "ls", "--json"]));
    let names: Vec<_> = list.as_array().unwrap().iter().map(|account| account["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["again", "mine", "moved"]);
}

#[test]
fn test_accounts_come_from_their_uri() {
    let home = tempfile::tempdir().unwrap();
    let alice = idlewild(home.path(), Some("x"), &["account", "import", "alice", "--suri", "//Alice"]);
    assert!(alice.status.success());
    let list = idlewild(home.path(), None, &["account", "ls"]);
    let list = String::from_utf8(list.stdout).unwrap();
    assert_eq!(list, "alice  5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY\n");
}

#[test]
fn a_new_account_comes_with_a_warning() {
    let home = tempfile::tempdir().unwrap();
    let made = idlewild(home.path(), Some("x"), &["account", "new", "mine", "--words", "24"]);
    assert!(String::from_utf8(made.stdout).unwrap().contains("WRITE THESE WORDS DOWN NOW"));
}

#[test]
fn bad_input_is_named_and_changes_nothing() {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    idlewild(home, Some("right"), &["account", "new", "mine"]);
    let said = |password, args: &[&str]| error(&idlewild(home, password, args));
    assert!(said(Some("wrong"), &["account", "export", "mine", "--secret"]).contains("password of account mine is wrong"));
    assert!(said(Some("right"), &["account", "new", "mine"]).contains("account mine already"));
    assert!(said(Some("right"), &["account", "new", "../mine"]).contains("cannot be an account's name"));
    assert!(said(Some(""), &["account", "new", "other"]).contains("the password is empty"));
    assert!(said(None, &["account", "new", "other", "--password-file", "/no/such"]).contains("/no/such"));
    assert!(said(Some("x"), &["account", "import", "other", "--suri", "a b c"]).contains("not 3"));
    assert!(said(None, &["account", "export", "nobody"]).contains("there is no account nobody"));
    assert!(said(None, &["account", "import", "other", "--file", "/no/such"]).contains("cannot read /no/such"));
    let list = json(&idlewild(home, None, &["account", "ls", "--json"]));
    assert_eq!(list.as_array().unwrap().len(), 1);
}

#[test]
fn completions_are_printed() {
    let home = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish"] {
        let script = idlewild(home.path(), None, &["completions", shell]);
        assert!(script.status.success());
        assert!(String::from_utf8(script.stdout).unwrap().contains("account"), "{shell}");
    }
}
