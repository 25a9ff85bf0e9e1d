//! Weights of the calls, from benchmarks: written by `scripts/weights.sh` on 2026-11-22, not by hand.
//!
//! 50 steps, 20 repeats, on AMD EPYC.

#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `close_and_begin`.
    fn close_and_begin() -> Weight;
    /// Weight of `close_and_open`.
    fn close_and_open() -> Weight;
    /// Weight of `bond`.
    fn bond() -> Weight;
    /// Weight of `unbond`.
    fn unbond() -> Weight;
    /// Weight of `submit`.
    fn submit() -> Weight;
    /// Weight of `refuse`.
    fn refuse() -> Weight;
}

/// Weights with what the runtime `T` says its database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    // Storage: `System::ParentHash` (r:1 w:0)
    // Proof: `System::ParentHash` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
    // Storage: `Capacity::Current` (r:1 w:1)
    // Proof: `Capacity::Current` (`max_values`: Some(1), `max_size`: Some(4300), added: 4795, mode: `MaxEncodedLen`)
    // Storage: `ParachainSystem::ValidationData` (r:1 w:0)
    // Proof: `ParachainSystem::ValidationData` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
    // Storage: `Capacity::Rules` (r:1 w:0)
    // Proof: `Capacity::Rules` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    // Storage: `Capacity::Previous` (r:1 w:1)
    // Proof: `Capacity::Previous` (`max_values`: Some(1), `max_size`: Some(4300), added: 4795, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
    // Storage: `Capacity::Recorded` (r:1 w:1)
    // Proof: `Capacity::Recorded` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Capacity::History` (r:1 w:1)
    // Proof: `Capacity::History` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
    // Storage: `Capacity::Day` (r:1 w:1)
    // Proof: `Capacity::Day` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    // Storage: `Emission::Pool` (r:1 w:1)
    // Proof: `Emission::Pool` (`max_values`: Some(1), `max_size`: Some(36), added: 531, mode: `MaxEncodedLen`)
    // Storage: `Emission::CurrentShares` (r:1 w:0)
    // Proof: `Emission::CurrentShares` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    // Storage: `Emission::Credited` (r:1 w:1)
    // Proof: `Emission::Credited` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    // Storage: `Capacity::Waiting` (r:0 w:1)
    // Proof: `Capacity::Waiting` (`max_values`: Some(1), `max_size`: Some(36), added: 531, mode: `MaxEncodedLen`)
    // Storage: `Emission::Undrawn` (r:0 w:1)
    // Proof: `Emission::Undrawn` (`max_values`: Some(1), `max_size`: Some(80), added: 575, mode: `MaxEncodedLen`)
    fn close_and_begin() -> Weight {
        // Fastest run: 152_457_000 picoseconds. Proof measured: 8936 bytes.
        Weight::from_parts(159_678_000, 10421)
            .saturating_add(T::DbWeight::get().reads(13))
            .saturating_add(T::DbWeight::get().writes(11))
    }
    // Storage: `System::ParentHash` (r:1 w:0)
    // Proof: `System::ParentHash` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
    // Storage: `Capacity::Current` (r:1 w:1)
    // Proof: `Capacity::Current` (`max_values`: Some(1), `max_size`: Some(4300), added: 4795, mode: `MaxEncodedLen`)
    // Storage: `ParachainSystem::ValidationData` (r:1 w:0)
    // Proof: `ParachainSystem::ValidationData` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
    // Storage: `Capacity::Previous` (r:1 w:1)
    // Proof: `Capacity::Previous` (`max_values`: Some(1), `max_size`: Some(4300), added: 4795, mode: `MaxEncodedLen`)
    // Storage: `Capacity::Rules` (r:1 w:0)
    // Proof: `Capacity::Rules` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
    // Storage: `Capacity::Recorded` (r:1 w:1)
    // Proof: `Capacity::Recorded` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Capacity::History` (r:1 w:1)
    // Proof: `Capacity::History` (`max_values`: None, `max_size`: Some(66), added: 2541, mode: `MaxEncodedLen`)
    // Storage: `Capacity::Day` (r:1 w:1)
    // Proof: `Capacity::Day` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    // Storage: `Emission::Pool` (r:1 w:1)
    // Proof: `Emission::Pool` (`max_values`: Some(1), `max_size`: Some(36), added: 531, mode: `MaxEncodedLen`)
    // Storage: `Emission::CurrentShares` (r:1 w:0)
    // Proof: `Emission::CurrentShares` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    // Storage: `Emission::Credited` (r:1 w:1)
    // Proof: `Emission::Credited` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    // Storage: `Capacity::Waiting` (r:1 w:1)
    // Proof: `Capacity::Waiting` (`max_values`: Some(1), `max_size`: Some(36), added: 531, mode: `MaxEncodedLen`)
    // Storage: `Randomness::Latest` (r:1 w:0)
    // Proof: `Randomness::Latest` (`max_values`: Some(1), `max_size`: Some(36), added: 531, mode: `MaxEncodedLen`)
    // Storage: `Capacity::LastChallenge` (r:1 w:1)
    // Proof: `Capacity::LastChallenge` (`max_values`: Some(1), `max_size`: Some(32), added: 527, mode: `MaxEncodedLen`)
    // Storage: `Emission::Undrawn` (r:0 w:1)
    // Proof: `Emission::Undrawn` (`max_values`: Some(1), `max_size`: Some(80), added: 575, mode: `MaxEncodedLen`)
    fn close_and_open() -> Weight {
        // Fastest run: 165_637_000 picoseconds. Proof measured: 9123 bytes.
        Weight::from_parts(174_520_000, 10608)
            .saturating_add(T::DbWeight::get().reads(16))
            .saturating_add(T::DbWeight::get().writes(12))
    }
    // Storage: `Capacity::Bonds` (r:1 w:1)
    // Proof: `Capacity::Bonds` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
    fn bond() -> Weight {
        // Fastest run: 85_658_000 picoseconds. Proof measured: 252 bytes.
        Weight::from_parts(89_093_000, 3622)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    // Storage: `Capacity::Bonds` (r:1 w:1)
    // Proof: `Capacity::Bonds` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
    fn unbond() -> Weight {
        // Fastest run: 67_270_000 picoseconds. Proof measured: 252 bytes.
        Weight::from_parts(69_554_000, 3622)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    // Storage: `Proxy::Proxies` (r:1 w:0)
    // Proof: `Proxy::Proxies` (`max_values`: None, `max_size`: Some(1241), added: 3716, mode: `MaxEncodedLen`)
    // Storage: `ParachainSystem::ValidationData` (r:1 w:0)
    // Proof: `ParachainSystem::ValidationData` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
    // Storage: `Capacity::Current` (r:1 w:0)
    // Proof: `Capacity::Current` (`max_values`: Some(1), `max_size`: Some(4300), added: 4795, mode: `MaxEncodedLen`)
    // Storage: `Capacity::Previous` (r:1 w:1)
    // Proof: `Capacity::Previous` (`max_values`: Some(1), `max_size`: Some(4300), added: 4795, mode: `MaxEncodedLen`)
    // Storage: `Capacity::Rules` (r:1 w:0)
    // Proof: `Capacity::Rules` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    // Storage: `Capacity::Bonds` (r:1 w:0)
    // Proof: `Capacity::Bonds` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:3 w:3)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:2 w:2)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(157), added: 2632, mode: `MaxEncodedLen`)
    fn submit() -> Weight {
        // Fastest run: 92_743_155_000 picoseconds. Proof measured: 9016 bytes.
        Weight::from_parts(93_660_043_000, 10501)
            .saturating_add(T::DbWeight::get().reads(11))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    // Storage: `Proxy::Proxies` (r:1 w:0)
    // Proof: `Proxy::Proxies` (`max_values`: None, `max_size`: Some(1241), added: 3716, mode: `MaxEncodedLen`)
    // Storage: `ParachainSystem::ValidationData` (r:1 w:0)
    // Proof: `ParachainSystem::ValidationData` (`max_values`: Some(1), `max_size`: None, mode: `Measured`)
    // Storage: `Capacity::Current` (r:1 w:0)
    // Proof: `Capacity::Current` (`max_values`: Some(1), `max_size`: Some(4300), added: 4795, mode: `MaxEncodedLen`)
    // Storage: `Capacity::Previous` (r:1 w:0)
    // Proof: `Capacity::Previous` (`max_values`: Some(1), `max_size`: Some(4300), added: 4795, mode: `MaxEncodedLen`)
    // Storage: `Capacity::Rules` (r:1 w:0)
    // Proof: `Capacity::Rules` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    // Storage: `Capacity::Bonds` (r:1 w:0)
    // Proof: `Capacity::Bonds` (`max_values`: None, `max_size`: Some(68), added: 2543, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:0)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    fn refuse() -> Weight {
        // Fastest run: 36_424_000 picoseconds. Proof measured: 8763 bytes.
        Weight::from_parts(39_328_000, 10248).saturating_add(T::DbWeight::get().reads(7))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn close_and_begin() -> Weight {
        Weight::from_parts(159_678_000, 10421)
            .saturating_add(RocksDbWeight::get().reads(13))
            .saturating_add(RocksDbWeight::get().writes(11))
    }
    fn close_and_open() -> Weight {
        Weight::from_parts(174_520_000, 10608)
            .saturating_add(RocksDbWeight::get().reads(16))
            .saturating_add(RocksDbWeight::get().writes(12))
    }
    fn bond() -> Weight {
        Weight::from_parts(89_093_000, 3622)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn unbond() -> Weight {
        Weight::from_parts(69_554_000, 3622)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn submit() -> Weight {
        Weight::from_parts(93_660_043_000, 10501)
            .saturating_add(RocksDbWeight::get().reads(11))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn refuse() -> Weight {
        Weight::from_parts(39_328_000, 10248).saturating_add(RocksDbWeight::get().reads(7))
    }
}
