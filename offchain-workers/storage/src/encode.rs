//! Encode: a segment's plaintext becomes the shards of each of its copies.

use std::{ops::Range, sync::Mutex};

use bytes::{Bytes, BytesMut};
use idlewild_storage_primitives::{
    geometry::{Geometry, FRAME_BYTES},
    Root, Salt,
};

use crate::{
    erasure::{Coder, GeometryError},
    keys::{DataKey, PlainHash, StorageSecret},
    layout::{Layout, LayoutError},
    seal::{Cipher, SealError, SEALED_FRAME},
};

const FRAME: usize = FRAME_BYTES as usize;
/// Buffers kept for reuse. Fresh memory costs about as much as sealing, because the system clears each page.
const KEPT_BUFFERS: usize = 2;

/// Why a segment could not be encoded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EncodeError {
    /// The segment does not fit the geometry.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// The cipher refused.
    #[error(transparent)]
    Seal(#[from] SealError),
}

/// Encodes segments in one geometry.
#[derive(Debug)]
pub struct Encoder {
    coder: Coder,
    pool: Mutex<Vec<BytesMut>>,
}

/// The shards of one copy.
#[derive(Clone, Debug)]
pub struct EncodedCopy {
    layout: Layout,
    shards: Bytes,
    roots: Vec<Root>,
}

/// The BLAKE3 hash of a segment's plaintext, from which its data keys follow.
pub fn plain_hash(plain: &[u8]) -> PlainHash {
    *blake3::hash(plain).as_bytes()
}

impl Encoder {
    /// Prepares the geometry's code.
    pub fn new(geometry: Geometry) -> Result<Self, GeometryError> {
        Ok(Self { coder: Coder::new(geometry)?, pool: Mutex::default() })
    }

    /// The geometry.
    pub fn geometry(&self) -> Geometry {
        self.coder.geometry()
    }

    /// Encodes one copy under its key. The key must follow from this very plaintext ([`StorageSecret::data_key`]).
    pub fn encode(&self, plain: &[u8], key: &DataKey) -> Result<EncodedCopy, EncodeError> {
        let layout = Layout::new(self.geometry(), plain.len())?;
        let mut shards = self.buffer(layout.stored_len());
        let shard_len = layout.shard_len() as usize;
        let sealed_len = layout.sealed_len() as usize;
        let data_len = shard_len.saturating_mul(usize::from(self.geometry().data));
        // A reused buffer holds old bytes where the padding belongs; everything else is written over.
        shards[sealed_len..data_len].fill(0);
        let mut frames =
            Frames { cipher: Cipher::new(key), plain, sealed_len, sealed: vec![false; plain.len().div_ceil(FRAME)] };
        let roots = self.coder.encode_and_hash(&mut shards, shard_len, |data, columns| {
            let starts = (0..data.len()).step_by(shard_len);
            starts.into_iter().try_for_each(|start| frames.cover(data, start + columns.start..start + columns.end))
        })?;
        Ok(EncodedCopy { layout, shards: shards.freeze(), roots })
    }

    /// Encodes copy after copy of one segment, hashing its plaintext once. Each copy is made when it is asked for, so that a
    /// caller holds as many as it wants to.
    pub fn copies<'a>(
        &'a self,
        plain: &'a [u8],
        secret: &'a StorageSecret,
        salt: Salt,
        copies: u8,
    ) -> (PlainHash, impl Iterator<Item = Result<EncodedCopy, EncodeError>> + 'a) {
        let hash = plain_hash(plain);
        let made = (0..copies).map(move |copy| self.encode(plain, &secret.data_key(&salt, copy, &hash)));
        (hash, made)
    }

    /// Takes back the memory of a copy that is no longer needed; without effect while somebody still holds one of its shards.
    pub fn recycle(&self, copy: EncodedCopy) {
        if let Ok(buffer) = copy.shards.try_into_mut() {
            let mut pool = self.pool.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
            if pool.len() < KEPT_BUFFERS {
                pool.push(buffer);
            }
        }
    }

    fn buffer(&self, len: usize) -> BytesMut {
        let kept = self.pool.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).pop();
        match kept {
            Some(mut buffer) if buffer.capacity() >= len => {
                buffer.resize(len, 0);
                buffer
            },
            _ => BytesMut::zeroed(len),
        }
    }
}

/// Seals frames in the order in which coding comes to them, so that it finds them in cache.
struct Frames<'a> {
    cipher: Cipher,
    plain: &'a [u8],
    sealed_len: usize,
    sealed: Vec<bool>,
}

impl Frames<'_> {
    /// Seals every frame that has a byte in `range` of the sealed segment and is not sealed yet.
    fn cover(&mut self, segment: &mut [u8], range: Range<usize>) -> Result<(), SealError> {
        let end = range.end.min(self.sealed_len);
        if range.start >= end {
            return Ok(());
        }
        for frame in range.start / SEALED_FRAME..end.div_ceil(SEALED_FRAME) {
            if std::mem::replace(&mut self.sealed[frame], true) {
                continue;
            }
            let plain = &self.plain[frame * FRAME..self.plain.len().min((frame + 1) * FRAME)];
            let sealed = &mut segment[frame * SEALED_FRAME..self.sealed_len.min((frame + 1) * SEALED_FRAME)];
            // A segment has far fewer than 2^32 frames.
            self.cipher.seal_frame(frame as u32, plain, sealed)?;
        }
        Ok(())
    }
}

impl EncodedCopy {
    /// The sizes.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The BLAKE3 roots, by shard.
    pub fn roots(&self) -> &[Root] {
        &self.roots
    }

    /// A shard, sharing the copy's memory.
    pub fn shard(&self, index: u8) -> Option<Bytes> {
        if index >= self.layout.geometry().shards() {
            return None;
        }
        let len = self.layout.shard_len() as usize;
        let start = len.checked_mul(usize::from(index))?;
        Some(self.shards.slice(start..start.checked_add(len)?))
    }

    /// All shards in order, sharing the copy's memory.
    pub fn shards(&self) -> impl Iterator<Item = Bytes> + '_ {
        (0..self.layout.geometry().shards()).filter_map(|index| self.shard(index))
    }
}
