//! A slot that nobody filled when the file was put is filled later.

use crate::support::{bytes, holders, World};

#[tokio::test(flavor = "multi_thread")]
async fn a_slot_that_nobody_took_is_filled_by_repair() {
    let mut world = World::new(4).await;
    // It stands on chain and does not answer.
    let gone = world.kill(2).await;
    let content = bytes(11, 120_000);
    let report = world.owner.put("file", &content).await;
    assert_eq!(report.unfilled, 1, "three of four miners can take a shard");
    let deal = report.deals[0];
    let empty = world.chain.look(move |seen| holders(seen, deal).iter().position(Option::is_none)).await;
    let empty = empty.expect("one slot is empty");
    world.until_healthy(deal).await;
    let who = world.chain.look(move |seen| holders(seen, deal)).await;
    let filler = who[empty].unwrap();
    assert_ne!(filler, 2);
    assert_eq!(who.iter().filter(|miner| **miner == Some(2)).count(), 0);
    drop(gone);

    // It holds its own shard and the filled one, and any two are the file.
    assert_eq!(who.iter().filter(|miner| **miner == Some(filler)).count(), 2, "{who:?}");
    while let Some(place) = world.workers.iter().position(|worker| worker.id() != filler) {
        world.kill(place).await;
    }
    assert_eq!(world.owner.get("file").await, content);
}
