//! Brings what a chunk needs to this machine, and checks all of it against the chain.

use std::{
    collections::{BTreeSet, HashMap},
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use codec::{Decode, DecodeAll};
use idlewild_client::{bundle::MODULE_FILE, seal::SealError, BundleError, OpenBundle, Session};
use idlewild_compute::{
    comparator::Comparator,
    executor::{timed::Timed, At, Executor, ExecutorError, Prepared, Source},
    oci::Image,
};
use idlewild_compute_primitives::{
    chunk::tasks_of,
    program::{Bundle, Class, Form, Program},
    project::{Input, ProjectSpec},
    task::{self, Task, CHUNKS, LEAVES},
    view::ProjectView,
    ChunkIndex, Digest, ProjectId,
};
use idlewild_files::whole_file;
use tokio::{io::AsyncWriteExt, sync::OnceCell};

use super::containers::{program::Contained, Containers, Hold, ImageError, UsedBy};

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
    /// The image.
    #[error(transparent)]
    Image(#[from] ImageError),
    /// The key of the input is not public.
    #[error("the input's key has not been handed over")]
    NoKey,
    /// What was handed over opens nothing.
    #[error("the key of the input that was handed over cannot be used: {0}")]
    BadKey(SealError),
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
    /// Containers, whether there is an engine for them at the moment or not.
    pub oci: Option<Arc<Containers>>,
    /// Comparators, which are modules, also where no tasks of modules are run.
    pub comparing: Option<Arc<dyn Executor>>,
}

impl Executors {
    /// Prepares a program. A module's bytes are fetched where they are not here, and stay in `folder`. Of an image it is found out that
    /// it is there and what the chain says; it is fetched when a task of it is to be run.
    pub async fn prepare(&self, session: &Session, program: &Program, folder: &Path) -> Result<Arc<dyn Prepared>, GatherError> {
        Ok(match program.form {
            Form::Module => self.module(session, program, folder).await?,
            Form::Image => self.contained(program).await?,
        })
    }

    async fn module(&self, session: &Session, program: &Program, folder: &Path) -> Result<Arc<dyn Prepared>, GatherError> {
        let wasi = self.wasi.as_ref().ok_or(GatherError::NoExecutor("modules"))?;
        let prepared = prepare_module(wasi, session, &program.bundle, program.digest, folder).await?;
        // Fuel is what is proven; of anything else it is time that is paid for.
        Ok(if program.class.is_slashable() { prepared } else { Arc::new(Timed(prepared)) })
    }

    /// What tells which outputs of a project's tasks are equal, where that is not left to their bytes.
    async fn comparator(
        &self,
        session: &Session,
        spec: &ProjectSpec,
        folder: &Path,
    ) -> Result<Option<Comparator>, GatherError> {
        let Class::Compared { comparator, bundle } = spec.program.class else { return Ok(None) };
        let comparing = self.comparing.as_ref().ok_or(GatherError::NoExecutor("comparators"))?;
        let prepared = prepare_module(comparing, session, &bundle, comparator, folder).await?;
        Ok(Some(Comparator::new(prepared, spec.limits.output)))
    }

    async fn contained(&self, program: &Program) -> Result<Arc<Contained>, GatherError> {
        let containers = self.containers()?;
        containers.look(program).await?;
        Ok(Arc::new(Contained::new(containers.clone(), *program)))
    }

    fn containers(&self) -> Result<&Arc<Containers>, GatherError> {
        let containers = self.oci.as_ref().filter(|containers| containers.report().is_some());
        containers.ok_or(GatherError::NoExecutor("containers"))
    }

    /// An image for a service: fetched, looked at, and handed to the engine.
    pub async fn image(&self, _: &Session, program: &Program) -> Result<Arc<Image>, GatherError> {
        Ok(self.containers()?.image(program).await?)
    }

    /// Keeps an image here until what is returned is dropped; `None` where it is not here.
    pub fn hold(&self, program: &Program) -> Option<Hold> {
        self.oci.as_ref()?.hold(program)
    }

    /// Notes what an image is used for, so that others are found that have its pieces.
    pub fn used_by(&self, program: &Program, by: UsedBy) {
        if let Some(containers) = self.oci.as_ref().filter(|_| program.form == Form::Image) {
            containers.used_by(program, by);
        }
    }
}

async fn prepare_module(
    executor: &Arc<dyn Executor>,
    session: &Session,
    bundle: &Bundle,
    digest: Digest,
    folder: &Path,
) -> Result<Arc<dyn Prepared>, GatherError> {
    let at = At::File(module(session, bundle, &digest, folder).await?);
    Ok(executor.prepare(&Source { digest, at }).await?)
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
    /// What of an output counts, where that is not all of it.
    pub comparator: Option<Comparator>,
    /// The same program where it is an image.
    image: Option<Arc<Contained>>,
    chunks: u32,
    /// Its input, once it can be read.
    input: OnceCell<Readable>,
}

/// An input that can be read.
struct Readable {
    bundle: OpenBundle,
    leaves: Vec<Digest>,
}

impl Readable {
    /// Opens an input, and finds out whether its tasks are those of the chain.
    async fn open(session: &Session, bundle: &Bundle, chunks: u32, root: &Digest) -> Result<Self, GatherError> {
        let bundle = session.open_bundle(bundle).await?;
        let leaves = leaves_of(&bundle.read(LEAVES, u64::from(chunks).saturating_mul(32)).await?);
        if leaves.len() != chunks as usize || task::root(&leaves) != *root {
            return Err(GatherError::OtherTasks(0));
        }
        Ok(Self { bundle, leaves })
    }

    async fn copy(&self, path: &str, to: &Path) -> Result<(), GatherError> {
        let disk = |source| GatherError::File { path: to.to_owned(), source };
        let mut file = tokio::fs::File::create(to).await.map_err(disk)?;
        self.bundle.copy(path, &mut file).await?;
        file.flush().await.map_err(disk)
    }
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
    /// promised; but of a private input nothing can be known before its key is [handed over](Self::open).
    pub async fn project(
        session: &Session,
        executors: &Executors,
        project: &ProjectView,
        programs: &Path,
    ) -> Result<Self, GatherError> {
        let spec = project.spec;
        let input = match &spec.input {
            Input::Public(bundle) => {
                OnceCell::new_with(Some(Readable::open(session, bundle, project.chunks, &spec.root).await?))
            },
            Input::Wrapped { .. } => OnceCell::new(),
        };
        executors.used_by(&spec.program, UsedBy::Project(project.id));
        let (program, image): (Arc<dyn Prepared>, _) = match spec.program.form {
            Form::Module => (executors.prepare(session, &spec.program, programs).await?, None),
            Form::Image => {
                let image = executors.contained(&spec.program).await?;
                (image.clone(), Some(image))
            },
        };
        let comparator = executors.comparator(session, &spec, programs).await?;
        Ok(Self { project: project.id, spec, program, comparator, image, chunks: project.chunks, input })
    }

    /// Whether its input can be read.
    pub fn is_open(&self) -> bool {
        self.input.initialized()
    }

    /// Opens a private input with its key.
    pub async fn open(&self, session: &Session, key: &[u8; 32]) -> Result<(), GatherError> {
        let (Input::Wrapped { root } | Input::Public(Bundle { root, .. })) = self.spec.input;
        let bundle = Bundle { root, key: *key };
        self.input.get_or_try_init(|| Readable::open(session, &bundle, self.chunks, &self.spec.root)).await.map(drop)
    }

    /// Begins to fetch the program, where it is not here yet: as soon as it is known that a chunk is to be run here.
    pub fn begin(&self) {
        if let Some(image) = &self.image {
            image.begin();
        }
    }

    /// Fetches a chunk's tasks, and what they read into `folder`.
    pub async fn chunk(&self, chunk: ChunkIndex, folder: &Path) -> Result<Work, GatherError> {
        self.begin();
        let input = self.input.get().ok_or(GatherError::NoKey)?;
        let bytes = input.bundle.read(&format!("{CHUNKS}/{chunk}"), MAX_TASKS).await?;
        let tasks = Vec::<Task>::decode_all(&mut bytes.as_slice()).map_err(|_| GatherError::OtherTasks(chunk))?;
        let count = tasks_of(chunk, self.spec.tasks, self.spec.per_chunk);
        let right = input.leaves.get(chunk as usize) == Some(&task::leaf(&tasks));
        if !right || tasks.len() as u64 != count.end.saturating_sub(count.start) {
            return Err(GatherError::OtherTasks(chunk));
        }
        let wanted: BTreeSet<&String> = tasks.iter().filter_map(|task| task.input.as_ref()).collect();
        let mut inputs = HashMap::new();
        let room = folder.join("in");
        fs::create_dir_all(&room).map_err(|source| GatherError::File { path: room.clone(), source })?;
        for (number, path) in wanted.into_iter().enumerate() {
            // A file that the bundle has not is not there for anybody: the task that reads it is unusable, which is a result.
            if input.bundle.file(path).is_err() {
                continue;
            }
            let file = room.join(number.to_string());
            input.copy(path, &file).await?;
            inputs.insert(path.clone(), file);
        }
        Ok(Work { tasks, inputs })
    }
}

fn leaves_of(bytes: &[u8]) -> Vec<Digest> {
    bytes.chunks(32).filter_map(|mut leaf| Digest::decode(&mut leaf).ok()).collect()
}
