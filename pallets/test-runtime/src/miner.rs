//! A miner that keeps its shards and its range, and proves them for real.

use std::collections::BTreeMap;

use frame_support::{pallet_prelude::DispatchResultWithPostInfo, BoundedVec};
use idlewild_storage_primitives::{
    challenge, chunk,
    geometry::Geometry,
    proof::ChunkProof,
    receipt::{registration_message, Receipt, SlotReceipt},
    sum_range::{Leaf, Node},
    Balance, DealId, MinerId, Salt, SlotIndex, CHALLENGES,
};
use pallet_idlewild_deals::types::Request;
use sp_core::{ed25519, Pair};
use sp_runtime::DispatchResult;

use crate::{
    account, AccountId, Chain, Clock, Deals, Proofs, Providers, Randomness, RuntimeOrigin, Slots, System, COIN,
};

/// What miners in tests ask for.
pub const PRICE: Balance = 1024 * 1024 * COIN;

/// A miner with a peer key, shards, and a copy of its range leaf by leaf.
pub struct Miner {
    /// Its number on chain.
    pub id: MinerId,
    /// The account behind it.
    pub operator: AccountId,
    /// Its network identity.
    pub key: ed25519::Pair,
    /// Its range, leaf by leaf, with the cleared ones.
    pub leaves: Vec<Option<Leaf>>,
    /// The bytes behind its slots.
    pub shards: BTreeMap<(DealId, SlotIndex), Vec<u8>>,
}

impl Miner {
    /// Registers miner number `index` with plenty of everything.
    pub fn register(index: u8) -> Self {
        let operator = account(index);
        let key = ed25519::Pair::from_seed(&[index; 32]);
        let peer_key = key.public().0;
        let message = registration_message(&Providers::genesis(), operator.as_ref(), &peer_key);
        let id = pallet_idlewild_providers::NextMiner::<crate::Test>::get();
        let registered = Providers::register(
            RuntimeOrigin::signed(operator.clone()),
            peer_key,
            key.sign(&message).0,
            BoundedVec::truncate_from(b"/ip4/127.0.0.1/tcp/4000".to_vec()),
            1 << 40,
            PRICE,
            1_000 * COIN,
        );
        assert_eq!(registered, Ok(()), "a miner of the tests cannot be registered");
        Self { id, operator, key, leaves: Vec::new(), shards: BTreeMap::new() }
    }

    /// Registers `count` miners, each of an operator of its own.
    pub fn register_many(count: u8) -> Vec<Self> {
        (0..count).map(Self::register).collect()
    }

    /// Its origin.
    pub fn origin(&self) -> RuntimeOrigin {
        RuntimeOrigin::signed(self.operator.clone())
    }

    /// Its receipt for a slot of a request that is otherwise complete.
    pub fn receipt(&self, owner: &AccountId, request: &Request, slot: SlotIndex) -> SlotReceipt {
        let valid_until = System::block_number() + 300;
        let receipt = Receipt {
            owner: owner.clone().into(),
            salt: request.salt,
            slot,
            miner: self.id,
            root: request.roots[usize::from(slot)],
            length: request.shard_len,
            term: request.term,
            least_price: request.price,
            valid_until,
        };
        let signature = self.key.sign(&receipt.message(&Providers::genesis())).0;
        SlotReceipt { slot, miner: self.id, least_price: request.price, valid_until, signature }
    }

    /// Appends slots whose bytes it is given.
    pub fn append(&mut self, slots: &[(DealId, SlotIndex, Vec<u8>)]) -> DispatchResult {
        let named = slots.iter().map(|(deal, slot, _)| (*deal, *slot)).collect();
        Slots::append(self.origin(), self.id, BoundedVec::truncate_from(named))?;
        for (deal, slot, bytes) in slots {
            self.note(*deal, *slot, bytes.clone());
        }
        Ok(())
    }

    /// Notes a slot that the chain appended for it.
    pub fn note(&mut self, id: DealId, slot: SlotIndex, bytes: Vec<u8>) {
        let deal = pallet_idlewild_deals::Deals::<crate::Test>::get(id);
        let leaf = deal.and_then(|deal| Deals::leaf_of(&deal, id, slot).ok());
        assert!(leaf.is_some(), "a slot of the tests does not exist");
        self.leaves.push(leaf);
        self.shards.insert((id, slot), bytes);
    }

    /// The index of a slot in its range.
    pub fn index_of(&self, id: DealId, slot: SlotIndex) -> Option<u32> {
        let found = self.leaves.iter().rposition(|leaf| leaf.is_some_and(|leaf| leaf.deal == id && leaf.slot == slot));
        found.map(|index| index as u32)
    }

    /// The path of a leaf in the range of its first `count` leaves.
    pub fn path(&self, count: u32, index: u32) -> Vec<Node> {
        let mut first = 0u32;
        for height in (0..32).rev() {
            let size = 1u32 << height;
            if count & size == 0 {
                continue;
            }
            if index < first + size {
                return self.climb(first, size, index - first);
            }
            first += size;
        }
        Vec::new()
    }

    fn climb(&self, first: u32, size: u32, within: u32) -> Vec<Node> {
        let leaves = &self.leaves[first as usize..(first + size) as usize];
        let mut level: Vec<Node> = leaves.iter().map(|leaf| leaf.map_or(Node::CLEARED, |leaf| leaf.node())).collect();
        let mut at = within as usize;
        let mut path = Vec::new();
        while level.len() > 1 {
            path.push(level[at ^ 1]);
            level = level.chunks(2).filter_map(|pair| Node::join(&pair[0], &pair[1])).collect();
            at /= 2;
        }
        path
    }

    /// The proof that it owes now, or `None` where nothing is owed or drawn. Assumes that nothing was cleared since the period
    /// began.
    pub fn proof(&self) -> Option<Vec<ChunkProof>> {
        let owed = Proofs::view(self.id)?;
        let seed = owed.seed?;
        let total = owed.sealed.total();
        (0..CHALLENGES)
            .map(|j| {
                let position = challenge::position(&seed, self.id, j, total)?;
                let mut start = 0u64;
                let mut index = 0u32;
                let leaf = self.leaves.iter().find_map(|leaf| {
                    let count = leaf.map_or(0, |leaf| u64::from(leaf.count));
                    if position < start + count {
                        return *leaf;
                    }
                    start += count;
                    index += 1;
                    None
                })?;
                let shard = self.shards.get(&(leaf.deal, leaf.slot))?;
                let offset = (position - start) as u32;
                let bytes = shard.chunks(1024).nth(offset as usize)?;
                Some(ChunkProof {
                    leaf,
                    index,
                    path: self.path(owed.sealed.leaves, index),
                    chunk: bytes.to_vec(),
                    chunk_path: chunk::path(shard, offset)?,
                })
            })
            .collect()
    }

    /// Proves the current period.
    pub fn prove(&self) -> DispatchResultWithPostInfo {
        let proofs = self.proof().unwrap_or_default();
        Proofs::prove(self.origin(), self.id, Proofs::period_of(self.id), BoundedVec::truncate_from(proofs))
    }

    /// Lets blocks pass until its next period has begun and its seed is drawn.
    pub fn pass_period(&self) {
        let schedule = Proofs::schedule(self.id);
        let next = schedule.start(Proofs::period_of(self.id) + 1);
        Chain::pass_to(next + 1);
        while Randomness::seed_of_period(next).is_none() {
            Chain::next_block();
        }
        assert!(Clock::now() > next);
    }
}

/// A request for one copy at `geometry` over `len`-byte shards, with its shards, each different.
pub fn request(salt: Salt, geometry: Geometry, copies: u8, len: u32, term: u32) -> (Request, Vec<Vec<u8>>) {
    let slots = geometry.shards() * copies;
    let shards: Vec<Vec<u8>> = (0..slots)
        .map(|slot| (0..len).map(|at| (at.wrapping_mul(31) ^ (at >> 8)) as u8 ^ slot ^ salt[0]).collect())
        .collect();
    let roots = shards.iter().map(|shard| *blake3::hash(shard).as_bytes()).collect();
    let request = Request {
        salt,
        geometry,
        copies,
        shard_len: len,
        term,
        price: PRICE,
        roots: BoundedVec::truncate_from(roots),
        receipts: BoundedVec::new(),
        manifest: BoundedVec::truncate_from(b"sealed".to_vec()),
    };
    (request, shards)
}

/// Creates a deal of `owner` whose slot `i` goes to miner `i`, and has all of them append. Returns its number and its shards.
pub fn deal(owner: &AccountId, miners: &mut [Miner], geometry: Geometry, term: u32) -> (DealId, Vec<Vec<u8>>) {
    let id = pallet_idlewild_deals::NextDeal::<crate::Test>::get();
    let mut salt = [0u8; 16];
    salt[..8].copy_from_slice(&(id + 1).to_le_bytes());
    let (mut request, shards) = request(salt, geometry, 1, 4096, term);
    let receipts =
        miners.iter().zip(0..geometry.shards()).map(|(miner, slot)| miner.receipt(owner, &request, slot)).collect();
    request.receipts = BoundedVec::truncate_from(receipts);
    let created =
        Deals::create_deals(RuntimeOrigin::signed(owner.clone()), BoundedVec::truncate_from(vec![request]));
    assert_eq!(created, Ok(()), "a deal of the tests cannot be created");
    for (slot, miner) in (0..geometry.shards()).zip(miners) {
        let appended = miner.append(&[(id, slot, shards[usize::from(slot)].clone())]);
        assert_eq!(appended, Ok(()), "a slot of the tests cannot be appended");
    }
    (id, shards)
}
