//! The chain at a node, and the miners that it names.

use std::{future::Future, sync::Arc, time::Duration};

use async_trait::async_trait;
use idlewild_buckets_primitives::view::BucketView;
use idlewild_chain_client::{GatewayChain, ReadError};
use idlewild_client::{objects::StoredSegment, share::ShareError, stored::SegmentError, Session};
use idlewild_objects::{Source, Store};
use idlewild_shares_primitives::view::PublicationView;
use idlewild_storage::keys::StorageSecret;
use tokio::io::DuplexStream;

use super::remote::{Remote, RemoteError, Segment};
use crate::link::source::Miners;

/// How long the chain is waited for.
const CHAIN: Duration = Duration::from_secs(10);
/// How long all deals of an owner may take to be listed: there may be many pages.
const LISTING: Duration = Duration::from_secs(120);
/// How long a commit may take. Its shards are hedged; this is for when nobody answers.
const COMMIT: Duration = Duration::from_secs(120);

/// What others made public, at a chain and its miners.
pub struct NetworkRemote {
    chain: Arc<dyn GatewayChain>,
    session: Arc<Session>,
}

impl NetworkRemote {
    /// Reads with this session, whoever it acts for.
    pub fn new(chain: Arc<dyn GatewayChain>, session: Arc<Session>) -> Self {
        Self { chain, session }
    }

    /// Bytes of the buckets of a store.
    pub fn source(&self, store: Store) -> Arc<dyn Source> {
        Arc::new(Miners::new(store, self.session.clone()))
    }

    fn under(&self, key: &[u8; 32]) -> Arc<Session> {
        self.session.under(StorageSecret::new(*key))
    }
}

async fn asked<T>(patience: Duration, answer: impl Future<Output = Result<T, ReadError>>) -> Result<T, RemoteError> {
    match tokio::time::timeout(patience, answer).await {
        Ok(answer) => answer.map_err(|error| RemoteError::Chain(error.to_string())),
        Err(_) => Err(RemoteError::Chain(format!("no answer in {} seconds", patience.as_secs()))),
    }
}

#[async_trait]
impl Remote for NetworkRemote {
    async fn bucket(&self, id: u64) -> Result<Option<BucketView>, RemoteError> {
        asked(CHAIN, self.chain.bucket(id)).await
    }

    async fn gateways(&self, id: u64) -> Result<Vec<[u8; 32]>, RemoteError> {
        let holders = asked(CHAIN, self.chain.grants(id)).await?;
        Ok(holders.into_iter().map(|holder| holder.gateway).collect())
    }

    async fn segments(&self, bucket: &BucketView, key: &[u8; 32]) -> Result<Vec<Segment>, RemoteError> {
        let session = self.under(key);
        let segments = asked(LISTING, session.segments_of(bucket.owner)).await?;
        let found = segments.into_iter().map(|StoredSegment { deal, manifest }| {
            let (objects, length) = (manifest.index_offset, manifest.length);
            Segment { deal: deal.id, salt: deal.salt, objects, length }
        });
        Ok(found.collect())
    }

    async fn commit(&self, key: &[u8; 32], segment: &Segment) -> Result<Vec<u8>, RemoteError> {
        let session = self.under(key);
        let reading = async {
            let open = session.open_segment(segment.deal).await?;
            session.read_index_bytes(&open).await
        };
        match tokio::time::timeout(COMMIT, reading).await {
            Ok(read) => read.map_err(|error| match error {
                SegmentError::Read(error) => RemoteError::Chain(error.to_string()),
                error => RemoteError::Miners(error.to_string()),
            }),
            Err(_) => Err(RemoteError::Miners(format!("no answer in {} seconds", COMMIT.as_secs()))),
        }
    }

    async fn publication(&self, id: u64) -> Result<Option<PublicationView>, RemoteError> {
        asked(CHAIN, self.chain.publication(id)).await
    }

    async fn download(&self, id: u64, mut output: DuplexStream) -> Result<(), RemoteError> {
        let failed = |error: ShareError| match error {
            ShareError::Read(error) => RemoteError::Chain(error.to_string()),
            error => RemoteError::Miners(error.to_string()),
        };
        let opened = self.session.open_publication(&*self.chain, id).await.map_err(failed)?;
        let size = opened.size();
        opened.copy_range(0..size, &mut output, |_| {}).await.map_err(failed)
    }
}
