//! The owner of a machine comes first, and says whom it works for.

use std::{sync::Arc, time::Duration};

use idlewild_chain_client::{Call, ComputeCall, ComputeClient};
use idlewild_compute::owner::{
    decide::{Reason, Sample},
    hours::Moment,
};
use idlewild_sdk::{submit::JobId, Sdk};
use idlewild_worker::compute::progress::Doing;

use crate::{
    jobs::{finish, job},
    support::{module, Does, Gate, Host, World, ECHO, PATIENCE},
};

const NO_CONTAINERS: &str = "[oci]\nengine = \"off\"\n";

fn sdk(world: &World) -> Sdk {
    Sdk::new(world.owner.session.clone(), Arc::new(world.owner.node.clone()))
}

/// A sample of a machine that is so warm: no sensor is, so what the machine itself measures changes nothing.
fn degrees(degrees: f64) -> Sample {
    Sample { at: Duration::ZERO, moment: Moment::now(), load: None, temperature: Some(degrees) }
}

async fn claims_of(world: &World, host: &Host) -> usize {
    let account = host.keys().public_key().0;
    let is_claim = |call: &Call| matches!(call, Call::Compute(ComputeCall::Claim { .. }));
    world.chain.look(move |seen| seen.sent(is_claim).filter(|one| one.account == account).count()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_runs_rests_while_the_owner_needs_the_machine_and_goes_on_where_it_was() {
    let world = World::new(4).await;
    let gate = Gate::new("result 2");
    let mut hosts = vec![
        Host::start_as(&world, 0, Does { wrap: Some(gate.wrap()), ..Does::provide() }).await,
        Host::start_as(&world, 1, Does::provide()).await,
    ];
    let folder = tempfile::tempdir().unwrap();
    let sdk = sdk(&world);
    let project = sdk.submit(&job(module(&folder, ECHO), 4), JobId::random(), |_| {}).await.unwrap();
    gate.until_waiting(1).await;
    let owner = hosts[0].provider().owner().clone();
    owner.note(&degrees(250.0));
    assert_eq!(owner.reasons(), [Reason::Temperature]);
    // What runs is stopped: the task at the gate is let go of, and comes there again only when the machine is free.
    world
        .until("blocks come meanwhile", {
            let before = world.chain.look(|seen| seen.best()).await;
            move |seen| seen.best() > before + 3
        })
        .await;
    let report = hosts[0].report();
    assert_eq!(report.resting, [Reason::Temperature]);
    assert!(
        matches!(report.running.as_slice(), [chunk] if chunk.doing == Doing::Resting && chunk.project == project),
        "{report:?}"
    );
    assert_eq!(gate.begun(), ["result 0", "result 1", "result 2"]);
    gate.open();
    owner.note(&degrees(-10.0));
    let progress = finish(&sdk, project).await;
    assert_eq!((progress.finished, progress.without_result, progress.held), (1, 0, 0), "{progress:?}");
    assert_eq!(gate.begun(), ["result 0", "result 1", "result 2", "result 2", "result 3"], "what had ended was not run again");
    let provider = world.owner.node.provider(0).await.unwrap().unwrap();
    assert_eq!((provider.lost, provider.late, provider.score), (0, 0, 1), "{provider:?}");
    for host in &mut hosts {
        host.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_machine_that_rests_claims_nothing_until_it_is_free() {
    let world = World::new(4).await;
    let mut hosts = vec![Host::start_as(&world, 0, Does::provide()).await, Host::start_as(&world, 1, Does::provide()).await];
    let owner = hosts[0].provider().owner().clone();
    owner.note(&degrees(250.0));
    let folder = tempfile::tempdir().unwrap();
    let sdk = sdk(&world);
    let project = sdk.submit(&job(module(&folder, ECHO), 4), JobId::random(), |_| {}).await.unwrap();
    let other = hosts[1].keys().public_key().0;
    let is_commit = |call: &Call| matches!(call, Call::Compute(ComputeCall::Commit { .. }));
    world
        .until("the other one has run it", move |seen| seen.sent(is_commit).any(|one| one.account == other && one.is_done()))
        .await;
    assert_eq!(claims_of(&world, &hosts[0]).await, 0);
    owner.note(&degrees(-10.0));
    let progress = finish(&sdk, project).await;
    assert_eq!((progress.finished, progress.replicas), (1, 2), "{progress:?}");
    assert_eq!(claims_of(&world, &hosts[0]).await, 1, "one claim for one chunk");
    for host in &mut hosts {
        host.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_policy_does_not_take_is_never_claimed() {
    let world = World::new(4).await;
    let folder = tempfile::tempdir().unwrap();
    let module = module(&folder, ECHO);
    let digest = hex::encode(module.digest);
    let with = |policy: String| Does { oci: format!("{NO_CONTAINERS}[policy]\n{policy}\n"), ..Does::provide() };
    let mut hosts = vec![
        Host::start_as(&world, 0, with(format!("programs = {{ deny = [\"{digest}\"] }}"))).await,
        Host::start_as(&world, 1, with("categories = { allow = [\"rendering\"] }".into())).await,
        Host::start_as(&world, 2, with(format!("programs = {{ allow = [\"{digest}\"] }}"))).await,
        Host::start_as(&world, 3, Does::provide()).await,
    ];
    let sdk = sdk(&world);
    let project = sdk.submit(&job(module, 8), JobId::random(), |_| {}).await.unwrap();
    let progress = finish(&sdk, project).await;
    assert_eq!((progress.finished, progress.replicas), (2, 4), "{progress:?}");
    let mut claims = Vec::new();
    for host in &hosts {
        claims.push(claims_of(&world, host).await > 0);
    }
    assert_eq!(claims, [false, false, true, true]);
    for host in &mut hosts {
        host.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_is_claimed_than_the_bond_stands_for() {
    let world = World::new(4).await;
    // Enough for one chunk of a hundred coins at a time; the other one has enough for all.
    let mut hosts = vec![
        Host::start_as(&world, 0, Does { bond: Some(1_500), ..Does::provide() }).await,
        Host::start_as(&world, 1, Does::provide()).await,
    ];
    let folder = tempfile::tempdir().unwrap();
    let sdk = sdk(&world);
    let project = sdk.submit(&job(module(&folder, ECHO), 8), JobId::random(), |_| {}).await.unwrap();
    // One after the other: the bond stands for a chunk until nobody can doubt its result any more.
    let progress = tokio::time::timeout(3 * PATIENCE, sdk.wait(project, |_| {})).await.expect("it ends in time").unwrap();
    assert_eq!((progress.finished, progress.without_result, progress.replicas), (2, 0, 4), "{progress:?}");
    let provider = world.owner.node.provider(0).await.unwrap().unwrap();
    assert_eq!((provider.late, provider.lost, provider.score), (0, 0, 2), "what was drawn was begun: {provider:?}");
    let account = hosts[0].keys().public_key().0;
    let refused = world.chain.look(move |seen| {
        let of = |call: &Call| matches!(call, Call::Compute(ComputeCall::Claim { .. } | ComputeCall::Acknowledge { .. }));
        seen.sent(of).filter(|one| one.account == account && one.is_refused("Projects", "BondTooLow")).count()
    });
    assert_eq!(refused.await, 0);
    for host in &mut hosts {
        host.stop().await;
    }
}
