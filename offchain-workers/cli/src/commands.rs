//! What happens, one file a command.

pub mod account;
pub mod completions;
pub mod extend;
pub mod get;
pub mod ls;
pub mod miners;
pub mod put;
pub mod rm;
pub mod stat;
pub mod top_up;
pub mod transfer;

use crate::args::{Cli, Command};

/// Carries out what was typed.
pub async fn run(cli: Cli) -> anyhow::Result<()> {
    let Cli { common, command } = cli;
    match command {
        Command::Account(command) => account::run(&common, command).await,
        Command::Transfer(transfer) => transfer::run(&common, transfer).await,
        Command::Put(put) => put::run(&common, put).await,
        Command::Get(get) => get::run(&common, get).await,
        Command::Ls { prefix } => ls::run(&common, &prefix).await,
        Command::Stat { path } => stat::run(&common, &path).await,
        Command::Rm(rm) => rm::run(&common, rm).await,
        Command::Extend(extend) => extend::run(&common, extend).await,
        Command::TopUp(top_up) => top_up::run(&common, top_up).await,
        Command::Miners => miners::run(&common).await,
        Command::Completions { shell } => completions::run(shell),
    }
}

/// What became of one deal of many.
#[derive(serde::Serialize)]
pub(crate) struct Each {
    deal: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

impl Each {
    fn new(deal: u64, outcome: Result<(), impl std::fmt::Display>) -> Self {
        Self { deal, error: outcome.err().map(|error| error.to_string()) }
    }

    /// How many went well.
    fn done(all: &[Self]) -> usize {
        all.iter().filter(|each| each.error.is_none()).count()
    }

    /// An error that names those that did not go well, if any.
    fn all_done(all: &[Self]) -> anyhow::Result<()> {
        let failed: Vec<String> =
            all.iter().filter_map(|each| Some(format!("deal {}: {}", each.deal, each.error.as_ref()?))).collect();
        if failed.is_empty() {
            return Ok(());
        }
        anyhow::bail!("{} of {} deals failed; the others are done\n{}", failed.len(), all.len(), failed.join("\n"))
    }
}
