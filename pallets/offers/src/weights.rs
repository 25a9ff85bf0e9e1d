//! Weights of the calls, from benchmarks: written by `scripts/weights.sh` on 2026-11-23, not by hand.
//!
//! 20 steps, 10 repeats, on AMD EPYC.

#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `register`.
    fn register() -> Weight;
    /// Weight of `add_bond`.
    fn add_bond() -> Weight;
    /// Weight of `withdraw_bond`.
    fn withdraw_bond() -> Weight;
    /// Weight of `set_offer`.
    fn set_offer() -> Weight;
    /// Weight of `set_endpoint`.
    fn set_endpoint() -> Weight;
    /// Weight of `pause`.
    fn pause() -> Weight;
    /// Weight of `resume`.
    fn resume() -> Weight;
    /// Weight of `exit`.
    fn exit() -> Weight;
    /// Weight of `remove`.
    fn remove() -> Weight;
}

/// Weights with what the runtime `T` says its database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    // Storage: `Offers::ByPeerKey` (r:1 w:1)
    // Proof: `Offers::ByPeerKey` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    // Storage: `System::BlockHash` (r:1 w:0)
    // Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    // Storage: `Offers::NextProvider` (r:1 w:1)
    // Proof: `Offers::NextProvider` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Offers::Providers` (r:0 w:1)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Offers::Endpoints` (r:0 w:1)
    // Proof: `Offers::Endpoints` (`max_values`: None, `max_size`: Some(142), added: 2617, mode: `MaxEncodedLen`)
    fn register() -> Weight {
        // Fastest run: 134_100_000 picoseconds. Proof measured: 200 bytes.
        Weight::from_parts(140_119_000, 3766)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    // Storage: `Offers::Providers` (r:1 w:1)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    fn add_bond() -> Weight {
        // Fastest run: 96_604_000 picoseconds. Proof measured: 780 bytes.
        Weight::from_parts(101_181_000, 3766)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    // Storage: `Offers::Providers` (r:1 w:1)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    fn withdraw_bond() -> Weight {
        // Fastest run: 80_410_000 picoseconds. Proof measured: 803 bytes.
        Weight::from_parts(84_556_000, 3766)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    // Storage: `Offers::Providers` (r:1 w:1)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    fn set_offer() -> Weight {
        // Fastest run: 16_124_000 picoseconds. Proof measured: 437 bytes.
        Weight::from_parts(18_077_000, 3739)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    // Storage: `Offers::Providers` (r:1 w:0)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Offers::Endpoints` (r:0 w:1)
    // Proof: `Offers::Endpoints` (`max_values`: None, `max_size`: Some(142), added: 2617, mode: `MaxEncodedLen`)
    fn set_endpoint() -> Weight {
        // Fastest run: 16_475_000 picoseconds. Proof measured: 437 bytes.
        Weight::from_parts(18_307_000, 3739)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    // Storage: `Offers::Providers` (r:1 w:1)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    fn pause() -> Weight {
        // Fastest run: 15_994_000 picoseconds. Proof measured: 437 bytes.
        Weight::from_parts(17_546_000, 3739)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    // Storage: `Offers::Providers` (r:1 w:1)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    fn resume() -> Weight {
        // Fastest run: 16_013_000 picoseconds. Proof measured: 437 bytes.
        Weight::from_parts(17_486_000, 3739)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    // Storage: `Offers::Providers` (r:1 w:1)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    fn exit() -> Weight {
        // Fastest run: 15_993_000 picoseconds. Proof measured: 437 bytes.
        Weight::from_parts(17_566_000, 3739)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    // Storage: `Offers::Providers` (r:1 w:1)
    // Proof: `Offers::Providers` (`max_values`: None, `max_size`: Some(274), added: 2749, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(301), added: 2776, mode: `MaxEncodedLen`)
    // Storage: `Offers::Endpoints` (r:0 w:1)
    // Proof: `Offers::Endpoints` (`max_values`: None, `max_size`: Some(142), added: 2617, mode: `MaxEncodedLen`)
    // Storage: `Offers::GivenBy` (r:0 w:1)
    // Proof: `Offers::GivenBy` (`max_values`: None, `max_size`: Some(2190), added: 4665, mode: `MaxEncodedLen`)
    // Storage: `Offers::ByPeerKey` (r:0 w:1)
    // Proof: `Offers::ByPeerKey` (`max_values`: None, `max_size`: Some(52), added: 2527, mode: `MaxEncodedLen`)
    fn remove() -> Weight {
        // Fastest run: 84_105_000 picoseconds. Proof measured: 803 bytes.
        Weight::from_parts(88_472_000, 3766)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(6))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn register() -> Weight {
        Weight::from_parts(140_119_000, 3766)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn add_bond() -> Weight {
        Weight::from_parts(101_181_000, 3766)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn withdraw_bond() -> Weight {
        Weight::from_parts(84_556_000, 3766)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn set_offer() -> Weight {
        Weight::from_parts(18_077_000, 3739)
            .saturating_add(RocksDbWeight::get().reads(1))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn set_endpoint() -> Weight {
        Weight::from_parts(18_307_000, 3739)
            .saturating_add(RocksDbWeight::get().reads(1))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn pause() -> Weight {
        Weight::from_parts(17_546_000, 3739)
            .saturating_add(RocksDbWeight::get().reads(1))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn resume() -> Weight {
        Weight::from_parts(17_486_000, 3739)
            .saturating_add(RocksDbWeight::get().reads(1))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn exit() -> Weight {
        Weight::from_parts(17_566_000, 3739)
            .saturating_add(RocksDbWeight::get().reads(1))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn remove() -> Weight {
        Weight::from_parts(88_472_000, 3766)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
}
