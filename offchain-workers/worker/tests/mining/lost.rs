//! Transactions that get lost on their way: sent again, soundly numbered, and harmless when both arrive.

use idlewild_chain_client::{Call, Event};
use idlewild_chain_memory::{Fault, Setup, Stand};
use idlewild_worker::role;

use crate::support::{is_append, is_prove, setup, timing, ByHand, Site, World};

/// Lost transactions are soon given up, and periods long enough for that.
fn forgetful() -> Setup {
    let mut timing = timing();
    timing.period = 120;
    timing.min_term = 120;
    timing.append_deadline = 200;
    Setup { timing, mortal: 12, ..setup() }
}

/// A deal of which the appends meet a fault; returns what became of them: number and whether it did what it should.
async fn append_with(fault: Fault, count: u32, seed: u64) -> (World, Vec<(u64, bool)>) {
    let world = World::with(forgetful(), [Site::new(0)]).await;
    world.workers[0].node.fail_next(count, fault, is_append).await;
    let deal = ByHand::new(seed).store(&world).await;
    world.until_healthy(deal).await;
    world.workers[0].until("it knows of its slots", |miner| miner.index.slot(deal, 1).unwrap().is_some()).await;
    world.until_proven(0, 1).await;
    let sent =
        world.chain.look(|seen| seen.sent(is_append).map(|append| (append.nonce, append.is_done())).collect::<Vec<_>>()).await;
    (world, sent)
}

/// Everything that a miner's operator sent and that is in a block has its number, without a gap.
async fn check_nonces(world: &World) {
    let account = world.workers[0].miner().submitter.account();
    let mut nonces = world
        .chain
        .look(move |seen| {
            let ours = seen.transactions().iter().filter(|one| one.account == account);
            ours.filter(|one| matches!(one.stand, Stand::In(_))).map(|one| one.nonce).collect::<Vec<_>>()
        })
        .await;
    nonces.sort_unstable();
    let expected: Vec<u64> = (0..nonces.len() as u64).collect();
    assert_eq!(nonces, expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn thrown_out_of_the_pool() {
    let (world, sent) = append_with(Fault::Drop, 1, 40).await;
    assert_eq!(sent.len(), 2, "{sent:?}");
    assert_eq!(sent[0].0, sent[1].0, "the number that was not used is used again");
    assert!(sent[1].1);
    check_nonces(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_without_a_word() {
    let (world, sent) = append_with(Fault::Lose, 1, 41).await;
    assert_eq!(sent.len(), 2, "{sent:?}");
    assert_eq!(sent[0].0, sent[1].0, "the number that was not used is used again");
    check_nonces(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_again_and_again() {
    let (world, sent) = append_with(Fault::Drop, 3, 42).await;
    assert_eq!(sent.len(), 4, "{sent:?}");
    assert!(sent.iter().all(|(nonce, _)| *nonce == sent[0].0), "{sent:?}");
    check_nonces(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn found_invalid() {
    let (world, sent) = append_with(Fault::Refuse, 2, 43).await;
    assert_eq!(sent.iter().filter(|(_, done)| *done).count(), 1, "{sent:?}");
    assert_eq!(sent.len(), 3, "{sent:?}");
    check_nonces(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn arrived_twice_because_the_answer_was_lost() {
    let (world, sent) = append_with(Fault::LoseAnswer, 1, 44).await;
    assert!(sent[0].1, "the first went through, though its sender did not hear of it: {sent:?}");
    assert!(sent.len() > 1, "its sender must have tried again");
    let refused =
        world.chain.look(|seen| seen.sent(is_append).skip(1).all(|append| append.is_refused("Slots", "NotAssigned"))).await;
    assert!(refused, "what was sent again does no harm");
    check_nonces(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_that_arrives_twice_is_proven_once() {
    let world = World::with(forgetful(), [Site::new(0)]).await;
    world.workers[0].node.fail_next(1, Fault::LoseAnswer, is_prove).await;
    ByHand::new(45).store(&world).await;
    world.until_proven(0, 2).await;
    let (periods, missed) = world
        .chain
        .look(|seen| (crate::support::proofs(seen, 0), seen.count(|event| matches!(event, Event::Missed { .. }))))
        .await;
    assert_eq!((periods[0] + 1, missed), (periods[1], 0));
    check_nonces(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_waits_behind_a_lost_one_goes_through() {
    // A settlement is lost without a word; the proof of the next period, numbered after it, must not wait for ever.
    let world = World::with(forgetful(), [Site::new(0)]).await;
    let is_settle = |call: &Call| matches!(call, Call::Settle { .. });
    world.workers[0].node.fail_next(1, Fault::Lose, is_settle).await;
    let deal = ByHand::new(46).store(&world).await;
    world.until_healthy(deal).await;
    world.until("a settlement is lost", move |seen| seen.sent(is_settle).next().is_some()).await;
    world.until_proven(0, 2).await;
    world.until("it is paid", |seen| seen.count(|event| matches!(event, Event::Paid { miner: 0, .. })) > 0).await;
    let missed = world.chain.look(|seen| seen.count(|event| matches!(event, Event::Missed { .. }))).await;
    assert_eq!(missed, 0);
    check_nonces(&world).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_that_the_chain_refuses_is_not_sent_for_ever() {
    let mut timing = timing();
    timing.period = 150;
    timing.min_term = 150;
    let world = World::with(Setup { timing, ..setup() }, [Site::meek(0)]).await;
    ByHand::new(47).store(&world).await;
    let worker = &world.workers[0];
    worker.node.fail_next(u32::MAX, Fault::Deny, is_prove).await;
    world.until("a proof is refused", |seen| seen.sent(is_prove).any(|sent| sent.is_refused("the test", "Denied"))).await;
    let miner = worker.miner();
    // As often as the worker is woken.
    for _ in 0..6 {
        role::prove::step(miner.clone(), miner.moment()).await.expect("what the chain refuses is no fault of the step");
    }
    let tries = world.chain.look(|seen| seen.sent(is_prove).map(|sent| sent.call.clone()).collect::<Vec<_>>()).await;
    let Some(Call::Prove { period: first, .. }) = tries.first().cloned() else { panic!("nothing was sent") };
    let of_first = tries.iter().filter(|call| matches!(call, Call::Prove { period, .. } if *period == first)).count();
    assert!((3..=4).contains(&of_first), "it was sent {of_first} times, and each costs a fee");
    worker.node.forgive().await;
    world.until_proven(0, 1).await;
}
