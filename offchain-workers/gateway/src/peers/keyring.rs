//! The keyring of a gateway that others ask too: what they sign with is not kept, but follows from the keys of buckets.

use std::sync::Arc;

use async_trait::async_trait;
use idlewild_buckets_primitives::scopes::{Rights, Scopes};
use idlewild_objects::Store;

use super::key::{secret, PeerId};
use crate::credentials::{Credential, Keyring, KeyringError};

/// What knows which gateways a bucket's owner gave its key.
#[async_trait]
pub trait Grants: Send + Sync + 'static {
    /// Whether a gateway has it, and may have it still.
    async fn has(&self, bucket: u64, gateway: &[u8; 32]) -> Result<bool, KeyringError>;
}

/// The keys of clients, and those of other gateways.
pub struct PeerKeyring {
    clients: Arc<dyn Keyring>,
    grants: Arc<dyn Grants>,
    store: Store,
    account: [u8; 32],
    owner: [u8; 32],
}

impl PeerKeyring {
    /// The keyring of the gateway `account`, which acts for `owner`.
    pub fn new(clients: Arc<dyn Keyring>, grants: Arc<dyn Grants>, store: Store, account: [u8; 32], owner: [u8; 32]) -> Self {
        Self { clients, grants, store, account, owner }
    }
}

#[async_trait]
impl Keyring for PeerKeyring {
    async fn credential(&self, access_key: &str) -> Result<Option<Credential>, KeyringError> {
        let Ok(id) = access_key.parse::<PeerId>() else { return self.clients.credential(access_key).await };
        let bucket = self.store.buckets().into_iter().find(|bucket| bucket.id == Some(id.bucket));
        let Some(key) = bucket.and_then(|bucket| bucket.key).filter(|_| id.from != self.account) else { return Ok(None) };
        // Whose grant was withdrawn knows the key still.
        if !self.grants.has(id.bucket, &id.from).await? {
            return Ok(None);
        }
        let secret = secret(&key, &id, &self.account).map_err(|error| KeyringError::Unavailable(error.to_string()))?;
        let scopes = Scopes { rights: Rights::ALL, buckets: Some(vec![id.bucket]) };
        Ok(Some(Credential { secret, user: self.owner, scopes }))
    }
}
