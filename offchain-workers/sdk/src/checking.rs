//! Whether a file is the output that was agreed to: by its bytes, or by what a job's comparator makes of them.

use std::{io, path::Path};

use idlewild_client::{bundle::MODULE_FILE, BundleError, Session};
use idlewild_compute::{
    comparator::Comparator,
    executor::{At, Executor, ExecutorError, Source},
    output::hash_of,
    wasi::{Settings, Wasi},
};
use idlewild_compute_primitives::{outcome::Outcome, program::Class, project::ProjectSpec, Digest};
use tempfile::TempDir;
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

/// Most bytes of a comparator.
const MAX_MODULE: u64 = 256 << 20;
/// Milliseconds that a comparator may take here at least: nobody waits for this machine, so that it may be slower than a provider.
const PATIENCE_MS: u64 = 300_000;
/// Where a comparator writes.
const SCRATCH: &str = "counts";

/// Why it cannot be told.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CheckError {
    /// A file of this machine.
    #[error("{0}")]
    File(#[from] io::Error),
    /// The comparator is not to be had.
    #[error("the comparator cannot be fetched: {0}")]
    Bundle(#[from] BundleError),
    /// It does not run here.
    #[error("the comparator cannot be run: {0}")]
    Executor(#[from] ExecutorError),
}

/// Checks outputs of one project.
pub(crate) struct Checker<'a> {
    session: &'a Session,
    spec: &'a ProjectSpec,
    ready: OnceCell<Ready>,
}

/// A comparator that was fetched, and where it works.
struct Ready {
    comparator: Comparator,
    folder: TempDir,
}

impl<'a> Checker<'a> {
    /// Nothing is fetched before it is needed.
    pub(crate) fn new(session: &'a Session, spec: &'a ProjectSpec) -> Self {
        Self { session, spec, ready: OnceCell::new() }
    }

    /// Whether bytes alone decide.
    pub(crate) fn is_exact(&self) -> bool {
        !matches!(self.spec.program.class, Class::Compared { .. })
    }

    /// Most bytes that a task may write, whatever counts of them.
    pub(crate) fn most(&self) -> u64 {
        self.spec.limits.output
    }

    /// What became of a task, with the hash and the length of this file; `None` where it is not the output that was agreed to.
    pub(crate) async fn check(&self, outcome: &Outcome, file: &Path) -> Result<Option<Outcome>, CheckError> {
        let (output, length) = hash_of(file).await?;
        let found = Outcome { output, length, ..*outcome };
        let counted = match self.spec.program.class {
            Class::Compared { comparator, bundle } => {
                let ready = self.ready.get_or_try_init(|| self.fetch(comparator, bundle)).await?;
                let room = tempfile::tempdir_in(ready.folder.path())?;
                let (scratch, time_ms) = (room.path().join(SCRATCH), self.spec.limits.time_ms.max(PATIENCE_MS));
                ready.comparator.counted(&found, file, time_ms, &scratch, &CancellationToken::new()).await?
            },
            _ => found,
        };
        Ok(((counted.output, counted.length) == (outcome.output, outcome.length)).then_some(found))
    }

    async fn fetch(&self, digest: Digest, bundle: idlewild_client::bundle::Bundle) -> Result<Ready, CheckError> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join(MODULE_FILE);
        let bytes = self.session.open_bundle(&bundle).await?.read(MODULE_FILE, MAX_MODULE).await?;
        tokio::fs::write(&file, bytes).await?;
        let wasi = Wasi::open(&Settings::new(folder.path().join("compiled")))?;
        let program = wasi.prepare(&Source { digest, at: At::File(file) }).await?;
        Ok(Ready { comparator: Comparator::new(program, self.spec.limits.output), folder })
    }
}
