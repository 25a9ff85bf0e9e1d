//! The bond for claims: put up as soon as the account can.

use std::{sync::Arc, time::Duration};

use idlewild_capacity_primitives::Balance;
use idlewild_chain_client::{coins::show_coins, Call, CapacityClient, ReadError, SubmitError, Submitter};
use tokio_util::sync::CancellationToken;

use crate::{pause::rest, role::register::needed};

/// Pause before the account is looked at again.
const AGAIN: Duration = Duration::from_secs(6);
/// Pause after a transaction whose fate is unknown: longer than it can be carried out, or it might be paid twice.
const UNKNOWN: Duration = Duration::from_secs(20 * 60);

/// Why the bond is not up.
#[derive(Debug, thiserror::Error)]
enum BondError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Submit(#[from] SubmitError),
    #[error("the account has {}, and needs {} with fees, and what it must keep", show_coins(*.free), show_coins(*.needed))]
    Poor { free: Balance, needed: Balance },
}

/// An account as it was when the chain refused its bond: as long as it is the same, the chain would refuse it again, for a fee.
type Refused = (Balance, Balance);

/// Puts up what is missing of a bond, until it stands or `stop` comes.
pub async fn ensure(chain: Arc<dyn CapacityClient>, submitter: Arc<Submitter>, wanted: Balance, stop: CancellationToken) {
    let (mut told, mut refused) = (String::new(), None);
    loop {
        let ensured = tokio::select! {
            () = stop.cancelled() => return,
            ensured = ensure_now(&chain, &submitter, wanted, &mut refused) => ensured,
        };
        let pause = match ensured {
            Ok(true) => return,
            Ok(false) => AGAIN,
            Err(error) => {
                let words = error.to_string();
                if words != told {
                    tracing::warn!("the bond of {} for capacity is not up yet: {words}", show_coins(wanted));
                    told = words;
                }
                match error {
                    BondError::Submit(SubmitError::Rpc(_) | SubmitError::TimedOut(_) | SubmitError::Unknown { .. }) => UNKNOWN,
                    _ => AGAIN,
                }
            },
        };
        if !rest(pause, &stop).await {
            return;
        }
    }
}

/// Returns whether the bond stands.
async fn ensure_now(
    chain: &Arc<dyn CapacityClient>,
    submitter: &Submitter,
    wanted: Balance,
    refused: &mut Option<Refused>,
) -> Result<bool, BondError> {
    let there = chain.capacity_bond(submitter.account()).await?.map_or(0, |(bond, _)| bond);
    let missing = wanted.saturating_sub(there);
    if missing == 0 {
        return Ok(true);
    }
    let free = submitter.balance().await?.free;
    let needed = needed(missing);
    if free < needed {
        return Err(BondError::Poor { free, needed });
    }
    if *refused == Some((free, there)) {
        return Ok(false);
    }
    match submitter.submit(Call::BondCapacity { amount: missing }).await {
        Ok(outcome) => {
            tracing::info!(block = outcome.block, "a bond of {} stands for claims of rounds", show_coins(wanted));
            Ok(true)
        },
        Err(error) => {
            // The fee is gone: what was refused is compared with what is there after it.
            *refused = Some((submitter.balance().await?.free, there));
            Err(error.into())
        },
    }
}
