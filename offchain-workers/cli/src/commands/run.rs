//! `idlewild run`

use std::{
    collections::BTreeMap,
    fs,
    io::{IsTerminal, Read},
    path::{Path, PathBuf},
};

use anyhow::{bail, Context};
use idlewild_chain_client::coins::{parse_coins, show_coins};
use idlewild_client::{PutEvent, Session};
use idlewild_compute_primitives::{
    money::MILLIS_PER_BLOCK,
    program::Class,
    project::Limits,
    resources::{Resources, Wishes},
    Clock, ProjectId,
};
use idlewild_files::whole_file;
use idlewild_sdk::{
    collect::{in_words, Collected, Event, Everything},
    handing::HandingEvent,
    job::{may_be_private, Job, Module, TaskSpec},
    submit::{JobId, SubmitEvent, SubmitJobError},
    watch::Progress,
    Sdk,
};
use serde::Serialize;

use super::{
    chosen::{self, InDoubt},
    image,
};
use crate::{
    args::{Common, Run},
    connection,
    keystore::folder_of,
    output::{ask_to_pay, say, show},
};

/// What stands for a task's number in arguments.
const NUMBER: &str = "{}";
/// Fuel that a run of a module may use where nothing is said.
const FUEL: u64 = 100_000_000_000;
/// Blocks that storing what a chunk wrote may take.
const STORING: u64 = 5;
/// How a WASI module begins.
const MAGIC: &[u8] = b"\0asm";

#[derive(Serialize)]
struct Done {
    project: ProjectId,
    progress: Progress,
    tasks: Vec<Collected>,
    unreadable: BTreeMap<u32, String>,
    seconds: f64,
}

/// Runs a program on others' machines.
pub async fn run(common: &Common, run: Run) -> anyhow::Result<()> {
    let mut tasks = tasks_of(&run)?;
    // A file that is no module costs nobody a password.
    let module = is_module(&run.program)?.then(|| Module::read(&run.program)).transpose()?;
    let session = connection::session(common).await?;
    let sdk = Sdk::new(session.clone(), connection::compute(common).await?);
    let jobs = folder_of(common.home.as_deref())?.with_file_name("jobs");
    if let Some(input) = run.input.as_deref().filter(|input| !input.exists()) {
        let file = stored_input(&session, &jobs.join("inputs"), &input.to_string_lossy()).await?;
        tasks.iter_mut().for_each(|task| task.input = Some(file.clone()));
    }
    let job = job_of(common, &sdk, &run, module, tasks).await?;
    let unfinished = Unfinished::of(&jobs, &session.account(), &run, &job)?;
    if unfinished.is_begun {
        eprintln!("this job was begun before; it goes on where it stopped");
    } else if !run.yes {
        let deposit = sdk.compute().compute_terms().await?.project_deposit;
        let held = job.escrow().saturating_add(deposit);
        eprintln!(
            "{} tasks in chunks of {}, {} for a chunk that uses all of its limits\n{} are put on hold, {} of them for the job's record; \
             what is not used comes back",
            job.tasks.len(),
            job.per_chunk,
            show_coins(job.price),
            show_coins(held),
            show_coins(deposit)
        );
        ask_to_pay(&show_coins(held))?;
    }
    unfinished.begin()?;
    let begun = std::time::Instant::now();
    let told = |event: SubmitEvent| match event {
        SubmitEvent::Module(PutEvent::Stored { deal, .. }) => eprintln!("the module is stored in deal {deal}"),
        SubmitEvent::Comparator(PutEvent::Stored { deal, .. }) => eprintln!("the comparator is stored in deal {deal}"),
        SubmitEvent::Input(PutEvent::Stored { deal, .. }) => eprintln!("the tasks are stored in deal {deal}"),
        _ => {},
    };
    let project = match sdk.submit(&job, unfinished.id, told).await {
        Ok(project) => project,
        // Nothing was stored and nothing sent: there is nothing to go on with.
        Err(error @ (SubmitJobError::NotEnoughCoins { .. } | SubmitJobError::Job(_))) => {
            unfinished.finish()?;
            return Err(error.into());
        },
        Err(error) => return Err(error).context("the same command goes on where it stopped"),
    };
    eprintln!("project {project}: `idlewild job stat {project}` tells how far it is, `idlewild job explain {project}` what it waits for");
    let bar = bar(common.json, job.tasks.len().div_ceil(job.per_chunk as usize) as u64);
    let folder = run.output.clone().unwrap_or_else(|| PathBuf::from(format!("project-{project}")));
    // Where no bar is to be seen and no program listens, each change is a line.
    let is_seen = common.json || std::io::stderr().is_terminal();
    let told = |event: Event<'_>| tell(&bar, is_seen, event);
    let keys = async {
        let told = |event: HandingEvent| tell_of_key(&bar, is_seen, event);
        match job.private {
            true => sdk.hand_keys(project, &unfinished.id, told).await,
            false => Ok(()),
        }
    };
    let keys = async {
        match keys.await {
            // Results may still be on their way.
            Ok(()) => std::future::pending().await,
            Err(error) => error,
        }
    };
    let everything = tokio::select! {
        error = keys => return Err(error).context("providers are not given the input's key any more: the same command goes on with it"),
        everything = sdk.collect_all(project, &folder, told) => {
            everything.context("what is there stays: the same command fetches the rest, and --again has all of it run once more")?
        },
        _ = tokio::signal::ctrl_c() => {
            bar.finish_and_clear();
            if job.private {
                bail!(
                    "project {project} goes on with what providers have begun, and nobody else gets the input's key without this command: \
                     give it again, or have no more of it run by `idlewild job cancel {project}`"
                );
            }
            bail!(
                "project {project} goes on without this command. The same command fetches what comes of it; `idlewild job cancel \
                 {project}` has no more of it run"
            );
        },
    };
    bar.finish_and_clear();
    let Everything { progress, tasks, unreadable } = everything;
    let done = Done { project, progress, tasks, unreadable, seconds: begun.elapsed().as_secs_f64() };
    show(common.json, &done, || done.words(&job, &folder))?;
    if let Some((chunk, reason)) = done.unreadable.first_key_value() {
        bail!("the output of chunk {chunk} cannot be read: {reason}. The same command tries again");
    }
    unfinished.finish()?;
    if done.tasks.len() < job.tasks.len() {
        bail!("some tasks have no result, and what they would have cost came back: see `idlewild job explain {project}`");
    }
    Ok(())
}

/// The file of a stored object, by its path or by the number of a deal that holds it alone: fetched once.
async fn stored_input(session: &Session, folder: &Path, name: &str) -> anyhow::Result<PathBuf> {
    let listing = session.list().await?;
    let held = |deal: u64| {
        let mut objects = listing.tree.objects().filter(|object| object.parts.iter().any(|part| part.segment == deal));
        objects.next().filter(|_| objects.next().is_none())
    };
    let by_deal = name.parse().ok().filter(|_| listing.tree.get(name).is_none()).and_then(held);
    let object = match by_deal {
        Some(object) => object,
        None => chosen::file(&listing, name, InDoubt::new(false, "--readable to `idlewild get`, and its file to --in"))
            .with_context(|| format!("--in {name} is no file here, and cannot be taken from what is stored"))?,
    };
    let file = folder.join(hex::encode(object.id));
    if fs::metadata(&file).is_ok_and(|found| found.len() == object.size) {
        return Ok(file);
    }
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let part = tempfile::NamedTempFile::new_in(folder).with_context(|| folder.display().to_string())?;
    let mut output = tokio::fs::File::from_std(part.reopen()?);
    session.get(&listing, object, 0..object.size, &mut output, |_| {}).await?;
    output.sync_all().await?;
    part.persist(&file).with_context(|| file.display().to_string())?;
    Ok(file)
}

/// Blocks that a chunk may take where nothing is said: all of its runs for as long as each may take, and what storing takes.
fn blocks_of(run: &Run, longest: Clock) -> Clock {
    let at_once = (run.cpu / 1_000).max(1);
    let rounds = u64::from(run.per_chunk.div_ceil(at_once));
    // A comparator may take as long for an output as its task did.
    let runs = if run.comparator.is_some() { 2 } else { 1 };
    let millis = rounds.saturating_mul(runs).saturating_mul(run.time).saturating_mul(1_000);
    let blocks = millis.div_ceil(MILLIS_PER_BLOCK).saturating_add(STORING);
    Clock::try_from(blocks).unwrap_or(Clock::MAX).clamp(1, longest.max(1))
}

/// Tells what happens while results are awaited.
fn tell(bar: &indicatif::ProgressBar, is_seen: bool, event: Event<'_>) {
    match event {
        Event::Progress(progress) => {
            let agreed = progress.finished.saturating_add(progress.agreed);
            bar.set_position(u64::from(agreed));
            bar.set_message(words(progress));
            if !is_seen {
                eprintln!("{agreed} of {} chunks: {}", progress.chunks, words(progress));
            }
        },
        Event::Task(task) if !task.outcome.ending.is_success() => {
            say(bar, &format!("task {}: {}", task.task, in_words(&task.outcome.ending)));
        },
        Event::Task(_) => {},
        Event::Waits { chunk, reason } => say(bar, &format!("the output of chunk {chunk} cannot be read yet: {reason}")),
    }
}

/// Tells what becomes of a private input's key.
fn tell_of_key(bar: &indicatif::ProgressBar, is_seen: bool, event: HandingEvent) {
    match event {
        HandingEvent::Handed { chunk, provider } if !is_seen => eprintln!("provider {provider} has the key for chunk {chunk}"),
        HandingEvent::Handed { .. } => {},
        HandingEvent::Failed { chunk, provider, reason } => {
            say(bar, &format!("provider {provider} could not be given the key for chunk {chunk} yet: {reason}"));
        },
    }
}

impl Done {
    fn words(&self, job: &Job, folder: &Path) -> String {
        let failed = self.tasks.iter().filter(|task| !task.outcome.ending.is_success()).count();
        let mut lines = vec![format!(
            "{} of {} tasks have results in {}, {failed} of them did not end well, {:.1} s",
            self.tasks.len(),
            job.tasks.len(),
            folder.display(),
            self.seconds
        )];
        lines.extend(self.tasks.iter().map(|task| {
            let Collected { task, outcome, object, .. } = task;
            let ended = if outcome.ending.is_success() { String::new() } else { format!(": {}", in_words(&outcome.ending)) };
            format!("task {task}: {} bytes, object {object}{ended}", outcome.length)
        }));
        lines.join("\n")
    }
}

/// What a project is doing, in a few words.
pub(super) fn words(progress: &Progress) -> String {
    let parts = [
        (progress.open, "open"),
        (progress.running, "running"),
        (progress.comparing, "compared"),
        (progress.agreed, "agreed"),
        (progress.disputed, "disputed"),
        (progress.finished, "finished"),
    ];
    let some: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    some.join(", ")
}

fn bar(json: bool, chunks: u64) -> indicatif::ProgressBar {
    if json {
        return indicatif::ProgressBar::hidden();
    }
    let bar = indicatif::ProgressBar::new(chunks);
    if let Ok(style) = indicatif::ProgressStyle::with_template("{bar:30} {pos}/{len} chunks  {msg}") {
        bar.set_style(style);
    }
    bar.enable_steady_tick(std::time::Duration::from_millis(200));
    bar
}

/// Whether what is to be run is a WASI module: a file that is called so, or begins like one.
fn is_module(program: &str) -> anyhow::Result<bool> {
    let path = Path::new(program);
    if path.extension().is_some_and(|extension| extension == "wasm") {
        return Ok(true);
    }
    if !path.is_file() {
        return Ok(false);
    }
    let mut first = Vec::new();
    let file = fs::File::open(path).with_context(|| program.to_owned())?;
    file.take(MAGIC.len() as u64).read_to_end(&mut first).with_context(|| program.to_owned())?;
    Ok(first == MAGIC)
}

/// A job's comparator. What is none would have every byte count, and nobody would know why.
fn comparator(file: &Path) -> anyhow::Result<Module> {
    let mut first = Vec::new();
    let opened = fs::File::open(file).with_context(|| file.display().to_string())?;
    opened.take(MAGIC.len() as u64).read_to_end(&mut first).with_context(|| file.display().to_string())?;
    if first != MAGIC {
        bail!("--comparator {}: this is no WASI module", file.display());
    }
    Ok(Module::read(file)?)
}

fn tasks_of(run: &Run) -> anyhow::Result<Vec<TaskSpec>> {
    let lines = match &run.tasks {
        Some(file) => fs::read_to_string(file).with_context(|| file.display().to_string())?,
        None => "\n".repeat(usize::try_from(run.map)?),
    };
    let task = |(number, line): (usize, &str)| TaskSpec {
        arguments: run
            .arguments
            .iter()
            .map(|argument| argument.replace(NUMBER, &number.to_string()))
            .chain(line.split_whitespace().map(str::to_owned))
            .collect(),
        input: run.input.clone(),
    };
    Ok(lines.lines().enumerate().map(task).collect())
}

async fn job_of(common: &Common, sdk: &Sdk, run: &Run, module: Option<Module>, tasks: Vec<TaskSpec>) -> anyhow::Result<Job> {
    let time_ms = run.time.saturating_mul(1_000);
    let comparator = run.comparator.as_deref().map(comparator).transpose()?;
    if run.private_input {
        may_be_private(run.replicas, comparator.as_ref())?;
    }
    let (usual, work) = match module {
        Some(_) if run.metered => bail!("--metered is for images: what a module writes is the same each time"),
        Some(_) if comparator.is_some() => bail!("--comparator is for images: what a module writes is the same each time"),
        Some(_) if run.machine.host_class.is_some() => {
            bail!("--host-class is for images: a module is the same on every machine")
        },
        Some(module) => (Job::of_module(module, tasks), FUEL),
        None => {
            let class = if run.metered { Class::Metered } else { Class::Pinned };
            let program = image::program(common, sdk, &run.program, class, &run.stored.wish(1)?, run.yes).await?;
            // A run has its share of the chunk's cores for as long as it may take.
            let cores = u64::from(run.cpu.div_ceil(1_000).max(1));
            (Job::of_image(program, tasks), time_ms.saturating_mul(cores))
        },
    };
    let job = Job {
        per_chunk: run.per_chunk,
        limits: Limits { work, time_ms, memory_mib: run.mem, output: run.max_output },
        resources: Resources {
            cpu_milli: run.cpu,
            ram_mib: run.mem.saturating_mul(2),
            disk_mib: run.machine.disk.unwrap_or(usual.resources.disk_mib),
            ..usual.resources
        },
        wishes: Wishes { region: run.machine.region, host_class: run.machine.host_class, ..usual.wishes },
        comparator,
        run: match run.blocks {
            Some(blocks) => blocks,
            None => blocks_of(run, sdk.compute().compute_terms().await?.deadlines.longest_run()),
        },
        price: parse_coins(&run.price).map_err(anyhow::Error::msg)?,
        replicas: run.replicas,
        stored: run.stored.wish(1)?,
        ..usual
    };
    let job = if run.private_input { job.privately() } else { job };
    // In whichever unit it is counted by then.
    let work = run.work.unwrap_or(job.limits.work);
    Ok(Job { limits: Limits { work, ..job.limits }, ..job })
}

/// A job that was begun and has not ended, as far as this machine knows.
struct Unfinished {
    path: PathBuf,
    id: JobId,
    is_begun: bool,
}

impl Unfinished {
    /// The job that the same command began, or a new one.
    fn of(folder: &Path, account: &[u8; 32], run: &Run, job: &Job) -> anyhow::Result<Self> {
        let mut hasher = blake3::Hasher::new();
        // How it is asked for does not make it another job.
        let same = Run { again: false, yes: false, output: None, ..run.clone() };
        hasher.update(account).update(format!("{same:?} {:?} {:?} {:?}", job.what, job.tasks, job.comparator).as_bytes());
        let path = folder.join(hasher.finalize().to_hex().as_str());
        match fs::read(&path) {
            Ok(_) if run.again => Ok(Self { path, id: JobId::random(), is_begun: false }),
            Ok(bytes) => {
                let id = bytes.as_slice().try_into().with_context(|| format!("{} is damaged: remove it", path.display()))?;
                Ok(Self { path, id: JobId::from_bytes(id), is_begun: true })
            },
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                Ok(Self { path, id: JobId::random(), is_begun: false })
            },
            Err(error) => Err(error).with_context(|| path.display().to_string()),
        }
    }

    fn begin(&self) -> anyhow::Result<()> {
        if let Some(folder) = self.path.parent() {
            fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
        }
        whole_file::replace(&self.path, self.id.as_bytes(), whole_file::PRIVATE)
            .with_context(|| self.path.display().to_string())
    }

    fn finish(&self) -> anyhow::Result<()> {
        fs::remove_file(&self.path).with_context(|| self.path.display().to_string())
    }
}
