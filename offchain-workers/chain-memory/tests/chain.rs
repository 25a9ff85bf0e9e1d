//! The chain in memory does what chains do, and goes wrong when it is told to.

#![allow(clippy::unwrap_used)]

use std::time::Duration;

use futures::StreamExt;
use idlewild_chain_client::{
    coins::COIN, Call, ChainClient, ComputeCall, ComputeClient, Event, Hold, HoldReason, Keypair, ReadError, SubmitError,
};
use idlewild_chain_memory::{Fault, MemoryChain, MemoryNode, Orphans, Setup, Stand};
use subxt_signer::sr25519::dev;

const SOON: Duration = Duration::from_secs(20);

fn somebody() -> [u8; 32] {
    dev::bob().public_key().0
}

async fn chain(lag: u32, mortal: u32) -> (MemoryChain, MemoryNode) {
    let endowed = vec![(dev::alice().public_key().0, 1000 * COIN)];
    let chain = MemoryChain::start(Setup { lag, mortal, endowed, ..Setup::default() }).await;
    let node = chain.node();
    (chain, node)
}

fn pay(amount: u128) -> Call {
    Call::TransferCoins { to: somebody(), amount }
}

fn alice() -> Keypair {
    dev::alice()
}

async fn stands(chain: &MemoryChain) -> Vec<Stand> {
    chain.look(|seen| seen.transactions().iter().map(|one| one.stand).collect()).await
}

#[tokio::test]
async fn transactions_go_in_by_their_numbers_and_a_gap_waits() {
    let (chain, node) = chain(0, 64).await;
    let second = node.send(&alice(), 1, pay(COIN)).await.unwrap();
    chain.blocks(2).await;
    assert_eq!(stands(&chain).await, [Stand::Waiting]);
    assert_eq!(node.next_nonce(alice().public_key().0).await.unwrap(), 0, "what waits behind a gap does not count");
    let first = node.send(&alice(), 0, pay(COIN)).await.unwrap();
    assert_eq!(node.next_nonce(alice().public_key().0).await.unwrap(), 2);
    chain.blocks(1).await;
    assert_eq!((first.await.unwrap().block, second.await.unwrap().block), (4, 4));
    assert_eq!(node.balance(somebody()).await.unwrap().free, 2 * COIN);
}

#[tokio::test]
async fn a_number_is_used_once() {
    let (chain, node) = chain(0, 64).await;
    let first = node.send(&alice(), 0, pay(COIN)).await.unwrap();
    assert!(matches!(node.send(&alice(), 0, pay(2 * COIN)).await, Err(SubmitError::Nonce)), "it waits already");
    chain.blocks(1).await;
    first.await.unwrap();
    assert!(matches!(node.send(&alice(), 0, pay(2 * COIN)).await, Err(SubmitError::Nonce)), "it is in a block already");
}

#[tokio::test]
async fn a_fee_is_told_and_not_taken() {
    let (account, endowed) = (alice().public_key().0, 1000 * COIN);
    let chain = MemoryChain::start(Setup { lag: 0, fee: COIN, endowed: vec![(account, endowed)], ..Setup::default() }).await;
    let node = chain.node();
    assert_eq!(node.fee(&alice(), pay(2 * COIN)).await.unwrap(), COIN);
    let sent = node.send(&alice(), 0, pay(2 * COIN)).await.unwrap();
    chain.blocks(1).await;
    sent.await.unwrap();
    assert_eq!(node.balance(account).await.unwrap().free, endowed - 2 * COIN);
}

#[tokio::test]
async fn coins_on_hold_are_told_with_their_reasons() {
    let (chain, node) = chain(0, 64).await;
    let account = alice().public_key().0;
    let before = node.holdings(account).await.unwrap();
    assert_eq!((before.holds.as_slice(), before.total()), (&[][..], 1000 * COIN));
    let sent = node.send(&alice(), 0, ComputeCall::TakeSeat.into()).await.unwrap();
    chain.blocks(1).await;
    sent.await.unwrap();
    let bond = node.compute_terms().await.unwrap().seat_bond;
    let after = node.holdings(account).await.unwrap();
    assert_eq!(after.holds, [Hold { reason: HoldReason::TrackerBond, amount: bond }]);
    assert_eq!((after.balance.held, after.balance), (bond, node.balance(account).await.unwrap()));
    assert!(node.holdings(somebody()).await.unwrap().holds.is_empty());
}

#[tokio::test]
async fn what_is_refused_is_named_and_changes_nothing_but_the_number() {
    let (chain, node) = chain(0, 64).await;
    let sent = node.send(&alice(), 0, Call::Pause { miner: 7 }).await.unwrap();
    chain.blocks(1).await;
    let error = sent.await.unwrap_err();
    assert!(error.is("Providers", "NoSuchMiner"), "{error}");
    assert_eq!(node.next_nonce(alice().public_key().0).await.unwrap(), 1);
    let too_many = Call::Append { miner: 0, slots: vec![(0, 0); 65] };
    let sent = node.send(&alice(), 1, too_many).await.unwrap();
    chain.blocks(1).await;
    assert!(matches!(sent.await, Err(SubmitError::Refused { .. })));
}

#[tokio::test]
async fn only_what_is_final_is_read_and_told() {
    let (chain, node) = chain(2, 64).await;
    let mut heads = node.finalized_heads().await.unwrap();
    assert_eq!(heads.next().await.unwrap().unwrap().number, 1);
    let sent = node.send(&alice(), 0, pay(COIN)).await.unwrap();
    chain.blocks(2).await;
    assert_eq!(stands(&chain).await, [Stand::In(2)]);
    assert_eq!(node.balance(somebody()).await.unwrap().free, 0);
    assert!(node.finalized_head(2).await.unwrap().is_none());
    assert_eq!(node.best_number().await.unwrap(), 3);
    chain.blocks(1).await;
    assert_eq!(sent.await.unwrap().block, 2);
    assert_eq!(node.balance(somebody()).await.unwrap().free, COIN);
    assert_eq!(heads.next().await.unwrap().unwrap().number, 2);
}

#[tokio::test]
async fn a_fork_takes_its_transactions_along_or_gives_them_back() {
    let (chain, node) = chain(3, 8).await;
    let returned = node.send(&alice(), 0, pay(COIN)).await.unwrap();
    chain.blocks(2).await;
    let before = chain.look(|seen| seen.best()).await;
    chain.reorganise(2, Orphans::Return).await;
    assert_eq!(chain.look(|seen| seen.best()).await, before + 1, "the other fork is longer");
    assert_eq!(stands(&chain).await, [Stand::Waiting]);
    chain.blocks(4).await;
    returned.await.unwrap();

    let lost = node.send(&alice(), 1, pay(COIN)).await.unwrap();
    chain.blocks(1).await;
    chain.reorganise(1, Orphans::Lose).await;
    assert_eq!(stands(&chain).await[1], Stand::Lost);
    assert_eq!(node.next_nonce(alice().public_key().0).await.unwrap(), 1, "its number is free again");
    chain.blocks(9).await;
    assert!(matches!(lost.await, Err(SubmitError::Expired { .. })), "given up when no block can take it any more");
    assert_eq!(node.balance(somebody()).await.unwrap().free, COIN);
}

#[tokio::test]
#[should_panic(expected = "is final")]
async fn what_is_final_stays() {
    let (chain, _) = chain(1, 64).await;
    chain.blocks(3).await;
    chain.reorganise(2, Orphans::Return).await;
}

#[tokio::test]
async fn faults_befall_what_they_are_meant_for() {
    let (chain, node) = chain(0, 4).await;
    let big = |call: &Call| matches!(call, Call::TransferCoins { amount, .. } if *amount > COIN);
    for fault in [Fault::Refuse, Fault::Drop, Fault::Lose, Fault::LoseAnswer] {
        node.fail_next(1, fault, big).await;
    }
    assert!(matches!(node.send(&alice(), 0, pay(2 * COIN)).await, Err(SubmitError::Invalid(_))));
    let small = node.send(&alice(), 0, pay(COIN)).await.unwrap();
    let dropped = node.send(&alice(), 1, pay(2 * COIN)).await.unwrap();
    assert!(matches!(dropped.await, Err(SubmitError::Unknown { .. })));
    let lost = node.send(&alice(), 1, pay(3 * COIN)).await.unwrap();
    assert!(matches!(node.send(&alice(), 1, pay(4 * COIN)).await, Err(SubmitError::Rpc(_))));
    chain.blocks(6).await;
    small.await.unwrap();
    assert!(matches!(lost.await, Err(SubmitError::Unknown { .. })), "another went through under its number");
    assert_eq!(node.balance(somebody()).await.unwrap().free, 5 * COIN, "the last was taken though nobody heard so");
}

#[tokio::test]
async fn what_is_held_waits_until_it_is_let_go() {
    let (chain, node) = chain(0, 64).await;
    node.fail_next(1, Fault::Hold, |_| true).await;
    let held = node.send(&alice(), 0, pay(COIN)).await.unwrap();
    chain.blocks(3).await;
    assert_eq!(stands(&chain).await, [Stand::Held]);
    chain.release().await;
    chain.blocks(1).await;
    held.await.unwrap();
}

#[tokio::test]
async fn a_node_that_is_gone_answers_nothing_until_it_is_back() {
    let (chain, node) = chain(0, 64).await;
    let other = chain.node();
    let mut heads = node.finalized_heads().await.unwrap();
    heads.next().await.unwrap().unwrap();
    let waiting = node.send(&alice(), 0, pay(COIN)).await.unwrap();
    node.cut().await;
    assert!(matches!(heads.next().await, Some(Err(ReadError::Rpc(_)))));
    assert!(heads.next().await.is_none());
    assert!(matches!(waiting.await, Err(SubmitError::Unknown { .. })), "the node took it before it was gone");
    assert!(node.terms().await.is_err());
    assert!(matches!(node.send(&alice(), 1, pay(COIN)).await, Err(SubmitError::Rpc(_))));
    assert!(other.terms().await.is_ok(), "other nodes are not concerned");
    node.mend().await;
    assert!(node.terms().await.is_ok());
    chain.blocks(1).await;
    assert_eq!(node.balance(somebody()).await.unwrap().free, COIN, "what was in the pool is not lost");
}

#[tokio::test]
async fn a_node_that_stalls_leaves_blocks_out() {
    let (chain, node) = chain(0, 64).await;
    let mut heads = node.finalized_heads().await.unwrap();
    assert_eq!(heads.next().await.unwrap().unwrap().number, 1);
    node.stall().await;
    chain.blocks(5).await;
    assert!(tokio::time::timeout(Duration::from_millis(50), heads.next()).await.is_err());
    node.resume().await;
    assert_eq!(tokio::time::timeout(SOON, heads.next()).await.unwrap().unwrap().unwrap().number, 6);
    assert_eq!(node.finalized_head(4).await.unwrap().unwrap().number, 4);
}

#[tokio::test]
async fn events_are_those_of_their_block() {
    let (chain, node) = chain(0, 64).await;
    let operator = chain.act([1; 32], Call::Pause { miner: 0 });
    let (refused, ()) = tokio::join!(operator, async {
        chain.until("it is sent", |seen| seen.transactions().len() == 1).await;
        chain.blocks(1).await;
    });
    assert!(refused.unwrap_err().is("Providers", "NoSuchMiner"));
    let head = node.finalized_head(2).await.unwrap().unwrap();
    assert_eq!((head.number, head.clock, head.events), (2, 2, Vec::<Event>::new()));
}
