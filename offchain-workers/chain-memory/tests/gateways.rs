//! Gateways, buckets and names are those of the chain, and several calls stand or fall together.

#![allow(clippy::unwrap_used)]

use idlewild_buckets_primitives::{
    consent::consent_message,
    scopes::{Rights, Scopes},
};
use idlewild_chain_client::{
    coins::COIN, BucketCall, BucketClient, BucketEvent, Call, ChainClient, Event, GatewayCall, GatewayClient, GatewayEvent,
    HoldReason, NameCall, NameClient, NameEvent, Outcome, SubmitError, Submitter,
};
use idlewild_chain_memory::{MemoryChain, MemoryNode, Pace, Running, Setup};
use idlewild_names_primitives::{
    commitment::commitment,
    record::{Record, RecordKey},
};
use std::sync::Arc;
use subxt_signer::sr25519::{dev, Keypair};

struct Site {
    node: MemoryNode,
    owner: Submitter,
    gateway: Submitter,
    _running: Running,
}

fn account(keys: &Keypair) -> [u8; 32] {
    keys.public_key().0
}

impl Site {
    async fn new() -> Self {
        let endowed = vec![(account(&dev::alice()), 1_000 * COIN)];
        let chain = MemoryChain::start(Setup { endowed, ..Setup::default() }).await;
        let node = chain.node();
        let submitter = |keys| Submitter::new(Arc::new(node.clone()), keys);
        Self { owner: submitter(dev::alice()), gateway: submitter(dev::bob()), _running: chain.run(Pace::default()), node }
    }

    /// With a gateway that may spend so much.
    async fn with_gateway(allowance: u128) -> Self {
        let site = Self::new().await;
        let (owner, gateway) = (site.owner.account(), site.gateway.account());
        let until = site.node.terms().await.unwrap().clock + 100;
        let message = consent_message(&site.node.genesis(), &owner, &gateway, &[3; 32], b"here", until);
        let register = GatewayCall::Register {
            account: gateway,
            receiver: [3; 32],
            owner_key: [4; 32],
            endpoint: "here".into(),
            allowance,
            until,
            signature: dev::bob().sign(&message).0,
        };
        site.owner.submit(register.into()).await.unwrap();
        site
    }

    fn create() -> Call {
        BucketCall::Create { label: b"label".to_vec(), sealed: vec![1; 64], grant: None }.into()
    }
}

fn happened(outcome: &Outcome, what: impl Fn(&Event) -> bool) -> bool {
    outcome.events.iter().any(what)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_does_all_of_its_calls_or_none() {
    let site = Site::new().await;
    let pay = |amount| Call::TransferCoins { to: [9; 32], amount };
    let refused = site.owner.submit(Call::Batch(vec![pay(COIN), Call::Pause { miner: 7 }])).await.unwrap_err();
    assert!(refused.is("Providers", "NoSuchMiner"), "{refused}");
    assert_eq!(site.node.balance([9; 32]).await.unwrap().free, 0);
    site.owner.submit(Call::Batch(vec![pay(COIN), pay(2 * COIN)])).await.unwrap();
    assert_eq!(site.node.balance([9; 32]).await.unwrap().free, 3 * COIN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gateway_acts_as_its_owner_within_what_it_allows() {
    let site = Site::with_gateway(15 * COIN).await;
    let (owner, gateway) = (site.owner.account(), site.gateway.account());
    assert!(site.node.may_store_for(owner, gateway).await.unwrap());
    assert!(!site.node.may_store_for(gateway, owner).await.unwrap());
    let act = || Call::Act(Box::new(Site::create()));
    let outcome = site.gateway.submit(act()).await.unwrap();
    assert!(happened(
        &outcome,
        |event| matches!(event, Event::Gateway(GatewayEvent::Acted { spent, .. }) if *spent == 10 * COIN)
    ));
    assert!(happened(&outcome, |event| matches!(event, Event::Bucket(BucketEvent::Created { owner: of, .. }) if *of == owner)));
    let buckets = site.node.buckets_of(owner, None, 10).await.unwrap();
    assert_eq!(buckets.iter().map(|bucket| bucket.label.as_slice()).collect::<Vec<_>>(), [b"label"]);
    // The second costs more than is left, in a batch too.
    for call in [act(), Call::Batch(vec![act()])] {
        let refused = site.gateway.submit(call).await.unwrap_err();
        assert!(refused.is("Gateways", "AllowanceSpent"), "{refused}");
    }
    // Nobody else acts, and not everything can be done.
    let refused = site.owner.submit(act()).await.unwrap_err();
    assert!(refused.is("Gateways", "NoSuchGateway"), "{refused}");
    let pay = Call::TransferCoins { to: gateway, amount: COIN };
    let refused = site.gateway.submit(Call::Act(Box::new(pay))).await.unwrap_err();
    assert!(refused.is("Gateways", "CallNotAllowed"), "{refused}");
    let reasons: Vec<_> = site.node.holdings(owner).await.unwrap().holds.iter().map(|hold| hold.reason).collect();
    assert_eq!(reasons, [HoldReason::Gateways, HoldReason::Buckets]);
}

#[tokio::test(flavor = "multi_thread")]
async fn credentials_are_issued_and_read() {
    let site = Site::with_gateway(0).await;
    let account = site.gateway.account();
    let scopes = Scopes { rights: Rights::READ, buckets: Some(vec![7]) };
    let issue = GatewayCall::Issue { account, user: [5; 32], scopes: scopes.clone() };
    let outcome = site.owner.submit(issue.into()).await.unwrap();
    assert!(happened(&outcome, |event| matches!(event, Event::Gateway(GatewayEvent::Issued { key: 0, .. }))));
    let known = site.node.credentials(account, None, 10).await.unwrap();
    assert_eq!(known.iter().map(|one| (one.key, one.user, &one.scopes)).collect::<Vec<_>>(), [(0, [5; 32], &scopes)]);
    assert_eq!(site.node.credential(account, 0).await.unwrap().as_ref(), known.first());
    assert_eq!(site.node.gateways_of(site.owner.account()).await.unwrap().len(), 1);
    let crowded = Scopes { buckets: Some((0..17).collect()), ..scopes };
    let refused = site.owner.submit(GatewayCall::SetScopes { account, key: 0, scopes: crowded }.into()).await;
    assert!(matches!(refused, Err(SubmitError::Refused { .. })), "what is too long is no call");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_is_registered_and_leads_where_its_owner_says() {
    let site = Site::new().await;
    let (owner, salt) = (site.owner.account(), [8; 32]);
    let hash = commitment(&site.node.genesis(), b"meadow", &owner, &salt);
    site.owner.submit(NameCall::Commit { hash }.into()).await.unwrap();
    let since = site.node.commitment(owner, hash).await.unwrap().unwrap();
    let age = site.node.name_terms().await.unwrap().rules.min_age;
    let mut heads = site.node.finalized_heads().await.unwrap();
    while site.node.terms().await.unwrap().clock < since + age {
        futures::StreamExt::next(&mut heads).await.unwrap().unwrap();
    }
    let quote = site.node.price_of_name("meadow", 1).await.unwrap().unwrap();
    let register = NameCall::Register { name: "meadow".into(), salt, periods: 1, max_price: quote.rent + quote.premium };
    let outcome = site.owner.submit(register.into()).await.unwrap();
    assert!(happened(&outcome, |event| matches!(event, Event::Name(NameEvent::Registered { owner: of, .. }) if *of == owner)));
    let set = NameCall::SetRecord { path: "meadow".into(), key: RecordKey::Bucket, value: Some(Record::Bucket(3)) };
    site.owner.submit(set.into()).await.unwrap();
    let resolved = site.node.resolve("meadow/index.html").await.unwrap().unwrap();
    assert_eq!((resolved.owner, resolved.rest), (owner, "meadow/".len() as u32));
    assert_eq!(resolved.records.iter().map(|view| &view.record).collect::<Vec<_>>(), [&Record::Bucket(3)]);
    assert!(site.node.resolve("forest").await.unwrap().is_none());
    assert!(site.node.price_of_name("meadow", 1).await.unwrap().is_err(), "it is taken");
    assert_eq!(site.node.names_of(owner, None, 10).await.unwrap().names.len(), 1);
    assert!(site.node.holdings(owner).await.unwrap().holds.iter().any(|hold| hold.reason == HoldReason::Names));
}
