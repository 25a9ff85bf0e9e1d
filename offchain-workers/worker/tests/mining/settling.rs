//! Pay is collected where it is more than the fee, and all of it when a deal is over.

use std::sync::Arc;

use idlewild_chain_client::{coins::COIN, Call, Event};
use idlewild_chain_memory::{Seen, Setup, Stand};
use idlewild_storage_primitives::{challenge::Schedule, deal::MAX_SLOTS, terms, Balance, DealId, MinerId};

use crate::support::{proofs, setup, timing, ByHand, Closing, Site, Word, Worker, World};

/// Six periods, so that three at least are earned.
const TERM: u32 = 240;

fn is_settle(call: &Call) -> bool {
    matches!(call, Call::Settle { .. })
}

/// What each slot earns in a period.
fn rate(by_hand: &ByHand) -> Balance {
    terms::rate(COIN, by_hand.shards[0].len() as u32)
}

/// What miners were paid by a deal: in which block, who, and how much.
fn paid(seen: &Seen<'_>, deal: DealId) -> Vec<(u32, MinerId, Balance)> {
    let pay = |block: u32, event: &Event| match *event {
        Event::Paid { deal: of, miner, amount } if of == deal => Some((block, miner, amount)),
        _ => None,
    };
    seen.events().filter_map(|(block, event)| pay(block, event)).collect()
}

/// The block in which a deal was closed.
fn closed_in(seen: &Seen<'_>, deal: DealId) -> Option<u32> {
    let is_closing = |event: &Event| matches!(event, Event::Closed { deal: of, .. } if *of == deal);
    seen.events().find(|(_, event)| is_closing(event)).map(|(block, _)| block)
}

/// Lets two miners hold a deal of a few periods, and checks that nobody settles it before it is over, and what that pays then.
async fn check_paid_at_the_end(setup: Setup, sites: [Site; 2], seed: u64) {
    let world = World::with(setup, sites).await;
    let by_hand = ByHand { term: TERM, ..ByHand::new(seed) };
    let rate = rate(&by_hand);
    let deal = by_hand.store(&world).await;
    world.until_healthy(deal).await;
    let end = world.chain.look(move |seen| seen.deal(deal).unwrap().end).await;
    world.until("the deal is closed", move |seen| closed_in(seen, deal).is_some()).await;
    let (closed, paid, earned, before) = world
        .chain
        .look(move |seen| {
            let closed = closed_in(seen, deal).unwrap();
            let earned = |miner: MinerId| {
                let over = Schedule::new(miner, timing().period).period(end);
                rate * proofs(seen, miner).into_iter().filter(|period| *period < over).count() as Balance
            };
            let is_before = |stand: Stand| matches!(stand, Stand::In(block) if block < closed);
            let before = seen.sent(is_settle).filter(|settlement| is_before(settlement.stand)).count();
            (closed, paid(seen, deal), [earned(0), earned(1)], before)
        })
        .await;
    assert_eq!(before, 0, "nothing was to be settled before the end");
    assert_eq!(paid, [(closed, 0, earned[0]), (closed, 1, earned[1])], "nothing that was earned may be lost");
    assert!(earned.iter().all(|earned| *earned >= 3 * rate), "{earned:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn pay_that_is_not_worth_its_fee_comes_when_the_deal_is_over() {
    let dear = Setup { fee: 1_000 * COIN, ..setup() };
    check_paid_at_the_end(dear, [0, 1].map(Site::meek), 180).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deal_that_is_over_is_closed_whenever_pay_is_to_be_collected_next() {
    let sites = [0, 1].map(|number| {
        let mut site = Site::meek(number);
        site.config.storage.settle_every = 1_000;
        site
    });
    check_paid_at_the_end(setup(), sites, 181).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_first_finds_more_than_the_fee_collects_for_all() {
    let by_hand = ByHand::new(182);
    // What two and a half periods earn, for two slots and six more that a settlement takes by itself.
    let fee = rate(&by_hand) * 5 / 2;
    let world = World::with(Setup { fee: fee * Balance::from(MAX_SLOTS + 6) / 8, ..setup() }, [0, 1].map(Site::meek)).await;
    let deal = by_hand.store(&world).await;
    world.until("both are paid", move |seen| paid(seen, deal).len() >= 2).await;
    let (paid, closed) = world.chain.look(move |seen| (paid(seen, deal), closed_in(seen, deal))).await;
    assert_eq!(closed, None, "within the term");
    assert_eq!(paid[0].0, paid[1].0, "one settlement pays both: {paid:?}");
    assert_eq!((paid[0].1, paid[1].1), (0, 1));
    assert!(paid[0].2.max(paid[1].2) > fee, "whoever sent it must gain by it: {paid:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn deals_that_are_gone_keep_no_other_from_being_settled() {
    let mut world = World::new(0).await;
    let node = Arc::new(Closing::new(world.chain.node()));
    world.workers.push(Worker::start_behind(node.clone(), Site::meek(0)).await);
    node.say(Word::Stale);
    let deal = ByHand { term: timing().min_term, ..ByHand::new(183) }.store(&world).await;
    world.until("the deal is closed", move |seen| closed_in(seen, deal).is_some()).await;
    let refused =
        world.chain.look(|seen| seen.sent(is_settle).any(|settlement| settlement.is_refused("Deals", "NoSuchDeal"))).await;
    assert!(refused, "the deals that are gone came first");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bounty_does_not_wait_until_its_deal_is_worth_settling() {
    let dear = Setup { fee: 1_000 * COIN, ..setup() };
    let mut world = World::with(dear, (0..2).map(Site::new)).await;
    let deal = ByHand::new(184).store(&world).await;
    world.until_healthy(deal).await;
    drop(world.kill(0).await);
    let is_bounty = |event: &Event| matches!(event, Event::BountyPaid { miner: 1, .. });
    world.until("the repairer has its bounty", move |seen| seen.count(is_bounty) == 1).await;
    assert_eq!(world.chain.look(|seen| seen.sent(is_settle).count()).await, 0);
}
