//! Buckets: what is asked of the chain about them, what their owners and gateways call, and what happens to them.

use async_trait::async_trait;
use idlewild_buckets_primitives::{
    head::Head,
    view::{BucketView, GrantView, HolderView},
    BucketId, Clock, CommitHash, Epoch,
};
use idlewild_storage_primitives::{Balance, DealId, Salt};

use crate::error::ReadError;

/// A call about buckets.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // Each field is documented at the call of the same name in its pallet.
pub enum BucketCall {
    /// Makes a bucket, and gives a gateway its key where one is named.
    Create { label: Vec<u8>, sealed: Vec<u8>, grant: Option<([u8; 32], Vec<u8>)> },
    /// Gives a gateway a bucket's key.
    Grant { bucket: BucketId, gateway: [u8; 32], sealed: Vec<u8> },
    /// Takes a gateway's right to a bucket away.
    Withdraw { bucket: BucketId, gateway: [u8; 32] },
    /// Begins to write a bucket, or goes on.
    Acquire { bucket: BucketId, blocks: Clock },
    /// Lets others write a bucket.
    Release { bucket: BucketId },
    /// Says where the newest commit of a bucket is, and which ones it follows.
    Commit { bucket: BucketId, epoch: Epoch, sequence: u64, hash: CommitHash, salt: Salt, replaces: Vec<CommitHash> },
    /// Removes a bucket.
    Remove { bucket: BucketId },
    /// Renames a bucket.
    SetLabel { bucket: BucketId, label: Vec<u8> },
    /// Lets everybody read a bucket, for good.
    Publish { bucket: BucketId, key: [u8; 32] },
    /// Ends a deal that the signer stored for a bucket.
    DropDeal { bucket: BucketId, deal: DealId },
    /// Lets a deal go on that a gateway stored for a bucket.
    ProlongDeal { bucket: BucketId, maker: [u8; 32], deal: DealId, term: Clock, max_price: Balance },
}

impl From<BucketCall> for crate::Call {
    fn from(call: BucketCall) -> Self {
        Self::Bucket(call)
    }
}

/// Something that happened to a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // Each field is documented at the event of the same name in its pallet.
pub enum BucketEvent {
    /// A bucket stands.
    Created { bucket: BucketId, owner: [u8; 32] },
    /// A gateway has its key.
    Granted { bucket: BucketId, gateway: [u8; 32] },
    /// A gateway has no right to it any more.
    Withdrawn { bucket: BucketId, gateway: [u8; 32] },
    /// A gateway may write it for a while.
    Acquired { bucket: BucketId, gateway: [u8; 32], epoch: Epoch, until: Clock },
    /// Others may write it.
    Released { bucket: BucketId, gateway: [u8; 32] },
    /// It has another head.
    Committed { bucket: BucketId, gateway: [u8; 32], head: Head, replaced: Vec<CommitHash> },
    /// It is gone.
    Removed { bucket: BucketId, owner: [u8; 32] },
    /// It has another name.
    LabelSet { bucket: BucketId },
    /// Everybody may read it.
    Published { bucket: BucketId, key: [u8; 32] },
    /// A gateway ended a deal that it had stored for it.
    DealDropped { bucket: BucketId, gateway: [u8; 32], deal: DealId },
    /// A gateway prolonged a deal that one of them had stored for it.
    DealProlonged { bucket: BucketId, gateway: [u8; 32], maker: [u8; 32], deal: DealId },
}

impl From<BucketEvent> for crate::Event {
    fn from(event: BucketEvent) -> Self {
        Self::Bucket(event)
    }
}

/// Everything that gateways and owners ask of the chain about buckets. Answers are of the newest final block.
#[async_trait]
pub trait BucketClient: Send + Sync + 'static {
    /// A bucket.
    async fn bucket(&self, id: BucketId) -> Result<Option<BucketView>, ReadError>;

    /// An owner's buckets after `after`, in the order in which the state has them. A page with less than `limit` is the last.
    async fn buckets_of(&self, owner: [u8; 32], after: Option<BucketId>, limit: u32) -> Result<Vec<BucketView>, ReadError>;

    /// Buckets after `after` of the owner that a gateway serves, which it has the key of, in the order in which the state has them. A
    /// page with less than `limit` is the last.
    async fn granted(&self, gateway: [u8; 32], after: Option<BucketId>, limit: u32) -> Result<Vec<GrantView>, ReadError>;

    /// Who has a bucket's key.
    async fn grants(&self, id: BucketId) -> Result<Vec<HolderView>, ReadError>;
}
