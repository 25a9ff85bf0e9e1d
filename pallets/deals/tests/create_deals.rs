//! `create_deals`: what a request must be, and what stands afterwards.

use idlewild_storage_primitives::{deal::Slot, geometry::Geometry};
use pallet_idlewild_deals::{types::Unfilled, DealsOf, Event, Manifests, NextDeal, Salts, ShardRoots};
use pallet_idlewild_test_runtime::{account, call, miner, Chain, Clock, Deals, Miner, RuntimeEvent, Test, ALICE, BOB, COIN};

use crate::{bounty, Error, RATE, SMALL};

#[test]
fn a_deal_stands_in_the_block_that_takes_its_receipts() {
    Chain::run(|| {
        let miners = Miner::register_many(4);
        let (request, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
        let (wealth, supply) = (Chain::wealth(&ALICE), Chain::supply());
        Chain::does(&ALICE, call::create_deals(vec![request.clone()]));
        let held = 4 * 20 * RATE + 2 * bounty();
        assert_eq!(Deals::held_for(&ALICE), held, "pay for the term and a bounty for each parity shard");
        assert_eq!((Chain::wealth(&ALICE), Chain::supply()), (wealth, supply));
        let deal = Chain::deal(0);
        assert_eq!((deal.funds, deal.reserve), (4 * 20 * RATE, 2 * bounty()));
        assert_eq!((deal.created, deal.end), (Clock::now(), Clock::now() + 400));
        for miner in &miners {
            let slot = Chain::slot(0, miner.id as u8);
            assert_eq!(slot, Slot::Assigned { miner: miner.id, since: Clock::now() });
            assert_eq!(Chain::miner(miner.id).used, 4096);
        }
        assert_eq!(ShardRoots::<Test>::get(0), Some(request.roots));
        assert_eq!(Manifests::<Test>::get(0), Some(request.manifest));
        assert!(DealsOf::<Test>::contains_key(&ALICE, 0));
        assert_eq!(Salts::<Test>::get(&ALICE, request.salt), Some(0));
        assert!(Chain::saw(|event| matches!(
            event,
            RuntimeEvent::Deals(Event::Created { deal: 0, owner, filled: 4, slots: 4, held: said, .. })
                if *owner == ALICE && *said == held
        )));
    });
}

#[test]
fn a_call_carries_several_deals() {
    Chain::run(|| {
        let miners = Miner::register_many(4);
        let requests = (1..=8u8).map(|salt| {
            let (mut request, _) = miner::request([salt; 16], SMALL, 1, 64, 40);
            miner::sign(&mut request, &ALICE, &miners);
            request
        });
        Chain::does(&ALICE, call::create_deals(requests.collect()));
        assert_eq!(NextDeal::<Test>::get(), 8);
        assert_eq!(Deals::deals_of(ALICE, None, 100).len(), 8);
    });
}

#[test]
fn a_call_of_no_deals_does_nothing() {
    Chain::run(|| Chain::does(&ALICE, call::create_deals(vec![])));
}

#[test]
fn one_bad_deal_takes_the_whole_call_with_it() {
    Chain::run(|| {
        let miners = Miner::register_many(4);
        let (good, _) = miner::signed_request(&ALICE, &miners, SMALL, 40);
        let mut bad = good.clone();
        bad.salt = [9; 16];
        Chain::refuses(&ALICE, call::create_deals(vec![good.clone(), bad]), Error::BadReceipt);
        Chain::does(&ALICE, call::create_deals(vec![good]));
    });
}

#[test]
fn slots_without_receipts_wait() {
    Chain::run(|| {
        let miners = Miner::register_many(3);
        let (request, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
        Chain::does(&ALICE, call::create_deals(vec![request]));
        assert_eq!(Chain::slot(0, 3), Slot::Empty);
        assert_eq!(Deals::held_for(&ALICE), 4 * 20 * RATE + 2 * bounty(), "empty slots are paid for too");
    });
}

#[test]
fn a_deal_that_too_few_serve_is_skipped_alone() {
    Chain::run(|| {
        let miners = Miner::register_many(4);
        let (mut thin, _) = miner::request([1; 16], SMALL, 1, 4096, 400);
        miner::sign(&mut thin, &ALICE, &miners[..2]);
        let (mut full, _) = miner::request([2; 16], SMALL, 1, 4096, 400);
        miner::sign(&mut full, &ALICE, &miners);
        Chain::does(&ALICE, call::create_deals(vec![thin.clone(), full]));
        assert!(Chain::saw(|event| matches!(
            event,
            RuntimeEvent::Deals(Event::Skipped { salt, .. }) if *salt == [1; 16]
        )));
        assert_eq!(NextDeal::<Test>::get(), 1);
        assert_eq!(Deals::held_for(&ALICE), 4 * 20 * RATE + 2 * bounty());
        // Its salt is free, and so are its miners.
        miner::sign(&mut thin, &ALICE, &miners);
        Chain::does(&ALICE, call::create_deals(vec![thin]));
        assert_eq!(NextDeal::<Test>::get(), 2);
    });
}

#[test]
fn each_copy_must_have_enough() {
    Chain::run(|| {
        let miners = Miner::register_many(8);
        let (mut request, _) = miner::request([1; 16], SMALL, 2, 4096, 400);
        // All of the first copy, two of the second.
        miner::sign(&mut request, &ALICE, &miners[..6]);
        Chain::does(&ALICE, call::create_deals(vec![request.clone()]));
        assert_eq!(NextDeal::<Test>::get(), 0);
        miner::sign(&mut request, &ALICE, &miners[..7]);
        Chain::does(&ALICE, call::create_deals(vec![request]));
        let deal = Chain::deal(0);
        assert_eq!(deal.funds, 8 * 20 * RATE);
        assert_eq!(deal.reserve, 4 * bounty(), "a bounty for each parity shard of each copy");
    });
}

#[test]
fn miners_that_cannot_take_their_slots_leave_them_unfilled() {
    Chain::run(|| {
        let mut miners = Miner::register_many(3);
        miners.push(Miner::register_with(&account(3), 3, 4095, 1_000 * COIN));
        let unfilled = |slot, because| {
            Chain::saw(|event| {
                matches!(
                    event,
                    RuntimeEvent::Deals(Event::SlotUnfilled { slot: of, reason, .. }) if *of == slot && *reason == because
                )
            })
        };
        let (request, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
        Chain::does(&ALICE, call::create_deals(vec![request]));
        assert!(unfilled(3, Unfilled::NoRoom), "it has a byte too little");
        assert_eq!(Chain::slot(0, 3), Slot::Empty);
        assert_eq!(Chain::miner(3).used, 0);

        Chain::next_block();
        let (request, _) = miner::signed_request(&ALICE, &miners, Geometry { data: 1, parity: 3 }, 400);
        Chain::does(&account(2), call::pause(2));
        Chain::does(&ALICE, call::create_deals(vec![request]));
        assert_eq!(NextDeal::<Test>::get(), 1, "one and two halves of three, rounded up, are three");
        Chain::does(&account(2), call::resume(2));
        Chain::does(&account(3), call::set_capacity(3, 4096));
        let (request, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
        Chain::does(&account(2), call::exit(2));
        Chain::does(&ALICE, call::create_deals(vec![request]));
        assert!(unfilled(2, Unfilled::Inactive));
        assert_eq!(Chain::slot(1, 2), Slot::Empty);
    });
}

#[test]
fn a_miner_that_has_been_paused_for_long_leaves_its_slot_unfilled_like_any_other() {
    Chain::run(|| {
        let miners = Miner::register_many(4);
        let (request, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
        Chain::does(&account(3), call::pause(3));
        // Two epochs: its weight is nothing in the current one and in the one before.
        Chain::pass(21);
        Chain::does(&ALICE, call::create_deals(vec![request]));
        assert_eq!(Chain::slot(0, 3), Slot::Empty);
        assert!(Chain::saw(|event| matches!(
            event,
            RuntimeEvent::Deals(Event::SlotUnfilled { slot: 3, reason: Unfilled::Inactive, .. })
        )));
    });
}

#[test]
fn a_bond_that_covers_no_further_slot_leaves_it_unfilled() {
    Chain::run(|| {
        let mut miners = Miner::register_many(3);
        // The least bond covers 24 slots of four chunks.
        miners.push(Miner::register_with(&account(3), 3, 1 << 30, 10 * COIN));
        for _ in 0..24 {
            let (request, _) = miner::signed_request(&ALICE, &miners, SMALL, 40);
            Chain::does(&ALICE, call::create_deals(vec![request]));
        }
        assert_eq!(Chain::miner(3).load.slots, 24);
        let (request, _) = miner::signed_request(&ALICE, &miners, SMALL, 40);
        Chain::does(&ALICE, call::create_deals(vec![request]));
        assert_eq!(Chain::slot(24, 3), Slot::Empty);
        assert_eq!(Chain::miner(3).load.slots, 24);
    });
}

#[test]
fn a_geometry_is_within_bounds() {
    Chain::run(|| {
        let miners = Miner::register_many(4);
        let (good, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
        let bad = [(0, 2, 1), (2, 0, 1), (33, 2, 1), (2, 17, 1), (2, 2, 0), (2, 2, 5), (32, 16, 3), (32, 16, 4), (255, 255, 1)];
        for (data, parity, copies) in bad {
            let mut request = good.clone();
            request.geometry = Geometry { data, parity };
            request.copies = copies;
            Chain::refuses(&ALICE, call::create_deals(vec![request]), Error::BadGeometry);
        }
    });
}

#[test]
fn a_shard_has_a_length_that_a_segment_can_give() {
    Chain::run(|| {
        let miners = Miner::register_many(4);
        let (good, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
        // A whole segment of 64 MiB, with its 1,024 tags and the alignment, is the longest.
        let longest = (64 << 20) + 1024 * 16 + 64;
        for shard_len in [0, 63, 100, longest + 64, u32::MAX] {
            let mut request = good.clone();
            request.shard_len = shard_len;
            Chain::refuses(&ALICE, call::create_deals(vec![request]), Error::BadShardLength);
        }
        let mut request = good;
        request.shard_len = longest;
        request.price *= 256;
        miner::sign(&mut request, &ALICE, &miners);
        Chain::refuses(&ALICE, call::create_deals(vec![request]), Error::NotEnoughCoins);
    });
}

#[test]
fn there_is_one_root_for_each_slot() {
    Chain::run(|| {
        let miners = Miner::register_many(4);
        let (good, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
        let mut fewer = good.clone();
        fewer.roots.pop();
        let mut more = good.clone();
        more.roots.try_push([0; 32]).unwrap();
        let mut none = good;
        none.roots = Default::default();
        for request in [fewer, more, none] {
            Chain::refuses(&ALICE, call::create_deals(vec![request]), Error::BadRoots);
        }
    });
}

#[test]
fn a_term_is_within_bounds() {
    Chain::run(|| {
        let miners = Miner::register_many(4);
        for (term, allowed) in [(39, false), (40, true), (100_000, true), (100_001, false), (u32::MAX, false)] {
            let (mut request, _) = miner::request([term as u8; 16], SMALL, 1, 64, term);
            miner::sign(&mut request, &ALICE, &miners);
            match allowed {
                true => Chain::does(&ALICE, call::create_deals(vec![request])),
                false => Chain::refuses(&ALICE, call::create_deals(vec![request]), Error::BadTerm),
            }
        }
    });
}

#[test]
fn a_salt_is_used_once_by_an_owner() {
    Chain::run(|| {
        let miners = Miner::register_many(4);
        let (request, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
        Chain::refuses(&ALICE, call::create_deals(vec![request.clone(), request.clone()]), Error::SaltUsed);
        Chain::does(&ALICE, call::create_deals(vec![request.clone()]));
        Chain::refuses(&ALICE, call::create_deals(vec![request.clone()]), Error::SaltUsed);
        // Of another owner it is another salt.
        let mut his = request;
        miner::sign(&mut his, &BOB, &miners);
        Chain::does(&BOB, call::create_deals(vec![his]));
    });
}

#[test]
fn an_owner_must_have_the_coins_for_the_whole_term() {
    Chain::run(|| {
        let miners = Miner::register_many(4);
        let (mut request, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
        // 80 slot-periods, so that the coins would do for all but the bounties.
        request.price = Chain::wealth(&ALICE) / 80 * (1 << 10);
        miner::sign(&mut request, &ALICE, &miners);
        Chain::refuses(&ALICE, call::create_deals(vec![request.clone()]), Error::NotEnoughCoins);
        request.price = u128::MAX;
        miner::sign(&mut request, &ALICE, &miners);
        Chain::refuses(&ALICE, call::create_deals(vec![request]), Error::NotEnoughCoins);
    });
}

#[test]
fn numbers_run_out_with_an_error() {
    Chain::run(|| {
        let miners = Miner::register_many(4);
        NextDeal::<Test>::put(u64::MAX - 1);
        let (mut request, _) = miner::request([1; 16], SMALL, 1, 64, 40);
        miner::sign(&mut request, &ALICE, &miners);
        Chain::does(&ALICE, call::create_deals(vec![request.clone()]));
        request.salt = [2; 16];
        miner::sign(&mut request, &ALICE, &miners);
        Chain::refuses(&ALICE, call::create_deals(vec![request]), Error::TooManyDeals);
    });
}

#[test]
fn a_miner_that_comes_back_too_late_for_the_draw_leaves_its_slot_unfilled() {
    Chain::run(|| {
        let miners = Miner::register_many(4);
        Chain::does(&account(3), call::pause(3));
        Chain::pass(21);
        Chain::does(&account(3), call::resume(3));
        let (request, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
        Chain::does(&ALICE, call::create_deals(vec![request]));
        assert_eq!(Chain::slot(0, 3), Slot::Empty);
        assert!(Chain::saw(|event| matches!(
            event,
            RuntimeEvent::Deals(Event::SlotUnfilled { slot: 3, reason: Unfilled::Inactive, .. })
        )));
        // In the next epoch it is drawn like any other.
        Chain::pass(10);
        let (request, _) = miner::signed_request(&ALICE, &miners, SMALL, 400);
        Chain::does(&ALICE, call::create_deals(vec![request]));
        assert_eq!(Chain::slot(1, 3).holder(), Some(3));
    });
}
