//! Weights of the hooks, from benchmarks.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weights of the hooks.
pub trait WeightInfo {
    /// Weight of a draw that seeds as many moments as one may.
    fn draw() -> Weight;
}

impl WeightInfo for () {
    fn draw() -> Weight {
        // Where randomness comes from, the clock, the first moment without a seed; seventeen writes.
        Weight::from_parts(60_000_000, 3 * 1_536).saturating_add(RocksDbWeight::get().reads_writes(3, 17))
    }
}
