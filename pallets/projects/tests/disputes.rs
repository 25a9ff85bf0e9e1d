//! What follows when results of a deterministic program differ.

use frame_support::traits::{LockableCurrency, WithdrawReasons};
use idlewild_compute_primitives::{chunk::Stage, money::Slash, project::ProjectSpec, Digest, SeatId};
use pallet_idlewild_projects::Asks;
use pallet_idlewild_test_runtime::{
    compute::{
        offers,
        projects::{
            begin, challenge, chunk, create, finding, last_panel, operator, pass_challenge, project, right, run, spec, wrong,
            ProjectsTreasury, BOND, PRICE, WORK,
        },
        trackers,
    },
    AccountId, Balances, Chain, Escrow, Projects, Test, ALICE, BOB, CAROL,
};

use crate::{held, left, locked, saw, share, started, trackers as seats, wealth, Call, Event};

#[test]
fn who_is_right_is_paid_and_who_is_wrong_is_slashed() {
    Chain::run(|| {
        let (id, all) = started(2);
        seats(12);
        let start = [wealth(all[0]), wealth(all[1])];
        let (owner, supply) = (Chain::wealth(&ALICE), Chain::supply());
        run(id, 0, &[(all[0], right()), (all[1], wrong())]);
        assert!(matches!(chunk(id, 0).stage, Stage::Disputed { agreed: None, .. }));
        assert_eq!([wealth(all[0]), wealth(all[1])], start, "nobody is paid before");
        // Both bills and their fees stay with the chunk, and all the rest is there for trackers.
        let bill = PRICE / 2;
        assert_eq!(left(id, 0), 2 * (bill + bill / 50));
        assert_eq!(held(id), 3 * share() + left(id, 0));
        trackers::decide(&CAROL, last_panel(), right().root);
        let slash = Slash::of(BOND);
        assert_eq!(wealth(all[0]) - start[0], bill);
        assert_eq!(start[1] - wealth(all[1]), BOND);
        assert_eq!((locked(all[0]), locked(all[1])), (0, 0));
        assert_eq!((offers::record(all[0]).score, offers::record(all[1]).lost), (1, 1));
        assert_eq!(Chain::wealth(&ProjectsTreasury::get()), slash.treasury);
        // One bill and its fee. The liar alone paid the trackers, and the requester for its trouble.
        assert_eq!(slash.challenger + slash.checkers, 5 * PRICE);
        assert_eq!(Chain::wealth(&ALICE) + bill + bill / 50, owner + slash.requester);
        assert_eq!(supply - Chain::supply(), bill / 50);
        assert_eq!(chunk(id, 0).stage, Stage::Final { root: Some(right().root) });
        assert!(saw(|event| matches!(event, Event::Lost { provider, slashed: BOND, .. } if *provider == all[1])));
        assert_eq!(held(id), 3 * share());
    });
}

#[test]
fn where_nobody_is_right_it_is_given_out_anew_and_never_to_one_alone() {
    Chain::run(|| {
        let (id, all) = started(4);
        seats(12);
        run(id, 0, &[(all[0], wrong()), (all[1], finding(3, WORK))]);
        trackers::decide(&CAROL, last_panel(), right().root);
        assert_eq!((chunk(id, 0).stage, chunk(id, 0).tried.len()), (Stage::Open, 2));
        crate::projects::trust(all[2]);
        crate::projects::trust(all[3]);
        let drawn = begin(id, 0, &all[2..]);
        assert_eq!(drawn.len(), 2, "though each might be trusted with it");
        crate::projects::show(id, 0, &drawn, &[(all[2], right()), (all[3], right())]);
        pass_challenge();
        Chain::does(&CAROL, crate::projects::finalise(id, &[0]));
        assert_eq!(chunk(id, 0).stage, Stage::Final { root: Some(right().root) });
    });
}

#[test]
fn what_liars_lose_pays_for_the_next_ones() {
    Chain::run(|| {
        let (_, all) = started(15);
        seats(12);
        let id = create(&ALICE, ProjectSpec { tasks: 2, replicas: 5, ..spec() });
        let lie = finding(2, 2 * WORK);
        let owner = Chain::wealth(&ALICE);
        // Cliques that agree on a lie and are paid the first part, each found out by a challenger.
        for group in all.chunks(5) {
            let drawn = run(id, 0, &group.iter().map(|provider| (*provider, lie)).collect::<Vec<_>>());
            assert_eq!(drawn.len(), 5, "as many as there may be");
            Chain::does(&BOB, challenge(id, 0));
            trackers::decide(&CAROL, last_panel(), right().root);
            assert_eq!((chunk(id, 0).stage, chunk(id, 0).again), (Stage::Open, true));
        }
        assert!(left(id, 0) > share());
        Chain::does(&ALICE, Call::cancel { project: id }.into());
        Chain::does(&BOB, crate::projects::advance(id, 0));
        assert!(project(id).ended.is_some());
        assert!(Chain::wealth(&ALICE) >= owner, "however often, it costs its owner nothing");
        assert!(all.iter().all(|provider| offers::record(*provider).lost == 1));
    });
}

#[test]
fn a_doubled_panel_has_what_the_share_has_and_not_more() {
    Chain::run(|| {
        let (id, all) = started(2);
        let everybody = seats(24);
        run(id, 0, &[(all[0], finding(1, 2 * WORK)), (all[1], finding(2, 2 * WORK))]);
        let (panel, truth) = (last_panel(), finding(1, 2 * WORK).root);
        let other = finding(2, 2 * WORK).root;
        let bill = PRICE;
        let budget = share() - 2 * (bill + bill / 50);
        let asked = Asks::<Test>::iter_values().next().unwrap();
        assert_eq!((asked.amount, Escrow::held(asked.escrow)), (budget, budget));
        let before: u128 = everybody.iter().map(Chain::wealth).sum();
        let first = trackers::convene(&CAROL, panel);
        let said: Vec<(SeatId, Digest)> =
            first.iter().enumerate().map(|(place, seat)| (*seat, if place < 3 { truth } else { other })).collect();
        trackers::speak(panel, &said);
        trackers::close(&CAROL, panel);
        let rest = held(id);
        trackers::decide(&CAROL, panel, truth);
        let charged = 2 * trackers::SilenceCharge::get();
        let after: u128 = everybody.iter().map(Chain::wealth).sum();
        let paid = after + charged - before;
        // Thirteen were right, and there is too little for a whole pay each: they share all there is.
        assert!(paid <= budget && budget - paid < 13, "{paid} of {budget}");
        assert_eq!(held(id), 3 * share());
        assert!(rest >= 3 * share(), "the shares of others were never touched");
        assert!(chunk(id, 0).is_final());
    });
}

#[test]
fn where_trackers_never_agree_the_time_is_paid() {
    Chain::run(|| {
        let (id, all) = started(2);
        let start = [wealth(all[0]), wealth(all[1])];
        run(id, 0, &[(all[0], right()), (all[1], wrong())]);
        trackers::convene(&CAROL, last_panel());
        assert_eq!(chunk(id, 0).stage, Stage::Final { root: None });
        assert_eq!([wealth(all[0]) - start[0], wealth(all[1]) - start[1]], [PRICE / 2, PRICE / 2]);
        assert_eq!((offers::record(all[0]).score, offers::record(all[1]).lost), (0, 0));
    });
}

#[test]
fn nobody_judges_its_own_chunk() {
    Chain::run(|| {
        let (id, all) = started(2);
        let mut own: Vec<AccountId> = all.iter().map(|provider| operator(*provider)).collect();
        own.push(ALICE);
        trackers::take_seats(&own);
        run(id, 0, &[(all[0], right()), (all[1], wrong())]);
        assert_eq!(trackers::convene(&CAROL, last_panel()), Vec::<SeatId>::new(), "there is nobody else");
    });
}

#[test]
fn a_verdict_about_what_is_not_asked_changes_nothing() {
    Chain::run(|| {
        let (id, all) = started(2);
        seats(12);
        run(id, 0, &[(all[0], right()), (all[1], right())]);
        let before = Chain::state();
        use idlewild_compute_primitives::panel::Question;
        use pallet_idlewild_trackers::OnVerdict;
        for question in [
            Question::Dispute { project: id, chunk: 0 },
            Question::Sample { project: id, chunk: 0 },
            Question::Dispute { project: 9, chunk: 9 },
            Question::Probe { lease: 0 },
            Question::Grade { provider: 0 },
        ] {
            <Projects as OnVerdict<AccountId>>::decided(question, Some([9; 32]));
            assert!(!<Projects as OnVerdict<AccountId>>::is_party(&question, &operator(all[0])));
        }
        assert_eq!(before, Chain::state());
        Chain::does(&ALICE, Call::cancel { project: id }.into());
        assert!(project(id).ended.is_none());
    });
}

/// Freezes all coins of Alice's, those on hold included.
fn freeze() {
    let all = Chain::wealth(&ALICE);
    <Balances as LockableCurrency<AccountId>>::set_lock(*b"freezing", &ALICE, all, WithdrawReasons::all());
}

#[test]
fn who_freezes_its_coins_stops_no_panel() {
    Chain::run(|| {
        let (id, all) = started(2);
        seats(12);
        freeze();
        run(id, 0, &[(all[0], right()), (all[1], wrong())]);
        // They cannot be moved into another escrow, and trackers have to do it for nothing.
        assert_eq!(Asks::<Test>::iter_values().next().unwrap().amount, 0);
        assert_eq!(left(id, 0), share());
        let start = wealth(all[0]);
        trackers::decide(&CAROL, last_panel(), right().root);
        assert_eq!(wealth(all[0]) - start, PRICE / 2);
        assert_eq!(offers::record(all[1]).lost, 1);
        assert_eq!(held(id), 3 * share());
    });
}

#[test]
fn what_a_panel_left_of_frozen_coins_is_their_owners_again() {
    Chain::run(|| {
        let (id, all) = started(2);
        seats(12);
        run(id, 0, &[(all[0], right()), (all[1], wrong())]);
        freeze();
        let (start, before) = (wealth(all[0]), Chain::wealth(&ALICE));
        trackers::decide(&CAROL, last_panel(), right().root);
        let bill = PRICE / 2;
        assert_eq!(wealth(all[0]) - start, bill);
        assert_eq!(Chain::wealth(&ALICE) + bill + bill / 50, before + Slash::of(BOND).requester);
        assert_eq!(held(id), 3 * share());
    });
}
