//! `doctor`: what would keep a worker from earning, and what to do about it.

use std::path::Path;

use idlewild_chain_client::{coins::show_coins, ChainClient, RpcClient};
use idlewild_network::Identity;

use super::{run::load_operator, Failure};
use crate::config::Config;

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
            Ok(balance) if balance.free > config.storage.bond || balance.held > 0 => {
                checks.good("coins", format!("{} free, {} on hold", show_coins(balance.free), show_coins(balance.held)));
            },
            Ok(balance) => checks.bad(
                "coins",
                format!(
                    "{} free, and the bond is {}. Send the operator coins, or lower storage.bond",
                    show_coins(balance.free),
                    show_coins(config.storage.bond)
                ),
            ),
            Err(error) => checks.bad("coins", error),
        }
    }
    if let (Some(client), Some(identity)) = (&client, &identity) {
        match client.miner_of_peer(identity.peer_key()).await {
            Ok(Some(miner)) => checks.good("registered", format!("miner {} ({:?})", miner.id, miner.status)),
            Ok(None) => checks.good("registered", "not yet: `idlewild-worker run` does it"),
            Err(error) => checks.bad("registered", error),
        }
    }
    match checks.bad {
        0 => Ok(()),
        bad => Err(format!("{bad} checks failed").into()),
    }
}

fn check_disk(checks: &mut Checks, config: &Config) {
    let probe = config.storage.folder.join(".doctor");
    let written = std::fs::create_dir_all(&config.storage.folder).and_then(|()| std::fs::write(&probe, b"probe"));
    match written {
        Ok(()) => {
            let _ = std::fs::remove_file(&probe);
            checks.good("disk", config.storage.folder.display());
        },
        Err(error) => checks.bad("disk", format!("{} cannot be written: {error}", config.storage.folder.display())),
    }
}

#[derive(Default)]
struct Checks {
    bad: u32,
}

impl Checks {
    fn good(&mut self, what: &str, how: impl std::fmt::Display) {
        println!("ok    {what}: {how}");
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
