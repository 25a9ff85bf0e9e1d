//! A chain in memory, for the tests of daemons and clients.
//!
//! Its runtime is the one that the pallets are tested with, so that every rule of the storage pallets holds; what surrounds a
//! runtime (nodes, a pool of transactions, blocks, forks, finality) is made here, simply, and goes wrong when a test says so.
//! There are no fees, though nodes may tell of some, and signatures are not checked: whoever holds an account's keys is taken at
//! its word.
//!
//! | module | concern |
//! | --- | --- |
//! | [`chain`] | [`MemoryChain`]: what a test does to the chain and sees of it |
//! | [`node`] | [`MemoryNode`]: the chain as a daemon sees it, through a node that may be cut off, stall or lose things |
//! | [`pace`] | blocks that come by themselves |
//! | [`pool`] | transactions and what becomes of them |
//! | [`fault`] | what may befall a transaction |
//!
//! Every block in which something was done is checked against all invariants of the pallets; a broken one ends whatever waits for
//! the chain.

mod capacity;
pub mod chain;
mod compute;
pub mod fault;
mod gateways;
mod ledger;
pub mod node;
mod nodes;
pub mod pace;
pub mod pool;
mod shares;
mod thread;
mod translate;
mod translate_compute;
mod translate_gateways;
mod translate_shares;

pub use chain::{MemoryChain, Orphans, Seen, Setup};
pub use fault::Fault;
pub use node::MemoryNode;
pub use pace::{Pace, Running};
pub use pool::{Stand, Transaction, Verdict};
