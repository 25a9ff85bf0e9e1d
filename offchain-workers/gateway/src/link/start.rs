//! From a node's address to a link: the chain, the miners' network, and a session on behalf of the owner.

use std::{sync::Arc, time::Duration};

use idlewild_chain_client::{coins::parse_coins, ConnectError, GatewayChain, ReadError, RpcClient};
use idlewild_client::{market::Wish, quantities, Session};
use idlewild_network::{Network, NetworkConfig};
use idlewild_objects::Store;
use idlewild_storage::keys::storage_secret_from_seed;

use super::{
    grants::ChainGrants, holders::ChainHolders, keys::ChainKeys, names::ChainNames, source::Miners, Link, LinkOptions,
};
use crate::{
    config::{Chain, Deals},
    key_file::GatewaySecret,
    peers::{keyring::PeerKeyring, Patience, Peers},
    public::network::NetworkRemote,
};

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
}

/// What is asked of deals.
pub fn wish(deals: &Deals) -> Result<Wish, LinkStartError> {
    let wrong = LinkStartError::Deals;
    let geometry = quantities::geometry(&deals.class).map_err(wrong)?;
    let term = quantities::term(&deals.term).map_err(wrong)?;
    let max_price = deals.max_price.as_deref().map(parse_coins).transpose().map_err(wrong)?;
    Ok(Wish { geometry, copies: 1, term, max_price })
}

/// Links a store with the chain at a node.
pub async fn link(store: &Store, secret: GatewaySecret, chain: &Chain, deals: &Deals) -> Result<Linked, LinkStartError> {
    let wish = wish(deals)?;
    let client: Arc<dyn GatewayChain> = Arc::new(RpcClient::connect(&chain.node).await?);
    let record = client.gateway(secret.account()).await?;
    let record = record.ok_or_else(|| LinkStartError::Unregistered(chain.node.clone()))?;
    let network = Network::start(NetworkConfig::of_user(client.genesis()))?;
    let secret = Arc::new(secret);
    let own = storage_secret_from_seed(secret.seed());
    let session = Session::new(client.clone(), network.clone(), secret.signer().clone(), own).on_behalf(record.owner);
    store.set_source(Arc::new(Miners::new(store.clone(), session.clone())));
    let options = LinkOptions { wish, flush_after: Duration::from_secs(deals.flush_seconds), node: chain.node.clone() };
    let remote = Arc::new(NetworkRemote::new(client.clone(), session.clone()));
    let link = Link::new(store.clone(), client.clone(), session, secret.clone(), options);
    let account = secret.account();
    let keys = Arc::new(ChainKeys::new(client.clone(), secret));
    let grants = Arc::new(ChainGrants::new(client.clone()));
    let keys = Arc::new(PeerKeyring::new(keys, grants, store.clone(), account, record.owner));
    let holders = ChainHolders::new(client.clone(), account);
    let peers = Peers::new(account, holders.clone(), Patience::default());
    let names = Arc::new(ChainNames::new(client));
    Ok(Linked { owner: record.owner, link, keys, peers, holders, names, remote, network })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_of_deals_is_read_or_refused() {
        let of = |class: &str, term: &str| Deals { class: class.into(), term: term.into(), ..Deals::default() };
        let read = wish(&of("hot", "2h")).unwrap();
        assert_eq!((read.geometry.data, read.term, read.max_price), (4, 1_200, None));
        assert!(wish(&of("lukewarm", "2h")).is_err() && wish(&of("hot", "soon")).is_err());
        assert!(wish(&Deals { max_price: Some("a lot".into()), ..Deals::default() }).is_err());
    }
}
