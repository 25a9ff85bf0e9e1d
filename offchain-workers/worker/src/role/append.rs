//! Appending slots that deals assigned to this miner, in batches, before their deadline.

use std::{
    collections::BTreeSet,
    sync::{atomic::Ordering, Arc},
};

use idlewild_chain_client::{Call, SubmitError};
use idlewild_storage::{records::Pending, shard_key::ShardKey};
use idlewild_storage_primitives::{deal::Slot, limits, view::DealView, DealId, SlotIndex};

use super::{mend, Miner, Moment, RoleError};

/// Most slots in one transaction: the chain's own bound.
const BATCH: usize = limits::MAX_APPENDED as usize;
/// Slots read from the chain at a time.
const PAGE: u32 = 256;
/// Blocks after which the chain is looked through again for slots that no event told of.
const LOOK_EVERY: u32 = 300;

/// Appends what is assigned and on disk, and has the rest rebuilt meanwhile.
pub async fn step(miner: Arc<Miner>, moment: Moment) -> Result<(), RoleError> {
    if !miner.is_in_step() {
        return Ok(());
    }
    let mut ready = Vec::new();
    for (deal, slot) in assigned(&miner, moment).await? {
        if is_ready(&miner, deal, slot).await? {
            ready.push((deal, slot));
        }
    }
    for batch in ready.chunks(BATCH) {
        if !miner.is_in_step() {
            return Ok(());
        }
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

/// Slots that may wait to be appended. Events tell of them, and the index keeps them, but for those whose shards' records name
/// other deals; the chain is looked through for any that are not known here when the worker starts, and now and then.
async fn assigned(miner: &Arc<Miner>, moment: Moment) -> Result<BTreeSet<(DealId, SlotIndex)>, RoleError> {
    let known = miner.index.all_pending()?.into_iter();
    let mut assigned: BTreeSet<_> = known.filter_map(|pending| Some((pending.deal?, pending.key.slot))).collect();
    assigned.extend(miner.asked.all());
    let last = miner.walks.appended.load(Ordering::Relaxed);
    if last > 0 && moment.block < last.saturating_add(LOOK_EVERY) {
        return Ok(assigned);
    }
    let mut step = miner.walks.append.begin();
    while let Some(after) = step.next() {
        let page = miner.chain.slots_of(miner.id, after, PAGE).await?;
        let open = page.slots.iter().filter(|(_, _, view)| matches!(view.slot, Slot::Assigned { .. }) && !view.failed);
        assigned.extend(open.map(|(deal, slot, _)| (*deal, *slot)));
        if step.done(page.next) {
            miner.walks.appended.store(moment.block.max(1), Ordering::Relaxed);
        }
    }
    Ok(assigned)
}

/// Notes everything that deals ask for, as they are now: no event told of it where blocks were left out.
pub(crate) async fn note_all(miner: &Arc<Miner>) -> Result<(), RoleError> {
    miner.asked.forget();
    let mut after = None;
    loop {
        let page = miner.chain.slots_of(miner.id, after, PAGE).await?;
        for (id, slot, view) in page.slots {
            if view.failed || !matches!(view.slot, Slot::Assigned { .. }) {
                continue;
            }
            let Some(deal) = miner.chain.deal(id).await? else { continue };
            if let Some(key) = Miner::shard_key(&deal, slot) {
                note(miner, &deal, key).await?;
            }
        }
        after = page.next;
        if after.is_none() {
            return Ok(());
        }
    }
}

/// Whether a slot waits to be appended and its shard is on disk. One that is not, because it was lost between receipt and deal,
/// is rebuilt from the others beside all this: the slots whose shards are here must not wait for it.
async fn is_ready(miner: &Arc<Miner>, id: DealId, slot: SlotIndex) -> Result<bool, RoleError> {
    let Some(deal) = miner.chain.deal(id).await? else { return Ok(false) };
    let view = deal.slots.get(usize::from(slot));
    if !view.is_some_and(|view| !view.failed && matches!(view.slot, Slot::Assigned { miner: of, .. } if of == miner.id)) {
        miner.asked.over(id, slot);
        return Ok(false);
    }
    // A term that ended before the slot was appended: the chain takes it no more, though the deal is still to be closed.
    if miner.moment().clock >= deal.ends() {
        return Ok(false);
    }
    let Some(key) = Miner::shard_key(&deal, slot) else { return Ok(false) };
    note(miner, &deal, key).await?;
    if miner.store.contains(&key).await? {
        return Ok(true);
    }
    if miner.store.is_there().await {
        mend::spawn(miner, deal, slot);
    }
    Ok(false)
}

/// Notes that a deal asks for a shard, which then no longer expires, whether it is here or must be rebuilt. The shard's record
/// may name another deal, whose place this one takes there; that one is kept in mind as well.
pub(crate) async fn note(miner: &Arc<Miner>, deal: &DealView, key: ShardKey) -> Result<(), RoleError> {
    let pending = Pending { key, length: deal.shard_len, owner: deal.owner, valid_until: u32::MAX, deal: Some(deal.id) };
    miner.asked.add(deal.id, key);
    // Not while the shard is kept, or dropped, under another title.
    let _held = miner.locks.hold(&key).await;
    let known = miner.index.pending(&key)?;
    if known.is_some_and(|known| known.deal == pending.deal) {
        return Ok(());
    }
    let noted = miner.on_disk(move |index| match known {
        Some(_) => index.set_deal(&key, pending.deal.unwrap_or_default()).map(|_| ()),
        None => index.add_pending(&pending),
    });
    Ok(noted.await??)
}
