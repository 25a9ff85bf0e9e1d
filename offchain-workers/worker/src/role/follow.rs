//! Taking in final blocks: the only part that changes the index's range.

use std::{
    sync::{atomic::Ordering, Arc},
    time::Duration,
};

use futures::{stream, StreamExt};
use idlewild_chain_client::{coins::show_coins, Event, Head};
use idlewild_storage::{
    index_error::ApplyError,
    records::{Cursor, Pending, RangeChange},
};
use idlewild_storage_primitives::{
    deal::Slot,
    geometry,
    sum_range::Leaf,
    view::{DealView, TermsView},
    DealId, SlotIndex,
};
use tokio_util::sync::CancellationToken;

use super::{append, patience, recover, Miner, Moment, RoleError};
use crate::pause::{after, rest};

/// How long the chain may be silent before it is asked again.
const SILENCE: Duration = Duration::from_secs(90);
/// Blocks that are asked for at the same time.
pub(crate) const AHEAD: usize = 16;
/// Old blocks in which nothing happened that are taken in together.
const TOGETHER: u32 = 64;
/// Times that an old block is asked for in vain, of a node that answers to everything else, before it is given up.
const PATIENCE: u32 = 5;

/// Follows the chain until `stop`.
pub async fn run(miner: Arc<Miner>, stop: CancellationToken) {
    let mut failures = 0u32;
    loop {
        let before = miner.moment();
        let followed = tokio::select! {
            () = stop.cancelled() => return,
            followed = follow(&miner) => followed,
        };
        failures = if miner.moment() == before { failures.saturating_add(1) } else { 1 };
        if let Err(error) = followed {
            tracing::warn!(%error, "the chain cannot be followed; trying again");
            judge(&miner, &error, failures).await;
            miner.note_trouble(Some(error.to_string()));
        }
        if !rest(after(failures), &stop).await {
            return;
        }
    }
}

/// Decides whether an error means that the index can never catch up.
async fn judge(miner: &Arc<Miner>, error: &RoleError, failures: u32) {
    let lost = match error {
        RoleError::Apply(ApplyError::OutOfOrder { .. } | ApplyError::Change(_)) | RoleError::UnknownSlot { .. } => true,
        // It says so itself. Making the index anew asks first whether it is up to date all the same.
        RoleError::Read(error) if patience::is_forgotten(error) => true,
        // A node that answers, but not to this: it has forgotten the state of old blocks.
        RoleError::Read(_) if failures >= PATIENCE => miner.chain.terms().await.is_ok(),
        _ => false,
    };
    if lost {
        miner.range.lost.store(true, Ordering::Relaxed);
    }
}

async fn follow(miner: &Arc<Miner>) -> Result<(), RoleError> {
    let mut heads = miner.chain.finalized_heads().await?;
    loop {
        let head = match tokio::time::timeout(SILENCE, heads.next()).await {
            Ok(Some(head)) => head?,
            Ok(None) => return Ok(()),
            Err(_) => {
                let silent = format!("the node has told of no block for {} seconds", SILENCE.as_secs());
                tracing::warn!("{silent}");
                miner.note_trouble(Some(silent));
                return Ok(());
            },
        };
        recover::ensure(miner, &head).await?;
        catch_up(miner, &head).await?;
        take_in(miner, &head).await?;
        miner.note_trouble(None);
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
    let chain = &miner.chain;
    let asked = stream::iter(first..head.number).map(|number| async move { (number, chain.finalized_head(number).await) });
    let mut missed = Box::pin(asked.buffered(AHEAD));
    while let Some((number, block)) = missed.next().await {
        // Going on without it would lose what happened in it for good.
        let block = block?.ok_or(RoleError::MissingBlock(number))?;
        let quiet = !block.events.iter().any(|event| concerns(miner, event));
        // The cursor may lag behind: blocks in which nothing happened may be read twice.
        if quiet && number % TOGETHER != 0 {
            note_others(miner, &block);
            continue;
        }
        take_in(miner, &block).await?;
    }
    Ok(())
}

/// Whether an event is about this miner's own slots or coins.
fn concerns(miner: &Miner, event: &Event) -> bool {
    let of = match *event {
        Event::Appended { miner, .. }
        | Event::Repaired { miner, .. }
        | Event::Cleared { miner, .. }
        | Event::Lost { miner, .. }
        | Event::Assigned { miner, .. }
        | Event::Slashed { miner, .. }
        | Event::Paid { miner, .. }
        | Event::BountyPaid { miner, .. }
        | Event::Failed { miner } => miner,
        _ => return false,
    };
    of == miner.id
}

async fn take_in(miner: &Arc<Miner>, head: &Head) -> Result<(), RoleError> {
    if miner.index.cursor()?.is_some_and(|cursor| cursor.number >= head.number) {
        return Ok(());
    }
    let changes = changes(miner, head).await?;
    for event in &head.events {
        if let Event::Assigned { deal, slot, miner: of } = *event {
            if of == miner.id {
                note_deal(miner, deal, slot).await?;
            }
        }
    }
    let cursor = Cursor { number: head.number, hash: head.hash };
    miner.on_disk(move |index| index.apply(cursor, &changes)).await??;
    // Only now: a block that has to be taken in again must not be told of twice.
    note_others(miner, head);
    head.events.iter().for_each(|event| tell(miner, head.number, event));
    Ok(())
}

/// What a block changes in this miner's range.
async fn changes(miner: &Arc<Miner>, head: &Head) -> Result<Vec<RangeChange>, RoleError> {
    let mut changes = Vec::new();
    for event in &head.events {
        match *event {
            Event::Appended { miner: of, deal, slot, index } | Event::Repaired { miner: of, deal, slot, index, .. }
                if of == miner.id =>
            {
                changes.push(appended(miner, head.hash, deal, slot, index).await?);
            },
            Event::Cleared { miner: of, index, .. } | Event::Lost { miner: of, index, .. } if of == miner.id => {
                changes.push(RangeChange::Clear { index });
            },
            _ => {},
        }
    }
    Ok(changes)
}

/// The leaf of a slot that the chain appended to this miner's range.
pub(crate) async fn appended(
    miner: &Arc<Miner>,
    block: [u8; 32],
    id: DealId,
    slot: SlotIndex,
    index: u32,
) -> Result<RangeChange, RoleError> {
    let known = |deal: DealView| append_of(&deal, slot, index);
    if let Some(change) = miner.chain.deal(id).await?.and_then(known) {
        return Ok(change);
    }
    // The deal was closed since; the node may still know it as it was.
    match miner.chain.deal_at(id, block).await {
        Ok(deal) => {
            if let Some(change) = deal.and_then(known) {
                return Ok(change);
            }
        },
        Err(error) if patience::is_forgotten(&error) => {},
        // It is still to be told: with a leaf that is only likely no proof would be right any more.
        Err(error) => return Err(error.into()),
    }
    let waiting = miner.index.all_pending()?;
    let pending = waiting.into_iter().find(|pending| pending.deal == Some(id) && pending.key.slot == slot);
    let change = pending.and_then(|pending| remembered(&miner.terms(), &pending, id, index));
    change.ok_or(RoleError::UnknownSlot { deal: id, slot })
}

/// A slot as it is appended, of a deal of which only what was uploaded for it is known: not its geometry, and so not the copy.
/// The first slots are of the first copy in every geometry that the chain allows; of others it cannot be told.
fn remembered(terms: &TermsView, pending: &Pending, id: DealId, index: u32) -> Option<RangeChange> {
    let Pending { key, length, .. } = *pending;
    let least = terms.data.0.saturating_add(terms.parity.0);
    let leaf = Leaf { deal: id, copy: 0, slot: key.slot, root: key.root, count: geometry::chunks(length) };
    (key.slot < least).then_some(RangeChange::Append { index, leaf, key, length })
}

/// A slot of a deal as it is appended.
pub(crate) fn append_of(deal: &DealView, slot: SlotIndex, index: u32) -> Option<RangeChange> {
    let key = Miner::shard_key(deal, slot)?;
    let (copy, _) = deal.geometry.locate(slot)?;
    let leaf = Leaf { deal: deal.id, copy, slot, root: key.root, count: geometry::chunks(deal.shard_len) };
    Some(RangeChange::Append { index, leaf, key, length: deal.shard_len })
}

/// Notes that a deal asks for a shard, which then no longer expires.
async fn note_deal(miner: &Arc<Miner>, id: DealId, slot: SlotIndex) -> Result<(), RoleError> {
    let Some(deal) = miner.chain.deal(id).await? else { return Ok(()) };
    // The block may be an old one, and the slot appended since, or somebody else's.
    let view = deal.slots.get(usize::from(slot));
    if !view.is_some_and(|view| matches!(view.slot, Slot::Assigned { miner: of, .. } if of == miner.id)) {
        return Ok(());
    }
    if let Some(key) = Miner::shard_key(&deal, slot) {
        append::note(miner, &deal, key).await?;
        tracing::info!(deal = id, slot, "a deal asks for a shard that is here");
    }
    Ok(())
}

/// Notes what the other parts of the role want to know of.
fn note_others(miner: &Miner, head: &Head) {
    for event in &head.events {
        match *event {
            Event::Assigned { deal, slot, miner: of } if of != miner.id && miner.config.report => {
                miner.waiting.assigned(deal, slot, head.clock, &miner.terms().timing);
            },
            Event::Appended { deal, slot, .. } => {
                miner.waiting.over(deal, slot);
                miner.asked.over(deal, slot);
            },
            Event::Repaired { deal, slot, miner: of, .. } => {
                miner.waiting.over(deal, slot);
                miner.asked.over(deal, slot);
                if of != miner.id {
                    miner.doubts.add(deal);
                }
            },
            Event::Closed { deal, .. } => {
                miner.waiting.closed(deal);
                miner.asked.closed(deal);
                miner.doubts.add(deal);
            },
            _ => {},
        }
    }
}

/// Tells the operator, and the figures, what happened to this miner.
fn tell(miner: &Miner, block: u32, event: &Event) {
    match *event {
        Event::Slashed { miner: of, amount, .. } if of == miner.id => {
            miner.metrics.slashed(amount);
            tracing::warn!(block, "slashed: lost {}", show_coins(amount));
        },
        Event::Paid { deal, miner: of, amount } if of == miner.id => {
            miner.metrics.paid(amount);
            tracing::info!(block, deal, "paid {}", show_coins(amount));
        },
        Event::BountyPaid { deal, slot, miner: of, amount } if of == miner.id => {
            miner.metrics.paid(amount);
            tracing::info!(block, deal, slot, "bounty of {} paid", show_coins(amount));
        },
        Event::Failed { miner: of } if of == miner.id => {
            tracing::error!(block, "{}", RoleError::Failed);
        },
        _ => {},
    }
}
