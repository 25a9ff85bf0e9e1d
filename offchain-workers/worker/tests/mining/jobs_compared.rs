//! Results that differ in bytes are equal where their publisher's comparator makes the same of them, and only there.

use std::{fs, sync::Arc};

use async_trait::async_trait;
use idlewild_chain_client::{ComputeClient, ComputeEvent, Event};
use idlewild_compute::{
    comparator::counts,
    executor::{
        around::{around, Around},
        ExecutorError, Prepared, Ran, Run,
    },
};
use idlewild_compute_primitives::{chunk::Stage, outcome::root, program::Class, project::Limits};
use idlewild_sdk::{
    job::{Job, Module, TaskSpec},
    submit::JobId,
    Sdk,
};
use idlewild_worker::compute::Wrap;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::{
    jobs::{finish, job},
    jobs_killed::payments,
    support::{module, Does, Host, World, ECHO, PATIENCE},
};

/// A comparator: what stands before the first `#` counts, and it does not end well with what begins with `!`.
pub(crate) const BEFORE: &str = r#"(module
    (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
    (memory (export "memory") 1)
    (func (export "_start") (local $at i32)
        (i32.store (i32.const 0) (i32.const 1024))
        (i32.store (i32.const 4) (i32.const 4096))
        (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
        (if (i32.eq (i32.load8_u (i32.const 1024)) (i32.const 33)) (then unreachable))
        (block (loop
            (br_if 1 (i32.ge_u (local.get $at) (i32.load (i32.const 8))))
            (br_if 1 (i32.eq (i32.load8_u (i32.add (local.get $at) (i32.const 1024))) (i32.const 35)))
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (br 0)))
        (i32.store (i32.const 4) (local.get $at))
        (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))))"#;

/// A machine that writes something of its own after what is asked for, and lies before it where it is told to.
struct Own {
    after: String,
    lies: bool,
}

impl Own {
    fn machine(number: u8, lies: bool) -> Does {
        let own = Arc::new(Self { after: format!("# by machine {number}"), lies });
        let wrap: Wrap = Arc::new(move |honest| around(honest, own.clone()));
        Does { wrap: Some(wrap), ..Does::provide() }
    }
}

#[async_trait]
impl Around for Own {
    async fn run(&self, honest: &dyn Prepared, run: Run, stop: &CancellationToken) -> Result<Ran, ExecutorError> {
        let file = run.output.clone();
        let ran = honest.run(run, stop).await?;
        let mut text = fs::read_to_string(&file).unwrap();
        if self.lies {
            text = text.replace("result", "rumour");
        }
        text.push_str(&self.after);
        fs::write(&file, &text).unwrap();
        Ok(Ran { output: *blake3::hash(text.as_bytes()).as_bytes(), length: text.len() as u64, ..ran })
    }
}

/// A machine whose results are as they should be, and what it stores for them is not: something else where every byte counts, and more
/// than a task may write where what it writes at the end does not.
struct Otherwise;

/// Bytes that its tasks may write.
const FEW: u64 = 32;

#[async_trait]
impl Around for Otherwise {
    async fn run(&self, honest: &dyn Prepared, run: Run, stop: &CancellationToken) -> Result<Ran, ExecutorError> {
        let file = run.output.clone();
        let ran = honest.run(run, stop).await?;
        let text = fs::read_to_string(&file).unwrap();
        if text.starts_with('!') {
            fs::write(&file, text.replace("result", "rumour")).unwrap();
            return Ok(ran);
        }
        let text = format!("{text}#{}", "x".repeat(FEW as usize));
        fs::write(&file, &text).unwrap();
        Ok(Ran { output: *blake3::hash(text.as_bytes()).as_bytes(), length: text.len() as u64, ..ran })
    }
}

/// A job with a comparator, whose tasks write their number.
fn compared(program: &TempDir, comparator: &TempDir) -> Job {
    let of: Module = module(comparator, BEFORE);
    let tasks = (0..6).map(|number| TaskSpec::new([format!("result {number}")])).collect();
    let usual = Job { tasks, comparator: Some(of), ..job(module(program, ECHO), 6) };
    // Milliseconds, as nothing is proven: so few that what small tasks take of them is paid.
    Job { per_chunk: 3, limits: Limits { work: 2_000, ..usual.limits }, ..usual }
}

fn lost(event: &Event) -> bool {
    matches!(event, Event::Compute(ComputeEvent::ChunkLost { .. }))
}

#[tokio::test(flavor = "multi_thread")]
async fn results_that_differ_in_bytes_and_not_in_what_counts_agree() {
    let world = World::new(4).await;
    let mut hosts = Vec::new();
    for number in 0..2 {
        hosts.push(Host::start_as(&world, number, Own::machine(number, false)).await);
    }
    let [program, comparator, out] = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let sdk = Sdk::new(world.owner.session.clone(), Arc::new(world.owner.node.clone()));
    let (job, id) = (compared(&program, &comparator), JobId::random());
    let project = sdk.submit(&job, id, |_| {}).await.unwrap();
    assert_eq!(sdk.submit(&job, id, |_| {}).await.unwrap(), project, "the same job is one project");
    let view = sdk.project(project).await.unwrap();
    assert!(
        matches!(view.spec.program.class, Class::Compared { comparator, .. } if comparator == job.comparator.as_ref().unwrap().digest)
    );

    let progress = finish(&sdk, project).await;
    assert_eq!((progress.finished, progress.without_result, progress.held), (2, 0, 0), "{progress:?}");
    assert_eq!(progress.replicas, 4, "no third machine had to be asked");
    assert_eq!(world.chain.look(move |seen| seen.count(lost)).await, 0, "nobody loses anything");
    for chunk in sdk.chunks(project).await.unwrap() {
        let Stage::Final { root: Some(stands) } = chunk.stage else { panic!("{chunk:?}") };
        assert!(chunk.replicas.iter().all(|replica| replica.is_paid && replica.finding().unwrap().root == stands));
        let results = sdk.results(&view, &chunk).await.unwrap().unwrap();
        let outcomes: Vec<_> = results.outcomes().map(|(_, outcome)| *outcome).collect();
        assert_eq!(root(&outcomes, false), stands);
        let counts = |(task, outcome): (u64, &idlewild_compute_primitives::outcome::Outcome)| {
            outcome.output == counts(blake3::hash(format!("result {task}").as_bytes()).as_bytes())
        };
        assert!(results.outcomes().all(counts), "what counts is what is compared");
    }
    // What comes back is what one of them wrote, all of it, and is checked by the comparator.
    for _ in 0..2 {
        let collected = sdk.collect(project, out.path(), |_| {}).await.unwrap();
        assert_eq!(collected.len(), 6);
        for task in &collected {
            let text = fs::read_to_string(&task.file).unwrap();
            let wanted = [0, 1].map(|machine| format!("result {}# by machine {machine}", task.task));
            assert!(wanted.contains(&text), "{text}");
            assert_eq!(
                (task.outcome.output, task.outcome.length),
                (*blake3::hash(text.as_bytes()).as_bytes(), text.len() as u64)
            );
        }
        // A file that is no longer what was agreed to is fetched anew.
        fs::write(&collected[0].file, "rumour 0# by machine 0").unwrap();
    }
    let paid = world.chain.look(move |seen| payments(seen, project)).await;
    for number in 0..2 {
        let provider = world.owner.node.provider(number).await.unwrap().unwrap();
        assert!(paid.iter().any(|(who, amount)| *who == number && *amount > 0), "{paid:?}");
        assert_eq!((provider.lost, provider.locked, provider.busy), (0, 0, 0), "{provider:?}");
    }
    for host in &mut hosts {
        host.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_writes_something_else_where_it_counts_is_outvoted_and_not_paid() {
    let world = World::new(4).await;
    let mut hosts = Vec::new();
    for number in 0..3 {
        hosts.push(Host::start_as(&world, number, Own::machine(number, number == 0)).await);
    }
    let [program, comparator, out] = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let sdk = Sdk::new(world.owner.session.clone(), Arc::new(world.owner.node.clone()));
    // All three run every chunk.
    let job = Job { replicas: 3, ..compared(&program, &comparator) };
    let project = sdk.submit(&job, JobId::random(), |_| {}).await.unwrap();
    let progress = finish(&sdk, project).await;
    assert_eq!((progress.finished, progress.without_result, progress.held), (2, 0, 0), "{progress:?}");
    for task in sdk.collect(project, out.path(), |_| {}).await.unwrap() {
        let text = fs::read_to_string(&task.file).unwrap();
        assert!(text.starts_with(&format!("result {}#", task.task)), "{text}");
    }
    let liar = world.owner.node.provider(0).await.unwrap().unwrap();
    assert!(liar.lost == 2 && liar.locked == 0, "{liar:?}");
    assert_eq!(world.chain.look(move |seen| seen.count(lost)).await, 2, "and nobody else loses anything");
    for host in &mut hosts {
        host.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_what_was_agreed_to_or_longer_than_it_may_be_is_not_taken() {
    let world = World::new(4).await;
    let mut hosts = Vec::new();
    for number in 0..2 {
        let wrap: Wrap = Arc::new(|honest| around(honest, Arc::new(Otherwise)));
        hosts.push(Host::start_as(&world, number, Does { wrap: Some(wrap), ..Does::provide() }).await);
    }
    let [program, comparator, out] = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let sdk = Sdk::new(world.owner.session.clone(), Arc::new(world.owner.node.clone()));
    let mut job = compared(&program, &comparator);
    job.limits.output = FEW;
    for (number, task) in job.tasks.iter_mut().enumerate().take(3) {
        *task = TaskSpec::new([format!("!result {number}")]);
    }
    let project = sdk.submit(&job, JobId::random(), |_| {}).await.unwrap();
    let progress = finish(&sdk, project).await;
    assert_eq!((progress.finished, progress.without_result, progress.held), (2, 0, 0), "{progress:?}");
    let everything = tokio::time::timeout(PATIENCE, sdk.collect_all(project, out.path(), |_| {})).await.unwrap().unwrap();
    assert!(everything.tasks.is_empty(), "{everything:?}");
    let reasons: Vec<&str> = everything.unreadable.values().map(String::as_str).collect();
    let [other, long] = reasons[..] else { panic!("{reasons:?}") };
    assert!(other.contains("what it stored is not what it revealed"), "{other}");
    assert!(long.contains("it stored 41 bytes for a task, which may write 32"), "{long}");
    assert_eq!(fs::read_dir(out.path()).unwrap().count(), 0, "nothing of it is here");
    for host in &mut hosts {
        host.stop().await;
    }
}
