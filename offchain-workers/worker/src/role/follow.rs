//! Taking in final blocks: the only part that changes the index's range.

use std::{sync::Arc, time::Duration};

use futures::StreamExt;
use idlewild_chain_client::{Event, Head};
use idlewild_storage::records::{Cursor, RangeChange};
use idlewild_storage_primitives::{sum_range::Leaf, DealId, SlotIndex};
use tokio_util::sync::CancellationToken;

use super::{Miner, Moment, RoleError};

/// How long the chain may be silent before it is asked again.
const SILENCE: Duration = Duration::from_secs(90);
/// Pause before a lost subscription is opened again.
const AGAIN: Duration = Duration::from_secs(2);

/// Follows the chain until `stop`.
pub async fn run(miner: Arc<Miner>, stop: CancellationToken) {
    loop {
        let followed = tokio::select! {
            () = stop.cancelled() => return,
            followed = follow(&miner) => followed,
        };
        if let Err(error) = followed {
            tracing::warn!(%error, "the chain cannot be followed; trying again");
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(AGAIN) => {},
        }
    }
}

async fn follow(miner: &Arc<Miner>) -> Result<(), RoleError> {
    let mut heads = miner.chain.finalized_heads().await?;
    loop {
        let head = match tokio::time::timeout(SILENCE, heads.next()).await {
            Ok(Some(head)) => head?,
            Ok(None) => return Ok(()),
            Err(_) => {
                tracing::warn!("no block for {} seconds", SILENCE.as_secs());
                return Ok(());
            },
        };
        catch_up(miner, &head).await?;
        take_in(miner, &head).await?;
        miner.arrive(Moment { block: head.number, clock: head.clock }).await?;
    }
}

/// Takes in the blocks between the last one taken in and `head`.
async fn catch_up(miner: &Arc<Miner>, head: &Head) -> Result<(), RoleError> {
    let Some(cursor) = miner.index.cursor()? else {
        // A new index begins with what the chain does from now on: a new miner has no range yet.
        return Ok(());
    };
    let first = cursor.number.saturating_add(1);
    if head.number.saturating_sub(first) > 32 {
        tracing::info!(from = first, to = head.number, "catching up with the chain");
    }
    for number in first..head.number {
        // Going on without it would lose what happened in it for good.
        let missed = miner.chain.finalized_head(number).await?.ok_or(RoleError::MissingBlock(number))?;
        take_in(miner, &missed).await?;
    }
    Ok(())
}

async fn take_in(miner: &Arc<Miner>, head: &Head) -> Result<(), RoleError> {
    if miner.index.cursor()?.is_some_and(|cursor| cursor.number >= head.number) {
        return Ok(());
    }
    let mut changes = Vec::new();
    for event in &head.events {
        match *event {
            Event::Appended { miner: of, deal, slot, index } | Event::Repaired { miner: of, deal, slot, index, .. }
                if of == miner.id =>
            {
                if let Some(change) = appended(miner, deal, slot, index).await? {
                    changes.push(change);
                }
            },
            Event::Cleared { miner: of, index, .. } | Event::Lost { miner: of, index, .. } if of == miner.id => {
                changes.push(RangeChange::Clear { index });
            },
            Event::Assigned { deal, slot, miner: of } if of == miner.id => note_deal(miner, deal, slot).await?,
            Event::Slashed { miner: of, amount, .. } if of == miner.id => {
                miner.metrics.slashed(amount);
                let lost = idlewild_chain_client::coins::show_coins(amount);
                tracing::warn!(block = head.number, "slashed: lost {lost}");
            },
            Event::Paid { deal, miner: of, amount } if of == miner.id => {
                miner.metrics.paid(amount);
                let amount = idlewild_chain_client::coins::show_coins(amount);
                tracing::info!(block = head.number, deal, "paid {amount}");
            },
            Event::BountyPaid { deal, slot, miner: of, amount } if of == miner.id => {
                miner.metrics.paid(amount);
                let amount = idlewild_chain_client::coins::show_coins(amount);
                tracing::info!(block = head.number, deal, slot, "bounty of {amount} paid");
            },
            Event::Failed { miner: of } if of == miner.id => {
                tracing::error!(block = head.number, "this miner has failed: it missed too many periods. Its bond is lost, and \
                    its number with it. Find out why, then set up a new one with `idlewild-worker init`");
            },
            _ => {},
        }
    }
    miner.index.apply(Cursor { number: head.number, hash: head.hash }, &changes)?;
    Ok(())
}

/// The leaf of a slot that the chain appended to this miner's range.
async fn appended(
    miner: &Arc<Miner>,
    id: DealId,
    slot: SlotIndex,
    index: u32,
) -> Result<Option<RangeChange>, RoleError> {
    // The deal is still there, unless it was closed in the meantime; then what was uploaded for it tells its leaf.
    if let Some(deal) = miner.chain.deal(id).await?.filter(|deal| !deal.roots.is_empty()) {
        if let (Some(key), Some((copy, _))) = (Miner::shard_key(&deal, slot), deal.geometry.locate(slot)) {
            let count = idlewild_storage_primitives::geometry::chunks(deal.shard_len);
            let leaf = Leaf { deal: id, copy, slot, root: key.root, count };
            return Ok(Some(RangeChange::Append { index, leaf, key, length: deal.shard_len }));
        }
    }
    let pending = miner.index.all_pending()?.into_iter().find(|pending| pending.deal == Some(id) && pending.key.slot == slot);
    let Some(pending) = pending else {
        tracing::error!(deal = id, slot, "a slot was appended to this miner's range that it knows nothing of");
        return Ok(None);
    };
    let count = idlewild_storage_primitives::geometry::chunks(pending.length);
    let leaf = Leaf { deal: id, copy: 0, slot, root: pending.key.root, count };
    Ok(Some(RangeChange::Append { index, leaf, key: pending.key, length: pending.length }))
}

/// Notes that a deal asks for a shard, which then no longer expires.
async fn note_deal(miner: &Arc<Miner>, id: DealId, slot: SlotIndex) -> Result<(), RoleError> {
    let Some(deal) = miner.chain.deal(id).await? else { return Ok(()) };
    if let Some(key) = Miner::shard_key(&deal, slot) {
        miner.index.set_deal(&key, id)?;
        tracing::info!(deal = id, slot, "a deal asks for a shard that is here");
    }
    Ok(())
}
