//! Weights of the calls, from benchmarks.

use frame_support::weights::Weight;

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `create_deals`.
    fn create_deals(r: u32) -> Weight;
    /// Weight of `fill_slots`.
    fn fill_slots(r: u32) -> Weight;
    /// Weight of `settle`.
    fn settle(s: u32) -> Weight;
    /// Weight of `top_up`.
    fn top_up() -> Weight;
    /// Weight of `extend`.
    fn extend() -> Weight;
    /// Weight of `cancel`.
    fn cancel() -> Weight;
    /// Weight of `transfer`.
    fn transfer() -> Weight;
}

impl WeightInfo for () {
    fn create_deals(r: u32) -> Weight {
        Weight::from_parts(100_000_000, 10_000).saturating_add(Weight::from_parts(60_000_000, 4_000).saturating_mul(u64::from(r)))
    }
    fn fill_slots(r: u32) -> Weight {
        Weight::from_parts(100_000_000, 10_000).saturating_add(Weight::from_parts(60_000_000, 4_000).saturating_mul(u64::from(r)))
    }
    fn settle(s: u32) -> Weight {
        Weight::from_parts(100_000_000, 10_000).saturating_add(Weight::from_parts(60_000_000, 4_000).saturating_mul(u64::from(s)))
    }
    fn top_up() -> Weight {
        Weight::from_parts(100_000_000, 10_000)
    }
    fn extend() -> Weight {
        Weight::from_parts(100_000_000, 10_000)
    }
    fn cancel() -> Weight {
        Weight::from_parts(100_000_000, 10_000)
    }
    fn transfer() -> Weight {
        Weight::from_parts(100_000_000, 10_000)
    }
}
