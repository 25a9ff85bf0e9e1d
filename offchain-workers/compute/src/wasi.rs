//! WASI modules, in this process, deterministically.
//!
//! A program is a module of WASI preview 1 or a component of preview 2, told apart by its header. It has its arguments, three files and
//! nothing else: no folders, no network, no environment. Whatever it can see is the same in every run and on every machine: the bits of
//! a NaN, the time (which begins at a fixed moment and goes on by a fixed step with each look, and with what is waited for), and
//! randomness (seeded with the program's digest, the arguments and the input). There are no threads. So a run has one outcome, its
//! fuel included, and whoever has another one is wrong.
//!
//! What decides is therefore fuel, memory and the length of the output, which are the same everywhere. Time and the native stack are not:
//! a run that reaches either has no outcome, and is [`ExecutorError::Insufficient`]. Nobody honest commits to how far a slow machine came,
//! and [`Ending::OutOfTime`](idlewild_compute_primitives::outcome::Ending::OutOfTime) is for executors whose programs are not
//! deterministic. A role whose module is merely metered may take the one for the other.
//!
//! | module | concern |
//! | --- | --- |
//! | `engine` | how programs are compiled |
//! | `meter` | what is added to them, for what the engine does not count |
//! | `code`, `shelf` | programs that are compiled, in memory and on disk |
//! | `preview1`, `preview2` | what they can import |
//! | `state` | fuel and memory of a run |
//! | `stdio`, `clock`, `random` | what a run reads, writes and sees |
//! | `halt`, `task` | how a run ends |

mod clock;
mod code;
mod engine;
mod halt;
mod meter;
mod preview1;
mod preview2;
mod random;
mod shelf;
mod state;
mod stdio;
mod task;

use std::{
    collections::HashMap,
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use idlewild_compute_primitives::{outcome::Ending, program::Form, project::Limits, Digest};
use tokio::sync::OnceCell;
use tokio_util::sync::CancellationToken;

use self::{
    code::{Compiler, Program, MAX_BYTES},
    shelf::Shelf,
};
use crate::{
    executor::{At, Executor, ExecutorError, Prepared, Ran, Run, Source},
    owner::behind::Behind,
};

/// Compiled programs that are kept in memory.
const KEPT: usize = 64;

/// A module with one page of memory that does nothing: what tells whether modules can be run.
const NOTHING: &[u8] =
    b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x05\x03\x01\0\x01\x07\x0a\x01\x06_start\0\0\x0a\x04\x01\x02\0\x0b";

/// What the owner decides about modules.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The folder of compiled modules. It has to be this user's alone; it is made where there is none.
    pub folder: PathBuf,
    /// Most mebibytes of it.
    pub disk_mib: u32,
    /// Whether a module is compiled on all cores at once.
    pub parallel: bool,
}

impl Settings {
    /// The usual ones: a gibibyte, and one core.
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, disk_mib: 1_024, parallel: false }
    }
}

/// Runs modules.
#[derive(Clone)]
pub struct Wasi(Arc<Inner>);

struct Inner {
    compiler: Compiler,
    shelf: Shelf,
    folder: PathBuf,
    kept: Mutex<Kept>,
    /// Where modules are compiled and run: the owner's own work comes first, and so does all else that this process does.
    threads: Behind,
}

/// Where a program is, or will be once it is prepared.
type Place = Arc<OnceCell<Arc<Program>>>;

/// Programs in memory, and when each was asked for last.
#[derive(Default)]
struct Kept {
    programs: HashMap<Digest, (Place, u64)>,
    asked: u64,
}

impl Wasi {
    /// Opens the folder of compiled modules.
    pub fn open(settings: &Settings) -> Result<Self, ExecutorError> {
        let failed = |error: wasmtime::Error| ExecutorError::Engine(format!("{error:#}"));
        let compiler = Compiler::new(engine::engine(settings.parallel).map_err(failed)?).map_err(failed)?;
        let shelf = Shelf::open(&settings.folder, u64::from(settings.disk_mib) << 20)?;
        let threads = Behind::new().map_err(|error| ExecutorError::Engine(error.to_string()))?;
        Ok(Self(Arc::new(Inner { compiler, shelf, folder: settings.folder.clone(), kept: Mutex::default(), threads })))
    }
}

impl Inner {
    /// What a thread did that does nothing but this.
    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, ExecutorError> + Send + 'static,
    ) -> Result<T, ExecutorError> {
        let broken = || Err(ExecutorError::Engine("a thread of the executor broke off".to_owned()));
        self.threads.run(work).await.unwrap_or_else(broken)
    }

    /// The place of a program in memory. What was asked for longest ago makes room.
    fn place(&self, digest: Digest) -> Place {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.asked += 1;
        let asked = kept.asked;
        let (cell, last) = kept.programs.entry(digest).or_default();
        *last = asked;
        let cell = cell.clone();
        if kept.programs.len() > KEPT {
            let oldest = kept.programs.iter().min_by_key(|(_, (_, last))| *last).map(|(digest, _)| *digest);
            oldest.and_then(|digest| kept.programs.remove(&digest));
        }
        cell
    }

    /// A program from disk: compiled already, or its bytes.
    fn load(&self, digest: &Digest, path: &Path) -> Result<Program, ExecutorError> {
        let engine = self.compiler.engine();
        if let Some(compiled) = self.shelf.get(engine, digest) {
            match self.compiler.load(&compiled) {
                Ok(program) => return Ok(program),
                Err(error) => tracing::warn!(%error, "a compiled module cannot be used, and is compiled once more"),
            }
        }
        let bytes = match read(digest, path)? {
            Ok(bytes) => bytes,
            Err(reason) => return Ok(Program::Unusable(reason)),
        };
        match self.compiler.compile(&bytes) {
            Ok(compiled) => {
                self.shelf.put(engine, digest, &compiled);
                self.compiler.load(&compiled)
            },
            Err(reason) => Ok(Program::Unusable(reason)),
        }
    }

    /// Runs the module that does nothing.
    fn check(&self) -> Result<(), ExecutorError> {
        let compiled = self.compiler.compile(NOTHING).map_err(ExecutorError::Engine)?;
        let program = self.compiler.load(&compiled)?;
        let file = tempfile::NamedTempFile::new_in(&self.folder)
            .map_err(|source| ExecutorError::File { path: self.folder.clone(), source })?;
        let limits = Limits { work: 1_000, time_ms: 10_000, memory_mib: 1, output: 0 };
        let output = file.path().to_owned();
        let run = Run { arguments: Vec::new(), input: None, output, limits, resources: Default::default() };
        let ran = task::run(self.compiler.engine(), &program, [0; 32], run, CancellationToken::new())?;
        match ran.ending {
            Ending::Exited { code: 0 } => Ok(()),
            ending => Err(ExecutorError::Engine(format!("a module that does nothing ended as {ending:?}"))),
        }
    }
}

/// The bytes of a program, or why nobody can run it.
fn read(digest: &Digest, path: &Path) -> Result<Result<Vec<u8>, String>, ExecutorError> {
    let failed = |source| ExecutorError::File { path: path.to_owned(), source };
    let mut file = File::open(path).map_err(failed)?;
    let mut bytes = Vec::new();
    file.by_ref().take(MAX_BYTES).read_to_end(&mut bytes).map_err(failed)?;
    let mut hasher = blake3::Hasher::new();
    hasher.update(&bytes);
    let mut rest = Rest { hasher, length: 0 };
    std::io::copy(&mut file, &mut rest).map_err(failed)?;
    if rest.hasher.finalize().as_bytes() != digest {
        return Err(ExecutorError::WrongDigest);
    }
    Ok(if rest.length == 0 { Ok(bytes) } else { Err(format!("it has more than {MAX_BYTES} bytes")) })
}

/// What is hashed of a file and not kept.
struct Rest {
    hasher: blake3::Hasher,
    length: u64,
}

impl std::io::Write for Rest {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.hasher.update(bytes);
        self.length += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[async_trait]
impl Executor for Wasi {
    fn form(&self) -> Form {
        Form::Module
    }

    async fn check(&self) -> Result<(), ExecutorError> {
        let inner = self.0.clone();
        self.0.blocking(move || inner.check()).await
    }

    async fn prepare(&self, source: &Source) -> Result<Arc<dyn Prepared>, ExecutorError> {
        let At::File(path) = &source.at else {
            return Err(ExecutorError::Absent {
                what: "the module's file",
                reason: "only images are given by reference".to_owned(),
            });
        };
        let (inner, digest, path) = (self.0.clone(), source.digest, path.clone());
        // Of many who ask for one program at once the first prepares it.
        let place = inner.place(digest);
        let program = place
            .get_or_try_init(|| {
                let loading = inner.clone();
                inner.blocking(move || loading.load(&digest, &path).map(Arc::new))
            })
            .await?
            .clone();
        Ok(Arc::new(Ready { inner, program, digest }))
    }
}

struct Ready {
    inner: Arc<Inner>,
    program: Arc<Program>,
    digest: Digest,
}

#[async_trait]
impl Prepared for Ready {
    async fn run(&self, run: Run, stop: &CancellationToken) -> Result<Ran, ExecutorError> {
        // It ends as well where nobody waits for it any more.
        let stop = stop.child_token();
        let _guard = stop.clone().drop_guard();
        let (inner, program, digest) = (self.inner.clone(), self.program.clone(), self.digest);
        self.inner.blocking(move || task::run(inner.compiler.engine(), &program, digest, run, stop)).await
    }
}
