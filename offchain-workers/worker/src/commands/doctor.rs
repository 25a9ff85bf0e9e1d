//! `doctor`: what would keep a worker from earning, and what to do about it.

use std::path::Path;

use idlewild_capacity_primitives::Balance;
use idlewild_chain_client::{coins::show_coins, AccountId32, CapacityClient, ChainClient, Keypair, RpcClient};
use idlewild_network::{address::parse_endpoint, Identity, Network, NetworkConfig, PeerAddr, Role};

use super::{run::load_operator, Failure};
use crate::{
    capacity::{bounds::Bounds, effort, folder::WARP_BYTES, marks::Marks, memory},
    config::{self, Capacity, Config, Storage, Storing},
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
    // What the operator has yet to put up.
    let mut missing = 0;
    if let Some(storing) = config.storing() {
        missing = check_storage(&mut checks, &storing, client.as_ref(), operator.as_ref()).await;
    }
    if let Some(capacity) = &config.capacity {
        check_plots(&mut checks, capacity, config.storage.as_ref());
        if let (Some(client), Some(operator)) = (&client, &operator) {
            let more = check_claims(&mut checks, capacity, client, operator.public_key().0).await;
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
                operator coins, or lower storage.bond or capacity.bond",
                show_coins(balance.free),
                show_coins(missing),
                show_coins(needed(missing))
            ),
        ),
        Err(error) => checks.bad("coins", error),
    }
}

/// Whether the chain hears claims, which the operator makes for itself or for another account. Returns what the operator has yet to put
/// up for them.
async fn check_claims(checks: &mut Checks, capacity: &Capacity, client: &RpcClient, operator: [u8; 32]) -> Balance {
    match look_at_claims(capacity, client, operator).await {
        Ok((words, missing)) => {
            checks.good("claims", words);
            missing
        },
        Err(words) => {
            checks.bad("claims", words);
            0
        },
    }
}

/// How it stands with claims and what the operator has yet to put up for them, or what is wrong.
async fn look_at_claims(capacity: &Capacity, client: &RpcClient, operator: [u8; 32]) -> Result<(String, Balance), Failure> {
    let account = capacity.account.unwrap_or(operator);
    let name = AccountId32(account);
    if account != operator && !client.may_claim_for(account, operator).await? {
        return Err(
            format!("the operator may not claim for {name}: that account makes it a proxy of the kind `Plotter`").into()
        );
    }
    let least = client.final_rounds().await?.rounds.first().map_or(0, |round| round.bond);
    if capacity.bond < least {
        let (least, bond) = (show_coins(least), show_coins(capacity.bond));
        return Err(format!("a claim needs a bond of {least} now, and capacity.bond is {bond}: raise it").into());
    }
    let (bond, left) = client.capacity_bond(account).await?.unwrap_or_default();
    let missing = capacity.bond.saturating_sub(bond);
    let stands = show_coins(bond);
    match missing {
        0 if left > 0 => Ok((format!("{stands} stand for them, and they are taken in {left} rounds"), 0)),
        0 => Ok((format!("{stands} stand for them"), 0)),
        _ if account == operator => {
            Ok((format!("{} of bond are missing: `idlewild-worker run` puts them up", show_coins(missing)), missing))
        },
        _ => {
            let wanted = show_coins(capacity.bond);
            Err(format!("{stands} stand for those of {name}, and capacity.bond is {wanted}: that account puts up the rest")
                .into())
        },
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
    check_disk(checks, &storing.storage);
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

/// Whether plots can be made, and where their space will not suffice.
fn check_plots(checks: &mut Checks, capacity: &Capacity, storage: Option<&Storage>) {
    checks.note("memory", memory::fit(effort(capacity.threads)), |effort| {
        format!("enough to plot with {} threads, which takes {}", effort.threads, gib(effort.memory()))
    });
    let marks = checks.note("marks", Marks::load(&capacity.marks), |_| capacity.marks.display().to_string());
    for plots in &capacity.folders {
        let what = format!("plots in {}", plots.path.display());
        if let Some(Err(error)) = marks.as_ref().map(|marks| marks.check(&plots.path)) {
            checks.bad(&what, error);
            continue;
        }
        if let Err(error) = probe(&plots.path) {
            checks.bad(&what, format!("the folder cannot be written: {error}"));
            continue;
        }
        // A disk that nobody can ask is taken at its word.
        let free = idlewild_files::disk::free_in(&plots.path).unwrap_or(u64::MAX);
        let Bounds { leave, margin, .. } = Bounds::of(plots, storage.map(|storage| storage.folder.as_path()));
        let room = free.saturating_sub(leave.saturating_add(margin)).saturating_add(bytes_in(&plots.path));
        if plots.space < WARP_BYTES || room < WARP_BYTES {
            checks
                .bad(&what, format!("a plot takes {} at least, and there is {}", gib(WARP_BYTES), gib(room.min(plots.space))));
        } else if room < plots.space {
            let words = format!(
                "there is room for {} of {}, with {} left free",
                gib(room),
                gib(plots.space),
                gib(leave.saturating_add(margin))
            );
            checks.hint(&what, words);
        } else {
            checks.good(&what, format!("room for {}", gib(plots.space)));
        }
    }
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

fn check_disk(checks: &mut Checks, storage: &Storage) {
    let folder = &storage.folder;
    if let Err(error) = probe(folder) {
        return checks.bad("disk", format!("{} cannot be written: {error}", folder.display()));
    }
    // A disk that nobody can ask is taken at its word.
    let Some(free) = idlewild_files::disk::free_in(folder) else { return checks.good("disk", folder.display()) };
    let room = free.saturating_add(bytes_in(&folder.join("shards"))).saturating_sub(RESERVE);
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
