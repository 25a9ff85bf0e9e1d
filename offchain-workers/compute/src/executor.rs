//! What runs a task, whatever it is that runs.
//!
//! A program is prepared once (a module is compiled, an image is handed to the engine) and then run for each task. A task reads its
//! standard input and writes its standard output; what it writes to its standard error is its log. Whatever a program does, running it
//! ends in an [`Ending`], which the requester pays for; an [`ExecutorError`] is this machine's fault, and the task can be run again.

pub mod around;
pub mod timed;

use std::{path::PathBuf, sync::Arc, time::Duration};

use async_trait::async_trait;
use idlewild_compute_primitives::{outcome::Ending, program::Form, project::Limits, resources::Resources, Digest};
use tokio_util::sync::CancellationToken;

/// Most bytes that are kept of a task's log: the last ones.
pub const LOG_BYTES: usize = 64 << 10;

/// What a machine has too little of that was too slow.
pub(crate) const TIME: &str = "time";

/// Why something could not be run here. Nothing of it is the program's doing.
#[derive(Debug, thiserror::Error)]
pub enum ExecutorError {
    /// What runs such programs is not there.
    #[error("{what} is not to be had: {reason}")]
    Absent {
        /// What.
        what: &'static str,
        /// Why.
        reason: String,
    },
    /// A limit that was asked for cannot be kept on this machine, so that nothing is run at all.
    #[error("{limit} cannot be limited on this machine: {reason}")]
    Unenforceable {
        /// Which one.
        limit: &'static str,
        /// Why.
        reason: String,
    },
    /// The program's bytes are not what their digest says.
    #[error("the program's bytes are not those of its digest")]
    WrongDigest,
    /// A file of this machine.
    #[error("{path}: {source}")]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// This machine is too small or too slow for the task. How far a deterministic program came by then is no result: on another
    /// machine it comes further. Running it here once more ends alike.
    #[error("this machine has too little {what} for the task: {reason}")]
    Insufficient {
        /// Of what.
        what: &'static str,
        /// How that was seen.
        reason: String,
    },
    /// The engine failed.
    #[error("the engine failed: {0}")]
    Engine(String),
    /// It was stopped before the task had ended.
    #[error("stopped")]
    Stopped,
}

/// Where a program's bytes are on this machine.
#[derive(Clone, Debug)]
pub struct Source {
    /// The digest that stands on chain: BLAKE3 of a module, SHA-256 of an image's manifest.
    pub digest: Digest,
    /// A module's file, or the reference under which the engine can pull an image.
    pub at: At,
}

/// A file or a reference.
#[derive(Clone, Debug)]
pub enum At {
    /// A module.
    File(PathBuf),
    /// An image, as `REGISTRY/NAME@sha256:…`.
    Reference(String),
}

/// What a task is run with.
#[derive(Clone, Debug)]
pub struct Run {
    /// Arguments, without the program's own name.
    pub arguments: Vec<String>,
    /// The file that it reads from its standard input; nothing where there is none.
    pub input: Option<PathBuf>,
    /// The file that its standard output goes to. It is made anew, and left whole or cut off at the limit.
    pub output: PathBuf,
    /// What it may take.
    pub limits: Limits,
    /// What it gets of the machine.
    pub resources: Resources,
}

/// What became of a task.
#[derive(Clone, Debug)]
pub struct Ran {
    /// How it ended.
    pub ending: Ending,
    /// Bytes of its output.
    pub length: u64,
    /// BLAKE3 of its output.
    pub output: Digest,
    /// Fuel of a deterministic module, milliseconds of processor time of anything else.
    pub used: u64,
    /// How long it took.
    pub took: Duration,
    /// The end of what it wrote to its standard error, and why it trapped.
    pub log: Vec<u8>,
}

/// What prepares programs of one form.
#[async_trait]
pub trait Executor: Send + Sync + 'static {
    /// Which form.
    fn form(&self) -> Form;

    /// Whether programs can be run here at all now, and with which limits: a role says so to its owner before it offers anything.
    async fn check(&self) -> Result<(), ExecutorError>;

    /// Prepares a program. What was prepared before is kept and found again by its digest. Of a program that can be run nowhere (it is
    /// no module, say) the answer is one whose every run is [`Ending::Unusable`].
    async fn prepare(&self, source: &Source) -> Result<Arc<dyn Prepared>, ExecutorError>;
}

/// A program that can be run at once.
#[async_trait]
pub trait Prepared: Send + Sync {
    /// Runs a task. Where `stop` comes first, what runs is ended and the answer is [`ExecutorError::Stopped`].
    async fn run(&self, run: Run, stop: &CancellationToken) -> Result<Ran, ExecutorError>;
}
