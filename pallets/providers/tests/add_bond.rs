//! `add_bond`: more to answer with.

use pallet_idlewild_providers::Event;
use pallet_idlewild_test_runtime::{account, call, Chain, Miner, Providers, RuntimeEvent, BOB, COIN};

use crate::{holding, Error};

#[test]
fn a_bond_grows() {
    Chain::run(|| {
        Miner::register(0);
        Chain::does(&account(0), call::add_bond(0, 5 * COIN));
        assert_eq!((Chain::miner(0).bond, Providers::held_for(&account(0))), (1_005 * COIN, 1_005 * COIN));
        assert!(Chain::saw(|event| matches!(
            event,
            RuntimeEvent::Providers(Event::BondAdded { miner: 0, amount }) if *amount == 5 * COIN
        )));
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        Miner::register(0);
        Chain::refuses(&account(0), call::add_bond(1, 1), Error::NoSuchMiner);
        Chain::refuses(&BOB, call::add_bond(0, 1), Error::NotOperator);
        Chain::refuses(&account(0), call::add_bond(0, Chain::wealth(&account(0))), Error::NotEnoughCoins);
        Chain::refuses(&account(0), call::add_bond(0, u128::MAX), Error::NotEnoughCoins);
        Chain::does(&account(0), call::exit(0));
        Chain::refuses(&account(0), call::add_bond(0, 1), Error::Leaving);
    });
    Chain::run(|| {
        holding(400);
        Chain::pass_to(62);
        Chain::does(&BOB, call::report_missed(0));
        Chain::refuses(&account(0), call::add_bond(0, 1), Error::Leaving);
    });
}
