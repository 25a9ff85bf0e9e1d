//! The prover: what answers a period's challenges.

use idlewild_storage_primitives::{
    challenge, chunk,
    geometry::chunk_len,
    proof::ChunkProof,
    sum_range::{Node, Peaks},
    MinerId, CHUNK_BYTES,
};

use crate::{
    index_error::IndexFault,
    local_index::LocalIndex,
    range_tree::{UnknownVersion, Version},
    records::HeldSlot,
};

/// A challenged chunk and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owed {
    /// The slot.
    pub held: HeldSlot,
    /// Its leaf's index.
    pub index: u32,
    /// The leaf's path in the sealed range.
    pub path: Vec<Node>,
    /// The chunk's index within the shard.
    pub chunk: u32,
}

/// Why it cannot be said what is owed.
#[derive(Debug, thiserror::Error)]
pub enum OwedError {
    /// The index has never seen the range that the chain sealed.
    #[error("the range that the chain sealed is none that this index has seen: it has not caught up, or must be rebuilt")]
    UnknownSeal,
    /// The index has the range and not the slot.
    #[error("leaf {0} of the sealed range is challenged and its record is gone: the index must be rebuilt")]
    Forgotten(u32),
    /// The state went away meanwhile.
    #[error(transparent)]
    Version(#[from] UnknownVersion),
    /// The database failed.
    #[error(transparent)]
    Fault(#[from] IndexFault),
}

/// Why a chunk cannot be proven.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProveError {
    /// The bytes are not as long as the shard.
    #[error("the shard of leaf {index} has {got} bytes where {expected} are due: it is damaged")]
    WrongLength {
        /// The leaf.
        index: u32,
        /// Bytes at hand.
        got: usize,
        /// Bytes due.
        expected: u32,
    },
    /// The bytes do not hash to the root.
    #[error("the shard of leaf {0} is damaged: chunk and path do not lead to its root")]
    Damaged(u32),
}

/// The version of the range that has the peaks which the chain sealed.
pub fn sealed_version(index: &LocalIndex, sealed: &Peaks) -> Result<Version, OwedError> {
    index.with_tree(|tree| tree.find(sealed)).ok_or(OwedError::UnknownSeal)
}

/// What a miner owes for a period whose seed is `seed`, by challenge; nothing where nothing is sealed.
pub fn owed(
    index: &LocalIndex,
    sealed: &Peaks,
    seed: &[u8; 32],
    miner: MinerId,
    challenges: u32,
) -> Result<Vec<Owed>, OwedError> {
    let total = sealed.total();
    if total == 0 {
        return Ok(Vec::new());
    }
    let version = sealed_version(index, sealed)?;
    let places = index.with_view_at(version, |view| {
        (0..challenges)
            .filter_map(|j| challenge::position(seed, miner, j, total))
            .map(|position| {
                let (leaf, chunk) = view.locate(position)?;
                Some((leaf, chunk, view.path(leaf)?))
            })
            .collect::<Option<Vec<_>>>()
    })?;
    let mut owed = Vec::new();
    for (leaf, chunk, path) in places.ok_or(OwedError::UnknownSeal)? {
        let held = index.held(leaf)?.ok_or(OwedError::Forgotten(leaf))?;
        owed.push(Owed { held, index: leaf, path, chunk });
    }
    Ok(owed)
}

/// Proves a challenged chunk from the whole shard, and checks the proof as the chain will.
pub fn prove(owed: &Owed, shard: &[u8]) -> Result<ChunkProof, ProveError> {
    let Owed { held, index, path, chunk } = owed;
    let wrong = ProveError::WrongLength { index: *index, got: shard.len(), expected: held.length };
    if shard.len() != held.length as usize {
        return Err(wrong);
    }
    let length = chunk_len(held.length, *chunk).ok_or(wrong)?;
    let start = (*chunk as usize).saturating_mul(CHUNK_BYTES);
    let bytes = shard.get(start..start.saturating_add(length)).ok_or(ProveError::Damaged(*index))?;
    let chunk_path = chunk::path(shard, *chunk).ok_or(ProveError::Damaged(*index))?;
    chunk::verify(&held.leaf.root, held.leaf.count, *chunk, bytes, &chunk_path).map_err(|_| ProveError::Damaged(*index))?;
    Ok(ChunkProof { leaf: held.leaf, index: *index, path: path.clone(), chunk: bytes.to_vec(), chunk_path })
}
