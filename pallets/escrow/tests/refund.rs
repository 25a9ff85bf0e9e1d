//! `refund`: what is not needed goes back.

use pallet_idlewild_test_runtime::{ALICE, BOB};

use crate::*;

#[test]
fn the_payer_has_it_again() {
    Chain::run(|| {
        let (supply, free) = (Chain::supply(), coins(&ALICE).0);
        does(|| Escrow::open(&ALICE, COIN));
        does(|| Escrow::refund(0, 9));
        assert_eq!((coins(&ALICE), ledger(0)), ((free - COIN + 9, COIN - 9), (COIN, 0, 0, 9, COIN - 9)));
        assert!(saw(Event::Refunded { escrow: 0, amount: 9 }));
        does(|| Escrow::refund(0, COIN - 9));
        assert_eq!((coins(&ALICE), Chain::supply()), ((free, 0), supply));
    });
}

#[test]
fn a_payer_without_a_free_coin_gets_what_it_can_take_and_the_rest_is_burned() {
    Chain::run(|| {
        kept_alive(&NOBODY, COIN);
        does(|| Escrow::open(&NOBODY, 10 * LEAST));
        transfer(&NOBODY, &BOB, COIN - 10 * LEAST);
        assert_eq!(coins(&NOBODY), (0, 10 * LEAST));
        let supply = Chain::supply();
        does(|| Escrow::refund(0, LEAST - 1));
        assert_eq!((coins(&NOBODY), ledger(0)), ((0, 9 * LEAST + 1), (10 * LEAST, 0, LEAST - 1, 0, 9 * LEAST + 1)));
        assert_eq!(Chain::supply(), supply - (LEAST - 1));
        does(|| Escrow::refund(0, LEAST));
        assert_eq!(coins(&NOBODY), (LEAST, 8 * LEAST + 1));
        does(|| Escrow::close(0));
        assert_eq!((coins(&NOBODY), Chain::supply()), ((9 * LEAST + 1, 0), supply - (LEAST - 1)));
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        refuses(|| Escrow::refund(0, 0), Error::NoSuchEscrow);
        does(|| Escrow::open(&ALICE, COIN));
        does(|| Escrow::open(&ALICE, COIN));
        refuses(|| Escrow::refund(0, COIN + 1), Error::NotEnoughHeld);
        let events = Chain::events().len();
        does(|| Escrow::refund(0, 0));
        assert_eq!(Chain::events().len(), events);
    });
}
