//! Weights of the calls, from benchmarks: written by `scripts/weights.sh` on 2026-11-22, not by hand.
//!
//! 50 steps, 20 repeats, on AMD EPYC.

#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `claim_repair`, `s` from 2 to 48.
    fn claim_repair(s: u32) -> Weight;
    /// Weight of `complete_repair`, `s` from 2 to 48.
    fn complete_repair(s: u32) -> Weight;
    /// Weight of `drop_claims`.
    fn drop_claims() -> Weight;
}

/// Weights with what the runtime `T` says its database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    // Storage: `Deals::Deals` (r:1 w:0)
    // Proof: `Deals::Deals` (`max_values`: None, `max_size`: Some(3967), added: 6442, mode: `MaxEncodedLen`)
    // Storage: `Providers::Miners` (r:48 w:1)
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
    // Storage: `Repair::Claims` (r:1 w:1)
    // Proof: `Repair::Claims` (`max_values`: None, `max_size`: Some(813), added: 3288, mode: `MaxEncodedLen`)
    // Storage: `Proofs::FailedAt` (r:47 w:0)
    // Proof: `Proofs::FailedAt` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    // Storage: `Repair::Tried` (r:1 w:1)
    // Proof: `Repair::Tried` (`max_values`: None, `max_size`: Some(283), added: 2758, mode: `MaxEncodedLen`)
    fn claim_repair(s: u32) -> Weight {
        // Fastest run: 289_992_000 picoseconds. Proof measured: 5220 bytes + 297 for each `s`.
        Weight::from_parts(432_113_154, 7432)
            .saturating_add(Weight::from_parts(13_747_913, 0).saturating_mul(s.into()))
            .saturating_add(T::DbWeight::get().reads(12))
            .saturating_add(T::DbWeight::get().reads(2_u64.saturating_mul(s.into())))
            .saturating_add(T::DbWeight::get().writes(10))
            .saturating_add(Weight::from_parts(0, 2718).saturating_mul(s.into()))
    }
    // Storage: `Deals::Deals` (r:1 w:1)
    // Proof: `Deals::Deals` (`max_values`: None, `max_size`: Some(3967), added: 6442, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Providers::Miners` (r:50 w:2)
    // Proof: `Providers::Miners` (`max_values`: None, `max_size`: Some(243), added: 2718, mode: `MaxEncodedLen`)
    // Storage: `Clock::CurrentTiming` (r:1 w:0)
    // Proof: `Clock::CurrentTiming` (`max_values`: Some(1), `max_size`: Some(39), added: 534, mode: `MaxEncodedLen`)
    // Storage: `Proofs::Ledgers` (r:2 w:1)
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
    // Storage: `System::Account` (r:4 w:4)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:3 w:3)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    // Storage: `Repair::Claims` (r:1 w:1)
    // Proof: `Repair::Claims` (`max_values`: None, `max_size`: Some(813), added: 3288, mode: `MaxEncodedLen`)
    // Storage: `Proofs::FailedAt` (r:48 w:0)
    // Proof: `Proofs::FailedAt` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    // Storage: `Deals::ShardRoots` (r:1 w:0)
    // Proof: `Deals::ShardRoots` (`max_values`: None, `max_size`: Some(3090), added: 5565, mode: `MaxEncodedLen`)
    fn complete_repair(s: u32) -> Weight {
        // Fastest run: 429_802_000 picoseconds. Proof measured: 6718 bytes + 366 for each `s`.
        Weight::from_parts(579_884_327, 11402)
            .saturating_add(Weight::from_parts(18_292_183, 0).saturating_mul(s.into()))
            .saturating_add(T::DbWeight::get().reads(21))
            .saturating_add(T::DbWeight::get().reads(2_u64.saturating_mul(s.into())))
            .saturating_add(T::DbWeight::get().writes(17))
            .saturating_add(Weight::from_parts(0, 2718).saturating_mul(s.into()))
    }
    // Storage: `Providers::Miners` (r:1 w:1)
    // Proof: `Providers::Miners` (`max_values`: None, `max_size`: Some(243), added: 2718, mode: `MaxEncodedLen`)
    // Storage: `Repair::Claims` (r:1 w:1)
    // Proof: `Repair::Claims` (`max_values`: None, `max_size`: Some(813), added: 3288, mode: `MaxEncodedLen`)
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
    fn drop_claims() -> Weight {
        // Fastest run: 130_484_000 picoseconds. Proof measured: 1450 bytes.
        Weight::from_parts(228_807_000, 4278)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(5))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn claim_repair(s: u32) -> Weight {
        Weight::from_parts(432_113_154, 7432)
            .saturating_add(Weight::from_parts(13_747_913, 0).saturating_mul(s.into()))
            .saturating_add(RocksDbWeight::get().reads(12))
            .saturating_add(RocksDbWeight::get().reads(2_u64.saturating_mul(s.into())))
            .saturating_add(RocksDbWeight::get().writes(10))
            .saturating_add(Weight::from_parts(0, 2718).saturating_mul(s.into()))
    }
    fn complete_repair(s: u32) -> Weight {
        Weight::from_parts(579_884_327, 11402)
            .saturating_add(Weight::from_parts(18_292_183, 0).saturating_mul(s.into()))
            .saturating_add(RocksDbWeight::get().reads(21))
            .saturating_add(RocksDbWeight::get().reads(2_u64.saturating_mul(s.into())))
            .saturating_add(RocksDbWeight::get().writes(17))
            .saturating_add(Weight::from_parts(0, 2718).saturating_mul(s.into()))
    }
    fn drop_claims() -> Weight {
        Weight::from_parts(228_807_000, 4278)
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
}
