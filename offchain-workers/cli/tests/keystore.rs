//! Accounts on a real disk.
#![allow(clippy::unwrap_used)]

use std::fs;

use idlewild_cli::keystore::{AddError, Cost, Keystore, ReadError, Secret, UnlockError};

const CHEAP: Cost = Cost { log_n: 4, r: 8, p: 1 };
const ALICE: &str = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";

fn keystore() -> (tempfile::TempDir, Keystore) {
    let folder = tempfile::tempdir().unwrap();
    let keystore = Keystore::open(folder.path().join("deep/keys")).unwrap().with_cost(CHEAP);
    (folder, keystore)
}

#[test]
fn an_account_is_kept_and_unlocked() {
    let (_folder, keystore) = keystore();
    let secret = Secret::generate(12).unwrap();
    let account = keystore.add("mine", &secret, "right").unwrap();
    assert_eq!(keystore.account("mine").unwrap(), account);
    let unlocked = keystore.unlock("mine", "right").unwrap();
    assert_eq!(&unlocked.seed, secret.seed());
    assert_eq!(unlocked.account, account);
    assert_eq!(unlocked.signer.public_key().0, account.public);
    assert_eq!(keystore.reveal("mine", "right").unwrap().mnemonic(), secret.mnemonic());
}

#[test]
fn a_test_account_has_its_usual_address() {
    let (_folder, keystore) = keystore();
    let alice = keystore.add("alice", &Secret::from_suri("//Alice").unwrap(), "x").unwrap();
    assert_eq!(alice.ss58, ALICE);
    assert_eq!(hex::encode(alice.public), "d43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d");
}

#[test]
fn a_wrong_password_is_named_and_changes_nothing() {
    let (folder, keystore) = keystore();
    keystore.add("mine", &Secret::generate(12).unwrap(), "right").unwrap();
    let path = folder.path().join("deep/keys/mine.json");
    let before = fs::read(&path).unwrap();
    for wrong in ["wrong", "", "right "] {
        let error = keystore.unlock("mine", wrong).unwrap_err();
        assert!(matches!(&error, UnlockError::WrongPassword(name) if name == "mine"), "{error}");
    }
    assert_eq!(fs::read(&path).unwrap(), before);
    keystore.unlock("mine", "right").unwrap();
}

#[test]
fn names_are_taken_once() {
    let (_folder, keystore) = keystore();
    let first = Secret::generate(12).unwrap();
    keystore.add("mine", &first, "x").unwrap();
    let error = keystore.add("mine", &Secret::generate(12).unwrap(), "x").unwrap_err();
    assert!(matches!(error, AddError::Taken(_)), "{error}");
    assert_eq!(&keystore.unlock("mine", "x").unwrap().seed, first.seed());
    assert!(matches!(keystore.add("../mine", &first, "x"), Err(AddError::Name(_))));
    assert!(matches!(keystore.unlock("../mine", "x"), Err(UnlockError::Read(ReadError::Name(_)))));
    assert!(matches!(keystore.unlock("other", "x"), Err(UnlockError::Read(ReadError::Missing { .. }))));
}

#[test]
fn an_exported_account_moves_to_another_machine() {
    let (_one, here) = keystore();
    let (other, there) = keystore();
    let secret = Secret::generate(24).unwrap();
    here.add("mine", &secret, "right").unwrap();
    let moved = there.add_exported("moved", &here.export("mine").unwrap()).unwrap();
    assert_eq!(moved.name, "moved");
    assert_eq!(&there.unlock("moved", "right").unwrap().seed, secret.seed());
    let out = other.path().join("out.json");
    here.export_to("mine", &out).unwrap();
    assert!(matches!(here.export_to("mine", &out), Err(ReadError::Io { .. })));
    assert_eq!(fs::read_to_string(&out).unwrap(), here.export("mine").unwrap());
    assert!(matches!(there.add_exported("bad", "{}"), Err(AddError::Exported(_))));
}

#[test]
fn damaged_files_are_named_and_hide_no_others() {
    let (folder, keystore) = keystore();
    keystore.add("good", &Secret::generate(12).unwrap(), "x").unwrap();
    let sound = keystore.export("good").unwrap();
    let keys = folder.path().join("deep/keys");
    let changed = |field: &str, value: serde_json::Value| {
        let mut json: serde_json::Value = serde_json::from_str(&sound).unwrap();
        *json.pointer_mut(field).unwrap() = value;
        json.to_string()
    };
    let damages = [
        "nonsense".to_owned(),
        changed("/version", 2.into()),
        changed("/address", ALICE.into()),
        changed("/publicKey", "0x12".into()),
        changed("/kdf/name", "none".into()),
        changed("/kdf/logN", 40.into()),
        changed("/cipher/name", "none".into()),
    ];
    for (index, damage) in damages.iter().enumerate() {
        fs::write(keys.join(format!("bad{index}.json")), damage).unwrap();
    }
    fs::write(keys.join("notes.txt"), "no account").unwrap();
    let listing = keystore.list().unwrap();
    assert_eq!(listing.accounts.len(), 1);
    assert_eq!(listing.damaged.len(), damages.len());
    assert!(listing.damaged.iter().all(|error| matches!(error, ReadError::Damaged { .. })));
}

#[test]
fn a_secret_cannot_be_put_under_another_address() {
    let (folder, keystore) = keystore();
    keystore.add("mine", &Secret::generate(12).unwrap(), "x").unwrap();
    keystore.add("alice", &Secret::from_suri("//Alice").unwrap(), "x").unwrap();
    let read = |name: &str| -> serde_json::Value { serde_json::from_str(&keystore.export(name).unwrap()).unwrap() };
    let (mut mine, alice) = (read("mine"), read("alice"));
    for field in ["address", "publicKey"] {
        mine[field] = alice[field].clone();
    }
    fs::write(folder.path().join("deep/keys/swapped.json"), mine.to_string()).unwrap();
    assert!(keystore.unlock("swapped", "x").is_err());
}

#[cfg(unix)]
#[test]
fn files_are_for_their_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, keystore) = keystore();
    keystore.add("mine", &Secret::generate(12).unwrap(), "x").unwrap();
    let mode = |path: &str| fs::metadata(folder.path().join(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("deep/keys"), 0o700);
    assert_eq!(mode("deep/keys/mine.json"), 0o600);
    assert_eq!(fs::read_dir(folder.path().join("deep/keys")).unwrap().count(), 1, "no temporary file is left");
}

#[test]
fn what_is_secret_is_not_printed() {
    let (_folder, keystore) = keystore();
    let secret = Secret::from_suri("//Alice").unwrap();
    keystore.add("mine", &secret, "x").unwrap();
    let unlocked = keystore.unlock("mine", "x").unwrap();
    let seed = hex::encode(secret.seed().as_slice());
    assert!(!format!("{secret:?} {unlocked:?}").contains("229"), "no bytes of the seed");
    assert!(!keystore.export("mine").unwrap().contains(&seed));
}
