//! What the worker tells about itself.

pub mod metrics;
pub mod rpc;
pub mod stage;

use idlewild_storage_primitives::{view::MinerView, Clock};
use serde::{Deserialize, Serialize};

use crate::{capacity::progress::CapacityReport, compute::progress::ComputeReport, role::Miner};

/// The worker's state at a glance: of each role that is on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Report {
    /// The program's version.
    pub version: String,
    /// The storage role.
    pub storage: Option<StorageReport>,
    /// The capacity role.
    pub capacity: Option<CapacityReport>,
    /// The compute role.
    #[serde(default)]
    pub compute: Option<ComputeReport>,
}

/// The storage role at a glance.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct StorageReport {
    /// The miner on chain.
    pub miner: MinerView,
    /// The miner's address.
    pub endpoint: String,
    /// The last final block that was taken in.
    pub block: u32,
    /// The clock after it.
    pub clock: Clock,
    /// Shards in the range or waiting for it.
    pub shards: usize,
    /// Bytes of shards on disk.
    pub bytes: u64,
    /// Peers connected.
    pub peers: usize,
    /// Why the chain cannot be followed now, where it cannot: what else is told here is then out of date.
    #[serde(default)]
    pub trouble: Option<String>,
}

impl StorageReport {
    /// Of a running miner.
    pub async fn of(miner: &Miner) -> Self {
        let record = miner.record();
        let moment = miner.moment();
        let held = miner.index.all_held().map_or(0, |held| held.len());
        let pending = miner.index.all_pending().map_or(0, |pending| pending.len());
        Self {
            endpoint: String::from_utf8_lossy(&record.endpoint).into_owned(),
            miner: record,
            block: moment.block,
            clock: moment.clock,
            shards: held.saturating_add(pending),
            bytes: miner.store.used(),
            trouble: miner.trouble(),
            peers: miner.shards.network().peers().await.map_or(0, |peers| peers.len()),
        }
    }
}
