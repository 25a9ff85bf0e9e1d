//! What a name can lead to.

use alloc::vec::Vec;
use codec::{Compact, Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

use crate::json::text;

/// Most records of a name.
pub const MAX_RECORDS: u32 = 32;
/// Most bytes of an object's path in its bucket.
pub const MAX_OBJECT_PATH: usize = 256;
/// Most bytes of an endpoint.
pub const MAX_ENDPOINT: usize = 128;
/// Most bytes of a text.
pub const MAX_TEXT: usize = 256;
/// Most bytes of the key of a text.
pub const MAX_TEXT_KEY: usize = 32;
/// Most bytes of another chain's address.
pub const MAX_ADDRESS: usize = 64;

/// Where an object is.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ObjectRef {
    /// A file that is published, by the publication's number.
    #[codec(index = 0)]
    Publication(u64),
    /// An object of a bucket, or all under a path that ends with a slash, or the whole bucket where the path is empty.
    #[codec(index = 1)]
    Bucket {
        /// The bucket.
        bucket: u64,
        /// The object's path in it.
        #[serde(with = "text")]
        path: Vec<u8>,
    },
}

/// What a name leads to, of one kind. A kind keeps its index for ever.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Record {
    /// An object, or a tree of them: what a browser is shown.
    #[codec(index = 0)]
    Object(ObjectRef),
    /// A bucket.
    #[codec(index = 1)]
    Bucket(u64),
    /// An account of this chain.
    #[codec(index = 2)]
    Account(#[serde(with = "const_hex::serde")] [u8; 32]),
    /// The ed25519 key of a peer.
    #[codec(index = 3)]
    PeerId(#[serde(with = "const_hex::serde")] [u8; 32]),
    /// Where a service is, as text.
    #[codec(index = 4)]
    Endpoint(#[serde(with = "text")] Vec<u8>),
    /// A table.
    #[codec(index = 5)]
    Table(u64),
    /// Text in UTF-8.
    #[codec(index = 6)]
    Text(#[serde(with = "text")] Vec<u8>),
    /// An address on another chain.
    #[codec(index = 7)]
    Foreign {
        /// The chain, by its number in SLIP-44.
        chain: u32,
        /// The address, in that chain's own bytes.
        #[serde(with = "const_hex::serde")]
        address: Vec<u8>,
    },
}

/// Which record of a name: one of each kind, and many texts and addresses.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Encode, Decode, DecodeWithMemTracking, TypeInfo, Serialize, Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub enum RecordKey {
    /// Of [`Record::Object`].
    #[codec(index = 0)]
    Object,
    /// Of [`Record::Bucket`].
    #[codec(index = 1)]
    Bucket,
    /// Of [`Record::Account`].
    #[codec(index = 2)]
    Account,
    /// Of [`Record::PeerId`].
    #[codec(index = 3)]
    PeerId,
    /// Of [`Record::Endpoint`].
    #[codec(index = 4)]
    Endpoint,
    /// Of [`Record::Table`].
    #[codec(index = 5)]
    Table,
    /// Of a [`Record::Text`] with this key, in UTF-8.
    #[codec(index = 6)]
    Text(#[serde(with = "text")] Vec<u8>),
    /// Of the [`Record::Foreign`] on this chain.
    #[codec(index = 7)]
    Foreign(u32),
}

impl RecordKey {
    /// Whether its bytes are within bounds.
    pub fn is_sound(&self) -> bool {
        match self {
            Self::Text(key) => (1..=MAX_TEXT_KEY).contains(&key.len()) && core::str::from_utf8(key).is_ok(),
            _ => true,
        }
    }
}

impl Record {
    /// Whether its bytes are within bounds, and text is text.
    pub fn is_sound(&self) -> bool {
        let is_text = |bytes: &[u8]| core::str::from_utf8(bytes).is_ok();
        match self {
            Self::Object(ObjectRef::Bucket { path, .. }) => path.len() <= MAX_OBJECT_PATH && is_text(path),
            Self::Endpoint(endpoint) => (1..=MAX_ENDPOINT).contains(&endpoint.len()) && is_text(endpoint),
            Self::Text(text) => text.len() <= MAX_TEXT && is_text(text),
            Self::Foreign { address, .. } => (1..=MAX_ADDRESS).contains(&address.len()),
            Self::Object(ObjectRef::Publication(_)) | Self::Bucket(_) | Self::Account(_) | Self::PeerId(_) | Self::Table(_) => {
                true
            },
        }
    }

    /// Whether it is what the key is of.
    pub fn is_of(&self, key: &RecordKey) -> bool {
        match (self, key) {
            (Self::Object(_), RecordKey::Object)
            | (Self::Bucket(_), RecordKey::Bucket)
            | (Self::Account(_), RecordKey::Account)
            | (Self::PeerId(_), RecordKey::PeerId)
            | (Self::Endpoint(_), RecordKey::Endpoint)
            | (Self::Table(_), RecordKey::Table)
            | (Self::Text(_), RecordKey::Text(_)) => true,
            (Self::Foreign { chain, .. }, RecordKey::Foreign(of)) => chain == of,
            _ => false,
        }
    }
}

/// Bytes of a list that long, with its length before it.
fn encoded(most: usize) -> usize {
    Compact::<u32>::max_encoded_len().saturating_add(most)
}

// Lists are bounded by `is_sound`, which is asked before anything is stored.
impl MaxEncodedLen for Record {
    fn max_encoded_len() -> usize {
        // An object in a bucket: its kind, where it is, the bucket and the path; a text is no longer.
        let object = 1usize.saturating_add(1).saturating_add(u64::max_encoded_len()).saturating_add(encoded(MAX_OBJECT_PATH));
        let text = 1usize.saturating_add(encoded(MAX_TEXT));
        object.max(text)
    }
}

impl MaxEncodedLen for RecordKey {
    fn max_encoded_len() -> usize {
        1usize.saturating_add(encoded(MAX_TEXT_KEY))
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    fn longest() -> [(RecordKey, Record); 8] {
        let object = ObjectRef::Bucket { bucket: u64::MAX, path: vec![b'x'; MAX_OBJECT_PATH] };
        [
            (RecordKey::Object, Record::Object(object)),
            (RecordKey::Bucket, Record::Bucket(u64::MAX)),
            (RecordKey::Account, Record::Account([1; 32])),
            (RecordKey::PeerId, Record::PeerId([2; 32])),
            (RecordKey::Endpoint, Record::Endpoint(vec![b'x'; MAX_ENDPOINT])),
            (RecordKey::Table, Record::Table(u64::MAX)),
            (RecordKey::Text(vec![b'x'; MAX_TEXT_KEY]), Record::Text(vec![b'x'; MAX_TEXT])),
            (RecordKey::Foreign(60), Record::Foreign { chain: 60, address: vec![0xff; MAX_ADDRESS] }),
        ]
    }

    #[test]
    fn the_longest_of_each_kind_are_sound_and_within_their_bounds() {
        for (index, (key, record)) in longest().into_iter().enumerate() {
            assert!(key.is_sound() && record.is_sound() && record.is_of(&key), "{record:?}");
            assert!(record.encoded_size() <= Record::max_encoded_len(), "{record:?}");
            assert!(key.encoded_size() <= RecordKey::max_encoded_len(), "{key:?}");
            assert_eq!((usize::from(key.encode()[0]), usize::from(record.encode()[0])), (index, index), "indices stay");
        }
    }

    #[test]
    fn a_record_is_of_its_own_key_only() {
        let all = longest();
        for (one, (key, _)) in all.iter().enumerate() {
            for (other, (_, record)) in all.iter().enumerate() {
                assert_eq!(record.is_of(key), one == other, "{record:?} of {key:?}");
            }
        }
        assert!(!Record::Foreign { chain: 60, address: vec![1] }.is_of(&RecordKey::Foreign(61)));
    }

    #[test]
    fn what_is_too_long_or_no_text_is_unsound() {
        let bad = [
            Record::Object(ObjectRef::Bucket { bucket: 0, path: vec![b'x'; MAX_OBJECT_PATH + 1] }),
            Record::Object(ObjectRef::Bucket { bucket: 0, path: vec![0xff] }),
            Record::Endpoint(vec![]),
            Record::Endpoint(vec![b'x'; MAX_ENDPOINT + 1]),
            Record::Endpoint(vec![0xff]),
            Record::Text(vec![b'x'; MAX_TEXT + 1]),
            Record::Text(vec![0xc3]),
            Record::Foreign { chain: 0, address: vec![] },
            Record::Foreign { chain: 0, address: vec![0; MAX_ADDRESS + 1] },
        ];
        bad.iter().for_each(|bad| assert!(!bad.is_sound(), "{bad:?}"));
        for key in [vec![], vec![b'x'; MAX_TEXT_KEY + 1], vec![0xff]] {
            assert!(!RecordKey::Text(key.clone()).is_sound(), "{key:?}");
        }
        assert!(Record::Text(vec![]).is_sound());
    }
}
