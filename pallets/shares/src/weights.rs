//! Weights of the calls. They are estimates from calls of other pallets that touch as much, until `scripts/weights.sh` has measured these.

#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `announce_key`.
    fn announce_key() -> Weight;
    /// Weight of `conceal_key`.
    fn conceal_key() -> Weight;
    /// Weight of `share`.
    fn share() -> Weight;
    /// Weight of `revoke`.
    fn revoke() -> Weight;
    /// Weight of `publish`.
    fn publish() -> Weight;
    /// Weight of `relocate`.
    fn relocate() -> Weight;
    /// Weight of `withdraw`.
    fn withdraw() -> Weight;
}

/// Weights with what the runtime `T` says its database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn announce_key() -> Weight {
        Weight::from_parts(75_000_000, 4000)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn conceal_key() -> Weight {
        Weight::from_parts(75_000_000, 4000)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn share() -> Weight {
        Weight::from_parts(120_000_000, 7432)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    fn revoke() -> Weight {
        Weight::from_parts(110_000_000, 4320)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn publish() -> Weight {
        Weight::from_parts(115_000_000, 7432)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn relocate() -> Weight {
        Weight::from_parts(42_000_000, 7432)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn withdraw() -> Weight {
        Weight::from_parts(105_000_000, 4320)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(4))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn announce_key() -> Weight {
        Weight::from_parts(75_000_000, 4000)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn conceal_key() -> Weight {
        Weight::from_parts(75_000_000, 4000)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn share() -> Weight {
        Weight::from_parts(120_000_000, 7432)
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn revoke() -> Weight {
        Weight::from_parts(110_000_000, 4320)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn publish() -> Weight {
        Weight::from_parts(115_000_000, 7432)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn relocate() -> Weight {
        Weight::from_parts(42_000_000, 7432)
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn withdraw() -> Weight {
        Weight::from_parts(105_000_000, 4320)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
}
