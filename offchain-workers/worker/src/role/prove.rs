//! Proving each period, and admitting what is lost for good.

use std::{
    collections::BTreeSet,
    sync::{atomic::Ordering, Arc, Mutex, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use idlewild_chain_client::{Call, SubmitError};
use idlewild_storage::{
    prover::{self, Owed, OwedError, ProveError},
    records::HeldSlot,
    store_error::ReadError,
};
use idlewild_storage_primitives::{proof::ChunkProof, view::OwedView, Clock, Period, CHALLENGES};

use super::{
    mend::{self, Tried},
    Miner, Moment, RoleError,
};

/// How long a final block may take to be taken in.
const TAKE_IN: Duration = Duration::from_secs(60);
/// Blocks in a row at which the chain's range may be none of the index's, before that is more than a block in between.
const STRANGE: u32 = 10;
/// Times that a period's proof is refused before it is not sent again in that period.
const REFUSALS: u32 = 3;
/// Shards that are declared lost with one block.
const LOST_AT_ONCE: usize = 4;

/// Proves the current period, once its seed is drawn.
pub async fn step(miner: Arc<Miner>, moment: Moment) -> Result<(), RoleError> {
    let Some(view) = miner.chain.owed(miner.id).await? else { return Ok(()) };
    let Some(seed) = view.seed.filter(|_| !view.proven && !view.failed && view.sealed.total() > 0) else { return Ok(()) };
    if miner.range.refusals.of(view.period) >= REFUSALS {
        return Ok(());
    }
    let owed = match prover::owed(&miner.index, &view.sealed, &seed, miner.id, CHALLENGES) {
        Ok(owed) => owed,
        // The chain was asked at a block that is not taken in yet: the next one will do.
        Err(OwedError::UnknownSeal) => {
            note_strange(&miner, &view);
            return Ok(());
        },
        Err(error) => return Err(error.into()),
    };
    miner.range.strange.store(0, Ordering::Relaxed);
    let mut proofs = Vec::with_capacity(owed.len());
    let mut lost = Vec::new();
    for challenged in owed {
        match prove_one(&miner, challenged).await? {
            Found::Proof(proof) => proofs.push(*proof),
            Found::Lost(held) => lost.push(held),
            Found::Unreadable(reason) => {
                warn_once(&miner, &view, &reason);
                return Ok(());
            },
        }
    }
    if let Some(held) = lost.first() {
        let leaf = held.leaf;
        warn_once(&miner, &view, &format!("slot {} of deal {} is lost, and cannot be rebuilt", leaf.slot, leaf.deal));
        // Others that it can be rebuilt from may only be away for a moment, and admitting a loss is final.
        // It changes the range, too.
        if moment.clock >= last_quarter(&view) && miner.is_in_step() {
            declare_lost(&miner, &lost).await?;
        }
        return Ok(());
    }
    let call = Call::Prove { miner: miner.id, period: view.period, proofs };
    match miner.submitter.submit_again(call).await {
        Ok(outcome) => {
            miner.metrics.proven();
            tracing::info!(period = view.period, chunks = view.sealed.total(), block = outcome.block, "proven");
            Ok(())
        },
        // Sent twice because the first answer was lost: the period is proven either way.
        Err(error) if error.is("Proofs", "AlreadyProven") => Ok(()),
        Err(error @ SubmitError::Refused { .. }) => {
            let refused = miner.range.refusals.count(view.period);
            match refused < REFUSALS {
                true => tracing::warn!(period = view.period, refused, %error, "the chain refused a proof; trying again"),
                false => {
                    tracing::error!(period = view.period, refused, %error, "the chain refuses this period's proofs. Each costs \
                    a fee, so no more are sent before the next period. Is the worker as new as the chain?")
                },
            }
            Ok(())
        },
        Err(error) => Err(error.into()),
    }
}

/// How often the chain refused the proofs of a period, which is numbered from one.
#[derive(Debug, Default)]
pub(crate) struct Refusals(Mutex<(u64, u32)>);

impl Refusals {
    fn of(&self, period: Period) -> u32 {
        let (of, count) = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if of == u64::from(period).saturating_add(1) {
            count
        } else {
            0
        }
    }

    /// Counts one more, and tells how many there were.
    fn count(&self, period: Period) -> u32 {
        let count = self.of(period).saturating_add(1);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (u64::from(period).saturating_add(1), count);
        count
    }
}

/// Says once in each period that it cannot be proven as things are.
fn warn_once(miner: &Miner, view: &OwedView, reason: &str) {
    // Numbered from one, so that period 0 is told of too.
    let told = view.period.saturating_add(1);
    if miner.range.told.swap(told, Ordering::Relaxed) != told {
        let left = view.ends.saturating_sub(miner.moment().clock);
        tracing::error!(period = view.period, blocks_left = left, "this period cannot be proven: {reason}");
    }
}

/// Counts how long the chain's range has been none that the index knows of. After some blocks the index must be made anew.
fn note_strange(miner: &Miner, view: &OwedView) {
    let strange = miner.range.strange.fetch_add(1, Ordering::Relaxed).saturating_add(1);
    if strange < STRANGE {
        tracing::debug!(period = view.period, "the sealed range is not known here yet");
        return;
    }
    warn_once(miner, view, "the range that the chain sealed is none that this worker's index knows of");
    // Not again and again: what came of it once comes of it the next time.
    if miner.range.rebuilt.swap(view.period.saturating_add(1), Ordering::Relaxed) != view.period.saturating_add(1) {
        miner.range.lost.store(true, Ordering::Relaxed);
    }
}

/// When the last quarter of a period begins.
fn last_quarter(view: &OwedView) -> Clock {
    let quarter = view.ends.saturating_sub(view.started) / 4;
    view.ends.saturating_sub(quarter)
}

/// What came of a challenged chunk.
enum Found {
    Proof(Box<ChunkProof>),
    /// The shard is gone, or has other bytes, and cannot be rebuilt now.
    Lost(HeldSlot),
    /// The disk cannot be read, which says nothing about the shard.
    Unreadable(String),
}

async fn prove_one(miner: &Arc<Miner>, owed: Owed) -> Result<Found, RoleError> {
    let held = owed.held;
    let leaf = held.leaf;
    let owed = match miner.read_shard(&held.key).await {
        Ok(bytes) => match compute(owed, bytes).await? {
            (_, Ok(proof)) => return Ok(Found::Proof(Box::new(proof))),
            (owed, Err(error)) => {
                tracing::warn!(deal = leaf.deal, slot = leaf.slot, %error, "a shard is damaged");
                owed
            },
        },
        Err(ReadError::NotFound(_) | ReadError::CutShort { .. }) if miner.store.is_there().await => {
            tracing::warn!(deal = leaf.deal, slot = leaf.slot, "a shard is not on disk");
            owed
        },
        // Whatever is the matter with the disk, the shard may still be there. What others have does for this once.
        Err(error) => {
            let reason = format!("the shard of slot {} of deal {} cannot be read: {error}", leaf.slot, leaf.deal);
            return Ok(match rebuilt(miner, owed).await? {
                Found::Lost(_) => Found::Unreadable(reason),
                found => found,
            });
        },
    };
    rebuilt(miner, owed).await
}

/// Proves a chunk of a shard that is rebuilt from the others, if it can be.
async fn rebuilt(miner: &Arc<Miner>, owed: Owed) -> Result<Found, RoleError> {
    let held = owed.held;
    let Some(deal) = miner.chain.deal(held.leaf.deal).await? else { return Ok(Found::Lost(held)) };
    match mend::try_now(miner, &deal, held.leaf.slot).await {
        Tried::Mended(bytes) => {
            let (_, proof) = compute(owed, bytes).await?;
            Ok(Found::Proof(Box::new(proof?)))
        },
        Tried::Failed => Ok(Found::Lost(held)),
        Tried::UnderWay => Ok(Found::Unreadable("a shard is still being rebuilt from the others".into())),
    }
}

/// Hashes a whole shard, on a thread that may be kept busy.
async fn compute(owed: Owed, bytes: Bytes) -> Result<(Owed, Result<ChunkProof, ProveError>), RoleError> {
    let hashed = tokio::task::spawn_blocking(move || {
        let proof = prover::prove(&owed, &bytes);
        (owed, proof)
    });
    hashed.await.map_err(|_| RoleError::Broken)
}

/// Admits lost shards, which costs less than being caught again.
async fn declare_lost(miner: &Arc<Miner>, lost: &[HeldSlot]) -> Result<(), RoleError> {
    let mut declared = BTreeSet::new();
    for held in lost {
        let leaf = held.leaf;
        if declared.len() == LOST_AT_ONCE || !declared.insert((leaf.deal, leaf.slot)) {
            continue;
        }
        let Some((index, _)) = miner.index.slot(leaf.deal, leaf.slot)? else { continue };
        // The path is the one of this moment: what was declared before this one has to be taken in first.
        let Some(path) = miner.index.with_tree(|tree| tree.view().path(index)) else { continue };
        let call = Call::DeclareLost { miner: miner.id, deal: leaf.deal, slot: leaf.slot, index, path };
        match miner.submitter.submit_again(call).await {
            Ok(outcome) => {
                tracing::warn!(deal = leaf.deal, slot = leaf.slot, block = outcome.block, "declared a shard lost");
                wait_for(miner, outcome.block).await;
            },
            // The deal is over, or somebody else holds the slot by now: nothing is left to declare.
            Err(error)
                if error.is("Slots", "NotHolder") || error.is("Deals", "DealOver") || error.is("Deals", "NoSuchDeal") => {},
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Waits until a block is taken in.
async fn wait_for(miner: &Arc<Miner>, block: u32) {
    let mut moments = miner.moments();
    // It fails only where the miner is gone, which this keeps.
    let _ = tokio::time::timeout(TAKE_IN, moments.wait_for(|moment| moment.block >= block)).await;
}
