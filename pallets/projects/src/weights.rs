//! Weights of the calls: estimates by hand until `scripts/weights.sh` measures them.

#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::{
    traits::Get,
    weights::{constants::RocksDbWeight, Weight},
};

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `create`.
    fn create() -> Weight;
    /// Weight of `claim`, `n` from 1 to 16.
    fn claim(n: u32) -> Weight;
    /// Weight of `acknowledge`, `n` from 1 to 16.
    fn acknowledge(n: u32) -> Weight;
    /// Weight of `commit`, `n` from 1 to 16.
    fn commit(n: u32) -> Weight;
    /// Weight of `reveal`, `n` from 1 to 16.
    fn reveal(n: u32) -> Weight;
    /// Weight of `advance`.
    fn advance() -> Weight;
    /// Weight of `challenge`.
    fn challenge() -> Weight;
    /// Weight of `sample`.
    fn sample() -> Weight;
    /// Weight of `finalise`, `n` from 1 to 16.
    fn finalise(n: u32) -> Weight;
    /// Weight of `wrap`.
    fn wrap() -> Weight;
    /// Weight of `cancel`.
    fn cancel() -> Weight;
    /// Weight of `expire`.
    fn expire() -> Weight;
    /// Weight of `clean`, `n` from 1 to 64.
    fn clean(n: u32) -> Weight;
    /// Weight of `close`.
    fn close() -> Weight;
    /// Weight of `decided`.
    fn decided() -> Weight;
    /// Weight of `is_party`.
    fn is_party() -> Weight;
}

/// Weights with what the runtime `T` says its database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn create() -> Weight {
        Weight::from_parts(150_000_000, 6000)
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().writes(10))
    }
    fn claim(n: u32) -> Weight {
        Weight::from_parts(100_000_000, 30000)
            .saturating_add(Weight::from_parts(150_000_000, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(19))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(11))
            .saturating_add(T::DbWeight::get().writes(7_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 5000).saturating_mul(n.into()))
    }
    fn acknowledge(n: u32) -> Weight {
        Weight::from_parts(60_000_000, 24000)
            .saturating_add(Weight::from_parts(90_000_000, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(2))
            .saturating_add(T::DbWeight::get().writes(12_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 5000).saturating_mul(n.into()))
    }
    fn commit(n: u32) -> Weight {
        Weight::from_parts(45_000_000, 7000)
            .saturating_add(Weight::from_parts(25_000_000, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(2))
            .saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 5000).saturating_mul(n.into()))
    }
    fn reveal(n: u32) -> Weight {
        Weight::from_parts(170_000_000, 34000)
            .saturating_add(Weight::from_parts(680_000_000, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(20))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(18))
            .saturating_add(T::DbWeight::get().writes(11_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 5000).saturating_mul(n.into()))
    }
    fn advance() -> Weight {
        Weight::from_parts(1_100_000_000, 60000)
            .saturating_add(T::DbWeight::get().reads(23))
            .saturating_add(T::DbWeight::get().writes(36))
    }
    fn challenge() -> Weight {
        Weight::from_parts(380_000_000, 30000)
            .saturating_add(T::DbWeight::get().reads(18))
            .saturating_add(T::DbWeight::get().writes(13))
    }
    fn sample() -> Weight {
        Weight::from_parts(290_000_000, 30000)
            .saturating_add(T::DbWeight::get().reads(19))
            .saturating_add(T::DbWeight::get().writes(12))
    }
    fn finalise(n: u32) -> Weight {
        Weight::from_parts(160_000_000, 34000)
            .saturating_add(Weight::from_parts(680_000_000, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(20))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(17))
            .saturating_add(T::DbWeight::get().writes(11_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 5000).saturating_mul(n.into()))
    }
    fn wrap() -> Weight {
        Weight::from_parts(90_000_000, 14000)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn cancel() -> Weight {
        Weight::from_parts(150_000_000, 14000)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    fn expire() -> Weight {
        Weight::from_parts(150_000_000, 14000)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    fn clean(n: u32) -> Weight {
        Weight::from_parts(45_000_000, 5000)
            .saturating_add(Weight::from_parts(6_000_000, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(1))
            .saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 5000).saturating_mul(n.into()))
    }
    fn close() -> Weight {
        Weight::from_parts(30_000_000, 5000)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    fn decided() -> Weight {
        Weight::from_parts(1_400_000_000, 66000)
            .saturating_add(T::DbWeight::get().reads(27))
            .saturating_add(T::DbWeight::get().writes(40))
    }
    fn is_party() -> Weight {
        Weight::from_parts(10_000_000, 3800).saturating_add(T::DbWeight::get().reads(1))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn create() -> Weight {
        Weight::from_parts(150_000_000, 6000)
            .saturating_add(RocksDbWeight::get().reads(9))
            .saturating_add(RocksDbWeight::get().writes(10))
    }
    fn claim(n: u32) -> Weight {
        Weight::from_parts(100_000_000, 30000)
            .saturating_add(Weight::from_parts(150_000_000, 0).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(19))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(11))
            .saturating_add(RocksDbWeight::get().writes(7_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 5000).saturating_mul(n.into()))
    }
    fn acknowledge(n: u32) -> Weight {
        Weight::from_parts(60_000_000, 24000)
            .saturating_add(Weight::from_parts(90_000_000, 0).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(2))
            .saturating_add(RocksDbWeight::get().writes(12_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 5000).saturating_mul(n.into()))
    }
    fn commit(n: u32) -> Weight {
        Weight::from_parts(45_000_000, 7000)
            .saturating_add(Weight::from_parts(25_000_000, 0).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(2))
            .saturating_add(RocksDbWeight::get().writes(1_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 5000).saturating_mul(n.into()))
    }
    fn reveal(n: u32) -> Weight {
        Weight::from_parts(170_000_000, 34000)
            .saturating_add(Weight::from_parts(680_000_000, 0).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(20))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(18))
            .saturating_add(RocksDbWeight::get().writes(11_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 5000).saturating_mul(n.into()))
    }
    fn advance() -> Weight {
        Weight::from_parts(1_100_000_000, 60000)
            .saturating_add(RocksDbWeight::get().reads(23))
            .saturating_add(RocksDbWeight::get().writes(36))
    }
    fn challenge() -> Weight {
        Weight::from_parts(380_000_000, 30000)
            .saturating_add(RocksDbWeight::get().reads(18))
            .saturating_add(RocksDbWeight::get().writes(13))
    }
    fn sample() -> Weight {
        Weight::from_parts(290_000_000, 30000)
            .saturating_add(RocksDbWeight::get().reads(19))
            .saturating_add(RocksDbWeight::get().writes(12))
    }
    fn finalise(n: u32) -> Weight {
        Weight::from_parts(160_000_000, 34000)
            .saturating_add(Weight::from_parts(680_000_000, 0).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(20))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(17))
            .saturating_add(RocksDbWeight::get().writes(11_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 5000).saturating_mul(n.into()))
    }
    fn wrap() -> Weight {
        Weight::from_parts(90_000_000, 14000)
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn cancel() -> Weight {
        Weight::from_parts(150_000_000, 14000)
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().writes(7))
    }
    fn expire() -> Weight {
        Weight::from_parts(150_000_000, 14000)
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().writes(7))
    }
    fn clean(n: u32) -> Weight {
        Weight::from_parts(45_000_000, 5000)
            .saturating_add(Weight::from_parts(6_000_000, 0).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(1))
            .saturating_add(RocksDbWeight::get().writes(1_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 5000).saturating_mul(n.into()))
    }
    fn close() -> Weight {
        Weight::from_parts(30_000_000, 5000)
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().writes(2))
    }
    fn decided() -> Weight {
        Weight::from_parts(1_400_000_000, 66000)
            .saturating_add(RocksDbWeight::get().reads(27))
            .saturating_add(RocksDbWeight::get().writes(40))
    }
    fn is_party() -> Weight {
        Weight::from_parts(10_000_000, 3800).saturating_add(RocksDbWeight::get().reads(1))
    }
}
