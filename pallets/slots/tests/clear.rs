//! `clear`: a slot that nobody needs leaves its miner's range and frees its bond.

use idlewild_storage_primitives::sum_range::Node;
use pallet_idlewild_slots::Event;
use pallet_idlewild_test_runtime::{account, call, miner, Chain, Miner, Proofs, RuntimeEvent, Test, ALICE, BOB, COIN};

use crate::{held, Error, ProofsError, ProvidersError, SMALL};

/// Four miners with six slots each, of which those of deals 0, 2 and 3 are over and settled.
fn with_ended() -> Vec<Miner> {
    let mut miners = Miner::register_many(4);
    for term in [40, 400, 40, 40, 400, 400] {
        miner::deal(&ALICE, &mut miners, SMALL, term);
    }
    miner::keep_proving(miners.iter(), 40);
    Chain::does(&BOB, call::settle_all(vec![0, 2, 3]));
    miners
}

#[test]
fn bond_and_capacity_come_back_slot_by_slot() {
    Chain::run(|| {
        let mut miners = with_ended();
        assert_eq!(Chain::miner(0).load.slots, 6);
        assert_eq!(miners[0].clear(&[(2, 0)]), Ok(()));
        Chain::assert_sound();
        assert!(Chain::saw(|event| matches!(
            event,
            RuntimeEvent::Slots(Event::Cleared { miner: 0, deal: 2, slot: 0, index: 2 })
        )));
        let record = Chain::miner(0);
        assert_eq!((record.load.slots, record.load.chunks, record.used), (5, 20, 5 * 4096));
        // Two in one call, each path as the one before leaves it.
        assert_eq!(miners[0].clear(&[(3, 0), (0, 0)]), Ok(()));
        Chain::assert_sound();
        assert_eq!(Proofs::view(0).unwrap().live.total(), 12);
        assert_eq!(Proofs::view(0).unwrap().live.leaves, 6, "cleared leaves keep their index");
        miner::keep_proving(miners.iter(), 100);
        assert!(Proofs::ledger(0).missed == 0);
    });
}

#[test]
fn a_slot_of_a_deal_that_is_long_forgotten_is_cleared_too() {
    Chain::run(|| {
        let mut miners = with_ended();
        miner::keep_proving(miners.iter(), 310);
        Chain::does(&BOB, call::settle_all(vec![0, 2, 3]));
        assert!(!pallet_idlewild_deals::Deals::<Test>::contains_key(0));
        assert_eq!(miners[3].clear(&[(0, 3), (2, 3), (3, 3)]), Ok(()));
        Chain::assert_sound();
        assert_eq!(Chain::miner(3).load.slots, 3);
    });
}

#[test]
fn a_slot_that_another_repaired_is_cleared() {
    Chain::run(|| {
        let (mut miners, shards) = held(400);
        // Miner 4 repairs what 3 never proved, misses its probation, and 0 is not concerned.
        miner::keep_proving(miners[..3].iter(), 61);
        Chain::does(&BOB, call::report_missed(3));
        miner::keep_proving(miners[..3].iter(), 77);
        assert_eq!(miners[4].repair(0, 3, &shards[3]), Ok(()));
        assert_eq!(miners[4].clear(&[(0, 3)]), Err(Error::StillHeld.into()));
        let since = Proofs::period_of(4);
        miner::keep_proving(miners[..3].iter(), Proofs::schedule(4).start(since + 2));
        Chain::does(&BOB, call::report_missed(4));
        assert_eq!(miners[4].clear(&[(0, 3)]), Err(Error::StillHeld.into()), "until it is settled that it did not prove");
        Chain::does(&BOB, call::settle(0));
        assert_eq!(miners[4].clear(&[(0, 3)]), Ok(()));
        Chain::assert_sound();
        assert_eq!(Chain::miner(4).load.slots, 0);
    });
}

#[test]
fn a_miner_leaves_slot_by_slot() {
    Chain::run(|| {
        let mut miners = Miner::register_many(4);
        let before = Chain::wealth(&account(0));
        miner::deal(&ALICE, &mut miners, SMALL, 40);
        miner::deal(&ALICE, &mut miners, SMALL, 60);
        Chain::does(&account(0), call::exit(0));
        miner::keep_proving(miners.iter(), 20);
        let required =
            |slots| crate::rates().bond(idlewild_storage_primitives::terms::Load { slots, chunks: 4 * u64::from(slots) });
        Chain::does(&account(0), call::withdraw_bond(0, 1_000 * COIN - required(2)));
        Chain::refuses(&account(0), call::withdraw_bond(0, 1), ProvidersError::BondInUse);
        miner::keep_proving(miners.iter(), 40);
        Chain::does(&BOB, call::settle(0));
        assert_eq!(miners[0].clear(&[(0, 0)]), Ok(()));
        Chain::does(&account(0), call::withdraw_bond(0, required(2) - required(1)));
        Chain::refuses(&account(0), call::remove(0), ProvidersError::StillInUse);
        miner::keep_proving(miners.iter(), 60);
        Chain::does(&BOB, call::settle(1));
        assert_eq!(miners[0].clear(&[(1, 0)]), Ok(()));
        Chain::does(&account(0), call::remove(0));
        assert!(Chain::wealth(&account(0)) > before, "bond back, and paid");
        assert!(Proofs::view(0).is_none());
    });
}

#[test]
fn what_is_still_held_is_not_cleared() {
    Chain::run(|| {
        let miners = with_ended();
        let clearings = miners[0].clearings(&[(0, 0), (1, 0)]);
        Chain::refuses(&account(0), call::clear(0, clearings), Error::StillHeld);
        // Over, but not settled: its periods may be unpaid yet.
        miner::keep_proving(miners.iter(), 400);
        Chain::refuses(&account(0), call::clear(0, miners[0].clearings(&[(1, 0)])), Error::StillHeld);
        Chain::does(&BOB, call::settle(1));
        Chain::does(&account(0), call::clear(0, miners[0].clearings(&[(1, 0)])));
    });
}

#[test]
fn a_leaf_is_cleared_where_it_stands_and_once() {
    Chain::run(|| {
        let mut miners = with_ended();
        let good = miners[0].clearings(&[(0, 0), (3, 0)]);
        let refuse = |change: &dyn Fn(&mut Vec<pallet_idlewild_slots::Clearing>)| {
            let mut clearings = good.clone();
            change(&mut clearings);
            Chain::refuses(&account(0), call::clear(0, clearings), ProofsError::WrongPosition);
        };
        refuse(&|clearings| clearings[0].index = 1);
        refuse(&|clearings| clearings[0].index = 6);
        refuse(&|clearings| clearings[0].index = u32::MAX);
        refuse(&|clearings| clearings[0].path[0].sum += 1);
        refuse(&|clearings| clearings[0].path[1].hash[3] ^= 1);
        refuse(&|clearings| clearings[0].path.try_push(Node::CLEARED).unwrap());
        refuse(&|clearings| {
            let _ = clearings[0].path.pop();
        });
        refuse(&|clearings| clearings[0].leaf.count = 3);
        refuse(&|clearings| clearings[0].leaf.root = [0; 32]);
        // A leaf made up to be of a deal that never was.
        refuse(&|clearings| clearings[0].leaf.deal = 99);
        // In another order, and the same one twice.
        refuse(&|clearings| clearings.reverse());
        refuse(&|clearings| clearings[1] = clearings[0].clone());
        // Another miner's.
        Chain::refuses(&account(1), call::clear(1, good.clone()), ProofsError::WrongPosition);
        assert_eq!(miners[0].clear(&[(0, 0), (3, 0)]), Ok(()));
        Chain::refuses(&account(0), call::clear(0, good), ProofsError::WrongPosition);
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        let miners = with_ended();
        let clearings = miners[0].clearings(&[(0, 0)]);
        Chain::refuses(&account(0), call::clear(0, vec![]), Error::Nothing);
        Chain::refuses(&BOB, call::clear(0, clearings.clone()), ProvidersError::NotOperator);
        Chain::refuses(&BOB, call::clear(9, clearings.clone()), ProvidersError::NoSuchMiner);
        Chain::pass(60);
        Chain::does(&BOB, call::report_missed(0));
        Chain::refuses(&account(0), call::clear(0, clearings), ProofsError::MinerFailed);
    });
}
