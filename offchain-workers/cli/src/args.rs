//! What can be typed.

mod gateway;
mod image;
mod job;
mod name;
mod service;
mod share;
mod stored;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

pub use self::{
    gateway::{Chosen, Gateway, GatewayCommand, Init, KeyCommand},
    image::{ImageCommand, Push},
    job::{JobCommand, Machine, Offers, Runtime},
    name::{NameCommand, Register, Renew, Set, SubCommand},
    service::{Deploy, ServiceCommand},
    share::{Copied, Publish, Share, Shares},
    stored::Stored,
};

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
    /// Say more on standard error, and the more the more often it is given; RUST_LOG chooses in its place
    #[arg(long, short, global = true, action = clap::ArgAction::Count)]
    pub verbose: u8,
    /// Folder of this user's accounts and settings [default: the idlewild folder of the user's data]
    #[arg(long, global = true, env = "IDLEWILD_HOME", value_name = "DIR")]
    pub home: Option<PathBuf>,
    /// Read the password from the first line of this file; without it from IDLEWILD_PASSWORD, or from the terminal
    #[arg(long, global = true, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// JSON-RPC address of a node
    #[arg(long, global = true, env = "IDLEWILD_NODE", default_value = "ws://127.0.0.1:9944", value_name = "URL")]
    pub node: String,
    /// The account to act for; without it the only one on this machine
    #[arg(long, global = true, env = "IDLEWILD_ACCOUNT", value_name = "NAME")]
    pub account: Option<String>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make, import, export and list accounts
    #[command(subcommand)]
    Account(AccountCommand),
    /// Show an account's coins: free, on hold and for what, and all together
    Balance {
        /// Its name on this machine, or any address; without it the account to act for
        #[arg(value_name = "ACCOUNT")]
        of: Option<String>,
    },
    /// Send coins
    Transfer(Transfer),
    /// Store files: encrypted, erasure-coded, spread over miners
    Put(Put),
    /// Fetch a file or a folder back from any of the miners that are left
    Get(Get),
    /// List stored files
    Ls {
        /// Only paths that begin with this
        #[arg(default_value = "")]
        prefix: String,
    },
    /// Show a stored file: its deals, their slots and terms
    Stat {
        /// The file's path
        path: String,
        /// Show what can be read, although deals that cannot be read now may hold a newer version
        #[arg(long)]
        force: bool,
    },
    /// End the deals of stored files and get back what is left of their pay
    Rm(Rm),
    /// Let the deals of a stored file go on after their term
    Extend(Extend),
    /// Add coins to the bounties for repairs of a stored file
    TopUp(TopUp),
    /// Let another account, or whoever has a link, read a copy of a stored file
    Share(Share),
    /// List what this account shares, and what others share with it
    Shares(Shares),
    /// End shares, and the deals of their copies
    Unshare {
        /// Their numbers; without any, what is over and could not be ended before
        #[arg(value_name = "ID", value_parser = crate::quantities::share)]
        shares: Vec<u64>,
    },
    /// Make a copy of a stored file public, for ever
    Publish(Publish),
    /// List what an account published
    Publications {
        /// Its name on this machine, or any address; without it the account to act for
        #[arg(value_name = "ACCOUNT")]
        of: Option<String>,
    },
    /// Take publications off the record, and end the deals of their copies; what was public stays told
    Unpublish {
        /// Their numbers
        #[arg(value_name = "ID", required = true, value_parser = crate::quantities::publication)]
        publications: Vec<u64>,
    },
    /// List miners
    Miners,
    /// Show how much space the network has plotted, what is left to be made of it, and who won the last rounds
    Rounds {
        /// How many rounds to look back on, of the last 1440
        #[arg(long, default_value_t = 60, value_name = "ROUNDS")]
        count: u32,
    },
    /// Run a program on others' machines, as often as there are tasks, and fetch what it wrote
    Run(Run),
    /// Look at jobs, or end them
    #[command(subcommand)]
    Job(JobCommand),
    /// Run containers that the world can reach, for as long as they are paid for
    #[command(subcommand)]
    Service(ServiceCommand),
    /// Store container images, and list them
    #[command(subcommand)]
    Image(ImageCommand),
    /// Register names and say what they lead to
    #[command(subcommand)]
    Name(NameCommand),
    /// Run a gateway: buckets for S3 clients, and names for browsers
    Gateway(Gateway),
    /// List those that run jobs and services, and what they ask
    Offers(Offers),
    /// Print the completions of a shell, to be put where that shell looks for them
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// Running a program.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("term", |term| term.default_value("7d")))]
pub struct Run {
    /// A WASI module, or an image: one that was pushed, by its name or digest, or an archive or an image of this machine's engine, which
    /// is pushed first. It reads its standard input, and what it writes to its standard output is its result
    #[arg(value_name = "MODULE|IMAGE")]
    pub program: String,
    /// Pay an image for the time that it took and compare nothing: for what writes something else each time
    #[arg(long)]
    pub metered: bool,
    /// Compare what an image writes by what this module makes of it, and not byte by byte: it reads an output and writes what of it counts
    #[arg(long, value_name = "MODULE", conflicts_with_all = ["metered", "private_input"])]
    pub comparator: Option<PathBuf>,
    /// Let nobody read arguments and input but those who run them, who get the key as long as this command is there. Nobody can run them
    /// again to compare, so time is paid for, as with --metered
    #[arg(long)]
    pub private_input: bool,
    /// Run it so many times; `{}` in an argument stands for the number of the run, from 0 on
    #[arg(long, default_value_t = 1, value_name = "N")]
    pub map: u64,
    /// Run it once for each line of this file, whose words follow the other arguments
    #[arg(long, value_name = "FILE", conflicts_with = "map")]
    pub tasks: Option<PathBuf>,
    /// What each run reads from its standard input: a file here, or a stored object by its path or its deal
    #[arg(long = "in", value_name = "FILE|OBJECT")]
    pub input: Option<PathBuf>,
    /// Where results go: a file for each run, named by its number [default: project-N]
    #[arg(long, short, value_name = "DIR")]
    pub output: Option<PathBuf>,
    /// Replicas of each chunk; 1 leaves it to the provider's score how often there is a second one
    #[arg(long, default_value_t = 1)]
    pub replicas: u8,
    /// Runs of a chunk, which one provider does one after the other or side by side
    #[arg(long, default_value_t = 4, value_name = "N")]
    pub per_chunk: u32,
    /// Thousandths of a core for a chunk
    #[arg(long, default_value_t = 1_000, value_name = "MILLI")]
    pub cpu: u32,
    /// Mebibytes of memory of a run
    #[arg(long, default_value_t = 256, value_name = "MIB")]
    pub mem: u32,
    /// What else a machine must have or be
    #[command(flatten)]
    pub machine: Machine,
    /// Seconds that a run may take
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    pub time: u64,
    /// What a run may use: fuel of a module, about an instruction each [default: 100000000000]; milliseconds of processor time of an
    /// image [default: as many as may pass, on the cores that it has]
    #[arg(long, alias = "fuel", value_name = "WORK")]
    pub work: Option<u64>,
    /// Bytes that a run may write
    #[arg(long, default_value_t = 64 << 20, value_name = "BYTES")]
    pub max_output: u64,
    /// Blocks that a chunk may take on the reference machine [default: what all of its runs may take, and some to store what they wrote]
    #[arg(long)]
    pub blocks: Option<u32>,
    /// What a chunk that uses all of its limits is paid, in coins
    #[arg(long, default_value = "0.1", value_name = "COINS")]
    pub price: String,
    /// How what it needs is stored
    #[command(flatten)]
    pub stored: Stored,
    /// Pay without asking
    #[arg(long, short)]
    pub yes: bool,
    /// Begin anew, although the same command was broken off before
    #[arg(long)]
    pub again: bool,
    /// Arguments of the program, after --
    #[arg(last = true)]
    pub arguments: Vec<String>,
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
    ///
    /// Without --suri and --file the mnemonic is asked for at the terminal; where standard input is no terminal, its first line
    /// is taken.
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
    /// Tell everybody the key that others need to share files with this account
    Announce,
    /// Take that key back; what was shared before can be opened all the same
    Conceal,
    /// The same as `idlewild balance`
    Balance {
        /// Its name on this machine, or any address; without it the account to act for
        #[arg(value_name = "ACCOUNT")]
        of: Option<String>,
    },
}

/// Sending coins.
#[derive(Debug, Args)]
pub struct Transfer {
    /// How many coins to send to each, such as 1.5
    pub amount: String,
    /// Addresses, or names of accounts on this machine
    #[arg(required = true)]
    pub to: Vec<String>,
}

/// Storing files.
#[derive(Debug, Args)]
#[command(mut_arg("class", |class| class.default_value("standard")))]
pub struct Put {
    /// Files and folders; a folder's links and special files are left out
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// Store below this path
    #[arg(long, value_name = "PREFIX", default_value = "")]
    pub to: String,
    /// Independent copies, each of which can be restored alone
    #[arg(long, default_value_t = 1)]
    pub copies: u8,
    /// How they are stored
    #[command(flatten)]
    pub stored: Stored,
    /// Pay without asking
    #[arg(long, short)]
    pub yes: bool,
}

/// Fetching files.
#[derive(Debug, Args)]
pub struct Get {
    /// The path of a file, or of a folder with all that is below it; or what somebody shared or published: idlewild:share/…,
    /// idlewild:publication/…, or - to read that from standard input, so that nobody else on this machine sees the link
    pub path: String,
    /// Where to write it, a folder to write it into, or - for standard output [default: its name, here]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Only these bytes: first-last, both included, as in HTTP; 100- for all from 100 on
    #[arg(long, value_parser = crate::quantities::byte_range)]
    pub range: Option<crate::quantities::ByteRange>,
    /// Replace existing files
    #[arg(long)]
    pub force: bool,
    /// Fetch what can be read, although deals that cannot be read now may hold a newer version, or more files of the folder
    #[arg(long)]
    pub readable: bool,
}

/// Ending deals.
#[derive(Debug, Args)]
pub struct Rm {
    /// Paths of files
    #[arg(required_unless_present = "deal")]
    pub paths: Vec<String>,
    /// Paths may be folders: all files below them
    #[arg(long, short)]
    pub recursive: bool,
    /// End this deal, as one whose contents cannot be read any more
    #[arg(long, value_name = "N")]
    pub deal: Vec<u64>,
    /// Go on although some deals cannot be read now, and end unreadable ones that are named
    #[arg(long)]
    pub force: bool,
}

/// Adding to bounties.
#[derive(Debug, Args)]
pub struct TopUp {
    /// The file's path
    pub path: String,
    /// How many coins to add, spread evenly over the file's deals
    pub amount: String,
    /// Go on although deals that cannot be read now may hold a newer version
    #[arg(long)]
    pub force: bool,
}

/// Letting deals go on.
#[derive(Debug, Args)]
pub struct Extend {
    /// The file's path, or a share or a publication of this account: idlewild:share/ID, idlewild:publication/ID
    pub path: String,
    /// For how long: blocks, or a time at six seconds a block such as 12h or 30d
    #[arg(long, default_value = "30d", value_parser = crate::quantities::term)]
    pub term: u32,
    /// The most that a GiB may cost per proving period, in coins [default: the deal's present price]
    #[arg(long, value_name = "COINS")]
    pub max_price: Option<String>,
    /// Pay without asking
    #[arg(long, short)]
    pub yes: bool,
    /// Go on although deals that cannot be read now may hold a newer version
    #[arg(long)]
    pub force: bool,
}
