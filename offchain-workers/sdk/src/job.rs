//! What is asked for, and how it becomes a project.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use codec::Encode;
use idlewild_chain_client::coins::show_coins;
use idlewild_client::{bundle, market::Wish, put::Source};
use idlewild_compute_primitives::{
    chunk,
    money::{least_price, longest_task},
    program::{Bundle, Class, Form, Program},
    project::{Input, Limits, ProjectSpec, LONGEST_OPEN},
    resources::{Resources, Runtimes, Wishes},
    task::{self, Task, CHUNKS, LEAVES, MAX_ARGUMENTS, MAX_ARGUMENT_BYTES},
    Balance, Clock, Digest,
};
use idlewild_storage_primitives::geometry::Geometry;

use crate::submit::JobId;
#[cfg(doc)]
use crate::Sdk;

/// The folder of an input bundle with the files that tasks read.
pub const INPUTS: &str = "in";

/// Why a job cannot be asked for.
#[derive(Debug, thiserror::Error)]
pub enum JobError {
    /// A file.
    #[error("{path}: {source}")]
    File {
        /// Which one.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// There is nothing to do.
    #[error("a job has one task at least")]
    NoTasks,
    /// More tasks than a project can have.
    #[error("{tasks} tasks with {per_chunk} in a chunk are more than a project can have, or a chunk: put more into each chunk, 1,024 \
             at most, or make several jobs of it")]
    TooManyTasks {
        /// Tasks.
        tasks: usize,
        /// Tasks of a chunk.
        per_chunk: u32,
    },
    /// It pays less than a chunk costs at least.
    #[error("a chunk that may run for {run} blocks costs {} at least, and the job pays {}: raise the price (--price), or have chunks \
             run shorter (--blocks)", show_coins(*.least), show_coins(*.price))]
    PriceTooLow {
        /// What it pays.
        price: Balance,
        /// What it costs at least.
        least: Balance,
        /// Blocks that a chunk may run.
        run: Clock,
    },
    /// A task may run longer than its chunk.
    #[error("a task may take {time_ms} ms, and its chunk {most} ms in all: give tasks less time (--time), or chunks more (--blocks)")]
    TimeTooLong {
        /// What a task may take.
        time_ms: u64,
        /// What its chunk may take.
        most: u64,
    },
    /// Its chunks would be open for too long.
    #[error(
        "a job is open for {LONGEST_OPEN} blocks at most, which are thirty days, and not for {within}: shorten its deadline"
    )]
    OpenTooLong {
        /// Blocks that it would be open.
        within: Clock,
    },
    /// It is private, and something is to be compared.
    #[error(
        "nobody but its provider can run a private task again, so that there is nothing to compare: leave the comparator and the \
         replicas out (--comparator, --replicas), or let everybody read the input"
    )]
    PrivateCompared,
    /// A task's arguments are too long.
    #[error("the arguments of task {0} are too many or too long: 256 are taken, and 64 KiB of them together")]
    Arguments(usize),
}

/// A WASI module on this machine.
#[derive(Clone, Debug)]
pub struct Module {
    /// Its file.
    pub file: PathBuf,
    /// BLAKE3 of its bytes.
    pub digest: Digest,
}

impl Module {
    /// Reads a file once, to know what it is called on chain.
    pub fn read(file: impl AsRef<Path>) -> Result<Self, JobError> {
        let file = file.as_ref().to_owned();
        let mut hasher = blake3::Hasher::new();
        let hashed = fs::File::open(&file).and_then(|mut opened| io::copy(&mut opened, &mut hasher));
        match hashed {
            Ok(_) => Ok(Self { file, digest: *hasher.finalize().as_bytes() }),
            Err(source) => Err(JobError::File { path: file, source }),
        }
    }
}

/// One run of the program.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TaskSpec {
    /// Its arguments.
    pub arguments: Vec<String>,
    /// The file on this machine that it reads from its standard input.
    pub input: Option<PathBuf>,
}

impl TaskSpec {
    /// A task with arguments alone.
    pub fn new(arguments: impl IntoIterator<Item = String>) -> Self {
        Self { arguments: arguments.into_iter().collect(), input: None }
    }
}

/// What is run.
#[derive(Clone, Debug)]
pub enum What {
    /// A module on this machine, which is stored first.
    Module(Module),
    /// A program that is stored already.
    Stored(Program),
}

/// A job.
#[derive(Clone, Debug)]
pub struct Job {
    /// What is run.
    pub what: What,
    /// Its tasks.
    pub tasks: Vec<TaskSpec>,
    /// Tasks of a chunk.
    pub per_chunk: u32,
    /// What one task may take.
    pub limits: Limits,
    /// What a chunk takes of a machine.
    pub resources: Resources,
    /// What else a machine must be.
    pub wishes: Wishes,
    /// How long a chunk may take on the reference machine, in blocks of the clock.
    pub run: Clock,
    /// Plancks for a chunk that uses all of its limits.
    pub price: Balance,
    /// Replicas of each chunk; 1 leaves it to the provider's score how often there is a second one.
    pub replicas: u8,
    /// How many blocks of the clock from now on every chunk has to have been begun.
    pub within: Clock,
    /// How and for how long what it needs is stored.
    pub stored: Wish,
    /// What tells which outputs are equal, where that is not left to their bytes: a module that reads an output and writes
    /// [what of it counts](idlewild_compute::comparator).
    pub comparator: Option<Module>,
    /// Whether its tasks and what they read are kept from everybody but those who run them. Nobody else can run them again, so such a job
    /// is metered, and somebody has to [hand its key over](Sdk::hand_keys) for as long as it runs.
    pub private: bool,
}

impl Job {
    /// Tasks of a module, with limits for small ones.
    pub fn of_module(module: Module, tasks: Vec<TaskSpec>) -> Self {
        Self::of(What::Module(module), tasks)
    }

    fn of(what: What, tasks: Vec<TaskSpec>) -> Self {
        Self {
            what,
            tasks,
            per_chunk: 4,
            limits: Limits { work: 100_000_000_000, time_ms: 60_000, memory_mib: 256, output: 64 << 20 },
            resources: Resources { cpu_milli: 1_000, ram_mib: 512, disk_mib: 256, ..Resources::default() },
            wishes: Wishes { runtimes: Runtimes { wasi: true, oci: false }, ..Wishes::default() },
            run: 20,
            price: 100_000_000_000,
            replicas: 1,
            within: 600,
            stored: Wish { geometry: Geometry { data: 2, parity: 1 }, copies: 1, term: 14_400, max_price: None },
            comparator: None,
            private: false,
        }
    }

    /// Tasks of an image that was [pushed](crate::image), with limits for small ones: a second of processor time for each of time.
    pub fn of_image(program: Program, tasks: Vec<TaskSpec>) -> Self {
        let limits = Limits { work: 60_000, time_ms: 60_000, memory_mib: 256, output: 64 << 20 };
        let wishes = Wishes { runtimes: Runtimes { wasi: false, oci: true }, ..Wishes::default() };
        Self { limits, wishes, ..Self::of(What::Stored(program), tasks) }
    }

    /// The same with tasks and inputs that nobody reads but those who run them. What a module uses is counted in milliseconds then, one of
    /// processor time for each of time.
    pub fn privately(self) -> Self {
        let work = match &self.what {
            What::Module(_) => self.limits.time_ms,
            What::Stored(_) => self.limits.work,
        };
        Self { private: true, replicas: 1, limits: Limits { work, ..self.limits }, ..self }
    }

    /// Its program: where its module is, and its comparator, as far as they have to be stored.
    pub(crate) fn program(&self, module: Option<Bundle>, comparator: Option<Bundle>) -> Option<Program> {
        let program = match (&self.what, module) {
            (What::Stored(program), _) => *program,
            (What::Module(module), Some(bundle)) => {
                Program { form: Form::Module, digest: module.digest, bundle, class: Class::Deterministic }
            },
            (What::Module(_), None) => return None,
        };
        let class = match (&self.comparator, comparator) {
            _ if self.private => Class::Metered,
            (None, _) => program.class,
            (Some(module), Some(bundle)) => Class::Compared { comparator: module.digest, bundle },
            (Some(_), None) => return None,
        };
        Some(Program { class, ..program })
    }
}

/// Whether a job may be private, which is to be known before an image is stored for it.
pub fn may_be_private(replicas: u8, comparator: Option<&Module>) -> Result<(), JobError> {
    match (replicas, comparator) {
        (1, None) => Ok(()),
        _ => Err(JobError::PrivateCompared),
    }
}

/// A job's tasks as files for its input bundle.
pub(crate) struct Planned {
    /// The files.
    pub(crate) sources: Vec<Source>,
    /// The root over all chunks.
    pub(crate) root: Digest,
    // Where they are, as long as they are needed.
    _folder: tempfile::TempDir,
}

impl Job {
    /// What the chain would refuse, before anything is stored.
    fn check(&self) -> Result<(), JobError> {
        let Self { run, price, within, .. } = *self;
        let (least, most, time_ms) = (least_price(run), longest_task(run), self.limits.time_ms);
        if price < least {
            return Err(JobError::PriceTooLow { price, least, run });
        }
        if time_ms > most {
            return Err(JobError::TimeTooLong { time_ms, most });
        }
        if within > LONGEST_OPEN {
            return Err(JobError::OpenTooLong { within });
        }
        match self.private {
            true => may_be_private(self.replicas, self.comparator.as_ref()),
            false => Ok(()),
        }
    }

    /// Writes the tasks into files. `id` is what everything random about the job follows from.
    ///
    /// The root over the tasks stands on chain, and arguments can be guessed: each task of a private job has the path of a file that cannot,
    /// an empty one where it reads nothing.
    pub(crate) fn plan(&self, id: &JobId) -> Result<Planned, JobError> {
        if self.tasks.is_empty() {
            return Err(JobError::NoTasks);
        }
        let count = self.tasks.len() as u64;
        if chunk::count(count, self.per_chunk).is_none() {
            return Err(JobError::TooManyTasks { tasks: self.tasks.len(), per_chunk: self.per_chunk });
        }
        self.check()?;
        let disk = |path: &Path| {
            let path = path.to_owned();
            move |source| JobError::File { path, source }
        };
        let folder = tempfile::tempdir().map_err(disk(&std::env::temp_dir()))?;
        let (mut sources, mut inputs, mut leaves) = (Vec::new(), Vec::<PathBuf>::new(), Vec::new());
        let (room, nothing) = match self.private {
            true => (format!("{INPUTS}/{}", id.blind()), Some(folder.path().join("nothing"))),
            false => (INPUTS.to_owned(), None),
        };
        if let Some(file) = &nothing {
            fs::write(file, b"").map_err(disk(file))?;
        }
        for (number, specs) in self.tasks.chunks(self.per_chunk as usize).enumerate() {
            let mut tasks = Vec::with_capacity(specs.len());
            for (at, spec) in specs.iter().enumerate() {
                let bytes: usize = spec.arguments.iter().map(String::len).sum();
                if spec.arguments.len() > MAX_ARGUMENTS || bytes > MAX_ARGUMENT_BYTES {
                    return Err(JobError::Arguments(number.saturating_mul(self.per_chunk as usize).saturating_add(at)));
                }
                let input = spec.input.as_ref().or(nothing.as_ref()).map(|path| {
                    // Tasks may share a file: it is stored once.
                    let known = inputs.iter().position(|known| known == path);
                    let index = known.unwrap_or_else(|| {
                        inputs.push(path.clone());
                        inputs.len().saturating_sub(1)
                    });
                    format!("{room}/{index}")
                });
                tasks.push(Task { arguments: spec.arguments.clone(), input });
            }
            leaves.push(task::leaf(&tasks));
            let file = folder.path().join(number.to_string());
            fs::write(&file, tasks.encode()).map_err(disk(&file))?;
            sources.push(bundle::source(&file, &format!("{CHUNKS}/{number}")).map_err(disk(&file))?);
        }
        let file = folder.path().join(LEAVES);
        fs::write(&file, leaves.concat()).map_err(disk(&file))?;
        sources.push(bundle::source(&file, LEAVES).map_err(disk(&file))?);
        for (index, path) in inputs.iter().enumerate() {
            sources.push(bundle::source(path, &format!("{room}/{index}")).map_err(disk(path))?);
        }
        Ok(Planned { sources, root: task::root(&leaves), _folder: folder })
    }

    /// What stands on chain of it.
    pub(crate) fn spec(&self, program: Program, root: Digest, input: Bundle, reply_to: [u8; 32], now: Clock) -> ProjectSpec {
        ProjectSpec {
            program,
            app: None,
            tasks: self.tasks.len() as u64,
            per_chunk: self.per_chunk,
            root,
            input: if self.private { Input::Wrapped { root: input.root } } else { Input::Public(input) },
            limits: self.limits,
            resources: self.resources,
            wishes: self.wishes,
            run: self.run,
            price: self.price,
            replicas: self.replicas,
            deadline: now.saturating_add(self.within),
            reply_to,
            organisation: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: JobId = JobId::from_bytes([7; 32]);

    #[test]
    fn a_plan_is_the_same_each_time_and_stores_a_shared_file_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("input");
        fs::write(&file, b"content").unwrap();
        let module = Module::read(&file).unwrap();
        let task = |number: usize| TaskSpec { arguments: vec![number.to_string()], input: Some(file.clone()) };
        let mut job = Job { per_chunk: 3, ..Job::of_module(module, (0..7).map(task).collect()) };
        let plan = job.plan(&ID).unwrap();
        let paths: Vec<&str> = plan.sources.iter().map(|source| source.meta.path.as_str()).collect();
        assert_eq!(paths, ["chunks/0", "chunks/1", "chunks/2", "leaves", "in/0"]);
        assert_eq!(job.plan(&ID).unwrap().root, plan.root);
        job.tasks[6].arguments.push("more".into());
        assert_ne!(job.plan(&ID).unwrap().root, plan.root);
        job.tasks[4].arguments = vec!["x".repeat(70_000)];
        assert!(matches!(job.plan(&ID), Err(JobError::Arguments(4))));
        job.tasks.clear();
        assert!(matches!(job.plan(&ID), Err(JobError::NoTasks)));
        job.tasks = vec![TaskSpec::default()];
        job.per_chunk = 0;
        assert!(matches!(job.plan(&ID), Err(JobError::TooManyTasks { .. })));
    }

    #[test]
    fn tasks_of_a_private_job_cannot_be_guessed_from_its_root() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("module");
        fs::write(&file, b"content").unwrap();
        let module = || Module::read(&file).unwrap();
        let job = Job::of_module(module(), vec![TaskSpec::new(["guess".to_owned()])]);
        let other = JobId::from_bytes([8; 32]);
        assert_eq!(job.plan(&ID).unwrap().root, job.plan(&other).unwrap().root, "of a public one all is known");
        let private = job.clone().privately();
        assert_eq!(private.limits.work, job.limits.time_ms, "time is what a module is paid for then");
        let plan = private.plan(&ID).unwrap();
        assert_eq!(private.plan(&ID).unwrap().root, plan.root);
        assert_ne!(private.plan(&other).unwrap().root, plan.root);
        let nothing = plan.sources.last().unwrap();
        assert!(nothing.meta.path.starts_with("in/") && nothing.meta.size == 0, "{nothing:?}");
        let bundle = Bundle { root: 5, key: [9; 32] };
        let program = private.program(Some(bundle), None).unwrap();
        assert_eq!(program.class, Class::Metered);
        let spec = private.spec(program, plan.root, bundle, [0; 32], 1);
        assert_eq!(spec.input, Input::Wrapped { root: 5 });
        for wrong in [Job { replicas: 2, ..private.clone() }, Job { comparator: Some(module()), ..private }] {
            assert!(matches!(wrong.plan(&ID), Err(JobError::PrivateCompared)));
        }
    }

    #[test]
    fn a_comparator_makes_another_class_of_any_program() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("comparator");
        fs::write(&file, b"content").unwrap();
        let (bundle, stored) = (Bundle { root: 5, key: [9; 32] }, Bundle { root: 6, key: [8; 32] });
        let image = Program { form: Form::Image, digest: [1; 32], bundle, class: Class::Pinned };
        let job = Job { comparator: Some(Module::read(&file).unwrap()), ..Job::of_image(image, vec![TaskSpec::default()]) };
        let class = Class::Compared { comparator: *blake3::hash(b"content").as_bytes(), bundle: stored };
        assert_eq!(job.program(None, Some(stored)), Some(Program { class, ..image }));
        assert_eq!(job.program(None, None), None, "it has to be stored first");
        assert_eq!(Job { comparator: None, ..job }.program(None, None), Some(image));
    }

    #[test]
    fn what_the_chain_would_refuse_is_refused_before() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("module");
        fs::write(&file, b"content").unwrap();
        let job = Job::of_module(Module::read(&file).unwrap(), vec![TaskSpec::default()]);
        let refused = |job: Job| job.plan(&ID).map(|_| ()).unwrap_err();
        let least = least_price(job.run);
        assert!(Job { price: least, ..job.clone() }.plan(&ID).is_ok());
        let error = refused(Job { price: least - 1, ..job.clone() });
        assert!(error.to_string().starts_with("a chunk that may run for 20 blocks costs 0.02 IDW at least"), "{error}");
        let limits = Limits { time_ms: 120_000, ..job.limits };
        assert!(Job { limits, ..job.clone() }.plan(&ID).is_ok());
        let limits = Limits { time_ms: 120_001, ..job.limits };
        assert!(matches!(refused(Job { limits, ..job.clone() }), JobError::TimeTooLong { most: 120_000, .. }));
        assert!(Job { within: LONGEST_OPEN, ..job.clone() }.plan(&ID).is_ok());
        assert!(matches!(refused(Job { within: LONGEST_OPEN + 1, ..job }), JobError::OpenTooLong { .. }));
    }
}
