//! `book` and `unbook`: who pays, and what of a quota that takes.

use pallet_idlewild_organisations::Members;
use pallet_idlewild_test_runtime::CAROL;

use crate::*;

#[test]
fn whoever_names_no_organisation_pays_itself() {
    Chain::run(|| {
        let before = Chain::state();
        assert_eq!(Organisations::book(None, &BOB, u128::MAX), Ok(BOB));
        Organisations::unbook(None, &BOB, u128::MAX);
        assert_eq!(before, Chain::state());
    });
}

#[test]
fn an_organisation_pays_up_to_the_quota() {
    Chain::run(|| {
        let account = with_bob(100 * COIN, 5 * COIN);
        let bob = Chain::wealth(&BOB);
        let escrow = order(&BOB, 2 * COIN).unwrap();
        assert_eq!((Escrow::payer_of(escrow), used(&BOB)), (Some(account.clone()), Some(2 * COIN)));
        assert_eq!((Chain::wealth(&BOB), Balances::balance(&account)), (bob, 98 * COIN));
        assert_eq!(order(&BOB, 3 * COIN + 1), Err(Error::OverQuota.into()));
        order(&BOB, 3 * COIN).unwrap();
        assert_eq!(order(&BOB, 1), Err(Error::OverQuota.into()));
        assert_eq!(order(&BOB, u128::MAX), Err(Error::OverQuota.into()));
        assert_eq!(used(&BOB), Some(5 * COIN));
        // To order nothing is always possible.
        order(&BOB, 0).unwrap();
    });
}

#[test]
fn what_was_spent_stays_used_and_what_came_back_does_not() {
    Chain::run(|| {
        with_bob(100 * COIN, 5 * COIN);
        let escrow = order(&BOB, 5 * COIN).unwrap();
        Escrow::pay(escrow, &CAROL, 3 * COIN).unwrap();
        let rest = Escrow::close(escrow).unwrap();
        Organisations::unbook(Some(0), &BOB, rest);
        assert_eq!((rest, used(&BOB)), (2 * COIN, Some(3 * COIN)));
        assert_eq!(order(&BOB, 2 * COIN + 1), Err(Error::OverQuota.into()));
        order(&BOB, 2 * COIN).unwrap();
    });
}

#[test]
fn more_that_comes_back_than_was_used_makes_no_quota_larger() {
    Chain::run(|| {
        with_bob(100 * COIN, 5 * COIN);
        order(&BOB, COIN).unwrap();
        Organisations::unbook(Some(0), &BOB, 7 * COIN);
        assert_eq!(used(&BOB), Some(0));
        assert_eq!(order(&BOB, 5 * COIN + 1), Err(Error::OverQuota.into()));
        Organisations::unbook(Some(0), &BOB, u128::MAX);
        assert_eq!(member(&BOB), Some(MemberView { quota: 5 * COIN, used: 0 }));
    });
}

#[test]
fn what_an_organisation_cannot_pay_is_refused_and_not_booked() {
    Chain::run(|| {
        with_bob(2 * COIN, 100 * COIN);
        let before = Chain::state();
        let refused = order(&BOB, 2 * COIN);
        assert_eq!(refused, Err(pallet_idlewild_escrow::Error::<Test>::NotEnoughCoins.into()));
        assert_eq!(before, Chain::state());
        order(&BOB, 2 * COIN - LEAST).unwrap();
    });
}

#[test]
fn nobody_else_spends() {
    Chain::run(|| {
        with_bob(100 * COIN, 5 * COIN);
        let before = Chain::state();
        for who in [ALICE, CAROL, NOBODY] {
            assert_eq!(Organisations::book(Some(0), &who, 1), Err(Error::NotMember.into()));
            Organisations::unbook(Some(0), &who, 1);
        }
        assert_eq!(Organisations::book(Some(1), &BOB, 1), Err(Error::NotMember.into()));
        Organisations::unbook(Some(1), &BOB, 1);
        assert_eq!(before, Chain::state());
    });
}

#[test]
fn a_quota_without_a_limit_does_not_overflow() {
    Chain::run(|| {
        with_bob(0, u128::MAX);
        assert!(Organisations::book(Some(0), &BOB, u128::MAX).is_ok());
        assert_eq!(Organisations::book(Some(0), &BOB, 1), Err(Error::OverQuota.into()));
        assert_eq!(Members::<Test>::get(0, &BOB).unwrap().used, u128::MAX);
    });
}
