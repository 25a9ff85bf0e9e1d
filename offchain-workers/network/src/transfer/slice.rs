//! BLAKE3 slices: ranges of a shard that prove themselves against its root.
//!
//! The tree is that of BLAKE3; the wire format is bao's with chunk groups of 16 KiB. Ranges are widened to whole groups.

use std::{io, ops::Range};

use bao_tree::{
    io::{
        outboard::PreOrderMemOutboard,
        round_up_to_chunks, round_up_to_chunks_groups,
        sync::{encode_ranges_validated, DecodeResponseIter, ReadAt},
        BaoContentItem,
    },
    BaoTree, BlockSize, ByteRanges, ChunkRanges,
};
use idlewild_storage_primitives::Root;

/// Bytes of a chunk group.
pub const GROUP_BYTES: u64 = 16 << 10;
const GROUP: BlockSize = BlockSize::from_chunk_log(4);
/// Bytes of a pair of hashes in a slice.
const PAIR_BYTES: u64 = 64;

/// Why a slice is not what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SliceError {
    /// The range is empty or ends beyond the shard.
    #[error("bytes {start} to {end} are no range of a shard of {length} bytes")]
    BadRange {
        /// The first byte.
        start: u64,
        /// The one after the last.
        end: u64,
        /// Bytes of the shard.
        length: u64,
    },
    /// Hashing up the tree gives another root.
    #[error("the bytes do not belong to the root {}", hex::encode(.0))]
    WrongRoot(Root),
    /// The slice has too few or too many bytes.
    #[error("the slice does not have the number of bytes that its range takes")]
    WrongLength,
}

fn check(range: &Range<u64>, length: u64) -> Result<(), SliceError> {
    if range.start >= range.end || range.end > length {
        return Err(SliceError::BadRange { start: range.start, end: range.end, length });
    }
    Ok(())
}

fn groups(range: &Range<u64>) -> ChunkRanges {
    round_up_to_chunks_groups(round_up_to_chunks(&ByteRanges::from(range.clone())), GROUP)
}

/// `range` widened to whole chunk groups: the bytes that making a slice of it takes.
pub fn widened(range: &Range<u64>, length: u64) -> Range<u64> {
    let start = range.start.checked_div(GROUP_BYTES).unwrap_or(0).saturating_mul(GROUP_BYTES);
    start..range.end.next_multiple_of(GROUP_BYTES).min(length)
}

/// Most bytes that a slice of `range` can have.
pub fn max_slice_bytes(range: &Range<u64>, length: u64) -> u64 {
    let wide = widened(range, length);
    let bytes = wide.end.saturating_sub(wide.start);
    // Inner nodes of the part below its own root, and the way down to it on both flanks.
    let pairs = bytes.div_ceil(GROUP_BYTES).saturating_add(128);
    bytes.saturating_add(pairs.saturating_mul(PAIR_BYTES))
}

/// The inner hashes of a shard, from which slices are made without reading all of it again.
#[derive(Debug, Clone)]
pub struct Outboard(PreOrderMemOutboard);

impl Outboard {
    /// Hashes a whole shard.
    pub fn new(shard: &[u8]) -> Self {
        Self(PreOrderMemOutboard::create(shard, GROUP))
    }

    /// The root that was reached.
    pub fn root(&self) -> Root {
        *self.0.root.as_bytes()
    }

    /// Bytes of the shard.
    pub fn length(&self) -> u64 {
        self.0.tree.size()
    }

    /// Makes the slice of `range` from the bytes of [`widened`], and checks them on the way.
    pub fn slice(&self, range: &Range<u64>, wide: &[u8]) -> Result<Vec<u8>, SliceError> {
        check(range, self.length())?;
        let region = widened(range, self.length());
        if wide.len() as u64 != region.end.saturating_sub(region.start) {
            return Err(SliceError::WrongLength);
        }
        let mut slice = Vec::with_capacity(wide.len().saturating_add(4096));
        encode_ranges_validated(Window { start: region.start, bytes: wide }, &self.0, &groups(range), &mut slice)
            .map_err(|_| SliceError::WrongRoot(self.root()))?;
        Ok(slice)
    }
}

/// Checks a slice of `range` of the shard of `length` bytes against its root, and returns the bytes of the range.
pub fn open(root: &Root, length: u64, range: &Range<u64>, slice: &[u8]) -> Result<Vec<u8>, SliceError> {
    check(range, length)?;
    let asked = groups(range);
    let mut rest = slice;
    let wanted = usize::try_from(range.end.saturating_sub(range.start)).map_err(|_| SliceError::WrongLength)?;
    let mut bytes = Vec::with_capacity(wanted);
    for item in DecodeResponseIter::new((*root).into(), BaoTree::new(length, GROUP), &mut rest, &asked) {
        let item = item.map_err(|error| match io::Error::from(error).kind() {
            io::ErrorKind::UnexpectedEof | io::ErrorKind::NotFound => SliceError::WrongLength,
            _ => SliceError::WrongRoot(*root),
        })?;
        if let BaoContentItem::Leaf(leaf) = item {
            let end = leaf.offset.saturating_add(leaf.data.len() as u64);
            let from = range.start.clamp(leaf.offset, end).saturating_sub(leaf.offset) as usize;
            let to = range.end.clamp(leaf.offset, end).saturating_sub(leaf.offset) as usize;
            bytes.extend_from_slice(leaf.data.get(from..to).unwrap_or_default());
        }
    }
    if !rest.is_empty() || bytes.len() != wanted {
        return Err(SliceError::WrongLength);
    }
    Ok(bytes)
}

/// A part of a shard that reads as if it were the shard.
struct Window<'a> {
    start: u64,
    bytes: &'a [u8],
}

impl ReadAt for Window<'_> {
    fn read_at(&self, position: u64, into: &mut [u8]) -> io::Result<usize> {
        let from = position.checked_sub(self.start).and_then(|from| usize::try_from(from).ok());
        let left = from.and_then(|from| self.bytes.get(from..)).ok_or(io::ErrorKind::UnexpectedEof)?;
        let count = left.len().min(into.len());
        into[..count].copy_from_slice(&left[..count]);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shard(length: usize) -> Vec<u8> {
        (0..length).map(|index| (index * 31 % 251) as u8).collect()
    }

    fn slice(shard: &[u8], range: Range<u64>) -> (Root, Vec<u8>) {
        let outboard = Outboard::new(shard);
        assert_eq!(outboard.root(), *blake3::hash(shard).as_bytes());
        let wide = widened(&range, shard.len() as u64);
        let slice = outboard.slice(&range, &shard[wide.start as usize..wide.end as usize]).unwrap();
        assert!(slice.len() as u64 <= max_slice_bytes(&range, shard.len() as u64));
        (outboard.root(), slice)
    }

    #[test]
    fn ranges_come_back_whatever_their_edges() {
        for length in [1, 64, 1024, 16384, 16385, 100_000, 1_000_000] {
            let shard = shard(length);
            let length = length as u64;
            for (start, end) in [(0, 1), (0, length), (length - 1, length), (length / 3, length / 2 + 1)] {
                let (root, slice) = slice(&shard, start..end);
                let opened = open(&root, length, &(start..end), &slice).unwrap();
                assert_eq!(opened, &shard[start as usize..end as usize], "{start}..{end} of {length}");
            }
        }
    }

    #[test]
    fn any_changed_byte_is_seen() {
        let shard = shard(200_000);
        let range = 50_000..90_000;
        let (root, slice) = slice(&shard, range.clone());
        for at in (0..slice.len()).step_by(997) {
            let mut forged = slice.clone();
            forged[at] ^= 1;
            assert_eq!(open(&root, 200_000, &range, &forged), Err(SliceError::WrongRoot(root)));
        }
        assert_eq!(open(&root, 200_000, &range, &slice[..slice.len() - 1]), Err(SliceError::WrongLength));
        let mut longer = slice.clone();
        longer.push(0);
        assert_eq!(open(&root, 200_000, &range, &longer), Err(SliceError::WrongLength));
        assert!(open(&[0; 32], 200_000, &range, &slice).is_err());
        // A slice of one range is none of another, and a shard has one length.
        assert!(open(&root, 200_000, &(0..40_000), &slice).is_err());
        assert!(open(&root, 300_000, &range, &slice).is_err());
    }

    #[test]
    fn impossible_ranges_are_named() {
        let outboard = Outboard::new(&shard(100));
        for range in [5..5, 0..101, 100..101] {
            let expected = SliceError::BadRange { start: range.start, end: range.end, length: 100 };
            assert_eq!(outboard.slice(&range, &[]), Err(expected.clone()));
            assert_eq!(open(&outboard.root(), 100, &range, &[]), Err(expected));
        }
    }

    #[test]
    fn a_damaged_shard_gives_no_slice() {
        let shard = shard(100_000);
        let outboard = Outboard::new(&shard);
        let mut damaged = shard.clone();
        damaged[20_000] ^= 1;
        assert_eq!(outboard.slice(&(16_384..32_768), &damaged[16_384..32_768]), Err(SliceError::WrongRoot(outboard.root())));
    }
}
