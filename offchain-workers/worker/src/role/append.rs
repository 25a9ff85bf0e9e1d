//! Appending slots that deals assigned to this miner, in batches, before their deadline.

use std::sync::Arc;

use idlewild_chain_client::Call;
use idlewild_storage_primitives::{deal::Slot, DealId, SlotIndex};

use super::{rebuild, Miner, Moment, RoleError};

/// Most slots in one transaction: the chain's own bound.
const BATCH: usize = 64;
/// Slots read from the chain at a time.
const PAGE: u32 = 256;

/// Appends what is assigned and on disk.
pub async fn step(miner: Arc<Miner>, _: Moment) -> Result<(), RoleError> {
    let mut ready = Vec::new();
    for (deal, slot) in assigned(&miner).await? {
        if is_here(&miner, deal, slot).await? {
            ready.push((deal, slot));
        }
    }
    for batch in ready.chunks(BATCH) {
        let call = Call::Append { miner: miner.id, slots: batch.to_vec() };
        let outcome = miner.submitter.submit_again(call).await?;
        tracing::info!(slots = batch.len(), block = outcome.block, "appended");
    }
    Ok(())
}

async fn assigned(miner: &Arc<Miner>) -> Result<Vec<(DealId, SlotIndex)>, RoleError> {
    let mut assigned = Vec::new();
    let mut after = None;
    loop {
        let page = miner.chain.slots_of(miner.id, after, PAGE).await?;
        let Some((last, _, _)) = page.last() else { return Ok(assigned) };
        after = Some(*last);
        let open = page.iter().filter(|(_, _, view)| matches!(view.slot, Slot::Assigned { .. }) && !view.failed);
        assigned.extend(open.map(|(deal, slot, _)| (*deal, *slot)));
    }
}

/// Whether a shard is on disk; one that was lost between receipt and deal is rebuilt from the others if it can be.
async fn is_here(miner: &Arc<Miner>, id: DealId, slot: SlotIndex) -> Result<bool, RoleError> {
    let Some(deal) = miner.chain.deal(id).await? else { return Ok(false) };
    let Some(key) = Miner::shard_key(&deal, slot) else { return Ok(false) };
    if miner.store.contains(&key).await? {
        return Ok(true);
    }
    tracing::warn!(deal = id, slot, "a shard that a deal asks for is not on disk: rebuilding it from the others");
    match rebuild::rebuild(miner, &deal, slot).await {
        Ok(bytes) => {
            miner.store.put(key, bytes).await?;
            Ok(true)
        },
        Err(error) => {
            tracing::warn!(deal = id, slot, %error, "the shard cannot be rebuilt now");
            Ok(false)
        },
    }
}
