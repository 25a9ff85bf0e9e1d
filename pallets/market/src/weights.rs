//! Weights of the calls, from benchmarks: written by `scripts/weights.sh` on 2026-11-23, not by hand.
//!
//! 20 steps, 10 repeats, on AMD EPYC.

#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `ask_matched`, `d` from 0 to 4.
    fn ask_matched(d: u32) -> Weight;
    /// Weight of `ask_placed`, `d` from 0 to 4.
    fn ask_placed(d: u32) -> Weight;
    /// Weight of `bid_matched`, `d` from 0 to 4.
    fn bid_matched(d: u32) -> Weight;
    /// Weight of `bid_placed`, `d` from 0 to 4.
    fn bid_placed(d: u32) -> Weight;
    /// Weight of `cancel_ask`.
    fn cancel_ask() -> Weight;
    /// Weight of `cancel_bid`.
    fn cancel_bid() -> Weight;
    /// Weight of `request`.
    fn request() -> Weight;
    /// Weight of `propose`, `p` from 1 to 16.
    fn propose(p: u32) -> Weight;
    /// Weight of `settle`, `p` from 1 to 16.
    fn settle(p: u32) -> Weight;
    /// Weight of `withdraw`.
    fn withdraw() -> Weight;
}

/// Weights with what the runtime `T` says its database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    // Storage: `Offers::Providers` (r:1 w:1)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Market::Books` (r:1 w:1)
    // Proof: `Market::Books` (`max_values`: None, `max_size`: Some(1068), added: 3543, mode: `MaxEncodedLen`)
    // Storage: `Market::Groups` (r:5 w:5)
    // Proof: `Market::Groups` (`max_values`: None, `max_size`: Some(363), added: 2838, mode: `MaxEncodedLen`)
    // Storage: `Market::Pages` (r:5 w:5)
    // Proof: `Market::Pages` (`max_values`: None, `max_size`: Some(197), added: 2672, mode: `MaxEncodedLen`)
    // Storage: `Services::Services` (r:5 w:1)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(656), added: 3131, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:5 w:1)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `Services::Rules` (r:1 w:0)
    // Proof: `Services::Rules` (`max_values`: Some(1), `max_size`: Some(13), added: 508, mode: `MaxEncodedLen`)
    // Storage: `Market::OrdersOf` (r:5 w:5)
    // Proof: `Market::OrdersOf` (`max_values`: None, `max_size`: Some(531), added: 3006, mode: `MaxEncodedLen`)
    // Storage: `Services::NextLease` (r:1 w:1)
    // Proof: `Services::NextLease` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `Organisations::Members` (r:1 w:1)
    // Proof: `Organisations::Members` (`max_values`: None, `max_size`: Some(113), added: 2588, mode: `MaxEncodedLen`)
    // Storage: `Services::LeasesOf` (r:0 w:1)
    // Proof: `Services::LeasesOf` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
    // Storage: `Services::Leases` (r:0 w:1)
    // Proof: `Services::Leases` (`max_values`: None, `max_size`: Some(349), added: 2824, mode: `MaxEncodedLen`)
    fn ask_matched(d: u32) -> Weight {
        // Fastest run: 332_366_000 picoseconds. Proof measured: 6278 bytes + 1339 for each `d`.
        Weight::from_parts(347_605_692, 4533)
            .saturating_add(Weight::from_parts(59_457_851, 0).saturating_mul(d.into()))
            .saturating_add(T::DbWeight::get().reads(13))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(d.into())))
            .saturating_add(T::DbWeight::get().writes(13))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(d.into())))
            .saturating_add(Weight::from_parts(0, 3131).saturating_mul(d.into()))
    }
    // Storage: `Offers::Providers` (r:1 w:1)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Market::Books` (r:1 w:1)
    // Proof: `Market::Books` (`max_values`: None, `max_size`: Some(1068), added: 3543, mode: `MaxEncodedLen`)
    // Storage: `Market::Groups` (r:5 w:5)
    // Proof: `Market::Groups` (`max_values`: None, `max_size`: Some(363), added: 2838, mode: `MaxEncodedLen`)
    // Storage: `Market::Pages` (r:5 w:6)
    // Proof: `Market::Pages` (`max_values`: None, `max_size`: Some(197), added: 2672, mode: `MaxEncodedLen`)
    // Storage: `Services::Services` (r:4 w:0)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(656), added: 3131, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:4 w:0)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `Services::Rules` (r:1 w:0)
    // Proof: `Services::Rules` (`max_values`: Some(1), `max_size`: Some(13), added: 508, mode: `MaxEncodedLen`)
    // Storage: `Market::OrdersOf` (r:5 w:5)
    // Proof: `Market::OrdersOf` (`max_values`: None, `max_size`: Some(531), added: 3006, mode: `MaxEncodedLen`)
    // Storage: `Market::NextPage` (r:1 w:1)
    // Proof: `Market::NextPage` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    fn ask_placed(d: u32) -> Weight {
        // Fastest run: 151_906_000 picoseconds. Proof measured: 5800 bytes + 1290 for each `d`.
        Weight::from_parts(174_513_271, 4533)
            .saturating_add(Weight::from_parts(66_460_103, 0).saturating_mul(d.into()))
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().reads(5_u64.saturating_mul(d.into())))
            .saturating_add(T::DbWeight::get().writes(6))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(d.into())))
            .saturating_add(Weight::from_parts(0, 3131).saturating_mul(d.into()))
    }
    // Storage: `Services::Services` (r:1 w:1)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(656), added: 3131, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:1 w:1)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `Services::Rules` (r:1 w:0)
    // Proof: `Services::Rules` (`max_values`: Some(1), `max_size`: Some(13), added: 508, mode: `MaxEncodedLen`)
    // Storage: `Market::OrdersOf` (r:6 w:5)
    // Proof: `Market::OrdersOf` (`max_values`: None, `max_size`: Some(531), added: 3006, mode: `MaxEncodedLen`)
    // Storage: `Market::Books` (r:1 w:1)
    // Proof: `Market::Books` (`max_values`: None, `max_size`: Some(1068), added: 3543, mode: `MaxEncodedLen`)
    // Storage: `Market::Groups` (r:5 w:5)
    // Proof: `Market::Groups` (`max_values`: None, `max_size`: Some(363), added: 2838, mode: `MaxEncodedLen`)
    // Storage: `Market::Pages` (r:5 w:5)
    // Proof: `Market::Pages` (`max_values`: None, `max_size`: Some(197), added: 2672, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:5 w:4)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Services::NextLease` (r:1 w:1)
    // Proof: `Services::NextLease` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `Organisations::Members` (r:1 w:1)
    // Proof: `Organisations::Members` (`max_values`: None, `max_size`: Some(113), added: 2588, mode: `MaxEncodedLen`)
    // Storage: `Services::LeasesOf` (r:0 w:1)
    // Proof: `Services::LeasesOf` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
    // Storage: `Services::Leases` (r:0 w:1)
    // Proof: `Services::Leases` (`max_values`: None, `max_size`: Some(349), added: 2824, mode: `MaxEncodedLen`)
    fn bid_matched(d: u32) -> Weight {
        // Fastest run: 337_103_000 picoseconds. Proof measured: 7050 bytes + 1676 for each `d`.
        Weight::from_parts(373_538_101, 7002)
            .saturating_add(Weight::from_parts(63_975_934, 0).saturating_mul(d.into()))
            .saturating_add(T::DbWeight::get().reads(14))
            .saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(d.into())))
            .saturating_add(T::DbWeight::get().writes(12))
            .saturating_add(T::DbWeight::get().writes(4_u64.saturating_mul(d.into())))
            .saturating_add(Weight::from_parts(0, 3006).saturating_mul(d.into()))
    }
    // Storage: `Services::Services` (r:1 w:0)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(656), added: 3131, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:1 w:0)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `Services::Rules` (r:1 w:0)
    // Proof: `Services::Rules` (`max_values`: Some(1), `max_size`: Some(13), added: 508, mode: `MaxEncodedLen`)
    // Storage: `Market::OrdersOf` (r:5 w:5)
    // Proof: `Market::OrdersOf` (`max_values`: None, `max_size`: Some(531), added: 3006, mode: `MaxEncodedLen`)
    // Storage: `Market::Books` (r:1 w:1)
    // Proof: `Market::Books` (`max_values`: None, `max_size`: Some(1068), added: 3543, mode: `MaxEncodedLen`)
    // Storage: `Market::Groups` (r:5 w:5)
    // Proof: `Market::Groups` (`max_values`: None, `max_size`: Some(363), added: 2838, mode: `MaxEncodedLen`)
    // Storage: `Market::Pages` (r:5 w:5)
    // Proof: `Market::Pages` (`max_values`: None, `max_size`: Some(197), added: 2672, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:4 w:4)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    fn bid_placed(d: u32) -> Weight {
        // Fastest run: 156_133_000 picoseconds. Proof measured: 5247 bytes + 1973 for each `d`.
        Weight::from_parts(172_493_194, 4533)
            .saturating_add(Weight::from_parts(71_525_523, 0).saturating_mul(d.into()))
            .saturating_add(T::DbWeight::get().reads(7))
            .saturating_add(T::DbWeight::get().reads(4_u64.saturating_mul(d.into())))
            .saturating_add(T::DbWeight::get().writes(3))
            .saturating_add(T::DbWeight::get().writes(4_u64.saturating_mul(d.into())))
            .saturating_add(Weight::from_parts(0, 3006).saturating_mul(d.into()))
    }
    // Storage: `Market::Pages` (r:3 w:3)
    // Proof: `Market::Pages` (`max_values`: None, `max_size`: Some(197), added: 2672, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:1 w:1)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Market::Groups` (r:1 w:1)
    // Proof: `Market::Groups` (`max_values`: None, `max_size`: Some(363), added: 2838, mode: `MaxEncodedLen`)
    // Storage: `Market::OrdersOf` (r:1 w:1)
    // Proof: `Market::OrdersOf` (`max_values`: None, `max_size`: Some(531), added: 3006, mode: `MaxEncodedLen`)
    fn cancel_ask() -> Weight {
        // Fastest run: 167_250_000 picoseconds. Proof measured: 5431 bytes.
        Weight::from_parts(194_430_000, 9006)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    // Storage: `Market::Pages` (r:3 w:3)
    // Proof: `Market::Pages` (`max_values`: None, `max_size`: Some(197), added: 2672, mode: `MaxEncodedLen`)
    // Storage: `Services::Services` (r:1 w:0)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(656), added: 3131, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:1 w:0)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `Services::Rules` (r:1 w:0)
    // Proof: `Services::Rules` (`max_values`: Some(1), `max_size`: Some(13), added: 508, mode: `MaxEncodedLen`)
    // Storage: `Market::Groups` (r:1 w:1)
    // Proof: `Market::Groups` (`max_values`: None, `max_size`: Some(363), added: 2838, mode: `MaxEncodedLen`)
    // Storage: `Market::OrdersOf` (r:1 w:1)
    // Proof: `Market::OrdersOf` (`max_values`: None, `max_size`: Some(531), added: 3006, mode: `MaxEncodedLen`)
    fn cancel_bid() -> Weight {
        // Fastest run: 172_107_000 picoseconds. Proof measured: 5114 bytes.
        Weight::from_parts(194_851_000, 9006)
            .saturating_add(T::DbWeight::get().reads(8))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    // Storage: `Services::Services` (r:1 w:0)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(656), added: 3131, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:1 w:0)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `Services::Rules` (r:1 w:0)
    // Proof: `Services::Rules` (`max_values`: Some(1), `max_size`: Some(13), added: 508, mode: `MaxEncodedLen`)
    // Storage: `Market::RequestOf` (r:1 w:1)
    // Proof: `Market::RequestOf` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    // Storage: `Market::OrdersOf` (r:1 w:0)
    // Proof: `Market::OrdersOf` (`max_values`: None, `max_size`: Some(531), added: 3006, mode: `MaxEncodedLen`)
    // Storage: `Market::NextRequest` (r:1 w:1)
    // Proof: `Market::NextRequest` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Market::Requests` (r:0 w:1)
    // Proof: `Market::Requests` (`max_values`: None, `max_size`: Some(2655), added: 5130, mode: `MaxEncodedLen`)
    fn request() -> Weight {
        // Fastest run: 39_729_000 picoseconds. Proof measured: 905 bytes.
        Weight::from_parts(43_315_000, 4121)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    // Storage: `Market::Requests` (r:1 w:1)
    // Proof: `Market::Requests` (`max_values`: None, `max_size`: Some(2655), added: 5130, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Services::Services` (r:1 w:0)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(656), added: 3131, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:1 w:0)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `Services::Rules` (r:1 w:0)
    // Proof: `Services::Rules` (`max_values`: Some(1), `max_size`: Some(13), added: 508, mode: `MaxEncodedLen`)
    // Storage: `Market::OrdersOf` (r:1 w:0)
    // Proof: `Market::OrdersOf` (`max_values`: None, `max_size`: Some(531), added: 3006, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:16 w:0)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    fn propose(p: u32) -> Weight {
        // Fastest run: 54_511_000 picoseconds. Proof measured: 1425 bytes + 290 for each `p`.
        Weight::from_parts(54_258_090, 6120)
            .saturating_add(Weight::from_parts(5_050_403, 0).saturating_mul(p.into()))
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(p.into())))
            .saturating_add(T::DbWeight::get().writes(1))
            .saturating_add(Weight::from_parts(0, 2749).saturating_mul(p.into()))
    }
    // Storage: `Market::Requests` (r:1 w:1)
    // Proof: `Market::Requests` (`max_values`: None, `max_size`: Some(2655), added: 5130, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Services::Services` (r:1 w:1)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(656), added: 3131, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:1 w:1)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `Services::Rules` (r:1 w:0)
    // Proof: `Services::Rules` (`max_values`: Some(1), `max_size`: Some(13), added: 508, mode: `MaxEncodedLen`)
    // Storage: `Randomness::Seeds` (r:1 w:0)
    // Proof: `Randomness::Seeds` (`max_values`: None, `max_size`: Some(40), added: 2515, mode: `MaxEncodedLen`)
    // Storage: `Market::OrdersOf` (r:1 w:0)
    // Proof: `Market::OrdersOf` (`max_values`: None, `max_size`: Some(531), added: 3006, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:16 w:16)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Services::NextLease` (r:1 w:1)
    // Proof: `Services::NextLease` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `Organisations::Members` (r:1 w:1)
    // Proof: `Organisations::Members` (`max_values`: None, `max_size`: Some(113), added: 2588, mode: `MaxEncodedLen`)
    // Storage: `Market::RequestOf` (r:0 w:1)
    // Proof: `Market::RequestOf` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    // Storage: `Services::LeasesOf` (r:0 w:16)
    // Proof: `Services::LeasesOf` (`max_values`: None, `max_size`: Some(28), added: 2503, mode: `MaxEncodedLen`)
    // Storage: `Services::Leases` (r:0 w:16)
    // Proof: `Services::Leases` (`max_values`: None, `max_size`: Some(349), added: 2824, mode: `MaxEncodedLen`)
    fn settle(p: u32) -> Weight {
        // Fastest run: 180_008_000 picoseconds. Proof measured: 2014 bytes + 291 for each `p`.
        Weight::from_parts(88_967_553, 6120)
            .saturating_add(Weight::from_parts(101_307_116, 0).saturating_mul(p.into()))
            .saturating_add(T::DbWeight::get().reads(11))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(p.into())))
            .saturating_add(T::DbWeight::get().writes(8))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(p.into())))
            .saturating_add(Weight::from_parts(0, 2749).saturating_mul(p.into()))
    }
    // Storage: `Market::Requests` (r:1 w:1)
    // Proof: `Market::Requests` (`max_values`: None, `max_size`: Some(2655), added: 5130, mode: `MaxEncodedLen`)
    // Storage: `Services::Services` (r:1 w:0)
    // Proof: `Services::Services` (`max_values`: None, `max_size`: Some(656), added: 3131, mode: `MaxEncodedLen`)
    // Storage: `Escrow::Escrows` (r:1 w:0)
    // Proof: `Escrow::Escrows` (`max_values`: None, `max_size`: Some(112), added: 2587, mode: `MaxEncodedLen`)
    // Storage: `Services::Rules` (r:1 w:0)
    // Proof: `Services::Rules` (`max_values`: Some(1), `max_size`: Some(13), added: 508, mode: `MaxEncodedLen`)
    // Storage: `Market::RequestOf` (r:0 w:1)
    // Proof: `Market::RequestOf` (`max_values`: None, `max_size`: Some(16), added: 2491, mode: `MaxEncodedLen`)
    fn withdraw() -> Weight {
        // Fastest run: 40_801_000 picoseconds. Proof measured: 1344 bytes.
        Weight::from_parts(44_286_000, 6120)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(2))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn ask_matched(d: u32) -> Weight {
        Weight::from_parts(347_605_692, 4533)
            .saturating_add(Weight::from_parts(59_457_851, 0).saturating_mul(d.into()))
            .saturating_add(RocksDbWeight::get().reads(13))
            .saturating_add(RocksDbWeight::get().reads(5_u64.saturating_mul(d.into())))
            .saturating_add(RocksDbWeight::get().writes(13))
            .saturating_add(RocksDbWeight::get().writes(3_u64.saturating_mul(d.into())))
            .saturating_add(Weight::from_parts(0, 3131).saturating_mul(d.into()))
    }
    fn ask_placed(d: u32) -> Weight {
        Weight::from_parts(174_513_271, 4533)
            .saturating_add(Weight::from_parts(66_460_103, 0).saturating_mul(d.into()))
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().reads(5_u64.saturating_mul(d.into())))
            .saturating_add(RocksDbWeight::get().writes(6))
            .saturating_add(RocksDbWeight::get().writes(3_u64.saturating_mul(d.into())))
            .saturating_add(Weight::from_parts(0, 3131).saturating_mul(d.into()))
    }
    fn bid_matched(d: u32) -> Weight {
        Weight::from_parts(373_538_101, 7002)
            .saturating_add(Weight::from_parts(63_975_934, 0).saturating_mul(d.into()))
            .saturating_add(RocksDbWeight::get().reads(14))
            .saturating_add(RocksDbWeight::get().reads(4_u64.saturating_mul(d.into())))
            .saturating_add(RocksDbWeight::get().writes(12))
            .saturating_add(RocksDbWeight::get().writes(4_u64.saturating_mul(d.into())))
            .saturating_add(Weight::from_parts(0, 3006).saturating_mul(d.into()))
    }
    fn bid_placed(d: u32) -> Weight {
        Weight::from_parts(172_493_194, 4533)
            .saturating_add(Weight::from_parts(71_525_523, 0).saturating_mul(d.into()))
            .saturating_add(RocksDbWeight::get().reads(7))
            .saturating_add(RocksDbWeight::get().reads(4_u64.saturating_mul(d.into())))
            .saturating_add(RocksDbWeight::get().writes(3))
            .saturating_add(RocksDbWeight::get().writes(4_u64.saturating_mul(d.into())))
            .saturating_add(Weight::from_parts(0, 3006).saturating_mul(d.into()))
    }
    fn cancel_ask() -> Weight {
        Weight::from_parts(194_430_000, 9006)
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn cancel_bid() -> Weight {
        Weight::from_parts(194_851_000, 9006)
            .saturating_add(RocksDbWeight::get().reads(8))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn request() -> Weight {
        Weight::from_parts(43_315_000, 4121)
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn propose(p: u32) -> Weight {
        Weight::from_parts(54_258_090, 6120)
            .saturating_add(Weight::from_parts(5_050_403, 0).saturating_mul(p.into()))
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(p.into())))
            .saturating_add(RocksDbWeight::get().writes(1))
            .saturating_add(Weight::from_parts(0, 2749).saturating_mul(p.into()))
    }
    fn settle(p: u32) -> Weight {
        Weight::from_parts(88_967_553, 6120)
            .saturating_add(Weight::from_parts(101_307_116, 0).saturating_mul(p.into()))
            .saturating_add(RocksDbWeight::get().reads(11))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(p.into())))
            .saturating_add(RocksDbWeight::get().writes(8))
            .saturating_add(RocksDbWeight::get().writes(3_u64.saturating_mul(p.into())))
            .saturating_add(Weight::from_parts(0, 2749).saturating_mul(p.into()))
    }
    fn withdraw() -> Weight {
        Weight::from_parts(44_286_000, 6120)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(2))
    }
}
