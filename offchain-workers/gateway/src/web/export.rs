//! Forms of an object that a client can check for itself. Each takes hashing the whole object first, so they are rationed, and what was
//! hashed is remembered for a while.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures::StreamExt;
use hyper::{
    header::{HeaderMap, HeaderName, HeaderValue},
    StatusCode,
};
use idlewild_objects::Version;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{
    bao,
    body::{Bits, BodyError, Source},
    car::{self, Roots},
    format::Format,
    object,
};

/// The BLAKE3 of an object.
pub(super) const BLAKE3: HeaderName = HeaderName::from_static("x-idlewild-blake3");
/// The BLAKE3 of a published file, as it stands on chain.
pub(super) const HASH: HeaderName = HeaderName::from_static("x-idlewild-hash");
/// The root of a CAR file.
pub(super) const ROOT: HeaderName = HeaderName::from_static("x-idlewild-root");
/// Bytes of a leaf of a verified stream.
const GROUP: HeaderName = HeaderName::from_static("x-idlewild-bao-group");

/// Objects hashed at a time.
const HASHING: usize = 4;
/// KiB of hashes in memory for streams in progress.
const MEMORY_KIB: usize = 64 << 10;
/// How long a request waits for its turn.
const TURN: Duration = Duration::from_secs(10);
/// What was hashed and is remembered.
const KNOWN: usize = 64;

/// Why there is no export.
#[derive(Debug, thiserror::Error)]
pub(super) enum ExportError {
    /// The turn did not come.
    #[error("too many objects are being hashed now; try again in some seconds")]
    Busy,
    /// It cannot be had in this form.
    #[error("the object has {size} bytes, and at most {limit} can be had in this form; take another form, or ranges of it")]
    TooLarge { size: u64, limit: u64 },
    /// It cannot be read.
    #[error(transparent)]
    Body(#[from] BodyError),
}

impl ExportError {
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Body(error) => object::status_of(error),
        }
    }
}

/// A version, and what it had when it was hashed: a version "null" can be written anew.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Known {
    bucket: String,
    key: String,
    id: String,
    etag: String,
    size: u64,
    modified: i64,
}

#[derive(Debug, Clone)]
enum Hashed {
    Blake3([u8; 32]),
    Car(Roots),
}

/// What exports share.
pub(super) struct Exports {
    hashing: Arc<Semaphore>,
    memory: Arc<Semaphore>,
    known: Mutex<VecDeque<(Known, Hashed)>>,
}

impl Default for Exports {
    fn default() -> Self {
        Self {
            hashing: Arc::new(Semaphore::new(HASHING)),
            memory: Arc::new(Semaphore::new(MEMORY_KIB)),
            known: Mutex::default(),
        }
    }
}

/// An object in a form that can be checked: its length, its headers, and its bytes unless only these were asked for.
pub(super) struct Export {
    pub(super) length: u64,
    pub(super) bits: Option<Bits>,
}

impl Exports {
    /// The object in this form; headers that tell of it are added to `headers`.
    pub(super) async fn export(
        &self,
        bucket: &str,
        version: &Version,
        source: Source,
        format: Format,
        head: bool,
        headers: &mut HeaderMap,
    ) -> Result<Export, ExportError> {
        if format == Format::Bao {
            self.bao(version, source, head, headers).await
        } else {
            self.car(bucket, version, source, head, headers).await
        }
    }

    /// The BLAKE3 of a version: the stored one, or after reading it.
    pub(super) async fn blake3(&self, bucket: &str, version: &Version, source: &Source) -> Result<[u8; 32], ExportError> {
        if let Some(digest) = version.blake3 {
            return Ok(digest);
        }
        let key = known(bucket, version);
        if let Some(Hashed::Blake3(digest)) = self.recall(&key, |hashed| matches!(hashed, Hashed::Blake3(_))) {
            return Ok(digest);
        }
        let _turn = self.turn(&self.hashing, 1).await?;
        let mut bits = source.read(0..source.size());
        let mut hasher = blake3::Hasher::new();
        while let Some(bytes) = bits.next().await {
            hasher.update(&bytes?);
        }
        if hasher.count() != source.size() {
            return Err(BodyError::Short.into());
        }
        let digest = *hasher.finalize().as_bytes();
        self.remember(key, Hashed::Blake3(digest));
        Ok(digest)
    }

    async fn car(
        &self,
        bucket: &str,
        version: &Version,
        source: Source,
        head: bool,
        headers: &mut HeaderMap,
    ) -> Result<Export, ExportError> {
        let size = source.size();
        if size > car::MAX_BYTES {
            return Err(ExportError::TooLarge { size, limit: car::MAX_BYTES });
        }
        let key = known(bucket, version);
        let roots = match self.recall(&key, |hashed| matches!(hashed, Hashed::Car(_))) {
            Some(Hashed::Car(roots)) => roots,
            _ => {
                let _turn = self.turn(&self.hashing, 1).await?;
                let roots = car::hash(car::SHAPE, &source).await?;
                self.remember(key, Hashed::Car(roots.clone()));
                roots
            },
        };
        insert(headers, ROOT, &roots.root.to_string());
        if let Some(digest) = version.blake3 {
            insert(headers, BLAKE3, &hex::encode(digest));
        }
        Ok(Export { length: car::length(car::SHAPE, size), bits: (!head).then(|| car::file(car::SHAPE, source, roots)) })
    }

    async fn bao(&self, version: &Version, source: Source, head: bool, headers: &mut HeaderMap) -> Result<Export, ExportError> {
        let size = source.size();
        let Some(tree) = bao::tree(size) else {
            return Err(ExportError::TooLarge { size, limit: bao::MAX_BYTES });
        };
        let kib = u32::try_from(tree.outboard_size() / 1_024 + 1).unwrap_or(u32::MAX);
        let memory = self.turn(&self.memory, kib).await?;
        let hashes = {
            let _turn = self.turn(&self.hashing, 1).await?;
            bao::hash(&source, tree).await?
        };
        if version.blake3.is_some_and(|digest| digest != *hashes.root.as_bytes()) {
            return Err(BodyError::Changed.into());
        }
        insert(headers, BLAKE3, &hex::encode(hashes.root.as_bytes()));
        headers.insert(GROUP, HeaderValue::from(bao::group_bytes(&tree)));
        let bits = (!head).then(|| kept(bao::stream(source, tree, hashes), memory));
        Ok(Export { length: bao::length(&tree), bits })
    }

    async fn turn(&self, semaphore: &Arc<Semaphore>, permits: u32) -> Result<OwnedSemaphorePermit, ExportError> {
        match tokio::time::timeout(TURN, semaphore.clone().acquire_many_owned(permits)).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(ExportError::Busy),
        }
    }

    fn recall(&self, key: &Known, fits: impl Fn(&Hashed) -> bool) -> Option<Hashed> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.iter().find(|(other, hashed)| other == key && fits(hashed)).map(|(_, hashed)| hashed.clone())
    }

    fn remember(&self, key: Known, hashed: Hashed) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KNOWN {
            known.pop_front();
        }
        known.push_back((key, hashed));
    }
}

fn known(bucket: &str, version: &Version) -> Known {
    Known {
        bucket: bucket.into(),
        key: version.key.clone(),
        id: version.id.0.clone(),
        etag: version.etag.clone(),
        size: version.size,
        modified: version.modified,
    }
}

/// Adds a header whose value is of letters and digits.
pub(super) fn insert(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

/// The memory of a stream is given back when it ends, however that is.
fn kept(bits: Bits, memory: OwnedSemaphorePermit) -> Bits {
    bits.map(move |item| {
        let _held = &memory;
        item
    })
    .boxed()
}
