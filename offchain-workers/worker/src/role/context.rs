//! What all parts of the role share.

use std::{path::PathBuf, sync::Arc};

use idlewild_chain_client::{ChainClient, ReadError, SubmitError, Submitter};
use idlewild_network::{transfer::ShardClient, Identity, Network, PeerAddr};
use idlewild_storage::{
    index_error::{ApplyError, IndexFault, OpenIndexError, PurgeError},
    local_index::LocalIndex,
    prover::{OwedError, ProveError},
    shard_store::ShardStore,
    store_error::{OpenStoreError, PutError, StoreFault},
};
use idlewild_storage_primitives::{
    view::{DealView, MinerView, TermsView},
    Clock, MinerId,
};
use tokio::sync::watch;

use crate::{
    config::Storage,
    role::room::Room,
    status::metrics::Metrics,
};

/// A final block, as the parts of the role are woken with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Moment {
    /// Its number.
    pub block: u32,
    /// The clock after it.
    pub clock: Clock,
}

/// Why a part of the role did not get through.
#[derive(Debug, thiserror::Error)]
pub enum RoleError {
    /// The chain could not be asked.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A transaction came to nothing.
    #[error(transparent)]
    Submit(#[from] SubmitError),
    /// The index failed.
    #[error(transparent)]
    Index(#[from] IndexFault),
    /// A block could not be taken in.
    #[error(transparent)]
    Apply(#[from] ApplyError),
    /// Cleared slots could not be forgotten.
    #[error(transparent)]
    Purge(#[from] PurgeError),
    /// It cannot be said what is owed.
    #[error(transparent)]
    Owed(#[from] OwedError),
    /// A chunk cannot be proven.
    #[error(transparent)]
    Prove(#[from] ProveError),
    /// The shards' disk failed.
    #[error(transparent)]
    Store(#[from] StoreFault),
    /// A shard could not be written.
    #[error(transparent)]
    Put(#[from] PutError),
    /// The store could not be opened.
    #[error(transparent)]
    OpenStore(#[from] OpenStoreError),
    /// The index could not be opened.
    #[error(transparent)]
    OpenIndex(#[from] OpenIndexError),
    /// The chain has no such miner any more.
    #[error("the chain knows no miner {0}: it was removed")]
    Removed(MinerId),
    /// The node announced a later block and does not have this one.
    #[error("the node says that a later block is final and does not have block {0}: it is still catching up, or is broken")]
    MissingBlock(u32),
    /// A part of this program died.
    #[error("a part of this program stopped unexpectedly")]
    Broken,
}

/// A miner at work.
pub struct Miner {
    /// Its number on chain.
    pub id: MinerId,
    /// The chain.
    pub chain: Arc<dyn ChainClient>,
    /// Sends its operator's transactions.
    pub submitter: Submitter,
    /// Its peer key.
    pub identity: Identity,
    /// Its shards.
    pub store: ShardStore,
    /// What it holds and has committed to.
    pub index: LocalIndex,
    /// Fetches shards from others.
    pub shards: ShardClient,
    /// The role's configuration.
    pub config: Storage,
    /// Figures for Prometheus.
    pub metrics: Metrics,
    /// Room for shards on their way in.
    pub room: Room,
    moment: watch::Sender<Moment>,
    terms: watch::Sender<TermsView>,
    record: watch::Sender<MinerView>,
}

/// What a miner is opened with.
pub struct Parts {
    /// The chain.
    pub chain: Arc<dyn ChainClient>,
    /// Sends its operator's transactions.
    pub submitter: Submitter,
    /// Its peer key.
    pub identity: Identity,
    /// The network.
    pub network: Network,
    /// The role's configuration.
    pub config: Storage,
    /// Figures for Prometheus.
    pub metrics: Metrics,
}

impl Miner {
    /// Opens a registered miner's disk.
    pub async fn open(parts: Parts, record: MinerView) -> Result<Arc<Self>, RoleError> {
        let Parts { chain, submitter, identity, network, config, metrics } = parts;
        let store = ShardStore::open(&config.folder).await?;
        let index = LocalIndex::open(index_path(&config.folder))?;
        let terms = chain.terms().await?;
        Ok(Arc::new(Self {
            id: record.id,
            chain,
            submitter,
            identity,
            store,
            index,
            shards: ShardClient::new(network),
            room: Room::new(config.capacity),
            config,
            metrics,
            moment: watch::Sender::new(Moment::default()),
            terms: watch::Sender::new(terms),
            record: watch::Sender::new(record),
        }))
    }

    /// Final blocks as they are taken in.
    pub fn moments(&self) -> watch::Receiver<Moment> {
        self.moment.subscribe()
    }

    /// The last block that was taken in.
    pub fn moment(&self) -> Moment {
        *self.moment.borrow()
    }

    /// The chain's rules, as of the last block.
    pub fn terms(&self) -> TermsView {
        *self.terms.borrow()
    }

    /// The miner's record on chain, as of the last block.
    pub fn record(&self) -> MinerView {
        self.record.borrow().clone()
    }

    /// Wakes the role's parts with a block.
    pub(crate) async fn arrive(&self, moment: Moment) -> Result<(), RoleError> {
        let record = self.chain.miner(self.id).await?.ok_or(RoleError::Removed(self.id))?;
        let terms = self.chain.terms().await?;
        self.metrics.note_record(&record, moment);
        self.record.send_replace(record);
        self.terms.send_replace(terms);
        self.moment.send_replace(moment);
        Ok(())
    }

    /// Where another miner is reached.
    pub(crate) async fn peer_of(&self, id: MinerId) -> Result<Option<PeerAddr>, RoleError> {
        let Some(miner) = self.chain.miner(id).await? else { return Ok(None) };
        Ok(PeerAddr::new(miner.peer_key, &miner.endpoint).ok())
    }

    /// The name of a deal's shard in the store.
    pub(crate) fn shard_key(deal: &DealView, slot: u8) -> Option<idlewild_storage::shard_key::ShardKey> {
        let root = *deal.roots.get(usize::from(slot))?;
        Some(idlewild_storage::shard_key::ShardKey { root, salt: deal.salt, slot })
    }
}

/// Where the index of a storage folder is.
pub fn index_path(folder: &std::path::Path) -> PathBuf {
    folder.join("index.redb")
}
