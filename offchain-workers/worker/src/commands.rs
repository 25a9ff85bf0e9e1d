//! One module for each command.

pub mod benchmark;
pub mod doctor;
pub mod init;
pub mod measure;
pub mod operate;
pub mod plot;
pub mod run;
pub mod scan;
pub mod status;
pub mod verify_plots;

use crate::args::{Args, Command};

/// Why a command failed: the sentence that the user sees.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Runs a command.
pub async fn run(args: Args) -> Result<(), Failure> {
    match args.command {
        Command::Init(args) => Ok(init::run(&args)?),
        Command::Run(args) => Ok(run::run(&args.config, args.accept_empty_disk).await?),
        Command::Status(args) => Ok(status::run(&args.config, args.json).await?),
        Command::Pause(args) => Ok(operate::run(&args.config, operate::Wish::Pause).await?),
        Command::Resume(args) => Ok(operate::run(&args.config, operate::Wish::Resume).await?),
        Command::Exit(args) => Ok(operate::run(&args.config, operate::Wish::Exit).await?),
        Command::Bond(args) => Ok(operate::run(&args.config, operate::Wish::of_bond(&args)?).await?),
        Command::Remove(args) => Ok(operate::run(&args.config, operate::Wish::Remove).await?),
        Command::Plot(args) => Ok(plot::run(args)?),
        Command::Scan(args) => Ok(scan::run(&args)?),
        Command::VerifyPlots(args) => Ok(verify_plots::run(&args)?),
        Command::Benchmark(args) => Ok(benchmark::run(&args)?),
        Command::Measure(args) => Ok(measure::run(&args.folder)?),
        Command::Doctor(args) => Ok(doctor::run(&args.config).await?),
    }
}
