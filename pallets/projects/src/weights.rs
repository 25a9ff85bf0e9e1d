//! Weights of the calls, from benchmarks: written by `scripts/weights.sh` on 2026-11-23, not by hand.
//!
//! 20 steps, 10 repeats, on AMD EPYC.

#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

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
    // Proof: `Apps::Fallen` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
    // Storage: `Organisations::Members` (r:1 w:1)
    // Proof: `Organisations::Members` (`max_values`: None, `max_size`: Some(113), added: 2588, mode: `MaxEncodedLen`)
    // Storage: `Escrow::NextEscrow` (r:1 w:1)
    // Proof: `Escrow::NextEscrow` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Escrow::OpenOf` (r:1 w:1)
    // Proof: `Escrow::OpenOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:2 w:2)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:2 w:2)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `Projects::NextProject` (r:1 w:1)
    // Proof: `Projects::NextProject` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:0 w:1)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `Projects::Projects` (r:0 w:1)
    // Proof: `Projects::Projects` (`max_values`: None, `max_size`: Some(493), added: 2968, mode: `MaxEncodedLen`)
    // Storage: `Projects::ProjectsOf` (r:0 w:1)
    // Proof: `Projects::ProjectsOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    // Storage: `Projects::OpenProjects` (r:0 w:1)
    // Proof: `Projects::OpenProjects` (`max_values`: None, `max_size`: Some(8), added: 2483, mode: `MaxEncodedLen`)
    fn create() -> Weight {
        // Fastest run: 201_390_000 picoseconds. Proof measured: 870 bytes.
        Weight::from_parts(210_424_000, 6542)
            .saturating_add(T::DbWeight::get().reads(11))
            .saturating_add(T::DbWeight::get().writes(12))
    }
    // Storage: `Offers::Providers` (r:145 w:80)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Projects::Projects` (r:1 w:1)
    // Proof: `Projects::Projects` (`max_values`: None, `max_size`: Some(493), added: 2968, mode: `MaxEncodedLen`)
    // Storage: `Projects::Chunks` (r:16 w:16)
    // Proof: `Projects::Chunks` (`max_values`: None, `max_size`: Some(2856), added: 5331, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Projects::Rules` (r:1 w:0)
    // Proof: `Projects::Rules` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    // Storage: `Offers::GivenBy` (r:80 w:80)
    // Proof: `Offers::GivenBy` (`max_values`: None, `max_size`: Some(2190), added: 4665, mode: `MaxEncodedLen`)
    // Storage: `Offers::Trust` (r:1 w:0)
    // Proof: `Offers::Trust` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Randomness::Next` (r:1 w:0)
    // Proof: `Randomness::Next` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Projects::WorkOf` (r:0 w:96)
    // Proof: `Projects::WorkOf` (`max_values`: None, `max_size`: Some(24), added: 2499, mode: `MaxEncodedLen`)
    fn claim(n: u32) -> Weight {
        // Fastest run: 251_625_000 picoseconds. Proof measured: 3518 bytes + 3628 for each `n`.
        Weight::from_parts(18_828_636, 3958)
            .saturating_add(Weight::from_parts(213_317_763, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().reads(15_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(1))
            .saturating_add(T::DbWeight::get().writes(17_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 24741).saturating_mul(n.into()))
    }
    // Storage: `Offers::Providers` (r:1 w:1)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Projects::Projects` (r:1 w:1)
    // Proof: `Projects::Projects` (`max_values`: None, `max_size`: Some(493), added: 2968, mode: `MaxEncodedLen`)
    // Storage: `Projects::Chunks` (r:16 w:16)
    // Proof: `Projects::Chunks` (`max_values`: None, `max_size`: Some(2856), added: 5331, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Projects::Rules` (r:1 w:0)
    // Proof: `Projects::Rules` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    // Storage: `Randomness::Seeds` (r:1 w:0)
    // Proof: `Randomness::Seeds` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
    // Storage: `Apps::Fallen` (r:1 w:0)
    // Proof: `Apps::Fallen` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
    // Storage: `Projects::WorkOf` (r:0 w:176)
    // Proof: `Projects::WorkOf` (`max_values`: None, `max_size`: Some(24), added: 2499, mode: `MaxEncodedLen`)
    fn acknowledge(n: u32) -> Weight {
        // Fastest run: 170_835_000 picoseconds. Proof measured: 2047 bytes + 1913 for each `n`.
        Weight::from_parts(75_556_256, 3958)
            .saturating_add(Weight::from_parts(103_795_974, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(2))
            .saturating_add(T::DbWeight::get().writes(12_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 5331).saturating_mul(n.into()))
    }
    // Storage: `Offers::Providers` (r:1 w:1)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Projects::Projects` (r:1 w:1)
    // Proof: `Projects::Projects` (`max_values`: None, `max_size`: Some(493), added: 2968, mode: `MaxEncodedLen`)
    // Storage: `Projects::Chunks` (r:16 w:16)
    // Proof: `Projects::Chunks` (`max_values`: None, `max_size`: Some(2856), added: 5331, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Projects::Rules` (r:1 w:0)
    // Proof: `Projects::Rules` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    fn commit(n: u32) -> Weight {
        // Fastest run: 76_524_000 picoseconds. Proof measured: 1677 bytes + 875 for each `n`.
        Weight::from_parts(66_688_856, 3958)
            .saturating_add(Weight::from_parts(27_351_759, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(2))
            .saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 5331).saturating_mul(n.into()))
    }
    // Storage: `Offers::Providers` (r:65 w:65)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Projects::Projects` (r:1 w:1)
    // Proof: `Projects::Projects` (`max_values`: None, `max_size`: Some(493), added: 2968, mode: `MaxEncodedLen`)
    // Storage: `Projects::Chunks` (r:16 w:16)
    // Proof: `Projects::Chunks` (`max_values`: None, `max_size`: Some(2856), added: 5331, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Projects::Rules` (r:1 w:0)
    // Proof: `Projects::Rules` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    // Storage: `Deals::Deals` (r:16 w:0)
    // Proof: `Deals::Deals` (`max_values`: None, `max_size`: Some(3967), added: 6442, mode: `MaxEncodedLen`)
    // Storage: `Projects::UsedOutputs` (r:16 w:16)
    // Proof: `Projects::UsedOutputs` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    // Storage: `Apps::Fallen` (r:1 w:1)
    // Proof: `Apps::Fallen` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:1 w:1)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:66 w:66)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `Organisations::Members` (r:1 w:1)
    // Proof: `Organisations::Members` (`max_values`: None, `max_size`: Some(113), added: 2588, mode: `MaxEncodedLen`)
    // Storage: `Escrow::OpenOf` (r:1 w:1)
    // Proof: `Escrow::OpenOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Projects::Keys` (r:0 w:80)
    // Proof: `Projects::Keys` (`max_values`: None, `max_size`: Some(104), added: 2579, mode: `MaxEncodedLen`)
    // Storage: `Projects::WorkOf` (r:0 w:80)
    // Proof: `Projects::WorkOf` (`max_values`: None, `max_size`: Some(24), added: 2499, mode: `MaxEncodedLen`)
    // Storage: `Projects::OpenProjects` (r:0 w:1)
    // Proof: `Projects::OpenProjects` (`max_values`: None, `max_size`: Some(8), added: 2483, mode: `MaxEncodedLen`)
    fn reveal(n: u32) -> Weight {
        // Fastest run: 879_492_000 picoseconds. Proof measured: 2658 bytes + 3658 for each `n`.
        Weight::from_parts(173_982_885, 6196)
            .saturating_add(Weight::from_parts(761_992_375, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(11))
            .saturating_add(T::DbWeight::get().reads(11_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(10))
            .saturating_add(T::DbWeight::get().writes(20_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 10996).saturating_mul(n.into()))
    }
    // Storage: `Projects::Projects` (r:1 w:1)
    // Proof: `Projects::Projects` (`max_values`: None, `max_size`: Some(493), added: 2968, mode: `MaxEncodedLen`)
    // Storage: `Projects::Chunks` (r:1 w:1)
    // Proof: `Projects::Chunks` (`max_values`: None, `max_size`: Some(2856), added: 5331, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Projects::Rules` (r:1 w:0)
    // Proof: `Projects::Rules` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:10 w:10)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Offers::GivenBy` (r:9 w:9)
    // Proof: `Offers::GivenBy` (`max_values`: None, `max_size`: Some(2190), added: 4665, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:5 w:5)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:6 w:6)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:1 w:1)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `Organisations::Members` (r:1 w:1)
    // Proof: `Organisations::Members` (`max_values`: None, `max_size`: Some(113), added: 2588, mode: `MaxEncodedLen`)
    // Storage: `Escrow::OpenOf` (r:1 w:1)
    // Proof: `Escrow::OpenOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Projects::Keys` (r:0 w:5)
    // Proof: `Projects::Keys` (`max_values`: None, `max_size`: Some(104), added: 2579, mode: `MaxEncodedLen`)
    // Storage: `Projects::WorkOf` (r:0 w:10)
    // Proof: `Projects::WorkOf` (`max_values`: None, `max_size`: Some(24), added: 2499, mode: `MaxEncodedLen`)
    // Storage: `Projects::OpenProjects` (r:0 w:1)
    // Proof: `Projects::OpenProjects` (`max_values`: None, `max_size`: Some(8), added: 2483, mode: `MaxEncodedLen`)
    fn advance() -> Weight {
        // Fastest run: 717_260_000 picoseconds. Proof measured: 8941 bytes.
        Weight::from_parts(788_497_000, 42975)
            .saturating_add(T::DbWeight::get().reads(37))
            .saturating_add(T::DbWeight::get().writes(51))
    }
    // Storage: `Projects::Projects` (r:1 w:1)
    // Proof: `Projects::Projects` (`max_values`: None, `max_size`: Some(493), added: 2968, mode: `MaxEncodedLen`)
    // Storage: `Projects::Chunks` (r:1 w:1)
    // Proof: `Projects::Chunks` (`max_values`: None, `max_size`: Some(2856), added: 5331, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Projects::Rules` (r:1 w:0)
    // Proof: `Projects::Rules` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:2 w:2)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
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
        // Fastest run: 329_942_000 picoseconds. Proof measured: 4550 bytes.
        Weight::from_parts(377_963_000, 14735)
            .saturating_add(T::DbWeight::get().reads(18))
            .saturating_add(T::DbWeight::get().writes(13))
    }
    // Storage: `Projects::Projects` (r:1 w:1)
    // Proof: `Projects::Projects` (`max_values`: None, `max_size`: Some(493), added: 2968, mode: `MaxEncodedLen`)
    // Storage: `Projects::Chunks` (r:1 w:1)
    // Proof: `Projects::Chunks` (`max_values`: None, `max_size`: Some(2856), added: 5331, mode: `MaxEncodedLen`)
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
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
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
        // Fastest run: 270_804_000 picoseconds. Proof measured: 4694 bytes.
        Weight::from_parts(340_948_000, 14735)
            .saturating_add(T::DbWeight::get().reads(19))
            .saturating_add(T::DbWeight::get().writes(12))
    }
    // Storage: `Projects::Projects` (r:1 w:1)
    // Proof: `Projects::Projects` (`max_values`: None, `max_size`: Some(493), added: 2968, mode: `MaxEncodedLen`)
    // Storage: `Projects::Chunks` (r:16 w:16)
    // Proof: `Projects::Chunks` (`max_values`: None, `max_size`: Some(2856), added: 5331, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Projects::Rules` (r:1 w:0)
    // Proof: `Projects::Rules` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    // Storage: `Randomness::Seeds` (r:1 w:0)
    // Proof: `Randomness::Seeds` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
    // Storage: `Projects::Sampled` (r:1 w:0)
    // Proof: `Projects::Sampled` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:80 w:80)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:1 w:1)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:81 w:81)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `Offers::Trust` (r:1 w:0)
    // Proof: `Offers::Trust` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Offers::GivenBy` (r:80 w:80)
    // Proof: `Offers::GivenBy` (`max_values`: None, `max_size`: Some(2190), added: 4665, mode: `MaxEncodedLen`)
    // Storage: `Organisations::Members` (r:1 w:1)
    // Proof: `Organisations::Members` (`max_values`: None, `max_size`: Some(113), added: 2588, mode: `MaxEncodedLen`)
    // Storage: `Escrow::OpenOf` (r:1 w:1)
    // Proof: `Escrow::OpenOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Projects::Keys` (r:0 w:80)
    // Proof: `Projects::Keys` (`max_values`: None, `max_size`: Some(104), added: 2579, mode: `MaxEncodedLen`)
    // Storage: `Projects::WorkOf` (r:0 w:80)
    // Proof: `Projects::WorkOf` (`max_values`: None, `max_size`: Some(24), added: 2499, mode: `MaxEncodedLen`)
    // Storage: `Projects::OpenProjects` (r:0 w:1)
    // Proof: `Projects::OpenProjects` (`max_values`: None, `max_size`: Some(8), added: 2483, mode: `MaxEncodedLen`)
    fn finalise(n: u32) -> Weight {
        // Fastest run: 938_650_000 picoseconds. Proof measured: 4273 bytes + 3433 for each `n`.
        Weight::from_parts(51_944_829, 3958)
            .saturating_add(Weight::from_parts(901_854_258, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(11))
            .saturating_add(T::DbWeight::get().reads(16_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(7))
            .saturating_add(T::DbWeight::get().writes(26_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 23325).saturating_mul(n.into()))
    }
    // Storage: `Projects::Projects` (r:1 w:1)
    // Proof: `Projects::Projects` (`max_values`: None, `max_size`: Some(493), added: 2968, mode: `MaxEncodedLen`)
    // Storage: `Projects::Chunks` (r:1 w:1)
    // Proof: `Projects::Chunks` (`max_values`: None, `max_size`: Some(2856), added: 5331, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Projects::Rules` (r:1 w:0)
    // Proof: `Projects::Rules` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:1 w:0)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Projects::Keys` (r:1 w:1)
    // Proof: `Projects::Keys` (`max_values`: None, `max_size`: Some(104), added: 2579, mode: `MaxEncodedLen`)
    fn wrap() -> Weight {
        // Fastest run: 52_659_000 picoseconds. Proof measured: 1902 bytes.
        Weight::from_parts(60_600_000, 6321)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    // Storage: `Projects::Projects` (r:1 w:1)
    // Proof: `Projects::Projects` (`max_values`: None, `max_size`: Some(493), added: 2968, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:1 w:1)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `Organisations::Members` (r:1 w:1)
    // Proof: `Organisations::Members` (`max_values`: None, `max_size`: Some(113), added: 2588, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Escrow::OpenOf` (r:1 w:1)
    // Proof: `Escrow::OpenOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Projects::OpenProjects` (r:0 w:1)
    // Proof: `Projects::OpenProjects` (`max_values`: None, `max_size`: Some(8), added: 2483, mode: `MaxEncodedLen`)
    fn cancel() -> Weight {
        // Fastest run: 137_074_000 picoseconds. Proof measured: 1590 bytes.
        Weight::from_parts(142_453_000, 3958)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    // Storage: `Projects::Projects` (r:1 w:1)
    // Proof: `Projects::Projects` (`max_values`: None, `max_size`: Some(493), added: 2968, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:1 w:1)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `Organisations::Members` (r:1 w:1)
    // Proof: `Organisations::Members` (`max_values`: None, `max_size`: Some(113), added: 2588, mode: `MaxEncodedLen`)
    // Storage: `Escrow::OpenOf` (r:1 w:1)
    // Proof: `Escrow::OpenOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Projects::OpenProjects` (r:0 w:1)
    // Proof: `Projects::OpenProjects` (`max_values`: None, `max_size`: Some(8), added: 2483, mode: `MaxEncodedLen`)
    fn expire() -> Weight {
        // Fastest run: 136_844_000 picoseconds. Proof measured: 1590 bytes.
        Weight::from_parts(142_022_000, 3958)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    // Storage: `Projects::Projects` (r:1 w:1)
    // Proof: `Projects::Projects` (`max_values`: None, `max_size`: Some(493), added: 2968, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Projects::Chunks` (r:65 w:64)
    // Proof: `Projects::Chunks` (`max_values`: None, `max_size`: Some(2856), added: 5331, mode: `MaxEncodedLen`)
    // Storage: `Projects::UsedOutputs` (r:0 w:320)
    // Proof: `Projects::UsedOutputs` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    fn clean(n: u32) -> Weight {
        // Fastest run: 55_843_000 picoseconds. Proof measured: 914 bytes + 1457 for each `n`.
        Weight::from_parts(17_268_129, 6321)
            .saturating_add(Weight::from_parts(25_197_585, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(1))
            .saturating_add(T::DbWeight::get().writes(6_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 5331).saturating_mul(n.into()))
    }
    // Storage: `Projects::Projects` (r:1 w:1)
    // Proof: `Projects::Projects` (`max_values`: None, `max_size`: Some(493), added: 2968, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `Projects::ProjectsOf` (r:0 w:1)
    // Proof: `Projects::ProjectsOf` (`max_values`: None, `max_size`: Some(56), added: 2531, mode: `MaxEncodedLen`)
    fn close() -> Weight {
        // Fastest run: 81_332_000 picoseconds. Proof measured: 1074 bytes.
        Weight::from_parts(84_987_000, 3958)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    // Storage: `Projects::Asks` (r:1 w:1)
    // Proof: `Projects::Asks` (`max_values`: None, `max_size`: Some(270), added: 2745, mode: `MaxEncodedLen`)
    // Storage: `Projects::Projects` (r:1 w:1)
    // Proof: `Projects::Projects` (`max_values`: None, `max_size`: Some(493), added: 2968, mode: `MaxEncodedLen`)
    // Storage: `Projects::Chunks` (r:1 w:1)
    // Proof: `Projects::Chunks` (`max_values`: None, `max_size`: Some(2856), added: 5331, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Projects::Rules` (r:1 w:0)
    // Proof: `Projects::Rules` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:2 w:2)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:7 w:7)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:7 w:7)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `Escrow::OpenOf` (r:1 w:1)
    // Proof: `Escrow::OpenOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:5 w:5)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Organisations::Members` (r:1 w:1)
    // Proof: `Organisations::Members` (`max_values`: None, `max_size`: Some(113), added: 2588, mode: `MaxEncodedLen`)
    // Storage: `Projects::UsedOutputs` (r:0 w:5)
    // Proof: `Projects::UsedOutputs` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    // Storage: `Projects::Keys` (r:0 w:5)
    // Proof: `Projects::Keys` (`max_values`: None, `max_size`: Some(104), added: 2579, mode: `MaxEncodedLen`)
    // Storage: `Projects::WorkOf` (r:0 w:5)
    // Proof: `Projects::WorkOf` (`max_values`: None, `max_size`: Some(24), added: 2499, mode: `MaxEncodedLen`)
    // Storage: `Projects::OpenProjects` (r:0 w:1)
    // Proof: `Projects::OpenProjects` (`max_values`: None, `max_size`: Some(8), added: 2483, mode: `MaxEncodedLen`)
    // Storage: `Offers::GivenBy` (r:0 w:5)
    // Proof: `Offers::GivenBy` (`max_values`: None, `max_size`: Some(2190), added: 4665, mode: `MaxEncodedLen`)
    fn decided() -> Weight {
        // Fastest run: 1_442_962_000 picoseconds. Proof measured: 5990 bytes.
        Weight::from_parts(1_516_702_000, 20422)
            .saturating_add(T::DbWeight::get().reads(28))
            .saturating_add(T::DbWeight::get().writes(47))
    }
    // Storage: `Projects::Asks` (r:1 w:0)
    // Proof: `Projects::Asks` (`max_values`: None, `max_size`: Some(270), added: 2745, mode: `MaxEncodedLen`)
    fn is_party() -> Weight {
        // Fastest run: 9_004_000 picoseconds. Proof measured: 639 bytes.
        Weight::from_parts(10_746_000, 3735).saturating_add(T::DbWeight::get().reads(1))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn create() -> Weight {
        Weight::from_parts(210_424_000, 6542)
            .saturating_add(RocksDbWeight::get().reads(11))
            .saturating_add(RocksDbWeight::get().writes(12))
    }
    fn claim(n: u32) -> Weight {
        Weight::from_parts(18_828_636, 3958)
            .saturating_add(Weight::from_parts(213_317_763, 0).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().reads(15_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(1))
            .saturating_add(RocksDbWeight::get().writes(17_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 24741).saturating_mul(n.into()))
    }
    fn acknowledge(n: u32) -> Weight {
        Weight::from_parts(75_556_256, 3958)
            .saturating_add(Weight::from_parts(103_795_974, 0).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(2))
            .saturating_add(RocksDbWeight::get().writes(12_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 5331).saturating_mul(n.into()))
    }
    fn commit(n: u32) -> Weight {
        Weight::from_parts(66_688_856, 3958)
            .saturating_add(Weight::from_parts(27_351_759, 0).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(2))
            .saturating_add(RocksDbWeight::get().writes(1_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 5331).saturating_mul(n.into()))
    }
    fn reveal(n: u32) -> Weight {
        Weight::from_parts(173_982_885, 6196)
            .saturating_add(Weight::from_parts(761_992_375, 0).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(11))
            .saturating_add(RocksDbWeight::get().reads(11_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(10))
            .saturating_add(RocksDbWeight::get().writes(20_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 10996).saturating_mul(n.into()))
    }
    fn advance() -> Weight {
        Weight::from_parts(788_497_000, 42975)
            .saturating_add(RocksDbWeight::get().reads(37))
            .saturating_add(RocksDbWeight::get().writes(51))
    }
    fn challenge() -> Weight {
        Weight::from_parts(377_963_000, 14735)
            .saturating_add(RocksDbWeight::get().reads(18))
            .saturating_add(RocksDbWeight::get().writes(13))
    }
    fn sample() -> Weight {
        Weight::from_parts(340_948_000, 14735)
            .saturating_add(RocksDbWeight::get().reads(19))
            .saturating_add(RocksDbWeight::get().writes(12))
    }
    fn finalise(n: u32) -> Weight {
        Weight::from_parts(51_944_829, 3958)
            .saturating_add(Weight::from_parts(901_854_258, 0).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(11))
            .saturating_add(RocksDbWeight::get().reads(16_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(7))
            .saturating_add(RocksDbWeight::get().writes(26_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 23325).saturating_mul(n.into()))
    }
    fn wrap() -> Weight {
        Weight::from_parts(60_600_000, 6321)
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn cancel() -> Weight {
        Weight::from_parts(142_453_000, 3958)
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().writes(7))
    }
    fn expire() -> Weight {
        Weight::from_parts(142_022_000, 3958)
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().writes(7))
    }
    fn clean(n: u32) -> Weight {
        Weight::from_parts(17_268_129, 6321)
            .saturating_add(Weight::from_parts(25_197_585, 0).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(1))
            .saturating_add(RocksDbWeight::get().writes(6_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 5331).saturating_mul(n.into()))
    }
    fn close() -> Weight {
        Weight::from_parts(84_987_000, 3958)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn decided() -> Weight {
        Weight::from_parts(1_516_702_000, 20422)
            .saturating_add(RocksDbWeight::get().reads(28))
            .saturating_add(RocksDbWeight::get().writes(47))
    }
    fn is_party() -> Weight {
        Weight::from_parts(10_746_000, 3735).saturating_add(RocksDbWeight::get().reads(1))
    }
}
