//! What `prove` carries, and how it is judged.

use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode};
use scale_info::TypeInfo;

use crate::{
    challenge,
    chunk::{self, ChunkError},
    sum_range::{Leaf, Node, Peaks, RangeError},
    MinerId,
};

/// One challenged chunk: where it stands, and what it is.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode, DecodeWithMemTracking, TypeInfo)]
pub struct ChunkProof {
    /// The slot that covers the position.
    pub leaf: Leaf,
    /// The slot's index in the miner's range.
    pub index: u32,
    /// From the leaf's sibling up to the peak.
    pub path: Vec<Node>,
    /// The chunk's bytes.
    pub chunk: Vec<u8>,
    /// From the chunk's sibling up to the shard's root.
    pub chunk_path: Vec<[u8; 32]>,
}

/// Why a proof was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofError {
    /// Nothing is sealed, so nothing is owed.
    NothingOwed,
    /// Fewer or more chunks than are owed.
    WrongNumber,
    /// The slot does not stand where the challenge fell.
    Position(RangeError),
    /// The chunk is not the shard's.
    Chunk(ChunkError),
}

/// Judges the proof of `miner` for the period whose seed is `seed`, against the peaks sealed for that period.
pub fn verify(
    sealed: &Peaks,
    seed: &[u8; 32],
    miner: MinerId,
    challenges: u32,
    proofs: &[ChunkProof],
) -> Result<(), ProofError> {
    let total = sealed.total();
    if total == 0 {
        return Err(ProofError::NothingOwed);
    }
    if proofs.len() != challenges as usize {
        return Err(ProofError::WrongNumber);
    }
    for (j, proof) in (0u32..).zip(proofs) {
        let position = challenge::position(seed, miner, j, total).ok_or(ProofError::NothingOwed)?;
        let offset = sealed.locate(position, proof.index, &proof.leaf, &proof.path).map_err(ProofError::Position)?;
        chunk::verify(&proof.leaf.root, proof.leaf.count, offset, &proof.chunk, &proof.chunk_path)
            .map_err(ProofError::Chunk)?;
    }
    Ok(())
}
