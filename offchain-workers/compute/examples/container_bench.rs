//! How much longer a task takes here than by `docker run` with the same limits, and than without a container.
//!
//! usage: container_bench IMAGE ROUNDS [--native PROGRAM] [COMMAND ...]
//!
//! The image is named by its ID (`docker image inspect -f {{.Id}} NAME`). PROGRAM is the same as COMMAND's first word is in the image.
//!
//! Prints one line of JSON: the milliseconds of each round here, by `docker run` and natively, and the milliseconds of processor time that
//! were metered here and that the system counted natively.

use std::{
    error::Error,
    fs::File,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use idlewild_compute::{
    executor::{At, Executor, Run, Source},
    oci::{Oci, Settings},
};
use idlewild_compute_primitives::{project::Limits, resources::Resources};
use tokio_util::sync::CancellationToken;

/// What this does for a task, in `docker run`'s words.
const LIMITS: &str =
    "run --rm -i --network none --cpus 1 --memory 64m --memory-swap 64m --pids-limit 512 --read-only --cap-drop ALL \
                      --security-opt no-new-privileges --ipc private --cgroupns private --user 65534:65534 --log-driver none \
                      --tmpfs /tmp:size=8m --ulimit core=0";

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}

/// Runs a program whose output goes to a file, as a task's does. Returns how long it took, and how long processors worked for it.
async fn by_itself(mut command: Command, output: &Path) -> Result<(f64, f64), Box<dyn Error>> {
    command.stdin(Stdio::null()).stdout(File::create(output)?);
    let before = children();
    let begun = Instant::now();
    let status = tokio::task::spawn_blocking(move || command.status()).await??;
    let took = begun.elapsed();
    if !status.success() {
        return Err(status.to_string().into());
    }
    Ok((millis(took), children() - before))
}

/// Milliseconds that processors worked for those that this process began and that have ended.
fn children() -> f64 {
    let Ok(stat) = procfs::process::Process::myself().and_then(|process| process.stat()) else { return f64::NAN };
    (stat.cutime + stat.cstime) as f64 * 1_000.0 / procfs::ticks_per_second() as f64
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1).peekable();
    let id = arguments.next().ok_or("name an image by its ID")?;
    let rounds: usize = arguments.next().map_or(Ok(20), |rounds| rounds.parse())?;
    let native = arguments.next_if(|argument| argument == "--native").and_then(|_| arguments.next()).map(PathBuf::from);
    let mut command: Vec<String> = arguments.collect();
    if command.is_empty() {
        command = vec!["true".into()];
    }
    let hex = id.strip_prefix("sha256:").unwrap_or(&id);
    let digest = blake3::Hash::from_hex(hex)?.into();
    let source = Source { digest, at: At::Reference(format!("bench@sha256:{hex}")) };
    let folder = tempfile::tempdir()?;
    let output = folder.path().join("output");
    let oci = Oci::new(Settings { yields: false, ..Settings::new("bench") });
    oci.sweep(&[]).await?;
    let prepared = oci.prepare(&source).await?;
    let run = Run {
        arguments: command.clone(),
        input: None,
        output: output.clone(),
        limits: Limits { work: 600_000, time_ms: 600_000, memory_mib: 64, output: 1 << 30 },
        resources: Resources { cpu_milli: 1_000, ram_mib: 64, disk_mib: 8, ..Default::default() },
    };
    let [mut ours, mut docker, mut alone, mut metered, mut counted] = [const { Vec::new() }; 5];
    for _ in 0..rounds {
        // In turn, so that what else the machine does meets all of them.
        let begun = Instant::now();
        let ran = prepared.run(run.clone(), &CancellationToken::new()).await?;
        ours.push(millis(begun.elapsed()));
        metered.push(ran.used as f64);
        if !ran.ending.is_success() {
            return Err(format!("{:?}: {}", ran.ending, String::from_utf8_lossy(&ran.log)).into());
        }
        let mut theirs = Command::new("docker");
        theirs.args(LIMITS.split_whitespace()).arg(&id).args(&command);
        docker.push(by_itself(theirs, &output).await?.0);
        if let Some(program) = &native {
            let mut theirs = Command::new(program);
            theirs.args(command.iter().skip(1));
            let (took, busy) = by_itself(theirs, &output).await?;
            alone.push(took);
            counted.push(busy);
        }
    }
    let report = serde_json::json!({
        "ours": ours, "docker": docker, "native": alone, "metered": metered, "native_busy": counted,
    });
    println!("{report}");
    Ok(())
}
