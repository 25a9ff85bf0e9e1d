//! Weights of the calls, from benchmarks: written by `scripts/weights.sh` on 2026-11-22, not by hand.
//!
//! 50 steps, 20 repeats, on AMD EPYC.

#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `set_shares`.
    fn set_shares() -> Weight;
}

/// Weights with what the runtime `T` says its database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    // Storage: `Emission::CurrentShares` (r:0 w:1)
    // Proof: `Emission::CurrentShares` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    fn set_shares() -> Weight {
        // Fastest run: 6_880_000 picoseconds. Proof measured: 0 bytes.
        Weight::from_parts(7_411_000, 0).saturating_add(T::DbWeight::get().writes(1))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn set_shares() -> Weight {
        Weight::from_parts(7_411_000, 0).saturating_add(RocksDbWeight::get().writes(1))
    }
}
