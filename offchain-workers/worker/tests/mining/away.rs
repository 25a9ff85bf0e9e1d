//! A node that is gone for a while, or tells nothing; and a miner that was off.

use std::time::Duration;

use idlewild_chain_client::Event;
use idlewild_chain_memory::{Pace, Setup};
use idlewild_storage_primitives::DealId;

use crate::support::{setup, timing, ByHand, Site, World};

/// Blocks come slowly enough for a worker to notice, which it does within seconds, that its node is back.
const SLOW: Pace = Pace { quiet: Duration::from_millis(60), longest: Duration::from_millis(500) };

fn patient() -> Setup {
    let mut timing = timing();
    timing.period = 150;
    timing.min_term = 150;
    timing.append_deadline = 200;
    Setup { timing, ..setup() }
}

/// A worker with both slots uploaded, whose deal is made in its absence by `leave`, with some blocks more.
async fn with_a_deal_made_meanwhile(seed: u64, stalled: bool) -> (World, DealId) {
    let mut world = World::with(patient(), [Site::new(0)]).await;
    let by_hand = ByHand::new(seed);
    let mut receipts = Vec::new();
    for slot in 0..2 {
        receipts.push(by_hand.upload(&world.owner, &world.workers[0], slot).await);
    }
    let node = world.workers[0].node.clone();
    if stalled {
        node.stall().await;
    } else {
        node.cut().await;
    }
    let deal = by_hand.deal(&world.owner, &world.chain, receipts).await;
    world.pause();
    world.chain.blocks(20).await;
    assert!(!world.workers[0].holds(deal, 0));
    (world, deal)
}

async fn goes_on(world: &World, deal: DealId) {
    world.until_healthy(deal).await;
    world.workers[0].until("it knows of its slots", |miner| miner.index.slot(deal, 1).unwrap().is_some()).await;
    world.until_proven(0, 2).await;
    let lost = world.chain.look(|seen| seen.count(|event| matches!(event, Event::Missed { .. } | Event::Slashed { .. }))).await;
    assert_eq!(lost, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_node_that_was_gone_is_found_again() {
    let (mut world, deal) = with_a_deal_made_meanwhile(50, false).await;
    world.workers[0].node.mend().await;
    world.running = Some(world.chain.run(SLOW));
    goes_on(&world, deal).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_that_were_not_announced_are_taken_in_all_the_same() {
    let (mut world, deal) = with_a_deal_made_meanwhile(51, true).await;
    let before = world.workers[0].miner().moment().block;
    world.workers[0].node.resume().await;
    world.go_on();
    goes_on(&world, deal).await;
    let index = &world.workers[0].miner().index;
    assert!(index.cursor().unwrap().unwrap().number > before + 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_miner_that_was_off_catches_up_and_proves() {
    let mut world = World::with(patient(), [Site::new(0)]).await;
    let deal = ByHand::new(52).store(&world).await;
    world.until_proven(0, 1).await;
    let (site, _) = world.workers.remove(0).stop().await;
    world.pause();
    world.chain.blocks(40).await;
    world.go_on();
    world.restart(site).await;
    world.until_proven(0, 2).await;
    assert!(world.workers[0].holds(deal, 0) && world.workers[0].holds(deal, 1));
    let failed = world.chain.look(|seen| seen.count(|event| matches!(event, Event::Missed { .. }))).await;
    assert_eq!(failed, 0, "it was away for less than a period");
}
