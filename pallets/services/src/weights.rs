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
    /// Weight of `deploy`.
    fn deploy() -> Weight;
    /// Weight of `top_up`.
    fn top_up() -> Weight;
    /// Weight of `scale`.
    fn scale() -> Weight;
    /// Weight of `stop`.
    fn stop() -> Weight;
    /// Weight of `accept`.
    fn accept() -> Weight;
    /// Weight of `set_endpoint`.
    fn set_endpoint() -> Weight;
    /// Weight of `redeem`.
    fn redeem() -> Weight;
    /// Weight of `ask_probe`.
    fn ask_probe() -> Weight;
    /// Weight of `report_down`.
    fn report_down() -> Weight;
    /// Weight of `close`.
    fn close() -> Weight;
    /// Weight of `finish`.
    fn finish() -> Weight;
    /// Weight of `decided`.
    fn decided() -> Weight;
    /// Weight of `is_party`.
    fn is_party() -> Weight;
}

/// Weights with what the runtime `T` says its database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    // Storage: `Services::Rules` (r:1 w:0)
    // Proof: `Services::Rules` (`max_values`: Some(1), `max_size`: Some(13), added: 508, mode: `MaxEncodedLen`)
    // Storage: `Services::NextService` (r:1 w:1)
    // Proof: `Services::NextService` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
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
    // Storage: `Escrow::Escrows` (r:0 w:1)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `Services::ServicesOf` (r:0 w:1)
    // Proof: `Services::ServicesOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    // Storage: `Services::Services` (r:0 w:1)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(582), added: 3057, mode: `MaxEncodedLen`)
    fn deploy() -> Weight {
        // Fastest run: 121_401_000 picoseconds. Proof measured: 716 bytes.
        Weight::from_parts(129_143_000, 3748)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(9))
    }
    // Storage: `Services::Services` (r:1 w:1)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(582), added: 3057, mode: `MaxEncodedLen`)
    // Storage: `Services::Leases` (r:16 w:16)
    // Proof: `Services::Leases` (`max_values`: None, `max_size`: Some(317), added: 2792, mode: `MaxEncodedLen`)
    // Storage: `Organisations::Members` (r:1 w:1)
    // Proof: `Organisations::Members` (`max_values`: None, `max_size`: Some(109), added: 2584, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:1 w:1)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(283), added: 2758, mode: `MaxEncodedLen`)
    fn top_up() -> Weight {
        // Fastest run: 285_966_000 picoseconds. Proof measured: 5590 bytes.
        Weight::from_parts(302_441_000, 45662)
            .saturating_add(T::DbWeight::get().reads(21))
            .saturating_add(T::DbWeight::get().writes(21))
    }
    // Storage: `Services::Services` (r:1 w:1)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(582), added: 3057, mode: `MaxEncodedLen`)
    // Storage: `Services::Leases` (r:16 w:15)
    // Proof: `Services::Leases` (`max_values`: None, `max_size`: Some(317), added: 2792, mode: `MaxEncodedLen`)
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
    fn scale() -> Weight {
        // Fastest run: 336_422_000 picoseconds. Proof measured: 5631 bytes.
        Weight::from_parts(359_426_000, 45662)
            .saturating_add(T::DbWeight::get().reads(22))
            .saturating_add(T::DbWeight::get().writes(20))
    }
    // Storage: `Services::Services` (r:1 w:1)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(582), added: 3057, mode: `MaxEncodedLen`)
    // Storage: `Services::Leases` (r:16 w:16)
    // Proof: `Services::Leases` (`max_values`: None, `max_size`: Some(317), added: 2792, mode: `MaxEncodedLen`)
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
    fn stop() -> Weight {
        // Fastest run: 344_804_000 picoseconds. Proof measured: 5631 bytes.
        Weight::from_parts(358_575_000, 45662)
            .saturating_add(T::DbWeight::get().reads(22))
            .saturating_add(T::DbWeight::get().writes(21))
    }
    // Storage: `Services::Leases` (r:1 w:1)
    // Proof: `Services::Leases` (`max_values`: None, `max_size`: Some(317), added: 2792, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:1 w:0)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Services::Rules` (r:1 w:0)
    // Proof: `Services::Rules` (`max_values`: Some(1), `max_size`: Some(13), added: 508, mode: `MaxEncodedLen`)
    // Storage: `Services::Services` (r:1 w:0)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(582), added: 3057, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(283), added: 2758, mode: `MaxEncodedLen`)
    // Storage: `Trackers::NextPanel` (r:1 w:1)
    // Proof: `Trackers::NextPanel` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Trackers::SeatCount` (r:1 w:0)
    // Proof: `Trackers::SeatCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Open` (r:0 w:1)
    // Proof: `Trackers::Open` (`max_values`: None, `max_size`: Some(8), added: 2483, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Panels` (r:0 w:1)
    // Proof: `Trackers::Panels` (`max_values`: None, `max_size`: Some(834), added: 3309, mode: `MaxEncodedLen`)
    fn accept() -> Weight {
        // Fastest run: 137_345_000 picoseconds. Proof measured: 1536 bytes.
        Weight::from_parts(145_817_000, 4047)
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    // Storage: `Services::Leases` (r:1 w:1)
    // Proof: `Services::Leases` (`max_values`: None, `max_size`: Some(317), added: 2792, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:1 w:0)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Services::Rules` (r:1 w:0)
    // Proof: `Services::Rules` (`max_values`: Some(1), `max_size`: Some(13), added: 508, mode: `MaxEncodedLen`)
    // Storage: `Services::Services` (r:1 w:0)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(582), added: 3057, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(283), added: 2758, mode: `MaxEncodedLen`)
    // Storage: `Trackers::NextPanel` (r:1 w:1)
    // Proof: `Trackers::NextPanel` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Trackers::SeatCount` (r:1 w:0)
    // Proof: `Trackers::SeatCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Open` (r:0 w:1)
    // Proof: `Trackers::Open` (`max_values`: None, `max_size`: Some(8), added: 2483, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Panels` (r:0 w:1)
    // Proof: `Trackers::Panels` (`max_values`: None, `max_size`: Some(834), added: 3309, mode: `MaxEncodedLen`)
    fn set_endpoint() -> Weight {
        // Fastest run: 174_110_000 picoseconds. Proof measured: 2879 bytes.
        Weight::from_parts(183_363_000, 4047)
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    // Storage: `Services::Leases` (r:1 w:1)
    // Proof: `Services::Leases` (`max_values`: None, `max_size`: Some(317), added: 2792, mode: `MaxEncodedLen`)
    // Storage: `Services::Services` (r:1 w:1)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(582), added: 3057, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `System::BlockHash` (r:1 w:0)
    // Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:1 w:0)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:1 w:1)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:2 w:2)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(283), added: 2758, mode: `MaxEncodedLen`)
    fn redeem() -> Weight {
        // Fastest run: 206_317_000 picoseconds. Proof measured: 3201 bytes.
        Weight::from_parts(218_466_000, 6196)
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    // Storage: `Services::Leases` (r:1 w:1)
    // Proof: `Services::Leases` (`max_values`: None, `max_size`: Some(317), added: 2792, mode: `MaxEncodedLen`)
    // Storage: `Services::Services` (r:1 w:0)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(582), added: 3057, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:1 w:0)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Services::Rules` (r:1 w:0)
    // Proof: `Services::Rules` (`max_values`: Some(1), `max_size`: Some(13), added: 508, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(283), added: 2758, mode: `MaxEncodedLen`)
    // Storage: `Trackers::NextPanel` (r:1 w:1)
    // Proof: `Trackers::NextPanel` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Trackers::SeatCount` (r:1 w:0)
    // Proof: `Trackers::SeatCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Open` (r:0 w:1)
    // Proof: `Trackers::Open` (`max_values`: None, `max_size`: Some(8), added: 2483, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Panels` (r:0 w:1)
    // Proof: `Trackers::Panels` (`max_values`: None, `max_size`: Some(834), added: 3309, mode: `MaxEncodedLen`)
    fn ask_probe() -> Weight {
        // Fastest run: 169_613_000 picoseconds. Proof measured: 2879 bytes.
        Weight::from_parts(179_468_000, 4047)
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    // Storage: `Services::Leases` (r:1 w:1)
    // Proof: `Services::Leases` (`max_values`: None, `max_size`: Some(317), added: 2792, mode: `MaxEncodedLen`)
    // Storage: `Services::Services` (r:1 w:0)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(582), added: 3057, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(283), added: 2758, mode: `MaxEncodedLen`)
    // Storage: `Trackers::NextPanel` (r:1 w:1)
    // Proof: `Trackers::NextPanel` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Trackers::SeatCount` (r:1 w:0)
    // Proof: `Trackers::SeatCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Open` (r:0 w:1)
    // Proof: `Trackers::Open` (`max_values`: None, `max_size`: Some(8), added: 2483, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Panels` (r:0 w:1)
    // Proof: `Trackers::Panels` (`max_values`: None, `max_size`: Some(834), added: 3309, mode: `MaxEncodedLen`)
    fn report_down() -> Weight {
        // Fastest run: 154_501_000 picoseconds. Proof measured: 1878 bytes.
        Weight::from_parts(167_600_000, 4047)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    // Storage: `Services::Leases` (r:1 w:1)
    // Proof: `Services::Leases` (`max_values`: None, `max_size`: Some(317), added: 2792, mode: `MaxEncodedLen`)
    // Storage: `Services::Services` (r:1 w:1)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(582), added: 3057, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Services::Rules` (r:1 w:0)
    // Proof: `Services::Rules` (`max_values`: Some(1), `max_size`: Some(13), added: 508, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:1 w:1)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Offers::GivenBy` (r:1 w:1)
    // Proof: `Offers::GivenBy` (`max_values`: None, `max_size`: Some(2190), added: 4665, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:1 w:0)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `Services::LeasesOf` (r:0 w:1)
    // Proof: `Services::LeasesOf` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
    fn close() -> Weight {
        // Fastest run: 72_939_000 picoseconds. Proof measured: 3702 bytes.
        Weight::from_parts(83_956_000, 5655)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    // Storage: `Services::Leases` (r:1 w:1)
    // Proof: `Services::Leases` (`max_values`: None, `max_size`: Some(317), added: 2792, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Services::Rules` (r:1 w:0)
    // Proof: `Services::Rules` (`max_values`: Some(1), `max_size`: Some(13), added: 508, mode: `MaxEncodedLen`)
    // Storage: `Services::Services` (r:1 w:1)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(582), added: 3057, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:1 w:1)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:1 w:1)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:2 w:2)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(283), added: 2758, mode: `MaxEncodedLen`)
    // Storage: `Escrow::OpenOf` (r:1 w:1)
    // Proof: `Escrow::OpenOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Organisations::Members` (r:1 w:1)
    // Proof: `Organisations::Members` (`max_values`: None, `max_size`: Some(109), added: 2584, mode: `MaxEncodedLen`)
    // Storage: `Services::ServicesOf` (r:0 w:1)
    // Proof: `Services::ServicesOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    // Storage: `Services::LeasesOf` (r:0 w:1)
    // Proof: `Services::LeasesOf` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
    fn finish() -> Weight {
        // Fastest run: 171_746_000 picoseconds. Proof measured: 2330 bytes.
        Weight::from_parts(197_655_000, 6196)
            .saturating_add(T::DbWeight::get().reads(11))
            .saturating_add(T::DbWeight::get().writes(11))
    }
    // Storage: `Services::Leases` (r:1 w:1)
    // Proof: `Services::Leases` (`max_values`: None, `max_size`: Some(317), added: 2792, mode: `MaxEncodedLen`)
    // Storage: `Services::Services` (r:1 w:1)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(582), added: 3057, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:1 w:1)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:2 w:2)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(283), added: 2758, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:2 w:2)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:1 w:1)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Offers::GivenBy` (r:1 w:1)
    // Proof: `Offers::GivenBy` (`max_values`: None, `max_size`: Some(2190), added: 4665, mode: `MaxEncodedLen`)
    // Storage: `Organisations::Members` (r:1 w:1)
    // Proof: `Organisations::Members` (`max_values`: None, `max_size`: Some(109), added: 2584, mode: `MaxEncodedLen`)
    // Storage: `Services::LeasesOf` (r:0 w:1)
    // Proof: `Services::LeasesOf` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
    fn decided() -> Weight {
        // Fastest run: 283_824_000 picoseconds. Proof measured: 4537 bytes.
        Weight::from_parts(315_670_000, 6506)
            .saturating_add(T::DbWeight::get().reads(11))
            .saturating_add(T::DbWeight::get().writes(11))
    }
    // Storage: `Services::Leases` (r:1 w:0)
    // Proof: `Services::Leases` (`max_values`: None, `max_size`: Some(317), added: 2792, mode: `MaxEncodedLen`)
    // Storage: `Services::Services` (r:1 w:0)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(582), added: 3057, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:1 w:0)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    fn is_party() -> Weight {
        // Fastest run: 22_393_000 picoseconds. Proof measured: 1208 bytes.
        Weight::from_parts(26_319_000, 4047).saturating_add(T::DbWeight::get().reads(3))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn deploy() -> Weight {
        Weight::from_parts(129_143_000, 3748)
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().writes(9))
    }
    fn top_up() -> Weight {
        Weight::from_parts(302_441_000, 45662)
            .saturating_add(RocksDbWeight::get().reads(21))
            .saturating_add(RocksDbWeight::get().writes(21))
    }
    fn scale() -> Weight {
        Weight::from_parts(359_426_000, 45662)
            .saturating_add(RocksDbWeight::get().reads(22))
            .saturating_add(RocksDbWeight::get().writes(20))
    }
    fn stop() -> Weight {
        Weight::from_parts(358_575_000, 45662)
            .saturating_add(RocksDbWeight::get().reads(22))
            .saturating_add(RocksDbWeight::get().writes(21))
    }
    fn accept() -> Weight {
        Weight::from_parts(145_817_000, 4047)
            .saturating_add(RocksDbWeight::get().reads(9))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn set_endpoint() -> Weight {
        Weight::from_parts(183_363_000, 4047)
            .saturating_add(RocksDbWeight::get().reads(9))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn redeem() -> Weight {
        Weight::from_parts(218_466_000, 6196)
            .saturating_add(RocksDbWeight::get().reads(9))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn ask_probe() -> Weight {
        Weight::from_parts(179_468_000, 4047)
            .saturating_add(RocksDbWeight::get().reads(9))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn report_down() -> Weight {
        Weight::from_parts(167_600_000, 4047)
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn close() -> Weight {
        Weight::from_parts(83_956_000, 5655)
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn finish() -> Weight {
        Weight::from_parts(197_655_000, 6196)
            .saturating_add(RocksDbWeight::get().reads(11))
            .saturating_add(RocksDbWeight::get().writes(11))
    }
    fn decided() -> Weight {
        Weight::from_parts(315_670_000, 6506)
            .saturating_add(RocksDbWeight::get().reads(11))
            .saturating_add(RocksDbWeight::get().writes(11))
    }
    fn is_party() -> Weight {
        Weight::from_parts(26_319_000, 4047).saturating_add(RocksDbWeight::get().reads(3))
    }
}
