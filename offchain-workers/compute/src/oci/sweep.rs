//! Removing what an earlier run of this worker left behind, and nothing else.

use std::collections::HashMap;

use bollard::query_parameters::{ListContainersOptions, ListNetworksOptions};

use super::{
    context::Context,
    disk, group,
    names::{self, Names},
    network, Oci,
};
use crate::executor::ExecutorError;

/// How much was left over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Containers.
    pub containers: usize,
    /// Networks.
    pub networks: usize,
    /// Fences around networks.
    pub fences: usize,
    /// Disks.
    pub disks: usize,
    /// Control groups.
    pub groups: usize,
}

impl Oci {
    /// Removes everything of this worker but the services of these leases. Only for the start of a worker: it does not look whether a
    /// task is under way.
    pub async fn sweep(&self, keep: &[&str]) -> Result<Swept, ExecutorError> {
        let context = self.inner.context().await?;
        let Context { engine, firewall, settings, report, .. } = &context;
        let worker = &settings.worker;
        let kept: Vec<Names> = keep.iter().map(|lease| Names::of(worker, names::LEASE, lease)).collect();
        let is_kept = |name: &str| kept.iter().any(|names| names.container == name.trim_start_matches('/'));
        let filters = || Some(HashMap::from([("label".to_owned(), vec![format!("{}={worker}", names::WORKER)])]));
        let mut swept = Swept::default();
        let _alone = firewall.alone().await;

        let options = ListContainersOptions { all: true, filters: filters(), ..Default::default() };
        let listed = engine.ask("listing containers", engine.docker().list_containers(Some(options))).await?;
        for container in listed {
            let names = container.names.unwrap_or_default();
            if let Some(id) = container.id.filter(|_| !names.iter().any(|name| is_kept(name))) {
                engine.remove(&id).await?;
                swept.containers += 1;
            }
        }
        let options = ListNetworksOptions { filters: filters() };
        let listed = engine.ask("listing networks", engine.docker().list_networks(Some(options))).await?;
        for found in listed {
            let is_kept = found.name.as_deref().is_some_and(is_kept);
            if let Some(id) = found.id.filter(|_| !is_kept) {
                network::remove(engine, &id).await?;
                swept.networks += 1;
            }
        }
        let key = names::worker_key(worker);
        let chains: Vec<_> = kept.iter().map(Names::chain).collect();
        // Where no fence can be raised there are none to lower.
        if firewall.check().await.is_ok() {
            let lowered = firewall.sweep(&names::chain_prefix(&key), &chains).await;
            swept.fences = lowered.map_err(|error| ExecutorError::Engine(error.to_string()))?;
        }
        if let Some(disks) = &settings.disks {
            let folders: Vec<_> = kept.iter().map(|names| names.disk(disks)).collect();
            swept.disks = disk::sweep(disks, &names::container_prefix(&key), &folders).await;
        }
        if group::can_be_around(report) {
            let groups: Vec<_> = kept.iter().map(Names::group).collect();
            swept.groups = group::sweep(worker, &groups, settings.yields, report).await;
        }
        Ok(swept)
    }
}
