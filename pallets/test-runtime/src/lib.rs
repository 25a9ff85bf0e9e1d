//! A small runtime with all of our pallets, and the hands to play with it: miners with real peer keys and real shards, blocks
//! that pass, and a check of every invariant after each step.
//!
//! The pallets' tests use it, and so do the daemons', as the chain behind their in-memory client: there is one mock.

pub mod buckets;
pub mod call;
pub mod chain;
pub mod compute;
pub mod miner;
pub mod names;
pub mod runtime;
pub mod shares;

pub use chain::{account, Chain, ALICE, BOB, CAROL};
pub use miner::{Miner, PRICE};
pub use runtime::*;
