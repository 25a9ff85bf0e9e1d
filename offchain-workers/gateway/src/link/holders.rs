//! Who writes buckets, as the chain has it: asked for all of them at once every few seconds, and remembered where the chain is silent
//! for as long as the leases last that it told of.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use idlewild_buckets_primitives::view::LeaseView;
use idlewild_chain_client::{GatewayChain, ReadError};
use idlewild_client::quantities::BLOCK_SECONDS;
use idlewild_objects::Store;
use idlewild_storage_primitives::Clock;
use tokio_util::sync::CancellationToken;

use super::{buckets::granted, Link};
use crate::peers::{Holder, Holders, Peers};

/// How often the chain is asked.
const REST: Duration = Duration::from_secs(3);
/// How long it may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a gateway is taken to be where it was.
const FRESH: Duration = Duration::from_secs(30);
/// How often a gateway is told that it is waited for.
const ASK: Duration = Duration::from_secs(15);

struct Known {
    holder: Holder,
    until: Instant,
}

/// Who writes the buckets of a gateway.
pub struct ChainHolders {
    chain: Arc<dyn GatewayChain>,
    account: [u8; 32],
    known: Mutex<BTreeMap<u64, Known>>,
    endpoints: Mutex<HashMap<[u8; 32], (Instant, String)>>,
}

impl ChainHolders {
    /// For the gateway `account`.
    pub fn new(chain: Arc<dyn GatewayChain>, account: [u8; 32]) -> Arc<Self> {
        Arc::new(Self { chain, account, known: Mutex::default(), endpoints: Mutex::default() })
    }

    fn known(&self) -> MutexGuard<'_, BTreeMap<u64, Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the chain.
    pub async fn refresh(&self) -> Result<(), ReadError> {
        let leases = self.leases().await?;
        let mut known = BTreeMap::new();
        if !leases.is_empty() {
            let now = self.chain.terms().await?.clock;
            for (bucket, lease) in leases {
                let endpoint = self.endpoint(lease.holder).await?;
                let until = Instant::now() + left(&lease, now);
                known.insert(bucket, Known { holder: Holder { account: lease.holder, endpoint }, until });
            }
        }
        *self.known() = known;
        Ok(())
    }

    /// The leases of other gateways.
    async fn leases(&self) -> Result<Vec<(u64, LeaseView)>, ReadError> {
        let granted = granted(&*self.chain, self.account).await?;
        let leases = granted.into_iter().filter_map(|grant| Some((grant.bucket.id, grant.bucket.lease?)));
        Ok(leases.filter(|(_, lease)| lease.holder != self.account).collect())
    }

    async fn endpoint(&self, account: [u8; 32]) -> Result<String, ReadError> {
        let known = self.endpoints.lock().unwrap_or_else(PoisonError::into_inner).get(&account).cloned();
        if let Some((_, endpoint)) = known.filter(|(since, _)| since.elapsed() < FRESH) {
            return Ok(endpoint);
        }
        let record = self.chain.gateway(account).await?;
        let endpoint = record.map_or_else(String::new, |record| String::from_utf8_lossy(&record.endpoint).into_owned());
        let mut endpoints = self.endpoints.lock().unwrap_or_else(PoisonError::into_inner);
        endpoints.insert(account, (Instant::now(), endpoint.clone()));
        Ok(endpoint)
    }
}

/// How long a lease lasts at most: blocks come no slower than that for long.
fn left(lease: &LeaseView, now: Clock) -> Duration {
    Duration::from_secs(u64::from(lease.until.saturating_sub(now)).saturating_mul(BLOCK_SECONDS))
}

impl Holders for ChainHolders {
    fn holder(&self, bucket: u64) -> Option<Holder> {
        self.known().get(&bucket).filter(|known| Instant::now() < known.until).map(|known| known.holder.clone())
    }
}

/// Keeps it known who writes what, until `stop`, and has this gateway's turn come where it waits for one.
pub async fn watch(holders: Arc<ChainHolders>, peers: Arc<Peers>, link: Arc<Link>, store: Store, stop: CancellationToken) {
    let mut asked: HashMap<u64, Instant> = HashMap::new();
    loop {
        let refreshed = tokio::select! {
            () = stop.cancelled() => return,
            refreshed = tokio::time::timeout(PATIENCE, holders.refresh()) => refreshed,
        };
        if !matches!(refreshed, Ok(Ok(()))) {
            tracing::debug!("the chain does not say who writes which bucket; what it said last counts");
        }
        for id in link.wanted() {
            if holders.holder(id).is_none() {
                // What it waited for has come.
                asked.remove(&id);
                link.wake();
                continue;
            }
            let is_due = asked.get(&id).is_none_or(|since| since.elapsed() >= ASK);
            let Some(bucket) = store.buckets().into_iter().find(|bucket| bucket.id == Some(id)).filter(|_| is_due) else {
                continue;
            };
            asked.insert(id, Instant::now());
            tokio::select! {
                () = stop.cancelled() => return,
                // What is wrong is noted, and told by the status.
                _ = peers.ask_for(&bucket) => {},
            }
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(idlewild_chain_client::pause::jittered(REST)) => {},
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_lasts_as_long_as_its_blocks_may_take() {
        let lease = LeaseView { holder: [1; 32], epoch: 3, until: 110 };
        assert_eq!(left(&lease, 100), Duration::from_secs(10 * BLOCK_SECONDS));
        assert_eq!(left(&lease, 110), Duration::ZERO);
        assert_eq!(left(&lease, 200), Duration::ZERO);
    }
}
