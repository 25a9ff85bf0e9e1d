//! `report_unappended`: whoever took a slot and never appended it loses it.

use idlewild_storage_primitives::{
    deal::{Slot, Source},
    terms::Load,
};
use pallet_idlewild_providers::Event as ProvidersEvent;
use pallet_idlewild_slots::Event;
use pallet_idlewild_test_runtime::{
    account, call, miner, Chain, Clock, Miner, Proofs, RuntimeEvent, ALICE, BOB, CAROL, COIN, PRICE,
};

use crate::{assigned, bounty, held, rates, DealsError, Error, ProofsError, SMALL};

#[test]
fn the_slots_bond_is_taken_and_the_slot_is_open() {
    Chain::run(|| {
        assigned(400);
        let (bond, supply, carol) = (Chain::miner(1).bond, Chain::supply(), Chain::wealth(&CAROL));
        Chain::pass(11);
        Chain::does(&CAROL, call::report_unappended(0, 1));
        assert_eq!(Chain::slot(0, 1), Slot::Vacant { since: Clock::now(), source: Source::Pot(1), last: 1 });
        let taken = rates().bond(Load::slot(4));
        let record = Chain::miner(1);
        assert_eq!((bond - record.bond, record.pot), (taken, bounty()));
        assert_eq!((record.load.slots, record.used), (0, 0));
        assert_eq!(Chain::wealth(&CAROL) - carol, bounty());
        assert_eq!(supply - Chain::supply(), taken - 2 * bounty());
        assert!(Chain::saw(|event| matches!(
            event,
            RuntimeEvent::Providers(ProvidersEvent::Slashed { miner: 1, amount, burned }) if *burned * 2 >= *amount
        )));
        assert!(Chain::saw(|event| matches!(
            event,
            RuntimeEvent::Slots(Event::Unappended { miner: 1, deal: 0, slot: 1, reporter }) if *reporter == CAROL
        )));
        Chain::refuses(&CAROL, call::report_unappended(0, 1), Error::NotAssigned);
    });
}

#[test]
fn it_is_due_only_after_the_deadline() {
    Chain::run(|| {
        assigned(400);
        Chain::refuses(&CAROL, call::report_unappended(0, 0), Error::NotDue);
        Chain::pass(10);
        Chain::refuses(&CAROL, call::report_unappended(0, 0), Error::NotDue);
        Chain::next_block();
        Chain::does(&CAROL, call::report_unappended(0, 0));
    });
}

#[test]
fn the_deadline_of_a_slot_filled_later_runs_from_then() {
    Chain::run(|| {
        let miners = Miner::register_many(4);
        let (request, _) = miner::signed_request(&ALICE, &miners[..3], SMALL, 400);
        Chain::does(&ALICE, call::create_deals(vec![request.clone()]));
        Chain::pass(50);
        Chain::does(&ALICE, call::fill_slots(0, vec![miners[3].receipt(&ALICE, &request, 3)]));
        Chain::pass(10);
        Chain::refuses(&CAROL, call::report_unappended(0, 3), Error::NotDue);
        Chain::next_block();
        Chain::does(&CAROL, call::report_unappended(0, 3));
    });
}

#[test]
fn a_miner_with_the_least_bond_still_pays_for_the_repair_of_everything() {
    Chain::run(|| {
        let mut miners = Miner::register_many(3);
        miners.push(Miner::register_with(&account(3), 3, 1 << 30, 10 * pallet_idlewild_test_runtime::COIN));
        for _ in 0..24 {
            let (request, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
            Chain::does(&ALICE, call::create_deals(vec![request]));
        }
        Chain::pass(11);
        for deal in 0..24 {
            Chain::does(&CAROL, call::report_unappended(deal, 3));
            assert_eq!(Chain::miner(3).pot, bounty() * u128::from(deal + 1));
        }
    });
}

#[test]
fn who_reports_itself_loses_half_at_least() {
    Chain::run(|| {
        assigned(400);
        let wealth = Chain::wealth(&account(0));
        Chain::pass(11);
        Chain::does(&account(0), call::report_unappended(0, 0));
        assert!((wealth - Chain::wealth(&account(0))) * 2 >= rates().bond(Load::slot(4)));
    });
}

#[test]
fn a_miner_whose_failure_that_brings_to_light_is_charged_for_all() {
    Chain::run(|| {
        let (miners, _) = held(400);
        miner::keep_proving(miners[1..].iter(), 45);
        let (request, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
        Chain::does(&ALICE, call::create_deals(vec![request]));
        miner::keep_proving(miners[1..].iter(), 61);
        Chain::does(&CAROL, call::report_unappended(1, 0));
        assert!(Proofs::failed_at(0).is_some());
        assert_eq!(Chain::miner(0).pot, 2 * bounty());
        assert!(matches!(Chain::slot(1, 0), Slot::Assigned { miner: 0, .. }));
        Chain::refuses(&CAROL, call::report_unappended(1, 0), ProofsError::MinerFailed);
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        let (miners, _) = assigned(40);
        Chain::pass(11);
        Chain::does(&account(0), call::append(0, vec![(0, 0)]));
        Chain::refuses(&CAROL, call::report_unappended(0, 0), Error::NotAssigned);
        Chain::refuses(&CAROL, call::report_unappended(1, 0), DealsError::NoSuchDeal);
        Chain::refuses(&CAROL, call::report_unappended(0, 4), DealsError::NoSuchSlot);
        let (request, _) = miner::signed_request(&ALICE, &miners[..3], SMALL, 400);
        Chain::does(&ALICE, call::create_deals(vec![request]));
        Chain::pass(29);
        Chain::refuses(&CAROL, call::report_unappended(1, 3), Error::NotAssigned);
        Chain::refuses(&CAROL, call::report_unappended(0, 1), DealsError::DealOver);
        Chain::does(&BOB, call::settle(0));
        Chain::refuses(&CAROL, call::report_unappended(0, 1), DealsError::DealOver);
    });
}

#[test]
fn nobody_is_charged_for_a_term_that_it_did_not_take_on() {
    Chain::run(|| {
        assigned(40);
        Chain::does(&account(2), call::set_price(2, PRICE + 1));
        Chain::does(&ALICE, call::extend(0, 400, PRICE));
        Chain::pass(40);
        // Miner 2 signed for 40 blocks, which are over, and is not in the extension, which nobody has begun.
        Chain::refuses(&CAROL, call::report_unappended(0, 2), Error::NotAssigned);
        // Miner 1 goes along, and is late.
        Chain::does(&CAROL, call::report_unappended(0, 1));
        assert_eq!(Chain::deal(0).end, 440);
        assert_eq!(Chain::slot(0, 2), Slot::Vacant { since: 40, source: Source::Reserve, last: 2 });
        let record = Chain::miner(2);
        assert_eq!((record.bond, record.load.slots), (1_000 * COIN, 0));
    });
}
