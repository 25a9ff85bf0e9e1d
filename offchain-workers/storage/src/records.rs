//! What the local index records.

use codec::{Decode, Encode};
use idlewild_storage_primitives::{sum_range::Leaf, DealId, SlotIndex};

use crate::shard_key::ShardKey;

/// A shard on disk that is not in the range yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Pending {
    /// The shard.
    pub key: ShardKey,
    /// Its bytes.
    pub length: u32,
    /// The account that it is stored for.
    pub owner: [u8; 32],
    /// The block after which no deal can ask for it any more, unless one does already.
    pub valid_until: u32,
    /// The deal that asks for it, once there is one.
    pub deal: Option<DealId>,
}

/// A slot in the range, or one that was and whose bytes are still here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct HeldSlot {
    /// What the range commits to.
    pub leaf: Leaf,
    /// The shard.
    pub key: ShardKey,
    /// Its bytes.
    pub length: u32,
    /// The block in which the leaf was cleared, if it was.
    pub cleared: Option<u32>,
}

/// A change of the range as the chain made it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RangeChange {
    /// A slot was appended.
    Append {
        /// Its index, as the chain's event says.
        index: u32,
        /// The leaf.
        leaf: Leaf,
        /// The shard.
        key: ShardKey,
        /// The shard's bytes.
        length: u32,
    },
    /// A leaf was cleared.
    Clear {
        /// Its index.
        index: u32,
    },
}

/// The last block that the index has taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub struct Cursor {
    /// Its number.
    pub number: u32,
    /// Its hash.
    pub hash: [u8; 32],
}

/// A change as the journal keeps it, so that it can be taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) struct Journalled {
    /// The block that made it.
    pub(crate) block: u32,
    pub(crate) change: JournalledChange,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub(crate) enum JournalledChange {
    /// The pending record that the append consumed, if there was one.
    Append(Option<Pending>),
    Clear(u32),
}

/// Where a slot stands in the range.
pub(crate) type SlotId = (DealId, SlotIndex);
