//! Every call of the deals pallet: what it does, what it refuses, and that a refused call changes nothing.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod cancel;
mod create_deals;
mod decide_probation;
mod extend;
mod fill_slots;
mod probation;
mod receipts;
mod self_dealing;
mod settle;
mod top_up;
mod transfer;
mod views;

use idlewild_storage_primitives::{geometry::Geometry, Balance};
use pallet_idlewild_test_runtime::{call, miner, Chain, Clock, Miner, Proofs, TestRates, ALICE, CAROL, COIN};

/// The geometry of most deals here.
const SMALL: Geometry = Geometry { data: 2, parity: 2 };
/// What a slot of four chunks earns in a period at the miners' price.
const RATE: Balance = 4 * COIN;

type Error = pallet_idlewild_deals::Error<pallet_idlewild_test_runtime::Test>;

/// The bounty of a slot of four chunks.
fn bounty() -> Balance {
    <TestRates as frame_support::traits::Get<idlewild_storage_primitives::terms::Rates>>::get()
        .bounty(idlewild_storage_primitives::terms::Load::slot(4))
}

/// Four miners, and a deal of Alice's that all of them have appended.
fn standing(term: u32) -> (Vec<Miner>, u64) {
    let (miners, id, _) = standing_with_shards(4, term);
    (miners, id)
}

/// So many miners, and a deal of Alice's that the first four have appended, with its shards.
fn standing_with_shards(count: u8, term: u32) -> (Vec<Miner>, u64, Vec<Vec<u8>>) {
    let mut miners = Miner::register_many(count);
    let (id, shards) = miner::deal(&ALICE, &mut miners, SMALL, term);
    Chain::assert_sound();
    (miners, id, shards)
}

/// Lets time pass until miner `index` has failed and that was reported, and its slots are open to everybody, while the others
/// prove.
fn fail(miners: &[Miner], index: usize) {
    let others = || miners.iter().enumerate().filter(|(at, _)| *at != index).map(|(_, miner)| miner);
    miner::keep_proving(others(), Clock::now() + 61);
    Chain::does(&CAROL, call::report_missed(miners[index].id));
    assert!(Proofs::failed_at(miners[index].id).is_some());
    miner::keep_proving(others(), Clock::now() + 16);
}

/// Whole periods that a miner has proven by now.
fn proven(miner: &Miner) -> Balance {
    Balance::from(Proofs::ledger(miner.id).proven_before(Proofs::period_of(miner.id)))
}

/// Periods that begin after the chain did and end no later than `end`: what a miner that proves all of them is to be paid for.
fn whole_periods(miner: &Miner, end: u32) -> Balance {
    let schedule = Proofs::schedule(miner.id);
    Balance::from(schedule.period(end) - schedule.period(0) - 1)
}
