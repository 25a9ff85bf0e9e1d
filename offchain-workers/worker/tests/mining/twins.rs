//! Two owners' deals that ask one miner for a shard of the same name.

use idlewild_chain_client::Event;
use idlewild_storage::records::Pending;
use idlewild_storage_primitives::receipt::SlotReceipt;

use crate::support::{is_create, setup, timing, ByHand, Owner, Site, World};

/// Uploads both slots to the only worker.
async fn uploaded(world: &World, owner: &Owner, by_hand: &ByHand) -> Vec<SlotReceipt> {
    let mut receipts = Vec::new();
    for slot in 0..2 {
        receipts.push(by_hand.upload(owner, &world.workers[0], slot).await);
    }
    receipts
}

#[tokio::test(flavor = "multi_thread")]
async fn the_slots_of_both_are_appended_in_time() {
    let mut world = World::with(setup(), [Site::meek(0)]).await;
    let (by_hand, other) = (ByHand::new(180), Owner::another(&world.chain).await);
    let first = uploaded(&world, &world.owner, &by_hand).await;
    // As where the index was lost, and with it whose these are: the miner promises them once more.
    for slot in 0..2 {
        let index = &world.workers[0].miner().index;
        let record = index.pending(&by_hand.key(slot)).unwrap().unwrap();
        index.add_pending(&Pending { owner: [0; 32], ..record }).unwrap();
    }
    let second = uploaded(&world, &other, &by_hand).await;
    world.pause();
    let chain = world.chain.clone();
    let blocks = async {
        chain.until("both deals wait", |seen| seen.sent(is_create).count() == 2).await;
        chain.blocks(3).await;
    };
    let (one, two) = (by_hand.deal(&world.owner, &chain, first), by_hand.deal(&other, &chain, second));
    let (one, two, ()) = tokio::join!(one, two, blocks);
    world.go_on();
    world.until_healthy(one).await;
    world.until_healthy(two).await;
    let late = world.chain.look(|seen| {
        let made = seen.events().find(|(_, event)| matches!(event, Event::Created { .. })).unwrap().0;
        let last = made + timing().append_deadline;
        seen.events().filter(|(block, event)| matches!(event, Event::Appended { .. }) && *block > last).count()
    });
    assert_eq!(late.await, 0, "anybody could have had the miner slashed for a slot that was appended so late");
    world.until_proven(0, 1).await;
}
