//! Weights of the calls, estimated by hand until `scripts/weights.sh` measures them.

#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::{
    traits::Get,
    weights::{constants::RocksDbWeight, Weight},
};

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `ask_matched`.
    fn ask_matched(d: u32) -> Weight;
    /// Weight of `ask_placed`.
    fn ask_placed(d: u32) -> Weight;
    /// Weight of `bid_matched`.
    fn bid_matched(d: u32) -> Weight;
    /// Weight of `bid_placed`.
    fn bid_placed(d: u32) -> Weight;
    /// Weight of `cancel_ask`.
    fn cancel_ask() -> Weight;
    /// Weight of `cancel_bid`.
    fn cancel_bid() -> Weight;
    /// Weight of `request`.
    fn request() -> Weight;
    /// Weight of `propose`.
    fn propose(p: u32) -> Weight;
    /// Weight of `settle`.
    fn settle(p: u32) -> Weight;
    /// Weight of `withdraw`.
    fn withdraw() -> Weight;
}

/// Weights with what the runtime `T` says its database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    fn ask_matched(d: u32) -> Weight {
        Weight::from_parts(110_000_000, 4800)
            .saturating_add(Weight::from_parts(60_000_000, 0).saturating_mul(d.into()))
            .saturating_add(T::DbWeight::get().reads(11))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(d.into())))
            .saturating_add(T::DbWeight::get().writes(9))
            .saturating_add(T::DbWeight::get().writes(6_u64.saturating_mul(d.into())))
            .saturating_add(Weight::from_parts(0, 9000).saturating_mul(d.into()))
    }
    fn ask_placed(d: u32) -> Weight {
        Weight::from_parts(90_000_000, 4800)
            .saturating_add(Weight::from_parts(60_000_000, 0).saturating_mul(d.into()))
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(d.into())))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(T::DbWeight::get().writes(6_u64.saturating_mul(d.into())))
            .saturating_add(Weight::from_parts(0, 9000).saturating_mul(d.into()))
    }
    fn bid_matched(d: u32) -> Weight {
        Weight::from_parts(110_000_000, 4800)
            .saturating_add(Weight::from_parts(60_000_000, 0).saturating_mul(d.into()))
            .saturating_add(T::DbWeight::get().reads(11))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(d.into())))
            .saturating_add(T::DbWeight::get().writes(9))
            .saturating_add(T::DbWeight::get().writes(6_u64.saturating_mul(d.into())))
            .saturating_add(Weight::from_parts(0, 9000).saturating_mul(d.into()))
    }
    fn bid_placed(d: u32) -> Weight {
        Weight::from_parts(90_000_000, 4800)
            .saturating_add(Weight::from_parts(60_000_000, 0).saturating_mul(d.into()))
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(d.into())))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(T::DbWeight::get().writes(6_u64.saturating_mul(d.into())))
            .saturating_add(Weight::from_parts(0, 9000).saturating_mul(d.into()))
    }
    fn cancel_ask() -> Weight {
        Weight::from_parts(80_000_000, 4800)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    fn cancel_bid() -> Weight {
        Weight::from_parts(80_000_000, 4800)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    fn request() -> Weight {
        Weight::from_parts(40_000_000, 4800)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    fn propose(p: u32) -> Weight {
        Weight::from_parts(50_000_000, 4800)
            .saturating_add(Weight::from_parts(6_000_000, 0).saturating_mul(p.into()))
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(p.into())))
            .saturating_add(T::DbWeight::get().writes(1))
            .saturating_add(Weight::from_parts(0, 2900).saturating_mul(p.into()))
    }
    fn settle(p: u32) -> Weight {
        Weight::from_parts(70_000_000, 4800)
            .saturating_add(Weight::from_parts(60_000_000, 0).saturating_mul(p.into()))
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(p.into())))
            .saturating_add(T::DbWeight::get().writes(3))
            .saturating_add(T::DbWeight::get().writes(5_u64.saturating_mul(p.into())))
            .saturating_add(Weight::from_parts(0, 9000).saturating_mul(p.into()))
    }
    fn withdraw() -> Weight {
        Weight::from_parts(35_000_000, 4800)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(2))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn ask_matched(d: u32) -> Weight {
        Weight::from_parts(110_000_000, 4800)
            .saturating_add(Weight::from_parts(60_000_000, 0).saturating_mul(d.into()))
            .saturating_add(RocksDbWeight::get().reads(11))
            .saturating_add(RocksDbWeight::get().reads(5_u64.saturating_mul(d.into())))
            .saturating_add(RocksDbWeight::get().writes(9))
            .saturating_add(RocksDbWeight::get().writes(6_u64.saturating_mul(d.into())))
            .saturating_add(Weight::from_parts(0, 9000).saturating_mul(d.into()))
    }
    fn ask_placed(d: u32) -> Weight {
        Weight::from_parts(90_000_000, 4800)
            .saturating_add(Weight::from_parts(60_000_000, 0).saturating_mul(d.into()))
            .saturating_add(RocksDbWeight::get().reads(9))
            .saturating_add(RocksDbWeight::get().reads(5_u64.saturating_mul(d.into())))
            .saturating_add(RocksDbWeight::get().writes(8))
            .saturating_add(RocksDbWeight::get().writes(6_u64.saturating_mul(d.into())))
            .saturating_add(Weight::from_parts(0, 9000).saturating_mul(d.into()))
    }
    fn bid_matched(d: u32) -> Weight {
        Weight::from_parts(110_000_000, 4800)
            .saturating_add(Weight::from_parts(60_000_000, 0).saturating_mul(d.into()))
            .saturating_add(RocksDbWeight::get().reads(11))
            .saturating_add(RocksDbWeight::get().reads(5_u64.saturating_mul(d.into())))
            .saturating_add(RocksDbWeight::get().writes(9))
            .saturating_add(RocksDbWeight::get().writes(6_u64.saturating_mul(d.into())))
            .saturating_add(Weight::from_parts(0, 9000).saturating_mul(d.into()))
    }
    fn bid_placed(d: u32) -> Weight {
        Weight::from_parts(90_000_000, 4800)
            .saturating_add(Weight::from_parts(60_000_000, 0).saturating_mul(d.into()))
            .saturating_add(RocksDbWeight::get().reads(9))
            .saturating_add(RocksDbWeight::get().reads(5_u64.saturating_mul(d.into())))
            .saturating_add(RocksDbWeight::get().writes(8))
            .saturating_add(RocksDbWeight::get().writes(6_u64.saturating_mul(d.into())))
            .saturating_add(Weight::from_parts(0, 9000).saturating_mul(d.into()))
    }
    fn cancel_ask() -> Weight {
        Weight::from_parts(80_000_000, 4800)
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn cancel_bid() -> Weight {
        Weight::from_parts(80_000_000, 4800)
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn request() -> Weight {
        Weight::from_parts(40_000_000, 4800)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn propose(p: u32) -> Weight {
        Weight::from_parts(50_000_000, 4800)
            .saturating_add(Weight::from_parts(6_000_000, 0).saturating_mul(p.into()))
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(p.into())))
            .saturating_add(RocksDbWeight::get().writes(1))
            .saturating_add(Weight::from_parts(0, 2900).saturating_mul(p.into()))
    }
    fn settle(p: u32) -> Weight {
        Weight::from_parts(70_000_000, 4800)
            .saturating_add(Weight::from_parts(60_000_000, 0).saturating_mul(p.into()))
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().reads(5_u64.saturating_mul(p.into())))
            .saturating_add(RocksDbWeight::get().writes(3))
            .saturating_add(RocksDbWeight::get().writes(5_u64.saturating_mul(p.into())))
            .saturating_add(Weight::from_parts(0, 9000).saturating_mul(p.into()))
    }
    fn withdraw() -> Weight {
        Weight::from_parts(35_000_000, 4800)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(2))
    }
}
