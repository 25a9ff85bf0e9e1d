//! `withdraw_bond`: what stands for nothing goes back.

use idlewild_storage_primitives::terms::{Load, Rates};
use pallet_idlewild_providers::{Event, TotalWeight};
use pallet_idlewild_test_runtime::{account, call, Chain, Miner, Providers, RuntimeEvent, Test, TestRates, BOB, COIN};

use crate::{holding, Error};

#[test]
fn all_but_the_least_comes_back_to_who_stays() {
    Chain::run(|| {
        Miner::register(0);
        Chain::age_bonds();
        let wealth = Chain::wealth(&account(0));
        Chain::refuses(&account(0), call::withdraw_bond(0, 990 * COIN + 1), Error::BondTooLow);
        Chain::does(&account(0), call::withdraw_bond(0, 990 * COIN));
        assert_eq!((Chain::miner(0).bond, Providers::held_for(&account(0))), (10 * COIN, 10 * COIN));
        assert_eq!(Chain::wealth(&account(0)), wealth);
        assert!(Chain::saw(|event| matches!(event, RuntimeEvent::Providers(Event::BondWithdrawn { miner: 0, .. }))));
        Chain::refuses(&account(0), call::withdraw_bond(0, 1), Error::BondTooLow);
        Chain::does(&account(0), call::exit(0));
        Chain::does(&account(0), call::withdraw_bond(0, 10 * COIN));
    });
}

#[test]
fn what_stands_for_slots_stays() {
    Chain::run(|| {
        holding(400);
        Chain::age_bonds();
        let rates = <TestRates as frame_support::traits::Get<Rates>>::get();
        Chain::does(&account(0), call::exit(0));
        let spare = 1_000 * COIN - rates.bond(Load::slot(4));
        Chain::refuses(&account(0), call::withdraw_bond(0, spare + 1), Error::BondInUse);
        Chain::refuses(&account(0), call::withdraw_bond(0, 1_001 * COIN), Error::BondInUse);
        Chain::refuses(&account(0), call::withdraw_bond(0, u128::MAX), Error::BondInUse);
        Chain::does(&account(0), call::withdraw_bond(0, spare));
    });
}

#[test]
fn coins_stay_until_an_epoch_that_they_counted_in_is_over() {
    Chain::run(|| {
        Miner::register(0);
        // The last moment of an epoch, so that the weights of the next are taken with what is put up now.
        Chain::pass_to(29);
        Chain::does(&account(0), call::add_bond(0, 500 * COIN));
        Chain::does(&account(0), call::withdraw_bond(0, 1_000 * COIN));
        Chain::refuses(&account(0), call::withdraw_bond(0, 1), Error::BondTooFresh);
        Chain::pass_to(30);
        Chain::does(&account(0), call::add_bond(0, 100 * COIN));
        Chain::refuses(&account(0), call::withdraw_bond(0, 1), Error::BondTooFresh);
        Chain::pass_to(39);
        Chain::refuses(&account(0), call::withdraw_bond(0, 1), Error::BondTooFresh);
        Chain::pass_to(40);
        Chain::refuses(&account(0), call::withdraw_bond(0, 500 * COIN + 1), Error::BondTooFresh);
        Chain::does(&account(0), call::withdraw_bond(0, 500 * COIN));
        Chain::pass_to(50);
        Chain::does(&account(0), call::withdraw_bond(0, 90 * COIN));
        assert_eq!(Chain::miner(0).bond, 10 * COIN);
    });
}

#[test]
fn coins_lent_for_the_moment_of_the_draw_cannot_leave_before_it_is_over() {
    Chain::run(|| {
        Miner::register_with(&account(0), 0, 1 << 40, 10 * COIN);
        let honest = Miner::register_with(&account(1), 1, 1 << 40, 1_000 * COIN);
        let has_most = || {
            let epoch = Providers::epoch();
            Chain::miner(honest.id).weight.of(epoch).0 * 2 > TotalWeight::<Test>::get().of(epoch).0
        };
        Chain::pass_to(29);
        assert!(has_most());
        Chain::does(&account(0), call::add_bond(0, 100_000 * COIN));
        for moment in [30, 39] {
            Chain::pass_to(moment);
            assert!(!has_most(), "the draw counts on them");
            Chain::refuses(&account(0), call::withdraw_bond(0, 100_000 * COIN), Error::BondTooFresh);
        }
        Chain::pass_to(40);
        Chain::does(&account(0), call::withdraw_bond(0, 100_000 * COIN));
    });
}

#[test]
fn a_failed_miner_withdraws_what_is_left_but_not_its_pot() {
    Chain::run(|| {
        holding(400);
        Chain::pass_to(62);
        Chain::does(&BOB, call::report_missed(0));
        let record = Chain::miner(0);
        assert!(record.pot > 0);
        Chain::refuses(&account(0), call::withdraw_bond(0, record.bond + 1), Error::BondInUse);
        Chain::does(&account(0), call::withdraw_bond(0, record.bond));
        assert_eq!(Providers::held_for(&account(0)), record.pot);
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        Miner::register(0);
        Chain::refuses(&account(0), call::withdraw_bond(1, 1), Error::NoSuchMiner);
        Chain::refuses(&BOB, call::withdraw_bond(0, 1), Error::NotOperator);
    });
}
