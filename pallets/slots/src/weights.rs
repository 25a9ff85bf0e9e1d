//! Weights of the calls, from benchmarks: written by `scripts/weights.sh` on 2026-11-22, not by hand.
//!
//! 50 steps, 20 repeats, on AMD EPYC.

#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `append`, `s` from 1 to 64.
    fn append(s: u32) -> Weight;
    /// Weight of `clear`, `c` from 1 to 32.
    fn clear(c: u32) -> Weight;
    /// Weight of `report_unappended`.
    fn report_unappended() -> Weight;
    /// Weight of `declare_lost`.
    fn declare_lost() -> Weight;
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
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    // Storage: `Deals::Deals` (r:64 w:64)
    // Proof: `Deals::Deals` (`max_values`: None, `max_size`: Some(3967), added: 6442, mode: `MaxEncodedLen`)
    // Storage: `Deals::ShardRoots` (r:64 w:0)
    // Proof: `Deals::ShardRoots` (`max_values`: None, `max_size`: Some(3090), added: 5565, mode: `MaxEncodedLen`)
    fn append(s: u32) -> Weight {
        // Fastest run: 180_637_000 picoseconds. Proof measured: 5639 bytes + 937 for each `s`.
        Weight::from_parts(125_772_762, 4762)
            .saturating_add(Weight::from_parts(37_759_286, 0).saturating_mul(s.into()))
            .saturating_add(T::DbWeight::get().reads(11))
            .saturating_add(T::DbWeight::get().reads(2_u64.saturating_mul(s.into())))
            .saturating_add(T::DbWeight::get().writes(9))
            .saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(s.into())))
            .saturating_add(Weight::from_parts(0, 6442).saturating_mul(s.into()))
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
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    // Storage: `Deals::Deals` (r:32 w:0)
    // Proof: `Deals::Deals` (`max_values`: None, `max_size`: Some(3967), added: 6442, mode: `MaxEncodedLen`)
    fn clear(c: u32) -> Weight {
        // Fastest run: 184_404_000 picoseconds. Proof measured: 1401 bytes + 884 for each `c`.
        Weight::from_parts(197_526_602, 4762)
            .saturating_add(Weight::from_parts(66_168_424, 0).saturating_mul(c.into()))
            .saturating_add(T::DbWeight::get().reads(11))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(c.into())))
            .saturating_add(T::DbWeight::get().writes(9))
            .saturating_add(Weight::from_parts(0, 6442).saturating_mul(c.into()))
    }
    // Storage: `Deals::Deals` (r:1 w:1)
    // Proof: `Deals::Deals` (`max_values`: None, `max_size`: Some(3967), added: 6442, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Clock::CurrentTiming` (r:1 w:0)
    // Proof: `Clock::CurrentTiming` (`max_values`: Some(1), `max_size`: Some(39), added: 534, mode: `MaxEncodedLen`)
    // Storage: `Providers::Miners` (r:1 w:1)
    // Proof: `Providers::Miners` (`max_values`: None, `max_size`: Some(243), added: 2718, mode: `MaxEncodedLen`)
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
    fn report_unappended() -> Weight {
        // Fastest run: 244_335_000 picoseconds. Proof measured: 3485 bytes.
        Weight::from_parts(394_216_000, 7432)
            .saturating_add(T::DbWeight::get().reads(12))
            .saturating_add(T::DbWeight::get().writes(9))
    }
    // Storage: `Deals::Deals` (r:1 w:1)
    // Proof: `Deals::Deals` (`max_values`: None, `max_size`: Some(3967), added: 6442, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Providers::Miners` (r:1 w:1)
    // Proof: `Providers::Miners` (`max_values`: None, `max_size`: Some(243), added: 2718, mode: `MaxEncodedLen`)
    // Storage: `Clock::CurrentTiming` (r:1 w:0)
    // Proof: `Clock::CurrentTiming` (`max_values`: Some(1), `max_size`: Some(39), added: 534, mode: `MaxEncodedLen`)
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
    // Storage: `System::Account` (r:2 w:2)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:2 w:2)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    // Storage: `Deals::ShardRoots` (r:1 w:0)
    // Proof: `Deals::ShardRoots` (`max_values`: None, `max_size`: Some(3090), added: 5565, mode: `MaxEncodedLen`)
    // Storage: `Proofs::FailedAt` (r:1 w:0)
    // Proof: `Proofs::FailedAt` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    fn declare_lost() -> Weight {
        // Fastest run: 308_275_000 picoseconds. Proof measured: 5510 bytes.
        Weight::from_parts(469_977_000, 7432)
            .saturating_add(T::DbWeight::get().reads(16))
            .saturating_add(T::DbWeight::get().writes(12))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn append(s: u32) -> Weight {
        Weight::from_parts(125_772_762, 4762)
            .saturating_add(Weight::from_parts(37_759_286, 0).saturating_mul(s.into()))
            .saturating_add(RocksDbWeight::get().reads(11))
            .saturating_add(RocksDbWeight::get().reads(2_u64.saturating_mul(s.into())))
            .saturating_add(RocksDbWeight::get().writes(9))
            .saturating_add(RocksDbWeight::get().writes(1_u64.saturating_mul(s.into())))
            .saturating_add(Weight::from_parts(0, 6442).saturating_mul(s.into()))
    }
    fn clear(c: u32) -> Weight {
        Weight::from_parts(197_526_602, 4762)
            .saturating_add(Weight::from_parts(66_168_424, 0).saturating_mul(c.into()))
            .saturating_add(RocksDbWeight::get().reads(11))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(c.into())))
            .saturating_add(RocksDbWeight::get().writes(9))
            .saturating_add(Weight::from_parts(0, 6442).saturating_mul(c.into()))
    }
    fn report_unappended() -> Weight {
        Weight::from_parts(394_216_000, 7432)
            .saturating_add(RocksDbWeight::get().reads(12))
            .saturating_add(RocksDbWeight::get().writes(9))
    }
    fn declare_lost() -> Weight {
        Weight::from_parts(469_977_000, 7432)
            .saturating_add(RocksDbWeight::get().reads(16))
            .saturating_add(RocksDbWeight::get().writes(12))
    }
}
