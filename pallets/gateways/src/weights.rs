//! Weights of the calls. They are estimates from calls of other pallets that touch as much, until `scripts/weights.sh` has measured these.

#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `register`.
    fn register() -> Weight;
    /// Weight of `allow`.
    fn allow() -> Weight;
    /// Weight of `set_endpoint`.
    fn set_endpoint() -> Weight;
    /// Weight of `retire`, `n` from 0 to 256.
    fn retire(n: u32) -> Weight;
    /// Weight of `issue`.
    fn issue() -> Weight;
    /// Weight of `rotate`.
    fn rotate() -> Weight;
    /// Weight of `set_scopes`.
    fn set_scopes() -> Weight;
    /// Weight of `revoke`.
    fn revoke() -> Weight;
    /// Weight of `act`.
    fn act() -> Weight;
}

/// Weights with what the runtime `T` says its database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn register() -> Weight {
        Weight::from_parts(170_000_000, 4022)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    fn allow() -> Weight {
        Weight::from_parts(24_000_000, 3790)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn set_endpoint() -> Weight {
        Weight::from_parts(24_000_000, 3790)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn retire(n: u32) -> Weight {
        Weight::from_parts(110_000_000, 4022)
            .saturating_add(Weight::from_parts(4_500_000, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(4))
            .saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 2760).saturating_mul(n.into()))
    }
    fn issue() -> Weight {
        Weight::from_parts(95_000_000, 3790)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    fn rotate() -> Weight {
        Weight::from_parts(32_000_000, 3790)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn set_scopes() -> Weight {
        Weight::from_parts(34_000_000, 3790)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    fn revoke() -> Weight {
        Weight::from_parts(95_000_000, 3790)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    fn act() -> Weight {
        Weight::from_parts(52_000_000, 3790)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(1))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn register() -> Weight {
        Weight::from_parts(170_000_000, 4022)
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn allow() -> Weight {
        Weight::from_parts(24_000_000, 3790)
            .saturating_add(RocksDbWeight::get().reads(1))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn set_endpoint() -> Weight {
        Weight::from_parts(24_000_000, 3790)
            .saturating_add(RocksDbWeight::get().reads(1))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn retire(n: u32) -> Weight {
        Weight::from_parts(110_000_000, 4022)
            .saturating_add(Weight::from_parts(4_500_000, 0).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(4))
            .saturating_add(RocksDbWeight::get().writes(1_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 2760).saturating_mul(n.into()))
    }
    fn issue() -> Weight {
        Weight::from_parts(95_000_000, 3790)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn rotate() -> Weight {
        Weight::from_parts(32_000_000, 3790)
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn set_scopes() -> Weight {
        Weight::from_parts(34_000_000, 3790)
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn revoke() -> Weight {
        Weight::from_parts(95_000_000, 3790)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn act() -> Weight {
        Weight::from_parts(52_000_000, 3790)
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
}
