//! What `doctor` says of lending the machine out, and of judging others.

use std::path::Path;

use idlewild_chain_client::{coins::show_coins, ComputeClient, RpcClient};
use idlewild_compute::{
    executor::{Executor, ExecutorError},
    oci::{Oci, Settings},
    wasi::{self, Wasi},
};
use idlewild_compute_primitives::Balance;
use idlewild_network::Identity;

use super::{probe, Checks};
use crate::{
    compute::machine,
    config::{self, Compute, Engine},
};

/// What is here of the engine is nobody's.
const NOBODY: &str = "doctor";

/// Whether jobs and services can be run. Returns what the operator has yet to put up for them.
pub(super) async fn check_compute(
    checks: &mut Checks,
    config: &Compute,
    client: Option<&RpcClient>,
    peer: Option<&Identity>,
) -> Balance {
    if let Err(error) = std::fs::create_dir_all(&config.folder).and_then(|()| probe(&config.folder)) {
        checks.bad("compute", format!("{} cannot be written: {error}", config.folder.display()));
        return config.bond;
    }
    match machine(&config.folder).map(|machine| config.limits.lend(&machine)) {
        Ok(lent) if lent.cpu_milli > 0 && lent.ram_mib > 0 => checks.good(
            "compute",
            format!(
                "lends {} cores, {} MiB of memory, {} MiB of disk, and of the line {} kbit/s up and {} down",
                f64::from(lent.cpu_milli) / 1_000.0,
                lent.ram_mib,
                lent.disk_mib,
                lent.up_kbps,
                lent.down_kbps
            ),
        ),
        Ok(_) => checks.bad("compute", "nothing of the machine is lent: raise compute.limits"),
        Err(error) => checks.bad("compute", error),
    }
    if config.wasi {
        match check_modules(&config.folder).await {
            Ok(()) => checks.good("modules", "run here"),
            Err(error) => checks.bad("modules", error),
        }
    }
    check_engine(checks, &config.oci).await;
    let (Some(client), Some(peer)) = (client, peer) else { return config.bond };
    match client.provider_of_peer(peer.peer_key()).await {
        Ok(Some(provider)) => {
            let (bond, locked) = (show_coins(provider.bond), show_coins(provider.locked));
            checks.good("provider", format!("{}, with a bond of {bond}, of which {locked} stand for work", provider.id));
            return 0;
        },
        Ok(None) => checks.good("provider", "not yet: `idlewild-worker run` registers it"),
        Err(error) => checks.bad("provider", error),
    }
    match client.compute_terms().await {
        Ok(terms) if config.bond < terms.least_bond => checks.bad(
            "provider's bond",
            format!("compute.bond is {}, and {} is the least", show_coins(config.bond), show_coins(terms.least_bond)),
        ),
        Ok(_) => {},
        Err(error) => checks.bad("provider's bond", error),
    }
    config.bond
}

/// Runs the least module that there is, beside a worker that may be running.
async fn check_modules(folder: &Path) -> Result<(), ExecutorError> {
    let folder = folder.join(".doctor-modules");
    let checked = match Wasi::open(&wasi::Settings::new(folder.clone())) {
        Ok(modules) => modules.check().await,
        Err(error) => Err(error),
    };
    // What stays of it is in nobody's way.
    let _ = std::fs::remove_dir_all(folder);
    checked
}

/// Whether containers are run. That there is no engine is a fault only where one is demanded.
pub(super) async fn check_engine(checks: &mut Checks, config: &config::Oci) {
    if config.engine == Engine::Off {
        return;
    }
    let oci = Oci::new(Settings { socket: config.socket.clone(), ..Settings::new(NOBODY) });
    let found = match oci.check().await {
        Ok(()) => oci.report().await,
        Err(error) => Err(error),
    };
    match found {
        Ok(report) => {
            checks.good("containers", format!("Docker Engine {} at {}", report.version, config.socket.display()));
        },
        Err(error) if config.engine == Engine::On => checks.bad("containers", error),
        Err(error) => checks.hint("containers", format!("none are run: {error}. On Debian, `apt-get install docker.io`")),
    }
}

/// Whether the operator has a seat. Returns what it has yet to put up for one.
pub(super) async fn check_tracker(
    checks: &mut Checks,
    config: &config::Tracker,
    client: &RpcClient,
    account: [u8; 32],
) -> Balance {
    if let Err(error) = std::fs::create_dir_all(&config.folder).and_then(|()| probe(&config.folder)) {
        checks.bad("tracker", format!("{} cannot be written: {error}", config.folder.display()));
    }
    let found =
        async { Ok::<_, idlewild_chain_client::ReadError>((client.seat_of(account).await?, client.compute_terms().await?)) };
    match found.await {
        Ok((Some(seat), _)) => {
            checks.good("tracker", format!("seat {}, with a bond of {}", seat.seat, show_coins(seat.bond)));
            0
        },
        Ok((None, terms)) => {
            let (bond, fee) = (show_coins(terms.seat_bond), show_coins(terms.seat_fee));
            checks.good(
                "tracker",
                format!("no seat yet: `idlewild-worker run` takes one, for {bond} of bond and {fee} where none is vacant"),
            );
            terms.seat_bond.saturating_add(terms.seat_fee)
        },
        Err(error) => {
            checks.bad("tracker", error);
            0
        },
    }
}
