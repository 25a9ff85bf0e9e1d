//! An engine, an image for it, and what a test runs there.

use std::{
    path::PathBuf,
    process::Command,
    sync::{
        atomic::{AtomicU32, Ordering},
        Arc,
    },
    time::{Duration, Instant},
};

use bollard::{
    body_full,
    models::{ContainerCreateBody, ContainerSummary, HostConfig},
    query_parameters::{CreateImageOptions, ListContainersOptions},
    Docker, API_DEFAULT_VERSION,
};
use futures::TryStreamExt;
use idlewild_compute::{
    executor::{At, Executor, ExecutorError, Prepared, Ran, Run, Source},
    oci::{names, Lease, Metering, Oci, Settings},
};
use idlewild_compute_primitives::{project::Limits, resources::Resources, Digest};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

/// What all tests run. It stays in the engine, so that its name is the same next time.
const NAME: &str = "idlewild-engine-tests:3";

/// Long enough where others build on the machine at the same time.
pub(crate) const SOON: Duration = Duration::from_secs(180);

/// Finds this machine's address in a container's own network, which only the container knows.
pub(crate) const OWN: &str = "g=$(awk '$2 == \"00000000\" { print $3 }' /proc/net/route); \
                              own=$(printf '%d.%d.%d.%d' 0x${g:6:2} 0x${g:4:2} 0x${g:2:2} 0x${g:0:2}); ";

/// What one test works with.
pub(crate) struct Bench {
    pub(crate) docker: Docker,
    pub(crate) oci: Oci,
    pub(crate) worker: String,
    pub(crate) folder: tempfile::TempDir,
    pub(crate) source: Source,
    settings: Settings,
}

impl Bench {
    /// With the usual settings; `None`, and a word why, where there is no engine.
    pub(crate) async fn new() -> Option<Self> {
        Self::with(|_| {}).await
    }

    pub(crate) async fn with(change: impl FnOnce(&mut Settings)) -> Option<Self> {
        let skip = |reason: String| eprintln!("skipped: {reason}");
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let worker = format!("test-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        // Other tests may want all of the machine.
        let mut settings = Settings { yields: false, ..Settings::new(worker) };
        change(&mut settings);
        let worker = settings.worker.clone();
        let connected = Docker::connect_with_unix(&settings.socket.to_string_lossy(), 60, API_DEFAULT_VERSION);
        let connected = connected.map_err(|error| skip(error.to_string())).ok()?;
        let docker = connected.negotiate_version().await.map_err(|error| skip(error.to_string())).ok()?;
        let source = image(&docker).await.map_err(|error| skip(error.clone())).ok()?;
        let oci = Oci::new(settings.clone());
        if let Err(error @ ExecutorError::Unenforceable { .. }) = oci.check().await {
            skip(error.to_string());
            return None;
        }
        Some(Self { docker, oci, worker, folder: tempfile::tempdir().unwrap(), source, settings })
    }

    pub(crate) async fn prepared(&self) -> Arc<dyn Prepared> {
        self.oci.prepare(&self.source).await.unwrap()
    }

    /// A task with room enough.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        Run {
            arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(),
            input: None,
            output: self.folder.path().join(format!("output-{}", NEXT.fetch_add(1, Ordering::Relaxed))),
            limits: Limits { work: 60_000, time_ms: 120_000, memory_mib: 64, output: 1 << 20 },
            resources: Resources { cpu_milli: 1_000, ram_mib: 64, ..Default::default() },
        }
    }

    pub(crate) fn shell(&self, script: &str) -> Run {
        self.run(&["sh", "-c", script])
    }

    pub(crate) async fn ran(&self, run: Run) -> Ran {
        self.prepared().await.run(run, &CancellationToken::new()).await.unwrap()
    }

    /// What a script writes.
    pub(crate) async fn said(&self, script: &str) -> String {
        let run = self.shell(script);
        let output = run.output.clone();
        let ran = self.ran(run).await;
        let said = std::fs::read_to_string(output).unwrap();
        assert!(ran.ending.is_success(), "{:?}: {said} {}", ran.ending, String::from_utf8_lossy(&ran.log));
        said
    }

    pub(crate) fn file(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// The containers of a worker, whether they run or not.
    pub(crate) async fn containers_of(&self, worker: &str) -> Vec<ContainerSummary> {
        let label = format!("{}={worker}", names::WORKER);
        let filters = Some([("label".to_owned(), vec![label])].into());
        let options = ListContainersOptions { all: true, filters, ..Default::default() };
        self.docker.list_containers(Some(options)).await.unwrap()
    }

    pub(crate) async fn containers(&self) -> Vec<ContainerSummary> {
        self.containers_of(&self.worker).await
    }

    /// A service on a network, with room enough.
    pub(crate) async fn lease(&self, id: &str, arguments: &[&str]) -> Lease {
        Lease {
            id: id.into(),
            image: self.oci.image(&self.source).await.unwrap(),
            arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(),
            environment: Vec::new(),
            ports: Vec::new(),
            networked: true,
            resources: Resources { cpu_milli: 1_000, ram_mib: 32, disk_mib: 4, ..Default::default() },
        }
    }

    /// Whether containers get networks here, and a word why where they do not.
    pub(crate) async fn has_network(&self) -> bool {
        let checked = self.oci.check_network().await;
        if let Err(error) = &checked {
            eprintln!("skipped: {error}");
        }
        checked.is_ok()
    }

    /// This worker's chains, as iptables prints them with their counters.
    pub(crate) fn chains(&self) -> String {
        let printed = iptables(&["-t", "mangle", "-nvxL"]);
        let named = format!("Chain {}", self.prefix());
        let ours = |chain: &&str| chain.trim_start().starts_with(&named);
        printed.split("\n\n").filter(ours).collect::<Vec<_>>().join("\n\n")
    }

    /// What this worker's chains begin with.
    pub(crate) fn prefix(&self) -> String {
        format!("IDLEWILD-{}-", &blake3::hash(self.worker.as_bytes()).to_hex()[..6])
    }
    /// What a container says on the network that the engine has for everybody.
    pub(crate) async fn without_fence(&self, command: &[&str]) -> String {
        let body = ContainerCreateBody {
            image: Some(self.oci.image(&self.source).await.unwrap().id().to_owned()),
            cmd: Some(command.iter().map(|word| (*word).to_owned()).collect()),
            labels: Some([("idlewild.worker".to_owned(), self.worker.clone())].into()),
            host_config: Some(HostConfig { network_mode: Some("bridge".into()), ..Default::default() }),
            ..Default::default()
        };
        let made = self.docker.create_container(None, body).await.unwrap();
        self.docker.start_container(&made.id, None).await.unwrap();
        let _ = self.docker.wait_container(&made.id, None).try_collect::<Vec<_>>().await;
        let options = bollard::query_parameters::LogsOptions { stdout: true, stderr: true, ..Default::default() };
        let log: Vec<_> = self.docker.logs(&made.id, Some(options)).try_collect().await.unwrap();
        self.docker.remove_container(&made.id, None).await.unwrap();
        log.iter().map(ToString::to_string).collect()
    }
}

impl Drop for Bench {
    /// What a failed test leaves is removed as a crashed worker's is.
    fn drop(&mut self) {
        let settings = Settings { metering: Metering::Any, yields: false, ..self.settings.clone() };
        let sweep = move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(Oci::new(settings).sweep(&[])).map(drop)
        };
        if let Ok(Err(error)) = std::thread::spawn(sweep).join() {
            eprintln!("not swept: {error}");
        }
    }
}

/// The image that is named by its digest.
pub(crate) fn source_of(id: &str) -> Source {
    let hex = id.strip_prefix("sha256:").unwrap();
    let mut digest: Digest = [0; 32];
    for (byte, pair) in digest.iter_mut().zip(hex.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    }
    Source { digest, at: At::Reference(format!("127.0.0.1:1/tests@sha256:{hex}")) }
}

/// An image with nothing but busybox.
async fn image(docker: &Docker) -> Result<Source, String> {
    static ONE: Mutex<()> = Mutex::const_new(());
    let _one = ONE.lock().await;
    if let Ok(found) = docker.inspect_image(NAME).await {
        return Ok(source_of(&found.id.unwrap()));
    }
    let busybox = ["/bin/busybox", "/usr/bin/busybox"].iter().find_map(|path| std::fs::read(path).ok());
    let busybox = busybox.ok_or("there is no busybox to make an image of; install busybox-static")?;
    let (name, tag) = NAME.split_once(':').unwrap();
    let options =
        CreateImageOptions { from_src: Some("-".into()), repo: Some(name.into()), tag: Some(tag.into()), ..Default::default() };
    let root = body_full(root_of(&busybox).into());
    docker.create_image(Some(options), Some(root), None).try_collect::<Vec<_>>().await.map_err(|error| error.to_string())?;
    let made = docker.inspect_image(NAME).await.map_err(|error| error.to_string())?;
    Ok(source_of(&made.id.unwrap()))
}

fn root_of(busybox: &[u8]) -> Vec<u8> {
    let mut archive = tar::Builder::new(Vec::new());
    let head = |kind, mode, size| {
        let mut head = tar::Header::new_gnu();
        head.set_entry_type(kind);
        head.set_mode(mode);
        head.set_size(size);
        head
    };
    for (folder, mode) in [("bin", 0o755), ("etc", 0o755), ("www", 0o755), ("data", 0o755), ("tmp", 0o1777)] {
        archive.append_data(&mut head(tar::EntryType::Directory, mode, 0), folder, std::io::empty()).unwrap();
    }
    let size = busybox.len() as u64;
    archive.append_data(&mut head(tar::EntryType::Regular, 0o755, size), "bin/busybox", busybox).unwrap();
    let page = b"served\n";
    archive.append_data(&mut head(tar::EntryType::Regular, 0o644, page.len() as u64), "www/index.html", &page[..]).unwrap();
    for name in "sh cat true false sleep yes head awk dd wc id ls grep touch kill httpd nc seq mount nslookup".split(' ') {
        archive.append_link(&mut head(tar::EntryType::Symlink, 0o777, 0), format!("bin/{name}"), "busybox").unwrap();
    }
    archive.into_inner().unwrap()
}

/// Waits until something is true.
pub(crate) async fn until<F: std::future::Future<Output = bool>>(what: &str, mut is_so: impl FnMut() -> F) {
    let begun = Instant::now();
    while !is_so().await {
        assert!(begun.elapsed() < SOON, "{what}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// What iptables prints.
pub(crate) fn iptables(arguments: &[&str]) -> String {
    let output = Command::new("iptables").arg("-w").args(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}
