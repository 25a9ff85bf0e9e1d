//! `doctor`: what would keep a worker from earning, and what to do about it.

mod jobs;
mod plots;

use std::path::Path;

use idlewild_capacity_primitives::Balance;
use idlewild_chain_client::{coins::show_coins, ChainClient, Keypair, RpcClient};
use idlewild_network::{address::parse_endpoint, Identity, Network, NetworkConfig, PeerAddr, Role};

use super::{run::load_operator, Failure};
use crate::{
    config::{self, Config, Storage, Storing},
    role::{
        register::{check_operator, needed},
        shards::RESERVE,
    },
    sizes::gib,
};

/// Checks everything that can be checked without running.
pub async fn run(path: &Path) -> Result<(), Failure> {
    let mut checks = Checks::default();
    let config = Config::load(path)?;
    checks.good("configuration", path.display());
    let operator = checks.note("operator", load_operator(&config.keys), |keys| keys.public_key().to_account_id().to_string());
    let client = checks.note("node", RpcClient::connect(&config.chain.node).await, |_| config.chain.node.clone());
    let account = operator.as_ref().map(|keys| keys.public_key().0);
    // What the operator has yet to put up.
    let mut missing = 0;
    if let Some(storing) = config.storing() {
        // Plots on the disk of the shards give way.
        let plotted =
            config.capacity.as_ref().map_or(0, |capacity| plots::beside_shards(capacity, &storing.storage.folder, account));
        check_disk(&mut checks, &storing.storage, plotted);
        missing = check_storage(&mut checks, &storing, client.as_ref(), operator.as_ref()).await;
    }
    if let Some(capacity) = &config.capacity {
        plots::check_plots(&mut checks, capacity, config.storage.as_ref().map(|storage| storage.folder.as_path()), account);
        if let (Some(client), Some(operator)) = (&client, &operator) {
            let more = plots::check_claims(&mut checks, capacity, client, operator.public_key().0).await;
            missing = missing.saturating_add(more);
        }
    }
    let is_elsewhere = config.storing().is_some();
    let mut peer = None;
    if let (Some(path), true) = (&config.keys.peer, config.compute.is_some()) {
        // With shards it was told of with those.
        peer = match is_elsewhere {
            true => Identity::load(path).ok(),
            false => checks.note("peer key", Identity::load(path), |identity| identity.peer_id().to_string()),
        };
    }
    if let Some(compute) = &config.compute {
        let more = jobs::check_compute(&mut checks, compute, client.as_ref(), peer.as_ref()).await;
        missing = missing.saturating_add(more);
        if let (Some(network), Some(identity), false) = (&config.network, &peer, is_elsewhere) {
            check_endpoint(&mut checks, network, identity, client.as_ref().map_or([0; 32], |client| client.genesis())).await;
        }
    }
    if let Some(tracker) = &config.tracker {
        if config.compute.is_none() {
            jobs::check_engine(&mut checks, &tracker.oci).await;
        }
        if let (Some(client), Some(account)) = (&client, account) {
            let more = jobs::check_tracker(&mut checks, tracker, client, account).await;
            missing = missing.saturating_add(more);
        }
    }
    if let (Some(client), Some(operator)) = (&client, &operator) {
        check_coins(&mut checks, client, operator.public_key().0, missing).await;
    }
    match checks.bad {
        0 => Ok(()),
        bad => Err(format!("{bad} checks failed").into()),
    }
}

/// Whether the operator can put up what is missing, and pay fees.
async fn check_coins(checks: &mut Checks, client: &RpcClient, account: [u8; 32], missing: Balance) {
    match client.balance(account).await {
        Ok(balance) if balance.free >= needed(missing) => {
            checks.good("coins", format!("{} free, {} on hold", show_coins(balance.free), show_coins(balance.held)));
        },
        Ok(balance) => checks.bad(
            "coins",
            format!(
                "{} free, and {} of bond are missing; with fees, and what an account must keep, {} are needed. Send the \
                operator coins, or lower storage.bond, capacity.bond or compute.bond",
                show_coins(balance.free),
                show_coins(missing),
                show_coins(needed(missing))
            ),
        ),
        Err(error) => checks.bad("coins", error),
    }
}

/// Whether shards can be kept and reached. Returns what the operator has yet to put up for them.
async fn check_storage(
    checks: &mut Checks,
    storing: &Storing,
    client: Option<&RpcClient>,
    operator: Option<&Keypair>,
) -> Balance {
    let identity = checks.note("peer key", Identity::load(&storing.peer), |identity| identity.peer_id().to_string());
    let mut missing = storing.storage.bond;
    let Some(identity) = &identity else { return missing };
    if let Some(client) = client {
        let mut bond = storing.storage.bond;
        match client.miner_of_peer(identity.peer_key()).await {
            Ok(Some(miner)) => {
                (bond, missing) = (miner.bond, 0);
                let account = operator.map_or(miner.operator, |keys| keys.public_key().0);
                match check_operator(&miner, account) {
                    Ok(()) => checks.good("registered", format!("miner {} ({:?})", miner.id, miner.status)),
                    Err(error) => checks.bad("registered", error),
                }
            },
            Ok(None) => checks.good("registered", "not yet: `idlewild-worker run` does it"),
            Err(error) => checks.bad("registered", error),
        }
        check_bond(checks, &storing.storage, bond, client).await;
    }
    // Without a chain any name will do: both ends are the same program.
    let genesis = client.map_or([0; 32], |client| client.genesis());
    check_endpoint(checks, &storing.network, identity, genesis).await;
    missing
}

/// How much of what is offered the bond is enough for. Less is no fault, but the rest earns nothing.
async fn check_bond(checks: &mut Checks, storage: &Storage, bond: u128, client: &RpcClient) {
    let covered = match client.terms().await {
        Ok(terms) => terms.rates.covered(bond),
        Err(error) => return checks.bad("bond", error),
    };
    let offered = storage.capacity;
    let words = format!("{} covers about {} in shards of 4 MiB", show_coins(bond), gib(covered.min(offered)));
    if covered < offered {
        let rest = gib(offered.saturating_sub(covered));
        return checks.hint("bond", format!("{words}. Another {rest} is offered: more bond lets it earn (storage.bond before registration, `idlewild-worker bond` after it)"));
    }
    checks.good("bond", format!("{words}, all that is offered"));
}

/// Whether there is room for what is offered, where so much of the disk gives way.
fn check_disk(checks: &mut Checks, storage: &Storage, plotted: u64) {
    let folder = &storage.folder;
    if let Err(error) = probe(folder) {
        return checks.bad("disk", format!("{} cannot be written: {error}", folder.display()));
    }
    // A disk that nobody can ask is taken at its word.
    let Some(free) = idlewild_files::disk::free_in(folder) else { return checks.good("disk", folder.display()) };
    let shards = bytes_in(&folder.join("shards"));
    let room = free.saturating_add(plotted).saturating_add(shards).saturating_sub(RESERVE);
    let offered = storage.capacity;
    if room < offered {
        return checks.bad(
            "disk",
            format!(
                "{} has room for {} of shards, and storage.capacity offers {}: free some space, or offer less",
                folder.display(),
                gib(room),
                gib(offered)
            ),
        );
    }
    checks.good("disk", format!("{} with room for {}", folder.display(), gib(room)));
}

/// Tries to write into a folder, which is made if it is not there.
fn probe(folder: &Path) -> std::io::Result<()> {
    let probe = folder.join(".doctor");
    std::fs::create_dir_all(folder)?;
    std::fs::write(&probe, b"probe")?;
    std::fs::remove_file(&probe)
}

/// Bytes of the files in a folder and those in it.
fn bytes_in(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => bytes_in(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .fold(0, u64::saturating_add)
}

/// Whether the endpoint leads here: a running worker answers there, or one that listens for this moment.
async fn check_endpoint(checks: &mut Checks, network: &config::Network, identity: &Identity, genesis: [u8; 32]) {
    match reach(network, identity, genesis).await {
        Ok(()) => checks.good("endpoint", format!("{} leads to this miner, as seen from here", network.endpoint)),
        Err(error) => checks.bad("endpoint", error),
    }
}

async fn reach(network: &config::Network, identity: &Identity, genesis: [u8; 32]) -> Result<(), Failure> {
    let peer = PeerAddr::new(identity.peer_key(), network.endpoint.as_bytes())?;
    let caller = Network::start(NetworkConfig::new(Identity::random(), genesis, Role::User))?;
    let mut reached = caller.dial(&peer).await;
    if reached.is_err() {
        // Nobody answers. Perhaps nobody runs: then this program answers itself.
        let own = Network::start(NetworkConfig::new(identity.clone(), genesis, Role::Miner))?;
        for address in &network.listen {
            own.listen(parse_endpoint(address)?).await?;
        }
        reached = caller.dial(&peer).await;
        own.shutdown().await;
    }
    caller.shutdown().await;
    Ok(reached?)
}

#[derive(Default)]
struct Checks {
    bad: u32,
}

impl Checks {
    fn good(&mut self, what: &str, how: impl std::fmt::Display) {
        println!("ok    {what}: {how}");
    }

    /// Something that works, and could earn more.
    fn hint(&mut self, what: &str, how: impl std::fmt::Display) {
        println!("hint  {what}: {how}");
    }

    fn bad(&mut self, what: &str, why: impl std::fmt::Display) {
        self.bad += 1;
        println!("FAIL  {what}: {why}");
    }

    fn note<T, E: std::fmt::Display>(
        &mut self,
        what: &str,
        outcome: Result<T, E>,
        show: impl FnOnce(&T) -> String,
    ) -> Option<T> {
        match outcome {
            Ok(value) => {
                self.good(what, show(&value));
                Some(value)
            },
            Err(error) => {
                self.bad(what, error);
                None
            },
        }
    }
}
