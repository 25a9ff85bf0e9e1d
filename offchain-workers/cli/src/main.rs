//! The `idlewild` command.

use std::process::ExitCode;

use clap::Parser;
use idlewild_cli::{logs, output::plain_lines};

#[tokio::main]
async fn main() -> ExitCode {
    let cli = idlewild_cli::Cli::parse();
    let begun = logs::begin(cli.common.verbose);
    let outcome = match begun {
        Ok(()) => idlewild_cli::run(cli).await,
        Err(error) => Err(error.into()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", plain_lines(&format!("{error:#}")));
            ExitCode::FAILURE
        },
    }
}
