//! Bundles that some may read.

use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Get};
use idlewild_shares_primitives::{Clock as Moment, DealId, ShareId};
use pallet_idlewild_clock::Pallet as Clock;
use pallet_idlewild_deals::Deals;

use crate::{
    types::{Audience, Share},
    Config, Error, Event, Keys, NextShare, Pallet, Shares, SharesOf, SharesWith,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_share(
        owner: T::AccountId,
        root: DealId,
        audience: Audience<T::AccountId>,
        until: Option<Moment>,
    ) -> DispatchResult {
        Self::ensure_owns(&owner, root)?;
        ensure!(until.is_none_or(|until| until > Clock::<T>::now()), Error::<T>::Past);
        let to = audience.account().cloned();
        ensure!(to.as_ref().is_none_or(Keys::<T>::contains_key), Error::<T>::NotAnnounced);
        let id = NextShare::<T>::get();
        NextShare::<T>::put(id.checked_add(1).ok_or(Error::<T>::TooMany)?);
        let deposit = T::ShareDeposit::get();
        Self::hold(&owner, deposit)?;
        SharesOf::<T>::insert(&owner, id, ());
        if let Some(account) = &to {
            SharesWith::<T>::insert(account, id, ());
        }
        Shares::<T>::insert(id, Share { owner: owner.clone(), root, audience, until, deposit });
        Self::deposit_event(Event::Shared { share: id, owner, root, to, until });
        Ok(())
    }

    pub(crate) fn do_revoke(who: T::AccountId, id: ShareId) -> DispatchResult {
        let share = Shares::<T>::get(id).ok_or(Error::<T>::NoSuchShare)?;
        ensure!(share.owner == who || !share.is_live(Clock::<T>::now()), Error::<T>::NotOwner);
        Self::release_held(&share.owner, share.deposit)?;
        Shares::<T>::remove(id);
        SharesOf::<T>::remove(&share.owner, id);
        if let Some(account) = share.audience.account() {
            SharesWith::<T>::remove(account, id);
        }
        Self::deposit_event(Event::Revoked { share: id, owner: share.owner });
        Ok(())
    }

    /// What is shared or published begins with a deal of whoever does it, which is not over.
    pub(crate) fn ensure_owns(who: &T::AccountId, root: DealId) -> DispatchResult {
        let deal = Deals::<T>::get(root).filter(|deal| !deal.is_closed()).ok_or(Error::<T>::NoSuchDeal)?;
        ensure!(deal.owner == *who, Error::<T>::NotOwner);
        Ok(())
    }
}
