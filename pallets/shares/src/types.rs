//! What is recorded of shares and publications.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{pallet_prelude::ConstU32, BoundedVec};
use idlewild_shares_primitives::{
    limits::{MAX_NAME, MAX_SEALED},
    Balance, Clock, DealId, SealingKey,
};
use scale_info::TypeInfo;

/// A bundle's key, sealed to an account.
pub type Sealed = BoundedVec<u8, ConstU32<MAX_SEALED>>;
/// A published file's name, in UTF-8.
pub type FileName = BoundedVec<u8, ConstU32<MAX_NAME>>;

/// That an account told its key.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Announced {
    /// The X25519 key that others seal to.
    pub key: SealingKey,
    /// What is on hold for this record.
    pub deposit: Balance,
}

/// Whom something is shared with.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Audience<AccountId> {
    /// Whoever has the link, which the key is in.
    #[codec(index = 0)]
    Link,
    /// One account.
    #[codec(index = 1)]
    Account {
        /// Which one.
        account: AccountId,
        /// The bundle's key, sealed to the key that the account announced.
        sealed: Sealed,
    },
}

impl<AccountId> Audience<AccountId> {
    /// The account that it is, if it is one.
    pub fn account(&self) -> Option<&AccountId> {
        match self {
            Self::Link => None,
            Self::Account { account, .. } => Some(account),
        }
    }
}

/// A share.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Share<AccountId> {
    /// Who shares, and on whose account the deposit is on hold.
    pub owner: AccountId,
    /// The deal that all of the bundle is found from.
    pub root: DealId,
    /// Whom it is shared with.
    pub audience: Audience<AccountId>,
    /// From when on it no longer is, on the clock.
    pub until: Option<Clock>,
    /// What is on hold for this record.
    pub deposit: Balance,
}

impl<AccountId> Share<AccountId> {
    /// Whether it still is shared.
    pub fn is_live(&self, now: Clock) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

/// A publication.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Publication<AccountId> {
    /// Who published it, and on whose account the deposit is on hold.
    pub owner: AccountId,
    /// The deal that all of the bundle is found from.
    pub root: DealId,
    /// The bundle's key.
    pub key: [u8; 32],
    /// The BLAKE3 root of the file.
    pub hash: [u8; 32],
    /// Bytes of the file.
    pub length: u64,
    /// Its name.
    pub name: FileName,
    /// When it was published, on the clock.
    pub published: Clock,
    /// What is on hold for this record.
    pub deposit: Balance,
}
