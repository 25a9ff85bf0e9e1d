//! What can be typed about sharing and publishing.

use std::path::PathBuf;

use clap::{ArgGroup, Args};

use super::Stored;
use crate::quantities::Until;

/// An object of this account's, and how the copy of it is stored that others read.
#[derive(Clone, Debug, Args)]
pub struct Copied {
    /// A stored file by its path, as `idlewild ls` lists it, or s3://BUCKET/KEY of a gateway that runs on this machine
    pub object: String,
    /// The folder of that gateway [default: the gateway folder of the user's data]
    #[arg(long, env = "IDLEWILD_GATEWAY", value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Independent copies, each of which can be restored alone
    #[arg(long, default_value_t = 1)]
    pub copies: u8,
    /// How it is stored
    #[command(flatten)]
    pub stored: Stored,
    /// Take what can be read, although deals that cannot be read now may hold a newer version
    #[arg(long)]
    pub readable: bool,
}

/// Sharing an object.
#[derive(Clone, Debug, Args)]
#[command(group = ArgGroup::new("whom").args(["with", "link"]).required(true))]
#[command(mut_arg("class", |class| class.default_value("standard")))]
pub struct Share {
    /// What is shared, and how
    #[command(flatten)]
    pub copied: Copied,
    /// Share with one account: an address, or an account of this machine
    #[arg(long, value_name = "ACCOUNT")]
    pub with: Option<String>,
    /// Share with whoever has the link, which is shown once
    #[arg(long)]
    pub link: bool,
    /// Until when: a time from now on such as 12h or 30d, blocks, or a day such as 2030-12-31, at whose beginning in UTC it ends [default:
    /// as long as its deals are paid]
    #[arg(long, value_name = "T", value_parser = crate::quantities::until)]
    pub until: Option<Until>,
    /// Pay without asking
    #[arg(long, short)]
    pub yes: bool,
}

/// Listing shares.
#[derive(Clone, Copy, Debug, Args)]
pub struct Shares {
    /// Only what this account shares
    #[arg(long, conflicts_with = "with_me")]
    pub mine: bool,
    /// Only what is shared with this account
    #[arg(long)]
    pub with_me: bool,
}

/// Publishing an object.
#[derive(Clone, Debug, Args)]
#[command(mut_arg("class", |class| class.default_value("standard")))]
pub struct Publish {
    /// What is published, and how
    #[command(flatten)]
    pub copied: Copied,
    /// The name under which it is published [default: its own, without folders]
    #[arg(long)]
    pub name: Option<String>,
    /// Publish it for ever, and pay, without asking
    #[arg(long, short)]
    pub yes: bool,
}
