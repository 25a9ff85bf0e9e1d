//! How 256 KiB follow from a few bytes.
//!
//! A nonce is made from its end to its beginning: each 32 bytes are the hash of what comes after them, and in the end all of it is
//! combined with the hash of all of it, so that no part can be had without making the whole.

use alloc::{vec, vec::Vec};

use crate::{
    shabal::{shabal256, DIGEST},
    word::{Pair, Word},
    Scoop, NONCE_BYTES, SCOOPS, SCOOP_BYTES,
};

/// Words of a nonce.
pub const NONCE_WORDS: usize = NONCE_BYTES / 4;
/// Words of a scoop.
pub const SCOOP_WORDS: usize = SCOOP_BYTES / 4;
/// Words of the longest base: a seed, a payload and a number.
pub const LONGEST_BASE: usize = 15;
/// Words that are hashed at each step, once there are as many before the base.
const WINDOW: usize = 4096 / 4;

/// What a nonce is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Base {
    words: [u32; LONGEST_BASE],
    length: usize,
}

impl Base {
    /// From bytes, of which the first 60 count, in whole words.
    pub fn from_bytes(bytes: &[u8]) -> Self {
        let (given, _) = bytes.as_chunks::<4>();
        let mut words = [0; LONGEST_BASE];
        words.iter_mut().zip(given).for_each(|(to, from)| *to = u32::from_le_bytes(*from));
        Self { words, length: given.len().min(LONGEST_BASE) }
    }

    /// Its words.
    pub fn words(&self) -> &[u32] {
        self.words.get(..self.length).unwrap_or_default()
    }
}

/// Makes nonces: `words` ends in their bases, and everything before is written.
#[inline(always)]
pub fn make<W: Word>(words: &mut [W]) {
    let end = words.len();
    let mut at = NONCE_WORDS.min(end);
    while let Some(next) = at.checked_sub(DIGEST) {
        let to = if NONCE_WORDS - at < WINDOW { end } else { at + WINDOW };
        let Some(after) = words.get(at..to) else { return };
        let digest = shabal256(after);
        if let Some(place) = words.get_mut(next..at) {
            place.copy_from_slice(&digest);
        }
        at = next;
    }
    let all = shabal256(words);
    let (digests, _) = words.as_chunks_mut::<DIGEST>();
    for digest in digests.iter_mut().take(NONCE_WORDS / DIGEST) {
        digest.iter_mut().zip(&all).for_each(|(word, mask)| *word = word.xor(*mask));
    }
}

/// A whole nonce in memory.
pub struct Nonce(Vec<u32>);

impl Nonce {
    /// Makes the nonce of a base.
    pub fn new(base: &Base) -> Self {
        let mut words = vec![0; NONCE_WORDS];
        words.extend_from_slice(base.words());
        make(&mut words);
        words.truncate(NONCE_WORDS);
        Self(words)
    }

    /// A scoop. `None` where there is none of that number.
    pub fn scoop(&self, number: u16) -> Option<Scoop> {
        scoop(&self.0, number).map(bytes)
    }
}

/// A scoop of each of two nonces, which are made side by side. `None` where there is no such scoop.
pub fn scoops_of_two(bases: [&Base; 2], numbers: [u16; 2]) -> Option<[Scoop; 2]> {
    let [first, second] = bases.map(Base::words);
    let mut words = vec![Pair::splat(0); NONCE_WORDS];
    words.extend(first.iter().zip(second).map(|(a, b)| Pair::new([*a, *b])));
    make(&mut words);
    let of = |which: usize, number| scoop(&words, number).map(|words| bytes(words.map(|pair| pair.words()[which])));
    let [one, other] = numbers;
    Some([of(0, one)?, of(1, other)?])
}

/// The words of a scoop: the first half of its own, and the second half of those as far from the end, so that what is made first
/// and what is made last stand together. `None` where there is no such scoop.
fn scoop<W: Word>(words: &[W], number: u16) -> Option<[W; SCOOP_WORDS]> {
    let mirror = (SCOOPS - 1).checked_sub(number)?;
    let (scoops, _) = words.as_chunks::<SCOOP_WORDS>();
    let (mut scoop, other) = (*scoops.get(usize::from(number))?, scoops.get(usize::from(mirror))?);
    let (_, taken) = scoop.split_at_mut(SCOOP_WORDS / 2);
    let (_, given) = other.split_at(SCOOP_WORDS / 2);
    taken.copy_from_slice(given);
    Some(scoop)
}

fn bytes(words: [u32; SCOOP_WORDS]) -> Scoop {
    let mut scoop = [0; SCOOP_BYTES];
    let (places, _) = scoop.as_chunks_mut::<4>();
    places.iter_mut().zip(words).for_each(|(place, word)| *place = word.to_le_bytes());
    scoop
}
