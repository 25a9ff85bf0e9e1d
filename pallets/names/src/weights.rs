//! Weights of the calls: estimates by what each reads and writes, until `scripts/weights.sh` has measured them.

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
    // Storage: Clock::Now, Names::Commits, Names::Rules, System::Account, Balances::Holds
    fn commit() -> Weight {
        Weight::from_parts(70_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    // Storage: Names::Commits, Clock::Now, System::BlockHash, Names::Rules, Names::Registrations, Names::NextNode,
    // System::Account (2), Balances::Holds, Names::Nodes, Names::OfOwner
    fn register() -> Weight {
        Weight::from_parts(190_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(10))
            .saturating_add(T::DbWeight::get().writes(10))
    }
    // Storage: Names::Registrations, Clock::Now, Names::Rules, System::Account (2)
    fn renew() -> Weight {
        Weight::from_parts(90_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(5))
            .saturating_add(T::DbWeight::get().writes(3))
    }
    // Storage: Clock::Now, Names::Registrations, Names::Children (7), Names::Nodes, System::Account (2), Balances::Holds (2),
    // Names::OfOwner (2)
    fn transfer() -> Weight {
        Weight::from_parts(170_000_000, 24_000)
            .saturating_add(T::DbWeight::get().reads(15))
            .saturating_add(T::DbWeight::get().writes(7))
    }
    // Storage: Clock::Now, Names::Registrations, Names::Children (7), Names::Nodes
    fn set_operator() -> Weight {
        Weight::from_parts(80_000_000, 24_000)
            .saturating_add(T::DbWeight::get().reads(10))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    // Storage: Clock::Now, Names::Registrations, Names::Children (7), Names::Nodes, Names::Records, System::Account (2),
    // Balances::Holds (2)
    fn set_record() -> Weight {
        Weight::from_parts(190_000_000, 24_000)
            .saturating_add(T::DbWeight::get().reads(15))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    // Storage: Clock::Now, Names::Registrations, Names::Children (7), Names::Nodes (2), Names::NextNode, System::Account,
    // Balances::Holds, Names::OfOwner
    fn create_sub() -> Weight {
        Weight::from_parts(150_000_000, 24_000)
            .saturating_add(T::DbWeight::get().reads(13))
            .saturating_add(T::DbWeight::get().writes(6))
    }
    // Storage: Clock::Now, Names::Registrations, Names::Children (7), Names::Nodes (2)
    fn remove_sub() -> Weight {
        Weight::from_parts(80_000_000, 24_000)
            .saturating_add(T::DbWeight::get().reads(11))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    // Storage: Names::Reverses, Clock::Now, Names::Registrations, Names::Children (7), Names::Nodes, System::Account,
    // Balances::Holds
    fn set_reverse() -> Weight {
        Weight::from_parts(140_000_000, 24_000)
            .saturating_add(T::DbWeight::get().reads(14))
            .saturating_add(T::DbWeight::get().writes(4))
    }
    // Storage: Names::Registrations, Clock::Now, Names::Nodes
    fn release() -> Weight {
        Weight::from_parts(40_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(1))
    }
    // Storage: Names::Nodes (8), Names::Children (7), Names::Registrations, Clock::Now, Names::Rules, Names::OfOwner, and for each record
    // Names::Records, System::Account, Balances::Holds
    fn reclaim(n: u32) -> Weight {
        Weight::from_parts(220_000_000, 28_000)
            .saturating_add(Weight::from_parts(60_000_000, 0).saturating_mul(n.into()))
            .saturating_add(T::DbWeight::get().reads(20))
            .saturating_add(T::DbWeight::get().reads(3_u64.saturating_mul(n.into())))
            .saturating_add(T::DbWeight::get().writes(5))
            .saturating_add(T::DbWeight::get().writes(3_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 8_400).saturating_mul(n.into()))
    }
    // Storage: Names::Commits, System::Account, Balances::Holds
    fn uncommit() -> Weight {
        Weight::from_parts(60_000_000, 4_000)
            .saturating_add(T::DbWeight::get().reads(3))
            .saturating_add(T::DbWeight::get().writes(3))
    }
}

/// The same for tests, with RocksDB behind them.
impl WeightInfo for () {
    fn commit() -> Weight {
        Weight::from_parts(70_000_000, 4_000)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn register() -> Weight {
        Weight::from_parts(190_000_000, 4_000)
            .saturating_add(RocksDbWeight::get().reads(10))
            .saturating_add(RocksDbWeight::get().writes(10))
    }
    fn renew() -> Weight {
        Weight::from_parts(90_000_000, 4_000)
            .saturating_add(RocksDbWeight::get().reads(5))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
    fn transfer() -> Weight {
        Weight::from_parts(170_000_000, 24_000)
            .saturating_add(RocksDbWeight::get().reads(15))
            .saturating_add(RocksDbWeight::get().writes(7))
    }
    fn set_operator() -> Weight {
        Weight::from_parts(80_000_000, 24_000)
            .saturating_add(RocksDbWeight::get().reads(10))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn set_record() -> Weight {
        Weight::from_parts(190_000_000, 24_000)
            .saturating_add(RocksDbWeight::get().reads(15))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn create_sub() -> Weight {
        Weight::from_parts(150_000_000, 24_000)
            .saturating_add(RocksDbWeight::get().reads(13))
            .saturating_add(RocksDbWeight::get().writes(6))
    }
    fn remove_sub() -> Weight {
        Weight::from_parts(80_000_000, 24_000)
            .saturating_add(RocksDbWeight::get().reads(11))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn set_reverse() -> Weight {
        Weight::from_parts(140_000_000, 24_000)
            .saturating_add(RocksDbWeight::get().reads(14))
            .saturating_add(RocksDbWeight::get().writes(4))
    }
    fn release() -> Weight {
        Weight::from_parts(40_000_000, 4_000)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(1))
    }
    fn reclaim(n: u32) -> Weight {
        Weight::from_parts(220_000_000, 28_000)
            .saturating_add(Weight::from_parts(60_000_000, 0).saturating_mul(n.into()))
            .saturating_add(RocksDbWeight::get().reads(20))
            .saturating_add(RocksDbWeight::get().reads(3_u64.saturating_mul(n.into())))
            .saturating_add(RocksDbWeight::get().writes(5))
            .saturating_add(RocksDbWeight::get().writes(3_u64.saturating_mul(n.into())))
            .saturating_add(Weight::from_parts(0, 8_400).saturating_mul(n.into()))
    }
    fn uncommit() -> Weight {
        Weight::from_parts(60_000_000, 4_000)
            .saturating_add(RocksDbWeight::get().reads(3))
            .saturating_add(RocksDbWeight::get().writes(3))
    }
}
