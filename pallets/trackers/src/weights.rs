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
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(283), added: 2758, mode: `MaxEncodedLen`)
    // Storage: `Trackers::HoleCount` (r:1 w:1)
    // Proof: `Trackers::HoleCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Holes` (r:1 w:1)
    // Proof: `Trackers::Holes` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Seats` (r:0 w:1)
    // Proof: `Trackers::Seats` (`max_values`: None, `max_size`: Some(78), added: 2553, mode: `MaxEncodedLen`)
    fn take_seat() -> Weight {
        // Fastest run: 103_073_000 picoseconds. Proof measured: 451 bytes.
        Weight::from_parts(108_652_000, 3748)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(6))
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
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(283), added: 2758, mode: `MaxEncodedLen`)
    fn top_up() -> Weight {
        // Fastest run: 100_841_000 picoseconds. Proof measured: 596 bytes.
        Weight::from_parts(105_247_000, 3748)
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
        // Fastest run: 21_191_000 picoseconds. Proof measured: 374 bytes.
        Weight::from_parts(22_964_000, 3543)
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
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(283), added: 2758, mode: `MaxEncodedLen`)
    // Storage: `Trackers::HoleCount` (r:1 w:1)
    // Proof: `Trackers::HoleCount` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Trackers::SeatOf` (r:0 w:1)
    // Proof: `Trackers::SeatOf` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Holes` (r:0 w:1)
    // Proof: `Trackers::Holes` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    fn vacate() -> Weight {
        // Fastest run: 85_718_000 picoseconds. Proof measured: 596 bytes.
        Weight::from_parts(90_635_000, 3748)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(6))
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
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(283), added: 2758, mode: `MaxEncodedLen`)
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
        // Fastest run: 121_551_000 picoseconds. Proof measured: 943 bytes.
        Weight::from_parts(127_491_000, 3748)
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
        // Fastest run: 184_415_000 picoseconds. Proof measured: 1324 bytes + 80 for each `l`.
        Weight::from_parts(151_488_897, 4299)
            .saturating_add(Weight::from_parts(6_132_612, 0).saturating_mul(l.into()))
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
        // Fastest run: 30_867_000 picoseconds. Proof measured: 1290 bytes.
        Weight::from_parts(37_295_000, 4299)
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
        // Fastest run: 31_477_000 picoseconds. Proof measured: 1610 bytes.
        Weight::from_parts(36_003_000, 4299)
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
    // Storage: `Balances::Holds` (r:6 w:6)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(283), added: 2758, mode: `MaxEncodedLen`)
    // Storage: `Projects::Asks` (r:1 w:0)
    // Proof: `Projects::Asks` (`max_values`: None, `max_size`: Some(270), added: 2745, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Open` (r:0 w:1)
    // Proof: `Trackers::Open` (`max_values`: None, `max_size`: Some(8), added: 2483, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Sits` (r:0 w:15)
    // Proof: `Trackers::Sits` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
    fn close(s: u32) -> Weight {
        // Fastest run: 711_311_000 picoseconds. Proof measured: 744 bytes + 275 for each `s`.
        Weight::from_parts(101_639_802, 24417)
            .saturating_add(Weight::from_parts(81_258_868, 0).saturating_mul(s.into()))
            .saturating_add(T::DbWeight::get().reads(21))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(s.into())))
            .saturating_add(T::DbWeight::get().writes(29))
            .saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(s.into())))
            .saturating_add(Weight::from_parts(0, 2553).saturating_mul(s.into()))
    }
    // Storage: `Trackers::Panels` (r:1 w:1)
    // Proof: `Trackers::Panels` (`max_values`: None, `max_size`: Some(834), added: 3309, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Seats` (r:10 w:10)
    // Proof: `Trackers::Seats` (`max_values`: None, `max_size`: Some(78), added: 2553, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:10 w:10)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(283), added: 2758, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:11 w:11)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Projects::Asks` (r:1 w:0)
    // Proof: `Projects::Asks` (`max_values`: None, `max_size`: Some(270), added: 2745, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Open` (r:0 w:1)
    // Proof: `Trackers::Open` (`max_values`: None, `max_size`: Some(8), added: 2483, mode: `MaxEncodedLen`)
    // Storage: `Trackers::Sits` (r:0 w:10)
    // Proof: `Trackers::Sits` (`max_values`: None, `max_size`: Some(20), added: 2495, mode: `MaxEncodedLen`)
    fn close_silent(s: u32) -> Weight {
        // Fastest run: 113_730_000 picoseconds. Proof measured: 999 bytes + 273 for each `s`.
        Weight::from_parts(46_676_708, 4299)
            .saturating_add(Weight::from_parts(74_700_804, 0).saturating_mul(s.into()))
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(s.into())))
            .saturating_add(T::DbWeight::get().writes(3))
            .saturating_add(T::DbWeight::get().writes(4_u64.saturating_mul(s.into())))
            .saturating_add(Weight::from_parts(0, 2758).saturating_mul(s.into()))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn take_seat() -> Weight {
        Weight::from_parts(108_652_000, 3748)
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn top_up() -> Weight {
        Weight::from_parts(105_247_000, 3748)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn leave() -> Weight {
        Weight::from_parts(22_964_000, 3543)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn vacate() -> Weight {
        Weight::from_parts(90_635_000, 3748)
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn ask_grade() -> Weight {
        Weight::from_parts(127_491_000, 3748)
            .saturating_add(RocksDbWeight::get().reads(9))
            .saturating_add(RocksDbWeight::get().writes(9))
    }
    fn convene(l: u32) -> Weight {
        Weight::from_parts(151_488_897, 4299)
            .saturating_add(Weight::from_parts(6_132_612, 0).saturating_mul(l.into()))
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(l.into())))
            .saturating_add(RocksDbWeight::get().writes(21))
            .saturating_add(Weight::from_parts(0, 2553).saturating_mul(l.into()))
    }
    fn commit() -> Weight {
        Weight::from_parts(37_295_000, 4299)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn reveal() -> Weight {
        Weight::from_parts(36_003_000, 4299)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn close(s: u32) -> Weight {
        Weight::from_parts(101_639_802, 24417)
            .saturating_add(Weight::from_parts(81_258_868, 0).saturating_mul(s.into()))
            .saturating_add(RocksDbWeight::get().reads(21))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(s.into())))
            .saturating_add(RocksDbWeight::get().writes(29))
            .saturating_add(RocksDbWeight::get().writes(1_u64.saturating_mul(s.into())))
            .saturating_add(Weight::from_parts(0, 2553).saturating_mul(s.into()))
    }
    fn close_silent(s: u32) -> Weight {
        Weight::from_parts(46_676_708, 4299)
            .saturating_add(Weight::from_parts(74_700_804, 0).saturating_mul(s.into()))
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().reads(3_u64.saturating_mul(s.into())))
            .saturating_add(RocksDbWeight::get().writes(3))
            .saturating_add(RocksDbWeight::get().writes(4_u64.saturating_mul(s.into())))
            .saturating_add(Weight::from_parts(0, 2758).saturating_mul(s.into()))
    }
}
