//! The rules of capacity mining that the chain and the daemons must agree on.
//!
//! Miners fill idle space with plots ahead of time. Every round the chain names a challenge, each plotted nonce answers it with
//! 64 bytes that are read from the plot, and the best answer wins the round. Everything here is `no_std`, free of I/O and free of
//! panics, so that the runtime and the worker compile the very same verifier. Each module is one rule:
//!
//! | module | rule |
//! | --- | --- |
//! | [`word`] | the arithmetic that Shabal takes, on one word or on a word of many nonces at once |
//! | [`shabal`] | the hash |
//! | [`nonce`] | how 256 KiB follow from a few bytes |
//! | [`format`] | what those bytes are, and which of the 256 KiB are a scoop: PoC2 and PoCX |
//! | [`round`] | what a round asks, and how good an answer is |
//! | [`estimate`] | how much space the network has, from the answers |
//! | [`emission`] | how many coins a minute of it makes |
//! | [`view`] | what the runtime API answers |

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod emission;
pub mod estimate;
pub mod format;
pub mod nonce;
pub mod round;
pub mod shabal;
#[cfg(feature = "vectors")]
pub mod vectors;
pub mod view;
pub mod word;

pub use idlewild_storage_primitives::Balance;

/// A round, counted from genesis.
pub type RoundIndex = u32;
/// A 32-byte challenge.
pub type Challenge = [u8; 32];
/// How far an answer is from the best there could be: smaller is better.
pub type Quality = u64;

/// Bytes of a scoop, which is what a nonce answers with.
pub const SCOOP_BYTES: usize = 64;
/// Scoops of a nonce.
pub const SCOOPS: u16 = 4_096;
/// Bytes of a nonce.
pub const NONCE_BYTES: usize = 262_144;

/// A scoop, as a plot holds it.
pub type Scoop = [u8; SCOOP_BYTES];
