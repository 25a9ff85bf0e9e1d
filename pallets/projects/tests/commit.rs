//! `commit`: a result is bound, and the machine is free; who is late pays a fee.

use idlewild_compute_primitives::{chunk::Stage, money::late_fee, view::Due};
use pallet_idlewild_test_runtime::{
    compute::{
        offers::{self, MACHINE},
        projects::{
            advance, begin, chunk, claim, commit, commit_to, commits, operator, right, trust, view, ProjectsTreasury, BOND,
            QUICK,
        },
    },
    Chain, Clock, BOB, CAROL, COIN,
};

use crate::{locked, saw, started, Error, Event, OffersError};

#[test]
fn a_commitment_frees_the_machine_and_not_the_bond() {
    Chain::run(|| {
        let (id, all) = started(3);
        begin(id, 0, &all[..2]);
        Chain::refuses(&BOB, commit_to(id, all[0], 0, [1; 32]), OffersError::NotOperator);
        Chain::refuses(&operator(all[2]), commit_to(id, all[2], 0, [1; 32]), Error::NoReplica);
        commits(id, 0, all[0], &right());
        assert_eq!(offers::record(all[0]).free, MACHINE);
        assert_eq!(locked(all[0]), BOND);
        Chain::refuses(&operator(all[0]), commit(id, all[0], 0, &right()), Error::AlreadyCommitted);
        assert_eq!(view(id, 0).due, Due::Commit);
        Chain::next_block();
        commits(id, 0, all[1], &right());
        assert_eq!(chunk(id, 0).stage, Stage::Working { since: Some(Clock::now()) });
        assert_eq!((view(id, 0).due, view(id, 0).until), (Due::Reveal, Clock::now() + QUICK.reveal));
        assert!(saw(|event| matches!(event, Event::AllCommitted { waits_for_check: false, .. })));
    });
}

#[test]
fn a_deadline_is_the_last_block_in_which_it_can_be_done() {
    Chain::run(|| {
        let (id, all) = started(2);
        begin(id, 0, &all);
        Chain::pass(5);
        commits(id, 0, all[0], &right());
        Chain::next_block();
        Chain::refuses(&operator(all[1]), commit(id, all[1], 0, &right()), Error::TooLate);
    });
}

#[test]
fn who_is_late_with_what_can_be_done_pays_a_fee_and_makes_room() {
    Chain::run(|| {
        let (id, all) = started(3);
        begin(id, 0, &all[..2]);
        commits(id, 0, all[1], &right());
        let bond = locked(all[0]);
        Chain::pass(5);
        Chain::refuses(&CAROL, advance(id, 0), Error::NothingDue);
        Chain::next_block();
        Chain::does(&CAROL, advance(id, 0));
        let record = offers::record(all[0]);
        assert_eq!((record.bond, record.locked, record.late, record.busy), (1_000 * COIN - late_fee(bond), 0, 1, 0));
        assert_eq!(record.free, MACHINE);
        assert_eq!(Chain::wealth(&ProjectsTreasury::get()), late_fee(bond));
        assert_eq!((chunk(id, 0).missing(), chunk(id, 0).replicas.len()), (1, 1));
        Chain::refuses(&operator(all[0]), claim(id, all[0], &[0]), Error::Tried);
        Chain::does(&operator(all[2]), claim(id, all[2], &[0]));
    });
}

#[test]
fn nobody_is_late_with_what_nobody_did() {
    Chain::run(|| {
        let (id, all) = started(3);
        trust(all[0]);
        // The requester may have seen to it that nobody can.
        assert_eq!(begin(id, 0, &all[..2]).len(), chunk(id, 0).replicas.len());
        Chain::pass(6);
        Chain::does(&CAROL, advance(id, 0));
        for provider in &all[..2] {
            let record = offers::record(*provider);
            assert_eq!((record.bond, record.locked, record.late, record.busy), (1_000 * COIN, 0, 0, 0));
            assert_eq!(record.free, MACHINE);
        }
        assert_eq!(offers::record(all[0]).score, 10);
        assert_eq!((chunk(id, 0).stage, chunk(id, 0).wanted), (Stage::Open, 0));
        let first = chunk(id, 0).tried.to_vec();
        assert!(!first.is_empty());
        // It gets no second go at it either.
        let again = all.iter().find(|provider| operator(**provider) == first[0]).unwrap();
        Chain::refuses(&operator(*again), claim(id, *again, &[0]), Error::Tried);
        Chain::does(&operator(all[2]), claim(id, all[2], &[0]));
    });
}

#[test]
fn who_committed_waits_for_another_and_not_for_ever() {
    Chain::run(|| {
        let (id, all) = started(3);
        begin(id, 0, &all[..2]);
        commits(id, 0, all[0], &right());
        let since = Clock::now();
        Chain::pass(6);
        Chain::does(&CAROL, advance(id, 0));
        assert_eq!((chunk(id, 0).wanted, chunk(id, 0).replicas.len()), (2, 1));
        assert_eq!((view(id, 0).due, view(id, 0).until), (Due::Claim, since + QUICK.adjudicate));
        Chain::pass_to(since + QUICK.adjudicate);
        Chain::refuses(&CAROL, advance(id, 0), Error::NothingDue);
        Chain::next_block();
        Chain::refuses(&operator(all[2]), claim(id, all[2], &[0]), Error::NoPlace);
        Chain::does(&CAROL, advance(id, 0));
        assert_eq!(view(id, 0).due, Due::Reveal);
    });
}
