//! `idlewild run`

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{bail, Context};
use idlewild_chain_client::coins::{parse_coins, show_coins};
use idlewild_client::PutEvent;
use idlewild_compute_primitives::{project::Limits, resources::Resources, ProjectId};
use idlewild_files::whole_file;
use idlewild_sdk::{
    collect::Collected,
    job::{Job, Module, TaskSpec},
    submit::{JobId, SubmitEvent},
    watch::Progress,
    Sdk,
};
use serde::Serialize;

use crate::{
    args::{Common, Run},
    connection,
    keystore::folder_of,
    output::{ask_to_pay, say, show},
};

/// What stands for a task's number in arguments.
const NUMBER: &str = "{}";

#[derive(Serialize)]
struct Done {
    project: ProjectId,
    progress: Progress,
    tasks: Vec<Collected>,
    seconds: f64,
}

/// Runs a program on others' machines.
pub async fn run(common: &Common, run: Run) -> anyhow::Result<()> {
    let job = job_of(&run)?;
    let session = connection::session(common).await?;
    let sdk = Sdk::new(session.clone(), connection::compute(common).await?);
    let unfinished =
        Unfinished::of(&folder_of(common.home.as_deref())?.with_file_name("jobs"), &session.account(), &run, &job)?;
    if unfinished.is_begun {
        eprintln!("this job was begun before; it goes on where it stopped");
    } else if !run.yes {
        eprintln!(
            "{} tasks in chunks of {}, {} for a chunk that uses all of its limits\n{} are put on hold at most; what is not used comes back",
            job.tasks.len(),
            job.per_chunk,
            show_coins(job.price),
            show_coins(job.escrow())
        );
        ask_to_pay(&show_coins(job.escrow()))?;
    }
    unfinished.begin()?;
    let begun = std::time::Instant::now();
    let told = |event: SubmitEvent| match event {
        SubmitEvent::Module(PutEvent::Stored { deal, .. }) => eprintln!("the module is stored in deal {deal}"),
        SubmitEvent::Input(PutEvent::Stored { deal, .. }) => eprintln!("the tasks are stored in deal {deal}"),
        _ => {},
    };
    let project = sdk.submit(&job, unfinished.id, told).await.context("the same command goes on where it stopped")?;
    eprintln!(
        "project {project}: `idlewild job stat {project}` tells how far it is; stopping this command stops nothing there"
    );
    let bar = bar(common.json, job.tasks.len().div_ceil(job.per_chunk as usize) as u64);
    let progress = sdk
        .wait(project, |progress| {
            bar.set_position(u64::from(progress.finished.saturating_add(progress.agreed)));
            bar.set_message(words(progress));
        })
        .await?;
    let folder = run.output.clone().unwrap_or_else(|| PathBuf::from(format!("project-{project}")));
    let tasks = sdk.collect(project, &folder, |task| {
        if !task.outcome.ending.is_success() {
            say(&bar, &format!("task {}: {:?}", task.task, task.outcome.ending));
        }
    });
    let tasks = tasks.await.context("what is there stays; give --again to have all of it run once more")?;
    bar.finish_and_clear();
    unfinished.finish()?;
    let done = Done { project, progress, tasks, seconds: begun.elapsed().as_secs_f64() };
    show(common.json, &done, || {
        let failed = done.tasks.iter().filter(|task| !task.outcome.ending.is_success()).count();
        let mut lines = vec![format!(
            "{} of {} tasks have results in {}, {failed} of them did not end well, {:.1} s",
            done.tasks.len(),
            job.tasks.len(),
            folder.display(),
            done.seconds
        )];
        lines.extend(
            done.tasks.iter().map(|task| format!("task {}: {} bytes, object {}", task.task, task.outcome.length, task.object)),
        );
        lines.join("\n")
    })?;
    if done.tasks.len() < job.tasks.len() {
        bail!("some tasks have no result: see `idlewild job stat {project}`");
    }
    Ok(())
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

fn job_of(run: &Run) -> anyhow::Result<Job> {
    let module = Module::read(&run.program)?;
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
    let tasks = lines.lines().enumerate().map(task).collect();
    let usual = Job::of_module(module, tasks);
    Ok(Job {
        per_chunk: run.per_chunk,
        limits: Limits { work: run.fuel, time_ms: run.time.saturating_mul(1_000), memory_mib: run.mem, output: run.max_output },
        resources: Resources { cpu_milli: run.cpu, ram_mib: run.mem.saturating_mul(2), ..usual.resources },
        run: run.blocks,
        price: parse_coins(&run.price).map_err(anyhow::Error::msg)?,
        replicas: run.replicas,
        stored: idlewild_client::market::Wish { geometry: run.class, term: run.term, ..usual.stored },
        ..usual
    })
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
        hasher.update(account).update(format!("{same:?} {:?} {:?}", job.what, job.tasks).as_bytes());
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
