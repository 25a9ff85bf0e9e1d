//! Weights of the calls, from benchmarks: written by `scripts/weights.sh` on 2026-11-23, not by hand.
//!
//! 50 steps, 20 repeats, on AMD EPYC.

#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `create`.
    fn create() -> Weight;
    /// Weight of `grant`.
    fn grant() -> Weight;
    /// Weight of `withdraw`.
    fn withdraw() -> Weight;
    /// Weight of `acquire`.
    fn acquire() -> Weight;
    /// Weight of `release`.
    fn release() -> Weight;
    /// Weight of `commit`.
    fn commit() -> Weight;
    /// Weight of `remove`, `n` from 0 to 16.
    fn remove(n: u32) -> Weight;
    /// Weight of `set_label`.
    fn set_label() -> Weight;
    /// Weight of `publish`.
    fn publish() -> Weight;
    /// Weight of `drop_deal`.
    fn drop_deal() -> Weight;
    /// Weight of `prolong_deal`.
    fn prolong_deal() -> Weight;
}

/// Weights with what the runtime `T` says its database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    // Storage: `Buckets::NextBucket` (r:1 w:1)
    // Proof: `Buckets::NextBucket` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
    // Storage: `Gateways::Gateways` (r:1 w:0)
    // Proof: `Gateways::Gateways` (`max_values`: None, `max_size`: Some(314), added: 2789, mode: `MaxEncodedLen`)
    // Storage: `Buckets::Grants` (r:1 w:1)
    // Proof: `Buckets::Grants` (`max_values`: None, `max_size`: Some(183), added: 2658, mode: `MaxEncodedLen`)
    // Storage: `Buckets::OfOwner` (r:0 w:1)
    // Proof: `Buckets::OfOwner` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    // Storage: `Buckets::Buckets` (r:0 w:1)
    // Proof: `Buckets::Buckets` (`max_values`: None, `max_size`: Some(855), added: 3330, mode: `MaxEncodedLen`)
    // Storage: `Buckets::OfGateway` (r:0 w:1)
    // Proof: `Buckets::OfGateway` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    fn create() -> Weight {
        // Fastest run: 233_497_000 picoseconds. Proof measured: 987 bytes.
        Weight::from_parts(245_565_000, 3838)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    // Storage: `Buckets::Buckets` (r:1 w:1)
    // Proof: `Buckets::Buckets` (`max_values`: None, `max_size`: Some(855), added: 3330, mode: `MaxEncodedLen`)
    // Storage: `Gateways::Gateways` (r:1 w:0)
    // Proof: `Gateways::Gateways` (`max_values`: None, `max_size`: Some(314), added: 2789, mode: `MaxEncodedLen`)
    // Storage: `Buckets::Grants` (r:1 w:1)
    // Proof: `Buckets::Grants` (`max_values`: None, `max_size`: Some(183), added: 2658, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
    // Storage: `Buckets::OfGateway` (r:0 w:1)
    // Proof: `Buckets::OfGateway` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    fn grant() -> Weight {
        // Fastest run: 157_954_000 picoseconds. Proof measured: 1865 bytes.
        Weight::from_parts(168_981_000, 4320)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    // Storage: `Buckets::Buckets` (r:1 w:1)
    // Proof: `Buckets::Buckets` (`max_values`: None, `max_size`: Some(855), added: 3330, mode: `MaxEncodedLen`)
    // Storage: `Buckets::Grants` (r:1 w:1)
    // Proof: `Buckets::Grants` (`max_values`: None, `max_size`: Some(183), added: 2658, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
    // Storage: `Buckets::OfGateway` (r:0 w:1)
    // Proof: `Buckets::OfGateway` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    fn withdraw() -> Weight {
        // Fastest run: 123_894_000 picoseconds. Proof measured: 1163 bytes.
        Weight::from_parts(138_575_000, 4320)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    // Storage: `Buckets::Buckets` (r:1 w:1)
    // Proof: `Buckets::Buckets` (`max_values`: None, `max_size`: Some(855), added: 3330, mode: `MaxEncodedLen`)
    // Storage: `Buckets::Grants` (r:1 w:1)
    // Proof: `Buckets::Grants` (`max_values`: None, `max_size`: Some(183), added: 2658, mode: `MaxEncodedLen`)
    // Storage: `Gateways::Gateways` (r:2 w:0)
    // Proof: `Gateways::Gateways` (`max_values`: None, `max_size`: Some(314), added: 2789, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    fn acquire() -> Weight {
        // Fastest run: 72_838_000 picoseconds. Proof measured: 1857 bytes.
        Weight::from_parts(86_709_000, 6568)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(2))
    }
    // Storage: `Buckets::Buckets` (r:1 w:1)
    // Proof: `Buckets::Buckets` (`max_values`: None, `max_size`: Some(855), added: 3330, mode: `MaxEncodedLen`)
    fn release() -> Weight {
        // Fastest run: 32_087_000 picoseconds. Proof measured: 961 bytes.
        Weight::from_parts(43_244_000, 4320)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    // Storage: `Buckets::Buckets` (r:1 w:1)
    // Proof: `Buckets::Buckets` (`max_values`: None, `max_size`: Some(855), added: 3330, mode: `MaxEncodedLen`)
    // Storage: `Buckets::Grants` (r:1 w:0)
    // Proof: `Buckets::Grants` (`max_values`: None, `max_size`: Some(183), added: 2658, mode: `MaxEncodedLen`)
    // Storage: `Gateways::Gateways` (r:1 w:0)
    // Proof: `Gateways::Gateways` (`max_values`: None, `max_size`: Some(314), added: 2789, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    fn commit() -> Weight {
        // Fastest run: 65_397_000 picoseconds. Proof measured: 2374 bytes.
        Weight::from_parts(84_426_000, 4320)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    // Storage: `Buckets::Buckets` (r:1 w:1)
    // Proof: `Buckets::Buckets` (`max_values`: None, `max_size`: Some(855), added: 3330, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Buckets::Grants` (r:17 w:16)
    // Proof: `Buckets::Grants` (`max_values`: None, `max_size`: Some(183), added: 2658, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
    // Storage: `Buckets::OfOwner` (r:0 w:1)
    // Proof: `Buckets::OfOwner` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    // Storage: `Buckets::OfGateway` (r:0 w:16)
    // Proof: `Buckets::OfGateway` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    fn remove(n: u32) -> Weight {
        // Fastest run: 122_502_000 picoseconds. Proof measured: 820 bytes + 85 for each `n`.
        Weight::from_parts(133_928_735, 4320)
            .saturating_add(Weight::from_parts(11_941_807, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(4))
            .saturating_add(T::DbWeight::get().writes(2_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 2658).saturating_mul(n.into()))
    }
    // Storage: `Buckets::Buckets` (r:1 w:1)
    // Proof: `Buckets::Buckets` (`max_values`: None, `max_size`: Some(855), added: 3330, mode: `MaxEncodedLen`)
    fn set_label() -> Weight {
        // Fastest run: 28_862_000 picoseconds. Proof measured: 396 bytes.
        Weight::from_parts(34_592_000, 4320)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    // Storage: `Buckets::Buckets` (r:1 w:1)
    // Proof: `Buckets::Buckets` (`max_values`: None, `max_size`: Some(855), added: 3330, mode: `MaxEncodedLen`)
    fn publish() -> Weight {
        // Fastest run: 29_233_000 picoseconds. Proof measured: 396 bytes.
        Weight::from_parts(39_899_000, 4320)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    // Storage: `Buckets::Buckets` (r:1 w:0)
    // Proof: `Buckets::Buckets` (`max_values`: None, `max_size`: Some(855), added: 3330, mode: `MaxEncodedLen`)
    // Storage: `Buckets::Grants` (r:1 w:0)
    // Proof: `Buckets::Grants` (`max_values`: None, `max_size`: Some(183), added: 2658, mode: `MaxEncodedLen`)
    // Storage: `Gateways::Gateways` (r:1 w:0)
    // Proof: `Gateways::Gateways` (`max_values`: None, `max_size`: Some(314), added: 2789, mode: `MaxEncodedLen`)
    // Storage: `Deals::Deals` (r:1 w:0)
    // Proof: `Deals::Deals` (`max_values`: None, `max_size`: Some(3967), added: 6442, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    fn drop_deal() -> Weight {
        // Fastest run: 57_485_000 picoseconds. Proof measured: 3624 bytes.
        Weight::from_parts(63_414_000, 7432).saturating_add(T::DbWeight::get().reads(5))
    }
    // Storage: `Buckets::Buckets` (r:1 w:0)
    // Proof: `Buckets::Buckets` (`max_values`: None, `max_size`: Some(855), added: 3330, mode: `MaxEncodedLen`)
    // Storage: `Buckets::Grants` (r:1 w:0)
    // Proof: `Buckets::Grants` (`max_values`: None, `max_size`: Some(183), added: 2658, mode: `MaxEncodedLen`)
    // Storage: `Gateways::Gateways` (r:1 w:1)
    // Proof: `Gateways::Gateways` (`max_values`: None, `max_size`: Some(314), added: 2789, mode: `MaxEncodedLen`)
    // Storage: `Deals::Deals` (r:1 w:0)
    // Proof: `Deals::Deals` (`max_values`: None, `max_size`: Some(3967), added: 6442, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:0)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    fn prolong_deal() -> Weight {
        // Fastest run: 86_448_000 picoseconds. Proof measured: 3727 bytes.
        Weight::from_parts(94_741_000, 7432)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(1))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn create() -> Weight {
        Weight::from_parts(245_565_000, 3838)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(7))
    }
    fn grant() -> Weight {
        Weight::from_parts(168_981_000, 4320)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn withdraw() -> Weight {
        Weight::from_parts(138_575_000, 4320)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn acquire() -> Weight {
        Weight::from_parts(86_709_000, 6568)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(2))
    }
    fn release() -> Weight {
        Weight::from_parts(43_244_000, 4320)
            .saturating_add(RocksDbWeight::get().reads(1))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn commit() -> Weight {
        Weight::from_parts(84_426_000, 4320)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn remove(n: u32) -> Weight {
        Weight::from_parts(133_928_735, 4320)
            .saturating_add(Weight::from_parts(11_941_807, 0).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(4))
            .saturating_add(RocksDbWeight::get().writes(2_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 2658).saturating_mul(n.into()))
    }
    fn set_label() -> Weight {
        Weight::from_parts(34_592_000, 4320)
            .saturating_add(RocksDbWeight::get().reads(1))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn publish() -> Weight {
        Weight::from_parts(39_899_000, 4320)
            .saturating_add(RocksDbWeight::get().reads(1))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn drop_deal() -> Weight {
        Weight::from_parts(63_414_000, 7432).saturating_add(RocksDbWeight::get().reads(5))
    }
    fn prolong_deal() -> Weight {
        Weight::from_parts(94_741_000, 7432)
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
}
