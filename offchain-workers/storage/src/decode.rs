//! Decode: shards become the segment's plaintext, or the part of it that was asked for.
//!
//! Nothing unchecked goes in: a [`VerifiedShard`] has been compared with its root. Nothing unchecked comes out either: frames
//! carry tags, and a whole segment is compared with the hash in its manifest.

use std::collections::BTreeMap;

use bytes::Bytes;
use idlewild_storage_primitives::{
    geometry::{Geometry, FRAME_BYTES},
    Root,
};

use crate::{
    erasure::{CodeError, Coder, GeometryError},
    keys::{DataKey, PlainHash},
    layout::{helpers, Layout, LayoutError, RangePlan},
    seal::{Cipher, OpenError, SEALED_FRAME},
};

/// Why bytes are not the shard that they are said to be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "shard {index} is not the one on chain: {length} bytes with root {got} where {expected} was promised; ask another miner"
)]
pub struct WrongShard {
    /// The shard, within its copy.
    pub index: u8,
    /// Bytes received.
    pub length: usize,
    /// Their BLAKE3 root, in hexadecimal.
    pub got: String,
    /// The root on chain, in hexadecimal.
    pub expected: String,
}

/// Why shards did not decode.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The segment does not fit the geometry, or the range not the segment.
    #[error(transparent)]
    Layout(#[from] LayoutError),
    /// There are not shards enough, or they do not fit together.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// A frame does not open.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// A shard of another length than the manifest implies.
    #[error("shard {index} has {got} bytes where the manifest implies {expected}: the manifest is another segment's")]
    WrongLength {
        /// The shard.
        index: u8,
        /// Its length.
        got: usize,
        /// The length implied.
        expected: usize,
    },
    /// The plaintext is not what the manifest says.
    #[error("the segment decodes to other bytes than its manifest promises: it was encoded wrongly or the manifest is another segment's")]
    WrongPlaintext,
    /// A piece that the plan asked for was not supplied.
    #[error("bytes {start}..{end} of shard {shard} are missing: fetch them and decode again")]
    MissingPiece {
        /// The shard.
        shard: u8,
        /// From where.
        start: u32,
        /// To where.
        end: u32,
    },
}

/// A whole shard whose bytes have been compared with its root.
#[derive(Clone, Debug)]
pub struct VerifiedShard {
    index: u8,
    bytes: Bytes,
}

impl VerifiedShard {
    /// Compares a shard with its root.
    pub fn check(index: u8, bytes: Bytes, root: &Root) -> Result<Self, WrongShard> {
        let got = blake3::hash(&bytes);
        if got.as_bytes() != root {
            let expected = hex::encode(root);
            return Err(WrongShard { index, length: bytes.len(), got: hex::encode(got.as_bytes()), expected });
        }
        Ok(Self { index, bytes })
    }

    /// Takes a shard that was compared with its root while it was received.
    pub fn already_checked(index: u8, bytes: Bytes) -> Self {
        Self { index, bytes }
    }

    /// The shard's index within its copy.
    pub fn index(&self) -> u8 {
        self.index
    }

    /// Its bytes.
    pub fn bytes(&self) -> &Bytes {
        &self.bytes
    }
}

/// Decodes segments of one geometry.
#[derive(Debug)]
pub struct Decoder {
    coder: Coder,
}

/// Parts of shards, checked against their roots by whoever fetched them.
#[derive(Clone, Debug, Default)]
pub struct Fetched(BTreeMap<u8, Vec<(u32, Bytes)>>);

impl Fetched {
    /// Adds the bytes of shard `shard` that begin at `start`.
    pub fn insert(&mut self, shard: u8, start: u32, bytes: Bytes) {
        self.0.entry(shard).or_default().push((start, bytes));
    }

    fn get(&self, shard: u8, start: u32, end: u32) -> Option<&[u8]> {
        self.0.get(&shard)?.iter().find_map(|(at, bytes)| {
            let from = start.checked_sub(*at)? as usize;
            bytes.get(from..from.checked_add(end.checked_sub(start)? as usize)?)
        })
    }
}

impl Decoder {
    /// Prepares the geometry's code.
    pub fn new(geometry: Geometry) -> Result<Self, GeometryError> {
        Ok(Self { coder: Coder::new(geometry)? })
    }

    /// The geometry.
    pub fn geometry(&self) -> Geometry {
        self.coder.geometry()
    }

    /// Restores a segment of `plain_len` bytes from any `data` shards of one copy, and checks it against its hash.
    pub fn decode(
        &self,
        shards: &[VerifiedShard],
        plain_len: u32,
        hash: &PlainHash,
        key: &DataKey,
    ) -> Result<Vec<u8>, DecodeError> {
        let mut plain = Vec::new();
        self.decode_into(shards, plain_len, hash, key, &mut plain)?;
        Ok(plain)
    }

    /// As [`Decoder::decode`], into memory that the caller uses again from segment to segment; what it held is replaced. On an
    /// error it holds nothing.
    pub fn decode_into(
        &self,
        shards: &[VerifiedShard],
        plain_len: u32,
        hash: &PlainHash,
        key: &DataKey,
        plain: &mut Vec<u8>,
    ) -> Result<(), DecodeError> {
        plain.clear();
        let outcome = self
            .fill(shards, plain_len, key, plain)
            .and_then(|got| (got == *hash).then_some(()).ok_or(DecodeError::WrongPlaintext));
        if outcome.is_err() {
            plain.clear();
        }
        outcome
    }

    /// Opens all frames into `plain` and returns the hash of what came out.
    fn fill(
        &self,
        shards: &[VerifiedShard],
        plain_len: u32,
        key: &DataKey,
        plain: &mut Vec<u8>,
    ) -> Result<PlainHash, DecodeError> {
        let layout = Layout::new(self.geometry(), plain_len as usize)?;
        let data = self.data_shards(shards, &layout)?;
        plain.reserve((plain_len as usize).saturating_add(SEALED_FRAME));
        let mut hasher = blake3::Hasher::new();
        let cipher = Cipher::new(key);
        let sealed_len = layout.sealed_len() as usize;
        let mut at = 0usize;
        let mut frame = 0u32;
        while at < sealed_len {
            let end = sealed_len.min(at.saturating_add(SEALED_FRAME));
            let start = plain.len();
            gather(&data, layout.shard_len() as usize, at, end, plain);
            // The frame is opened where its plaintext will stay; only the tag is cut off behind it.
            let opened = cipher.open_frame(frame, &mut plain[start..])?.len();
            plain.truncate(start.saturating_add(opened));
            // Hashed while it is in cache.
            hasher.update(&plain[start..]);
            at = end;
            frame = frame.saturating_add(1);
        }
        Ok(*hasher.finalize().as_bytes())
    }

    /// Restores a range of the plaintext from the pieces that [`RangePlan::fetches`] named.
    ///
    /// The hash in the manifest covers the whole segment and says nothing of a part; the frames' tags vouch for this one.
    pub fn decode_range(&self, plan: &RangePlan, fetched: &Fetched, key: &DataKey) -> Result<Vec<u8>, DecodeError> {
        let wanted = plan.wanted();
        let sealed_range = plan.sealed();
        let mut sealed = Vec::with_capacity((sealed_range.end - sealed_range.start) as usize);
        for piece in plan.pieces() {
            let (start, end) = (piece.range.start, piece.range.end);
            match fetched.get(piece.shard, start, end) {
                Some(bytes) => sealed.extend_from_slice(bytes),
                None => sealed.extend_from_slice(&self.rebuild_piece(fetched, piece.shard, start, end)?),
            }
        }
        let frames = plan.frames();
        let mut plain = Vec::with_capacity(sealed.len());
        Cipher::new(key).open_frames(frames.start, &mut sealed, &mut plain)?;
        let skip = wanted.start.saturating_sub(frames.start.saturating_mul(FRAME_BYTES)) as usize;
        let length = (wanted.end - wanted.start) as usize;
        plain.drain(..skip.min(plain.len()));
        plain.truncate(length);
        Ok(plain)
    }

    /// Computes other shards of the same copy, as a repairer does, and leaves the comparison with their roots to the caller's
    /// [`VerifiedShard::check`].
    pub fn rebuild(&self, shards: &[VerifiedShard], wanted: &[u8]) -> Result<Vec<Bytes>, CodeError> {
        let at_hand: Vec<(u8, &Bytes)> = shards.iter().map(|shard| (shard.index, &shard.bytes)).collect();
        Ok(self.coder.rebuild(&at_hand, wanted)?.into_iter().map(Bytes::from).collect())
    }

    fn data_shards(&self, shards: &[VerifiedShard], layout: &Layout) -> Result<Vec<Bytes>, DecodeError> {
        let expected = layout.shard_len() as usize;
        for shard in shards {
            if shard.bytes.len() != expected {
                return Err(DecodeError::WrongLength { index: shard.index, got: shard.bytes.len(), expected });
            }
        }
        let find = |index: u8| shards.iter().find(|shard| shard.index == index).map(|shard| shard.bytes.clone());
        let lost: Vec<u8> = (0..self.geometry().data).filter(|index| find(*index).is_none()).collect();
        let mut rebuilt = match lost.is_empty() {
            true => Vec::new(),
            false => self.rebuild(shards, &lost)?,
        }
        .into_iter();
        Ok((0..self.geometry().data).filter_map(|index| find(index).or_else(|| rebuilt.next())).collect())
    }

    fn rebuild_piece(&self, fetched: &Fetched, shard: u8, start: u32, end: u32) -> Result<Vec<u8>, DecodeError> {
        let missing = DecodeError::MissingPiece { shard, start, end };
        let have: Vec<u8> = fetched.0.keys().copied().filter(|other| fetched.get(*other, start, end).is_some()).collect();
        let k = usize::from(self.geometry().data);
        if have.len() < k {
            return Err(missing);
        }
        let columns: Vec<(u8, &[u8])> =
            helpers(&have, k).into_iter().filter_map(|other| Some((other, fetched.get(other, start, end)?))).collect();
        self.coder.rebuild(&columns, &[shard])?.pop().ok_or(missing)
    }
}

/// Appends bytes `at..end` of the sealed segment, which may run over from one shard into the next.
fn gather(data: &[Bytes], shard_len: usize, mut at: usize, end: usize, into: &mut Vec<u8>) {
    while at < end {
        let (shard, within) = (at / shard_len, at % shard_len);
        let take = (end - at).min(shard_len - within);
        if let Some(bytes) = data.get(shard).and_then(|bytes| bytes.get(within..within.saturating_add(take))) {
            into.extend_from_slice(bytes);
        }
        at = at.saturating_add(take);
    }
}
