//! The chain leaves a fork with a miner's transaction in it: what is not on chain any more is done again.

use idlewild_chain_client::Call;
use idlewild_chain_memory::{Fault, Orphans, Setup, Stand};

use crate::support::{is_append, is_prove, setup, timing, ByHand, Site, World};

/// A chain with room for forks, on which lost transactions are soon given up, and long periods to do so in.
fn forking() -> Setup {
    let mut timing = timing();
    timing.period = 150;
    timing.min_term = 150;
    timing.append_deadline = 200;
    Setup { timing, lag: 4, mortal: 12, ..setup() }
}

/// Lets the next transaction that is `meant` into a block which the chain then leaves. No blocks come until the caller says.
async fn orphan(world: &mut World, what: &str, meant: fn(&Call) -> bool, orphans: Orphans) {
    let held = move |call: &Call| meant(call);
    world.until(what, move |seen| seen.sent(held).any(|one| one.stand == Stand::Held)).await;
    world.pause();
    world.chain.release().await;
    world.chain.blocks(1).await;
    let stand = world.chain.look(move |seen| seen.sent(meant).last().unwrap().stand).await;
    assert!(matches!(stand, Stand::In(_)), "it must be in the best block: {stand:?}");
    world.chain.reorganise(1, orphans).await;
    let stand = world.chain.look(move |seen| seen.sent(meant).last().unwrap().stand).await;
    assert!(!matches!(stand, Stand::In(_)), "its block is gone: {stand:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_append_that_a_fork_took_along_is_sent_again() {
    let mut world = World::with(forking(), [Site::new(0)]).await;
    world.workers[0].node.fail_next(1, Fault::Hold, is_append).await;
    let deal = ByHand::new(30).store(&world).await;
    orphan(&mut world, "the append waits", is_append, Orphans::Lose).await;
    assert!(!world.workers[0].holds(deal, 0), "only what is final is in the range");
    world.go_on();
    world.until_healthy(deal).await;
    world.workers[0].until("it knows of its slots", |miner| miner.index.slot(deal, 1).unwrap().is_some()).await;
    world.until_proven(0, 2).await;
    let sent =
        world.chain.look(|seen| seen.sent(is_append).map(|append| (append.nonce, append.is_done())).collect::<Vec<_>>()).await;
    assert_eq!(sent.len(), 2, "{sent:?}");
    assert_eq!((sent[0].1, sent[1].1), (false, true));
    assert_eq!(sent[0].0, sent[1].0, "no number is left out");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_that_a_fork_took_along_is_sent_again_in_time() {
    let mut world = World::with(forking(), [Site::new(0)]).await;
    world.workers[0].node.fail_next(1, Fault::Hold, is_prove).await;
    ByHand::new(31).store(&world).await;
    orphan(&mut world, "a proof waits", is_prove, Orphans::Lose).await;
    world.go_on();
    world.until_proven(0, 2).await;
    let (periods, proven) = world
        .chain
        .look(|seen| {
            let period = |call: &Call| match *call {
                Call::Prove { period, .. } => period,
                _ => unreachable!(),
            };
            let sent: Vec<u32> = seen.sent(is_prove).map(|proof| period(&proof.call)).collect();
            (sent, crate::support::proofs(seen, 0))
        })
        .await;
    assert_eq!(periods[0], periods[1], "the same period is proven again");
    assert_eq!(periods[0], proven[0], "and in time");
    assert_eq!(proven[0] + 1, proven[1], "no period is left out");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_returns_to_the_pool_is_not_sent_again() {
    let mut world = World::with(forking(), [Site::new(0)]).await;
    world.workers[0].node.fail_next(1, Fault::Hold, is_append).await;
    let deal = ByHand::new(32).store(&world).await;
    orphan(&mut world, "the append waits", is_append, Orphans::Return).await;
    world.go_on();
    world.until_healthy(deal).await;
    world.until_proven(0, 1).await;
    let appends = world.chain.look(|seen| seen.sent(is_append).count()).await;
    assert_eq!(appends, 1, "the node itself brings it into the other fork");
}

#[tokio::test(flavor = "multi_thread")]
async fn forks_without_anything_of_ours_change_nothing() {
    let mut world = World::with(forking(), [Site::new(0)]).await;
    let deal = ByHand::new(33).store(&world).await;
    world.until_healthy(deal).await;
    for depth in [1, 3, 4] {
        world.pause();
        world.chain.reorganise(depth, Orphans::Return).await;
        world.go_on();
        world.until_proven(0, 1).await;
    }
    let periods = world.chain.look(|seen| crate::support::proofs(seen, 0)).await;
    assert!(periods.windows(2).all(|pair| pair[0] + 1 == pair[1]), "no period is left out: {periods:?}");
}
