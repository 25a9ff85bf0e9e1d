//! From a node's address to a link: the chain, the miners' network, and a session on behalf of the owner. A gateway that ran before
//! starts where the chain does not answer, too.

use std::{future::Future, path::Path, sync::Arc, time::Duration};

use idlewild_chain_client::{coins::parse_coins, ConnectError, GatewayChain, ReadError, RpcClient};
use idlewild_client::{market::Wish, quantities, Session};
use idlewild_network::{Network, NetworkConfig};
use idlewild_objects::Store;
use idlewild_storage::keys::storage_secret_from_seed;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    depot::{Market, Remembered},
    grants::ChainGrants,
    holders::ChainHolders,
    keys::ChainKeys,
    late,
    late::LateChain,
    names::ChainNames,
    pulse::Pulse,
    recall::Recall,
    source::Miners,
    standing::Standing,
    Link, LinkOptions,
};
use crate::{
    config::{Chain, Deals},
    key_file::GatewaySecret,
    peers::{keyring::PeerKeyring, Patience, Peers},
    public::network::NetworkRemote,
};

/// How long a gateway that ran before waits for the chain before it starts without.
const PATIENCE: Duration = Duration::from_secs(10);

/// Why there is no link.
#[derive(Debug, thiserror::Error)]
pub enum LinkStartError {
    /// The node.
    #[error(transparent)]
    Connect(#[from] ConnectError),
    /// The chain could not be asked.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The network.
    #[error(transparent)]
    Network(#[from] idlewild_network::StartError),
    /// The chain does not know the gateway.
    #[error(
        "the chain at {0} knows no gateway with this account: register it with `idlewild gateway init`, or name the right node"
    )]
    Unregistered(String),
    /// What is asked of deals is none.
    #[error("the section [deals] of the gateway's configuration is wrong: {0}")]
    Deals(String),
}

/// A store's link and what fronts need of it.
pub struct Linked {
    /// The account that pays.
    pub owner: [u8; 32],
    /// Keeps store and network in step.
    pub link: Arc<Link>,
    /// Access keys, and what other gateways of the owner sign with.
    pub keys: Arc<PeerKeyring>,
    /// Those gateways.
    pub peers: Arc<Peers>,
    /// Which bucket each of them writes.
    pub holders: Arc<ChainHolders>,
    /// Names.
    pub names: Arc<ChainNames>,
    /// What others made public.
    pub remote: Arc<NetworkRemote>,
    /// Miners.
    pub network: Network,
    /// The chain, which may not be there yet.
    pub chain: Arc<LateChain>,
    recall: Arc<Recall>,
    node: String,
}

impl Linked {
    /// Has the chain come, where it is not there, and keeps in mind what reads need of it, until `stop`.
    pub fn attend(&self, tasks: &TaskTracker, stop: &CancellationToken) {
        tasks.spawn(self.recall.clone().watch(self.owner, stop.clone()));
        if self.chain.missing().is_none() {
            return;
        }
        let (chain, link, node, stop) = (self.chain.clone(), self.link.clone(), self.node.clone(), stop.clone());
        tasks.spawn(async move {
            if chain.arrive(late::REST, &stop, || connect(&node)).await {
                link.wake();
            }
        });
    }
}

/// What is asked of deals.
pub fn wish(deals: &Deals) -> Result<Wish, LinkStartError> {
    let wrong = LinkStartError::Deals;
    let geometry = quantities::geometry(&deals.class).map_err(wrong)?;
    let term = quantities::term(&deals.term).map_err(wrong)?;
    let max_price = deals.max_price.as_deref().map(parse_coins).transpose().map_err(wrong)?;
    Ok(Wish { geometry, copies: 1, term, max_price })
}

async fn connect(node: &str) -> Result<Arc<dyn GatewayChain>, ConnectError> {
    Ok(Arc::new(RpcClient::connect(node).await?))
}

/// The chain at a node, and for whom the gateway with this account acts. Where the chain does not answer in time, and this gateway ran
/// before, both are what they were.
async fn meet<F>(
    folder: &Path,
    account: [u8; 32],
    node: &str,
    patience: Duration,
    connecting: F,
) -> Result<(Arc<LateChain>, [u8; 32]), LinkStartError>
where
    F: Future<Output = Result<Arc<dyn GatewayChain>, ConnectError>>,
{
    let asking = async {
        let chain = connecting.await?;
        let record = chain.gateway(account).await?;
        let owner = record.ok_or_else(|| LinkStartError::Unregistered(node.to_owned()))?.owner;
        Ok((chain, owner))
    };
    let Some(before) = Standing::load(folder, account) else {
        let (chain, owner) = asking.await?;
        note(folder, Standing { genesis: chain.genesis(), gateway: account, owner });
        return Ok((LateChain::here(chain), owner));
    };
    let why = match tokio::time::timeout(patience, asking).await {
        Ok(Ok((chain, owner))) => {
            note(folder, Standing { genesis: chain.genesis(), gateway: account, owner });
            return Ok((LateChain::here(chain), owner));
        },
        Ok(Err(
            error @ (LinkStartError::Connect(ConnectError::Unreachable { .. } | ConnectError::TimedOut { .. })
            | LinkStartError::Read(ReadError::Rpc(_) | ReadError::TimedOut { .. })),
        )) => error.to_string(),
        Ok(Err(error)) => return Err(error),
        Err(_) => format!("the node at {node} did not answer within {} seconds", patience.as_secs()),
    };
    tracing::warn!(%why, "the chain is not there; what is here is read, and what is written waits");
    Ok((LateChain::awaited(before.genesis, why), before.owner))
}

fn note(folder: &Path, standing: Standing) {
    if let Err(error) = standing.keep(folder) {
        tracing::warn!(%error, "on which chain this gateway runs cannot be noted: it will not start where the chain is silent");
    }
}

/// Links the store of a gateway's folder with the chain at a node.
pub async fn link(
    store: &Store,
    folder: &Path,
    secret: GatewaySecret,
    chain: &Chain,
    deals: &Deals,
) -> Result<Linked, LinkStartError> {
    let wish = wish(deals)?;
    let node = chain.node.clone();
    let (chain, owner) = meet(folder, secret.account(), &node, PATIENCE, connect(&node)).await?;
    let client: Arc<dyn GatewayChain> = chain.clone();
    let network = Network::start(NetworkConfig::of_user(client.genesis()))?;
    let secret = Arc::new(secret);
    let own = storage_secret_from_seed(secret.seed());
    let session = Session::new(client.clone(), network.clone(), secret.signer().clone(), own).on_behalf(owner);
    let pulse = Pulse::of(client.clone());
    let recall = Recall::new(client.clone(), pulse.clone(), folder);
    // What is remembered is for those who read: what is done on chain goes by what the chain says.
    let reader = session.asking(recall.clone());
    store.set_source(Arc::new(Miners::new(store.clone(), reader.clone())));
    let options = LinkOptions { wish, flush_after: Duration::from_secs(deals.flush_seconds), node: node.clone() };
    let remote = Arc::new(NetworkRemote::new(client.clone(), reader));
    let depot = Remembered::new(Market::new(session.clone()), recall.clone());
    let link = Link::with_depot(store.clone(), client.clone(), session, depot, secret.clone(), options);
    let account = secret.account();
    let keys = Arc::new(ChainKeys::new(client.clone(), client.genesis(), pulse.clone(), secret, folder));
    let grants = Arc::new(ChainGrants::new(client.clone(), pulse.clone()));
    let keys = Arc::new(PeerKeyring::new(keys, grants, store.clone(), account, owner));
    let holders = ChainHolders::new(client.clone(), account);
    let peers = Peers::new(account, holders.clone(), Patience::default());
    let names = Arc::new(ChainNames::new(client, pulse));
    Ok(Linked { owner, link, keys, peers, holders, names, remote, network, chain, recall, node })
}

#[cfg(test)]
mod tests {
    use idlewild_chain_client::{ChainClient, GatewayClient};
    use idlewild_chain_memory::{MemoryChain, Setup};

    use super::*;

    #[test]
    fn what_is_asked_of_deals_is_read_or_refused() {
        let of = |class: &str, term: &str| Deals { class: class.into(), term: term.into(), ..Deals::default() };
        let read = wish(&of("hot", "2h")).unwrap();
        assert_eq!((read.geometry.data, read.term, read.max_price), (4, 1_200, None));
        assert!(wish(&of("lukewarm", "2h")).is_err() && wish(&of("hot", "soon")).is_err());
        assert!(wish(&Deals { max_price: Some("a lot".into()), ..Deals::default() }).is_err());
    }

    const GATEWAY: [u8; 32] = [2; 32];
    const SOON: Duration = Duration::from_millis(20);

    fn away() -> Result<Arc<dyn GatewayChain>, ConnectError> {
        Err(ConnectError::Unreachable { url: "ws://nowhere".into(), reason: "refused".into() })
    }

    async fn met(
        folder: &Path,
        connecting: impl Future<Output = Result<Arc<dyn GatewayChain>, ConnectError>>,
    ) -> Result<(Arc<LateChain>, [u8; 32]), LinkStartError> {
        meet(folder, GATEWAY, "ws://nowhere", SOON, connecting).await
    }

    #[tokio::test]
    async fn a_gateway_that_ran_before_starts_without_the_chain_and_another_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let refused = met(folder.path(), async { away() }).await.err();
        assert!(matches!(refused, Some(LinkStartError::Connect(ConnectError::Unreachable { .. }))), "{refused:?}");
        let before = Standing { genesis: [1; 32], gateway: GATEWAY, owner: [3; 32] };
        before.keep(folder.path()).unwrap();
        let (refused, silent) = (met(folder.path(), async { away() }).await, met(folder.path(), std::future::pending()).await);
        for met in [refused, silent] {
            let (chain, owner) = met.ok().expect("it starts");
            assert_eq!((chain.genesis(), owner), (before.genesis, before.owner));
            assert!(chain.missing().is_some() && chain.gateway(GATEWAY).await.is_err());
        }
        // A node that is not one of ours is no silence, and waiting for it helps nobody.
        let wrong = ConnectError::WrongChain { url: "ws://nowhere".into(), reason: "odd".into() };
        assert!(matches!(met(folder.path(), async { Err(wrong) }).await, Err(LinkStartError::Connect(_))));
        // Another gateway's folder says nothing of this one.
        Standing { gateway: [4; 32], ..before }.keep(folder.path()).unwrap();
        assert!(met(folder.path(), async { away() }).await.is_err());
    }

    #[tokio::test]
    async fn a_chain_that_answers_is_believed_whatever_was_so_before() {
        let memory = MemoryChain::start(Setup::default()).await;
        let folder = tempfile::tempdir().unwrap();
        Standing { genesis: memory.genesis(), gateway: GATEWAY, owner: [3; 32] }.keep(folder.path()).unwrap();
        let node = memory.node();
        let there = || async { Ok(Arc::new(node.clone()) as Arc<dyn GatewayChain>) };
        let patience = Duration::from_secs(60);
        let refused = meet(folder.path(), GATEWAY, "ws://here", patience, there()).await.err();
        assert!(matches!(refused, Some(LinkStartError::Unregistered(_))), "{refused:?}");
        node.cut().await;
        let (chain, owner) = meet(folder.path(), GATEWAY, "ws://here", patience, there()).await.ok().expect("it starts");
        assert_eq!((chain.genesis(), owner), (memory.genesis(), [3; 32]));
        assert!(chain.missing().is_some());
    }
}
