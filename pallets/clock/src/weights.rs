//! Weights of the hooks, from benchmarks.

use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weights of the hooks.
pub trait WeightInfo {
    /// Weight of `on_finalize`.
    fn on_finalize() -> Weight;
}

impl WeightInfo for () {
    fn on_finalize() -> Weight {
        // Six values of a few bytes each, none of them below a map.
        Weight::from_parts(20_000_000, 6 * 1_536).saturating_add(RocksDbWeight::get().reads_writes(6, 3))
    }
}
