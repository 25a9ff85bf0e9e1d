//! The rules of storage that the chain and the daemons must agree on.
//!
//! Everything here is `no_std`, free of I/O and free of panics, so that the runtime, the worker and the command line
//! compile the very same verifier. Each module is one rule:
//!
//! | module | rule |
//! | --- | --- |
//! | [`geometry`] | how a segment becomes shards, and how long each one is |
//! | [`chunk`] | that a chunk belongs to a shard's BLAKE3 root |
//! | [`sum_range`] | that a slot stands at a position in what a miner committed to |
//! | [`challenge`] | which positions a miner owes in a period |
//! | [`proof`] | the three above joined: what `prove` carries and how it is judged |
//! | [`receipt`] | what a miner signs when it has stored a shard |
//! | [`deal`] | what is recorded of a deal's slots |
//! | [`ledger`] | which periods were proven, and what that is worth |
//! | [`admission`] | which miners a deal may choose, and who repairs first |
//! | [`limits`] | what one call takes at most |
//! | [`page`] | how far one read of many records looks |
//! | [`hash`] | the 256-bit hash of everything but shard bytes |
//! | [`terms`] | bounties, bonds and pay, linear in slots and chunks |
//! | [`json`] | how views read in JSON |
//! | [`view`] | what the runtime API answers |

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod admission;
pub mod challenge;
pub mod chunk;
pub mod deal;
pub mod geometry;
pub mod hash;
pub mod json;
pub mod ledger;
pub mod limits;
pub mod page;
pub mod proof;
pub mod receipt;
pub mod sum_range;
pub mod terms;
#[cfg(feature = "vectors")]
pub mod vectors;
pub mod view;

/// A storage miner, numbered in the order of registration and never reused.
pub type MinerId = u32;
/// A deal, numbered in the order of creation and never reused.
pub type DealId = u64;
/// A deal's place for one shard: `copy * (data + parity) + shard`.
pub type SlotIndex = u8;
/// The BLAKE3 root of a shard.
pub type Root = [u8; 32];
/// A deal's salt, chosen by its owner and used once.
pub type Salt = [u8; 16];
/// An ed25519 public key; a miner's libp2p peer id is derived from it.
pub type PeerKey = [u8; 32];
/// The chain's clock, in blocks.
pub type Clock = u32;
/// A miner's period, counted on the clock from genesis.
pub type Period = u32;
/// The native coin's smallest unit.
pub type Balance = u128;

/// Bytes of a chunk: BLAKE3's own leaf.
pub const CHUNK_BYTES: usize = 1024;
/// Challenged chunks that a miner owes each period.
pub const CHALLENGES: u32 = 8;
