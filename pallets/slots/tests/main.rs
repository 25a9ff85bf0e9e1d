//! Every call of the slots pallet: what it does, what it refuses, and that a refused call changes nothing.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod append;
mod clear;
mod declare_lost;
mod report_unappended;

use idlewild_storage_primitives::{
    geometry::Geometry,
    terms::{Load, Rates},
    Balance,
};
use pallet_idlewild_test_runtime::{call, miner, Chain, Miner, Test, TestRates, ALICE};

/// The geometry of the deals here.
const SMALL: Geometry = Geometry { data: 2, parity: 2 };

type Error = pallet_idlewild_slots::Error<Test>;
type DealsError = pallet_idlewild_deals::Error<Test>;
type ProofsError = pallet_idlewild_proofs::Error<Test>;
type ProvidersError = pallet_idlewild_providers::Error<Test>;

fn rates() -> Rates {
    <TestRates as frame_support::traits::Get<Rates>>::get()
}

/// The bounty of a slot of four chunks.
fn bounty() -> Balance {
    rates().bounty(Load::slot(4))
}

/// Five miners and a deal whose four slots are assigned to the first of them, with its shards.
fn assigned(term: u32) -> (Vec<Miner>, Vec<Vec<u8>>) {
    let miners = Miner::register_many(5);
    let (request, shards) = miner::signed_request(&ALICE, &miners, SMALL, term);
    Chain::does(&ALICE, call::create_deals(vec![request]));
    (miners, shards)
}

/// The same with its slots appended.
fn held(term: u32) -> (Vec<Miner>, Vec<Vec<u8>>) {
    let mut miners = Miner::register_many(5);
    let (_, shards) = miner::deal(&ALICE, &mut miners, SMALL, term);
    Chain::assert_sound();
    (miners, shards)
}
