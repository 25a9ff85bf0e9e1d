//! Answers to the runtime API.

use alloc::vec::Vec;
use idlewild_shares_primitives::{
    audience::Audience as ShownAudience,
    limits::MAX_PAGE,
    view::{PublicationView, ShareView},
    PublicationId, ShareId,
};
use pallet_idlewild_clock::Pallet as Clock;

use crate::{types::Audience, Config, Pallet, Publications, PublicationsOf, Shares, SharesOf, SharesWith};

impl<T: Config> Pallet<T> {
    pub(crate) fn share_view(id: ShareId) -> Option<ShareView> {
        let share = Shares::<T>::get(id)?;
        let is_live = share.is_live(Clock::<T>::now());
        let audience = match share.audience {
            Audience::Link => ShownAudience::Link,
            Audience::Account { account, sealed } => {
                ShownAudience::Account { account: account.into(), sealed: sealed.into_inner() }
            },
        };
        let (owner, root, until, deposit) = (share.owner.into(), share.root, share.until, share.deposit);
        Some(ShareView { id, owner, root, audience, until, is_live, deposit })
    }

    pub(crate) fn shares_of_view(owner: T::AccountId, after: Option<ShareId>, limit: u32) -> Vec<ShareView> {
        let ids = match after {
            Some(after) => SharesOf::<T>::iter_key_prefix_from(&owner, SharesOf::<T>::hashed_key_for(&owner, after)),
            None => SharesOf::<T>::iter_key_prefix(&owner),
        };
        page(ids, limit, Self::share_view)
    }

    pub(crate) fn shares_with_view(account: T::AccountId, after: Option<ShareId>, limit: u32) -> Vec<ShareView> {
        let ids = match after {
            Some(after) => SharesWith::<T>::iter_key_prefix_from(&account, SharesWith::<T>::hashed_key_for(&account, after)),
            None => SharesWith::<T>::iter_key_prefix(&account),
        };
        page(ids, limit, Self::share_view)
    }

    pub(crate) fn publication_view(id: PublicationId) -> Option<PublicationView> {
        let record = Publications::<T>::get(id)?;
        Some(PublicationView {
            id,
            owner: record.owner.into(),
            root: record.root,
            key: record.key,
            hash: record.hash,
            length: record.length,
            name: record.name.into_inner(),
            published: record.published,
            deposit: record.deposit,
        })
    }

    pub(crate) fn publications_of_view(owner: T::AccountId, after: Option<PublicationId>, limit: u32) -> Vec<PublicationView> {
        let ids = match after {
            Some(after) => {
                PublicationsOf::<T>::iter_key_prefix_from(&owner, PublicationsOf::<T>::hashed_key_for(&owner, after))
            },
            None => PublicationsOf::<T>::iter_key_prefix(&owner),
        };
        page(ids, limit, Self::publication_view)
    }
}

fn page<R>(ids: impl Iterator<Item = u64>, limit: u32, show: impl Fn(u64) -> Option<R>) -> Vec<R> {
    ids.filter_map(show).take(limit.clamp(1, MAX_PAGE) as usize).collect()
}
