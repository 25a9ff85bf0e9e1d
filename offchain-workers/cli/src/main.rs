//! The `idlewild` command.

use std::process::ExitCode;

use clap::Parser;
use idlewild_cli::output::plain_lines;

#[tokio::main]
async fn main() -> ExitCode {
    match idlewild_cli::run(idlewild_cli::Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {}", plain_lines(&format!("{error:#}")));
            ExitCode::FAILURE
        },
    }
}
