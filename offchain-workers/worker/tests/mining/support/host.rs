//! A machine that lends itself out, judges, or cheats.

use std::{fs, sync::Arc, time::Duration};

use idlewild_chain_client::{coins::COIN, ChainClient, Keypair, Submitter};
use idlewild_chain_memory::MemoryNode;
use idlewild_network::{Identity, Network, NetworkConfig, Role};
use idlewild_sdk::job::Module;
use idlewild_worker::{
    compute::{
        progress::{ComputeReport, Progress},
        provider::Provider,
        Setup, Working, Wrap,
    },
    config::{Compute, Engine, Oci, Tracker},
};
use tempfile::TempDir;
use tokio::runtime::{Builder, Runtime};
use tokio_util::sync::CancellationToken;

use super::{free_port, World, PATIENCE};

/// Writes its first argument, and ends with code 3 where there is none.
pub(crate) const ECHO: &str = r#"(module
    (import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (func (export "_start") (local $end i32)
        (drop (call $sizes (i32.const 0) (i32.const 4)))
        (if (i32.lt_u (i32.load (i32.const 0)) (i32.const 2)) (then (call $exit (i32.const 3))))
        (drop (call $args (i32.const 16) (i32.const 1024)))
        (local.set $end (i32.load (i32.const 20)))
        (block (loop
            (br_if 1 (i32.eqz (i32.load8_u (local.get $end))))
            (local.set $end (i32.add (local.get $end) (i32.const 1)))
            (br 0)))
        (i32.store (i32.const 8) (i32.load (i32.const 20)))
        (i32.store (i32.const 12) (i32.sub (local.get $end) (i32.load (i32.const 20))))
        (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 0)))))"#;

/// A module on the disk.
pub(crate) fn module(folder: &TempDir, text: &str) -> Module {
    let buffer = wast::parser::ParseBuffer::new(text).unwrap();
    let bytes = wast::parser::parse::<wast::Wat<'_>>(&buffer).unwrap().module.encode().unwrap();
    let file = folder.path().join("module.wasm");
    fs::write(&file, bytes).unwrap();
    Module::read(file).unwrap()
}

/// A tracker beside a provider runs containers as that one does; alone it runs none here.
fn idle_engine() -> Oci {
    Oci { engine: Engine::Off, ..Oci::default() }
}

/// Whatever else this machine does, and however warm it is, a test's work does not rest for it.
const NEVER: &str = "load = { pause_above = 100, resume_below = 99 }\ntemperature = { pause_above = 200, resume_below = 0 }\n";

/// What a machine does.
#[derive(Clone)]
pub(crate) struct Does {
    /// The bond of its provider, in coins; no provider where there is none.
    pub(crate) bond: Option<u32>,
    /// Whether it judges.
    pub(crate) judges: bool,
    /// Whether others reach its provider.
    pub(crate) listens: bool,
    /// Whether it runs modules.
    pub(crate) modules: bool,
    /// What is around what runs its modules.
    pub(crate) wrap: Option<Wrap>,
    /// What else stands in its configuration; containers are not run where nothing is said.
    pub(crate) oci: String,
}

impl Default for Does {
    /// A provider and a tracker.
    fn default() -> Self {
        Self {
            bond: Some(5_000),
            judges: true,
            listens: false,
            modules: true,
            wrap: None,
            oci: "[oci]\nengine = \"off\"\n".into(),
        }
    }
}

impl Does {
    /// A provider, and no tracker.
    pub(crate) fn provide() -> Self {
        Self { judges: false, ..Self::default() }
    }

    /// A tracker, and no provider.
    pub(crate) fn judge() -> Self {
        Self { bond: None, ..Self::default() }
    }
}

/// A machine, and the roles that it has.
pub(crate) struct Host {
    folder: TempDir,
    identity: Identity,
    number: u8,
    does: Does,
    port: u16,
    alive: Option<Alive>,
}

/// What runs, on a runtime of its own so that it can be killed.
struct Alive {
    working: Option<Working>,
    network: Option<Network>,
    progress: Arc<Progress>,
    runtime: Option<Runtime>,
}

impl Drop for Alive {
    fn drop(&mut self) {
        // A test may end, or fail, without ending its machines; it must not wait for them.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Host {
    /// A provider and a tracker.
    pub(crate) async fn start(world: &World, number: u8) -> Self {
        Self::start_as(world, number, Does::default()).await
    }

    /// Something else.
    pub(crate) async fn start_as(world: &World, number: u8, does: Does) -> Self {
        Self::start_at(world, number, does, world.chain.node()).await
    }

    /// The same at a node that may fail it.
    pub(crate) async fn start_at(world: &World, number: u8, does: Does, node: MemoryNode) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut host = Self { folder, identity: Identity::random(), number, does, port: free_port(), alive: None };
        world.chain.give(host.keys().public_key().0, 10_000 * COIN).await.unwrap();
        host.begin(node).await;
        host
    }

    /// Its operator's keys.
    pub(crate) fn keys(&self) -> Keypair {
        super::keys(&format!("//Host//{}", self.number))
    }

    /// Begins with what is on its disk.
    pub(crate) async fn begin(&mut self, node: MemoryNode) {
        let node = Arc::new(node);
        let folder = self.folder.path();
        let endpoint = format!("/ip4/127.0.0.1/tcp/{}", self.port);
        let provider = self.does.bond.map(|bond| {
            let config = format!(
                "folder = {:?}\nbond = \"{bond}\"\nwasi = {}\n[outputs]\ndata = 2\nparity = 2\nterm = 20000\nmost = \"1000\"\n[limits]\ncpu_milli = 2000\n{NEVER}{}",
                folder.join("compute"),
                self.does.modules,
                self.does.oci
            );
            let provider: Compute = toml::from_str(&config).unwrap();
            (provider, self.identity.clone(), endpoint.clone())
        });
        let stop = CancellationToken::new();
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let (identity, listens) = (self.identity.clone(), self.does.listens);
        let progress = Arc::<Progress>::default();
        let mut setup = Setup {
            chain: node.clone(),
            compute: node.clone(),
            submitter: Arc::new(Submitter::new(node.clone(), self.keys())),
            operator: self.keys(),
            provider,
            tracker: self.does.judges.then(|| Tracker { folder: folder.join("tracker"), oci: idle_engine() }),
            network: None,
            wrap: self.does.wrap.clone(),
            program: None,
            progress: progress.clone(),
        };
        let starting = runtime.spawn(async move {
            if listens {
                let config = NetworkConfig::new(identity, node.genesis(), Role::User);
                let started = Network::start(config).unwrap();
                started.listen(endpoint.parse().unwrap()).await.unwrap();
                setup.network = Some(started);
            }
            let network = setup.network.clone();
            (Working::start(setup, stop).await, network)
        });
        let started = tokio::time::timeout(PATIENCE, starting).await.expect("it starts in time");
        let (working, network) = started.expect("it does not break");
        let working = Some(working.unwrap().expect("nobody stopped it"));
        self.alive = Some(Alive { working, network, progress, runtime: Some(runtime) });
    }

    /// Its provider.
    pub(crate) fn provider(&self) -> &Arc<Provider> {
        let working = self.alive.as_ref().and_then(|alive| alive.working.as_ref()).expect("it runs");
        working.provider().expect("it is a provider")
    }

    /// How its provider says that it stands.
    pub(crate) fn report(&self) -> ComputeReport {
        self.alive.as_ref().expect("it runs").progress.report()
    }

    /// Ends it as Ctrl-C does.
    pub(crate) async fn stop(&mut self) {
        let mut alive = self.alive.take().expect("it runs");
        let (working, network) = (alive.working.take().unwrap(), alive.network.take());
        let runtime = alive.runtime.take().unwrap();
        let stopping = runtime.spawn(async move {
            working.stop().await;
            if let Some(network) = network {
                network.shutdown().await;
            }
        });
        tokio::time::timeout(PATIENCE, stopping).await.expect("it ends in time").expect("it does not break");
        end(runtime).await;
    }

    /// Ends it at once, whatever it is doing. What it has on disk stays.
    pub(crate) async fn kill(&mut self) {
        let mut alive = self.alive.take().expect("it runs");
        end(alive.runtime.take().unwrap()).await;
    }
}

async fn end(runtime: Runtime) {
    tokio::task::spawn_blocking(move || runtime.shutdown_timeout(Duration::from_secs(20))).await.unwrap();
}
