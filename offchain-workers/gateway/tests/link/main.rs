//! Gateways of one owner and a chain in memory: whose turn it is to change a bucket that nobody writes to, and what becomes of what they
//! write.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod depot;
mod sending;

use std::{sync::Arc, time::Duration};

use idlewild_buckets_primitives::{consent::consent_message, view::LeaseView};
use idlewild_chain_client::{
    coins::COIN, BucketCall, BucketClient, BucketEvent, ChainClient, Event, GatewayCall, GatewayChain, Submitter,
};
use idlewild_chain_memory::{MemoryChain, MemoryNode, Pace, Running, Setup};
use idlewild_client::{market::Wish, Session};
use idlewild_gateway::{
    key_file::GatewaySecret,
    link::{Link, LinkOptions},
    KEY_FILE,
};
use idlewild_network::{Identity, Network, NetworkConfig, Role};
use idlewild_objects::{Bucket, BucketInit, BucketKey, Options, Store};
use idlewild_storage::keys::StorageSecret;
use idlewild_storage_primitives::geometry::Geometry;
use subxt_signer::sr25519::dev;

const NAME: &str = "bucket";

/// An owner's chain with a bucket.
struct Scene {
    chain: MemoryChain,
    node: MemoryNode,
    owner: Submitter,
    bucket: u64,
    _running: Running,
}

/// A gateway that has the bucket.
struct Gateway {
    link: Arc<Link>,
    store: Store,
    account: [u8; 32],
    _folder: tempfile::TempDir,
}

impl Scene {
    async fn begin() -> Self {
        let endowed = vec![(dev::alice().public_key().0, 1_000 * COIN)];
        let chain = MemoryChain::start(Setup { endowed, ..Setup::default() }).await;
        let node = chain.node();
        let running = chain.run(Pace::default());
        let owner = Submitter::new(Arc::new(node.clone()), dev::alice());
        let create = BucketCall::Create { label: b"label".to_vec(), sealed: vec![1; 64], grant: None };
        let made = owner.submit(create.into()).await.unwrap();
        let bucket = made.events.iter().find_map(|event| match event {
            Event::Bucket(BucketEvent::Created { bucket, .. }) => Some(*bucket),
            _ => None,
        });
        Self { chain, node, owner, bucket: bucket.unwrap(), _running: running }
    }

    async fn gateway(&self) -> Gateway {
        self.gateway_at(depot::Sham::of(self.owner.account())).await
    }

    /// One whose segments are there.
    async fn gateway_at(&self, depot: Arc<depot::Sham>) -> Gateway {
        let folder = tempfile::tempdir().unwrap();
        let (secret, _) = GatewaySecret::create(&folder.path().join(KEY_FILE)).unwrap();
        let (account, owner) = (secret.account(), self.owner.account());
        let until = self.node.terms().await.unwrap().clock + 100;
        let message = consent_message(&self.node.genesis(), &owner, &account, &[3; 32], b"here", until);
        let register = GatewayCall::Register {
            account,
            receiver: [3; 32],
            owner_key: [4; 32],
            endpoint: "here".into(),
            allowance: 100 * COIN,
            until,
            signature: secret.signer().sign(&message).0,
        };
        self.owner.submit(register.into()).await.unwrap();
        let grant = BucketCall::Grant { bucket: self.bucket, gateway: account, sealed: vec![1; 64] };
        self.owner.submit(grant.into()).await.unwrap();
        self.open(folder, secret, depot).await
    }

    /// The same gateway with nothing but its secret.
    async fn rebuilt(&self, gateway: &Gateway, depot: Arc<depot::Sham>) -> Gateway {
        let folder = tempfile::tempdir().unwrap();
        let secret = GatewaySecret::load(&gateway._folder.path().join(KEY_FILE)).unwrap();
        self.open(folder, secret, depot).await
    }

    async fn open(&self, folder: tempfile::TempDir, secret: GatewaySecret, depot: Arc<depot::Sham>) -> Gateway {
        let (account, owner) = (secret.account(), self.owner.account());
        let options = Options { segment_bytes: 1 << 18, reserve_bytes: 0, origin: account, ..Options::default() };
        let store = Store::open(&folder.path().join("store"), options).await.unwrap();
        let init = BucketInit { id: Some(self.bucket), key: Some(BucketKey([7; 32])), ..BucketInit::default() };
        store.create_bucket(NAME, init).await.unwrap();
        let chain: Arc<dyn GatewayChain> = Arc::new(self.node.clone());
        let network = Network::start(NetworkConfig::new(Identity::random(), self.chain.genesis(), Role::User)).unwrap();
        let session = Session::new(Arc::new(self.node.clone()), network, secret.signer().clone(), StorageSecret::new([1; 32]));
        let wish = Wish { geometry: Geometry { data: 1, parity: 1 }, copies: 1, term: 1_000, max_price: None };
        let options = LinkOptions { wish, flush_after: Duration::from_secs(300), node: "memory".into() };
        let link = Link::with_depot(store.clone(), chain, session.on_behalf(owner), depot, Arc::new(secret), options);
        Gateway { link, store, account, _folder: folder }
    }

    async fn lease(&self) -> Option<LeaseView> {
        self.node.bucket(self.bucket).await.unwrap().unwrap().lease
    }
}

impl Gateway {
    fn bucket(&self) -> Bucket {
        self.store.bucket(NAME).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_that_nobody_writes_is_taken_and_that_of_another_is_left_to_it() {
    let scene = Scene::begin().await;
    let (one, two) = (scene.gateway().await, scene.gateway().await);
    assert!(scene.lease().await.is_none() && !one.link.holds(NAME), "nobody has written it for a while");
    assert!(one.link.may_change(&one.bucket()).await);
    let lease = scene.lease().await.unwrap();
    assert_eq!(lease.holder, one.account, "it is this one's turn, as the chain has it");
    assert!(one.link.holds(NAME));
    assert!(!two.link.may_change(&two.bucket()).await, "two would make two histories of it");
    assert!(!two.link.holds(NAME));
    assert!(one.link.may_change(&one.bucket()).await);
    assert_eq!(scene.lease().await, Some(lease), "it was not asked for again");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_write_a_bucket_does_not_change_it() {
    let scene = Scene::begin().await;
    let gateway = scene.gateway().await;
    let withdraw = BucketCall::Withdraw { bucket: scene.bucket, gateway: gateway.account };
    scene.owner.submit(withdraw.into()).await.unwrap();
    assert!(!gateway.link.may_change(&gateway.bucket()).await);
    // One that is not on chain is nobody else's.
    gateway.store.create_bucket("local", BucketInit::default()).await.unwrap();
    assert!(gateway.link.may_change(&gateway.store.bucket("local").unwrap()).await);
    // Where the chain is silent nobody knows whose turn it is.
    let other = scene.gateway().await;
    scene.node.cut().await;
    assert!(!other.link.may_change(&other.bucket()).await);
}
