//! Shares and publications are those of the chain.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use idlewild_chain_client::{
    coins::COIN, Call, ChainClient, DealRequest, Event, GatewayChain, HoldReason, Outcome, ShareCall, ShareEvent, SubmitError,
    Submitter,
};
use idlewild_chain_memory::{MemoryChain, MemoryNode, Pace, Running, Setup};
use idlewild_shares_primitives::{audience::Audience, limits::MAX_SEALED};
use idlewild_storage_primitives::{
    geometry::Geometry,
    receipt::{registration_message, Receipt, SlotReceipt},
    DealId,
};
use pallet_idlewild_test_runtime::{account, miner, PRICE};
use sp_core::Pair;
use subxt_signer::sr25519::dev;

/// Everything that a gateway asks, as one object: what is shared is asked of it too.
struct Site {
    node: Arc<dyn GatewayChain>,
    owner: Submitter,
    reader: Submitter,
    root: DealId,
    _running: Running,
}

impl Site {
    /// With a deal of the owner's.
    async fn new() -> Self {
        let endowed = [dev::alice(), dev::bob()].map(|keys| (keys.public_key().0, 100_000 * COIN)).to_vec();
        let chain = MemoryChain::start(Setup { endowed, ..Setup::default() }).await;
        let node = chain.node();
        let running = chain.run(Pace::default());
        let submitter = |keys| Submitter::new(Arc::new(node.clone()), keys);
        let (owner, reader) = (submitter(dev::alice()), submitter(dev::bob()));
        for index in [0, 1] {
            let (operator, peer): ([u8; 32], _) = (account(index).into(), miner::key(index));
            let peer_signature = peer.sign(&registration_message(&node.genesis(), &operator, &peer.public().0)).0;
            let (endpoint, bond) = ("/ip4/127.0.0.1/tcp/4000".into(), 1_000 * COIN);
            let peer_key = peer.public().0;
            let call = Call::Register { peer_key, peer_signature, endpoint, capacity: 1 << 40, price: PRICE, bond };
            chain.act(operator, call).await.unwrap();
        }
        let deal = request(&node, owner.account()).await;
        let outcome = owner.submit(Call::CreateDeals { requests: vec![deal] }).await.unwrap();
        let created = outcome.events.iter().find_map(|event| match event {
            Event::Created { deal, .. } => Some(*deal),
            _ => None,
        });
        Self { node: Arc::new(node), owner, reader, root: created.unwrap(), _running: running }
    }

    async fn announced(&self) -> [u8; 32] {
        self.reader.submit(ShareCall::AnnounceKey { key: [5; 32] }.into()).await.unwrap();
        self.reader.account()
    }
}

/// A deal that the two miners have signed for.
async fn request(node: &MemoryNode, owner: [u8; 32]) -> DealRequest {
    let (salt, roots, length, term) = ([1; 16], vec![[2; 32], [3; 32]], 4096, 400);
    let valid_until = node.best_number().await.unwrap() + 300;
    let receipts = [0u8, 1].map(|slot| {
        let root = roots[usize::from(slot)];
        let (miner, least_price) = (slot.into(), PRICE);
        let receipt = Receipt { owner, salt, slot, miner, root, length, term, least_price, valid_until };
        let signature = miner::key(slot).sign(&receipt.message(&node.genesis())).0;
        SlotReceipt { slot, miner, least_price, valid_until, signature }
    });
    DealRequest {
        salt,
        geometry: Geometry { data: 1, parity: 1 },
        copies: 1,
        shard_len: length,
        term,
        price: PRICE,
        roots,
        receipts: receipts.to_vec(),
        manifest: b"list".to_vec(),
    }
}

fn happened(outcome: &Outcome, what: ShareEvent) -> bool {
    outcome.events.contains(&what.into())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bundle_is_shared_with_an_account_until_it_is_revoked() {
    let site = Site::new().await;
    let (owner, root) = (site.owner.account(), site.root);
    let to = site.announced().await;
    assert_eq!((site.node.receiver(to).await.unwrap(), site.node.receiver(owner).await.unwrap()), (Some([5; 32]), None));
    let audience = Audience::Account { account: to, sealed: vec![7; 80] };
    let until = Some(site.node.terms().await.unwrap().clock + 100_000);
    let outcome = site.owner.submit(ShareCall::Share { root, audience: audience.clone(), until }.into()).await.unwrap();
    assert!(happened(&outcome, ShareEvent::Shared { share: 0, owner, root, to: Some(to), until }));
    let known = site.node.shares_with(to, None, 10).await.unwrap();
    let told: Vec<_> = known.iter().map(|view| (view.owner, view.root, &view.audience, view.until, view.is_live)).collect();
    assert_eq!(told, [(owner, root, &audience, until, true)]);
    assert_eq!(site.node.shares_of(owner, None, 10).await.unwrap(), known);
    assert_eq!(site.node.share(0).await.unwrap().as_ref(), known.first());
    assert!(site.node.holdings(owner).await.unwrap().holds.iter().any(|hold| hold.reason == HoldReason::Shares));
    let refused = site.reader.submit(ShareCall::Revoke { share: 0 }.into()).await.unwrap_err();
    assert!(refused.is("Shares", "NotOwner"), "{refused}");
    let outcome = site.owner.submit(ShareCall::Revoke { share: 0 }.into()).await.unwrap();
    assert!(happened(&outcome, ShareEvent::Revoked { share: 0, owner }));
    assert!(site.node.shares_with(to, None, 10).await.unwrap().is_empty() && site.node.share(0).await.unwrap().is_none());
    let outcome = site.reader.submit(ShareCall::ConcealKey.into()).await.unwrap();
    assert!(happened(&outcome, ShareEvent::KeyConcealed { account: to }));
    let refused = site.owner.submit(ShareCall::Share { root, audience, until: None }.into()).await.unwrap_err();
    assert!(refused.is("Shares", "NotAnnounced"), "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_is_of_nobody_and_what_is_too_long_is_no_call() {
    let site = Site::new().await;
    let (owner, root) = (site.owner.account(), site.root);
    let link = ShareCall::Share { root, audience: Audience::Link, until: None };
    let outcome = site.owner.submit(link.into()).await.unwrap();
    assert!(happened(&outcome, ShareEvent::Shared { share: 0, owner, root, to: None, until: None }));
    assert_eq!(site.node.share(0).await.unwrap().map(|view| view.audience), Some(Audience::Link));
    let account = site.announced().await;
    let audience = Audience::Account { account, sealed: vec![7; MAX_SEALED as usize + 1] };
    let refused = site.owner.submit(ShareCall::Share { root, audience, until: None }.into()).await;
    assert!(matches!(refused, Err(SubmitError::Refused { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_published_moved_and_withdrawn() {
    let site = Site::new().await;
    let (owner, root) = (site.owner.account(), site.root);
    let publish =
        |root, name: &str| ShareCall::Publish { root, key: [1; 32], hash: [2; 32], length: 9, name: name.as_bytes().to_vec() };
    for (call, error) in [(publish(root, "a/b"), "BadName"), (publish(root + 1, "file"), "NoSuchDeal")] {
        let refused = site.owner.submit(call.into()).await.unwrap_err();
        assert!(refused.is("Shares", error), "{refused}");
    }
    let outcome = site.owner.submit(publish(root, "grüße.txt").into()).await.unwrap();
    assert!(happened(&outcome, ShareEvent::Published { publication: 0, owner, root, hash: [2; 32], length: 9 }));
    let outcome = site.owner.submit(ShareCall::Relocate { publication: 0, root, key: [3; 32] }.into()).await.unwrap();
    assert!(happened(&outcome, ShareEvent::Relocated { publication: 0, root }));
    let view = site.node.publication(0).await.unwrap().unwrap();
    assert_eq!((view.owner, view.root, view.key, view.hash, view.length), (owner, root, [3; 32], [2; 32], 9));
    assert_eq!(view.name, "grüße.txt".as_bytes());
    assert_eq!(site.node.publications_of(owner, None, 10).await.unwrap(), [view]);
    let outcome = site.owner.submit(ShareCall::Withdraw { publication: 0 }.into()).await.unwrap();
    assert!(happened(&outcome, ShareEvent::Withdrawn { publication: 0, owner }));
    assert!(site.node.publication(0).await.unwrap().is_none());
}
