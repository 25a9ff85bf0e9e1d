//! A chain whose node may not be there yet: until it is, every question fails, and everything else of a gateway goes on.

use std::{
    future::Future,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use idlewild_buckets_primitives::view::{BucketView, CredentialView, GatewayView, GrantView, HolderView};
use idlewild_chain_client::{
    pause::jittered, BucketClient, ConnectError, GatewayChain, GatewayClient, NameClient, ReadError, ShareClient,
};
use idlewild_names_primitives::view::{
    ChildrenPage, NameTerms, NameView, NamesPage, Quote, Resolved, ReverseView, Unavailable,
};
use idlewild_shares_primitives::view::{PublicationView, ShareView};
use idlewild_storage_primitives::{
    view::{DealView, MinerView},
    Clock, DealId, MinerId,
};
use tokio_util::sync::CancellationToken;

use super::delegate::{asking, chain_client};

/// How long to rest between two tries to reach the node.
pub(super) const REST: Duration = Duration::from_secs(3);

/// A chain that is there, or will be.
pub struct LateChain {
    genesis: [u8; 32],
    chain: OnceLock<Arc<dyn GatewayChain>>,
    /// Why it is not there.
    why: Mutex<String>,
}

impl LateChain {
    /// One that is there.
    pub fn here(chain: Arc<dyn GatewayChain>) -> Arc<Self> {
        let genesis = chain.genesis();
        Arc::new(Self { genesis, chain: OnceLock::from(chain), why: Mutex::default() })
    }

    /// The one that begins with this block, whose node does not answer, for this reason.
    pub fn awaited(genesis: [u8; 32], why: String) -> Arc<Self> {
        Arc::new(Self { genesis, chain: OnceLock::new(), why: Mutex::new(why) })
    }

    /// Why it is not there, where it is not.
    pub fn missing(&self) -> Option<String> {
        match self.chain.get() {
            Some(_) => None,
            None => Some(self.why.lock().unwrap_or_else(PoisonError::into_inner).clone()),
        }
    }

    /// Tries until the node answers, and says whether it does before `stop`. One of another chain is not taken: nothing here belongs to
    /// it.
    pub async fn arrive<C, F>(&self, rest: Duration, stop: &CancellationToken, connect: C) -> bool
    where
        C: Fn() -> F,
        F: Future<Output = Result<Arc<dyn GatewayChain>, ConnectError>>,
    {
        while self.chain.get().is_none() {
            let connected = tokio::select! {
                () = stop.cancelled() => return false,
                connected = connect() => connected,
            };
            let why = match connected {
                Ok(chain) if chain.genesis() == self.genesis => {
                    tracing::info!("the chain is there");
                    let _ = self.chain.set(chain);
                    return true;
                },
                Ok(_) => "the node has another chain than the one that this gateway ran on".to_owned(),
                Err(error) => error.to_string(),
            };
            *self.why.lock().unwrap_or_else(PoisonError::into_inner) = why;
            tokio::select! {
                () = stop.cancelled() => return false,
                () = tokio::time::sleep(jittered(rest)) => {},
            }
        }
        true
    }

    fn chain(&self) -> Result<&dyn GatewayChain, ReadError> {
        match self.chain.get() {
            Some(chain) => Ok(&**chain),
            None => Err(ReadError::Rpc(self.missing().unwrap_or_default())),
        }
    }
}

chain_client!(LateChain, {
    fn genesis(&self) -> [u8; 32] {
        self.genesis
    }

    async fn deal(&self, id: DealId) -> Result<Option<DealView>, ReadError> {
        self.chain()?.deal(id).await
    }

    async fn deals_of(&self, owner: [u8; 32], after: Option<DealId>, limit: u32) -> Result<Vec<DealView>, ReadError> {
        self.chain()?.deals_of(owner, after, limit).await
    }

    async fn miner(&self, id: MinerId) -> Result<Option<MinerView>, ReadError> {
        self.chain()?.miner(id).await
    }
});

asking! {
    GatewayClient, LateChain, {}
    gateway(account: [u8; 32]) -> Option<GatewayView>;
    gateways_of(owner: [u8; 32]) -> Vec<GatewayView>;
    credential(gateway: [u8; 32], key: u32) -> Option<CredentialView>;
    credentials(gateway: [u8; 32], after: Option<u32>, limit: u32) -> Vec<CredentialView>;
}

asking! {
    BucketClient, LateChain, {}
    bucket(id: u64) -> Option<BucketView>;
    buckets_of(owner: [u8; 32], after: Option<u64>, limit: u32) -> Vec<BucketView>;
    granted(gateway: [u8; 32], after: Option<u64>, limit: u32) -> Vec<GrantView>;
    grants(id: u64) -> Vec<HolderView>;
}

asking! {
    NameClient, LateChain, {}
    resolve(path: &str) -> Option<Resolved>;
    name(path: &str) -> Option<NameView>;
    names_of(owner: [u8; 32], after: Option<idlewild_names_primitives::NodeId>, limit: u32) -> NamesPage;
    price_of_name(name: &str, periods: u32) -> Result<Quote, Unavailable>;
    renewal_of_name(name: &str, periods: u32) -> Result<Quote, Unavailable>;
    children(path: &str, after: Option<Vec<u8>>, limit: u32) -> ChildrenPage;
    reverse(account: [u8; 32]) -> Option<ReverseView>;
    commitment(who: [u8; 32], hash: [u8; 32]) -> Option<Clock>;
    name_terms() -> NameTerms;
}

asking! {
    ShareClient, LateChain, {}
    receiver(account: [u8; 32]) -> Option<idlewild_buckets_primitives::SealingKey>;
    share(id: u64) -> Option<ShareView>;
    shares_of(owner: [u8; 32], after: Option<u64>, limit: u32) -> Vec<ShareView>;
    shares_with(account: [u8; 32], after: Option<u64>, limit: u32) -> Vec<ShareView>;
    publication(id: u64) -> Option<PublicationView>;
    publications_of(owner: [u8; 32], after: Option<u64>, limit: u32) -> Vec<PublicationView>;
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use idlewild_chain_client::ChainClient;
    use idlewild_chain_memory::{MemoryChain, Setup};

    use super::*;

    const SOON: Duration = Duration::from_millis(1);

    fn unreachable() -> ConnectError {
        ConnectError::Unreachable { url: "ws://nowhere".into(), reason: "refused".into() }
    }

    #[tokio::test]
    async fn it_fails_until_its_node_is_there_and_answers_then() {
        let memory = MemoryChain::start(Setup::default()).await;
        let late = LateChain::awaited(memory.genesis(), "the node is away".into());
        assert_eq!(late.genesis(), memory.genesis());
        let refused = late.terms().await.unwrap_err();
        assert!(refused.to_string().contains("the node is away"), "{refused}");
        assert!(late.gateway([1; 32]).await.is_err() && late.resolve("a").await.is_err() && late.bucket(1).await.is_err());

        let (tries, stop) = (AtomicUsize::new(0), CancellationToken::new());
        let arrived = late
            .arrive(SOON, &stop, || async {
                match tries.fetch_add(1, Ordering::SeqCst) {
                    0 | 1 => Err(unreachable()),
                    _ => Ok(Arc::new(memory.node()) as Arc<dyn GatewayChain>),
                }
            })
            .await;
        assert!(arrived && late.missing().is_none());
        assert_eq!(tries.load(Ordering::SeqCst), 3);
        assert_eq!(late.terms().await.unwrap().clock, memory.node().terms().await.unwrap().clock);
        assert_eq!(late.gateway([1; 32]).await.unwrap(), None);
        assert_eq!(late.deal(1).await.unwrap(), None);
    }

    #[tokio::test]
    async fn another_chain_is_not_taken() {
        let memory = MemoryChain::start(Setup::default()).await;
        let mut other = memory.genesis();
        other[0] ^= 1;
        let late = LateChain::awaited(other, "the node is away".into());
        let (tries, stop) = (AtomicUsize::new(0), CancellationToken::new());
        let arrived = late
            .arrive(SOON, &stop, || async {
                if tries.fetch_add(1, Ordering::SeqCst) == 2 {
                    stop.cancel();
                }
                Ok(Arc::new(memory.node()) as Arc<dyn GatewayChain>)
            })
            .await;
        assert!(!arrived);
        assert!(late.missing().unwrap().contains("another chain"));
        assert!(late.terms().await.is_err());
    }
}
