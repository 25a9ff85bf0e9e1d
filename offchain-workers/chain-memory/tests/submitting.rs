//! The submitter at a node that loses things: what may have been done is not done twice, and numbers stay sound.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use idlewild_chain_client::{coins::COIN, Call, ChainClient, SubmitError, Submitter};
use idlewild_chain_memory::{Fault, MemoryChain, MemoryNode, Pace, Running, Setup, Stand};
use subxt_signer::sr25519::dev;

struct Site {
    submitter: Submitter,
    node: MemoryNode,
    chain: MemoryChain,
    _running: Running,
}

impl Site {
    /// Blocks come, and transactions that none of them takes are soon worth nothing.
    async fn new(mortal: u32) -> Self {
        let endowed = vec![(dev::alice().public_key().0, 1000 * COIN)];
        let chain = MemoryChain::start(Setup { mortal, endowed, ..Setup::default() }).await;
        let node = chain.node();
        let submitter = Submitter::new(Arc::new(node.clone()), dev::alice());
        Self { submitter, node, _running: chain.run(Pace::default()), chain }
    }

    /// What arrived.
    async fn received(&self) -> u128 {
        self.node.balance(dev::bob().public_key().0).await.unwrap().free
    }

    /// Numbers of all that was sent, and whether each did what it should.
    async fn sent(&self) -> Vec<(u64, bool)> {
        self.chain.look(|seen| seen.transactions().iter().map(|one| (one.nonce, one.is_done())).collect()).await
    }
}

fn pay(amount: u128) -> Call {
    Call::TransferCoins { to: dev::bob().public_key().0, amount }
}

#[tokio::test(flavor = "multi_thread")]
async fn coins_are_sent_once_whatever_is_heard_of_them() {
    for (fault, arrives) in [(Fault::Lose, false), (Fault::Drop, false), (Fault::Refuse, false), (Fault::LoseAnswer, true)] {
        let site = Site::new(6).await;
        site.node.fail_next(1, fault, |_| true).await;
        let error = site.submitter.submit(pay(COIN)).await.unwrap_err();
        let as_a_node_says = match fault {
            Fault::Lose => matches!(error, SubmitError::Expired { .. }),
            Fault::Drop => matches!(error, SubmitError::Unknown { .. }),
            Fault::Refuse => matches!(error, SubmitError::Invalid(_)),
            _ => matches!(error, SubmitError::Rpc(_)),
        };
        assert!(as_a_node_says, "{fault:?}: {error:?}");
        assert_eq!(site.sent().await.len(), 1, "{fault:?}: what may have been paid must not be paid again");
        // The next one goes through, whether or not the first has used its number.
        site.submitter.submit(pay(2 * COIN)).await.unwrap();
        assert_eq!(site.received().await, 2 * COIN + if arrives { COIN } else { 0 }, "{fault:?}");
        assert_eq!(site.sent().await.len(), 2, "{fault:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn coins_that_wait_when_the_connection_breaks_are_not_sent_again() {
    let site = Site::new(1000).await;
    site.node.fail_next(1, Fault::Hold, |_| true).await;
    let breaking = async {
        site.chain.until("it waits", |seen| seen.transactions().iter().any(|one| one.stand == Stand::Held)).await;
        site.node.cut().await;
    };
    let (outcome, ()) = tokio::join!(site.submitter.submit(pay(COIN)), breaking);
    let error = outcome.unwrap_err();
    assert!(matches!(error, SubmitError::Unknown { .. }), "{error:?}");
    assert!(error.to_string().contains("before you send it again"), "{error}");
    site.node.mend().await;
    site.chain.release().await;
    site.chain.until("it is carried out all the same", |seen| seen.transactions()[0].is_done()).await;
    site.submitter.submit(pay(COIN)).await.unwrap();
    assert_eq!(site.sent().await, [(0, true), (1, true)]);
    assert_eq!(site.received().await, 2 * COIN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_number_that_went_through_leaves_it_open_what_did() {
    let site = Site::new(6).await;
    site.node.fail_next(1, Fault::Lose, |_| true).await;
    let meanwhile = async {
        site.chain.until("the first is lost", |seen| seen.transactions().len() == 1).await;
        site.node.send(&dev::alice(), 0, pay(3 * COIN)).await.unwrap().await.unwrap();
    };
    let (outcome, ()) = tokio::join!(site.submitter.submit(pay(COIN)), meanwhile);
    let error = outcome.unwrap_err();
    assert!(matches!(error, SubmitError::Unknown { .. }), "nobody may say that nothing was done: {error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_no_harm_twice_is_sent_again_under_the_number_that_is_free() {
    for fault in [Fault::Lose, Fault::Drop] {
        let site = Site::new(6).await;
        site.node.fail_next(2, fault, |_| true).await;
        site.submitter.submit_again(pay(COIN)).await.unwrap();
        assert_eq!(site.sent().await, [(0, false), (0, false), (0, true)], "{fault:?}");
        assert_eq!(site.received().await, COIN);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_chain_refuses_is_not_sent_again() {
    let site = Site::new(6).await;
    let error = site.submitter.submit_again(Call::Pause { miner: 7 }).await.unwrap_err();
    assert!(error.is("Providers", "NoSuchMiner"), "{error}");
    assert_eq!(site.sent().await, [(0, false)]);
}
