//! The command line.

use std::path::PathBuf;

use clap::{Parser, Subcommand};

/// Holds other people's encrypted shards, proves them on chain, and is paid for it.
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
    Init(Init),
    /// Run until stopped (Ctrl-C or SIGTERM).
    Run(Run),
    /// Ask a running worker how it is.
    Status(Status),
    /// Check configuration, keys, disk, node, account and endpoint, and say what to do about each fault.
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
    /// How much to offer.
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
