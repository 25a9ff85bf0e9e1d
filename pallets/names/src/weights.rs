//! Weights of the calls, from benchmarks: written by `scripts/weights.sh` on 2026-11-23, not by hand.
//!
//! 50 steps, 20 repeats, on AMD EPYC.

#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `commit`.
    fn commit() -> Weight;
    /// Weight of `register`.
    fn register() -> Weight;
    /// Weight of `renew`.
    fn renew() -> Weight;
    /// Weight of `transfer`.
    fn transfer() -> Weight;
    /// Weight of `set_operator`.
    fn set_operator() -> Weight;
    /// Weight of `set_record`.
    fn set_record() -> Weight;
    /// Weight of `create_sub`.
    fn create_sub() -> Weight;
    /// Weight of `remove_sub`.
    fn remove_sub() -> Weight;
    /// Weight of `set_reverse`.
    fn set_reverse() -> Weight;
    /// Weight of `release`.
    fn release() -> Weight;
    /// Weight of `reclaim`, `n` from 1 to 32.
    fn reclaim(n: u32) -> Weight;
    /// Weight of `uncommit`.
    fn uncommit() -> Weight;
}

/// Weights with what the runtime `T` says its database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Names::Commits` (r:1 w:1)
    // Proof: `Names::Commits` (`max_values`: None, `max_size`: Some(116), added: 2591, mode: `MaxEncodedLen`)
    // Storage: `Names::Rules` (r:1 w:0)
    // Proof: `Names::Rules` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
    fn commit() -> Weight {
        // Fastest run: 191_965_000 picoseconds. Proof measured: 623 bytes.
        Weight::from_parts(197_443_000, 3838)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    // Storage: `System::BlockHash` (r:1 w:0)
    // Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    // Storage: `Names::Commits` (r:1 w:1)
    // Proof: `Names::Commits` (`max_values`: None, `max_size`: Some(116), added: 2591, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Names::Rules` (r:1 w:0)
    // Proof: `Names::Rules` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:2 w:2)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
    // Storage: `Names::Registrations` (r:1 w:1)
    // Proof: `Names::Registrations` (`max_values`: None, `max_size`: Some(224), added: 2699, mode: `MaxEncodedLen`)
    // Storage: `Names::NextNode` (r:1 w:1)
    // Proof: `Names::NextNode` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Names::OfOwner` (r:0 w:1)
    // Proof: `Names::OfOwner` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    // Storage: `Names::Nodes` (r:0 w:1)
    // Proof: `Names::Nodes` (`max_values`: None, `max_size`: Some(446), added: 2921, mode: `MaxEncodedLen`)
    fn register() -> Weight {
        // Fastest run: 301_597_000 picoseconds. Proof measured: 1203 bytes.
        Weight::from_parts(309_760_000, 6196)
            .saturating_add(T::DbWeight::get().reads(9))
            .saturating_add(T::DbWeight::get().writes(8))
    }
    // Storage: `Names::Registrations` (r:1 w:1)
    // Proof: `Names::Registrations` (`max_values`: None, `max_size`: Some(224), added: 2699, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Names::Rules` (r:1 w:0)
    // Proof: `Names::Rules` (`max_values`: Some(1), `max_size`: Some(20), added: 515, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:2 w:2)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    fn renew() -> Weight {
        // Fastest run: 125_266_000 picoseconds. Proof measured: 877 bytes.
        Weight::from_parts(129_652_000, 6196)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    // Storage: `Names::Registrations` (r:1 w:0)
    // Proof: `Names::Registrations` (`max_values`: None, `max_size`: Some(224), added: 2699, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Names::Children` (r:7 w:0)
    // Proof: `Names::Children` (`max_values`: None, `max_size`: Some(104), added: 2579, mode: `MaxEncodedLen`)
    // Storage: `Names::Nodes` (r:1 w:1)
    // Proof: `Names::Nodes` (`max_values`: None, `max_size`: Some(446), added: 2921, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:2 w:2)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:2 w:2)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
    // Storage: `Names::OfOwner` (r:0 w:2)
    // Proof: `Names::OfOwner` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    fn transfer() -> Weight {
        // Fastest run: 223_302_000 picoseconds. Proof measured: 2137 bytes.
        Weight::from_parts(231_543_000, 19043)
            .saturating_add(T::DbWeight::get().reads(14))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    // Storage: `Names::Registrations` (r:1 w:0)
    // Proof: `Names::Registrations` (`max_values`: None, `max_size`: Some(224), added: 2699, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Names::Children` (r:7 w:0)
    // Proof: `Names::Children` (`max_values`: None, `max_size`: Some(104), added: 2579, mode: `MaxEncodedLen`)
    // Storage: `Names::Nodes` (r:1 w:1)
    // Proof: `Names::Nodes` (`max_values`: None, `max_size`: Some(446), added: 2921, mode: `MaxEncodedLen`)
    fn set_operator() -> Weight {
        // Fastest run: 112_116_000 picoseconds. Proof measured: 2029 bytes.
        Weight::from_parts(117_294_000, 19043)
            .saturating_add(T::DbWeight::get().reads(10))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    // Storage: `Names::Registrations` (r:1 w:0)
    // Proof: `Names::Registrations` (`max_values`: None, `max_size`: Some(224), added: 2699, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Names::Children` (r:7 w:0)
    // Proof: `Names::Children` (`max_values`: None, `max_size`: Some(104), added: 2579, mode: `MaxEncodedLen`)
    // Storage: `Names::Nodes` (r:1 w:1)
    // Proof: `Names::Nodes` (`max_values`: None, `max_size`: Some(446), added: 2921, mode: `MaxEncodedLen`)
    // Storage: `Names::Records` (r:1 w:1)
    // Proof: `Names::Records` (`max_values`: None, `max_size`: Some(390), added: 2865, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:2 w:2)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:2 w:2)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
    fn set_record() -> Weight {
        // Fastest run: 291_834_000 picoseconds. Proof measured: 2550 bytes.
        Weight::from_parts(300_165_000, 19043)
            .saturating_add(T::DbWeight::get().reads(15))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    // Storage: `Names::Registrations` (r:1 w:0)
    // Proof: `Names::Registrations` (`max_values`: None, `max_size`: Some(224), added: 2699, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Names::Children` (r:7 w:1)
    // Proof: `Names::Children` (`max_values`: None, `max_size`: Some(104), added: 2579, mode: `MaxEncodedLen`)
    // Storage: `Names::Nodes` (r:1 w:1)
    // Proof: `Names::Nodes` (`max_values`: None, `max_size`: Some(446), added: 2921, mode: `MaxEncodedLen`)
    // Storage: `Names::NextNode` (r:1 w:1)
    // Proof: `Names::NextNode` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
    // Storage: `Names::OfOwner` (r:0 w:1)
    // Proof: `Names::OfOwner` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    fn create_sub() -> Weight {
        // Fastest run: 212_766_000 picoseconds. Proof measured: 1820 bytes.
        Weight::from_parts(218_996_000, 19043)
            .saturating_add(T::DbWeight::get().reads(13))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    // Storage: `Names::Registrations` (r:1 w:0)
    // Proof: `Names::Registrations` (`max_values`: None, `max_size`: Some(224), added: 2699, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Names::Children` (r:7 w:1)
    // Proof: `Names::Children` (`max_values`: None, `max_size`: Some(104), added: 2579, mode: `MaxEncodedLen`)
    // Storage: `Names::Nodes` (r:2 w:0)
    // Proof: `Names::Nodes` (`max_values`: None, `max_size`: Some(446), added: 2921, mode: `MaxEncodedLen`)
    fn remove_sub() -> Weight {
        // Fastest run: 116_613_000 picoseconds. Proof measured: 1969 bytes.
        Weight::from_parts(121_340_000, 19043)
            .saturating_add(T::DbWeight::get().reads(11))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    // Storage: `Names::Reverses` (r:1 w:1)
    // Proof: `Names::Reverses` (`max_values`: None, `max_size`: Some(72), added: 2547, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
    // Storage: `Names::Registrations` (r:1 w:0)
    // Proof: `Names::Registrations` (`max_values`: None, `max_size`: Some(224), added: 2699, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Names::Children` (r:7 w:0)
    // Proof: `Names::Children` (`max_values`: None, `max_size`: Some(104), added: 2579, mode: `MaxEncodedLen`)
    // Storage: `Names::Nodes` (r:1 w:0)
    // Proof: `Names::Nodes` (`max_values`: None, `max_size`: Some(446), added: 2921, mode: `MaxEncodedLen`)
    fn set_reverse() -> Weight {
        // Fastest run: 275_329_000 picoseconds. Proof measured: 2060 bytes.
        Weight::from_parts(283_080_000, 19043)
            .saturating_add(T::DbWeight::get().reads(13))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    // Storage: `Names::Registrations` (r:1 w:1)
    // Proof: `Names::Registrations` (`max_values`: None, `max_size`: Some(224), added: 2699, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Names::Nodes` (r:1 w:0)
    // Proof: `Names::Nodes` (`max_values`: None, `max_size`: Some(446), added: 2921, mode: `MaxEncodedLen`)
    fn release() -> Weight {
        // Fastest run: 48_241_000 picoseconds. Proof measured: 800 bytes.
        Weight::from_parts(51_196_000, 3911)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    // Storage: `Names::Nodes` (r:8 w:1)
    // Proof: `Names::Nodes` (`max_values`: None, `max_size`: Some(446), added: 2921, mode: `MaxEncodedLen`)
    // Storage: `Names::Children` (r:7 w:1)
    // Proof: `Names::Children` (`max_values`: None, `max_size`: Some(104), added: 2579, mode: `MaxEncodedLen`)
    // Storage: `Names::Registrations` (r:1 w:0)
    // Proof: `Names::Registrations` (`max_values`: None, `max_size`: Some(224), added: 2699, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Names::Records` (r:33 w:32)
    // Proof: `Names::Records` (`max_values`: None, `max_size`: Some(390), added: 2865, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:33 w:33)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:33 w:33)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
    // Storage: `Names::OfOwner` (r:0 w:1)
    // Proof: `Names::OfOwner` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    fn reclaim(n: u32) -> Weight {
        // Fastest run: 334_536_000 picoseconds. Proof measured: 3257 bytes + 519 for each `n`.
        Weight::from_parts(247_163_738, 24358)
            .saturating_add(Weight::from_parts(88_694_292, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(20))
            .saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(5))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 2865).saturating_mul(n.into()))
    }
    // Storage: `Names::Commits` (r:1 w:1)
    // Proof: `Names::Commits` (`max_values`: None, `max_size`: Some(116), added: 2591, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
    fn uncommit() -> Weight {
        // Fastest run: 96_483_000 picoseconds. Proof measured: 480 bytes.
        Weight::from_parts(100_149_000, 3838)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(3))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn commit() -> Weight {
        Weight::from_parts(197_443_000, 3838)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn register() -> Weight {
        Weight::from_parts(309_760_000, 6196)
            .saturating_add(RocksDbWeight::get().reads(9))
            .saturating_add(RocksDbWeight::get().writes(8))
    }
    fn renew() -> Weight {
        Weight::from_parts(129_652_000, 6196)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn transfer() -> Weight {
        Weight::from_parts(231_543_000, 19043)
            .saturating_add(RocksDbWeight::get().reads(14))
            .saturating_add(RocksDbWeight::get().writes(7))
    }
    fn set_operator() -> Weight {
        Weight::from_parts(117_294_000, 19043)
            .saturating_add(RocksDbWeight::get().reads(10))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn set_record() -> Weight {
        Weight::from_parts(300_165_000, 19043)
            .saturating_add(RocksDbWeight::get().reads(15))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn create_sub() -> Weight {
        Weight::from_parts(218_996_000, 19043)
            .saturating_add(RocksDbWeight::get().reads(13))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn remove_sub() -> Weight {
        Weight::from_parts(121_340_000, 19043)
            .saturating_add(RocksDbWeight::get().reads(11))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn set_reverse() -> Weight {
        Weight::from_parts(283_080_000, 19043)
            .saturating_add(RocksDbWeight::get().reads(13))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn release() -> Weight {
        Weight::from_parts(51_196_000, 3911)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn reclaim(n: u32) -> Weight {
        Weight::from_parts(247_163_738, 24358)
            .saturating_add(Weight::from_parts(88_694_292, 0).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(20))
            .saturating_add(RocksDbWeight::get().reads(3_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(5))
            .saturating_add(RocksDbWeight::get().writes(3_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 2865).saturating_mul(n.into()))
    }
    fn uncommit() -> Weight {
        Weight::from_parts(100_149_000, 3838)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
}
