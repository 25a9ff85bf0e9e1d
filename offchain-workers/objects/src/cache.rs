//! What came from the network, kept in memory and on the disk for those who read it again.
//!
//! Deals never change, so what is cached is never stale. Whoever reads a block that is on its way waits for it and fetches nothing.

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

/// What is fetched at once for whoever reads little: four frames of a segment.
pub(crate) const BLOCK: u32 = 256 << 10;
/// And for whoever reads much: each question costs both sides the same, whatever it is about. Four of these, with what the disk cache
/// adds to each, fit into one of its units.
pub(crate) const WIDE_BLOCK: u32 = 15 * (64 << 10);
/// In the number of a wide block. No segment has so many.
const WIDE: u32 = 1 << 31;
/// How many blocks of one range are on their way at once.
const AT_ONCE: usize = 8;
/// How long a block may take. The source retries within it.
const PATIENCE: Duration = Duration::from_secs(120);
/// The disk cache's own unit of reclaiming, and how few of them it works with.
const RECLAIMED: u64 = 4 << 20;
const FEWEST: u64 = 4;

/// A deal, and the number of a block in it.
type Key = u128;

fn key(deal: u64, block: u32, number: u32) -> Key {
    let number = if block == WIDE_BLOCK { number | WIDE } else { number };
    Key::from(deal) << 32 | Key::from(number)
}

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

    /// Reads a range of a segment that the network has, in blocks of that size: [`BLOCK`] or [`WIDE_BLOCK`].
    pub(crate) async fn read(
        &self,
        source: Arc<dyn Source>,
        remote: Remote,
        range: Range<u32>,
        block: u32,
    ) -> Result<Bytes, FetchError> {
        let Range { start, end } = range;
        let asked = end.saturating_sub(start);
        if end > remote.length {
            return Err(FetchError::Length { asked, came: remote.length.saturating_sub(start) as usize });
        }
        if asked == 0 {
            return Ok(Bytes::new());
        }
        if block == BLOCK {
            if let Some(bytes) = self.within_wide(remote.deal, &range).await {
                return Ok(bytes);
            }
        }
        let (first, last) = (start / block, (end - 1) / block);
        if first == last {
            let bytes = self.block(&source, remote, block, first).await?;
            return piece(&bytes, block, first, &(start..end));
        }
        let blocks = stream::iter((first..=last).map(|number| {
            let source = &source;
            async move { Ok::<_, FetchError>((number, self.block(source, remote, block, number).await?)) }
        }));
        let mut bytes = BytesMut::with_capacity(asked as usize);
        let mut blocks = blocks.buffered(AT_ONCE);
        while let Some((number, came)) = blocks.try_next().await? {
            bytes.extend_from_slice(&piece(&came, block, number, &(start..end))?);
        }
        Ok(bytes.freeze())
    }

    /// A range of which all is in one wide block that is here.
    async fn within_wide(&self, deal: u64, range: &Range<u32>) -> Option<Bytes> {
        let number = range.start / WIDE_BLOCK;
        if (range.end - 1) / WIDE_BLOCK != number {
            return None;
        }
        // What cannot be looked up is fetched.
        let entry = self.blocks.get(&key(deal, WIDE_BLOCK, number)).await.ok()??;
        piece(entry.value(), WIDE_BLOCK, number, range).ok()
    }

    async fn block(&self, source: &Arc<dyn Source>, remote: Remote, block: u32, number: u32) -> Result<Bytes, FetchError> {
        let start = number.saturating_mul(block);
        let end = start.saturating_add(block).min(remote.length);
        let key = key(remote.deal, block, number);
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

/// The part of a block of that size and number that is in a range.
fn piece(bytes: &Bytes, block: u32, number: u32, range: &Range<u32>) -> Result<Bytes, FetchError> {
    let base = number.saturating_mul(block);
    let from = range.start.saturating_sub(base) as usize;
    let to = range.end.saturating_sub(base).min(block) as usize;
    let short = || FetchError::Length { asked: (to - from) as u32, came: bytes.len().saturating_sub(from) };
    if to > bytes.len() || from > to {
        Err(short())
    } else {
        Ok(bytes.slice(from..to))
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
