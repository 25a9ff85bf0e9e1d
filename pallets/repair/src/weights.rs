//! Weights of the calls, from benchmarks.

use frame_support::weights::Weight;

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `claim_repair`.
    fn claim_repair() -> Weight;
    /// Weight of `complete_repair`.
    fn complete_repair() -> Weight;
    /// Weight of `drop_claims`.
    fn drop_claims() -> Weight;
}

impl WeightInfo for () {
    fn claim_repair() -> Weight {
        Weight::from_parts(100_000_000, 10_000)
    }
    fn complete_repair() -> Weight {
        Weight::from_parts(100_000_000, 10_000)
    }
    fn drop_claims() -> Weight {
        Weight::from_parts(100_000_000, 10_000)
    }
}
