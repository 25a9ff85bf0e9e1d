//! What is recorded of a miner.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use idlewild_storage_primitives::{
    admission,
    terms::{Load, Rates},
    Balance, PeerKey,
};
use scale_info::TypeInfo;

/// A miner's own wish; whether it failed is a matter of record and not of wishes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub enum Status {
    /// Takes new slots.
    #[default]
    Active,
    /// Keeps what it has and takes nothing new.
    Paused,
    /// Leaves as soon as it is released from what it has.
    Exiting,
    /// Missed too many periods; final.
    Failed,
}

/// The weight from which a miner makes its operator count in the spread of a copy: 4 GiB at the highest score. Small miners are
/// cheap, and many of them in one hand would else narrow everybody's share until nobody could take a deal.
pub const COUNTED_WEIGHT: u64 = 4096 * 100;

/// The highest score, and the one that a miner begins with.
pub const TOP_SCORE: u16 = 10_000;

/// A storage miner.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Miner<AccountId> {
    /// The account behind it, which holds the bond and is paid.
    pub operator: AccountId,
    /// The key of its libp2p identity.
    pub peer_key: PeerKey,
    /// Bytes offered.
    pub capacity: u64,
    /// Bytes promised to slots and claims.
    pub used: u64,
    /// Posted price, in plancks per GiB and period.
    pub price: Balance,
    /// Bond on hold.
    pub bond: Balance,
    /// Slots and chunks that the bond stands for: those that it answers for, and those that it has still to clear.
    pub load: Load,
    /// Of those, the ones that a deal still counts on.
    pub answers: Load,
    /// Bounties on hold for repairing what this miner lost, on top of the bond.
    pub pot: Balance,
    /// The slots and chunks that those bounties are for.
    pub lost: Load,
    /// From 0 to [`TOP_SCORE`].
    pub score: u16,
    /// What it wants, or that it failed.
    pub status: Status,
    /// Its weight in admission draws.
    pub weight: Snapshots,
    /// Bond that was put up lately.
    pub fresh: Fresh,
}

impl<AccountId> Miner<AccountId> {
    /// Bytes that it can still take.
    pub fn free(&self) -> u64 {
        match self.status {
            Status::Active => self.capacity.saturating_sub(self.used),
            _ => 0,
        }
    }

    /// Its weight as it would be drawn from now on: what it has room for and what its spare bond covers, whichever is less.
    pub fn live_weight(&self, rates: &Rates) -> u64 {
        let covered = rates.covered(self.bond.saturating_sub(rates.bond(self.load)));
        admission::weight(self.free().min(covered), self.score)
    }
}

/// Coins that were put up in the current epoch and in the one before, which must stay.
///
/// Weights are taken once an epoch, and count for all of it. Were a bond to stand for no longer than the moment at which they are
/// taken, whoever has many coins for that moment could narrow everybody's share of the draw for a day. So coins that raise a
/// weight stay until an epoch that they counted in is over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Fresh {
    epoch: u32,
    current: Balance,
    previous: Balance,
}

impl Fresh {
    fn seen_in(self, epoch: u32) -> Self {
        match epoch.saturating_sub(self.epoch) {
            0 => self,
            1 => Self { epoch, current: 0, previous: self.current },
            _ => Self { epoch, current: 0, previous: 0 },
        }
    }

    /// Notes that coins were put up in `epoch`.
    pub fn add(&mut self, epoch: u32, amount: Balance) {
        *self = self.seen_in(epoch);
        self.current = self.current.saturating_add(amount);
    }

    /// Those that must stay in `epoch`.
    pub fn of(self, epoch: u32) -> Balance {
        let seen = self.seen_in(epoch);
        seen.current.saturating_add(seen.previous)
    }
}

/// A number as it stood when the current epoch began and when the one before did, kept without any sweep over all miners: it
/// moves on when it is next written or read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Snapshots {
    epoch: u32,
    current: u64,
    previous: u64,
    live: u64,
}

impl Snapshots {
    /// A number that counts from the moment it is first known.
    pub fn starting_at(epoch: u32, live: u64) -> Self {
        Self { epoch, current: live, previous: live, live }
    }

    /// The same, as seen in `epoch`.
    pub fn seen_in(self, epoch: u32) -> Self {
        match epoch.saturating_sub(self.epoch) {
            0 => self,
            1 => Self { epoch, current: self.live, previous: self.current, live: self.live },
            _ => Self { epoch, current: self.live, previous: self.live, live: self.live },
        }
    }

    /// The number now.
    pub fn live(&self) -> u64 {
        self.live
    }

    /// As it stood when `epoch` began, and when the one before did.
    pub fn of(self, epoch: u32) -> (u64, u64) {
        let seen = self.seen_in(epoch);
        (seen.current, seen.previous)
    }

    /// Changes the number in `epoch`.
    pub fn set(&mut self, epoch: u32, live: u64) {
        *self = self.seen_in(epoch);
        self.live = live;
    }
}
