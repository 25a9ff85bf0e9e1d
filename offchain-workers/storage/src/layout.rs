//! Layout: where a plaintext range of a segment lies among the shards of a copy.
//!
//! The sealed segment is cut into `data` equal shards, so a frame lies in one shard or runs over into the next. Byte `b` of a
//! lost shard follows from byte `b` of any `data` others, so a range costs no more than the same columns of those.

use std::ops::Range;

use idlewild_storage_primitives::{
    geometry::{sealed_len, Geometry, FRAME_BYTES, FRAME_TAG_BYTES, MAX_SEGMENT_BYTES},
    CHUNK_BYTES,
};

use crate::erasure::CodeError;

/// Why a segment has no layout, or a range no place in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LayoutError {
    /// Nothing to store.
    #[error("a segment of no bytes cannot be stored: it holds at least its index")]
    Empty,
    /// Larger than a segment may be.
    #[error("a segment of {0} bytes is larger than the {MAX_SEGMENT_BYTES} allowed: split it")]
    TooLarge(usize),
    /// The geometry cannot carry it.
    #[error("{data} data shards cannot carry the segment: choose another geometry")]
    Geometry {
        /// Data shards of the geometry.
        data: u8,
    },
    /// The range does not lie within the segment.
    #[error("bytes {start}..{end} do not lie within the segment's {length}")]
    OutOfRange {
        /// Where the range starts.
        start: u32,
        /// Where it ends.
        end: u32,
        /// Bytes of the segment.
        length: u32,
    },
}

/// The sizes of one segment in one geometry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    geometry: Geometry,
    plain_len: u32,
    sealed_len: u32,
    shard_len: u32,
}

/// Bytes `range` of shard `shard`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The shard, within its copy.
    pub shard: u8,
    /// Which of its bytes.
    pub range: Range<u32>,
}

/// What a plaintext range needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RangePlan {
    layout: Layout,
    wanted: Range<u32>,
    frames: Range<u32>,
    sealed: Range<u32>,
}

impl Layout {
    /// The layout of a segment of `plain_len` bytes.
    pub fn new(geometry: Geometry, plain_len: usize) -> Result<Self, LayoutError> {
        let len = u32::try_from(plain_len).map_err(|_| LayoutError::TooLarge(plain_len))?;
        if len == 0 {
            return Err(LayoutError::Empty);
        }
        if len > MAX_SEGMENT_BYTES {
            return Err(LayoutError::TooLarge(plain_len));
        }
        let sealed_len = sealed_len(len);
        let shard_len = geometry.shard_len(sealed_len).ok_or(LayoutError::Geometry { data: geometry.data })?;
        Ok(Self { geometry, plain_len: len, sealed_len, shard_len })
    }

    /// The geometry.
    pub fn geometry(&self) -> Geometry {
        self.geometry
    }

    /// Bytes of the plaintext.
    pub fn plain_len(&self) -> u32 {
        self.plain_len
    }

    /// Bytes of all sealed frames.
    pub fn sealed_len(&self) -> u32 {
        self.sealed_len
    }

    /// Bytes of each shard.
    pub fn shard_len(&self) -> u32 {
        self.shard_len
    }

    /// Bytes of all shards of a copy.
    pub fn stored_len(&self) -> usize {
        (self.shard_len as usize).saturating_mul(usize::from(self.geometry.shards()))
    }

    /// Plans a range of the plaintext.
    pub fn plan(&self, wanted: Range<u32>) -> Result<RangePlan, LayoutError> {
        if wanted.start > wanted.end || wanted.end > self.plain_len {
            return Err(LayoutError::OutOfRange { start: wanted.start, end: wanted.end, length: self.plain_len });
        }
        let frames = match wanted.is_empty() {
            true => 0..0,
            false => (wanted.start / FRAME_BYTES)..wanted.end.div_ceil(FRAME_BYTES),
        };
        let full = FRAME_BYTES + FRAME_TAG_BYTES;
        // The product stays below the sealed length, which is a u32, except for the short last frame.
        let sealed = frames.start.saturating_mul(full)..frames.end.saturating_mul(full).min(self.sealed_len);
        Ok(RangePlan { layout: *self, wanted, frames, sealed })
    }
}

impl RangePlan {
    /// The segment's layout.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// The plaintext range.
    pub fn wanted(&self) -> Range<u32> {
        self.wanted.clone()
    }

    /// The frames that cover it.
    pub fn frames(&self) -> Range<u32> {
        self.frames.clone()
    }

    /// Those frames' bytes in the sealed segment.
    pub fn sealed(&self) -> Range<u32> {
        self.sealed.clone()
    }

    /// Where those bytes lie, in order, exactly: pieces of data shards.
    pub fn pieces(&self) -> Vec<Piece> {
        let shard_len = self.layout.shard_len;
        let mut pieces = Vec::new();
        let mut at = self.sealed.start;
        while at < self.sealed.end {
            let shard = at / shard_len;
            let shard_start = shard * shard_len;
            let end = self.sealed.end.min(shard_start.saturating_add(shard_len));
            // A segment has at most `data` data shards, so the index fits.
            pieces.push(Piece { shard: shard as u8, range: (at - shard_start)..(end - shard_start) });
            at = end;
        }
        pieces
    }

    /// What to fetch when only the shards in `available` can be had: the pieces themselves, and for each that cannot the same
    /// columns of `data` other shards, those fetched anyway first.
    ///
    /// Ranges are widened to whole chunks, the least that can be checked against a root, and no two for one shard overlap.
    pub fn fetches(&self, available: &[u8]) -> Result<Vec<Piece>, CodeError> {
        let k = usize::from(self.layout.geometry.data);
        let mut have: Vec<u8> = available.to_vec();
        have.sort_unstable();
        have.dedup();
        have.retain(|shard| *shard < self.layout.geometry.shards());
        let (direct, lost): (Vec<Piece>, Vec<Piece>) =
            self.pieces().into_iter().partition(|piece| have.binary_search(&piece.shard).is_ok());
        let mut fetches = direct;
        if !lost.is_empty() {
            if have.len() < k {
                return Err(CodeError::TooFew { have: have.len(), needed: k });
            }
            let helpers = helpers(&have, k);
            for piece in &lost {
                fetches.extend(helpers.iter().map(|shard| Piece { shard: *shard, range: piece.range.clone() }));
            }
        }
        Ok(merge(fetches, self.layout.shard_len))
    }
}

/// The shards that a lost piece is computed from: the lowest `k`, data shards first. The decoder must choose the same.
pub(crate) fn helpers(have: &[u8], k: usize) -> Vec<u8> {
    have.iter().copied().take(k).collect()
}

fn merge(mut pieces: Vec<Piece>, shard_len: u32) -> Vec<Piece> {
    let chunk = CHUNK_BYTES as u32;
    for piece in &mut pieces {
        piece.range.start -= piece.range.start % chunk;
        piece.range.end = piece.range.end.next_multiple_of(chunk).min(shard_len);
    }
    pieces.sort_by_key(|piece| (piece.shard, piece.range.start));
    let mut merged: Vec<Piece> = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match merged.last_mut() {
            Some(last) if last.shard == piece.shard && piece.range.start <= last.range.end => {
                last.range.end = last.range.end.max(piece.range.end);
            },
            _ => merged.push(piece),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_within_a_frame_needs_that_frame_alone() {
        let layout = Layout::new(Geometry::STANDARD, 64 << 20).unwrap();
        let plan = layout.plan(70_000..70_001).unwrap();
        assert_eq!(plan.frames(), 1..2);
        assert_eq!(plan.sealed(), 65_552..131_104);
        assert_eq!(plan.pieces(), [Piece { shard: 0, range: 65_552..131_104 }]);
        let fetches = plan.fetches(&[0]).unwrap();
        assert_eq!(fetches, [Piece { shard: 0, range: 65_536..132_096 }]);
    }

    #[test]
    fn pieces_tile_the_sealed_range() {
        for len in [1usize, 65_536, 65_537, 1 << 20, (1 << 20) + 12_345] {
            for geometry in [Geometry::HOT, Geometry::STANDARD, Geometry::ARCHIVE] {
                let layout = Layout::new(geometry, len).unwrap();
                let plan = layout.plan(0..len as u32).unwrap();
                let mut at = 0;
                for piece in plan.pieces() {
                    assert!(piece.shard < geometry.data);
                    assert_eq!(u32::from(piece.shard) * layout.shard_len() + piece.range.start, at);
                    at += piece.range.end - piece.range.start;
                }
                assert_eq!(at, layout.sealed_len());
            }
        }
    }

    #[test]
    fn a_lost_piece_needs_k_columns() {
        let layout = Layout::new(Geometry::HOT, 1 << 20).unwrap();
        let plan = layout.plan(0..10).unwrap();
        let fetches = plan.fetches(&[7, 2, 5, 3, 6]).unwrap();
        assert_eq!(fetches.iter().map(|p| p.shard).collect::<Vec<_>>(), [2, 3, 5, 6]);
        assert!(fetches.iter().all(|p| p.range == (0..66_560)));
        assert_eq!(plan.fetches(&[1, 2, 3]), Err(CodeError::TooFew { have: 3, needed: 4 }));
        // Nothing wanted, nothing fetched.
        assert_eq!(layout.plan(5..5).unwrap().fetches(&[]).unwrap(), []);
    }

    #[test]
    fn impossible_layouts_and_ranges_are_refused() {
        assert_eq!(Layout::new(Geometry::HOT, 0), Err(LayoutError::Empty));
        assert_eq!(Layout::new(Geometry::HOT, (64 << 20) + 1), Err(LayoutError::TooLarge((64 << 20) + 1)));
        let none = Geometry { data: 0, parity: 1 };
        assert_eq!(Layout::new(none, 1), Err(LayoutError::Geometry { data: 0 }));
        let layout = Layout::new(Geometry::HOT, 10).unwrap();
        assert!(layout.plan(0..11).is_err());
        #[allow(clippy::reversed_empty_ranges)]
        let backwards = 5..4;
        assert!(layout.plan(backwards).is_err());
    }
}
