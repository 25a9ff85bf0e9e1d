//! Tasks and input that nobody can read but those who run them, as their requester hands them the key.

use std::{
    fs,
    sync::{Arc, Mutex},
};

use futures::StreamExt;
use idlewild_chain_client::{Call, ComputeCall, ComputeClient, Event};
use idlewild_client::bundle::Bundle;
use idlewild_compute_primitives::{
    outcome::Ending,
    program::Class,
    project::{Input, Limits},
    view::ChunkView,
    ProjectId,
};
use idlewild_sdk::{
    handing::HandingEvent,
    job::{Job, TaskSpec},
    submit::JobId,
    Sdk,
};
use tempfile::TempDir;

use crate::{
    jobs::{finish, job},
    jobs_killed::payments,
    support::{module, Does, Host, World, ECHO, PATIENCE},
};

/// Writes what it reads.
const COPY: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "_start")
        (i32.store (i32.const 0) (i32.const 1024))
        (i32.store (i32.const 4) (i32.const 4096))
        (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
        (i32.store (i32.const 4) (i32.load (i32.const 8)))
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))"#;

struct Scene {
    world: World,
    hosts: Vec<Host>,
    sdk: Sdk,
    folder: TempDir,
}

impl Scene {
    async fn new(providers: u8) -> Self {
        let world = World::new(4).await;
        let mut hosts = Vec::new();
        for number in 0..providers {
            hosts.push(Host::start_as(&world, number, Does::provide()).await);
        }
        let sdk = Sdk::new(world.owner.session.clone(), Arc::new(world.owner.node.clone()));
        Self { world, hosts, sdk, folder: tempfile::tempdir().unwrap() }
    }

    /// A private job: so little of its time stands for a chunk that what small tasks take of it is paid.
    fn job(&self, text: &str, tasks: Vec<TaskSpec>) -> Job {
        let usual = job(module(&self.folder, text), 1);
        let job = Job { tasks, per_chunk: 2, ..usual }.privately();
        Job { limits: Limits { work: 2_000, ..job.limits }, ..job }
    }

    /// Waits until a chunk is so.
    async fn until(&self, project: ProjectId, is_so: impl Fn(&ChunkView) -> bool) {
        let waited = async {
            let mut heads = self.sdk.session().chain().finalized_heads().await.unwrap();
            while !self.sdk.chunks(project).await.unwrap().iter().any(&is_so) {
                heads.next().await.expect("blocks come").unwrap();
            }
        };
        tokio::time::timeout(PATIENCE, waited).await.expect("it comes to that in time");
    }

    async fn stop(mut self) {
        for host in &mut self.hosts {
            host.stop().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_private_input_is_read_by_those_who_run_it_and_by_nobody_else() {
    let scene = Scene::new(2).await;
    let input = scene.folder.path().join("secret");
    fs::write(&input, b"nobody's business").unwrap();
    let tasks = vec![TaskSpec { input: Some(input), ..TaskSpec::default() }, TaskSpec::default(), TaskSpec::new(["x".into()])];
    let (job, id) = (scene.job(COPY, tasks), JobId::random());
    let project = scene.sdk.submit(&job, id, |_| {}).await.unwrap();
    assert_eq!(scene.sdk.submit(&job, id, |_| {}).await.unwrap(), project, "the same job is one project");
    assert_ne!(scene.sdk.submit(&job, JobId::random(), |_| {}).await.unwrap(), project, "and another one is not");

    let spec = scene.sdk.project(project).await.unwrap().spec;
    let Input::Wrapped { root } = spec.input else { panic!("{spec:?}") };
    assert_eq!(spec.program.class, Class::Metered);
    // What stands on chain opens the program, and not the input.
    let session = scene.sdk.session();
    assert!(session.open_bundle(&spec.program.bundle).await.is_ok());
    assert!(session.open_bundle(&Bundle { root, key: spec.program.bundle.key }).await.is_err());

    let handed = Arc::new(Mutex::new(Vec::new()));
    let told = {
        let handed = handed.clone();
        move |event: HandingEvent| match event {
            HandingEvent::Handed { chunk, provider } => handed.lock().unwrap().push((chunk, provider)),
            HandingEvent::Failed { reason, .. } => panic!("{reason}"),
        }
    };
    let (progress, handing) = tokio::join!(finish(&scene.sdk, project), scene.sdk.hand_keys(project, &id, told));
    handing.unwrap();
    assert_eq!((progress.finished, progress.without_result, progress.held, progress.replicas), (2, 0, 0, 2), "{progress:?}");
    let chunks = scene.sdk.chunks(project).await.unwrap();
    let mut had: Vec<(u32, u32)> = chunks.iter().map(|chunk| (chunk.index, chunk.replicas[0].provider)).collect();
    had.sort_unstable();
    handed.lock().unwrap().sort_unstable();
    assert_eq!(*handed.lock().unwrap(), had, "each has the key for what it ran, once");

    let collected = scene.sdk.collect(project, &scene.folder.path().join("out"), |_| {}).await.unwrap();
    let texts: Vec<String> = collected.iter().map(|task| fs::read_to_string(&task.file).unwrap()).collect();
    assert_eq!(texts, ["nobody's business", "", ""]);
    assert!(collected.iter().all(|task| task.outcome.ending == Ending::Exited { code: 0 }), "{collected:?}");
    assert!(collected.iter().all(|task| (1..=2_000).contains(&task.outcome.used)), "milliseconds: {collected:?}");
    let paid = scene.world.chain.look(move |seen| payments(seen, project)).await;
    assert!(!paid.is_empty() && paid.iter().all(|(_, amount)| *amount > 0), "{paid:?}");
    scene.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_for_a_key_in_vain_goes_free_and_whoever_comes_back_has_the_rest_run() {
    let scene = Scene::new(1).await;
    let (job, id) = (scene.job(ECHO, vec![TaskSpec::new(["late".into()])]), JobId::random());
    let project = scene.sdk.submit(&job, id, |_| {}).await.unwrap();
    scene.until(project, |chunk| !chunk.replicas.is_empty()).await;
    let waits = scene.sdk.explain(project).await.unwrap().chunks;
    assert!(waits[0].replicas.iter().all(|(_, stand)| stand.contains("key")), "{waits:?}");
    // The requester is away: the place is taken back, and nothing is held against who kept its machine free.
    scene.until(project, |chunk| chunk.replicas.is_empty()).await;
    let provider = scene.world.owner.node.provider(0).await.unwrap().unwrap();
    assert_eq!((provider.late, provider.lost), (0, 0), "{provider:?}");

    let handing = scene.sdk.hand_keys(project, &id, |_| {});
    let (progress, handed) = tokio::join!(finish(&scene.sdk, project), handing);
    handed.unwrap();
    assert_eq!((progress.finished, progress.without_result, progress.held), (1, 0, 0), "{progress:?}");
    let collected = scene.sdk.collect(project, &scene.folder.path().join("out"), |_| {}).await.unwrap();
    assert_eq!(fs::read_to_string(&collected[0].file).unwrap(), "late");
    let provider = scene.world.owner.node.provider(0).await.unwrap().unwrap();
    assert_eq!((provider.late, provider.lost, provider.locked, provider.busy), (0, 0, 0, 0), "{provider:?}");
    scene.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_opens_nothing_costs_its_requester_the_chunk_and_nobody_else_anything() {
    let scene = Scene::new(1).await;
    let id = JobId::random();
    let project = scene.sdk.submit(&scene.job(ECHO, vec![TaskSpec::new(["x".into()])]), id, |_| {}).await.unwrap();
    scene.until(project, |chunk| !chunk.replicas.is_empty()).await;
    let wrap = ComputeCall::Wrap { project, chunk: 0, provider: 0, key: [7; 80] };
    scene.sdk.session().submitter().submit(wrap.into()).await.unwrap();
    // Nothing can be made of it, and its time passes.
    scene.until(project, |chunk| chunk.replicas.is_empty() && !chunk.tried.is_empty()).await;
    let provider = scene.world.owner.node.provider(0).await.unwrap().unwrap();
    assert_eq!((provider.late, provider.lost, provider.locked), (0, 0, 0), "{provider:?}");
    let committed = |call: &Call| matches!(call, Call::Compute(ComputeCall::Commit { .. }));
    assert_eq!(scene.world.chain.look(move |seen| seen.sent(committed).count()).await, 0, "nothing was run");
    let lost = |event: &Event| matches!(event, Event::Compute(idlewild_chain_client::ComputeEvent::ChunkLost { .. }));
    assert_eq!(scene.world.chain.look(move |seen| seen.count(lost)).await, 0);
    scene.stop().await;
}
