//! Files that everybody may read.

use frame_support::{ensure, pallet_prelude::DispatchResult, traits::Get};
use idlewild_shares_primitives::{name::is_file_name, DealId, PublicationId};
use pallet_idlewild_clock::Pallet as Clock;

use crate::{
    types::{FileName, Publication},
    Config, Error, Event, NextPublication, Pallet, Publications, PublicationsOf,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn do_publish(
        owner: T::AccountId,
        root: DealId,
        key: [u8; 32],
        hash: [u8; 32],
        length: u64,
        name: FileName,
    ) -> DispatchResult {
        ensure!(is_file_name(&name), Error::<T>::BadName);
        Self::ensure_owns(&owner, root)?;
        let id = NextPublication::<T>::get();
        NextPublication::<T>::put(id.checked_add(1).ok_or(Error::<T>::TooMany)?);
        let (deposit, published) = (T::PublicationDeposit::get(), Clock::<T>::now());
        Self::hold(&owner, deposit)?;
        PublicationsOf::<T>::insert(&owner, id, ());
        let record = Publication { owner: owner.clone(), root, key, hash, length, name, published, deposit };
        Publications::<T>::insert(id, record);
        Self::deposit_event(Event::Published { publication: id, owner, root, hash, length });
        Ok(())
    }

    pub(crate) fn do_relocate(owner: T::AccountId, id: PublicationId, root: DealId, key: [u8; 32]) -> DispatchResult {
        let record = Self::published_by(&owner, id)?;
        Self::ensure_owns(&owner, root)?;
        Publications::<T>::insert(id, Publication { root, key, ..record });
        Self::deposit_event(Event::Relocated { publication: id, root });
        Ok(())
    }

    pub(crate) fn do_withdraw(owner: T::AccountId, id: PublicationId) -> DispatchResult {
        let record = Self::published_by(&owner, id)?;
        Self::release_held(&owner, record.deposit)?;
        Publications::<T>::remove(id);
        PublicationsOf::<T>::remove(&owner, id);
        Self::deposit_event(Event::Withdrawn { publication: id, owner });
        Ok(())
    }

    /// A publication, if `who` published it.
    fn published_by(who: &T::AccountId, id: PublicationId) -> Result<Publication<T::AccountId>, Error<T>> {
        let record = Publications::<T>::get(id).ok_or(Error::<T>::NoSuchPublication)?;
        ensure!(record.owner == *who, Error::<T>::NotOwner);
        Ok(record)
    }
}
