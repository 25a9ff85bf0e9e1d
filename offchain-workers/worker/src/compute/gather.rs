//! Brings what a chunk needs to this machine, and checks all of it against the chain.

use std::{
    collections::{BTreeSet, HashMap},
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use codec::{Decode, DecodeAll};
use idlewild_client::{bundle::MODULE_FILE, BundleError, OpenBundle, Session};
use idlewild_compute::executor::{At, Executor, ExecutorError, Prepared, Source};
use idlewild_compute_primitives::{
    chunk::tasks_of,
    program::{Bundle, Form, Program},
    project::{Input, ProjectSpec},
    task::{self, Task, CHUNKS, LEAVES},
    view::ProjectView,
    ChunkIndex, Digest, ProjectId,
};
use idlewild_files::whole_file;
use tokio::io::AsyncWriteExt;

/// Most bytes of a module.
const MAX_MODULE: u64 = 256 << 20;
/// Most bytes of a chunk's list of tasks: as many as a chunk can have, each with the longest arguments.
const MAX_TASKS: u64 = 64 << 20;

/// Why a chunk cannot be run here.
#[derive(Debug, thiserror::Error)]
pub enum GatherError {
    /// Something in the storage network.
    #[error(transparent)]
    Bundle(#[from] BundleError),
    /// What runs it.
    #[error(transparent)]
    Executor(#[from] ExecutorError),
    /// What the bundle says of the tasks is not what the chain says.
    #[error("the tasks of chunk {0} are not those that stand on chain")]
    OtherTasks(ChunkIndex),
    /// The program's bytes are others.
    #[error("the program's bytes are not those of its digest")]
    OtherProgram,
    /// Nothing here runs such programs.
    #[error("nothing on this machine runs {0}")]
    NoExecutor(&'static str),
    /// The key of the input is not public.
    #[error("the input's key has not been handed over")]
    NoKey,
    /// A file of this machine.
    #[error("{path}: {source}")]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
}

/// What runs programs of either form.
#[derive(Clone, Default)]
pub struct Executors {
    /// Modules.
    pub wasi: Option<Arc<dyn Executor>>,
    /// Containers.
    pub oci: Option<Arc<dyn Executor>>,
}

impl Executors {
    fn of(&self, form: Form) -> Result<&Arc<dyn Executor>, GatherError> {
        let (executor, name) = match form {
            Form::Module => (&self.wasi, "modules"),
            Form::Image => (&self.oci, "containers"),
        };
        executor.as_ref().ok_or(GatherError::NoExecutor(name))
    }

    /// Prepares a program, whose bytes are fetched where they are not here. What was fetched stays in `folder`.
    pub async fn prepare(&self, session: &Session, program: &Program, folder: &Path) -> Result<Arc<dyn Prepared>, GatherError> {
        let executor = self.of(program.form)?;
        let at = match program.form {
            Form::Module => At::File(module(session, &program.bundle, &program.digest, folder).await?),
            Form::Image => At::Reference(String::new()),
        };
        Ok(executor.prepare(&Source { digest: program.digest, at }).await?)
    }
}

/// A module's file on this machine.
async fn module(session: &Session, bundle: &Bundle, digest: &Digest, folder: &Path) -> Result<PathBuf, GatherError> {
    let path = folder.join(hex::encode(digest));
    let disk = |source| GatherError::File { path: path.clone(), source };
    if let Ok(bytes) = fs::read(&path) {
        if blake3::hash(&bytes).as_bytes() == digest {
            return Ok(path);
        }
    }
    let bytes = session.open_bundle(bundle).await?.read(MODULE_FILE, MAX_MODULE).await?;
    if blake3::hash(&bytes).as_bytes() != digest {
        return Err(GatherError::OtherProgram);
    }
    fs::create_dir_all(folder).map_err(disk)?;
    whole_file::replace(&path, &bytes, whole_file::OPEN).map_err(|error| disk(error.into()))?;
    Ok(path)
}

/// A project whose input is within reach and whose tasks are those of the chain.
pub struct Gathered {
    /// Its number.
    pub project: ProjectId,
    /// What was asked for.
    pub spec: ProjectSpec,
    /// Its program.
    pub program: Arc<dyn Prepared>,
    input: OpenBundle,
    leaves: Vec<Digest>,
}

/// A chunk's tasks, and the files that they read.
pub struct Work {
    /// The tasks.
    pub tasks: Vec<Task>,
    /// The files, by their paths in the input bundle.
    pub inputs: HashMap<String, PathBuf>,
}

impl Gathered {
    /// Fetches what all chunks of a project have in common. A project that cannot be used is found out here, before anything is
    /// promised.
    pub async fn project(
        session: &Session,
        executors: &Executors,
        project: &ProjectView,
        programs: &Path,
    ) -> Result<Self, GatherError> {
        let spec = project.spec;
        let Input::Public(bundle) = spec.input else { return Err(GatherError::NoKey) };
        let input = session.open_bundle(&bundle).await?;
        let most = u64::from(project.chunks).saturating_mul(32);
        let leaves = leaves_of(&input.read(LEAVES, most).await?);
        if leaves.len() != project.chunks as usize || task::root(&leaves) != spec.root {
            return Err(GatherError::OtherTasks(0));
        }
        let program = executors.prepare(session, &spec.program, programs).await?;
        Ok(Self { project: project.id, spec, program, input, leaves })
    }

    /// Fetches a chunk's tasks, and what they read into `folder`.
    pub async fn chunk(&self, chunk: ChunkIndex, folder: &Path) -> Result<Work, GatherError> {
        let bytes = self.input.read(&format!("{CHUNKS}/{chunk}"), MAX_TASKS).await?;
        let tasks = Vec::<Task>::decode_all(&mut bytes.as_slice()).map_err(|_| GatherError::OtherTasks(chunk))?;
        let count = tasks_of(chunk, self.spec.tasks, self.spec.per_chunk);
        let right = self.leaves.get(chunk as usize) == Some(&task::leaf(&tasks));
        if !right || tasks.len() as u64 != count.end.saturating_sub(count.start) {
            return Err(GatherError::OtherTasks(chunk));
        }
        let wanted: BTreeSet<&String> = tasks.iter().filter_map(|task| task.input.as_ref()).collect();
        let mut inputs = HashMap::new();
        let room = folder.join("in");
        fs::create_dir_all(&room).map_err(|source| GatherError::File { path: room.clone(), source })?;
        for (number, path) in wanted.into_iter().enumerate() {
            // A file that the bundle has not is not there for anybody: the task that reads it is unusable, which is a result.
            if self.input.file(path).is_err() {
                continue;
            }
            let file = room.join(number.to_string());
            self.copy(path, &file).await?;
            inputs.insert(path.clone(), file);
        }
        Ok(Work { tasks, inputs })
    }

    async fn copy(&self, path: &str, to: &Path) -> Result<(), GatherError> {
        let disk = |source| GatherError::File { path: to.to_owned(), source };
        let mut file = tokio::fs::File::create(to).await.map_err(disk)?;
        self.input.copy(path, &mut file).await?;
        file.flush().await.map_err(disk)
    }
}

fn leaves_of(bytes: &[u8]) -> Vec<Digest> {
    bytes.chunks(32).filter_map(|mut leaf| Digest::decode(&mut leaf).ok()).collect()
}
