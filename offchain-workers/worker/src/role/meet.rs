//! Meeting other miners, so that Kademlia knows somebody: a few that the chain names, now and then.

use std::{sync::Arc, time::Duration};

use idlewild_network::PeerAddr;
use idlewild_storage_primitives::view::{MinerStatus, MinersPage};
use rand::{seq::SliceRandom, Rng};
use tokio_util::sync::CancellationToken;

use super::{Miner, RoleError};
use crate::pause::rest;

/// Pause between two rounds.
const EVERY: Duration = Duration::from_secs(600);
/// Pause after a round in which nobody was met.
const SOON: Duration = Duration::from_secs(30);
/// Miners that are met in a round.
const MET: usize = 8;
/// Miners that are chosen among.
const PAGE: u32 = 64;

/// Meets miners until `stop`.
pub(crate) async fn run(miner: Arc<Miner>, stop: CancellationToken) {
    loop {
        let met = tokio::select! {
            () = stop.cancelled() => return,
            met = meet(&miner) => met,
        };
        let pause = match met {
            Ok(0) => SOON,
            Ok(_) => EVERY,
            Err(error) => {
                tracing::debug!(%error, "no other miner was met");
                SOON
            },
        };
        if !rest(pause, &stop).await {
            return;
        }
    }
}

/// Meets some miners, and tells how many.
async fn meet(miner: &Arc<Miner>) -> Result<usize, RoleError> {
    let peers = choose(miner).await?;
    match miner.shards.network().bootstrap(&peers).await {
        Ok(met) => Ok(met),
        Err(error) => {
            tracing::debug!(%error, "no miner that the chain names was reached");
            Ok(0)
        },
    }
}

/// Miners from anywhere in the list.
async fn choose(miner: &Arc<Miner>) -> Result<Vec<PeerAddr>, RoleError> {
    // Numbers are given in order and never again, so that doubling soon finds one that is not given yet.
    let mut beyond = 1;
    while miner.chain.miners(Some(beyond), 1).await? != MinersPage::default() {
        beyond = beyond.saturating_mul(2);
    }
    let first = rand::thread_rng().gen_range(0..=beyond);
    let mut page = miner.chain.miners(first.checked_sub(PAGE), PAGE).await?.miners;
    page.retain(|other| other.id != miner.id && other.status != MinerStatus::Failed);
    page.shuffle(&mut rand::thread_rng());
    let peers = page.iter().filter_map(|other| PeerAddr::new(other.peer_key, &other.endpoint).ok());
    Ok(peers.take(MET).collect())
}
