//! Weights of the calls, from benchmarks.

use frame_support::weights::Weight;

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `prove`.
    fn prove() -> Weight;
    /// Weight of `report_missed`.
    fn report_missed() -> Weight;
}

impl WeightInfo for () {
    fn prove() -> Weight {
        Weight::from_parts(100_000_000, 10_000)
    }
    fn report_missed() -> Weight {
        Weight::from_parts(100_000_000, 10_000)
    }
}
