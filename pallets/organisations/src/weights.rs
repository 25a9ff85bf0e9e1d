//! Weights of the calls, from benchmarks: written by `scripts/weights.sh` on 2026-11-23, not by hand.
//!
//! 20 steps, 10 repeats, on AMD EPYC.

#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `found`.
    fn found() -> Weight;
    /// Weight of `add_member`.
    fn add_member() -> Weight;
    /// Weight of `set_quota`.
    fn set_quota() -> Weight;
    /// Weight of `remove_member`.
    fn remove_member() -> Weight;
    /// Weight of `hand_over`.
    fn hand_over() -> Weight;
    /// Weight of `withdraw`.
    fn withdraw() -> Weight;
    /// Weight of `dissolve`.
    fn dissolve() -> Weight;
}

/// Weights with what the runtime `T` says its database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    // Storage: `Organisations::NextOrganisation` (r:1 w:1)
    // Proof: `Organisations::NextOrganisation` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `Organisations::Organisations` (r:0 w:1)
    // Proof: `Organisations::Organisations` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
    fn found() -> Weight {
        // Fastest run: 81_531_000 picoseconds. Proof measured: 109 bytes.
        Weight::from_parts(84_806_000, 3766)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    // Storage: `Organisations::Organisations` (r:1 w:1)
    // Proof: `Organisations::Organisations` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
    // Storage: `Organisations::Members` (r:1 w:1)
    // Proof: `Organisations::Members` (`max_values`: None, `max_size`: Some(113), added: 2588, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    fn add_member() -> Weight {
        // Fastest run: 92_668_000 picoseconds. Proof measured: 348 bytes.
        Weight::from_parts(96_364_000, 3766)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    // Storage: `Organisations::Organisations` (r:1 w:0)
    // Proof: `Organisations::Organisations` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
    // Storage: `Organisations::Members` (r:1 w:1)
    // Proof: `Organisations::Members` (`max_values`: None, `max_size`: Some(113), added: 2588, mode: `MaxEncodedLen`)
    fn set_quota() -> Weight {
        // Fastest run: 19_138_000 picoseconds. Proof measured: 327 bytes.
        Weight::from_parts(20_591_000, 3599)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    // Storage: `Organisations::Organisations` (r:1 w:1)
    // Proof: `Organisations::Organisations` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
    // Storage: `Organisations::Members` (r:1 w:1)
    // Proof: `Organisations::Members` (`max_values`: None, `max_size`: Some(113), added: 2588, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    fn remove_member() -> Weight {
        // Fastest run: 84_156_000 picoseconds. Proof measured: 485 bytes.
        Weight::from_parts(88_281_000, 3766)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    // Storage: `Organisations::Organisations` (r:1 w:1)
    // Proof: `Organisations::Organisations` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:2 w:2)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:2 w:2)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    fn hand_over() -> Weight {
        // Fastest run: 97_395_000 picoseconds. Proof measured: 522 bytes.
        Weight::from_parts(101_832_000, 6542)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    // Storage: `Organisations::Organisations` (r:1 w:0)
    // Proof: `Organisations::Organisations` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:2 w:2)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    fn withdraw() -> Weight {
        // Fastest run: 98_807_000 picoseconds. Proof measured: 416 bytes.
        Weight::from_parts(102_783_000, 6196)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    // Storage: `Organisations::Organisations` (r:1 w:1)
    // Proof: `Organisations::Organisations` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
    // Storage: `Escrow::OpenOf` (r:1 w:0)
    // Proof: `Escrow::OpenOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:2 w:2)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    fn dissolve() -> Weight {
        // Fastest run: 154_180_000 picoseconds. Proof measured: 697 bytes.
        Weight::from_parts(160_319_000, 6196)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(4))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn found() -> Weight {
        Weight::from_parts(84_806_000, 3766)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn add_member() -> Weight {
        Weight::from_parts(96_364_000, 3766)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn set_quota() -> Weight {
        Weight::from_parts(20_591_000, 3599)
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn remove_member() -> Weight {
        Weight::from_parts(88_281_000, 3766)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn hand_over() -> Weight {
        Weight::from_parts(101_832_000, 6542)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn withdraw() -> Weight {
        Weight::from_parts(102_783_000, 6196)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(2))
    }
    fn dissolve() -> Weight {
        Weight::from_parts(160_319_000, 6196)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
}
