//! Programs whose results cannot be proven: they are compared, or metered, and nobody is slashed for them.

use idlewild_compute_primitives::{
    chunk::Stage,
    commitment::Finding,
    program::Class,
    project::ProjectSpec,
    resources::{Attributes, Wishes},
    view::Due,
    ProjectId, ProviderId,
};
use pallet_idlewild_projects::types::Dropped;
use pallet_idlewild_test_runtime::{
    account,
    compute::{
        offers::{self, attributes, MACHINE, PRICES},
        projects::{
            advance, begin, chunk, claim, commits, create, draw, finalise, finding, fix_chance, operator, pass_challenge,
            program, reveals, run, show, spec_of, trust, view, wrong, PRICE, QUICK,
        },
    },
    Apps, Chain, Clock, Offers, ALICE, BOB, CAROL, COIN,
};

use crate::{held, locked, saw, share, started, wealth, Error, Event};

/// What a compared result is billed: of a metered report, what its machine could have used.
fn of(what: u8) -> Finding {
    finding(what, 12_000)
}

fn compared(count: u8) -> (ProjectId, Vec<ProviderId>) {
    let (_, all) = started(count);
    let mut spec = spec_of(Class::Pinned);
    spec.limits.work = 12_000;
    (create(&ALICE, spec), all)
}

/// Bill of such a result: a block at least has passed, in which one core had six seconds.
const BILL: u128 = PRICE / 4;

fn one_more(id: ProjectId, provider: ProviderId, what: u8) {
    assert_eq!(begin(id, 0, &[provider]), vec![provider]);
    commits(id, 0, provider, &of(what));
    reveals(id, 0, provider, &of(what));
}

#[test]
fn what_is_equal_is_agreed_to() {
    Chain::run(|| {
        let (id, all) = compared(2);
        let start = wealth(all[0]);
        run(id, 0, &[(all[0], of(1)), (all[1], of(1))]);
        pass_challenge();
        Chain::does(&CAROL, finalise(id, &[0]));
        assert_eq!(wealth(all[0]) - start, BILL);
        assert_eq!(offers::record(all[0]).score, 1);
    });
}

#[test]
fn a_majority_selects_and_a_minority_loses_no_coin() {
    Chain::run(|| {
        let (id, all) = compared(3);
        let start: Vec<u128> = all.iter().map(|provider| wealth(*provider)).collect();
        trust(all[1]);
        run(id, 0, &[(all[0], of(1)), (all[1], of(2))]);
        assert!(saw(|event| matches!(event, Event::Differed { wanted: 3, .. })));
        assert_eq!(view(id, 0).due, Due::Claim);
        one_more(id, all[2], 1);
        assert!(matches!(chunk(id, 0).stage, Stage::Agreed { root, .. } if root == of(1).root));
        let loser = offers::record(all[1]);
        assert_eq!((loser.lost, loser.score, loser.bond, loser.locked, loser.busy), (1, 0, 1_000 * COIN, 0, 0));
        pass_challenge();
        Chain::does(&CAROL, finalise(id, &[0]));
        assert_eq!([wealth(all[0]) - start[0], wealth(all[2]) - start[2]], [BILL, BILL]);
        assert_eq!(wealth(all[1]), start[1]);
        assert_eq!(held(id), 3 * share());
    });
}

#[test]
fn five_of_which_no_three_agree_prove_that_it_does_not_repeat() {
    Chain::run(|| {
        let (id, all) = compared(5);
        let start: Vec<u128> = all.iter().map(|provider| wealth(*provider)).collect();
        run(id, 0, &[(all[0], of(1)), (all[1], of(2))]);
        one_more(id, all[2], 3);
        one_more(id, all[3], 1);
        assert_eq!(chunk(id, 0).wanted, 5, "two of four are no majority");
        one_more(id, all[4], 2);
        assert_eq!(chunk(id, 0).stage, Stage::Final { root: None });
        for (provider, start) in all.iter().zip(start) {
            let record = offers::record(*provider);
            assert_eq!((wealth(*provider) - start, record.lost, record.score, record.locked), (BILL, 0, 0, 0));
        }
        assert_eq!(Apps::class_of(&program(Class::Pinned), &ALICE), Class::Metered);
        assert_eq!(held(id), 3 * share());
        // What is given out from now on is metered.
        begin(id, 1, &all[..1]);
        assert_eq!(chunk(id, 1).wanted, 1);
        commits(id, 1, all[0], &of(1));
        reveals(id, 1, all[0], &of(1));
        assert!(matches!(chunk(id, 1).stage, Stage::Agreed { .. }));
    });
}

#[test]
fn what_runs_when_a_program_falls_goes_on_as_it_began() {
    Chain::run(|| {
        let (id, all) = compared(3);
        begin(id, 0, &all[..2]);
        let drawn = draw(id, 1, &all);
        assert_eq!(drawn.len(), 2);
        Apps::fall(program(Class::Pinned).digest, &ALICE);
        show(id, 0, &all[..2], &[(all[0], of(1)), (all[1], of(2))]);
        assert_eq!(chunk(id, 0).wanted, 3);
        // Two were drawn, and one is enough now.
        Chain::does(&operator(drawn[0]), crate::projects::acknowledge(id, drawn[0], &[1]));
        assert_eq!(chunk(id, 1).wanted, 1);
        Chain::refuses(&operator(drawn[1]), crate::projects::acknowledge(id, drawn[1], &[1]), Error::NotDrawn);
    });
}

#[test]
fn where_nobody_breaks_a_tie_the_time_is_paid_and_nothing_falls() {
    Chain::run(|| {
        let (id, all) = compared(2);
        let start = wealth(all[1]);
        run(id, 0, &[(all[0], of(1)), (all[1], of(2))]);
        Chain::pass(QUICK.adjudicate);
        Chain::refuses(&CAROL, advance(id, 0), Error::NothingDue);
        Chain::next_block();
        Chain::does(&CAROL, advance(id, 0));
        assert_eq!(chunk(id, 0).stage, Stage::Final { root: None });
        assert_eq!(wealth(all[1]) - start, BILL);
        assert_eq!(Apps::class_of(&program(Class::Pinned), &ALICE), Class::Pinned);
    });
}

#[test]
fn a_silent_one_loses_its_score_alone_and_its_place_is_open_again() {
    Chain::run(|| {
        let (id, all) = compared(3);
        begin(id, 0, &all[..2]);
        all[..2].iter().for_each(|provider| commits(id, 0, *provider, &of(1)));
        reveals(id, 0, all[0], &of(1));
        Chain::pass(QUICK.reveal + 1);
        Chain::does(&CAROL, advance(id, 0));
        let record = offers::record(all[1]);
        assert_eq!((record.bond, record.lost, record.locked), (1_000 * COIN, 1, 0));
        assert_eq!(chunk(id, 0).missing(), 1);
        one_more(id, all[2], 1);
        assert!(matches!(chunk(id, 0).stage, Stage::Agreed { .. }));
    });
}

#[test]
fn one_alone_that_nobody_comes_to_check_is_not_agreed_and_not_lost() {
    Chain::run(|| {
        let (id, all) = compared(1);
        let mine = Attributes { host_class: [9; 8], ..attributes() };
        let odd = offers::provider(10, MACHINE, mine, PRICES, 1_000 * COIN);
        offers::agree(odd, 3);
        let start = wealth(odd);
        begin(id, 0, &[odd]);
        commits(id, 0, odd, &of(1));
        Chain::refuses(&operator(all[0]), claim(id, all[0], &[0]), Error::OtherHostClass);
        Chain::pass(QUICK.adjudicate + 1);
        Chain::does(&CAROL, advance(id, 0));
        assert!(saw(|event| matches!(event, Event::Dropped { why: Dropped::Unchecked, .. })));
        let record = offers::record(odd);
        assert_eq!((wealth(odd), record.locked, record.busy, record.lost, record.late, record.score), (start, 0, 0, 0, 0, 3));
        // Its place is anybody's but its own, and of any class.
        assert_eq!((chunk(id, 0).stage, chunk(id, 0).left), (Stage::Open, share()));
        Chain::refuses(&operator(odd), claim(id, odd, &[0]), Error::Tried);
        Chain::does(&operator(all[0]), claim(id, all[0], &[0]));
    });
}

#[test]
fn one_that_is_trusted_is_not_agreed_either_where_it_was_to_be_checked() {
    Chain::run(|| {
        let (id, all) = compared(1);
        trust(all[0]);
        begin(id, 0, &all);
        fix_chance(id, 0, idlewild_compute_primitives::trust::CERTAIN);
        commits(id, 0, all[0], &of(1));
        Chain::pass(2);
        Chain::does(&CAROL, advance(id, 0));
        Chain::pass(QUICK.adjudicate + 1);
        Chain::does(&CAROL, advance(id, 0));
        assert_eq!((chunk(id, 0).stage, offers::record(all[0]).score), (Stage::Open, 10));
    });
}

#[test]
fn a_class_is_the_requesters_to_choose() {
    Chain::run(|| {
        let (_, all) = compared(1);
        let wishes = Wishes { host_class: Some([9; 8]), ..Wishes::default() };
        let id = create(&ALICE, ProjectSpec { wishes, ..spec_of(Class::Pinned) });
        Chain::refuses(&operator(all[0]), claim(id, all[0], &[0]), Error::NotSuited);
        let mine = Attributes { host_class: [9; 8], ..attributes() };
        let suited = offers::provider(10, MACHINE, mine, PRICES, 1_000 * COIN);
        Chain::does(&operator(suited), claim(id, suited, &[0]));
    });
}

#[test]
fn silent_machines_one_after_the_other_hold_no_result_for_ever() {
    Chain::run(|| {
        let (id, all) = compared(12);
        begin(id, 0, &all[..2]);
        let since = Clock::now();
        all[..2].iter().for_each(|provider| commits(id, 0, *provider, &of(1)));
        reveals(id, 0, all[0], &of(1));
        let mut silent = 1;
        loop {
            Chain::pass(QUICK.reveal + 1);
            Chain::does(&CAROL, advance(id, 0));
            silent += 1;
            let is_open = Chain::call(&operator(all[silent]), claim(id, all[silent], &[0])).is_ok();
            if !is_open || chunk(id, 0).stage == Stage::Open {
                break;
            }
            Chain::pass(4);
            Chain::does(&operator(all[silent]), crate::projects::acknowledge(id, all[silent], &[0]));
            commits(id, 0, all[silent], &of(1));
        }
        assert!(Clock::now() <= since + QUICK.adjudicate + 15, "{} blocks", Clock::now() - since);
        let honest = offers::record(all[0]);
        assert_eq!((honest.locked, honest.lost, honest.busy), (0, 0, 0));
    });
}

#[test]
fn a_program_falls_for_whose_it_was_alone() {
    Chain::run(|| {
        let (_, all) = compared(5);
        let mut spec = spec_of(Class::Pinned);
        spec.limits.work = 12_000;
        let (own, others) = (create(&BOB, spec), create(&ALICE, spec));
        run(own, 0, &[(all[0], of(1)), (all[1], of(2))]);
        (2..5).for_each(|index| one_more(own, all[index], index as u8 + 1));
        assert_eq!(chunk(own, 0).stage, Stage::Final { root: None });
        assert_eq!(Apps::class_of(&program(Class::Pinned), &BOB), Class::Metered);
        assert_eq!(begin(others, 0, &all[..2]).len(), 2, "which is compared as before");
    });
}

#[test]
fn results_are_compared_within_one_class_of_hosts() {
    Chain::run(|| {
        let (id, all) = compared(1);
        let other = Attributes { host_class: [9; 8], ..attributes() };
        let strangers: Vec<ProviderId> =
            (10..12).map(|index| offers::provider(index, MACHINE, other, PRICES, 1_000 * COIN)).collect();
        let drawn = begin(id, 0, &[all[0], strangers[0], strangers[1]]);
        let mixed = drawn.contains(&all[0]) && drawn.len() > 1;
        assert!(!mixed, "{drawn:?}");
        if drawn == all {
            Chain::refuses(&account(10), claim(id, strangers[0], &[0]), Error::OtherHostClass);
        } else {
            assert_eq!(drawn.len(), 2);
        }
        // Of what can be proven it does not matter.
        let proven = crate::projects::create(&ALICE, crate::spec());
        begin(proven, 0, &all);
        begin(proven, 0, &strangers[..1]);
    });
}

#[test]
fn a_result_of_somebody_who_lost_elsewhere_since_gets_a_second_replica() {
    Chain::run(|| {
        let (id, all) = compared(2);
        trust(all[0]);
        begin(id, 0, &all[..1]);
        fix_chance(id, 0, 0);
        let start = wealth(all[0]);
        commits(id, 0, all[0], &of(1));
        Chain::pass(2);
        reveals(id, 0, all[0], &of(1));
        Chain::next_block();
        Offers::note_lost(all[0]);
        pass_challenge();
        Chain::does(&CAROL, finalise(id, &[0]));
        assert!(saw(|event| matches!(event, Event::Doubted { .. })));
        assert_eq!((chunk(id, 0).missing(), chunk(id, 0).stage), (1, Stage::Working { since: None }));
        one_more(id, all[1], 1);
        assert_eq!(wealth(all[0]) - start, BILL / 5 * 4, "and is not paid twice");
        pass_challenge();
        Chain::does(&CAROL, finalise(id, &[0]));
        assert_eq!(wealth(all[0]) - start, BILL);
        assert_eq!(offers::record(all[1]).score, 1);
    });
}

#[test]
fn what_is_metered_is_paid_for_and_not_compared() {
    Chain::run(|| {
        let (_, all) = started(2);
        let mut spec = spec_of(Class::Metered);
        spec.limits.work = 12_000;
        let id = create(&ALICE, spec);
        let start = wealth(all[0]);
        assert_eq!(begin(id, 0, &all[..1]).len(), 1);
        assert_eq!(locked(all[0]), PRICE);
        commits(id, 0, all[0], &wrong());
        reveals(id, 0, all[0], &wrong());
        pass_challenge();
        Chain::does(&CAROL, finalise(id, &[0]));
        assert_eq!(wealth(all[0]) - start, BILL);
    });
}
