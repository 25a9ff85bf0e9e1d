//! `withdraw`: coins leave an organisation's account.

use pallet_idlewild_test_runtime::{System, CAROL};
use sp_runtime::TokenError;

use crate::*;

#[test]
fn free_coins_go_where_the_owner_says() {
    Chain::run(|| {
        let account = with_bob(100 * COIN, 5 * COIN);
        let carol = Chain::wealth(&CAROL);
        Chain::does(&ALICE, withdraw(0, &CAROL, 30 * COIN));
        assert_eq!((Chain::wealth(&CAROL), Balances::balance(&account)), (carol + 30 * COIN, 70 * COIN));
        assert!(saw(Event::Withdrawn { organisation: 0, to: CAROL, amount: 30 * COIN }));
        Chain::does(&ALICE, withdraw(0, &NOBODY, LEAST));
        assert_eq!(Balances::balance(&NOBODY), LEAST);
    });
}

#[test]
fn all_of_them_or_so_many_that_the_account_lives_on() {
    Chain::run(|| {
        let account = with_bob(10 * COIN, 0);
        let (supply, alice) = (Chain::supply(), coins(&ALICE).0);
        // What would be left is too little to be an account's, and would be lost.
        Chain::refuses(&ALICE, withdraw(0, &ALICE, 10 * COIN - 1), Error::NotEnoughCoins);
        Chain::refuses(&ALICE, withdraw(0, &ALICE, 10 * COIN - LEAST + 1), Error::NotEnoughCoins);
        Chain::does(&ALICE, withdraw(0, &ALICE, COIN));
        Chain::does(&ALICE, withdraw(0, &ALICE, 9 * COIN - LEAST));
        Chain::does(&ALICE, withdraw(0, &ALICE, LEAST));
        assert!(!System::account_exists(&account));
        assert_eq!((coins(&ALICE).0, Chain::supply()), (alice + 10 * COIN, supply));
        // And it lives again as soon as somebody sends coins.
        give(&account, COIN);
        Chain::does(&ALICE, withdraw(0, &ALICE, COIN));
    });
}

#[test]
fn what_is_in_escrow_stays_there() {
    Chain::run(|| {
        let account = with_bob(10 * COIN, 5 * COIN);
        let escrow = order(&BOB, 4 * COIN).unwrap();
        Chain::refuses(&ALICE, withdraw(0, &ALICE, 10 * COIN), Error::NotEnoughCoins);
        Chain::refuses(&ALICE, withdraw(0, &ALICE, 6 * COIN), Error::NotEnoughCoins);
        Chain::does(&ALICE, withdraw(0, &ALICE, 6 * COIN - LEAST));
        assert_eq!((Balances::balance(&account), Escrow::held(escrow)), (LEAST, 4 * COIN));
        Escrow::pay(escrow, &CAROL, 4 * COIN).unwrap();
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        Chain::refuses(&ALICE, withdraw(0, &ALICE, 1), Error::NoSuchOrganisation);
        with_bob(10 * COIN, 100 * COIN);
        Chain::refuses(&BOB, withdraw(0, &BOB, 1), Error::NotOwner);
        Chain::refuses(&ALICE, withdraw(0, &ALICE, 10 * COIN + 1), Error::NotEnoughCoins);
        Chain::refuses(&ALICE, withdraw(0, &ALICE, u128::MAX), Error::NotEnoughCoins);
        Chain::refuses(&ALICE, withdraw(0, &NOBODY, LEAST - 1), TokenError::BelowMinimum);
    });
}
