//! What is recorded of a bucket.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{pallet_prelude::ConstU32, BoundedVec};
use idlewild_buckets_primitives::{
    head::Head,
    limits::{MAX_HEADS, MAX_LABEL, MAX_SEALED},
    Balance, Clock, CommitHash, Epoch,
};
use scale_info::TypeInfo;

/// A bucket's name, sealed under its key.
pub type Label = BoundedVec<u8, ConstU32<MAX_LABEL>>;
/// A bucket's key, sealed to somebody.
pub type Sealed = BoundedVec<u8, ConstU32<MAX_SEALED>>;
/// Heads of a bucket, in their order.
pub type Heads = BoundedVec<Head, ConstU32<MAX_HEADS>>;
/// Heads that a commit takes the place of, by their hashes.
pub type Replaced = BoundedVec<CommitHash, ConstU32<MAX_HEADS>>;

/// The right to write a bucket for a while.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Lease<AccountId> {
    /// The gateway that has it.
    pub holder: AccountId,
    /// In which epoch.
    pub epoch: Epoch,
    /// From when on it has it no longer, on the clock.
    pub until: Clock,
}

/// A bucket.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Bucket<AccountId> {
    /// Whose it is, and on whose account its deposits are on hold.
    pub owner: AccountId,
    /// Its name, sealed under its key.
    pub label: Label,
    /// Its key, sealed to its owner.
    pub sealed: Sealed,
    /// The last epoch in which somebody might write; 0 where nobody ever did.
    pub epoch: Epoch,
    /// The last lease, unless it was given back.
    pub lease: Option<Lease<AccountId>>,
    /// Its newest commits.
    pub heads: Heads,
    /// Its key, where everybody may read it.
    pub public: Option<[u8; 32]>,
    /// How many gateways have its key.
    pub grants: u32,
    /// What is on hold for it and its grants.
    pub deposit: Balance,
}

/// That a gateway has a bucket's key.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Grant {
    /// The key, sealed to the gateway.
    pub sealed: Sealed,
    /// The last epoch in which it might write.
    pub epoch: Option<Epoch>,
    /// The deposit for this record.
    pub deposit: Balance,
}
