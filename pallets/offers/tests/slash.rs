//! `slash` and `charge`: what is taken of a bond, to the unit.

use frame_support::traits::{fungible::Balanced, Imbalance};
use idlewild_compute_primitives::Balance;
use pallet_idlewild_offers::CreditOf;
use pallet_idlewild_test_runtime::{
    account,
    compute::offers::{any_provider, provider_of, record, MACHINE, PRICES},
    Balances, Chain, RuntimeEvent, Test, ALICE, BOB, COIN,
};

use crate::{age_bonds, exit, free, saw, takes, withdraw_bond, Error, Event, Offers, PART};

type Taken = fn(u32, Balance) -> CreditOf<Test>;

/// Both take the same way.
const BOTH: [Taken; 2] = [Offers::slash, Offers::charge];

#[test]
fn what_is_taken_is_what_is_handed_out() {
    for take in BOTH {
        Chain::run(|| {
            any_provider(0);
            let (supply, wealth, bobs) = (Chain::supply(), Chain::wealth(&account(0)), Chain::wealth(&BOB));
            takes(0, &PART, 100 * COIN);
            let credit = take(0, 30 * COIN);
            assert_eq!(credit.peek(), 30 * COIN);
            let of = record(0);
            assert_eq!((of.bond, of.locked, of.spare(), of.busy), (970 * COIN, 70 * COIN, 900 * COIN, 1));
            assert!(Balances::resolve(&BOB, credit).is_ok());
            Chain::assert_sound();
            assert_eq!(Offers::held_for(&account(0)), 970 * COIN);
            assert_eq!((Chain::wealth(&account(0)), Chain::wealth(&BOB)), (wealth - 30 * COIN, bobs + 30 * COIN));
            assert_eq!(Chain::supply(), supply);
            // What is left of the lock goes with the work.
            Offers::end_work(0, &PART, 70 * COIN);
            Chain::assert_sound();
            assert_eq!((record(0).locked, record(0).spare(), record(0).busy), (0, 970 * COIN, 0));
        });
    }
}

#[test]
fn each_says_what_it_was() {
    Chain::run(|| {
        any_provider(0);
        drop(Offers::slash(0, 1));
        drop(Offers::charge(0, 2));
        assert!(saw(Event::Slashed { provider: 0, amount: 1 }) && saw(Event::Charged { provider: 0, amount: 2 }));
    });
}

#[test]
fn other_work_keeps_what_stands_for_it() {
    Chain::run(|| {
        any_provider(0);
        takes(0, &PART, 400 * COIN);
        takes(0, &PART, 600 * COIN);
        // All of what stood for the first.
        drop(Offers::slash(0, 400 * COIN));
        Offers::end_work(0, &PART, 0);
        Chain::assert_sound();
        assert_eq!((record(0).bond, record(0).locked), (600 * COIN, 600 * COIN));
        Chain::does(&account(0), exit(0));
        age_bonds();
        Chain::refuses(&account(0), withdraw_bond(0, 1), Error::BondInUse);
    });
}

#[test]
fn no_more_is_taken_than_there_is() {
    for take in BOTH {
        Chain::run(|| {
            // The operator has another provider, whose bond is none of this one's.
            for index in [0, 1] {
                provider_of(&ALICE, index, MACHINE, Default::default(), PRICES, 10 * COIN);
            }
            takes(0, &PART, 5 * COIN);
            takes(0, &PART, 2 * COIN);
            let coins = free(&ALICE);
            let credit = take(0, Balance::MAX);
            assert_eq!(credit.peek(), 10 * COIN);
            drop(credit);
            Chain::assert_sound();
            assert_eq!((record(0).bond, record(0).locked, record(0).busy), (0, 0, 2));
            assert_eq!((record(1).bond, Offers::held_for(&ALICE), free(&ALICE)), (10 * COIN, 10 * COIN, coins));
            // There is nothing more, and nothing to tell of.
            let events = Chain::events().len();
            assert_eq!(take(0, 1).peek(), 0);
            assert!(!Chain::events()[events..].iter().any(|event| matches!(event, RuntimeEvent::Offers(_))));
            Offers::end_work(0, &PART, 5 * COIN);
            Offers::end_work(0, &PART, 2 * COIN);
            Chain::assert_sound();
            assert_eq!((record(0).free, record(0).busy), (MACHINE, 0));
        });
    }
}

#[test]
fn a_credit_that_nobody_gets_is_burned() {
    Chain::run(|| {
        any_provider(0);
        let supply = Chain::supply();
        drop(Offers::slash(0, COIN));
        assert_eq!(Chain::supply(), supply - COIN);
    });
}

#[test]
fn nothing_is_taken_of_who_is_not_there_nor_for_nothing() {
    for take in BOTH {
        Chain::run(|| {
            any_provider(0);
            let (before, events) = (Chain::state(), Chain::events().len());
            assert_eq!((take(1, COIN).peek(), take(0, 0).peek()), (0, 0));
            assert_eq!(before, Chain::state());
            assert_eq!(Chain::events().len(), events);
        });
    }
}
