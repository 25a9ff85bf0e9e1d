//! What a worker that was killed leaves behind is removed at its next start, and nothing else.

use std::process::{Command, Stdio};

use idlewild_compute::oci::{names, Lease, State};
use idlewild_compute_primitives::resources::Resources;
use tokio_util::sync::CancellationToken;

use crate::support::{until, Bench};

/// In whose name the child works.
const WORKER: &str = "IDLEWILD_TEST_WORKER";

/// Runs in a process of its own, and is killed there.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "for the next test alone"]
async fn child() {
    let worker = std::env::var(WORKER).unwrap();
    let bench = Bench::with(|settings| settings.worker = worker).await.unwrap();
    let mut run = bench.shell("sleep 600");
    if bench.oci.check_network().await.is_ok() {
        run.resources.up_kbps = 1;
    }
    let _ = bench.prepared().await.run(run, &CancellationToken::new()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_killed_worker_leaves_is_swept() {
    let Some(bench) = Bench::new().await else { return };
    let Some(other) = Bench::new().await else { return };
    let lease = lease(&other, "of another", false).await;
    let neighbour = other.oci.serve(&lease).await.unwrap();
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crashing::child", "--ignored"])
        .env(WORKER, &bench.worker)
        // What it has no time to remove goes with ours.
        .env("TMPDIR", bench.folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let runs = || async { bench.containers().await.iter().any(|found| found.status.as_ref().unwrap().starts_with("Up")) };
    until("the child's task runs", runs).await;
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(bench.containers().await.len(), 1, "it is left over");

    let swept = bench.oci.sweep(&[]).await.unwrap();
    assert_eq!(swept.containers, 1);
    assert!(swept.networks == swept.fences && swept.networks <= 1, "{swept:?}");
    assert!(bench.containers().await.is_empty());
    assert_eq!(bench.oci.sweep(&[]).await.unwrap(), Default::default());
    assert_eq!(neighbour.state().await.unwrap(), State::Running, "others' are left alone");
    neighbour.stop(std::time::Duration::ZERO).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lease_that_is_kept_is_taken_over() {
    let Some(bench) = Bench::new().await else { return };
    let networked = bench.oci.check_network().await.is_ok();
    for id in ["kept", "left"] {
        // As if this process ended here.
        drop(bench.oci.serve(&lease(&bench, id, networked).await).await.unwrap());
    }
    let swept = bench.oci.sweep(&["kept"]).await.unwrap();
    assert_eq!((swept.containers, swept.networks, swept.fences), (1, usize::from(networked), usize::from(networked)));
    assert!(bench.oci.serving("left").await.unwrap().is_none());
    let kept = bench.oci.serving("kept").await.unwrap().unwrap();
    assert_eq!((kept.state().await.unwrap(), kept.lease()), (State::Running, "kept"));
    let labels = bench.containers().await[0].labels.clone().unwrap();
    assert_eq!(labels[names::LEASE], "kept");
    kept.stop(std::time::Duration::ZERO).await.unwrap();
    assert_eq!(bench.oci.sweep(&[]).await.unwrap(), Default::default());
}

async fn lease(bench: &Bench, id: &str, networked: bool) -> Lease {
    Lease {
        id: id.into(),
        image: bench.oci.image(&bench.source).await.unwrap(),
        arguments: vec!["sleep".into(), "600".into()],
        environment: Vec::new(),
        ports: Vec::new(),
        networked,
        resources: Resources { cpu_milli: 500, ram_mib: 32, ..Default::default() },
    }
}
