//! The packer: streams objects into segments.
//!
//! Small objects share a segment; large ones span many. One segment is in memory at a time, and each is handed on as soon as
//! it is full.

use std::io::{self, Read};

use idlewild_storage_primitives::geometry::MAX_SEGMENT_BYTES;
use ring::rand::{SecureRandom, SystemRandom};

use crate::{
    index::{Entry, Index, ObjectId, MAX_PATH_BYTES},
    keys::PlainHash,
    manifest::Manifest,
};

/// An object of at most this fraction of a segment is not split over two: at most so much of a segment stays empty for it.
const WHOLE_FRACTION: usize = 16;
/// No part but the last of an object is shorter than this, so that a nearly full segment is not given a splinter.
const LEAST_PART: usize = 64 << 10;

/// A segment's plaintext: contents, then index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// All bytes.
    pub bytes: Vec<u8>,
    /// Where the index begins.
    pub index_offset: u32,
}

impl Segment {
    /// The segment's manifest, given the hash of its bytes as [`crate::encode::Encoder::copies`] returns it.
    pub fn manifest(&self, hash: PlainHash) -> Manifest {
        // A packer makes no segment longer than its capacity, which is a u32.
        let length = self.bytes.len() as u32;
        Manifest { hash, length, index_offset: self.index_offset, index_length: length.saturating_sub(self.index_offset) }
    }
}

/// What is known of an object before it is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ObjectMeta {
    /// Its path.
    pub path: String,
    /// Its bytes.
    pub size: u64,
    /// When it was modified, in milliseconds since 1970.
    pub modified: i64,
}

/// Why an object could not be packed. Whatever happens, objects packed before it are not affected.
#[derive(Debug, thiserror::Error)]
pub enum PackError<E: std::error::Error> {
    /// The path is no path.
    #[error("\"{path}\" cannot name an object: a path has 1 to {MAX_PATH_BYTES} bytes, no empty names and no \".\" or \"..\"")]
    BadPath {
        /// The path.
        path: String,
    },
    /// Reading failed.
    #[error("reading \"{path}\" failed: {source}")]
    Read {
        /// The object.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// The object has another size than it had.
    #[error("\"{path}\" had {size} bytes and changed while it was read: put it again when nobody writes to it")]
    Changed {
        /// The object.
        path: String,
        /// The size that it had.
        size: u64,
    },
    /// More parts than can be counted.
    #[error("\"{path}\" is too large: {size} bytes make more parts than an index can number")]
    TooLarge {
        /// The object.
        path: String,
        /// Its size.
        size: u64,
    },
    /// The system gives no random numbers.
    #[error("the system's random generator gave no object id: try again")]
    NoRandomness,
    /// Whoever takes the segments refused one.
    #[error(transparent)]
    Sink(E),
}

/// Packs objects into segments and hands each full one to `sink`.
#[derive(Debug)]
pub struct Packer<S> {
    sink: S,
    capacity: usize,
    bytes: Vec<u8>,
    entries: Vec<Entry>,
    entries_len: usize,
}

impl<S, E> Packer<S>
where
    S: FnMut(Segment) -> Result<(), E>,
    E: std::error::Error,
{
    /// Packs into segments of the largest size.
    pub fn new(sink: S) -> Self {
        Self::with_capacity(MAX_SEGMENT_BYTES, sink)
    }

    /// Packs into segments of at most `capacity` bytes, index included; at least 256 KiB and at most the largest size.
    pub fn with_capacity(capacity: u32, sink: S) -> Self {
        Self { sink, capacity: clamp(capacity), bytes: Vec::new(), entries: Vec::new(), entries_len: 0 }
    }

    /// Packs one object under a random id, which it returns.
    ///
    /// On failure the object is left out of the open segment. Segments handed on before keep their parts of it, which
    /// [`crate::tree`] will report as incomplete.
    pub fn add(&mut self, meta: &ObjectMeta, reader: impl Read) -> Result<ObjectId, PackError<E>> {
        let mut object = ObjectId::default();
        SystemRandom::new().fill(&mut object).map_err(|_| PackError::NoRandomness)?;
        self.add_as(object, meta, reader)?;
        Ok(object)
    }

    /// Packs one object under an id that the caller chose, as one does to resume a put: the same objects under the same ids
    /// in the same order give the same segments. Otherwise as [`Packer::add`].
    pub fn add_as(&mut self, object: ObjectId, meta: &ObjectMeta, mut reader: impl Read) -> Result<(), PackError<E>> {
        check_path(&meta.path)?;
        let blank = blank(object, meta);
        let cost = blank.encoded_len();
        if self.fill().must_flush(cost, meta.size) {
            self.flush().map_err(PackError::Sink)?;
        }
        let parts = self.fill().parts::<E>(cost, meta)?;
        let mut done = 0u64;
        for part in 0..parts {
            if part > 0 {
                self.flush().map_err(PackError::Sink)?;
            }
            let length = usize_or_max(meta.size.saturating_sub(done)).min(self.fill().room(cost));
            let start = self.bytes.len();
            self.reserve(length);
            let outcome = self.read_part(&mut reader, meta, length, part.saturating_add(1) == parts);
            if let Err(error) = outcome {
                self.bytes.truncate(start);
                return Err(error);
            }
            let (offset, length) = (start as u32, length as u32);
            self.entries.push(Entry { object_offset: done, offset, length, part, parts, ..blank.clone() });
            self.entries_len = self.entries_len.saturating_add(cost);
            done = done.saturating_add(u64::from(length));
        }
        Ok(())
    }

    /// Hands on what is left, if anything.
    pub fn finish(mut self) -> Result<(), E> {
        if self.entries.is_empty() {
            return Ok(());
        }
        self.flush()
    }

    /// How full the open segment is.
    fn fill(&self) -> Fill {
        Fill { capacity: self.capacity, contents: self.bytes.len(), entries: self.entries_len }
    }

    /// Makes room for a part. Reserving a whole segment at once would cost every small put 64 MiB.
    fn reserve(&mut self, length: usize) {
        let index = Index::len_with(self.entries_len).saturating_add(MAX_PATH_BYTES);
        self.bytes.reserve(length.saturating_add(index).min(self.capacity.saturating_sub(self.bytes.len())));
    }

    fn read_part(&mut self, reader: &mut impl Read, meta: &ObjectMeta, length: usize, last: bool) -> Result<(), PackError<E>> {
        let failed = |source| PackError::Read { path: meta.path.clone(), source };
        let changed = || PackError::Changed { path: meta.path.clone(), size: meta.size };
        let read = reader.by_ref().take(length as u64).read_to_end(&mut self.bytes).map_err(failed)?;
        if read != length {
            return Err(changed());
        }
        if last {
            // One byte more than announced means that somebody is appending.
            let mut more = Vec::new();
            if reader.by_ref().take(1).read_to_end(&mut more).map_err(failed)? > 0 {
                return Err(changed());
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> Result<(), E> {
        let mut bytes = std::mem::take(&mut self.bytes);
        let entries = std::mem::take(&mut self.entries);
        self.entries_len = 0;
        let index_offset = bytes.len() as u32;
        bytes.extend_from_slice(&Index { entries }.to_bytes());
        (self.sink)(Segment { bytes, index_offset })
    }
}

/// The lengths of the segments that a packer of this capacity makes of objects, known before any of them is read. A segment is
/// not longer than is said here, and shorter by a few bytes at most.
pub fn lengths<'a, E: std::error::Error>(
    objects: impl IntoIterator<Item = &'a ObjectMeta>,
    capacity: u32,
) -> Result<Vec<u32>, PackError<E>> {
    let capacity = clamp(capacity);
    let mut lengths = Vec::new();
    let mut fill = Fill { capacity, contents: 0, entries: 0 };
    let mut flush = |fill: &mut Fill| {
        // No segment is longer than its capacity, which was a u32.
        lengths.push(fill.len() as u32);
        *fill = Fill { capacity, contents: 0, entries: 0 };
    };
    for meta in objects {
        check_path::<E>(&meta.path)?;
        let cost = blank(ObjectId::default(), meta).encoded_len();
        if fill.must_flush(cost, meta.size) {
            flush(&mut fill);
        }
        let mut left = meta.size;
        for part in 0..fill.parts::<E>(cost, meta)? {
            if part > 0 {
                flush(&mut fill);
            }
            let length = usize_or_max(left).min(fill.room(cost));
            fill.contents = fill.contents.saturating_add(length);
            fill.entries = fill.entries.saturating_add(cost);
            left = left.saturating_sub(length as u64);
        }
    }
    if fill.entries > 0 {
        flush(&mut fill);
    }
    Ok(lengths)
}

/// How full a segment is. Where objects go follows from this, from their paths and from their sizes alone.
#[derive(Clone, Copy, Debug)]
struct Fill {
    capacity: usize,
    /// Bytes of contents.
    contents: usize,
    /// Bytes of the index's entries: 0 where there is none.
    entries: usize,
}

impl Fill {
    /// Bytes of the segment, at most.
    fn len(&self) -> usize {
        self.contents.saturating_add(Index::len_with(self.entries))
    }

    /// Bytes that one more entry of `cost` bytes leaves for contents.
    fn room(&self, cost: usize) -> usize {
        let index = Index::len_with(self.entries.saturating_add(cost));
        self.capacity.saturating_sub(index).saturating_sub(self.contents)
    }

    fn must_flush(&self, cost: usize, size: u64) -> bool {
        if self.entries == 0 {
            return false;
        }
        let (room, size) = (self.room(cost), usize_or_max(size));
        let index_full = Index::len_with(self.entries.saturating_add(cost)).saturating_add(self.contents);
        index_full > self.capacity || (size > room && (size <= self.capacity / WHOLE_FRACTION || room < LEAST_PART))
    }

    /// The parts that an object makes, the first of which goes here.
    fn parts<E: std::error::Error>(&self, cost: usize, meta: &ObjectMeta) -> Result<u32, PackError<E>> {
        let first = usize_or_max(meta.size).min(self.room(cost)) as u64;
        let later = self.capacity.saturating_sub(Index::len_with(cost)).max(1) as u64;
        let parts = meta.size.saturating_sub(first).div_ceil(later).saturating_add(1);
        u32::try_from(parts).map_err(|_| PackError::TooLarge { path: meta.path.clone(), size: meta.size })
    }
}

fn clamp(capacity: u32) -> usize {
    capacity.clamp(256 << 10, MAX_SEGMENT_BYTES) as usize
}

/// An object's entry, with nothing said yet of any part.
fn blank(object: ObjectId, meta: &ObjectMeta) -> Entry {
    Entry {
        object,
        path: meta.path.clone(),
        size: meta.size,
        modified: meta.modified,
        object_offset: 0,
        offset: 0,
        length: 0,
        part: 0,
        parts: 0,
    }
}

fn check_path<E: std::error::Error>(path: &str) -> Result<(), PackError<E>> {
    let sound =
        path.len() <= MAX_PATH_BYTES && !path.contains('\0') && path.split('/').all(|name| !matches!(name, "" | "." | ".."));
    sound.then_some(()).ok_or_else(|| PackError::BadPath { path: path.to_owned() })
}

fn usize_or_max(size: u64) -> usize {
    usize::try_from(size).unwrap_or(usize::MAX)
}
