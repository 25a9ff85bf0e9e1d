//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};
use idlewild_capacity::InstructionSet;

/// Lends this machine out and is paid for it: holds shards, wins rounds with plots, runs jobs and services, judges others' work.
#[derive(Debug, Parser)]
#[command(name = "idlewild-worker", version, about)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make keys and a configuration with every key explained.
    Init(Box<Init>),
    /// Run until stopped (Ctrl-C or SIGTERM).
    Run(Run),
    /// Ask a running worker how it is.
    Status(Status),
    /// Check configuration, keys, disks, node, account and endpoint, and say what to do about each fault.
    Doctor(Configured),
    /// Take no new slots; those that are held are kept, proven and paid for.
    Pause(Configured),
    /// Take new slots again.
    Resume(Configured),
    /// Begin to leave for good: nothing new is taken, and the bond is freed slot by slot. Keep the worker running until then.
    Exit(Configured),
    /// Put up more bond, or take back what no slot needs.
    Bond(Bond),
    /// Take a miner that left, and answers for nothing any more, off the chain, and its bond back.
    Remove(Configured),
    /// Plot ahead of time, or on another machine. Ctrl-C stops; the same command goes on where it stopped.
    Plot(Plot),
    /// Answer a round from plots, as a running worker does, and tell how long it takes.
    Scan(Scan),
    /// Look for damage in plots, and name the warps that have it.
    VerifyPlots(VerifyPlots),
    /// Measure how fast this machine plots and scans.
    Benchmark(Benchmark),
    /// Measure how fast this machine is, for the worker that starts this and holds its standard input.
    #[command(hide = true)]
    Measure(Measure),
}

/// Arguments of `plot`.
#[derive(Debug, clap::Args)]
pub struct Plot {
    /// The folder for the plots.
    pub folder: PathBuf,
    /// The account whose plots they are: they win for no other. That of the configuration's operator, if none is given.
    #[arg(long)]
    pub account: Option<String>,
    /// The configuration file that names the operator.
    #[arg(long, default_value = "idlewild-worker.toml")]
    pub config: PathBuf,
    /// How much to plot. What is there counts, so that the command can be given again.
    #[arg(long, value_name = "SIZE")]
    pub space: String,
    /// How much of the disk to leave free.
    #[arg(long, value_name = "SIZE", default_value = "4 GiB")]
    pub leave: String,
    /// Threads; one for each processor if 0.
    #[arg(long, default_value_t = 0)]
    pub threads: usize,
    /// The part of their time that they work, in percent.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u8).range(1..=100))]
    pub share: u8,
    /// Instructions to hash with: scalar, sse2, avx2 or avx512. The best that the processor has, if none is given.
    #[arg(long)]
    pub kernel: Option<InstructionSet>,
    /// Print JSON, a line for each plot.
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `scan`.
#[derive(Debug, clap::Args)]
pub struct Scan {
    /// Folders of plots. They are read one after the other.
    #[arg(required = true)]
    pub folders: Vec<PathBuf>,
    /// The challenge, in hexadecimal; all zeros if none is given.
    #[arg(long)]
    pub challenge: Option<String>,
    /// The round.
    #[arg(long, default_value_t = 0)]
    pub round: u32,
    /// Instructions to hash with: scalar, sse2, avx2 or avx512. The best that the processor has, if none is given.
    #[arg(long)]
    pub kernel: Option<InstructionSet>,
    /// Print JSON, a line for each folder.
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `verify-plots`.
#[derive(Debug, clap::Args)]
pub struct VerifyPlots {
    /// Plots, or folders of plots.
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// Scoops of each warp that are made again where a plot has no sums.
    #[arg(long, default_value_t = 64)]
    pub samples: u32,
    /// Print JSON, a line for each plot.
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `benchmark`.
#[derive(Debug, clap::Args)]
pub struct Benchmark {
    /// A folder on the disk that plots would be on: it is written to and read from, a GiB.
    #[arg(long, value_name = "FOLDER")]
    pub disk: Option<PathBuf>,
    /// Threads; one for each processor if 0.
    #[arg(long, default_value_t = 0)]
    pub threads: usize,
    /// Seconds for each figure.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub seconds: u32,
    /// Print JSON, a line for each figure.
    #[arg(long)]
    pub json: bool,
}

/// Arguments of `measure`.
#[derive(Debug, clap::Args)]
pub struct Measure {
    /// A folder on the disk that is measured.
    pub folder: PathBuf,
}

/// Arguments of `init`.
#[derive(Debug, clap::Args)]
pub struct Init {
    /// Folder for the configuration, keys and shards.
    #[arg(long, default_value = ".")]
    pub dir: PathBuf,
    /// JSON-RPC address of a node.
    #[arg(long, default_value = "ws://127.0.0.1:9944")]
    pub node: String,
    /// The operator's secret: a mnemonic or a secret URI. A new mnemonic is made if none is given.
    #[arg(long, env = "IDLEWILD_OPERATOR_SECRET", hide_env_values = true)]
    pub operator: Option<String>,
    /// TCP port for other peers.
    #[arg(long, default_value_t = 4001)]
    pub port: u16,
    /// Address that others can reach this machine at.
    #[arg(long, default_value = "127.0.0.1")]
    pub address: std::net::IpAddr,
    /// Keep no shards: the worker then needs no network identity and no open port.
    #[arg(long)]
    pub no_storage: bool,
    /// How much to offer for shards.
    #[arg(long, default_value = "10 GiB")]
    pub capacity: String,
    /// What a GiB costs per proving period, in coins.
    #[arg(long, default_value = "0.01")]
    pub price: String,
    /// Bond to put up, in coins.
    #[arg(long, default_value = "100")]
    pub bond: String,
    /// Address of the local status RPC.
    #[arg(long, default_value = "127.0.0.1:9955")]
    pub rpc: String,
    /// Address of the Prometheus endpoint; none if empty.
    #[arg(long, default_value = "")]
    pub metrics: String,
    /// Collect pay at most each time so many proving periods have passed, and only where it is more than the fee. A deal that
    /// is over is always collected, free of a fee.
    #[arg(long, default_value_t = 24)]
    pub settle_every: u32,
    /// A folder for plots, which win rounds; may be given for each disk. Without it the worker keeps no plots.
    #[arg(long, value_name = "FOLDER")]
    pub plots: Vec<PathBuf>,
    /// How much plots may take in each of their folders.
    #[arg(long, default_value = "100 GiB")]
    pub plot_space: String,
    /// How much of each such disk plots leave free, for paid data to come in.
    #[arg(long, default_value = "4 GiB")]
    pub plot_leave: String,
    /// Bond to put up for claims of rounds, in coins.
    #[arg(long, default_value = "10")]
    pub claim_bond: String,
    /// Lend the machine out: run others' jobs, in modules and containers.
    #[arg(long)]
    pub compute: bool,
    /// Bond to put up as a provider, in coins.
    #[arg(long, default_value = "100")]
    pub compute_bond: String,
    /// Judge others' results, on a seat that takes a bond of its own.
    #[arg(long)]
    pub tracker: bool,
}

/// Arguments of `run`.
#[derive(Debug, clap::Args)]
pub struct Run {
    /// The configuration file.
    #[arg(long, default_value = "idlewild-worker.toml")]
    pub config: PathBuf,
    /// Start although the storage folder is empty and the chain says that this miner holds shards: the disk is lost. What can be
    /// is rebuilt from others' shards; the rest is declared lost, which costs two bounties a slot.
    #[arg(long)]
    pub accept_empty_disk: bool,
}

/// Arguments of `bond`.
#[derive(Debug, clap::Args)]
#[group(id = "change", required = true, multiple = false)]
pub struct Amount {
    /// Coins to add to the bond.
    #[arg(long, value_name = "COINS")]
    pub add: Option<String>,
    /// Coins to take back.
    #[arg(long, value_name = "COINS")]
    pub withdraw: Option<String>,
}

/// Arguments of `bond`.
#[derive(Debug, clap::Args)]
pub struct Bond {
    /// The configuration file.
    #[arg(long, default_value = "idlewild-worker.toml")]
    pub config: PathBuf,
    /// How much.
    #[command(flatten)]
    pub amount: Amount,
    /// The bond for claims of rounds, in place of the miner's.
    #[arg(long)]
    pub claims: bool,
}

/// Arguments of commands that need nothing but the configuration.
#[derive(Debug, clap::Args)]
pub struct Configured {
    /// The configuration file.
    #[arg(long, default_value = "idlewild-worker.toml")]
    pub config: PathBuf,
}

/// Arguments of `status`.
#[derive(Debug, clap::Args)]
pub struct Status {
    /// The configuration file of the worker to ask.
    #[arg(long, default_value = "idlewild-worker.toml")]
    pub config: PathBuf,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}
