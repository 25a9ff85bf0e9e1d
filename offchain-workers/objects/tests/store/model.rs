//! Random operations against a simple model, with the store opened anew in between.

use std::collections::BTreeMap;

use bytes::Bytes;
use idlewild_objects::{Conditions, Listed, NewVersion, PutError, Store, VersionId, Versioning, VersionsQuery};
use proptest::prelude::*;
use tempfile::TempDir;

use crate::common::*;

#[derive(Clone, Debug)]
enum Step {
    Put { key: usize, size: usize, only_new: bool },
    Copy { from: usize, to: usize },
    Delete { key: usize },
    DeleteVersion { key: usize, which: usize },
    Versioning(Versioning),
    Reopen,
    List { prefix: usize, delimited: bool, limit: usize },
}

const KEYS: [&str; 8] = ["a", "a/b", "a/b/c", "a/c", "b", "b/", "b\0c", "c"];
const PREFIXES: [&str; 4] = ["", "a", "a/", "b"];

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let size = prop_oneof![4 => 0usize..5000, 1 => 200_000usize..400_000, 1 => 1_050_000usize..1_300_000];
    let step = prop_oneof![
        8 => (0..KEYS.len(), size, any::<bool>()).prop_map(|(key, size, only_new)| Step::Put { key, size, only_new }),
        2 => (0..KEYS.len(), 0..KEYS.len()).prop_map(|(from, to)| Step::Copy { from, to }),
        4 => (0..KEYS.len()).prop_map(|key| Step::Delete { key }),
        4 => (0..KEYS.len(), 0usize..4).prop_map(|(key, which)| Step::DeleteVersion { key, which }),
        1 => prop_oneof![Just(Versioning::Enabled), Just(Versioning::Suspended)].prop_map(Step::Versioning),
        1 => Just(Step::Reopen),
        3 => (0..PREFIXES.len(), any::<bool>(), 1usize..5).prop_map(|(prefix, delimited, limit)| Step::List { prefix, delimited, limit }),
    ];
    proptest::collection::vec(step, 1..40)
}

/// A version in the model: its id, and its bytes unless it is a delete marker.
type Kept = (VersionId, Option<Bytes>);

#[derive(Default)]
struct Model {
    versioning: Versioning,
    /// The versions of each key, the newest first.
    keys: BTreeMap<String, Vec<Kept>>,
}

impl Model {
    fn current(&self, key: &str) -> Option<&Bytes> {
        self.keys.get(key)?.first()?.1.as_ref()
    }

    fn push(&mut self, key: &str, kept: Kept) {
        let versions = self.keys.entry(key.into()).or_default();
        if kept.0.is_null() {
            versions.retain(|(id, _)| !id.is_null());
        }
        versions.insert(0, kept);
    }
}

async fn run(steps: Vec<Step>) {
    let (folder, mut store): (TempDir, Store) = store().await;
    let mut model = Model::default();
    for step in steps {
        match step {
            Step::Put { key, size, only_new } => {
                let body = bytes(size);
                let if_none_match = only_new.then(|| "*".to_owned());
                let new =
                    NewVersion { conditions: Conditions { if_none_match, ..Conditions::default() }, ..NewVersion::default() };
                match try_put(&store, KEYS[key], &body, new).await {
                    Ok(version) => {
                        assert!(!only_new || model.current(KEYS[key]).is_none());
                        assert_eq!(version.id.is_null(), model.versioning != Versioning::Enabled);
                        model.push(KEYS[key], (version.id, Some(body)));
                    },
                    Err(PutError::PreconditionFailed) => assert!(only_new && model.current(KEYS[key]).is_some()),
                    Err(error) => panic!("{error}"),
                }
            },
            Step::Copy { from, to } => {
                let Some(body) = model.current(KEYS[from]).cloned() else { continue };
                let source = store.head(BUCKET, KEYS[from], None).unwrap().unwrap();
                let version = store.copy(&source, BUCKET, KEYS[to], NewVersion::default()).await.unwrap();
                model.push(KEYS[to], (version.id, Some(body)));
            },
            Step::Delete { key } => {
                let deleted = store.delete(BUCKET, KEYS[key], None, &Conditions::default(), false).await.unwrap();
                match model.versioning {
                    Versioning::Off => drop(model.keys.remove(KEYS[key])),
                    _ => model.push(KEYS[key], (deleted.version.unwrap(), None)),
                }
            },
            Step::DeleteVersion { key, which } => {
                let Some(versions) = model.keys.get_mut(KEYS[key]).filter(|versions| !versions.is_empty()) else { continue };
                let (id, body) = versions.remove(which % versions.len());
                let deleted = store.delete(BUCKET, KEYS[key], Some(&id), &Conditions::default(), false).await.unwrap();
                assert_eq!((deleted.version, deleted.marker), (Some(id), body.is_none()));
            },
            Step::Versioning(versioning) => {
                store.set_versioning(BUCKET, versioning).await.unwrap();
                model.versioning = versioning;
            },
            Step::Reopen => store = reopen(&folder, store).await,
            Step::List { prefix, delimited, limit } => pages(&store, &model, PREFIXES[prefix], delimited, limit),
        }
    }
    check(&store, &model).await;
    check(&reopen(&folder, store).await, &model).await;
}

fn pages(store: &Store, model: &Model, prefix: &str, delimited: bool, limit: usize) {
    let mut expected: Vec<String> = Vec::new();
    for key in model.keys.keys().filter(|key| key.starts_with(prefix) && model.current(key).is_some()) {
        let rolled = key[prefix.len()..].find('/').filter(|_| delimited).map(|at| key[..=prefix.len() + at].to_owned());
        let name = rolled.unwrap_or_else(|| key.clone());
        if expected.last() != Some(&name) {
            expected.push(name);
        }
    }
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let delimiter = delimited.then(|| "/".to_owned());
        let query = idlewild_objects::ListQuery { prefix: prefix.into(), delimiter, after, limit };
        let listing = store.list(BUCKET, &query).unwrap();
        found.extend(names(listing.entries));
        after = listing.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(found, expected);
}

async fn check(store: &Store, model: &Model) {
    let listing = store.list_versions(BUCKET, &VersionsQuery { limit: 1000, ..VersionsQuery::default() }).unwrap();
    let mut found = Vec::new();
    for entry in listing.entries {
        let Listed::Object(version) = entry else { panic!("no delimiter was given") };
        let body = if version.is_delete_marker { None } else { Some(read(store, &version).await) };
        assert_eq!(store.head(BUCKET, &version.key, Some(&version.id)).unwrap().as_ref(), Some(&version));
        found.push((version.key, version.id, body, version.is_current));
    }
    let mut expected = Vec::new();
    for (key, versions) in &model.keys {
        for (at, (id, body)) in versions.iter().enumerate() {
            expected.push((key.clone(), id.clone(), body.clone(), at == 0));
        }
    }
    assert!(found == expected, "{:?}", found.iter().map(|found| (&found.0, &found.1)).collect::<Vec<_>>());
    for key in KEYS {
        assert!(get(store, key).await.as_ref() == model.current(key), "{key}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn a_store_does_as_the_model(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(run(steps));
    }
}
