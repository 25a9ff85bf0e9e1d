//! A worker that cheats, to show how it fares: `idlewild-worker run`, but what its programs write is changed.
//!
//! Nothing of this is in `idlewild-worker`. `scripts/devnet.sh up --liars N` starts some.

mod lying;

use std::{path::PathBuf, process::ExitCode};

use clap::Parser;
use idlewild_worker::commands::run::{run_wrapped, RunError};

use self::lying::Lie;

/// Runs a worker whose provider changes the output of tasks.
#[derive(Parser)]
#[command(name = "idlewild-liar")]
struct Args {
    /// The worker's configuration.
    #[arg(long, default_value = "idlewild-worker.toml")]
    config: PathBuf,
    /// How likely the output of a task is changed, from 0 to 1.
    #[arg(long, default_value_t = 1.0, value_parser = chance)]
    chance: f64,
    /// Liars with the same word change the outputs of the same tasks, and to the same.
    #[arg(long, default_value = "liars")]
    clique: String,
    /// Start even if the storage folder is empty though the chain says that shards are there.
    #[arg(long)]
    accept_empty_disk: bool,
}

fn chance(text: &str) -> Result<f64, String> {
    let chance: Option<f64> = text.parse().ok().filter(|chance| (0.0..=1.0).contains(chance));
    chance.ok_or_else(|| "write a number from 0 to 1".into())
}

#[tokio::main]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        },
    }
}

async fn run() -> Result<(), RunError> {
    let Args { config, chance, clique, accept_empty_disk } = Args::parse();
    run_wrapped(&config, accept_empty_disk, Some(Lie { chance, clique }.wrap())).await
}
