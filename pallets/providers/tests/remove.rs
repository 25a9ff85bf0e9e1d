//! `remove`: the end of a miner that answers for nothing any more.

use idlewild_storage_primitives::terms::{Load, Rates};
use pallet_idlewild_providers::{ByPeerKey, Endpoints, Event, Miners, TotalWeight};
use pallet_idlewild_test_runtime::{
    account, call, miner, Chain, Miner, Providers, RuntimeEvent, Test, TestRates, ALICE, BOB, COIN,
};

use crate::{holding, Error, SMALL};

#[test]
fn nothing_is_left_of_it() {
    Chain::run(|| {
        Miner::register(0);
        let wealth = Chain::wealth(&account(0));
        Chain::does(&account(0), call::exit(0));
        Chain::age_bonds();
        Chain::does(&account(0), call::remove(0));
        assert!(Chain::saw(|event| matches!(event, RuntimeEvent::Providers(Event::Removed { miner: 0 }))));
        assert_eq!((Providers::held_for(&account(0)), Chain::wealth(&account(0))), (0, wealth));
        assert_eq!(Miners::<Test>::iter().count() + Endpoints::<Test>::iter().count(), 0);
        assert_eq!(ByPeerKey::<Test>::iter().count(), 0);
        assert_eq!(TotalWeight::<Test>::get().live(), 0);
        Chain::refuses(&account(0), call::remove(0), Error::NoSuchMiner);
    });
}

#[test]
fn an_operators_other_miners_keep_their_bonds() {
    Chain::run(|| {
        Miner::register_for(&BOB, 0);
        Miner::register_for(&BOB, 1);
        Chain::does(&BOB, call::exit(0));
        Chain::age_bonds();
        Chain::does(&BOB, call::remove(0));
        assert_eq!(Providers::held_for(&BOB), 1_000 * COIN);
    });
}

#[test]
fn a_failed_miner_is_removed_once_all_it_left_is_repaired_or_over() {
    Chain::run(|| {
        let miners = holding(100);
        miner::keep_proving(miners[1..].iter(), 62);
        Chain::does(&BOB, call::report_missed(0));
        Chain::refuses(&account(0), call::remove(0), Error::StillInUse);
        miner::keep_proving(miners[1..].iter(), 100);
        Chain::refuses(&account(0), call::remove(0), Error::StillInUse);
        Chain::does(&BOB, call::settle(0));
        Chain::does(&account(0), call::remove(0));
        assert_eq!(Providers::held_for(&account(0)), 0);
    });
}

#[test]
fn a_bond_that_the_draw_counts_on_keeps_its_miner() {
    Chain::run(|| {
        Miner::register(0);
        Chain::does(&account(0), call::exit(0));
        Chain::pass_to(19);
        Chain::refuses(&account(0), call::remove(0), Error::BondTooFresh);
        Chain::pass_to(20);
        Chain::does(&account(0), call::remove(0));
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        let mut miners = holding(40);
        Chain::refuses(&account(0), call::remove(9), Error::NoSuchMiner);
        Chain::refuses(&BOB, call::remove(0), Error::NotOperator);
        Chain::refuses(&account(0), call::remove(0), Error::NotExiting);
        Chain::does(&account(0), call::exit(0));
        Chain::refuses(&account(0), call::remove(0), Error::StillInUse);
        Chain::pass(40);
        Chain::does(&BOB, call::settle(0));
        Chain::refuses(&account(0), call::remove(0), Error::StillInUse);
        assert_eq!(miners[0].clear(&[(0, 0)]), Ok(()));
        Chain::does(&account(0), call::remove(0));
    });
}

#[test]
fn a_miner_that_fails_with_slots_of_deals_that_are_over_leaves_nothing_stuck() {
    Chain::run(|| {
        let mut miners = Miner::register_many(4);
        miner::deal(&ALICE, &mut miners, SMALL, 40);
        miner::deal(&ALICE, &mut miners, SMALL, 400);
        miner::keep_proving(miners.iter(), 40);
        Chain::does(&BOB, call::settle(0));
        // Miner 0 has not cleared the first slot yet when it fails: its bond stands for two, and a deal counts on one.
        let (slots, answers) = (Chain::miner(0).load.slots, Chain::miner(0).answers);
        assert_eq!((slots, answers), (2, Load::slot(4)));
        miner::keep_proving(miners[1..].iter(), 110);
        Chain::does(&BOB, call::report_missed(0));
        let record = Chain::miner(0);
        let rates: Rates = TestRates::get();
        assert_eq!((record.lost, record.pot), (Load::slot(4), rates.bounty(Load::slot(4))));
        miner::keep_proving(miners[1..].iter(), 400);
        Chain::does(&BOB, call::settle(1));
        assert_eq!(Chain::miner(0).pot, 0);
        Chain::does(&account(0), call::remove(0));
        assert_eq!(Providers::held_for(&account(0)), 0);
    });
}
