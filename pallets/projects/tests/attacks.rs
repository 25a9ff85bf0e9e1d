//! What might be tried against it, one by one.

use idlewild_compute_primitives::{
    chunk::Stage,
    commitment::of_finding,
    money::{late_fee, least_price},
    program::Class,
    project::ProjectSpec,
};
use pallet_idlewild_projects::types::Sample;
use pallet_idlewild_test_runtime::{
    account,
    compute::{
        offers::{self, attributes, MACHINE, PRICES},
        projects::{
            acknowledge, advance, begin, challenge, chunk, claim, commit_to, commits, create, draw, finalise, finding,
            fix_chance, last_panel, operator, pass_challenge, project, reveal_as, reveals, right, run, spec, spec_of, stored,
            trust, wrong, ProjectDeposit, BOND, PRICE, QUICK, SALT, WORK,
        },
        trackers,
    },
    Chain, Clock, Escrow, Offers, ALICE, BOB, CAROL, COIN,
};

use crate::{held, locked, share, started, trackers as seats, wealth, Call, Error};

#[test]
fn a_copied_commitment_opens_to_nothing() {
    Chain::run(|| {
        let (id, all) = started(2);
        begin(id, 0, &all);
        commits(id, 0, all[0], &right());
        let shown = stored(id, all[0], 0, &right());
        let copied = of_finding(id, 0, &shown, &SALT, operator(all[0]).as_ref());
        Chain::does(&operator(all[1]), commit_to(id, all[1], 0, copied));
        reveals(id, 0, all[0], &right());
        // It knows everything that was shown, and still cannot open it.
        Chain::refuses(&operator(all[1]), reveal_as(id, all[1], 0, &shown), Error::OtherCommitment);
        let start = wealth(all[1]);
        Chain::pass(QUICK.reveal + 1);
        Chain::does(&CAROL, advance(id, 0));
        assert_eq!(start - wealth(all[1]), BOND);
    });
}

#[test]
fn who_withholds_a_reveal_harms_itself_alone() {
    Chain::run(|| {
        let (id, all) = started(2);
        seats(3);
        begin(id, 0, &all);
        let start = [wealth(all[0]), wealth(all[1])];
        all.iter().for_each(|provider| commits(id, 0, *provider, &right()));
        reveals(id, 0, all[0], &right());
        Chain::pass(QUICK.reveal + 1);
        Chain::does(&CAROL, advance(id, 0));
        trackers::decide(&CAROL, last_panel(), right().root);
        pass_challenge();
        Chain::does(&CAROL, finalise(id, &[0]));
        assert_eq!(wealth(all[0]) - start[0], PRICE / 2);
        assert_eq!(start[1] - wealth(all[1]), BOND);
    });
}

#[test]
fn an_inflated_meter_is_cut() {
    Chain::run(|| {
        let (id, all) = started(2);
        let found = finding(1, 1_000 * WORK);
        let start = wealth(all[0]);
        run(id, 0, &[(all[0], found), (all[1], found)]);
        pass_challenge();
        Chain::does(&CAROL, finalise(id, &[0]));
        assert_eq!(wealth(all[0]) - start, PRICE);
        // A lone liar about its fuel has another root than who runs it again.
        seats(12);
        trust(all[0]);
        begin(id, 1, &all[..1]);
        fix_chance(id, 1, 0);
        let mut lie = right();
        lie.used = 2 * WORK;
        lie.root[24..].copy_from_slice(&lie.used.to_le_bytes());
        commits(id, 1, all[0], &lie);
        Chain::pass(2);
        reveals(id, 1, all[0], &lie);
        Chain::does(&BOB, challenge(id, 1));
        trackers::decide(&CAROL, last_panel(), right().root);
        assert_eq!(offers::record(all[0]).lost, 1);
    });
}

#[test]
fn those_who_claim_and_never_begin_hold_a_chunk_up_once_each() {
    Chain::run(|| {
        let (id, all) = started(5);
        for ghosts in all[..4].chunks(2) {
            assert_eq!(draw(id, 0, ghosts).len(), 2);
            Chain::pass(QUICK.acknowledge + 1);
        }
        Chain::does(&operator(all[4]), claim(id, all[4], &[0]));
        for ghost in &all[..4] {
            assert_eq!(offers::record(*ghost).late, 1);
            Chain::refuses(&operator(*ghost), claim(id, *ghost, &[0]), Error::Tried);
        }
        Chain::pass(4);
        Chain::does(&operator(all[4]), acknowledge(id, all[4], &[0]));
    });
}

#[test]
fn nobody_runs_its_own_project() {
    Chain::run(|| {
        let (_, all) = started(1);
        let id = create(&account(0), spec());
        Chain::refuses(&account(0), claim(id, all[0], &[0]), Error::OwnProject);
    });
}

#[test]
fn nobody_is_twice_among_replicas() {
    Chain::run(|| {
        let (id, all) = started(1);
        let twin = offers::provider_of(&account(0), 60, MACHINE, attributes(), PRICES, 1_000 * COIN);
        Chain::does(&account(0), claim(id, all[0], &[0]));
        Chain::refuses(&account(0), claim(id, twin, &[0]), Error::SameOperator);
        Chain::pass(4);
        Chain::does(&account(0), acknowledge(id, all[0], &[0]));
        Chain::refuses(&account(0), claim(id, twin, &[0]), Error::SameOperator);
    });
}

#[test]
fn who_is_always_late_pays_each_time_and_stops_nobody() {
    Chain::run(|| {
        let (id, all) = started(4);
        begin(id, 0, &all[..1]);
        commits(id, 0, all[0], &right());
        let since = Clock::now();
        for late in &all[1..] {
            begin(id, 0, &[*late]);
            Chain::pass(6);
            Chain::does(&CAROL, advance(id, 0));
            assert_eq!(offers::record(*late).bond, 1_000 * COIN - late_fee(BOND));
        }
        // The one who did its work waits no longer for all of them together than for one.
        Chain::pass_to(since + QUICK.adjudicate + 1);
        Chain::does(&CAROL, advance(id, 0));
        reveals(id, 0, all[0], &right());
        assert!(matches!(chunk(id, 0).stage, Stage::Agreed { .. }));
    });
}

#[test]
fn a_wrong_challenge_costs_more_than_it_delays() {
    Chain::run(|| {
        let (id, all) = started(2);
        seats(12);
        let start = wealth(all[0]);
        run(id, 0, &[(all[0], right()), (all[1], right())]);
        let before = Chain::wealth(&BOB);
        Chain::does(&BOB, challenge(id, 0));
        trackers::decide(&CAROL, last_panel(), right().root);
        assert_eq!(before - Chain::wealth(&BOB), 5 * PRICE);
        assert_eq!(wealth(all[0]) - start, PRICE / 2);
    });
}

#[test]
fn a_silent_panel_lets_nobody_wait_for_ever() {
    Chain::run(|| {
        let (id, all) = started(2);
        seats(24);
        let start = [wealth(all[0]), wealth(all[1])];
        run(id, 0, &[(all[0], right()), (all[1], wrong())]);
        let panel = last_panel();
        let mut rounds = 0;
        while !chunk(id, 0).is_final() {
            Chain::pass(2);
            Chain::does(&CAROL, pallet_idlewild_trackers::Call::convene { panel }.into());
            if pallet_idlewild_trackers::Panels::<pallet_idlewild_test_runtime::Test>::contains_key(panel) {
                trackers::close_late(&CAROL, panel);
            }
            rounds += 1;
            assert!(rounds < 10, "a panel that never speaks never ends");
        }
        assert_eq!([wealth(all[0]) - start[0], wealth(all[1]) - start[1]], [PRICE / 2, PRICE / 2]);
        assert_eq!(held(id), 3 * share());
    });
}

#[test]
fn a_flood_of_expired_projects_stands_in_nobodys_way() {
    Chain::run(|| {
        let (id, all) = started(2);
        let flood: Vec<u64> = (0..20)
            .map(|_| {
                create(
                    &BOB,
                    ProjectSpec { tasks: 60_000, per_chunk: 1, price: COIN / 200, deadline: Clock::now() + 5, ..spec() },
                )
            })
            .collect();
        Chain::pass(6);
        run(id, 0, &[(all[0], right()), (all[1], right())]);
        for id in flood {
            Chain::does(&CAROL, Call::expire { project: id }.into());
            assert!(project(id).ended.is_some());
        }
    });
}

#[test]
fn workers_are_paid_though_the_requester_is_never_seen_again() {
    Chain::run(|| {
        let (_, all) = started(2);
        let id = create(&ALICE, ProjectSpec { tasks: 4, deadline: Clock::now() + 20, ..spec() });
        let start = [wealth(all[0]), wealth(all[1])];
        run(id, 0, &[(all[0], right()), (all[1], right())]);
        pass_challenge();
        Chain::does(&operator(all[0]), finalise(id, &[0]));
        Chain::pass_to(project(id).spec.deadline + 1);
        Chain::does(&operator(all[0]), Call::expire { project: id }.into());
        assert_eq!([wealth(all[0]) - start[0], wealth(all[1]) - start[1]], [PRICE / 2, PRICE / 2]);
        assert!(project(id).ended.is_some());
    });
}

#[test]
fn a_lone_result_of_somebody_slashed_elsewhere_is_run_again() {
    Chain::run(|| {
        let (id, all) = started(2);
        seats(12);
        trust(all[0]);
        begin(id, 0, &all[..1]);
        fix_chance(id, 0, 0);
        commits(id, 0, all[0], &wrong());
        Chain::pass(2);
        reveals(id, 0, all[0], &wrong());
        let bond = locked(all[0]);
        Chain::next_block();
        Offers::note_lost(all[0]);
        pass_challenge();
        Chain::does(&CAROL, finalise(id, &[0]));
        assert_eq!(chunk(id, 0).sample, Sample::Asked);
        trackers::decide(&CAROL, last_panel(), right().root);
        let before = wealth(all[0]);
        trackers::decide(&CAROL, last_panel(), right().root);
        assert_eq!(before - wealth(all[0]), bond);
        assert_eq!(chunk(id, 0).stage, Stage::Open);
    });
}

#[test]
fn a_result_that_was_lost_before_it_was_found_does_not_count_against_it() {
    Chain::run(|| {
        let (id, all) = started(1);
        Offers::note_lost(all[0]);
        trust(all[0]);
        begin(id, 0, &all);
        fix_chance(id, 0, 0);
        commits(id, 0, all[0], &right());
        Chain::pass(2);
        reveals(id, 0, all[0], &right());
        pass_challenge();
        Chain::does(&CAROL, finalise(id, &[0]));
        assert!(chunk(id, 0).is_final());
    });
}

#[test]
fn a_requester_without_coins_orders_nothing_and_owes_nothing() {
    Chain::run(|| {
        let (_, all) = started(2);
        // All that it has but what keeps its account alive.
        let price = (Chain::wealth(&BOB) - COIN - ProjectDeposit::get()) / 4 * 10 / 101;
        let id = create(&BOB, ProjectSpec { price, ..spec() });
        let error = pallet_idlewild_escrow::Error::<pallet_idlewild_test_runtime::Test>::NotEnoughCoins;
        Chain::refuses(&BOB, Call::create { spec: spec() }.into(), error);
        assert!(held(id) > 0);
        // Providers' bonds are too small for that, so that nobody can be made to work beyond its means.
        Chain::refuses(&operator(all[0]), claim(id, all[0], &[0]), Error::BondTooLow);
        Chain::does(&BOB, Call::cancel { project: id }.into());
        assert!(Escrow::payer_of(project(id).escrow).is_none());
    });
}

#[test]
fn nobody_is_slashed_for_a_result_that_cannot_be_proven() {
    Chain::run(|| {
        let (_, all) = started(3);
        let id = create(&ALICE, spec_of(Class::Pinned));
        run(id, 0, &[(all[0], right()), (all[1], wrong())]);
        begin(id, 0, &all[2..]);
        commits(id, 0, all[2], &wrong());
        reveals(id, 0, all[2], &wrong());
        // A majority of two liars against one that is honest.
        let honest = offers::record(all[0]);
        assert_eq!((honest.bond, honest.locked), (1_000 * COIN, 0));
    });
}

#[test]
fn a_free_score_is_none() {
    Chain::run(|| {
        let (_, all) = started(2);
        let id = create(&ALICE, ProjectSpec { price: least_price(5), ..spec() });
        for (index, used, score) in [(0, 2 * WORK - 1, 0), (1, 2 * WORK, 1)] {
            let found = finding(1, used);
            run(id, index, &[(all[0], found), (all[1], found)]);
            pass_challenge();
            Chain::does(&CAROL, finalise(id, &[index]));
            assert_eq!(offers::record(all[0]).score, score, "too little was burned for it, or enough");
        }
    });
}
