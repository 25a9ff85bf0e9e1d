//! A node that has forgotten the state of old blocks, and a worker that needs it.

use idlewild_chain_client::{Call, Event};
use idlewild_chain_memory::Setup;
use idlewild_network::transfer::Reason;
use idlewild_storage_primitives::DealId;
use idlewild_worker::role;

use crate::support::{is_append, operator, setup, timing, ByHand, Site, World, PATIENCE};

/// Time enough to append although the chain was not followed for a while.
fn patient() -> Setup {
    let mut timing = timing();
    timing.append_deadline = 400;
    Setup { timing, ..setup() }
}

async fn appends(world: &World) -> usize {
    world.chain.look(|seen| seen.sent(is_append).count()).await
}

/// Uploads both slots to the only worker, whose deal is made later.
async fn uploaded(world: &World, by_hand: &ByHand) -> Vec<idlewild_storage_primitives::receipt::SlotReceipt> {
    let mut receipts = Vec::new();
    for slot in 0..2 {
        receipts.push(by_hand.upload(&world.owner, &world.workers[0], slot).await);
    }
    receipts
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_still_has_the_chains_range_is_kept_and_goes_on() {
    let mut world = World::with(patient(), [Site::meek(0)]).await;
    // A leaf that was cleared and another behind it, so that what is held now does not tell the range.
    let short = ByHand { term: timing().min_term, ..ByHand::new(110) };
    short.store(&world).await;
    let long = ByHand::new(111).store(&world).await;
    world.until_healthy(long).await;
    world.until("the short deal is cleared", |seen| seen.count(|event| matches!(event, Event::Cleared { .. })) == 2).await;
    world.workers[0]
        .until("it has nothing more to clear", |miner| miner.index.all_held().is_ok_and(|held| held.len() == 2))
        .await;
    let meanwhile = ByHand::new(112);
    let receipts = uploaded(&world, &meanwhile).await;
    let (site, _) = world.workers.remove(0).stop().await;
    let deal = meanwhile.deal(&world.owner, &world.chain, receipts).await;
    let node = world.chain.node();
    world.chain.blocks(5).await;
    node.prune().await;
    world.workers.push(crate::support::Worker::start_at(node, site).await);
    world.until_healthy(deal).await;
    world.until_proven(0, 2).await;
    let worker = &world.workers[0];
    assert!(worker.holds(long, 0) && worker.holds(deal, 1));
    assert_eq!(worker.miner().trouble(), None);
}

/// A worker that heard of nothing while its operator's key appended a deal's slots elsewhere, in an order that only events
/// tell, and whose node has forgotten these. A second deal waits for its slots.
async fn out_of_step() -> (World, DealId) {
    let mut world = World::with(patient(), [Site::meek(0)]).await;
    let (first, second) = (ByHand::new(113), ByHand::new(114));
    let (firsts, seconds) = (uploaded(&world, &first).await, uploaded(&world, &second).await);
    let node = world.workers[0].node.clone();
    node.stall().await;
    let deal = first.deal(&world.owner, &world.chain, firsts).await;
    for slot in [1, 0] {
        let append = Call::Append { miner: 0, slots: vec![(deal, slot)] };
        world.chain.act(operator(0).public_key().0, append).await.expect("the chain takes it");
    }
    let waits = second.deal(&world.owner, &world.chain, seconds).await;
    world.pause();
    world.chain.blocks(5).await;
    node.prune().await;
    let mut troubles = world.workers[0].miner().troubles();
    node.resume().await;
    let troubled = tokio::time::timeout(PATIENCE, troubles.wait_for(Option::is_some)).await;
    troubled.expect("it did not notice that it cannot follow").expect("the worker runs");
    (world, waits)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_cannot_follow_changes_nothing_and_promises_nothing() {
    let (mut world, waits) = out_of_step().await;
    let before = appends(&world).await;
    let miner = world.workers[0].miner().clone();
    assert!(!miner.is_in_step());
    // What the role does where it is woken without a block, and looks through all deals. No block comes that would end an append.
    let moment = role::Moment { block: miner.moment().block + 1_000, ..miner.moment() };
    let step = tokio::time::timeout(PATIENCE, role::append::step(miner.clone(), moment)).await;
    step.expect("it must append nothing that its index would never learn of").unwrap();
    assert_eq!(appends(&world).await, before);
    let more = ByHand::new(115);
    let request = more.request(&world.owner, &world.workers[0], 0);
    let error = more.send(&world.owner, &world.workers[0], request).await.unwrap_err();
    assert_eq!(error.refusal().map(|refusal| refusal.reason), Some(Reason::NotTaking), "{error}");
    // With a node that remembers it goes on.
    world.workers[0].node.remember().await;
    world.go_on();
    world.until_healthy(waits).await;
    world.workers[0].until("it follows the chain", role::Miner::is_in_step).await;
    world.until_proven(0, 1).await;
}
