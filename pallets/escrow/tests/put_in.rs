//! `put_in`: what somebody else lost.

use frame_support::traits::LockableCurrency;
use pallet_idlewild_test_runtime::{System, ALICE, BOB, CAROL};

use crate::*;

#[test]
fn all_of_it_is_held() {
    Chain::run(|| {
        let supply = Chain::supply();
        let free = coins(&ALICE).0;
        does(|| Escrow::open(&ALICE, COIN));
        does(|| Escrow::put_in(0, taken(&CAROL, 3 * COIN)));
        assert_eq!(coins(&ALICE), (free - COIN, 4 * COIN));
        assert_eq!(ledger(0), (4 * COIN, 0, 0, 0, 4 * COIN));
        assert_eq!(Chain::supply(), supply);
        assert!(saw(Event::PutIn { escrow: 0, amount: 3 * COIN, held: 3 * COIN }));
        // The payer has it in the end, whatever is not paid.
        does(|| Escrow::close(0));
        assert_eq!(coins(&ALICE), (free + 3 * COIN, 0));
    });
}

#[test]
fn a_payer_whose_last_coins_are_in_escrow_has_no_more_free() {
    Chain::run(|| {
        let all = coins(&ALICE).0;
        does(|| Escrow::open(&ALICE, all - LEAST));
        does(|| Escrow::put_in(0, taken(&CAROL, 1)));
        assert_eq!(coins(&ALICE), (LEAST, all - LEAST + 1));
    });
}

#[test]
fn frozen_coins_keep_none_of_it_out() {
    Chain::run(|| {
        does(|| Escrow::open(&ALICE, COIN));
        let free = coins(&ALICE).0;
        Balances::set_lock(*b"frozen!!", &ALICE, u128::MAX, frame_support::traits::WithdrawReasons::all());
        does(|| Escrow::put_in(0, taken(&CAROL, COIN)));
        assert_eq!(coins(&ALICE), (free, 2 * COIN));
    });
}

/// An escrow that is used up, of a payer whose account has ended since.
fn abandoned() {
    transfer(&BOB, &NOBODY, COIN + LEAST);
    does(|| Escrow::open(&NOBODY, COIN));
    does(|| Escrow::pay(0, &BOB, COIN));
    transfer(&NOBODY, &BOB, LEAST);
    assert!(!System::account_exists(&NOBODY));
    Chain::assert_sound();
}

#[test]
fn an_account_that_ended_lives_again_if_that_is_enough() {
    Chain::run(|| {
        abandoned();
        let supply = Chain::supply();
        does(|| Escrow::put_in(0, taken(&CAROL, 3 * LEAST)));
        assert_eq!(coins(&NOBODY), (LEAST, 2 * LEAST));
        assert_eq!(ledger(0), (COIN + 3 * LEAST, COIN, 0, LEAST, 2 * LEAST));
        assert!(saw(Event::PutIn { escrow: 0, amount: 3 * LEAST, held: 2 * LEAST }));
        does(|| Escrow::close(0));
        assert_eq!((coins(&NOBODY), Chain::supply()), ((3 * LEAST, 0), supply));
    });
}

#[test]
fn exactly_enough_to_live_is_held_nowhere() {
    Chain::run(|| {
        abandoned();
        does(|| Escrow::put_in(0, taken(&CAROL, LEAST)));
        assert_eq!((coins(&NOBODY), ledger(0)), ((LEAST, 0), (COIN + LEAST, COIN, 0, LEAST, 0)));
    });
}

#[test]
fn what_would_not_open_an_account_is_burned() {
    Chain::run(|| {
        abandoned();
        let supply = Chain::supply();
        does(|| Escrow::put_in(0, taken(&CAROL, LEAST - 1)));
        assert_eq!(ledger(0), (COIN + LEAST - 1, COIN, LEAST - 1, 0, 0));
        assert_eq!((coins(&NOBODY), Chain::supply()), ((0, 0), supply - (LEAST - 1)));
        assert!(saw(Event::PutIn { escrow: 0, amount: LEAST - 1, held: 0 }));
        assert_eq!(does(|| Escrow::close(0)), 0);
    });
}

#[test]
fn nothing_is_nothing() {
    Chain::run(|| {
        does(|| Escrow::open(&ALICE, COIN));
        let (state, events) = (Chain::state(), Chain::events().len());
        does(|| Escrow::put_in(0, Default::default()));
        assert_eq!((state, events), (Chain::state(), Chain::events().len()));
    });
}

#[test]
fn without_an_escrow_it_is_refused_and_burned() {
    Chain::run(|| {
        let supply = Chain::supply();
        let credit = taken(&CAROL, COIN);
        assert_eq!(Escrow::put_in(0, credit), Err(Error::NoSuchEscrow.into()));
        assert_eq!(Chain::supply(), supply - COIN);
    });
}
