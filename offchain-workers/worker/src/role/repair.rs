//! Repairing what others lost: claim, rebuild, store, complete.
//!
//! The chain keeps the claims, so that a worker which was killed, or could not fetch enough shards, finds them again and goes on
//! for as long as they last.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use futures::future::join_all;
use idlewild_chain_client::{Call, SubmitError};
use idlewild_storage::records::Pending;
use idlewild_storage_primitives::{
    admission, geometry,
    limits::MAX_CLAIMS,
    terms::Load,
    view::{ClaimView, DealView, MinerStatus, RepairableView},
    Clock, DealId, SlotIndex,
};

use super::{rebuild, rebuild::RebuildError, Miner, Moment, RoleError};

const PAGE: u32 = 64;
/// Repairs under way at the same time; their shards are in memory.
const AT_ONCE: usize = 4;
/// Openings of which it is kept in mind when to try them again.
const KEPT: usize = 4096;

/// An opening of a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Opening {
    deal: DealId,
    slot: SlotIndex,
    opened: Clock,
}

impl From<&RepairableView> for Opening {
    fn from(view: &RepairableView) -> Self {
        Self { deal: view.deal, slot: view.slot, opened: view.opened }
    }
}

impl From<&ClaimView> for Opening {
    fn from(view: &ClaimView) -> Self {
        Self { deal: view.deal, slot: view.slot, opened: view.opened }
    }
}

/// When to try openings again that did not work out.
#[derive(Debug, Default)]
pub(crate) struct Attempts(Mutex<HashMap<Opening, Option<u32>>>);

impl Attempts {
    fn may_try(&self, opening: &Opening, block: u32) -> bool {
        let waits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waits.get(opening).is_none_or(|until| until.is_some_and(|until| until <= block))
    }

    /// Notes in which block to try again, or that it is of no use.
    fn wait(&self, opening: Opening, until: Option<u32>, block: u32) {
        let mut waits = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if waits.len() >= KEPT {
            waits.retain(|_, until| until.is_some_and(|until| until > block));
        }
        if waits.len() >= KEPT {
            waits.clear();
        }
        waits.insert(opening, until);
    }
}

/// How a repair went.
enum Outcome {
    /// It is over, whoever did it.
    Done,
    /// It may work later.
    Later,
    /// This miner will never repair this opening.
    Never,
}

/// Goes on with what was claimed, and claims open slots for which it is this miner's turn.
pub async fn step(miner: Arc<Miner>, moment: Moment) -> Result<(), RoleError> {
    if !miner.config.repair || miner.record().status != MinerStatus::Active || !miner.is_in_step() {
        return Ok(());
    }
    let claims = miner.chain.claims_of(miner.id).await?;
    let running = claims.iter().filter(|claim| claim.until >= moment.clock);
    let claimed: Vec<Opening> = running.map(Opening::from).collect();
    let due = claimed.iter().filter(|opening| miner.attempts.may_try(opening, moment.block)).take(AT_ONCE);
    let mut work: Vec<(Opening, bool)> = due.map(|opening| (*opening, true)).collect();
    let room = AT_ONCE.saturating_sub(work.len()).min((MAX_CLAIMS as usize).saturating_sub(claims.len()));
    for opening in find(&miner, moment, room, &claimed).await? {
        work.push((opening, false));
    }
    join_all(work.into_iter().map(|(opening, claimed)| attempt(&miner, opening, claimed, moment))).await;
    Ok(())
}

/// At most `room` open slots that this miner may claim now.
async fn find(miner: &Arc<Miner>, moment: Moment, room: usize, claimed: &[Opening]) -> Result<Vec<Opening>, RoleError> {
    let mut found = Vec::new();
    if room == 0 {
        return Ok(found);
    }
    // What is chosen now takes its room before the chain's record says so.
    let mut taken = Taken::default();
    let mut step = miner.walks.repair.begin();
    while let Some(after) = step.next() {
        let page = miner.chain.repairable(after, PAGE).await?;
        for slot in &page.slots {
            let opening = Opening::from(slot);
            if claimed.contains(&opening)
                || !miner.attempts.may_try(&opening, moment.block)
                || !is_my_turn(miner, slot, moment)
                || leaves_to_others(miner, slot, &found, claimed, moment).await?
                || !taken.fits(miner, slot.shard_len)
            {
                continue;
            }
            found.push(opening);
            // The next block goes on with this page, which has what was not chosen.
            if found.len() == room {
                return Ok(found);
            }
        }
        step.done(page.next);
    }
    Ok(found)
}

/// Room that repairs take which the chain has not counted yet.
#[derive(Default)]
struct Taken {
    bytes: u64,
    bond: u128,
}

impl Taken {
    /// Whether a shard fits into the miner's capacity, bond and disk; counts it then.
    fn fits(&mut self, miner: &Arc<Miner>, length: u32) -> bool {
        let record = miner.record();
        let bytes = self.bytes.saturating_add(u64::from(length));
        let bond = self.bond.saturating_add(miner.terms().rates.bond(Load::slot(geometry::chunks(length))));
        let fits = record.capacity.saturating_sub(record.used) >= bytes
            && record.bond.saturating_sub(record.required) >= bond
            && miner.has_disk_for(bytes);
        if fits {
            *self = Self { bytes, bond };
        }
        fits
    }
}

/// Whether the chain would let this miner in. A full miner has a weight too, as long as it had one when the epoch began.
fn is_my_turn(miner: &Arc<Miner>, slot: &RepairableView, moment: Moment) -> bool {
    let terms = miner.terms();
    let timing = terms.timing;
    let waited = moment.clock.saturating_sub(slot.opened);
    admission::may_repair(
        slot.deal,
        slot.slot,
        slot.opened,
        miner.id,
        waited,
        timing.rank_window,
        timing.rank_windows,
        miner.record().weight.current,
        terms.total_weight.current,
    )
}

/// Whether this miner has a shard of the copy already, or is about to. Two with one miner are lost together, so for as long again
/// as the rank windows last such a slot is left to miners that have none.
async fn leaves_to_others(
    miner: &Arc<Miner>,
    slot: &RepairableView,
    found: &[Opening],
    claimed: &[Opening],
    moment: Moment,
) -> Result<bool, RoleError> {
    let timing = miner.terms().timing;
    let windows = timing.rank_window.saturating_mul(timing.rank_windows);
    if moment.clock.saturating_sub(slot.opened) >= windows.saturating_mul(2) {
        return Ok(false);
    }
    let Some(deal) = miner.chain.deal(slot.deal).await? else { return Ok(true) };
    let copy_of = |slot: SlotIndex| deal.geometry.locate(slot).map(|(copy, _)| copy);
    let about_to =
        found.iter().chain(claimed).any(|other| other.deal == slot.deal && copy_of(other.slot) == copy_of(slot.slot));
    let has_one = (0u8..).zip(&deal.slots).any(|(other, view)| {
        other != slot.slot && copy_of(other) == copy_of(slot.slot) && !view.failed && view.slot.holder() == Some(miner.id)
    });
    Ok(about_to || has_one)
}

async fn attempt(miner: &Arc<Miner>, opening: Opening, claimed: bool, moment: Moment) {
    let Opening { deal, slot, .. } = opening;
    let outcome = async {
        match claimed || claim(miner, opening).await? {
            true => finish(miner, opening).await,
            // It tried this opening before, and its claim has lapsed: the chain lets each miner try once.
            false => Ok(Outcome::Never),
        }
    };
    let timing = miner.terms().timing;
    let until = match outcome.await {
        Ok(Outcome::Done) => return,
        Ok(Outcome::Never) => None,
        // Several times within the life of a claim.
        Ok(Outcome::Later) => Some(moment.block.saturating_add((timing.claim / 8).max(1))),
        // Somebody was quicker, or the rules say no for now.
        Err(RoleError::Submit(refused @ SubmitError::Refused { .. })) => {
            tracing::debug!(deal, slot, error = %refused, "not ours to repair now");
            Some(moment.block.saturating_add(timing.rank_window.max(2)))
        },
        Err(error) => {
            tracing::warn!(deal, slot, %error, "a repair was interrupted; it goes on later");
            Some(moment.block.saturating_add(1))
        },
    };
    miner.attempts.wait(opening, until, moment.block);
}

/// Claims a slot; `false` where this miner may not any more.
async fn claim(miner: &Arc<Miner>, opening: Opening) -> Result<bool, RoleError> {
    let Opening { deal, slot, .. } = opening;
    match miner.submitter.submit_again(Call::ClaimRepair { miner: miner.id, deal, slot }).await {
        Ok(_) => {
            tracing::info!(deal, slot, "claimed a lost shard's slot");
            Ok(true)
        },
        // Sent twice because the first answer was lost, or before this worker was killed.
        Err(error) if error.is("Repair", "Barred") => {
            let claims = miner.chain.claims_of(miner.id).await?;
            Ok(claims.iter().any(|claim| Opening::from(claim) == opening))
        },
        Err(error) => Err(error.into()),
    }
}

async fn finish(miner: &Arc<Miner>, opening: Opening) -> Result<Outcome, RoleError> {
    let Opening { deal: id, slot, .. } = opening;
    let Some(deal) = miner.chain.deal(id).await? else { return Ok(Outcome::Never) };
    if !deal.slots.get(usize::from(slot)).is_some_and(|view| view.is_open()) {
        return Ok(Outcome::Never);
    }
    let Some(key) = Miner::shard_key(&deal, slot) else { return Ok(Outcome::Never) };
    let bytes = match obtain(miner, &deal, slot).await {
        Ok(bytes) => bytes,
        Err(error @ RebuildError::WrongRoot(_)) => {
            tracing::warn!(deal = id, slot, %error, "a shard can never be rebuilt");
            return Ok(Outcome::Never);
        },
        Err(error) => {
            tracing::warn!(deal = id, slot, %error, "a shard cannot be rebuilt now");
            return Ok(Outcome::Later);
        },
    };
    let (length, owner) = (deal.shard_len, deal.owner);
    let pending = Pending { key, length, owner, valid_until: u32::MAX, deal: Some(id) };
    // A receipt for a shard of the same name is worth as much as before, if this comes to nothing.
    let promised = miner.index.pending(&key)?.filter(|known| known.deal.is_none());
    miner.keep(&pending, bytes).await?;
    // Fetching took its time.
    if !miner.is_in_step() {
        return Ok(Outcome::Later);
    }
    match miner.submitter.submit_again(Call::CompleteRepair { miner: miner.id, deal: id, slot }).await {
        Ok(outcome) => {
            miner.metrics.repaired();
            tracing::info!(deal = id, slot, block = outcome.block, "repaired");
            Ok(Outcome::Done)
        },
        // A completion whose answer was lost makes the next one refused.
        Err(SubmitError::Refused { .. }) if holds(miner, id, slot).await? => Ok(Outcome::Done),
        Err(error @ SubmitError::Refused { .. }) => {
            // Somebody was quicker: the bytes are of no use here, unless they were promised before.
            match (miner.index.pending(&key)?, promised) {
                (Some(_), Some(promised)) => miner.on_disk(move |index| index.add_pending(&promised)).await??,
                (Some(pending), None) => {
                    miner.drop_pending(&pending).await?;
                },
                (None, _) => {},
            }
            Err(error.into())
        },
        // It may yet go through. What becomes of the bytes is decided when the deal shows whose the slot is.
        Err(error) => Err(error.into()),
    }
}

/// The shard, from this disk if it was rebuilt before.
async fn obtain(miner: &Arc<Miner>, deal: &DealView, slot: SlotIndex) -> Result<bytes::Bytes, RebuildError> {
    if let Some(key) = Miner::shard_key(deal, slot) {
        if miner.store.check(&key, deal.shard_len).await.is_ok() {
            if let Ok(bytes) = miner.read_shard(&key).await {
                return Ok(bytes);
            }
        }
    }
    rebuild::rebuild(miner, deal, slot).await
}

async fn holds(miner: &Arc<Miner>, deal: DealId, slot: SlotIndex) -> Result<bool, RoleError> {
    let deal = miner.chain.deal(deal).await?;
    let view = deal.as_ref().and_then(|deal| deal.slots.get(usize::from(slot)));
    Ok(view.is_some_and(|view| view.slot.holder() == Some(miner.id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opening(deal: DealId) -> Opening {
        Opening { deal, slot: 0, opened: 5 }
    }

    #[test]
    fn an_opening_is_tried_again_when_it_is_time_and_another_one_at_once() {
        let attempts = Attempts::default();
        assert!(attempts.may_try(&opening(1), 10));
        attempts.wait(opening(1), Some(13), 10);
        assert!(!attempts.may_try(&opening(1), 12) && attempts.may_try(&opening(1), 13));
        attempts.wait(opening(2), None, 10);
        assert!(!attempts.may_try(&opening(2), u32::MAX), "what is of no use is never tried again");
        assert!(attempts.may_try(&Opening { opened: 6, ..opening(2) }, 10), "a new opening is another one");
    }

    #[test]
    fn what_is_kept_in_mind_is_bounded() {
        let attempts = Attempts::default();
        for deal in 0..3 * KEPT as DealId {
            attempts.wait(opening(deal), None, 10);
        }
        assert!(attempts.0.lock().unwrap().len() <= KEPT);
    }
}
