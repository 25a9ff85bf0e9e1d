//! How the capacity role stands: what `status` and the figures for Prometheus tell of it.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use idlewild_capacity::{Plot, Progress as Plotting};
use idlewild_capacity_primitives::{Balance, RoundIndex};
use serde::{Deserialize, Serialize};

/// The role at a glance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CapacityReport {
    /// The account whose plots they are.
    pub account: String,
    /// What stands for its claims.
    pub bond: Balance,
    /// Rounds until its claims are taken.
    pub rounds_left: u32,
    /// Bytes of plots that can win.
    pub plotted: u64,
    /// Bytes that plots may take in the folders that are kept.
    pub space: u64,
    /// Bytes that the whole network is taken to have plotted.
    pub network: u128,
    /// What is being plotted.
    pub plotting: Option<PlottingReport>,
    /// The last round that the chain told of.
    pub round: RoundIndex,
    /// Rounds that were scanned, in part at least.
    pub scanned: u64,
    /// Times that a disk did not answer before the round was over.
    pub skipped: u64,
    /// Bytes of the last scan.
    pub scan_bytes: u64,
    /// Milliseconds that it took.
    pub scan_ms: u64,
    /// Claims that the chain took.
    pub claimed: u64,
    /// Claims that the chain found false.
    pub claimed_falsely: u64,
    /// Rounds won.
    pub won: u64,
    /// Coins that came of them.
    pub earned: Balance,
    /// Plots that are damaged.
    pub damaged: Vec<PathBuf>,
    /// What is wrong in folders of plots, and what to do about it.
    #[serde(default)]
    pub troubles: BTreeMap<String, String>,
}

/// A plot that is being made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlottingReport {
    /// Its file.
    pub plot: String,
    /// Nonces that are made.
    pub made: u64,
    /// All its nonces.
    pub nonces: u64,
    /// Nonces made in a minute.
    pub per_minute: u64,
}

impl PlottingReport {
    /// Of a plot, so long after it was begun or gone on with.
    pub fn of(plot: &Plot, progress: Plotting, since: Duration) -> Self {
        let fresh = progress.made.saturating_sub(progress.before) as f64;
        let per_minute = (fresh * 60.0 / since.as_secs_f64().max(1e-3)) as u64;
        Self { plot: plot.to_string(), made: progress.made, nonces: progress.nonces, per_minute }
    }
}

/// How the role stands, as its parts note it.
#[derive(Debug, Default)]
pub struct Progress(Mutex<CapacityReport>);

impl Progress {
    /// Of an account.
    pub fn new(account: String) -> Self {
        Self(Mutex::new(CapacityReport { account, ..CapacityReport::default() }))
    }

    /// At this moment.
    pub fn report(&self) -> CapacityReport {
        self.lock().clone()
    }

    /// Notes something.
    pub fn note(&self, change: impl FnOnce(&mut CapacityReport)) {
        change(&mut self.lock());
    }

    fn lock(&self) -> MutexGuard<'_, CapacityReport> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
