//! The keys that others seal to.

use frame_support::{pallet_prelude::DispatchResult, traits::Get};
use idlewild_shares_primitives::SealingKey;

use crate::{types::Announced, Config, Error, Event, Keys, Pallet};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_announce_key(account: T::AccountId, key: SealingKey) -> DispatchResult {
        let deposit = match Keys::<T>::get(&account) {
            Some(earlier) => earlier.deposit,
            None => {
                let deposit = T::KeyDeposit::get();
                Self::hold(&account, deposit)?;
                deposit
            },
        };
        Keys::<T>::insert(&account, Announced { key, deposit });
        Self::deposit_event(Event::KeyAnnounced { account, key });
        Ok(())
    }

    pub(crate) fn do_conceal_key(account: T::AccountId) -> DispatchResult {
        let announced = Keys::<T>::take(&account).ok_or(Error::<T>::NoSuchKey)?;
        Self::release_held(&account, announced.deposit)?;
        Self::deposit_event(Event::KeyConcealed { account });
        Ok(())
    }
}
