//! Repairing what others lost: claim, rebuild, store, complete.

use std::sync::Arc;

use idlewild_chain_client::{Call, SubmitError};
use idlewild_storage::records::Pending;
use idlewild_storage_primitives::{admission, view::RepairableView};

use super::{rebuild, Miner, Moment, RoleError};

const PAGE: u32 = 64;
/// Repairs tried with one block; the rest waits for the next.
const AT_ONCE: usize = 4;

/// Repairs open slots for which it is this miner's turn.
pub async fn step(miner: Arc<Miner>, moment: Moment) -> Result<(), RoleError> {
    if !miner.config.repair || miner.record().status != idlewild_storage_primitives::view::MinerStatus::Active {
        return Ok(());
    }
    let open = miner.chain.repairable(None, PAGE).await?;
    if open.is_empty() {
        return Ok(());
    }
    let weights = weights(&miner).await?;
    let mut tried = 0;
    for slot in open.iter().filter(|slot| is_my_turn(&miner, slot, moment, weights)) {
        if tried == AT_ONCE {
            break;
        }
        if has_tried(&miner, slot)? {
            continue;
        }
        tried += 1;
        match repair(&miner, slot).await {
            Ok(()) => {},
            // Somebody was quicker, or the rules say no: another slot, another time.
            Err(RoleError::Submit(refused @ SubmitError::Refused { .. })) => {
                tracing::debug!(deal = slot.deal, slot = slot.slot, error = %refused, "not ours to repair");
            },
            Err(error) => {
                tracing::warn!(deal = slot.deal, slot = slot.slot, %error, "a repair was interrupted; it goes on later");
                continue;
            },
        }
        // Only now: a worker that is killed on the way finds its claim again and carries on.
        miner.index.set_note(&note_name(slot), &slot.opened.to_le_bytes())?;
    }
    Ok(())
}

/// This miner's weight in draws, and everybody's.
async fn weights(miner: &Arc<Miner>) -> Result<(u64, u64), RoleError> {
    let after = miner.id.checked_sub(1);
    let page = miner.chain.candidates(1, after, 1).await?;
    let mine = page.candidates.first().filter(|candidate| candidate.id == miner.id);
    Ok((mine.map_or(0, |candidate| candidate.weight), page.total_weight))
}

fn is_my_turn(miner: &Arc<Miner>, slot: &RepairableView, moment: Moment, (weight, total): (u64, u64)) -> bool {
    let timing = miner.terms().timing;
    let waited = moment.clock.saturating_sub(slot.opened);
    admission::may_repair(
        slot.deal,
        slot.slot,
        slot.opened,
        miner.id,
        waited,
        timing.rank_window,
        timing.rank_windows,
        weight,
        total,
    )
}

fn note_name(slot: &RepairableView) -> String {
    format!("tried/{}/{}", slot.deal, slot.slot)
}

/// Whether this opening was tried before: the chain lets each miner try once.
fn has_tried(miner: &Arc<Miner>, slot: &RepairableView) -> Result<bool, RoleError> {
    Ok(miner.index.note(&note_name(slot))?.as_deref() == Some(&slot.opened.to_le_bytes()))
}

async fn repair(miner: &Arc<Miner>, open: &RepairableView) -> Result<(), RoleError> {
    let Some(deal) = miner.chain.deal(open.deal).await? else { return Ok(()) };
    let Some(key) = Miner::shard_key(&deal, open.slot) else { return Ok(()) };
    // Whoever holds another slot of the copy leaves this one to those who hold none, for as long as there are any.
    let claim = Call::ClaimRepair { miner: miner.id, deal: open.deal, slot: open.slot };
    match miner.submitter.submit_again(claim).await {
        Ok(_) => tracing::info!(deal = open.deal, slot = open.slot, "claimed a lost shard's slot"),
        // Claimed before this worker was killed: carry on where it was.
        Err(error) if error.is("Repair", "Barred") => {
            tracing::info!(deal = open.deal, slot = open.slot, "carrying on with a repair that was claimed before");
        },
        Err(error) => return Err(error.into()),
    }
    let bytes = match rebuild::rebuild(miner, &deal, open.slot).await {
        Ok(bytes) => bytes,
        Err(error) => {
            tracing::warn!(deal = open.deal, slot = open.slot, %error, "a shard cannot be rebuilt");
            return Ok(());
        },
    };
    let valid_until = u32::MAX;
    let owner = deal.owner;
    miner.index.add_pending(&Pending { key, length: deal.shard_len, owner, valid_until, deal: Some(open.deal) })?;
    if !miner.store.contains(&key).await? {
        miner.store.put(key, bytes).await?;
    }
    let complete = Call::CompleteRepair { miner: miner.id, deal: open.deal, slot: open.slot };
    match miner.submitter.submit_again(complete).await {
        Ok(outcome) => {
            miner.metrics.repaired();
            tracing::info!(deal = open.deal, slot = open.slot, block = outcome.block, "repaired");
            Ok(())
        },
        Err(error) => {
            // Somebody was quicker: the bytes are of no use here.
            miner.index.remove_pending(&key)?;
            if !miner.index.needs(&key)? {
                miner.store.delete(&key).await?;
            }
            Err(error.into())
        },
    }
}
