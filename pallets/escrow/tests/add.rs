//! `add`: the payer puts in more.

use pallet_idlewild_test_runtime::{ALICE, BOB};

use crate::*;

#[test]
fn it_comes_from_the_payer() {
    Chain::run(|| {
        let free = coins(&ALICE).0;
        does(|| Escrow::open(&ALICE, COIN));
        does(|| Escrow::open(&BOB, COIN));
        does(|| Escrow::add(0, 2 * COIN));
        assert_eq!(coins(&ALICE), (free - 3 * COIN, 3 * COIN));
        assert_eq!((ledger(0), ledger(1)), ((3 * COIN, 0, 0, 0, 3 * COIN), (COIN, 0, 0, 0, COIN)));
        assert!(saw(Event::Added { escrow: 0, amount: 2 * COIN }));
    });
}

#[test]
fn it_fills_what_was_used_up() {
    Chain::run(|| {
        does(|| Escrow::open(&ALICE, COIN));
        does(|| Escrow::pay(0, &BOB, COIN));
        does(|| Escrow::add(0, 5));
        assert_eq!(ledger(0), (COIN + 5, COIN, 0, 0, 5));
    });
}

#[test]
fn nothing_more_is_nothing() {
    Chain::run(|| {
        does(|| Escrow::open(&NOBODY, 0));
        let events = Chain::events().len();
        does(|| Escrow::add(0, 0));
        assert_eq!(Chain::events().len(), events);
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        refuses(|| Escrow::add(0, 1), Error::NoSuchEscrow);
        does(|| Escrow::open(&ALICE, COIN));
        let free = coins(&ALICE).0;
        refuses(|| Escrow::add(0, free), Error::NotEnoughCoins);
        refuses(|| Escrow::add(0, free - LEAST + 1), Error::NotEnoughCoins);
        refuses(|| Escrow::add(0, u128::MAX), Error::TooMany);
        refuses(|| Escrow::add(0, u128::MAX - COIN), Error::NotEnoughCoins);
        does(|| Escrow::close(0));
        refuses(|| Escrow::add(0, 0), Error::NoSuchEscrow);
    });
}
