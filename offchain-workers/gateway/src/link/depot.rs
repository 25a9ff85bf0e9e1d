//! Where segments are.

use std::sync::Arc;

use async_trait::async_trait;
use idlewild_chain_client::ReadError;
use idlewild_client::{
    market::Wish,
    objects::StoredSegment,
    segments::{ReadySegment, SegmentOptions},
    stored::SegmentError,
    PutError, PutEvent, Session,
};
use idlewild_objects::BucketKey;
use idlewild_storage::keys::StorageSecret;
use idlewild_storage_primitives::Balance;

use super::recall::Recall;

/// Keeps segments of an owner's buckets, each encrypted under its bucket's key.
#[async_trait]
pub trait Depot: Send + Sync {
    /// Takes segments of a bucket. Their deals, in their order; one that was taken before under its salt is not taken again.
    async fn put(
        &self,
        bucket: &str,
        key: &BucketKey,
        segments: Vec<ReadySegment>,
        wish: &Wish,
    ) -> Result<Vec<u64>, Box<PutError>>;

    /// All segments that open under a bucket's key.
    async fn segments(&self, key: &BucketKey) -> Result<Vec<StoredSegment>, ReadError>;

    /// The commit at the end of one of them.
    async fn commit(&self, key: &BucketKey, segment: &StoredSegment) -> Result<Vec<u8>, SegmentError>;
}

/// The miners.
pub struct Market(Arc<Session>);

impl Market {
    /// As a session reaches them.
    pub fn new(session: Arc<Session>) -> Arc<Self> {
        Arc::new(Self(session))
    }

    fn under(&self, key: &BucketKey) -> Arc<Session> {
        self.0.under(StorageSecret::new(key.0))
    }
}

#[async_trait]
impl Depot for Market {
    async fn put(
        &self,
        bucket: &str,
        key: &BucketKey,
        segments: Vec<ReadySegment>,
        wish: &Wish,
    ) -> Result<Vec<u64>, Box<PutError>> {
        let options = SegmentOptions { wish: *wish, agreed: Balance::MAX, again: true };
        let bucket = bucket.to_owned();
        let told = move |event: PutEvent| match event {
            PutEvent::Refused { miner, reason } => {
                tracing::debug!(miner, reason, bucket, "a miner did not take a shard")
            },
            PutEvent::Stored { deal, filled, slots, .. } => {
                tracing::info!(deal, filled, slots, bucket, "a segment is stored")
            },
            _ => {},
        };
        Ok(self.under(key).put_segments(segments, &options, Vec::new(), told).await.map_err(Box::new)?.deals)
    }

    async fn segments(&self, key: &BucketKey) -> Result<Vec<StoredSegment>, ReadError> {
        self.under(key).segments_of(self.0.owner()).await
    }

    async fn commit(&self, key: &BucketKey, segment: &StoredSegment) -> Result<Vec<u8>, SegmentError> {
        self.under(key).read_index_bytes(segment).await
    }
}

/// Another one, of whose deals it is noted at once who has what.
pub struct Remembered {
    depot: Arc<dyn Depot>,
    recall: Arc<Recall>,
}

impl Remembered {
    /// Notes what is in deals that `depot` makes.
    pub fn new(depot: Arc<dyn Depot>, recall: Arc<Recall>) -> Arc<Self> {
        Arc::new(Self { depot, recall })
    }
}

#[async_trait]
impl Depot for Remembered {
    async fn put(
        &self,
        bucket: &str,
        key: &BucketKey,
        segments: Vec<ReadySegment>,
        wish: &Wish,
    ) -> Result<Vec<u64>, Box<PutError>> {
        let deals = self.depot.put(bucket, key, segments, wish).await?;
        // Before what is here of them may go.
        self.recall.learn(&deals).await;
        Ok(deals)
    }

    async fn segments(&self, key: &BucketKey) -> Result<Vec<StoredSegment>, ReadError> {
        self.depot.segments(key).await
    }

    async fn commit(&self, key: &BucketKey, segment: &StoredSegment) -> Result<Vec<u8>, SegmentError> {
        self.depot.commit(key, segment).await
    }
}
