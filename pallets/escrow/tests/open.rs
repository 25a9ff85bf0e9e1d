//! `open`: coins are set aside.

use pallet_idlewild_escrow::{NextEscrow, OpenOf};
use pallet_idlewild_test_runtime::{System, ALICE, BOB};

use crate::*;

#[test]
fn coins_stay_with_the_payer_on_hold() {
    Chain::run(|| {
        let (free, supply) = (coins(&ALICE).0, Chain::supply());
        assert_eq!(does(|| Escrow::open(&ALICE, 5 * COIN)), 0);
        assert_eq!(does(|| Escrow::open(&BOB, COIN)), 1);
        assert_eq!(does(|| Escrow::open(&ALICE, 2 * COIN)), 2);
        assert_eq!(coins(&ALICE), (free - 7 * COIN, 7 * COIN));
        assert_eq!((Escrow::held(0), Escrow::held(1), Escrow::held(2), Escrow::held(3)), (5 * COIN, COIN, 2 * COIN, 0));
        assert_eq!((Escrow::open_of(&ALICE), Escrow::open_of(&BOB), Escrow::open_of(&NOBODY)), (2, 1, 0));
        assert_eq!(Escrow::payer_of(1), Some(BOB));
        assert_eq!(Chain::supply(), supply);
        assert!(saw(Event::Opened { escrow: 2, payer: ALICE, amount: 2 * COIN }));
        let view = Escrow::escrow(2).unwrap();
        assert_eq!(view.payer, <[u8; 32]>::from(ALICE));
        assert_eq!(ledger(2), (2 * COIN, 0, 0, 0, 2 * COIN));
        assert_eq!((Escrow::escrow(3), Escrow::payer_of(3)), (None, None));
    });
}

#[test]
fn an_account_keeps_what_it_needs_to_live() {
    Chain::run(|| {
        let all = coins(&ALICE).0;
        refuses(|| Escrow::open(&ALICE, all), Error::NotEnoughCoins);
        refuses(|| Escrow::open(&ALICE, all - LEAST + 1), Error::NotEnoughCoins);
        refuses(|| Escrow::open(&ALICE, u128::MAX), Error::NotEnoughCoins);
        does(|| Escrow::open(&ALICE, all - LEAST));
        assert_eq!(coins(&ALICE), (LEAST, all - LEAST));
        assert!(System::account_exists(&ALICE));
        refuses(|| Escrow::open(&ALICE, 1), Error::NotEnoughCoins);
        // And so the smallest amount can be given back.
        does(|| Escrow::refund(0, 1));
        assert_eq!(does(|| Escrow::close(0)), all - LEAST - 1);
        assert_eq!(coins(&ALICE), (all, 0));
    });
}

#[test]
fn an_account_keeps_it_though_something_else_keeps_it_alive() {
    Chain::run(|| {
        kept_alive(&NOBODY, COIN);
        refuses(|| Escrow::open(&NOBODY, COIN), Error::NotEnoughCoins);
        does(|| Escrow::open(&NOBODY, COIN - LEAST));
        assert_eq!(coins(&NOBODY), (LEAST, COIN - LEAST));
    });
}

#[test]
fn nothing_can_be_set_aside() {
    Chain::run(|| {
        does(|| Escrow::open(&ALICE, 0));
        does(|| Escrow::open(&NOBODY, 0));
        assert_eq!((ledger(0), ledger(1)), ((0, 0, 0, 0, 0), (0, 0, 0, 0, 0)));
        refuses(|| Escrow::open(&NOBODY, 1), Error::NotEnoughCoins);
    });
}

#[test]
fn numbers_end_without_an_overflow() {
    Chain::run(|| {
        NextEscrow::<Test>::put(u64::MAX);
        refuses(|| Escrow::open(&ALICE, 1), Error::TooMany);
        NextEscrow::<Test>::put(0);
        OpenOf::<Test>::insert(&ALICE, u32::MAX);
        assert_eq!(Escrow::open(&ALICE, 1), Err(Error::TooMany.into()));
        OpenOf::<Test>::remove(&ALICE);
    });
}
