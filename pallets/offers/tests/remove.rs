//! `remove`: the end of a provider that has nothing to do any more.

use frame_support::traits::Imbalance;
use pallet_idlewild_offers::{ByPeerKey, Endpoints, GivenBy, Providers};
use pallet_idlewild_test_runtime::{
    account,
    compute::offers::{agree, any_provider, record},
    Chain, Test, BOB, COIN,
};

use crate::{age_bonds, exit, free, pause, remove, saw, takes, withdraw_bond, Error, Event, Offers, PART};

#[test]
fn nothing_is_left_of_it() {
    Chain::run(|| {
        let wealth = Chain::wealth(&account(0));
        any_provider(0);
        agree(0, 64);
        Chain::does(&account(0), exit(0));
        age_bonds();
        Chain::does(&account(0), remove(0));
        assert!(saw(Event::Removed { provider: 0 }));
        assert_eq!((free(&account(0)), Offers::held_for(&account(0))), (wealth, 0));
        assert_eq!(Providers::<Test>::iter().count() + ByPeerKey::<Test>::iter().count(), 0);
        assert_eq!(Endpoints::<Test>::iter().count() + GivenBy::<Test>::iter().count(), 0);
        Chain::refuses(&account(0), remove(0), Error::NoSuchProvider);
        // The next one has another number and begins with nothing.
        any_provider(0);
        assert_eq!((record(1).score, Offers::get(0).is_err()), (0, true));
    });
}

#[test]
fn who_is_busy_stays_until_its_work_ends() {
    Chain::run(|| {
        any_provider(0);
        takes(0, &PART, 5);
        takes(0, &Default::default(), 0);
        Chain::does(&account(0), exit(0));
        age_bonds();
        Chain::refuses(&account(0), remove(0), Error::Busy);
        Offers::end_work(0, &PART, 5);
        Chain::refuses(&account(0), remove(0), Error::Busy);
        // Until the end it answers for what it did.
        assert_eq!(Offers::slash(0, COIN).peek(), COIN);
        Offers::end_work(0, &Default::default(), 0);
        Chain::does(&account(0), remove(0));
    });
}

#[test]
fn a_bond_that_draws_count_on_stays_and_nothing_need_not() {
    Chain::run(|| {
        any_provider(0);
        Chain::does(&account(0), exit(0));
        Chain::pass(19);
        Chain::refuses(&account(0), remove(0), Error::BondTooFresh);
        Chain::pass(1);
        Chain::does(&account(0), withdraw_bond(0, 990 * COIN));
        Chain::refuses(&account(0), withdraw_bond(0, 1), Error::BondTooLow);
        Chain::does(&account(0), remove(0));
        // One whose whole bond was slashed has none that could be too fresh.
        any_provider(1);
        assert_eq!(Offers::slash(1, 1_000 * COIN).peek(), 1_000 * COIN);
        Chain::does(&account(1), exit(1));
        Chain::does(&account(1), remove(1));
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        any_provider(0);
        age_bonds();
        Chain::refuses(&account(0), remove(0), Error::NotExiting);
        Chain::does(&account(0), pause(0));
        Chain::refuses(&account(0), remove(0), Error::NotExiting);
        Chain::does(&account(0), exit(0));
        Chain::refuses(&BOB, remove(0), Error::NotOperator);
    });
}
