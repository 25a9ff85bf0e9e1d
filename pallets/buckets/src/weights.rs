//! Weights of the calls. They are estimates from calls of other pallets that touch as much, until `scripts/weights.sh` has measured these.

#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `create`.
    fn create() -> Weight;
    /// Weight of `grant`.
    fn grant() -> Weight;
    /// Weight of `withdraw`.
    fn withdraw() -> Weight;
    /// Weight of `acquire`.
    fn acquire() -> Weight;
    /// Weight of `release`.
    fn release() -> Weight;
    /// Weight of `commit`.
    fn commit() -> Weight;
    /// Weight of `remove`, `n` from 0 to 16.
    fn remove(n: u32) -> Weight;
    /// Weight of `set_label`.
    fn set_label() -> Weight;
    /// Weight of `publish`.
    fn publish() -> Weight;
}

/// Weights with what the runtime `T` says its database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn create() -> Weight {
        Weight::from_parts(125_000_000, 4320)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    fn grant() -> Weight {
        Weight::from_parts(110_000_000, 4320)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn withdraw() -> Weight {
        Weight::from_parts(110_000_000, 4320)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn acquire() -> Weight {
        Weight::from_parts(48_000_000, 4320)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    fn release() -> Weight {
        Weight::from_parts(30_000_000, 4320)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn commit() -> Weight {
        Weight::from_parts(52_000_000, 4320)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn remove(n: u32) -> Weight {
        Weight::from_parts(115_000_000, 4320)
            .saturating_add(Weight::from_parts(9_000_000, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(4))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 2660).saturating_mul(n.into()))
    }
    fn set_label() -> Weight {
        Weight::from_parts(26_000_000, 4320)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn publish() -> Weight {
        Weight::from_parts(26_000_000, 4320)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn create() -> Weight {
        Weight::from_parts(125_000_000, 4320)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(7))
    }
    fn grant() -> Weight {
        Weight::from_parts(110_000_000, 4320)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn withdraw() -> Weight {
        Weight::from_parts(110_000_000, 4320)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn acquire() -> Weight {
        Weight::from_parts(48_000_000, 4320)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(2))
    }
    fn release() -> Weight {
        Weight::from_parts(30_000_000, 4320)
            .saturating_add(RocksDbWeight::get().reads(1))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn commit() -> Weight {
        Weight::from_parts(52_000_000, 4320)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn remove(n: u32) -> Weight {
        Weight::from_parts(115_000_000, 4320)
            .saturating_add(Weight::from_parts(9_000_000, 0).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(4))
            .saturating_add(RocksDbWeight::get().writes(2_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 2660).saturating_mul(n.into()))
    }
    fn set_label() -> Weight {
        Weight::from_parts(26_000_000, 4320)
            .saturating_add(RocksDbWeight::get().reads(1))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn publish() -> Weight {
        Weight::from_parts(26_000_000, 4320)
            .saturating_add(RocksDbWeight::get().reads(1))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
}
