//! `claim_repair`: who may set out to repair, when, and what a claim does and does not.

use frame_support::dispatch::Pays;
use pallet_idlewild_repair::{Claims, Event, Tried, WeightInfo, MAX_CLAIMS, MAX_TRIES};
use pallet_idlewild_test_runtime::{account, call, miner, Chain, Clock, Miner, Proofs, RuntimeEvent, Test, ALICE, BOB, COIN};

use crate::{broken, open, DealsError, Error, ProofsError, ProvidersError, SMALL};

#[test]
fn a_claim_takes_no_deposit_and_keeps_capacity_free() {
    Chain::run(|| {
        open(5, 400);
        let (wealth, used) = (Chain::wealth(&account(4)), Chain::miner(4).used);
        Chain::does(&account(4), call::claim_repair(4, 0, 3));
        assert_eq!((Chain::wealth(&account(4)), Chain::miner(4).used), (wealth, used + 4096));
        assert!(Chain::saw(|event| matches!(
            event,
            RuntimeEvent::Repair(Event::Claimed { miner: 4, deal: 0, slot: 3, until }) if *until == Clock::now() + 20
        )));
        Chain::refuses(&account(4), call::set_capacity(4, 4095), ProvidersError::CapacityInUse);
    });
}

#[test]
fn a_claim_is_charged_for_the_slots_of_its_copy() {
    Chain::run(|| {
        open(5, 400);
        let copy = Some(<() as WeightInfo>::claim_repair(4));
        let info = Chain::call_with_info(&account(4), call::claim_repair(4, 0, 3)).unwrap();
        assert_eq!((info.pays_fee, info.actual_weight), (Pays::Yes, copy));
        let refused = Chain::call_with_info(&account(4), call::claim_repair(4, 0, 3)).unwrap_err();
        assert_eq!((refused.error, refused.post_info.actual_weight), (Error::Barred.into(), copy));
        let nowhere = Chain::call_with_info(&account(4), call::claim_repair(4, 7, 3)).unwrap_err();
        assert_eq!(nowhere.error, DealsError::NoSuchDeal.into());
        assert_eq!(nowhere.post_info.actual_weight, Some(<() as WeightInfo>::claim_repair(0)));
    });
}

#[test]
fn miners_are_let_in_one_window_after_the_other() {
    Chain::run(|| {
        let (miners, _) = broken(24, 400);
        let mut let_in = Vec::new();
        for _ in 0..6 {
            let before = let_in.len();
            for miner in &miners[4..] {
                match Chain::call(&miner.operator, call::claim_repair(miner.id, 0, 3)) {
                    Ok(()) => let_in.push(miner.id),
                    Err(error) if error == Error::Barred.into() => assert!(let_in.contains(&miner.id)),
                    Err(error) => assert_eq!(error, Error::NotYourTurn.into()),
                }
            }
            if Clock::now() < 61 + 15 {
                assert!(let_in.len() - before < 10, "a few at a time");
            }
            miner::keep_proving(miners[..3].iter(), Clock::now() + 3);
        }
        assert_eq!(let_in.len(), 20, "and at last everybody");
    });
}

#[test]
fn squatting_bars_nobody() {
    Chain::run(|| {
        let (mut miners, shards) = open(6, 400);
        // One operator sends more miners than are kept in mind, and completes none.
        for key in 0..MAX_TRIES as u8 + 2 {
            let squatter = Miner::register_for(&account(40), 100 + key);
            assert_eq!(Chain::call(&account(40), call::claim_repair(squatter.id, 0, 3)), Ok(()));
        }
        Chain::assert_sound();
        assert_eq!(Tried::<Test>::get(0, 3).len(), MAX_TRIES as usize);
        assert_eq!(miners[4].repair(0, 3, &shards[3]), Ok(()));
        Chain::assert_sound();
    });
}

#[test]
fn any_number_may_claim_and_each_once() {
    Chain::run(|| {
        let (miners, _) = open(8, 400);
        for miner in &miners[4..] {
            Chain::does(&miner.operator, call::claim_repair(miner.id, 0, 3));
        }
        for miner in &miners[4..] {
            Chain::refuses(&miner.operator, call::claim_repair(miner.id, 0, 3), Error::Barred);
        }
        // Not when the claim has lapsed either, and not when it was given up.
        miner::keep_proving(miners[..3].iter(), Clock::now() + 21);
        Chain::refuses(&account(4), call::claim_repair(4, 0, 3), Error::Barred);
        Chain::does(&account(4), call::drop_claims(4));
        Chain::refuses(&account(4), call::claim_repair(4, 0, 3), Error::Barred);
    });
}

#[test]
fn another_opening_is_no_other_chance() {
    Chain::run(|| {
        let (mut miners, shards) = open(7, 400);
        Chain::does(&account(4), call::claim_repair(4, 0, 3));
        assert_eq!(miners[5].repair(0, 3, &shards[3]), Ok(()));
        assert_eq!(miners[5].declare_lost(0, 3), Ok(()));
        miner::keep_proving(miners[..3].iter().chain(&miners[5..]), Clock::now() + 15);
        // The claim on the first opening is no claim on the second, and nobody that tried the slot tries it again.
        Chain::refuses(&account(4), call::complete_repair(4, 0, 3), Error::NoClaim);
        for id in [4u32, 5] {
            Chain::refuses(&account(id as u8), call::claim_repair(id, 0, 3), Error::Barred);
        }
        Chain::does(&account(6), call::claim_repair(6, 0, 3));
    });
}

#[test]
fn a_claim_leaves_time_for_the_probation() {
    Chain::run(|| {
        let (miners, _) = open(6, 400);
        // The next period is the probation, and must be over when the deal ends.
        let schedule = Proofs::schedule(4);
        let last = schedule.start(schedule.period(400) - 1) - 1;
        miner::keep_proving(miners[..3].iter(), last);
        Chain::does(&account(4), call::claim_repair(4, 0, 3));
        Chain::next_block();
        Chain::refuses(&account(4), call::complete_repair(4, 0, 3), Error::TooLate);
        let late = Proofs::schedule(5).start(Proofs::schedule(5).period(400) - 1);
        miner::keep_proving(miners[..3].iter(), late);
        Chain::refuses(&account(5), call::claim_repair(5, 0, 3), Error::TooLate);
    });
}

#[test]
fn a_slot_that_nobody_filled_can_be_claimed() {
    Chain::run(|| {
        let miners = Miner::register_many(4);
        let (request, _) = miner::signed_request(&ALICE, &miners[..3], SMALL, 400);
        Chain::does(&ALICE, call::create_deals(vec![request]));
        Chain::pass(15);
        Chain::does(&account(3), call::claim_repair(3, 0, 3));
    });
}

#[test]
fn what_somebody_sound_answers_for_is_not_open() {
    Chain::run(|| {
        let (miners, _) = open(5, 400);
        Chain::refuses(&account(4), call::claim_repair(4, 0, 0), Error::NotOpen);
        let (request, _) = miner::signed_request(&ALICE, &miners[..3], SMALL, 400);
        Chain::does(&ALICE, call::create_deals(vec![request]));
        Chain::refuses(&account(4), call::claim_repair(4, 1, 0), Error::NotOpen);
        // Nor is one on probation.
        let mut miners = miners;
        assert_eq!(miners[4].repair(0, 3, &[0; 4096]), Ok(()));
        let late = Miner::register(9);
        Chain::refuses(&account(9), call::claim_repair(late.id, 0, 3), Error::NotOpen);
    });
}

#[test]
fn a_full_or_paused_miner_cannot_claim() {
    Chain::run(|| {
        let (miners, _) = open(6, 400);
        Chain::does(&account(4), call::pause(4));
        Chain::refuses(&account(4), call::claim_repair(4, 0, 3), Error::NoRoom);
        Chain::does(&account(4), call::resume(4));
        Chain::does(&account(4), call::set_capacity(4, 4095));
        Chain::refuses(&account(4), call::claim_repair(4, 0, 3), Error::NoRoom);
        Chain::does(&account(5), call::exit(5));
        Chain::refuses(&account(5), call::claim_repair(5, 0, 3), Error::NoRoom);
        // Claims count against capacity: there is room for one.
        let (request, _) = miner::signed_request(&ALICE, &miners[..3], SMALL, 400);
        Chain::does(&ALICE, call::create_deals(vec![request]));
        miner::keep_proving(miners[..3].iter(), Clock::now() + 9);
        for slot in 0..3u8 {
            Chain::does(&account(slot), call::append(slot.into(), vec![(1, slot)]));
        }
        Chain::pass(6);
        Chain::does(&account(4), call::set_capacity(4, 8_191));
        Chain::does(&account(4), call::claim_repair(4, 0, 3));
        Chain::refuses(&account(4), call::claim_repair(4, 1, 3), Error::NoRoom);
    });
}

#[test]
fn a_bond_must_cover_the_slot_too() {
    Chain::run(|| {
        let mut miners = Miner::register_many(3);
        miners.push(Miner::register_with(&account(3), 3, 1 << 30, 10 * COIN));
        for _ in 0..24 {
            let (request, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
            Chain::does(&ALICE, call::create_deals(vec![request]));
        }
        let (request, _) = miner::signed_request(&ALICE, &miners[..3], SMALL, 400);
        Chain::does(&ALICE, call::create_deals(vec![request]));
        Chain::pass(15);
        Chain::refuses(&account(3), call::claim_repair(3, 24, 3), Error::BondTooLow);
        Chain::does(&account(3), call::add_bond(3, COIN));
        Chain::does(&account(3), call::claim_repair(3, 24, 3));
    });
}

#[test]
fn a_miner_has_so_many_claims_at_a_time() {
    Chain::run(|| {
        let miners = Miner::register_many(4);
        for _ in 0..=MAX_CLAIMS {
            let (request, _) = miner::signed_request(&ALICE, &miners[..3], SMALL, 400);
            Chain::does(&ALICE, call::create_deals(vec![request]));
        }
        Chain::pass(15);
        for deal in 0..u64::from(MAX_CLAIMS) {
            Chain::does(&account(3), call::claim_repair(3, deal, 3));
        }
        let one_more = call::claim_repair(3, u64::from(MAX_CLAIMS), 3);
        Chain::refuses(&account(3), one_more.clone(), Error::TooManyClaims);
        // Those that lapsed make room by themselves.
        Chain::pass(21);
        Chain::does(&account(3), one_more);
        assert_eq!(Claims::<Test>::get(3).len(), 1);
        assert_eq!(Chain::miner(3).used, 4096);
        assert!(Chain::saw(|event| matches!(event, RuntimeEvent::Repair(Event::Dropped { miner: 3, claims: 32 }))));
    });
}

#[test]
fn an_operator_has_no_more_of_a_copy_by_repair_than_by_deal() {
    Chain::run(|| {
        let mut miners: Vec<Miner> = vec![Miner::register(0), Miner::register(1)];
        miners.push(Miner::register_for(&account(2), 2));
        miners.push(Miner::register_for(&account(3), 3));
        let (_, _) = miner::deal(&ALICE, &mut miners, SMALL, 400);
        let more: Vec<Miner> = (10..13).map(|key| Miner::register_for(&account(0), key)).collect();
        miner::keep_proving(miners[..2].iter(), 61);
        Chain::does(&BOB, call::report_missed(2));
        Chain::does(&BOB, call::report_missed(3));
        miner::keep_proving(miners[..2].iter(), 77);
        // It has slot 0 and may have one more; it claims both, and the second is refused when it would complete it.
        Chain::does(&account(0), call::claim_repair(more[0].id, 0, 2));
        Chain::does(&account(0), call::claim_repair(more[1].id, 0, 3));
        Chain::does(&account(0), call::complete_repair(more[0].id, 0, 2));
        Chain::refuses(&account(0), call::complete_repair(more[1].id, 0, 3), DealsError::TooManyOfOperator);
        Chain::refuses(&account(0), call::claim_repair(more[2].id, 0, 3), DealsError::TooManyOfOperator);
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        let (miners, _) = open(5, 100);
        Chain::refuses(&account(4), call::claim_repair(4, 1, 3), DealsError::NoSuchDeal);
        Chain::refuses(&account(4), call::claim_repair(4, 0, 4), DealsError::NoSuchSlot);
        Chain::refuses(&BOB, call::claim_repair(4, 0, 3), ProvidersError::NotOperator);
        Chain::refuses(&BOB, call::claim_repair(9, 0, 3), ProvidersError::NoSuchMiner);
        Chain::refuses(&account(3), call::claim_repair(3, 0, 3), ProofsError::MinerFailed);
        miner::keep_proving(miners[..3].iter(), 100);
        Chain::refuses(&account(4), call::claim_repair(4, 0, 3), DealsError::DealOver);
        Chain::does(&BOB, call::settle(0));
        Chain::refuses(&account(4), call::claim_repair(4, 0, 3), DealsError::DealOver);
        assert_eq!(Tried::<Test>::iter().count(), 0);
    });
}

#[test]
fn what_was_tried_is_forgotten_with_the_deal() {
    Chain::run(|| {
        open(5, 116);
        Chain::does(&account(4), call::claim_repair(4, 0, 3));
        assert_eq!(Tried::<Test>::iter().count(), 1);
        Chain::pass(40);
        Chain::does(&BOB, call::settle(0));
        assert_eq!(Tried::<Test>::iter().count(), 0);
    });
}

#[test]
fn a_claim_brings_the_claimants_own_failure_to_light() {
    Chain::run(|| {
        open(5, 400);
        // Miners 0 to 2 stop proving; miner 0 would claim the slot of miner 3.
        Chain::pass(45);
        Chain::does(&account(0), call::claim_repair(0, 0, 3));
        assert!(Claims::<Test>::get(0).is_empty());
        Chain::refuses(&account(0), call::claim_repair(0, 0, 3), ProofsError::MinerFailed);
    });
}
