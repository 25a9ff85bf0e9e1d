//! What can be typed after `name`.

use clap::{Args, Subcommand};

/// What to do with names.
///
/// A path is a name with its subnames behind it, as `name/sub`.
#[derive(Debug, Subcommand)]
pub enum NameCommand {
    /// Show whether a name is free, what it costs, and else until when it is taken
    Search {
        /// The name
        name: String,
        /// Years to ask the price of
        #[arg(long, default_value_t = 1)]
        periods: u32,
    },
    /// Register a name: what is wanted is committed to first and told some blocks later, so that nobody who sees it is quicker
    Register(Register),
    /// Pay for more time of a name, whoever has it
    Renew(Renew),
    /// Set a record of a name, or remove it where no value is given
    Set(Set),
    /// Show what a path leads to: its records, and what of the path is an object's
    Get {
        /// The path
        path: String,
        /// Only this record's value
        key: Option<String>,
    },
    /// Give a name or a subname to another account
    Transfer {
        /// The path
        path: String,
        /// An address, or an account of this machine
        to: String,
    },
    /// Give up a name; its deposits come back, its rent does not
    Release {
        /// The name
        name: String,
        /// Release it without asking
        #[arg(long, short)]
        yes: bool,
    },
    /// List the names of this account
    Ls {
        /// List the subnames of this path in their place
        path: Option<String>,
    },
    /// Make or remove subnames, which can have owners of their own
    #[command(subcommand)]
    Sub(SubCommand),
    /// Let another account set records of a name, or no longer
    Operator {
        /// The path
        path: String,
        /// An address, or an account of this machine
        who: String,
        /// No longer
        #[arg(long)]
        remove: bool,
    },
    /// Say which name this account goes by, or that it goes by none
    Reverse {
        /// A path whose record `account` is this account
        path: Option<String>,
    },
}

/// Registering a name.
#[derive(Clone, Debug, Args)]
pub struct Register {
    /// The name: 3 to 63 letters a to z, digits and single hyphens
    pub name: String,
    /// Years to pay for
    #[arg(long, default_value_t = 1)]
    pub periods: u32,
    /// The most coins to pay [default: what it costs now]
    #[arg(long, value_name = "COINS")]
    pub max_price: Option<String>,
    /// Pay without asking
    #[arg(long, short)]
    pub yes: bool,
}

/// Renewing a name.
#[derive(Clone, Debug, Args)]
pub struct Renew {
    /// The name
    pub name: String,
    /// Years to pay for
    #[arg(long, default_value_t = 1)]
    pub periods: u32,
    /// The most coins to pay [default: what it costs now]
    #[arg(long, value_name = "COINS")]
    pub max_price: Option<String>,
    /// Pay without asking
    #[arg(long, short)]
    pub yes: bool,
}

/// Setting a record.
#[derive(Clone, Debug, Args)]
pub struct Set {
    /// The path
    pub path: String,
    /// object, bucket, account, peer, endpoint, table, text:KEY, or chain:NUMBER for an address of the chain with this number in SLIP-44
    pub key: String,
    /// A bucket's or a table's number; BUCKET/PATH or publication/ID of an object; an address; a peer key or a chain's address in hex; text
    pub value: Option<String>,
}

/// What to do with subnames.
#[derive(Debug, Subcommand)]
pub enum SubCommand {
    /// Make a subname
    Add {
        /// The path of what it belongs to
        parent: String,
        /// What it is called there
        label: String,
        /// Whose it is: an address, or an account of this machine [default: this account]
        #[arg(long)]
        owner: Option<String>,
    },
    /// Remove a subname, and all below it
    Rm {
        /// Its path
        path: String,
    },
}
