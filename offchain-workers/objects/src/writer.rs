//! How bytes come in: small bodies wait in memory for the committer, large ones stream into segments of their own.

use std::sync::Arc;

use bytes::Bytes;
use md5::{Digest, Md5};
use tokio::task::JoinHandle;

use crate::{
    error::StoreError,
    lane::Lane,
    options::SMALL_BYTES,
    records::Extent,
    store::{Inner, Store},
    tx::Tx,
};

/// What a large body is hashed and written by.
const PIECE: u64 = 1 << 20;
/// Bodies up to this are hashed where they are; others elsewhere, so that the requests beside them go on.
const HASH_HERE: u64 = 32 << 10;

/// Both hashes of a body.
#[derive(Clone, Default)]
struct Hashes {
    md5: Md5,
    blake3: blake3::Hasher,
}

impl Hashes {
    fn update(&mut self, chunks: &[Bytes]) {
        for chunk in chunks {
            self.md5.update(chunk);
            self.blake3.update(chunk);
        }
    }
}

/// What works on the last piece.
type Job = JoinHandle<(Hashes, Result<(), StoreError>)>;

/// Takes the bytes of an object or a part. They belong to nothing until it is put; dropped before, they are gone.
pub struct Writer {
    inner: Arc<Inner>,
    bucket: u32,
    size: u64,
    waiting: Vec<Bytes>,
    waiting_bytes: u64,
    lane: Option<Arc<Lane>>,
    hashes: Option<Hashes>,
    job: Option<Job>,
}

impl std::fmt::Debug for Writer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Writer").field("size", &self.size).finish_non_exhaustive()
    }
}

/// Where staged bytes are: in memory, or in segments of their own.
pub(crate) enum Body {
    Here(Vec<Bytes>),
    Written(Arc<Lane>),
}

/// Bytes that were taken, and what they hash to.
pub struct Staged {
    /// Bytes.
    pub size: u64,
    /// Their MD5.
    pub md5: [u8; 16],
    /// Their BLAKE3.
    pub blake3: [u8; 32],
    /// Checksums that the client gave, for a part: algorithm and Base64.
    pub checksums: Vec<(String, String)>,
    pub(crate) bucket: u32,
    pub(crate) bytes: Body,
}

impl std::fmt::Debug for Staged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Staged").field("size", &self.size).finish_non_exhaustive()
    }
}

impl Store {
    /// Takes bytes for an object or part of a bucket. `expected` is how many will come, where that is known.
    ///
    /// Dropped, or staged and not put, they are reclaimed.
    pub async fn writer(&self, bucket: &str, expected: Option<u64>) -> Result<Writer, StoreError> {
        let bucket = self.inner.bucket_number(bucket)?;
        self.inner.room_for(expected.unwrap_or(0))?;
        Ok(Writer {
            inner: self.inner.clone(),
            bucket,
            size: 0,
            waiting: Vec::new(),
            waiting_bytes: 0,
            lane: None,
            hashes: Some(Hashes::default()),
            job: None,
        })
    }
}

impl Writer {
    /// Takes the next bytes. After an error the writer is of no more use.
    pub async fn write(&mut self, bytes: Bytes) -> Result<(), StoreError> {
        self.size += bytes.len() as u64;
        self.waiting_bytes += bytes.len() as u64;
        if !bytes.is_empty() {
            self.waiting.push(bytes);
        }
        if self.size > SMALL_BYTES && self.waiting_bytes >= PIECE {
            self.send().await?;
        }
        Ok(())
    }

    /// Hands the bytes that wait to a thread that may block, once it is done with those before.
    async fn send(&mut self) -> Result<(), StoreError> {
        self.settle().await?;
        let mut hashes = self.hashes.take().ok_or(StoreError::Stale)?;
        let lane = self.lane.get_or_insert_with(|| Lane::new(self.inner.clone(), self.bucket)).clone();
        let chunks = std::mem::take(&mut self.waiting);
        self.waiting_bytes = 0;
        self.job = Some(tokio::task::spawn_blocking(move || {
            let written = lane.write(&chunks);
            hashes.update(&chunks);
            (hashes, written)
        }));
        Ok(())
    }

    async fn settle(&mut self) -> Result<(), StoreError> {
        // Taken only when it is done, so that a cancelled call loses nothing.
        if let Some(job) = &mut self.job {
            let done = job.await;
            self.job = None;
            let (hashes, written) = done.map_err(|_| StoreError::Closed)?;
            written?;
            self.hashes = Some(hashes);
        }
        Ok(())
    }

    /// There are no more. The bytes of a large body are on the disk when this returns.
    pub async fn finish(mut self) -> Result<Staged, StoreError> {
        if self.size <= SMALL_BYTES {
            let mut hashes = self.hashes.take().ok_or(StoreError::Stale)?;
            let chunks = std::mem::take(&mut self.waiting);
            let (hashes, chunks) = if self.size <= HASH_HERE {
                hashes.update(&chunks);
                (hashes, chunks)
            } else {
                let hashing = tokio::task::spawn_blocking(move || {
                    hashes.update(&chunks);
                    (hashes, chunks)
                });
                hashing.await.map_err(|_| StoreError::Closed)?
            };
            return Ok(self.staged(hashes, Body::Here(chunks)));
        }
        if !self.waiting.is_empty() {
            self.send().await?;
        }
        self.settle().await?;
        let (Some(lane), Some(hashes)) = (self.lane.take(), self.hashes.take()) else { return Err(StoreError::Stale) };
        let synced = lane.clone();
        tokio::task::spawn_blocking(move || synced.sync()).await.map_err(|_| StoreError::Closed)??;
        Ok(self.staged(hashes, Body::Written(lane)))
    }

    fn staged(&self, hashes: Hashes, bytes: Body) -> Staged {
        Staged {
            size: self.size,
            md5: hashes.md5.finalize().into(),
            blake3: *hashes.blake3.finalize().as_bytes(),
            checksums: Vec::new(),
            bucket: self.bucket,
            bytes,
        }
    }
}

impl Tx<'_> {
    /// Gives staged bytes their place. Comes last of what can fail.
    pub(crate) fn place(&mut self, bucket: u32, staged: Body, of: u32) -> Result<Vec<Extent>, StoreError> {
        if of != bucket {
            return Err(StoreError::NotAllowed("the bytes were written for another bucket; write them for this one"));
        }
        match staged {
            Body::Here(chunks) => self.append(bucket, chunks),
            Body::Written(lane) => self.take_lane(lane),
        }
    }
}
