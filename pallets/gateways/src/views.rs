//! Answers to the runtime API.

use alloc::vec::Vec;
use idlewild_buckets_primitives::{
    view::{CredentialView, GatewayView},
    KeyNumber,
};
use idlewild_storage_primitives::page::PAGE;

use crate::{
    types::{Credential, Gateway},
    Config, Credentials, Gateways, OfOwner, Pallet,
};

impl<T: Config> Pallet<T> {
    pub(crate) fn gateway_view(account: T::AccountId) -> Option<GatewayView> {
        Gateways::<T>::get(&account).map(|record| show(account, record))
    }

    pub(crate) fn gateways_of_view(owner: T::AccountId) -> Vec<GatewayView> {
        OfOwner::<T>::get(owner).into_iter().filter_map(Self::gateway_view).collect()
    }

    pub(crate) fn credential_view(account: T::AccountId, key: KeyNumber) -> Option<CredentialView> {
        Credentials::<T>::get(account, key).map(|credential| show_credential(key, credential))
    }

    pub(crate) fn credentials_view(account: T::AccountId, after: Option<KeyNumber>, limit: u32) -> Vec<CredentialView> {
        // A gateway has no more of them than fit on a page, so that they can be put in order here.
        let credentials = Credentials::<T>::iter_prefix(account);
        let rest = credentials.filter(|(key, _)| after.is_none_or(|after| *key > after));
        let mut page: Vec<_> = rest.map(|(key, credential)| show_credential(key, credential)).collect();
        page.sort_unstable_by_key(|credential| credential.key);
        page.truncate(limit.clamp(1, PAGE) as usize);
        page
    }
}

fn show<AccountId: Into<[u8; 32]>>(account: AccountId, record: Gateway<AccountId>) -> GatewayView {
    GatewayView {
        account: account.into(),
        owner: record.owner.into(),
        receiver: record.receiver,
        owner_key: record.owner_key,
        endpoint: record.endpoint.into_inner(),
        allowance: record.allowance,
        credentials: record.credentials,
        deposit: record.deposit,
    }
}

fn show_credential<AccountId: Into<[u8; 32]>>(key: KeyNumber, credential: Credential<AccountId>) -> CredentialView {
    let Credential { user, generation, scopes, .. } = credential;
    CredentialView { key, user: user.into(), generation, scopes: scopes.into() }
}
