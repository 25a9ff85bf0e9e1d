//! Which gateways have a bucket's key, as the chain has it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use idlewild_chain_client::GatewayChain;

use super::pulse::Pulse;
use crate::{credentials::KeyringError, peers::keyring::Grants};

/// How long a grant is taken to stand: a block, on a live chain.
const FRESH: Duration = Duration::from_secs(6);
/// Buckets that are kept in mind.
const MOST: usize = 1_024;

/// When a bucket was asked for, and the gateways that have its key.
type Known = (Instant, Vec<[u8; 32]>);

/// Grants of a chain.
pub struct ChainGrants {
    chain: Arc<dyn GatewayChain>,
    pulse: Arc<Pulse>,
    known: Mutex<HashMap<u64, Known>>,
}

impl ChainGrants {
    /// Those of this chain.
    pub fn new(chain: Arc<dyn GatewayChain>, pulse: Arc<Pulse>) -> Self {
        Self { chain, pulse, known: Mutex::default() }
    }
}

#[async_trait]
impl Grants for ChainGrants {
    async fn has(&self, bucket: u64, gateway: &[u8; 32]) -> Result<bool, KeyringError> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&bucket).cloned();
        if let Some((since, gateways)) = &known {
            if since.elapsed() < FRESH {
                return Ok(gateways.contains(gateway));
            }
        }
        let failure = match self.pulse.ask("who has a bucket's key", self.chain.grants(bucket)).await {
            Ok(holders) => {
                let gateways: Vec<[u8; 32]> =
                    holders.into_iter().filter(|holder| holder.counts).map(|holder| holder.gateway).collect();
                let has = gateways.contains(gateway);
                let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
                if known.len() >= MOST {
                    known.clear();
                }
                known.insert(bucket, (Instant::now(), gateways));
                return Ok(has);
            },
            Err(error) => error.to_string(),
        };
        // Where the chain is silent whoever had the key goes on, as clients do.
        match known {
            Some((_, gateways)) => Ok(gateways.contains(gateway)),
            None => Err(KeyringError::Unavailable(failure)),
        }
    }
}
