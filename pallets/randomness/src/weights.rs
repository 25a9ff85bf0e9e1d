//! Weights of the calls, from benchmarks: written by `scripts/weights.sh` on 2026-11-22, not by hand.
//!
//! 50 steps, 20 repeats, on AMD EPYC.

#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `draw`.
    fn draw() -> Weight;
}

/// Weights with what the runtime `T` says its database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    // Storage: `Randomness::Source` (r:1 w:0)
    // Proof: `Randomness::Source` (`max_values`: Some(1), `max_size`: Some(1), added: 496, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Randomness::Next` (r:1 w:1)
    // Proof: `Randomness::Next` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Clock::Pause` (r:1 w:1)
    // Proof: `Clock::Pause` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Randomness::Latest` (r:0 w:1)
    // Proof: `Randomness::Latest` (`max_values`: Some(1), `max_size`: Some(36), added: 531, mode: `MaxEncodedLen`)
    // Storage: `Randomness::Seeds` (r:0 w:16)
    // Proof: `Randomness::Seeds` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
    fn draw() -> Weight {
        // Fastest run: 52_047_000 picoseconds. Proof measured: 293 bytes.
        Weight::from_parts(55_062_000, 1489)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(19))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn draw() -> Weight {
        Weight::from_parts(55_062_000, 1489)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(19))
    }
}
