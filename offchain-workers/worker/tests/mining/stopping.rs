//! A graceful stop ends soon, whatever the miner is doing.

use idlewild_chain_memory::{Fault, Stand};

use crate::support::{bytes, is_append, ByHand, World, STOPS_WITHIN};

#[tokio::test(flavor = "multi_thread")]
async fn at_rest_and_with_peers_connected() {
    let mut world = World::new(4).await;
    let content = bytes(60, 100_000);
    let deal = world.owner.put("file", &content).await.deals[0];
    world.until_healthy(deal).await;
    assert_eq!(world.owner.get("file").await, content);
    let mut sites = Vec::new();
    for _ in 0..4 {
        let (site, took) = world.workers.remove(0).stop().await;
        assert!(took < STOPS_WITHIN, "a stop took {took:?}");
        sites.push(site);
    }
    for site in sites {
        world.restart(site).await;
    }
    assert_eq!(world.owner.get("file").await, content);
    world.until_proven(0, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_transaction_waits() {
    let mut world = World::new(1).await;
    world.workers[0].node.fail_next(1, Fault::Hold, is_append).await;
    let deal = ByHand::new(61).store(&world).await;
    world.until("the append waits", |seen| seen.sent(is_append).any(|append| append.stand == Stand::Held)).await;
    let (site, took) = world.workers.remove(0).stop().await;
    assert!(took < STOPS_WITHIN, "a stop took {took:?}");
    world.chain.release().await;
    world.restart(site).await;
    world.until_healthy(deal).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_it_pauses_after_failures() {
    let mut world = World::new(1).await;
    world.workers[0].node.fail_next(u32::MAX, Fault::Refuse, is_append).await;
    ByHand::new(62).store(&world).await;
    // By then the pauses are longer than a stop may take, more often than not.
    world.until("the append was refused five times", |seen| seen.sent(is_append).count() >= 5).await;
    let (_, took) = world.workers.remove(0).stop().await;
    assert!(took < STOPS_WITHIN, "a stop took {took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_its_node_is_gone() {
    let mut world = World::new(1).await;
    let deal = ByHand::new(63).store(&world).await;
    world.until_healthy(deal).await;
    world.workers[0].node.cut().await;
    let best = world.chain.look(|seen| seen.best()).await;
    world.until("some blocks pass", move |seen| seen.best() > best + 10).await;
    let (site, took) = world.workers.remove(0).stop().await;
    assert!(took < STOPS_WITHIN, "a stop took {took:?}");
    assert_eq!(site.shards().await.len(), 2, "what it holds stays");
}
