//! What can be typed about jobs, and about those that run them.

use clap::{Args, Subcommand, ValueEnum};

/// What to do with jobs.
#[derive(Debug, Subcommand)]
pub enum JobCommand {
    /// List this account's jobs
    Ls,
    /// Show how far a job is, chunk by chunk, and which of its tasks did not end well
    Stat {
        /// The project's number
        project: u64,
        /// Ask the chain alone: nothing is fetched, and how tasks ended is not shown
        #[arg(long)]
        quick: bool,
    },
    /// Show the ends of what tasks wrote to their standard error, and why those that did not end well were ended
    Logs {
        /// The project's number
        project: u64,
        /// Only of this task
        #[arg(long, value_name = "N")]
        task: Option<u64>,
    },
    /// Show why chunks of a job are not taken: of each provider what keeps it away, and of each chunk what it waits for
    Explain {
        /// The project's number
        project: u64,
    },
    /// Have no more of a job run; what nobody began is paid back
    Cancel {
        /// The project's number
        project: u64,
    },
}

/// What runs programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Runtime {
    /// WASI modules
    Wasi,
    /// Containers
    Oci,
}

/// Listing providers.
#[derive(Clone, Debug, Default, Args)]
pub struct Offers {
    /// Only those with so many thousandths of a core free
    #[arg(long, default_value_t = 0, value_name = "MILLI")]
    pub cpu: u32,
    /// Only those with so many mebibytes of memory free
    #[arg(long, default_value_t = 0, value_name = "MIB")]
    pub mem: u32,
    /// Only those with so many mebibytes of disk free
    #[arg(long, default_value_t = 0, value_name = "MIB")]
    pub disk: u32,
    /// Only those with so many graphics processors free
    #[arg(long, default_value_t = 0)]
    pub gpus: u32,
    /// Only those in this region: two letters of ISO 3166
    #[arg(long, value_name = "XX", value_parser = region)]
    pub region: Option<[u8; 2]>,
    /// Only those that can run this
    #[arg(long, value_enum)]
    pub runtime: Option<Runtime>,
    /// Only those that ask no more than so many coins for a core and an hour
    #[arg(long, value_name = "COINS")]
    pub max_price: Option<String>,
    /// Only those with this score at least
    #[arg(long, default_value_t = 0)]
    pub score: u16,
    /// Those that take no new work as well
    #[arg(long)]
    pub all: bool,
}

fn region(text: &str) -> Result<[u8; 2], String> {
    let letters: Result<[u8; 2], _> = text.to_ascii_uppercase().into_bytes().try_into();
    match letters {
        Ok(letters) if letters.iter().all(u8::is_ascii_uppercase) => Ok(letters),
        _ => Err("write two letters of ISO 3166, such as NO".into()),
    }
}
