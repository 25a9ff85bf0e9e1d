//! `complete_repair`: the first valid completion wins.

use frame_support::dispatch::Pays;
use idlewild_storage_primitives::{
    deal::{Slot, Source},
    ledger::Start,
    Balance,
};
use pallet_idlewild_repair::{Claims, Event, WeightInfo};
use pallet_idlewild_test_runtime::{account, call, miner, Chain, Clock, Proofs, RuntimeEvent, Test, ALICE, BOB, COIN, PRICE};

use crate::{bounty, open, DealsError, Error, ProofsError, ProvidersError};

#[test]
fn the_slot_is_filled_under_the_same_root_and_its_holder_on_probation() {
    Chain::run(|| {
        let (mut miners, shards) = open(5, 400);
        let root = pallet_idlewild_deals::ShardRoots::<Test>::get(0).unwrap()[3];
        Chain::does(&account(4), call::claim_repair(4, 0, 3));
        Chain::does(&account(4), call::complete_repair(4, 0, 3));
        assert!(Chain::saw(|event| matches!(
            event,
            RuntimeEvent::Repair(Event::Repaired { miner: 4, deal: 0, slot: 3, index: 0, bounty: waits }) if *waits == bounty()
        )));
        let since = Proofs::period_of(4);
        assert_eq!(
            Chain::slot(0, 3),
            Slot::Probation { miner: 4, start: Start::Count(0), since, source: Source::Pot(3), bounty: bounty() }
        );
        assert_eq!((Chain::miner(4).load.slots, Chain::miner(4).used), (1, 4096));
        assert!(Claims::<Test>::get(4).is_empty());
        let now = pallet_idlewild_deals::ShardRoots::<Test>::get(0).unwrap()[3];
        assert_eq!(now, root);
        // The first holder's bytes are the ones to prove.
        miners[4].note(0, 3, shards[3].clone());
        miners[4].pass_period();
        assert_eq!(miners[4].prove(), Ok(()));
    });
}

#[test]
fn a_completion_pays_no_fee_and_what_it_did_not_take_is_given_back() {
    Chain::run(|| {
        open(6, 400);
        for id in [4, 5] {
            Chain::does(&account(id as u8), call::claim_repair(id, 0, 3));
        }
        let info = Chain::call_with_info(&account(4), call::complete_repair(4, 0, 3)).unwrap();
        let copy = <() as WeightInfo>::complete_repair(4);
        assert_eq!((info.pays_fee, info.actual_weight), (Pays::No, Some(copy)));
        // Who comes too late pays for the copy's slots, and not for the widest deal's.
        let late = Chain::call_with_info(&account(5), call::complete_repair(5, 0, 3)).unwrap_err();
        assert_eq!(late.error, Error::NotOpen.into());
        let slot_on_probation = <() as pallet_idlewild_deals::WeightInfo>::settle(1);
        assert_eq!(late.post_info.pays_fee, Pays::Yes);
        assert_eq!(late.post_info.actual_weight, Some(copy.saturating_add(slot_on_probation)));
    });
}

#[test]
fn who_fails_instead_of_completing_pays_its_fee() {
    Chain::run(|| {
        open(5, 400);
        Chain::does(&account(0), call::claim_repair(0, 0, 3));
        // It stops proving what it holds.
        Chain::pass(45);
        let info = Chain::call_with_info(&account(0), call::complete_repair(0, 0, 3)).unwrap();
        assert!(Proofs::failed_at(0).is_some());
        assert_eq!(info.pays_fee, Pays::Yes);
    });
}

#[test]
fn the_first_completion_wins_and_the_second_is_refused() {
    Chain::run(|| {
        let (mut miners, shards) = open(7, 400);
        for id in 4..7 {
            Chain::does(&account(id as u8), call::claim_repair(id, 0, 3));
        }
        Chain::does(&account(5), call::complete_repair(5, 0, 3));
        miners[5].note(0, 3, shards[3].clone());
        Chain::refuses(&account(4), call::complete_repair(4, 0, 3), Error::NotOpen);
        Chain::refuses(&account(6), call::complete_repair(6, 0, 3), Error::NotOpen);
        Chain::refuses(&account(5), call::complete_repair(5, 0, 3), Error::NoClaim);
        // The others lose nothing but the claim.
        for id in [4u32, 6] {
            Chain::does(&account(id as u8), call::drop_claims(id));
            assert_eq!((Chain::miner(id).used, Chain::miner(id).bond), (0, 1_000 * COIN));
        }
    });
}

#[test]
fn who_claims_and_never_completes_is_not_charged() {
    Chain::run(|| {
        let (miners, _) = open(5, 400);
        let wealth = Chain::wealth(&account(4));
        Chain::does(&account(4), call::claim_repair(4, 0, 3));
        miner::keep_proving(miners[..3].iter(), Clock::now() + 100);
        assert_eq!((Chain::wealth(&account(4)), Chain::miner(4).bond), (wealth, 1_000 * COIN));
        assert_eq!(Chain::miner(4).score, pallet_idlewild_providers::types::TOP_SCORE);
    });
}

#[test]
fn a_claim_lapses() {
    Chain::run(|| {
        let (miners, _) = open(6, 400);
        Chain::does(&account(4), call::claim_repair(4, 0, 3));
        Chain::does(&account(5), call::claim_repair(5, 0, 3));
        let until = Clock::now() + 20;
        miner::keep_proving(miners[..3].iter(), until);
        let last_moment = Chain::call(&account(5), call::complete_repair(5, 0, 3));
        assert_eq!(last_moment, Ok(()));
        Chain::assert_sound();
        Chain::next_block();
        Chain::refuses(&account(4), call::complete_repair(4, 0, 3), Error::NoClaim);
    });
}

#[test]
fn without_a_claim_nothing_is_completed() {
    Chain::run(|| {
        open(6, 400);
        Chain::refuses(&account(4), call::complete_repair(4, 0, 3), Error::NoClaim);
        Chain::does(&account(4), call::claim_repair(4, 0, 3));
        Chain::refuses(&account(5), call::complete_repair(5, 0, 3), Error::NoClaim);
        Chain::refuses(&account(4), call::complete_repair(4, 0, 0), Error::NoClaim);
        // Nor is there one on a slot that the deal does not have.
        Chain::refuses(&account(4), call::complete_repair(4, 0, 4), Error::NoClaim);
        Chain::refuses(&account(5), call::complete_repair(4, 0, 3), ProvidersError::NotOperator);
        Chain::refuses(&account(5), call::complete_repair(9, 0, 3), ProvidersError::NoSuchMiner);
        Chain::refuses(&account(4), call::complete_repair(4, 1, 3), DealsError::NoSuchDeal);
    });
}

#[test]
fn capacity_and_bond_are_asked_for_again() {
    Chain::run(|| {
        open(6, 400);
        Chain::does(&account(4), call::claim_repair(4, 0, 3));
        Chain::does(&account(4), call::pause(4));
        Chain::refuses(&account(4), call::complete_repair(4, 0, 3), Error::NoRoom);
        Chain::does(&account(4), call::resume(4));
        Chain::does(&account(4), call::complete_repair(4, 0, 3));
    });
}

#[test]
fn a_full_range_takes_no_more() {
    Chain::run(|| {
        let (miners, _) = open(5, 400);
        Chain::does(&account(4), call::claim_repair(4, 0, 3));
        miners[4].leave_indices(0);
        Chain::refuses(&account(4), call::complete_repair(4, 0, 3), ProofsError::WrongPosition);
        // The range alone was in the way.
        miners[4].leave_indices(1);
        Chain::does(&account(4), call::complete_repair(4, 0, 3));
        assert_eq!(Proofs::view(4).unwrap().live.leaves, u32::MAX);
    });
}

#[test]
fn a_deal_that_ended_meanwhile_is_not_repaired() {
    Chain::run(|| {
        let (miners, _) = open(5, 116);
        Chain::does(&account(4), call::claim_repair(4, 0, 3));
        miner::keep_proving(miners[..3].iter(), 116);
        Chain::refuses(&account(4), call::complete_repair(4, 0, 3), DealsError::DealOver);
        Chain::does(&BOB, call::settle(0));
        Chain::refuses(&account(4), call::complete_repair(4, 0, 3), DealsError::DealOver);
        Chain::does(&account(4), call::drop_claims(4));
    });
}

#[test]
fn a_repairer_that_failed_meanwhile_completes_nothing() {
    Chain::run(|| {
        let (miners, _) = open(5, 400);
        // Miner 0 holds slot 0, claims, and stops proving.
        Chain::does(&account(0), call::claim_repair(0, 0, 3));
        miner::keep_proving(miners[1..3].iter(), Clock::now() + 20);
        Chain::pass(25);
        Chain::does(&account(0), call::complete_repair(0, 0, 3));
        assert!(Proofs::failed_at(0).is_some());
        assert_eq!(Chain::slot(0, 3).holder(), Some(3));
        Chain::refuses(&account(0), call::complete_repair(0, 0, 3), ProofsError::MinerFailed);
    });
}

#[test]
fn the_failed_holder_is_paid_what_it_proved_before_its_slot_changes_hands() {
    Chain::run(|| {
        let mut miners = pallet_idlewild_test_runtime::Miner::register_many(5);
        let (_, shards) = miner::deal(&ALICE, &mut miners, crate::SMALL, 400);
        miner::keep_proving(miners.iter(), 60);
        let proven = Balance::from(Proofs::ledger(3).proven);
        miner::keep_proving(miners[..3].iter(), 121);
        Chain::does(&BOB, call::report_missed(3));
        miner::keep_proving(miners[..3].iter(), 140);
        let before = Chain::wealth(&account(3));
        assert_eq!(miners[4].repair(0, 3, &shards[3]), Ok(()));
        assert_eq!(Chain::wealth(&account(3)) - before, proven * 4 * COIN);
        Chain::assert_sound();
        let before = Chain::wealth(&account(3));
        miner::keep_proving(miners.iter().filter(|miner| miner.id != 3), 400);
        Chain::does(&BOB, call::settle(0));
        assert_eq!(before - Chain::wealth(&account(3)), bounty(), "nothing twice, and the bounty is paid out");
    });
}

#[test]
fn in_an_extension_that_is_due_the_failed_holder_is_paid_for_both_terms() {
    Chain::run(|| {
        let mut miners = pallet_idlewild_test_runtime::Miner::register_many(5);
        let (_, shards) = miner::deal(&ALICE, &mut miners, crate::SMALL, 60);
        Chain::does(&ALICE, call::extend(0, 400, PRICE));
        miner::keep_proving(miners.iter(), 100);
        let proven = Balance::from(Proofs::ledger(3).proven);
        assert!(proven > 3);
        miner::keep_proving(miners[..3].iter(), 161);
        Chain::does(&BOB, call::report_missed(3));
        miner::keep_proving(miners[..3].iter(), 180);
        assert_eq!(Chain::deal(0).end, 60, "nobody settled");
        let before = Chain::wealth(&account(3));
        assert_eq!(miners[4].repair(0, 3, &shards[3]), Ok(()));
        Chain::assert_sound();
        assert_eq!(Chain::wealth(&account(3)) - before, proven * 4 * COIN);
        assert_eq!(Chain::deal(0).end, 460);
    });
}

#[test]
fn a_bond_that_other_repairs_used_up_covers_no_further_one() {
    Chain::run(|| {
        let mut miners = pallet_idlewild_test_runtime::Miner::register_many(3);
        miners.push(pallet_idlewild_test_runtime::Miner::register_with(&account(3), 3, 1 << 30, 10 * COIN));
        for _ in 0..25 {
            let (request, _) = miner::signed_request(&ALICE, &miners[..3], crate::SMALL, 400);
            Chain::does(&ALICE, call::create_deals(vec![request]));
        }
        Chain::pass(15);
        // Claims keep capacity free, but no bond; the least bond is enough for 24 of these slots.
        (0..25).for_each(|deal| Chain::does(&account(3), call::claim_repair(3, deal, 3)));
        (0..24).for_each(|deal| Chain::does(&account(3), call::complete_repair(3, deal, 3)));
        Chain::refuses(&account(3), call::complete_repair(3, 24, 3), Error::NoRoom);
        Chain::does(&account(3), call::add_bond(3, COIN));
        Chain::does(&account(3), call::complete_repair(3, 24, 3));
    });
}
