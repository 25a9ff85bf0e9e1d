//! The newest commit of a line of commits.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

use crate::{CommitHash, Epoch, Salt};

/// A head: where a line of commits ends. Later in the order of its fields means later in the bucket: whoever wrote last had the
/// higher epoch, and within one epoch there is one writer, who counts. The hash decides between what nobody should have made.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
#[serde(rename_all = "camelCase")]
pub struct Head {
    /// The epoch in which it was written.
    pub epoch: Epoch,
    /// Its number, by its writer.
    pub sequence: u64,
    /// The hash of the commit.
    #[serde(with = "const_hex::serde")]
    pub hash: CommitHash,
    /// The salt of the deal that has it.
    #[serde(with = "const_hex::serde")]
    pub salt: Salt,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn epochs_come_first_then_numbers_then_hashes() {
        let head = |epoch, sequence, hash| Head { epoch, sequence, hash: [hash; 32], salt: [9 - hash; 16] };
        let sorted = [head(1, 9, 9), head(2, 1, 9), head(2, 2, 0), head(2, 2, 1), head(3, 0, 0)];
        let mut heads = sorted;
        heads.reverse();
        heads.sort();
        assert_eq!(heads, sorted);
    }
}
