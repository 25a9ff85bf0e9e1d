//! Clearing slots that are over: frees their bond on chain, then their bytes on disk.

use std::{
    collections::{btree_map::Entry, BTreeMap, BTreeSet},
    sync::{
        atomic::{AtomicU32, Ordering},
        Arc, Mutex, PoisonError,
    },
};

use idlewild_chain_client::{Call, Clearing};
use idlewild_storage::{index_error::PurgeError, prover, records::HeldSlot};
use idlewild_storage_primitives::{
    deal::Slot,
    limits,
    sum_range::Leaf,
    view::{DealView, MinerStatus},
    DealId, SlotIndex,
};

use super::{mend, Miner, Moment, RoleError};

/// Most leaves in one transaction: the chain's own bound.
const BATCH: usize = limits::MAX_CLEARED as usize;
/// Blocks between two looks: nothing here is urgent.
const EVERY: u32 = 10;
/// Leaves that each look goes through, whatever the events say.
const WALK: u32 = 64;

/// Deals of which an event says that this miner may not answer for a slot of theirs any more, and how far the range was looked
/// through for others.
#[derive(Debug, Default)]
pub(crate) struct Doubts {
    deals: Mutex<BTreeSet<DealId>>,
    next: AtomicU32,
}

impl Doubts {
    /// Notes a deal to look at.
    pub(crate) fn add(&self, deal: DealId) {
        self.deals.lock().unwrap_or_else(PoisonError::into_inner).insert(deal);
    }

    fn all(&self) -> Vec<DealId> {
        self.deals.lock().unwrap_or_else(PoisonError::into_inner).iter().copied().collect()
    }

    fn settle(&self, deals: &[DealId]) {
        let mut doubts = self.deals.lock().unwrap_or_else(PoisonError::into_inner);
        deals.iter().for_each(|deal| {
            doubts.remove(deal);
        });
    }

    /// The next leaves of a range of so many to look at.
    fn walk(&self, leaves: u32) -> std::ops::Range<u32> {
        let first = self.next.load(Ordering::Relaxed);
        let first = if first >= leaves { 0 } else { first };
        let end = first.saturating_add(WALK).min(leaves);
        self.next.store(end, Ordering::Relaxed);
        first..end
    }
}

/// Clears what is over, and drops bytes that nothing needs.
pub async fn step(miner: Arc<Miner>, moment: Moment) -> Result<(), RoleError> {
    if moment.block % EVERY != miner.id % EVERY || !miner.is_in_step() {
        return Ok(());
    }
    clear_leaves(&miner).await?;
    drop_waiting(&miner, moment).await?;
    drop_cleared(&miner, moment).await
}

async fn clear_leaves(miner: &Arc<Miner>) -> Result<(), RoleError> {
    // There is no bond any more that would come free, and the chain refuses it for good.
    if miner.record().status == MinerStatus::Failed {
        return Ok(());
    }
    let doubts = miner.doubts.all();
    let over = over(miner, &doubts).await?;
    let over: Vec<(u32, Leaf)> = over.into_iter().collect();
    if !over.is_empty() && !is_up_to_date(miner).await? {
        return Ok(());
    }
    if let Some(batch) = over.chunks(BATCH).next() {
        send(miner, batch).await?;
    }
    // What did not fit into the transaction is still in doubt.
    if over.len() <= BATCH {
        miner.doubts.settle(&doubts);
    }
    Ok(())
}

async fn send(miner: &Arc<Miner>, batch: &[(u32, Leaf)]) -> Result<(), RoleError> {
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

/// The leaves that are over, among those in doubt and the next ones of the range. Those that are not, and whose files are gone,
/// are rebuilt.
async fn over(miner: &Arc<Miner>, doubts: &[DealId]) -> Result<BTreeMap<u32, Leaf>, RoleError> {
    let doubts = doubts.to_vec();
    let range = miner.doubts.walk(miner.index.with_tree(|tree| tree.leaves()));
    let found = miner.on_disk(move |index| {
        let mut found: BTreeMap<u32, HeldSlot> = BTreeMap::new();
        for deal in doubts {
            found.extend(index.slots_of_deal(deal)?);
        }
        for place in range {
            found.extend(index.held(place)?.map(|held| (place, held)));
        }
        Ok::<_, RoleError>(found)
    });
    let mut deals: BTreeMap<DealId, Option<DealView>> = BTreeMap::new();
    let mut over = BTreeMap::new();
    for (place, held) in found.await?? {
        if held.cleared.is_some() {
            continue;
        }
        let leaf = held.leaf;
        if let Entry::Vacant(unknown) = deals.entry(leaf.deal) {
            unknown.insert(miner.chain.deal(leaf.deal).await?);
        }
        match deals.get(&leaf.deal).and_then(Option::as_ref).filter(|deal| is_held(miner, deal, leaf.slot)) {
            None => {
                over.insert(place, leaf);
            },
            Some(deal) if !miner.store.contains(&held.key).await? && miner.store.is_there().await => {
                mend::spawn(miner, deal.clone(), leaf.slot);
            },
            Some(_) => {},
        }
    }
    Ok(over)
}

fn is_held(miner: &Arc<Miner>, deal: &DealView, slot: SlotIndex) -> bool {
    deal.slots.get(usize::from(slot)).and_then(|view| Slot::holder(&view.slot)) == Some(miner.id)
}

/// Whether the node has every block that was taken in here. Where an address has several nodes behind it, one that lags may answer,
/// and to it a deal that it does not know yet looks like one that is over.
async fn is_up_to_date(miner: &Arc<Miner>) -> Result<bool, RoleError> {
    let last = miner.moment().block;
    let known = miner.chain.finalized_head(last).await?.is_some();
    if !known {
        tracing::debug!(block = last, "the node does not know the last block: what it says to be over may only begin");
    }
    Ok(known)
}

/// Whether a deal may still want a slot from this miner, which has not appended it: the slot is this miner's, or open, and then
/// a repair may be under way.
async fn may_be_needed(miner: &Arc<Miner>, id: DealId, slot: SlotIndex) -> Result<bool, RoleError> {
    let Some(deal) = miner.chain.deal(id).await? else { return Ok(false) };
    let view = deal.slots.get(usize::from(slot));
    Ok(view.is_some_and(|view| view.slot.holder() == Some(miner.id) || view.is_open()))
}

/// Drops shards that wait for a deal in vain.
async fn drop_waiting(miner: &Arc<Miner>, moment: Moment) -> Result<(), RoleError> {
    for pending in miner.index.expired(moment.block)? {
        if miner.drop_pending(&pending).await? {
            tracing::info!(root = %pending.key, "no deal asked for this shard in time: dropped");
        }
    }
    for pending in miner.index.all_pending()? {
        let Some(deal) = pending.deal else { continue };
        if may_be_needed(miner, deal, pending.key.slot).await? {
            continue;
        }
        // Asked again after that: the first answer may have been another node's.
        if !is_up_to_date(miner).await? || may_be_needed(miner, deal, pending.key.slot).await? {
            continue;
        }
        if miner.drop_pending(&pending).await? {
            tracing::info!(deal, slot = pending.key.slot, "the deal needs this shard from here no more: dropped");
        }
    }
    Ok(())
}

/// Drops the bytes of cleared slots. They stay until the range that still has them is no longer challenged.
async fn drop_cleared(miner: &Arc<Miner>, moment: Moment) -> Result<(), RoleError> {
    let Some(view) = miner.chain.owed(miner.id).await?.filter(|view| !view.failed) else { return Ok(()) };
    let last = moment.block.saturating_sub(miner.terms().timing.period.saturating_mul(2));
    let purged = miner.on_disk(move |index| {
        let Ok(sealed) = prover::sealed_version(index, &view.sealed) else { return Ok(Vec::new()) };
        index.forget_before(sealed)?;
        match index.purge(last) {
            Err(PurgeError::StillJournalled { .. }) => Ok(Vec::new()),
            purged => purged.map_err(RoleError::from),
        }
    });
    for key in purged.await?? {
        miner.drop_bytes(&key).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_range_is_looked_through_a_part_at_a_time() {
        let doubts = Doubts::default();
        assert_eq!(doubts.walk(0), 0..0);
        assert_eq!([doubts.walk(100), doubts.walk(100), doubts.walk(100)], [0..64, 64..100, 0..64]);
        assert_eq!(doubts.walk(10), 0..10, "the range was made anew and is shorter");
    }
}
