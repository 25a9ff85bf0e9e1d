//! A store that was killed in the middle of many writes, and disks that lost what was not yet on them.

use std::{
    collections::HashMap,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use bytes::Bytes;
use idlewild_objects::{Conditions, ListQuery, Listed, NewVersion, Store, Versioning};

use crate::common::*;

const FOLDER: &str = "STORE_OF_THE_STORM";

/// The body that goes with a seed.
fn body_of(seed: u64) -> Bytes {
    let size = match seed % 16 {
        0 => 1_100_000 + seed as usize % 900_000,
        1..=3 => 100_000,
        4 => 0,
        _ => 1 + seed as usize % 8000,
    };
    let mut bytes = vec![0; size];
    blake3::Hasher::new().update(&seed.to_le_bytes()).finalize_xof().fill(&mut bytes);
    bytes.into()
}

const WRITERS: u64 = 16;

/// What one of the writers does in one round, after all that it did before.
struct Turn {
    seed: u64,
    key: String,
    /// It deletes what it put, before it says so.
    deletes: bool,
}

impl Turn {
    /// `from` is another one in each process, and higher in later ones.
    fn of(from: u64, writer: u64, round: u64) -> Self {
        let seed = (from << 32) + (writer << 20) + round;
        // Every other key is overwritten again and again.
        let key = if round % 2 == 0 { format!("{seed}") } else { format!("again-{writer}") };
        Self { seed, key, deletes: round % 7 == 6 }
    }
}

/// Runs in a process of its own, until it is killed: says on the standard output what was acknowledged.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "the child of the tests below"]
async fn storm() {
    let folder = PathBuf::from(std::env::var_os(FOLDER).unwrap());
    let store = Store::open(&folder, options()).await.unwrap();
    let from: u64 = store.list(BUCKET, &ListQuery { limit: 1_000_000, ..ListQuery::default() }).unwrap().entries.len() as u64;
    let writers = (0..WRITERS).map(|writer| {
        let store = store.clone();
        tokio::spawn(async move {
            for round in 0.. {
                let Turn { seed, key, deletes } = Turn::of(from, writer, round);
                let staged = stage(&store, BUCKET, &body_of(seed)).await;
                let new = NewVersion { user: vec![("seed".into(), seed.to_string())], ..NewVersion::default() };
                store.put(BUCKET, &key, staged, new).await.unwrap();
                if deletes {
                    store.delete(BUCKET, &key, None, &Conditions::default(), false).await.unwrap();
                }
                // In one piece: the pipe keeps it whole.
                std::io::stdout().lock().write_all(format!("\ndone {writer} {round}\n").as_bytes()).unwrap();
            }
        })
    });
    futures::future::join_all(writers).await;
}

/// Whether all that a store shows is whole: its bytes are those of the seed that came with them.
async fn all_whole(store: &Store) -> HashMap<String, u64> {
    let query = ListQuery { limit: 1_000_000, ..ListQuery::default() };
    let mut found = HashMap::new();
    for entry in store.list(BUCKET, &query).unwrap().entries {
        let Listed::Object(version) = entry else { panic!("no delimiter was given") };
        let seed: u64 = version.user[0].1.parse().unwrap();
        assert!(read(store, &version).await == body_of(seed), "{} is damaged", version.key);
        found.insert(version.key, seed);
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_outlives_a_kill() {
    let (folder, store) = store().await;
    store.close().await;
    drop(store);
    drop(open_soon(folder.path()).await);
    // What there is, and what there is no more.
    let mut known: HashMap<String, Option<u64>> = HashMap::new();
    for acknowledgements in [40, 200, 90] {
        let from = known.values().flatten().count() as u64;
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["crash::storm", "--exact", "--ignored", "--nocapture"])
            .env(FOLDER, folder.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut seen = 0;
        let mut next = [0; WRITERS as usize];
        let mut note = |line: String| {
            let words: Vec<&str> = line.split(' ').collect();
            let ["done", writer, round] = words[..] else { return 0 };
            let (writer, round): (u64, u64) = (writer.parse().unwrap(), round.parse().unwrap());
            let turn = Turn::of(from, writer, round);
            known.insert(turn.key, (!turn.deletes).then_some(turn.seed));
            assert_eq!(std::mem::replace(&mut next[writer as usize], round + 1), round);
            1
        };
        while seen < acknowledgements {
            seen += note(lines.next().expect("the child writes until it is killed").unwrap());
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // Some were acknowledged between the last look and the kill.
        for line in lines.map_while(Result::ok) {
            note(line);
        }
        // Each writer may have done one thing more that it did not come to say.
        let unsaid: HashMap<String, Turn> = (0..WRITERS)
            .map(|writer| Turn::of(from, writer, next[writer as usize]))
            .map(|turn| (turn.key.clone(), turn))
            .collect();
        let store = open_soon(folder.path()).await;
        let found = all_whole(&store).await;
        for key in found.keys() {
            known.entry(key.clone()).or_insert(None);
        }
        for (key, is) in &mut known {
            let now = found.get(key).copied();
            let may_be = unsaid.get(key).is_some_and(|turn| now == Some(turn.seed) || (now.is_none() && turn.deletes));
            assert!(now == *is || may_be, "{key} is {now:?} where {is:?} was acknowledged");
            // From here on that is how it is.
            *is = now;
        }
        store.close().await;
    }
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).unwrap();
        }
    }
}

fn journal(folder: &Path) -> PathBuf {
    let mut journals: Vec<_> = std::fs::read_dir(folder.join("meta")).unwrap().map(|entry| entry.unwrap().path()).collect();
    journals.retain(|path| path.extension().is_some_and(|extension| extension == "jnl"));
    assert_eq!(journals.len(), 1);
    journals.remove(0)
}

/// Bytes up to the last that is not zero: it is preallocated.
fn written(journal: &Path) -> usize {
    std::fs::read(journal).unwrap().iter().rposition(|byte| *byte != 0).unwrap() + 1
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_journal_whose_end_was_not_on_the_disk_loses_only_that() {
    let (folder, store) = store_with(Versioning::Enabled).await;
    let put_seed = |seed: u64| {
        let store = store.clone();
        async move {
            let staged = stage(&store, BUCKET, &body_of(seed)).await;
            let new = NewVersion { user: vec![("seed".into(), seed.to_string())], ..NewVersion::default() };
            store.put(BUCKET, &seed.to_string(), staged, new).await.unwrap();
        }
    };
    for seed in 0..20 {
        put_seed(seed).await;
    }
    let synced = written(&journal(folder.path()));
    // Each batch waits for the disk, so that one alone can be torn.
    put_seed(21).await;
    let all = written(&journal(folder.path()));
    assert!(all > synced);
    for cut in [synced, synced + 1, synced + 40, (synced + all) / 2, all - 9, all - 1, all] {
        // Cut short; and with zeros where nothing had come to the disk, or with what comes after those.
        for hole in [None, Some(usize::MAX), Some(64)] {
            let copy = tempfile::tempdir().unwrap();
            copy_folder(folder.path(), copy.path());
            let path = journal(copy.path());
            let mut bytes = std::fs::read(&path).unwrap();
            match hole {
                None => bytes.truncate(cut),
                Some(length) => {
                    let end = cut.saturating_add(length).min(bytes.len());
                    bytes[cut..end].fill(0);
                },
            }
            std::fs::write(&path, bytes).unwrap();
            let store = open_soon(copy.path()).await;
            let found = all_whole(&store).await;
            for seed in 0..20u64 {
                assert_eq!(found.get(&seed.to_string()), Some(&seed), "cut at {cut}");
            }
            let staged = stage(&store, BUCKET, &body_of(99)).await;
            let new = NewVersion { user: vec![("seed".into(), "99".into())], ..NewVersion::default() };
            store.put(BUCKET, "99", staged, new).await.unwrap();
            let store = {
                store.close().await;
                drop(store);
                open_soon(copy.path()).await
            };
            assert!(all_whole(&store).await.contains_key("99"));
        }
    }
}
