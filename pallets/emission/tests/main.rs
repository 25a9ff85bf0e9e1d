//! The pool and its streams: what they draw, and that nothing is lost or made.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod draw;
mod set_shares;

use idlewild_capacity_primitives::emission::total;
use pallet_idlewild_emission::{types::Stream, Credited, CurrentShares, Pool};
use pallet_idlewild_test_runtime::{AccountId, Chain, Emission, Test, COIN};

type Error = pallet_idlewild_emission::Error<Test>;

const EXBIBYTE: u128 = 1 << 60;
/// What a minute of so much makes while more than half of all coins are left.
const MINUTE: u128 = 2_048 * COIN;
