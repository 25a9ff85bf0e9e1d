//! Killed in any state of a chunk, a provider goes on from its folder: the chunk ends paid, nothing is paid or said twice, and nobody
//! loses anything.

use std::sync::Arc;

use futures::StreamExt;
use idlewild_chain_client::{Call, ChainClient, ComputeCall, ComputeClient, ComputeEvent, Event};
use idlewild_chain_memory::{Fault, MemoryNode, Seen, Stand};
use idlewild_compute_primitives::{
    chunk::{Stage, Step},
    view::ChunkView,
    Balance, ProjectId,
};
use idlewild_sdk::{submit::JobId, Sdk};
use tempfile::TempDir;

use crate::{
    jobs::{finish, job},
    support::{module, Does, Gate, Host, World, ECHO, PATIENCE},
};

/// Who was paid for a project, and how much each time.
pub(crate) fn payments(seen: &Seen<'_>, of: ProjectId) -> Vec<(u32, Balance)> {
    let paid = |event: &Event| match *event {
        Event::Compute(ComputeEvent::ChunkPaid { project, provider, amount, .. }) if project == of => Some((provider, amount)),
        _ => None,
    };
    seen.events().filter_map(|(_, event)| paid(event)).collect()
}

fn is_claim(call: &Call) -> bool {
    matches!(call, Call::Compute(ComputeCall::Claim { .. }))
}

fn is_acknowledge(call: &Call) -> bool {
    matches!(call, Call::Compute(ComputeCall::Acknowledge { .. }))
}

fn is_commit(call: &Call) -> bool {
    matches!(call, Call::Compute(ComputeCall::Commit { .. }))
}

fn is_reveal(call: &Call) -> bool {
    matches!(call, Call::Compute(ComputeCall::Reveal { .. }))
}

fn is_finalise(call: &Call) -> bool {
    matches!(call, Call::Compute(ComputeCall::Finalise { .. }))
}

/// A chunk of four tasks, the provider that will be killed, and another one: nobody is trusted, so both have to run it.
struct Scene {
    world: World,
    victim: Host,
    other: Host,
    sdk: Sdk,
    project: ProjectId,
    _folder: TempDir,
}

impl Scene {
    async fn begin(does: Does, fault: Option<fn(&Call) -> bool>) -> Self {
        let world = World::new(4).await;
        let node: MemoryNode = world.chain.node();
        if let Some(meant) = fault {
            node.fail_next(1, Fault::Hold, meant).await;
        }
        let victim = Host::start_at(&world, 0, does, node).await;
        let other = Host::start_as(&world, 1, Does::provide()).await;
        let folder = tempfile::tempdir().unwrap();
        let sdk = Sdk::new(world.owner.session.clone(), Arc::new(world.owner.node.clone()));
        let project = sdk.submit(&job(module(&folder, ECHO), 4), JobId::random(), |_| {}).await.unwrap();
        Self { world, victim, other, sdk, project, _folder: folder }
    }

    async fn chunk(&self) -> ChunkView {
        self.sdk.chunks(self.project).await.unwrap().remove(0)
    }

    /// Waits until something is so of the chunk.
    async fn until(&self, what: &str, is: impl Fn(&ChunkView) -> bool) {
        let mut heads = self.world.owner.node.finalized_heads().await.unwrap();
        let waiting = async {
            while !is(&self.chunk().await) {
                heads.next().await.expect("blocks come").unwrap();
            }
        };
        if tokio::time::timeout(PATIENCE, waiting).await.is_err() {
            panic!("this did not happen: {what}. {:?}", self.chunk().await);
        }
    }

    /// Kills the provider, lets something happen, and begins it again while no block comes.
    async fn kill(&mut self, meanwhile: impl AsyncFnOnce(&World)) {
        self.world.pause();
        self.victim.kill().await;
        meanwhile(&self.world).await;
        self.victim.begin(self.world.chain.node()).await;
        self.world.go_on();
    }

    /// The chunk ends as if nobody had been killed.
    async fn ends_well(mut self) {
        let progress = finish(&self.sdk, self.project).await;
        assert_eq!((progress.finished, progress.without_result, progress.held), (1, 0, 0), "{progress:?}");
        let chunk = self.chunk().await;
        let Stage::Final { root: Some(root) } = chunk.stage else { panic!("no result stands: {chunk:?}") };
        let bills: Vec<Balance> = chunk
            .replicas
            .iter()
            .map(|replica| match replica.step {
                Step::Revealed { finding, bill } if finding.root == root && replica.is_paid => bill,
                _ => panic!("it was not shown and paid: {replica:?}"),
            })
            .collect();
        let mut providers: Vec<u32> = chunk.replicas.iter().map(|replica| replica.provider).collect();
        providers.sort_unstable();
        assert_eq!(providers, [0, 1]);
        let node = self.world.owner.node.clone();
        assert!(bills.iter().all(|bill| *bill > 0));
        let project = self.project;
        let paid = self.world.chain.look(move |seen| payments(seen, project)).await;
        for (replica, bill) in chunk.replicas.iter().zip(&bills) {
            let parts = paid.iter().filter(|(provider, _)| *provider == replica.provider).map(|(_, amount)| amount);
            assert_eq!(parts.clone().count(), 2, "at once, and when nobody can doubt it any more: {paid:?}");
            assert_eq!(parts.sum::<Balance>(), *bill, "every bill is paid once");
        }
        assert_eq!(paid.len(), 4, "and nobody else is: {paid:?}");
        for number in [0, 1] {
            let provider = node.provider(number).await.unwrap().unwrap();
            assert_eq!((provider.lost, provider.late, provider.locked, provider.busy), (0, 0, 0, 0), "{provider:?}");
            assert_eq!(provider.score, 1, "{provider:?}");
        }
        let lost = |event: &Event| matches!(event, Event::Compute(ComputeEvent::ChunkLost { .. }));
        assert_eq!(self.world.chain.look(move |seen| seen.count(lost)).await, 0);
        let account = self.victim.keys().public_key().0;
        for (meant, what) in [(is_commit as fn(&Call) -> bool, "commitment"), (is_reveal, "reveal")] {
            let done = self
                .world
                .chain
                .look(move |seen| seen.sent(meant).filter(|one| one.account == account && one.is_done()).count());
            assert_eq!(done.await, 1, "one {what} is taken");
        }
        // What it earned is known to it, whether it was alive at the end or not.
        let bill = chunk.replicas.iter().zip(&bills).find(|(replica, _)| replica.provider == 0).map(|(_, bill)| *bill);
        let mut heads = node.finalized_heads().await.unwrap();
        let counted = async {
            while self.victim.report().finished == 0 {
                heads.next().await.expect("blocks come").unwrap();
            }
        };
        tokio::time::timeout(PATIENCE, counted).await.expect("it hears of the end");
        assert_eq!(Some(self.victim.report().earned), bill);
        self.victim.stop().await;
        self.other.stop().await;
    }
}

/// Kills the provider while a call of its waits, which then goes through or is lost.
async fn with_a_call_in_the_pool(meant: fn(&Call) -> bool, goes_through: bool) {
    let mut scene = Scene::begin(Does::provide(), Some(meant)).await;
    scene.world.until("the call waits", move |seen| seen.sent(meant).any(|one| one.stand == Stand::Held)).await;
    scene
        .kill(async |world: &World| match goes_through {
            true => {
                world.chain.release().await;
                world.chain.blocks(2).await;
            },
            false => world.chain.lose_held().await,
        })
        .await;
    scene.ends_well().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_claim_that_goes_through_while_it_is_dead() {
    with_a_call_in_the_pool(is_claim, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_claim_that_is_lost_with_it() {
    with_a_call_in_the_pool(is_claim, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_it_was_drawn_and_has_not_acknowledged() {
    with_a_call_in_the_pool(is_acknowledge, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_an_acknowledgement_that_goes_through_while_it_is_dead() {
    with_a_call_in_the_pool(is_acknowledge, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_it_runs() {
    let gate = Gate::new("result 2");
    let mut scene = Scene::begin(Does { wrap: Some(gate.wrap()), ..Does::provide() }, None).await;
    gate.until_waiting(1).await;
    scene.kill(async |_: &World| {}).await;
    gate.until_waiting(2).await;
    gate.open();
    scene.ends_well().await;
    let begun = gate.begun();
    let times = |task: &str| begun.iter().filter(|other| *other == task).count();
    assert_eq!((times("result 0"), times("result 1"), times("result 2"), times("result 3")), (1, 1, 2, 1), "{begun:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_result_on_its_disk_and_its_commitment_lost() {
    // The result and its salt are on the disk before the commitment is sent, which nobody hears of.
    with_a_call_in_the_pool(is_commit, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_commitment_that_goes_through_while_it_is_dead() {
    with_a_call_in_the_pool(is_commit, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_it_has_committed_and_its_reveal_is_lost() {
    with_a_call_in_the_pool(is_reveal, false).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_reveal_that_goes_through_while_it_is_dead() {
    with_a_call_in_the_pool(is_reveal, true).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_its_result_is_agreed_to() {
    let mut scene = Scene::begin(Does::provide(), None).await;
    scene.until("it is agreed to", |chunk| matches!(chunk.stage, Stage::Agreed { .. })).await;
    scene.kill(async |_: &World| {}).await;
    scene.ends_well().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn when_it_is_over_and_it_has_not_heard_of_it() {
    let mut scene = Scene::begin(Does::provide(), Some(is_finalise)).await;
    scene.until("it is agreed to", |chunk| matches!(chunk.stage, Stage::Agreed { .. })).await;
    scene.world.pause();
    scene.victim.kill().await;
    scene.world.go_on();
    scene.until("it is over", |chunk| matches!(chunk.stage, Stage::Final { .. })).await;
    scene.victim.begin(scene.world.chain.node()).await;
    scene.ends_well().await;
}
