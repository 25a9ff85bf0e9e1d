//! Weights of the calls: to be written by `scripts/weights.sh`.

use frame_support::weights::Weight;

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `on_finalize`.
    fn on_finalize() -> Weight;
    /// Weight of `bond`.
    fn bond() -> Weight;
    /// Weight of `unbond`.
    fn unbond() -> Weight;
    /// Weight of `submit`.
    fn submit() -> Weight;
    /// Weight of `refuse`.
    fn refuse() -> Weight;
}

impl WeightInfo for () {
    fn on_finalize() -> Weight {
        Weight::from_parts(50_000_000, 10_000)
    }

    fn bond() -> Weight {
        Weight::from_parts(50_000_000, 10_000)
    }

    fn unbond() -> Weight {
        Weight::from_parts(50_000_000, 10_000)
    }

    fn submit() -> Weight {
        Weight::from_parts(100_000_000_000, 10_000)
    }

    fn refuse() -> Weight {
        Weight::from_parts(50_000_000, 10_000)
    }
}
