//! Whatever a program does, it ends in something that its requester is told of, task by task, and pays for as far as it ran; and who cannot
//! pay changes nothing.

use std::{fs, sync::Arc};

use futures::StreamExt;
use idlewild_chain_client::{coins::COIN, ChainClient, ComputeCall, ComputeClient, Submitter};
use idlewild_client::Session;
use idlewild_compute_primitives::{
    chunk::{Stage, Step},
    money,
    outcome::Ending,
    project::{Limits, ProjectSpec},
    view::ChunkView,
    ProjectId,
};
use idlewild_network::{Identity, Network, NetworkConfig, Role};
use idlewild_sdk::{
    collect::in_words,
    job::{Job, Module, TaskSpec},
    submit::{JobId, SubmitJobError},
    Sdk,
};
use idlewild_storage::keys::storage_secret_from_seed;

use crate::{
    jobs::finish,
    jobs_killed::payments,
    support::{module, options, Does, Host, Owner, World, ECHO, PATIENCE},
};

/// Does what the first letter of its first argument says: **t**raps, **l**oops for ever, **g**rows for ever, **w**rites for ever, or
/// nothing. It writes a letter first.
const FAULTY: &str = r#"(module
    (import "wasi_snapshot_preview1" "args_sizes_get" (func $sizes (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "args_get" (func $args (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 2048) "x")
    (func $out (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 0))))
    (func (export "_start") (local $what i32)
        (i32.store (i32.const 8) (i32.const 2048))
        (i32.store (i32.const 12) (i32.const 1))
        (call $out)
        (drop (call $sizes (i32.const 0) (i32.const 4)))
        (drop (call $args (i32.const 16) (i32.const 1024)))
        (local.set $what (i32.load8_u (i32.load (i32.const 20))))
        (if (i32.eq (local.get $what) (i32.const 116)) (then unreachable))
        (if (i32.eq (local.get $what) (i32.const 108)) (then (loop (br 0))))
        (if (i32.eq (local.get $what) (i32.const 103))
            (then (loop (br_if 0 (i32.ne (memory.grow (i32.const 16)) (i32.const -1)))) unreachable))
        (if (i32.eq (local.get $what) (i32.const 119)) (then (loop (call $out) (br 0))))))"#;

struct Scene {
    world: World,
    hosts: Vec<Host>,
    sdk: Sdk,
    folder: tempfile::TempDir,
}

impl Scene {
    async fn new() -> Self {
        let world = World::new(4).await;
        let hosts = vec![Host::start_as(&world, 0, Does::provide()).await, Host::start_as(&world, 1, Does::provide()).await];
        let sdk = Sdk::new(world.owner.session.clone(), Arc::new(world.owner.node.clone()));
        Self { world, hosts, sdk, folder: tempfile::tempdir().unwrap() }
    }

    fn job(&self, module: Module, tasks: &[&str]) -> Job {
        let tasks: Vec<TaskSpec> = tasks.iter().map(|task| TaskSpec::new([(*task).to_owned()])).collect();
        let limits = Limits { work: 50_000_000, time_ms: 120_000, memory_mib: 4, output: 1_000 };
        let (stored, per_chunk) = (options(8 << 20).wish, tasks.len() as u32);
        Job { per_chunk, price: 100 * COIN, within: 5_000, stored, limits, ..Job::of_module(module, tasks) }
    }

    async fn submit(&self, job: &Job) -> ProjectId {
        self.sdk.submit(job, JobId::random(), |_| {}).await.unwrap()
    }

    async fn chunk(&self, project: ProjectId) -> ChunkView {
        self.sdk.chunks(project).await.unwrap().remove(0)
    }

    async fn stop(mut self) {
        for host in &mut self.hosts {
            host.stop().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_fault_is_told_by_task_and_paid_for_as_far_as_it_ran() {
    let scene = Scene::new().await;
    let mut job = scene.job(module(&scene.folder, FAULTY), &["traps", "loops", "grows", "writes", "does nothing", "reads"]);
    // Of a file that the bundle does not have nobody can make anything; one that it has is read.
    let input = scene.folder.path().join("input");
    fs::write(&input, b"content").unwrap();
    job.tasks[5].input = Some(input);
    let project = scene.submit(&job).await;
    let progress = finish(&scene.sdk, project).await;
    assert_eq!((progress.finished, progress.without_result, progress.held), (1, 0, 0), "{progress:?}");

    let out = scene.folder.path().join("out");
    let tasks = scene.sdk.collect(project, &out, |_| {}).await.unwrap();
    let endings: Vec<Ending> = tasks.iter().map(|task| task.outcome.ending).collect();
    let well = Ending::Exited { code: 0 };
    assert_eq!(endings, [Ending::Trapped, Ending::OutOfFuel, Ending::OutOfMemory, Ending::TooMuchOutput, well, well]);
    assert!(in_words(&endings[1]).contains("fuel") && in_words(&endings[2]).contains("memory"));
    // What was written before that is there, no more than may be of the one that went on writing.
    for task in &tasks {
        let written = fs::read(&task.file).unwrap();
        let expected = if task.outcome.ending == Ending::TooMuchOutput { 1_000 } else { 1 };
        assert_eq!(written, vec![b'x'; expected], "{task:?}");
    }
    assert_eq!(tasks[1].outcome.used, 50_000_000, "all of its fuel");
    assert!(tasks.iter().all(|task| task.outcome.used > 0), "what ran is paid for: {tasks:?}");
    let view = scene.sdk.project(project).await.unwrap();
    let results = scene.sdk.results(&view, &scene.chunk(project).await).await.unwrap().unwrap();
    let log = String::from_utf8(results.log(0).await.unwrap().unwrap()).unwrap();
    assert!(log.contains("unreachable"), "{log}");
    assert_eq!(results.log(4).await.unwrap(), None, "who says nothing has no log");

    // Everybody found the same, so it is paid, by what was used of what was declared, and nothing else is.
    let used: u64 = tasks.iter().map(|task| task.outcome.used).sum();
    let chunk = scene.chunk(project).await;
    assert!(matches!(chunk.stage, Stage::Final { root: Some(_) }));
    for replica in &chunk.replicas {
        let Step::Revealed { finding, bill } = replica.step else { panic!("it was not shown: {replica:?}") };
        assert_eq!(finding.used, used);
        assert_eq!(bill, money::bill(job.price, used, 6 * job.limits.work), "{used} of six times the limit");
    }
    scene.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_program_ends_as_unusable_and_costs_nothing() {
    let scene = Scene::new().await;
    let file = scene.folder.path().join("text.wasm");
    fs::write(&file, b"this is no module").unwrap();
    let project = scene.submit(&scene.job(Module::read(&file).unwrap(), &["a", "b"])).await;
    let progress = finish(&scene.sdk, project).await;
    assert_eq!((progress.finished, progress.without_result, progress.held), (1, 0, 0), "{progress:?}");
    let tasks = scene.sdk.collect(project, &scene.folder.path().join("out"), |_| {}).await.unwrap();
    assert!(tasks.iter().all(|task| (task.outcome.ending, task.outcome.used) == (Ending::Unusable, 0)), "{tasks:?}");
    assert_eq!(scene.world.chain.look(move |seen| payments(seen, project)).await, [], "nothing ran");
    scene.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_module_that_takes_longer_than_it_may_is_nobodys_result_and_its_requester_is_told_who_tried() {
    let scene = Scene::new().await;
    let mut job = scene.job(module(&scene.folder, FAULTY), &["loops"]);
    // More fuel than can be used in that time on any machine.
    job.limits = Limits { work: u64::MAX / 4, time_ms: 100, ..job.limits };
    (job.run, job.within) = (5, 400);
    let project = scene.submit(&job).await;
    let node = scene.world.owner.node.clone();
    let mut heads = node.finalized_heads().await.unwrap();
    let tried = async {
        while scene.chunk(project).await.tried.len() < 2 {
            // Who waits for a result moves on what is late, as nobody else has to.
            let submitter = Submitter::new(Arc::new(node.clone()), scene.world.owner.keys.clone());
            let _ = submitter.submit(ComputeCall::Advance { project, chunk: 0 }.into()).await;
            heads.next().await.expect("blocks come").unwrap();
        }
    };
    tokio::time::timeout(2 * PATIENCE, tried).await.expect("both were tried");
    let explanation = scene.sdk.explain(project).await.unwrap();
    let mut tried = explanation.chunks[0].tried.clone();
    tried.sort_unstable();
    assert_eq!(tried, [0, 1]);
    // It costs neither anything: nobody showed that it can be done.
    for number in [0, 1] {
        let provider = node.provider(number).await.unwrap().unwrap();
        assert_eq!((provider.lost, provider.late, provider.locked), (0, 0, 0), "{provider:?}");
        assert_eq!(provider.bond, 5_000 * COIN, "{provider:?}");
    }
    // Nobody is paid, and everything comes back.
    let submitter = Submitter::new(Arc::new(node.clone()), scene.world.owner.keys.clone());
    submitter.submit(ComputeCall::CancelProject { project }.into()).await.unwrap();
    let _ = submitter.submit(ComputeCall::Advance { project, chunk: 0 }.into()).await;
    assert_eq!(scene.sdk.project(project).await.unwrap().held, 0);
    assert_eq!(scene.world.chain.look(move |seen| payments(seen, project)).await, []);
    scene.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_cannot_pay_is_told_what_lacks_and_nothing_changes() {
    let scene = Scene::new().await;
    let poor = Owner::another(&scene.world.chain).await;
    let network = Network::start(NetworkConfig::new(Identity::random(), scene.world.chain.genesis(), Role::User)).unwrap();
    let session = Session::new(Arc::new(poor.node.clone()), network, poor.keys.clone(), storage_secret_from_seed(&[8; 32]));
    let sdk = Sdk::new(Arc::new(session), Arc::new(poor.node.clone()));
    let job = scene.job(module(&scene.folder, ECHO), &["a"]);
    let dear = Job { price: 200 * COIN, ..job.clone() };
    assert!(dear.escrow() > 1_000 * COIN);
    let free = async || poor.node.balance(poor.account()).await.unwrap().free;
    let before = free().await;
    let with_record = dear.escrow() + poor.node.compute_terms().await.unwrap().project_deposit;
    let error = sdk.submit(&dear, JobId::random(), |_| {}).await.unwrap_err();
    assert!(
        matches!(error, SubmitJobError::NotEnoughCoins { free, needed } if free == before && needed == with_record),
        "{error}"
    );
    let text = error.to_string();
    assert!(text.contains("1000") && text.contains("--price"), "{text}");
    assert_eq!(free().await, before);
    let account = poor.account();
    assert_eq!(sdk.compute().projects_of(account, None, 8).await.unwrap().projects, []);
    assert_eq!(poor.node.deals_of(account, None, 8).await.unwrap(), [], "nothing was stored for it either");
    // The chain says the same to who does not ask first.
    let spec = {
        let project = scene.submit(&job).await;
        scene.sdk.project(project).await.unwrap().spec
    };
    let submitter = Submitter::new(Arc::new(poor.node.clone()), poor.keys.clone());
    let call = ComputeCall::CreateProject { spec: Box::new(ProjectSpec { price: 200 * COIN, ..spec }) };
    let refused = submitter.submit(call.into()).await.unwrap_err();
    assert!(refused.is("Escrow", "NotEnoughCoins"), "{refused}");
    assert_eq!(free().await, before);
    scene.stop().await;
}
