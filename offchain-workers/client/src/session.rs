//! An account at work: its keys, a chain and a network.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use idlewild_chain_client::{Call, ChainClient, Keypair, ReadError, Submitter};
use idlewild_network::{transfer::ShardClient, Network, PeerAddr};
use idlewild_storage::{decode::Decoder, erasure::GeometryError, keys::StorageSecret};
use idlewild_storage_primitives::{
    geometry::{Geometry, MAX_SEGMENT_BYTES},
    MinerId,
};
use tokio::sync::OnceCell;

/// Where a miner is, as the chain says; `None` where it is gone. Whoever asks first asks for all.
type Known = Arc<OnceCell<Option<PeerAddr>>>;

/// Bytes of memory that is kept for shards to come: those of the two segments that are under way at a time.
const KEPT: usize = 2 * MAX_SEGMENT_BYTES as usize;
/// Geometries that are kept in mind: most read deals of one or two.
const GEOMETRIES: usize = 8;

/// An account with everything that it needs to store and to fetch, for itself or for the owner that it is a gateway of.
pub struct Session {
    pub(crate) chain: Arc<dyn ChainClient>,
    pub(crate) submitter: Arc<Submitter>,
    pub(crate) signer: Keypair,
    pub(crate) secret: StorageSecret,
    /// Whose deals it makes, where they are not its own.
    for_owner: Option<[u8; 32]>,
    pub(crate) shards: Arc<ShardClient>,
    miners: Arc<Mutex<HashMap<MinerId, Known>>>,
    /// Miners that did not answer, or not in time, and since when: others are asked before them.
    away: Arc<Mutex<HashMap<[u8; 32], Instant>>>,
    decoders: Arc<Mutex<Vec<Arc<Decoder>>>>,
}

impl Session {
    /// Opens a session. `secret` is the account's storage secret, from which every data key follows.
    pub fn new(chain: Arc<dyn ChainClient>, network: Network, signer: Keypair, secret: StorageSecret) -> Self {
        let submitter = Arc::new(Submitter::new(chain.clone(), signer.clone()));
        Self::beside(submitter, chain, network, signer, secret)
    }

    /// The same beside others that send transactions of the account: they are numbered in one place.
    pub fn beside(
        submitter: Arc<Submitter>,
        chain: Arc<dyn ChainClient>,
        network: Network,
        signer: Keypair,
        secret: StorageSecret,
    ) -> Self {
        let shards = Arc::new(ShardClient::new(network).keeping(KEPT));
        Self {
            submitter,
            chain,
            signer,
            secret,
            for_owner: None,
            shards,
            miners: Arc::default(),
            away: Arc::default(),
            decoders: Arc::default(),
        }
    }

    /// The same account, chain and network with another storage secret: what is put is encrypted under it, and what was put under it
    /// can be read.
    pub fn under(&self, secret: StorageSecret) -> Arc<Self> {
        Arc::new(Self { secret, ..self.again() })
    }

    /// The same account as a gateway of `owner`: deals are the owner's and paid with its coins, within what it allows. This account signs
    /// for miners and for the chain, and pays the fees.
    pub fn on_behalf(&self, owner: [u8; 32]) -> Arc<Self> {
        Arc::new(Self { for_owner: Some(owner).filter(|owner| *owner != self.account()), ..self.again() })
    }

    /// The same account and network, with another who is asked what the chain says.
    pub fn asking(&self, chain: Arc<dyn ChainClient>) -> Arc<Self> {
        // What was said of miners before was said by somebody else.
        Arc::new(Self { chain, miners: Arc::default(), ..self.again() })
    }

    fn again(&self) -> Self {
        Self {
            chain: self.chain.clone(),
            submitter: self.submitter.clone(),
            signer: self.signer.clone(),
            secret: self.secret.clone(),
            for_owner: self.for_owner,
            shards: self.shards.clone(),
            miners: self.miners.clone(),
            away: self.away.clone(),
            decoders: self.decoders.clone(),
        }
    }

    /// The chain.
    pub fn chain(&self) -> &Arc<dyn ChainClient> {
        &self.chain
    }

    /// Sends the account's transactions.
    pub fn submitter(&self) -> &Submitter {
        &self.submitter
    }

    /// The account's storage secret.
    pub fn secret(&self) -> &StorageSecret {
        &self.secret
    }

    /// The account that signs.
    pub fn account(&self) -> [u8; 32] {
        self.submitter.account()
    }

    /// Whose deals it makes: the account's own, unless it does so [on behalf of](Session::on_behalf) another.
    pub fn owner(&self) -> [u8; 32] {
        self.for_owner.unwrap_or_else(|| self.account())
    }

    /// What to send for the owner's sake: the call itself, or that call as the owner's gateway makes it.
    pub fn call(&self, call: Call) -> Call {
        match self.for_owner {
            Some(_) => Call::Act(Box::new(call)),
            None => call,
        }
    }

    /// The account, where it signs for another owner.
    pub(crate) fn delegate(&self) -> Option<[u8; 32]> {
        self.for_owner.map(|_| self.account())
    }

    /// The account's sr25519 signature.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.signer.sign(message).0
    }

    /// Where a miner is reached, or `None` where it is gone or its endpoint cannot be read. Asked of the chain once.
    pub(crate) async fn peer_of(&self, id: MinerId) -> Result<Option<PeerAddr>, ReadError> {
        let known = self.miners.lock().unwrap_or_else(PoisonError::into_inner).entry(id).or_default().clone();
        let asked = async || {
            let Some(miner) = self.chain.miner(id).await? else { return Ok(None) };
            let peer = PeerAddr::new(miner.peer_key, &miner.endpoint);
            Ok(peer.inspect_err(|error| tracing::warn!(miner = id, %error, "a miner's endpoint cannot be read")).ok())
        };
        known.get_or_try_init(asked).await.cloned()
    }

    /// What restores shards of a geometry: made once, as its matrix takes longer than to read a little.
    pub(crate) fn decoder(&self, geometry: Geometry) -> Result<Arc<Decoder>, GeometryError> {
        let mut decoders = self.decoders.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(decoder) = decoders.iter().find(|decoder| decoder.geometry() == geometry) {
            return Ok(decoder.clone());
        }
        let decoder = Arc::new(Decoder::new(geometry)?);
        if decoders.len() >= GEOMETRIES {
            decoders.remove(0);
        }
        decoders.push(decoder.clone());
        Ok(decoder)
    }

    /// Remembers that a miner does not answer. Returns since when.
    pub(crate) fn note_away(&self, peer: &PeerAddr) -> Instant {
        *self.away.lock().unwrap_or_else(PoisonError::into_inner).entry(peer.peer_key).or_insert_with(Instant::now)
    }

    /// Remembers that a miner answers.
    pub(crate) fn note_here(&self, peer: &PeerAddr) {
        self.away.lock().unwrap_or_else(PoisonError::into_inner).remove(&peer.peer_key);
    }

    /// Whether a miner did not answer when it was last asked.
    pub(crate) fn is_away(&self, peer: &PeerAddr) -> bool {
        self.away.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&peer.peer_key)
    }
}
