//! How a bucket came about, for its owner: its commits, the versions of a key, and one of them made current again.

use std::{collections::BTreeSet, path::Path, sync::Arc};

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
    Json,
};
use hyper::Method;
use idlewild_chain_client::AccountId32;
use idlewild_objects::{Durability, Store, StoreError, Version, VersionId};
use serde::{Deserialize, Serialize};

use super::{ask, ControlError, Controlled, PATIENCE};

/// Most commits of an answer, and most versions.
const MOST: usize = 1_000;
/// Commits that are looked through for the accounts of writers.
const LOOKED_THROUGH: usize = 10_000;

/// Which history is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HistoryOf {
    /// A bucket, by its name here or its number.
    pub bucket: String,
    /// The versions of this key, and not the commits.
    pub key: Option<String>,
    /// How many at most.
    pub limit: usize,
}

/// What is to be current again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restore {
    /// A bucket, by its name here or its number.
    pub bucket: String,
    /// The object.
    pub key: String,
    /// Which of its versions.
    pub version: String,
}

/// How a bucket came about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct History {
    /// The bucket's name.
    pub bucket: String,
    /// Its commits, the newest first, where no key was named.
    pub commits: Vec<CommitLine>,
    /// The versions of the key that was named, the newest first.
    pub versions: Vec<VersionLine>,
}

/// A commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommitLine {
    /// The lease under which it was written.
    pub epoch: u32,
    /// Its place in the line.
    pub sequence: u64,
    /// Its hash, in hexadecimal.
    pub hash: String,
    /// The commits that it follows.
    pub parents: Vec<String>,
    /// The gateway that wrote it, as an address.
    pub gateway: String,
    /// When, in milliseconds since 1970.
    pub written: i64,
    /// How many changes it has.
    pub changes: u32,
    /// The deal that it is in; none while it waits for the network.
    pub deal: Option<u64>,
    /// Whether no other follows it.
    pub is_head: bool,
}

/// A version of an object.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionLine {
    /// What S3 clients know it by.
    pub id: String,
    /// The gateway that wrote it: its address, or the beginning of its account in hexadecimal where no commit of it is known.
    pub gateway: String,
    /// The lease under which it was written.
    pub epoch: u32,
    /// When, in milliseconds since 1970.
    pub modified: i64,
    /// Bytes.
    pub size: u64,
    /// Its ETag.
    pub etag: String,
    /// Whether it is the newest.
    pub is_current: bool,
    /// Whether it says that the object was deleted.
    pub is_delete_marker: bool,
    /// Whether the network has it.
    pub on_network: bool,
}

/// Answers from a store; an error says why it cannot.
pub(crate) fn of_store(store: &Store, account: &[u8; 32], of: &HistoryOf) -> Result<History, String> {
    let bucket = named(store, &of.bucket)?;
    let said = |error: StoreError| error.to_string();
    let limit = of.limit.clamp(1, MOST);
    let mut history = History { bucket: bucket.clone(), ..History::default() };
    if let Some(key) = &of.key {
        let versions = store.versions_of(&bucket, key, limit).map_err(said)?;
        if versions.is_empty() {
            return Err(format!("the bucket {bucket} has no version of {key:?}"));
        }
        let writers = writers(store, &bucket, account).map_err(said)?;
        history.versions = versions.iter().map(|version| version_line(version, &writers)).collect();
        return Ok(history);
    }
    let heads: BTreeSet<[u8; 32]> = store.heads(&bucket).map_err(said)?.into_iter().map(|head| head.hash).collect();
    let commits = store.history(&bucket, None, limit).map_err(said)?;
    history.commits = commits
        .into_iter()
        .map(|commit| CommitLine {
            epoch: commit.epoch,
            sequence: commit.sequence,
            hash: hex::encode(commit.hash),
            parents: commit.parents.iter().map(hex::encode).collect(),
            gateway: AccountId32(commit.origin).to_string(),
            written: commit.written,
            changes: commit.changes,
            deal: commit.deal,
            is_head: heads.contains(&commit.hash),
        })
        .collect();
    Ok(history)
}

/// Makes a version current again; an error says why it cannot be.
pub(crate) async fn restore_in(store: &Store, account: &[u8; 32], restore: &Restore) -> Result<VersionLine, String> {
    let bucket = named(store, &restore.bucket)?;
    let restored = store.restore(&bucket, &restore.key, &VersionId(restore.version.clone())).await;
    let restored = restored.map_err(|error| match error {
        StoreError::NoSuchVersion => {
            format!("{:?} has no version {}: `idlewild gateway history {bucket} KEY` lists them", restore.key, restore.version)
        },
        other => other.to_string(),
    })?;
    let writers = BTreeSet::from([*account]);
    Ok(version_line(&restored, &writers))
}

/// A bucket by its name or number.
fn named(store: &Store, bucket: &str) -> Result<String, String> {
    if store.bucket(bucket).is_some() {
        return Ok(bucket.to_owned());
    }
    let number: Option<u64> = bucket.parse().ok();
    let found = store.buckets().into_iter().find(|one| one.id.is_some() && one.id == number);
    found.map(|one| one.name).ok_or_else(|| format!("there is no bucket {bucket}"))
}

/// The gateways that wrote a bucket.
fn writers(store: &Store, bucket: &str, account: &[u8; 32]) -> Result<BTreeSet<[u8; 32]>, StoreError> {
    let mut writers: BTreeSet<[u8; 32]> =
        store.history(bucket, None, LOOKED_THROUGH)?.into_iter().map(|commit| commit.origin).collect();
    writers.insert(*account);
    Ok(writers)
}

fn version_line(version: &Version, writers: &BTreeSet<[u8; 32]>) -> VersionLine {
    let writer = writers.iter().find(|writer| version.is_by(writer));
    VersionLine {
        id: version.id.0.clone(),
        gateway: writer.map_or_else(|| hex::encode(version.writer()), |writer| AccountId32(*writer).to_string()),
        epoch: version.epoch(),
        modified: version.modified,
        size: version.size,
        etag: version.etag.clone(),
        is_current: version.is_current,
        is_delete_marker: version.is_delete_marker,
        on_network: version.durability == Durability::Network,
    }
}

fn answered<T: Serialize>(answer: Result<T, String>) -> Response {
    match answer {
        Ok(answer) => Json(answer).into_response(),
        Err(reason) => (StatusCode::NOT_FOUND, reason).into_response(),
    }
}

pub(super) async fn history(State(gateway): State<Arc<dyn Controlled>>, Json(of): Json<HistoryOf>) -> Response {
    answered(gateway.history(of).await)
}

pub(super) async fn restore(State(gateway): State<Arc<dyn Controlled>>, Json(restore): Json<Restore>) -> Response {
    answered(gateway.restore(restore).await)
}

/// Asks the gateway of a folder how a bucket came about.
pub async fn ask_history(folder: &Path, of: &HistoryOf) -> Result<History, ControlError> {
    let body = serde_json::to_vec(of).map_err(|error| ControlError::Silent(error.to_string()))?;
    ask(folder, Method::POST, "/history", body.into(), PATIENCE).await
}

/// Has the gateway of a folder make a version current again.
pub async fn ask_restore(folder: &Path, restore: &Restore) -> Result<VersionLine, ControlError> {
    let body = serde_json::to_vec(restore).map_err(|error| ControlError::Silent(error.to_string()))?;
    ask(folder, Method::POST, "/restore", body.into(), PATIENCE).await
}

#[cfg(test)]
mod tests {
    use idlewild_objects::{sealing::Line, BucketInit, NewVersion, Options, Versioning};

    use super::*;

    #[tokio::test]
    async fn commits_and_versions_are_told_and_one_of_them_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let account = [1; 32];
        let options = Options { segment_bytes: 1 << 20, reserve_bytes: 0, origin: account, ..Options::default() };
        let store = Store::open(folder.path(), options).await.unwrap();
        let init = BucketInit { id: Some(7), versioning: Versioning::Enabled, ..BucketInit::default() };
        store.create_bucket("box", init).await.unwrap();
        for text in ["one", "second"] {
            let mut writer = store.writer("box", None).await.unwrap();
            writer.write(text.into()).await.unwrap();
            store.put("box", "k", writer.finish().await.unwrap(), NewVersion::default()).await.unwrap();
            store.seal("box", Line { epoch: 3 }).await.unwrap();
        }
        let of = |bucket: &str, key: Option<&str>| {
            let of = HistoryOf { bucket: bucket.into(), key: key.map(str::to_owned), limit: 10 };
            of_store(&store, &account, &of)
        };
        let told = of("7", None).unwrap();
        assert_eq!((told.bucket.as_str(), told.commits.len()), ("box", 2));
        assert!(told.commits[0].is_head && !told.commits[1].is_head);
        assert_eq!(told.commits[0].parents, [told.commits[1].hash.clone()]);
        let address = AccountId32(account).to_string();
        assert!(told.commits.iter().all(|commit| commit.gateway == address && commit.deal.is_none() && commit.epoch == 3));
        let versions = of("box", Some("k")).unwrap().versions;
        assert_eq!(versions.iter().map(|version| version.size).collect::<Vec<_>>(), [6, 3]);
        assert!(versions.iter().all(|version| version.gateway == address && !version.on_network));

        let restore = Restore { bucket: "box".into(), key: "k".into(), version: versions[1].id.clone() };
        let restored = restore_in(&store, &account, &restore).await.unwrap();
        assert_eq!((restored.size, restored.is_current), (3, true));
        assert_eq!(of("box", Some("k")).unwrap().versions.len(), 3);
        let wrong = Restore { version: "00".into(), ..restore };
        assert!(restore_in(&store, &account, &wrong).await.unwrap_err().contains("history box"));
        assert!(of("none", None).is_err() && of("box", Some("none")).is_err());
    }
}
