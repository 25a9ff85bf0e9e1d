//! `close`: the end of an escrow.

use pallet_idlewild_escrow::{Escrows, OpenOf};
use pallet_idlewild_test_runtime::{System, ALICE, BOB};

use crate::*;

#[test]
fn the_rest_goes_back_and_nothing_is_left() {
    Chain::run(|| {
        let (free, bob) = (coins(&ALICE).0, coins(&BOB).0);
        does(|| Escrow::open(&ALICE, 10 * COIN));
        does(|| Escrow::open(&ALICE, COIN));
        does(|| Escrow::pay(0, &BOB, 3 * COIN));
        does(|| Escrow::burn(0, COIN));
        assert_eq!(does(|| Escrow::close(0)), 6 * COIN);
        assert_eq!((coins(&ALICE), coins(&BOB).0), ((free - 5 * COIN, COIN), bob + 3 * COIN));
        assert!(saw(Event::Refunded { escrow: 0, amount: 6 * COIN }) && saw(Event::Closed { escrow: 0 }));
        assert_eq!((Escrow::escrow(0), Escrow::held(0), Escrow::open_of(&ALICE)), (None, 0, 1));
        refuses(|| Escrow::close(0), Error::NoSuchEscrow);
        refuses(|| Escrow::pay(0, &BOB, 1), Error::NoSuchEscrow);
        does(|| Escrow::close(1));
        assert_eq!(Escrows::<Test>::iter().count() + OpenOf::<Test>::iter().count(), 0);
        // Its number is not used again.
        assert_eq!(does(|| Escrow::open(&ALICE, 1)), 2);
    });
}

#[test]
fn one_that_holds_nothing_gives_back_nothing() {
    Chain::run(|| {
        does(|| Escrow::open(&ALICE, 0));
        does(|| Escrow::open(&ALICE, COIN));
        does(|| Escrow::pay(1, &BOB, COIN));
        let free = coins(&ALICE);
        assert_eq!((does(|| Escrow::close(0)), does(|| Escrow::close(1))), (0, 0));
        assert_eq!(coins(&ALICE), free);
        let refunds = Chain::events()
            .into_iter()
            .filter(|event| matches!(event, pallet_idlewild_test_runtime::RuntimeEvent::Escrow(Event::Refunded { .. })));
        assert_eq!(refunds.count(), 0);
    });
}

#[test]
fn a_payer_whose_account_ended_is_forgotten_as_well() {
    Chain::run(|| {
        transfer(&BOB, &NOBODY, COIN + LEAST);
        does(|| Escrow::open(&NOBODY, COIN));
        does(|| Escrow::burn(0, COIN));
        transfer(&NOBODY, &BOB, LEAST);
        assert!(!System::account_exists(&NOBODY));
        assert_eq!(does(|| Escrow::close(0)), 0);
        assert_eq!(Escrow::open_of(&NOBODY), 0);
    });
}

#[test]
fn a_rest_that_the_payer_cannot_take_is_burned() {
    Chain::run(|| {
        kept_alive(&NOBODY, COIN);
        does(|| Escrow::open(&NOBODY, LEAST - 1));
        transfer(&NOBODY, &BOB, COIN - (LEAST - 1));
        let supply = Chain::supply();
        does(|| Escrow::close(0));
        assert_eq!((coins(&NOBODY), Chain::supply()), ((0, 0), supply - (LEAST - 1)));
        assert!(saw(Event::Burned { escrow: 0, amount: LEAST - 1 }));
    });
}
