//! Weights of the calls: estimated by hand until `scripts/weights.sh` writes them from benchmarks.

#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::{
    traits::Get,
    weights::{constants::RocksDbWeight, Weight},
};

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `found`.
    fn found() -> Weight;
    /// Weight of `add_member`.
    fn add_member() -> Weight;
    /// Weight of `set_quota`.
    fn set_quota() -> Weight;
    /// Weight of `remove_member`.
    fn remove_member() -> Weight;
    /// Weight of `hand_over`.
    fn hand_over() -> Weight;
    /// Weight of `withdraw`.
    fn withdraw() -> Weight;
    /// Weight of `dissolve`.
    fn dissolve() -> Weight;
}

/// Weights with what the runtime `T` says its database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    // Storage: `Organisations::NextOrganisation` (r:1 w:1)
    // Storage: `System::Account` (r:1 w:1)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Storage: `Organisations::Organisations` (r:0 w:1)
    fn found() -> Weight {
        Weight::from_parts(70_000_000, 3593)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    // Storage: `Organisations::Organisations` (r:1 w:1)
    // Storage: `Organisations::Members` (r:1 w:1)
    // Storage: `System::Account` (r:1 w:1)
    // Storage: `Balances::Holds` (r:1 w:1)
    fn add_member() -> Weight {
        Weight::from_parts(75_000_000, 3593)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    // Storage: `Organisations::Organisations` (r:1 w:0)
    // Storage: `Organisations::Members` (r:1 w:1)
    fn set_quota() -> Weight {
        Weight::from_parts(25_000_000, 3593)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    // Storage: `Organisations::Organisations` (r:1 w:1)
    // Storage: `Organisations::Members` (r:1 w:1)
    // Storage: `System::Account` (r:1 w:1)
    // Storage: `Balances::Holds` (r:1 w:1)
    fn remove_member() -> Weight {
        Weight::from_parts(75_000_000, 3593)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    // Storage: `Organisations::Organisations` (r:1 w:1)
    // Storage: `System::Account` (r:2 w:2)
    // Storage: `Balances::Holds` (r:2 w:2)
    fn hand_over() -> Weight {
        Weight::from_parts(100_000_000, 6196)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    // Storage: `Organisations::Organisations` (r:1 w:0)
    // Storage: `System::Account` (r:2 w:2)
    fn withdraw() -> Weight {
        Weight::from_parts(65_000_000, 6196)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    // Storage: `Organisations::Organisations` (r:1 w:1)
    // Storage: `Escrow::OpenOf` (r:1 w:0)
    // Storage: `System::Account` (r:2 w:2)
    // Storage: `Balances::Holds` (r:1 w:1)
    fn dissolve() -> Weight {
        Weight::from_parts(130_000_000, 6196)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(4))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn found() -> Weight {
        Weight::from_parts(70_000_000, 3593)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn add_member() -> Weight {
        Weight::from_parts(75_000_000, 3593)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn set_quota() -> Weight {
        Weight::from_parts(25_000_000, 3593)
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn remove_member() -> Weight {
        Weight::from_parts(75_000_000, 3593)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn hand_over() -> Weight {
        Weight::from_parts(100_000_000, 6196)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn withdraw() -> Weight {
        Weight::from_parts(65_000_000, 6196)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(2))
    }
    fn dissolve() -> Weight {
        Weight::from_parts(130_000_000, 6196)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
}
