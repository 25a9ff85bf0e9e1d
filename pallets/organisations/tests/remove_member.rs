//! `remove_member`: somebody may not spend any more, and what it spent is not forgotten too early.

use pallet_idlewild_organisations::Members;

use crate::*;

#[test]
fn one_that_used_nothing_leaves_nothing() {
    Chain::run(|| {
        with_bob(0, 5 * COIN);
        let free = coins(&ALICE).0;
        Chain::does(&ALICE, remove_member(0, &BOB));
        assert_eq!(coins(&ALICE), (free + MEMBER, FOUNDED));
        assert!(saw(Event::MemberRemoved { organisation: 0, member: BOB, used: 0 }));
        assert!(saw(Event::MemberForgotten { organisation: 0, member: BOB }));
        assert_eq!((Members::<Test>::iter().count(), Organisations::organisation(0).unwrap().members), (0, 0));
        Chain::does(&ALICE, add_member(0, &BOB, 1));
    });
}

#[test]
fn one_with_escrows_open_spends_no_more_and_gets_nothing_taken() {
    Chain::run(|| {
        let account = with_bob(100 * COIN, 5 * COIN);
        let escrow = order(&BOB, 5 * COIN).unwrap();
        Chain::does(&ALICE, remove_member(0, &BOB));
        assert!(saw(Event::MemberRemoved { organisation: 0, member: BOB, used: 5 * COIN }));
        assert_eq!((Organisations::is_member(0, &BOB), member(&BOB)), (false, None));
        assert_eq!(order(&BOB, 1), Err(Error::NotMember.into()));
        // The deposit stays while something is remembered.
        assert_eq!((Escrow::held(escrow), coins(&ALICE).1), (5 * COIN, FOUNDED + MEMBER));
        give_back(escrow, &BOB, 4 * COIN);
        assert_eq!((Balances::balance(&account), coins(&ALICE).1), (99 * COIN, FOUNDED + MEMBER));
        // All of it has come back: nothing is left to remember.
        give_back(escrow, &BOB, COIN);
        assert_eq!((Balances::balance(&account), coins(&ALICE).1), (100 * COIN, FOUNDED));
        assert!(saw(Event::MemberForgotten { organisation: 0, member: BOB }));
        assert_eq!(Members::<Test>::iter().count(), 0);
        // What comes after that is nothing to it.
        let before = Chain::state();
        Organisations::unbook(Some(0), &BOB, COIN);
        assert_eq!(before, Chain::state());
    });
}

#[test]
fn one_that_is_added_again_goes_on_from_what_it_used() {
    Chain::run(|| {
        with_bob(100 * COIN, 5 * COIN);
        let escrow = order(&BOB, 5 * COIN).unwrap();
        Chain::does(&ALICE, remove_member(0, &BOB));
        Chain::does(&ALICE, add_member(0, &BOB, 6 * COIN));
        // Its deposit is there already.
        assert_eq!((coins(&ALICE).1, Organisations::organisation(0).unwrap().members), (FOUNDED + MEMBER, 1));
        assert_eq!(member(&BOB), Some(MemberView { quota: 6 * COIN, used: 5 * COIN }));
        order(&BOB, COIN).unwrap();
        assert_eq!(order(&BOB, 1), Err(Error::OverQuota.into()));
        // What comes back of the old makes room for as much as it took.
        give_back(escrow, &BOB, 2 * COIN);
        assert_eq!(order(&BOB, 2 * COIN + 1), Err(Error::OverQuota.into()));
        order(&BOB, 2 * COIN).unwrap();
    });
}

#[test]
fn what_was_spent_can_be_written_off() {
    Chain::run(|| {
        with_bob(100 * COIN, 5 * COIN);
        let escrow = order(&BOB, 5 * COIN).unwrap();
        Chain::does(&ALICE, remove_member(0, &BOB));
        assert!(!saw(Event::MemberForgotten { organisation: 0, member: BOB }));
        Chain::does(&ALICE, remove_member(0, &BOB));
        assert!(saw(Event::MemberForgotten { organisation: 0, member: BOB }));
        assert_eq!((coins(&ALICE).1, Members::<Test>::iter().count()), (FOUNDED, 0));
        Chain::refuses(&ALICE, remove_member(0, &BOB), Error::NotMember);
        // The coins come back all the same.
        give_back(escrow, &BOB, 5 * COIN);
        assert_eq!(Balances::balance(&Organisations::account_of(0)), 100 * COIN);
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        Chain::refuses(&ALICE, remove_member(0, &BOB), Error::NoSuchOrganisation);
        with_bob(0, 1);
        Chain::refuses(&BOB, remove_member(0, &BOB), Error::NotOwner);
        Chain::refuses(&ALICE, remove_member(0, &ALICE), Error::NotMember);
    });
}
