//! How many tasks of which nothing is asked are run in a second, each with a signed receipt.
//!
//! usage: receipts_bench FOLDER MODULE TASKS RUNS
//!
//! FOLDER is where results go, as on a provider's disk, and stay: a file system that has just forgotten thousands of files is slow to make
//! new ones; MODULE is one of preview 1. Tasks are run in chunks of as many as may be, several
//! at a time, as a provider runs them. Of each task the provider signs, with its peer key, a receipt that names the chain, the project, the
//! task, the provider and what became of it; of each chunk it computes the root and its commitment, which is what goes on chain. At the
//! end every receipt is verified, which is not counted.
//!
//! Prints one line of JSON: tasks a second of each run, and how many of these are signatures a second alone.

use std::{
    collections::HashMap,
    env, fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use idlewild_compute::{
    chunk::{ChunkRun, Step},
    executor::{At, Executor, Prepared, Source},
    wasi::{Settings, Wasi},
};
use idlewild_compute_primitives::{
    chunk::{count, tasks_of, MAX_TASKS_OF_CHUNK},
    commitment::{of_finding, Finding},
    outcome::{root, used, Outcome, TaskReceipt},
    project::Limits,
    task::Task,
    Digest,
};
use idlewild_network::identity::{verify, Identity};
use tokio_util::sync::CancellationToken;

type Error = Box<dyn std::error::Error>;

const LIMITS: Limits = Limits { work: 1_000_000_000, time_ms: 600_000, memory_mib: 64, output: 1 << 20 };
const PROJECT: u64 = 1;
const PROVIDER: u32 = 2;
const GENESIS: Digest = [3; 32];

/// A receipt and the signature under it.
type Signed = (TaskReceipt, [u8; 64]);

struct Bench {
    folder: PathBuf,
    program: Arc<dyn Prepared>,
    identity: Identity,
    at_once: usize,
}

impl Bench {
    /// Runs all of them; results go to a folder of this number. Returns how long it took, and the receipts.
    async fn run(&self, number: u32, tasks: u64) -> Result<(Duration, Vec<Signed>), Error> {
        let chunks = count(tasks, MAX_TASKS_OF_CHUNK).ok_or("so many tasks make no project")?;
        let receipts = Mutex::new(Vec::new());
        let stop = CancellationToken::new();
        let began = Instant::now();
        for chunk in 0..chunks {
            let range = tasks_of(chunk, tasks, MAX_TASKS_OF_CHUNK);
            let folder = self.folder.join(format!("{number}/{chunk}"));
            let run = ChunkRun {
                tasks: range.clone().map(|task| Task { arguments: vec![task.to_string()], input: None }).collect(),
                inputs: HashMap::new(),
                limits: LIMITS,
                resources: Default::default(),
                at_once: self.at_once,
                folder: folder.clone(),
            };
            let told = |step: Step| {
                let task = (PROJECT, range.start + step.index as u64);
                let receipt = TaskReceipt { genesis: GENESIS, task, provider: PROVIDER, outcome: step.outcome };
                let signature = self.identity.sign(&receipt.message());
                receipts.lock().unwrap_or_else(PoisonError::into_inner).push((receipt, signature));
            };
            let outcomes: Vec<Outcome> = run.run(&self.program, told, &stop).await?;
            let finding = Finding { root: root(&outcomes, true), used: used(&outcomes), output: 0, key: [0; 80] };
            std::hint::black_box(of_finding(PROJECT, chunk, &finding, &[4; 16], &[5; 32]));
        }
        let took = began.elapsed();
        Ok((took, receipts.into_inner().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Every task has one receipt, that it succeeded, and the provider signed it.
    fn check(&self, tasks: u64, receipts: &[Signed]) -> Result<(), Error> {
        let mut seen: Vec<u64> = receipts.iter().map(|(receipt, _)| receipt.task.1).collect();
        seen.sort_unstable();
        let is_whole = seen.into_iter().eq(0..tasks);
        let is_good = |(receipt, signature): &Signed| {
            receipt.outcome.ending.is_success() && verify(&self.identity.peer_key(), &receipt.message(), signature)
        };
        if !is_whole || !receipts.iter().all(is_good) {
            return Err("a receipt is missing or is none".into());
        }
        Ok(())
    }
}

async fn prepare(folder: &Path, module: &Path) -> Result<Arc<dyn Prepared>, Error> {
    let wasi = Wasi::open(&Settings::new(folder.join("compiled")))?;
    let digest = *blake3::hash(&fs::read(module)?).as_bytes();
    Ok(wasi.prepare(&Source { digest, at: At::File(module.to_owned()) }).await?)
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [folder, module, tasks, runs] = arguments.as_slice() else {
        return Err("usage: receipts_bench FOLDER MODULE TASKS RUNS".into());
    };
    let (folder, tasks, runs) = (PathBuf::from(folder), tasks.parse::<u64>()?, runs.parse::<u32>()?);
    let bench = Bench {
        program: prepare(&folder, Path::new(module)).await?,
        folder,
        identity: Identity::random(),
        at_once: std::thread::available_parallelism()?.get(),
    };
    let mut rates = Vec::new();
    for number in 0..runs {
        let (took, receipts) = bench.run(number, tasks).await?;
        bench.check(tasks, &receipts)?;
        rates.push(tasks as f64 / took.as_secs_f64());
    }
    let message = vec![0; 200];
    let began = Instant::now();
    for _ in 0..1_000 {
        std::hint::black_box(bench.identity.sign(&message));
    }
    let signing = 1_000.0 / began.elapsed().as_secs_f64();
    println!("{}", serde_json::json!({ "tasks_per_second": rates, "signatures_per_second": signing }));
    Ok(())
}
