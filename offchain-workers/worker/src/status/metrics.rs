//! Figures for Prometheus.

use std::{
    net::SocketAddr,
    sync::{Arc, OnceLock},
};

use axum::{http::header, routing::get, Router};
use idlewild_storage_primitives::{view::MinerView, Balance};
use prometheus::{Encoder, Gauge, IntCounter, IntGauge, Opts, Registry, TextEncoder};
use tokio_util::sync::CancellationToken;

use crate::{capacity::progress::Progress, compute::progress::Progress as Computing, role::Moment};

const COIN: f64 = 1e12;

/// The worker's figures.
#[derive(Clone)]
pub struct Metrics {
    registry: Registry,
    block: IntGauge,
    slots: IntGauge,
    capacity: IntGauge,
    used: IntGauge,
    score: IntGauge,
    bond: Gauge,
    paid: Gauge,
    slashed: Gauge,
    proven: IntCounter,
    repaired: IntCounter,
    stored: IntCounter,
    served: IntCounter,
    plotted: IntGauge,
    plot_space: IntGauge,
    network_space: Gauge,
    scanned: IntCounter,
    skipped: IntCounter,
    claimed: IntCounter,
    claimed_falsely: IntCounter,
    won: IntCounter,
    earned: Gauge,
    chunks_running: IntGauge,
    chunks_waiting: IntGauge,
    compute_resting: IntGauge,
    compute_score: IntGauge,
    compute_lost: IntGauge,
    compute_late: IntGauge,
    compute_bond: Gauge,
    compute_locked: Gauge,
    compute_earned: Gauge,
    chunks_finished: IntGauge,
    tasks_run: IntCounter,
    /// How the compute role stands, once it is on.
    jobs: Arc<OnceLock<Arc<Computing>>>,
    /// How the capacity role stands, once it is on.
    plots: Arc<OnceLock<Arc<Progress>>>,
}

/// Why figures cannot be kept or served.
#[derive(Debug, thiserror::Error)]
pub enum MetricsError {
    /// Two figures of one name.
    #[error("the metrics registry refused: {0}")]
    Registry(#[from] prometheus::Error),
    /// The address is no address.
    #[error("status.metrics {0:?} is not an address and port, such as 127.0.0.1:9616")]
    Address(String),
    /// It cannot be bound.
    #[error("status.metrics {address} cannot be bound: {source}")]
    Bind {
        /// The address.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
}

/// Reads an address and its port.
pub fn parse_address(text: &str) -> Result<SocketAddr, MetricsError> {
    text.parse().map_err(|_| MetricsError::Address(text.to_owned()))
}

impl Metrics {
    /// All at zero.
    pub fn new() -> Result<Self, MetricsError> {
        let registry = Registry::new_custom(Some("idlewild".into()), None)?;
        let gauge = |name: &str, help: &str| -> Result<IntGauge, MetricsError> {
            let gauge = IntGauge::with_opts(Opts::new(name, help))?;
            registry.register(Box::new(gauge.clone()))?;
            Ok(gauge)
        };
        let real = |name: &str, help: &str| -> Result<Gauge, MetricsError> {
            let gauge = Gauge::with_opts(Opts::new(name, help))?;
            registry.register(Box::new(gauge.clone()))?;
            Ok(gauge)
        };
        let counter = |name: &str, help: &str| -> Result<IntCounter, MetricsError> {
            let counter = IntCounter::with_opts(Opts::new(name, help))?;
            registry.register(Box::new(counter.clone()))?;
            Ok(counter)
        };
        Ok(Self {
            block: gauge("block", "Last final block taken in")?,
            slots: gauge("slots", "Slots that the miner answers for")?,
            capacity: gauge("capacity_bytes", "Bytes offered")?,
            used: gauge("used_bytes", "Bytes promised to slots")?,
            score: gauge("score", "Score on chain, from 0 to 10000")?,
            bond: real("bond_coins", "Bond on hold")?,
            paid: real("paid_coins_total", "Coins paid since the start")?,
            slashed: real("slashed_coins_total", "Coins lost since the start")?,
            proven: counter("periods_proven_total", "Periods proven since the start")?,
            repaired: counter("repairs_total", "Slots repaired since the start")?,
            stored: counter("stored_bytes_total", "Shard bytes taken in since the start")?,
            served: counter("served_bytes_total", "Shard bytes given out since the start")?,
            plotted: gauge("plotted_bytes", "Bytes of plots that can win")?,
            plot_space: gauge("plot_space_bytes", "Bytes that plots may take")?,
            network_space: real("network_plotted_bytes", "Bytes that the whole network is taken to have plotted")?,
            scanned: counter("plot_scans_total", "Times that a folder of plots was read for a round since the start")?,
            skipped: counter("plot_scans_skipped_total", "Times that a folder was still reading for the round before")?,
            claimed: counter("rounds_claimed_total", "Claims that the chain took since the start")?,
            claimed_falsely: counter("rounds_claimed_falsely_total", "Claims that the chain found false since the start")?,
            won: counter("rounds_won_total", "Rounds won since the start")?,
            earned: real("rounds_won_coins_total", "Coins that came of them")?,
            chunks_running: gauge("chunks_running", "Chunks of jobs that run, or were begun and rest")?,
            chunks_waiting: gauge("chunks_waiting", "Chunks whose results are bound or shown and not over")?,
            compute_resting: gauge("compute_resting", "1 while others' work rests, as the machine's owner comes first")?,
            compute_score: gauge("compute_score", "Score on chain: results that were agreed to")?,
            compute_lost: gauge("compute_lost", "Results lost, as the chain counts them")?,
            compute_late: gauge("compute_late", "Chunks never begun or late, as the chain counts them")?,
            compute_bond: real("compute_bond_coins", "Bond of the provider")?,
            compute_locked: real("compute_locked_coins", "What of it stands for work")?,
            compute_earned: real("compute_earned_coins_total", "Coins that chunks brought since their folder was made")?,
            chunks_finished: gauge("chunks_finished", "Chunks that are over and were paid since their folder was made")?,
            tasks_run: counter("tasks_run_total", "Tasks of jobs run since the start")?,
            jobs: Arc::default(),
            plots: Arc::default(),
            registry,
        })
    }

    pub(crate) fn note_record(&self, record: &MinerView, moment: Moment) {
        self.block.set(i64::from(moment.block));
        self.slots.set(i64::from(record.slots));
        self.capacity.set(i64::try_from(record.capacity).unwrap_or(i64::MAX));
        self.used.set(i64::try_from(record.used).unwrap_or(i64::MAX));
        self.score.set(i64::from(record.score));
        self.bond.set(record.bond as f64 / COIN);
    }

    pub(crate) fn paid(&self, amount: Balance) {
        self.paid.add(amount as f64 / COIN);
    }

    pub(crate) fn slashed(&self, amount: Balance) {
        self.slashed.add(amount as f64 / COIN);
    }

    pub(crate) fn proven(&self) {
        self.proven.inc();
    }

    pub(crate) fn repaired(&self) {
        self.repaired.inc();
    }

    pub(crate) fn stored(&self, bytes: u64) {
        self.stored.inc_by(bytes);
    }

    pub(crate) fn served(&self, bytes: u64) {
        self.served.inc_by(bytes);
    }

    /// Has the figures of the capacity role follow how it stands.
    pub fn follow(&self, progress: Arc<Progress>) {
        // A worker has one such role.
        let _ = self.plots.set(progress);
    }

    /// Has the figures of the compute role follow how it stands.
    pub fn follow_compute(&self, progress: Arc<Computing>) {
        // A worker has one such role.
        let _ = self.jobs.set(progress);
    }

    fn note_compute(&self) {
        let Some(report) = self.jobs.get().map(|progress| progress.report()) else { return };
        self.chunks_running.set(i64::try_from(report.running.len()).unwrap_or(i64::MAX));
        self.chunks_waiting.set(report.waiting.into());
        self.compute_resting.set(i64::from(!report.resting.is_empty()));
        self.compute_score.set(report.score.into());
        self.compute_lost.set(report.lost.into());
        self.compute_late.set(report.late.into());
        self.compute_bond.set(report.bond as f64 / COIN);
        self.compute_locked.set(report.locked as f64 / COIN);
        self.compute_earned.set(report.earned as f64 / COIN);
        self.chunks_finished.set(i64::try_from(report.finished).unwrap_or(i64::MAX));
        self.tasks_run.inc_by(report.tasks.saturating_sub(self.tasks_run.get()));
    }

    fn note_capacity(&self) {
        let Some(report) = self.plots.get().map(|progress| progress.report()) else { return };
        self.plotted.set(i64::try_from(report.plotted).unwrap_or(i64::MAX));
        self.plot_space.set(i64::try_from(report.space).unwrap_or(i64::MAX));
        self.network_space.set(report.network as f64);
        self.earned.set(report.earned as f64 / COIN);
        for (counter, count) in [
            (&self.scanned, report.scanned),
            (&self.skipped, report.skipped),
            (&self.claimed, report.claimed),
            (&self.claimed_falsely, report.claimed_falsely),
            (&self.won, report.won),
        ] {
            counter.inc_by(count.saturating_sub(counter.get()));
        }
    }

    fn text(&self) -> String {
        self.note_capacity();
        self.note_compute();
        let mut text = Vec::new();
        // Writing to memory does not fail.
        let _ = TextEncoder::new().encode(&self.registry.gather(), &mut text);
        String::from_utf8(text).unwrap_or_default()
    }

    /// Serves `/metrics` until `stop`; nothing where `address` is empty.
    pub async fn serve(&self, address: &str, stop: CancellationToken) -> Result<(), MetricsError> {
        if address.is_empty() {
            return Ok(());
        }
        let address = parse_address(address)?;
        let listener = tokio::net::TcpListener::bind(address).await.map_err(|source| MetricsError::Bind { address, source })?;
        let metrics = self.clone();
        let page = move || {
            let text = metrics.text();
            async move { ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text) }
        };
        let app = Router::new().route("/metrics", get(page));
        tokio::spawn(async move {
            let served = axum::serve(listener, app).with_graceful_shutdown(async move { stop.cancelled().await });
            if let Err(error) = served.await {
                tracing::warn!(%error, "metrics are no longer served");
            }
        });
        Ok(())
    }
}
