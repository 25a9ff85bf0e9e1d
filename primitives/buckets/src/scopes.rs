//! What a credential may do, and with which buckets.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

use crate::BucketId;

/// Rights, one bit for each.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    Serialize,
    Deserialize,
)]
#[serde(transparent)]
pub struct Rights(pub u8);

impl Rights {
    /// To read objects.
    pub const READ: Self = Self(1);
    /// To list them.
    pub const LIST: Self = Self(2);
    /// To write them.
    pub const WRITE: Self = Self(4);
    /// To delete them.
    pub const DELETE: Self = Self(8);
    /// To change how a bucket is kept.
    pub const CONFIGURE: Self = Self(16);
    /// All of these.
    pub const ALL: Self = Self(31);

    /// Whether all of `others` are among these.
    pub fn contains(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }

    /// These and others.
    pub const fn and(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Whether there is a right among these, and none that is not known: what an unknown one allows would be decided later.
    pub fn are_sound(self) -> bool {
        self.0 != 0 && Self::ALL.contains(self)
    }
}

/// What a credential may do.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Scopes {
    /// Its rights.
    pub rights: Rights,
    /// The only buckets that it has them for; all of the owner's where there is no list.
    pub buckets: Option<Vec<BucketId>>,
}

impl Scopes {
    /// Whether all of these rights are given for a bucket.
    pub fn allow(&self, rights: Rights, bucket: BucketId) -> bool {
        self.rights.contains(rights) && self.buckets.as_ref().is_none_or(|buckets| buckets.contains(&bucket))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_sound_where_each_is_known() {
        let all = [Rights::READ, Rights::LIST, Rights::WRITE, Rights::DELETE, Rights::CONFIGURE];
        assert_eq!(all.into_iter().fold(Rights(0), Rights::and), Rights::ALL);
        assert!(all.into_iter().chain([Rights::ALL]).all(Rights::are_sound));
        assert!(![Rights(0), Rights(32), Rights(33), Rights(255)].into_iter().any(Rights::are_sound));
    }

    #[test]
    fn they_allow_what_they_say_and_nothing_else() {
        let reader = Scopes { rights: Rights::READ.and(Rights::LIST), buckets: Some(vec![1, 3]) };
        assert!(reader.allow(Rights::READ, 1) && reader.allow(Rights::READ.and(Rights::LIST), 3));
        assert!(!reader.allow(Rights::READ, 2), "another bucket");
        assert!(!reader.allow(Rights::WRITE, 1) && !reader.allow(Rights::READ.and(Rights::WRITE), 1), "another right");
        let everywhere = Scopes { rights: Rights::DELETE, buckets: None };
        assert!(everywhere.allow(Rights::DELETE, u64::MAX) && !everywhere.allow(Rights::READ, 1));
        assert!(!Scopes { rights: Rights::ALL, buckets: Some(vec![]) }.allow(Rights::READ, 0));
    }
}
