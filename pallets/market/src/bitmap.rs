//! Which steps of the ladder of prices have orders: a bit for each.

use codec::{Decode, Encode, MaxEncodedLen};
use frame_support::{traits::ConstU32, BoundedVec};
use idlewild_compute_primitives::lot::TICKS;
use scale_info::TypeInfo;

/// Steps of a word.
const WORD: u16 = 64;
/// Words of all steps.
const WORDS: u32 = (TICKS / WORD) as u32;

/// A set of steps. Only words that are not empty are kept, so that a book of a few prices takes a few bytes, and is found best at
/// either end by looking at a summary and one word.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode, MaxEncodedLen, TypeInfo)]
pub struct Ticks {
    /// A bit for each word that is not empty.
    summary: u64,
    /// Those words, in order.
    words: BoundedVec<u64, ConstU32<WORDS>>,
}

impl Ticks {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.summary == 0
    }

    /// Whether a step is in it.
    pub fn contains(&self, tick: u16) -> bool {
        self.word(tick / WORD) & bit(tick % WORD) != 0
    }

    /// Puts a step in.
    pub fn insert(&mut self, tick: u16) {
        let index = tick / WORD;
        if tick >= TICKS {
            return;
        }
        let place = self.place(index);
        if self.summary & bit(index) == 0 {
            // There is room: no index is put in twice, and there are as many places as indices.
            if place <= self.words.len() && self.words.try_insert(place, 0).is_ok() {
                self.summary |= bit(index);
            }
        }
        if let Some(word) = self.words.get_mut(place) {
            *word |= bit(tick % WORD);
        }
    }

    /// Takes a step out.
    pub fn remove(&mut self, tick: u16) {
        let index = tick / WORD;
        if !self.contains(tick) {
            return;
        }
        let place = self.place(index);
        if let Some(word) = self.words.get_mut(place) {
            *word &= !bit(tick % WORD);
        }
        if self.words.get(place) == Some(&0) {
            self.words.remove(place);
            self.summary &= !bit(index);
        }
    }

    /// The lowest step.
    pub fn first(&self) -> Option<u16> {
        self.lowest_in(self.summary)
    }

    /// The highest step.
    pub fn last(&self) -> Option<u16> {
        self.highest_in(self.summary)
    }

    /// The lowest step above this one.
    pub fn above(&self, tick: u16) -> Option<u16> {
        let index = tick / WORD;
        let here = self.word(index) & !low(tick % WORD) & !bit(tick % WORD);
        match lowest(here) {
            Some(at) => Some(index.saturating_mul(WORD).saturating_add(at)),
            None => self.lowest_in(self.summary & !low(index) & !bit(index)),
        }
    }

    /// The highest step below this one.
    pub fn below(&self, tick: u16) -> Option<u16> {
        let index = tick / WORD;
        match highest(self.word(index) & low(tick % WORD)) {
            Some(at) => Some(index.saturating_mul(WORD).saturating_add(at)),
            None => self.highest_in(self.summary & low(index)),
        }
    }

    /// Whether what is kept is as it must be: no empty word, and the summary tells of all.
    pub fn is_sound(&self) -> bool {
        self.summary.count_ones() as usize == self.words.len() && self.words.iter().all(|word| *word != 0)
    }

    fn lowest_in(&self, words: u64) -> Option<u16> {
        let index = lowest(words)?;
        Some(index.saturating_mul(WORD).saturating_add(lowest(self.word(index))?))
    }

    fn highest_in(&self, words: u64) -> Option<u16> {
        let index = highest(words)?;
        Some(index.saturating_mul(WORD).saturating_add(highest(self.word(index))?))
    }

    fn word(&self, index: u16) -> u64 {
        if self.summary & bit(index) == 0 {
            return 0;
        }
        self.words.get(self.place(index)).copied().unwrap_or(0)
    }

    /// Where a word is, or would be, among those that are kept.
    fn place(&self, index: u16) -> usize {
        (self.summary & low(index)).count_ones() as usize
    }
}

/// The bit of this number; none for what is not below 64.
fn bit(number: u16) -> u64 {
    1u64.checked_shl(number.into()).unwrap_or(0)
}

/// All bits below this number.
fn low(number: u16) -> u64 {
    bit(number).wrapping_sub(1)
}

fn lowest(word: u64) -> Option<u16> {
    (word != 0).then(|| word.trailing_zeros() as u16)
}

fn highest(word: u64) -> Option<u16> {
    word.checked_ilog2().map(|at| at as u16)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn it_is_a_set(steps in prop::collection::vec((any::<bool>(), 0..TICKS), 1..300), looks in prop::collection::vec(0..TICKS, 20)) {
            let (mut ticks, mut set) = (Ticks::default(), BTreeSet::new());
            for (put, tick) in steps {
                // Few of them, so that words fill and empty.
                let tick = if tick % 2 == 0 { tick } else { tick % 130 };
                if put {
                    ticks.insert(tick);
                    set.insert(tick);
                } else {
                    ticks.remove(tick);
                    set.remove(&tick);
                }
                prop_assert!(ticks.is_sound());
                prop_assert_eq!(ticks.first(), set.first().copied());
                prop_assert_eq!(ticks.last(), set.last().copied());
                prop_assert_eq!(ticks.is_empty(), set.is_empty());
            }
            for tick in looks.into_iter().chain([0, 63, 64, 127, 128, TICKS - 1]).chain(set.clone()) {
                prop_assert_eq!(ticks.contains(tick), set.contains(&tick));
                prop_assert_eq!(ticks.above(tick), set.range(tick + 1..).next().copied());
                prop_assert_eq!(ticks.below(tick), set.range(..tick).next_back().copied());
            }
        }
    }

    #[test]
    fn every_step_has_room_and_none_beyond() {
        let mut ticks = Ticks::default();
        (0..TICKS).for_each(|tick| ticks.insert(tick));
        assert!(ticks.is_sound() && (0..TICKS).all(|tick| ticks.contains(tick)));
        ticks.insert(TICKS);
        ticks.insert(u16::MAX);
        assert!(!ticks.contains(TICKS) && ticks.is_sound());
        assert_eq!((ticks.first(), ticks.last()), (Some(0), Some(TICKS - 1)));
        assert_eq!(ticks.encoded_size(), Ticks::max_encoded_len());
        (0..TICKS).for_each(|tick| ticks.remove(tick));
        assert_eq!(ticks, Ticks::default());
    }
}
