//! Weights of the calls, from benchmarks: written by `scripts/weights.sh` on 2026-11-23, not by hand.
//!
//! 20 steps, 10 repeats, on AMD EPYC.

#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `publish`.
    fn publish() -> Weight;
    /// Weight of `release`.
    fn release() -> Weight;
    /// Weight of `yank`.
    fn yank() -> Weight;
    /// Weight of `set_category`.
    fn set_category() -> Weight;
    /// Weight of `transfer`.
    fn transfer() -> Weight;
    /// Weight of `retire`, `n` from 1 to 64.
    fn retire(n: u32) -> Weight;
}

/// Weights with what the runtime `T` says its database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    // Storage: `Apps::ByName` (r:1 w:1)
    // Proof: `Apps::ByName` (`max_values`: None, `max_size`: Some(84), added: 2559, mode: `MaxEncodedLen`)
    // Storage: `Apps::NextApp` (r:1 w:1)
    // Proof: `Apps::NextApp` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `Apps::Apps` (r:0 w:1)
    // Proof: `Apps::Apps` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
    // Storage: `Apps::Versions` (r:0 w:1)
    // Proof: `Apps::Versions` (`max_values`: None, `max_size`: Some(187), added: 2662, mode: `MaxEncodedLen`)
    // Storage: `Apps::ByDigest` (r:0 w:1)
    // Proof: `Apps::ByDigest` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    fn publish() -> Weight {
        // Fastest run: 95_252_000 picoseconds. Proof measured: 106 bytes.
        Weight::from_parts(99_048_000, 3766)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    // Storage: `Apps::Apps` (r:1 w:1)
    // Proof: `Apps::Apps` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
    // Storage: `Apps::ByDigest` (r:1 w:1)
    // Proof: `Apps::ByDigest` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `Apps::Versions` (r:0 w:1)
    // Proof: `Apps::Versions` (`max_values`: None, `max_size`: Some(187), added: 2662, mode: `MaxEncodedLen`)
    fn release() -> Weight {
        // Fastest run: 96_594_000 picoseconds. Proof measured: 498 bytes.
        Weight::from_parts(101_070_000, 3766)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    // Storage: `Apps::Apps` (r:1 w:0)
    // Proof: `Apps::Apps` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
    // Storage: `Apps::Versions` (r:1 w:1)
    // Proof: `Apps::Versions` (`max_values`: None, `max_size`: Some(187), added: 2662, mode: `MaxEncodedLen`)
    // Storage: `Apps::ByDigest` (r:0 w:1)
    // Proof: `Apps::ByDigest` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    fn yank() -> Weight {
        // Fastest run: 23_865_000 picoseconds. Proof measured: 465 bytes.
        Weight::from_parts(25_267_000, 3652)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    // Storage: `Apps::Apps` (r:1 w:1)
    // Proof: `Apps::Apps` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
    fn set_category() -> Weight {
        // Fastest run: 15_533_000 picoseconds. Proof measured: 287 bytes.
        Weight::from_parts(16_745_000, 3599)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    // Storage: `Apps::Apps` (r:1 w:1)
    // Proof: `Apps::Apps` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:2 w:2)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:2 w:2)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    fn transfer() -> Weight {
        // Fastest run: 97_125_000 picoseconds. Proof measured: 586 bytes.
        Weight::from_parts(101_612_000, 6542)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    // Storage: `Apps::Apps` (r:1 w:1)
    // Proof: `Apps::Apps` (`max_values`: None, `max_size`: Some(134), added: 2609, mode: `MaxEncodedLen`)
    // Storage: `Apps::Versions` (r:64 w:64)
    // Proof: `Apps::Versions` (`max_values`: None, `max_size`: Some(187), added: 2662, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `Apps::ByDigest` (r:0 w:64)
    // Proof: `Apps::ByDigest` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    fn retire(n: u32) -> Weight {
        // Fastest run: 81_962_000 picoseconds. Proof measured: 443 bytes + 182 for each `n`.
        Weight::from_parts(75_087_460, 3766)
            .saturating_add(Weight::from_parts(9_688_187, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(3))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 2662).saturating_mul(n.into()))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn publish() -> Weight {
        Weight::from_parts(99_048_000, 3766)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(7))
    }
    fn release() -> Weight {
        Weight::from_parts(101_070_000, 3766)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn yank() -> Weight {
        Weight::from_parts(25_267_000, 3652)
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().writes(2))
    }
    fn set_category() -> Weight {
        Weight::from_parts(16_745_000, 3599)
            .saturating_add(RocksDbWeight::get().reads(1))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn transfer() -> Weight {
        Weight::from_parts(101_612_000, 6542)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn retire(n: u32) -> Weight {
        Weight::from_parts(75_087_460, 3766)
            .saturating_add(Weight::from_parts(9_688_187, 0).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(3))
            .saturating_add(RocksDbWeight::get().writes(2_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 2662).saturating_mul(n.into()))
    }
}
