//! A gateway of the owner's, which stores under the key of a bucket.

use std::sync::{Arc, Mutex};

use idlewild_buckets_primitives::{
    consent::consent_message,
    salt::{salt, tag_of, Tag},
    Balance, BucketId,
};
use idlewild_chain_client::{BucketCall, BucketEvent, Call, Event, GatewayCall, Keypair};
use idlewild_chain_memory::MemoryNode;
use idlewild_client::{Content, PutError, PutEvent, PutReport, ReadySegment, SegmentOptions, Session};
use idlewild_network::{Identity, Network, NetworkConfig, Role};
use idlewild_storage::keys::StorageSecret;

use super::{bytes, options, World};

/// Bytes of a segment before what is at its end.
pub(crate) const CONTENTS: usize = 60_000;
/// Where everything is encrypted under.
const BUCKET_KEY: [u8; 32] = [5; 32];

pub(crate) struct Delegate {
    /// Under the bucket's key, on the owner's behalf.
    pub(crate) session: Arc<Session>,
    pub(crate) keys: Keypair,
    /// Its node, which may fail it.
    pub(crate) node: MemoryNode,
    pub(crate) bucket: BucketId,
}

impl Delegate {
    /// An account without coins that says it stores for the owner; nobody knows of it yet.
    pub(crate) fn new(world: &World, uri: &str) -> Self {
        let config = NetworkConfig::new(Identity::random(), world.chain.genesis(), Role::User);
        let (keys, node) = (super::keys(uri), world.chain.node());
        let session =
            Session::new(Arc::new(node.clone()), Network::start(config).unwrap(), keys.clone(), StorageSecret::new([1; 32]));
        let session = session.on_behalf(world.owner.account()).under(StorageSecret::new(BUCKET_KEY));
        Self { session, keys, node, bucket: 0 }
    }

    /// A gateway that may spend so much, with the key of a bucket of the owner's which it may write.
    pub(crate) async fn serving(world: &World, uri: &str, allowance: Balance) -> Self {
        let mut delegate = Self::new(world, uri);
        delegate.register(world, allowance).await;
        let (owner, account) = (world.owner.account(), delegate.account());
        let grant = Some((account, vec![2; 64]));
        let create = BucketCall::Create { label: vec![1; 20], sealed: vec![2; 64], grant };
        let made = world.chain.act(owner, create.into()).await.expect("a bucket was not made");
        delegate.bucket = made
            .events
            .iter()
            .find_map(|event| match event {
                Event::Bucket(BucketEvent::Created { bucket, .. }) => Some(*bucket),
                _ => None,
            })
            .expect("a bucket has a number");
        let acquire = BucketCall::Acquire { bucket: delegate.bucket, blocks: 14_400 };
        world.chain.act(account, acquire.into()).await.expect("the bucket is nobody's");
        delegate
    }

    /// Has the owner register it.
    pub(crate) async fn register(&self, world: &World, allowance: Balance) {
        let (owner, account) = (world.owner.account(), self.account());
        let (receiver, endpoint) = ([6; 32], "http://127.0.0.1:1");
        let until = world.chain.look(|seen| seen.clock()).await + 500;
        let message = consent_message(&world.chain.genesis(), &owner, &account, &receiver, endpoint.as_bytes(), until);
        let register = GatewayCall::Register {
            account,
            receiver,
            owner_key: [7; 32],
            endpoint: endpoint.into(),
            allowance,
            until,
            signature: self.keys.sign(&message).0,
        };
        world.chain.act(owner, register.into()).await.expect("a sound gateway was refused");
    }

    pub(crate) fn account(&self) -> [u8; 32] {
        self.keys.public_key().0
    }

    /// What it may still spend.
    pub(crate) async fn allowance(&self) -> Balance {
        use idlewild_chain_client::GatewayClient;
        self.node.gateway(self.account()).await.unwrap().expect("it is a gateway").allowance
    }

    pub(crate) fn tag(&self) -> Tag {
        tag_of(self.bucket, &self.account())
    }

    /// The plaintext of segment `number`: what is in it, and what says so.
    pub(crate) fn plain(&self, number: u64) -> Vec<u8> {
        [bytes(900 + number, CONTENTS), format!("commit {number}").into_bytes()].concat()
    }

    pub(crate) fn segment(&self, number: u64) -> ReadySegment {
        let (salt, content) = (salt(self.tag(), number), Content::Bytes(self.plain(number).into()));
        ReadySegment { salt, content, index_offset: CONTENTS as u32 }
    }

    /// Says that the bucket's newest commit, number `sequence`, is in segment `segment` and comes after others.
    pub(crate) fn commit(&self, epoch: u32, sequence: u64, segment: u64, replaces: &[u64]) -> Call {
        let hash = |number: u64| *blake3::hash(format!("commit {number}").as_bytes()).as_bytes();
        let replaces = replaces.iter().map(|number| hash(*number)).collect();
        let salt = salt(self.tag(), segment);
        BucketCall::Commit { bucket: self.bucket, epoch, sequence, hash: hash(sequence), salt, replaces }.into()
    }

    /// Puts segments, and tells of what it was told meanwhile.
    pub(crate) async fn put(
        &self,
        segments: Vec<ReadySegment>,
        again: bool,
        further: Vec<Call>,
    ) -> (Result<PutReport, PutError>, Vec<PutEvent>) {
        let told = Arc::new(Mutex::new(Vec::new()));
        let tell = told.clone();
        let how = SegmentOptions { wish: options(0).wish, agreed: Balance::MAX, again };
        let putting = self.session.put_segments(segments, &how, further, move |event| tell.lock().unwrap().push(event));
        let outcome = tokio::time::timeout(super::PATIENCE, putting).await.expect("a put did not end in time");
        let told = std::mem::take(&mut *told.lock().unwrap());
        (outcome, told)
    }
}
