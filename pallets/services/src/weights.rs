//! Weights of the calls, from benchmarks: written by `scripts/weights.sh` on 2026-11-23, not by hand.
//!
//! 20 steps, 10 repeats, on AMD EPYC.

#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

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
    // Proof: `Organisations::Members` (`max_values`: None, `max_size`: Some(113), added: 2588, mode: `MaxEncodedLen`)
    // Storage: `Escrow::NextEscrow` (r:1 w:1)
    // Proof: `Escrow::NextEscrow` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Escrow::OpenOf` (r:1 w:1)
    // Proof: `Escrow::OpenOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:0 w:1)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `Services::ServicesOf` (r:0 w:1)
    // Proof: `Services::ServicesOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    // Storage: `Services::Services` (r:0 w:1)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(656), added: 3131, mode: `MaxEncodedLen`)
    fn deploy() -> Weight {
        // Fastest run: 115_151_000 picoseconds. Proof measured: 720 bytes.
        Weight::from_parts(123_694_000, 3766)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(9))
    }
    // Storage: `Services::Services` (r:1 w:1)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(656), added: 3131, mode: `MaxEncodedLen`)
    // Storage: `Services::Leases` (r:32 w:16)
    // Proof: `Services::Leases` (`max_values`: None, `max_size`: Some(349), added: 2824, mode: `MaxEncodedLen`)
    // Storage: `Organisations::Members` (r:1 w:1)
    // Proof: `Organisations::Members` (`max_values`: None, `max_size`: Some(113), added: 2588, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:1 w:1)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    fn top_up() -> Weight {
        // Fastest run: 377_122_000 picoseconds. Proof measured: 10746 bytes.
        Weight::from_parts(405_686_000, 91358)
            .saturating_add(T::DbWeight::get().reads(37))
            .saturating_add(T::DbWeight::get().writes(21))
    }
    // Storage: `Services::Services` (r:1 w:1)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(656), added: 3131, mode: `MaxEncodedLen`)
    // Storage: `Services::Leases` (r:16 w:15)
    // Proof: `Services::Leases` (`max_values`: None, `max_size`: Some(349), added: 2824, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:15 w:15)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:1 w:1)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `Organisations::Members` (r:1 w:1)
    // Proof: `Organisations::Members` (`max_values`: None, `max_size`: Some(113), added: 2588, mode: `MaxEncodedLen`)
    // Storage: `Services::LeasesOf` (r:0 w:15)
    // Proof: `Services::LeasesOf` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
    fn scale() -> Weight {
        // Fastest run: 512_624_000 picoseconds. Proof measured: 8850 bytes.
        Weight::from_parts(554_637_000, 46174)
            .saturating_add(T::DbWeight::get().reads(37))
            .saturating_add(T::DbWeight::get().writes(50))
    }
    // Storage: `Services::Services` (r:1 w:1)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(656), added: 3131, mode: `MaxEncodedLen`)
    // Storage: `Services::Leases` (r:16 w:16)
    // Proof: `Services::Leases` (`max_values`: None, `max_size`: Some(349), added: 2824, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:16 w:16)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Market::OrdersOf` (r:1 w:1)
    // Proof: `Market::OrdersOf` (`max_values`: None, `max_size`: Some(531), added: 3006, mode: `MaxEncodedLen`)
    // Storage: `Market::Pages` (r:16 w:16)
    // Proof: `Market::Pages` (`max_values`: None, `max_size`: Some(197), added: 2672, mode: `MaxEncodedLen`)
    // Storage: `Market::Groups` (r:16 w:16)
    // Proof: `Market::Groups` (`max_values`: None, `max_size`: Some(363), added: 2838, mode: `MaxEncodedLen`)
    // Storage: `Market::Books` (r:1 w:1)
    // Proof: `Market::Books` (`max_values`: None, `max_size`: Some(1068), added: 3543, mode: `MaxEncodedLen`)
    // Storage: `Market::RequestOf` (r:1 w:1)
    // Proof: `Market::RequestOf` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
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
    // Storage: `Market::Requests` (r:0 w:1)
    // Proof: `Market::Requests` (`max_values`: None, `max_size`: Some(2655), added: 5130, mode: `MaxEncodedLen`)
    // Storage: `Services::ServicesOf` (r:0 w:1)
    // Proof: `Services::ServicesOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    // Storage: `Services::LeasesOf` (r:0 w:16)
    // Proof: `Services::LeasesOf` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
    fn stop() -> Weight {
        // Fastest run: 1_002_345_000 picoseconds. Proof measured: 10467 bytes.
        Weight::from_parts(1_076_586_000, 46398)
            .saturating_add(T::DbWeight::get().reads(74))
            .saturating_add(T::DbWeight::get().writes(91))
    }
    // Storage: `Services::Leases` (r:1 w:1)
    // Proof: `Services::Leases` (`max_values`: None, `max_size`: Some(349), added: 2824, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:1 w:0)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Services::Rules` (r:1 w:0)
    // Proof: `Services::Rules` (`max_values`: Some(1), `max_size`: Some(13), added: 508, mode: `MaxEncodedLen`)
    // Storage: `Services::Services` (r:1 w:0)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(656), added: 3131, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `Trackers::NextPanel` (r:1 w:1)
    // Proof: `Trackers::NextPanel` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Trackers::SeatCount` (r:1 w:0)
    // Proof: `Trackers::SeatCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Open` (r:0 w:1)
    // Proof: `Trackers::Open` (`max_values`: None, `max_size`: Some(8), added: 2483, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Panels` (r:0 w:1)
    // Proof: `Trackers::Panels` (`max_values`: None, `max_size`: Some(834), added: 3309, mode: `MaxEncodedLen`)
    fn accept() -> Weight {
        // Fastest run: 132_988_000 picoseconds. Proof measured: 1570 bytes.
        Weight::from_parts(141_581_000, 4121)
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    // Storage: `Services::Leases` (r:1 w:1)
    // Proof: `Services::Leases` (`max_values`: None, `max_size`: Some(349), added: 2824, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:1 w:0)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Services::Rules` (r:1 w:0)
    // Proof: `Services::Rules` (`max_values`: Some(1), `max_size`: Some(13), added: 508, mode: `MaxEncodedLen`)
    // Storage: `Services::Services` (r:1 w:0)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(656), added: 3131, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `Trackers::NextPanel` (r:1 w:1)
    // Proof: `Trackers::NextPanel` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Trackers::SeatCount` (r:1 w:0)
    // Proof: `Trackers::SeatCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Open` (r:0 w:1)
    // Proof: `Trackers::Open` (`max_values`: None, `max_size`: Some(8), added: 2483, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Panels` (r:0 w:1)
    // Proof: `Trackers::Panels` (`max_values`: None, `max_size`: Some(834), added: 3309, mode: `MaxEncodedLen`)
    fn set_endpoint() -> Weight {
        // Fastest run: 167_129_000 picoseconds. Proof measured: 2913 bytes.
        Weight::from_parts(175_632_000, 4121)
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    // Storage: `Services::Leases` (r:1 w:1)
    // Proof: `Services::Leases` (`max_values`: None, `max_size`: Some(349), added: 2824, mode: `MaxEncodedLen`)
    // Storage: `Services::Services` (r:1 w:1)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(656), added: 3131, mode: `MaxEncodedLen`)
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
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    fn redeem() -> Weight {
        // Fastest run: 198_927_000 picoseconds. Proof measured: 3235 bytes.
        Weight::from_parts(209_983_000, 6196)
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    // Storage: `Services::Leases` (r:1 w:1)
    // Proof: `Services::Leases` (`max_values`: None, `max_size`: Some(349), added: 2824, mode: `MaxEncodedLen`)
    // Storage: `Services::Services` (r:1 w:0)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(656), added: 3131, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:1 w:0)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Services::Rules` (r:1 w:0)
    // Proof: `Services::Rules` (`max_values`: Some(1), `max_size`: Some(13), added: 508, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `Trackers::NextPanel` (r:1 w:1)
    // Proof: `Trackers::NextPanel` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Trackers::SeatCount` (r:1 w:0)
    // Proof: `Trackers::SeatCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Open` (r:0 w:1)
    // Proof: `Trackers::Open` (`max_values`: None, `max_size`: Some(8), added: 2483, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Panels` (r:0 w:1)
    // Proof: `Trackers::Panels` (`max_values`: None, `max_size`: Some(834), added: 3309, mode: `MaxEncodedLen`)
    fn ask_probe() -> Weight {
        // Fastest run: 167_049_000 picoseconds. Proof measured: 2913 bytes.
        Weight::from_parts(175_832_000, 4121)
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    // Storage: `Services::Leases` (r:1 w:1)
    // Proof: `Services::Leases` (`max_values`: None, `max_size`: Some(349), added: 2824, mode: `MaxEncodedLen`)
    // Storage: `Services::Services` (r:1 w:0)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(656), added: 3131, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `Trackers::NextPanel` (r:1 w:1)
    // Proof: `Trackers::NextPanel` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Trackers::SeatCount` (r:1 w:0)
    // Proof: `Trackers::SeatCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Open` (r:0 w:1)
    // Proof: `Trackers::Open` (`max_values`: None, `max_size`: Some(8), added: 2483, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Panels` (r:0 w:1)
    // Proof: `Trackers::Panels` (`max_values`: None, `max_size`: Some(834), added: 3309, mode: `MaxEncodedLen`)
    fn report_down() -> Weight {
        // Fastest run: 154_470_000 picoseconds. Proof measured: 1986 bytes.
        Weight::from_parts(164_846_000, 4121)
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    // Storage: `Services::Leases` (r:1 w:1)
    // Proof: `Services::Leases` (`max_values`: None, `max_size`: Some(349), added: 2824, mode: `MaxEncodedLen`)
    // Storage: `Services::Services` (r:1 w:1)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(656), added: 3131, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Services::Rules` (r:1 w:0)
    // Proof: `Services::Rules` (`max_values`: Some(1), `max_size`: Some(13), added: 508, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:1 w:1)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:2 w:2)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:3 w:3)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:1 w:1)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `Organisations::Members` (r:1 w:1)
    // Proof: `Organisations::Members` (`max_values`: None, `max_size`: Some(113), added: 2588, mode: `MaxEncodedLen`)
    // Storage: `Services::LeasesOf` (r:0 w:1)
    // Proof: `Services::LeasesOf` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
    fn close() -> Weight {
        // Fastest run: 259_386_000 picoseconds. Proof measured: 2389 bytes.
        Weight::from_parts(273_678_000, 8799)
            .saturating_add(T::DbWeight::get().reads(12))
            .saturating_add(T::DbWeight::get().writes(11))
    }
    // Storage: `Services::Leases` (r:1 w:1)
    // Proof: `Services::Leases` (`max_values`: None, `max_size`: Some(349), added: 2824, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Services::Rules` (r:1 w:0)
    // Proof: `Services::Rules` (`max_values`: Some(1), `max_size`: Some(13), added: 508, mode: `MaxEncodedLen`)
    // Storage: `Services::Services` (r:1 w:1)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(656), added: 3131, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:1 w:1)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:1 w:1)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:2 w:2)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `Escrow::OpenOf` (r:1 w:1)
    // Proof: `Escrow::OpenOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Organisations::Members` (r:1 w:1)
    // Proof: `Organisations::Members` (`max_values`: None, `max_size`: Some(113), added: 2588, mode: `MaxEncodedLen`)
    // Storage: `Services::ServicesOf` (r:0 w:1)
    // Proof: `Services::ServicesOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    // Storage: `Services::LeasesOf` (r:0 w:1)
    // Proof: `Services::LeasesOf` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
    fn finish() -> Weight {
        // Fastest run: 170_724_000 picoseconds. Proof measured: 2368 bytes.
        Weight::from_parts(181_761_000, 6196)
            .saturating_add(T::DbWeight::get().reads(11))
            .saturating_add(T::DbWeight::get().writes(11))
    }
    // Storage: `Services::Leases` (r:1 w:1)
    // Proof: `Services::Leases` (`max_values`: None, `max_size`: Some(349), added: 2824, mode: `MaxEncodedLen`)
    // Storage: `Services::Services` (r:1 w:1)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(656), added: 3131, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:1 w:1)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:2 w:2)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:3 w:3)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:1 w:1)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Organisations::Members` (r:1 w:1)
    // Proof: `Organisations::Members` (`max_values`: None, `max_size`: Some(113), added: 2588, mode: `MaxEncodedLen`)
    // Storage: `Services::LeasesOf` (r:0 w:1)
    // Proof: `Services::LeasesOf` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
    fn decided() -> Weight {
        // Fastest run: 378_394_000 picoseconds. Proof measured: 2511 bytes.
        Weight::from_parts(394_428_000, 8799)
            .saturating_add(T::DbWeight::get().reads(11))
            .saturating_add(T::DbWeight::get().writes(11))
    }
    // Storage: `Services::Leases` (r:1 w:0)
    // Proof: `Services::Leases` (`max_values`: None, `max_size`: Some(349), added: 2824, mode: `MaxEncodedLen`)
    // Storage: `Services::Services` (r:1 w:0)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(656), added: 3131, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:1 w:0)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    fn is_party() -> Weight {
        // Fastest run: 21_653_000 picoseconds. Proof measured: 1242 bytes.
        Weight::from_parts(23_275_000, 4121).saturating_add(T::DbWeight::get().reads(3))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn deploy() -> Weight {
        Weight::from_parts(123_694_000, 3766)
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().writes(9))
    }
    fn top_up() -> Weight {
        Weight::from_parts(405_686_000, 91358)
            .saturating_add(RocksDbWeight::get().reads(37))
            .saturating_add(RocksDbWeight::get().writes(21))
    }
    fn scale() -> Weight {
        Weight::from_parts(554_637_000, 46174)
            .saturating_add(RocksDbWeight::get().reads(37))
            .saturating_add(RocksDbWeight::get().writes(50))
    }
    fn stop() -> Weight {
        Weight::from_parts(1_076_586_000, 46398)
            .saturating_add(RocksDbWeight::get().reads(74))
            .saturating_add(RocksDbWeight::get().writes(91))
    }
    fn accept() -> Weight {
        Weight::from_parts(141_581_000, 4121)
            .saturating_add(RocksDbWeight::get().reads(9))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn set_endpoint() -> Weight {
        Weight::from_parts(175_632_000, 4121)
            .saturating_add(RocksDbWeight::get().reads(9))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn redeem() -> Weight {
        Weight::from_parts(209_983_000, 6196)
            .saturating_add(RocksDbWeight::get().reads(9))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn ask_probe() -> Weight {
        Weight::from_parts(175_832_000, 4121)
            .saturating_add(RocksDbWeight::get().reads(9))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn report_down() -> Weight {
        Weight::from_parts(164_846_000, 4121)
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn close() -> Weight {
        Weight::from_parts(273_678_000, 8799)
            .saturating_add(RocksDbWeight::get().reads(12))
            .saturating_add(RocksDbWeight::get().writes(11))
    }
    fn finish() -> Weight {
        Weight::from_parts(181_761_000, 6196)
            .saturating_add(RocksDbWeight::get().reads(11))
            .saturating_add(RocksDbWeight::get().writes(11))
    }
    fn decided() -> Weight {
        Weight::from_parts(394_428_000, 8799)
            .saturating_add(RocksDbWeight::get().reads(11))
            .saturating_add(RocksDbWeight::get().writes(11))
    }
    fn is_party() -> Weight {
        Weight::from_parts(23_275_000, 4121).saturating_add(RocksDbWeight::get().reads(3))
    }
}
