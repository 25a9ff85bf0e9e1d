//! What can be typed after `image`.

use clap::{Args, Subcommand};

use super::Stored;

/// What to do with images.
#[derive(Debug, Subcommand)]
pub enum ImageCommand {
    /// Store an image, so that others can run it; layers that were stored before are not stored again
    Push(Push),
    /// List the images that this account pushed from this machine
    Ls,
}

/// Storing an image.
#[derive(Clone, Debug, Args)]
pub struct Push {
    /// An archive, as `docker save` or `skopeo copy … oci-archive:` write it, or the name of an image in this machine's Docker Engine
    pub image: String,
    /// What to call it, as well as what it is called already
    #[arg(long, value_name = "NAME")]
    pub name: Vec<String>,
    /// How it is stored
    #[command(flatten)]
    pub stored: Stored,
    /// Pay without asking
    #[arg(long, short)]
    pub yes: bool,
}
