//! What came from the network, kept in memory and on the disk for those who read it again.
//!
//! Deals never change, so what is cached is never stale. Blocks have one size; whoever reads a block that is on its way waits for it
//! and fetches nothing.

use std::{ops::Range, path::Path, sync::Arc, time::Duration};

use bytes::{Bytes, BytesMut};
use foyer::{
    BlockEngineConfig, DeviceBuilder, FsDeviceBuilder, HybridCache, HybridCacheBuilder, HybridCachePolicy, RecoverMode,
};
use futures::{stream, StreamExt, TryStreamExt};

use crate::{
    error::OpenError,
    source::{FetchError, Source},
};

/// What is fetched at once: four frames of a segment.
pub(crate) const BLOCK: u32 = 256 << 10;
/// How many blocks of one range are on their way at once.
const AT_ONCE: usize = 8;
/// How long a block may take. The source retries within it.
const PATIENCE: Duration = Duration::from_secs(120);
/// The disk cache's own unit of reclaiming, and how few of them it works with.
const RECLAIMED: u64 = 4 << 20;
const FEWEST: u64 = 4;

/// A deal, and the number of a block in it.
type Key = u128;

/// Remote ranges, in memory and on the disk.
pub(crate) struct Cache {
    blocks: HybridCache<Key, Bytes>,
}

/// Whose bytes are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Remote {
    /// The bucket on chain.
    pub(crate) bucket: u64,
    /// The deal.
    pub(crate) deal: u64,
    /// Bytes of its segment.
    pub(crate) length: u32,
}

impl Cache {
    /// Opens the cache in a folder of its own; what is there already is used if it is whole.
    pub(crate) async fn open(folder: &Path, memory_bytes: usize, cache_bytes: u64) -> Result<Self, OpenError> {
        let memory = HybridCacheBuilder::new()
            .with_name("objects")
            // What was fetched is worth keeping over a restart, and eviction need not wait for the disk.
            .with_policy(HybridCachePolicy::WriteOnInsertion)
            .with_flush_on_close(false)
            .memory(memory_bytes)
            // One shard: with several, a block may be larger than the share of one.
            .with_shards(1)
            .with_weighter(|_: &Key, block: &Bytes| block.len());
        let mut storage = memory.storage();
        if cache_bytes >= RECLAIMED * FEWEST {
            let capacity = usize::try_from(cache_bytes).unwrap_or(usize::MAX);
            let device = FsDeviceBuilder::new(folder).with_capacity(capacity).build().map_err(broken)?;
            storage = storage
                .with_engine_config(BlockEngineConfig::new(device).with_block_size(RECLAIMED as usize))
                .with_recover_mode(RecoverMode::Quiet);
        }
        Ok(Self { blocks: storage.build().await.map_err(broken)? })
    }

    /// Reads a range of a segment that the network has.
    pub(crate) async fn read(&self, source: Arc<dyn Source>, remote: Remote, range: Range<u32>) -> Result<Bytes, FetchError> {
        let Range { start, end } = range;
        let asked = end.saturating_sub(start);
        if end > remote.length {
            return Err(FetchError::Length { asked, came: remote.length.saturating_sub(start) as usize });
        }
        if asked == 0 {
            return Ok(Bytes::new());
        }
        let (first, last) = (start / BLOCK, (end - 1) / BLOCK);
        if first == last {
            let block = self.block(&source, remote, first).await?;
            return piece(&block, first, &(start..end));
        }
        let blocks = stream::iter((first..=last).map(|number| {
            let source = &source;
            async move { Ok::<_, FetchError>((number, self.block(source, remote, number).await?)) }
        }));
        let mut bytes = BytesMut::with_capacity(asked as usize);
        let mut blocks = blocks.buffered(AT_ONCE);
        while let Some((number, block)) = blocks.try_next().await? {
            bytes.extend_from_slice(&piece(&block, number, &(start..end))?);
        }
        Ok(bytes.freeze())
    }

    async fn block(&self, source: &Arc<dyn Source>, remote: Remote, number: u32) -> Result<Bytes, FetchError> {
        let start = number.saturating_mul(BLOCK);
        let end = start.saturating_add(BLOCK).min(remote.length);
        let key = Key::from(remote.deal) << 32 | Key::from(number);
        let source = source.clone();
        let fetch = || async move {
            let fetched = tokio::time::timeout(PATIENCE, source.fetch(remote.bucket, remote.deal, start..end));
            let bytes = fetched.await.map_err(|_| FetchError::TimedOut)??;
            match bytes.len() {
                came if came == (end - start) as usize => Ok::<_, FetchError>(bytes),
                came => Err(FetchError::Length { asked: end - start, came }),
            }
        };
        match self.blocks.get_or_fetch(&key, fetch).await {
            Ok(entry) => Ok(entry.value().clone()),
            Err(error) => Err(reason(&error)),
        }
    }

    /// Waits until what is on its way to the disk is there.
    pub(crate) async fn close(&self) {
        if let Err(error) = self.blocks.close().await {
            tracing::warn!(%error, "the cache of remote bytes did not close; what it had is fetched again");
        }
    }
}

/// The part of a block that is in a range.
fn piece(block: &Bytes, number: u32, range: &Range<u32>) -> Result<Bytes, FetchError> {
    let base = number.saturating_mul(BLOCK);
    let from = range.start.saturating_sub(base) as usize;
    let to = range.end.saturating_sub(base).min(BLOCK) as usize;
    let short = || FetchError::Length { asked: (to - from) as u32, came: block.len().saturating_sub(from) };
    if to > block.len() || from > to {
        Err(short())
    } else {
        Ok(block.slice(from..to))
    }
}

/// What the source said, of an error that has it within.
fn reason(error: &foyer::Error) -> FetchError {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = std::error::Error::source(error);
    while let Some(found) = cause {
        if let Some(reason) = found.downcast_ref::<FetchError>() {
            return reason.clone();
        }
        cause = found.source();
    }
    FetchError::Unavailable(error.to_string())
}

fn broken(error: foyer::Error) -> OpenError {
    OpenError::Store(crate::error::StoreError::Io(format!("the cache of remote bytes: {error}")))
}

#[cfg(test)]
mod tests;
