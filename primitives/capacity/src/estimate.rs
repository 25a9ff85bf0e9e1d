//! How much space the network has, from the answers that won its rounds.
//!
//! Of N nonces the best quality of a round is exponential with mean 2^64 / N, whoever has them. A claim that is worse than
//! [`Sums::bound`] is refused, and a round without a claim has then seen only that its best was worse: it adds the bound to the
//! sum, and no hit.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{Quality, NONCE_BYTES};

/// Rounds that the estimate looks back on: a day of minutes.
pub const RING: u32 = 1_440;
/// How many times the expected best a claim may be. That no miner has as good a one happens in a round of 55.
const SLACK: u128 = 4;

/// What a round saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Seen {
    /// The best claim's quality, or what any would have had to be better than.
    pub quality: Quality,
    /// Whether there was one.
    pub hit: bool,
}

impl Seen {
    /// What a round of a network of so many nonces sees on average.
    pub fn of(nonces: u64) -> Self {
        Self { quality: mean_of(nonces), hit: true }
    }
}

/// Of all rounds of a ring.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Sums {
    /// Rounds that saw a claim.
    pub hits: u32,
    /// All their qualities.
    pub qualities: u128,
}

impl Sums {
    /// Takes a round in.
    pub fn add(&mut self, seen: Seen) {
        self.hits = self.hits.saturating_add(u32::from(seen.hit));
        self.qualities = self.qualities.saturating_add(u128::from(seen.quality));
    }

    /// Takes a round out that was taken in before.
    pub fn remove(&mut self, seen: Seen) {
        self.hits = self.hits.saturating_sub(u32::from(seen.hit));
        self.qualities = self.qualities.saturating_sub(u128::from(seen.quality));
    }

    /// Nonces of the network, at least one. Unbiased: one hit is taken off, as the sum stands under the line.
    pub fn nonces(&self) -> u64 {
        let hits = u128::from(self.hits.saturating_sub(1));
        let nonces = (hits << 64).checked_div(self.qualities).unwrap_or(0);
        u64::try_from(nonces).unwrap_or(u64::MAX).max(1)
    }

    /// What a claim has to be better than.
    pub fn bound(&self) -> Quality {
        let bound = (SLACK << 64) / u128::from(self.nonces());
        Quality::try_from(bound).unwrap_or(Quality::MAX)
    }
}

/// Bytes of so many nonces.
pub fn bytes_of(nonces: u64) -> u128 {
    u128::from(nonces) * NONCE_BYTES as u128
}

/// The mean of the best quality of so many nonces.
fn mean_of(nonces: u64) -> Quality {
    let mean = (1u128 << 64) / u128::from(nonces.max(1));
    Quality::try_from(mean).unwrap_or(Quality::MAX)
}
