//! `drop_claims`: giving up what one set out to do.

use pallet_idlewild_repair::{Claims, Event};
use pallet_idlewild_test_runtime::{account, call, Chain, Proofs, RuntimeEvent, Test, BOB};

use crate::{open, Error, ProvidersError};

#[test]
fn capacity_is_free_again() {
    Chain::run(|| {
        open(5, 400);
        Chain::does(&account(4), call::claim_repair(4, 0, 3));
        Chain::does(&account(4), call::drop_claims(4));
        assert_eq!(Chain::miner(4).used, 0);
        assert!(Claims::<Test>::get(4).is_empty());
        assert!(Chain::saw(|event| matches!(event, RuntimeEvent::Repair(Event::Dropped { miner: 4, claims: 1 }))));
        Chain::refuses(&account(4), call::complete_repair(4, 0, 3), Error::NoClaim);
    });
}

#[test]
fn lapsed_claims_are_dropped_too() {
    Chain::run(|| {
        open(5, 400);
        Chain::does(&account(4), call::claim_repair(4, 0, 3));
        Chain::pass(30);
        assert_eq!(Chain::miner(4).used, 4096);
        Chain::does(&account(4), call::drop_claims(4));
        assert_eq!(Chain::miner(4).used, 0);
    });
}

#[test]
fn a_miner_that_leaves_drops_its_claims_first() {
    Chain::run(|| {
        open(5, 400);
        Chain::does(&account(4), call::claim_repair(4, 0, 3));
        Chain::does(&account(4), call::exit(4));
        Chain::refuses(&account(4), call::remove(4), ProvidersError::StillInUse);
        Chain::does(&account(4), call::drop_claims(4));
        Chain::does(&account(4), call::remove(4));
        assert_eq!(Claims::<Test>::iter().count(), 0);
    });
}

#[test]
fn a_failed_miners_claims_do_no_harm() {
    Chain::run(|| {
        open(5, 400);
        Chain::does(&account(0), call::claim_repair(0, 0, 3));
        Chain::pass(45);
        Chain::does(&BOB, call::report_missed(0));
        assert!(Proofs::failed_at(0).is_some());
        assert_eq!(Chain::miner(0).used, 0);
        Chain::does(&account(0), call::drop_claims(0));
        assert_eq!(Chain::miner(0).used, 0);
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        open(5, 400);
        Chain::refuses(&account(4), call::drop_claims(4), Error::NothingToDrop);
        Chain::refuses(&BOB, call::drop_claims(4), ProvidersError::NotOperator);
        Chain::refuses(&BOB, call::drop_claims(9), ProvidersError::NoSuchMiner);
    });
}
