//! How much longer a task takes here than by `docker run` with the same limits: `container_bench IMAGE [ROUNDS] [COMMAND ...]`, where
//! the image is named by its ID (`docker image inspect -f {{.Id}} NAME`).

use std::{
    error::Error,
    fs::File,
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

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let id = arguments.next().ok_or("name an image by its ID")?;
    let rounds: usize = arguments.next().map_or(Ok(20), |rounds| rounds.parse())?;
    let mut command: Vec<String> = arguments.collect();
    if command.is_empty() {
        command = vec!["true".into()];
    }
    let hex = id.strip_prefix("sha256:").unwrap_or(&id);
    let digest = blake3::Hash::from_hex(hex)?.into();
    let source = Source { digest, at: At::Reference(format!("bench@sha256:{hex}")) };
    let folder = tempfile::tempdir()?;
    let oci = Oci::new(Settings { yields: false, ..Settings::new("bench") });
    oci.sweep(&[]).await?;
    let prepared = oci.prepare(&source).await?;
    let run = Run {
        arguments: command.clone(),
        input: None,
        output: folder.path().join("output"),
        limits: Limits { work: 600_000, time_ms: 600_000, memory_mib: 64, output: 1 << 30 },
        resources: Resources { cpu_milli: 1_000, ram_mib: 64, disk_mib: 8, ..Default::default() },
    };
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        // In turn, so that what else the machine does meets both.
        let begun = Instant::now();
        let ran = prepared.run(run.clone(), &CancellationToken::new()).await?;
        ours.push(begun.elapsed());
        let begun = Instant::now();
        let mut docker = Command::new("docker");
        docker.args(LIMITS.split_whitespace()).arg(&id).args(&command).stdin(Stdio::null());
        // It goes to a file as well.
        docker.stdout(File::create(folder.path().join("theirs"))?);
        let status = tokio::task::spawn_blocking(move || docker.status()).await??;
        theirs.push(begun.elapsed());
        if !ran.ending.is_success() || !status.success() {
            return Err(format!("{:?}, {status}: {}", ran.ending, String::from_utf8_lossy(&ran.log)).into());
        }
    }
    let (ours, theirs) = (median(ours), median(theirs));
    let more = ours.as_secs_f64() / theirs.as_secs_f64() * 100.0 - 100.0;
    println!("{command:?}: {ours:.1?} here, {theirs:.1?} by docker run: {more:+.1} %");
    Ok(())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
