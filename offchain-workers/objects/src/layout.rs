//! The keys of the store's records.
//!
//! | keyspace | key | record |
//! | --- | --- | --- |
//! | `meta` | a name | form of the store, next numbers |
//! | `buckets` | name | [`BucketRecord`](crate::records::BucketRecord) |
//! | `configs` | bucket, kind | when it was set, and the document |
//! | `current` | bucket, key | [`Kept`](crate::records::Kept): the newest version, unless that is a delete marker |
//! | `versions` | bucket, key escaped and ended, order | `Kept`: all other versions, the newest first |
//! | `nulls` | bucket, key | order of the version "null" that is in `versions` |
//! | `segments` | bucket, number | [`SegmentRecord`](crate::records::SegmentRecord) |
//! | `changes` | bucket, number | [`Change`](crate::records::Change), for the next commit |
//! | `uploads` | upload | [`UploadRecord`](crate::records::UploadRecord) |
//! | `uploading` | bucket, key escaped and ended, upload | nothing: uploads in progress, by key |
//! | `parts` | upload, number | [`PartRecord`](crate::records::PartRecord) |
//! | `lines` | bucket, … | where the bucket's commits stand |
//! | `orphans` | bucket, key escaped and ended, order | what was heard of a version before the version |
//!
//! Numbers are big-endian, so that records sort by them. A key is escaped where something follows it: a zero becomes 0, 255 and the end
//! is 0, 1, which leaves the order of keys as it is.

use crate::records::{Order, SegmentNumber};

/// Where `meta` has the form of the store, and the next numbers.
pub(crate) const FORM: &[u8] = b"form";
pub(crate) const NEXT_BUCKET: &[u8] = b"next bucket";
pub(crate) const NEXT_SEGMENT: &[u8] = b"next segment";

const ESCAPED_ZERO: [u8; 2] = [0, 0xFF];
const END: [u8; 2] = [0, 1];

/// An upload: its bucket, when it was begun, and bytes that nobody can foretell.
pub(crate) type UploadKey = [u8; 20];

pub(crate) fn plain(bucket: u32, key: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(4 + key.len());
    bytes.extend_from_slice(&bucket.to_be_bytes());
    bytes.extend_from_slice(key);
    bytes
}

/// What the escaped keys begin with that begin with `key`.
pub(crate) fn escaped(bucket: u32, key: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(4 + key.len() + 22);
    bytes.extend_from_slice(&bucket.to_be_bytes());
    for byte in key {
        match byte {
            0 => bytes.extend_from_slice(&ESCAPED_ZERO),
            byte => bytes.push(*byte),
        }
    }
    bytes
}

/// What all that belongs to one key begins with.
pub(crate) fn ended(bucket: u32, key: &[u8]) -> Vec<u8> {
    let mut bytes = escaped(bucket, key);
    bytes.extend_from_slice(&END);
    bytes
}

pub(crate) fn version(bucket: u32, key: &[u8], order: &Order) -> Vec<u8> {
    let mut bytes = ended(bucket, key);
    bytes.extend_from_slice(order);
    bytes
}

/// The key and what follows it, of an escaped one without its bucket.
pub(crate) fn unescape(bytes: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut key = Vec::with_capacity(bytes.len());
    let mut at = 0;
    loop {
        match (bytes.get(at)?, bytes.get(at + 1)) {
            (0, Some(1)) => return Some((key, bytes.get(at + 2..)?)),
            (0, Some(0xFF)) => {
                key.push(0);
                at += 2;
            },
            (0, _) => return None,
            (byte, _) => {
                key.push(*byte);
                at += 1;
            },
        }
    }
}

pub(crate) fn numbered(bucket: u32, number: u64) -> [u8; 12] {
    let mut bytes = [0; 12];
    bytes[..4].copy_from_slice(&bucket.to_be_bytes());
    bytes[4..].copy_from_slice(&number.to_be_bytes());
    bytes
}

/// The bucket and the number of such a key.
pub(crate) fn parse_numbered(bytes: &[u8]) -> Option<(u32, SegmentNumber)> {
    let (bucket, number) = bytes.split_first_chunk()?;
    Some((u32::from_be_bytes(*bucket), u64::from_be_bytes(number.try_into().ok()?)))
}

/// Where `meta` has the clock of a bucket.
pub(crate) fn clock(bucket: u32) -> Vec<u8> {
    [b"clock ".as_slice(), &bucket.to_be_bytes()].concat()
}

/// Where `meta` has the uploads whose completion is forgotten, by the time of that.
pub(crate) const FORGET: &[u8] = b"forget ";

pub(crate) fn forget(at: i64, upload: &UploadKey) -> Vec<u8> {
    [FORGET, &at.max(0).to_be_bytes(), upload].concat()
}

/// When such an upload was completed, and which it is.
pub(crate) fn parse_forget(key: &[u8]) -> Option<(i64, UploadKey)> {
    let (at, upload) = key.strip_prefix(FORGET)?.split_first_chunk()?;
    Some((i64::from_be_bytes(*at), upload.try_into().ok()?))
}

pub(crate) fn config(bucket: u32, kind: crate::bucket::ConfigKind) -> Vec<u8> {
    plain(bucket, &codec::Encode::encode(&kind))
}

pub(crate) fn part(upload: &UploadKey, number: u32) -> [u8; 24] {
    let mut bytes = [0; 24];
    bytes[..20].copy_from_slice(upload);
    bytes[20..].copy_from_slice(&number.to_be_bytes());
    bytes
}

pub(crate) fn uploading(bucket: u32, key: &[u8], upload: &UploadKey) -> Vec<u8> {
    let mut bytes = ended(bucket, key);
    bytes.extend_from_slice(upload);
    bytes
}

/// The first bytes after all that begin with these, if any are.
pub(crate) fn after_all(prefix: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = prefix.to_vec();
    while let Some(last) = bytes.pop() {
        if last < 0xFF {
            bytes.push(last + 1);
            return Some(bytes);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escaped_keys_sort_as_they_are_and_come_back() {
        let mut keys: Vec<&[u8]> = vec![b"a", b"a\0", b"a\0\x01", b"a\0\xFF", b"a\x01", b"ab", b"b", b"\0", b"a\0b"];
        keys.sort();
        let mut escaped: Vec<Vec<u8>> = keys.iter().map(|key| version(7, key, &[0xFF; 20])).collect();
        let came: Vec<Vec<u8>> = escaped.iter().map(|bytes| unescape(&bytes[4..]).unwrap().0).collect();
        assert_eq!(came, keys);
        let before = escaped.clone();
        escaped.sort();
        assert_eq!(escaped, before);
    }

    #[test]
    fn after_all_is_past_every_key_with_the_prefix() {
        assert_eq!(after_all(b"ab"), Some(b"ac".to_vec()));
        assert_eq!(after_all(&[1, 0xFF]), Some(vec![2]));
        assert_eq!(after_all(&[0xFF]), None);
    }
}
