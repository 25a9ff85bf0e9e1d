//! What can be typed after `gateway`.

use std::{net::SocketAddr, path::PathBuf};

use clap::{Args, Subcommand};

/// A gateway, and what to do with it.
#[derive(Debug, Args)]
pub struct Gateway {
    /// The gateway's folder [default: the gateway folder of the user's data]
    #[arg(long, global = true, env = "IDLEWILD_GATEWAY", value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// What to do with it.
    #[command(subcommand)]
    pub command: GatewayCommand,
}

/// What to do with a gateway.
#[derive(Debug, Subcommand)]
pub enum GatewayCommand {
    /// Make a gateway: its own secret, its configuration, and its record on chain
    Init(Init),
    /// Run the gateway until it is told to stop
    Start,
    /// Show how the gateway does: its fronts, its buckets, and what has not reached the miners yet
    Status,
    /// Send what was written to the miners now, and wait until it is there
    Flush {
        /// Only this bucket
        bucket: Option<String>,
        /// Seconds to wait; 0 does not wait
        #[arg(long, default_value_t = 600, value_name = "SECONDS")]
        wait: u64,
    },
    /// Let everybody read all of a bucket, for ever: its key goes on chain
    Publish {
        /// Its name, or its number on chain
        bucket: String,
        /// Do it without asking
        #[arg(long, short)]
        yes: bool,
    },
    /// List your gateways: where they are, what they may spend, and which buckets they have
    Ls,
    /// Give another gateway of yours the keys of buckets, so that it has them too
    Grant {
        /// The other gateway, by its address [default: that of the folder]
        gateway: Option<String>,
        /// Which
        #[command(flatten)]
        chosen: Chosen,
    },
    /// Take buckets from a gateway of yours; what it wrote and did not send yet is not taken any more
    Withdraw {
        /// The gateway, by its address [default: that of the folder]
        gateway: Option<String>,
        /// Which
        #[command(flatten)]
        chosen: Chosen,
    },
    /// End a gateway of yours: it cannot act for you any more, and its deposits come back
    Retire {
        /// The gateway, by its address or by where it is, as `ls` shows them [default: that of the folder]
        gateway: Option<String>,
        /// Do it without asking
        #[arg(long, short)]
        yes: bool,
    },
    /// Say where your other gateways find this one
    Announce {
        /// An address such as http://10.0.0.2:9000, which only your own machines can reach
        #[arg(value_name = "URL")]
        endpoint: String,
    },
    /// Show the commits of a bucket, or the versions of an object with those that lost against another gateway's
    History {
        /// A bucket, by its name or number
        bucket: String,
        /// The object
        key: Option<String>,
        /// How many at most, the newest first
        #[arg(long, default_value_t = 50, value_name = "NUMBER")]
        limit: usize,
    },
    /// Make an earlier version of an object current again; no other is lost
    // Here the word is of the object.
    #[command(disable_version_flag = true)]
    Restore {
        /// A bucket, by its name or number
        bucket: String,
        /// The object
        key: String,
        /// Which version, as `history` shows it
        #[arg(long, value_name = "ID")]
        version: String,
    },
    /// Set how many of your coins the gateway may still spend on deals
    Allow {
        /// How many
        coins: String,
    },
    /// Make, list, change and revoke access keys of S3 clients
    #[command(subcommand)]
    Key(KeyCommand),
}

/// Some of an owner's buckets.
#[derive(Clone, Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Chosen {
    /// A bucket, by its name or number; may be repeated
    #[arg(long = "bucket", value_name = "NAME-OR-NUMBER")]
    pub buckets: Vec<String>,
    /// All of your buckets
    #[arg(long)]
    pub all: bool,
}

/// A new gateway.
#[derive(Clone, Debug, Args)]
pub struct Init {
    /// Keep everything on this machine: no chain, no miners, no coins
    #[arg(long)]
    pub local: bool,
    /// Where S3 clients connect
    #[arg(long, default_value = "127.0.0.1:9000", value_name = "ADDRESS")]
    pub s3: SocketAddr,
    /// Where browsers connect
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    pub web: SocketAddr,
    /// How many of your coins it may spend on deals; `gateway allow` changes it
    #[arg(long, default_value = "100", value_name = "COINS")]
    pub allowance: String,
    /// How many coins it gets for its own fees
    #[arg(long, default_value = "5", value_name = "COINS")]
    pub fees: String,
    /// Where your other gateways find this one [default: http:// and the address of --s3]
    #[arg(long, value_name = "URL")]
    pub endpoint: Option<String>,
    /// Give it the keys of all of your buckets, so that it has what your other gateways have
    #[arg(long, conflicts_with = "local")]
    pub grant_all: bool,
    /// Register it without asking
    #[arg(long, short)]
    pub yes: bool,
    /// Build a gateway anew from its mnemonic, which is read from this file
    #[arg(long, value_name = "FILE")]
    pub mnemonic_file: Option<PathBuf>,
}

/// What to do with access keys.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Make an access key and show its secret
    New {
        /// What it may do: read, list, write, delete, configure, or all
        #[arg(long, default_value = "all", value_delimiter = ',', value_name = "RIGHTS")]
        rights: Vec<String>,
        /// Only for the buckets with these numbers on chain
        #[arg(long, value_delimiter = ',', value_name = "NUMBERS")]
        buckets: Vec<u64>,
    },
    /// List access keys
    Ls,
    /// Give a key another secret and show it; the old one opens nothing any more
    Rotate {
        /// Its id
        access_key: String,
    },
    /// Take a key away
    Revoke {
        /// Its id
        access_key: String,
    },
}
