//! What the chain records of a deal's slots.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{ledger::Start, Balance, Clock, MinerId, Period};

/// Most slots of a deal, over all copies.
pub const MAX_SLOTS: u32 = 96;
/// Longest encrypted manifest, in bytes.
pub const MAX_MANIFEST: u32 = 256;

/// Where the bounty for filling a slot again is kept.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// With the deal's owner, who set bounties aside at the start.
    Reserve,
    /// With the miner that lost the slot, out of its slashed bond.
    Pot(#[codec(compact)] MinerId),
}

/// One slot of a deal. Its numbers are encoded at the length that they have: there are as many slots as shards.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Encode,
    Decode,
    DecodeWithMemTracking,
    MaxEncodedLen,
    TypeInfo,
    serde::Serialize,
    serde::Deserialize,
)]
#[serde(rename_all = "snake_case", tag = "state")]
pub enum Slot {
    /// Never filled: the owner may still bring a receipt, and anybody may repair.
    Empty,
    /// A miner holds the shard and has still to append it to its range.
    Assigned {
        /// Who.
        #[codec(compact)]
        miner: MinerId,
        /// Since when, on the clock; the deadline for appending runs from here.
        since: Clock,
    },
    /// A miner holds the shard and is paid for proving it.
    Held {
        /// Who.
        #[codec(compact)]
        miner: MinerId,
        /// Up to where this slot is paid.
        start: Start,
    },
    /// As `Held`, by a miner that repaired the slot and has not yet earned the bounty.
    Probation {
        /// Who.
        #[codec(compact)]
        miner: MinerId,
        /// Up to where this slot is paid.
        start: Start,
        /// The miner's period in which it completed the repair.
        since: Period,
        /// Where the bounty is kept.
        source: Source,
        /// How much it is; less than due where the source was short.
        #[codec(compact)]
        #[serde(with = "crate::json::amount")]
        bounty: Balance,
    },
    /// Lost by its holder and waiting for a repairer.
    Vacant {
        /// Since when, on the clock.
        since: Clock,
        /// Where the bounty is kept.
        source: Source,
        /// Who held it last, and is not paid out of the reserve for taking it again.
        #[codec(compact)]
        last: MinerId,
    },
}

impl Slot {
    /// The miner that answers for the slot, if any.
    pub fn holder(&self) -> Option<MinerId> {
        match self {
            Slot::Assigned { miner, .. } | Slot::Held { miner, .. } | Slot::Probation { miner, .. } => Some(*miner),
            Slot::Empty | Slot::Vacant { .. } => None,
        }
    }

    /// The holder and up to where it is paid, once the shard is in the holder's range.
    pub fn earning(&self) -> Option<(MinerId, Start)> {
        match self {
            Slot::Held { miner, start } | Slot::Probation { miner, start, .. } => Some((*miner, *start)),
            _ => None,
        }
    }

    /// Notes up to which count of proven periods the holder is paid; nothing where nobody earns.
    pub fn set_start(&mut self, paid: u32) {
        if let Slot::Held { start, .. } | Slot::Probation { start, .. } = self {
            *start = Start::Count(paid);
        }
    }
}
