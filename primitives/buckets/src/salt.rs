//! How the deals of a bucket are told from all others of its owner.
//!
//! A deal has a salt that its owner chose. Here the first half says which gateway wrote it for which bucket, and the second half
//! counts, so that a gateway that lost its files finds all that it ever stored, in order, and no two of its deals have one salt.

use alloc::vec::Vec;
use codec::Encode;
use idlewild_storage_primitives::hash::hash;

use crate::{BucketId, Salt};

/// The first half of a salt.
pub type Tag = [u8; 8];

const CONTEXT: &[u8] = b"idlewild bucket";

/// The tag of what a gateway stores for a bucket.
pub fn tag_of(bucket: BucketId, gateway: &[u8; 32]) -> Tag {
    let mut bytes = Vec::from(CONTEXT);
    (bucket, gateway).encode_to(&mut bytes);
    let [a, b, c, d, e, f, g, h, ..] = hash(&bytes);
    [a, b, c, d, e, f, g, h]
}

/// The salt of deal number `number` under a tag.
pub fn salt(tag: Tag, number: u64) -> Salt {
    let mut salt = Salt::default();
    let (first, second) = salt.split_at_mut(tag.len());
    first.copy_from_slice(&tag);
    second.copy_from_slice(&number.to_be_bytes());
    salt
}

/// The number of the deal with this salt, if it has this tag.
pub fn number_of(tag: Tag, salt: &Salt) -> Option<u64> {
    let number = salt.strip_prefix(tag.as_slice())?;
    number.try_into().ok().map(u64::from_be_bytes)
}

#[cfg(test)]
mod tests {
    use hex_literal::hex;

    use super::*;

    #[test]
    fn a_tag_is_of_one_bucket_and_one_gateway() {
        let tag = tag_of(1, &[2; 32]);
        assert_ne!(tag, tag_of(2, &[2; 32]));
        assert_ne!(tag, tag_of(1, &[3; 32]));
    }

    #[test]
    fn salts_count_under_their_tag() {
        let tag = hex!("0102030405060708");
        assert_eq!(salt(tag, 0x0a0b), hex!("01020304050607080000000000000a0b"));
        for number in [0, 1, 255, 256, u64::MAX] {
            assert_eq!(number_of(tag, &salt(tag, number)), Some(number));
        }
        assert_eq!(number_of([0; 8], &salt(tag, 1)), None);
        assert!(salt(tag, 255) < salt(tag, 256), "in the order of their numbers");
    }

    /// Deals that are stored are found by it, so that it must never change.
    #[test]
    fn a_tag_stays() {
        assert_eq!(tag_of(7, &[1; 32]), hex!("de6d52c571f7f2a9"));
    }
}
