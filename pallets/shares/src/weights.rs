//! Weights of the calls, from benchmarks: written by `scripts/weights.sh` on 2026-11-23, not by hand.
//!
//! 50 steps, 20 repeats, on AMD EPYC.

#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `announce_key`.
    fn announce_key() -> Weight;
    /// Weight of `conceal_key`.
    fn conceal_key() -> Weight;
    /// Weight of `share`.
    fn share() -> Weight;
    /// Weight of `revoke`.
    fn revoke() -> Weight;
    /// Weight of `publish`.
    fn publish() -> Weight;
    /// Weight of `relocate`.
    fn relocate() -> Weight;
    /// Weight of `withdraw`.
    fn withdraw() -> Weight;
}

/// Weights with what the runtime `T` says its database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    // Storage: `Shares::Keys` (r:1 w:1)
    // Proof: `Shares::Keys` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
    fn announce_key() -> Weight {
        // Fastest run: 108_250_000 picoseconds. Proof measured: 107 bytes.
        Weight::from_parts(111_636_000, 3838)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    // Storage: `Shares::Keys` (r:1 w:1)
    // Proof: `Shares::Keys` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
    fn conceal_key() -> Weight {
        // Fastest run: 91_095_000 picoseconds. Proof measured: 286 bytes.
        Weight::from_parts(94_270_000, 3838)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    // Storage: `Deals::Deals` (r:1 w:0)
    // Proof: `Deals::Deals` (`max_values`: None, `max_size`: Some(3967), added: 6442, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `Shares::Keys` (r:1 w:0)
    // Proof: `Shares::Keys` (`max_values`: None, `max_size`: Some(96), added: 2571, mode: `MaxEncodedLen`)
    // Storage: `Shares::NextShare` (r:1 w:1)
    // Proof: `Shares::NextShare` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
    // Storage: `Shares::Shares` (r:0 w:1)
    // Proof: `Shares::Shares` (`max_values`: None, `max_size`: Some(208), added: 2683, mode: `MaxEncodedLen`)
    // Storage: `Shares::SharesWith` (r:0 w:1)
    // Proof: `Shares::SharesWith` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    // Storage: `Shares::SharesOf` (r:0 w:1)
    // Proof: `Shares::SharesOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    fn share() -> Weight {
        // Fastest run: 151_465_000 picoseconds. Proof measured: 1669 bytes.
        Weight::from_parts(156_673_000, 7432)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    // Storage: `Shares::Shares` (r:1 w:1)
    // Proof: `Shares::Shares` (`max_values`: None, `max_size`: Some(208), added: 2683, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
    // Storage: `Shares::SharesWith` (r:0 w:1)
    // Proof: `Shares::SharesWith` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    // Storage: `Shares::SharesOf` (r:0 w:1)
    // Proof: `Shares::SharesOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    fn revoke() -> Weight {
        // Fastest run: 111_265_000 picoseconds. Proof measured: 549 bytes.
        Weight::from_parts(115_501_000, 3838)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    // Storage: `Deals::Deals` (r:1 w:0)
    // Proof: `Deals::Deals` (`max_values`: None, `max_size`: Some(3967), added: 6442, mode: `MaxEncodedLen`)
    // Storage: `Shares::NextPublication` (r:1 w:1)
    // Proof: `Shares::NextPublication` (`max_values`: Some(1), `max_size`: Some(8), added: 503, mode: `MaxEncodedLen`)
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
    // Storage: `Shares::PublicationsOf` (r:0 w:1)
    // Proof: `Shares::PublicationsOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    // Storage: `Shares::Publications` (r:0 w:1)
    // Proof: `Shares::Publications` (`max_values`: None, `max_size`: Some(278), added: 2753, mode: `MaxEncodedLen`)
    fn publish() -> Weight {
        // Fastest run: 139_037_000 picoseconds. Proof measured: 1526 bytes.
        Weight::from_parts(143_674_000, 7432)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(5))
    }
    // Storage: `Shares::Publications` (r:1 w:1)
    // Proof: `Shares::Publications` (`max_values`: None, `max_size`: Some(278), added: 2753, mode: `MaxEncodedLen`)
    // Storage: `Deals::Deals` (r:1 w:0)
    // Proof: `Deals::Deals` (`max_values`: None, `max_size`: Some(3967), added: 6442, mode: `MaxEncodedLen`)
    fn relocate() -> Weight {
        // Fastest run: 43_054_000 picoseconds. Proof measured: 1659 bytes.
        Weight::from_parts(46_609_000, 7432)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    // Storage: `Shares::Publications` (r:1 w:1)
    // Proof: `Shares::Publications` (`max_values`: None, `max_size`: Some(278), added: 2753, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
    // Storage: `Shares::PublicationsOf` (r:0 w:1)
    // Proof: `Shares::PublicationsOf` (`max_values`: None, `max_size`: Some(64), added: 2539, mode: `MaxEncodedLen`)
    fn withdraw() -> Weight {
        // Fastest run: 103_493_000 picoseconds. Proof measured: 549 bytes.
        Weight::from_parts(106_989_000, 3838)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(4))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn announce_key() -> Weight {
        Weight::from_parts(111_636_000, 3838)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn conceal_key() -> Weight {
        Weight::from_parts(94_270_000, 3838)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn share() -> Weight {
        Weight::from_parts(156_673_000, 7432)
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn revoke() -> Weight {
        Weight::from_parts(115_501_000, 3838)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn publish() -> Weight {
        Weight::from_parts(143_674_000, 7432)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(5))
    }
    fn relocate() -> Weight {
        Weight::from_parts(46_609_000, 7432)
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn withdraw() -> Weight {
        Weight::from_parts(106_989_000, 3838)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
}
