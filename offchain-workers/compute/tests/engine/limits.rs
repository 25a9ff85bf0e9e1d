//! What a container cannot do to the machine and to others.

use idlewild_compute::executor::ExecutorError;
use idlewild_compute_primitives::{outcome::Ending, resources::Resources};
use tokio_util::sync::CancellationToken;

use crate::support::Bench;

#[tokio::test(flavor = "multi_thread")]
async fn memory_is_bounded() {
    let Some(bench) = Bench::new().await else { return };
    let hog = "awk 'BEGIN { s = \"0123456789abcdef\"; while (1) s = s s }'";
    for script in [format!("exec {hog}"), format!("{hog}; exit $?")] {
        let ran = bench.ran(bench.shell(&script)).await;
        assert_eq!(ran.ending, Ending::OutOfMemory, "{script}: {}", String::from_utf8_lossy(&ran.log));
    }
    // What is written to its own files is memory as well.
    let mut run = bench.shell("dd if=/dev/zero of=/dev/shm/x bs=1M; dd if=/dev/zero of=/tmp/x bs=1M; exec cat /dev/shm/x");
    run.resources = Resources { disk_mib: 32, ram_mib: 32, ..run.resources };
    run.limits.memory_mib = 32;
    let ran = bench.ran(run).await;
    assert!(!ran.ending.is_success(), "{:?}", ran.ending);
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_are_bounded() {
    let Some(bench) = Bench::with(|settings| settings.pids = 32).await else { return };
    let ran = bench.ran(bench.shell("for i in $(seq 100); do sleep 60 & done; exit 0")).await;
    let log = String::from_utf8_lossy(&ran.log);
    assert!(log.contains("can't fork") && !ran.ending.is_success(), "{:?}: {log}", ran.ending);
    let mut run = bench.shell("bomb() { bomb | bomb & }; bomb; sleep 600");
    run.limits.time_ms = 3_000;
    let ran = bench.ran(run).await;
    assert!(!ran.ending.is_success(), "{:?}", ran.ending);
    assert!(bench.containers().await.is_empty(), "nothing of it is left");
}

#[tokio::test(flavor = "multi_thread")]
async fn disk_is_bounded() {
    let Some(bench) = Bench::new().await else { return };
    let mut run = bench.shell("dd if=/dev/zero of=/tmp/fill bs=64k; wc -c < /tmp/fill");
    run.resources.disk_mib = 8;
    let output = run.output.clone();
    let ran = bench.ran(run).await;
    assert!(String::from_utf8_lossy(&ran.log).contains("No space left"), "{ran:?}");
    assert_eq!(std::fs::read_to_string(output).unwrap().trim(), (8 << 20).to_string());
    // More than fits into memory needs a disk, which there is not here.
    let mut run = bench.shell("true");
    run.resources.disk_mib = 65;
    let error = bench.prepared().await.run(run, &CancellationToken::new()).await.unwrap_err();
    assert!(matches!(error, ExecutorError::Unenforceable { limit: "disk", .. }), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_of_its_own_is_bounded_and_goes_with_the_task() {
    let disks = tempfile::tempdir().unwrap();
    let Some(bench) = Bench::with(|settings| settings.disks = Some(disks.path().into())).await else { return };
    let script = "dd if=/dev/zero of=/tmp/fill bs=64k; wc -c < /tmp/fill; echo '#!/bin/sh' > /tmp/x; ls -a /tmp";
    let mut run = bench.shell(script);
    run.resources = Resources { disk_mib: 100, ram_mib: 32, ..run.resources };
    run.limits.memory_mib = 32;
    let output = run.output.clone();
    let ran = match bench.prepared().await.run(run, &CancellationToken::new()).await {
        Err(error) if !rustix::process::geteuid().is_root() => return eprintln!("skipped: {error}"),
        Err(error) if error.to_string().contains("loop") => return eprintln!("skipped: {error}"),
        ran => ran.unwrap(),
    };
    let said = std::fs::read_to_string(output).unwrap();
    assert!(String::from_utf8_lossy(&ran.log).contains("No space left"), "{ran:?} {said}");
    let bytes: u64 = said.lines().next().unwrap().parse().unwrap();
    assert!((80 << 20..100 << 20).contains(&bytes), "{bytes}");
    assert_eq!(std::fs::read_dir(disks.path()).unwrap().count(), 0, "nothing is left");
    assert!(!std::fs::read_to_string("/proc/mounts").unwrap().contains(disks.path().to_str().unwrap()));
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_else_is_taken_away() {
    let Some(bench) = Bench::new().await else { return };
    let said = bench
        .said("for f in / /bin /etc /www /data /tmp /dev /sys/fs/cgroup; do touch $f/x 2>&1; done; echo x > /etc/hosts; true")
        .await;
    assert_eq!(said.lines().filter(|line| line.contains("Read-only") || line.contains("denied")).count(), 8, "{said}");
    assert_eq!(bench.said("id -u; id -g").await, "65534\n65534\n");
    let status = bench.said("grep -E '^(Cap|NoNewPrivs|Seccomp:)' /proc/self/status").await;
    for line in status.lines() {
        let (name, value) = line.split_once(':').unwrap();
        let expected = match name {
            "NoNewPrivs" => "1",
            "Seccomp" => "2",
            _ => "0000000000000000",
        };
        assert_eq!(value.trim(), expected, "{name}");
    }
    assert_eq!(status.lines().count(), 7, "{status}");
    assert_eq!(bench.said("ls /sys/class/net").await, "lo\n");
    assert_eq!(bench.said("cat /proc/sys/kernel/hostname").await, "idlewild\n");
    // It sees neither others' processes nor where its group is among the machine's.
    assert_eq!(bench.said("ls -d /proc/[0-9]* | wc -l").await.trim().parse::<u32>().unwrap(), 3);
    assert!(!bench.said("cat /proc/self/cgroup").await.contains("idlewild"));
    let error = bench.ran(bench.shell("mount -t tmpfs none /tmp")).await;
    assert!(!error.ending.is_success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_task_that_asks_for_a_network_gets_one_with_a_fence() {
    let Some(bench) = Bench::new().await else { return };
    if let Err(error) = bench.oci.check_network().await {
        return eprintln!("skipped: {error}");
    }
    let mut run = bench.shell("ls /sys/class/net; nc -w 2 169.254.169.254 80 || echo closed; cat /proc/net/if_inet6");
    run.resources = Resources { up_kbps: 1, ..run.resources };
    let output = run.output.clone();
    let ran = bench.ran(run).await;
    assert_eq!(std::fs::read_to_string(output).unwrap(), "eth0\nlo\nclosed\n", "{ran:?}");
    let key = bench.oci.sweep(&[]).await.unwrap();
    assert_eq!(key, Default::default(), "nothing is left");
}
