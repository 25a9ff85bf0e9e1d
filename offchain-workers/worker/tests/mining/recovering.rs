//! An index that is lost or damaged, a disk that has lost shards, and a configuration that the chain refuses.

use idlewild_chain_client::{coins::COIN, Call, Event};
use idlewild_chain_memory::Fault;
use idlewild_storage_primitives::receipt::MAX_VALIDITY;
use idlewild_worker::role::context::index_path;

use crate::support::{bytes, is_append, setup, ByHand, Site, World};

/// Misses and slashes so far.
async fn losses(world: &World) -> usize {
    world.chain.look(|seen| seen.count(|event| matches!(event, Event::Missed { .. } | Event::Slashed { .. }))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_index_is_made_anew_from_the_chain() {
    let mut world = World::new(1).await;
    let first = ByHand::new(90).store(&world).await;
    world.until_healthy(first).await;
    // One slot of the range is cleared again, so that what is held now does not tell the range.
    let short = ByHand { term: 80, ..ByHand::new(91) };
    let second = short.store(&world).await;
    world.until("the short deal is cleared", move |seen| seen.count(|event| matches!(event, Event::Cleared { .. })) == 2).await;
    let third = ByHand::new(92).store(&world).await;
    world.until_healthy(third).await;
    world.until_proven(0, 1).await;
    let before = losses(&world).await;
    let (site, _) = world.workers.remove(0).stop().await;
    std::fs::remove_file(index_path(&site.config.storage.folder)).unwrap();
    world.restart(site).await;
    world.until_proven(0, 2).await;
    let worker = &world.workers[0];
    assert!(worker.holds(first, 1) && worker.holds(third, 0) && !worker.holds(second, 0));
    assert_eq!(worker.miner().trouble(), None);
    assert!(losses(&world).await <= before + 2, "at most the period that it was away in");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shard_that_is_gone_does_not_delay_the_appends_of_others() {
    let world = World::with(setup(), [Site::meek(0)]).await;
    // Nobody answers a repair of it: both shards of the first deal are this miner's, and gone before the deal.
    let lost = ByHand::new(93);
    let mut receipts = Vec::new();
    for slot in 0..2 {
        receipts.push(lost.upload(&world.owner, &world.workers[0], slot).await);
    }
    for slot in 0..2 {
        world.workers[0].miner().store.delete(&lost.key(slot)).await.unwrap();
    }
    lost.deal(&world.owner, &world.chain, receipts).await;
    let sound = ByHand::new(94).store(&world).await;
    world.until_healthy(sound).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_the_chain_refuses_stops_nobody() {
    let mut world = World::new(1).await;
    let deal = ByHand::new(95).store(&world).await;
    world.until_healthy(deal).await;
    let (mut site, _) = world.workers.remove(0).stop().await;
    // Less than is promised already.
    site.config.storage.capacity = 1;
    site.config.storage.price = 2 * COIN;
    world.restart(site).await;
    let record = world.chain.look(|seen| seen.miner(0).unwrap()).await;
    assert_eq!((record.capacity, record.price), (1 << 30, 2 * COIN), "the one is refused, the other is not");
    world.until_proven(0, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_completion_of_unknown_fate_keeps_the_rebuilt_shard() {
    let is_complete = |call: &Call| matches!(call, Call::CompleteRepair { .. });
    let mut world = World::with(setup(), [Site::meek(0), Site::meek(1), Site::new(2)]).await;
    let by_hand = ByHand::new(96);
    let deal = by_hand.store(&world).await;
    world.until_healthy(deal).await;
    // The completion is in a block, and its sender hears nothing but that the connection broke.
    world.workers[2].node.fail_next(1, Fault::LoseAnswer, is_complete).await;
    drop(world.kill(0).await);
    world.until_healthy(deal).await;
    world.until_proven(2, 1).await;
    let stored = world.workers.last().unwrap().miner().store.read(&by_hand.key(0)).await.unwrap();
    assert_eq!(stored, by_hand.shards[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_nothing_knows_of_go_when_no_receipt_can_be_worth_anything_any_more() {
    let mut world = World::new(1).await;
    let stray = bytes::Bytes::from(bytes(98, 5_000));
    let key = idlewild_storage::shard_key::ShardKey { root: *blake3::hash(&stray).as_bytes(), salt: [9; 16], slot: 0 };
    world.workers[0].miner().store.put(key, stray).await.unwrap();
    let (site, _) = world.workers.remove(0).stop().await;
    world.restart(site).await;
    let worker = &world.workers[0];
    let begun = worker.miner().moment().block;
    worker.until("some blocks pass", |miner| miner.moment().block > begun + 30).await;
    assert!(worker.miner().store.contains(&key).await.unwrap(), "it may have been receipted");
    world.chain.blocks(MAX_VALIDITY).await;
    worker.until("it is dropped", |miner| miner.store.used() == 0 && miner.index.all_pending().unwrap().is_empty()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_index_that_is_put_back_costs_no_shard() {
    let mut world = World::with(setup(), [Site::meek(0)]).await;
    let first = ByHand::new(101).store(&world).await;
    world.until_healthy(first).await;
    world.workers[0].until("it knows of its slots", |miner| miner.index.slot(first, 1).unwrap().is_some()).await;
    let (site, _) = world.workers.remove(0).stop().await;
    let path = index_path(&site.config.storage.folder);
    let older = std::fs::read(&path).unwrap();
    world.restart(site).await;
    let later = ByHand::new(102);
    let second = later.store(&world).await;
    world.until_healthy(second).await;
    let (site, _) = world.workers.remove(0).stop().await;
    std::fs::write(&path, older).unwrap();
    world.restart(site).await;
    let worker = &world.workers[0];
    worker.until("it knows of its slots", |miner| miner.index.slot(second, 1).unwrap().is_some()).await;
    // Nobody else has them.
    for slot in 0..2 {
        assert!(worker.miner().store.contains(&later.key(slot)).await.unwrap(), "shard {slot} was deleted");
    }
    world.until_proven(0, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slot_that_is_not_appended_in_time_is_reported() {
    let world = World::with(setup(), [Site::meek(0), Site::new(1)]).await;
    world.workers[0].node.fail_next(u32::MAX, Fault::Refuse, is_append).await;
    ByHand::new(99).store(&world).await;
    let is_report = |call: &Call| matches!(call, Call::ReportUnappended { .. });
    world.until("the slot is reported", move |seen| seen.sent(is_report).any(|report| report.is_done())).await;
}
