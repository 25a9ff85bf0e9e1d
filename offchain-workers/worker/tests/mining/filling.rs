//! A slot that nobody filled when the file was put is filled later: by the owner for nothing, or by repair.

use std::sync::{Arc, Mutex};

use idlewild_chain_client::{Call, Event};
use idlewild_client::{put::Told, FillError, PutEvent};
use idlewild_storage_primitives::DealId;

use crate::support::{bytes, holders, options, setup, Site, World};

/// Four miners that repair nothing, and a file of which one of them took no shard.
async fn with_an_open_slot(content: &[u8]) -> (World, Site, DealId) {
    let mut world = World::with(setup(), (0..4).map(Site::meek)).await;
    let gone = world.kill(2).await;
    let report = world.owner.put("file", content).await;
    assert_eq!(report.unfilled, 1, "three of four miners can take a shard");
    (world, gone, report.deals[0])
}

async fn fill(world: &World, deal: DealId) -> (Result<u32, FillError>, Vec<PutEvent>) {
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = told.clone();
    let tell: Told = Arc::new(move |event| tell.lock().unwrap().push(event));
    let filled = world.owner.session.fill(deal, &options(0).wish, &tell).await;
    let told = std::mem::take(&mut *told.lock().unwrap());
    (filled, told)
}

/// Calls that fill slots, from anybody.
async fn fillings(world: &World) -> usize {
    world.chain.look(|seen| seen.sent(|call| matches!(call, Call::FillSlots { .. })).count()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_fills_what_a_miner_that_is_back_can_take() {
    let content = bytes(130, 120_000);
    let (mut world, gone, deal) = with_an_open_slot(&content).await;
    let (left, _) = fill(&world, deal).await;
    assert_eq!(left.unwrap(), 1, "nobody can take it, and that is no failure");
    assert_eq!(fillings(&world).await, 0, "nothing is sent, and no fee is paid, where there is no receipt");

    world.restart(gone).await;
    let (left, told) = fill(&world, deal).await;
    assert_eq!(left.unwrap(), 0);
    assert!(told.iter().any(|event| matches!(event, PutEvent::Filled { deal: of, slots: 1 } if *of == deal)), "{told:?}");
    let mut who = world.chain.look(move |seen| holders(seen, deal)).await;
    who.sort_unstable();
    assert_eq!(who, [Some(0), Some(1), Some(2), Some(3)], "each miner has one shard");
    world.until_healthy(deal).await;
    let bounties = world.chain.look(|seen| seen.count(|event| matches!(event, Event::Claimed { .. }))).await;
    assert_eq!(bounties, 0, "nobody is paid for a repair");

    let (left, told) = fill(&world, deal).await;
    assert_eq!((left.unwrap(), told.len(), fillings(&world).await), (0, 0, 1), "there is nothing left to do");

    // What it got is the shard that was missing.
    world.kill_miner(0).await;
    world.kill_miner(1).await;
    assert_eq!(world.owner.get("file").await, content);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_filled_from_too_few_shards() {
    let (mut world, gone, deal) = with_an_open_slot(&bytes(131, 120_000)).await;
    world.restart(gone).await;
    world.kill_miner(0).await;
    world.kill_miner(1).await;
    let (left, _) = fill(&world, deal).await;
    let error = left.unwrap_err();
    assert!(matches!(&error, FillError::TooFewShards { deal: of, had: 1, .. } if *of == deal), "{error}");
    assert_eq!(fillings(&world).await, 0);
}

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
