//! The index: what a segment holds, written behind its bytes and sealed with them.

use codec::{Decode, Encode};

const VERSION: u8 = 1;
/// Most bytes of a path.
pub const MAX_PATH_BYTES: usize = 4096;
/// Bytes of an encoded index beside its entries: version, and the longest count.
const FRAME_SIZE: usize = 1 + 5;

/// Names one version of an object: drawn at random when it is put, and shared by its parts.
pub type ObjectId = [u8; 16];

/// A part of an object that lies in this segment.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Entry {
    /// The object.
    pub object: ObjectId,
    /// Its path, with `/` between names.
    pub path: String,
    /// Bytes of the whole object.
    pub size: u64,
    /// When it was modified, in milliseconds since 1970.
    pub modified: i64,
    /// Where this part begins in the object.
    pub object_offset: u64,
    /// Where it begins in the segment.
    pub offset: u32,
    /// Its bytes.
    pub length: u32,
    /// Its number, from 0.
    pub part: u32,
    /// Parts of the object.
    pub parts: u32,
}

/// All parts in a segment, in the order of their bytes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Index {
    /// The parts.
    pub entries: Vec<Entry>,
}

/// Why an index could not be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IndexError {
    /// Written by a later version.
    #[error("the segment's index has format {0} and this program reads format {VERSION}: update it")]
    UnknownVersion(u8),
    /// Not an index.
    #[error("the segment's index cannot be read: its manifest points elsewhere, or it was written wrongly")]
    Malformed,
    /// An entry points outside the segment's contents.
    #[error("the index places \"{path}\" outside the segment's {contents} bytes of contents")]
    OutOfRange {
        /// The object.
        path: String,
        /// Bytes before the index.
        contents: u32,
    },
    /// An entry contradicts itself.
    #[error("the index describes part {part} of {parts} of \"{path}\" in a way that cannot be")]
    Impossible {
        /// The object.
        path: String,
        /// The part's number.
        part: u32,
        /// Parts of the object.
        parts: u32,
    },
}

impl Entry {
    /// Bytes that the entry takes in an index. Depends on the path alone.
    pub fn encoded_len(&self) -> usize {
        self.encoded_size()
    }
}

impl Index {
    /// The most bytes that an index with entries of `entries_len` bytes takes.
    pub fn len_with(entries_len: usize) -> usize {
        entries_len.saturating_add(FRAME_SIZE)
    }

    /// The bytes behind a segment's contents.
    pub fn to_bytes(&self) -> Vec<u8> {
        (VERSION, &self.entries).encode()
    }

    /// Reads the index of a segment with `contents` bytes before it.
    pub fn from_bytes(mut bytes: &[u8], contents: u32) -> Result<Self, IndexError> {
        let version = u8::decode(&mut bytes).map_err(|_| IndexError::Malformed)?;
        if version != VERSION {
            return Err(IndexError::UnknownVersion(version));
        }
        let entries = Vec::<Entry>::decode(&mut bytes).map_err(|_| IndexError::Malformed)?;
        if !bytes.is_empty() {
            return Err(IndexError::Malformed);
        }
        for entry in &entries {
            if entry.offset.checked_add(entry.length).is_none_or(|end| end > contents) {
                return Err(IndexError::OutOfRange { path: entry.path.clone(), contents });
            }
            let end = entry.object_offset.checked_add(u64::from(entry.length));
            if entry.part >= entry.parts || end.is_none_or(|end| end > entry.size) {
                let Entry { path, part, parts, .. } = entry.clone();
                return Err(IndexError::Impossible { path, part, parts });
            }
        }
        Ok(Self { entries })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            object: [1; 16],
            path: "a/ü.txt".into(),
            size: 100,
            modified: -5,
            object_offset: 40,
            offset: 10,
            length: 60,
            part: 1,
            parts: 2,
        }
    }

    #[test]
    fn round_trip_and_size() {
        let index = Index { entries: vec![entry(), entry()] };
        let bytes = index.to_bytes();
        assert_eq!(Index::from_bytes(&bytes, 70), Ok(index.clone()));
        assert!(bytes.len() <= Index::len_with(index.entries.iter().map(Entry::encoded_len).sum()));
        assert_eq!(Index::from_bytes(&Index::default().to_bytes(), 0), Ok(Index::default()));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let good = Index { entries: vec![entry()] };
        let bytes = good.to_bytes();
        assert!(matches!(Index::from_bytes(&bytes, 69), Err(IndexError::OutOfRange { contents: 69, .. })));
        for at in 0..bytes.len() {
            assert!(Index::from_bytes(&bytes[..at], 70).is_err());
        }
        assert_eq!(Index::from_bytes(&[&bytes[..], &[0]].concat(), 70), Err(IndexError::Malformed));
        assert_eq!(Index::from_bytes(&[2], 70), Err(IndexError::UnknownVersion(2)));
        for bad in [Entry { part: 2, ..entry() }, Entry { size: 99, ..entry() }] {
            let bytes = Index { entries: vec![bad] }.to_bytes();
            assert!(matches!(Index::from_bytes(&bytes, 70), Err(IndexError::Impossible { .. })));
        }
        let far = Index { entries: vec![Entry { offset: u32::MAX, ..entry() }] }.to_bytes();
        assert!(matches!(Index::from_bytes(&far, u32::MAX), Err(IndexError::OutOfRange { .. })));
    }
}
