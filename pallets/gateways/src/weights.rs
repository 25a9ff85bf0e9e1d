//! Weights of the calls, from benchmarks: written by `scripts/weights.sh` on 2026-11-23, not by hand.
//!
//! 50 steps, 20 repeats, on AMD EPYC.

#![allow(unused_parens, unused_imports)]

use core::marker::PhantomData;
use frame_support::traits::Get;
use frame_support::weights::{constants::RocksDbWeight, Weight};

/// Weights of the calls.
pub trait WeightInfo {
    /// Weight of `register`.
    fn register() -> Weight;
    /// Weight of `allow`.
    fn allow() -> Weight;
    /// Weight of `set_endpoint`.
    fn set_endpoint() -> Weight;
    /// Weight of `retire`, `n` from 0 to 256.
    fn retire(n: u32) -> Weight;
    /// Weight of `issue`.
    fn issue() -> Weight;
    /// Weight of `rotate`.
    fn rotate() -> Weight;
    /// Weight of `set_scopes`.
    fn set_scopes() -> Weight;
    /// Weight of `revoke`.
    fn revoke() -> Weight;
    /// Weight of `act`.
    fn act() -> Weight;
}

/// Weights with what the runtime `T` says its database costs.
pub struct SubstrateWeight<T>(PhantomData<T>);

impl<T: frame_system::Config> WeightInfo for SubstrateWeight<T> {
    // Storage: `Clock::Now` (r:1 w:0)
    // Proof: `Clock::Now` (`max_values`: Some(1), `max_size`: Some(4), added: 499, mode: `MaxEncodedLen`)
    // Storage: `System::BlockHash` (r:1 w:0)
    // Proof: `System::BlockHash` (`max_values`: None, `max_size`: Some(44), added: 2519, mode: `MaxEncodedLen`)
    // Storage: `Gateways::Gateways` (r:1 w:1)
    // Proof: `Gateways::Gateways` (`max_values`: None, `max_size`: Some(314), added: 2789, mode: `MaxEncodedLen`)
    // Storage: `Gateways::OfOwner` (r:1 w:1)
    // Proof: `Gateways::OfOwner` (`max_values`: None, `max_size`: Some(561), added: 3036, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
    fn register() -> Weight {
        // Fastest run: 198_105_000 picoseconds. Proof measured: 1397 bytes.
        Weight::from_parts(208_589_000, 4026)
            .saturating_add(T::DbWeight::get().reads(6))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    // Storage: `Gateways::Gateways` (r:1 w:1)
    // Proof: `Gateways::Gateways` (`max_values`: None, `max_size`: Some(314), added: 2789, mode: `MaxEncodedLen`)
    fn allow() -> Weight {
        // Fastest run: 30_054_000 picoseconds. Proof measured: 788 bytes.
        Weight::from_parts(33_920_000, 3779)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    // Storage: `Gateways::Gateways` (r:1 w:1)
    // Proof: `Gateways::Gateways` (`max_values`: None, `max_size`: Some(314), added: 2789, mode: `MaxEncodedLen`)
    fn set_endpoint() -> Weight {
        // Fastest run: 31_286_000 picoseconds. Proof measured: 788 bytes.
        Weight::from_parts(34_652_000, 3779)
            .saturating_add(T::DbWeight::get().reads(1))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    // Storage: `Gateways::Gateways` (r:1 w:1)
    // Proof: `Gateways::Gateways` (`max_values`: None, `max_size`: Some(314), added: 2789, mode: `MaxEncodedLen`)
    // Storage: `Gateways::Credentials` (r:257 w:256)
    // Proof: `Gateways::Credentials` (`max_values`: None, `max_size`: Some(243), added: 2718, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
    // Storage: `Gateways::OfOwner` (r:1 w:1)
    // Proof: `Gateways::OfOwner` (`max_values`: None, `max_size`: Some(561), added: 3036, mode: `MaxEncodedLen`)
    fn retire(n: u32) -> Weight {
        // Fastest run: 124_274_000 picoseconds. Proof measured: 1736 bytes + 47 for each `n`.
        Weight::from_parts(133_483_589, 4026)
            .saturating_add(Weight::from_parts(7_962_824, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(4))
            .saturating_add(T::DbWeight::get().writes(1_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 2718).saturating_mul(n.into()))
    }
    // Storage: `Gateways::Gateways` (r:1 w:1)
    // Proof: `Gateways::Gateways` (`max_values`: None, `max_size`: Some(314), added: 2789, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
    // Storage: `Gateways::Credentials` (r:0 w:1)
    // Proof: `Gateways::Credentials` (`max_values`: None, `max_size`: Some(243), added: 2718, mode: `MaxEncodedLen`)
    fn issue() -> Weight {
        // Fastest run: 130_464_000 picoseconds. Proof measured: 946 bytes.
        Weight::from_parts(136_092_000, 3838)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    // Storage: `Gateways::Gateways` (r:1 w:0)
    // Proof: `Gateways::Gateways` (`max_values`: None, `max_size`: Some(314), added: 2789, mode: `MaxEncodedLen`)
    // Storage: `Gateways::Credentials` (r:1 w:1)
    // Proof: `Gateways::Credentials` (`max_values`: None, `max_size`: Some(243), added: 2718, mode: `MaxEncodedLen`)
    fn rotate() -> Weight {
        // Fastest run: 42_664_000 picoseconds. Proof measured: 1059 bytes.
        Weight::from_parts(46_018_000, 3779)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    // Storage: `Gateways::Gateways` (r:1 w:0)
    // Proof: `Gateways::Gateways` (`max_values`: None, `max_size`: Some(314), added: 2789, mode: `MaxEncodedLen`)
    // Storage: `Gateways::Credentials` (r:1 w:1)
    // Proof: `Gateways::Credentials` (`max_values`: None, `max_size`: Some(243), added: 2718, mode: `MaxEncodedLen`)
    fn set_scopes() -> Weight {
        // Fastest run: 44_236_000 picoseconds. Proof measured: 1059 bytes.
        Weight::from_parts(47_681_000, 3779)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    // Storage: `Gateways::Gateways` (r:1 w:1)
    // Proof: `Gateways::Gateways` (`max_values`: None, `max_size`: Some(314), added: 2789, mode: `MaxEncodedLen`)
    // Storage: `Gateways::Credentials` (r:1 w:1)
    // Proof: `Gateways::Credentials` (`max_values`: None, `max_size`: Some(243), added: 2718, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:1)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    // Storage: `Balances::Holds` (r:1 w:1)
    // Proof: `Balances::Holds` (`max_values`: None, `max_size`: Some(373), added: 2848, mode: `MaxEncodedLen`)
    fn revoke() -> Weight {
        // Fastest run: 116_944_000 picoseconds. Proof measured: 1217 bytes.
        Weight::from_parts(122_181_000, 3838)
            .saturating_add(T::DbWeight::get().reads(4))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    // Storage: `Gateways::Gateways` (r:1 w:1)
    // Proof: `Gateways::Gateways` (`max_values`: None, `max_size`: Some(314), added: 2789, mode: `MaxEncodedLen`)
    // Storage: `System::Account` (r:1 w:0)
    // Proof: `System::Account` (`max_values`: None, `max_size`: Some(128), added: 2603, mode: `MaxEncodedLen`)
    fn act() -> Weight {
        // Fastest run: 43_936_000 picoseconds. Proof measured: 891 bytes.
        Weight::from_parts(46_929_000, 3779)
            .saturating_add(T::DbWeight::get().reads(2))
            .saturating_add(T::DbWeight::get().writes(1))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn register() -> Weight {
        Weight::from_parts(208_589_000, 4026)
            .saturating_add(RocksDbWeight::get().reads(6))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn allow() -> Weight {
        Weight::from_parts(33_920_000, 3779)
            .saturating_add(RocksDbWeight::get().reads(1))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn set_endpoint() -> Weight {
        Weight::from_parts(34_652_000, 3779)
            .saturating_add(RocksDbWeight::get().reads(1))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn retire(n: u32) -> Weight {
        Weight::from_parts(133_483_589, 4026)
            .saturating_add(Weight::from_parts(7_962_824, 0).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().reads(1_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(4))
            .saturating_add(RocksDbWeight::get().writes(1_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 2718).saturating_mul(n.into()))
    }
    fn issue() -> Weight {
        Weight::from_parts(136_092_000, 3838)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn rotate() -> Weight {
        Weight::from_parts(46_018_000, 3779)
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn set_scopes() -> Weight {
        Weight::from_parts(47_681_000, 3779)
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn revoke() -> Weight {
        Weight::from_parts(122_181_000, 3838)
            .saturating_add(RocksDbWeight::get().reads(4))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn act() -> Weight {
        Weight::from_parts(46_929_000, 3779)
            .saturating_add(RocksDbWeight::get().reads(2))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
}
