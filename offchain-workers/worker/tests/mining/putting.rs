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

#[tokio::test(flavor = "multi_thread")]
async fn no_more_is_held_than_was_agreed_to_though_miners_ask_for_more_meanwhile() {
    use std::sync::{mpsc, Mutex};

    use idlewild_client::PutEvent;

    use crate::support::{operator, PATIENCE};

    let world = world(64).await;
    let source = world.owner.source("file", &bytes(107, 900_000));
    let options = options(256 << 10);
    let session = world.owner.session.clone();
    let offer = session.offer(std::slice::from_ref(&source), &options).await.unwrap();
    assert_eq!(offer.deals, 4);
    let agreed = offer.total();
    // Where it is known before that this is too little, nothing is sent.
    let error = session.put_within(vec![source.clone()], &options, agreed - 1, |_| {}).await.unwrap_err();
    assert!(matches!(error, PutError::BeyondAgreed { held: 0, needed, .. } if needed == agreed), "{error}");
    assert!(world.workers.iter().all(|worker| worker.miner().store.used() == 0));

    // The put is held up after its first segment until the prices are up, and not from then on.
    let (uploaded, mut first) = tokio::sync::mpsc::unbounded_channel();
    let (raised, raising) = mpsc::channel::<()>();
    let raising = Mutex::new(raising);
    let told = move |event: PutEvent| {
        if let PutEvent::Uploaded = event {
            let _ = uploaded.send(());
            let _ = tokio::task::block_in_place(|| raising.lock().unwrap().recv_timeout(PATIENCE));
        }
    };
    let put = tokio::spawn(async move { session.put_within(vec![source], &options, agreed, told).await });
    let waiting = tokio::time::timeout(PATIENCE, first.recv()).await;
    waiting.expect("no segment was uploaded in time").expect("the put ended before");
    for (number, worker) in (0..).zip(&world.workers) {
        let raise = Call::SetPrice { miner: worker.id(), price: 100 * COIN };
        world.chain.act(operator(number).public_key().0, raise).await.expect("an operator names its price");
    }
    drop(raised);
    let outcome = tokio::time::timeout(PATIENCE, put).await.expect("the put did not end in time").expect("the put broke");
    let error = outcome.unwrap_err();
    let made = created(&world.chain).await;
    assert_eq!(made.deals.len(), 1, "the first deal alone is what was agreed to");
    assert!(made.held <= agreed);
    assert!(matches!(error, PutError::BeyondAgreed { agreed: of, held, .. } if (of, held) == (agreed, made.held)), "{error}");
    assert!(error.to_string().contains("than was agreed to"), "{error}");
}

/// Coins that deals have left for pay and bounties.
async fn on_hold(world: &World, deals: &[u64]) -> u128 {
    let deals = deals.to_vec();
    let sum = world.chain.look(move |seen| {
        let deals = deals.iter().filter_map(|deal| seen.deal(*deal));
        deals.map(|deal| deal.funds + deal.reserve).sum::<u128>()
    });
    sum.await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_put_that_goes_on_tells_of_all_of_its_deals() {
    use idlewild_client::{PutEvent, PutOptions};

    let world = world(16).await;
    let source = world.owner.source("file", &bytes(108, 900_000));
    let options = options(256 << 10);
    let (first, events) = Putting::begin(&world.owner, &source, options).ended().await;
    let first = first.unwrap();
    let in_block = |event: &&PutEvent| matches!(event, PutEvent::Stored { block: Some(1..), .. });
    assert_eq!(events.iter().filter(in_block).count(), 4);

    let again = PutOptions { again: true, ..options };
    let before = on_hold(&world, &first.deals).await;
    let again = Putting::begin(&world.owner, &source, again).ended().await.0.unwrap();
    let after = on_hold(&world, &first.deals).await;
    assert_eq!((again.resumed, &again.deals, again.bytes), (4, &first.deals, first.bytes));
    // Miners may be paid meanwhile.
    assert!(after > 0 && (after..=before).contains(&again.held), "{} on hold of {before}", again.held);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_block_is_told_of_a_deal_that_an_earlier_sending_made() {
    use idlewild_client::PutEvent;

    let world = world(16).await;
    world.owner.node.fail_next(1, Fault::LoseAnswer, is_create).await;
    let source = world.owner.source("file", &bytes(109, 100_000));
    let (outcome, events) = Putting::begin(&world.owner, &source, options(8 << 20)).ended().await;
    outcome.unwrap();
    let block = |event: &PutEvent| match *event {
        PutEvent::Stored { block, .. } => Some(block),
        _ => None,
    };
    assert_eq!(events.iter().filter_map(block).collect::<Vec<_>>(), [None::<u32>]);
}
