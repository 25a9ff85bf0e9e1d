//! Weights of the calls: estimates by hand, until `scripts/weights.sh` writes them from benchmarks.

#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::{
    traits::Get,
    weights::{constants::RocksDbWeight, Weight},
};

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `deploy`.
    fn deploy() -> Weight;
    /// Weight of `top_up`.
    fn top_up() -> Weight;
    /// Weight of `scale`.
    fn scale() -> Weight;
    /// Weight of `stop`.
    fn stop() -> Weight;
    /// Weight of `accept`.
    fn accept() -> Weight;
    /// Weight of `set_endpoint`.
    fn set_endpoint() -> Weight;
    /// Weight of `redeem`.
    fn redeem() -> Weight;
    /// Weight of `ask_probe`.
    fn ask_probe() -> Weight;
    /// Weight of `report_down`.
    fn report_down() -> Weight;
    /// Weight of `close`.
    fn close() -> Weight;
    /// Weight of `finish`.
    fn finish() -> Weight;
    /// Weight of `decided`.
    fn decided() -> Weight;
    /// Weight of `is_party`.
    fn is_party() -> Weight;
}

/// Weights with what the runtime `T` says its database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn deploy() -> Weight {
        Weight::from_parts(120_000_000, 4000)
            .saturating_add(T::DbWeight::get().reads(12))
            .saturating_add(T::DbWeight::get().writes(12))
    }
    fn top_up() -> Weight {
        Weight::from_parts(260_000_000, 40000)
            .saturating_add(T::DbWeight::get().reads(24))
            .saturating_add(T::DbWeight::get().writes(22))
    }
    fn scale() -> Weight {
        Weight::from_parts(700_000_000, 140000)
            .saturating_add(T::DbWeight::get().reads(60))
            .saturating_add(T::DbWeight::get().writes(60))
    }
    fn stop() -> Weight {
        Weight::from_parts(700_000_000, 140000)
            .saturating_add(T::DbWeight::get().reads(60))
            .saturating_add(T::DbWeight::get().writes(60))
    }
    fn accept() -> Weight {
        Weight::from_parts(180_000_000, 8000)
            .saturating_add(T::DbWeight::get().reads(16))
            .saturating_add(T::DbWeight::get().writes(10))
    }
    fn set_endpoint() -> Weight {
        Weight::from_parts(180_000_000, 8000)
            .saturating_add(T::DbWeight::get().reads(16))
            .saturating_add(T::DbWeight::get().writes(10))
    }
    fn redeem() -> Weight {
        Weight::from_parts(190_000_000, 8000)
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    fn ask_probe() -> Weight {
        Weight::from_parts(170_000_000, 8000)
            .saturating_add(T::DbWeight::get().reads(15))
            .saturating_add(T::DbWeight::get().writes(9))
    }
    fn report_down() -> Weight {
        Weight::from_parts(170_000_000, 8000)
            .saturating_add(T::DbWeight::get().reads(15))
            .saturating_add(T::DbWeight::get().writes(9))
    }
    fn close() -> Weight {
        Weight::from_parts(140_000_000, 8000)
            .saturating_add(T::DbWeight::get().reads(10))
            .saturating_add(T::DbWeight::get().writes(8))
    }
    fn finish() -> Weight {
        Weight::from_parts(220_000_000, 10000)
            .saturating_add(T::DbWeight::get().reads(13))
            .saturating_add(T::DbWeight::get().writes(14))
    }
    fn decided() -> Weight {
        Weight::from_parts(260_000_000, 12000)
            .saturating_add(T::DbWeight::get().reads(16))
            .saturating_add(T::DbWeight::get().writes(16))
    }
    fn is_party() -> Weight {
        Weight::from_parts(30_000_000, 6000).saturating_add(T::DbWeight::get().reads(3))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn deploy() -> Weight {
        Weight::from_parts(120_000_000, 4000)
            .saturating_add(RocksDbWeight::get().reads(12))
            .saturating_add(RocksDbWeight::get().writes(12))
    }
    fn top_up() -> Weight {
        Weight::from_parts(260_000_000, 40000)
            .saturating_add(RocksDbWeight::get().reads(24))
            .saturating_add(RocksDbWeight::get().writes(22))
    }
    fn scale() -> Weight {
        Weight::from_parts(700_000_000, 140000)
            .saturating_add(RocksDbWeight::get().reads(60))
            .saturating_add(RocksDbWeight::get().writes(60))
    }
    fn stop() -> Weight {
        Weight::from_parts(700_000_000, 140000)
            .saturating_add(RocksDbWeight::get().reads(60))
            .saturating_add(RocksDbWeight::get().writes(60))
    }
    fn accept() -> Weight {
        Weight::from_parts(180_000_000, 8000)
            .saturating_add(RocksDbWeight::get().reads(16))
            .saturating_add(RocksDbWeight::get().writes(10))
    }
    fn set_endpoint() -> Weight {
        Weight::from_parts(180_000_000, 8000)
            .saturating_add(RocksDbWeight::get().reads(16))
            .saturating_add(RocksDbWeight::get().writes(10))
    }
    fn redeem() -> Weight {
        Weight::from_parts(190_000_000, 8000)
            .saturating_add(RocksDbWeight::get().reads(9))
            .saturating_add(RocksDbWeight::get().writes(7))
    }
    fn ask_probe() -> Weight {
        Weight::from_parts(170_000_000, 8000)
            .saturating_add(RocksDbWeight::get().reads(15))
            .saturating_add(RocksDbWeight::get().writes(9))
    }
    fn report_down() -> Weight {
        Weight::from_parts(170_000_000, 8000)
            .saturating_add(RocksDbWeight::get().reads(15))
            .saturating_add(RocksDbWeight::get().writes(9))
    }
    fn close() -> Weight {
        Weight::from_parts(140_000_000, 8000)
            .saturating_add(RocksDbWeight::get().reads(10))
            .saturating_add(RocksDbWeight::get().writes(8))
    }
    fn finish() -> Weight {
        Weight::from_parts(220_000_000, 10000)
            .saturating_add(RocksDbWeight::get().reads(13))
            .saturating_add(RocksDbWeight::get().writes(14))
    }
    fn decided() -> Weight {
        Weight::from_parts(260_000_000, 12000)
            .saturating_add(RocksDbWeight::get().reads(16))
            .saturating_add(RocksDbWeight::get().writes(16))
    }
    fn is_party() -> Weight {
        Weight::from_parts(30_000_000, 6000).saturating_add(RocksDbWeight::get().reads(3))
    }
}
