//! Every call of the proofs pallet: what it does, what it refuses, and that a refused call changes nothing.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod moved;
mod prove;
mod report_missed;
mod views;

use idlewild_storage_primitives::geometry::Geometry;
use pallet_idlewild_test_runtime::{miner, Chain, Miner, ALICE};

/// The geometry of the deals here.
const SMALL: Geometry = Geometry { data: 2, parity: 2 };

type Error = pallet_idlewild_proofs::Error<pallet_idlewild_test_runtime::Test>;
type ProvidersError = pallet_idlewild_providers::Error<pallet_idlewild_test_runtime::Test>;

/// Four miners that hold a slot each of two deals, at the first moment at which miner 0 can prove.
fn holding() -> Vec<Miner> {
    let mut miners = Miner::register_many(4);
    miner::deal(&ALICE, &mut miners, SMALL, 400);
    miner::deal(&ALICE, &mut miners, SMALL, 400);
    miners[0].pass_period();
    Chain::assert_sound();
    miners
}
