//! What is over is cleared from the range, and its bytes go; what is not over stays.

use idlewild_chain_client::{Call, Event};
use idlewild_chain_memory::{Fault, Setup};
use idlewild_network::transfer::Reason;
use idlewild_worker::role::Miner;

use crate::support::{bytes, is_append, setup, timing, ByHand, Site, World};

fn has_nothing(miner: &Miner) -> bool {
    miner.store.used() == 0 && miner.index.all_held().unwrap().is_empty() && miner.index.all_pending().unwrap().is_empty()
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_term_slots_are_cleared_and_their_bytes_deleted() {
    let world = World::new(4).await;
    let report = world.owner.put_for("file", &bytes(2, 100_000), timing().min_term, |_| {}).await.unwrap();
    let deal = report.deals[0];
    world.until_healthy(deal).await;
    for worker in &world.workers {
        assert!(worker.miner().store.used() > 0, "the shard is on disk while the deal lasts");
    }
    world
        .until("the deal is closed", move |seen| {
            seen.count(|event| matches!(event, Event::Closed { deal: of, .. } if *of == deal)) == 1
        })
        .await;
    world.until("all four slots are cleared", |seen| seen.count(|event| matches!(event, Event::Cleared { .. })) == 4).await;
    for worker in &world.workers {
        worker.until("the bytes are deleted", has_nothing).await;
        let record = worker.miner().chain.miner(worker.id()).await.unwrap().unwrap();
        assert_eq!((record.used, record.slots), (0, 0), "capacity and bond are free again");
    }
    let lost = world.chain.look(|seen| seen.count(|event| matches!(event, Event::Missed { .. } | Event::Slashed { .. }))).await;
    assert_eq!(lost, 0, "no honest miner may lose anything at the end of a term");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_miner_that_has_failed_does_not_ask_to_clear_what_it_held() {
    let sites = (0..4).map(|number| {
        let mut site = Site::new(number);
        site.config.storage.repair = false;
        site
    });
    let mut world = World::with(setup(), sites).await;
    let report = world.owner.put_for("file", &bytes(4, 50_000), timing().min_term, |_| {}).await.unwrap();
    let deal = report.deals[0];
    world.until_healthy(deal).await;
    let dead = &world.workers[3];
    dead.until("it has taken its append in", |miner| !miner.index.all_held().unwrap().is_empty()).await;
    let site = world.kill(3).await;
    world.until("miner 3 has failed", |seen| seen.count(|event| *event == Event::Failed { miner: 3 }) == 1).await;
    let is_cleared = |event: &Event| matches!(event, Event::Cleared { .. });
    world.until("the others' slots are cleared", move |seen| seen.count(is_cleared) == 3).await;
    let since = world.chain.look(|seen| seen.best()).await;
    world.restart(site).await;
    let failed = world.workers.last().unwrap();
    // Each ten blocks it is looked what is over.
    failed.until("it had time to look twice", |miner| miner.moment().block > since + 30).await;
    assert!(
        failed.miner().is_in_step() && !failed.miner().index.all_held().unwrap().is_empty(),
        "there would be what to clear"
    );
    let sent = world.chain.look(|seen| seen.sent(|call| matches!(call, Call::Clear { miner: 3, .. })).count()).await;
    assert_eq!(sent, 0, "the chain would refuse it, for a fee, again and again");
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_no_deal_asked_for_in_time_are_deleted() {
    let world = World::new(1).await;
    let (by_hand, worker) = (ByHand::new(3), &world.workers[0]);
    let mut request = by_hand.request(&world.owner, worker, 0);
    request.valid_until = worker.miner().moment().block + 40;
    let until = request.valid_until;
    by_hand.send(&world.owner, worker, request).await.unwrap();
    worker.until("the receipt's last block is final", |miner| miner.moment().block >= until).await;
    assert!(worker.miner().store.used() > 0, "the bytes stay as long as the receipt is worth anything");
    worker.until("the bytes are deleted", has_nothing).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_request_that_ends_sooner_does_not_shorten_an_earlier_receipt() {
    let world = World::new(1).await;
    let (by_hand, worker) = (ByHand::new(4), &world.workers[0]);
    let earlier = by_hand.upload(&world.owner, worker, 0).await;
    let mut again = by_hand.request(&world.owner, worker, 0);
    again.valid_until = worker.miner().moment().block + 20;
    let soon = again.valid_until;
    assert!(soon < earlier.valid_until);
    by_hand.send(&world.owner, worker, again).await.unwrap();
    worker.until("the later request is over for long", |miner| miner.moment().block > soon + 30).await;
    assert!(worker.miner().store.contains(&by_hand.key(0)).await.unwrap(), "the earlier receipt is still worth its bytes");
    let second = by_hand.upload(&world.owner, worker, 1).await;
    let deal = by_hand.deal(&world.owner, &world.chain, vec![earlier, second]).await;
    world.until_healthy(deal).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_replayed_when_the_deal_stands_is_refused_and_costs_the_miner_nothing() {
    let world = World::new(1).await;
    let (by_hand, worker) = (ByHand::new(5), &world.workers[0]);
    let mut request = by_hand.request(&world.owner, worker, 0);
    request.valid_until = worker.miner().moment().block + 100;
    let until = request.valid_until;
    let first = by_hand.send(&world.owner, worker, request.clone()).await.unwrap();
    let second = by_hand.upload(&world.owner, worker, 1).await;
    let deal = by_hand.deal(&world.owner, &world.chain, vec![first, second]).await;
    world.until_healthy(deal).await;
    worker.until("it takes its append in", |miner| miner.index.slot(deal, 0).unwrap().is_some()).await;
    let used = worker.miner().store.used();
    let error = by_hand.send(&world.owner, worker, request).await.unwrap_err();
    let refusal = error.refusal().unwrap_or_else(|| panic!("{error}"));
    assert_eq!(refusal.reason, Reason::NotTaking, "{refusal}");
    worker.until("the replayed request is over for long", |miner| miner.moment().block > until + 30).await;
    assert_eq!(worker.miner().store.used(), used, "the bytes of a held slot must stay");
    world.until_proven(0, 2).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_that_a_lagging_node_does_not_know_yet_keeps_its_shards() {
    let mut timing = timing();
    timing.append_deadline = 400;
    let world = World::with(Setup { timing, ..setup() }, [Site::meek(0)]).await;
    let (by_hand, worker) = (ByHand::new(8), &world.workers[0]);
    worker.node.fail_next(u32::MAX, Fault::Refuse, is_append).await;
    let before = world.chain.look(|seen| seen.heads().last().unwrap().number).await;
    let deal = by_hand.store(&world).await;
    let key = by_hand.key(0);
    worker
        .until("it knows of its deal", move |miner| miner.index.pending(&key).unwrap().is_some_and(|it| it.deal.is_some()))
        .await;
    worker.node.fall_behind(before).await;
    let begun = worker.miner().moment().block;
    worker.until("it has looked for what is over", |miner| miner.moment().block > begun + 30).await;
    for slot in 0..2 {
        assert!(worker.miner().store.contains(&by_hand.key(slot)).await.unwrap(), "shard {slot} of a new deal was deleted");
    }
    worker.node.catch_up().await;
    worker.node.forgive().await;
    world.until_healthy(deal).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_that_ended_before_its_slots_were_appended_does_not_hold_up_another() {
    let mut world = World::with(setup(), [Site::meek(0)]).await;
    let short = ByHand { term: timing().min_term, ..ByHand::new(6) };
    let long = ByHand::new(7);
    let mut receipts = Vec::new();
    for by_hand in [&short, &long] {
        let first = by_hand.upload(&world.owner, &world.workers[0], 0).await;
        receipts.push(vec![first, by_hand.upload(&world.owner, &world.workers[0], 1).await]);
    }
    let site = world.kill(0).await;
    short.deal(&world.owner, &world.chain, receipts.remove(0)).await;
    world.chain.blocks(timing().min_term + 5).await;
    let deal = long.deal(&world.owner, &world.chain, receipts.remove(0)).await;
    world.restart(site).await;
    world.until_healthy(deal).await;
    world.until_proven(0, 1).await;
}
