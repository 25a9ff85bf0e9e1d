//! A chunk of a shard, checked against the shard's BLAKE3 root.
//!
//! BLAKE3 is a Merkle tree over 1-KiB chunks. A left subtree always holds the largest power of two of chunks that leaves
//! at least one for the right, so the shape follows from the number of bytes alone and the path needs no direction bits.

use alloc::vec::Vec;
pub use blake3::hazmat::ChainingValue;
use blake3::hazmat::{merge_subtrees_non_root, merge_subtrees_root, HasherExt, Mode};

use crate::{geometry, Root, CHUNK_BYTES};

/// Longest path that a shard's tree can have: 2^22 chunks are the whole u32 range of bytes.
pub const MAX_PATH: usize = 22;

/// Why a chunk does not belong to a root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChunkError {
    /// The shard has no chunk of that index.
    OutOfRange,
    /// The chunk is shorter or longer than its index says.
    WrongLength,
    /// The path is shorter or longer than the tree is high there.
    WrongPathLength,
    /// Hashing up the path gives another root.
    WrongRoot,
}

fn left_chunks(chunks: u32) -> u32 {
    // The largest power of two below `chunks`; callers pass at least two.
    1 << (31 - chunks.saturating_sub(1).leading_zeros())
}

/// Which siblings stand on the right, from the root down to the leaf.
fn descend(mut chunks: u32, mut index: u32) -> Option<Vec<bool>> {
    if index >= chunks {
        return None;
    }
    let mut rights = Vec::with_capacity(MAX_PATH);
    while chunks > 1 {
        let left = left_chunks(chunks);
        let goes_left = index < left;
        rights.push(goes_left);
        if goes_left {
            chunks = left;
        } else {
            index = index.checked_sub(left)?;
            chunks = chunks.checked_sub(left)?;
        }
    }
    Some(rights)
}

/// Checks that `bytes` is chunk `index` of the shard of `count` chunks whose BLAKE3 root is `root`.
///
/// `path` lists the siblings from the leaf's own up to the one below the root. Only the last chunk may be short; how short
/// it is needs no telling, because BLAKE3 hashes the length of a chunk with its bytes.
pub fn verify(root: &Root, count: u32, index: u32, bytes: &[u8], path: &[ChainingValue]) -> Result<(), ChunkError> {
    let rights = descend(count, index).ok_or(ChunkError::OutOfRange)?;
    let last = index.checked_add(1) == Some(count);
    if bytes.len() > CHUNK_BYTES || bytes.is_empty() || (!last && bytes.len() != CHUNK_BYTES) {
        return Err(ChunkError::WrongLength);
    }
    if rights.len() != path.len() {
        return Err(ChunkError::WrongPathLength);
    }
    let offset = u64::from(index).saturating_mul(CHUNK_BYTES as u64);
    let reached = match path.split_last() {
        None => *blake3::hash(bytes).as_bytes(),
        Some((top, lower)) => {
            let mut value = blake3::Hasher::new().set_input_offset(offset).update(bytes).finalize_non_root();
            let mut sides = rights.iter().rev();
            for sibling in lower {
                value = match sides.next() {
                    Some(true) => merge_subtrees_non_root(&value, sibling, Mode::Hash),
                    _ => merge_subtrees_non_root(sibling, &value, Mode::Hash),
                };
            }
            match sides.next() {
                Some(true) => *merge_subtrees_root(&value, top, Mode::Hash).as_bytes(),
                _ => *merge_subtrees_root(top, &value, Mode::Hash).as_bytes(),
            }
        },
    };
    (reached == *root).then_some(()).ok_or(ChunkError::WrongRoot)
}

/// Builds the path that [`verify`] takes, from the whole shard.
///
/// Hashes the shard once; a miner does this for the few chunks that a period asks of it.
pub fn path(shard: &[u8], index: u32) -> Option<Vec<ChainingValue>> {
    let shard_len = u32::try_from(shard.len()).ok()?;
    let mut chunks = geometry::chunks(shard_len);
    let mut first = 0u32;
    let mut siblings = Vec::with_capacity(MAX_PATH);
    for goes_left in descend(chunks, index)? {
        let left = left_chunks(chunks);
        let middle = first.checked_add(left)?;
        let right = chunks.checked_sub(left)?;
        if goes_left {
            siblings.push(subtree(shard, middle, right)?);
            chunks = left;
        } else {
            siblings.push(subtree(shard, first, left)?);
            first = middle;
            chunks = right;
        }
    }
    siblings.reverse();
    Some(siblings)
}

fn subtree(shard: &[u8], first: u32, chunks: u32) -> Option<ChainingValue> {
    let start = (first as usize).checked_mul(CHUNK_BYTES)?;
    let end = start.checked_add((chunks as usize).checked_mul(CHUNK_BYTES)?)?.min(shard.len());
    let bytes = shard.get(start..end)?;
    Some(blake3::Hasher::new().set_input_offset(start as u64).update(bytes).finalize_non_root())
}
