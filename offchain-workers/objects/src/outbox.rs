//! What is on its way to the network, and what comes from there.

use std::{
    collections::HashMap,
    ops::Range,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use bytes::Bytes;
use futures::{future::BoxFuture, FutureExt};
use tokio::sync::watch;

use crate::{
    cache::{Cache, Remote},
    error::{OpenError, ReadError, StoreError},
    lines::Line,
    options::Options,
    records::{Extent, SegmentNumber, SegmentState},
    source::{FetchError, Source},
    store::{Inner, Store},
    told::Told,
    version::{Durability, Version},
};

/// The folder of the cache of remote bytes.
const CACHE: &str = "cache";

/// A segment that waits for the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Its number, which is that in the salt of its deal.
    pub segment: SegmentNumber,
    /// Bytes.
    pub length: u32,
    /// Where the commit at its end begins; its length, if there is none.
    pub index_offset: u32,
    /// BLAKE3 of all of it.
    pub hash: [u8; 32],
    /// When its first bytes came, in milliseconds since 1970.
    pub opened: i64,
}

/// The file of a sealed segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedBytes {
    /// Where it is. It stays until the segment is stored.
    pub path: PathBuf,
    /// Bytes.
    pub length: u32,
    /// Where the commit at its end begins; its length, if there is none.
    pub index_offset: u32,
    /// BLAKE3 of all of it.
    pub hash: [u8; 32],
}

/// How a store is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StoreState {
    /// Bytes in segments that are open.
    pub open_bytes: u64,
    /// Bytes in segments that are sealed and wait for the network.
    pub sealed_bytes: u64,
    /// How many such segments there are.
    pub sealed_segments: u64,
    /// Changes that are not on the network yet, or that others do not find there.
    pub waiting_changes: u64,
    /// When the first bytes came of the oldest segment that is not on the network, in milliseconds since 1970.
    pub oldest_waiting: Option<i64>,
    /// Bytes of segments that are here and on the network.
    pub kept_bytes: u64,
    /// Bytes of versions, here and on the network; of a copy too.
    pub live_bytes: u64,
    /// Segments on the network.
    pub stored_segments: u64,
}

/// The side of the store that the network sees.
pub(crate) struct Outward {
    cache: Cache,
    /// The last change of each bucket that others know of, as its records say.
    told: Mutex<HashMap<u32, u64>>,
    /// Buckets are sealed, and commits applied to them, one at a time.
    turns: Mutex<HashMap<u32, Arc<tokio::sync::Mutex<()>>>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether a segment is not on the network.
pub(crate) fn waits(state: &SegmentState) -> bool {
    match state {
        SegmentState::Open | SegmentState::Sealed { .. } => true,
        SegmentState::Awaited | SegmentState::Stored { .. } => false,
    }
}

impl Outward {
    pub(crate) async fn open(dir: &Path, options: &Options) -> Result<Self, OpenError> {
        let cache = Cache::open(&dir.join(CACHE), options.memory_bytes, options.cache_bytes).await?;
        Ok(Self { cache, told: Mutex::default(), turns: Mutex::default() })
    }

    /// Waits until what was fetched is in the disk cache.
    pub(crate) async fn close(&self) {
        self.cache.close().await;
    }

    /// The turn of a bucket.
    pub(crate) fn turn(&self, bucket: u32) -> Arc<tokio::sync::Mutex<()>> {
        lock(&self.turns).entry(bucket).or_default().clone()
    }

    pub(crate) fn set_told(&self, bucket: u32, change: u64) {
        lock(&self.told).insert(bucket, change);
    }
}

impl Inner {
    fn told(&self, bucket: u32) -> u64 {
        if let Some(told) = lock(&self.outward.told).get(&bucket) {
            return *told;
        }
        let Some(told) = self.meta().ok().and_then(|meta| Told::read(&meta, bucket).ok()) else { return 0 };
        *lock(&self.outward.told).entry(bucket).or_insert(told.change)
    }

    /// Where a version is safe that this change touched last and that has these bytes.
    pub(crate) fn durability(&self, bucket: u32, change: u64, extents: &[Extent]) -> Durability {
        // What other gateways' commits brought has no change here, and is on the network.
        if change > 0 && change > self.told(bucket) {
            return Durability::Local;
        }
        let table = self.segments.lock();
        let waiting =
            |extent: &Extent| table.known.get(&(bucket, extent.segment)).is_some_and(|known| waits(&known.record.state));
        if extents.iter().any(waiting) {
            Durability::Local
        } else {
            Durability::Network
        }
    }

    /// Bytes of a segment that is not here, in blocks of that size.
    pub(crate) fn remote(
        self: &Arc<Self>,
        bucket: u32,
        segment: SegmentNumber,
        range: Range<u32>,
        block: u32,
    ) -> BoxFuture<'static, Result<Bytes, ReadError>> {
        let inner = self.clone();
        async move {
            let failed = |reason: FetchError| ReadError::Remote(reason.to_string());
            let (deal, length) = {
                let table = inner.segments.lock();
                let record = table.known.get(&(bucket, segment)).map(|known| &known.record).ok_or(ReadError::Gone)?;
                match record.state {
                    SegmentState::Stored { deal } => (deal, record.length),
                    _ => return Err(ReadError::Remote("the deal of a segment is not known yet".into())),
                }
            };
            let id = {
                let buckets = inner.buckets.read().unwrap_or_else(PoisonError::into_inner);
                buckets.values().find(|record| record.number == bucket).and_then(|record| record.id)
            };
            let id = id.ok_or_else(|| ReadError::Remote("the bucket has no id on chain yet".into()))?;
            let source = inner.source.read().unwrap_or_else(PoisonError::into_inner).clone();
            let source = source.ok_or_else(|| failed(FetchError::NoSource))?;
            inner.outward.cache.read(source, Remote { bucket: id, deal, length }, range, block).await.map_err(failed)
        }
        .boxed()
    }
}

impl Store {
    /// Says where bytes come from that are no longer here.
    pub fn set_source(&self, source: Arc<dyn Source>) {
        *self.inner.source.write().unwrap_or_else(PoisonError::into_inner) = Some(source);
    }

    /// A count that grows whenever something in the store changed.
    pub fn changed(&self) -> watch::Receiver<u64> {
        self.inner.changed.subscribe()
    }

    /// The segments of a bucket that are sealed and wait for the network, in the order that they were begun.
    pub fn outbox(&self, bucket: &str) -> Vec<Sealed> {
        let Ok(number) = self.inner.bucket_number(bucket) else { return Vec::new() };
        let table = self.inner.segments.lock();
        let mut sealed: Vec<_> = table
            .known
            .iter()
            .filter(|((of, _), _)| *of == number)
            .filter_map(|((_, segment), known)| {
                let SegmentState::Sealed { index_offset, hash } = known.record.state else { return None };
                let (length, opened) = (known.record.length, known.record.opened);
                Some(Sealed { segment: *segment, length, index_offset, hash, opened })
            })
            .collect();
        sealed.sort_unstable_by_key(|sealed| sealed.segment);
        sealed
    }

    /// Where the bytes of a sealed segment are.
    pub fn sealed_bytes(&self, bucket: &str, segment: SegmentNumber) -> Result<SealedBytes, StoreError> {
        let key = (self.inner.bucket_number(bucket)?, segment);
        let table = self.inner.segments.lock();
        let record =
            table.known.get(&key).map(|known| &known.record).ok_or(StoreError::NotAllowed("there is no such segment"))?;
        match record.state {
            SegmentState::Sealed { index_offset, hash } => {
                Ok(SealedBytes { path: self.inner.segments.path(key), length: record.length, index_offset, hash })
            },
            _ => Err(StoreError::NotAllowed("the segment is not sealed, or it is on the network already")),
        }
    }

    /// The network has a segment, in this deal. Its file is only a copy from now on. What is in it counts as being on the network only
    /// when others find it there: see [`Self::told`].
    pub async fn stored(&self, bucket: &str, segment: SegmentNumber, deal: u64) -> Result<(), StoreError> {
        let name = bucket.to_owned();
        self.inner
            .write(move |tx| {
                let bucket = tx.bucket(&name)?.number;
                let mut record = tx.segment(bucket, segment).ok_or(StoreError::NotAllowed("there is no such segment"))?;
                if record.state == SegmentState::Open {
                    return Err(StoreError::NotAllowed("the segment is not sealed: what is written to it is not in the deal"));
                }
                record.state = SegmentState::Stored { deal };
                tx.set_segment(bucket, segment, record);
                let mut line = Line::of(tx, bucket)?;
                if line.advance(tx, bucket)? {
                    line.write(tx, bucket);
                }
                Ok::<_, StoreError>(())
            })
            .await?;
        self.evict().await
    }

    /// Resolves once a version's bytes and the commit that names it are on the network and others know of that, or it is no more. It may
    /// take for ever: give it a limit.
    pub async fn until_network(&self, version: &Version) {
        let mut changed = self.changed();
        loop {
            changed.borrow_and_update();
            if self.inner.durability(version.bucket, version.change, &version.extents) == Durability::Network {
                return;
            }
            if changed.changed().await.is_err() {
                return;
            }
        }
    }

    /// How the store is.
    pub fn state(&self) -> StoreState {
        let mut state = StoreState::default();
        {
            let table = self.inner.segments.lock();
            for known in table.known.values() {
                let record = &known.record;
                let length = u64::from(record.length);
                state.live_bytes = state.live_bytes.saturating_add(record.live);
                match record.state {
                    SegmentState::Open => state.open_bytes += length,
                    SegmentState::Sealed { .. } => {
                        state.sealed_bytes += length;
                        state.sealed_segments += 1;
                    },
                    SegmentState::Stored { .. } | SegmentState::Awaited => {
                        state.stored_segments += 1;
                        state.kept_bytes += if record.local { length } else { 0 };
                    },
                }
                if waits(&record.state) && length > 0 {
                    state.oldest_waiting = Some(state.oldest_waiting.unwrap_or(i64::MAX).min(record.opened));
                }
            }
        }
        let numbers: Vec<u32> = {
            let buckets = self.inner.buckets.read().unwrap_or_else(PoisonError::into_inner);
            buckets.values().map(|bucket| bucket.number).collect()
        };
        state.waiting_changes = numbers
            .into_iter()
            .map(|bucket| self.inner.clocks.get(bucket).change.saturating_sub(self.inner.told(bucket)))
            .sum();
        state
    }
}
