//! Jobs are run by providers that nobody has to trust, and their results come back checked.

use std::{fs, sync::Arc};

use idlewild_chain_client::{coins::COIN, ComputeClient, Event, Submitter};
use idlewild_chain_memory::MemoryNode;
use idlewild_compute_primitives::{chunk::Stage, outcome::Ending, ProjectId};
use idlewild_network::Identity;
use idlewild_sdk::{
    job::{Job, Module, TaskSpec},
    submit::JobId,
    Sdk,
};
use idlewild_worker::{
    compute::{Setup, Working},
    config::{Compute, Tracker},
};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::support::{options, World, PATIENCE};

/// Writes its first argument, and ends with code 3 where there is none.
const ECHO: &str = r#"(module
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

/// A machine that lends itself out.
struct Host {
    folder: TempDir,
    identity: Identity,
    number: u8,
    working: Option<(Working, CancellationToken)>,
}

impl Host {
    async fn start(world: &World, number: u8) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut host = Self { folder, identity: Identity::random(), number, working: None };
        world.chain.give(host.keys().public_key().0, 5_000 * COIN).await.unwrap();
        host.begin(world.chain.node()).await;
        host
    }

    fn keys(&self) -> idlewild_chain_client::Keypair {
        crate::support::keys(&format!("//Host//{}", self.number))
    }

    async fn begin(&mut self, node: MemoryNode) {
        let node = Arc::new(node);
        let config = format!(
            "folder = {:?}\nbond = \"500\"\n[outputs]\ndata = 2\nparity = 2\nterm = 20000\nmost = \"1000\"\n[limits]\ncpu_milli = 2000\n",
            self.folder.path().join("compute")
        );
        let provider: Compute = toml::from_str(&config).unwrap();
        let setup = Setup {
            chain: node.clone(),
            compute: node.clone(),
            submitter: Arc::new(Submitter::new(node.clone(), self.keys())),
            operator: self.keys(),
            provider: Some((provider, self.identity.clone(), "/ip4/127.0.0.1/tcp/4000".into())),
            tracker: Some(Tracker { folder: self.folder.path().join("tracker") }),
        };
        let stop = CancellationToken::new();
        let working = tokio::time::timeout(PATIENCE, Working::start(setup, stop.clone())).await.expect("it starts in time");
        self.working = Some((working.unwrap().expect("nobody stopped it"), stop));
    }

    async fn stop(&mut self) {
        let (working, stop) = self.working.take().expect("it runs");
        stop.cancel();
        tokio::time::timeout(PATIENCE, working.stop()).await.expect("it ends in time");
    }
}

/// A module on the disk.
fn module(folder: &TempDir, text: &str) -> Module {
    let buffer = wast::parser::ParseBuffer::new(text).unwrap();
    let bytes = wast::parser::parse::<wast::Wat<'_>>(&buffer).unwrap().module.encode().unwrap();
    let file = folder.path().join("module.wasm");
    fs::write(&file, bytes).unwrap();
    Module::read(file).unwrap()
}

fn job(module: Module, tasks: u64) -> Job {
    let tasks = (0..tasks).map(|number| match number {
        5 => TaskSpec::default(),
        number => TaskSpec::new([format!("result {number}")]),
    });
    let stored = options(8 << 20).wish;
    Job { per_chunk: 4, price: 100 * COIN, within: 5_000, stored, ..Job::of_module(module, tasks.collect()) }
}

async fn finish(sdk: &Sdk, project: ProjectId) -> idlewild_sdk::watch::Progress {
    tokio::time::timeout(PATIENCE, sdk.wait(project, |_| {})).await.expect("the project ends in time").unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_run_twice_by_strangers_and_its_results_are_those_of_the_chain() {
    let world = World::new(4).await;
    let mut hosts = Vec::new();
    for number in 0..3 {
        hosts.push(Host::start(&world, number).await);
    }
    let folder = tempfile::tempdir().unwrap();
    let sdk = Sdk::new(world.owner.session.clone(), Arc::new(world.owner.node.clone()));
    let (job, id) = (job(module(&folder, ECHO), 10), JobId::random());
    let project = sdk.submit(&job, id, |_| {}).await.unwrap();
    assert_eq!(sdk.submit(&job, id, |_| {}).await.unwrap(), project, "the same job is one project");

    let progress = finish(&sdk, project).await;
    assert_eq!((progress.finished, progress.without_result, progress.held), (3, 0, 0), "{progress:?}");
    // Nobody is trusted yet: each chunk was run twice.
    assert_eq!(progress.replicas, 6);
    for chunk in sdk.chunks(project).await.unwrap() {
        let providers: Vec<u32> = chunk.replicas.iter().map(|replica| replica.provider).collect();
        assert!(providers.len() == 2 && providers[0] != providers[1], "{providers:?}");
        assert!(matches!(chunk.stage, Stage::Final { root: Some(_) }));
    }
    let out = folder.path().join("out");
    let collected = sdk.collect(project, &out, |_| {}).await.unwrap();
    assert_eq!(collected.len(), 10);
    for task in &collected {
        let expected = if task.task == 5 { Ending::Exited { code: 3 } } else { Ending::Exited { code: 0 } };
        assert_eq!(task.outcome.ending, expected);
        let content = fs::read_to_string(&task.file).unwrap();
        assert_eq!(content, if task.task == 5 { String::new() } else { format!("result {}", task.task) });
    }
    let lost = |event: &Event| matches!(event, Event::Compute(idlewild_chain_client::ComputeEvent::ChunkLost { .. }));
    assert_eq!(world.chain.look(move |seen| seen.count(lost)).await, 0, "nobody honest loses anything");
    for host in &mut hosts {
        host.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_was_stopped_between_its_commitment_and_its_reveal_reveals_what_it_committed_to() {
    let world = World::new(4).await;
    let mut hosts = vec![Host::start(&world, 0).await, Host::start(&world, 1).await];
    let folder = tempfile::tempdir().unwrap();
    let sdk = Sdk::new(world.owner.session.clone(), Arc::new(world.owner.node.clone()));
    let project = sdk.submit(&job(module(&folder, ECHO), 4), JobId::random(), |_| {}).await.unwrap();
    // Stopped at some moment of the chunk's life and begun again with what is on its disk, again and again.
    for round in 0..4 {
        let host = &mut hosts[round % 2];
        host.stop().await;
        host.begin(world.chain.node()).await;
    }
    let progress = finish(&sdk, project).await;
    assert_eq!((progress.finished, progress.without_result, progress.held), (1, 0, 0), "{progress:?}");
    for number in 0..2 {
        let provider = world.owner.node.provider(number).await.unwrap().unwrap();
        assert_eq!((provider.lost, provider.locked, provider.busy), (0, 0, 0), "{provider:?}");
    }
    for host in &mut hosts {
        host.stop().await;
    }
}
