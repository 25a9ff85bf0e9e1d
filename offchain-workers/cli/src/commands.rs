//! What happens, one file a command.

pub mod account;
pub mod completions;

use crate::args::{Cli, Command};

/// Carries out what was typed.
pub async fn run(cli: Cli) -> anyhow::Result<()> {
    let Cli { common, command } = cli;
    match command {
        Command::Account(command) => account::run(&common, command),
        Command::Completions { shell } => completions::run(shell),
    }
}
