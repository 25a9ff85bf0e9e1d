//! Money of a slot: what it pays, what repairing it is worth, and what its holder stands to lose.
//!
//! Bounty and bond are linear in the number of slots and chunks. So the chain keeps two sums per miner instead of an amount per
//! slot, and can give a bond back when the deal that it stood for is long gone.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{Balance, Clock, CHUNK_BYTES};

/// The governed amounts behind every slot.
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
pub struct Rates {
    /// Part of a bounty that every slot has, however small, in plancks.
    pub bounty_base: Balance,
    /// Part of a bounty for each chunk, in plancks.
    pub bounty_per_chunk: Balance,
    /// Bond for each chunk on top of four bounties, in plancks.
    pub bond_per_chunk: Balance,
}

/// Slots and chunks that a miner answers for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Load {
    /// Slots.
    pub slots: u32,
    /// Their chunks.
    pub chunks: u64,
}

impl Load {
    /// The load of one slot.
    pub fn slot(chunks: u32) -> Self {
        Self { slots: 1, chunks: u64::from(chunks) }
    }

    /// Capacity that it takes, in bytes: its chunks as whole ones.
    pub fn bytes(&self) -> u64 {
        self.chunks.saturating_mul(CHUNK_BYTES as u64)
    }

    /// Both together.
    pub fn plus(self, other: Self) -> Self {
        Self { slots: self.slots.saturating_add(other.slots), chunks: self.chunks.saturating_add(other.chunks) }
    }

    /// What is left without `other`.
    pub fn minus(self, other: Self) -> Self {
        Self { slots: self.slots.saturating_sub(other.slots), chunks: self.chunks.saturating_sub(other.chunks) }
    }
}

impl Rates {
    /// What repairing this load is worth.
    pub fn bounty(&self, load: Load) -> Balance {
        let slots = self.bounty_base.saturating_mul(Balance::from(load.slots));
        slots.saturating_add(self.bounty_per_chunk.saturating_mul(Balance::from(load.chunks)))
    }

    /// What a miner stands to lose with this load: at least four bounties, so that no slash pays out more than half of itself.
    pub fn bond(&self, load: Load) -> Balance {
        let bytes = self.bond_per_chunk.saturating_mul(Balance::from(load.chunks));
        self.bounty(load).saturating_mul(4).saturating_add(bytes)
    }

    /// What misses must leave of a bond: two bounties, so that failure still pays for every repair.
    pub fn floor(&self, load: Load) -> Balance {
        self.bounty(load).saturating_mul(2)
    }
}

/// Chunks of the slots in which a spare bond is measured: a full segment's at sixteen data shards.
const MEASURE_CHUNKS: u32 = 4096;

impl Rates {
    /// How many bytes `bond` covers, in slots of four mebibytes and in parts of one.
    pub fn covered(&self, bond: Balance) -> u64 {
        let slot = Load::slot(MEASURE_CHUNKS);
        let bytes = u128::from(MEASURE_CHUNKS).saturating_mul(CHUNK_BYTES as u128);
        // Where nothing is asked for, any bond covers everything.
        let covered = bond.saturating_mul(bytes).checked_div(self.bond(slot)).unwrap_or(u128::MAX);
        u64::try_from(covered).unwrap_or(u64::MAX)
    }
}

/// Bytes that a slot is paid for at least.
///
/// Its holder proves it, keeps bond for it and pays to append and clear it, however short it is: without this, thousands of slots
/// of a few bytes would tie up a network's bonds for next to nothing.
pub const LEAST_PAID: u32 = 1 << 20;

/// What a slot of `shard_len` bytes earns in a period at `price` plancks per GiB.
pub fn rate(price: Balance, shard_len: u32) -> Balance {
    price.saturating_mul(Balance::from(shard_len.max(LEAST_PAID))) >> 30
}

/// What `slots` slots at this [`rate`] can earn in a term: each of its whole periods.
pub fn pay(rate: Balance, term: Clock, period: Clock, slots: u32) -> Balance {
    let periods = term.checked_div(period).unwrap_or(0);
    rate.saturating_mul(Balance::from(periods)).saturating_mul(Balance::from(slots))
}

/// What they can earn in an extension by `term`: a period that spans the old end is paid by the extension, hence one more than fit.
pub fn pay_of_extension(rate: Balance, term: Clock, period: Clock, slots: u32) -> Balance {
    let periods = if period == 0 { 0 } else { term.div_ceil(period) };
    rate.saturating_mul(Balance::from(periods)).saturating_mul(Balance::from(slots))
}

impl Rates {
    /// What a new deal sets aside for repairs of its slots: a bounty for each parity shard of each copy.
    pub fn reserve(&self, slot: Load, parity: u8, copies: u8) -> Balance {
        self.bounty(slot).saturating_mul(Balance::from(parity).saturating_mul(Balance::from(copies)))
    }
}
