//! `doctor`: what would keep a worker from earning, and what to do about it.

use std::path::Path;

use idlewild_chain_client::{coins::show_coins, ChainClient, RpcClient};
use idlewild_network::{address::parse_endpoint, Identity, Network, NetworkConfig, PeerAddr, Role};

use super::{run::load_operator, Failure};
use crate::{
    config::Config,
    role::{
        register::{check_operator, needed},
        shards::RESERVE,
    },
};

/// Checks everything that can be checked without running.
pub async fn run(path: &Path) -> Result<(), Failure> {
    let mut checks = Checks::default();
    let config = Config::load(path)?;
    checks.good("configuration", path.display());
    let operator = checks.note("operator", load_operator(&config), |keys| keys.public_key().to_account_id().to_string());
    let identity = checks.note("peer key", Identity::load(&config.keys.peer), |identity| identity.peer_id().to_string());
    check_disk(&mut checks, &config);
    let client = checks.note("node", RpcClient::connect(&config.chain.node).await, |_| config.chain.node.clone());
    if let (Some(client), Some(operator)) = (&client, &operator) {
        match client.balance(operator.public_key().0).await {
            Ok(balance) if balance.free >= needed(config.storage.bond) || balance.held > 0 => {
                checks.good("coins", format!("{} free, {} on hold", show_coins(balance.free), show_coins(balance.held)));
            },
            Ok(balance) => checks.bad(
                "coins",
                format!(
                    "{} free, and the bond is {}; with fees, and what an account must keep, {} are needed. Send the operator \
                    coins, or lower storage.bond",
                    show_coins(balance.free),
                    show_coins(config.storage.bond),
                    show_coins(needed(config.storage.bond))
                ),
            ),
            Err(error) => checks.bad("coins", error),
        }
    }
    if let (Some(client), Some(identity)) = (&client, &identity) {
        let mut bond = config.storage.bond;
        match client.miner_of_peer(identity.peer_key()).await {
            Ok(Some(miner)) => {
                bond = miner.bond;
                let account = operator.as_ref().map_or(miner.operator, |keys| keys.public_key().0);
                match check_operator(&miner, account) {
                    Ok(()) => checks.good("registered", format!("miner {} ({:?})", miner.id, miner.status)),
                    Err(error) => checks.bad("registered", error),
                }
            },
            Ok(None) => checks.good("registered", "not yet: `idlewild-worker run` does it"),
            Err(error) => checks.bad("registered", error),
        }
        check_bond(&mut checks, &config, bond, client).await;
    }
    if let Some(identity) = &identity {
        // Without a chain any name will do: both ends are the same program.
        let genesis = client.as_ref().map_or([0; 32], |client| client.genesis());
        check_endpoint(&mut checks, &config, identity, genesis).await;
    }
    match checks.bad {
        0 => Ok(()),
        bad => Err(format!("{bad} checks failed").into()),
    }
}

/// How much of what is offered the bond is enough for. Less is no fault, but the rest earns nothing.
async fn check_bond(checks: &mut Checks, config: &Config, bond: u128, client: &RpcClient) {
    let covered = match client.terms().await {
        Ok(terms) => terms.rates.covered(bond),
        Err(error) => return checks.bad("bond", error),
    };
    let offered = config.storage.capacity;
    let words = format!("{} covers about {} in shards of 4 MiB", show_coins(bond), gib(covered.min(offered)));
    if covered < offered {
        let rest = gib(offered.saturating_sub(covered));
        return checks.hint("bond", format!("{words}. Another {rest} is offered: more bond lets it earn (storage.bond before registration, `idlewild-worker bond` after it)"));
    }
    checks.good("bond", format!("{words}, all that is offered"));
}

fn gib(bytes: u64) -> String {
    format!("{:.1} GiB", bytes as f64 / (1u64 << 30) as f64)
}

fn check_disk(checks: &mut Checks, config: &Config) {
    let folder = &config.storage.folder;
    let probe = folder.join(".doctor");
    let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&probe, b"probe"));
    if let Err(error) = written {
        return checks.bad("disk", format!("{} cannot be written: {error}", folder.display()));
    }
    let _ = std::fs::remove_file(&probe);
    // A disk that nobody can ask is taken at its word.
    let Some(free) = idlewild_storage::shard_store::free_in(folder) else { return checks.good("disk", folder.display()) };
    let room = free.saturating_add(bytes_in(&folder.join("shards"))).saturating_sub(RESERVE);
    let offered = config.storage.capacity;
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
async fn check_endpoint(checks: &mut Checks, config: &Config, identity: &Identity, genesis: [u8; 32]) {
    match reach(config, identity, genesis).await {
        Ok(()) => checks.good("endpoint", format!("{} leads to this miner, as seen from here", config.network.endpoint)),
        Err(error) => checks.bad("endpoint", error),
    }
}

async fn reach(config: &Config, identity: &Identity, genesis: [u8; 32]) -> Result<(), Failure> {
    let peer = PeerAddr::new(identity.peer_key(), config.network.endpoint.as_bytes())?;
    let caller = Network::start(NetworkConfig::new(Identity::random(), genesis, Role::User))?;
    let mut reached = caller.dial(&peer).await;
    if reached.is_err() {
        // Nobody answers. Perhaps nobody runs: then this program answers itself.
        let own = Network::start(NetworkConfig::new(identity.clone(), genesis, Role::Miner))?;
        for address in &config.network.listen {
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
