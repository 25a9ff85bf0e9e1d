//! Encode: a segment's plaintext becomes the shards of each of its copies.

use std::sync::Mutex;

use bytes::{Bytes, BytesMut};
use idlewild_storage_primitives::{geometry::Geometry, Root, Salt};

use crate::{
    erasure::{Coder, GeometryError},
    keys::{DataKey, PlainHash, StorageSecret},
    layout::{Layout, LayoutError},
    seal::{Cipher, SealError},
};

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
        Cipher::new(key).seal(plain, &mut shards[..sealed_len])?;
        // A reused buffer holds old bytes where the padding belongs; parity overwrites its part anyway.
        shards[sealed_len..data_len].fill(0);
        let roots = self.coder.encode_and_hash(&mut shards, shard_len);
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
