//! Every call of the providers pallet: what it does, what it refuses, and that a refused call changes nothing.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod add_bond;
mod offer;
mod register;
mod remove;
mod room;
mod score;
mod status;
mod withdraw_bond;

use idlewild_storage_primitives::geometry::Geometry;
use pallet_idlewild_test_runtime::{miner, Chain, Miner, Test, ALICE};

/// The geometry of the deals here.
const SMALL: Geometry = Geometry { data: 2, parity: 2 };

type Error = pallet_idlewild_providers::Error<Test>;

/// Four miners that hold a slot each of a deal of Alice's.
fn holding(term: u32) -> Vec<Miner> {
    let mut miners = Miner::register_many(4);
    miner::deal(&ALICE, &mut miners, SMALL, term);
    Chain::assert_sound();
    miners
}
