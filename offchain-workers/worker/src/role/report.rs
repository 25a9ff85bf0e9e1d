//! Reporting what others missed, for the bounty: without it a dead miner's slots would not open.

use std::sync::Arc;

use idlewild_chain_client::Call;
use rand::Rng;

use super::{Miner, Moment, RoleError};

const PAGE: u32 = 256;

/// Reports miners that let periods pass unproven. All workers see the same miners, so each rolls a die first.
pub async fn step(miner: Arc<Miner>, _: Moment) -> Result<(), RoleError> {
    if !miner.config.report || rand::thread_rng().gen_range(0..4) != 0 {
        return Ok(());
    }
    let mut after = None;
    loop {
        let page = miner.chain.miners(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.id);
        for other in page.iter().filter(|other| other.overdue && other.id != miner.id) {
            match miner.submitter.submit(Call::ReportMissed { miner: other.id }).await {
                Ok(outcome) => tracing::info!(miner = other.id, block = outcome.block, "reported missed periods"),
                // Somebody was quicker.
                Err(error) if error.is("Proofs", "NothingMissed") || error.is("Proofs", "MinerFailed") => {},
                Err(error) => return Err(error.into()),
            }
        }
    }
}
