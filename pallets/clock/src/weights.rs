//! Weights of the calls, from benchmarks: written by `scripts/weights.sh` on 2026-11-21, not by hand.
//!
//! 50 steps, 20 repeats, on AMD EPYC.

#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `on_finalize`.
    fn on_finalize() -> Weight;
}

/// Weights with what the runtime `T` says its database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    // Storage: `ParachainSystem::ValidationData` (r:1 w:0)
    // Proof: `ParachainSystem::ValidationData` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
    // Storage: `ParachainSystem::LastRelayChainBlockNumber` (r:1 w:0)
    // Proof: `ParachainSystem::LastRelayChainBlockNumber` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
    // Storage: `Clock::LastRelay` (r:1 w:1)
    // Proof: `Clock::LastRelay` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Clock::Pause` (r:1 w:0)
    // Proof: `Clock::Pause` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:1)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    fn on_finalize() -> Weight {
        // Fastest run: 14_086_000 picoseconds. Proof measured: 132 bytes.
        Weight::from_parts(22_171_000, 1617)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(2))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn on_finalize() -> Weight {
        Weight::from_parts(22_171_000, 1617)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(2))
    }
}
