//! What all parts of the role share.

use std::{
    future::Future,
    path::{Path, PathBuf},
    sync::{
        atomic::{AtomicBool, AtomicU32},
        Arc,
    },
};

use idlewild_chain_client::{ChainClient, ReadError, SubmitError, Submitter};
use idlewild_network::{transfer::ShardClient, Identity, Network, PeerAddr};
use idlewild_storage::{
    index_error::{ApplyError, IndexFault, OpenIndexError, PurgeError},
    local_index::LocalIndex,
    prover::{OwedError, ProveError},
    shard_key::ShardKey,
    shard_store::ShardStore,
    store_error::{OpenStoreError, PutError, StoreFault},
};
use idlewild_storage_primitives::{
    view::{DealView, MinerView, TermsView},
    Clock, DealId, MinerId, SlotIndex,
};
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    config::Storage,
    role::{
        asked::Asked,
        clear::Doubts,
        delegates::Delegates,
        mend::Mending,
        prove::Refusals,
        rebuild::RebuildError,
        repair::Attempts,
        report::{Overdue, Waiting},
        room::Room,
        search::Search,
        shards::ShardLocks,
        walk::Walks,
    },
    sharing::Sharing,
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
    Submit(SubmitError),
    /// The miner has failed, which is for good.
    #[error(
        "this miner has failed: it missed too many periods, and the chain takes nothing from it any more. Its bond is lost, and its \
        number with it. Find out why, then set up a new one with `idlewild-worker init`"
    )]
    Failed,
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
    /// A slot of this miner's range that nothing is known of.
    #[error(
        "the chain appended slot {slot} of deal {deal} to this miner's range, and the node cannot tell what it is any more: \
        the index must be rebuilt"
    )]
    UnknownSlot {
        /// The deal.
        deal: DealId,
        /// The slot.
        slot: SlotIndex,
    },
    /// The operator cannot pay for the registration.
    #[error("the operator's coins do not suffice to register the miner: {0}. Send the operator some more")]
    TooPoor(SubmitError),
    /// The miner is another operator's.
    #[error(
        "the peer key in this configuration is miner {miner}'s, whose operator is {registered}, and keys.operator is the key of \
        {configured}: the chain would refuse everything that this worker sends. Give the secret of {registered} in keys.operator, \
        or another peer key in keys.peer"
    )]
    OtherOperator {
        /// The miner.
        miner: MinerId,
        /// The address of its operator.
        registered: String,
        /// The address of the account in the configuration.
        configured: String,
    },
    /// The index could not be made anew.
    #[error(
        "the index of what this miner has committed to is lost and cannot be rebuilt: {0}. Without it nothing can be proven. \
        Use a node that keeps the state of old blocks (--state-pruning archive)"
    )]
    Lost(String),
    /// A shard of this name waits for another account's deal.
    #[error("shard {0} waits here for another account's deal and cannot be promised twice: upload it under another salt")]
    Promised(ShardKey),
    /// A shard could not be rebuilt.
    #[error(transparent)]
    Rebuild(Box<RebuildError>),
    /// A part of this program died.
    #[error("a part of this program stopped unexpectedly")]
    Broken,
}

impl From<SubmitError> for RoleError {
    fn from(error: SubmitError) -> Self {
        match error.is("Proofs", "MinerFailed") {
            true => Self::Failed,
            false => Self::Submit(error),
        }
    }
}

impl RoleError {
    /// Whether it is the same however often it is tried again, as long as this miner stands on chain as it does.
    pub fn is_lasting(&self) -> bool {
        matches!(self, Self::Failed | Self::Removed(_))
    }

    /// Whether trying again may help, because the node was away or a transaction's fate is unknown.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Read(error) => !matches!(error, ReadError::Shape { .. }),
            Self::Submit(error) => error.is_passing(),
            _ => false,
        }
    }
}

/// A miner at work.
pub struct Miner {
    /// Its number on chain.
    pub id: MinerId,
    /// The chain.
    pub chain: Arc<dyn ChainClient>,
    /// Sends its operator's transactions.
    pub submitter: Arc<Submitter>,
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
    /// What roles that share a disk tell each other.
    pub sharing: Sharing,
    /// Room for shards on their way in.
    pub room: Room,
    /// How far this worker has looked through the chain's deals.
    pub(crate) walks: Walks,
    pub(crate) locks: ShardLocks,
    pub(crate) asked: Asked,
    pub(crate) delegates: Delegates,
    pub(crate) mending: Mending,
    pub(crate) attempts: Attempts,
    pub(crate) waiting: Waiting,
    pub(crate) search: Search,
    pub(crate) overdue: Overdue,
    pub(crate) doubts: Doubts,
    pub(crate) range: Range,
    background: TaskTracker,
    stop: CancellationToken,
    moment: watch::Sender<Moment>,
    terms: watch::Sender<TermsView>,
    record: watch::Sender<MinerView>,
}

/// Whether the index keeps up with the chain.
#[derive(Debug, Default)]
pub(crate) struct Range {
    /// Why the chain cannot be followed now.
    trouble: watch::Sender<Option<String>>,
    /// Whether the index must be made anew.
    pub(crate) lost: AtomicBool,
    /// Whether files that the index does not know of were looked for since the start.
    pub(crate) adopted: AtomicBool,
    /// Blocks in a row at which the chain's range was none of the index's.
    pub(crate) strange: AtomicU32,
    /// The period, numbered from one, in which the index was last made anew for that.
    pub(crate) rebuilt: AtomicU32,
    /// The period, numbered from one, of which it was said that it cannot be proven.
    pub(crate) told: AtomicU32,
    /// Proofs that the chain refused.
    pub(crate) refusals: Refusals,
}

/// What is on disk: opened before anything is paid.
pub struct Disk {
    store: ShardStore,
    index: LocalIndex,
}

impl Disk {
    /// Opens a storage folder.
    pub async fn open(folder: &Path) -> Result<Self, RoleError> {
        let store = ShardStore::open_unmarked(folder).await?;
        let index = LocalIndex::open(index_path(folder))?;
        Ok(Self { store, index })
    }

    /// Whether shards were ever kept in this folder. Where they were not, a disk may not be mounted.
    pub async fn was_used(&self) -> bool {
        self.store.is_there().await
    }

    /// Takes the folder for the shards' place from now on.
    pub async fn settle_in(&self) -> Result<(), RoleError> {
        Ok(self.store.mark().await?)
    }
}

/// What a miner is opened with.
pub struct Parts {
    /// The chain.
    pub chain: Arc<dyn ChainClient>,
    /// Sends its operator's transactions.
    pub submitter: Arc<Submitter>,
    /// Its peer key.
    pub identity: Identity,
    /// The network.
    pub network: Network,
    /// The role's configuration.
    pub config: Storage,
    /// Figures for Prometheus.
    pub metrics: Metrics,
    /// What roles tell each other.
    pub sharing: Sharing,
    /// What is on disk.
    pub disk: Disk,
}

impl Miner {
    /// Puts a registered miner together. What it does in the background ends with `stop`.
    pub async fn open(parts: Parts, record: MinerView, stop: CancellationToken) -> Result<Arc<Self>, RoleError> {
        let Parts { chain, submitter, identity, network, config, metrics, sharing, disk: Disk { store, index } } = parts;
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
            sharing,
            walks: Walks::default(),
            locks: ShardLocks::default(),
            asked: Asked::default(),
            delegates: Delegates::default(),
            mending: Mending::default(),
            attempts: Attempts::default(),
            waiting: Waiting::default(),
            search: Search::default(),
            overdue: Overdue::default(),
            doubts: Doubts::default(),
            range: Range::default(),
            background: TaskTracker::new(),
            stop,
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

    /// Why the chain cannot be followed now, where it cannot.
    pub fn trouble(&self) -> Option<String> {
        self.range.trouble.borrow().clone()
    }

    /// The same, as it changes.
    pub fn troubles(&self) -> watch::Receiver<Option<String>> {
        self.range.trouble.subscribe()
    }

    /// Whether the chain is followed now. Where it is not, nothing may change the range or promise to: a change that the index
    /// never learns of costs the whole bond, while a range that stays as it is can be proven for ever.
    pub fn is_in_step(&self) -> bool {
        self.moment.borrow().block > 0 && self.range.trouble.borrow().is_none()
    }

    /// Notes whether the chain can be followed.
    pub(crate) fn note_trouble(&self, trouble: Option<String>) {
        self.range.trouble.send_if_modified(|known| {
            let changed = *known != trouble;
            *known = trouble;
            changed
        });
    }

    /// Does something beside everything else, until the worker stops.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        self.background.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {},
                () = work => {},
            }
        });
    }

    /// Waits for what is done in the background. It ends when the worker is told to stop.
    pub(crate) async fn finish(&self) {
        self.background.close();
        self.background.wait().await;
    }

    /// Works on the index on a thread that may wait for the disk.
    pub(crate) async fn on_disk<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&LocalIndex) -> T + Send + 'static,
    ) -> Result<T, RoleError> {
        let miner = self.clone();
        tokio::task::spawn_blocking(move || work(&miner.index)).await.map_err(|_| RoleError::Broken)
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
    pub(crate) fn shard_key(deal: &DealView, slot: u8) -> Option<ShardKey> {
        let root = *deal.roots.get(usize::from(slot))?;
        Some(ShardKey { root, salt: deal.salt, slot })
    }
}

/// Where the index of a storage folder is.
pub fn index_path(folder: &std::path::Path) -> PathBuf {
    folder.join("index.redb")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failed_miner_is_told_from_what_may_go_better_next_time() {
        let refused = |pallet: &str, name: &str| {
            let docs = String::new();
            RoleError::from(SubmitError::Refused { pallet: pallet.into(), name: name.into(), docs })
        };
        let failed = refused("Proofs", "MinerFailed");
        assert!(failed.is_lasting() && !failed.is_passing());
        assert!(failed.to_string().contains("idlewild-worker init"), "{failed}");
        assert!(!refused("Slots", "StillHeld").is_lasting());
        assert!(!RoleError::from(SubmitError::CannotPay).is_lasting(), "coins may come");
    }
}
