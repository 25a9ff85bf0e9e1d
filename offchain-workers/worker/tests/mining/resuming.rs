//! A put that was broken off goes on where it was: what stands is neither sent nor paid again.

use idlewild_chain_client::{Call, SubmitError};
use idlewild_chain_memory::Fault;
use idlewild_client::{PutError, PutEvent, PutOptions};

use crate::support::{bytes, created, is_create, options, sent, Owner, Putting, World};

async fn sendings(world: &World) -> usize {
    world.chain.look(|seen| seen.sent(is_create).count()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_has_no_deal_is_sent_and_paid() {
    let mut world = World::new(4).await;
    let (content, before) = (bytes(110, 900_000), world.owner.free().await);
    let source = world.owner.source("file", &content);
    let options = options(256 << 10);
    let again = PutOptions { again: true, ..options };
    // The first of four deals is made; the node takes none of the others.
    let is_batch = |call: &Call| matches!(call, Call::CreateDeals { requests } if requests.len() > 1);
    world.owner.node.fail_next(1, Fault::Refuse, is_batch).await;
    world.pause();
    let mut put = Putting::begin(&world.owner, &source, options);
    put.until_uploaded(4).await;
    world.go_on();
    let (broken, first) = put.ended().await;
    let error = broken.unwrap_err();
    assert!(matches!(error, PutError::Deal(SubmitError::Invalid(_))), "{error}");
    let stands = created(&world.chain).await;
    assert_eq!(stands.salts, [options.id.salt(0)], "one deal stands");

    let offer = world.owner.session.offer(std::slice::from_ref(&source), &again).await.unwrap();
    assert_eq!((offer.standing, offer.deals), (1, 3), "the price is that of what is missing");
    // As after a crash: all that is known is the put's id.
    let restarted = Owner::new(&world.chain);
    let (report, second) = Putting::begin(&restarted, &source, again).ended().await;
    let report = report.unwrap();
    let made = created(&world.chain).await;
    assert_eq!((report.resumed, &report.deals), (1, &made.deals), "all deals are reported, the one that stood too");
    assert!(second.iter().any(|event| matches!(event, PutEvent::Resumed { deals: 1 })));
    assert_eq!(made.deals.len(), 4, "each deal is made once");
    assert_eq!(before - restarted.free().await, made.held, "and paid once");
    // Of the deal that stood, miners may have been paid something by now.
    let paid = made.held - stands.held;
    assert!(report.held > paid && report.held <= made.held, "what is on hold is told of all deals, of the one that stood too");
    let stood = stands.deals[0];
    let spared = world.chain.look(move |seen| seen.deal(stood).map(|deal| u64::from(deal.shard_len) * 4)).await.unwrap();
    assert_eq!(sent(&second), sent(&first) - spared, "the shards of the deal that stood are not sent again");
    assert_eq!(restarted.get("file").await, content);

    // Once more, with nothing missing.
    let (free, calls) = (restarted.free().await, sendings(&world).await);
    let (report, third) = Putting::begin(&restarted, &source, again).ended().await;
    let report = report.unwrap();
    assert_eq!((report.resumed, report.deals.len()), (4, 4));
    assert!(report.held > 0 && report.held <= made.held);
    assert_eq!((sent(&third), sendings(&world).await), (0, calls), "there is nothing to send");
    assert_eq!(restarted.free().await, free);
}

/// A put that is killed while its deal waits for a block, none of which comes.
async fn killed(seed: u64) -> (World, Vec<u8>, idlewild_client::put::Source, PutOptions) {
    let mut world = World::new(4).await;
    let content = bytes(seed, 100_000);
    let source = world.owner.source("file", &content);
    let options = options(8 << 20);
    world.pause();
    let put = Putting::begin(&world.owner, &source, options);
    world.until("the deal waits", |seen| seen.sent(is_create).count() == 1).await;
    put.kill().await;
    (world, content, source, PutOptions { again: true, ..options })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_that_was_made_after_the_kill_is_found() {
    let (mut world, content, source, again) = killed(111).await;
    world.go_on();
    world.until("the deal stands", |seen| seen.sent(is_create).all(|one| one.is_done())).await;
    world.chain.blocks(2).await;
    let restarted = Owner::new(&world.chain);
    let free = restarted.free().await;
    let (report, events) = Putting::begin(&restarted, &source, again).ended().await;
    let report = report.unwrap();
    assert_eq!((report.resumed, report.deals), (1, created(&world.chain).await.deals));
    assert_eq!((sent(&events), sendings(&world).await), (0, 1));
    assert_eq!(restarted.free().await, free, "nothing is paid again");
    assert_eq!(restarted.get("file").await, content);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_that_is_made_while_the_put_goes_on_is_paid_once() {
    let (mut world, content, source, again) = killed(112).await;
    let restarted = Owner::new(&world.chain);
    let before = restarted.free().await;
    // It finds no deal, and sends another; then both are in a block.
    let put = Putting::begin(&restarted, &source, again);
    world.until("both wait", |seen| seen.sent(is_create).count() == 2).await;
    world.go_on();
    let report = put.ended().await.0.unwrap();
    let made = created(&world.chain).await;
    assert_eq!((made.deals.len(), &report.deals), (1, &made.deals));
    assert_eq!(before - restarted.free().await, made.held, "it is paid once");
    assert_eq!(restarted.get("file").await, content);
}
