//! `challenge`: anybody may doubt a result, for a deposit.

use frame_support::traits::fungible::InspectHold;
use idlewild_compute_primitives::{chunk::Stage, money::Slash, program::Class};
use pallet_idlewild_projects::HoldReason;
use pallet_idlewild_test_runtime::{
    compute::{
        offers,
        projects::{
            challenge, chunk, create, finalise, last_panel, pass_challenge, right, run, sample, spec_of, wrong,
            ProjectsTreasury, BOND, PRICE, QUICK,
        },
        trackers,
    },
    Balances, Chain, ALICE, BOB, CAROL,
};

use crate::{held, left, locked, saw, share, started, trackers as seats, wealth, Error, Event};

const DEPOSIT: u128 = 5 * PRICE;

fn on_hold() -> u128 {
    Balances::balance_on_hold(&HoldReason::Challenge.into(), &BOB)
}

#[test]
fn who_is_right_gets_a_part_first_and_what_trackers_left() {
    Chain::run(|| {
        let (id, all) = started(2);
        seats(12);
        // Both lie, and agree about it.
        run(id, 0, &all.iter().map(|provider| (*provider, wrong())).collect::<Vec<_>>());
        let wealth_before: Vec<u128> = all.iter().map(|provider| wealth(*provider)).collect();
        let before = Chain::wealth(&BOB);
        let of_treasury = Chain::wealth(&ProjectsTreasury::get());
        Chain::does(&BOB, challenge(id, 0));
        assert_eq!(on_hold(), DEPOSIT);
        Chain::refuses(&CAROL, challenge(id, 0), Error::NotAgreed);
        let panel = last_panel();
        trackers::decide(&CAROL, panel, right().root);
        assert_eq!(on_hold(), 0);
        // Of two bonds a part each, and what is over of another after five trackers.
        let slash = Slash::of(BOND);
        assert_eq!(Chain::wealth(&BOB) - before, 2 * slash.challenger + 2 * slash.checkers - 5 * PRICE);
        assert_eq!(Chain::wealth(&BOB) - before, DEPOSIT, "as much as was at stake");
        for (provider, before) in all.iter().zip(wealth_before) {
            assert_eq!(before - wealth(*provider), BOND);
            assert_eq!((locked(*provider), offers::record(*provider).lost), (0, 1));
        }
        assert_eq!(Chain::wealth(&ProjectsTreasury::get()) - of_treasury, 2 * slash.treasury);
        // Nobody has the right result: it is given out anew, to two.
        assert_eq!((chunk(id, 0).stage, chunk(id, 0).again), (Stage::Open, true));
        // The share has what the panel left of it, and what came in.
        assert_eq!(left(id, 0), share() - 2 * (PRICE / 2 / 5 * 4) + 2 * slash.requester);
    });
}

#[test]
fn a_large_bond_rewards_who_found_the_lie() {
    Chain::run(|| {
        let (id, all) = started(1);
        seats(12);
        crate::projects::trust(all[0]);
        crate::projects::begin(id, 0, &all);
        crate::projects::fix_chance(id, 0, 0);
        crate::projects::commits(id, 0, all[0], &wrong());
        Chain::pass(2);
        crate::projects::reveals(id, 0, all[0], &wrong());
        let bond = locked(all[0]);
        let before = Chain::wealth(&BOB);
        Chain::does(&BOB, challenge(id, 0));
        trackers::decide(&CAROL, last_panel(), right().root);
        let slash = Slash::of(bond);
        let reward = slash.challenger + slash.checkers - 5 * PRICE;
        assert_eq!(Chain::wealth(&BOB) - before, reward);
        assert!(reward > 10 * PRICE);
    });
}

#[test]
fn who_is_right_gains_whatever_the_panel_cost() {
    Chain::run(|| {
        let (id, all) = started(2);
        seats(24);
        run(id, 0, &all.iter().map(|provider| (*provider, wrong())).collect::<Vec<_>>());
        let before = Chain::wealth(&BOB);
        Chain::does(&BOB, challenge(id, 0));
        // The first panel does not agree, and the doubled one takes all that there is for it.
        let panel = last_panel();
        let said: Vec<(u32, [u8; 32])> = trackers::convene(&CAROL, panel)
            .into_iter()
            .enumerate()
            .map(|(place, seat)| (seat, if place < 3 { right().root } else { wrong().root }))
            .collect();
        trackers::speak(panel, &said);
        trackers::close(&CAROL, panel);
        trackers::decide(&CAROL, panel, right().root);
        let slash = Slash::of(BOND);
        assert_eq!(Chain::wealth(&BOB) - before, 2 * slash.challenger, "trackers cost more than all the rest");
    });
}

#[test]
fn nobody_doubts_without_a_risk_what_a_tracker_is_asked() {
    Chain::run(|| {
        let (id, all) = started(2);
        seats(12);
        pallet_idlewild_projects::Sampled::<pallet_idlewild_test_runtime::Test>::put(
            idlewild_compute_primitives::trust::CERTAIN,
        );
        run(id, 0, &all.iter().map(|provider| (*provider, right())).collect::<Vec<_>>());
        Chain::pass(2);
        Chain::does(&CAROL, sample(id, 0));
        Chain::refuses(&BOB, challenge(id, 0), Error::SamplePending);
        let seats = trackers::convene(&CAROL, last_panel());
        Chain::pass(QUICK.challenge - 3);
        trackers::speak(last_panel(), &[(seats[0], right().root)]);
        trackers::close(&CAROL, last_panel());
        // The time for it was over while nobody could: it begins anew.
        Chain::refuses(&CAROL, finalise(id, &[0]), Error::TooEarly);
        Chain::pass(QUICK.challenge);
        Chain::does(&BOB, challenge(id, 0));
    });
}

#[test]
fn who_is_wrong_pays_the_panel() {
    Chain::run(|| {
        let (id, all) = started(2);
        seats(12);
        let start: Vec<u128> = all.iter().map(|provider| wealth(*provider)).collect();
        run(id, 0, &all.iter().map(|provider| (*provider, right())).collect::<Vec<_>>());
        let before = Chain::wealth(&BOB);
        let owner = Chain::wealth(&ALICE);
        Chain::does(&BOB, challenge(id, 0));
        trackers::decide(&CAROL, last_panel(), right().root);
        assert!(saw(|event| matches!(event, Event::ChallengeOver { is_lost: true, .. })));
        assert_eq!(before - Chain::wealth(&BOB), DEPOSIT);
        // Both are paid in full at once, and the requester pays for nothing but the work.
        let bill = PRICE / 2;
        for (provider, start) in all.iter().zip(start) {
            assert_eq!((wealth(*provider) - start, locked(*provider), offers::record(*provider).score), (bill, 0, 1));
        }
        assert_eq!(chunk(id, 0).stage, Stage::Final { root: Some(right().root) });
        assert_eq!(owner - Chain::wealth(&ALICE), 2 * (bill / 5 + bill / 50));
        assert_eq!(held(id), 3 * share());
    });
}

#[test]
fn where_trackers_cannot_tell_the_result_stands() {
    Chain::run(|| {
        let (id, all) = started(2);
        run(id, 0, &all.iter().map(|provider| (*provider, right())).collect::<Vec<_>>());
        let before = Chain::wealth(&BOB);
        Chain::does(&BOB, challenge(id, 0));
        // There are none.
        trackers::convene(&CAROL, last_panel());
        assert_eq!(chunk(id, 0).stage, Stage::Final { root: Some(right().root) });
        assert_eq!(Chain::wealth(&BOB), before);
        assert_eq!(offers::record(all[0]).score, 0, "which is no reason to trust anybody");
        assert_eq!(held(id), 3 * share());
    });
}

#[test]
fn only_what_can_be_proven_and_in_time() {
    Chain::run(|| {
        let (id, all) = started(2);
        Chain::refuses(&BOB, challenge(id, 0), Error::Untouched);
        run(id, 0, &all.iter().map(|provider| (*provider, right())).collect::<Vec<_>>());
        let poor = pallet_idlewild_test_runtime::AccountId::new([77; 32]);
        Chain::refuses(&poor, challenge(id, 0), Error::NotEnoughCoins);
        Chain::pass(QUICK.challenge + 1);
        Chain::refuses(&BOB, challenge(id, 0), Error::TooLate);
        let other = create(&ALICE, spec_of(Class::Pinned));
        run(other, 0, &all.iter().map(|provider| (*provider, right())).collect::<Vec<_>>());
        Chain::refuses(&BOB, challenge(other, 0), Error::NotProvable);
        pass_challenge();
    });
}
