//! `append`: an assigned slot comes into its miner's range.

use idlewild_storage_primitives::{deal::Slot, ledger::Start};
use pallet_idlewild_slots::Event;
use pallet_idlewild_test_runtime::{account, call, miner, Chain, Proofs, RuntimeEvent, ALICE, BOB, CAROL};

use crate::{assigned, held, DealsError, Error, ProofsError, ProvidersError, SMALL};

#[test]
fn a_slot_is_appended_without_any_proof() {
    Chain::run(|| {
        let (mut miners, shards) = assigned(400);
        Chain::does(&account(2), call::append(2, vec![(0, 2)]));
        assert_eq!(Chain::slot(0, 2), Slot::Held { miner: 2, start: Start::Count(0) });
        assert!(Chain::saw(|event| matches!(
            event,
            RuntimeEvent::Slots(Event::Appended { miner: 2, deal: 0, slot: 2, index: 0 })
        )));
        let owed = Proofs::view(2).unwrap();
        assert_eq!((owed.live.leaves, owed.live.total(), owed.sealed.total()), (1, 4, 0));
        // What the chain noted is what the miner has.
        miners[2].note(0, 2, shards[2].clone());
        miners[2].pass_period();
        assert_eq!(miners[2].prove(), Ok(()));
    });
}

#[test]
fn one_call_appends_many() {
    Chain::run(|| {
        let (miners, _) = assigned(400);
        for _ in 0..5 {
            let (request, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
            Chain::does(&ALICE, call::create_deals(vec![request]));
        }
        Chain::does(&account(1), call::append(1, (0..6).map(|deal| (deal, 1)).collect()));
        assert_eq!(Proofs::view(1).unwrap().live.total(), 24);
        // All or nothing: the last of these is not this miner's.
        let mixed = vec![(0, 0), (1, 0), (2, 0), (0, 1)];
        Chain::refuses(&account(0), call::append(0, mixed), Error::NotAssigned);
    });
}

#[test]
fn late_is_well_as_long_as_nobody_reported_it() {
    Chain::run(|| {
        let (_, _) = assigned(400);
        Chain::pass(30);
        Chain::does(&account(0), call::append(0, vec![(0, 0)]));
        Chain::does(&CAROL, call::report_unappended(0, 1));
        Chain::refuses(&account(1), call::append(1, vec![(0, 1)]), Error::NotAssigned);
    });
}

#[test]
fn who_pauses_or_leaves_still_appends_what_it_took() {
    Chain::run(|| {
        let (_, _) = assigned(400);
        Chain::does(&account(0), call::pause(0));
        Chain::does(&account(0), call::append(0, vec![(0, 0)]));
        Chain::does(&account(1), call::exit(1));
        Chain::does(&account(1), call::append(1, vec![(0, 1)]));
    });
}

#[test]
fn only_what_is_assigned_is_appended() {
    Chain::run(|| {
        let (miners, _) = assigned(40);
        Chain::refuses(&account(0), call::append(0, vec![]), Error::Nothing);
        Chain::refuses(&account(0), call::append(0, vec![(0, 1)]), Error::NotAssigned);
        Chain::refuses(&account(4), call::append(4, vec![(0, 0)]), Error::NotAssigned);
        Chain::refuses(&account(0), call::append(0, vec![(0, 0), (0, 0)]), Error::NotAssigned);
        Chain::does(&account(0), call::append(0, vec![(0, 0)]));
        Chain::refuses(&account(0), call::append(0, vec![(0, 0)]), Error::NotAssigned);
        Chain::refuses(&account(0), call::append(0, vec![(1, 0)]), DealsError::NoSuchDeal);
        Chain::refuses(&account(0), call::append(0, vec![(0, 4)]), DealsError::NoSuchSlot);
        Chain::refuses(&BOB, call::append(1, vec![(0, 1)]), ProvidersError::NotOperator);
        Chain::refuses(&BOB, call::append(9, vec![(0, 1)]), ProvidersError::NoSuchMiner);
        // An empty slot.
        let (request, _) = miner::signed_request(&ALICE, &miners[..3], SMALL, 400);
        Chain::does(&ALICE, call::create_deals(vec![request]));
        Chain::refuses(&account(3), call::append(3, vec![(1, 3)]), Error::NotAssigned);
        Chain::pass(40);
        Chain::refuses(&account(1), call::append(1, vec![(0, 1)]), DealsError::DealOver);
        Chain::does(&BOB, call::settle(0));
        Chain::refuses(&account(1), call::append(1, vec![(0, 1)]), DealsError::DealOver);
    });
}

#[test]
fn a_full_range_takes_no_more() {
    Chain::run(|| {
        let (miners, _) = assigned(400);
        let (request, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
        Chain::does(&ALICE, call::create_deals(vec![request]));
        miners[0].leave_indices(1);
        // All or nothing: the first of these would still fit.
        Chain::refuses(&account(0), call::append(0, vec![(0, 0), (1, 0)]), ProofsError::WrongPosition);
        Chain::does(&account(0), call::append(0, vec![(0, 0)]));
        let owed = Proofs::view(0).unwrap();
        assert_eq!((owed.live.leaves, owed.live.total()), (u32::MAX, 4));
        Chain::refuses(&account(0), call::append(0, vec![(1, 0)]), ProofsError::WrongPosition);
        assert!(matches!(Chain::slot(1, 0), Slot::Assigned { miner: 0, .. }));
    });
}

#[test]
fn a_failed_miner_appends_nothing() {
    Chain::run(|| {
        let (miners, _) = held(400);
        Chain::pass_to(60);
        let (request, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
        Chain::does(&ALICE, call::create_deals(vec![request]));
        // Its own call brings the failure to light, and does nothing else.
        Chain::does(&account(0), call::append(0, vec![(1, 0)]));
        assert!(Proofs::failed_at(0).is_some());
        assert!(matches!(Chain::slot(1, 0), Slot::Assigned { miner: 0, .. }));
        assert!(!Chain::saw(|event| matches!(event, RuntimeEvent::Slots(Event::Appended { .. }))));
        Chain::refuses(&account(0), call::append(0, vec![(1, 0)]), ProofsError::MinerFailed);
        // The slot is open with the rest.
        assert!(pallet_idlewild_test_runtime::Deals::opening(&Chain::deal(1), &Chain::slot(1, 0)).is_some());
    });
}
