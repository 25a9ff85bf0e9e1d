//! `pause`, `resume`, `exit`: what a miner wants.

use pallet_idlewild_providers::{types::Status, ActiveOf, ActiveOperators, Event, TotalWeight};
use pallet_idlewild_test_runtime::{account, call, miner, Chain, Miner, RuntimeEvent, Test, ALICE, BOB, COIN};

use crate::{holding, Error};

#[test]
fn a_paused_miner_takes_nothing_and_keeps_what_it_has() {
    Chain::run(|| {
        let miners = holding(100);
        let weight = TotalWeight::<Test>::get().live();
        Chain::does(&account(0), call::pause(0));
        assert_eq!(Chain::miner(0).status, Status::Paused);
        assert!(Chain::saw(|event| matches!(
            event,
            RuntimeEvent::Providers(Event::StatusChanged { miner: 0, status: Status::Paused })
        )));
        assert!(TotalWeight::<Test>::get().live() < weight);
        assert_eq!(ActiveOperators::<Test>::get(), 3);
        let before = Chain::wealth(&account(0));
        miner::keep_proving(miners.iter(), 100);
        Chain::does(&BOB, call::settle(0));
        assert!(Chain::wealth(&account(0)) > before);
        Chain::refuses(&account(0), call::pause(0), Error::SameStatus);
        Chain::does(&account(0), call::resume(0));
        assert_eq!(TotalWeight::<Test>::get().live(), weight);
        Chain::refuses(&account(0), call::resume(0), Error::SameStatus);
    });
}

#[test]
fn an_operator_is_active_while_any_of_its_miners_is() {
    Chain::run(|| {
        Miner::register_for(&ALICE, 0);
        Miner::register_for(&ALICE, 1);
        Chain::does(&ALICE, call::pause(0));
        assert_eq!((ActiveOperators::<Test>::get(), ActiveOf::<Test>::get(&ALICE)), (1, 1));
        Chain::does(&ALICE, call::exit(1));
        assert_eq!((ActiveOperators::<Test>::get(), ActiveOf::<Test>::get(&ALICE)), (0, 0));
        Chain::does(&ALICE, call::resume(0));
        assert_eq!(ActiveOperators::<Test>::get(), 1);
        // From a pause it may leave as well.
        Chain::does(&ALICE, call::pause(0));
        Chain::does(&ALICE, call::exit(0));
        assert_eq!(ActiveOperators::<Test>::get(), 0);
    });
}

#[test]
fn who_leaves_does_not_come_back() {
    Chain::run(|| {
        Miner::register(0);
        Chain::does(&account(0), call::exit(0));
        for call in [call::pause(0), call::resume(0), call::exit(0)] {
            Chain::refuses(&account(0), call, Error::Leaving);
        }
    });
}

#[test]
fn they_are_refused() {
    Chain::run(|| {
        Miner::register(0);
        for call in [call::pause(9), call::resume(9), call::exit(9)] {
            Chain::refuses(&account(0), call, Error::NoSuchMiner);
        }
        for call in [call::pause(0), call::resume(0), call::exit(0)] {
            Chain::refuses(&BOB, call, Error::NotOperator);
        }
    });
}

#[test]
fn an_operator_counts_with_what_its_miners_can_take() {
    Chain::run(|| {
        Miner::register_with(&ALICE, 0, 1 << 40, 10 * COIN);
        assert_eq!(ActiveOperators::<Test>::get(), 0, "ten coins cover too little");
        Chain::does(&ALICE, call::add_bond(0, 990 * COIN));
        assert_eq!((ActiveOperators::<Test>::get(), ActiveOf::<Test>::get(&ALICE)), (1, 1));
        Chain::age_bonds();
        Chain::does(&ALICE, call::withdraw_bond(0, 990 * COIN));
        assert_eq!((ActiveOperators::<Test>::get(), ActiveOf::<Test>::iter().count()), (0, 0));
    });
}
