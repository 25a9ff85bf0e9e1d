//! An engine that was looked at, and everything that running something on it needs.

use std::{path::PathBuf, sync::Arc};

use idlewild_compute_primitives::resources::Resources;

use super::{
    disk,
    engine::Engine,
    firewall::Firewall,
    group::{self, Group},
    held::Belongings,
    names::Names,
    report::{Machine, Report},
    sandbox::{Bounds, Scratch},
    settings::{Metering, Settings},
};
use crate::executor::ExecutorError;

/// An engine that keeps every limit.
#[derive(Clone)]
pub(super) struct Context {
    pub(super) settings: Arc<Settings>,
    pub(super) firewall: Firewall,
    pub(super) engine: Engine,
    pub(super) report: Arc<Report>,
    /// Whether containers get a group around theirs.
    is_around: bool,
}

/// Connects to the engine and hears what it can do.
pub(super) async fn look(settings: &Settings) -> Result<(Engine, Report), ExecutorError> {
    let engine = Engine::connect(&settings.socket, settings.answer).await?;
    let info = engine.info().await?;
    if info.os_type.as_deref().is_some_and(|system| system != "linux") {
        let reason = "the engine is set to run Windows containers; switch it to Linux containers".into();
        return Err(ExecutorError::Absent { what: "an engine for Linux containers", reason });
    }
    let report = Report::new(&info, engine.version(), &Machine::read());
    Ok((engine, report))
}

impl Context {
    /// Of an engine, unless it cannot keep a limit.
    pub(super) fn new(
        settings: Arc<Settings>,
        firewall: Firewall,
        engine: Engine,
        report: Report,
    ) -> Result<Self, ExecutorError> {
        report.refuse()?;
        let can = group::can_be_around(&report);
        if settings.metering == Metering::Around && !can {
            let reason = "only root can put a control group around a container's, and only without systemd".into();
            return Err(ExecutorError::Unenforceable { limit: "what is read of processor time", reason });
        }
        let is_around = can && matches!(settings.metering, Metering::Any | Metering::Around);
        if is_around && settings.yields {
            if let Err(error) = group::yields(&settings.worker, &report) {
                tracing::warn!(%error, "containers cannot be made to wait for all others on this machine");
            }
        }
        Ok(Self { settings, firewall, engine, report: Arc::new(report), is_around })
    }

    /// Whether containers get a group around theirs.
    pub(super) fn is_around(&self) -> bool {
        self.is_around
    }

    /// What a task or service gets, where `memory_mib` is a task's own limit.
    pub(super) fn bounds(&self, resources: &Resources, memory_mib: Option<u32>) -> Result<Bounds, ExecutorError> {
        Bounds::new(resources, memory_mib, self.settings.pids, disk::can_be_made(&self.settings), &self.report)
    }

    /// What something that is called so may come to have.
    pub(super) fn belongings(&self, names: Names, networked: bool) -> Belongings {
        let group = self.is_around.then(|| Group::new(names.group(), &self.report));
        let disk = self.settings.disks.as_ref().map(|disks| names.disk(disks));
        Belongings { context: self.clone(), names, group, networked, disk }
    }

    /// Makes the disk that bounds ask for, if they ask for one, and returns where it is.
    pub(super) async fn disk(&self, belongings: &Belongings, bounds: &Bounds) -> Result<Option<PathBuf>, ExecutorError> {
        match (&belongings.disk, bounds.scratch) {
            (Some(folder), Scratch::Disk) => {
                disk::make(folder, bounds.disk).await?;
                Ok(Some(folder.clone()))
            },
            _ => Ok(None),
        }
    }
}
