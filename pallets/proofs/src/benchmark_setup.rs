//! Ranges, shards and records for the benchmarks of this pallet and of those built on it.

use alloc::{vec, vec::Vec};
use blake3::hazmat::{merge_subtrees_non_root, merge_subtrees_root, HasherExt, Mode};
use codec::{Decode, Encode};
use frame_benchmarking::BenchmarkError;
use idlewild_storage_primitives::{
    chunk::ChainingValue,
    geometry::{self, sealed_len, MAX_SEGMENT_BYTES, SHARD_ALIGN},
    ledger::Ledger,
    sum_range::{Node, Peaks},
    MinerId, Period, Root, CHUNK_BYTES,
};
use pallet_idlewild_clock::{Now, Pallet as Clock};
use pallet_idlewild_providers::benchmark_setup::{to_the_edge, Edge};

use crate::{Config, Ledgers, Live, Pallet, Sealed};

/// How high the mountain of a benchmark is: as high as a range can have one while it still grows.
pub const HEIGHT: u32 = 30;

/// A range of one mountain, all of whose leaves are the same but for the first few.
///
/// What lies beyond those few is one node a level, so that a range of any size is made with few hashes.
pub struct Range {
    /// Nodes of each level that have one of the first leaves below them.
    levels: Vec<Vec<Node>>,
    /// The node of each level that has none.
    fillers: Vec<Node>,
}

impl Range {
    /// A range that begins with `first`, with `filler` in all other places.
    pub fn new(first: Vec<Node>, filler: Node) -> Result<Self, BenchmarkError> {
        let join = |left: &Node, right: &Node| Node::join(left, right).ok_or(BenchmarkError::Stop("a sum overflows"));
        let mut levels = vec![first];
        let mut fillers = vec![filler];
        for _ in 0..HEIGHT {
            let (Some(level), Some(filler)) = (levels.last(), fillers.last()) else { break };
            let parents: Result<Vec<Node>, BenchmarkError> =
                level.chunks(2).map(|pair| join(&pair[0], pair.get(1).unwrap_or(filler))).collect();
            let above = join(filler, filler)?;
            levels.push(parents?);
            fillers.push(above);
        }
        Ok(Self { levels, fillers })
    }

    fn node(&self, level: usize, index: usize) -> Node {
        let known = self.levels.get(level).and_then(|nodes| nodes.get(index));
        known.or(self.fillers.get(level)).copied().unwrap_or(Node::CLEARED)
    }

    /// From the sibling of leaf `index` up to the peak.
    pub fn path(&self, index: u32) -> Vec<Node> {
        (0..HEIGHT).map(|level| self.node(level as usize, ((index >> level) ^ 1) as usize)).collect()
    }

    /// The range's peaks.
    pub fn peaks(&self) -> Result<Peaks, BenchmarkError> {
        peaks(1 << HEIGHT, vec![self.node(HEIGHT as usize, 0)])
    }
}

/// Chunks of the longest shard that a deal can have: the largest segment in one. No path to a chunk is longer than in this one.
pub fn longest_shard() -> u32 {
    geometry::chunks(sealed_len(MAX_SEGMENT_BYTES).saturating_add(SHARD_ALIGN))
}

/// A shard of which only the challenged chunks are there, all zeros: what lies beyond is known by its hashes alone. So the
/// longest shard takes no more memory than a block has.
pub struct Shard {
    /// Its root.
    pub root: Root,
    /// The path of each challenged chunk, in the order in which they were asked for.
    pub paths: Vec<Vec<ChainingValue>>,
}

impl Shard {
    /// A shard of `chunks` chunks, at least two, with those at `offsets`.
    pub fn new(chunks: u32, offsets: &[u32]) -> Self {
        let mut paths = vec![Vec::new(); offsets.len()];
        let root = Self::subtree(0, chunks, offsets, &mut paths, merge_subtrees_root_bytes);
        Self { root, paths }
    }

    fn subtree(
        first: u32,
        chunks: u32,
        offsets: &[u32],
        paths: &mut [Vec<ChainingValue>],
        join: fn(&ChainingValue, &ChainingValue) -> [u8; 32],
    ) -> ChainingValue {
        let inside = |offset: u32| (first..first.saturating_add(chunks)).contains(&offset);
        if !offsets.iter().any(|offset| inside(*offset)) {
            return [0xee; 32];
        }
        if chunks < 2 {
            let start = u64::from(first).saturating_mul(CHUNK_BYTES as u64);
            return blake3::Hasher::new().set_input_offset(start).update(&[0; CHUNK_BYTES]).finalize_non_root();
        }
        // BLAKE3's shape: the left side has the largest power of two of chunks that leaves one for the right.
        let left_chunks = chunks.div_ceil(2).next_power_of_two();
        let middle = first.saturating_add(left_chunks);
        let inner = |left: &ChainingValue, right: &ChainingValue| merge_subtrees_non_root(left, right, Mode::Hash);
        let left = Self::subtree(first, left_chunks, offsets, paths, inner);
        let right = Self::subtree(middle, chunks.saturating_sub(left_chunks), offsets, paths, inner);
        for (offset, path) in offsets.iter().zip(paths.iter_mut()).filter(|(offset, _)| inside(**offset)) {
            path.push(if *offset < middle { right } else { left });
        }
        join(&left, &right)
    }
}

fn merge_subtrees_root_bytes(left: &ChainingValue, right: &ChainingValue) -> Root {
    *merge_subtrees_root(left, right, Mode::Hash).as_bytes()
}

/// Peaks as they are: only their code can be made from parts.
pub fn peaks(leaves: u32, nodes: Vec<Node>) -> Result<Peaks, BenchmarkError> {
    Peaks::decode(&mut &(leaves, nodes).encode()[..]).map_err(|_| BenchmarkError::Stop("peaks do not decode"))
}

/// The most peaks that a range can have and still grow, on the eve of being joined into one.
pub fn most_peaks() -> Result<Peaks, BenchmarkError> {
    let leaves = u32::MAX >> 1;
    peaks(leaves, (0..leaves.count_ones()).map(|_| Node { hash: [1; 32], sum: 1 }).collect())
}

/// Moves the clock on until `periods` periods have passed.
pub fn pass_periods<T: Config>(periods: u32) {
    let length = Clock::<T>::timing().period;
    Now::<T>::mutate(|now| *now = now.saturating_add(length.saturating_mul(periods)));
}

/// Gives a miner a range and a record that was last touched `periods` periods ago and not proven then: whoever touches it next
/// finds misses, charges them, and seals the range anew; the misses take from the miner's weight what it needs to count for its
/// operator, whose standing is written too. Returns the period that the miner is in.
pub fn leave_unproven<T: Config>(miner: MinerId, range: &Peaks, periods: u32) -> Result<Period, BenchmarkError> {
    let now = Pallet::<T>::period_of(miner);
    let period = now.checked_sub(periods).ok_or(BenchmarkError::Stop("the clock is too young"))?;
    Live::<T>::insert(miner, range);
    Sealed::<T>::insert(miner, range);
    // The count is that of a miner that proved a while ago, so that its slots have something to be paid for.
    Ledgers::<T>::insert(miner, Ledger { period, proven: 2, ..Default::default() });
    to_the_edge::<T>(miner, Edge::Just)?;
    Ok(now)
}
