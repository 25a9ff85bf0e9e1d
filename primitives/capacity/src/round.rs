//! What a round asks, and how good an answer is.

use codec::Encode;
use idlewild_storage_primitives::hash::hash;

use crate::{nonce::SCOOP_WORDS, shabal::shabal256, word::Word, Challenge, Quality, RoundIndex, Scoop, SCOOPS};

/// The beginning of a challenge: what a claim says of the one that it answers.
pub type Tag = [u8; 8];

/// Words of a challenge.
pub const CHALLENGE_WORDS: usize = 8;

/// Takes another block into the digest of a round's blocks.
pub fn fold(blocks: &[u8; 32], block: &[u8; 32]) -> [u8; 32] {
    hash(&(b"idlewild/round/blocks/1", blocks, block).encode())
}

/// The challenge of the round after one: of its challenge, of all its blocks, and of a seed that is drawn once they are there.
pub fn next_challenge(previous: &Challenge, blocks: &[u8; 32], seed: &[u8; 32]) -> Challenge {
    hash(&(b"idlewild/round/1", previous, blocks, seed).encode())
}

/// What a claim says of the challenge that it answers.
///
/// On a fork the same round may ask something else. An answer that was signed for one is no false answer to the other: it can be told
/// apart at a glance.
pub fn tag(challenge: &Challenge) -> Tag {
    let [a, b, c, d, e, f, g, h, ..] = *challenge;
    [a, b, c, d, e, f, g, h]
}

/// The scoop that a round asks of every nonce.
pub fn asked_scoop(challenge: &Challenge, round: RoundIndex) -> u16 {
    let [low, high, ..] = hash(&(b"idlewild/round/scoop/1", challenge, round).encode());
    u16::from_le_bytes([low, high]) % SCOOPS
}

/// A challenge as Shabal takes it.
pub fn challenge_words(challenge: &Challenge) -> [u32; CHALLENGE_WORDS] {
    let mut words = [0; CHALLENGE_WORDS];
    let (given, _) = challenge.as_chunks::<4>();
    words.iter_mut().zip(given).for_each(|(to, from)| *to = u32::from_le_bytes(*from));
    words
}

/// The two words of which quality consists, low and high, of a challenge and a scoop of each of several nonces.
#[inline(always)]
pub fn quality_words<W: Word>(challenge: &[u32; CHALLENGE_WORDS], scoop: &[W; SCOOP_WORDS]) -> [W; 2] {
    let mut message = [W::splat(0); CHALLENGE_WORDS + SCOOP_WORDS];
    let asked = challenge.iter().map(|word| W::splat(*word));
    message.iter_mut().zip(asked.chain(scoop.iter().copied())).for_each(|(to, from)| *to = from);
    let [low, high, ..] = shabal256(&message);
    [low, high]
}

/// How good a scoop is for a challenge: smaller is better.
pub fn quality(challenge: &Challenge, scoop: &Scoop) -> Quality {
    let mut words = [0u32; SCOOP_WORDS];
    let (given, _) = scoop.as_chunks::<4>();
    words.iter_mut().zip(given).for_each(|(to, from)| *to = u32::from_le_bytes(*from));
    let [low, high] = quality_words(&challenge_words(challenge), &words);
    u64::from(high) << 32 | u64::from(low)
}
