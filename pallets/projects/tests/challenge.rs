//! `challenge`: anybody may doubt a result, for a deposit.

use frame_support::traits::fungible::InspectHold;
use idlewild_compute_primitives::{chunk::Stage, money::Slash, program::Class};
use pallet_idlewild_projects::HoldReason;
use pallet_idlewild_test_runtime::{
    compute::{
        offers,
        projects::{
            challenge, chunk, create, last_panel, pass_challenge, right, run, spec_of, wrong, ProjectsTreasury, PRICE, QUICK,
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
fn who_is_right_gets_half_of_what_trackers_left_of_a_slash() {
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
        // Two bonds as large as the price: half of them for five trackers, which cost more, so that nothing is over.
        let slash = Slash::of(PRICE);
        assert_eq!(Chain::wealth(&BOB), before);
        for (provider, before) in all.iter().zip(wealth_before) {
            assert_eq!(before - wealth(*provider), PRICE);
            assert_eq!((locked(*provider), offers::record(*provider).lost), (0, 1));
        }
        assert_eq!(Chain::wealth(&ProjectsTreasury::get()) - of_treasury, 2 * slash.treasury);
        // Nobody has the right result: it is given out anew, to two.
        assert_eq!((chunk(id, 0).stage, chunk(id, 0).again), (Stage::Open, true));
        // The share has what the panel left of it, and what came in.
        assert_eq!(left(id, 0), share() - 2 * (PRICE / 2 / 5 * 4) - 5 * PRICE + 2 * (slash.checkers + slash.requester));
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
        let reward = Slash::of(bond).checkers - 5 * PRICE;
        assert_eq!(Chain::wealth(&BOB) - before, reward);
        assert!(reward > 10 * PRICE);
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
