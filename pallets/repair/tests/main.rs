//! Every call of the repair pallet: what it does, what it refuses, and that a refused call changes nothing.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod claim_repair;
mod complete_repair;
mod drop_claims;

use idlewild_storage_primitives::{
    geometry::Geometry,
    terms::{Load, Rates},
    Balance,
};
use pallet_idlewild_test_runtime::{call, miner, Chain, Clock, Miner, Proofs, Test, TestRates, ALICE, CAROL};

/// The geometry of the deals here.
const SMALL: Geometry = Geometry { data: 2, parity: 2 };

type Error = pallet_idlewild_repair::Error<Test>;
type DealsError = pallet_idlewild_deals::Error<Test>;
type ProofsError = pallet_idlewild_proofs::Error<Test>;
type ProvidersError = pallet_idlewild_providers::Error<Test>;

/// The bounty of a slot of four chunks.
fn bounty() -> Balance {
    <TestRates as frame_support::traits::Get<Rates>>::get().bounty(Load::slot(4))
}

/// So many miners, and a deal of Alice's over the first four, of which miner 3 has just failed.
fn broken(count: u8, term: u32) -> (Vec<Miner>, Vec<Vec<u8>>) {
    let mut miners = Miner::register_many(count);
    let (_, shards) = miner::deal(&ALICE, &mut miners, SMALL, term);
    miner::keep_proving(miners[..3].iter(), 61);
    Chain::does(&CAROL, call::report_missed(3));
    assert!(Proofs::failed_at(3).is_some());
    (miners, shards)
}

/// The same when everybody may claim.
fn open(count: u8, term: u32) -> (Vec<Miner>, Vec<Vec<u8>>) {
    let (miners, shards) = broken(count, term);
    miner::keep_proving(miners[..3].iter(), Clock::now() + 15);
    (miners, shards)
}
