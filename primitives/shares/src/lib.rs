//! The rules of sharing and publishing that chain and daemons must agree on, compiled once for each.
//!
//! | module | rule |
//! | --- | --- |
//! | [`audience`] | whom something is shared with |
//! | [`purpose`] | what a bundle's key is sealed for |
//! | [`link`] | how a share and a publication are written down for others |
//! | [`name`] | what a published file may be called |
//! | [`limits`] | how much there may be of anything |
//! | [`view`] | what the runtime API answers |

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod audience;
pub mod limits;
pub mod link;
pub mod name;
pub mod purpose;
pub mod view;

pub use idlewild_storage_primitives::{Balance, Clock, DealId};

/// A share, numbered in the order of creation and never reused.
pub type ShareId = u64;
/// A publication, numbered in the order of creation and never reused.
pub type PublicationId = u64;
/// An X25519 public key, which secrets are sealed to.
pub type SealingKey = [u8; 32];
