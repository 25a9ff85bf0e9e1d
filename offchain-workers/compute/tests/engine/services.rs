//! Services: reached from outside, and reaching nothing that is not theirs.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    process::Command,
    time::Duration,
};

use idlewild_compute::oci::{Port, Protocol, ServiceError, Serving, State};

use crate::support::{iptables, until, Bench, OWN, SOON};

const HTTPD: &[&str] = &["httpd", "-f", "-p", "8080", "-h", "/www"];

impl Bench {
    /// A service with a page.
    async fn page(&self, id: &str) -> (Serving, SocketAddr) {
        let mut lease = self.lease(id, HTTPD).await;
        lease.ports = vec![at_loopback(0)];
        let serving = self.oci.serve(&lease).await.unwrap();
        let address = serving.addresses()[0];
        assert_eq!((serving.address_of(8080), serving.address_of(80)), (Some(address), None));
        (serving, address)
    }

    /// The address that the only container of this worker with this name has among containers.
    async fn inner_address(&self, lease: &str) -> String {
        let label = |found: &bollard::models::ContainerSummary| found.labels.as_ref().unwrap().get("idlewild.lease").cloned();
        let found = self.containers().await.into_iter().find(|found| label(found).as_deref() == Some(lease)).unwrap();
        let networks = found.network_settings.unwrap().networks.unwrap();
        networks.into_values().next().unwrap().ip_address.unwrap()
    }
}

fn at_loopback(port: u16) -> Port {
    Port { inside: 8080, protocol: Protocol::Tcp, outside: (Ipv4Addr::LOCALHOST, port).into() }
}

/// The answer to a request, if there is one.
fn get(address: SocketAddr) -> Option<String> {
    let mut stream = TcpStream::connect_timeout(&address, Duration::from_secs(2)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    stream.write_all(b"GET / HTTP/1.0\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    (!answer.is_empty()).then_some(answer)
}

async fn is_served(address: SocketAddr) -> bool {
    let answer = tokio::task::spawn_blocking(move || get(address)).await.unwrap();
    answer.is_some_and(|answer| answer.contains("served"))
}

/// A page of this machine itself, at all of its addresses.
fn page_of_host() -> u16 {
    let listener = TcpListener::bind("0.0.0.0:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(b"HTTP/1.0 200 OK\r\n\r\nof the host\n");
        }
    });
    port
}

/// Knocks at all targets, and at this machine's address in its own network. What is said of errors is dropped: the engine reads it from
/// another pipe, so that it may come after the last word.
const PROBE: &str = "for a in $own:$PORT $TARGETS; do \
                     nc -w 2 ${a%:*} ${a#*:} < /dev/null > /dev/null 2>&1 && echo open $a || echo closed $a; done; echo all; exec sleep 600";

#[tokio::test(flavor = "multi_thread")]
async fn a_service_is_reached_and_reaches_nothing_private() {
    let Some(bench) = Bench::new().await else { return };
    if !bench.has_network().await {
        return;
    }
    let (page, address) = bench.page("page").await;
    until("the page is served", || is_served(address)).await;
    assert!(address.ip().is_loopback() && address.port() > 0);

    let peer = bench.inner_address("page").await;
    let port = page_of_host();
    // This machine has an address in each network. Those of other tests' come and go.
    let listed = Command::new("ip").args(["-4", "-o", "addr"]).output().unwrap().stdout;
    let of_host: Vec<String> = String::from_utf8(listed)
        .unwrap()
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>())
        .filter(|words| words[1] != "lo" && !words[1].starts_with("idw"))
        .map(|words| words[3].split('/').next().unwrap().to_owned())
        .collect();
    let closed = ["169.254.169.254:80", "10.255.255.1:80", "192.168.255.1:80", "172.31.255.1:80"].map(str::to_owned);
    let targets = closed.into_iter().chain([format!("{peer}:8080")]).chain(of_host.iter().map(|ip| format!("{ip}:{port}")));
    let targets: Vec<_> = targets.collect();
    assert!(!of_host.is_empty());
    let mut lease = bench.lease("probe", &["sh", "-c", &format!("{OWN}{PROBE}")]).await;
    lease.environment = vec![("TARGETS".into(), targets.join(" ")), ("PORT".into(), port.to_string())];
    let probe = bench.oci.serve(&lease).await.unwrap();
    let log = || async { String::from_utf8(probe.logs(100).await.unwrap()).unwrap() };
    until("it is through", || async { log().await.ends_with("all\n") }).await;
    let log = log().await;
    assert!(!log.contains("open"), "{targets:?}: {log}");
    for target in &targets {
        assert!(log.contains(&format!("closed {target}\n")), "{log}");
    }
    // It was the fence that they met, and not that nobody is there.
    let chains = bench.chains();
    for network in ["169.254.0.0/16", "10.0.0.0/8", "192.168.0.0/16", "172.16.0.0/12"] {
        let met = |line: &&str| line.contains(network) && !line.trim_start().starts_with("0 ");
        assert!(chains.lines().any(|line| met(&line)), "{network}: {chains}");
    }
    // Without a fence, containers reach this machine.
    let script = format!("printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc -w 5 {} {port}", of_host[0]);
    let said = bench.without_fence(&["sh", "-c", &script]).await;
    assert!(said.ends_with("of the host\n"), "{said}");

    // Raising the fence again changes nothing.
    probe.guard().await.unwrap();
    let rules = || {
        iptables(&["-t", "mangle", "-S"]).lines().filter(|line| !line.starts_with("-N")).map(str::to_owned).collect::<Vec<_>>()
    };
    let ours = |chains: &str| -> Vec<String> {
        let names: Vec<_> =
            chains.lines().filter_map(|line| line.strip_prefix("Chain ")).map(|line| line.split(' ').next().unwrap()).collect();
        rules().into_iter().filter(|rule| names.iter().any(|name| rule.split(' ').any(|word| word == *name))).collect()
    };
    let before = ours(&chains);
    probe.guard().await.unwrap();
    page.guard().await.unwrap();
    assert_eq!(
        before.iter().collect::<std::collections::BTreeSet<_>>().len(),
        before.len(),
        "each rule stands once: {before:?}"
    );
    assert_eq!(ours(&chains).len(), before.len());
    assert!(is_served(address).await);

    probe.stop(Duration::ZERO).await.unwrap();
    page.stop(Duration::ZERO).await.unwrap();
    assert_eq!(bench.chains(), "", "the fences are gone");
    assert!(bench.containers().await.is_empty() && get(address).is_none());
    assert_eq!(bench.oci.sweep(&[]).await.unwrap(), Default::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn two_leases_cannot_see_each_other() {
    let Some(bench) = Bench::new().await else { return };
    if !bench.has_network().await {
        return;
    }
    let (one, address) = bench.page("one").await;
    let (two, other) = bench.page("two").await;
    until("both are served", || async { is_served(address).await && is_served(other).await }).await;
    assert_ne!(address, other);
    let inner = bench.inner_address("one").await;
    let names = bench.containers().await.iter().flat_map(|found| found.names.clone().unwrap()).collect::<Vec<_>>();
    let names: Vec<_> = names.iter().map(|name| name.trim_start_matches('/')).collect();
    let script = format!(
        "nc -w 2 {inner} 8080 < /dev/null 2>/dev/null || echo closed; for n in {} idlewild; do nslookup $n 2>/dev/null | grep -q {inner} && \
         echo found; done; ls /sys/class/net; exec sleep 600",
        names.join(" ")
    );
    let three = bench.oci.serve(&bench.lease("three", &["sh", "-c", &script]).await).await.unwrap();
    until("it is through", || async { String::from_utf8(three.logs(100).await.unwrap()).unwrap().ends_with("lo\n") }).await;
    assert_eq!(String::from_utf8(three.logs(100).await.unwrap()).unwrap(), "closed\neth0\nlo\n");
    for serving in [one, two, three] {
        serving.stop(Duration::ZERO).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_is_asked_to_end_and_then_ended() {
    let Some(bench) = Bench::new().await else { return };
    let script = "trap 'echo asked; exit 7' TERM; echo begun; while :; do sleep 1; done";
    let mut lease = bench.lease("polite", &["sh", "-c", script]).await;
    lease.networked = false;
    let mut polite = bench.oci.serve(&lease).await.unwrap();
    until("it begins", || async { polite.logs(10).await.unwrap() == b"begun\n" }).await;
    assert!(matches!(bench.oci.serve(&lease).await, Err(ServiceError::Taken(id)) if id == "polite"));
    assert_eq!(polite.state().await.unwrap(), State::Running, "who runs already is left alone");
    assert_eq!(polite.ended(Duration::from_millis(100)).await.unwrap(), None);
    let usage = polite.usage().await.unwrap();
    assert!(usage.memory > 0 && usage.memory < 32 << 20 && usage.pids >= 1 && usage.received == 0, "{usage:?}");

    // It ends by itself, is seen to, and is started again.
    let name = bench.containers().await[0].id.clone().unwrap();
    bench.docker.stop_container(&name, None).await.unwrap();
    assert_eq!(polite.ended(SOON).await.unwrap(), Some(7));
    assert_eq!(polite.state().await.unwrap(), State::Ended { code: 7, for_want_of_memory: false });
    assert_eq!(polite.logs(2).await.unwrap(), b"begun\nasked\n");
    polite.start_again().await.unwrap();
    assert_eq!(polite.state().await.unwrap(), State::Running);
    polite.stop(Duration::from_secs(30)).await.unwrap();
    assert!(bench.containers().await.is_empty());

    lease.id = "deaf".into();
    lease.arguments = ["sh", "-c", "trap '' TERM; while :; do sleep 1; done"].map(str::to_owned).to_vec();
    bench.oci.serve(&lease).await.unwrap().stop(Duration::from_secs(1)).await.unwrap();
    assert!(bench.containers().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_served_leaves_nothing_behind() {
    let Some(bench) = Bench::new().await else { return };
    let mut lease = bench.lease("bad", &["/nowhere"]).await;
    lease.networked = bench.has_network().await;
    assert!(matches!(bench.oci.serve(&lease).await, Err(ServiceError::Unusable(_))));
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    lease.ports = vec![at_loopback(taken.local_addr().unwrap().port())];
    lease.arguments = vec!["sleep".into(), "600".into()];
    if lease.networked {
        let outcome = bench.oci.serve(&lease).await.err().unwrap();
        assert!(matches!(outcome, ServiceError::Address(_)), "{outcome}");
    }
    lease.networked = false;
    assert!(matches!(bench.oci.serve(&lease).await, Err(ServiceError::Senseless(_))));
    assert_eq!(bench.oci.sweep(&[]).await.unwrap(), Default::default());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_is_bounded() {
    let Some(bench) = Bench::new().await else { return };
    let mut lease = bench
        .lease(
            "loud",
            &["sh", "-c", "yes 0123456789012345678901234567890123456789 | head -c 5000000; echo; echo end; exec sleep 600"],
        )
        .await;
    lease.networked = false;
    let loud = bench.oci.serve(&lease).await.unwrap();
    until("it is through", || async { loud.logs(1).await.unwrap() == b"end\n" }).await;
    let all = loud.logs(1_000_000).await.unwrap();
    assert!(all.len() <= idlewild_compute::executor::LOG_BYTES && all.ends_with(b"end\n"));
    let name = bench.containers().await[0].id.clone().unwrap();
    let path = bench.docker.inspect_container(&name, None).await.unwrap().log_path.unwrap();
    let folder = std::path::Path::new(&path).parent().unwrap().to_owned();
    // Only root can look there.
    if let Ok(files) = std::fs::read_dir(folder) {
        let logs = files.flatten().filter(|file| file.file_name().to_string_lossy().contains("-json.log"));
        let bytes: u64 = logs.map(|file| file.metadata().unwrap().len()).sum();
        assert!(bytes <= 3 << 20, "{bytes}");
    }
    loud.stop(Duration::ZERO).await.unwrap();
}
