//! Proving each period, and admitting what is lost for good.

use std::sync::Arc;

use idlewild_chain_client::Call;
use idlewild_storage::prover::{self, Owed, OwedError};
use idlewild_storage_primitives::{proof::ChunkProof, view::OwedView, Clock, CHALLENGES};

use super::{rebuild, Miner, Moment, RoleError};

/// Proves the current period, once its seed is drawn.
pub async fn step(miner: Arc<Miner>, moment: Moment) -> Result<(), RoleError> {
    let Some(view) = miner.chain.owed(miner.id).await? else { return Ok(()) };
    let Some(seed) = view.seed.filter(|_| !view.proven && !view.failed && view.sealed.total() > 0) else { return Ok(()) };
    let owed = match prover::owed(&miner.index, &view.sealed, &seed, miner.id, CHALLENGES) {
        Ok(owed) => owed,
        // The chain was asked at a block that is not taken in yet: the next one will do.
        Err(OwedError::UnknownSeal) => {
            tracing::debug!(period = view.period, "the sealed range is not known here yet");
            return Ok(());
        },
        Err(error) => return Err(error.into()),
    };
    let mut proofs = Vec::with_capacity(owed.len());
    for challenged in &owed {
        match prove_one(&miner, challenged).await? {
            Some(proof) => proofs.push(proof),
            // Others that it can be rebuilt from may only be away for a moment, and admitting a loss is final.
            None if moment.clock < last_quarter(&view) => return Ok(()),
            None => return declare_lost(&miner, challenged).await,
        }
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
        Err(error) => Err(error.into()),
    }
}

/// When the last quarter of a period begins.
fn last_quarter(view: &OwedView) -> Clock {
    let quarter = view.ends.saturating_sub(view.started) / 4;
    view.ends.saturating_sub(quarter)
}

/// Proves one chunk; `None` where its shard is lost for good.
async fn prove_one(miner: &Arc<Miner>, owed: &Owed) -> Result<Option<ChunkProof>, RoleError> {
    match miner.store.read(&owed.held.key).await {
        Ok(bytes) => match prover::prove(owed, &bytes) {
            Ok(proof) => return Ok(Some(proof)),
            Err(error) => tracing::error!(deal = owed.held.leaf.deal, slot = owed.held.leaf.slot, %error, "a shard is damaged"),
        },
        Err(error) => {
            tracing::error!(deal = owed.held.leaf.deal, slot = owed.held.leaf.slot, %error, "a shard cannot be read");
        },
    }
    let leaf = owed.held.leaf;
    let Some(deal) = miner.chain.deal(leaf.deal).await? else { return Ok(None) };
    match rebuild::rebuild(miner, &deal, leaf.slot).await {
        Ok(bytes) => {
            // What is damaged must go first: a store never overwrites.
            miner.store.delete(&owed.held.key).await?;
            miner.store.put(owed.held.key, bytes.clone()).await?;
            tracing::info!(deal = leaf.deal, slot = leaf.slot, "the shard is rebuilt from the others");
            Ok(Some(prover::prove(owed, &bytes)?))
        },
        Err(error) => {
            tracing::error!(deal = leaf.deal, slot = leaf.slot, %error, "the shard cannot be rebuilt");
            Ok(None)
        },
    }
}

/// Admits a lost shard, which costs less than being caught.
async fn declare_lost(miner: &Arc<Miner>, owed: &Owed) -> Result<(), RoleError> {
    let leaf = owed.held.leaf;
    let Some((index, _)) = miner.index.slot(leaf.deal, leaf.slot)? else { return Ok(()) };
    let Some(path) = miner.index.with_tree(|tree| tree.view().path(index)) else { return Ok(()) };
    let call = Call::DeclareLost { miner: miner.id, deal: leaf.deal, slot: leaf.slot, index, path };
    match miner.submitter.submit_again(call).await {
        Ok(outcome) => {
            tracing::warn!(deal = leaf.deal, slot = leaf.slot, block = outcome.block, "declared a shard lost");
            Ok(())
        },
        // The deal is over, or somebody else holds the slot by now: nothing is left to declare.
        Err(error) if error.is("Slots", "NotHolder") || error.is("Deals", "DealOver") || error.is("Deals", "NoSuchDeal") => Ok(()),
        Err(error) => Err(error.into()),
    }
}
