//! Ranges and records for the benchmarks of this pallet and of those built on it.

use alloc::{vec, vec::Vec};
use codec::{Decode, Encode};
use frame_benchmarking::BenchmarkError;
use idlewild_storage_primitives::{
    ledger::Ledger,
    sum_range::{Node, Peaks},
    MinerId, Period,
};
use pallet_idlewild_clock::{Now, Pallet as Clock};

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
/// finds misses, charges them, and seals the range anew. Returns the period that the miner is in.
pub fn leave_unproven<T: Config>(miner: MinerId, range: &Peaks, periods: u32) -> Result<Period, BenchmarkError> {
    let now = Pallet::<T>::period_of(miner);
    let period = now.checked_sub(periods).ok_or(BenchmarkError::Stop("the clock is too young"))?;
    Live::<T>::insert(miner, range);
    Sealed::<T>::insert(miner, range);
    // The count is that of a miner that proved a while ago, so that its slots have something to be paid for.
    Ledgers::<T>::insert(miner, Ledger { period, proven: 2, ..Default::default() });
    Ok(now)
}
