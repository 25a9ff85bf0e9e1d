//! The fence around a container, while others make networks and remove them, and after somebody took it away.

use std::{
    io::Read,
    net::TcpListener,
    process::Command,
    sync::{
        atomic::{AtomicU64, Ordering},
        Arc,
    },
    time::Duration,
};

use bollard::{models::NetworkCreateRequest, query_parameters::ListContainersOptions, Docker};
use idlewild_compute::{
    executor::{Executor, ExecutorError},
    oci::{
        command::CommandError,
        firewall::{Iptables, Tables},
        names, Oci, ServiceError, Settings,
    },
};
use tokio_util::sync::CancellationToken;

use crate::support::{iptables, until, Bench, OWN};

/// How often a network is made and removed by each of those who do so.
const ROUNDS: usize = 12;

/// A private network of this machine with nobody in it. What is sent there is counted.
struct Private {
    device: String,
    address: String,
}

impl Private {
    /// `None`, and a word why, where no device can be made.
    fn new() -> Option<Self> {
        let id = std::process::id();
        let private = Self { device: format!("idwt{id}"), address: format!("198.18.{}.2", id % 251) };
        let Self { device, address } = &private;
        let (peer, own) = (format!("{device}p"), format!("198.18.{}.1/24", id % 251));
        let commands = [
            vec!["link", "add", device, "type", "veth", "peer", "name", &peer],
            vec!["addr", "add", &own, "dev", device],
            vec!["link", "set", &peer, "up"],
            vec!["link", "set", device, "up"],
            // Nobody is there to answer to who asks for it.
            vec!["neigh", "add", address, "lladdr", "02:00:00:00:00:02", "dev", device, "nud", "permanent"],
        ];
        for arguments in commands {
            let output = Command::new("ip").args(&arguments).output().unwrap();
            if !output.status.success() {
                eprintln!("skipped: {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
                return None;
            }
        }
        iptables(&["-t", "mangle", "-A", "POSTROUTING", "-o", device, "-d", address]);
        Some(private)
    }

    /// Packets that were sent there.
    fn sent(&self) -> u64 {
        first_number(&iptables(&["-t", "mangle", "-nvxL", "POSTROUTING"]), &self.device)
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        let rule = ["-w", "-t", "mangle", "-D", "POSTROUTING", "-o", &self.device, "-d", &self.address];
        let _ = Command::new("iptables").args(rule).output();
        let _ = Command::new("ip").args(["link", "del", &self.device]).output();
    }
}

/// The first number of the line with these words.
fn first_number(printed: &str, words: &str) -> u64 {
    let line = printed.lines().find(|line| line.contains(words)).unwrap_or_default();
    line.split_whitespace().next().and_then(|word| word.parse().ok()).unwrap_or_default()
}

/// Makes networks and removes them.
async fn churn(bench: &Bench, who: &str) {
    for round in 0..ROUNDS {
        let request = NetworkCreateRequest {
            name: format!("{}-{who}-{round}", bench.worker),
            // What a failed test leaves goes with the rest.
            labels: Some([(names::WORKER.to_owned(), bench.worker.clone())].into()),
            ..Default::default()
        };
        let made = bench.docker.create_network(request).await.unwrap();
        bench.docker.remove_network(&made.id).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_gets_through_while_networks_come_and_go() {
    let Some(bench) = Bench::new().await else { return };
    if !bench.has_network().await {
        return;
    }
    let Some(private) = Private::new() else { return };
    let address = private.address.clone();
    // Without a fence it is reached, and what reaches it is seen.
    bench.without_fence(&["nc", "-w", "1", &address, "80"]).await;
    let before = private.sent();
    assert!(before > 0);

    let knock = format!("while :; do nc -w 1 {address} 80 < /dev/null > /dev/null 2>&1 & sleep 0.02; done");
    let mut lease = bench.lease("knocks", &["sh", "-c", &knock]).await;
    lease.resources.ram_mib = 128;
    let knocks = bench.oci.serve(&lease).await.unwrap();
    let met = || first_number(&bench.chains(), "198.18.0.0/15");
    until("it meets the fence", || async { met() > 0 }).await;
    let so_far = met();
    let leases = async {
        for _ in 0..ROUNDS / 6 {
            let lease = bench.lease("comes and goes", &["sleep", "600"]).await;
            bench.oci.serve(&lease).await.unwrap().stop(Duration::ZERO).await.unwrap();
        }
    };
    tokio::join!(churn(&bench, "one"), churn(&bench, "two"), leases);
    assert!(met() > so_far, "it goes on knocking");
    let through = private.sent() - before;
    assert_eq!(through, 0, "{through} of {} packets got through", met() - so_far + through);
    knocks.stop(Duration::ZERO).await.unwrap();
}

/// Counts what anybody sends to this machine.
fn ear() -> (u16, Arc<AtomicU64>) {
    let listener = TcpListener::bind("0.0.0.0:0").unwrap();
    let (port, heard) = (listener.local_addr().unwrap().port(), Arc::new(AtomicU64::new(0)));
    let counter = heard.clone();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut buffer = [0; 64];
            while let Ok(read @ 1..) = stream.read(&mut buffer) {
                counter.fetch_add(read as u64, Ordering::SeqCst);
            }
        }
    });
    (port, heard)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_begun_without_a_fence_ends_at_the_next_one() {
    let Some(bench) = Bench::new().await else { return };
    if !bench.has_network().await {
        return;
    }
    let (port, counter) = ear();
    let heard = || counter.load(Ordering::SeqCst);
    let talk = format!("{OWN}while :; do while :; do echo talk; sleep 0.1; done | nc -w 1 $own {port}; sleep 0.1; done");
    let talks = bench.oci.serve(&bench.lease("talks", &["sh", "-c", &talk]).await).await.unwrap();
    let met = || {
        bench.chains().lines().any(|line| line.contains("DROP") && line.contains("0.0.0.0/0") && !line.trim().starts_with("0 "))
    };
    until("it meets the fence", || async { met() }).await;
    assert_eq!(heard(), 0);

    let jumps = || -> Vec<String> {
        let listed = iptables(&["-t", "mangle", "-S", "INPUT"]);
        listed.lines().filter(|rule| rule.contains(&bench.prefix())).map(str::to_owned).collect()
    };
    let standing = jumps();
    assert_eq!(standing.len(), 1);
    for jump in &standing {
        let rule: Vec<_> = jump.strip_prefix("-A ").unwrap().split(' ').collect();
        iptables(&[&["-t", "mangle", "-D"], &rule[..]].concat());
    }
    until("it is heard", || async { heard() > 0 }).await;
    let first = heard();
    until("it is heard again", || async { heard() > first }).await;
    talks.guard().await.unwrap();
    assert_eq!(jumps(), standing);
    let is_quiet = || async {
        let before = heard();
        tokio::time::sleep(Duration::from_secs(2)).await;
        heard() == before
    };
    until("it is heard no more", is_quiet).await;
    talks.stop(Duration::ZERO).await.unwrap();
}

/// Tables in which no fence stands as soon as something runs that it is around.
struct Emptied {
    docker: Docker,
    worker: String,
}

#[async_trait::async_trait]
impl Tables for Emptied {
    async fn rules(&self) -> Result<String, CommandError> {
        let listed = Iptables.rules().await?;
        let filters = [("label".to_owned(), vec![format!("{}={}", names::WORKER, self.worker)])];
        // Only those that run.
        let options = ListContainersOptions { filters: Some(filters.into()), ..Default::default() };
        match self.docker.list_containers(Some(options)).await.unwrap().is_empty() {
            true => Ok(listed),
            false => Ok(listed.lines().filter(|line| !line.contains("IDLEWILD-")).map(|line| format!("{line}\n")).collect()),
        }
    }

    async fn change(&self, rules: &str) -> Result<(), CommandError> {
        Iptables.change(rules).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_without_a_fence_is_ended() {
    let Some(bench) = Bench::new().await else { return };
    if !bench.has_network().await {
        return;
    }
    let settings = Settings { yields: false, ..Settings::new(bench.worker.clone()) };
    let tables = Emptied { docker: bench.docker.clone(), worker: bench.worker.clone() };
    let oci = Oci::with_tables(settings, Arc::new(tables));
    let lease = bench.lease("bare", &["sleep", "600"]).await;
    let error = oci.serve(&lease).await.err().unwrap();
    assert!(matches!(&error, ServiceError::Here(ExecutorError::Engine(_))) && error.to_string().contains("fence"), "{error}");
    let mut run = bench.run(&["sleep", "600"]);
    run.resources.up_kbps = 1;
    let outcome = oci.prepare(&bench.source).await.unwrap().run(run, &CancellationToken::new()).await;
    assert!(matches!(&outcome, Err(ExecutorError::Engine(reason)) if reason.contains("fence")), "{outcome:?}");
    assert!(bench.containers().await.is_empty());
    assert_eq!((bench.chains(), bench.oci.sweep(&[]).await.unwrap()), (String::new(), Default::default()), "nothing is left");
}
