//! Mending: shards that should be on disk and are not are rebuilt from the others of their copies, beside everything else.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, PoisonError},
};

use bytes::Bytes;
use idlewild_storage::shard_key::ShardKey;
use idlewild_storage_primitives::{view::DealView, SlotIndex};
use tokio::sync::Semaphore;

use super::{rebuild, Miner, RoleError};

/// Shards that are rebuilt at the same time.
const AT_ONCE: usize = 2;
/// Shards whose failures are remembered.
const KEPT: usize = 65_536;

/// What is being rebuilt, and what could not be: how often, and in which block to try again.
#[derive(Debug)]
pub(crate) struct Mending {
    under_way: Mutex<HashSet<ShardKey>>,
    failed: Mutex<HashMap<ShardKey, (u32, u32)>>,
    room: Semaphore,
}

impl Default for Mending {
    fn default() -> Self {
        Self { under_way: Mutex::default(), failed: Mutex::default(), room: Semaphore::new(AT_ONCE) }
    }
}

/// Whether a shard may be rebuilt now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    Begun,
    /// It is being rebuilt already.
    UnderWay,
    /// It was tried a moment ago.
    TooSoon,
}

impl Mending {
    fn begin(&self, key: &ShardKey, block: u32) -> Turn {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if failed.get(key).is_some_and(|(_, again)| block < *again) {
            return Turn::TooSoon;
        }
        match self.under_way.lock().unwrap_or_else(PoisonError::into_inner).insert(*key) {
            true => Turn::Begun,
            false => Turn::UnderWay,
        }
    }

    /// Notes how it went. Each failure doubles the pause, up to a sixteenth of a period: there must be time for several tries.
    fn end(&self, key: &ShardKey, mended: bool, block: u32, period: u32) {
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        if mended {
            failed.remove(key);
        } else {
            if failed.len() >= KEPT {
                failed.clear();
            }
            let (times, again) = failed.entry(*key).or_default();
            let pause = 1u32.checked_shl(*times).unwrap_or(u32::MAX).min((period / 16).max(1));
            *times = times.saturating_add(1);
            *again = block.saturating_add(pause);
        }
        drop(failed);
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
    }
}

/// Ends what was begun, also where the task is dropped half-way.
struct UnderWay<'a> {
    miner: &'a Miner,
    key: ShardKey,
    mended: bool,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let (block, period) = (self.miner.moment().block, self.miner.terms().timing.period);
        self.miner.mending.end(&self.key, self.mended, block, period);
    }
}

/// Rebuilds a shard and puts it on disk, in the background.
pub(crate) fn spawn(miner: &Arc<Miner>, deal: DealView, slot: SlotIndex) {
    let Some(key) = Miner::shard_key(&deal, slot) else { return };
    if miner.mending.begin(&key, miner.moment().block) != Turn::Begun {
        return;
    }
    let mender = miner.clone();
    miner.spawn(async move {
        let mut under_way = UnderWay { miner: &mender, key, mended: false };
        // The room is never closed.
        let _room = mender.mending.room.acquire().await;
        match mend_now(&mender, &deal, slot, &key).await {
            Ok(()) => under_way.mended = true,
            Err(error) => tracing::warn!(deal = deal.id, slot, %error, "a shard that should be here cannot be rebuilt now"),
        }
    });
}

/// What came of rebuilding a shard at once.
pub(crate) enum Tried {
    /// Here it is. It is on disk as well, if that can take it.
    Mended(Bytes),
    /// It cannot be rebuilt now, or could not a moment ago.
    Failed,
    /// It is being rebuilt.
    UnderWay,
}

/// Rebuilds a shard at once.
pub(crate) async fn try_now(miner: &Arc<Miner>, deal: &DealView, slot: SlotIndex) -> Tried {
    let Some(key) = Miner::shard_key(deal, slot) else { return Tried::Failed };
    match miner.mending.begin(&key, miner.moment().block) {
        Turn::Begun => {},
        Turn::TooSoon => return Tried::Failed,
        Turn::UnderWay => return Tried::UnderWay,
    }
    let mut under_way = UnderWay { miner, key, mended: false };
    match rebuild::rebuild(miner, deal, slot).await {
        Ok(bytes) => {
            under_way.mended = true;
            // A disk that is full must not keep back what is in memory.
            match miner.put_back(&key, bytes.clone()).await {
                Ok(()) => tracing::info!(deal = deal.id, slot, "the shard is rebuilt from the others"),
                Err(error) => tracing::error!(deal = deal.id, slot, %error, "a rebuilt shard cannot be written"),
            }
            Tried::Mended(bytes)
        },
        Err(error) => {
            tracing::warn!(deal = deal.id, slot, %error, "the shard cannot be rebuilt now");
            Tried::Failed
        },
    }
}

async fn mend_now(miner: &Arc<Miner>, deal: &DealView, slot: SlotIndex, key: &ShardKey) -> Result<(), RoleError> {
    let bytes = rebuild::rebuild(miner, deal, slot).await.map_err(|error| RoleError::Rebuild(Box::new(error)))?;
    miner.put_back(key, bytes).await?;
    tracing::info!(deal = deal.id, slot, "the shard is rebuilt from the others");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shard_is_rebuilt_once_at_a_time_and_failures_are_tried_again_ever_later() {
        let mending = Mending::default();
        let key = ShardKey { root: [1; 32], salt: [2; 16], slot: 3 };
        assert_eq!(mending.begin(&key, 10), Turn::Begun);
        assert_eq!(mending.begin(&key, 10), Turn::UnderWay);
        for (block, again) in [(10, 11), (11, 13), (13, 17), (17, 21), (21, 25)] {
            mending.end(&key, false, block, 64);
            assert_eq!(mending.begin(&key, again - 1), Turn::TooSoon);
            assert_eq!(mending.begin(&key, again), Turn::Begun, "a sixteenth of the period is the longest pause");
        }
        mending.end(&key, true, 25, 64);
        assert_eq!(mending.begin(&key, 25), Turn::Begun, "what is mended has no past");
    }
}
