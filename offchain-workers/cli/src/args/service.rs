//! What can be typed after `service`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// What to do with services.
#[derive(Debug, Subcommand)]
pub enum ServiceCommand {
    /// Run a container for as long as it is paid for, on others' machines, where the whole world can reach it
    ///
    /// FILE is a small TOML, or a docker-compose file (.yml, .yaml) with one service. A TOML of all that can be said:
    ///
    ///   image = "web:1"                    # pushed before, or an archive, or in this machine's Docker Engine
    ///   command = ["serve"]                # in place of the image's arguments
    ///   ports = [8080]                     # the first is reached at the endpoint, each further one a port higher
    ///   health = "/health"                 # asked by HTTP at the first port: 2xx and 3xx say that it is well
    ///   instances = 2
    ///   network = true                     # whether it reaches the world
    ///   [environment]
    ///   MODE = "fast"                      # public, as is everything in this file
    ///   [resources]
    ///   cpu = 0.5                          # cores
    ///   memory = "256 MiB"
    ///   disk = "1 GiB"
    ///   [machine]
    ///   arch = "amd64"                     # or arm64, riscv64
    ///   region = "NO"
    ///   tier = "container"                 # or remapped, virtual
    ///   [pay]
    ///   most = "0.1"                       # coins for an instance and an hour
    ///   term = "1d"                        # paid for ahead
    ///
    /// A service is paid by the hour of the chain. As long as `idlewild service keep` runs, its owner pays what answers, and a machine that
    /// vanishes is replaced. Without it trackers decide what is paid, and nothing is replaced.
    #[command(verbatim_doc_comment)]
    Deploy(Deploy),
    /// Pay a service's machines as long as they answer, and find others for those that vanish, until the service is over
    Keep {
        /// The service's number
        service: u64,
    },
    /// List this account's services
    Ls,
    /// Show how a service is: its machines, where they are reached, what was paid
    Stat {
        /// The service's number
        service: u64,
        /// Show what keeps each provider from it, dimension by dimension
        #[arg(long)]
        explain: bool,
    },
    /// Show what a service wrote last: its providers give it to its owner alone
    Logs {
        /// The service's number
        service: u64,
        /// Only of this lease
        #[arg(long, value_name = "N")]
        lease: Option<u64>,
        /// The last lines
        #[arg(long, short = 'n', default_value_t = 100)]
        lines: u32,
    },
    /// Have more instances of a service run, or fewer; the same number once more pays for instances that wait
    Scale {
        /// The service's number
        service: u64,
        /// Instances
        instances: u8,
        /// Pay without asking
        #[arg(long, short)]
        yes: bool,
    },
    /// Pay all machines of a service further ahead
    TopUp {
        /// The service's number
        service: u64,
        /// Coins, spread over its machines
        amount: String,
    },
    /// End a service for good; what is not used of its pay comes back
    Stop {
        /// The service's number
        service: u64,
    },
}

/// Deploying a service.
#[derive(Clone, Debug, Args)]
pub struct Deploy {
    /// What to run: a TOML, or a compose file with one service
    pub file: PathBuf,
    /// Run this image in place of the one in the file
    #[arg(long)]
    pub image: Option<String>,
    /// Instances, in place of what the file says
    #[arg(long)]
    pub instances: Option<u8>,
    /// The most that an instance may cost in an hour, in coins [default: what the file says, or twice what the cheapest machine asks]
    #[arg(long, value_name = "COINS")]
    pub max_price: Option<String>,
    /// How long it is paid for ahead: blocks, or a time at six seconds a block such as 12h or 30d [default: what the file says, or 1d]
    #[arg(long, value_parser = crate::quantities::term)]
    pub term: Option<u32>,
    /// How the image and its settings are stored: data and parity shards, as of `put`
    #[arg(long, default_value = "2+1", value_parser = crate::quantities::geometry)]
    pub class: idlewild_storage_primitives::geometry::Geometry,
    /// Go on keeping it when it is live: pay it, and replace machines that vanish
    #[arg(long)]
    pub keep: bool,
    /// Deploy it although nothing fits now, and wait for a machine
    #[arg(long)]
    pub wait: bool,
    /// Pay without asking
    #[arg(long, short)]
    pub yes: bool,
}
