//! Access keys, as the chain has them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use idlewild_buckets_primitives::view::CredentialView;
use idlewild_chain_client::GatewayChain;

use crate::{
    credentials::{secret, Credential, KeyId, Keyring, KeyringError},
    key_file::GatewaySecret,
};

/// How long a key is taken to be as it was: a block, on a live chain.
const FRESH: Duration = Duration::from_secs(6);
/// How long the chain is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// Keys that are kept in mind, those that do not exist included.
const MOST: usize = 4_096;

/// The keys of a gateway.
pub struct ChainKeys {
    chain: Arc<dyn GatewayChain>,
    secret: Arc<GatewaySecret>,
    known: Mutex<HashMap<u32, (Instant, Option<CredentialView>)>>,
}

impl ChainKeys {
    /// Those of this gateway.
    pub fn new(chain: Arc<dyn GatewayChain>, secret: Arc<GatewaySecret>) -> Self {
        Self { chain, secret, known: Mutex::default() }
    }

    /// A key as the chain has it, or had it where the chain is silent: whoever could read before can go on.
    async fn view(&self, number: u32) -> Result<Option<CredentialView>, KeyringError> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&number).cloned();
        if let Some((since, view)) = &known {
            if since.elapsed() < FRESH {
                return Ok(view.clone());
            }
        }
        let asked = tokio::time::timeout(PATIENCE, self.chain.credential(self.secret.account(), number)).await;
        let failure = match asked {
            Ok(Ok(view)) => {
                let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
                if known.len() >= MOST {
                    known.retain(|_, (since, _)| since.elapsed() < FRESH);
                }
                known.insert(number, (Instant::now(), view.clone()));
                return Ok(view);
            },
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("nothing came in {} seconds", PATIENCE.as_secs()),
        };
        known.map(|(_, view)| view).ok_or(KeyringError::Unavailable(failure))
    }
}

#[async_trait]
impl Keyring for ChainKeys {
    async fn credential(&self, access_key: &str) -> Result<Option<Credential>, KeyringError> {
        let account = self.secret.account();
        let Some(id) = KeyId::parse(access_key).ok().filter(|id| id.is_of(&account)) else { return Ok(None) };
        let Some(view) = self.view(id.number).await? else { return Ok(None) };
        let secret = secret(self.secret.seed(), &account, &id, view.generation);
        let secret = secret.map_err(|error| KeyringError::Unavailable(error.to_string()))?;
        Ok(Some(Credential { secret, user: view.user, scopes: view.scopes }))
    }
}
