//! `pay`: work is paid for.

use frame_support::traits::{LockableCurrency, WithdrawReasons};
use pallet_idlewild_test_runtime::{ALICE, BOB};

use crate::*;

#[test]
fn it_arrives_to_the_unit() {
    Chain::run(|| {
        let (supply, alice, bob) = (Chain::supply(), coins(&ALICE).0, coins(&BOB).0);
        does(|| Escrow::open(&ALICE, 10 * COIN));
        does(|| Escrow::pay(0, &BOB, 3 * COIN + 1));
        assert_eq!((coins(&ALICE), coins(&BOB)), ((alice - 10 * COIN, 7 * COIN - 1), (bob + 3 * COIN + 1, 0)));
        assert_eq!(ledger(0), (10 * COIN, 3 * COIN + 1, 0, 0, 7 * COIN - 1));
        assert!(saw(Event::Paid { escrow: 0, to: BOB, amount: 3 * COIN + 1 }));
        does(|| Escrow::pay(0, &BOB, 7 * COIN - 1));
        assert_eq!((ledger(0), Escrow::held(0)), ((10 * COIN, 10 * COIN, 0, 0, 0), 0));
        assert_eq!(Chain::supply(), supply);
    });
}

#[test]
fn it_opens_an_account() {
    Chain::run(|| {
        does(|| Escrow::open(&ALICE, COIN));
        does(|| Escrow::pay(0, &NOBODY, LEAST));
        assert_eq!(coins(&NOBODY), (LEAST, 0));
        // From then on it can be as little as may be.
        does(|| Escrow::pay(0, &NOBODY, 1));
        assert_eq!((coins(&NOBODY), ledger(0)), ((LEAST + 1, 0), (COIN, LEAST + 1, 0, 0, COIN - LEAST - 1)));
    });
}

#[test]
fn what_would_not_open_an_account_is_burned_and_stops_nobody() {
    Chain::run(|| {
        let (supply, free) = (Chain::supply(), coins(&ALICE).0);
        does(|| Escrow::open(&ALICE, COIN));
        does(|| Escrow::pay(0, &NOBODY, LEAST - 1));
        assert_eq!((coins(&NOBODY), ledger(0)), ((0, 0), (COIN, 0, LEAST - 1, 0, COIN - LEAST + 1)));
        assert_eq!(Chain::supply(), supply - (LEAST - 1));
        assert!(saw(Event::Burned { escrow: 0, amount: LEAST - 1 }));
        assert!(!Chain::saw(|event| matches!(event, pallet_idlewild_test_runtime::RuntimeEvent::Escrow(Event::Paid { .. }))));
        does(|| Escrow::close(0));
        assert_eq!(coins(&ALICE), (free - (LEAST - 1), 0));
    });
}

#[test]
fn a_payer_can_pay_itself() {
    Chain::run(|| {
        let free = coins(&ALICE).0;
        does(|| Escrow::open(&ALICE, COIN));
        does(|| Escrow::pay(0, &ALICE, COIN));
        assert_eq!((coins(&ALICE), ledger(0)), ((free, 0), (COIN, COIN, 0, 0, 0)));
    });
}

#[test]
fn a_payer_that_freezes_its_coins_pays_all_the_same() {
    Chain::run(|| {
        let bob = coins(&BOB).0;
        does(|| Escrow::open(&ALICE, COIN));
        Balances::set_lock(*b"frozen!!", &ALICE, u128::MAX, WithdrawReasons::all());
        does(|| Escrow::pay(0, &BOB, COIN / 2));
        does(|| Escrow::burn(0, COIN / 4));
        assert_eq!((coins(&BOB).0, ledger(0)), (bob + COIN / 2, (COIN, COIN / 2, COIN / 4, 0, COIN / 4)));
    });
}

#[test]
fn nothing_is_nothing() {
    Chain::run(|| {
        does(|| Escrow::open(&ALICE, COIN));
        let (state, events) = (Chain::state(), Chain::events().len());
        does(|| Escrow::pay(0, &NOBODY, 0));
        assert_eq!((state, events), (Chain::state(), Chain::events().len()));
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        refuses(|| Escrow::pay(0, &BOB, 0), Error::NoSuchEscrow);
        does(|| Escrow::open(&ALICE, COIN));
        // Another escrow of the same payer stands for nothing here.
        does(|| Escrow::open(&ALICE, COIN));
        refuses(|| Escrow::pay(0, &BOB, COIN + 1), Error::NotEnoughHeld);
        refuses(|| Escrow::pay(0, &BOB, u128::MAX), Error::NotEnoughHeld);
        does(|| Escrow::pay(0, &BOB, COIN));
        refuses(|| Escrow::pay(0, &BOB, 1), Error::NotEnoughHeld);
        assert_eq!(ledger(1), (COIN, 0, 0, 0, COIN));
    });
}
