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

/// What a machine must have or be to run a job.
#[derive(Clone, Debug, Default, Args)]
pub struct Machine {
    /// Mebibytes of disk for a chunk [default: 256]
    #[arg(long, value_name = "MIB")]
    pub disk: Option<u32>,
    /// Only on machines whose owners say that they are here: two letters of ISO 3166
    #[arg(long, value_name = "XX", value_parser = region)]
    pub region: Option<[u8; 2]>,
    /// Only on machines of this class, 16 hexadecimal digits as `idlewild --json offers` shows them: an image's results are compared among
    /// machines of one class, and else the first that is drawn decides which
    #[arg(long, value_name = "HEX", value_parser = host_class)]
    pub host_class: Option<[u8; 8]>,
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

fn host_class(text: &str) -> Result<[u8; 8], String> {
    let mut class = [0; 8];
    match hex::decode_to_slice(text, &mut class) {
        Ok(()) if class == [0; 8] => Err("this is what machines say that run no containers".into()),
        Ok(()) => Ok(class),
        Err(_) => Err("write 16 hexadecimal digits: `idlewild --json offers` shows the class of each machine".into()),
    }
}

fn region(text: &str) -> Result<[u8; 2], String> {
    let letters: Result<[u8; 2], _> = text.to_ascii_uppercase().into_bytes().try_into();
    match letters {
        Ok(letters) if letters.iter().all(u8::is_ascii_uppercase) => Ok(letters),
        _ => Err("write two letters of ISO 3166, such as NO".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_machine_must_be_is_read_or_refused_with_what_to_write() {
        assert_eq!(region("no"), Ok(*b"NO"));
        assert!(region("NOR").unwrap_err().contains("ISO 3166") && region("N1").is_err());
        assert_eq!(host_class("00112233445566ff"), Ok([0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0xff]));
        assert!(host_class("0011").unwrap_err().contains("16 hexadecimal digits"));
        assert!(host_class("0000000000000000").unwrap_err().contains("no containers"));
    }
}
