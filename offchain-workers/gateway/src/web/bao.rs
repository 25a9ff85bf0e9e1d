//! An object as a BLAKE3 verified stream, which a client checks as it comes against the object's BLAKE3.
//!
//! The form is bao's combined encoding: the size as 8 bytes, the lowest first, then the tree before what is below it. Its leaves are
//! groups of chunks, of 16 KiB for an object of at most 4 GiB and of twice that for each doubling beyond, so that the hashes fit into memory
//! here and there.

use bao_tree::{
    blake3::{
        hazmat::{merge_subtrees_non_root, merge_subtrees_root, HasherExt, Mode},
        Hash, Hasher,
    },
    iter::{BaoChunk, ResponseIter},
    BaoTree, BlockSize, ChunkRanges,
};
use bytes::{Bytes, BytesMut};

use super::body::{self, Bits, BodyError, Source};

const CHUNK: u64 = 1_024;
const PAIR: usize = 64;
/// The largest object that has a tree: with groups of 1 MiB.
pub(super) const MAX_BYTES: u64 = 256 << 30;
/// Most bytes of hashes of one object.
const MAX_HASHES: u64 = 16 << 20;
/// A group of 16 KiB has 2^4 chunks, one of 1 MiB has 2^10.
const GROUPS: std::ops::RangeInclusive<u8> = 4..=10;

/// The tree of an object of `size` bytes; none if it is too large for one.
pub(super) fn tree(size: u64) -> Option<BaoTree> {
    GROUPS.map(|log| BaoTree::new(size, BlockSize::from_chunk_log(log))).find(|tree| tree.outboard_size() <= MAX_HASHES)
}

/// Bytes of a leaf.
pub(super) fn group_bytes(tree: &BaoTree) -> u64 {
    CHUNK << tree.block_size().chunk_log()
}

/// Bytes of the stream of an object.
pub(super) fn length(tree: &BaoTree) -> u64 {
    8 + tree.outboard_size() + tree.size()
}

/// The hashes of an object's tree, in the order in which they are sent.
#[derive(Clone)]
pub(super) struct Hashes {
    pub(super) root: Hash,
    pairs: Bytes,
}

/// Reads an object to know its hashes.
pub(super) async fn hash(source: &Source, tree: BaoTree) -> Result<Hashes, BodyError> {
    let mut pieces = source.pieces(0..tree.size());
    let mut pairs = BytesMut::zeroed(usize::try_from(tree.outboard_size()).map_err(|_| BodyError::Short)?);
    let mut stack: Vec<Hash> = Vec::new();
    for step in tree.post_order_chunks_iter() {
        let hash = match step {
            BaoChunk::Leaf { start_chunk, size, is_root, .. } => leaf(start_chunk.0, &pieces.take(size).await?, is_root),
            BaoChunk::Parent { node, is_root, .. } => {
                // Both are there, as the tree is walked from its leaves upwards.
                let (Some(right), Some(left)) = (stack.pop(), stack.pop()) else { return Err(BodyError::Short) };
                if let Some(pair) = tree.pre_order_offset(node).and_then(|number| at(&mut pairs, number)) {
                    let (first, second) = pair.split_at_mut(PAIR / 2);
                    first.copy_from_slice(left.as_bytes());
                    second.copy_from_slice(right.as_bytes());
                }
                parent(&left, &right, is_root)
            },
        };
        stack.push(hash);
    }
    Ok(Hashes { root: stack.pop().ok_or(BodyError::Short)?, pairs: pairs.freeze() })
}

fn at(pairs: &mut [u8], number: u64) -> Option<&mut [u8]> {
    let start = usize::try_from(number).ok()?.checked_mul(PAIR)?;
    pairs.get_mut(start..start.checked_add(PAIR)?)
}

fn leaf(start_chunk: u64, bytes: &[u8], is_root: bool) -> Hash {
    if is_root {
        return bao_tree::blake3::hash(bytes);
    }
    let mut hasher = Hasher::new();
    hasher.set_input_offset(start_chunk.saturating_mul(CHUNK));
    hasher.update(bytes);
    Hash::from(hasher.finalize_non_root())
}

fn parent(left: &Hash, right: &Hash, is_root: bool) -> Hash {
    if is_root {
        merge_subtrees_root(left.as_bytes(), right.as_bytes(), Mode::Hash)
    } else {
        Hash::from(merge_subtrees_non_root(left.as_bytes(), right.as_bytes(), Mode::Hash))
    }
}

/// The stream of an object.
pub(super) fn stream(source: Source, tree: BaoTree, hashes: Hashes) -> Bits {
    body::produced(move |mut out| async move {
        let mut pieces = source.pieces(0..tree.size());
        let mut pairs = hashes.pairs;
        out.send(Bytes::copy_from_slice(&tree.size().to_le_bytes())).await?;
        let mut ready = BytesMut::new();
        for step in ResponseIter::new(tree, ChunkRanges::all()) {
            match step {
                BaoChunk::Parent { .. } => {
                    if pairs.len() < PAIR {
                        return Err(BodyError::Short);
                    }
                    ready.extend_from_slice(&pairs.split_to(PAIR));
                },
                BaoChunk::Leaf { size: 0, .. } => {},
                BaoChunk::Leaf { size, .. } => {
                    if !ready.is_empty() {
                        out.send(ready.split().freeze()).await?;
                    }
                    out.send(pieces.take(size).await?).await?;
                },
            }
        }
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_always_fit_into_memory() {
        assert_eq!(group_bytes(&tree(0).unwrap()), 16 << 10);
        assert_eq!(group_bytes(&tree(4 << 30).unwrap()), 16 << 10);
        assert_eq!(group_bytes(&tree(5 << 30).unwrap()), 32 << 10);
        assert_eq!(group_bytes(&tree(256 << 30).unwrap()), 1 << 20);
        assert!(tree(257 << 30).is_none());
    }
}
