//! Jobs are run by providers that nobody has to trust, and their results come back checked.

use std::{
    fs,
    sync::{Arc, Mutex},
};

use idlewild_chain_client::{coins::COIN, Call, ComputeCall, ComputeClient, Event};
use idlewild_chain_memory::Setup;
use idlewild_compute_primitives::{chunk::Stage, outcome::Ending, project::Limits, trust::CERTAIN, ProjectId};
use idlewild_sdk::{
    collect::Event as CollectEvent,
    job::{Job, Module, TaskSpec},
    submit::JobId,
    Sdk,
};

use crate::support::{module, options, setup, Does, Host, Site, World, ECHO, PATIENCE};

pub(crate) fn job(module: Module, tasks: u64) -> Job {
    let tasks = (0..tasks).map(|number| match number {
        5 => TaskSpec::default(),
        number => TaskSpec::new([format!("result {number}")]),
    });
    let stored = options(8 << 20).wish;
    let job = Job::of_module(module, tasks.collect());
    // So little that what small tasks use of it is worth a point of a score.
    let limits = Limits { work: 1_000_000, ..job.limits };
    Job { per_chunk: 4, price: 100 * COIN, within: 5_000, stored, limits, ..job }
}

pub(crate) async fn finish(sdk: &Sdk, project: ProjectId) -> idlewild_sdk::watch::Progress {
    match tokio::time::timeout(PATIENCE, sdk.wait(project, |_| {})).await {
        Ok(progress) => progress.unwrap(),
        Err(_) => panic!("the project does not end in time: {:#?}", sdk.explain(project).await),
    }
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

#[tokio::test(flavor = "multi_thread")]
async fn results_come_chunk_by_chunk_and_whoever_went_away_meanwhile_gets_the_rest() {
    let world = World::new(4).await;
    let mut hosts = vec![Host::start_as(&world, 0, Does::provide()).await, Host::start_as(&world, 1, Does::provide()).await];
    let folder = tempfile::tempdir().unwrap();
    let sdk = Sdk::new(world.owner.session.clone(), Arc::new(world.owner.node.clone()));
    let (job, id) = (job(module(&folder, ECHO), 10), JobId::random());
    let project = sdk.submit(&job, id, |_| {}).await.unwrap();
    let out = folder.path().join("out");
    // Goes away as soon as the first result is here.
    let (first, came) = tokio::sync::oneshot::channel();
    let first = Mutex::new(Some(first));
    let told = |event: CollectEvent<'_>| match event {
        CollectEvent::Task(task) => {
            if let Some(first) = first.lock().unwrap().take() {
                let _ = first.send(task.clone());
            }
        },
        CollectEvent::Progress(progress) => assert!(!progress.is_over(), "a result is here before all chunks are over"),
        CollectEvent::Waits { .. } => {},
    };
    let task = tokio::select! {
        _ = sdk.collect_all(project, &out, told) => panic!("it is not over with the first result"),
        task = came => task.unwrap(),
    };
    let before = fs::metadata(&task.file).unwrap().modified().unwrap();
    assert_eq!(sdk.submit(&job, id, |_| {}).await.unwrap(), project, "who comes back finds the same project");
    let all = tokio::time::timeout(PATIENCE, sdk.collect_all(project, &out, |_| {})).await.expect("it ends in time").unwrap();
    assert!(all.unreadable.is_empty() && all.progress.is_over() && all.progress.held == 0, "{all:?}");
    assert_eq!(all.tasks.iter().map(|task| task.task).collect::<Vec<_>>(), (0..10).collect::<Vec<_>>());
    assert_eq!(fs::metadata(&task.file).unwrap().modified().unwrap(), before, "what was here is not fetched again");
    for task in all.tasks.iter().filter(|task| task.task != 5) {
        assert_eq!(fs::read_to_string(&task.file).unwrap(), format!("result {}", task.task));
    }
    for host in &mut hosts {
        host.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sample_that_nobody_is_there_to_take_keeps_no_result_from_being_paid() {
    let world = World::with(Setup { sampled: CERTAIN, ..setup() }, (0..4).map(Site::new)).await;
    let mut hosts = vec![Host::start_as(&world, 0, Does::provide()).await, Host::start_as(&world, 1, Does::provide()).await];
    let folder = tempfile::tempdir().unwrap();
    let sdk = Sdk::new(world.owner.session.clone(), Arc::new(world.owner.node.clone()));
    let project = sdk.submit(&job(module(&folder, ECHO), 4), JobId::random(), |_| {}).await.unwrap();
    let progress = finish(&sdk, project).await;
    assert_eq!((progress.finished, progress.without_result, progress.held), (1, 0, 0), "{progress:?}");
    let is_draw = |call: &Call| matches!(call, Call::Compute(ComputeCall::Convene { .. }));
    let drawn = world.chain.look(move |seen| seen.sent(is_draw).filter(|one| one.is_done()).count()).await;
    assert_eq!(drawn, 1, "a sample was asked for, and drawn by who waited");
    for host in &mut hosts {
        host.stop().await;
    }
}
