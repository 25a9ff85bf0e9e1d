//! Weights of the calls, from benchmarks: written by `scripts/weights.sh` on 2026-11-22, not by hand.
//!
//! 20 steps, 10 repeats, on AMD EPYC.

#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::{
    traits::Get,
    weights::{constants::RocksDbWeight, Weight},
};

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `create`.
    fn create() -> Weight;
    /// Weight of `claim`, `n` from 1 to 16.
    fn claim(n: u32) -> Weight;
    /// Weight of `acknowledge`, `n` from 1 to 16.
    fn acknowledge(n: u32) -> Weight;
    /// Weight of `commit`, `n` from 1 to 16.
    fn commit(n: u32) -> Weight;
    /// Weight of `reveal`, `n` from 1 to 16.
    fn reveal(n: u32) -> Weight;
    /// Weight of `advance`.
    fn advance() -> Weight;
    /// Weight of `challenge`.
    fn challenge() -> Weight;
    /// Weight of `sample`.
    fn sample() -> Weight;
    /// Weight of `finalise`, `n` from 1 to 16.
    fn finalise(n: u32) -> Weight;
    /// Weight of `wrap`.
    fn wrap() -> Weight;
    /// Weight of `cancel`.
    fn cancel() -> Weight;
    /// Weight of `expire`.
    fn expire() -> Weight;
    /// Weight of `clean`, `n` from 1 to 64.
    fn clean(n: u32) -> Weight;
    /// Weight of `close`.
    fn close() -> Weight;
    /// Weight of `decided`.
    fn decided() -> Weight;
    /// Weight of `is_party`.
    fn is_party() -> Weight;
}

/// Weights with what the runtime `T` says its database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Projects::Rules` (r:1 w:0)
    // Proof: `Projects::Rules` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    // Storage: `Apps::Fallen` (r:1 w:0)
    // Proof: `Apps::Fallen` (`max_values`: None, `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`)
    // Storage: `Organisations::Members` (r:1 w:1)
    // Proof: `Organisations::Members` (`max_values`: None, `max_size`: Some(109), added: 2584, mode: `MaxEncodedLen`)
    // Storage: `Escrow::NextEscrow` (r:1 w:1)
    // Proof: `Escrow::NextEscrow` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Escrow::OpenOf` (r:1 w:1)
    // Proof: `Escrow::OpenOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(283), added: 2758, mode: `MaxEncodedLen`)
    // Storage: `Projects::NextProject` (r:1 w:1)
    // Proof: `Projects::NextProject` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:0 w:1)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `Projects::Projects` (r:0 w:1)
    // Proof: `Projects::Projects` (`max_values`: None, `max_size`: Some(447), added: 2922, mode: `MaxEncodedLen`)
    // Storage: `Projects::ProjectsOf` (r:0 w:1)
    // Proof: `Projects::ProjectsOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    // Storage: `Projects::OpenProjects` (r:0 w:1)
    // Proof: `Projects::OpenProjects` (`max_values`: None, `max_size`: Some(8), added: 2483, mode: `MaxEncodedLen`)
    fn create() -> Weight {
        // Fastest run: 127_430_000 picoseconds. Proof measured: 814 bytes.
        Weight::from_parts(134_240_000, 3748)
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().writes(10))
    }
    // Storage: `Offers::Providers` (r:10 w:5)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Projects::Projects` (r:1 w:1)
    // Proof: `Projects::Projects` (`max_values`: None, `max_size`: Some(447), added: 2922, mode: `MaxEncodedLen`)
    // Storage: `Projects::Chunks` (r:16 w:16)
    // Proof: `Projects::Chunks` (`max_values`: None, `max_size`: Some(2056), added: 4531, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Projects::Rules` (r:1 w:0)
    // Proof: `Projects::Rules` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    // Storage: `Offers::GivenBy` (r:5 w:5)
    // Proof: `Offers::GivenBy` (`max_values`: None, `max_size`: Some(2190), added: 4665, mode: `MaxEncodedLen`)
    // Storage: `Offers::Trust` (r:1 w:0)
    // Proof: `Offers::Trust` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Projects::WorkOf` (r:0 w:96)
    // Proof: `Projects::WorkOf` (`max_values`: None, `max_size`: Some(24), added: 2499, mode: `MaxEncodedLen`)
    fn claim(n: u32) -> Weight {
        // Fastest run: 220_439_000 picoseconds. Proof measured: 6435 bytes + 47 for each `n`.
        Weight::from_parts(35_250_950, 28480)
            .saturating_add(Weight::from_parts(153_747_323, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(19))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(11))
            .saturating_add(T::DbWeight::get().writes(7_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 4531).saturating_mul(n.into()))
    }
    // Storage: `Offers::Providers` (r:1 w:1)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Projects::Projects` (r:1 w:1)
    // Proof: `Projects::Projects` (`max_values`: None, `max_size`: Some(447), added: 2922, mode: `MaxEncodedLen`)
    // Storage: `Projects::Chunks` (r:16 w:16)
    // Proof: `Projects::Chunks` (`max_values`: None, `max_size`: Some(2056), added: 4531, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Projects::Rules` (r:1 w:0)
    // Proof: `Projects::Rules` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    // Storage: `Randomness::Seeds` (r:1 w:0)
    // Proof: `Randomness::Seeds` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
    // Storage: `Apps::Fallen` (r:1 w:0)
    // Proof: `Apps::Fallen` (`max_values`: None, `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`)
    // Storage: `Offers::Trust` (r:1 w:0)
    // Proof: `Offers::Trust` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Projects::WorkOf` (r:0 w:176)
    // Proof: `Projects::WorkOf` (`max_values`: None, `max_size`: Some(24), added: 2499, mode: `MaxEncodedLen`)
    fn acknowledge(n: u32) -> Weight {
        // Fastest run: 176_042_000 picoseconds. Proof measured: 2783 bytes + 47 for each `n`.
        Weight::from_parts(106_736_946, 3912)
            .saturating_add(Weight::from_parts(93_790_171, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(2))
            .saturating_add(T::DbWeight::get().writes(12_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 4531).saturating_mul(n.into()))
    }
    // Storage: `Offers::Providers` (r:1 w:1)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Projects::Projects` (r:1 w:1)
    // Proof: `Projects::Projects` (`max_values`: None, `max_size`: Some(447), added: 2922, mode: `MaxEncodedLen`)
    // Storage: `Projects::Chunks` (r:16 w:16)
    // Proof: `Projects::Chunks` (`max_values`: None, `max_size`: Some(2056), added: 4531, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Projects::Rules` (r:1 w:0)
    // Proof: `Projects::Rules` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    fn commit(n: u32) -> Weight {
        // Fastest run: 59_649_000 picoseconds. Proof measured: 1757 bytes + 47 for each `n`.
        Weight::from_parts(46_738_026, 3912)
            .saturating_add(Weight::from_parts(24_826_476, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(2))
            .saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 4531).saturating_mul(n.into()))
    }
    // Storage: `Offers::Providers` (r:5 w:5)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Projects::Projects` (r:1 w:1)
    // Proof: `Projects::Projects` (`max_values`: None, `max_size`: Some(447), added: 2922, mode: `MaxEncodedLen`)
    // Storage: `Projects::Chunks` (r:16 w:16)
    // Proof: `Projects::Chunks` (`max_values`: None, `max_size`: Some(2056), added: 4531, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Projects::Rules` (r:1 w:0)
    // Proof: `Projects::Rules` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    // Storage: `Deals::Deals` (r:1 w:0)
    // Proof: `Deals::Deals` (`max_values`: None, `max_size`: Some(3967), added: 6442, mode: `MaxEncodedLen`)
    // Storage: `Apps::Fallen` (r:1 w:1)
    // Proof: `Apps::Fallen` (`max_values`: None, `max_size`: Some(48), added: 2523, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:1 w:1)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:6 w:6)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(283), added: 2758, mode: `MaxEncodedLen`)
    // Storage: `Organisations::Members` (r:1 w:1)
    // Proof: `Organisations::Members` (`max_values`: None, `max_size`: Some(109), added: 2584, mode: `MaxEncodedLen`)
    // Storage: `Escrow::OpenOf` (r:1 w:1)
    // Proof: `Escrow::OpenOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Projects::Keys` (r:0 w:80)
    // Proof: `Projects::Keys` (`max_values`: None, `max_size`: Some(104), added: 2579, mode: `MaxEncodedLen`)
    // Storage: `Projects::WorkOf` (r:0 w:80)
    // Proof: `Projects::WorkOf` (`max_values`: None, `max_size`: Some(24), added: 2499, mode: `MaxEncodedLen`)
    // Storage: `Projects::OpenProjects` (r:0 w:1)
    // Proof: `Projects::OpenProjects` (`max_values`: None, `max_size`: Some(8), added: 2483, mode: `MaxEncodedLen`)
    fn reveal(n: u32) -> Weight {
        // Fastest run: 819_312_000 picoseconds. Proof measured: 4806 bytes + 870 for each `n`.
        Weight::from_parts(175_510_663, 16608)
            .saturating_add(Weight::from_parts(699_088_328, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(20))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(18))
            .saturating_add(T::DbWeight::get().writes(11_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 4531).saturating_mul(n.into()))
    }
    // Storage: `Projects::Projects` (r:1 w:1)
    // Proof: `Projects::Projects` (`max_values`: None, `max_size`: Some(447), added: 2922, mode: `MaxEncodedLen`)
    // Storage: `Projects::Chunks` (r:1 w:1)
    // Proof: `Projects::Chunks` (`max_values`: None, `max_size`: Some(2056), added: 4531, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Projects::Rules` (r:1 w:0)
    // Proof: `Projects::Rules` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:5 w:5)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:6 w:6)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(283), added: 2758, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:7 w:7)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:1 w:1)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `Projects::Keys` (r:0 w:5)
    // Proof: `Projects::Keys` (`max_values`: None, `max_size`: Some(104), added: 2579, mode: `MaxEncodedLen`)
    // Storage: `Projects::WorkOf` (r:0 w:5)
    // Proof: `Projects::WorkOf` (`max_values`: None, `max_size`: Some(24), added: 2499, mode: `MaxEncodedLen`)
    // Storage: `Offers::GivenBy` (r:0 w:5)
    // Proof: `Offers::GivenBy` (`max_values`: None, `max_size`: Some(2190), added: 4665, mode: `MaxEncodedLen`)
    fn advance() -> Weight {
        // Fastest run: 1_008_895_000 picoseconds. Proof measured: 4153 bytes.
        Weight::from_parts(1_060_241_000, 19211)
            .saturating_add(T::DbWeight::get().reads(23))
            .saturating_add(T::DbWeight::get().writes(36))
    }
    // Storage: `Projects::Projects` (r:1 w:1)
    // Proof: `Projects::Projects` (`max_values`: None, `max_size`: Some(447), added: 2922, mode: `MaxEncodedLen`)
    // Storage: `Projects::Chunks` (r:1 w:1)
    // Proof: `Projects::Chunks` (`max_values`: None, `max_size`: Some(2056), added: 4531, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Projects::Rules` (r:1 w:0)
    // Proof: `Projects::Rules` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:2 w:2)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(283), added: 2758, mode: `MaxEncodedLen`)
    // Storage: `Projects::Asks` (r:1 w:1)
    // Proof: `Projects::Asks` (`max_values`: None, `max_size`: Some(270), added: 2745, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:1 w:2)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Escrow::NextEscrow` (r:1 w:1)
    // Proof: `Escrow::NextEscrow` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Escrow::OpenOf` (r:1 w:1)
    // Proof: `Escrow::OpenOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Trackers::NextPanel` (r:1 w:1)
    // Proof: `Trackers::NextPanel` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Trackers::SeatCount` (r:1 w:0)
    // Proof: `Trackers::SeatCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:5 w:0)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Open` (r:0 w:1)
    // Proof: `Trackers::Open` (`max_values`: None, `max_size`: Some(8), added: 2483, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Panels` (r:0 w:1)
    // Proof: `Trackers::Panels` (`max_values`: None, `max_size`: Some(834), added: 3309, mode: `MaxEncodedLen`)
    fn challenge() -> Weight {
        // Fastest run: 335_921_000 picoseconds. Proof measured: 4137 bytes.
        Weight::from_parts(356_682_000, 14735)
            .saturating_add(T::DbWeight::get().reads(18))
            .saturating_add(T::DbWeight::get().writes(13))
    }
    // Storage: `Projects::Projects` (r:1 w:1)
    // Proof: `Projects::Projects` (`max_values`: None, `max_size`: Some(447), added: 2922, mode: `MaxEncodedLen`)
    // Storage: `Projects::Chunks` (r:1 w:1)
    // Proof: `Projects::Chunks` (`max_values`: None, `max_size`: Some(2056), added: 4531, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Projects::Rules` (r:1 w:0)
    // Proof: `Projects::Rules` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    // Storage: `Randomness::Seeds` (r:1 w:0)
    // Proof: `Randomness::Seeds` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
    // Storage: `Projects::Sampled` (r:1 w:0)
    // Proof: `Projects::Sampled` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Projects::Asks` (r:1 w:1)
    // Proof: `Projects::Asks` (`max_values`: None, `max_size`: Some(270), added: 2745, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:1 w:2)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(283), added: 2758, mode: `MaxEncodedLen`)
    // Storage: `Escrow::NextEscrow` (r:1 w:1)
    // Proof: `Escrow::NextEscrow` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Escrow::OpenOf` (r:1 w:1)
    // Proof: `Escrow::OpenOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Trackers::NextPanel` (r:1 w:1)
    // Proof: `Trackers::NextPanel` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Trackers::SeatCount` (r:1 w:0)
    // Proof: `Trackers::SeatCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:5 w:0)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Open` (r:0 w:1)
    // Proof: `Trackers::Open` (`max_values`: None, `max_size`: Some(8), added: 2483, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Panels` (r:0 w:1)
    // Proof: `Trackers::Panels` (`max_values`: None, `max_size`: Some(834), added: 3309, mode: `MaxEncodedLen`)
    fn sample() -> Weight {
        // Fastest run: 271_355_000 picoseconds. Proof measured: 4207 bytes.
        Weight::from_parts(296_993_000, 14735)
            .saturating_add(T::DbWeight::get().reads(19))
            .saturating_add(T::DbWeight::get().writes(12))
    }
    // Storage: `Projects::Projects` (r:1 w:1)
    // Proof: `Projects::Projects` (`max_values`: None, `max_size`: Some(447), added: 2922, mode: `MaxEncodedLen`)
    // Storage: `Projects::Chunks` (r:16 w:16)
    // Proof: `Projects::Chunks` (`max_values`: None, `max_size`: Some(2056), added: 4531, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Projects::Rules` (r:1 w:0)
    // Proof: `Projects::Rules` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    // Storage: `Randomness::Seeds` (r:1 w:0)
    // Proof: `Randomness::Seeds` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
    // Storage: `Projects::Sampled` (r:1 w:0)
    // Proof: `Projects::Sampled` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:5 w:5)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:1 w:1)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:6 w:6)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(283), added: 2758, mode: `MaxEncodedLen`)
    // Storage: `Organisations::Members` (r:1 w:1)
    // Proof: `Organisations::Members` (`max_values`: None, `max_size`: Some(109), added: 2584, mode: `MaxEncodedLen`)
    // Storage: `Escrow::OpenOf` (r:1 w:1)
    // Proof: `Escrow::OpenOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Projects::Keys` (r:0 w:80)
    // Proof: `Projects::Keys` (`max_values`: None, `max_size`: Some(104), added: 2579, mode: `MaxEncodedLen`)
    // Storage: `Projects::WorkOf` (r:0 w:80)
    // Proof: `Projects::WorkOf` (`max_values`: None, `max_size`: Some(24), added: 2499, mode: `MaxEncodedLen`)
    // Storage: `Projects::OpenProjects` (r:0 w:1)
    // Proof: `Projects::OpenProjects` (`max_values`: None, `max_size`: Some(8), added: 2483, mode: `MaxEncodedLen`)
    fn finalise(n: u32) -> Weight {
        // Fastest run: 821_866_000 picoseconds. Proof measured: 4742 bytes + 47 for each `n`.
        Weight::from_parts(186_632_320, 16608)
            .saturating_add(Weight::from_parts(698_065_680, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(20))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(17))
            .saturating_add(T::DbWeight::get().writes(11_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 4531).saturating_mul(n.into()))
    }
    // Storage: `Projects::Projects` (r:1 w:1)
    // Proof: `Projects::Projects` (`max_values`: None, `max_size`: Some(447), added: 2922, mode: `MaxEncodedLen`)
    // Storage: `Projects::Chunks` (r:1 w:1)
    // Proof: `Projects::Chunks` (`max_values`: None, `max_size`: Some(2056), added: 4531, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Projects::Rules` (r:1 w:0)
    // Proof: `Projects::Rules` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:1 w:0)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Projects::Keys` (r:1 w:1)
    // Proof: `Projects::Keys` (`max_values`: None, `max_size`: Some(104), added: 2579, mode: `MaxEncodedLen`)
    fn wrap() -> Weight {
        // Fastest run: 52_829_000 picoseconds. Proof measured: 1416 bytes.
        Weight::from_parts(57_055_000, 5521)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    // Storage: `Projects::Projects` (r:1 w:1)
    // Proof: `Projects::Projects` (`max_values`: None, `max_size`: Some(447), added: 2922, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:1 w:1)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(283), added: 2758, mode: `MaxEncodedLen`)
    // Storage: `Organisations::Members` (r:1 w:1)
    // Proof: `Organisations::Members` (`max_values`: None, `max_size`: Some(109), added: 2584, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Escrow::OpenOf` (r:1 w:1)
    // Proof: `Escrow::OpenOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Projects::OpenProjects` (r:0 w:1)
    // Proof: `Projects::OpenProjects` (`max_values`: None, `max_size`: Some(8), added: 2483, mode: `MaxEncodedLen`)
    fn cancel() -> Weight {
        // Fastest run: 129_112_000 picoseconds. Proof measured: 1514 bytes.
        Weight::from_parts(136_514_000, 3912)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    // Storage: `Projects::Projects` (r:1 w:1)
    // Proof: `Projects::Projects` (`max_values`: None, `max_size`: Some(447), added: 2922, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:1 w:1)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(283), added: 2758, mode: `MaxEncodedLen`)
    // Storage: `Organisations::Members` (r:1 w:1)
    // Proof: `Organisations::Members` (`max_values`: None, `max_size`: Some(109), added: 2584, mode: `MaxEncodedLen`)
    // Storage: `Escrow::OpenOf` (r:1 w:1)
    // Proof: `Escrow::OpenOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Projects::OpenProjects` (r:0 w:1)
    // Proof: `Projects::OpenProjects` (`max_values`: None, `max_size`: Some(8), added: 2483, mode: `MaxEncodedLen`)
    fn expire() -> Weight {
        // Fastest run: 129_303_000 picoseconds. Proof measured: 1514 bytes.
        Weight::from_parts(136_124_000, 3912)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    // Storage: `Projects::Projects` (r:1 w:1)
    // Proof: `Projects::Projects` (`max_values`: None, `max_size`: Some(447), added: 2922, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Projects::Chunks` (r:64 w:64)
    // Proof: `Projects::Chunks` (`max_values`: None, `max_size`: Some(2056), added: 4531, mode: `MaxEncodedLen`)
    fn clean(n: u32) -> Weight {
        // Fastest run: 39_699_000 picoseconds. Proof measured: 877 bytes + 47 for each `n`.
        Weight::from_parts(42_243_383, 3912)
            .saturating_add(Weight::from_parts(4_574_583, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(1))
            .saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 4531).saturating_mul(n.into()))
    }
    // Storage: `Projects::Projects` (r:1 w:1)
    // Proof: `Projects::Projects` (`max_values`: None, `max_size`: Some(447), added: 2922, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Projects::ProjectsOf` (r:0 w:1)
    // Proof: `Projects::ProjectsOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    fn close() -> Weight {
        // Fastest run: 23_084_000 picoseconds. Proof measured: 806 bytes.
        Weight::from_parts(24_837_000, 3912)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    // Storage: `Projects::Asks` (r:1 w:1)
    // Proof: `Projects::Asks` (`max_values`: None, `max_size`: Some(270), added: 2745, mode: `MaxEncodedLen`)
    // Storage: `Projects::Projects` (r:1 w:1)
    // Proof: `Projects::Projects` (`max_values`: None, `max_size`: Some(447), added: 2922, mode: `MaxEncodedLen`)
    // Storage: `Projects::Chunks` (r:1 w:1)
    // Proof: `Projects::Chunks` (`max_values`: None, `max_size`: Some(2056), added: 4531, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Projects::Rules` (r:1 w:0)
    // Proof: `Projects::Rules` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:2 w:2)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:7 w:7)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:7 w:7)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(283), added: 2758, mode: `MaxEncodedLen`)
    // Storage: `Escrow::OpenOf` (r:1 w:1)
    // Proof: `Escrow::OpenOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:5 w:5)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Projects::Keys` (r:0 w:5)
    // Proof: `Projects::Keys` (`max_values`: None, `max_size`: Some(104), added: 2579, mode: `MaxEncodedLen`)
    // Storage: `Projects::WorkOf` (r:0 w:5)
    // Proof: `Projects::WorkOf` (`max_values`: None, `max_size`: Some(24), added: 2499, mode: `MaxEncodedLen`)
    // Storage: `Offers::GivenBy` (r:0 w:5)
    // Proof: `Offers::GivenBy` (`max_values`: None, `max_size`: Some(2190), added: 4665, mode: `MaxEncodedLen`)
    fn decided() -> Weight {
        // Fastest run: 1_297_806_000 picoseconds. Proof measured: 5311 bytes.
        Weight::from_parts(1_367_159_000, 20296)
            .saturating_add(T::DbWeight::get().reads(27))
            .saturating_add(T::DbWeight::get().writes(40))
    }
    // Storage: `Projects::Asks` (r:1 w:0)
    // Proof: `Projects::Asks` (`max_values`: None, `max_size`: Some(270), added: 2745, mode: `MaxEncodedLen`)
    fn is_party() -> Weight {
        // Fastest run: 8_854_000 picoseconds. Proof measured: 639 bytes.
        Weight::from_parts(10_155_000, 3735).saturating_add(T::DbWeight::get().reads(1))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn create() -> Weight {
        Weight::from_parts(134_240_000, 3748)
            .saturating_add(RocksDbWeight::get().reads(9))
            .saturating_add(RocksDbWeight::get().writes(10))
    }
    fn claim(n: u32) -> Weight {
        Weight::from_parts(35_250_950, 28480)
            .saturating_add(Weight::from_parts(153_747_323, 0).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(19))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(11))
            .saturating_add(RocksDbWeight::get().writes(7_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 4531).saturating_mul(n.into()))
    }
    fn acknowledge(n: u32) -> Weight {
        Weight::from_parts(106_736_946, 3912)
            .saturating_add(Weight::from_parts(93_790_171, 0).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(2))
            .saturating_add(RocksDbWeight::get().writes(12_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 4531).saturating_mul(n.into()))
    }
    fn commit(n: u32) -> Weight {
        Weight::from_parts(46_738_026, 3912)
            .saturating_add(Weight::from_parts(24_826_476, 0).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(2))
            .saturating_add(RocksDbWeight::get().writes(1_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 4531).saturating_mul(n.into()))
    }
    fn reveal(n: u32) -> Weight {
        Weight::from_parts(175_510_663, 16608)
            .saturating_add(Weight::from_parts(699_088_328, 0).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(20))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(18))
            .saturating_add(RocksDbWeight::get().writes(11_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 4531).saturating_mul(n.into()))
    }
    fn advance() -> Weight {
        Weight::from_parts(1_060_241_000, 19211)
            .saturating_add(RocksDbWeight::get().reads(23))
            .saturating_add(RocksDbWeight::get().writes(36))
    }
    fn challenge() -> Weight {
        Weight::from_parts(356_682_000, 14735)
            .saturating_add(RocksDbWeight::get().reads(18))
            .saturating_add(RocksDbWeight::get().writes(13))
    }
    fn sample() -> Weight {
        Weight::from_parts(296_993_000, 14735)
            .saturating_add(RocksDbWeight::get().reads(19))
            .saturating_add(RocksDbWeight::get().writes(12))
    }
    fn finalise(n: u32) -> Weight {
        Weight::from_parts(186_632_320, 16608)
            .saturating_add(Weight::from_parts(698_065_680, 0).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(20))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(17))
            .saturating_add(RocksDbWeight::get().writes(11_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 4531).saturating_mul(n.into()))
    }
    fn wrap() -> Weight {
        Weight::from_parts(57_055_000, 5521)
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn cancel() -> Weight {
        Weight::from_parts(136_514_000, 3912)
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().writes(7))
    }
    fn expire() -> Weight {
        Weight::from_parts(136_124_000, 3912)
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().writes(7))
    }
    fn clean(n: u32) -> Weight {
        Weight::from_parts(42_243_383, 3912)
            .saturating_add(Weight::from_parts(4_574_583, 0).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(1))
            .saturating_add(RocksDbWeight::get().writes(1_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 4531).saturating_mul(n.into()))
    }
    fn close() -> Weight {
        Weight::from_parts(24_837_000, 3912)
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().writes(2))
    }
    fn decided() -> Weight {
        Weight::from_parts(1_367_159_000, 20296)
            .saturating_add(RocksDbWeight::get().reads(27))
            .saturating_add(RocksDbWeight::get().writes(40))
    }
    fn is_party() -> Weight {
        Weight::from_parts(10_155_000, 3735).saturating_add(RocksDbWeight::get().reads(1))
    }
}
