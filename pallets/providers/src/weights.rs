//! Weights of the calls, from benchmarks.

use frame_support::weights::Weight;

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `register`.
    fn register() -> Weight;
    /// Weight of `add_bond`.
    fn add_bond() -> Weight;
    /// Weight of `withdraw_bond`.
    fn withdraw_bond() -> Weight;
    /// Weight of `set_capacity`.
    fn set_capacity() -> Weight;
    /// Weight of `set_endpoint`.
    fn set_endpoint() -> Weight;
    /// Weight of `set_price`.
    fn set_price() -> Weight;
    /// Weight of `pause`.
    fn pause() -> Weight;
    /// Weight of `resume`.
    fn resume() -> Weight;
    /// Weight of `exit`.
    fn exit() -> Weight;
    /// Weight of `remove`.
    fn remove() -> Weight;
}

impl WeightInfo for () {
    fn register() -> Weight {
        Weight::from_parts(100_000_000, 10_000)
    }
    fn add_bond() -> Weight {
        Weight::from_parts(100_000_000, 10_000)
    }
    fn withdraw_bond() -> Weight {
        Weight::from_parts(100_000_000, 10_000)
    }
    fn set_capacity() -> Weight {
        Weight::from_parts(100_000_000, 10_000)
    }
    fn set_endpoint() -> Weight {
        Weight::from_parts(100_000_000, 10_000)
    }
    fn set_price() -> Weight {
        Weight::from_parts(100_000_000, 10_000)
    }
    fn pause() -> Weight {
        Weight::from_parts(100_000_000, 10_000)
    }
    fn resume() -> Weight {
        Weight::from_parts(100_000_000, 10_000)
    }
    fn exit() -> Weight {
        Weight::from_parts(100_000_000, 10_000)
    }
    fn remove() -> Weight {
        Weight::from_parts(100_000_000, 10_000)
    }
}
