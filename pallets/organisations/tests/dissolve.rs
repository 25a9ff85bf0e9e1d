//! `dissolve`: the end of an organisation.

use pallet_idlewild_organisations::{Members, NextOrganisation};
use pallet_idlewild_test_runtime::{System, CAROL};

use crate::*;

#[test]
fn nothing_is_left_of_it() {
    Chain::run(|| {
        let (supply, alice, carol) = (Chain::supply(), coins(&ALICE).0, Chain::wealth(&CAROL));
        let account = with_bob(3 * COIN, 5 * COIN);
        Chain::does(&ALICE, remove_member(0, &BOB));
        Chain::does(&ALICE, dissolve(0));
        assert!(saw(Event::Dissolved { organisation: 0, amount: 3 * COIN }));
        assert_eq!((coins(&ALICE), Chain::wealth(&CAROL)), ((alice + 3 * COIN, 0), carol - 3 * COIN));
        assert_eq!((Chain::supply(), System::account_exists(&account)), (supply, false));
        assert_eq!((Organisations::organisation(0), Members::<Test>::iter().count()), (None, 0));
        Chain::refuses(&ALICE, dissolve(0), Error::NoSuchOrganisation);
        Organisations::unbook(Some(0), &BOB, 1);
        // Its number is not used again.
        Chain::does(&ALICE, found(b"lab"));
        assert_eq!((Organisations::organisation(0), NextOrganisation::<Test>::get()), (None, 2));
    });
}

#[test]
fn one_without_an_account_ends_as_well() {
    Chain::run(|| {
        let free = coins(&ALICE);
        Chain::does(&ALICE, found(b"lab"));
        Chain::does(&ALICE, dissolve(0));
        assert_eq!(coins(&ALICE), free);
        assert!(saw(Event::Dissolved { organisation: 0, amount: 0 }));
    });
}

#[test]
fn members_have_to_go_before() {
    Chain::run(|| {
        with_bob(100 * COIN, 5 * COIN);
        Chain::refuses(&ALICE, dissolve(0), Error::HasMembers);
        let escrow = order(&BOB, COIN).unwrap();
        Chain::does(&ALICE, remove_member(0, &BOB));
        // One that is remembered counts, or its record would stay for ever.
        Chain::refuses(&ALICE, dissolve(0), Error::HasMembers);
        Chain::does(&ALICE, remove_member(0, &BOB));
        Chain::refuses(&ALICE, dissolve(0), Error::HasEscrows);
        Escrow::close(escrow).unwrap();
        Chain::does(&ALICE, dissolve(0));
    });
}

#[test]
fn an_escrow_that_holds_nothing_keeps_it_as_well() {
    Chain::run(|| {
        with_bob(100 * COIN, 5 * COIN);
        let escrow = order(&BOB, COIN).unwrap();
        Escrow::pay(escrow, &CAROL, COIN).unwrap();
        (0..2).for_each(|_| Chain::does(&ALICE, remove_member(0, &BOB)));
        assert_eq!(Escrow::held(escrow), 0);
        // What a liar lost may still come to it, and nobody would have a key of where that goes.
        Chain::refuses(&ALICE, dissolve(0), Error::HasEscrows);
        Escrow::close(escrow).unwrap();
        Chain::does(&ALICE, dissolve(0));
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        Chain::refuses(&ALICE, dissolve(0), Error::NoSuchOrganisation);
        Chain::does(&ALICE, found(b"lab"));
        Chain::refuses(&BOB, dissolve(0), Error::NotOwner);
    });
}
