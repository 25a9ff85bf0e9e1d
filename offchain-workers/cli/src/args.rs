//! What can be typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

/// Files that survive the machines they are on.
#[derive(Debug, Parser)]
#[command(name = "idlewild", version, propagate_version = true)]
pub struct Cli {
    /// What holds for every command.
    #[command(flatten)]
    pub common: Common,
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What holds for every command.
#[derive(Clone, Debug, Args)]
pub struct Common {
    /// Print one JSON value for programs in place of words for people
    #[arg(long, global = true)]
    pub json: bool,
    /// Folder of this user's accounts and settings [default: the idlewild folder of the user's data]
    #[arg(long, global = true, env = "IDLEWILD_HOME", value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// Read the password from the first line of this file; without it from IDLEWILD_PASSWORD, or from the terminal
    #[arg(long, global = true, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make, import, export and list accounts
    #[command(subcommand)]
    Account(AccountCommand),
    /// Print the completions of a shell, to be put where that shell looks for them
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// What to do with accounts.
#[derive(Debug, Subcommand)]
pub enum AccountCommand {
    /// Make an account and show its mnemonic, once
    New {
        /// What to call it on this machine
        name: String,
        /// Words of the mnemonic
        #[arg(long, default_value = "12", value_parser = ["12", "15", "18", "21", "24"])]
        words: String,
    },
    /// Take in an account from a mnemonic, a secret URI or an exported file
    Import {
        /// What to call it on this machine
        name: String,
        /// A secret URI such as //Alice; others on this machine can see what is typed here, so use it for test accounts only
        #[arg(long, conflicts_with = "file")]
        suri: Option<String>,
        /// A file that `account export` wrote
        #[arg(long, value_name = "FILE")]
        file: Option<PathBuf>,
    },
    /// Write an account's encrypted file, or show its secret
    Export {
        /// Its name on this machine
        name: String,
        /// Show the mnemonic and the seed, after the password, in place of the encrypted file
        #[arg(long, conflicts_with = "out")]
        secret: bool,
        /// Write to this new file in place of the terminal
        #[arg(long, value_name = "FILE")]
        out: Option<PathBuf>,
    },
    /// List the accounts of this machine
    Ls,
}
