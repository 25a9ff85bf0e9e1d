//! Making the index anew from the chain, when its file is lost or it can never catch up.
//!
//! The chain keeps only the peaks of what a miner committed to; the leaves below them stand in its events. A node that keeps the
//! state of old blocks still has these. One that does not can only tell which slots the miner answers for now, and that is enough
//! where nothing was ever cleared and all was appended in order. In each case the peaks on chain show whether the outcome is right.

use std::{
    collections::BTreeMap,
    sync::{atomic::Ordering, Arc},
    time::Duration,
};

use futures::{stream, StreamExt};
use idlewild_chain_client::{Event, Head};
use idlewild_storage::{
    range_tree::RangeTree,
    records::{Cursor, RangeChange},
    shard_key::ShardKey,
};
use idlewild_storage_primitives::{sum_range::Leaf, view::OwedView, DealId, SlotIndex};

use super::{append, follow, patience::patiently, shards, Miner, RoleError};

/// Slots read from the chain at a time.
const PAGE: u32 = 256;
/// Blocks after which the operator is told how far it is.
const TELL_EVERY: u32 = 10_000;

/// Pause before an old block is asked for again.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// What happened in blocks, by their numbers.
type Changes = Vec<(u32, Vec<RangeChange>)>;

/// Sees to it that the index knows of the range that the chain has: makes it anew where it knows nothing, or something else.
pub(crate) async fn ensure(miner: &Arc<Miner>, head: &Head) -> Result<(), RoleError> {
    let is_new = miner.index.cursor()?.is_none();
    // Before anything is followed: what is followed then tells which of them are asked for.
    if is_new || !miner.range.adopted.load(Ordering::Relaxed) {
        let adopted = shards::adopt(miner, head.number).await?;
        miner.range.adopted.store(true, Ordering::Relaxed);
        if adopted > 0 {
            tracing::warn!(shards = adopted, "there are shards on disk that the index knows nothing of: keeping them for now");
        }
    }
    let is_lost = miner.range.lost.load(Ordering::Relaxed);
    if is_lost || (is_new && miner.chain.owed(miner.id).await?.is_some_and(|owed| owed.live.leaves > 0)) {
        rebuild(miner, head).await?;
    }
    Ok(())
}

/// Makes the index anew, as of `head`.
async fn rebuild(miner: &Arc<Miner>, head: &Head) -> Result<(), RoleError> {
    let stand = stand(miner).await?;
    if stand == Stand::Known {
        return keep(miner, head).await;
    }
    tracing::warn!("the index of what this miner has committed to is lost: rebuilding it from the chain");
    miner.note_trouble(Some("the index is being rebuilt from the chain".into()));
    let changes = match replay(miner, head).await {
        Ok(changes) => changes,
        Err(replayed) => {
            tracing::warn!(error = %replayed, "the node has not all blocks any more; trying with what it has now");
            match from_state(miner, head).await? {
                Some(changes) => changes,
                None if stand == Stand::Live => return keep(miner, head).await,
                None => return Err(RoleError::Lost(replayed.to_string())),
            }
        },
    };
    let end = Cursor { number: head.number, hash: head.hash };
    miner.on_disk(move |index| index.rebuild(&changes, end)).await??;
    append::note_all(miner).await?;
    settle(miner);
    tell(miner).await
}

/// How the index stands to the range that the chain has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stand {
    /// It has the range as it is now and as it was when the period began.
    Known,
    /// It has the range as it is now, and this period cannot be proven.
    Live,
    /// It has another range.
    Other,
}

async fn stand(miner: &Arc<Miner>) -> Result<Stand, RoleError> {
    let Some(OwedView { live, sealed, .. }) = miner.chain.owed(miner.id).await? else {
        return Err(RoleError::Removed(miner.id));
    };
    Ok(miner.index.with_tree(|tree| match tree.find(&live) == Some(tree.version()) {
        true if sealed.leaves == 0 || tree.find(&sealed).is_some() => Stand::Known,
        true => Stand::Live,
        false => Stand::Other,
    }))
}

/// Goes on with the index as it is: whatever happened in the blocks that the node has forgotten, the range is the one that the
/// chain has. A range that has moved on never comes back to peaks that it had.
async fn keep(miner: &Arc<Miner>, head: &Head) -> Result<(), RoleError> {
    let last = miner.index.cursor()?.map_or(0, |cursor| cursor.number);
    tracing::warn!(from = last, to = head.number, "blocks were left out. Nothing in them changed what this miner committed to");
    append::note_all(miner).await?;
    if last < head.number {
        let end = Cursor { number: head.number, hash: head.hash };
        miner.on_disk(move |index| index.apply(end, &[])).await??;
    }
    settle(miner);
    Ok(())
}

/// The index is in order, as far as anybody knows.
fn settle(miner: &Miner) {
    miner.range.lost.store(false, Ordering::Relaxed);
    miner.range.strange.store(0, Ordering::Relaxed);
    // No event told of slots that were assigned in blocks that were left out.
    miner.walks.appended.store(0, Ordering::Relaxed);
    miner.search.begin_anew();
}

/// Says what is there, and what is not.
async fn tell(miner: &Arc<Miner>) -> Result<(), RoleError> {
    let (mut held, mut gone) = (0u32, 0u32);
    for (_, slot) in miner.index.all_held()?.into_iter().filter(|(_, slot)| slot.cleared.is_none()) {
        held = held.saturating_add(1);
        if !miner.store.contains(&slot.key).await? {
            gone = gone.saturating_add(1);
        }
    }
    tracing::info!(slots = held, "the index is rebuilt");
    if gone > 0 {
        tracing::error!("{gone} of {held} shards that this miner answers for are not on disk. If a disk is not mounted, stop the \
            worker and mount it. They are rebuilt from others' shards, one after the other; one that cannot be is declared lost \
            when it is to be proven, which costs two bounties");
    }
    Ok(())
}

/// Reads every event since the miner was registered.
async fn replay(miner: &Arc<Miner>, head: &Head) -> Result<Changes, RoleError> {
    let first = registered(miner, head).await?;
    let chain = &miner.chain;
    let asked = stream::iter(first..=head.number)
        .map(|number| async move { (number, patiently(FIRST_PAUSE, || chain.finalized_head(number)).await) });
    let mut blocks = Box::pin(asked.buffered(follow::AHEAD));
    let (mut seen, mut cleared) = (Vec::new(), BTreeMap::new());
    while let Some((number, block)) = blocks.next().await {
        let Head { hash, events, .. } = block?.ok_or(RoleError::MissingBlock(number))?;
        for event in events {
            match event {
                Event::Appended { miner: of, .. } | Event::Repaired { miner: of, .. } if of == miner.id => {},
                Event::Cleared { miner: of, index, .. } | Event::Lost { miner: of, index, .. } if of == miner.id => {
                    cleared.insert(index, number);
                },
                _ => continue,
            }
            seen.push((number, hash, event));
        }
        if number % TELL_EVERY == 0 {
            tracing::info!(block = number, of = head.number, "reading old blocks");
        }
    }
    drop(blocks);
    let lately = head.number.saturating_sub(miner.terms().timing.period.saturating_mul(2));
    let mut found = Changes::new();
    for (number, hash, event) in seen {
        let change = match event {
            Event::Appended { deal, slot, index, .. } | Event::Repaired { deal, slot, index, .. } => {
                let gone = cleared.get(&index).copied();
                slot_as_appended(miner, hash, (deal, slot), index, gone, lately).await?
            },
            Event::Cleared { index, .. } | Event::Lost { index, .. } => RangeChange::Clear { index },
            _ => continue,
        };
        match found.last_mut().filter(|(block, _)| *block == number) {
            Some((_, changes)) => changes.push(change),
            None => found.push((number, vec![change])),
        }
    }
    // Events are complete or missing; blocks may have come while they were read.
    match leads_to(miner, &found).await? {
        Fit::Whole | Fit::Behind => Ok(found),
        Fit::Wrong => Err(RoleError::Lost("what old blocks tell does not lead to the range that the chain has".into())),
    }
}

/// A slot as it was appended. What one was that is cleared by now does not matter, unless that was lately: its deal may be
/// forgotten, and no proof asks for it.
async fn slot_as_appended(
    miner: &Arc<Miner>,
    block: [u8; 32],
    (deal, slot): (DealId, SlotIndex),
    index: u32,
    cleared: Option<u32>,
    lately: u32,
) -> Result<RangeChange, RoleError> {
    let root = [0; 32];
    let leaf = Leaf { deal, copy: 0, slot, root, count: 1 };
    let forgotten = RangeChange::Append { index, leaf, key: ShardKey { root, salt: [0; 16], slot }, length: 1 };
    if cleared.is_some_and(|cleared| cleared < lately) {
        return Ok(forgotten);
    }
    // One answer that got lost must not let years of blocks begin anew.
    let appended = patiently(FIRST_PAUSE, || async {
        match follow::appended(miner, block, deal, slot, index).await {
            Err(RoleError::Read(error)) => Err(error),
            told => Ok(told),
        }
    });
    match appended.await? {
        Err(RoleError::UnknownSlot { .. }) if cleared.is_some() => Ok(forgotten),
        change => change,
    }
}

/// The first block after which the miner was there.
async fn registered(miner: &Arc<Miner>, head: &Head) -> Result<u32, RoleError> {
    let (mut low, mut high) = (1, head.number);
    while low < high {
        let middle = low.midpoint(high);
        match miner.chain.miner_at(miner.id, middle).await? {
            Some(_) => high = middle,
            None => low = middle.saturating_add(1),
        }
    }
    Ok(low)
}

/// The slots that the miner answers for now, in the order in which they are appended where nothing comes in between.
async fn from_state(miner: &Arc<Miner>, head: &Head) -> Result<Option<Changes>, RoleError> {
    let mut changes = Vec::new();
    let mut after = None;
    loop {
        let page = miner.chain.slots_of(miner.id, after, PAGE).await?;
        for (id, slot, _) in page.slots.iter().filter(|(_, _, view)| view.slot.earning().is_some()) {
            let Some(deal) = miner.chain.deal(*id).await? else { continue };
            let index = u32::try_from(changes.len()).unwrap_or(u32::MAX);
            changes.extend(follow::append_of(&deal, *slot, index));
        }
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let changes = vec![(head.number, changes)];
    Ok(matches!(leads_to(miner, &changes).await?, Fit::Whole).then_some(changes))
}

/// Whether a range is the one that the chain has.
enum Fit {
    /// It is, or was when the period began.
    Whole,
    /// It has fewer leaves than the chain's.
    Behind,
    /// It is another one.
    Wrong,
}

/// Whether changes lead to the range that the chain has.
async fn leads_to(miner: &Arc<Miner>, blocks: &Changes) -> Result<Fit, RoleError> {
    let Some(OwedView { live, sealed, .. }) = miner.chain.owed(miner.id).await? else {
        return Err(RoleError::Removed(miner.id));
    };
    let mut tree = RangeTree::default();
    for change in blocks.iter().flat_map(|(_, changes)| changes) {
        let made = match change {
            RangeChange::Append { index, leaf, .. } => *index == tree.leaves() && tree.append(leaf.node()).is_ok(),
            RangeChange::Clear { index } => tree.clear(*index).is_ok(),
        };
        if !made {
            return Ok(Fit::Wrong);
        }
    }
    let whole = tree.find(&live).is_some() || (sealed.leaves > 0 && tree.find(&sealed).is_some());
    Ok(match whole {
        true => Fit::Whole,
        false if live.leaves > tree.leaves() => Fit::Behind,
        false => Fit::Wrong,
    })
}
