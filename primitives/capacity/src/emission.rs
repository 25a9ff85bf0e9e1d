//! How many coins a minute of the network's space makes.
//!
//! A minute marks a 524,288th of the space, and at most 2,048 GiB. While more than half of all coins are left, a GiB that is marked
//! makes a coin; while more than a quarter are, half a coin; and so on. Everything is counted in integers: what is less than
//! the smallest unit is carried to the next minute, and a minute in which an era ends is split where it ends.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::Balance;

/// All coins that there will ever be from space.
pub const TOTAL_COINS: u128 = 1 << 30;
/// A minute marks the space divided by two to the power of this.
const MARKED: u32 = 19;
/// Bytes that a minute marks at most: 2,048 GiB.
pub const MOST_MARKED: u128 = 1 << 41;
/// A GiB is two to the power of this.
const GIB: u32 = 30;

/// What is left of all coins, and what is carried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Emission {
    /// Coins that nobody was credited with, in the smallest unit.
    pub remaining: Balance,
    /// Less than a smallest unit: marked bytes times units to the coin, as era `era` counts them.
    pub carry: u128,
    /// The era that the carry is counted in.
    pub era: u32,
}

impl Emission {
    /// Nothing is emitted yet. `unit` is how many of the smallest unit a coin has.
    pub fn new(unit: Balance) -> Self {
        Self { remaining: total(unit), carry: 0, era: 0 }
    }

    /// What a minute of so much space makes, and notes what it carries. What is credited of it goes through
    /// [`Emission::credit`]: the rest stays.
    pub fn minute(&mut self, capacity_bytes: u128, unit: Balance) -> Balance {
        let total = total(unit);
        let mut left = self.remaining;
        let Some(mut era) = era_of(left, total) else { return 0 };
        let carry = match era.checked_sub(self.era) {
            Some(later) => self.carry.checked_shl(later).unwrap_or(0),
            None => self.carry.checked_shr(self.era.saturating_sub(era)).unwrap_or(0),
        };
        let mut bits = marked(capacity_bytes).saturating_mul(unit).saturating_add(carry);
        let mut made: Balance = 0;
        loop {
            let shift = GIB.saturating_add(era);
            let until_next = left.saturating_sub(total.checked_shr(era.saturating_add(1)).unwrap_or(0));
            let value = bits.checked_shr(shift).unwrap_or(0);
            if value < until_next {
                made = made.saturating_add(value);
                self.carry = bits.saturating_sub(value << shift);
                self.era = era;
                return made;
            }
            // What was carried is less than one unit and so is spent; what is left was marked now, and counts half from here on.
            bits = bits.saturating_sub(until_next << shift);
            made = made.saturating_add(until_next);
            left = left.saturating_sub(until_next);
            let Some(next) = era_of(left, total) else {
                self.carry = 0;
                return made;
            };
            era = next;
        }
    }

    /// Coins leave. Returns how many did: no more than there are.
    #[must_use]
    pub fn credit(&mut self, amount: Balance) -> Balance {
        let credited = amount.min(self.remaining);
        self.remaining = self.remaining.saturating_sub(credited);
        credited
    }

    /// Coins come back from accounts that nobody uses. Returns how many were taken: no more than ever left.
    #[must_use]
    pub fn give_back(&mut self, amount: Balance, unit: Balance) -> Balance {
        let taken = amount.min(total(unit).saturating_sub(self.remaining));
        self.remaining = self.remaining.saturating_add(taken);
        taken
    }
}

/// Bytes that a minute marks of so much space.
pub fn marked(capacity_bytes: u128) -> u128 {
    (capacity_bytes >> MARKED).min(MOST_MARKED)
}

/// All coins, in the smallest unit.
pub fn total(unit: Balance) -> Balance {
    TOTAL_COINS.saturating_mul(unit)
}

/// The era: how many times the coins that are left have halved. `None` when there are none.
pub fn era_of(remaining: Balance, total: Balance) -> Option<u32> {
    if remaining == 0 {
        return None;
    }
    let mut era = 0u32;
    while remaining <= total.checked_shr(era.saturating_add(1)).unwrap_or(0) {
        era = era.saturating_add(1);
    }
    Some(era)
}
