//! Minutes, and what is drawn of them.

use frame_support::traits::{fungible::Mutate, Get};
use idlewild_capacity_primitives::Balance;

use crate::{types::Stream, Config, Credited, CurrentShares, Event, Pallet, Pool, Undrawn};

impl<T: Config> Pallet<T> {
    /// Begins a minute in which the network had so much space: what the one before left undrawn can no more be drawn. Returns what the
    /// minute made ready, for all streams.
    pub fn begin_minute(capacity_bytes: u128) -> Balance {
        let made = Pool::<T>::mutate(|pool| pool.as_mut().map_or(0, |pool| pool.minute(capacity_bytes, T::Unit::get())));
        Undrawn::<T>::put(CurrentShares::<T>::get().of(made));
        if made > 0 {
            Self::deposit_event(Event::Made { amount: made });
        }
        made
    }

    /// Gives an account up to `most` of what a stream may still draw. Returns what it got: nothing where that would not open an
    /// account.
    pub fn draw(stream: Stream, payee: &T::AccountId, most: Balance) -> Balance {
        let Some(mut pool) = Pool::<T>::get() else { return 0 };
        let mut ready = Undrawn::<T>::get();
        let left = ready.of(stream);
        let amount = pool.credit(most.min(*left));
        if amount == 0 || T::Currency::mint_into(payee, amount).is_err() {
            return 0;
        }
        *left = left.saturating_sub(amount);
        Undrawn::<T>::put(ready);
        Pool::<T>::put(pool);
        Credited::<T>::mutate(|credited| *credited = credited.saturating_add(amount));
        Self::deposit_event(Event::Drawn { stream, payee: payee.clone(), amount });
        amount
    }

    /// What a stream could draw of a minute in which the network had so much space, were it the next.
    pub fn outlook(stream: Stream, capacity_bytes: u128) -> Balance {
        let made = Pool::<T>::get().map_or(0, |mut pool| pool.minute(capacity_bytes, T::Unit::get()));
        *CurrentShares::<T>::get().of(made).of(stream)
    }

    /// All that a stream may still draw.
    pub fn ready(stream: Stream) -> Balance {
        *Undrawn::<T>::get().of(stream)
    }

    /// Coins that nobody has got yet.
    pub fn remaining() -> Balance {
        Pool::<T>::get().map_or(0, |pool| pool.remaining)
    }
}
