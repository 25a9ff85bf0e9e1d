//! Weights of the calls, from benchmarks.

use frame_support::weights::Weight;

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `append`.
    fn append(s: u32) -> Weight;
    /// Weight of `clear`.
    fn clear(c: u32) -> Weight;
    /// Weight of `report_unappended`.
    fn report_unappended() -> Weight;
    /// Weight of `declare_lost`.
    fn declare_lost() -> Weight;
}

impl WeightInfo for () {
    fn append(s: u32) -> Weight {
        Weight::from_parts(100_000_000, 10_000).saturating_add(Weight::from_parts(60_000_000, 4_000).saturating_mul(u64::from(s)))
    }
    fn clear(c: u32) -> Weight {
        Weight::from_parts(100_000_000, 10_000).saturating_add(Weight::from_parts(60_000_000, 4_000).saturating_mul(u64::from(c)))
    }
    fn report_unappended() -> Weight {
        Weight::from_parts(100_000_000, 10_000)
    }
    fn declare_lost() -> Weight {
        Weight::from_parts(100_000_000, 10_000)
    }
}
