//! What is recorded of names.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{pallet_prelude::ConstU32, BoundedVec};
use idlewild_names_primitives::{
    name::{MAX_LABEL, MAX_SKELETON},
    path::MAX_NODE_PATH,
    record::{Record, MAX_RECORDS},
    rules::Term,
    Balance, Clock, NodeId,
};
use scale_info::TypeInfo;

/// Most operators of a name.
pub const MAX_OPERATORS: u32 = 8;
/// Most records that one call reclaims: as many as a name can have.
pub const MAX_RECLAIMED: u32 = MAX_RECORDS;

/// A name, or a subname's last word.
pub type Label = BoundedVec<u8, ConstU32<MAX_LABEL>>;
/// What names that look alike have in common.
pub type Skeleton = BoundedVec<u8, ConstU32<MAX_SKELETON>>;
/// A path to a name or a subname.
pub type NodePath = BoundedVec<u8, ConstU32<MAX_NODE_PATH>>;

/// A commitment to a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Commit {
    /// When it was made.
    pub at: Clock,
    /// What is on hold for it.
    pub deposit: Balance,
}

/// The latest registration of a name, or of one that looks like it.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Registration {
    /// The name.
    pub name: Label,
    /// Its number.
    pub node: NodeId,
    /// When it ends, or did.
    pub term: Term,
}

/// A name or a subname.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Node<AccountId> {
    /// What it is under; nothing for a name.
    pub parent: Option<NodeId>,
    /// The name, or the subname's last word.
    pub label: Label,
    /// Whose it is.
    pub owner: AccountId,
    /// Who may set records besides.
    pub operators: BoundedVec<AccountId, ConstU32<MAX_OPERATORS>>,
    /// Who has the deposit for it on hold.
    pub payer: AccountId,
    /// That deposit.
    pub deposit: Balance,
    /// What the owner has on hold for records, whoever was the owner when they were set.
    pub kept: Balance,
    /// How many records there are.
    pub records: u32,
}

/// A record, and who keeps it there.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Kept<AccountId> {
    /// What it says.
    pub record: Record,
    /// The operator that has the deposit on hold. None where it is the node's owner: so a transfer need not look at each record.
    pub by: Option<AccountId>,
    /// The deposit.
    pub deposit: Balance,
}

/// Which name an account says is its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Reverse {
    /// The name or subname.
    pub node: NodeId,
    /// What is on hold for it.
    pub deposit: Balance,
}
