//! `top_up`: more coins for bounties.

use pallet_idlewild_deals::Event;
use pallet_idlewild_test_runtime::{call, Chain, Deals, RuntimeEvent, ALICE, BOB, COIN};

use crate::{bounty, standing, Error};

#[test]
fn the_reserve_grows_and_comes_back() {
    Chain::run(|| {
        let (_, id) = standing(40);
        let (wealth, held) = (Chain::wealth(&ALICE), Deals::held_for(&ALICE));
        Chain::does(&ALICE, call::top_up(id, 5 * COIN));
        assert!(Chain::saw(|event| matches!(
            event,
            RuntimeEvent::Deals(Event::ToppedUp { deal: 0, amount }) if *amount == 5 * COIN
        )));
        assert_eq!(Chain::deal(id).reserve, 2 * bounty() + 5 * COIN);
        assert_eq!(Deals::held_for(&ALICE), held + 5 * COIN);
        Chain::pass(40);
        Chain::does(&BOB, call::settle(id));
        assert_eq!((Chain::wealth(&ALICE), Deals::held_for(&ALICE)), (wealth, 0));
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        let (_, id) = standing(40);
        Chain::refuses(&ALICE, call::top_up(id + 1, COIN), Error::NoSuchDeal);
        Chain::refuses(&BOB, call::top_up(id, COIN), Error::NotOwner);
        Chain::refuses(&ALICE, call::top_up(id, 0), Error::NothingToAdd);
        Chain::refuses(&ALICE, call::top_up(id, Chain::wealth(&ALICE)), Error::NotEnoughCoins);
        Chain::refuses(&ALICE, call::top_up(id, u128::MAX), Error::NotEnoughCoins);
        Chain::pass(40);
        Chain::refuses(&ALICE, call::top_up(id, COIN), Error::DealOver);
        Chain::does(&BOB, call::settle(id));
        Chain::refuses(&ALICE, call::top_up(id, COIN), Error::DealOver);
    });
}
