//! Turns files into shards and back, and keeps a miner's shards and what it has committed to.
//!
//! For clients:
//!
//! | module | concern |
//! | --- | --- |
//! | [`keys`] | every key follows from the account's seed |
//! | [`packer`], [`index`], [`tree`] | files become segments, and segments become the tree of files again |
//! | [`manifest`] | the few encrypted bytes on chain that lead from a deal to its segment |
//! | [`seal`], [`erasure`], [`layout`] | frames, Reed–Solomon, and where a byte lies |
//! | [`encode`], [`decode`] | the whole way from plaintext to shards and back |
//!
//! For miners:
//!
//! | module | concern |
//! | --- | --- |
//! | [`shard_key`], [`shard_store`], [`store_error`] | shards at rest, durable before a receipt is signed |
//! | [`range_tree`] | the Merkle sum mountain range with all of its nodes, live and as it was |
//! | [`local_index`], [`records`], [`index_error`] | what the miner holds and has committed to, crash-safe |
//! | [`tally`] | shards that wait for a deal, counted by owner |
//! | [`prover`] | what answers a period's challenges |
//!
//! Nothing here talks to the chain or to other machines.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

pub mod decode;
pub mod encode;
pub mod erasure;
pub mod index;
pub mod index_error;
mod kernel;
pub mod keys;
pub mod layout;
pub mod local_index;
pub mod manifest;
pub mod packer;
pub mod prover;
pub mod range_tree;
pub mod records;
pub mod seal;
pub mod shard_key;
pub mod shard_store;
pub mod store_error;
pub mod tally;
pub mod tree;
