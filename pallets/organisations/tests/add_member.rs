//! `add_member`: somebody may spend.

use pallet_idlewild_test_runtime::CAROL;

use crate::*;

#[test]
fn a_deposit_is_held_for_each() {
    Chain::run(|| {
        Chain::does(&ALICE, found(b"lab"));
        Chain::does(&ALICE, add_member(0, &BOB, 5 * COIN));
        assert!(saw(Event::MemberAdded { organisation: 0, member: BOB, quota: 5 * COIN }));
        // One that has no account, and the owner itself.
        Chain::does(&ALICE, add_member(0, &NOBODY, 0));
        Chain::does(&ALICE, add_member(0, &ALICE, u128::MAX));
        assert_eq!(coins(&ALICE).1, FOUNDED + 3 * MEMBER);
        assert_eq!(Organisations::organisation(0).unwrap().members, 3);
        assert_eq!(member(&BOB), Some(MemberView { quota: 5 * COIN, used: 0 }));
        assert!(Organisations::is_member(0, &BOB) && !Organisations::is_member(0, &CAROL));
        assert!(!Organisations::is_member(1, &BOB));
    });
}

#[test]
fn membership_is_of_one_organisation() {
    Chain::run(|| {
        Chain::does(&ALICE, found(b"lab"));
        Chain::does(&CAROL, found(b"studio"));
        Chain::does(&ALICE, add_member(0, &BOB, 5));
        Chain::does(&CAROL, add_member(1, &BOB, 7));
        assert_eq!(Organisations::member(1, BOB.into()), Some(MemberView { quota: 7, used: 0 }));
        assert_eq!((coins(&ALICE).1, coins(&CAROL).1), (FOUNDED + MEMBER, FOUNDED + MEMBER));
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        Chain::refuses(&ALICE, add_member(0, &BOB, 1), Error::NoSuchOrganisation);
        Chain::does(&ALICE, found(b"lab"));
        Chain::refuses(&BOB, add_member(0, &BOB, 1), Error::NotOwner);
        Chain::does(&ALICE, add_member(0, &BOB, 1));
        Chain::refuses(&ALICE, add_member(0, &BOB, 2), Error::AlreadyMember);
        give(&NOBODY, FOUNDED + MEMBER + LEAST - 1);
        Chain::does(&NOBODY, found(b"poor"));
        Chain::refuses(&NOBODY, add_member(1, &BOB, 1), Error::NotEnoughCoins);
    });
}
