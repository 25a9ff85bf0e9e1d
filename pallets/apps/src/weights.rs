//! Weights of the calls: estimated by hand until `scripts/weights.sh` writes them from benchmarks.

#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::{
    traits::Get,
    weights::{constants::RocksDbWeight, Weight},
};

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `publish`.
    fn publish() -> Weight;
    /// Weight of `release`.
    fn release() -> Weight;
    /// Weight of `yank`.
    fn yank() -> Weight;
    /// Weight of `set_category`.
    fn set_category() -> Weight;
    /// Weight of `transfer`.
    fn transfer() -> Weight;
    /// Weight of `retire`.
    fn retire(n: u32) -> Weight;
}

/// Weights with what the runtime `T` says its database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    // Storage: `Apps::ByName` (r:1 w:1)
    // Storage: `Apps::NextApp` (r:1 w:1)
    // Storage: `System::Account` (r:1 w:1)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Storage: `Apps::Versions` (r:0 w:1)
    // Storage: `Apps::ByDigest` (r:0 w:1)
    // Storage: `Apps::Apps` (r:0 w:1)
    fn publish() -> Weight {
        Weight::from_parts(95_000_000, 3593)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    // Storage: `Apps::Apps` (r:1 w:1)
    // Storage: `Apps::ByDigest` (r:1 w:1)
    // Storage: `System::Account` (r:1 w:1)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Storage: `Apps::Versions` (r:0 w:1)
    fn release() -> Weight {
        Weight::from_parts(85_000_000, 3593)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    // Storage: `Apps::Apps` (r:1 w:0)
    // Storage: `Apps::Versions` (r:1 w:1)
    // Storage: `Apps::ByDigest` (r:0 w:1)
    fn yank() -> Weight {
        Weight::from_parts(30_000_000, 3593)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    // Storage: `Apps::Apps` (r:1 w:1)
    fn set_category() -> Weight {
        Weight::from_parts(22_000_000, 3593)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    // Storage: `Apps::Apps` (r:1 w:1)
    // Storage: `System::Account` (r:2 w:2)
    // Storage: `Balances::Holds` (r:2 w:2)
    fn transfer() -> Weight {
        Weight::from_parts(100_000_000, 6196)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    // Storage: `Apps::Apps` (r:1 w:1)
    // Storage: `System::Account` (r:1 w:1)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Storage: `Apps::Versions` (r:n w:n)
    // Storage: `Apps::ByDigest` (r:0 w:n)
    // The range of component `n` is `[1, 64]`.
    fn retire(n: u32) -> Weight {
        Weight::from_parts(70_000_000, 3593)
            .saturating_add(Weight::from_parts(6_000_000, 2750).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(3))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(n.into())))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn publish() -> Weight {
        Weight::from_parts(95_000_000, 3593)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(7))
    }
    fn release() -> Weight {
        Weight::from_parts(85_000_000, 3593)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn yank() -> Weight {
        Weight::from_parts(30_000_000, 3593)
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().writes(2))
    }
    fn set_category() -> Weight {
        Weight::from_parts(22_000_000, 3593)
            .saturating_add(RocksDbWeight::get().reads(1))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn transfer() -> Weight {
        Weight::from_parts(100_000_000, 6196)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn retire(n: u32) -> Weight {
        Weight::from_parts(70_000_000, 3593)
            .saturating_add(Weight::from_parts(6_000_000, 2750).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(3))
            .saturating_add(RocksDbWeight::get().writes(2_u64.saturating_mul(n.into())))
    }
}
