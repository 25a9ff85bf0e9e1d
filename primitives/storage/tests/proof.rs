//! What `prove` carries, whole: accepted once and as it is, refused in every other way.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use idlewild_storage_primitives::{
    challenge::position,
    chunk::{path, ChunkError},
    geometry::{chunk_len, chunks},
    proof::{verify, ChunkProof, ProofError},
    sum_range::{Leaf, Node, Peaks, RangeError},
    CHALLENGES, CHUNK_BYTES,
};

const SEED: [u8; 32] = [11; 32];
const MINER: u32 = 5;

/// Four slots, so that one mountain holds them all.
struct Miner {
    shards: Vec<Vec<u8>>,
    leaves: Vec<Leaf>,
    peaks: Peaks,
}

fn miner(seed: u8) -> Miner {
    let lengths = [3000usize, 64, 100_000, 1025];
    let shards: Vec<Vec<u8>> = lengths.iter().map(|len| (0..*len).map(|i| (i / 3) as u8 ^ seed).collect()).collect();
    let mut peaks = Peaks::default();
    let mut leaves = Vec::new();
    for (slot, shard) in (0u8..).zip(&shards) {
        let root = *blake3::hash(shard).as_bytes();
        let leaf = Leaf { deal: 1, copy: 0, slot, root, count: chunks(shard.len() as u32) };
        peaks.append(leaf.node()).unwrap();
        leaves.push(leaf);
    }
    Miner { shards, leaves, peaks }
}

impl Miner {
    fn prove(&self, seed: &[u8; 32], number: u32) -> Vec<ChunkProof> {
        (0..CHALLENGES)
            .map(|j| {
                let mut rest = position(seed, number, j, self.peaks.total()).unwrap();
                let mut index = 0;
                while rest >= u64::from(self.leaves[index].count) {
                    rest -= u64::from(self.leaves[index].count);
                    index += 1;
                }
                let node = |i: usize| self.leaves[i].node();
                let half = index & 2 ^ 2;
                let above = Node::join(&node(half), &node(half + 1)).unwrap();
                let shard = &self.shards[index];
                let start = rest as usize * CHUNK_BYTES;
                let length = chunk_len(shard.len() as u32, rest as u32).unwrap();
                ChunkProof {
                    leaf: self.leaves[index],
                    index: index as u32,
                    path: vec![node(index ^ 1), above],
                    chunk: shard[start..start + length].to_vec(),
                    chunk_path: path(shard, rest as u32).unwrap(),
                }
            })
            .collect()
    }
}

#[test]
fn an_honest_proof_is_accepted() {
    let miner = miner(0);
    for seed in 0..50 {
        let proofs = miner.prove(&[seed; 32], MINER);
        assert_eq!(verify(&miner.peaks, &[seed; 32], MINER, CHALLENGES, &proofs), Ok(()));
    }
}

#[test]
fn replayed_borrowed_and_stale_proofs_are_refused() {
    let miner_a = miner(0);
    let proofs = miner_a.prove(&SEED, MINER);
    // Of another period, and of another miner with the very same bytes.
    assert!(verify(&miner_a.peaks, &[12; 32], MINER, CHALLENGES, &proofs).is_err());
    assert!(verify(&miner_a.peaks, &SEED, MINER + 1, CHALLENGES, &proofs).is_err());
    // Against a range with other shards, or one that has moved on.
    let stale = Err(ProofError::Position(RangeError::WrongPeak));
    assert_eq!(verify(&miner(1).peaks, &SEED, MINER, CHALLENGES, &proofs), stale);
    let mut grown = miner_a.peaks.clone();
    grown.append(miner_a.leaves[0].node()).unwrap();
    assert!(verify(&grown, &SEED, MINER, CHALLENGES, &proofs).is_err());
}

#[test]
fn the_number_and_the_order_of_chunks_count() {
    let miner = miner(0);
    let mut proofs = miner.prove(&SEED, MINER);
    let judge = |proofs: &[ChunkProof]| verify(&miner.peaks, &SEED, MINER, CHALLENGES, proofs);
    assert_eq!(judge(&proofs[1..]), Err(ProofError::WrongNumber));
    assert_eq!(judge(&[]), Err(ProofError::WrongNumber));
    assert_eq!(judge(&[&proofs[..], &proofs[..1]].concat()), Err(ProofError::WrongNumber));
    let same = vec![proofs[0].clone(); CHALLENGES as usize];
    assert!(judge(&same).is_err(), "one chunk for all challenges");
    let other = proofs.iter().position(|proof| proof.chunk_path != proofs[0].chunk_path).unwrap();
    proofs.swap(0, other);
    assert!(judge(&proofs).is_err());
    assert_eq!(verify(&Peaks::default(), &SEED, MINER, CHALLENGES, &proofs), Err(ProofError::NothingOwed));
}

#[test]
fn a_right_chunk_in_the_wrong_place_is_refused() {
    let miner = miner(0);
    let proofs = miner.prove(&SEED, MINER);
    let large = proofs.iter().position(|proof| proof.index == 2).unwrap();
    let total = miner.peaks.total();
    let offset = position(&SEED, MINER, large as u32, total).unwrap() as u32 - 4;
    // A neighbouring chunk of the same shard, with its own correct path.
    let neighbour = if offset == 0 { 1 } else { offset - 1 };
    let shard = &miner.shards[2];
    let mut moved = proofs.clone();
    moved[large].chunk = shard[neighbour as usize * CHUNK_BYTES..][..CHUNK_BYTES].to_vec();
    moved[large].chunk_path = path(shard, neighbour).unwrap();
    let refused = verify(&miner.peaks, &SEED, MINER, CHALLENGES, &moved).unwrap_err();
    assert!(matches!(refused, ProofError::Chunk(ChunkError::WrongRoot | ChunkError::WrongPathLength)), "{refused:?}");
    // Another slot that the miner does hold.
    let mut dodged = proofs.clone();
    dodged[large].leaf = miner.leaves[0];
    dodged[large].index = 0;
    dodged[large].path = vec![miner.leaves[1].node(), proofs[large].path[1]];
    assert!(verify(&miner.peaks, &SEED, MINER, CHALLENGES, &dodged).is_err());
}
