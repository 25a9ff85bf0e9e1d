//! Weights of the calls, from benchmarks: written by `scripts/weights.sh` on 2026-11-22, not by hand.
//!
//! 50 steps, 20 repeats, on AMD EPYC.

#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `prove`.
    fn prove() -> Weight;
    /// Weight of `report_missed`.
    fn report_missed() -> Weight;
}

/// Weights with what the runtime `T` says its database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    // Storage: `Providers::Miners` (r:1 w:1)
    // Proof: `Providers::Miners` (`max_values`: None, `max_size`: Some(243), added: 2718, mode: `MaxEncodedLen`)
    // Storage: `Clock::CurrentTiming` (r:1 w:0)
    // Proof: `Clock::CurrentTiming` (`max_values`: Some(1), `max_size`: Some(39), added: 534, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Proofs::Ledgers` (r:1 w:1)
    // Proof: `Proofs::Ledgers` (`max_values`: None, `max_size`: Some(45), added: 2520, mode: `MaxEncodedLen`)
    // Storage: `Proofs::Live` (r:1 w:0)
    // Proof: `Proofs::Live` (`max_values`: None, `max_size`: Some(1297), added: 3772, mode: `MaxEncodedLen`)
    // Storage: `Proofs::Sealed` (r:1 w:1)
    // Proof: `Proofs::Sealed` (`max_values`: None, `max_size`: Some(1297), added: 3772, mode: `MaxEncodedLen`)
    // Storage: `Providers::TotalWeight` (r:1 w:1)
    // Proof: `Providers::TotalWeight` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Providers::ActiveOf` (r:1 w:1)
    // Proof: `Providers::ActiveOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Providers::ActiveOperators` (r:1 w:1)
    // Proof: `Providers::ActiveOperators` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    // Storage: `Randomness::Seeds` (r:1 w:0)
    // Proof: `Randomness::Seeds` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
    fn prove() -> Weight {
        // Fastest run: 371_734_000 picoseconds. Proof measured: 1276 bytes.
        Weight::from_parts(549_496_000, 4762)
            .saturating_add(T::DbWeight::get().reads(12))
            .saturating_add(T::DbWeight::get().writes(8))
    }
    // Storage: `Providers::Miners` (r:1 w:1)
    // Proof: `Providers::Miners` (`max_values`: None, `max_size`: Some(243), added: 2718, mode: `MaxEncodedLen`)
    // Storage: `Clock::CurrentTiming` (r:1 w:0)
    // Proof: `Clock::CurrentTiming` (`max_values`: Some(1), `max_size`: Some(39), added: 534, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Proofs::Ledgers` (r:1 w:1)
    // Proof: `Proofs::Ledgers` (`max_values`: None, `max_size`: Some(45), added: 2520, mode: `MaxEncodedLen`)
    // Storage: `Proofs::Live` (r:1 w:1)
    // Proof: `Proofs::Live` (`max_values`: None, `max_size`: Some(1297), added: 3772, mode: `MaxEncodedLen`)
    // Storage: `Proofs::Sealed` (r:1 w:1)
    // Proof: `Proofs::Sealed` (`max_values`: None, `max_size`: Some(1297), added: 3772, mode: `MaxEncodedLen`)
    // Storage: `Providers::TotalWeight` (r:1 w:1)
    // Proof: `Providers::TotalWeight` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Providers::ActiveOf` (r:1 w:1)
    // Proof: `Providers::ActiveOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Providers::ActiveOperators` (r:1 w:1)
    // Proof: `Providers::ActiveOperators` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Proofs::FailedAt` (r:0 w:1)
    // Proof: `Proofs::FailedAt` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    fn report_missed() -> Weight {
        // Fastest run: 190_155_000 picoseconds. Proof measured: 2258 bytes.
        Weight::from_parts(285_864_000, 4762)
            .saturating_add(T::DbWeight::get().reads(11))
            .saturating_add(T::DbWeight::get().writes(10))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn prove() -> Weight {
        Weight::from_parts(549_496_000, 4762)
            .saturating_add(RocksDbWeight::get().reads(12))
            .saturating_add(RocksDbWeight::get().writes(8))
    }
    fn report_missed() -> Weight {
        Weight::from_parts(285_864_000, 4762)
            .saturating_add(RocksDbWeight::get().reads(11))
            .saturating_add(RocksDbWeight::get().writes(10))
    }
}
