//! Weights of the calls, from benchmarks: written by `scripts/weights.sh` on 2026-11-23, not by hand.
//!
//! 20 steps, 10 repeats, on AMD EPYC.

#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `take_seat`.
    fn take_seat() -> Weight;
    /// Weight of `top_up`.
    fn top_up() -> Weight;
    /// Weight of `leave`.
    fn leave() -> Weight;
    /// Weight of `vacate`.
    fn vacate() -> Weight;
    /// Weight of `ask_grade`.
    fn ask_grade() -> Weight;
    /// Weight of `convene`, `l` from 10 to 160.
    fn convene(l: u32) -> Weight;
    /// Weight of `commit`.
    fn commit() -> Weight;
    /// Weight of `reveal`.
    fn reveal() -> Weight;
    /// Weight of `close`, `s` from 8 to 15.
    fn close(s: u32) -> Weight;
    /// Weight of `close_silent`, `s` from 1 to 10.
    fn close_silent(s: u32) -> Weight;
}

/// Weights with what the runtime `T` says its database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    // Storage: `Trackers::SeatOf` (r:1 w:1)
    // Proof: `Trackers::SeatOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Trackers::HoleCount` (r:1 w:1)
    // Proof: `Trackers::HoleCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Holes` (r:1 w:1)
    // Proof: `Trackers::Holes` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Seats` (r:0 w:1)
    // Proof: `Trackers::Seats` (`max_values`: None, `max_size`: Some(78), added: 2553, mode: `MaxEncodedLen`)
    // Storage: `Trackers::HoleAt` (r:0 w:1)
    // Proof: `Trackers::HoleAt` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    fn take_seat() -> Weight {
        // Fastest run: 107_330_000 picoseconds. Proof measured: 484 bytes.
        Weight::from_parts(111_637_000, 3766)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    // Storage: `Trackers::Seats` (r:1 w:1)
    // Proof: `Trackers::Seats` (`max_values`: None, `max_size`: Some(78), added: 2553, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Rules` (r:1 w:0)
    // Proof: `Trackers::Rules` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    fn top_up() -> Weight {
        // Fastest run: 97_245_000 picoseconds. Proof measured: 596 bytes.
        Weight::from_parts(101_782_000, 3766)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    // Storage: `Trackers::Seats` (r:1 w:1)
    // Proof: `Trackers::Seats` (`max_values`: None, `max_size`: Some(78), added: 2553, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Rules` (r:1 w:0)
    // Proof: `Trackers::Rules` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
    fn leave() -> Weight {
        // Fastest run: 20_230_000 picoseconds. Proof measured: 374 bytes.
        Weight::from_parts(21_742_000, 3543)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    // Storage: `Trackers::Seats` (r:1 w:1)
    // Proof: `Trackers::Seats` (`max_values`: None, `max_size`: Some(78), added: 2553, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Rules` (r:1 w:0)
    // Proof: `Trackers::Rules` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `Trackers::HoleCount` (r:1 w:1)
    // Proof: `Trackers::HoleCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Trackers::SeatCount` (r:1 w:1)
    // Proof: `Trackers::SeatCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Trackers::HoleAt` (r:7 w:15)
    // Proof: `Trackers::HoleAt` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Holes` (r:7 w:15)
    // Proof: `Trackers::Holes` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    // Storage: `Trackers::SeatOf` (r:0 w:1)
    // Proof: `Trackers::SeatOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    fn vacate() -> Weight {
        // Fastest run: 197_695_000 picoseconds. Proof measured: 1192 bytes.
        Weight::from_parts(205_937_000, 18427)
            .saturating_add(T::DbWeight::get().reads(21))
            .saturating_add(T::DbWeight::get().writes(36))
    }
    // Storage: `Offers::Providers` (r:1 w:0)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Grading` (r:1 w:1)
    // Proof: `Trackers::Grading` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
    // Storage: `Escrow::NextEscrow` (r:1 w:1)
    // Proof: `Escrow::NextEscrow` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Escrow::OpenOf` (r:1 w:1)
    // Proof: `Escrow::OpenOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `Trackers::NextPanel` (r:1 w:1)
    // Proof: `Trackers::NextPanel` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Trackers::SeatCount` (r:1 w:0)
    // Proof: `Trackers::SeatCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:0 w:1)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Open` (r:0 w:1)
    // Proof: `Trackers::Open` (`max_values`: None, `max_size`: Some(8), added: 2483, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Panels` (r:0 w:1)
    // Proof: `Trackers::Panels` (`max_values`: None, `max_size`: Some(834), added: 3309, mode: `MaxEncodedLen`)
    fn ask_grade() -> Weight {
        // Fastest run: 117_155_000 picoseconds. Proof measured: 943 bytes.
        Weight::from_parts(122_392_000, 3766)
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().writes(9))
    }
    // Storage: `Trackers::Panels` (r:1 w:1)
    // Proof: `Trackers::Panels` (`max_values`: None, `max_size`: Some(834), added: 3309, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Rules` (r:1 w:0)
    // Proof: `Trackers::Rules` (`max_values`: Some(1), `max_size`: Some(12), added: 507, mode: `MaxEncodedLen`)
    // Storage: `Randomness::Seeds` (r:1 w:0)
    // Proof: `Randomness::Seeds` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Seats` (r:160 w:10)
    // Proof: `Trackers::Seats` (`max_values`: None, `max_size`: Some(78), added: 2553, mode: `MaxEncodedLen`)
    // Storage: `Projects::Asks` (r:1 w:0)
    // Proof: `Projects::Asks` (`max_values`: None, `max_size`: Some(270), added: 2745, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Sits` (r:0 w:10)
    // Proof: `Trackers::Sits` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
    fn convene(l: u32) -> Weight {
        // Fastest run: 173_048_000 picoseconds. Proof measured: 1324 bytes + 80 for each `l`.
        Weight::from_parts(124_006_120, 4299)
            .saturating_add(Weight::from_parts(5_802_107, 0).saturating_mul(l.into()))
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(l.into())))
            .saturating_add(T::DbWeight::get().writes(21))
            .saturating_add(Weight::from_parts(0, 2553).saturating_mul(l.into()))
    }
    // Storage: `Trackers::Panels` (r:1 w:1)
    // Proof: `Trackers::Panels` (`max_values`: None, `max_size`: Some(834), added: 3309, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Seats` (r:1 w:0)
    // Proof: `Trackers::Seats` (`max_values`: None, `max_size`: Some(78), added: 2553, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    fn commit() -> Weight {
        // Fastest run: 29_264_000 picoseconds. Proof measured: 1290 bytes.
        Weight::from_parts(32_829_000, 4299)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    // Storage: `Trackers::Panels` (r:1 w:1)
    // Proof: `Trackers::Panels` (`max_values`: None, `max_size`: Some(834), added: 3309, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Seats` (r:1 w:0)
    // Proof: `Trackers::Seats` (`max_values`: None, `max_size`: Some(78), added: 2553, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    fn reveal() -> Weight {
        // Fastest run: 30_415_000 picoseconds. Proof measured: 1610 bytes.
        Weight::from_parts(34_011_000, 4299)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    // Storage: `Trackers::Panels` (r:1 w:1)
    // Proof: `Trackers::Panels` (`max_values`: None, `max_size`: Some(834), added: 3309, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:1 w:1)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Seats` (r:15 w:15)
    // Proof: `Trackers::Seats` (`max_values`: None, `max_size`: Some(78), added: 2553, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:17 w:17)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:8 w:8)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `Projects::Asks` (r:1 w:0)
    // Proof: `Projects::Asks` (`max_values`: None, `max_size`: Some(270), added: 2745, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Open` (r:0 w:1)
    // Proof: `Trackers::Open` (`max_values`: None, `max_size`: Some(8), added: 2483, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Sits` (r:0 w:15)
    // Proof: `Trackers::Sits` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
    fn close(s: u32) -> Weight {
        // Fastest run: 707_906_000 picoseconds. Proof measured: 837 bytes + 274 for each `s`.
        Weight::from_parts(156_237_397, 4299)
            .saturating_add(Weight::from_parts(73_622_732, 0).saturating_mul(s.into()))
            .saturating_add(T::DbWeight::get().reads(21))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(s.into())))
            .saturating_add(T::DbWeight::get().writes(29))
            .saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(s.into())))
            .saturating_add(Weight::from_parts(0, 2863).saturating_mul(s.into()))
    }
    // Storage: `Trackers::Panels` (r:1 w:1)
    // Proof: `Trackers::Panels` (`max_values`: None, `max_size`: Some(834), added: 3309, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Seats` (r:10 w:10)
    // Proof: `Trackers::Seats` (`max_values`: None, `max_size`: Some(78), added: 2553, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:10 w:10)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:11 w:11)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Projects::Asks` (r:1 w:0)
    // Proof: `Projects::Asks` (`max_values`: None, `max_size`: Some(270), added: 2745, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Open` (r:0 w:1)
    // Proof: `Trackers::Open` (`max_values`: None, `max_size`: Some(8), added: 2483, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Sits` (r:0 w:10)
    // Proof: `Trackers::Sits` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
    fn close_silent(s: u32) -> Weight {
        // Fastest run: 111_195_000 picoseconds. Proof measured: 999 bytes + 273 for each `s`.
        Weight::from_parts(44_468_430, 4299)
            .saturating_add(Weight::from_parts(71_589_014, 0).saturating_mul(s.into()))
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(s.into())))
            .saturating_add(T::DbWeight::get().writes(3))
            .saturating_add(T::DbWeight::get().writes(4_u64.saturating_mul(s.into())))
            .saturating_add(Weight::from_parts(0, 2776).saturating_mul(s.into()))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn take_seat() -> Weight {
        Weight::from_parts(111_637_000, 3766)
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(7))
    }
    fn top_up() -> Weight {
        Weight::from_parts(101_782_000, 3766)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn leave() -> Weight {
        Weight::from_parts(21_742_000, 3543)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn vacate() -> Weight {
        Weight::from_parts(205_937_000, 18427)
            .saturating_add(RocksDbWeight::get().reads(21))
            .saturating_add(RocksDbWeight::get().writes(36))
    }
    fn ask_grade() -> Weight {
        Weight::from_parts(122_392_000, 3766)
            .saturating_add(RocksDbWeight::get().reads(9))
            .saturating_add(RocksDbWeight::get().writes(9))
    }
    fn convene(l: u32) -> Weight {
        Weight::from_parts(124_006_120, 4299)
            .saturating_add(Weight::from_parts(5_802_107, 0).saturating_mul(l.into()))
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(l.into())))
            .saturating_add(RocksDbWeight::get().writes(21))
            .saturating_add(Weight::from_parts(0, 2553).saturating_mul(l.into()))
    }
    fn commit() -> Weight {
        Weight::from_parts(32_829_000, 4299)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn reveal() -> Weight {
        Weight::from_parts(34_011_000, 4299)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn close(s: u32) -> Weight {
        Weight::from_parts(156_237_397, 4299)
            .saturating_add(Weight::from_parts(73_622_732, 0).saturating_mul(s.into()))
            .saturating_add(RocksDbWeight::get().reads(21))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(s.into())))
            .saturating_add(RocksDbWeight::get().writes(29))
            .saturating_add(RocksDbWeight::get().writes(1_u64.saturating_mul(s.into())))
            .saturating_add(Weight::from_parts(0, 2863).saturating_mul(s.into()))
    }
    fn close_silent(s: u32) -> Weight {
        Weight::from_parts(44_468_430, 4299)
            .saturating_add(Weight::from_parts(71_589_014, 0).saturating_mul(s.into()))
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().reads(3_u64.saturating_mul(s.into())))
            .saturating_add(RocksDbWeight::get().writes(3))
            .saturating_add(RocksDbWeight::get().writes(4_u64.saturating_mul(s.into())))
            .saturating_add(Weight::from_parts(0, 2776).saturating_mul(s.into()))
    }
}
