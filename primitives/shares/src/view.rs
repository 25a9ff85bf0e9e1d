//! What the runtime API answers: shares and publications as clients want to see them.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

use crate::{audience::Audience, Balance, Clock, DealId, PublicationId, ShareId};

/// A share.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ShareView {
    /// Its number.
    pub id: ShareId,
    /// Who shares.
    #[serde(with = "const_hex::serde")]
    pub owner: [u8; 32],
    /// The deal that all of the bundle is found from.
    pub root: DealId,
    /// Whom it is shared with.
    pub audience: Audience,
    /// From when on it no longer is, on the clock.
    pub until: Option<Clock>,
    /// Whether it is now. Nobody serves or opens one that is not.
    pub is_live: bool,
    /// What the owner has on hold for it.
    #[serde(with = "idlewild_storage_primitives::json::amount")]
    pub deposit: Balance,
}

/// A publication.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PublicationView {
    /// Its number.
    pub id: PublicationId,
    /// Who published it.
    #[serde(with = "const_hex::serde")]
    pub owner: [u8; 32],
    /// The deal that all of the bundle is found from.
    pub root: DealId,
    /// The key of the bundle, which everybody may know.
    #[serde(with = "const_hex::serde")]
    pub key: [u8; 32],
    /// The BLAKE3 root of the file.
    #[serde(with = "const_hex::serde")]
    pub hash: [u8; 32],
    /// Bytes of the file.
    pub length: u64,
    /// Its name, as UTF-8.
    #[serde(with = "idlewild_storage_primitives::json::text")]
    pub name: Vec<u8>,
    /// When it was published, on the clock.
    pub published: Clock,
    /// What the owner has on hold for it.
    #[serde(with = "idlewild_storage_primitives::json::amount")]
    pub deposit: Balance,
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn shares_say_whom_they_are_for_in_json() {
        let view = ShareView {
            id: 7,
            owner: [1; 32],
            root: 9,
            audience: Audience::Account { account: [2; 32], sealed: vec![0xab] },
            until: Some(50),
            is_live: true,
            deposit: u128::MAX,
        };
        let json = serde_json::to_value(&view).unwrap();
        assert_eq!(json["audience"]["account"]["account"], format!("0x{}", "02".repeat(32)));
        assert_eq!(json["audience"]["account"]["sealed"], "0xab");
        assert_eq!((&json["isLive"], &json["until"]), (&serde_json::json!(true), &serde_json::json!(50)));
        assert_eq!(json["deposit"], u128::MAX.to_string());
        assert_eq!(serde_json::from_value::<ShareView>(json).unwrap(), view);
        let view = ShareView { audience: Audience::Link, until: None, ..view };
        let json = serde_json::to_value(&view).unwrap();
        assert_eq!((&json["audience"], &json["until"]), (&serde_json::json!("link"), &serde_json::Value::Null));
        assert_eq!(serde_json::from_value::<ShareView>(json).unwrap(), view);
    }

    #[test]
    fn names_are_text_and_hashes_are_hexadecimal_in_json() {
        let view = PublicationView {
            id: 3,
            owner: [1; 32],
            root: 2,
            key: [4; 32],
            hash: [5; 32],
            length: 1 << 40,
            name: "grüße.txt".as_bytes().to_vec(),
            published: 6,
            deposit: 10,
        };
        let json = serde_json::to_value(&view).unwrap();
        assert_eq!(json["name"], "grüße.txt");
        assert_eq!(json["key"], format!("0x{}", "04".repeat(32)));
        assert_eq!(json["hash"], format!("0x{}", "05".repeat(32)));
        assert_eq!(json["deposit"], "10");
        assert_eq!(serde_json::from_value::<PublicationView>(json).unwrap(), view);
    }
}
