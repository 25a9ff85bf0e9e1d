//! What the runtime API answers.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{emission::Emission, estimate::Seen, format::Seed, Balance, Challenge, Quality, RoundIndex};

/// How rounds run; fixed at genesis.
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
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoundRules {
    /// Relay-chain blocks of a round.
    pub length: u32,
    /// Rounds that a bond must have stood before its account may claim.
    pub bond_age: u32,
    /// Nonces that the network is taken to have before a day of rounds has told.
    pub nonces: u64,
}

/// The rounds that take claims, or will soon.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct RoundsView {
    /// The relay-chain block that all these numbers are compared with.
    pub now: u32,
    /// The rounds, the latest first.
    pub rounds: Vec<RoundView>,
}

/// A round that takes claims, or will as soon as its challenge is known.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct RoundView {
    /// Which one.
    pub round: RoundIndex,
    /// What it asks; unknown at its very beginning.
    pub challenge: Option<Challenge>,
    /// The relay-chain block with which it began.
    pub begins: u32,
    /// The relay-chain block before which claims are taken.
    pub closes: u32,
    /// What a claim may not be worse than: a network of this size has better ones.
    pub bound: Quality,
    /// What a false claim costs.
    pub slash: Balance,
    /// What has to stand for a claim: that much at least.
    pub bond: Balance,
    /// The best claim so far, which a claim has to be better than.
    pub best: Option<ClaimView>,
}

/// A claim that was verified.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct ClaimView {
    /// Whose plot it is.
    pub miner: [u8; 32],
    /// The plot's seed.
    pub seed: Seed,
    /// The nonce.
    pub nonce: u64,
    /// How good it is.
    pub quality: Quality,
}

/// A round that closed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct RecordView {
    /// Which one.
    pub round: RoundIndex,
    /// What it saw.
    pub seen: Seen,
    /// Whose claim won.
    pub winner: Option<[u8; 32]>,
    /// What the winner got.
    pub reward: Balance,
}

/// Some rounds that closed, the latest first.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct RecordPage {
    /// The rounds.
    pub records: Vec<RecordView>,
    /// Where the next page begins, if there is one.
    pub next: Option<u32>,
}

/// What is known of the network's space.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct EstimateView {
    /// Nonces.
    pub nonces: u64,
    /// Bytes.
    pub bytes: u128,
    /// Rounds that it is known from; the others of a day are still genesis's guess.
    pub rounds: u32,
}

/// What is left of the coins from space.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, TypeInfo)]
pub struct EmissionView {
    /// The pool.
    pub pool: Emission,
    /// All coins that there will ever be.
    pub total: Balance,
}
