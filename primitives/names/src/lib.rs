//! The rules of names that the chain and the daemons must agree on.
//!
//! Everything here is `no_std`, free of I/O and free of panics. Each module is one rule:
//!
//! | module | rule |
//! | --- | --- |
//! | [`name`] | what a name and a label may be, and which names look alike |
//! | [`commitment`] | what is committed to before a name is registered |
//! | [`rules`] | how long a name lasts, and who may register it after that |
//! | [`price`] | what a name costs, and what one costs besides that was free for a short while only |
//! | [`path`] | how a path is read: a name, its subnames, and an object behind them |
//! | [`record`] | what a name can lead to |
//! | [`view`] | what the runtime API answers |
//! | [`hash`] | the 256-bit hash of all of it |

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod commitment;
pub mod hash;
mod json;
pub mod name;
pub mod path;
pub mod price;
pub mod record;
pub mod rules;
pub mod view;

/// One registration of a name or a subname, numbered in the order of registration and never reused. A name that is registered anew
/// has another number, so that what hung on the old one does not come back with it.
pub type NodeId = u64;
/// The chain's clock, in blocks.
pub type Clock = u32;
/// The native coin's smallest unit.
pub type Balance = u128;
/// What makes a commitment unguessable.
pub type Salt = [u8; 32];
