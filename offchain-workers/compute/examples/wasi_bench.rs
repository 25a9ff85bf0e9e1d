//! How quick modules begin and run here.
//!
//! usage: wasi_bench MODULE RUNS [ARGUMENT ...]
//!
//! MODULE is one of preview 1. It is run with these arguments, and beside it by the same engine, with nothing but fuel and canonical NaNs,
//! and with neither.
//!
//! Prints one line of JSON: milliseconds of an empty module's runs, once it was run before (the median, and what 99 of 100 take at most);
//! of getting MODULE ready, compiled and from disk; of processor time that its runs take here and by the engine alone, so that what else
//! the machine does is not counted; and the fuel they take.

use std::{
    env, fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use idlewild_compute::{
    executor::{At, Executor, Prepared, Run, Source},
    wasi::{Settings, Wasi},
};
use idlewild_compute_primitives::project::Limits;
use tokio_util::sync::CancellationToken;
use wasmtime::{Config, Engine, InstancePre, Linker, Module, Store};
use wasmtime_wasi::{
    preview1::{self, WasiP1Ctx},
    WasiCtx,
};

type Error = Box<dyn std::error::Error + Send + Sync>;

const LIMITS: Limits = Limits { work: u64::MAX, time_ms: 600_000, memory_mib: 256, output: 1 << 30 };
/// A module that does nothing.
const NOTHING: &[u8] =
    b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x05\x03\x01\0\x01\x07\x0a\x01\x06_start\0\0\x0a\x04\x01\x02\0\x0b";
/// Its runs.
const STARTS: usize = 2_000;

fn source(folder: &Path, bytes: &[u8]) -> Result<Source, Error> {
    let hash = blake3::hash(bytes);
    let path = folder.join(hash.to_hex().as_str());
    fs::write(&path, bytes)?;
    Ok(Source { digest: *hash.as_bytes(), at: At::File(path) })
}

/// A program, and how long it took to get ready.
async fn prepare(folder: &Path, source: &Source) -> Result<(Arc<dyn Prepared>, Duration), Error> {
    let wasi = Wasi::open(&Settings::new(folder.join("compiled")))?;
    let began = Instant::now();
    let program = wasi.prepare(source).await?;
    Ok((program, began.elapsed()))
}

/// The engine with no more of what makes a run repeat than fuel and canonical NaNs, or without them.
struct Plain {
    engine: Engine,
    ready: InstancePre<WasiP1Ctx>,
    counts: bool,
}

impl Plain {
    fn new(bytes: &[u8], counts: bool) -> Result<Self, Error> {
        let engine = Engine::new(Config::new().consume_fuel(counts).cranelift_nan_canonicalization(counts))?;
        let mut linker = Linker::new(&engine);
        preview1::add_to_linker_sync(&mut linker, |context| context)?;
        let ready = linker.instantiate_pre(&Module::new(&engine, bytes)?)?;
        Ok(Self { engine, ready, counts })
    }

    fn run(&self, arguments: &[String]) -> Result<(), Error> {
        let mut store = Store::new(&self.engine, WasiCtx::builder().arg("program").args(arguments).build_p1());
        if self.counts {
            store.set_fuel(u64::MAX)?;
        }
        let instance = self.ready.instantiate(&mut store)?;
        // A module may end by asking for it, which is an error here.
        let _ = instance.get_typed_func::<(), ()>(&mut store, "_start")?.call(&mut store, ());
        Ok(())
    }
}

/// Milliseconds that processors have worked for this process, in steps of a tick.
fn busy() -> Result<f64, Error> {
    let stat = procfs::process::Process::myself()?.stat()?;
    Ok((stat.utime + stat.stime) as f64 * 1_000.0 / procfs::ticks_per_second() as f64)
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let mut arguments = env::args().skip(1);
    let usage = "usage: wasi_bench MODULE RUNS [ARGUMENT ...]";
    let module = arguments.next().map(PathBuf::from).ok_or(usage)?;
    let runs: usize = arguments.next().ok_or(usage)?.parse()?;
    let arguments: Vec<String> = arguments.collect();
    let folder = tempfile::tempdir()?;
    let stop = CancellationToken::new();
    let run = |arguments: &[String]| Run {
        arguments: arguments.to_vec(),
        input: None,
        output: folder.path().join("output"),
        limits: LIMITS,
        resources: Default::default(),
    };

    let (nothing, _) = prepare(folder.path(), &source(folder.path(), NOTHING)?).await?;
    let mut starts = Vec::new();
    for _ in 0..STARTS {
        let began = Instant::now();
        nothing.run(run(&[]), &stop).await?;
        starts.push(began.elapsed());
    }
    starts.sort_unstable();
    let start = |part: usize| starts.get(part * STARTS / 100).copied().map(millis);

    let bytes = fs::read(&module)?;
    let source = source(folder.path(), &bytes)?;
    let (_, compiling) = prepare(folder.path(), &source).await?;
    let (program, loading) = prepare(folder.path(), &source).await?;
    let counted = Arc::new(Plain::new(&bytes, true)?);
    let bare = Arc::new(Plain::new(&bytes, false)?);
    let (mut ours, mut with_counting, mut without, mut fuel) = (Vec::new(), Vec::new(), Vec::new(), 0);
    // In turn, so that what else the machine does meets all of them.
    for _ in 0..runs {
        let before = busy()?;
        let ran = program.run(run(&arguments), &stop).await?;
        ours.push(busy()? - before);
        if !ran.ending.is_success() {
            return Err(format!("{:?}: {}", ran.ending, String::from_utf8_lossy(&ran.log)).into());
        }
        fuel = ran.used;
        for (plain, times) in [(&counted, &mut with_counting), (&bare, &mut without)] {
            let (plain, arguments) = (plain.clone(), arguments.clone());
            let before = busy()?;
            tokio::task::spawn_blocking(move || plain.run(&arguments)).await??;
            times.push(busy()? - before);
        }
    }
    let report = serde_json::json!({
        "start": start(50), "start_99": start(99), "compiling": millis(compiling), "loading": millis(loading),
        "ours": ours, "counted": with_counting, "bare": without, "fuel": fuel,
    });
    println!("{report}");
    Ok(())
}
