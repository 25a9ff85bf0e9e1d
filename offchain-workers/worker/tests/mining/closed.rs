//! Slots of deals that are closed when their blocks are taken in: their leaves are what they were, or are not told yet.

use std::sync::Arc;

use idlewild_chain_memory::{Fault, Stand};
use idlewild_storage_primitives::DealId;

use crate::support::{is_append, ByHand, Closing, Site, Word, Worker, World, PATIENCE};

/// A worker that appends a deal of two copies, while its node says this of deals. No more blocks come.
async fn appended_while(word: Word, seed: u64) -> (World, Arc<Closing>, DealId) {
    let mut world = World::new(0).await;
    let node = Arc::new(Closing::new(world.chain.node()));
    world.workers.push(Worker::start_behind(node.clone(), Site::meek(0)).await);
    node.node.fail_next(1, Fault::Hold, is_append).await;
    let by_hand = ByHand::of_copies(seed, 2);
    let mut receipts = Vec::new();
    for slot in 0..4 {
        receipts.push(by_hand.upload(&world.owner, &world.workers[0], slot).await);
    }
    let deal = by_hand.deal(&world.owner, &world.chain, receipts).await;
    world.until("the append waits", |seen| seen.sent(is_append).any(|append| append.stand == Stand::Held)).await;
    // Far from the blocks in which it looks for what is over: it would take the node at its word.
    world.until("a block comes that ends in 3 to 6", |seen| (3..7).contains(&(seen.best() % 10))).await;
    world.pause();
    node.say(word);
    world.chain.release().await;
    world.chain.blocks(2).await;
    (world, node, deal)
}

/// The copies that the leaves of a deal's slots are of, by slot.
fn copies(world: &World, deal: DealId) -> Vec<u8> {
    let slots = world.workers[0].miner().index.slots_of_deal(deal).unwrap();
    slots.into_iter().map(|(_, held)| held.leaf.copy).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_deal_was_is_asked_for_again_where_the_answer_came_too_late() {
    let (mut world, node, deal) = appended_while(Word::Late, 170).await;
    world.workers[0].until("it knows of its slots", |miner| miner.index.slot(deal, 3).unwrap().is_some()).await;
    assert!(node.was_late());
    assert_eq!(copies(&world, deal), [0, 0, 1, 1]);
    node.say(Word::True);
    world.go_on();
    world.until_proven(0, 1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_cannot_be_told_is_not_guessed() {
    let (mut world, node, deal) = appended_while(Word::Forgotten, 171).await;
    let mut troubles = world.workers[0].miner().troubles();
    let troubled = tokio::time::timeout(PATIENCE, troubles.wait_for(Option::is_some)).await;
    troubled.expect("it did not notice that it cannot follow").expect("the worker runs");
    assert!(copies(&world, deal).is_empty(), "the range would be another than the chain's");
    node.say(Word::True);
    world.workers[0].until("it knows of its slots", |miner| miner.index.slot(deal, 3).unwrap().is_some()).await;
    assert_eq!(copies(&world, deal), [0, 0, 1, 1]);
    world.go_on();
    world.until_proven(0, 1).await;
}
