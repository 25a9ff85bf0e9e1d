//! What is recorded of a gateway and its credentials.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{pallet_prelude::ConstU32, BoundedVec};
use idlewild_buckets_primitives::{
    limits::{MAX_ENDPOINT, MAX_GATEWAYS, MAX_SCOPED},
    scopes::Rights,
    Balance, BucketId, KeyNumber, SealingKey,
};
use scale_info::TypeInfo;

/// Where a gateway is, as UTF-8.
pub type Endpoint = BoundedVec<u8, ConstU32<MAX_ENDPOINT>>;
/// An owner's gateways, in the order in which they came.
pub type GatewaysOf<AccountId> = BoundedVec<AccountId, ConstU32<MAX_GATEWAYS>>;

/// A gateway.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Gateway<AccountId> {
    /// Whom it serves, and who pays.
    pub owner: AccountId,
    /// The X25519 key that secrets are sealed to for it.
    pub receiver: SealingKey,
    /// The X25519 key that it seals secrets to for its owner.
    pub owner_key: SealingKey,
    /// Where it is.
    pub endpoint: Endpoint,
    /// What it may still spend of its owner's coins.
    pub allowance: Balance,
    /// The number of its next credential.
    pub next_key: KeyNumber,
    /// How many credentials it has.
    pub credentials: u32,
    /// What is on hold for it and its credentials, on its owner's account.
    pub deposit: Balance,
}

/// What a credential may do; as [`Scopes`](idlewild_buckets_primitives::scopes::Scopes), with a bound.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Scopes {
    /// Its rights.
    pub rights: Rights,
    /// The only buckets that it has them for; all of the owner's where there is no list.
    pub buckets: Option<BoundedVec<BucketId, ConstU32<MAX_SCOPED>>>,
}

impl Scopes {
    /// Whether the rights are known and there are some, and the list, where there is one, names each bucket once and is not empty.
    pub fn are_sound(&self) -> bool {
        let is_listed_once = |buckets: &BoundedVec<BucketId, _>| {
            !buckets.is_empty()
                && buckets.iter().enumerate().all(|(index, bucket)| !buckets.iter().take(index).any(|b| b == bucket))
        };
        self.rights.are_sound() && self.buckets.as_ref().is_none_or(is_listed_once)
    }
}

impl From<Scopes> for idlewild_buckets_primitives::scopes::Scopes {
    fn from(scopes: Scopes) -> Self {
        Self { rights: scopes.rights, buckets: scopes.buckets.map(BoundedVec::into_inner) }
    }
}

/// A credential of a gateway. Its secret is not here: the gateway derives it from its own, the number and the generation.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Credential<AccountId> {
    /// Whom it is for.
    pub user: AccountId,
    /// How many times its secret was changed.
    pub generation: u32,
    /// What it may do.
    pub scopes: Scopes,
    /// The deposit for this record.
    pub deposit: Balance,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_that_say_nothing_or_the_same_twice_are_not_sound() {
        let scopes = |rights, buckets: Option<&[BucketId]>| Scopes {
            rights,
            buckets: buckets.map(|buckets| BoundedVec::truncate_from(buckets.to_vec())),
        };
        assert!(scopes(Rights::READ, None).are_sound() && scopes(Rights::ALL, Some(&[3, 1, 2])).are_sound());
        for (rights, buckets) in [
            (Rights(0), None),
            (Rights(64), None),
            (Rights::READ, Some([].as_slice())),
            (Rights::READ, Some(&[1, 1])),
            (Rights::READ, Some(&[1, 2, 1])),
        ] {
            assert!(!scopes(rights, buckets).are_sound(), "{rights:?} {buckets:?}");
        }
    }
}
