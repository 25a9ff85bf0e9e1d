//! Clearing slots that are over: frees their bond on chain, then their bytes on disk.

use std::sync::Arc;

use idlewild_chain_client::{Call, Clearing};
use idlewild_storage::{prover, shard_key::ShardKey};
use idlewild_storage_primitives::{deal::Slot, sum_range::Leaf, DealId, SlotIndex};

use super::{Miner, Moment, RoleError};

/// Most leaves in one transaction: the chain's own bound.
const BATCH: usize = 32;
/// Blocks between two looks: nothing here is urgent.
const EVERY: u32 = 10;

/// Clears what is over, and drops bytes that nothing needs.
pub async fn step(miner: Arc<Miner>, moment: Moment) -> Result<(), RoleError> {
    if moment.block % EVERY != miner.id % EVERY {
        return Ok(());
    }
    clear_leaves(&miner).await?;
    drop_bytes(&miner, moment).await
}

async fn clear_leaves(miner: &Arc<Miner>) -> Result<(), RoleError> {
    let mut over = Vec::new();
    for (index, held) in miner.index.all_held()?.into_iter().filter(|(_, held)| held.cleared.is_none()) {
        if is_over(miner, held.leaf.deal, &held.leaf).await? {
            over.push((index, held.leaf));
        }
    }
    let Some(batch) = over.chunks(BATCH).next() else { return Ok(()) };
    // Each path is as it is after the clearings before it.
    let mut tree = miner.index.with_tree(Clone::clone);
    let mut clearings = Vec::new();
    for (index, leaf) in batch {
        let Some(path) = tree.view().path(*index) else { continue };
        clearings.push(Clearing { leaf: *leaf, index: *index, path });
        if tree.clear(*index).is_err() {
            break;
        }
    }
    let cleared = clearings.len();
    let outcome = miner.submitter.submit(Call::Clear { miner: miner.id, clearings }).await?;
    tracing::info!(slots = cleared, block = outcome.block, "cleared");
    Ok(())
}

async fn is_over(miner: &Arc<Miner>, id: DealId, leaf: &Leaf) -> Result<bool, RoleError> {
    let Some(deal) = miner.chain.deal(id).await? else { return Ok(true) };
    let holder = deal.slots.get(usize::from(leaf.slot)).and_then(|view| Slot::holder(&view.slot));
    Ok(holder != Some(miner.id))
}

/// Whether a deal may still want a slot from this miner, which has not appended it: the slot is this miner's, or open, and then
/// a repair may be under way.
async fn may_be_needed(miner: &Arc<Miner>, id: DealId, slot: SlotIndex) -> Result<bool, RoleError> {
    let Some(deal) = miner.chain.deal(id).await? else { return Ok(false) };
    let view = deal.slots.get(usize::from(slot));
    Ok(view.is_some_and(|view| view.slot.holder() == Some(miner.id) || view.is_open()))
}

/// Forgets that a shard waits for its deal, and its bytes, unless they are needed under another title: the range may hold the
/// same shard, when its owner uploaded it again.
async fn drop_pending(miner: &Arc<Miner>, key: &ShardKey) -> Result<(), RoleError> {
    miner.index.remove_pending(key)?;
    if !miner.index.needs(key)? {
        miner.store.delete(key).await?;
    }
    Ok(())
}

async fn drop_bytes(miner: &Arc<Miner>, moment: Moment) -> Result<(), RoleError> {
    let best = moment.block;
    for pending in miner.index.expired(best)? {
        drop_pending(miner, &pending.key).await?;
        tracing::info!(root = %pending.key, "no deal asked for this shard in time: dropped");
    }
    for pending in miner.index.all_pending()? {
        let Some(deal) = pending.deal else { continue };
        if !may_be_needed(miner, deal, pending.key.slot).await? {
            drop_pending(miner, &pending.key).await?;
            tracing::info!(deal, slot = pending.key.slot, "the deal needs this shard from here no more: dropped");
        }
    }
    // Bytes of cleared slots stay until the range that still has them is no longer challenged.
    let Some(view) = miner.chain.owed(miner.id).await?.filter(|view| !view.failed) else { return Ok(()) };
    let Ok(sealed) = prover::sealed_version(&miner.index, &view.sealed) else { return Ok(()) };
    miner.index.forget_before(sealed)?;
    let last = moment.block.saturating_sub(miner.terms().timing.period.saturating_mul(2));
    match miner.index.purge(last) {
        Ok(keys) => {
            for key in keys {
                miner.store.delete(&key).await?;
            }
            Ok(())
        },
        Err(idlewild_storage::index_error::PurgeError::StillJournalled { .. }) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
