//! The rules of buckets and gateways that chain and daemons must agree on, compiled once for each.
//!
//! | module | rule |
//! | --- | --- |
//! | [`head`] | which commit of a bucket is later than another |
//! | [`salt`] | how the deals of a bucket are told from all others of its owner |
//! | [`consent`] | what a gateway signs before it serves an owner |
//! | [`scopes`] | what a credential may do |
//! | [`limits`] | how much there may be of anything |
//! | [`view`] | what the runtime API answers |

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod consent;
pub mod head;
pub mod limits;
pub mod salt;
pub mod scopes;
pub mod view;

pub use idlewild_storage_primitives::{Balance, Clock, Salt};

/// A bucket, numbered in the order of creation and never reused.
pub type BucketId = u64;
/// A credential of a gateway, numbered in the order of issue and never reused by that gateway.
pub type KeyNumber = u32;
/// How many times the right to write a bucket has gone to somebody. Each number belongs to one gateway.
pub type Epoch = u32;
/// The hash of a commit.
pub type CommitHash = [u8; 32];
/// An X25519 public key, which secrets are sealed to.
pub type SealingKey = [u8; 32];
