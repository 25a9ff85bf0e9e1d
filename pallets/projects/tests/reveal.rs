//! `reveal`: what is shown is what was bound, only when nobody can copy it, and is billed no more than it can be.

use idlewild_compute_primitives::{
    chunk::{Stage, Step},
    commitment::{of_finding, Finding},
    program::Class,
    project::ProjectSpec,
    trust::CERTAIN,
    view::{Due, Duty},
};
use pallet_idlewild_projects::UsedOutputs;
use pallet_idlewild_test_runtime::{
    compute::{
        offers,
        projects::{
            advance, begin, chunk, commit_to, commits, create, finding, fix_chance, operator, reveal, reveal_as, reveals,
            right, run, spec_of, stored, trust, view, wrong, Missing, StoredSince, BOND, PRICE, QUICK, SALT, WORK,
        },
    },
    Chain, Clock, Projects, Test, ALICE, BOB, CAROL,
};

use crate::{locked, saw, started, wealth, Call, Error, Event, OffersError};

fn bill(id: u64, index: u32) -> u128 {
    let Step::Revealed { bill, .. } = chunk(id, index).replicas[0].step else { panic!("nothing is revealed") };
    bill
}

#[test]
fn nothing_is_shown_before_everybody_is_bound() {
    Chain::run(|| {
        let (id, all) = started(2);
        begin(id, 0, &all);
        Chain::refuses(&operator(all[0]), reveal(id, all[0], 0, &right()), Error::NotAllCommitted);
        commits(id, 0, all[0], &right());
        Chain::refuses(&operator(all[0]), reveal(id, all[0], 0, &right()), Error::NotAllCommitted);
        assert_eq!(Projects::duties(all[0], None, 9).duties, vec![]);
        commits(id, 0, all[1], &right());
        assert_eq!(Projects::duties(all[0], None, 9).duties[0].duty, Duty::Reveal);
        Chain::refuses(&BOB, reveal(id, all[0], 0, &right()), OffersError::NotOperator);
        Chain::refuses(&operator(all[0]), reveal(id, all[0], 0, &wrong()), Error::OtherCommitment);
        let deal = stored(id, all[0], 0, &right()).output;
        Missing::insert(deal, ());
        Chain::refuses(&operator(all[0]), reveal(id, all[0], 0, &right()), Error::OutputNotStored);
        Missing::remove(deal);
        // It was there before this replica began.
        StoredSince::insert(deal, chunk(id, 0).replicas[0].since - 1);
        Chain::refuses(&operator(all[0]), reveal(id, all[0], 0, &right()), Error::OutputNotStored);
        StoredSince::insert(deal, chunk(id, 0).replicas[0].since);
        reveals(id, 0, all[0], &right());
        Chain::refuses(&operator(all[0]), reveal(id, all[0], 0, &right()), Error::AlreadyRevealed);
        assert_eq!(Projects::duties(all[0], None, 9).duties, vec![]);
        Chain::pass(QUICK.reveal);
        reveals(id, 0, all[1], &right());
        assert!(matches!(chunk(id, 0).stage, Stage::Agreed { at, .. } if at == Clock::now()));
    });
}

#[test]
fn a_deal_holds_one_result() {
    Chain::run(|| {
        let (id, all) = started(3);
        let account = |provider: u32| <[u8; 32]>::from(operator(provider));
        for index in 0..2 {
            begin(id, index, &all[..2]);
            // The same deal for both of its chunks.
            let one = of_finding(id, index, &right(), &SALT, &account(all[0]));
            Chain::does(&operator(all[0]), commit_to(id, all[0], index, one));
            commits(id, index, all[1], &right());
        }
        Chain::does(&operator(all[0]), reveal_as(id, all[0], 0, &right()));
        Chain::refuses(&operator(all[0]), reveal_as(id, all[0], 1, &right()), Error::OutputUsed);
        reveals(id, 0, all[1], &right());
        assert_eq!(UsedOutputs::<Test>::iter().count(), 2);
        // It is forgotten with the chunk.
        Chain::pass(QUICK.reveal + 1);
        Chain::does(&CAROL, advance(id, 1));
        crate::projects::pass_challenge();
        Chain::does(&CAROL, crate::projects::finalise(id, &[0]));
        Chain::does(&ALICE, Call::cancel { project: id }.into());
        Chain::does(&CAROL, advance(id, 1));
        Chain::does(&ALICE, Call::clean { project: id, limit: 64 }.into());
        assert_eq!(UsedOutputs::<Test>::iter().count(), 0);
    });
}

#[test]
fn who_shows_nothing_in_time_cannot_any_more() {
    Chain::run(|| {
        let (id, all) = started(2);
        begin(id, 0, &all);
        all.iter().for_each(|provider| commits(id, 0, *provider, &right()));
        Chain::pass(QUICK.reveal + 1);
        Chain::refuses(&operator(all[0]), reveal(id, all[0], 0, &right()), Error::TooLate);
    });
}

#[test]
fn whether_a_lone_one_is_checked_is_drawn_before_it_shows_anything() {
    Chain::run(|| {
        let (id, all) = started(2);
        trust(all[0]);
        begin(id, 0, &all[..1]);
        fix_chance(id, 0, 0);
        commits(id, 0, all[0], &right());
        assert!(saw(|event| matches!(event, Event::AllCommitted { waits_for_check: true, .. })));
        Chain::refuses(&operator(all[0]), reveal(id, all[0], 0, &right()), Error::CheckPending);
        assert_eq!((view(id, 0).due, view(id, 0).until), (Due::Check, Clock::now() + 2));
        assert_eq!(Projects::duties(all[0], None, 9).duties, vec![]);
        Chain::pass(2);
        assert_eq!(Projects::duties(all[0], None, 9).duties[0].duty, Duty::Reveal);
        reveals(id, 0, all[0], &right());
        assert!(saw(|event| matches!(event, Event::Checked { checked: false, .. })));
        assert!(matches!(chunk(id, 0).stage, Stage::Agreed { .. }));
        assert!(!chunk(id, 0).unchecked);
    });
}

#[test]
fn one_that_is_checked_waits_for_the_other_with_its_hand_closed() {
    Chain::run(|| {
        let (id, all) = started(3);
        trust(all[0]);
        begin(id, 0, &all[..1]);
        fix_chance(id, 0, CERTAIN);
        commits(id, 0, all[0], &right());
        Chain::pass(2);
        Chain::refuses(&operator(all[0]), reveal(id, all[0], 0, &right()), Error::NotAllCommitted);
        assert_eq!(Projects::duties(all[0], None, 9).duties, vec![]);
        Chain::does(&CAROL, advance(id, 0));
        assert!(saw(|event| matches!(event, Event::Checked { checked: true, .. })));
        assert_eq!((chunk(id, 0).wanted, view(id, 0).due), (2, Due::Claim));
        assert_eq!(begin(id, 0, &all[1..]).len(), 1);
        let second = chunk(id, 0).replicas[1].provider;
        Chain::refuses(&operator(all[0]), reveal(id, all[0], 0, &right()), Error::NotAllCommitted);
        commits(id, 0, second, &right());
        reveals(id, 0, second, &right());
        reveals(id, 0, all[0], &right());
        assert!(matches!(chunk(id, 0).stage, Stage::Agreed { .. }));
    });
}

#[test]
fn who_waits_until_the_draw_is_forgotten_is_checked() {
    Chain::run(|| {
        let (id, all) = started(2);
        trust(all[0]);
        begin(id, 0, &all[..1]);
        fix_chance(id, 0, 0);
        commits(id, 0, all[0], &right());
        Chain::pass(2_100);
        Chain::refuses(&operator(all[0]), reveal(id, all[0], 0, &right()), Error::NotAllCommitted);
        Chain::does(&CAROL, advance(id, 0));
        assert_eq!(chunk(id, 0).wanted, 2);
    });
}

#[test]
fn silence_after_a_commitment_forfeits_what_losing_does() {
    Chain::run(|| {
        let (id, all) = started(2);
        begin(id, 0, &all);
        let before = [wealth(all[0]), wealth(all[1])];
        all.iter().for_each(|provider| commits(id, 0, *provider, &right()));
        Chain::pass(QUICK.reveal);
        Chain::refuses(&CAROL, advance(id, 0), Error::NothingDue);
        Chain::next_block();
        Chain::does(&CAROL, advance(id, 0));
        for (provider, before) in all.iter().zip(before) {
            let record = offers::record(*provider);
            assert_eq!((before - wealth(*provider), record.lost, record.locked, record.busy), (BOND, 1, 0, 0));
        }
        let chunk = chunk(id, 0);
        assert_eq!((chunk.stage, chunk.tried.len()), (Stage::Open, 2));
        // Three tenths of each bond are the requester's.
        assert_eq!(chunk.left, crate::share() + 2 * BOND / 10 * 3);
    });
}

#[test]
fn a_report_only_lowers_a_bill() {
    Chain::run(|| {
        let (id, all) = started(2);
        // All limits of both tasks are worth the price, and more than that is worth no more.
        for (index, used, expected) in [(0, 2 * WORK, PRICE), (1, u64::MAX, PRICE), (2, WORK / 2, PRICE / 4), (3, 0, 0)] {
            let found = finding(1, used);
            run(id, index, &[(all[0], found), (all[1], found)]);
            assert_eq!(bill(id, index), expected, "{used}");
        }
    });
}

#[test]
fn fuel_is_what_the_root_says() {
    Chain::run(|| {
        let (id, all) = started(2);
        begin(id, 0, &all);
        let more = Finding { used: 2 * WORK, ..right() };
        commits(id, 0, all[0], &more);
        commits(id, 0, all[1], &right());
        Chain::refuses(&operator(all[0]), reveal(id, all[0], 0, &more), Error::FalseUse);
    });
}

#[test]
fn metered_time_is_no_more_than_was_reserved_and_passed() {
    Chain::run(|| {
        let (_, all) = started(2);
        // Two tasks of a hundred seconds of processor time each, on half a core.
        let mut metered = spec_of(Class::Metered);
        metered.limits.work = 100_000;
        metered.resources.cpu_milli = 500;
        let id = create(&ALICE, ProjectSpec { ..metered });
        begin(id, 0, &all[..1]);
        assert_eq!((locked(all[0]), chunk(id, 0).wanted), (PRICE, 1));
        Chain::pass(3);
        let found = finding(1, u64::MAX);
        commits(id, 0, all[0], &found);
        reveals(id, 0, all[0], &found);
        // Four blocks of six seconds, half of each.
        assert_eq!(bill(id, 0), PRICE * 12_000 / 200_000);
        begin(id, 1, &all[..1]);
        let found = finding(1, 1_000);
        commits(id, 1, all[0], &found);
        reveals(id, 1, all[0], &found);
        assert_eq!(bill(id, 1), PRICE * 1_000 / 200_000);
    });
}
