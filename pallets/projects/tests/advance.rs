//! `advance`: everything that time alone allows, by anyone.

use idlewild_compute_primitives::{chunk::Stage, project::ProjectSpec};
use pallet_idlewild_projects::types::Sample;
use pallet_idlewild_test_runtime::{
    compute::{
        offers,
        projects::{
            acknowledge, advance, begin, chunk, commits, create, draw, fix_chance, last_panel, operator, pass_challenge,
            reveals, right, spec, trust, QUICK,
        },
        trackers,
    },
    Chain, ALICE, BOB, CAROL,
};

use crate::{started, trackers as seats, Call, Error};

#[test]
fn there_must_be_something_to_do() {
    Chain::run(|| {
        let (id, all) = started(2);
        Chain::refuses(&CAROL, advance(9, 0), Error::NoSuchProject);
        Chain::refuses(&CAROL, advance(id, 4), Error::NoSuchChunk);
        Chain::refuses(&CAROL, advance(id, 0), Error::Untouched);
        draw(id, 0, &all);
        Chain::does(&CAROL, advance(id, 0));
        for provider in &all {
            Chain::does(&operator(*provider), acknowledge(id, *provider, &[0]));
        }
        Chain::refuses(&CAROL, advance(id, 0), Error::NothingDue);
    });
}

#[test]
fn it_notes_that_a_lone_one_is_left_alone() {
    Chain::run(|| {
        let (id, all) = started(1);
        trust(all[0]);
        begin(id, 0, &all);
        fix_chance(id, 0, 0);
        commits(id, 0, all[0], &right());
        Chain::next_block();
        Chain::refuses(&CAROL, advance(id, 0), Error::NothingDue);
        Chain::next_block();
        Chain::does(&CAROL, advance(id, 0));
        Chain::pass(QUICK.reveal);
        reveals(id, 0, all[0], &right());
    });
}

#[test]
fn where_nobody_comes_a_lone_result_is_run_again_by_a_tracker() {
    Chain::run(|| {
        let (id, all) = started(1);
        seats(3);
        begin(id, 0, &all);
        commits(id, 0, all[0], &right());
        Chain::pass(QUICK.adjudicate + 1);
        Chain::does(&CAROL, advance(id, 0));
        reveals(id, 0, all[0], &right());
        assert_eq!(chunk(id, 0).sample, Sample::Asked);
        trackers::decide(&BOB, last_panel(), right().root);
        pass_challenge();
        assert_eq!(chunk(id, 0).sample, Sample::Passed);
        Chain::does(&CAROL, crate::projects::finalise(id, &[0]));
        assert_eq!(offers::record(all[0]).score, 1, "it was checked after all");
    });
}

#[test]
fn where_there_are_no_trackers_either_it_is_paid_and_is_no_reason_to_trust() {
    Chain::run(|| {
        let (id, all) = started(1);
        begin(id, 0, &all);
        let start = crate::wealth(all[0]);
        commits(id, 0, all[0], &right());
        Chain::pass(QUICK.adjudicate + 1);
        Chain::does(&CAROL, advance(id, 0));
        reveals(id, 0, all[0], &right());
        trackers::convene(&BOB, last_panel());
        assert_eq!(chunk(id, 0).sample, Sample::Unanswered);
        pass_challenge();
        Chain::does(&CAROL, crate::projects::finalise(id, &[0]));
        assert_eq!(crate::wealth(all[0]) - start, crate::projects::PRICE / 2);
        assert_eq!(offers::record(all[0]).score, 0);
    });
}

#[test]
fn of_three_the_two_that_came_are_enough() {
    Chain::run(|| {
        let (_, all) = started(2);
        let id = create(&ALICE, ProjectSpec { replicas: 3, ..spec() });
        begin(id, 0, &all);
        all.iter().for_each(|provider| commits(id, 0, *provider, &right()));
        assert_eq!(chunk(id, 0).stage, Stage::Working { since: None });
        Chain::pass(QUICK.adjudicate + 1);
        Chain::does(&CAROL, advance(id, 0));
        all.iter().for_each(|provider| reveals(id, 0, *provider, &right()));
        assert!(matches!(chunk(id, 0).stage, Stage::Agreed { .. }));
        assert!(!chunk(id, 0).unchecked);
    });
}

#[test]
fn a_silent_one_of_two_leaves_the_other_to_a_tracker_and_nobody_can_copy() {
    Chain::run(|| {
        let (id, all) = started(3);
        seats(3);
        begin(id, 0, &all[..2]);
        all[..2].iter().for_each(|provider| commits(id, 0, *provider, &right()));
        reveals(id, 0, all[0], &right());
        Chain::pass(QUICK.reveal + 1);
        Chain::does(&CAROL, advance(id, 0));
        assert!(matches!(chunk(id, 0).stage, Stage::Agreed { .. }));
        assert_eq!((chunk(id, 0).replicas.len(), chunk(id, 0).sample), (1, Sample::Asked));
        Chain::refuses(&operator(all[2]), crate::projects::claim(id, all[2], &[0]), Error::NoPlace);
    });
}

#[test]
fn what_was_claimed_and_never_begun_ends_with_its_project() {
    Chain::run(|| {
        let (id, all) = started(1);
        Chain::does(&operator(all[0]), crate::projects::claim(id, all[0], &[0, 1]));
        Chain::refuses(&CAROL, advance(id, 0), Error::NothingDue);
        Chain::does(&ALICE, Call::cancel { project: id }.into());
        assert_eq!(crate::held(id), 2 * crate::share());
        Chain::does(&CAROL, advance(id, 0));
        Chain::does(&CAROL, advance(id, 1));
        assert_eq!(chunk(id, 0).stage, Stage::Final { root: None });
        assert_eq!(crate::held(id), 0);
        assert!(crate::projects::project(id).ended.is_some());
        Chain::refuses(&CAROL, advance(id, 1), Error::NothingDue);
    });
}
