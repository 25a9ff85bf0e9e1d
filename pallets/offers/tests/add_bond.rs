//! `add_bond`: more coins on hold, that count at once.

use pallet_idlewild_test_runtime::{
    account,
    compute::offers::{any_provider, provider, record, MACHINE, PRICES},
    Chain, BOB, COIN,
};

use crate::{add_bond, exit, free, pause, saw, takes, takes_not, Error, Event, Offers, PART};

#[test]
fn more_is_on_hold_and_stands_for_work_at_once() {
    Chain::run(|| {
        provider(0, MACHINE, Default::default(), PRICES, 10 * COIN);
        let wealth = Chain::wealth(&account(0));
        takes_not(0, &PART, 15 * COIN, Error::BondInUse);
        Chain::pass(5);
        Chain::does(&account(0), add_bond(0, 5 * COIN));
        assert!(saw(Event::BondAdded { provider: 0, amount: 5 * COIN, bond: 15 * COIN }));
        let of = record(0);
        assert_eq!((of.bond, of.spare(), of.raised), (15 * COIN, 15 * COIN, 5));
        assert_eq!((Offers::held_for(&account(0)), free(&account(0))), (15 * COIN, wealth - 15 * COIN));
        takes(0, &PART, 15 * COIN);
    });
}

#[test]
fn who_is_paused_may_and_who_leaves_may_not() {
    Chain::run(|| {
        any_provider(0);
        Chain::does(&account(0), pause(0));
        Chain::does(&account(0), add_bond(0, 1));
        Chain::does(&account(0), exit(0));
        Chain::refuses(&account(0), add_bond(0, 1), Error::Leaving);
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        any_provider(0);
        Chain::refuses(&account(0), add_bond(1, 1), Error::NoSuchProvider);
        Chain::refuses(&BOB, add_bond(0, 1), Error::NotOperator);
        Chain::refuses(&account(0), add_bond(0, 0), Error::Nothing);
        Chain::refuses(&account(0), add_bond(0, free(&account(0)) + 1), Error::NotEnoughCoins);
        Chain::refuses(&account(0), add_bond(0, u128::MAX), Error::NotEnoughCoins);
    });
}
