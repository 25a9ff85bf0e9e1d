//! The shard store: a miner's shards at rest.
//!
//! A folder, by way of opendal. A shard is written under a temporary name, compared with its root, made durable, and only then
//! given its name: what [`ShardStore::contains`] was checked once and survives a power cut. A receipt may be signed as soon as
//! [`ShardWriter::commit`] returns.
//!
//! Durable means: opendal's writer fsyncs the file as it closes it, before the rename; what it leaves out, and this module adds,
//! is to fsync the folders that the rename and the first file in a new folder change.

use std::{
    ops::Range,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use bytes::Bytes;
use futures::TryStreamExt;
use idlewild_files::disk;
use opendal::{services::Fs, ErrorKind, Operator, Writer};

use crate::{
    shard_key::ShardKey,
    store_error::{CheckError, OpenStoreError, PutError, ReadError, StoreFault},
};

const SHARDS: &str = "shards/";
const TEMPORARY: &str = "tmp/";
/// A file that is there as long as the folder is: where it is missing, a disk was unmounted, and no shard is lost.
const MARK: &str = "idlewild-shards";
/// Bytes read at a time when a shard is checked.
const CHECK_STEP: u64 = 1 << 20;

/// A miner's shards.
#[derive(Debug)]
pub struct ShardStore {
    operator: Operator,
    /// What the operator reads and writes in.
    folder: PathBuf,
    used: AtomicU64,
    serial: AtomicU64,
}

/// A shard on its way in. Dropped without [`ShardWriter::commit`], it leaves at most a temporary file, which the next
/// [`ShardStore::open`] removes.
pub struct ShardWriter<'a> {
    store: &'a ShardStore,
    key: ShardKey,
    expected: u32,
    received: u64,
    hasher: blake3::Hasher,
    temporary: String,
    writer: Writer,
}

/// A shard in the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoredShard {
    /// Its name.
    pub key: ShardKey,
    /// Bytes of its file.
    pub length: u64,
}

impl ShardStore {
    /// Opens the store in a folder on this machine, which is made if need be. One process at a time may have it open.
    pub async fn open(folder: impl AsRef<Path>) -> Result<Self, OpenStoreError> {
        let store = Self::open_unmarked(folder).await?;
        store.mark().await?;
        Ok(store)
    }

    /// The same, but does not take a folder in which no store ever was for one: [`ShardStore::is_there`] tells, and
    /// [`ShardStore::mark`] makes it one. An empty folder may be the place of a disk that is not mounted.
    pub async fn open_unmarked(folder: impl AsRef<Path>) -> Result<Self, OpenStoreError> {
        let folder = folder.as_ref().to_path_buf();
        let unusable = |fault| OpenStoreError::Folder { path: folder.display().to_string(), fault };
        for part in [SHARDS, TEMPORARY] {
            let path = folder.join(part);
            tokio::fs::create_dir_all(&path).await.map_err(|error| unusable(StoreFault::from_io(&error)))?;
        }
        let service = Fs::default().root(&folder.to_string_lossy());
        let operator = Operator::new(service).map_err(|error| unusable(StoreFault::from_opendal(&error)))?;
        let store = Self { operator, folder, used: AtomicU64::new(0), serial: AtomicU64::new(0) };
        // Whatever has a temporary name was never acknowledged to anybody.
        for name in store.names(TEMPORARY).await? {
            store.operator.delete(&name).await.map_err(|error| StoreFault::from_opendal(&error))?;
        }
        let used = store.list().await?.iter().fold(0u64, |sum, shard| sum.saturating_add(shard.length));
        store.used.store(used, Ordering::Relaxed);
        Ok(store)
    }

    /// Makes the folder the place of a store, for good.
    pub async fn mark(&self) -> Result<(), OpenStoreError> {
        let folder = &self.folder;
        let unusable = |fault| OpenStoreError::Folder { path: folder.display().to_string(), fault };
        let written = tokio::fs::write(folder.join(MARK), b"").await;
        written.map_err(|error| unusable(StoreFault::from_io(&error)))?;
        sync_folder(folder).await.map_err(unusable)
    }

    /// Begins to store a shard of `length` bytes.
    pub async fn begin(&self, key: ShardKey, length: u32) -> Result<ShardWriter<'_>, PutError> {
        if length == 0 {
            return Err(PutError::Empty);
        }
        let serial = self.serial.fetch_add(1, Ordering::Relaxed);
        let temporary = format!("{TEMPORARY}{key}-{serial}");
        let writer = self.operator.writer(&temporary).await.map_err(|error| StoreFault::from_opendal(&error))?;
        Ok(ShardWriter { store: self, key, expected: length, received: 0, hasher: blake3::Hasher::new(), temporary, writer })
    }

    /// Stores a whole shard durably.
    pub async fn put(&self, key: ShardKey, bytes: Bytes) -> Result<(), PutError> {
        let length =
            u32::try_from(bytes.len()).map_err(|_| PutError::WrongLength { expected: u32::MAX, got: bytes.len() as u64 })?;
        let mut writer = self.begin(key, length).await?;
        match writer.write(bytes).await {
            Ok(()) => writer.commit().await,
            Err(error) => {
                writer.abort().await;
                Err(error)
            },
        }
    }

    /// Whether a shard is here, by name alone; [`ShardStore::check`] looks at its bytes.
    pub async fn contains(&self, key: &ShardKey) -> Result<bool, StoreFault> {
        self.operator.exists(&path_of(key)).await.map_err(|error| StoreFault::from_opendal(&error))
    }

    /// Bytes of a shard's file.
    pub async fn length(&self, key: &ShardKey) -> Result<u64, ReadError> {
        match self.operator.stat(&path_of(key)).await {
            Ok(metadata) => Ok(metadata.content_length()),
            Err(error) => Err(read_error(*key, &error)),
        }
    }

    /// Reads a whole shard, unchecked.
    pub async fn read(&self, key: &ShardKey) -> Result<Bytes, ReadError> {
        let buffer = self.operator.read(&path_of(key)).await.map_err(|error| read_error(*key, &error))?;
        Ok(buffer.to_bytes())
    }

    /// Reads a range of a shard, unchecked. A range that the file does not cover is an error, never a shorter answer.
    pub async fn read_range(&self, key: &ShardKey, range: Range<u64>) -> Result<Bytes, ReadError> {
        if range.is_empty() {
            return Ok(Bytes::new());
        }
        let end = range.end;
        let wanted = range.end.saturating_sub(range.start);
        let read = self.operator.read_with(&path_of(key)).range(range).await;
        match read {
            Ok(buffer) if buffer.len() as u64 == wanted => Ok(buffer.to_bytes()),
            Err(error) if error.kind() == ErrorKind::NotFound => Err(ReadError::NotFound(*key)),
            // Either fewer bytes than asked for, or an error that may well say the same in the service's own way.
            outcome => {
                let length = self.length(key).await?;
                match outcome {
                    Err(error) if length >= end => Err(read_error(*key, &error)),
                    _ => Err(ReadError::CutShort { key: *key, end, length }),
                }
            },
        }
    }

    /// Reads the whole file again and compares it with the shard's length and root.
    pub async fn check(&self, key: &ShardKey, length: u32) -> Result<(), CheckError> {
        let got = match self.length(key).await {
            Ok(got) => got,
            Err(error) => return Err(check_error(error)),
        };
        if got != u64::from(length) {
            return Err(CheckError::WrongLength { key: *key, expected: length, got });
        }
        let mut hasher = blake3::Hasher::new();
        let mut at = 0u64;
        while at < got {
            let end = got.min(at.saturating_add(CHECK_STEP));
            hasher.update(&self.read_range(key, at..end).await.map_err(check_error)?);
            at = end;
        }
        (*hasher.finalize().as_bytes() == key.root).then_some(()).ok_or(CheckError::WrongRoot(*key))
    }

    /// Makes a shard that is here durable, as [`ShardWriter::commit`] does: whoever wrote it may have been killed before it did.
    pub async fn make_sure(&self, key: &ShardKey) -> Result<(), StoreFault> {
        // A file is synced as a folder is.
        for path in [path_of(key), folder_of(key), SHARDS.to_owned()] {
            sync_folder(&self.folder.join(path)).await?;
        }
        Ok(())
    }

    /// Deletes a shard; one that is not here is deleted already.
    pub async fn delete(&self, key: &ShardKey) -> Result<(), StoreFault> {
        let length = match self.length(key).await {
            Ok(length) => length,
            Err(ReadError::NotFound(_)) => return Ok(()),
            Err(ReadError::Fault(fault)) => return Err(fault),
            Err(error) => return Err(StoreFault::Other(error.to_string())),
        };
        self.operator.delete(&path_of(key)).await.map_err(|error| StoreFault::from_opendal(&error))?;
        self.release(length);
        Ok(())
    }

    /// All shards, by the names and lengths of their files.
    pub async fn list(&self) -> Result<Vec<StoredShard>, StoreFault> {
        let mut shards = Vec::new();
        for name in self.names(SHARDS).await? {
            // A file that somebody else put there is none of ours.
            let Some(key) = name.rsplit('/').next().and_then(|last| last.parse::<ShardKey>().ok()) else { continue };
            let metadata = self.operator.stat(&name).await;
            match metadata {
                Ok(metadata) => shards.push(StoredShard { key, length: metadata.content_length() }),
                // Deleted since it was listed.
                Err(error) if error.kind() == ErrorKind::NotFound => {},
                Err(error) => return Err(StoreFault::from_opendal(&error)),
            }
        }
        Ok(shards)
    }

    /// Bytes of all shards.
    pub fn used(&self) -> u64 {
        self.used.load(Ordering::Relaxed)
    }

    /// Bytes that the disk under the store still has for this user; `None` where nobody can say.
    pub fn free(&self) -> Option<u64> {
        disk::free_in(&self.folder)
    }

    /// Whether a shard that is not found is really gone: the storage itself is there, with all else that it had.
    pub async fn is_there(&self) -> bool {
        tokio::fs::metadata(self.folder.join(MARK)).await.is_ok()
    }

    async fn names(&self, below: &str) -> Result<Vec<String>, StoreFault> {
        let lister = self.operator.lister_with(below).recursive(true).await;
        let lister = lister.map_err(|error| StoreFault::from_opendal(&error))?;
        lister
            .try_filter_map(|entry| async move { Ok(entry.metadata().is_file().then(|| entry.path().to_owned())) })
            .try_collect()
            .await
            .map_err(|error| StoreFault::from_opendal(&error))
    }

    fn release(&self, length: u64) {
        // `update` cannot fail here: the closure always gives a value.
        let _ = self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| Some(used.saturating_sub(length)));
    }
}

impl ShardWriter<'_> {
    /// Adds the next bytes. More than were announced are refused at once.
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), PutError> {
        let got = self.received.saturating_add(bytes.len() as u64);
        if got > u64::from(self.expected) {
            return Err(PutError::WrongLength { expected: self.expected, got });
        }
        self.hasher.update(&bytes);
        self.received = got;
        self.writer.write(bytes).await.map_err(|error| StoreFault::from_opendal(&error).into())
    }

    /// Compares the bytes with the root, makes them durable, and gives the shard its name.
    pub async fn commit(mut self) -> Result<(), PutError> {
        let root = self.hasher.finalize();
        let refusal = if self.received != u64::from(self.expected) {
            Some(PutError::WrongLength { expected: self.expected, got: self.received })
        } else if *root.as_bytes() != self.key.root {
            let got = hex::encode(root.as_bytes());
            Some(PutError::WrongRoot { key: self.key, length: self.received, got })
        } else {
            None
        };
        let outcome = match refusal {
            Some(refusal) => Err(refusal),
            None => self.make_durable().await.map_err(PutError::Fault),
        };
        if outcome.is_err() {
            self.abort().await;
        }
        outcome
    }

    async fn make_durable(&mut self) -> Result<(), StoreFault> {
        let store = self.store;
        let fault = |error: opendal::Error| StoreFault::from_opendal(&error);
        let name = path_of(&self.key);
        let replaced = match store.operator.stat(&name).await {
            Ok(metadata) => metadata.content_length(),
            Err(_) => 0,
        };
        self.writer.close().await.map_err(fault)?;
        store.operator.rename(&self.temporary, &name).await.map_err(fault)?;
        // The file's own folder holds its name, and the one above holds that folder's if it is new.
        sync_folder(&store.folder.join(folder_of(&self.key))).await?;
        sync_folder(&store.folder.join(SHARDS)).await?;
        store.release(replaced);
        store.used.fetch_add(self.received, Ordering::Relaxed);
        Ok(())
    }

    /// Throws away what was written. What cannot be removed now is removed when the store is next opened.
    pub async fn abort(mut self) {
        // A writer that cannot abort has only a temporary file, which goes next.
        let _ = self.writer.abort().await;
        if let Err(error) = self.store.operator.delete(&self.temporary).await {
            tracing::debug!(file = %self.temporary, %error, "a temporary file stays until the next start");
        }
    }
}

impl std::fmt::Debug for ShardWriter<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ShardWriter").field("key", &self.key).field("received", &self.received).finish_non_exhaustive()
    }
}

/// Shards spread over 256 folders by the first byte of their roots, because folders with a million files are slow.
fn folder_of(key: &ShardKey) -> String {
    format!("{SHARDS}{}/", hex::encode(&key.root[..1]))
}

fn path_of(key: &ShardKey) -> String {
    format!("{}{key}", folder_of(key))
}

fn read_error(key: ShardKey, error: &opendal::Error) -> ReadError {
    match error.kind() {
        ErrorKind::NotFound => ReadError::NotFound(key),
        _ => ReadError::Fault(StoreFault::from_opendal(error)),
    }
}

fn check_error(error: ReadError) -> CheckError {
    match error {
        ReadError::NotFound(key) => CheckError::Lost(key),
        // The length was right a moment ago, so the file is changing under the check.
        ReadError::CutShort { key, .. } => CheckError::WrongRoot(key),
        ReadError::Fault(fault) => CheckError::Fault(fault),
    }
}

async fn sync_folder(folder: &Path) -> Result<(), StoreFault> {
    let folder = folder.to_path_buf();
    let synced = tokio::task::spawn_blocking(move || std::fs::File::open(folder)?.sync_all()).await;
    match synced {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(StoreFault::from_io(&error)),
        Err(error) => Err(StoreFault::Other(error.to_string())),
    }
}
