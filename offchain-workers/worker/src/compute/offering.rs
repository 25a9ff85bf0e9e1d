//! What is true of this machine, and keeping the chain's record of it in step while an engine for containers comes and goes.

use std::{sync::Arc, time::Duration};

use idlewild_chain_client::{ComputeCall, ComputeClient, ReadError, SubmitError, Submitter};
use idlewild_compute::oci::Report;
use idlewild_compute_primitives::{
    resources::{Arch, Attributes, Runtimes},
    ProviderId,
};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::{
    config::Compute,
    pause::{after, rest},
};

/// The longest pause before the record is looked at again where it could not be changed.
const LONGEST: Duration = Duration::from_secs(300);

#[derive(Debug, thiserror::Error)]
enum KeepError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Submit(#[from] SubmitError),
}

/// This machine's processor.
fn arch() -> Arch {
    match std::env::consts::ARCH {
        "aarch64" => Arch::Arm64,
        "riscv64" => Arch::Riscv64,
        _ => Arch::Amd64,
    }
}

/// What is true of this machine. Where there is no engine at the moment, what the one before said of the machine still holds: it would
/// otherwise be another machine, whose grade nobody knows.
pub(crate) fn attributes(config: &Compute, report: Option<&Report>, before: Option<&Attributes>) -> Attributes {
    let before = before.copied().unwrap_or_default();
    let (tier, host_class) = report.map_or((before.tier, before.host_class), |report| (report.tier, report.host_class));
    Attributes {
        region: config.region(),
        arch: arch(),
        tier,
        runtimes: Runtimes { wasi: config.wasi, oci: report.is_some() },
        host_class,
        ..Attributes::default()
    }
}

/// Has the chain know of an engine that comes or goes, until `stop`.
pub(crate) async fn keep(
    id: ProviderId,
    config: Compute,
    compute: Arc<dyn ComputeClient>,
    submitter: Arc<Submitter>,
    mut reports: watch::Receiver<Option<Arc<Report>>>,
    stop: CancellationToken,
) {
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            changed = reports.changed() => if changed.is_err() { return },
        }
        let mut failures = 0u32;
        loop {
            let report = reports.borrow_and_update().clone();
            let kept = tokio::select! {
                () = stop.cancelled() => return,
                kept = tell(id, &config, &compute, &submitter, report.as_deref()) => kept,
            };
            let Err(error) = kept else { break };
            failures = failures.saturating_add(1);
            tracing::warn!(%error, "the chain does not know yet whether this provider runs containers; this will be tried again");
            if !rest(after(failures).min(LONGEST), &stop).await {
                return;
            }
        }
    }
}

/// Changes the attributes on chain and nothing else: what is offered, and for how much, others decide.
async fn tell(
    id: ProviderId,
    config: &Compute,
    compute: &Arc<dyn ComputeClient>,
    submitter: &Submitter,
    report: Option<&Report>,
) -> Result<(), KeepError> {
    let Some(record) = compute.provider(id).await? else { return Ok(()) };
    let told = record.attributes;
    let now = Attributes { gpu_model: told.gpu_model, only_for: told.only_for, ..attributes(config, report, Some(&told)) };
    if now == told {
        return Ok(());
    }
    let call = ComputeCall::SetOffer { provider: id, offered: record.offered, attributes: now, prices: record.prices };
    submitter.submit_again(call.into()).await?;
    tracing::info!(provider = id, containers = now.runtimes.oci, "the chain knows what this provider runs");
    Ok(())
}

#[cfg(test)]
mod tests {
    use idlewild_compute::oci::report::Limited;
    use idlewild_compute_primitives::resources::Tier;

    use super::*;

    #[test]
    fn an_engine_that_is_away_leaves_the_machine_what_it_is() {
        let config: Compute = toml::from_str("folder = \"x\"\nbond = \"1\"\nregion = \"NO\"").unwrap();
        let limits = Limited { memory: true, swap: true, pids: true, cpu: true, calls: true };
        let report = Report {
            version: "1".into(),
            interface: (1, 41),
            storage: "overlay2".into(),
            groups: 2,
            by_systemd: false,
            tier: Tier::Remapped,
            host_class: [5; 8],
            cores: 2,
            limits,
        };
        let with = attributes(&config, Some(&report), None);
        assert_eq!((with.tier, with.host_class, with.region), (Tier::Remapped, [5; 8], *b"NO"));
        assert!(with.runtimes.oci && with.runtimes.wasi);
        let without = attributes(&config, None, Some(&with));
        assert_eq!(without, Attributes { runtimes: Runtimes { wasi: true, oci: false }, ..with });
        assert_eq!(attributes(&config, None, None).host_class, [0; 8]);
    }
}
