//! A deal made step by step: one data shard and one parity shard a copy, of which all are anything.

use bytes::Bytes;
use idlewild_chain_client::{coins::COIN, Call, DealRequest, Event};
use idlewild_chain_memory::MemoryChain;
use idlewild_network::transfer::{Progress, StoreError, StoreOrder};
use idlewild_storage::shard_key::ShardKey;
use idlewild_storage_primitives::{
    geometry::Geometry,
    receipt::{SlotReceipt, StoreRequest},
    DealId, Root, Salt,
};

use super::{Owner, Worker, World, LONG};

/// Bytes of a shard: some chunks, the last of them whole.
const LENGTH: usize = 16 << 10;
/// Blocks for which requests are worth anything.
const VALIDITY: u32 = 300;

pub(crate) struct ByHand {
    pub(crate) salt: Salt,
    pub(crate) shards: Vec<Bytes>,
    pub(crate) term: u32,
}

impl ByHand {
    /// With so many copies of two equal shards each.
    pub(crate) fn of_copies(seed: u64, copies: usize) -> Self {
        let one = Self::new(seed);
        Self { shards: vec![one.shards[0].clone(); 2 * copies], ..one }
    }

    /// With two equal shards, which is what a code of one and one makes of anything.
    pub(crate) fn new(seed: u64) -> Self {
        let shard = Bytes::from(super::bytes(seed, LENGTH));
        let mut salt = [0; 16];
        salt[..8].copy_from_slice(&seed.to_le_bytes());
        Self { salt, shards: vec![shard.clone(), shard], term: LONG }
    }

    pub(crate) fn root(&self, slot: u8) -> Root {
        *blake3::hash(&self.shards[usize::from(slot)]).as_bytes()
    }

    pub(crate) fn key(&self, slot: u8) -> ShardKey {
        ShardKey { root: self.root(slot), salt: self.salt, slot }
    }

    /// A request that a miner has no reason to refuse.
    pub(crate) fn request(&self, owner: &Owner, worker: &Worker, slot: u8) -> StoreRequest {
        StoreRequest {
            owner: owner.account(),
            salt: self.salt,
            slot,
            miner: worker.id(),
            root: self.root(slot),
            length: self.shards[usize::from(slot)].len() as u32,
            term: self.term,
            price: COIN,
            valid_until: worker.miner().moment().block + VALIDITY,
        }
    }

    /// Sends a shard with a request that the owner signs.
    pub(crate) async fn send(&self, owner: &Owner, worker: &Worker, request: StoreRequest) -> Result<SlotReceipt, StoreError> {
        // Whoever has the keys signs, for itself or for another.
        let account = owner.account();
        let signer = Some(account).filter(|signer| *signer != request.owner);
        let message = request.message_of(owner.shards.network().genesis(), &account);
        let (signature, block) = (owner.keys.sign(&message).0, worker.miner().moment().block);
        let order = StoreOrder { request, signer, signature, block };
        let shard = self.shards[usize::from(order.request.slot)].clone();
        owner.shards.store_shard(&worker.address(), &order, shard, &Progress::none()).await
    }

    /// Uploads a slot to a miner that takes it.
    pub(crate) async fn upload(&self, owner: &Owner, worker: &Worker, slot: u8) -> SlotReceipt {
        let request = self.request(owner, worker, slot);
        self.send(owner, worker, request).await.expect("a miner refused a sound request")
    }

    /// Makes the deal, and waits until it stands.
    pub(crate) async fn deal(&self, owner: &Owner, chain: &MemoryChain, receipts: Vec<SlotReceipt>) -> DealId {
        let request = DealRequest {
            salt: self.salt,
            geometry: Geometry { data: 1, parity: 1 },
            copies: u8::try_from(self.shards.len() / 2).unwrap(),
            shard_len: LENGTH as u32,
            term: self.term,
            price: COIN,
            roots: (0..).take(self.shards.len()).map(|slot| self.root(slot)).collect(),
            receipts,
            manifest: b"sealed".to_vec(),
        };
        let made = chain.act(owner.account(), Call::CreateDeals { requests: vec![request] }).await;
        let made = made.expect("a sound deal was refused");
        let created = made.events.iter().find_map(|event| match event {
            Event::Created { deal, .. } => Some(*deal),
            _ => None,
        });
        created.expect("a sound deal was left out")
    }

    /// Uploads both slots to the first worker, or one each to the first two, and makes the deal.
    pub(crate) async fn store(&self, world: &World) -> DealId {
        let (first, second) = (&world.workers[0], world.workers.get(1).unwrap_or(&world.workers[0]));
        let receipts = vec![self.upload(&world.owner, first, 0).await, self.upload(&world.owner, second, 1).await];
        self.deal(&world.owner, &world.chain, receipts).await
    }
}
