//! The bond for claims: put up as soon as the account can.

use std::{sync::Arc, time::Duration};

use idlewild_capacity_primitives::Balance;
use idlewild_chain_client::{coins::show_coins, Call, CapacityClient, ReadError, SubmitError, Submitter};
use tokio_util::sync::CancellationToken;

use crate::pause::rest;

/// Pause before the account is looked at again.
const AGAIN: Duration = Duration::from_secs(6);

/// Puts up what is missing of a bond, until it stands or `stop` comes.
pub async fn ensure(chain: Arc<dyn CapacityClient>, submitter: Arc<Submitter>, wanted: Balance, stop: CancellationToken) {
    let mut told = String::new();
    loop {
        let ensured = tokio::select! {
            () = stop.cancelled() => return,
            ensured = ensure_now(&chain, &submitter, wanted) => ensured,
        };
        match ensured {
            Ok(()) => return,
            Err(error) => {
                let words = error.to_string();
                if words != told {
                    tracing::warn!("the bond of {} for capacity is not up yet: {words}", show_coins(wanted));
                    told = words;
                }
            },
        }
        if !rest(AGAIN, &stop).await {
            return;
        }
    }
}

/// Why the bond is not up.
#[derive(Debug, thiserror::Error)]
enum BondError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Submit(#[from] SubmitError),
}

async fn ensure_now(chain: &Arc<dyn CapacityClient>, submitter: &Submitter, wanted: Balance) -> Result<(), BondError> {
    let there = chain.capacity_bond(submitter.account()).await?.map_or(0, |(bond, _)| bond);
    let missing = wanted.saturating_sub(there);
    if missing == 0 {
        return Ok(());
    }
    // Once only: where its fate is unknown, the next look tells.
    let outcome = submitter.submit(Call::BondCapacity { amount: missing }).await?;
    tracing::info!(block = outcome.block, "a bond of {} stands for claims of rounds", show_coins(wanted));
    Ok(())
}
