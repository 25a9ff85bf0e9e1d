//! `idlewild-worker`: parse, run, report.

use std::process::ExitCode;

use clap::Parser;
use idlewild_worker::{args::Args, commands};

#[tokio::main]
async fn main() -> ExitCode {
    match commands::run(Args::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        },
    }
}
