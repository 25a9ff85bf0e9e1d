//! `wrap`: the key of an input that is not public, and what happens without it.

use idlewild_compute_primitives::{
    program::Class,
    project::{Input, ProjectSpec},
    view::Duty,
    ProjectId, ProviderId,
};
use pallet_idlewild_projects::Keys;
use pallet_idlewild_test_runtime::{
    compute::{
        offers,
        projects::{
            advance, begin, chunk, claim, commit, commits, create, finding, operator, pass_challenge, reveals, spec_of, QUICK,
        },
    },
    Chain, Clock, Projects, Test, ALICE, BOB, CAROL, COIN,
};

use crate::{started, Call, Error};

fn wrapped() -> (ProjectId, Vec<ProviderId>) {
    let (_, all) = started(2);
    let spec = ProjectSpec { input: Input::Wrapped { root: 3 }, ..spec_of(Class::Metered) };
    (create(&ALICE, spec), all)
}

fn wrap(project: ProjectId, provider: ProviderId) -> pallet_idlewild_test_runtime::RuntimeCall {
    Call::wrap { project, chunk: 0, provider, key: [8; 80] }.into()
}

#[test]
fn time_begins_when_the_key_is_posted() {
    Chain::run(|| {
        let (id, all) = wrapped();
        Chain::refuses(&ALICE, wrap(id, all[0]), Error::Untouched);
        begin(id, 0, &all[..1]);
        Chain::refuses(&BOB, wrap(id, all[0]), Error::NotOwner);
        Chain::refuses(&ALICE, wrap(id, all[1]), Error::NoReplica);
        Chain::refuses(&ALICE, wrap(0, all[0]), Error::NotWrapped);
        let found = finding(1, 1_000);
        Chain::refuses(&operator(all[0]), commit(id, all[0], 0, &found), Error::NoKey);
        assert_eq!(Projects::duties(all[0], None, 9).duties, vec![]);
        Chain::pass(3);
        assert_eq!(Projects::key_for(id, 0, all[0]), None);
        Chain::does(&ALICE, wrap(id, all[0]));
        assert_eq!(Projects::key_for(id, 0, all[0]), Some([8; 80]));
        let duty = Projects::duties(all[0], None, 9).duties[0];
        assert_eq!((duty.duty, duty.until), (Duty::Commit, Clock::now() + 5));
        Chain::refuses(&ALICE, wrap(id, all[0]), Error::KeyPosted);
        commits(id, 0, all[0], &found);
        reveals(id, 0, all[0], &found);
        pass_challenge();
        Chain::does(&CAROL, crate::projects::finalise(id, &[0]));
        assert_eq!(Keys::<Test>::iter().count(), 0);
    });
}

#[test]
fn who_is_left_without_a_key_goes_free() {
    Chain::run(|| {
        let (id, all) = wrapped();
        begin(id, 0, &all[..1]);
        Chain::pass(QUICK.acknowledge);
        Chain::refuses(&CAROL, advance(id, 0), Error::NothingDue);
        Chain::next_block();
        Chain::does(&CAROL, advance(id, 0));
        let record = offers::record(all[0]);
        assert_eq!((record.bond, record.locked, record.late, record.busy), (1_000 * COIN, 0, 0, 0));
        assert!(chunk(id, 0).tried.is_empty());
        Chain::does(&operator(all[0]), claim(id, all[0], &[0]));
    });
}

#[test]
fn a_key_comes_in_time_or_not_at_all() {
    Chain::run(|| {
        let (id, all) = wrapped();
        begin(id, 0, &all[..1]);
        Chain::pass(QUICK.acknowledge + 1);
        Chain::refuses(&ALICE, wrap(id, all[0]), Error::TooLate);
        Chain::does(&CAROL, advance(id, 0));
        assert_eq!(offers::record(all[0]).busy, 0);
    });
}

#[test]
fn who_has_a_key_and_nobody_to_compare_with_is_late_for_nothing() {
    Chain::run(|| {
        let (id, all) = wrapped();
        begin(id, 0, &all[..1]);
        Chain::does(&ALICE, wrap(id, all[0]));
        Chain::pass(6);
        Chain::does(&CAROL, advance(id, 0));
        assert_eq!((offers::record(all[0]).late, offers::record(all[0]).bond), (0, 1_000 * COIN));
        Chain::refuses(&operator(all[0]), claim(id, all[0], &[0]), Error::Tried);
        assert_eq!(Keys::<Test>::iter().count(), 0);
    });
}
