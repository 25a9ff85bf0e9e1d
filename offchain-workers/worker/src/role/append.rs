//! Appending slots that deals assigned to this miner, in batches, before their deadline.

use std::sync::Arc;

use idlewild_chain_client::{Call, SubmitError};
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
        match append(&miner, batch).await {
            Ok(()) => {},
            // The chain takes all of a batch or nothing of it, and one slot that was lost meanwhile must not cost the others.
            Err(SubmitError::Refused { .. }) if batch.len() > 1 => append_singly(&miner, batch).await?,
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

async fn append(miner: &Arc<Miner>, slots: &[(DealId, SlotIndex)]) -> Result<(), SubmitError> {
    let call = Call::Append { miner: miner.id, slots: slots.to_vec() };
    let outcome = miner.submitter.submit_again(call).await?;
    tracing::info!(slots = slots.len(), block = outcome.block, "appended");
    Ok(())
}

async fn append_singly(miner: &Arc<Miner>, slots: &[(DealId, SlotIndex)]) -> Result<(), RoleError> {
    for one in slots {
        match append(miner, &[*one]).await {
            Err(error @ SubmitError::Refused { .. }) => {
                tracing::warn!(deal = one.0, slot = one.1, %error, "a slot cannot be appended");
            },
            outcome => outcome?,
        }
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
    // A term that ended before the slot was appended: the chain takes it no more, though the deal is still to be closed.
    if miner.moment().clock >= deal.extended_to.unwrap_or(deal.end) {
        return Ok(false);
    }
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
