//! What is recorded of a deal, and what a client asks for.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{pallet_prelude::ConstU32, BoundedVec};
use idlewild_storage_primitives::{
    deal::{Slot, Source, MAX_MANIFEST, MAX_SLOTS},
    geometry::{self, Geometry},
    receipt::SlotReceipt,
    sum_range::Leaf,
    terms::{self, Load},
    Balance, Clock, DealId, Root, Salt, SlotIndex,
};
use scale_info::TypeInfo;

/// The roots of a deal's shards, by slot.
pub type Roots = BoundedVec<Root, ConstU32<MAX_SLOTS>>;
/// A deal's encrypted manifest.
pub type Manifest = BoundedVec<u8, ConstU32<MAX_MANIFEST>>;
/// Receipts for slots of one deal.
pub type Receipts = BoundedVec<SlotReceipt, ConstU32<MAX_SLOTS>>;

/// A deal that an owner asks for.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Request {
    /// Never used before by this owner.
    pub salt: Salt,
    /// Data and parity shards of a copy.
    pub geometry: Geometry,
    /// Copies.
    pub copies: u8,
    /// Bytes of a shard.
    pub shard_len: u32,
    /// How long it is to last, in blocks of the clock.
    pub term: Clock,
    /// Its price, in plancks per GiB and period; at or above the least price of every receipt.
    pub price: Balance,
    /// The roots of all shards, by slot.
    pub roots: Roots,
    /// What miners signed.
    pub receipts: Receipts,
    /// The encrypted manifest.
    pub manifest: Manifest,
}

/// An agreed extension, which begins when the present term ends.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Extension {
    /// When it ends, on the clock.
    pub end: Clock,
    /// Its price, in plancks per GiB and period.
    pub price: Balance,
    /// Coins on hold for its pay.
    pub funds: Balance,
    /// The slots whose holders accepted: bit `i` stands for slot `i`.
    pub accepted: u128,
}

/// A deal. Its roots and its manifest are kept beside it, because most calls need neither.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Deal<AccountId> {
    /// The account that pays.
    pub owner: AccountId,
    /// The account that created it, where it was transferred since.
    pub creator: Option<AccountId>,
    /// The salt that receipts name.
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
    /// The term that receipts name.
    pub term: Clock,
    /// The last block in which any receipt for it can be valid; the record stays until then, so that none can be replayed.
    pub receipts_until: u32,
    /// Its price, in plancks per GiB and period.
    #[codec(compact)]
    pub price: Balance,
    /// Coins on hold for pay.
    #[codec(compact)]
    pub funds: Balance,
    /// Coins on hold for bounties.
    #[codec(compact)]
    pub reserve: Balance,
    /// The agreed extension, if there is one.
    pub extension: Option<Extension>,
    /// The slots; none once the deal is closed.
    pub slots: BoundedVec<Slot, ConstU32<MAX_SLOTS>>,
}

impl<AccountId> Deal<AccountId> {
    /// Whether it ended and paid out; only its record is left.
    pub fn is_closed(&self) -> bool {
        self.slots.is_empty()
    }

    /// When it is over for good, on the clock: the end of its extension, if one is agreed, or else of its term.
    pub fn last_end(&self) -> Clock {
        self.extension.as_ref().map_or(self.end, |extension| extension.end)
    }

    /// Whether its present term is over and an extension waits to begin.
    pub fn is_extension_due(&self, now: Clock) -> bool {
        self.extension.is_some() && now >= self.end
    }

    /// The account under which receipts were signed.
    pub fn creator(&self) -> &AccountId {
        self.creator.as_ref().unwrap_or(&self.owner)
    }

    /// Chunks of a shard.
    pub fn chunks(&self) -> u32 {
        geometry::chunks(self.shard_len)
    }

    /// What one of its slots weighs on a miner.
    pub fn load(&self) -> Load {
        Load::slot(self.chunks())
    }

    /// Capacity that one of its slots takes, in bytes.
    pub fn bytes(&self) -> u64 {
        self.load().bytes()
    }

    /// What a slot earns in a period.
    pub fn rate(&self) -> Balance {
        terms::rate(self.price, self.shard_len)
    }

    /// The leaf that a slot is in its holder's range.
    pub fn leaf(&self, id: DealId, slot: SlotIndex, root: Root) -> Option<Leaf> {
        let (copy, _) = self.geometry.locate(slot)?;
        Some(Leaf { deal: id, copy, slot, root, count: self.chunks() })
    }

    /// Bounties taken out of the reserve for repairers on probation.
    pub fn pending(&self) -> Balance {
        self.slots.iter().fold(0, |sum: Balance, slot| match slot {
            Slot::Probation { source: Source::Reserve, bounty, .. } => sum.saturating_add(*bounty),
            _ => sum,
        })
    }

    /// Everything that is on hold for it.
    pub fn held(&self) -> Balance {
        let extension = self.extension.as_ref().map_or(0, |extension| extension.funds);
        self.funds.saturating_add(self.reserve).saturating_add(extension).saturating_add(self.pending())
    }
}

/// Why a slot stayed unfilled though there was a valid receipt for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Unfilled {
    /// The miner takes no new slots: it is paused, exiting or has failed, or it was, or was full, until a short while ago and is
    /// not in the draw of this epoch yet.
    Inactive,
    /// The miner has too little free capacity or bond.
    NoRoom,
}

/// Since when a slot waits for a repairer, and where its bounty is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Since when, on the clock.
    pub since: Clock,
    /// Where the bounty is kept.
    pub source: Source,
}
