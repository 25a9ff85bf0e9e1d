//! An engine that is killed while a task runs. It is one of the test's own: others may use the machine's.

use std::{
    fs::File,
    path::Path,
    process::{Child, Command},
};

use bollard::{Docker, API_DEFAULT_VERSION};
use idlewild_compute::executor::ExecutorError;
use idlewild_compute_primitives::outcome::Ending;
use tokio_util::sync::CancellationToken;

use crate::support::{until, Bench, SOON};

/// An engine in a network namespace of its own: even one that is told to have no bridge removes the one that there is.
struct Dockerd(Child);

impl Dockerd {
    async fn start(folder: &Path) -> Option<Self> {
        let at = |name: &str| folder.join(name).to_string_lossy().into_owned();
        let log = File::options().create(true).append(true).open(folder.join("log")).unwrap();
        let child = Command::new("unshare")
            .args(["--net", "--", "dockerd"])
            .args(["--host", &format!("unix://{}", at("socket")), "--pidfile", &at("pid")])
            .args(["--data-root", &at("data"), "--exec-root", &at("exec")])
            .args(["--bridge=none", "--iptables=false", "--ip6tables=false", "--ip-forward=false", "--ip-masq=false"])
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn();
        let mut dockerd = Self(child.ok()?);
        let begun = std::time::Instant::now();
        loop {
            let docker = Docker::connect_with_unix(&at("socket"), 5, API_DEFAULT_VERSION);
            if let Ok(docker) = docker {
                if docker.ping().await.is_ok() {
                    return Some(dockerd);
                }
            }
            if begun.elapsed() > SOON || dockerd.0.try_wait().unwrap().is_some() {
                eprintln!("{}", std::fs::read_to_string(folder.join("log")).unwrap());
                return None;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
    }

    fn kill(mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

impl Drop for Dockerd {
    fn drop(&mut self) {
        // Asked, it takes its own children with it.
        if let Some(id) = rustix::process::Pid::from_raw(self.0.id() as i32).filter(|_| matches!(self.0.try_wait(), Ok(None))) {
            let _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
            let _ = self.0.wait();
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_engine_fails_a_task_and_leaves_nothing() {
    if !rustix::process::geteuid().is_root() {
        return eprintln!("skipped: only root can start an engine");
    }
    let folder = tempfile::tempdir().unwrap();
    let Some(dockerd) = Dockerd::start(folder.path()).await else {
        return eprintln!("skipped: no second engine can be started");
    };
    let socket = folder.path().join("socket");
    let Some(bench) = Bench::with(|settings| settings.socket = socket).await else { return };
    let prepared = bench.prepared().await;
    let under_way = {
        let (prepared, run) = (prepared.clone(), bench.shell("echo begun; sleep 600"));
        tokio::spawn(async move { prepared.run(run, &CancellationToken::new()).await })
    };
    let runs = || async { bench.containers().await.iter().any(|found| found.status.as_ref().unwrap().starts_with("Up")) };
    until("the task runs", runs).await;
    dockerd.kill();
    // It is the machine's fault, never the program's.
    let error = tokio::time::timeout(SOON, under_way).await.unwrap().unwrap().unwrap_err();
    assert!(matches!(error, ExecutorError::Engine(_) | ExecutorError::Absent { .. }), "{error}");
    let run = prepared.run(bench.shell("true"), &CancellationToken::new()).await;
    assert!(matches!(run, Err(ExecutorError::Absent { .. })), "{run:?}");

    // Its own child died with it, but where nobody asks how, there is still a process by that number.
    let _ = std::fs::remove_file(folder.path().join("exec/containerd/containerd.pid"));
    let dockerd = Dockerd::start(folder.path()).await.unwrap();
    until("what was left is given back by itself", || async { bench.containers().await.is_empty() }).await;
    let ran = prepared.run(bench.shell("exit 3"), &CancellationToken::new()).await.unwrap();
    assert_eq!(ran.ending, Ending::Exited { code: 3 });
    drop(bench);
    drop(dockerd);
    // It mounts its own folder, and leaves that so.
    let _ = Command::new("umount").arg(folder.path().join("data")).status();
    until("its folder can be removed", || async { std::fs::remove_dir_all(folder.path()).is_ok() }).await;
}
