//! How quick modules begin and run here, and what it costs to count them.
//!
//! usage: wasi_bench MODULE [ARGUMENT ...]
//!
//! MODULE is one of preview 1. It is run with these arguments, and beside it by the same engine with fuel, with canonical NaNs, and
//! with neither.

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
use wasmtime::{Config, Engine, Linker, Module, Store};
use wasmtime_wasi::{preview1, WasiCtx};

type Error = Box<dyn std::error::Error>;

const LIMITS: Limits = Limits { work: u64::MAX, time_ms: 600_000, memory_mib: 256, output: 1 << 30 };
/// A module that does nothing.
const NOTHING: &[u8] =
    b"\0asm\x01\0\0\0\x01\x04\x01\x60\0\0\x03\x02\x01\0\x05\x03\x01\0\x01\x07\x0a\x01\x06_start\0\0\x0a\x04\x01\x02\0\x0b";
const RUNS: usize = 1_000;

fn source(folder: &Path, bytes: &[u8]) -> Result<Source, Error> {
    let hash = blake3::hash(bytes);
    let path = folder.join(hash.to_hex().as_str());
    fs::write(&path, bytes)?;
    Ok(Source { digest: *hash.as_bytes(), at: At::File(path) })
}

async fn prepare(folder: &Path, source: &Source, label: &str) -> Result<Arc<dyn Prepared>, Error> {
    let began = Instant::now();
    let wasi = Wasi::open(&Settings::new(folder.join("compiled")))?;
    let opened = began.elapsed();
    let program = wasi.prepare(source).await?;
    println!("{label}: engine {opened:?}, program {:?}", began.elapsed() - opened);
    Ok(program)
}

/// The same with no more of what makes it repeat than these two.
fn plain(bytes: &[u8], arguments: &[String], fuel: bool, nan: bool) -> Result<Duration, Error> {
    let engine = Engine::new(Config::new().consume_fuel(fuel).cranelift_nan_canonicalization(nan))?;
    let mut linker = Linker::new(&engine);
    preview1::add_to_linker_sync(&mut linker, |context| context)?;
    let ready = linker.instantiate_pre(&Module::new(&engine, bytes)?)?;
    let mut least = Duration::MAX;
    for _ in 0..3 {
        let began = Instant::now();
        let mut store = Store::new(&engine, WasiCtx::builder().arg("program").args(arguments).build_p1());
        if fuel {
            store.set_fuel(u64::MAX)?;
        }
        let instance = ready.instantiate(&mut store)?;
        // A module may end by asking for it, which is an error here.
        let _ = instance.get_typed_func::<(), ()>(&mut store, "_start")?.call(&mut store, ());
        least = least.min(began.elapsed());
    }
    Ok(least)
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let mut arguments = env::args().skip(1);
    let module = arguments.next().map(PathBuf::from).ok_or("usage: wasi_bench MODULE [ARGUMENT ...]")?;
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

    let nothing = prepare(folder.path(), &source(folder.path(), NOTHING)?, "nothing, cold").await?;
    let mut took = Vec::new();
    for _ in 0..RUNS {
        let began = Instant::now();
        nothing.run(run(&[]), &stop).await?;
        took.push(began.elapsed());
    }
    took.sort();
    let at = |part: usize| took.get(part * RUNS / 100).copied().unwrap_or_default();
    println!("nothing, warm: median {:?}, 99 of 100 within {:?}", at(50), at(99));

    let bytes = fs::read(&module)?;
    let source = source(folder.path(), &bytes)?;
    prepare(folder.path(), &source, "module, cold").await?;
    let program = prepare(folder.path(), &source, "module, from disk").await?;
    let mut least = Duration::MAX;
    let mut used = 0;
    for _ in 0..3 {
        let ran = program.run(run(&arguments), &stop).await?;
        println!("module: {:?}, {} bytes, fuel {}, {:?}", ran.ending, ran.length, ran.used, ran.took);
        (least, used) = (least.min(ran.took), ran.used);
    }
    println!("{:.2} fuel a nanosecond", used as f64 / least.as_nanos().max(1) as f64);
    for (label, fuel, nan) in
        [("nothing", false, false), ("fuel", true, false), ("canonical NaNs", false, true), ("both", true, true)]
    {
        let (bytes, arguments) = (bytes.clone(), arguments.clone());
        let plain =
            tokio::task::spawn_blocking(move || plain(&bytes, &arguments, fuel, nan).map_err(|error| error.to_string()));
        let plain = plain.await??;
        println!("ours {least:?}, with {label} {plain:?}: {:+.1} %", 100.0 * (least.as_secs_f64() / plain.as_secs_f64() - 1.0));
    }
    Ok(())
}
