//! `sample`: by chance a tracker runs a result again.

use frame_support::sp_runtime::BuildStorage;
use idlewild_compute_primitives::{chunk::Stage, program::Class, trust::CERTAIN};
use pallet_idlewild_projects::{types::Sample, GenesisConfig, Sampled};
use pallet_idlewild_test_runtime::{
    compute::{
        projects::{chunk, create, finalise, last_panel, pass_challenge, project, right, run, sample, spec_of, wrong, PRICE},
        trackers,
    },
    Chain, Escrow, Test, ALICE, CAROL,
};

use crate::{held, left, share, started, trackers as seats, Call, Error};

fn sampled(what: idlewild_compute_primitives::commitment::Finding) -> (u64, Vec<u32>) {
    let (id, all) = started(2);
    seats(12);
    Sampled::<Test>::put(CERTAIN);
    run(id, 0, &all.iter().map(|provider| (*provider, what)).collect::<Vec<_>>());
    (id, all)
}

#[test]
fn a_sample_that_finds_the_same_changes_nothing() {
    Chain::run(|| {
        let (id, _) = sampled(right());
        Chain::refuses(&CAROL, sample(id, 0), Error::TooEarly);
        Chain::pass(2);
        let before = left(id, 0);
        Chain::does(&CAROL, sample(id, 0));
        assert_eq!(before - left(id, 0), PRICE);
        Chain::refuses(&CAROL, sample(id, 0), Error::NotSampled);
        trackers::decide(&CAROL, last_panel(), right().root);
        pass_challenge();
        assert_eq!(chunk(id, 0).sample, Sample::Passed);
        Chain::does(&CAROL, finalise(id, &[0]));
        assert_eq!(held(id), 3 * share());
    });
}

#[test]
fn who_finalises_has_it_sampled_where_nobody_did() {
    Chain::run(|| {
        let (id, _) = sampled(right());
        pass_challenge();
        Chain::does(&CAROL, finalise(id, &[0]));
        assert_eq!((chunk(id, 0).sample, project(id).panels), (Sample::Asked, 1));
        assert!(matches!(chunk(id, 0).stage, Stage::Agreed { .. }));
        Chain::refuses(&CAROL, finalise(id, &[0]), Error::SamplePending);
        trackers::decide(&CAROL, last_panel(), right().root);
        Chain::refuses(&CAROL, finalise(id, &[0]), Error::TooEarly);
        pass_challenge();
        Chain::does(&CAROL, finalise(id, &[0]));
        assert!(chunk(id, 0).is_final());
    });
}

#[test]
fn a_sample_that_finds_another_brings_all_trackers_and_slashes_nobody() {
    Chain::run(|| {
        let (id, all) = sampled(wrong());
        Chain::pass(2);
        Chain::does(&CAROL, sample(id, 0));
        trackers::decide(&CAROL, last_panel(), right().root);
        assert!(matches!(chunk(id, 0).stage, Stage::Disputed { agreed: Some(root), .. } if root == wrong().root));
        assert_eq!(pallet_idlewild_test_runtime::compute::offers::record(all[0]).lost, 0);
        trackers::decide(&CAROL, last_panel(), right().root);
        assert_eq!(chunk(id, 0).stage, Stage::Open);
        assert_eq!(pallet_idlewild_test_runtime::compute::offers::record(all[0]).lost, 1);
    });
}

#[test]
fn a_tracker_that_does_not_answer_stops_nobody() {
    Chain::run(|| {
        let (id, _) = started(0);
        let all = crate::providers(2);
        Sampled::<Test>::put(CERTAIN);
        run(id, 0, &all.iter().map(|provider| (*provider, right())).collect::<Vec<_>>());
        pass_challenge();
        Chain::does(&CAROL, finalise(id, &[0]));
        trackers::convene(&CAROL, last_panel());
        assert_eq!(chunk(id, 0).sample, Sample::Unanswered);
        pass_challenge();
        Chain::does(&CAROL, finalise(id, &[0]));
        assert!(chunk(id, 0).is_final());
    });
}

#[test]
fn a_project_waits_for_its_sample() {
    Chain::run(|| {
        let (id, _) = sampled(right());
        Chain::pass(2);
        Chain::does(&CAROL, sample(id, 0));
        Chain::does(&ALICE, Call::cancel { project: id }.into());
        let before = Chain::wealth(&ALICE);
        trackers::decide(&CAROL, last_panel(), right().root);
        assert!(project(id).ended.is_none());
        pass_challenge();
        Chain::does(&CAROL, finalise(id, &[0]));
        assert!(project(id).ended.is_some());
        let bill = PRICE / 2;
        assert_eq!(before - Chain::wealth(&ALICE), PRICE + 2 * (bill / 5 + bill / 50), "the tracker was paid, and the rest");
        assert!(Escrow::payer_of(project(id).escrow).is_none());
    });
}

#[test]
fn as_many_are_sampled_as_the_rules_of_trust_say() {
    let storage = GenesisConfig::<Test>::default().build_storage().unwrap();
    sp_io::TestExternalities::new(storage).execute_with(|| {
        assert_eq!(Sampled::<Test>::get(), idlewild_compute_primitives::trust::SAMPLED);
    });
}

#[test]
fn only_what_can_be_proven_is_sampled() {
    Chain::run(|| {
        let (_, all) = started(2);
        Sampled::<Test>::put(CERTAIN);
        let id = create(&ALICE, spec_of(Class::Pinned));
        run(id, 0, &all.iter().map(|provider| (*provider, right())).collect::<Vec<_>>());
        Chain::pass(2);
        Chain::refuses(&CAROL, sample(id, 0), Error::NotSampled);
        pass_challenge();
        Chain::does(&CAROL, finalise(id, &[0]));
        assert!(chunk(id, 0).is_final());
    });
}

#[test]
fn nothing_is_sampled_that_was_not_drawn() {
    Chain::run(|| {
        let (id, all) = started(2);
        run(id, 0, &all.iter().map(|provider| (*provider, right())).collect::<Vec<_>>());
        Chain::pass(2);
        Chain::refuses(&CAROL, sample(id, 0), Error::NotSampled);
        // Once the draw is forgotten, it counts as drawn.
        Chain::pass(2_100);
        Chain::does(&CAROL, sample(id, 0));
    });
}
