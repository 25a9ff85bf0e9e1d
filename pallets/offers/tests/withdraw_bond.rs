//! `withdraw_bond`: what stands for nothing goes back.

use pallet_idlewild_test_runtime::{
    account,
    compute::offers::{any_provider, record},
    Chain, BOB, COIN,
};

use crate::{add_bond, age_bonds, exit, free, pause, remove, saw, takes, withdraw_bond, Error, Event, Offers, PART};

#[test]
fn all_but_the_least_comes_back_to_who_stays() {
    Chain::run(|| {
        any_provider(0);
        age_bonds();
        let (who, wealth) = (account(0), Chain::wealth(&account(0)));
        Chain::refuses(&who, withdraw_bond(0, 990 * COIN + 1), Error::BondTooLow);
        Chain::does(&who, withdraw_bond(0, 990 * COIN));
        assert!(saw(Event::BondWithdrawn { provider: 0, amount: 990 * COIN, bond: 10 * COIN }));
        assert_eq!((record(0).bond, Offers::held_for(&who)), (10 * COIN, 10 * COIN));
        assert_eq!((Chain::wealth(&who), free(&who)), (wealth, wealth - 10 * COIN));
        // A pause is no way out, nor is an exit before the end: until then it answers for what it has.
        Chain::does(&who, pause(0));
        Chain::refuses(&who, withdraw_bond(0, 1), Error::BondTooLow);
        Chain::does(&who, exit(0));
        Chain::refuses(&who, withdraw_bond(0, 1), Error::BondTooLow);
        Chain::does(&who, remove(0));
        assert_eq!(free(&who), wealth);
    });
}

#[test]
fn what_stands_for_work_stays_until_that_ends() {
    Chain::run(|| {
        any_provider(0);
        takes(0, &PART, 300 * COIN);
        takes(0, &PART, 100 * COIN);
        age_bonds();
        let who = account(0);
        Chain::does(&who, exit(0));
        Chain::refuses(&who, withdraw_bond(0, 600 * COIN + 1), Error::BondInUse);
        Chain::refuses(&who, withdraw_bond(0, u128::MAX), Error::BondInUse);
        Chain::does(&who, withdraw_bond(0, 600 * COIN));
        Chain::refuses(&who, withdraw_bond(0, 1), Error::BondInUse);
        Offers::end_work(0, &PART, 300 * COIN);
        Chain::assert_sound();
        Chain::refuses(&who, withdraw_bond(0, 300 * COIN + 1), Error::BondInUse);
        Chain::does(&who, withdraw_bond(0, 300 * COIN));
        assert_eq!(record(0).bond, 100 * COIN);
    });
}

#[test]
fn coins_that_draws_count_on_stay() {
    Chain::run(|| {
        any_provider(0);
        let who = account(0);
        Chain::pass(19);
        Chain::refuses(&who, withdraw_bond(0, 1), Error::BondTooFresh);
        Chain::pass(1);
        Chain::does(&who, withdraw_bond(0, 1));
        // Raised once more, by whatever amount: a big bond cannot be lent for the moment of a claim.
        Chain::does(&who, add_bond(0, 1));
        Chain::refuses(&who, withdraw_bond(0, 1), Error::BondTooFresh);
        // To leave is no way around it.
        Chain::does(&who, exit(0));
        Chain::pass(19);
        Chain::refuses(&who, withdraw_bond(0, 1), Error::BondTooFresh);
        Chain::pass(1);
        Chain::does(&who, withdraw_bond(0, 990 * COIN));
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        any_provider(0);
        age_bonds();
        Chain::refuses(&account(0), withdraw_bond(1, 1), Error::NoSuchProvider);
        Chain::refuses(&BOB, withdraw_bond(0, 1), Error::NotOperator);
        Chain::refuses(&account(0), withdraw_bond(0, 0), Error::Nothing);
    });
}
