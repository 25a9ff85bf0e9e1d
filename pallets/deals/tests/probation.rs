//! Bounties: paid when a repairer has proven itself, put back when it has not.

use idlewild_storage_primitives::{
    deal::{Slot, Source},
    terms::{Load, Rates},
    view::Timing,
};
use pallet_idlewild_deals::Event;
use pallet_idlewild_test_runtime::{
    account, call, miner, Chain, Clock, Miner, Proofs, RuntimeEvent, Test, TestRates, ALICE, BOB, CAROL,
};

use crate::{bounty, fail, standing_with_shards, SMALL};

/// A deal whose miner 3 failed and whose slot 3 miner 4 has just repaired.
fn repaired() -> (Vec<Miner>, u64, Vec<Vec<u8>>) {
    let (mut miners, id, shards) = standing_with_shards(6, 400);
    fail(&miners, 3);
    assert_eq!(miners[4].repair(id, 3, &shards[3]), Ok(()));
    Chain::assert_sound();
    (miners, id, shards)
}

/// The same for a longer term, and with the period in which miner 4 completed.
fn repaired_for(term: u32) -> (Vec<Miner>, u64, u32) {
    let (mut miners, id, shards) = standing_with_shards(6, term);
    fail(&miners, 3);
    assert_eq!(miners[4].repair(id, 3, &shards[3]), Ok(()));
    let since = Proofs::period_of(4);
    (miners, id, since)
}

/// Lets everybody but miner 3 and those in `without` prove until `moment`.
fn proving(miners: &[Miner], without: &[u32], moment: u32) {
    let live = miners.iter().filter(|miner| miner.id != 3 && !without.contains(&miner.id));
    miner::keep_proving(live, moment);
}

#[test]
fn the_bounty_comes_from_the_failed_miner_once_the_repairer_has_proven() {
    Chain::run(|| {
        let (miners, id, _) = repaired();
        assert!(matches!(
            Chain::slot(id, 3),
            Slot::Probation { miner: 4, source: Source::Pot(3), bounty: kept, .. } if kept == bounty()
        ));
        Chain::does(&BOB, call::settle(id));
        assert_eq!(Chain::miner(3).pot, bounty(), "nothing before the proof");
        proving(&miners, &[], Clock::now() + 22);
        let (before, failed) = (Chain::wealth(&account(4)), Chain::wealth(&account(3)));
        Chain::does(&BOB, call::settle(id));
        assert!(Chain::saw(|event| matches!(
            event,
            RuntimeEvent::Deals(Event::BountyPaid { deal: 0, slot: 3, miner: 4, source: Source::Pot(3), .. })
        )));
        assert!(matches!(Chain::slot(id, 3), Slot::Held { miner: 4, .. }));
        assert!(Chain::wealth(&account(4)) >= before + bounty());
        assert_eq!(failed - Chain::wealth(&account(3)), bounty());
        assert_eq!(Chain::miner(3).pot, 0);
        Chain::does(&account(3), call::remove(3));
    });
}

#[test]
fn the_bounty_of_a_slot_that_nobody_filled_comes_from_the_reserve() {
    Chain::run(|| {
        let mut miners = Miner::register_many(4);
        let (request, shards) = miner::signed_request(&ALICE, &miners[..3], SMALL, 400);
        Chain::does(&ALICE, call::create_deals(vec![request]));
        for slot in 0..3u8 {
            let bytes = shards[usize::from(slot)].clone();
            assert_eq!(miners[usize::from(slot)].append(&[(0, slot, bytes)]), Ok(()));
        }
        miner::keep_proving(miners.iter(), 15);
        assert_eq!(miners[3].repair(0, 3, &shards[3]), Ok(()));
        assert_eq!(Chain::deal(0).reserve, bounty(), "set aside, and still on hold");
        Chain::assert_sound();
        miner::keep_proving(miners.iter(), 60);
        let (before, owner) = (Chain::wealth(&account(3)), Chain::wealth(&ALICE));
        Chain::does(&BOB, call::settle(0));
        assert!(matches!(Chain::slot(0, 3), Slot::Held { miner: 3, .. }));
        assert!(Chain::wealth(&account(3)) >= before + bounty());
        assert!(owner >= Chain::wealth(&ALICE) + bounty());
        assert_eq!(Chain::deal(0).reserve, bounty());
    });
}

#[test]
fn a_repairer_that_misses_its_first_period_loses_the_slot_and_the_bounty_waits_for_the_next() {
    Chain::run(|| {
        let (mut miners, id, shards) = repaired();
        let since = Proofs::period_of(4);
        // It misses one period, which is no failure, and is touched afterwards.
        let schedule = Proofs::schedule(4);
        proving(&miners, &[4], schedule.start(since + 2));
        Chain::does(&CAROL, call::report_missed(4));
        assert!(Proofs::failed_at(4).is_none());
        Chain::does(&BOB, call::settle(id));
        assert!(matches!(Chain::slot(id, 3), Slot::Vacant { source: Source::Pot(3), .. }));
        assert_eq!(Chain::miner(3).pot, bounty());
        // It clears the leaf and has its bond back, less the miss; another one gets the bounty.
        assert_eq!(miners[4].clear(&[(id, 3)]), Ok(()));
        assert_eq!(Chain::miner(4).load.slots, 0);
        proving(&miners, &[], Clock::now() + 16);
        assert_eq!(miners[5].repair(id, 3, &shards[3]), Ok(()));
        proving(&miners, &[], Clock::now() + 40);
        Chain::does(&BOB, call::settle(id));
        assert!(matches!(Chain::slot(id, 3), Slot::Held { miner: 5, .. }));
        assert_eq!(Chain::miner(3).pot, 0);
    });
}

#[test]
fn a_repairer_that_fails_leaves_its_own_bounty_and_the_first_is_destroyed() {
    Chain::run(|| {
        let (miners, id, _) = repaired();
        proving(&miners, &[4], Clock::now() + 65);
        Chain::does(&CAROL, call::report_missed(4));
        assert!(Proofs::failed_at(4).is_some());
        assert_eq!((Chain::miner(3).pot, Chain::miner(4).pot), (bounty(), bounty()));
        let supply = Chain::supply();
        Chain::does(&BOB, call::settle(id));
        assert!(matches!(Chain::slot(id, 3), Slot::Vacant { source: Source::Pot(4), .. }));
        assert_eq!((Chain::miner(3).pot, Chain::miner(4).pot), (0, bounty()));
        assert_eq!(supply - Chain::supply(), bounty());
    });
}

#[test]
fn a_slot_whose_repairer_failed_goes_to_the_next_without_a_settlement_between() {
    Chain::run(|| {
        let (mut miners, id, shards) = repaired();
        proving(&miners, &[4], Clock::now() + 65);
        Chain::does(&CAROL, call::report_missed(4));
        proving(&miners, &[4], Clock::now() + 16);
        assert_eq!(miners[5].repair(id, 3, &shards[3]), Ok(()));
        Chain::assert_sound();
        assert!(matches!(Chain::slot(id, 3), Slot::Probation { miner: 5, source: Source::Pot(4), .. }));
        assert_eq!((Chain::miner(3).pot, Chain::miner(4).pot), (0, bounty()));
    });
}

#[test]
fn who_claims_after_a_repairer_failed_keeps_the_claim_when_others_settle() {
    Chain::run(|| {
        let (mut miners, id, shards) = repaired();
        proving(&miners, &[4], Clock::now() + 65);
        Chain::does(&CAROL, call::report_missed(4));
        proving(&miners, &[4], Clock::now() + 16);
        Chain::does(&account(5), call::claim_repair(5, id, 3));
        Chain::pass(1);
        // The slot has been open since the failure came out, and not only since this.
        Chain::does(&BOB, call::settle(id));
        assert!(matches!(Chain::slot(id, 3), Slot::Vacant { source: Source::Pot(4), last: 4, .. }));
        Chain::does(&account(5), call::complete_repair(5, id, 3));
        miners[5].note(id, 3, shards[3].clone());
        proving(&miners, &[4], Clock::now() + 40);
        Chain::does(&BOB, call::settle(id));
        assert!(matches!(Chain::slot(id, 3), Slot::Held { miner: 5, .. }));
    });
}

/// A slot whose repairer, miner 4, has passed its probation without anybody having settled the deal since.
fn passed_unsettled() -> (Vec<Miner>, u64, Vec<Vec<u8>>) {
    let (miners, id, shards) = repaired();
    proving(&miners, &[], Clock::now() + 45);
    assert!(matches!(Chain::slot(id, 3), Slot::Probation { miner: 4, .. }));
    (miners, id, shards)
}

fn bounty_was_paid_to(repairer: u32) -> bool {
    Chain::saw(|event| {
        matches!(event, RuntimeEvent::Deals(Event::BountyPaid { slot: 3, miner, amount, .. })
            if *miner == repairer && *amount == bounty())
    })
}

#[test]
fn a_repairer_that_passed_and_then_admits_a_loss_has_its_bounty() {
    Chain::run(|| {
        let (mut miners, id, _) = passed_unsettled();
        assert_eq!(miners[4].declare_lost(id, 3), Ok(()));
        Chain::assert_sound();
        assert!(bounty_was_paid_to(4));
        assert!(matches!(Chain::slot(id, 3), Slot::Vacant { source: Source::Pot(4), .. }), "its own pays the next");
        assert_eq!((Chain::miner(3).pot, Chain::miner(4).pot), (0, bounty()));
    });
}

#[test]
fn a_repairer_that_passed_and_then_failed_has_its_bounty_when_the_next_takes_over() {
    Chain::run(|| {
        let (mut miners, id, shards) = passed_unsettled();
        proving(&miners, &[4], Clock::now() + 65);
        Chain::does(&CAROL, call::report_missed(4));
        assert!(Proofs::failed_at(4).is_some());
        proving(&miners, &[4], Clock::now() + 16);
        assert_eq!(miners[5].repair(id, 3, &shards[3]), Ok(()));
        Chain::assert_sound();
        assert!(bounty_was_paid_to(4));
        assert!(matches!(Chain::slot(id, 3), Slot::Probation { miner: 5, source: Source::Pot(4), .. }));
        assert_eq!((Chain::miner(3).pot, Chain::miner(4).pot), (0, bounty()));
    });
}

#[test]
fn a_repairer_that_admits_a_loss_puts_the_bounty_back() {
    Chain::run(|| {
        let (mut miners, id, _) = repaired();
        let bond = Chain::miner(4).bond;
        assert_eq!(miners[4].declare_lost(id, 3), Ok(()));
        Chain::assert_sound();
        assert!(matches!(Chain::slot(id, 3), Slot::Vacant { source: Source::Pot(3), .. }));
        assert_eq!(bond - Chain::miner(4).bond, 2 * bounty());
        assert_eq!((Chain::miner(3).pot, Chain::miner(4).pot), (bounty(), 0));
    });
}

#[test]
fn a_deal_that_ends_during_probation_closes_and_leaves_nothing_behind() {
    Chain::run(|| {
        let (miners, id, _) = repaired();
        Chain::pass_to(400);
        Chain::does(&BOB, call::settle(id));
        assert!(!pallet_idlewild_deals::Deals::<Test>::contains_key(id), "no receipt for it is valid any more");
        assert_eq!(Chain::miner(3).pot, 0);
        assert_eq!(miners.len(), 6);
    });
}

#[test]
fn an_empty_reserve_pays_nothing_and_a_topped_up_one_does() {
    Chain::run(|| {
        let (mut miners, id, shards) = standing_with_shards(8, 40);
        // Nobody but miner 0 goes along: three slots for a reserve of two bounties.
        for id in 1..4 {
            Chain::does(&account(id as u8), call::set_price(id, pallet_idlewild_test_runtime::PRICE * 2));
        }
        Chain::does(&ALICE, call::extend(id, 400, pallet_idlewild_test_runtime::PRICE));
        miner::keep_proving(miners.iter(), 60);
        Chain::does(&BOB, call::settle(id));
        for (slot, repairer) in [(1u8, 4usize), (2, 5), (3, 6)] {
            assert_eq!(Chain::call(&miners[repairer].operator, call::claim_repair(repairer as u32, id, slot)), Ok(()));
        }
        for (slot, repairer) in [(1u8, 4usize), (2, 5)] {
            Chain::does(&miners[repairer].operator.clone(), call::complete_repair(repairer as u32, id, slot));
            miners[repairer].note(id, slot, shards[usize::from(slot)].clone());
        }
        assert_eq!(Chain::deal(id).reserve, 0);
        Chain::does(&ALICE, call::top_up(id, bounty() / 2));
        Chain::does(&account(6), call::complete_repair(6, id, 3));
        assert!(matches!(
            Chain::slot(id, 3),
            Slot::Probation { miner: 6, source: Source::Reserve, bounty: kept, .. } if kept == bounty() / 2
        ));
    });
}

#[test]
fn a_probation_not_passed_costs_what_admitting_a_loss_costs() {
    Chain::run(|| {
        let (miners, id, since) = repaired_for(400);
        proving(&miners, &[4], Proofs::schedule(4).start(since + 2));
        Chain::does(&CAROL, call::report_missed(4));
        let (bond, supply) = (Chain::miner(4).bond, Chain::supply());
        Chain::does(&BOB, call::settle(id));
        assert_eq!(bond - Chain::miner(4).bond, 2 * bounty());
        assert_eq!(supply - Chain::supply(), 2 * bounty(), "all of it: the first loser's bounty is still there");
        let record = Chain::miner(4);
        assert_eq!((record.answers, record.load.slots), (Load::default(), 1), "until it clears the leaf");
        // Once: there is nothing to decide any more.
        Chain::does(&BOB, call::settle(id));
        assert_eq!(Chain::miner(4).bond, record.bond);
    });
}

#[test]
fn a_repairer_that_fails_when_it_has_lost_the_slot_already_leaves_nothing_stuck() {
    Chain::run(|| {
        let (miners, id, since) = repaired_for(400);
        proving(&miners, &[4], Proofs::schedule(4).start(since + 2));
        Chain::does(&CAROL, call::report_missed(4));
        Chain::does(&BOB, call::settle(id));
        proving(&miners, &[4], Proofs::schedule(4).start(since + 3));
        Chain::does(&CAROL, call::report_missed(4));
        assert!(Proofs::failed_at(4).is_some());
        assert_eq!(Chain::miner(4).pot, 0, "no deal counts on what it has in its range");
        Chain::does(&account(4), call::remove(4));
    });
}

#[test]
fn a_probation_that_nobody_can_judge_any_more_is_over_and_neither_paid_nor_charged() {
    Chain::run(|| {
        let (mut miners, id, shards) = standing_with_shards(6, 6_000);
        // Miner 4 has slots elsewhere, and has proven something before.
        miner::deal(&BOB, &mut miners[2..], SMALL, 6_000);
        fail(&miners, 3);
        assert_eq!(miners[4].repair(id, 3, &shards[3]), Ok(()));
        let since = Proofs::period_of(4);
        proving(&miners, &[], Proofs::schedule(4).start(since + 1) - 1);
        assert!(Proofs::ledger(4).proven > 2);
        proving(&miners, &[4], Proofs::schedule(4).start(since + 2));
        // It missed the first period, proves all that follow, and nobody settles for 140 of them.
        proving(&miners, &[], Proofs::schedule(4).start(since + 142));
        assert!(Proofs::failed_at(4).is_none());
        let (bond, pot, supply) = (Chain::miner(4).bond, Chain::miner(3).pot, Chain::supply());
        Chain::does(&BOB, call::settle(id));
        assert!(!Chain::saw(|event| matches!(event, RuntimeEvent::Deals(Event::BountyPaid { .. }))));
        assert!(matches!(Chain::slot(id, 3), Slot::Held { miner: 4, .. }), "it has the shard, and proves it");
        assert_eq!((Chain::miner(4).bond, Chain::miner(3).pot), (bond, pot - bounty()));
        assert_eq!(supply - Chain::supply(), bounty(), "nobody needs the first loser's bounty any more");
    });
}

#[test]
fn a_probation_that_the_owner_cuts_short_pays_who_proved_it_so_far() {
    for proves in [true, false] {
        Chain::run_with(Timing { probation: 2, ..Chain::timing() }, || {
            let (miners, id, since) = repaired_for(400);
            let without: &[u32] = if proves { &[] } else { &[4] };
            proving(&miners, without, Proofs::schedule(4).start(since + 2) - 1);
            assert!(matches!(Chain::slot(id, 3), Slot::Probation { .. }));
            let loser = Chain::wealth(&account(3));
            Chain::does(&ALICE, call::cancel(id));
            let paid = Chain::saw(
                |event| matches!(event, RuntimeEvent::Deals(Event::BountyPaid { miner: 4, amount, .. }) if *amount == bounty()),
            );
            assert_eq!(paid, proves);
            assert_eq!(Chain::miner(3).pot, 0, "paid or destroyed");
            assert!(loser - Chain::wealth(&account(3)) <= bounty());
        });
    }
}

#[test]
fn a_repairer_that_missed_a_period_is_not_paid_when_the_owner_cuts_its_probation_short() {
    Chain::run_with(Timing { probation: 3, ..Chain::timing() }, || {
        let (miners, id, since) = repaired_for(400);
        proving(&miners, &[4], Proofs::schedule(4).start(since + 2));
        proving(&miners, &[], Proofs::schedule(4).start(since + 3) - 1);
        assert!(Proofs::ledger(4).is_proven());
        Chain::does(&ALICE, call::cancel(id));
        assert!(!Chain::saw(|event| matches!(event, RuntimeEvent::Deals(Event::BountyPaid { .. }))));
    });
}

/// Two slots that miner 3 lost are repaired and settled after rates have changed.
fn settled_under(change: impl FnOnce(Rates) -> Rates) {
    Chain::start().execute_with(|| {
        let rates: Rates = TestRates::get();
        let mut miners = Miner::register_many(5);
        let (first, shards) = miner::deal(&ALICE, &mut miners, SMALL, 400);
        let (second, more) = miner::deal(&ALICE, &mut miners, SMALL, 400);
        fail(&miners, 3);
        TestRates::set(change(rates));
        for (id, shards) in [(first, shards), (second, more)] {
            assert_eq!(miners[4].repair(id, 3, &shards[3]), Ok(()));
        }
        proving(&miners, &[], Clock::now() + 40);
        assert_eq!(Chain::call(&BOB, call::settle_all(vec![first, second])), Ok(()));
        for id in [first, second] {
            assert!(matches!(Chain::slot(id, 3), Slot::Held { miner: 4, .. }));
        }
        assert_eq!((Chain::miner(3).pot, Chain::miner(3).lost), (0, Load::default()));
        assert_eq!(Chain::call(&account(3), call::remove(3)), Ok(()));
        TestRates::set(rates);
    });
}

#[test]
fn a_pot_that_falls_short_of_raised_bounties_pays_what_it_has() {
    settled_under(|rates| Rates { bounty_base: rates.bounty_base * 2, ..rates });
}

#[test]
fn what_lowered_bounties_leave_in_a_pot_is_destroyed_with_the_last_one() {
    settled_under(|rates| Rates { bounty_base: rates.bounty_base / 2, ..rates });
}
