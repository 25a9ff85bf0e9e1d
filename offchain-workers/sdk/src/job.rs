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
        }
    }

    /// Tasks of an image that was [pushed](crate::image), with limits for small ones: a second of processor time for each of time.
    pub fn of_image(program: Program, tasks: Vec<TaskSpec>) -> Self {
        let limits = Limits { work: 60_000, time_ms: 60_000, memory_mib: 256, output: 64 << 20 };
        let wishes = Wishes { runtimes: Runtimes { wasi: false, oci: true }, ..Wishes::default() };
        Self { limits, wishes, ..Self::of(What::Stored(program), tasks) }
    }

    /// The form and class of its program.
    pub(crate) fn program(&self, bundle: Option<Bundle>) -> Option<Program> {
        match (&self.what, bundle) {
            (What::Stored(program), _) => Some(*program),
            (What::Module(module), Some(bundle)) => {
                Some(Program { form: Form::Module, digest: module.digest, bundle, class: Class::Deterministic })
            },
            (What::Module(_), None) => None,
        }
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
        Ok(())
    }

    /// Writes the tasks into files.
    pub(crate) fn plan(&self) -> Result<Planned, JobError> {
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
        for (number, specs) in self.tasks.chunks(self.per_chunk as usize).enumerate() {
            let mut tasks = Vec::with_capacity(specs.len());
            for (at, spec) in specs.iter().enumerate() {
                let bytes: usize = spec.arguments.iter().map(String::len).sum();
                if spec.arguments.len() > MAX_ARGUMENTS || bytes > MAX_ARGUMENT_BYTES {
                    return Err(JobError::Arguments(number.saturating_mul(self.per_chunk as usize).saturating_add(at)));
                }
                let input = spec.input.as_ref().map(|path| {
                    // Tasks may share a file: it is stored once.
                    let known = inputs.iter().position(|known| known == path);
                    let index = known.unwrap_or_else(|| {
                        inputs.push(path.clone());
                        inputs.len().saturating_sub(1)
                    });
                    format!("{INPUTS}/{index}")
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
            sources.push(bundle::source(path, &format!("{INPUTS}/{index}")).map_err(disk(path))?);
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
            input: Input::Public(input),
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

    #[test]
    fn a_plan_is_the_same_each_time_and_stores_a_shared_file_once() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("input");
        fs::write(&file, b"content").unwrap();
        let module = Module::read(&file).unwrap();
        let task = |number: usize| TaskSpec { arguments: vec![number.to_string()], input: Some(file.clone()) };
        let mut job = Job { per_chunk: 3, ..Job::of_module(module, (0..7).map(task).collect()) };
        let plan = job.plan().unwrap();
        let paths: Vec<&str> = plan.sources.iter().map(|source| source.meta.path.as_str()).collect();
        assert_eq!(paths, ["chunks/0", "chunks/1", "chunks/2", "leaves", "in/0"]);
        assert_eq!(job.plan().unwrap().root, plan.root);
        job.tasks[6].arguments.push("more".into());
        assert_ne!(job.plan().unwrap().root, plan.root);
        job.tasks[4].arguments = vec!["x".repeat(70_000)];
        assert!(matches!(job.plan(), Err(JobError::Arguments(4))));
        job.tasks.clear();
        assert!(matches!(job.plan(), Err(JobError::NoTasks)));
        job.tasks = vec![TaskSpec::default()];
        job.per_chunk = 0;
        assert!(matches!(job.plan(), Err(JobError::TooManyTasks { .. })));
    }

    #[test]
    fn what_the_chain_would_refuse_is_refused_before() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("module");
        fs::write(&file, b"content").unwrap();
        let job = Job::of_module(Module::read(&file).unwrap(), vec![TaskSpec::default()]);
        let refused = |job: Job| job.plan().map(|_| ()).unwrap_err();
        let least = least_price(job.run);
        assert!(Job { price: least, ..job.clone() }.plan().is_ok());
        let error = refused(Job { price: least - 1, ..job.clone() });
        assert!(error.to_string().starts_with("a chunk that may run for 20 blocks costs 0.02 IDW at least"), "{error}");
        let limits = Limits { time_ms: 120_000, ..job.limits };
        assert!(Job { limits, ..job.clone() }.plan().is_ok());
        let limits = Limits { time_ms: 120_001, ..job.limits };
        assert!(matches!(refused(Job { limits, ..job.clone() }), JobError::TimeTooLong { most: 120_000, .. }));
        assert!(Job { within: LONGEST_OPEN, ..job.clone() }.plan().is_ok());
        assert!(matches!(refused(Job { within: LONGEST_OPEN + 1, ..job }), JobError::OpenTooLong { .. }));
    }
}
