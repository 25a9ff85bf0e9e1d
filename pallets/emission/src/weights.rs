//! Weights of the calls: to be written by `scripts/weights.sh`.

use frame_support::weights::Weight;

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `set_shares`.
    fn set_shares() -> Weight;
}

impl WeightInfo for () {
    fn set_shares() -> Weight {
        Weight::from_parts(10_000_000, 10_000)
    }
}
