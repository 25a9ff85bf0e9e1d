//! A miner that keeps its shards and its range, and proves them for real.

use std::collections::BTreeMap;

use codec::{Decode, Encode};
use frame_support::BoundedVec;
use idlewild_storage_primitives::{
    challenge, chunk,
    geometry::Geometry,
    proof::ChunkProof,
    receipt::{Receipt, SlotReceipt},
    sum_range::{Leaf, Node, Peaks},
    Balance, Clock as Moment, DealId, MinerId, Period, Salt, SlotIndex, CHALLENGES,
};
use pallet_idlewild_deals::types::Request;
use pallet_idlewild_slots::Clearing;
use sp_core::{ed25519, Pair};
use sp_runtime::DispatchResult;

use crate::{account, call, AccountId, Chain, Clock, Deals, Proofs, Randomness, RuntimeCall, RuntimeOrigin, System, COIN};

/// What miners in tests ask for: four coins a period for a slot, as those of tests are shorter than what is paid for at least.
pub const PRICE: Balance = 4 * 1024 * COIN;

/// A miner with a peer key, shards, and a copy of its range leaf by leaf.
pub struct Miner {
    /// Its number on chain.
    pub id: MinerId,
    /// The account behind it.
    pub operator: AccountId,
    /// Its network identity.
    pub key: ed25519::Pair,
    /// Its live range, leaf by leaf; `None` where one was cleared.
    pub leaves: Vec<Option<Leaf>>,
    /// The cleared leaves by index, and in which period they were cleared: the range sealed for that period still has them.
    pub cleared: BTreeMap<u32, (Leaf, Period)>,
    /// The bytes behind its slots.
    pub shards: BTreeMap<(DealId, SlotIndex), Vec<u8>>,
}

impl Miner {
    /// Registers miner number `index` with plenty of everything.
    pub fn register(index: u8) -> Self {
        Self::register_for(&account(index), index)
    }

    /// Registers a miner with the peer key of seed `index`, with plenty of everything, for any operator.
    pub fn register_for(operator: &AccountId, index: u8) -> Self {
        Self::register_with(operator, index, 1 << 40, 1_000 * COIN)
    }

    /// The same with a capacity and a bond.
    pub fn register_with(operator: &AccountId, index: u8, capacity: u64, bond: Balance) -> Self {
        let miner = Self::unregistered(operator, key(index));
        let registered = Chain::call(operator, miner.register_call(capacity, bond));
        assert_eq!(registered, Ok(()), "a miner of the tests cannot be registered");
        miner
    }

    /// A miner that has the next number once it is registered.
    pub fn unregistered(operator: &AccountId, key: ed25519::Pair) -> Self {
        let id = pallet_idlewild_providers::NextMiner::<crate::Test>::get();
        let operator = operator.clone();
        Self { id, operator, key, leaves: Vec::new(), cleared: BTreeMap::new(), shards: BTreeMap::new() }
    }

    /// The call that registers it.
    pub fn register_call(&self, capacity: u64, bond: Balance) -> RuntimeCall {
        call::register(&self.operator, &self.key, "/ip4/127.0.0.1/tcp/4000", capacity, PRICE, bond)
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
        self.receipt_until(owner, request, slot, valid_until)
    }

    /// The same, valid until a block.
    pub fn receipt_until(&self, owner: &AccountId, request: &Request, slot: SlotIndex, valid_until: u32) -> SlotReceipt {
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
        let signature = self.key.sign(&receipt.message(&Clock::genesis())).0;
        SlotReceipt { slot, miner: self.id, least_price: request.price, valid_until, signature }
    }

    /// Appends slots whose bytes it is given.
    pub fn append(&mut self, slots: &[(DealId, SlotIndex, Vec<u8>)]) -> DispatchResult {
        let named = slots.iter().map(|(deal, slot, _)| (*deal, *slot)).collect();
        Chain::call(&self.operator, call::append(self.id, named))?;
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

    /// What it takes to clear slots from its range, one after the other.
    pub fn clearings(&self, slots: &[(DealId, SlotIndex)]) -> Vec<Clearing> {
        let mut leaves = self.leaves.clone();
        let mut clearings = Vec::new();
        for (deal, slot) in slots {
            let Some(index) = self.index_of(*deal, *slot) else { continue };
            let Some(leaf) = leaves[index as usize] else { continue };
            let path = path(&leaves, leaves.len() as u32, index);
            leaves[index as usize] = None;
            clearings.push(Clearing { leaf, index, path: BoundedVec::truncate_from(path) });
        }
        clearings
    }

    /// Clears slots from its range.
    pub fn clear(&mut self, slots: &[(DealId, SlotIndex)]) -> DispatchResult {
        let clearings = self.clearings(slots);
        Chain::call(&self.operator, call::clear(self.id, clearings.clone()))?;
        clearings.iter().for_each(|clearing| self.forget(clearing.index));
        Ok(())
    }

    /// The call with which it admits that it lost a slot of its range.
    pub fn lost_call(&self, deal: DealId, slot: SlotIndex) -> RuntimeCall {
        let index = self.index_of(deal, slot).unwrap_or(u32::MAX);
        call::declare_lost(self.id, deal, slot, index, self.path(self.leaves.len() as u32, index))
    }

    /// Admits that it lost a slot.
    pub fn declare_lost(&mut self, deal: DealId, slot: SlotIndex) -> DispatchResult {
        let index = self.index_of(deal, slot);
        Chain::call(&self.operator, self.lost_call(deal, slot))?;
        if let Some(index) = index {
            self.forget(index);
        }
        Ok(())
    }

    /// Claims a slot, completes it, and keeps its bytes.
    pub fn repair(&mut self, deal: DealId, slot: SlotIndex, bytes: &[u8]) -> DispatchResult {
        Chain::call(&self.operator, call::claim_repair(self.id, deal, slot))?;
        Chain::call(&self.operator, call::complete_repair(self.id, deal, slot))?;
        self.note(deal, slot, bytes.to_vec());
        Ok(())
    }

    /// Notes that the chain cleared a leaf of its range.
    pub fn forget(&mut self, index: u32) {
        if let Some(leaf) = self.leaves[index as usize].take() {
            self.cleared.insert(index, (leaf, Proofs::period_of(self.id)));
        }
    }

    /// Writes a range that was cleared leaf by leaf and has `left` indices left, as no test could append so many leaves.
    pub fn leave_indices(&self, left: u32) {
        let leaves = u32::MAX - left;
        let peaks = (leaves, vec![Node::CLEARED; leaves.count_ones() as usize]).encode();
        match Peaks::decode(&mut &peaks[..]) {
            Ok(peaks) => pallet_idlewild_proofs::Live::<crate::Test>::insert(self.id, peaks),
            Err(error) => panic!("the peaks of a long range do not decode: {error}"),
        }
    }

    /// The leaves that its challenges of this period fall on, those included that were cleared since it began.
    pub fn sealed_leaves(&self) -> Vec<Option<Leaf>> {
        let period = Proofs::period_of(self.id);
        let mut leaves = self.leaves.clone();
        for (index, (leaf, cleared_in)) in &self.cleared {
            if *cleared_in == period {
                leaves[*index as usize] = Some(*leaf);
            }
        }
        leaves
    }

    /// The path of a leaf in the range of its first `count` leaves.
    pub fn path(&self, count: u32, index: u32) -> Vec<Node> {
        path(&self.leaves, count, index)
    }

    /// The proof that it owes now, or `None` where nothing is owed or drawn.
    pub fn proof(&self) -> Option<Vec<ChunkProof>> {
        let owed = Proofs::view(self.id)?;
        let seed = owed.seed?;
        let total = owed.sealed.total();
        let leaves = self.sealed_leaves();
        (0..CHALLENGES)
            .map(|j| {
                let position = challenge::position(&seed, self.id, j, total)?;
                let mut start = 0u64;
                let mut index = 0u32;
                let leaf = leaves.iter().find_map(|leaf| {
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
                    path: path(&leaves, owed.sealed.leaves, index),
                    chunk: bytes.to_vec(),
                    chunk_path: chunk::path(shard, offset)?,
                })
            })
            .collect()
    }

    /// Whether it owes a proof now, and can make it.
    pub fn owes(&self) -> bool {
        Proofs::view(self.id).is_some_and(|owed| !owed.proven && !owed.failed && owed.sealed.total() > 0 && owed.seed.is_some())
    }

    /// The call that proves the current period.
    pub fn prove_call(&self) -> RuntimeCall {
        call::prove(self.id, Proofs::period_of(self.id), self.proof().unwrap_or_default())
    }

    /// Proves the current period.
    pub fn prove(&self) -> DispatchResult {
        Chain::call(&self.operator, self.prove_call())
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

/// The peer key of seed `index`.
pub fn key(index: u8) -> ed25519::Pair {
    ed25519::Pair::from_seed(&[index; 32])
}

/// Lets blocks pass until the clock stands at `moment`, while these miners prove whatever they owe as soon as they can.
pub fn keep_proving<'a>(miners: impl Iterator<Item = &'a Miner> + Clone, moment: Moment) {
    loop {
        for miner in miners.clone() {
            if miner.owes() {
                assert_eq!(miner.prove(), Ok(()), "miner {} of the tests cannot prove", miner.id);
            }
        }
        if Clock::now() >= moment {
            return;
        }
        Chain::next_block();
    }
}

/// A request for one copy at `geometry` over `len`-byte shards, with its shards, each different.
pub fn request(salt: Salt, geometry: Geometry, copies: u8, len: u32, term: u32) -> (Request, Vec<Vec<u8>>) {
    let slots = geometry.shards() * copies;
    let shards: Vec<Vec<u8>> =
        (0..slots).map(|slot| (0..len).map(|at| (at.wrapping_mul(31) ^ (at >> 8)) as u8 ^ slot ^ salt[0]).collect()).collect();
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

fn path(leaves: &[Option<Leaf>], count: u32, index: u32) -> Vec<Node> {
    let mut first = 0u32;
    for height in (0..32).rev() {
        let size = 1u32 << height;
        if count & size == 0 {
            continue;
        }
        if index < first + size {
            let mountain = &leaves[first as usize..(first + size) as usize];
            return climb(mountain, (index - first) as usize);
        }
        first += size;
    }
    Vec::new()
}

fn climb(leaves: &[Option<Leaf>], mut at: usize) -> Vec<Node> {
    let mut level: Vec<Node> = leaves.iter().map(|leaf| leaf.map_or(Node::CLEARED, |leaf| leaf.node())).collect();
    let mut path = Vec::new();
    while level.len() > 1 {
        path.push(level[at ^ 1]);
        level = level.chunks(2).filter_map(|pair| Node::join(&pair[0], &pair[1])).collect();
        at /= 2;
    }
    path
}

/// A salt that no other deal of a test has.
pub fn fresh_salt() -> Salt {
    let mut salt = [0u8; 16];
    salt[..8].copy_from_slice(&(pallet_idlewild_deals::NextDeal::<crate::Test>::get() + 1).to_le_bytes());
    salt
}

/// A request like that of [`request`] for one copy of four-chunk shards, with the receipt of miner `i` for slot `i`.
pub fn signed_request(owner: &AccountId, miners: &[Miner], geometry: Geometry, term: u32) -> (Request, Vec<Vec<u8>>) {
    let (mut request, shards) = request(fresh_salt(), geometry, 1, 4096, term);
    sign(&mut request, owner, miners);
    (request, shards)
}

/// Signs a request anew: miner `i` for slot `i`.
pub fn sign(request: &mut Request, owner: &AccountId, miners: &[Miner]) {
    let slots = request.geometry.shards() * request.copies;
    let receipts = miners.iter().zip(0..slots).map(|(miner, slot)| miner.receipt(owner, request, slot)).collect();
    request.receipts = BoundedVec::truncate_from(receipts);
}

/// Creates a deal of `owner` whose slot `i` goes to miner `i`, and has all of them append. Returns its number and its shards.
pub fn deal(owner: &AccountId, miners: &mut [Miner], geometry: Geometry, term: u32) -> (DealId, Vec<Vec<u8>>) {
    let id = pallet_idlewild_deals::NextDeal::<crate::Test>::get();
    let (request, shards) = signed_request(owner, miners, geometry, term);
    let created = Chain::call(owner, call::create_deals(vec![request]));
    assert_eq!(created, Ok(()), "a deal of the tests cannot be created");
    for (slot, miner) in (0..geometry.shards()).zip(miners) {
        let appended = miner.append(&[(id, slot, shards[usize::from(slot)].clone())]);
        assert_eq!(appended, Ok(()), "a slot of the tests cannot be appended");
    }
    (id, shards)
}
