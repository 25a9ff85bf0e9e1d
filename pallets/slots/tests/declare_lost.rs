//! `declare_lost`: owning up is cheaper than being caught.

use idlewild_storage_primitives::{
    deal::{Slot, Source},
    sum_range::Node,
};
use pallet_idlewild_slots::Event;
use pallet_idlewild_test_runtime::{account, call, miner, Chain, Clock, Proofs, RuntimeEvent, ALICE, BOB, CAROL, COIN, PRICE};

use crate::{assigned, bounty, held, DealsError, Error, ProofsError, ProvidersError, SMALL};

#[test]
fn it_costs_two_bounties_and_opens_the_slot() {
    Chain::run(|| {
        let (mut miners, _) = held(400);
        let (bond, supply) = (Chain::miner(2).bond, Chain::supply());
        assert_eq!(miners[2].declare_lost(0, 2), Ok(()));
        Chain::assert_sound();
        assert!(Chain::saw(|event| matches!(event, RuntimeEvent::Slots(Event::Lost { miner: 2, deal: 0, slot: 2, index: 0 }))));
        let record = Chain::miner(2);
        assert_eq!((bond - record.bond, record.pot), (2 * bounty(), bounty()));
        assert_eq!((record.load.slots, record.used), (0, 0));
        assert_eq!(supply - Chain::supply(), bounty());
        assert_eq!(Chain::slot(0, 2), Slot::Vacant { since: Clock::now(), source: Source::Pot(2), last: 2 });
        assert_eq!(Proofs::view(2).unwrap().live.total(), 0);
    });
}

#[test]
fn what_was_proven_is_paid_and_the_next_holder_begins_anew() {
    Chain::run(|| {
        let (mut miners, shards) = held(400);
        miner::keep_proving(miners.iter(), 60);
        let wealth = Chain::wealth(&account(0));
        assert_eq!(miners[0].declare_lost(0, 0), Ok(()));
        assert_eq!(Chain::wealth(&account(0)) + bounty(), wealth + 2 * 4 * COIN, "two periods, less what is burned");
        Chain::assert_sound();
        miner::keep_proving(miners.iter(), 76);
        assert_eq!(miners[4].repair(0, 0, &shards[0]), Ok(()));
        let wealth = Chain::wealth(&account(0));
        miner::keep_proving(miners.iter(), 120);
        Chain::does(&BOB, call::settle(0));
        assert_eq!(wealth - Chain::wealth(&account(0)), bounty(), "it earns no more, and its bounty is paid out");
        assert!(matches!(Chain::slot(0, 0), Slot::Held { miner: 4, .. }));
    });
}

#[test]
fn it_is_cheaper_than_being_caught() {
    let caught = Chain::start().execute_with(|| {
        let (miners, _) = held(400);
        let wealth = Chain::wealth(&account(0));
        miner::keep_proving(miners[1..].iter(), 61);
        Chain::does(&CAROL, call::report_missed(0));
        wealth - Chain::wealth(&account(0)) + Chain::miner(0).pot
    });
    let admitted = Chain::start().execute_with(|| {
        let (mut miners, _) = held(400);
        let wealth = Chain::wealth(&account(0));
        assert_eq!(miners[0].declare_lost(0, 0), Ok(()));
        wealth - Chain::wealth(&account(0)) + Chain::miner(0).pot
    });
    assert!(admitted < caught, "{admitted} and {caught}");
}

#[test]
fn only_a_holder_that_appended_declares() {
    Chain::run(|| {
        let (miners, _) = assigned(400);
        Chain::refuses(&account(0), call::declare_lost(0, 0, 0, 0, vec![]), Error::NotHolder);
        let (request, _) = miner::signed_request(&ALICE, &miners[..3], SMALL, 400);
        Chain::does(&ALICE, call::create_deals(vec![request]));
        Chain::refuses(&account(3), call::declare_lost(3, 1, 3, 0, vec![]), Error::NotHolder);
    });
    Chain::run(|| {
        let (mut miners, _) = held(400);
        Chain::refuses(&account(1), call::declare_lost(1, 0, 0, 0, vec![]), Error::NotHolder);
        let call = miners[0].lost_call(0, 0);
        assert_eq!(miners[0].declare_lost(0, 0), Ok(()));
        Chain::refuses(&account(0), call, Error::NotHolder);
    });
}

#[test]
fn the_leaf_is_where_it_is_said_to_be() {
    Chain::run(|| {
        let (mut miners, _) = held(400);
        miner::deal(&BOB, &mut miners, SMALL, 400);
        let path = miners[0].path(2, 0);
        let lost = |index, path: Vec<Node>| call::declare_lost(0, 0, 0, index, path);
        Chain::refuses(&account(0), lost(1, path.clone()), ProofsError::WrongPosition);
        Chain::refuses(&account(0), lost(2, path.clone()), ProofsError::WrongPosition);
        Chain::refuses(&account(0), lost(u32::MAX, path.clone()), ProofsError::WrongPosition);
        Chain::refuses(&account(0), lost(0, vec![]), ProofsError::WrongPosition);
        Chain::refuses(&account(0), lost(0, [path.clone(), path.clone()].concat()), ProofsError::WrongPosition);
        let mut other = path.clone();
        other[0].sum -= 1;
        Chain::refuses(&account(0), lost(0, other), ProofsError::WrongPosition);
        Chain::does(&account(0), lost(0, path));
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        let (miners, _) = held(60);
        let call = miners[0].lost_call(0, 0);
        Chain::refuses(&BOB, call.clone(), ProvidersError::NotOperator);
        Chain::refuses(&BOB, call::declare_lost(9, 0, 0, 0, vec![]), ProvidersError::NoSuchMiner);
        Chain::refuses(&account(0), call::declare_lost(0, 1, 0, 0, vec![]), DealsError::NoSuchDeal);
        Chain::refuses(&account(0), call::declare_lost(0, 0, 4, 0, vec![]), DealsError::NoSuchSlot);
        miner::keep_proving(miners[..1].iter(), 60);
        Chain::refuses(&account(0), call.clone(), DealsError::DealOver);
        // Miner 1 has failed, which its own call brings to light.
        let his = miners[1].lost_call(0, 1);
        Chain::does(&account(1), his.clone());
        assert!(Proofs::failed_at(1).is_some());
        Chain::refuses(&account(1), his, ProofsError::MinerFailed);
    });
}

#[test]
fn the_period_in_which_a_slot_is_given_up_is_not_paid() {
    Chain::run(|| {
        let (mut miners, _) = held(400);
        // The next holder's first period could begin before this one ends.
        miner::keep_proving(miners.iter(), 59);
        assert_eq!(Proofs::ledger(0).proven, 2);
        let wealth = Chain::wealth(&account(0));
        assert_eq!(miners[0].declare_lost(0, 0), Ok(()));
        assert_eq!(Chain::wealth(&account(0)) + bounty(), wealth + 4 * COIN);
        Chain::assert_sound();
    });
}

#[test]
fn in_an_extension_that_is_due_it_is_paid_for_both_terms() {
    Chain::run(|| {
        let (mut miners, _) = held(60);
        Chain::does(&ALICE, call::extend(0, 200, PRICE));
        miner::keep_proving(miners.iter(), 100);
        assert_eq!(Chain::deal(0).end, 60, "nobody settled");
        let wealth = Chain::wealth(&account(0));
        assert_eq!(miners[0].declare_lost(0, 0), Ok(()));
        Chain::assert_sound();
        assert_eq!(Chain::deal(0).end, 260);
        assert_eq!(Chain::wealth(&account(0)) + bounty(), wealth + 4 * 4 * COIN, "four periods, less what is burned");
    });
}

#[test]
fn what_it_may_take_to_begin_an_extension_is_refunded_where_it_did_not() {
    Chain::run(|| {
        use frame_support::dispatch::GetDispatchInfo;
        let (miners, _) = held(400);
        let call = miners[0].lost_call(0, 0);
        let charged = call.get_dispatch_info().call_weight;
        let used = Chain::call_with_info(&account(0), call).unwrap().actual_weight.unwrap();
        assert!(used.all_lt(charged));
    });
}
