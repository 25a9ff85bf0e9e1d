//! Weights of the calls, from benchmarks: written by `scripts/weights.sh` on 2026-11-22, not by hand.
//!
//! 50 steps, 20 repeats, on AMD EPYC.

#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `create_deals`, `r` from 2 to 96.
    fn create_deals(r: u32) -> Weight;
    /// Weight of `fill_slots`, `r` from 1 to 96.
    fn fill_slots(r: u32) -> Weight;
    /// Weight of `settle`, `s` from 2 to 96.
    fn settle(s: u32) -> Weight;
    /// Weight of `top_up`.
    fn top_up() -> Weight;
    /// Weight of `extend`.
    fn extend() -> Weight;
    /// Weight of `cancel`.
    fn cancel() -> Weight;
    /// Weight of `transfer`.
    fn transfer() -> Weight;
    /// Weight of `decide_probation`.
    fn decide_probation() -> Weight;
}

/// Weights with what the runtime `T` says its database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    // Storage: `Clock::CurrentTiming` (r:1 w:0)
    // Proof: `Clock::CurrentTiming` (`max_values`: Some(1), `max_size`: Some(39), added: 534, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Deals::Salts` (r:1 w:3)
    // Proof: `Deals::Salts` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
    // Storage: `System::BlockHash` (r:1 w:0)
    // Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    // Storage: `Providers::ActiveOperators` (r:1 w:1)
    // Proof: `Providers::ActiveOperators` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Providers::Miners` (r:96 w:96)
    // Proof: `Providers::Miners` (`max_values`: None, `max_size`: Some(243), added: 2718, mode: `MaxEncodedLen`)
    // Storage: `Providers::TotalWeight` (r:1 w:1)
    // Proof: `Providers::TotalWeight` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Deals::NextDeal` (r:1 w:1)
    // Proof: `Deals::NextDeal` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    // Storage: `Providers::ActiveOf` (r:96 w:96)
    // Proof: `Providers::ActiveOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Deals::LingeringEnds` (r:1 w:1)
    // Proof: `Deals::LingeringEnds` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    // Storage: `Deals::Lingering` (r:2 w:2)
    // Proof: `Deals::Lingering` (`max_values`: None, `max_size`: Some(24), added: 2499, mode: `MaxEncodedLen`)
    // Storage: `Deals::Deals` (r:2 w:3)
    // Proof: `Deals::Deals` (`max_values`: None, `max_size`: Some(3967), added: 6442, mode: `MaxEncodedLen`)
    // Storage: `Deals::Manifests` (r:0 w:1)
    // Proof: `Deals::Manifests` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Deals::DealsOf` (r:0 w:1)
    // Proof: `Deals::DealsOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    // Storage: `Deals::ShardRoots` (r:0 w:1)
    // Proof: `Deals::ShardRoots` (`max_values`: None, `max_size`: Some(3090), added: 5565, mode: `MaxEncodedLen`)
    fn create_deals(r: u32) -> Weight {
        // Fastest run: 372_775_000 picoseconds. Proof measured: 1627 bytes + 312 for each `r`.
        Weight::from_parts(369_668_313, 13874)
            .saturating_add(Weight::from_parts(125_559_168, 0).saturating_mul(r.into()))
            .saturating_add(T::DbWeight::get().reads(13))
            .saturating_add(T::DbWeight::get().reads(2_u64.saturating_mul(r.into())))
            .saturating_add(T::DbWeight::get().writes(16))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(r.into())))
            .saturating_add(Weight::from_parts(0, 2718).saturating_mul(r.into()))
    }
    // Storage: `Deals::Deals` (r:1 w:1)
    // Proof: `Deals::Deals` (`max_values`: None, `max_size`: Some(3967), added: 6442, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Deals::ShardRoots` (r:1 w:0)
    // Proof: `Deals::ShardRoots` (`max_values`: None, `max_size`: Some(3090), added: 5565, mode: `MaxEncodedLen`)
    // Storage: `System::BlockHash` (r:1 w:0)
    // Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    // Storage: `Providers::ActiveOperators` (r:1 w:1)
    // Proof: `Providers::ActiveOperators` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Providers::Miners` (r:96 w:96)
    // Proof: `Providers::Miners` (`max_values`: None, `max_size`: Some(243), added: 2718, mode: `MaxEncodedLen`)
    // Storage: `Clock::CurrentTiming` (r:1 w:0)
    // Proof: `Clock::CurrentTiming` (`max_values`: Some(1), `max_size`: Some(39), added: 534, mode: `MaxEncodedLen`)
    // Storage: `Providers::TotalWeight` (r:1 w:1)
    // Proof: `Providers::TotalWeight` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Providers::ActiveOf` (r:96 w:96)
    // Proof: `Providers::ActiveOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    fn fill_slots(r: u32) -> Weight {
        // Fastest run: 810_964_000 picoseconds. Proof measured: 30858 bytes + 31 for each `r`.
        Weight::from_parts(1_028_539_000, 261918)
            .saturating_add(Weight::from_parts(117_037_563, 0).saturating_mul(r.into()))
            .saturating_add(T::DbWeight::get().reads(103))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(r.into())))
            .saturating_add(T::DbWeight::get().writes(3))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(r.into())))
            .saturating_add(Weight::from_parts(0, 2527).saturating_mul(r.into()))
    }
    // Storage: `Deals::Deals` (r:3 w:3)
    // Proof: `Deals::Deals` (`max_values`: None, `max_size`: Some(3967), added: 6442, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Proofs::Ledgers` (r:96 w:0)
    // Proof: `Proofs::Ledgers` (`max_values`: None, `max_size`: Some(45), added: 2520, mode: `MaxEncodedLen`)
    // Storage: `Clock::CurrentTiming` (r:1 w:0)
    // Proof: `Clock::CurrentTiming` (`max_values`: Some(1), `max_size`: Some(39), added: 534, mode: `MaxEncodedLen`)
    // Storage: `Providers::Miners` (r:192 w:192)
    // Proof: `Providers::Miners` (`max_values`: None, `max_size`: Some(243), added: 2718, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:193 w:193)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:97 w:97)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    // Storage: `Providers::TotalWeight` (r:1 w:1)
    // Proof: `Providers::TotalWeight` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Proofs::FailedAt` (r:96 w:0)
    // Proof: `Proofs::FailedAt` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    // Storage: `Repair::Tried` (r:96 w:96)
    // Proof: `Repair::Tried` (`max_values`: None, `max_size`: Some(283), added: 2758, mode: `MaxEncodedLen`)
    // Storage: `Deals::LingeringEnds` (r:1 w:1)
    // Proof: `Deals::LingeringEnds` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    // Storage: `Deals::Lingering` (r:2 w:2)
    // Proof: `Deals::Lingering` (`max_values`: None, `max_size`: Some(24), added: 2499, mode: `MaxEncodedLen`)
    // Storage: `Deals::Manifests` (r:0 w:1)
    // Proof: `Deals::Manifests` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Deals::Salts` (r:0 w:3)
    // Proof: `Deals::Salts` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
    // Storage: `Deals::DealsOf` (r:0 w:1)
    // Proof: `Deals::DealsOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    // Storage: `Deals::ShardRoots` (r:0 w:1)
    // Proof: `Deals::ShardRoots` (`max_values`: None, `max_size`: Some(3090), added: 5565, mode: `MaxEncodedLen`)
    fn settle(s: u32) -> Weight {
        // Fastest run: 903_165_000 picoseconds. Proof measured: 1373 bytes + 881 for each `s`.
        Weight::from_parts(3_148_617_671, 20316)
            .saturating_add(Weight::from_parts(274_375_101, 0).saturating_mul(s.into()))
            .saturating_add(T::DbWeight::get().reads(11))
            .saturating_add(T::DbWeight::get().reads(8_u64.saturating_mul(s.into())))
            .saturating_add(T::DbWeight::get().writes(15))
            .saturating_add(T::DbWeight::get().writes(6_u64.saturating_mul(s.into())))
            .saturating_add(Weight::from_parts(0, 5436).saturating_mul(s.into()))
    }
    // Storage: `Deals::Deals` (r:1 w:1)
    // Proof: `Deals::Deals` (`max_values`: None, `max_size`: Some(3967), added: 6442, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    fn top_up() -> Weight {
        // Fastest run: 95_588_000 picoseconds. Proof measured: 1319 bytes.
        Weight::from_parts(150_420_000, 7432)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    // Storage: `Deals::Deals` (r:1 w:1)
    // Proof: `Deals::Deals` (`max_values`: None, `max_size`: Some(3967), added: 6442, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Clock::CurrentTiming` (r:1 w:0)
    // Proof: `Clock::CurrentTiming` (`max_values`: Some(1), `max_size`: Some(39), added: 534, mode: `MaxEncodedLen`)
    // Storage: `Providers::Miners` (r:96 w:0)
    // Proof: `Providers::Miners` (`max_values`: None, `max_size`: Some(243), added: 2718, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    fn extend() -> Weight {
        // Fastest run: 609_107_000 picoseconds. Proof measured: 25936 bytes.
        Weight::from_parts(979_658_000, 261918)
            .saturating_add(T::DbWeight::get().reads(100))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    // Storage: `Deals::Deals` (r:3 w:3)
    // Proof: `Deals::Deals` (`max_values`: None, `max_size`: Some(3967), added: 6442, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Clock::CurrentTiming` (r:1 w:0)
    // Proof: `Clock::CurrentTiming` (`max_values`: Some(1), `max_size`: Some(39), added: 534, mode: `MaxEncodedLen`)
    // Storage: `Proofs::Ledgers` (r:96 w:0)
    // Proof: `Proofs::Ledgers` (`max_values`: None, `max_size`: Some(45), added: 2520, mode: `MaxEncodedLen`)
    // Storage: `Providers::Miners` (r:192 w:192)
    // Proof: `Providers::Miners` (`max_values`: None, `max_size`: Some(243), added: 2718, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:192 w:192)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:97 w:97)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    // Storage: `Providers::TotalWeight` (r:1 w:1)
    // Proof: `Providers::TotalWeight` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Proofs::FailedAt` (r:96 w:0)
    // Proof: `Proofs::FailedAt` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    // Storage: `Repair::Tried` (r:96 w:96)
    // Proof: `Repair::Tried` (`max_values`: None, `max_size`: Some(283), added: 2758, mode: `MaxEncodedLen`)
    // Storage: `Deals::LingeringEnds` (r:1 w:1)
    // Proof: `Deals::LingeringEnds` (`max_values`: Some(1), `max_size`: Some(16), added: 511, mode: `MaxEncodedLen`)
    // Storage: `Deals::Lingering` (r:2 w:2)
    // Proof: `Deals::Lingering` (`max_values`: None, `max_size`: Some(24), added: 2499, mode: `MaxEncodedLen`)
    // Storage: `Deals::Manifests` (r:0 w:1)
    // Proof: `Deals::Manifests` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Deals::Salts` (r:0 w:3)
    // Proof: `Deals::Salts` (`max_values`: None, `max_size`: Some(88), added: 2563, mode: `MaxEncodedLen`)
    // Storage: `Deals::DealsOf` (r:0 w:1)
    // Proof: `Deals::DealsOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    // Storage: `Deals::ShardRoots` (r:0 w:1)
    // Proof: `Deals::ShardRoots` (`max_values`: None, `max_size`: Some(3090), added: 5565, mode: `MaxEncodedLen`)
    fn cancel() -> Weight {
        // Fastest run: 26_309_888_000 picoseconds. Proof measured: 85889 bytes.
        Weight::from_parts(36_200_795_000, 522846)
            .saturating_add(T::DbWeight::get().reads(778))
            .saturating_add(T::DbWeight::get().writes(590))
    }
    // Storage: `Deals::Deals` (r:1 w:1)
    // Proof: `Deals::Deals` (`max_values`: None, `max_size`: Some(3967), added: 6442, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:2 w:2)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    // Storage: `Deals::Manifests` (r:0 w:1)
    // Proof: `Deals::Manifests` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Deals::DealsOf` (r:0 w:2)
    // Proof: `Deals::DealsOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    fn transfer() -> Weight {
        // Fastest run: 110_396_000 picoseconds. Proof measured: 1459 bytes.
        Weight::from_parts(171_159_000, 7432)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    // Storage: `Deals::Deals` (r:1 w:1)
    // Proof: `Deals::Deals` (`max_values`: None, `max_size`: Some(3967), added: 6442, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Proofs::Ledgers` (r:1 w:0)
    // Proof: `Proofs::Ledgers` (`max_values`: None, `max_size`: Some(45), added: 2520, mode: `MaxEncodedLen`)
    // Storage: `Clock::CurrentTiming` (r:1 w:0)
    // Proof: `Clock::CurrentTiming` (`max_values`: Some(1), `max_size`: Some(39), added: 534, mode: `MaxEncodedLen`)
    // Storage: `Providers::Miners` (r:1 w:1)
    // Proof: `Providers::Miners` (`max_values`: None, `max_size`: Some(243), added: 2718, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:2 w:2)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:2 w:2)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(121), added: 2596, mode: `MaxEncodedLen`)
    // Storage: `Proofs::FailedAt` (r:1 w:0)
    // Proof: `Proofs::FailedAt` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    // Storage: `Providers::TotalWeight` (r:1 w:1)
    // Proof: `Providers::TotalWeight` (`max_values`: Some(1), `max_size`: Some(28), added: 523, mode: `MaxEncodedLen`)
    // Storage: `Providers::ActiveOf` (r:1 w:1)
    // Proof: `Providers::ActiveOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Providers::ActiveOperators` (r:1 w:1)
    // Proof: `Providers::ActiveOperators` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    fn decide_probation() -> Weight {
        // Fastest run: 196_517_000 picoseconds. Proof measured: 2399 bytes.
        Weight::from_parts(309_287_000, 7432)
            .saturating_add(T::DbWeight::get().reads(13))
            .saturating_add(T::DbWeight::get().writes(9))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn create_deals(r: u32) -> Weight {
        Weight::from_parts(369_668_313, 13874)
            .saturating_add(Weight::from_parts(125_559_168, 0).saturating_mul(r.into()))
            .saturating_add(RocksDbWeight::get().reads(13))
            .saturating_add(RocksDbWeight::get().reads(2_u64.saturating_mul(r.into())))
            .saturating_add(RocksDbWeight::get().writes(16))
            .saturating_add(RocksDbWeight::get().writes(2_u64.saturating_mul(r.into())))
            .saturating_add(Weight::from_parts(0, 2718).saturating_mul(r.into()))
    }
    fn fill_slots(r: u32) -> Weight {
        Weight::from_parts(1_028_539_000, 261918)
            .saturating_add(Weight::from_parts(117_037_563, 0).saturating_mul(r.into()))
            .saturating_add(RocksDbWeight::get().reads(103))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(r.into())))
            .saturating_add(RocksDbWeight::get().writes(3))
            .saturating_add(RocksDbWeight::get().writes(2_u64.saturating_mul(r.into())))
            .saturating_add(Weight::from_parts(0, 2527).saturating_mul(r.into()))
    }
    fn settle(s: u32) -> Weight {
        Weight::from_parts(3_148_617_671, 20316)
            .saturating_add(Weight::from_parts(274_375_101, 0).saturating_mul(s.into()))
            .saturating_add(RocksDbWeight::get().reads(11))
            .saturating_add(RocksDbWeight::get().reads(8_u64.saturating_mul(s.into())))
            .saturating_add(RocksDbWeight::get().writes(15))
            .saturating_add(RocksDbWeight::get().writes(6_u64.saturating_mul(s.into())))
            .saturating_add(Weight::from_parts(0, 5436).saturating_mul(s.into()))
    }
    fn top_up() -> Weight {
        Weight::from_parts(150_420_000, 7432)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(2))
    }
    fn extend() -> Weight {
        Weight::from_parts(979_658_000, 261918)
            .saturating_add(RocksDbWeight::get().reads(100))
            .saturating_add(RocksDbWeight::get().writes(2))
    }
    fn cancel() -> Weight {
        Weight::from_parts(36_200_795_000, 522846)
            .saturating_add(RocksDbWeight::get().reads(778))
            .saturating_add(RocksDbWeight::get().writes(590))
    }
    fn transfer() -> Weight {
        Weight::from_parts(171_159_000, 7432)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(7))
    }
    fn decide_probation() -> Weight {
        Weight::from_parts(309_287_000, 7432)
            .saturating_add(RocksDbWeight::get().reads(13))
            .saturating_add(RocksDbWeight::get().writes(9))
    }
}
