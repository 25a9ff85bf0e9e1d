//! Keeping and dropping shards, one at a time for each of them.
//!
//! A shard's record and its file are two things. The record comes first when a shard comes and goes last when it goes, so that a
//! worker that is killed in between leaves a record without a file, which is dropped in its time, and never a file that nothing
//! knows of. The lock keeps a shard that comes again from being deleted as the one that went.

use std::sync::Arc;

use bytes::Bytes;
use idlewild_storage::{
    records::Pending,
    shard_key::ShardKey,
    store_error::{CheckError, ReadError, StoreFault},
};
use idlewild_storage_primitives::receipt::MAX_VALIDITY;
use tokio::sync::{Mutex, MutexGuard};

use super::{Miner, RoleError};

/// Shards of which different ones share a lock.
const STRIPES: usize = 64;
/// Bytes of the disk that are left to the index and to the rest of the machine.
pub(crate) const RESERVE: u64 = 512 << 20;
/// The owner of shards of which nobody knows any more whose they are.
const NOBODY: [u8; 32] = [0; 32];

/// A lock for each shard; some share one.
#[derive(Debug)]
pub(crate) struct ShardLocks(Vec<Mutex<()>>);

impl Default for ShardLocks {
    fn default() -> Self {
        Self((0..STRIPES).map(|_| Mutex::new(())).collect())
    }
}

impl ShardLocks {
    /// Waits until nobody else is busy with a shard, and keeps it so until what is returned is dropped.
    pub(crate) async fn hold(&self, key: &ShardKey) -> MutexGuard<'_, ()> {
        let [first, ..] = key.root;
        // There are as many locks as the remainder can name.
        self.0[usize::from(first) % STRIPES].lock().await
    }
}

/// Whether a shard waits for the deal of another account than `owner`. A record names one deal, and a salt is unique for each
/// owner only: with receipts for two of them, two deals could ask for the shard at the same time.
pub(crate) fn is_anothers(known: &Pending, owner: &[u8; 32]) -> bool {
    known.owner != *owner && known.owner != NOBODY
}

impl Miner {
    /// Keeps a shard that is in no range yet, durably, with its record. One that no deal asks for is not kept for two accounts.
    pub(crate) async fn keep(self: &Arc<Self>, pending: &Pending, bytes: Bytes) -> Result<(), RoleError> {
        let key = pending.key;
        let _held = self.locks.hold(&key).await;
        let known = self.index.pending(&key)?;
        if pending.deal.is_none() && known.is_some_and(|known| is_anothers(&known, &pending.owner)) {
            return Err(RoleError::Promised(key));
        }
        let merged = Pending {
            // An earlier receipt may be valid for longer than this one, and a deal that asks for it goes on asking.
            valid_until: known.map_or(pending.valid_until, |known| known.valid_until.max(pending.valid_until)),
            deal: pending.deal.or(known.and_then(|known| known.deal)),
            ..*pending
        };
        self.on_disk(move |index| index.add_pending(&merged)).await??;
        let written = self.write(&key, bytes).await;
        if written.is_err() && known.is_none() {
            self.on_disk(move |index| index.remove_pending(&key)).await??;
        }
        written
    }

    /// Reads a whole shard, unchecked. Scans of plots wait meanwhile.
    pub(crate) async fn read_shard(&self, key: &ShardKey) -> Result<Bytes, ReadError> {
        let _reading = self.sharing.read();
        self.store.read(key).await
    }

    /// Puts a rebuilt shard of the range back on disk.
    pub(crate) async fn put_back(&self, key: &ShardKey, bytes: Bytes) -> Result<(), RoleError> {
        let _held = self.locks.hold(key).await;
        self.write(key, bytes).await
    }

    /// Writes a shard, unless it is there and sound.
    async fn write(&self, key: &ShardKey, bytes: Bytes) -> Result<(), RoleError> {
        let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        match self.store.check(key, length).await {
            // A receipt may be signed next, and whoever wrote the file may have been killed before it was durable.
            Ok(()) => return Ok(self.store.make_sure(key).await?),
            Err(CheckError::Fault(fault)) => return Err(fault.into()),
            // Not there, or damaged; then the sound one takes its place in one step.
            Err(_) => {},
        }
        Ok(self.store.put(*key, bytes).await?)
    }

    /// Forgets that a shard waits for its deal, and its bytes, unless they are needed under another title: the range may hold
    /// the same shard, when its owner uploaded it again. `false` where the record has changed since it was read, or another deal
    /// asks for the shard, which is about to stand in its record.
    pub(crate) async fn drop_pending(self: &Arc<Self>, pending: &Pending) -> Result<bool, RoleError> {
        let key = pending.key;
        let _held = self.locks.hold(&key).await;
        if self.index.pending(&key)?.as_ref() != Some(pending) || self.asked.is_asked_by_another(&key, pending.deal) {
            return Ok(false);
        }
        if !self.index.is_held(&key)? {
            self.store.delete(&key).await?;
        }
        self.on_disk(move |index| index.remove_pending(&key)).await??;
        Ok(true)
    }

    /// Deletes the bytes of a shard that the range has let go, unless it has come again.
    pub(crate) async fn drop_bytes(&self, key: &ShardKey) -> Result<(), RoleError> {
        let _held = self.locks.hold(key).await;
        if !self.index.needs(key)? {
            self.store.delete(key).await?;
        }
        Ok(())
    }

    /// Whether the disk has room for `bytes` more, with what is on its way in and a reserve. A disk that nobody can ask has.
    pub(crate) fn has_disk_for(&self, bytes: u64) -> bool {
        let wanted = bytes.saturating_add(self.room.taken()).saturating_add(RESERVE);
        self.store.free().is_none_or(|free| free >= wanted)
    }
}

/// Takes files that the index does not know of for shards that wait for their deal, for as long as any receipt may be valid.
///
/// A worker that was killed may have left them behind. But they may have been receipted, or stand in the range by now, where the
/// index is new, or an older one that was put back. What nothing asks for is dropped in its time.
pub(crate) async fn adopt(miner: &Arc<Miner>, block: u32) -> Result<u32, RoleError> {
    let mut adopted = 0u32;
    for shard in miner.store.list().await? {
        // It may be on its way in, or out.
        let _held = miner.locks.hold(&shard.key).await;
        if miner.index.needs(&shard.key)? || !miner.store.contains(&shard.key).await? {
            continue;
        }
        let length = u32::try_from(shard.length).map_err(|_| StoreFault::Other(format!("shard {} is too long", shard.key)))?;
        // Nobody knows any more whose it was, so that it counts towards nobody's limit.
        let (owner, valid_until) = (NOBODY, block.saturating_add(MAX_VALIDITY));
        let pending = Pending { key: shard.key, length, owner, valid_until, deal: None };
        miner.on_disk(move |index| index.add_pending(&pending)).await??;
        adopted = adopted.saturating_add(1);
    }
    Ok(adopted)
}
