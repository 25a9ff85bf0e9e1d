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
        Command::Miners => miners::run(&common).await,
        Command::Completions { shell } => completions::run(shell),
    }
}
