//! Bytes that are no longer on this disk, from the miners.

use std::{
    collections::HashMap,
    ops::Range,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use bytes::Bytes;
use futures::future::BoxFuture;
use idlewild_client::{objects::StoredSegment, stored::SegmentError, Session};
use idlewild_objects::{FetchError, Source, Store};
use idlewild_storage::keys::StorageSecret;

/// How long what the chain says of a deal is taken to be so: miners come and go.
const FRESH: Duration = Duration::from_secs(120);
/// Deals that are kept in mind.
const MOST: usize = 256;
/// How long a range may take. The shards of a segment are hedged; this is for when nobody answers.
const PATIENCE: Duration = Duration::from_secs(60);
/// Times that a range is asked for.
const TRIES: u32 = 3;

/// Fetches from miners, for the buckets of a store.
pub struct Miners {
    store: Store,
    session: Arc<Session>,
    open: Mutex<HashMap<u64, (Instant, Arc<StoredSegment>)>>,
}

impl Miners {
    /// For the buckets of this store; `session` acts on behalf of their owner, and asks a chain that
    /// [remembers](super::recall::Recall): reads go on where the chain is silent.
    pub fn new(store: Store, session: Arc<Session>) -> Self {
        Self { store, session, open: Mutex::default() }
    }

    fn session_of(&self, bucket: u64) -> Option<Arc<Session>> {
        let bucket = self.store.buckets().into_iter().find(|one| one.id == Some(bucket))?;
        Some(self.session.under(StorageSecret::new(bucket.key?.0)))
    }

    fn known(&self, deal: u64) -> Option<Arc<StoredSegment>> {
        let open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.get(&deal).filter(|(since, _)| since.elapsed() < FRESH).map(|(_, segment)| segment.clone())
    }

    fn keep(&self, deal: u64, segment: &Arc<StoredSegment>) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.len() >= MOST {
            open.retain(|_, (since, _)| since.elapsed() < FRESH);
        }
        if open.len() < MOST {
            open.insert(deal, (Instant::now(), segment.clone()));
        }
    }

    fn forget(&self, deal: u64) {
        self.open.lock().unwrap_or_else(PoisonError::into_inner).remove(&deal);
    }

    async fn fetch_once(&self, session: &Session, deal: u64, range: Range<u32>) -> Result<Vec<u8>, SegmentError> {
        let segment = match self.known(deal) {
            Some(segment) => segment,
            None => {
                let segment = Arc::new(session.open_segment(deal).await?);
                self.keep(deal, &segment);
                segment
            },
        };
        let fetched = session.fetch_part(&segment, range).await;
        if fetched.is_err() {
            // Its miners may have changed.
            self.forget(deal);
        }
        fetched
    }
}

impl Source for Miners {
    fn fetch(&self, bucket: u64, deal: u64, range: Range<u32>) -> BoxFuture<'_, Result<Bytes, FetchError>> {
        Box::pin(async move {
            let session = self.session_of(bucket).ok_or(FetchError::NoSource)?;
            let mut tried = 0u32;
            loop {
                tried = tried.saturating_add(1);
                let error = match tokio::time::timeout(PATIENCE, self.fetch_once(&session, deal, range.clone())).await {
                    Ok(Ok(bytes)) => return Ok(bytes.into()),
                    Ok(Err(SegmentError::Gone(deal))) => return Err(FetchError::NoSuchDeal(deal)),
                    Ok(Err(error)) => FetchError::Unavailable(error.to_string()),
                    Err(_) => FetchError::TimedOut,
                };
                if tried >= TRIES {
                    return Err(error);
                }
                let pause = Duration::from_millis(250).saturating_mul(tried);
                tokio::time::sleep(idlewild_chain_client::pause::jittered(pause)).await;
            }
        })
    }
}
