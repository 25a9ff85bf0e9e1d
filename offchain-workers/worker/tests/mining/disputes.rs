//! A provider that lies loses what it put up, and harms nobody: the result is what is right, and who was honest is paid in full.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc, time::Duration};

use idlewild_chain_client::{coins::COIN, ComputeClient, ComputeEvent, Event};
use idlewild_chain_memory::Pace;
use idlewild_compute_primitives::{
    chunk::{Stage, Step},
    trust::LEAST_BOND,
    Balance, ChunkIndex, ProjectId, ProviderId,
};
use idlewild_sdk::{
    job::{Job, TaskSpec},
    submit::JobId,
    Sdk,
};

use crate::{
    lying::Lie,
    support::{module, options, Does, Host, World, ECHO, PATIENCE},
};

/// The liar's number: hosts register one after the other.
const LIAR: ProviderId = 2;
const CHUNKS: u32 = 12;
const PRICE: Balance = 20 * COIN;
/// What stands for a chunk of one that is new.
const STANDS: Balance = LEAST_BOND * PRICE;
/// What the liar puts up: it stands for two chunks at a time, and has too little left for another when both are lost.
const BOND: Balance = 5 * STANDS / 2;

/// What providers lost: whose, of which chunk, and how much.
async fn losses(world: &World) -> Vec<(ProviderId, ChunkIndex, Balance)> {
    let of = |event: &Event| match *event {
        Event::Compute(ComputeEvent::ChunkLost { chunk, provider, slashed, .. }) => Some((provider, chunk, slashed)),
        _ => None,
    };
    world.chain.look(move |seen| seen.events().filter_map(|(_, event)| of(event)).collect()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_liar_is_slashed_by_those_who_run_its_chunks_again_and_the_honest_are_paid_to_the_unit() {
    let mut world = World::new(4).await;
    // Panels have so many blocks to run a chunk again: as slow ones as a machine with much else to do needs.
    world.running = Some(world.chain.run(Pace { quiet: Duration::from_millis(100), ..Pace::default() }));
    let mut hosts = Vec::new();
    for number in 0..3 {
        let mut does = Does::provide();
        if u32::from(number) == LIAR {
            let lie = Lie { chance: 1.0, clique: "colluders".into() };
            does = Does { bond: Some((BOND / COIN) as u32), wrap: Some(lie.wrap()), ..does };
        }
        hosts.push(Host::start_as(&world, number, does).await);
    }
    for number in 3..8 {
        hosts.push(Host::start_as(&world, number, Does::judge()).await);
    }
    let node = world.owner.node.clone();
    world
        .until("all trackers have seats", |seen| {
            seen.count(|event| matches!(event, Event::Compute(ComputeEvent::SeatTaken { .. }))) == 5
        })
        .await;
    assert_eq!(node.provider(LIAR).await.unwrap().unwrap().bond, BOND);

    let folder = tempfile::tempdir().unwrap();
    let sdk = Sdk::new(world.owner.session.clone(), Arc::new(node.clone()));
    let tasks = (0..u64::from(CHUNKS)).map(|number| TaskSpec::new([format!("result {number}")])).collect();
    let stored = options(8 << 20).wish;
    let job = Job { per_chunk: 1, price: PRICE, within: 5_000, stored, ..Job::of_module(module(&folder, ECHO), tasks) };

    // Until the liar has lost so much that it can put up nothing more: it wins most races that it is in, so one project does usually.
    let mut liar = node.provider(LIAR).await.unwrap().unwrap();
    for round in 0..4 {
        if liar.bond < STANDS {
            break;
        }
        let project = run(&sdk, &job).await;
        honest_are_paid(&world, &sdk, project).await;
        results_are_right(&sdk, project, &folder.path().join(round.to_string())).await;
        liar = node.provider(LIAR).await.unwrap().unwrap();
    }
    // Whatever it said was doubted, judged and cost it the bond of that chunk, and nobody else lost anything.
    let lost = losses(&world).await;
    assert!(!lost.is_empty() && lost.iter().all(|(provider, _, slashed)| (*provider, *slashed) == (LIAR, STANDS)), "{lost:?}");
    assert_eq!((liar.lost as usize, liar.score), (lost.len(), 0), "{liar:?}");
    assert_eq!(liar.bond, BOND - STANDS * lost.len() as Balance, "{liar:?}");
    assert!(liar.bond < STANDS, "the liar got no second chunk in four projects: {liar:?}");
    for tracker in &hosts[3..] {
        let seat = node.seat_of(tracker.keys().public_key().0).await.unwrap().unwrap();
        assert_eq!(seat.bond, node.compute_terms().await.unwrap().seat_bond, "no tracker is charged: {seat:?}");
    }
    // It is still there and still claims what it can; others are asked.
    let project = run(&sdk, &job).await;
    let chunks = sdk.chunks(project).await.unwrap();
    assert!(chunks.iter().all(|chunk| chunk.replicas.iter().all(|replica| replica.provider != LIAR)), "{chunks:?}");
    assert_eq!(losses(&world).await, lost, "nobody lost anything more");
    honest_are_paid(&world, &sdk, project).await;
    for host in &mut hosts {
        host.stop().await;
    }
}

async fn run(sdk: &Sdk, job: &Job) -> ProjectId {
    let project = sdk.submit(job, JobId::random(), |_| {}).await.unwrap();
    let progress = tokio::time::timeout(3 * PATIENCE, sdk.wait(project, |_| {})).await.expect("it ends in time").unwrap();
    assert_eq!((progress.finished, progress.without_result, progress.held), (CHUNKS, 0, 0), "{progress:?}");
    project
}

async fn results_are_right(sdk: &Sdk, project: ProjectId, out: &Path) {
    for task in sdk.collect(project, out, |_| {}).await.unwrap() {
        assert!(task.outcome.ending.is_success());
        assert_eq!(fs::read_to_string(&task.file).unwrap(), format!("result {}", task.task), "the right result stands");
    }
}

/// Every result that stands was paid for with all of its bill, nothing else was, and nothing is left in escrow.
async fn honest_are_paid(world: &World, sdk: &Sdk, project: ProjectId) {
    let mut bills = BTreeMap::<(ChunkIndex, ProviderId), Balance>::new();
    for chunk in sdk.chunks(project).await.unwrap() {
        let Stage::Final { root: Some(root) } = chunk.stage else { panic!("no result stands: {chunk:?}") };
        for replica in &chunk.replicas {
            let Step::Revealed { finding, bill } = replica.step else { panic!("it was not shown: {replica:?}") };
            assert!(finding.root == root && replica.is_paid && replica.provider != LIAR, "{replica:?}");
            bills.insert((chunk.index, replica.provider), bill);
        }
    }
    assert!(bills.len() >= CHUNKS as usize && bills.values().all(|bill| *bill > 0), "{bills:?}");
    let of = move |event: &Event| match *event {
        Event::Compute(ComputeEvent::ChunkPaid { project: of, chunk, provider, amount }) if of == project => {
            Some(((chunk, provider), amount))
        },
        _ => None,
    };
    let paid: Vec<_> = world.chain.look(move |seen| seen.events().filter_map(|(_, event)| of(event)).collect()).await;
    let mut sums = BTreeMap::<(ChunkIndex, ProviderId), Balance>::new();
    paid.into_iter().for_each(|(place, amount)| *sums.entry(place).or_default() += amount);
    assert_eq!(sums, bills);
    let id = sdk.compute().project(project).await.unwrap().unwrap().escrow;
    assert_eq!(sdk.compute().escrow(id).await.unwrap(), None, "nothing is left, and it is closed");
}
