//! `burn`: fees of the protocol.

use pallet_idlewild_test_runtime::ALICE;

use crate::*;

#[test]
fn nobody_has_it() {
    Chain::run(|| {
        let (supply, free) = (Chain::supply(), coins(&ALICE).0);
        does(|| Escrow::open(&ALICE, COIN));
        does(|| Escrow::burn(0, 7));
        assert_eq!((coins(&ALICE), ledger(0)), ((free - COIN, COIN - 7), (COIN, 0, 7, 0, COIN - 7)));
        assert_eq!(Chain::supply(), supply - 7);
        assert!(saw(Event::Burned { escrow: 0, amount: 7 }));
        does(|| Escrow::burn(0, COIN - 7));
        assert_eq!((coins(&ALICE), Chain::supply()), ((free - COIN, 0), supply - COIN));
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        refuses(|| Escrow::burn(0, 0), Error::NoSuchEscrow);
        does(|| Escrow::open(&ALICE, COIN));
        does(|| Escrow::open(&ALICE, COIN));
        refuses(|| Escrow::burn(0, COIN + 1), Error::NotEnoughHeld);
        let events = Chain::events().len();
        does(|| Escrow::burn(0, 0));
        assert_eq!(Chain::events().len(), events);
    });
}
