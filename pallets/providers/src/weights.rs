//! Weights of the calls, from benchmarks: written by `scripts/weights.sh` on 2026-11-22, not by hand.
//!
//! 50 steps, 20 repeats, on AMD EPYC.

#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `register`.
    fn register() -> Weight;
    /// Weight of `add_bond`.
    fn add_bond() -> Weight;
    /// Weight of `withdraw_bond`.
    fn withdraw_bond() -> Weight;
    /// Weight of `set_capacity`.
    fn set_capacity() -> Weight;
    /// Weight of `set_endpoint`.
    fn set_endpoint() -> Weight;
    /// Weight of `set_price`.
    fn set_price() -> Weight;
    /// Weight of `pause`.
    fn pause() -> Weight;
    /// Weight of `resume`.
    fn resume() -> Weight;
    /// Weight of `exit`.
    fn exit() -> Weight;
    /// Weight of `remove`.
    fn remove() -> Weight;
}

/// Weights with what the runtime `T` says its database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    // Storage: `Providers::ByPeerKey` (r:1 w:1)
    // Proof: `Providers::ByPeerKey` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `System::BlockHash` (r:1 w:0)
    // Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    // Storage: `Providers::NextMiner` (r:1 w:1)
    // Proof: `Providers::NextMiner` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    // Storage: `Clock::CurrentTiming` (r:1 w:0)
    // Proof: `Clock::CurrentTiming` (`max_values`: Some(1), `max_size`: Some(39), added: 534, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Providers::TotalWeight` (r:1 w:1)
    // Proof: `Providers::TotalWeight` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Providers::ActiveOf` (r:1 w:1)
    // Proof: `Providers::ActiveOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Providers::ActiveOperators` (r:1 w:1)
    // Proof: `Providers::ActiveOperators` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Providers::Endpoints` (r:0 w:1)
    // Proof: `Providers::Endpoints` (`max_values`: None, `max_size`: Some(142), added: 2617, mode: `MaxEncodedLen`)
    // Storage: `Providers::Miners` (r:0 w:1)
    // Proof: `Providers::Miners` (`max_values`: None, `max_size`: Some(243), added: 2718, mode: `MaxEncodedLen`)
    fn register() -> Weight {
        // Fastest run: 176_841_000 picoseconds. Proof measured: 577 bytes.
        Weight::from_parts(242_011_000, 3586)
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().writes(8))
    }
    // Storage: `Providers::Miners` (r:1 w:1)
    // Proof: `Providers::Miners` (`max_values`: None, `max_size`: Some(243), added: 2718, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    // Storage: `Clock::CurrentTiming` (r:1 w:0)
    // Proof: `Clock::CurrentTiming` (`max_values`: Some(1), `max_size`: Some(39), added: 534, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Providers::TotalWeight` (r:1 w:1)
    // Proof: `Providers::TotalWeight` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Providers::ActiveOf` (r:1 w:1)
    // Proof: `Providers::ActiveOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Providers::ActiveOperators` (r:1 w:1)
    // Proof: `Providers::ActiveOperators` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    fn add_bond() -> Weight {
        // Fastest run: 111_929_000 picoseconds. Proof measured: 741 bytes.
        Weight::from_parts(193_392_000, 3708)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    // Storage: `Providers::Miners` (r:1 w:1)
    // Proof: `Providers::Miners` (`max_values`: None, `max_size`: Some(243), added: 2718, mode: `MaxEncodedLen`)
    // Storage: `Clock::CurrentTiming` (r:1 w:0)
    // Proof: `Clock::CurrentTiming` (`max_values`: Some(1), `max_size`: Some(39), added: 534, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    // Storage: `Providers::TotalWeight` (r:1 w:1)
    // Proof: `Providers::TotalWeight` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Providers::ActiveOf` (r:1 w:1)
    // Proof: `Providers::ActiveOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Providers::ActiveOperators` (r:1 w:1)
    // Proof: `Providers::ActiveOperators` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    fn withdraw_bond() -> Weight {
        // Fastest run: 103_683_000 picoseconds. Proof measured: 841 bytes.
        Weight::from_parts(179_205_000, 3708)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    // Storage: `Providers::Miners` (r:1 w:1)
    // Proof: `Providers::Miners` (`max_values`: None, `max_size`: Some(243), added: 2718, mode: `MaxEncodedLen`)
    // Storage: `Clock::CurrentTiming` (r:1 w:0)
    // Proof: `Clock::CurrentTiming` (`max_values`: Some(1), `max_size`: Some(39), added: 534, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Providers::TotalWeight` (r:1 w:1)
    // Proof: `Providers::TotalWeight` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Providers::ActiveOf` (r:1 w:1)
    // Proof: `Providers::ActiveOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Providers::ActiveOperators` (r:1 w:1)
    // Proof: `Providers::ActiveOperators` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    fn set_capacity() -> Weight {
        // Fastest run: 43_441_000 picoseconds. Proof measured: 583 bytes.
        Weight::from_parts(76_573_000, 3708)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    // Storage: `Providers::Miners` (r:1 w:0)
    // Proof: `Providers::Miners` (`max_values`: None, `max_size`: Some(243), added: 2718, mode: `MaxEncodedLen`)
    // Storage: `Providers::Endpoints` (r:0 w:1)
    // Proof: `Providers::Endpoints` (`max_values`: None, `max_size`: Some(142), added: 2617, mode: `MaxEncodedLen`)
    fn set_endpoint() -> Weight {
        // Fastest run: 22_301_000 picoseconds. Proof measured: 447 bytes.
        Weight::from_parts(39_844_000, 3708)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    // Storage: `Providers::Miners` (r:1 w:1)
    // Proof: `Providers::Miners` (`max_values`: None, `max_size`: Some(243), added: 2718, mode: `MaxEncodedLen`)
    fn set_price() -> Weight {
        // Fastest run: 22_211_000 picoseconds. Proof measured: 447 bytes.
        Weight::from_parts(37_430_000, 3708)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    // Storage: `Providers::Miners` (r:1 w:1)
    // Proof: `Providers::Miners` (`max_values`: None, `max_size`: Some(243), added: 2718, mode: `MaxEncodedLen`)
    // Storage: `Clock::CurrentTiming` (r:1 w:0)
    // Proof: `Clock::CurrentTiming` (`max_values`: Some(1), `max_size`: Some(39), added: 534, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Providers::TotalWeight` (r:1 w:1)
    // Proof: `Providers::TotalWeight` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Providers::ActiveOf` (r:1 w:1)
    // Proof: `Providers::ActiveOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Providers::ActiveOperators` (r:1 w:1)
    // Proof: `Providers::ActiveOperators` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    fn pause() -> Weight {
        // Fastest run: 48_360_000 picoseconds. Proof measured: 660 bytes.
        Weight::from_parts(83_255_000, 3708)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    // Storage: `Providers::Miners` (r:1 w:1)
    // Proof: `Providers::Miners` (`max_values`: None, `max_size`: Some(243), added: 2718, mode: `MaxEncodedLen`)
    // Storage: `Clock::CurrentTiming` (r:1 w:0)
    // Proof: `Clock::CurrentTiming` (`max_values`: Some(1), `max_size`: Some(39), added: 534, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Providers::TotalWeight` (r:1 w:1)
    // Proof: `Providers::TotalWeight` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Providers::ActiveOf` (r:1 w:1)
    // Proof: `Providers::ActiveOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Providers::ActiveOperators` (r:1 w:1)
    // Proof: `Providers::ActiveOperators` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    fn resume() -> Weight {
        // Fastest run: 42_920_000 picoseconds. Proof measured: 583 bytes.
        Weight::from_parts(69_921_000, 3708)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    // Storage: `Providers::Miners` (r:1 w:1)
    // Proof: `Providers::Miners` (`max_values`: None, `max_size`: Some(243), added: 2718, mode: `MaxEncodedLen`)
    // Storage: `Clock::CurrentTiming` (r:1 w:0)
    // Proof: `Clock::CurrentTiming` (`max_values`: Some(1), `max_size`: Some(39), added: 534, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Providers::TotalWeight` (r:1 w:1)
    // Proof: `Providers::TotalWeight` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Providers::ActiveOf` (r:1 w:1)
    // Proof: `Providers::ActiveOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Providers::ActiveOperators` (r:1 w:1)
    // Proof: `Providers::ActiveOperators` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    fn exit() -> Weight {
        // Fastest run: 48_721_000 picoseconds. Proof measured: 660 bytes.
        Weight::from_parts(89_346_000, 3708)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    // Storage: `Providers::Miners` (r:1 w:1)
    // Proof: `Providers::Miners` (`max_values`: None, `max_size`: Some(243), added: 2718, mode: `MaxEncodedLen`)
    // Storage: `Clock::CurrentTiming` (r:1 w:0)
    // Proof: `Clock::CurrentTiming` (`max_values`: Some(1), `max_size`: Some(39), added: 534, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    // Storage: `Providers::Endpoints` (r:0 w:1)
    // Proof: `Providers::Endpoints` (`max_values`: None, `max_size`: Some(142), added: 2617, mode: `MaxEncodedLen`)
    // Storage: `Providers::ByPeerKey` (r:0 w:1)
    // Proof: `Providers::ByPeerKey` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Proofs::FailedAt` (r:0 w:1)
    // Proof: `Proofs::FailedAt` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    // Storage: `Proofs::Live` (r:0 w:1)
    // Proof: `Proofs::Live` (`max_values`: None, `max_size`: Some(1297), added: 3772, mode: `MaxEncodedLen`)
    // Storage: `Proofs::Ledgers` (r:0 w:1)
    // Proof: `Proofs::Ledgers` (`max_values`: None, `max_size`: Some(45), added: 2520, mode: `MaxEncodedLen`)
    // Storage: `Proofs::Sealed` (r:0 w:1)
    // Proof: `Proofs::Sealed` (`max_values`: None, `max_size`: Some(1297), added: 3772, mode: `MaxEncodedLen`)
    // Storage: `Repair::Claims` (r:0 w:1)
    // Proof: `Repair::Claims` (`max_values`: None, `max_size`: Some(813), added: 3288, mode: `MaxEncodedLen`)
    fn remove() -> Weight {
        // Fastest run: 94_115_000 picoseconds. Proof measured: 725 bytes.
        Weight::from_parts(162_613_000, 3708)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(10))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn register() -> Weight {
        Weight::from_parts(242_011_000, 3586)
            .saturating_add(RocksDbWeight::get().reads(9))
            .saturating_add(RocksDbWeight::get().writes(8))
    }
    fn add_bond() -> Weight {
        Weight::from_parts(193_392_000, 3708)
            .saturating_add(RocksDbWeight::get().reads(8))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn withdraw_bond() -> Weight {
        Weight::from_parts(179_205_000, 3708)
            .saturating_add(RocksDbWeight::get().reads(8))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn set_capacity() -> Weight {
        Weight::from_parts(76_573_000, 3708)
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn set_endpoint() -> Weight {
        Weight::from_parts(39_844_000, 3708)
            .saturating_add(RocksDbWeight::get().reads(1))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn set_price() -> Weight {
        Weight::from_parts(37_430_000, 3708)
            .saturating_add(RocksDbWeight::get().reads(1))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn pause() -> Weight {
        Weight::from_parts(83_255_000, 3708)
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn resume() -> Weight {
        Weight::from_parts(69_921_000, 3708)
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn exit() -> Weight {
        Weight::from_parts(89_346_000, 3708)
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn remove() -> Weight {
        Weight::from_parts(162_613_000, 3708)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(10))
    }
}
