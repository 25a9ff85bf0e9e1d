//! Rebuilding a shard from any k others of its copy. Needs no key: whoever reproduces the root has repaired it.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use idlewild_network::transfer::{Candidate, FetchAnyError, Progress, ShardRef};
use idlewild_storage::{
    decode::{Decoder, VerifiedShard, WrongShard},
    erasure::{CodeError, GeometryError},
};
use idlewild_storage_primitives::{view::DealView, SlotIndex};

use super::{Miner, RoleError};

/// How long the slowest miner may take before another is asked as well.
const PATIENCE: Duration = Duration::from_secs(5);

/// Why a shard could not be rebuilt.
#[derive(Debug, thiserror::Error)]
pub enum RebuildError {
    /// The chain could not be asked.
    #[error(transparent)]
    Role(#[from] Box<RoleError>),
    /// The deal has no such slot.
    #[error("the deal has no slot {0}")]
    NoSlot(SlotIndex),
    /// Too few of the other shards came.
    #[error(transparent)]
    Fetch(#[from] FetchAnyError),
    /// The geometry has no code.
    #[error(transparent)]
    Geometry(#[from] GeometryError),
    /// The shards do not fit together.
    #[error(transparent)]
    Code(#[from] CodeError),
    /// The rebuilt shard has another root: the owner encoded the copy wrongly.
    #[error("the copy was encoded wrongly by its owner: {0}")]
    WrongRoot(#[from] WrongShard),
    /// A part of this program died.
    #[error("a part of this program stopped unexpectedly")]
    Broken,
}

/// Fetches any k other shards of the slot's copy and rebuilds the slot's.
pub async fn rebuild(miner: &Arc<Miner>, deal: &DealView, slot: SlotIndex) -> Result<Bytes, RebuildError> {
    let (copy, wanted) = deal.geometry.locate(slot).ok_or(RebuildError::NoSlot(slot))?;
    let root = *deal.roots.get(usize::from(slot)).ok_or(RebuildError::NoSlot(slot))?;
    let mut sources = Vec::new();
    let mut shards = Vec::new();
    for (other, (view, root)) in (0u8..).zip(deal.slots.iter().zip(&deal.roots)) {
        let Some((of, index)) = deal.geometry.locate(other) else { continue };
        let Some(holder) = view.slot.holder().filter(|_| of == copy && other != slot) else { continue };
        // Nobody can dial itself.
        if holder == miner.id {
            shards.extend(own_shard(miner, deal, other, index).await);
            continue;
        }
        if let Some(peer) = miner.peer_of(holder).await.map_err(Box::new)? {
            let shard = ShardRef { root: *root, length: deal.shard_len };
            sources.push((view.failed, index, Candidate { peer, shard }));
        }
    }
    // A miner that has failed may well have its bytes still, and is asked last.
    sources.sort_by_key(|(failed, ..)| *failed);
    let (indexes, candidates): (Vec<u8>, Vec<Candidate>) = sources.into_iter().map(|(_, index, from)| (index, from)).unzip();
    let needed = usize::from(deal.geometry.data).saturating_sub(shards.len());
    let came = miner.shards.fetch_any(&candidates, needed, None, PATIENCE, &Progress::none()).await?;
    let received =
        |(place, bytes): (usize, Bytes)| indexes.get(place).map(|index| VerifiedShard::already_checked(*index, bytes));
    shards.extend(came.into_iter().filter_map(received));
    shards.truncate(usize::from(deal.geometry.data));
    let geometry = deal.geometry;
    let rebuilt = tokio::task::spawn_blocking(move || {
        let shard = Decoder::new(geometry)?.rebuild(&shards, &[wanted])?.pop().ok_or(RebuildError::Broken)?;
        Ok::<_, RebuildError>(VerifiedShard::check(wanted, shard, &root)?.bytes().clone())
    });
    rebuilt.await.map_err(|_| RebuildError::Broken)?
}

/// A shard of the copy that this miner holds itself, if it is sound.
async fn own_shard(miner: &Arc<Miner>, deal: &DealView, slot: SlotIndex, index: u8) -> Option<VerifiedShard> {
    let key = Miner::shard_key(deal, slot)?;
    let bytes = miner.read_shard(&key).await.ok()?;
    VerifiedShard::check(index, bytes, &key.root).ok()
}
