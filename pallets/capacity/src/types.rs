//! Rounds, claims and bonds.

use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use idlewild_capacity_primitives::{estimate::Seen, format::Seed, view::RoundRules, Balance, Challenge, Quality, RoundIndex};
use scale_info::TypeInfo;

/// Most claims that are verified in one round: four a block, and a round's claims come in over a round and a half. No fewer than twice
/// the relay-chain blocks of the longest round, by which [`Round::slash`] is reckoned.
pub const MAX_CLAIMS: u32 = 128;
/// Most claims that are verified in one block.
pub const MAX_CLAIMS_IN_BLOCK: u8 = 4;
/// Most relay-chain blocks of a round.
pub const MAX_LENGTH: u32 = MAX_CLAIMS / 2;
/// Most claims of one account that are verified in one round.
pub const MAX_CLAIMS_OF_ACCOUNT: u32 = 2;

/// The best claim of a round so far.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Claim<AccountId> {
    /// Whose plot it is.
    pub miner: AccountId,
    /// The plot's seed.
    pub seed: Seed,
    /// The nonce.
    pub nonce: u64,
    /// How good it is.
    pub quality: Quality,
    /// What is on hold for its verification until the round closes.
    pub fee: Balance,
}

/// A round that is not closed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Round<AccountId> {
    /// Which one.
    pub index: RoundIndex,
    /// What it asks: known once the randomness came that its inputs had to wait for.
    pub challenge: Option<Challenge>,
    /// What a claim has to be better than.
    pub bound: Quality,
    /// What a false claim costs.
    ///
    /// Who fills the places for claims keeps others from winning, and may be left with the best claim himself. A round with a reward was
    /// open in at least half as many blocks as it has relay-chain blocks, each with four places: they cost twice as much as there is to
    /// be won. Whoever found no place claims again in the next block; with a round of ten, to fill three blocks costs more than there
    /// is to be won.
    pub slash: Balance,
    /// Blocks of it that there are.
    pub blocks: u32,
    /// Blocks that could take claims for it.
    pub open: u32,
    /// The relay-chain block that the last of its blocks was built on.
    pub built_on: u32,
    /// A digest of their hashes.
    pub digest: [u8; 32],
    /// The best claim so far.
    pub best: Option<Claim<AccountId>>,
    /// Whose claims were verified, in their order.
    pub verified: BoundedVec<AccountId, ConstU32<MAX_CLAIMS>>,
}

/// What is left of a round after it closed.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Record<AccountId> {
    /// Which one.
    pub round: RoundIndex,
    /// What it saw.
    pub seen: Seen,
    /// Whose claim won.
    pub winner: Option<AccountId>,
    /// What the winner got.
    pub reward: Balance,
}

/// What stands for an account's claims.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, MaxEncodedLen, TypeInfo)]
pub struct Bond {
    /// How much is on hold.
    pub amount: Balance,
    /// The round in which it last came to be enough, or stood for a false claim.
    pub since: RoundIndex,
}

/// How rounds run where genesis says nothing else: a minute of the relay chain, a bond of a day, a network of a pebibyte.
pub const LIVE_RULES: RoundRules = RoundRules { length: 10, bond_age: 1_440, nonces: 1 << 32 };
