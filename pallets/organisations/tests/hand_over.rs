//! `hand_over`: another owner.

use pallet_idlewild_test_runtime::CAROL;

use crate::*;

#[test]
fn the_deposits_go_with_it() {
    Chain::run(|| {
        with_bob(100 * COIN, 5 * COIN);
        let (supply, alice, carol) = (Chain::supply(), coins(&ALICE), coins(&CAROL));
        Chain::does(&ALICE, hand_over(0, &CAROL));
        assert!(saw(Event::HandedOver { organisation: 0, from: ALICE, to: CAROL }));
        assert_eq!((coins(&ALICE), coins(&CAROL)), ((alice.0, 0), (carol.0, FOUNDED + MEMBER)));
        assert_eq!((Organisations::organisation(0).unwrap().owner, Chain::supply()), (CAROL.into(), supply));
        Chain::refuses(&ALICE, set_quota(0, &BOB, 1), Error::NotOwner);
        // Members stay, and the new owner removes them for their deposits.
        order(&BOB, COIN).unwrap();
        Chain::does(&CAROL, remove_member(0, &BOB));
        Chain::does(&CAROL, remove_member(0, &BOB));
        assert_eq!(coins(&CAROL), (carol.0 + MEMBER, FOUNDED));
    });
}

#[test]
fn those_of_other_organisations_stay() {
    Chain::run(|| {
        Chain::does(&ALICE, found(b"lab"));
        Chain::does(&ALICE, found(b"studio"));
        Chain::does(&ALICE, hand_over(1, &BOB));
        assert_eq!((coins(&ALICE).1, coins(&BOB).1), (FOUNDED, FOUNDED));
    });
}

#[test]
fn the_least_account_can_have_it() {
    Chain::run(|| {
        Chain::does(&ALICE, found(b"lab"));
        give(&NOBODY, LEAST);
        Chain::does(&ALICE, hand_over(0, &NOBODY));
        assert_eq!(coins(&NOBODY), (LEAST, FOUNDED));
        Chain::does(&NOBODY, dissolve(0));
        assert_eq!(coins(&NOBODY), (LEAST + FOUNDED, 0));
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        Chain::refuses(&ALICE, hand_over(0, &BOB), Error::NoSuchOrganisation);
        Chain::does(&ALICE, found(b"lab"));
        Chain::refuses(&BOB, hand_over(0, &BOB), Error::NotOwner);
        Chain::refuses(&ALICE, hand_over(0, &ALICE), Error::SameOwner);
        Chain::refuses(&ALICE, hand_over(0, &NOBODY), Error::NoSuchAccount);
    });
}
