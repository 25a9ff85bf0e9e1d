//! A deal is made once and paid once, whatever its owner hears of it.

use idlewild_chain_client::{coins::COIN, Call};
use idlewild_chain_memory::{Fault, Setup, Stand, Transaction};
use idlewild_client::PutError;

use crate::support::{bytes, created, is_create, options, sent, setup, Putting, Site, World};

/// Transactions that no block takes are worth nothing after so many blocks.
async fn world(mortal: u32) -> World {
    World::with(Setup { mortal, ..setup() }, (0..4).map(Site::new)).await
}

fn is_batch(call: &Call) -> bool {
    matches!(call, Call::CreateDeals { requests } if requests.len() > 1)
}

/// The numbers of what was sent to make deals; whether it did, and whether it was refused because the salt is spent.
async fn tries(world: &World) -> Vec<(u64, bool, bool)> {
    world
        .chain
        .look(|seen| {
            let tries = seen.sent(is_create);
            tries.map(|one| (one.nonce, one.is_done(), one.is_refused("Deals", "SaltUsed"))).collect()
        })
        .await
}

/// Puts a file of one segment while what makes its deal meets a fault; returns what was tried.
async fn put_with(fault: Fault, seed: u64) -> Vec<(u64, bool, bool)> {
    let world = world(16).await;
    let (content, before) = (bytes(seed, 100_000), world.owner.free().await);
    world.owner.node.fail_next(1, fault, is_create).await;
    let report = world.owner.put("file", &content).await;
    let made = created(&world.chain).await;
    assert_eq!(made.deals.len(), 1, "one deal is made");
    assert_eq!((&report.deals, report.unfilled), (&made.deals, 0), "and is the one that is reported");
    assert_eq!(before - world.owner.free().await, made.held, "it is paid once");
    assert_eq!(world.owner.get("file").await, content);
    tries(&world).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_that_expired_is_made_under_the_same_number() {
    let tries = put_with(Fault::Lose, 100).await;
    assert_eq!(tries.len(), 2, "{tries:?}");
    assert_eq!((tries[0].1, tries[1].1), (false, true), "{tries:?}");
    assert_eq!(tries[0].0, tries[1].0, "the number that was not used is used: {tries:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_whose_answer_was_lost_is_found_on_chain() {
    let tries = put_with(Fault::LoseAnswer, 101).await;
    assert_eq!(tries.len(), 2, "{tries:?}");
    assert!(tries[0].1 && tries[1].2, "the second sending is refused and pays nothing: {tries:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_that_waits_when_the_connection_breaks_is_made_once() {
    let world = world(1_000).await;
    let (content, before) = (bytes(102, 100_000), world.owner.free().await);
    let node = &world.owner.node;
    node.fail_next(1, Fault::Hold, is_create).await;
    let put = Putting::begin(&world.owner, &world.owner.source("file", &content), options(8 << 20));
    world.until("the deal waits", |seen| seen.sent(is_create).any(|one| one.stand == Stand::Held)).await;
    node.cut().await;
    node.mend().await;
    world.until("it is tried again, its fate being unknown", |seen| seen.sent(is_create).count() == 2).await;
    // Both go into a block.
    world.chain.release().await;
    let report = put.ended().await.0.expect("the put goes on");
    let made = created(&world.chain).await;
    assert_eq!((made.deals.len(), &report.deals), (1, &made.deals));
    assert_eq!(before - world.owner.free().await, made.held, "it is paid once");
    let tries = tries(&world).await;
    assert!(tries.len() == 2 && tries[0].1 && tries[1].2, "{tries:?}");
    assert_eq!(world.owner.get("file").await, content);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_batch_that_is_refused_for_one_deal_the_others_are_made() {
    let mut world = world(16).await;
    let (content, before) = (bytes(103, 900_000), world.owner.free().await);
    let options = options(256 << 10);
    world.owner.node.fail_next(1, Fault::Lose, is_batch).await;
    // No block comes until all four segments are at their miners, and so the first deal goes alone and the rest together.
    world.pause();
    let mut put = Putting::begin(&world.owner, &world.owner.source("file", &content), options);
    put.until_uploaded(4).await;
    world.go_on();
    let batch = world
        .chain
        .until_some("three deals are sent together and lost", |seen| seen.sent(is_batch).next().map(|one| one.call.clone()));
    let Call::CreateDeals { mut requests } = batch.await else { unreachable!() };
    assert_eq!(requests.len(), 3);
    // An earlier sending of one of them arrives after all.
    let earlier = Call::CreateDeals { requests: vec![requests.remove(1)] };
    world.chain.act(world.owner.account(), earlier).await.expect("nothing has this salt yet");

    let report = put.ended().await.0.expect("the deal that stands stands in nobody's way");
    let made = created(&world.chain).await;
    let (mut deals, mut salts) = (made.deals, made.salts);
    assert_eq!(deals.len(), 4, "each deal is made once");
    salts.sort_unstable();
    let mut expected: Vec<_> = (0..4).map(|number| options.id.salt(number)).collect();
    expected.sort_unstable();
    assert_eq!(salts, expected);
    let mut reported = report.deals;
    reported.sort_unstable();
    deals.sort_unstable();
    assert_eq!(reported, deals, "the one that stood is reported with the others");
    assert_eq!(before - world.owner.free().await, made.held, "each is paid once");
    let is_refused = |batch: &Transaction| batch.is_refused("Deals", "SaltUsed");
    let batches = world.chain.look(move |seen| seen.sent(is_batch).map(is_refused).collect::<Vec<_>>()).await;
    assert_eq!(batches, [false, true], "sent again as it was, the batch was refused as a whole");
    assert_eq!(world.owner.get("file").await, content);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_account_cannot_pay_is_not_begun() {
    let world = world(16).await;
    let has = world.owner.free().await;
    let elsewhere = Call::TransferCoins { to: [9; 32], amount: has - COIN / 1_000 };
    world.owner.session.submitter().submit(elsewhere).await.unwrap();
    let before = world.owner.free().await;
    let source = world.owner.source("file", &bytes(106, 100_000));
    let (outcome, events) = Putting::begin(&world.owner, &source, options(8 << 20)).ended().await;
    let error = outcome.unwrap_err();
    assert!(matches!(error, PutError::NotEnoughCoins { free, needed } if free == before && needed > before), "{error}");
    let text = error.to_string();
    assert!(text.contains("to spend, and the deal needs"), "{text}");
    assert_eq!(sent(&events), 0, "nothing leaves the machine");
    assert!(created(&world.chain).await.deals.is_empty());
    assert_eq!(world.owner.free().await, before);
    for worker in &world.workers {
        assert_eq!(worker.miner().store.used(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_of_other_bytes_is_not_taken_for_the_one_that_was_asked_for() {
    let world = world(64).await;
    let content = bytes(104, 100_000);
    let options = options(8 << 20);
    let first = Putting::begin(&world.owner, &world.owner.source("file", &content), options).ended().await.0.unwrap();
    // The same put, so that the salt is the same, of a file that was written to meanwhile.
    let changed = world.owner.source("file", &bytes(105, 100_000));
    let error = Putting::begin(&world.owner, &changed, options).ended().await.0.unwrap_err();
    assert!(matches!(error, PutError::NotTheSame), "{error}");
    assert_eq!(created(&world.chain).await.deals, first.deals, "nothing more was made");
    assert_eq!(world.owner.get("file").await, content, "what was stored is what it was");
}
