//! The main path once through: a deal, proofs, pay, two misses, repair, the end of the term.

#![allow(clippy::unwrap_used, clippy::expect_used)]

use frame_support::assert_ok;
use idlewild_storage_primitives::{deal::Slot, geometry::Geometry};
use pallet_idlewild_test_runtime::{
    account, miner, Chain, Clock, Deals, Miner, Proofs, Repair, RuntimeOrigin, Test, ALICE, BOB,
};

const SMALL: Geometry = Geometry { data: 2, parity: 2 };

#[test]
fn a_deal_lives_through_the_loss_of_a_miner() {
    Chain::run(|| {
        let mut miners = Miner::register_many(6);
        let (id, shards) = miner::deal(&ALICE, &mut miners, SMALL, 400);
        let supply = Chain::supply();
        let before = Chain::wealth(&account(0));
        // Two periods proven by miners 0 to 2; miner 3 is dead from the start.
        for _ in 0..2 {
            for miner in &miners[..3] {
                miner.pass_period();
                assert_ok!(miner.prove());
            }
        }
        assert_ok!(Deals::settle(RuntimeOrigin::signed(BOB), vec![id].try_into().unwrap()));
        assert!(Chain::wealth(&account(0)) > before, "two proven periods must have been paid");
        assert_ok!(Chain::check());
        // Its misses come out, and they are a failure.
        assert_ok!(Proofs::report_missed(RuntimeOrigin::signed(BOB), miners[3].id));
        assert!(Proofs::failed_at(miners[3].id).is_some());
        assert!(Chain::supply() < supply, "at least half of a slash is destroyed");
        assert_ok!(Chain::check());
        // Miner 4 repairs.
        Chain::pass(20);
        assert_ok!(Repair::claim_repair(miners[4].origin(), miners[4].id, id, 3));
        assert_ok!(Repair::complete_repair(miners[4].origin(), miners[4].id, id, 3));
        miners[4].note(id, 3, shards[3].clone());
        assert_ok!(Chain::check());
        // It proves its probation and is paid the bounty out of the failed miner's bond.
        miners[4].pass_period();
        assert_ok!(miners[4].prove());
        let before = Chain::wealth(&account(4));
        assert_ok!(Deals::settle(RuntimeOrigin::signed(BOB), vec![id].try_into().unwrap()));
        assert!(Chain::wealth(&account(4)) > before, "the bounty must have been paid");
        let deal = pallet_idlewild_deals::Deals::<Test>::get(id).unwrap();
        assert!(matches!(deal.slots[3], Slot::Held { miner, .. } if miner == miners[4].id));
        assert_ok!(Chain::check());
        // The term ends, and the owner gets back the rest.
        Chain::pass_to(deal.end);
        let held = Deals::held_for(&ALICE);
        assert!(held > 0);
        assert_ok!(Deals::settle(RuntimeOrigin::signed(BOB), vec![id].try_into().unwrap()));
        assert_eq!(Deals::held_for(&ALICE), 0);
        assert!(Clock::now() >= deal.end);
    });
}
