//! Seeds: from a value that arrives to the moments that wait for one.

use codec::Encode;
use idlewild_storage_primitives::{hash::hash, Clock};

use crate::{Config, Latest, Next, Origin, Pallet, Seeds, Source, MOST_AT_ONCE, RING};

/// Moments without a seed at which the clock waits for one.
pub(crate) const MOST_BEHIND: u32 = 8;

impl<T: Config> Pallet<T> {
    /// Takes the relay chain's value of this block: `None` where the proof lacks the key, `Some(None)` where it proves that
    /// the relay chain had no value.
    ///
    /// Where values stay away for long, the clock waits for them. So every period, as genesis lets none be too short for that,
    /// is over only after its seed was there, and nobody is charged for not having proven what could not be known.
    ///
    /// # Panics
    /// Where genesis says [`Origin::Relay`] and the key is missing: such a block is invalid, or collators could leave out
    /// values that they dislike.
    pub fn on_relay_value(value: Option<Option<[u8; 32]>>) {
        if Source::<T>::get() != Origin::Relay {
            return;
        }
        match value {
            Some(Some(randomness)) => Self::draw(randomness),
            Some(None) => {},
            None => panic!("the relay-chain state proof lacks CurrentBlockRandomness"),
        }
        let behind = pallet_idlewild_clock::Pallet::<T>::now().saturating_sub(Next::<T>::get());
        if behind >= MOST_BEHIND {
            pallet_idlewild_clock::Pallet::<T>::leave_block_out();
        }
    }

    /// The value of this block, if one came in it.
    pub fn of_this_block() -> Option<[u8; 32]> {
        let number = frame_system::Pallet::<T>::block_number();
        Latest::<T>::get().and_then(|(of, value)| (of == number).then_some(value))
    }

    /// Seeds the moments up to now that have none.
    pub(crate) fn draw(randomness: [u8; 32]) {
        Latest::<T>::put((frame_system::Pallet::<T>::block_number(), randomness));
        let now = pallet_idlewild_clock::Pallet::<T>::now();
        let first = Next::<T>::get();
        let end = now.saturating_add(1).min(first.saturating_add(MOST_AT_ONCE));
        for moment in first..end {
            let seed = hash(&(b"idlewild/seed/1", randomness, moment).encode());
            Seeds::<T>::insert(moment % RING, (moment, seed));
        }
        if end > first {
            Next::<T>::put(end);
        }
    }

    /// The seed of a moment, once it is drawn and while it is kept.
    pub fn seed_of(moment: Clock) -> Option<[u8; 32]> {
        Seeds::<T>::get(moment % RING).and_then(|(of, seed)| (of == moment).then_some(seed))
    }

    /// The seed of a proving period that begins at `start`.
    ///
    /// What the period is about closed with the block before `start`; its seed is that of the moment after, two blocks on.
    pub fn seed_of_period(start: Clock) -> Option<[u8; 32]> {
        Self::seed_of(start.saturating_add(1))
    }
}
