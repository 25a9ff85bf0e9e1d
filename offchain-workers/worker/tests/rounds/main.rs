//! What the capacity role does, against a chain in memory on which every claim is verified.
//!
//! Plots stand in memory too: disks whose few nonces are made anew for each round. Everything else is what a worker runs.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::sync::mpsc;

use idlewild_chain_client::{coins::COIN, Call, Event};
use idlewild_chain_memory::{Fault, Orphans, Seen, Setup, Stand, Transaction};
use support::{account, is_claim, setup, Disk, Miner, World};

fn is_false(event: &Event) -> bool {
    matches!(event, Event::RoundClaimedFalsely { .. })
}

fn is_won(event: &Event) -> bool {
    matches!(event, Event::RoundClosed { winner: Some(_), .. })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bond_is_put_up_and_rounds_are_won() {
    let world = World::new(setup()).await;
    let miner = Miner::start(&world, 0, vec![Disk::new(0, [1, 2])]).await;
    world.chain.until("rounds are won", |seen| seen.count(is_won) >= 3).await;
    miner.until("it knows what it has won", |report| report.won >= 1).await;
    let report = miner.report();
    assert_eq!((report.bond, report.rounds_left), (10 * COIN, 0));
    assert!(report.earned > 0 && report.claimed >= report.won, "{report:?}");
    let (claims, bad) = world
        .chain
        .look(|seen| {
            let rounds: Vec<u32> = seen.sent(is_claim).map(|one| support::round_of(&one.call)).collect();
            let bad: Vec<String> = seen
                .transactions()
                .iter()
                .filter(|one| matches!(one.verdict, Some(idlewild_chain_memory::Verdict::Refused(..))))
                .map(|one| format!("{one:?}"))
                .collect();
            (rounds, bad)
        })
        .await;
    assert!(bad.is_empty(), "nothing is sent that the chain refuses, such as claims before the bond counts: {bad:?}");
    assert!(claims.is_sorted_by(|a, b| a < b), "each round is claimed once: {claims:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_better_answer_wins_whoever_has_it() {
    let world = World::new(setup()).await;
    let (first, second) = (Disk::new(0, [1]), Disk::new(1, [1]));
    let _miners = [Miner::start(&world, 0, vec![first.clone()]).await, Miner::start(&world, 1, vec![second.clone()]).await];
    // Until both have a bond that counts, one may win what the other could have.
    world
        .chain
        .until("both have claimed", |seen| {
            let claimed = |number| seen.sent(is_claim).any(|one| one.account == account(number) && one.is_done());
            claimed(0) && claimed(1)
        })
        .await;
    let from = world.chain.look(|seen| seen.sent(is_claim).map(|one| support::round_of(&one.call)).max()).await.unwrap();
    let closed = world
        .chain
        .until_some("some more rounds are won", move |seen| {
            let closed: Vec<(u32, [u8; 32])> = seen
                .events()
                .filter_map(|(_, event)| match event {
                    Event::RoundClosed { round, winner: Some(winner), .. } if *round > from => Some((*round, *winner)),
                    _ => None,
                })
                .collect();
            (closed.len() >= 6).then_some(closed)
        })
        .await;
    let mut compared = 0;
    for (round, winner) in closed {
        // A machine that is busy may take too long for one of them.
        let [Some(first), Some(second)] = [&first, &second].map(|disk| disk.answered(round)) else { continue };
        compared += 1;
        let expected = account(if first < second { 0 } else { 1 });
        assert_eq!(winner, expected, "round {round}: {first} against {second}");
    }
    assert!(compared >= 3, "{compared} rounds were answered by both");
    assert_eq!(world.chain.look(|seen| seen.count(is_false)).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disk_that_hangs_is_left_out_and_holds_nothing_up() {
    let world = World::new(setup()).await;
    let (let_go, hangs) = mpsc::channel::<()>();
    let hanging = Disk::hanging(0, [3], hangs);
    let miner = Miner::start(&world, 0, vec![Disk::new(0, [1, 2]), hanging.clone()]).await;
    miner.until("a round is skipped by the disk that hangs", |report| report.skipped >= 2).await;
    world.chain.until("rounds are won all the same", |seen| seen.count(is_won) >= 2).await;
    assert_eq!(hanging.asked(), 1, "it is not asked again as long as it has not answered");
    drop(let_go);
    let again = hanging.clone();
    world.chain.until("it takes part again", move |_| again.rounds() >= 3).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_made_on_a_fork_that_the_chain_leaves_is_worth_nothing_and_costs_nothing() {
    let mut world = World::new(Setup { lag: 24, mortal: 60, ..setup() }).await;
    let miner = Miner::start(&world, 0, vec![Disk::new(0, [1, 2])]).await;
    miner.until("its claims are taken", |report| report.claimed >= 1).await;
    miner.node.fail_next(1, Fault::Hold, is_claim).await;
    world.chain.until("a claim waits", |seen| seen.sent(is_claim).any(|one| one.stand == Stand::Held)).await;
    world.pause();
    let (round, quality) = world
        .chain
        .look(|seen| {
            let held = seen.sent(is_claim).find(|one| one.stand == Stand::Held).unwrap();
            match held.call {
                Call::ClaimRound { round, quality, .. } => (round, quality),
                _ => unreachable!(),
            }
        })
        .await;
    // Back beyond the round's first block, of which claims come within 15: the other fork asks something else.
    world.chain.reorganise(20, Orphans::Return).await;
    let stand = world
        .chain
        .look(|seen| seen.sent(is_claim).find(|one| one.since.is_some() && one.stand == Stand::Dead).map(|one| one.stand))
        .await;
    assert_eq!(stand, Some(Stand::Dead), "no chain takes it that has not the block which it was made for");
    let before = world.chain.look(|seen| seen.count(is_won)).await;
    world.go_on();
    world.chain.until("rounds are won on the other fork", move |seen| seen.count(is_won) >= before + 2).await;
    let (falsely, same) = world
        .chain
        .look(move |seen| {
            let is_same =
                |call: &Call| matches!(call, Call::ClaimRound { round: r, quality: q, .. } if (*r, *q) == (round, quality));
            (seen.count(is_false), seen.sent(is_same).filter(|one| one.is_done()).count())
        })
        .await;
    assert_eq!((falsely, same), (0, 0));
    assert_eq!(miner.report().claimed_falsely, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_that_the_chain_took_and_left_again_holds_up_no_other() {
    let mut world = World::new(Setup { lag: 24, mortal: 60, ..setup() }).await;
    let miner = Miner::start(&world, 0, vec![Disk::new(0, [1, 2])]).await;
    miner.until("its claims are taken", |report| report.claimed >= 2).await;
    world.pause();
    // Back beyond the round of the last claim: no chain takes it that has not the block which it was made for.
    world.chain.reorganise(20, Orphans::Return).await;
    let is_dead = |one: &Transaction| one.stand == Stand::Dead;
    let free = world.chain.look(move |seen| seen.sent(is_claim).filter(|one| is_dead(one)).map(|one| one.nonce).min()).await;
    let free = free.expect("a claim was in the blocks that are gone");
    world.go_on();
    let next = world
        .chain
        .until_some("another one is made", move |seen| {
            let claims: Vec<&Transaction> = seen.sent(is_claim).collect();
            let last = claims.iter().rposition(|one| is_dead(one))?;
            claims.get(last + 1).map(|one| one.nonce)
        })
        .await;
    assert_eq!(next, free, "with a later number it would wait until the first is over, and all that come after it");
    world
        .chain
        .until("rounds are won on the other fork", |seen| seen.sent(is_claim).last().is_some_and(|one| one.is_done()))
        .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_claim_that_finds_no_place_is_made_again_in_each_block_until_it_has_one() {
    let world = World::new(Setup { lag: 6, ..setup() }).await;
    let miner = Miner::start(&world, 0, vec![Disk::new(0, [1, 2])]).await;
    miner.until("its claims are taken", |report| report.claimed >= 1).await;
    // Somebody fills the places of four blocks. None of them is final by then.
    miner.node.fail_next(4, Fault::Crowd, is_claim).await;
    let crowded = |seen: &Seen<'_>| {
        let one = seen.sent(is_claim).find(|one| one.is_refused("Capacity", "TooManyInBlock"))?;
        Some(support::round_of(&one.call))
    };
    let round = world.chain.until_some("a claim found no place", crowded).await;
    world
        .chain
        .until("the round is won all the same", move |seen| {
            seen.events()
                .any(|(_, event)| matches!(event, Event::RoundClosed { round: of, winner: Some(_), .. } if *of == round))
        })
        .await;
    let fates = world
        .chain
        .look(move |seen| {
            let of_round = |call: &Call| is_claim(call) && support::round_of(call) == round;
            seen.sent(of_round).map(|one| (one.is_refused("Capacity", "TooManyInBlock"), one.stand)).collect::<Vec<_>>()
        })
        .await;
    assert_eq!(fates.len(), 5, "{fates:?}");
    assert!(fates.iter().take(4).all(|(crowded, _)| *crowded) && fates.iter().is_sorted_by_key(|(_, stand)| block_of(*stand)));
}

fn block_of(stand: Stand) -> u32 {
    match stand {
        Stand::In(block) => block,
        other => panic!("it is in no block: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proxys_key_wins_for_whose_plots_they_are() {
    let world = World::new(setup()).await;
    let miner = Miner::start_for(&world, 0, 1, vec![Disk::new(0, [1, 2])]).await;
    miner.until("it has won", |report| report.won >= 1 && report.claimed >= 1).await;
    let (signers, winners) = world
        .chain
        .look(|seen| {
            let signers: Vec<[u8; 32]> = seen.sent(is_claim).map(|one| one.account).collect();
            let winners: Vec<[u8; 32]> = seen
                .events()
                .filter_map(|(_, event)| match event {
                    Event::RoundClosed { winner, .. } => *winner,
                    _ => None,
                })
                .collect();
            (signers, winners)
        })
        .await;
    assert!(signers.iter().all(|signer| *signer == account(1)));
    assert!(!winners.is_empty() && winners.iter().all(|winner| *winner == account(0)));
    assert_eq!(miner.report().claimed_falsely, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn while_its_node_is_behind_no_disk_is_read_and_nothing_is_claimed() {
    let world = World::new(setup()).await;
    let disk = Disk::new(0, [1, 2]);
    let miner = Miner::start(&world, 0, vec![disk.clone()]).await;
    miner.until("its claims are taken", |report| report.claimed >= 1).await;
    let from = world.chain.look(|seen| seen.best()).await;
    miner.node.fall_behind(from).await;
    // What was begun before the node fell behind may still come.
    world.chain.until("a round passes", move |seen| seen.best() > from + 10).await;
    let before = (disk.asked(), world.chain.look(|seen| seen.sent(is_claim).count()).await);
    world.chain.until("three more rounds pass", move |seen| seen.best() > from + 40).await;
    assert_eq!((disk.asked(), world.chain.look(|seen| seen.sent(is_claim).count()).await), before);
    miner.node.catch_up().await;
    world.chain.until("it claims again", move |seen| seen.sent(is_claim).count() > before.1).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_false_claim_none_is_made() {
    let world = World::new(setup()).await;
    let miner = Miner::start(&world, 0, vec![Disk::boasting(0, [1])]).await;
    miner.until("it knows that its claim was false", |report| report.claimed_falsely == 1).await;
    let from = world.chain.look(|seen| seen.best()).await;
    world.chain.until("two more rounds pass", move |seen| seen.best() > from + 20).await;
    let (claims, falsely) = world.chain.look(|seen| (seen.sent(is_claim).count(), seen.count(is_false))).await;
    assert_eq!((claims, falsely), (1, 1), "whatever is wrong would cost bond again and again");
}
