//! What the runtime API answers: the chain's state as clients want to see it.

use alloc::vec::Vec;
use codec::{Decode, Encode};
use scale_info::TypeInfo;

use crate::{
    deal::Slot, geometry::Geometry, ledger::FailureRule, sum_range::Peaks, terms::Rates, Balance, Clock, DealId, MinerId,
    PeerKey, Period, Root, Salt, SlotIndex,
};

/// How a storage miner stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MinerStatus {
    /// Takes new slots.
    Active,
    /// Keeps what it has and takes nothing new.
    Paused,
    /// Is leaving: keeps what it has until it is released.
    Exiting,
    /// Missed too many periods; final.
    Failed,
}

/// A weight in admission draws. The chain lets a miner in by either, measured against the sum of the same moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, TypeInfo, serde::Serialize, serde::Deserialize)]
pub struct Weights {
    /// As it stood when this epoch began.
    pub current: u64,
    /// As it stood when the epoch before began.
    pub previous: u64,
}

/// A storage miner.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, serde::Serialize, serde::Deserialize)]
pub struct MinerView {
    /// Its number.
    pub id: MinerId,
    /// The account behind it.
    #[serde(with = "const_hex::serde")]
    pub operator: [u8; 32],
    /// The ed25519 key of its libp2p identity.
    #[serde(with = "const_hex::serde")]
    pub peer_key: PeerKey,
    /// Its multiaddress, as UTF-8.
    #[serde(with = "crate::json::text")]
    pub endpoint: Vec<u8>,
    /// Bytes offered.
    pub capacity: u64,
    /// Bytes promised to slots and claims.
    pub used: u64,
    /// Its posted price, in plancks per GiB and period.
    #[serde(with = "crate::json::amount")]
    pub price: Balance,
    /// Bond on hold.
    #[serde(with = "crate::json::amount")]
    pub bond: Balance,
    /// Bond that its slots require.
    #[serde(with = "crate::json::amount")]
    pub required: Balance,
    /// Bounties kept for slots that it lost.
    #[serde(with = "crate::json::amount")]
    pub pot: Balance,
    /// From 0 to 10,000.
    pub score: u16,
    /// How it stands.
    pub status: MinerStatus,
    /// Slots that it answers for.
    pub slots: u32,
    /// Periods proven, ever.
    pub proven: u32,
    /// Whether periods passed unproven that nobody has charged yet.
    pub overdue: bool,
    /// Its weight in draws.
    pub weight: Weights,
}

/// A miner that a new deal may choose.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, serde::Serialize, serde::Deserialize)]
pub struct CandidateView {
    /// Its number.
    pub id: MinerId,
    /// The account behind it.
    #[serde(with = "const_hex::serde")]
    pub operator: [u8; 32],
    /// The ed25519 key of its libp2p identity.
    #[serde(with = "const_hex::serde")]
    pub peer_key: PeerKey,
    /// Its multiaddress, as UTF-8.
    #[serde(with = "crate::json::text")]
    pub endpoint: Vec<u8>,
    /// Bytes that it can still take, by capacity and by bond.
    pub free: u64,
    /// Its posted price, in plancks per GiB and period.
    #[serde(with = "crate::json::amount")]
    pub price: Balance,
    /// From 0 to 10,000.
    pub score: u16,
    /// Its weight in draws; at least one of the two is not zero.
    pub weight: Weights,
}

/// Candidates, and what their weights are measured against.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, TypeInfo, serde::Serialize, serde::Deserialize)]
pub struct CandidatesView {
    /// The weight of all miners in draws.
    pub total_weight: Weights,
    /// Operators over whom a copy is to be spread: those with an active miner that can take 4 GiB, by capacity and by bond, or
    /// as much more as its score is lower. Smaller miners may be candidates, but do not make their operator count.
    pub operators: u32,
    /// The candidates of this page, by ascending number.
    pub candidates: Vec<CandidateView>,
    /// What to ask for the next page after, if there is one: a page may be short, or empty, and not the last.
    pub next: Option<MinerId>,
}

/// An agreed extension of a deal, which begins when the present term ends.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, serde::Serialize, serde::Deserialize)]
pub struct ExtensionView {
    /// When it ends, on the clock.
    pub end: Clock,
    /// Its price, in plancks per GiB and period.
    #[serde(with = "crate::json::amount")]
    pub price: Balance,
    /// Coins on hold for its pay.
    #[serde(with = "crate::json::amount")]
    pub funds: Balance,
    /// The slots whose holders go along; the others open when it begins.
    pub accepted: Vec<SlotIndex>,
}

/// A deal.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, serde::Serialize, serde::Deserialize)]
pub struct DealView {
    /// Its number.
    pub id: DealId,
    /// The account that pays.
    #[serde(with = "const_hex::serde")]
    pub owner: [u8; 32],
    /// The account that created it and under which receipts were signed.
    #[serde(with = "const_hex::serde")]
    pub creator: [u8; 32],
    /// Its salt.
    #[serde(with = "const_hex::serde")]
    pub salt: Salt,
    /// Data and parity shards of a copy.
    pub geometry: Geometry,
    /// Copies.
    pub copies: u8,
    /// Bytes of a shard.
    pub shard_len: u32,
    /// When it began, on the clock.
    pub created: Clock,
    /// When its term ends, on the clock.
    pub end: Clock,
    /// Its agreed extension, if there is one.
    pub extension: Option<ExtensionView>,
    /// Its price, in plancks per GiB and period.
    #[serde(with = "crate::json::amount")]
    pub price: Balance,
    /// Coins still on hold for pay.
    #[serde(with = "crate::json::amount")]
    pub funds: Balance,
    /// Coins still on hold for bounties.
    #[serde(with = "crate::json::amount")]
    pub reserve: Balance,
    /// The slots, and whether each one's holder has failed.
    pub slots: Vec<SlotView>,
    /// The roots of all shards, by slot.
    #[serde(with = "crate::json::hashes")]
    pub roots: Vec<Root>,
    /// The encrypted manifest.
    #[serde(with = "const_hex::serde")]
    pub manifest: Vec<u8>,
}

impl DealView {
    /// When it is over, on the clock, with the extension that was agreed.
    pub fn ends(&self) -> Clock {
        self.extension.as_ref().map_or(self.end, |extension| extension.end)
    }
}

/// A slot, seen with its holder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, serde::Serialize, serde::Deserialize)]
pub struct SlotView {
    /// The record.
    #[serde(flatten)]
    pub slot: Slot,
    /// Whether its holder has failed, which opens the slot.
    pub failed: bool,
}

impl SlotView {
    /// Whether a sound miner has it in its range.
    pub fn is_healthy(&self) -> bool {
        !self.failed && self.slot.earning().is_some()
    }

    /// Whether it waits for a repairer.
    pub fn is_open(&self) -> bool {
        self.failed || matches!(self.slot, Slot::Empty | Slot::Vacant { .. })
    }
}

/// What a miner owes now.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct OwedView {
    /// Its current period.
    pub period: Period,
    /// When that began, on the clock.
    pub started: Clock,
    /// When the next one begins.
    pub ends: Clock,
    /// The period's seed, once it is drawn.
    pub seed: Option<[u8; 32]>,
    /// What the period's challenges fall on.
    pub sealed: Peaks,
    /// What it has committed to by now.
    pub live: Peaks,
    /// Whether the period is proven.
    pub proven: bool,
    /// Whether it has failed, and that has come to light. A failure that the next call to touch it would bring to light is none
    /// yet; [`MinerView::overdue`] tells that there may be one.
    pub failed: bool,
}

/// A slot that waits for a repairer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, serde::Serialize, serde::Deserialize)]
pub struct RepairableView {
    /// The deal.
    pub deal: DealId,
    /// The slot.
    pub slot: SlotIndex,
    /// Since when it is open, on the clock.
    pub opened: Clock,
    /// What repairing it pays.
    #[serde(with = "crate::json::amount")]
    pub bounty: Balance,
    /// Bytes of its shard.
    pub shard_len: u32,
}

/// Some of the miners.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, TypeInfo, serde::Serialize, serde::Deserialize)]
pub struct MinersPage {
    /// The miners of this page, by ascending number.
    pub miners: Vec<MinerView>,
    /// What to ask for the next page after, if there is one: a page may be short, or empty, and not the last.
    pub next: Option<MinerId>,
}

/// Some of the slots that wait for a repairer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, TypeInfo, serde::Serialize, serde::Deserialize)]
pub struct RepairablePage {
    /// The slots of this page, by ascending number of the deal; all of a deal's are on one page.
    pub slots: Vec<RepairableView>,
    /// What to ask for the next page after, if there is one: a page may be short, or empty, and not the last.
    pub next: Option<DealId>,
}

/// Some of the slots that a miner answers for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, TypeInfo, serde::Serialize, serde::Deserialize)]
pub struct SlotsPage {
    /// The slots of this page, by ascending number of the deal; all of a deal's are on one page.
    pub slots: Vec<(DealId, SlotIndex, SlotView)>,
    /// What to ask for the next page after, if there is one: a page may be short, or empty, and not the last.
    pub next: Option<DealId>,
}

/// What a miner is due in a deal.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, serde::Serialize, serde::Deserialize)]
pub struct EarningView {
    /// The deal.
    pub deal: DealId,
    /// Its slots, each of which a settlement goes through.
    pub slots: u8,
    /// What a settlement pays the miner for the present term, in plancks: for periods that it proved, and bounties of probations
    /// that it passed.
    #[serde(with = "crate::json::amount")]
    pub due: Balance,
    /// Slots whose probation it passed. The bounty is part of what is due, and can be had alone, by deciding the probation: it is
    /// lost when the miner's record does not reach back any more.
    pub passed: Vec<SlotIndex>,
    /// Whether an extension is due, which whoever settles it or decides a probation begins and pays for.
    pub begins: bool,
    /// Whether its term is over, with its extension if it has one: a settlement closes it, and pays no fee.
    pub over: bool,
}

/// Some of the deals in which a miner is due something, or which are over.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, TypeInfo, serde::Serialize, serde::Deserialize)]
pub struct EarningsPage {
    /// The deals of this page, by ascending number.
    pub deals: Vec<EarningView>,
    /// What to ask for the next page after, if there is one: a page may be short, or empty, and not the last.
    pub next: Option<DealId>,
}

/// A miner's claim on a slot that waits for a repairer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, serde::Serialize, serde::Deserialize)]
pub struct ClaimView {
    /// The deal.
    pub deal: DealId,
    /// The slot.
    pub slot: SlotIndex,
    /// The opening that it is for: since when the slot is open, on the clock.
    pub opened: Clock,
    /// The last moment at which it can be completed, on the clock. One that lapsed still keeps its capacity until the miner
    /// claims something else, or drops its claims.
    pub until: Clock,
    /// Capacity kept free for it, in bytes.
    pub bytes: u64,
}

/// The chain's rules of the game, fixed at genesis.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, codec::MaxEncodedLen, TypeInfo, serde::Serialize, serde::Deserialize,
)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Timing {
    /// Blocks of a proving period.
    pub period: Clock,
    /// How failure is told from bad luck.
    pub failure: FailureRule,
    /// Blocks from a deal to the deadline for appending its slots.
    pub append_deadline: Clock,
    /// Blocks of one rank window of a repair.
    pub rank_window: Clock,
    /// Rank windows until anybody may claim.
    pub rank_windows: u32,
    /// Blocks that a claim lasts.
    pub claim: Clock,
    /// Periods that a repairer must prove before the bounty is paid.
    pub probation: u32,
    /// Blocks of an admission epoch.
    pub epoch: Clock,
    /// Shortest term, and the time after which a deal may be cancelled.
    pub min_term: Clock,
    /// Longest term.
    pub max_term: Clock,
}

/// Everything a client must know to build a deal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, TypeInfo, serde::Serialize, serde::Deserialize)]
pub struct TermsView {
    /// The clock now.
    pub clock: Clock,
    /// The chain's timing.
    pub timing: Timing,
    /// Bounties and bonds.
    pub rates: Rates,
    /// Least and most data shards of a copy.
    pub data: (u8, u8),
    /// Least and most parity shards of a copy.
    pub parity: (u8, u8),
    /// Most copies.
    pub copies: u8,
    /// The weight of all miners in draws.
    pub total_weight: Weights,
}
