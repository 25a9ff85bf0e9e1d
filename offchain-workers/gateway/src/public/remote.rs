//! What is asked of the chain and the miners about what others made public.

use async_trait::async_trait;
use idlewild_buckets_primitives::view::BucketView;
use idlewild_shares_primitives::view::PublicationView;
use idlewild_storage_primitives::{DealId, Salt};
use tokio::io::DuplexStream;

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RemoteError {
    /// The chain could not be asked.
    #[error("the chain cannot be asked now ({0}); try again soon")]
    Chain(String),
    /// The bytes did not come from the miners.
    #[error("the miners did not give it: {0}; try again later")]
    Miners(String),
}

/// A segment of a bucket, in a deal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// The deal.
    pub deal: DealId,
    /// Its salt, which says who wrote the segment, and its number.
    pub salt: Salt,
    /// Bytes of objects in it; a commit follows where there are more.
    pub objects: u32,
    /// Bytes.
    pub length: u32,
}

/// The chain and the miners. Each call has limits of its own.
#[async_trait]
pub trait Remote: Send + Sync + 'static {
    /// A bucket, as the chain has it.
    async fn bucket(&self, id: u64) -> Result<Option<BucketView>, RemoteError>;

    /// The gateways that may write it, as far as the chain knows.
    async fn gateways(&self, id: u64) -> Result<Vec<[u8; 32]>, RemoteError>;

    /// The deals that the bucket's owner made, itself or through its gateways, and that open under the bucket's key.
    async fn segments(&self, bucket: &BucketView, key: &[u8; 32]) -> Result<Vec<Segment>, RemoteError>;

    /// The commit at the end of a segment.
    async fn commit(&self, key: &[u8; 32], segment: &Segment) -> Result<Vec<u8>, RemoteError>;

    /// A publication, as the chain has it.
    async fn publication(&self, id: u64) -> Result<Option<PublicationView>, RemoteError>;

    /// Writes the bytes of a publication's one file. Nobody has checked them.
    async fn download(&self, id: u64, output: DuplexStream) -> Result<(), RemoteError>;
}
