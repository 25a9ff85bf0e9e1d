//! A gateway stores for its owner: the deals are the owner's and paid by it, within what it allows, and everything else is as if the
//! owner had stored.

use std::{collections::HashMap, sync::Arc};

use idlewild_buckets_primitives::salt::salt;
use idlewild_chain_client::{coins::COIN, BucketCall, BucketClient, Call, ChainClient, Event, GatewayCall, GatewayEvent};
use idlewild_chain_memory::Fault;
use idlewild_client::{
    market::Wish, put::Told, Content, PutError, PutEvent, ReadySegment, SegmentError, SegmentOptions, Upkeep, UpkeepReport,
};
use idlewild_network::transfer::Reason;
use idlewild_storage::keys::StorageSecret;
use idlewild_storage_primitives::{Balance, DealId};

use crate::support::{bytes, created, options, sent, setup, ByHand, Delegate, Owner, Site, World, CONTENTS};

const ENOUGH: u128 = 1_000 * COIN;

/// Everything that a gateway sent for its deals.
async fn sendings(world: &World, delegate: &Delegate) -> Vec<Vec<&'static str>> {
    let account = delegate.account();
    let name = |call: &Call| match call {
        Call::CreateDeals { .. } => "create",
        Call::FillSlots { .. } => "fill",
        Call::Bucket(BucketCall::ProlongDeal { .. }) => "prolong",
        Call::Bucket(BucketCall::DropDeal { .. }) => "drop",
        Call::Bucket(BucketCall::Commit { .. }) => "commit",
        _ => "other",
    };
    let of = move |call: &Call| call.parts().into_iter().map(name).collect::<Vec<_>>();
    world
        .chain
        .look(move |seen| {
            let own = seen.transactions().iter().filter(|one| one.account == account);
            own.map(|one| of(&one.call)).filter(|parts| parts != &["other"]).collect()
        })
        .await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_gateway_stores_is_its_owners_and_is_read_back() {
    let world = World::new(4).await;
    let gateway = Delegate::serving(&world, "//Gateway", ENOUGH).await;
    let before = world.owner.free().await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), gateway.plain(1)).unwrap();
    let on_disk = ReadySegment { content: Content::File(file.path().into()), ..gateway.segment(1) };
    let segments = vec![gateway.segment(0), on_disk, gateway.segment(2)];
    let (report, told) = gateway.put(segments, false, vec![gateway.commit(1, 2, 2, &[])]).await;
    let report = report.unwrap();

    let made = created(&world.chain).await;
    assert_eq!((report.deals.len(), &report.deals, report.unfilled), (3, &made.deals, 0));
    assert_eq!(report.held, made.held);
    assert_eq!(before - world.owner.free().await, made.held, "the owner pays");
    assert_eq!(gateway.allowance().await, ENOUGH - made.held, "out of what it allows");
    let acted = |event: &Event| matches!(event, Event::Gateway(GatewayEvent::Acted { .. }));
    assert!(world.chain.look(move |seen| seen.count(acted)).await >= 1);
    let stored = told.iter().filter(|event| matches!(event, PutEvent::Stored { .. })).count();
    assert_eq!(stored, 3);
    // The head went with the last deals, and none before it.
    let sent = sendings(&world, &gateway).await;
    assert_eq!(sent.last().unwrap(), &["create", "commit"], "{sent:?}");
    assert_eq!(sent.iter().flatten().filter(|name| **name == "commit").count(), 1, "{sent:?}");
    let bucket = world.owner.node.bucket(gateway.bucket).await.unwrap().unwrap();
    let heads: Vec<_> = bucket.heads.iter().map(|head| head.salt).collect();
    assert_eq!(heads, [gateway.segment(2).salt]);

    // By the owner's number and tag, and by nobody else's.
    let (owner, tag) = (world.owner.account(), gateway.tag());
    let under = gateway.session.deals_under(owner, tag).await.unwrap();
    let numbers: Vec<_> = under.iter().map(|(number, deal)| (*number, deal.id)).collect();
    assert_eq!(numbers, [(0, report.deals[0]), (1, report.deals[1]), (2, report.deals[2])]);
    assert!(under.iter().all(|(_, deal)| (deal.owner, deal.creator) == (owner, owner)));
    assert!(gateway.session.deals_under(owner, [0; 8]).await.unwrap().is_empty());
    assert!(gateway.session.deals_under(gateway.account(), tag).await.unwrap().is_empty());

    for (number, deal) in (0..).zip(&report.deals) {
        let plain = gateway.plain(number);
        let segment = gateway.session.open_segment(*deal).await.unwrap();
        assert_eq!(gateway.session.fetch_range(*deal, 100..50_000).await.unwrap(), plain[100..50_000]);
        assert_eq!(gateway.session.read_index_bytes(&segment).await.unwrap(), plain[CONTENTS..]);
        let beyond = gateway.session.fetch_part(&segment, 0..plain.len() as u32 + 1).await;
        assert!(matches!(beyond, Err(SegmentError::Beyond { .. })));
    }
    // Whoever has the bucket's key reads it, and nobody else.
    let key_holder = world.owner.session.under(StorageSecret::new([5; 32]));
    assert_eq!(key_holder.fetch_range(report.deals[1], 0..10).await.unwrap(), gateway.plain(1)[..10]);
    let stranger = world.owner.session.fetch_range(report.deals[1], 0..10).await;
    assert!(matches!(stranger, Err(SegmentError::Manifest { .. })));
    // Miners prove what they keep for a gateway's owner as they do for anybody.
    world.until_healthy(report.deals[2]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_is_not_sent_again_and_what_was_to_follow_follows() {
    let world = World::new(4).await;
    let gateway = Delegate::serving(&world, "//Gateway", ENOUGH).await;
    let (first, told) = gateway.put(vec![gateway.segment(0), gateway.segment(1)], false, Vec::new()).await;
    let (first, of_two) = (first.unwrap(), sent(&told));

    // A gateway that starts again knows no more than what it has to store.
    let restarted = Delegate { bucket: gateway.bucket, ..Delegate::new(&world, "//Gateway") };
    let all = || vec![restarted.segment(1), restarted.segment(2), restarted.segment(0)];
    let (second, told) = restarted.put(all(), true, vec![restarted.commit(1, 2, 2, &[])]).await;
    let second = second.unwrap();
    assert_eq!((second.resumed, second.deals[0], second.deals[2]), (2, first.deals[1], first.deals[0]));
    assert!(told.iter().any(|event| matches!(event, PutEvent::Resumed { deals: 2 })));
    assert_eq!(sent(&told) * 2, of_two, "one segment is sent and two are not");
    assert_eq!(created(&world.chain).await.deals.len(), 3);

    // With nothing to store, what is to follow goes alone.
    let (third, told) = restarted.put(all(), true, vec![restarted.commit(1, 3, 2, &[2])]).await;
    assert_eq!((third.unwrap().deals, sent(&told)), (second.deals.clone(), 0));
    assert_eq!(sendings(&world, &restarted).await.last().unwrap(), &["commit"]);

    // Other bytes under a salt that is spent are not taken for what was stored.
    let other = ReadySegment { content: Content::Bytes(bytes(1, 70_000).into()), ..restarted.segment(0) };
    let error = restarted.put(vec![other], true, Vec::new()).await.0.unwrap_err();
    assert!(matches!(error, PutError::NotTheSame), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_that_the_chain_refuses_leaves_the_deals() {
    let world = World::new(4).await;
    let gateway = Delegate::serving(&world, "//Gateway", ENOUGH).await;
    let segments = || vec![gateway.segment(0), gateway.segment(1)];
    let error = gateway.put(segments(), false, vec![gateway.commit(9, 1, 1, &[])]).await.0.unwrap_err();
    assert!(matches!(&error, PutError::Further(refused) if refused.is("Buckets", "WrongEpoch")), "{error:?}");
    let stand = created(&world.chain).await.deals;
    assert_eq!(stand.len(), 2, "all deals stand");
    let again = gateway.put(segments(), true, vec![gateway.commit(1, 1, 1, &[])]).await.0.unwrap();
    assert_eq!((again.deals, again.resumed), (stand, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn deals_whose_answer_was_lost_are_made_once_with_their_head() {
    let world = World::new(4).await;
    let gateway = Delegate::serving(&world, "//Gateway", ENOUGH).await;
    let before = world.owner.free().await;
    gateway.node.fail_next(1, Fault::LoseAnswer, |call| call.parts().len() > 1).await;
    let (outcome, _) = gateway.put(vec![gateway.segment(0)], false, vec![gateway.commit(1, 0, 0, &[])]).await;
    // The first sending did all of it, and what was sent again was refused: the chain knows which.
    assert!(matches!(&outcome, Err(PutError::Further(refused)) if refused.is("Buckets", "AlreadyHead")), "{outcome:?}");
    let made = created(&world.chain).await;
    assert_eq!((made.deals.len(), before - world.owner.free().await), (1, made.held), "made once and paid once");
    let bucket = world.owner.node.bucket(gateway.bucket).await.unwrap().unwrap();
    assert_eq!(bucket.heads.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_no_gateway_of_the_owners_stores_nothing() {
    let world = World::new(4).await;
    let stranger = Delegate::new(&world, "//Stranger");
    let (outcome, told) = stranger.put(vec![stranger.segment(0)], false, Vec::new()).await;
    let error = outcome.unwrap_err();
    let is_it = |owner: &[u8; 32], signer: &[u8; 32]| (*owner, *signer) == (world.owner.account(), stranger.account());
    assert!(matches!(&error, PutError::NotAllowed { owner, signer } if is_it(owner, signer)), "{error}");
    assert_eq!(sent(&told), 0, "nothing leaves the machine");

    // Nor does a miner take it from one that does not ask the chain first. A gateway with nothing to spend could not make the deal.
    Delegate::new(&world, "//Poor").register(&world, 0).await;
    let (by_hand, worker) = (ByHand::new(940), &world.workers[0]);
    for uri in ["//Stranger", "//Poor"] {
        let request = by_hand.request(&world.owner, worker, 0);
        let refused = by_hand.send(&Owner::of(&world.chain, uri), worker, request).await.unwrap_err();
        assert_eq!(refused.refusal().map(|refusal| refusal.reason), Some(Reason::NotAllowed), "{uri}: {refused}");
    }
    assert!(world.workers.iter().all(|worker| worker.miner().store.used() == 0), "nothing stays");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_miner_counts_what_comes_from_a_gateway_against_the_owner() {
    let world = World::new(1).await;
    let worker = &world.workers[0];
    let delegate = Delegate::new(&world, "//Gateway");
    delegate.register(&world, ENOUGH).await;
    let (gateway, by_hand) = (Owner::of(&world.chain, "//Gateway"), ByHand::new(941));
    assert_eq!(world.owner.node.balance(delegate.account()).await.unwrap().free, 0, "it has no coins of its own");
    let mut dear = by_hand.request(&world.owner, worker, 0);
    dear.price = 1_000_000_000 * COIN;
    let refused = by_hand.send(&gateway, worker, dear).await.unwrap_err();
    assert_eq!(refused.refusal().map(|refusal| refusal.reason), Some(Reason::Unfunded));
    by_hand.send(&gateway, worker, by_hand.request(&world.owner, worker, 0)).await.expect("the owner can pay this");
    let pending = worker.miner().index.all_pending().unwrap();
    assert_eq!(pending.iter().map(|pending| pending.owner).collect::<Vec<_>>(), [world.owner.account()]);
    // The same request with the owner's own signature is the same shard.
    by_hand.upload(&world.owner, worker, 0).await;
    assert_eq!(worker.miner().index.all_pending().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn no_more_is_spent_than_the_owner_allows() {
    let world = World::new(4).await;
    let gateway = Delegate::serving(&world, "//Gateway", 1).await;
    let before = world.owner.free().await;
    let error = gateway.put(vec![gateway.segment(0), gateway.segment(1)], false, Vec::new()).await.0.unwrap_err();
    assert!(matches!(error, PutError::BeyondAllowance), "{error:?}");
    assert!(error.to_string().contains("the owner allows this gateway to spend"), "{error}");
    assert!(created(&world.chain).await.deals.is_empty());
    assert_eq!((world.owner.free().await, gateway.allowance().await), (before, 1));

    let allow = GatewayCall::Allow { account: gateway.account(), allowance: ENOUGH };
    world.chain.act(world.owner.account(), allow.into()).await.unwrap();
    let (again, _) = gateway.put(vec![gateway.segment(0), gateway.segment(1)], true, Vec::new()).await;
    assert_eq!(again.unwrap().deals.len(), 2, "once it is allowed more");
}

async fn keep_up(gateway: &Delegate, ends_within: u32, dead: Vec<DealId>) -> UpkeepReport {
    let told: Told = Arc::new(|_| {});
    let upkeep = Upkeep { wish: options(0).wish, ends_within, dead };
    gateway.session.upkeep(gateway.bucket, &upkeep, &told).await.expect("the chain answers")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_looks_after_its_deals() {
    let mut world = World::with(setup(), (0..4).map(Site::meek)).await;
    let gateway = Delegate::serving(&world, "//Gateway", ENOUGH).await;
    let gone = world.kill(2).await;
    let (report, _) = gateway.put(vec![gateway.segment(0), gateway.segment(1), gateway.segment(2)], false, Vec::new()).await;
    let report = report.unwrap();
    assert_eq!(report.unfilled, 3, "three of four miners can take a shard");
    let [kept, also, dead] = report.deals[..] else { panic!("three deals") };
    // A file of the owner's own is none of the gateway's business.
    let own = world.owner.put("file", &bytes(942, 100_000)).await.deals[0];
    world.restart(gone).await;
    // A deal can be ended once it has lasted for the shortest term.
    world
        .until("the deals are old enough", move |seen| {
            let created = seen.deal(own).map_or(u32::MAX, |deal| deal.created);
            seen.clock() >= created.saturating_add(80)
        })
        .await;

    let done = keep_up(&gateway, 60_000, vec![dead]).await;
    assert!(done.failed.is_empty(), "{:?}", done.failed);
    assert_eq!((done.deals, &done.extended, &done.cancelled, done.open), (3, &vec![kept, also], &vec![dead], 0));
    let look = |deal: DealId| world.chain.look(move |seen| seen.deal(deal));
    for deal in [kept, also] {
        let deal = look(deal).await.expect("it stands");
        assert!(deal.extension.is_some() && deal.slots.iter().all(|slot| slot.slot.holder().is_some()), "{deal:?}");
    }
    let closed = move |event: &Event| matches!(event, Event::Closed { deal, .. } if *deal == dead);
    assert_eq!(world.chain.look(move |seen| seen.count(closed)).await, 1, "it is over");
    let own = look(own).await.expect("it stands");
    assert!(own.extension.is_none());
    // Nor could it end that if it wanted to: it is old enough.
    assert!(world.chain.look(|seen| seen.clock()).await >= own.created.saturating_add(80));
    let dropping = BucketCall::DropDeal { bucket: gateway.bucket, deal: own.id };
    let refused = gateway.session.submitter().submit(dropping.into()).await.unwrap_err();
    assert!(refused.is("Buckets", "ForeignDeal"), "{refused}");
    let maker = gateway.account();
    let prolonging = BucketCall::ProlongDeal { bucket: gateway.bucket, maker, deal: own.id, term: 400, max_price: own.price };
    let refused = gateway.session.submitter().submit(prolonging.into()).await.unwrap_err();
    assert!(refused.is("Buckets", "ForeignDeal"), "{refused}");
    let as_owner = [Call::Cancel { deal: own.id }, Call::Extend { deal: own.id, term: 400, max_price: own.price }];
    for call in as_owner {
        let refused = gateway.session.submitter().submit(Call::Act(Box::new(call))).await.unwrap_err();
        assert!(refused.is("Gateways", "CallNotAllowed"), "{refused}");
    }

    let again = keep_up(&gateway, 60_000, vec![dead]).await;
    assert_eq!((again.extended.len(), again.cancelled.len(), again.failed.len()), (0, 0, 0), "{again:?}");
    assert_eq!(gateway.session.fetch_range(kept, 0..10).await.unwrap(), gateway.plain(0)[..10]);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_gateway_prolongs_what_is_needed_of_one_that_is_gone() {
    const TERM: u32 = 400;
    let world = World::with(setup(), (0..4).map(Site::meek)).await;
    let gone = Delegate::serving(&world, "//Gateway", ENOUGH).await;
    let other = Delegate { bucket: gone.bucket, ..Delegate::new(&world, "//Other") };
    other.register(&world, ENOUGH).await;
    let how = SegmentOptions { wish: Wish { term: TERM, ..options(0).wish }, agreed: Balance::MAX, again: false };
    let segments = vec![gone.segment(0), gone.segment(1)];
    let stored = gone.session.put_segments(segments, &how, Vec::new(), |_| {}).await.unwrap();
    let [needed, not] = stored.deals[..] else { panic!("two deals") };
    let lost = salt(gone.tag(), 9);
    let makers = HashMap::from([gone.segment(0).salt, lost].map(|salt| (salt, gone.account())));
    let prolong = || async { other.session.prolong(other.bucket, &makers, &how.wish).await.unwrap() };
    let early = prolong().await;
    assert_eq!((early.extended.len(), early.failed.len(), early.gone), (0, 0, vec![lost]), "its maker has time still");
    world
        .until("three quarters of the term are over", move |seen| {
            seen.deal(needed).is_some_and(|deal| seen.clock() >= deal.end.saturating_sub(TERM / 4))
        })
        .await;

    // Without the key it may not, and it says so.
    let keyless = prolong().await;
    assert!(matches!(&keyless.failed[..], [(deal, _)] if *deal == needed), "{:?}", keyless.failed);
    let grant = BucketCall::Grant { bucket: other.bucket, gateway: other.account(), sealed: vec![2; 64] };
    world.chain.act(world.owner.account(), grant.into()).await.unwrap();
    let late = prolong().await;
    assert!(late.failed.is_empty(), "{:?}", late.failed);
    assert_eq!(late.extended, [needed]);
    let look = |deal: DealId| world.chain.look(move |seen| seen.deal(deal).is_some_and(|deal| deal.extension.is_some()));
    assert_eq!((look(needed).await, look(not).await), (true, false), "what nothing refers to ends");
    assert!(other.allowance().await < ENOUGH, "whoever does it pays");
    let again = prolong().await;
    assert_eq!((again.extended.len(), again.failed.len(), again.gone), (0, 0, vec![lost]), "once");
}
