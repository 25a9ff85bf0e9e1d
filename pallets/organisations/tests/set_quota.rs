//! `set_quota`: a member may spend more, or less.

use crate::*;

#[test]
fn it_counts_at_once() {
    Chain::run(|| {
        with_bob(100 * COIN, 5 * COIN);
        order(&BOB, 5 * COIN).unwrap();
        assert_eq!(order(&BOB, 1), Err(Error::OverQuota.into()));
        Chain::does(&ALICE, set_quota(0, &BOB, 6 * COIN));
        assert!(saw(Event::QuotaSet { organisation: 0, member: BOB, quota: 6 * COIN }));
        assert_eq!(order(&BOB, COIN + 1), Err(Error::OverQuota.into()));
        order(&BOB, COIN).unwrap();
        assert_eq!(member(&BOB), Some(MemberView { quota: 6 * COIN, used: 6 * COIN }));
    });
}

#[test]
fn one_below_what_is_used_takes_nothing_back() {
    Chain::run(|| {
        with_bob(100 * COIN, 5 * COIN);
        let escrow = order(&BOB, 5 * COIN).unwrap();
        Chain::does(&ALICE, set_quota(0, &BOB, 2 * COIN));
        assert_eq!((Escrow::held(escrow), used(&BOB)), (5 * COIN, Some(5 * COIN)));
        assert_eq!(order(&BOB, 1), Err(Error::OverQuota.into()));
        give_back(escrow, &BOB, 4 * COIN);
        order(&BOB, COIN).unwrap();
        assert_eq!(order(&BOB, 1), Err(Error::OverQuota.into()));
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        Chain::refuses(&ALICE, set_quota(0, &BOB, 1), Error::NoSuchOrganisation);
        with_bob(0, 1);
        Chain::refuses(&BOB, set_quota(0, &BOB, 2), Error::NotOwner);
        Chain::refuses(&ALICE, set_quota(0, &ALICE, 2), Error::NotMember);
        Chain::does(&ALICE, remove_member(0, &BOB));
        Chain::refuses(&ALICE, set_quota(0, &BOB, 2), Error::NotMember);
    });
}

#[test]
fn one_that_left_and_is_remembered_has_no_quota() {
    Chain::run(|| {
        with_bob(100 * COIN, 5 * COIN);
        order(&BOB, COIN).unwrap();
        Chain::does(&ALICE, remove_member(0, &BOB));
        Chain::refuses(&ALICE, set_quota(0, &BOB, 2), Error::NotMember);
    });
}
