//! Lost slots are repaired to full health, and the repaired bytes are the right ones.

use idlewild_chain_client::Event;

use crate::support::{bytes, holders, setup, ByHand, Site, World};

#[tokio::test(flavor = "multi_thread")]
async fn a_failed_miners_slot_is_repaired_and_the_repaired_shard_alone_makes_up_for_it() {
    let mut world = World::new(5).await;
    let content = bytes(8, 200_000);
    let deal = world.owner.put("file", &content).await.deals[0];
    world.until_healthy(deal).await;
    let before = world.chain.look(move |seen| holders(seen, deal)).await;
    let dead = before[0].unwrap();
    let slot = 0u8;
    // Disk and all: the site is dropped.
    drop(world.kill(dead as usize).await);
    world
        .until("the dead miner has failed", move |seen| seen.count(|event| *event == Event::Failed { miner: dead }) == 1)
        .await;
    world.until_healthy(deal).await;
    let after = world.chain.look(move |seen| holders(seen, deal)).await;
    let repairer = after[usize::from(slot)].unwrap();
    assert_ne!(repairer, dead);
    assert_eq!(after[1..], before[1..], "the sound slots stay where they are");
    world
        .until("the repairer has proven itself and is paid", move |seen| {
            seen.count(|event| matches!(event, Event::BountyPaid { miner, .. } if *miner == repairer)) == 1
        })
        .await;

    // Of four shards any two are the file: the repaired one and one other must do.
    let keep: Vec<u32> = after.iter().flatten().copied().filter(|miner| *miner != repairer).take(1).collect();
    while let Some(place) = world.workers.iter().position(|worker| worker.id() != repairer && !keep.contains(&worker.id())) {
        world.kill(place).await;
    }
    assert_eq!(world.owner.get("file").await, content);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repairer_uses_what_it_holds_itself() {
    // Only the holder of the other shard is left to repair, and there is nobody to fetch from.
    let mut world = World::with(setup(), (0..2).map(Site::new)).await;
    let by_hand = ByHand::new(9);
    let deal = by_hand.store(&world).await;
    world.until_healthy(deal).await;
    drop(world.kill(0).await);
    world.until("miner 0 has failed", |seen| seen.count(|event| *event == Event::Failed { miner: 0 }) == 1).await;
    world.until_healthy(deal).await;
    assert_eq!(world.chain.look(move |seen| holders(seen, deal)).await, [Some(1), Some(1)]);
    let stored = world.workers[0].miner().store.read(&by_hand.key(0)).await.unwrap();
    assert_eq!(stored, by_hand.shards[0]);
    world
        .until("its probation is over", |seen| seen.count(|event| matches!(event, Event::BountyPaid { miner: 1, .. })) == 1)
        .await;
}
