//! What the runtime API answers: gateways and buckets as clients want to see them.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use scale_info::TypeInfo;
use serde::{Deserialize, Serialize};

use crate::{head::Head, scopes::Scopes, Balance, BucketId, Clock, Epoch, KeyNumber, SealingKey};

/// A gateway.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GatewayView {
    /// Its account.
    #[serde(with = "const_hex::serde")]
    pub account: [u8; 32],
    /// The account that it serves and that pays.
    #[serde(with = "const_hex::serde")]
    pub owner: [u8; 32],
    /// The X25519 key that buckets' keys are sealed to for it.
    #[serde(with = "const_hex::serde")]
    pub receiver: SealingKey,
    /// The X25519 key that it seals new buckets' keys to for its owner.
    #[serde(with = "const_hex::serde")]
    pub owner_key: SealingKey,
    /// Where it is, as UTF-8.
    #[serde(with = "idlewild_storage_primitives::json::text")]
    pub endpoint: Vec<u8>,
    /// What it may still spend of its owner's coins.
    #[serde(with = "idlewild_storage_primitives::json::amount")]
    pub allowance: Balance,
    /// How many credentials it has.
    pub credentials: u32,
    /// What its owner has on hold for it and its credentials.
    #[serde(with = "idlewild_storage_primitives::json::amount")]
    pub deposit: Balance,
}

/// A credential of a gateway.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CredentialView {
    /// Its number.
    pub key: KeyNumber,
    /// Whom it is for.
    #[serde(with = "const_hex::serde")]
    pub user: [u8; 32],
    /// How many times its secret was changed.
    pub generation: u32,
    /// What it may do.
    pub scopes: Scopes,
}

/// Who may write a bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LeaseView {
    /// The gateway.
    #[serde(with = "const_hex::serde")]
    pub holder: [u8; 32],
    /// In which epoch.
    pub epoch: Epoch,
    /// From when on it no longer may, on the clock.
    pub until: Clock,
}

/// A bucket.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct BucketView {
    /// Its number.
    pub id: BucketId,
    /// Whose it is.
    #[serde(with = "const_hex::serde")]
    pub owner: [u8; 32],
    /// Its name, sealed under its key.
    #[serde(with = "const_hex::serde")]
    pub label: Vec<u8>,
    /// Its key, sealed to its owner.
    #[serde(with = "const_hex::serde")]
    pub sealed: Vec<u8>,
    /// The last epoch in which somebody might write.
    pub epoch: Epoch,
    /// Who may write now. A lease that is over, or whose holder does not serve the bucket any more, is none.
    pub lease: Option<LeaseView>,
    /// The newest commits, the earliest first.
    pub heads: Vec<Head>,
    /// Its key, where everybody may read it.
    pub public: Option<[u8; 32]>,
}

/// A bucket that a gateway has the key of.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GrantView {
    /// The bucket.
    pub bucket: BucketView,
    /// Its key, sealed to the gateway.
    #[serde(with = "const_hex::serde")]
    pub sealed: Vec<u8>,
    /// The last epoch in which the gateway might write.
    pub epoch: Option<Epoch>,
}

/// A gateway that has the key of a bucket.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HolderView {
    /// The gateway's account.
    #[serde(with = "const_hex::serde")]
    pub gateway: [u8; 32],
    /// The bucket's key, sealed to it.
    #[serde(with = "const_hex::serde")]
    pub sealed: Vec<u8>,
    /// The last epoch in which it might write.
    pub epoch: Option<Epoch>,
    /// Whether it is a gateway of the bucket's owner: else the grant counts for nothing.
    pub counts: bool,
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::scopes::Rights;

    #[test]
    fn amounts_and_bytes_are_strings_in_json() {
        let view = GatewayView {
            account: [1; 32],
            owner: [2; 32],
            receiver: [3; 32],
            owner_key: [4; 32],
            endpoint: b"https://here.example".to_vec(),
            allowance: u128::MAX,
            credentials: 1,
            deposit: 5,
        };
        let json = serde_json::to_value(&view).unwrap();
        assert_eq!(json["allowance"], u128::MAX.to_string());
        assert_eq!(json["account"], format!("0x{}", "01".repeat(32)));
        assert_eq!(json["endpoint"], "https://here.example");
        assert_eq!(serde_json::from_value::<GatewayView>(json).unwrap(), view);
        let scopes = Scopes { rights: Rights::ALL, buckets: Some(vec![7]) };
        let view = CredentialView { key: 0, user: [1; 32], generation: 2, scopes };
        let json = serde_json::to_value(&view).unwrap();
        assert_eq!(json["scopes"], serde_json::json!({ "rights": 31, "buckets": [7] }));
        assert_eq!(serde_json::from_value::<CredentialView>(json).unwrap(), view);
    }
}
