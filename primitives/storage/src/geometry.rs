//! How a segment becomes shards.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{SlotIndex, CHUNK_BYTES};

/// Plaintext bytes of the largest segment: 64 MiB.
pub const MAX_SEGMENT_BYTES: u32 = 64 << 20;
/// Plaintext bytes of one sealed frame.
pub const FRAME_BYTES: u32 = 64 << 10;
/// Bytes that sealing adds to a frame (the AES-GCM tag).
pub const FRAME_TAG_BYTES: u32 = 16;
/// Shards are padded to a multiple of this, so that erasure kernels work on whole vectors.
pub const SHARD_ALIGN: u32 = 64;

/// How many shards a copy has, and how many of them restore it.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    serde::Serialize,
    serde::Deserialize,
)]
pub struct Geometry {
    /// Shards that hold the data; any this many restore the copy.
    pub data: u8,
    /// Shards that may be lost.
    pub parity: u8,
}

impl Geometry {
    /// Four and four: quick to repair, twice the bytes.
    pub const HOT: Self = Self { data: 4, parity: 4 };
    /// Sixteen and eight: half as many bytes again.
    pub const STANDARD: Self = Self { data: 16, parity: 8 };
    /// Twenty and ten: the widest spread.
    pub const ARCHIVE: Self = Self { data: 20, parity: 10 };

    /// Shards of one copy.
    pub fn shards(&self) -> u8 {
        self.data.saturating_add(self.parity)
    }

    /// Slots of `copies` copies, or `None` where a slot index could not name them all.
    pub fn slots(&self, copies: u8) -> Option<u8> {
        self.data.checked_add(self.parity)?.checked_mul(copies)
    }

    /// The copy and the shard that a slot stands for.
    pub fn locate(&self, slot: SlotIndex) -> Option<(u8, u8)> {
        let shards = self.shards();
        Some((slot.checked_div(shards)?, slot.checked_rem(shards)?))
    }

    /// Fewest filled slots of a copy with which a deal may begin: `data + ceil(parity / 2)`.
    pub fn least_filled(&self) -> u8 {
        self.data.saturating_add(self.parity.div_ceil(2))
    }

    /// Most slots of a copy that one of so many operators may have: its even share or two, whichever is more.
    pub fn most_of_operator(&self, operators: u32) -> u32 {
        u32::from(self.shards()).div_ceil(operators.max(1)).max(2)
    }

    /// Bytes of each shard of a sealed segment of `sealed` bytes.
    pub fn shard_len(&self, sealed: u32) -> Option<u32> {
        if self.data == 0 || sealed == 0 {
            return None;
        }
        sealed.div_ceil(u32::from(self.data)).checked_next_multiple_of(SHARD_ALIGN)
    }
}

/// Bytes of a segment once its frames are sealed.
pub fn sealed_len(plain: u32) -> u32 {
    plain.saturating_add(plain.div_ceil(FRAME_BYTES).saturating_mul(FRAME_TAG_BYTES))
}

/// Chunks of a shard; the last one may be short.
pub fn chunks(shard_len: u32) -> u32 {
    shard_len.div_ceil(CHUNK_BYTES as u32)
}

/// Bytes of chunk `index` of a shard, or `None` where the shard ends before it.
pub fn chunk_len(shard_len: u32, index: u32) -> Option<usize> {
    let left = shard_len.checked_sub(index.checked_mul(CHUNK_BYTES as u32)?)?;
    (left > 0).then(|| (left as usize).min(CHUNK_BYTES))
}
