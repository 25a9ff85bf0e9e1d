//! Killed at any step, a miner goes on from its folder where it was.

use std::sync::{
    atomic::{AtomicBool, Ordering},
    Arc,
};

use idlewild_chain_client::{Call, Event};
use idlewild_chain_memory::{Fault, Stand};
use idlewild_client::PutEvent;

use crate::support::{bytes, holders, is_append, is_prove, setup, ByHand, Site, World, LONG};

fn is_claim(call: &Call) -> bool {
    matches!(call, Call::ClaimRepair { .. })
}

fn is_complete(call: &Call) -> bool {
    matches!(call, Call::CompleteRepair { .. })
}

#[tokio::test(flavor = "multi_thread")]
async fn after_an_upload_and_before_the_deal() {
    let mut world = World::new(1).await;
    let by_hand = ByHand::new(20);
    let mut receipts = Vec::new();
    for slot in 0..2 {
        receipts.push(by_hand.upload(&world.owner, &world.workers[0], slot).await);
    }
    let site = world.kill(0).await;
    assert_eq!(site.shards().await.len(), 2, "what is receipted is on disk");
    let deal = by_hand.deal(&world.owner, &world.chain, receipts).await;
    world.restart(site).await;
    world.until_healthy(deal).await;
    world.until_proven(0, 1).await;
    let appends = world.chain.look(|seen| seen.sent(is_append).count()).await;
    assert_eq!(appends, 1, "both slots go into one transaction, once");
}

#[tokio::test(flavor = "multi_thread")]
async fn after_the_deal_and_before_anything_was_sent() {
    let mut world = World::new(1).await;
    let by_hand = ByHand::new(21);
    let mut receipts = Vec::new();
    for slot in 0..2 {
        receipts.push(by_hand.upload(&world.owner, &world.workers[0], slot).await);
    }
    // It hears of no block, and so not of its deal.
    world.workers[0].node.stall().await;
    let deal = by_hand.deal(&world.owner, &world.chain, receipts).await;
    let site = world.kill(0).await;
    world.restart(site).await;
    world.until_healthy(deal).await;
    world.until_proven(0, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn with_an_append_in_the_pool_that_goes_through_while_it_is_dead() {
    let mut world = World::new(1).await;
    world.workers[0].node.fail_next(1, Fault::Hold, is_append).await;
    let deal = ByHand::new(22).store(&world).await;
    world.until("the append waits", |seen| seen.sent(is_append).any(|append| append.stand == Stand::Held)).await;
    let site = world.kill(0).await;
    world.chain.release().await;
    world.until_healthy(deal).await;
    world.restart(site).await;
    world.workers[0].until("it knows of its slots", |miner| miner.index.slot(deal, 1).unwrap().is_some()).await;
    assert!(world.workers[0].holds(deal, 0));
    world.until_proven(0, 2).await;
    let appends = world.chain.look(|seen| seen.sent(is_append).count()).await;
    assert_eq!(appends, 1, "what is appended must not be appended again");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_an_append_in_the_pool_that_is_lost_with_it() {
    let mut world = World::new(1).await;
    world.workers[0].node.fail_next(1, Fault::Hold, is_append).await;
    let deal = ByHand::new(23).store(&world).await;
    world.until("the append waits", |seen| seen.sent(is_append).any(|append| append.stand == Stand::Held)).await;
    let site = world.kill(0).await;
    world.chain.lose_held().await;
    world.restart(site).await;
    world.until_healthy(deal).await;
    world.until_proven(0, 1).await;
    let nonces = world.chain.look(|seen| seen.sent(is_append).map(|append| append.nonce).collect::<Vec<_>>()).await;
    assert_eq!(nonces.len(), 2, "the lost append is sent again, once");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_proof_in_the_pool() {
    let mut world = World::new(1).await;
    world.workers[0].node.fail_next(1, Fault::Hold, is_prove).await;
    ByHand::new(24).store(&world).await;
    world.until("a proof waits", |seen| seen.sent(is_prove).any(|proof| proof.stand == Stand::Held)).await;
    let site = world.kill(0).await;
    world.chain.lose_held().await;
    world.restart(site).await;
    world.until_proven(0, 2).await;
    let missed = world.chain.look(|seen| seen.count(|event| matches!(event, Event::Missed { .. }))).await;
    assert_eq!(missed, 0, "there was time enough to prove the period again");
}

/// Two holders that repair nothing, one of which is killed, and a third that repairs. Returns the deal, with the third's
/// completion held back.
async fn with_a_repair_under_way(seed: u64) -> (World, u64) {
    let sites = [Site::meek(0), Site::meek(1), Site::new(2)];
    let mut world = World::with(setup(), sites).await;
    let deal = ByHand::new(seed).store(&world).await;
    world.until_healthy(deal).await;
    world.workers[2].node.fail_next(1, Fault::Hold, is_complete).await;
    drop(world.kill(0).await);
    world.until("a repair waits to be completed", |seen| seen.sent(is_complete).any(|one| one.stand == Stand::Held)).await;
    (world, deal)
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_shard_rebuilt_and_its_completion_lost() {
    let (mut world, deal) = with_a_repair_under_way(25).await;
    // Place 1, because the first worker is gone.
    let site = world.kill(1).await;
    assert_eq!(site.shards().await.len(), 1, "the rebuilt shard is on disk before the chain is told");
    world.chain.lose_held().await;
    world.restart(site).await;
    world.until_healthy(deal).await;
    world.until_proven(2, 1).await;
    let (who, claims) =
        world.chain.look(move |seen| (holders(seen, deal), seen.sent(is_claim).filter(|claim| claim.is_done()).count())).await;
    assert_eq!(who, [Some(2), Some(1)]);
    assert_eq!(claims, 1, "the claim of before the kill is carried on with");
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_completion_that_goes_through_while_it_is_dead() {
    let (mut world, deal) = with_a_repair_under_way(26).await;
    let site = world.kill(1).await;
    world.chain.release().await;
    world.until_healthy(deal).await;
    world.restart(site).await;
    world.workers[1].until("it knows of its slot", |miner| miner.index.slot(deal, 0).unwrap().is_some()).await;
    world.until_proven(2, 2).await;
    let completions = world.chain.look(|seen| seen.sent(is_complete).count()).await;
    assert_eq!(completions, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn with_a_rebuilt_shard_that_somebody_else_was_quicker_with() {
    let (mut world, deal) = with_a_repair_under_way(27).await;
    let site = world.kill(1).await;
    world.chain.lose_held().await;
    // Another miner comes and repairs the slot.
    world.restart(Site::new(3)).await;
    world.until_healthy(deal).await;
    assert_eq!(world.chain.look(move |seen| holders(seen, deal)).await, [Some(3), Some(1)]);
    world.restart(site).await;
    let late = world.workers.last().unwrap();
    assert_eq!(late.id(), 2);
    late.until("it drops the bytes that it no longer needs", |miner| {
        miner.store.used() == 0 && miner.index.all_pending().unwrap().is_empty()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_file_is_being_put() {
    let mut world = World::new(5).await;
    let content = bytes(28, 4 << 20);
    let (begun, beginning) = tokio::sync::oneshot::channel();
    let begun = std::sync::Mutex::new(Some(begun));
    let refused = Arc::new(AtomicBool::new(false));
    let told = refused.clone();
    let put = world.owner.put_for("file", &content, LONG, move |event| match event {
        PutEvent::Sent(_) => {
            if let Some(begun) = begun.lock().unwrap().take() {
                let _ = begun.send(());
            }
        },
        PutEvent::Refused { .. } => told.store(true, Ordering::Relaxed),
        _ => {},
    });
    let victim = world.workers.remove(0);
    let killing = async {
        beginning.await.expect("the put sends bytes");
        victim.kill().await
    };
    let (report, site) = tokio::join!(put, killing);
    let deal = report.expect("four of five miners are enough").deals[0];
    world.restart(site).await;
    world.until_healthy(deal).await;
    assert_eq!(world.owner.get("file").await, content, "a miner refused: {}", refused.load(Ordering::Relaxed));
    let wrong = world.chain.look(|seen| seen.count(|event| matches!(event, Event::Failed { .. }))).await;
    assert_eq!(wrong, 0);
}
