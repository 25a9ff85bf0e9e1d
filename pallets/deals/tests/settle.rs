//! `settle`: pay for whole proven periods, nothing else, and the end of a deal.

use frame_support::dispatch::Pays;
use idlewild_storage_primitives::Balance;
use pallet_idlewild_deals::{DealsOf, Event, Manifests, ShardRoots};
use pallet_idlewild_test_runtime::{
    account, call, miner, Chain, Clock, Deals, Miner, Proofs, RuntimeEvent, Test, ALICE, BOB, CAROL, COIN,
};

use crate::{bounty, fail, proven, standing, whole_periods, Error, RATE, SMALL};

#[test]
fn a_miner_is_paid_for_each_whole_period_that_it_proved() {
    Chain::run(|| {
        let (miners, id) = standing(400);
        let before: Vec<Balance> = miners.iter().map(|miner| Chain::wealth(&miner.operator)).collect();
        let owner = Chain::wealth(&ALICE);
        miner::keep_proving(miners.iter(), 110);
        Chain::does(&BOB, call::settle(id));
        let mut paid = 0;
        for (miner, before) in miners.iter().zip(before) {
            assert!(proven(miner) >= 4);
            let gained = Chain::wealth(&miner.operator) - before;
            assert_eq!(gained, RATE * proven(miner), "miner {} from its first sealed period on", miner.id);
            assert!(Chain::saw(|event| matches!(
                event,
                RuntimeEvent::Deals(Event::Paid { deal: 0, miner: of, amount }) if *of == miner.id && *amount == gained
            )));
            paid += gained;
        }
        assert_eq!(owner - Chain::wealth(&ALICE), paid);
        // Again at once: nothing is due.
        Chain::does(&BOB, call::settle(id));
        assert_eq!(owner - Chain::wealth(&ALICE), paid);
    });
}

#[test]
fn a_period_is_paid_when_it_is_over() {
    Chain::run(|| {
        let (miners, id) = standing(400);
        let before = Chain::wealth(&account(0));
        // Miner 0 has proven its periods 1 and 2; the second ends at 60.
        miner::keep_proving(miners.iter(), 59);
        Chain::does(&BOB, call::settle(id));
        assert_eq!((Proofs::ledger(0).proven, Chain::wealth(&account(0)) - before), (2, RATE));
        Chain::next_block();
        Chain::does(&BOB, call::settle(id));
        assert_eq!(Chain::wealth(&account(0)) - before, 2 * RATE);
    });
}

#[test]
fn the_first_sealed_period_is_paid_though_the_one_of_the_append_was_missed() {
    Chain::run(|| {
        let mut miners = Miner::register_many(4);
        miner::deal(&ALICE, &mut miners, SMALL, 400);
        miner::keep_proving(miners.iter(), 39);
        // Miner 0 appends a second slot in period 2, which it owes for its first, and does not prove.
        Chain::pass_to(41);
        let (id, _) = miner::deal(&BOB, &mut miners, SMALL, 400);
        miner::keep_proving(miners[1..].iter(), 60);
        let before = Chain::wealth(&account(0));
        let bond = Chain::miner(0).bond;
        miner::keep_proving(miners.iter(), 80);
        Chain::does(&CAROL, call::settle(id));
        let slashed = bond - Chain::miner(0).bond;
        assert!(slashed > 0, "the missed period is charged");
        assert_eq!(
            Chain::wealth(&account(0)) + slashed - before,
            RATE,
            "period 3 is the first that has the slot, and it is proven"
        );
    });
}

#[test]
fn nothing_is_due_before_the_first_proof() {
    Chain::run(|| {
        let (_, id) = standing(400);
        let owner = Chain::wealth(&ALICE);
        Chain::does(&BOB, call::settle(id));
        Chain::pass(30);
        Chain::does(&BOB, call::settle(id));
        assert_eq!(Chain::wealth(&ALICE), owner);
    });
}

#[test]
fn a_slot_appended_before_the_proof_of_a_period_is_not_paid_for_it() {
    Chain::run(|| {
        let mut miners = Miner::register_many(4);
        miner::deal(&ALICE, &mut miners, SMALL, 400);
        miner::keep_proving(miners.iter(), 30);
        // Miner 0 is in the middle of period 2 before its proof; its sealed range has the first deal alone.
        Chain::pass_to(41);
        let (id, _) = miner::deal(&BOB, &mut miners, SMALL, 400);
        miner::keep_proving(miners.iter(), 60);
        Chain::does(&CAROL, call::settle(id));
        assert_eq!(proven(&miners[0]), 2);
        assert!(!Chain::saw(|event| matches!(event, RuntimeEvent::Deals(Event::Paid { deal: 1, miner: 0, .. }))));
        let before = Chain::wealth(&account(0));
        miner::keep_proving(miners.iter(), 80);
        Chain::does(&CAROL, call::settle(id));
        assert_eq!(Chain::wealth(&account(0)) - before, RATE, "its first whole period");
    });
}

#[test]
fn no_later_proof_makes_up_for_a_missed_period() {
    Chain::run(|| {
        let (miners, id) = standing(400);
        let before = Chain::wealth(&account(0));
        miner::keep_proving(miners.iter(), 60);
        assert_eq!(proven(&miners[0]), 2);
        miner::keep_proving(miners[1..].iter(), 80);
        miner::keep_proving(miners.iter(), 120);
        assert_eq!(proven(&miners[0]), 4, "five have passed since the first sealed one");
        Chain::does(&BOB, call::settle(id));
        let slashed = 1_000 * COIN - Chain::miner(0).bond;
        assert!(slashed > 0);
        assert_eq!(Chain::wealth(&account(0)) + slashed - before, 4 * RATE);
        Chain::pass_to(400);
        Chain::does(&BOB, call::settle(id));
        assert_eq!(Chain::wealth(&account(0)) + slashed - before, 4 * RATE);
    });
}

#[test]
fn at_its_end_a_deal_pays_gives_back_and_is_closed() {
    Chain::run(|| {
        let (miners, id) = standing(100);
        let (owner, held) = (Chain::wealth(&ALICE), Deals::held_for(&ALICE));
        miner::keep_proving(miners.iter(), 99);
        Chain::does(&BOB, call::settle(id));
        assert!(!Chain::deal(id).is_closed(), "a block before its end it stands");
        Chain::next_block();
        Chain::does(&BOB, call::settle(id));
        let paid = miners.iter().map(|miner| whole_periods(miner, 100)).sum::<Balance>() * RATE;
        assert_eq!(owner - Chain::wealth(&ALICE), paid);
        assert_eq!(Deals::held_for(&ALICE), 0);
        assert!(Chain::saw(|event| matches!(event, RuntimeEvent::Deals(Event::Closed { deal: 0, .. }))));
        assert!(paid < held && Chain::deal(id).is_closed());
        assert!(ShardRoots::<Test>::get(id).is_none());
        assert!(Manifests::<Test>::get(id).is_none());
        assert!(!DealsOf::<Test>::contains_key(&ALICE, id));
    });
}

/// What miners earn of a deal that is settled so long after its end, all of them proving on.
fn earned_when_late_by(late: u32) -> Vec<Balance> {
    Chain::start().execute_with(|| {
        let (miners, id) = standing(100);
        let before: Vec<Balance> = miners.iter().map(|miner| Chain::wealth(&miner.operator)).collect();
        miner::keep_proving(miners.iter(), 100 + late);
        Chain::does(&BOB, call::settle(id));
        assert_eq!(Deals::held_for(&ALICE), 0);
        miners.iter().zip(before).map(|(miner, before)| Chain::wealth(&miner.operator) - before).collect()
    })
}

#[test]
fn nobody_gains_or_loses_by_settling_late() {
    let timely = earned_when_late_by(0);
    assert_eq!(timely[0], 4 * RATE, "periods 1 to 4 of miner 0 lie within the term");
    // 128 periods are kept one by one; beyond, the least that it can be is what it is.
    for late in [1, 65, 2_700] {
        assert_eq!(earned_when_late_by(late), timely, "late by {late}");
    }
}

#[test]
fn a_failed_miner_is_paid_what_it_proved_and_no_more() {
    Chain::run(|| {
        let (miners, id) = standing(400);
        miner::keep_proving(miners.iter(), 60);
        let (due, before) = (Balance::from(Proofs::ledger(3).proven) * RATE, Chain::wealth(&account(3)));
        let bond = Chain::miner(3).bond;
        fail(&miners, 3);
        let lost = bond - Chain::miner(3).bond - Chain::miner(3).pot;
        Chain::does(&BOB, call::settle(id));
        assert!(due > 0);
        assert_eq!(Chain::wealth(&account(3)) + lost - before, due);
        Chain::pass_to(400);
        Chain::does(&BOB, call::settle(id));
        // The bounty that nobody earned is destroyed when nothing is left to repair.
        assert_eq!(Chain::wealth(&account(3)) + lost + bounty() - before, due);
        assert_eq!(Chain::miner(3).pot, 0);
        Chain::does(&account(3), call::remove(3));
    });
}

#[test]
fn a_deal_never_filled_gives_all_back_and_frees_its_miners() {
    Chain::run(|| {
        let miners = Miner::register_many(4);
        let (request, _) = miner::signed_request(&ALICE, &miners, SMALL, 40);
        let owner = Chain::wealth(&ALICE);
        Chain::does(&ALICE, call::create_deals(vec![request]));
        Chain::pass(40);
        Chain::does(&BOB, call::settle(0));
        assert_eq!((Chain::wealth(&ALICE), Deals::held_for(&ALICE)), (owner, 0));
        for miner in &miners {
            assert_eq!(Chain::miner(miner.id).load.slots, 0, "nobody appended, so nobody need clear");
            assert_eq!(Chain::miner(miner.id).used, 0);
        }
    });
}

#[test]
fn a_deal_with_a_failed_holder_that_never_appended_closes() {
    Chain::run(|| {
        let mut miners = Miner::register_many(5);
        // Miner 4 holds a slot of another deal, misses its proofs, and takes the first deal's slot down with it.
        let (mut other, shards) = miner::request([9; 16], SMALL, 1, 4096, 400);
        let holders = [1, 2, 4].map(|of: usize| miners[of].receipt(&ALICE, &other, of as u8 % 4));
        other.receipts = holders.to_vec().try_into().unwrap();
        Chain::does(&ALICE, call::create_deals(vec![other]));
        miners[4].append(&[(0, 0, shards[0].clone())]).unwrap();
        Chain::pass(25);
        let (request, _) = miner::signed_request(&BOB, &miners[1..], SMALL, 40);
        Chain::does(&BOB, call::create_deals(vec![request]));
        Chain::pass(40);
        Chain::does(&CAROL, call::report_missed(4));
        assert!(Proofs::failed_at(4).is_some());
        assert_eq!(Chain::miner(4).pot, 2 * bounty());
        Chain::does(&CAROL, call::settle(1));
        assert!(Chain::deal(1).is_closed());
        assert_eq!(Chain::miner(4).pot, bounty());
        assert_eq!(Clock::now(), 65);
    });
}

#[test]
fn closing_deals_pays_no_fee_and_everything_else_does() {
    Chain::run(|| {
        let mut miners = Miner::register_many(4);
        let short: Vec<u64> = (0..4).map(|_| miner::deal(&ALICE, &mut miners, SMALL, 60).0).collect();
        let (long, _) = miner::deal(&ALICE, &mut miners, SMALL, 400);
        let fee = |deals: Vec<u64>| Chain::call_with_info(&BOB, call::settle_all(deals)).unwrap().pays_fee;
        miner::keep_proving(miners.iter(), 45);
        assert_eq!(fee(vec![short[0]]), Pays::Yes, "its term is not over");
        miner::keep_proving(miners.iter(), 65);
        assert_eq!(fee(vec![short[0], long]), Pays::Yes, "one of them goes on");
        assert!(Chain::deal(short[0]).is_closed());
        assert_eq!(fee(vec![short[0]]), Pays::Yes, "it is closed already");
        assert_eq!(fee(vec![short[1], short[0], short[0]]), Pays::Yes, "most of them are");
        assert_eq!(fee(vec![short[2], short[0]]), Pays::No, "somebody was quicker with one");
        assert_eq!(fee(vec![short[3], long + 1]), Pays::No, "or it is gone");
        assert_eq!(fee(vec![]), Pays::Yes);
        let refused = Chain::call_with_info(&BOB, call::settle(long + 1)).unwrap_err();
        assert_eq!(refused.post_info.pays_fee, Pays::Yes);
    });
}

#[test]
fn a_deal_that_is_not_there_cannot_be_settled() {
    Chain::run(|| {
        let (_, id) = standing(400);
        Chain::refuses(&BOB, call::settle(id + 1), Error::NoSuchDeal);
        Chain::refuses(&BOB, call::settle_all(vec![id + 1, id + 2]), Error::NoSuchDeal);
        Chain::does(&BOB, call::settle_all(vec![]));
    });
}

#[test]
fn a_deal_that_is_gone_does_not_keep_the_others_of_a_call_from_being_settled() {
    Chain::run(|| {
        let (miners, id) = standing(400);
        miner::keep_proving(miners.iter(), 60);
        let before = Chain::wealth(&account(0));
        Chain::does(&BOB, call::settle_all(vec![id + 7, id, id + 8]));
        assert_eq!(Chain::wealth(&account(0)) - before, 2 * RATE);
    });
}

#[test]
fn one_call_settles_many() {
    Chain::run(|| {
        let mut miners = Miner::register_many(4);
        let ids: Vec<u64> = (0..4).map(|_| miner::deal(&ALICE, &mut miners, SMALL, 60).0).collect();
        miner::keep_proving(miners.iter(), 60);
        let before = Chain::wealth(&account(0));
        Chain::does(&BOB, call::settle_all(ids));
        assert_eq!(Chain::wealth(&account(0)) - before, 4 * 2 * RATE);
        assert_eq!(Deals::held_for(&ALICE), 0);
    });
}
