//! `transfer`: a deal with its coins changes hands.

use frame_support::BoundedVec;
use pallet_idlewild_deals::{DealsOf, Event, Manifests, Salts};
use pallet_idlewild_test_runtime::{call, miner, AccountId, Chain, Deals, RuntimeEvent, Test, ALICE, BOB, CAROL, COIN, PRICE};

use crate::{standing, whole_periods, Error, RATE};

#[test]
fn coins_and_manifest_go_to_the_new_owner_who_pays_from_then_on() {
    Chain::run(|| {
        let (miners, id) = standing(100);
        let (hers, his, held) = (Chain::wealth(&ALICE), Chain::wealth(&BOB), Deals::held_for(&ALICE));
        Chain::does(&ALICE, call::transfer(id, &BOB, b"wrapped for him"));
        assert_eq!((Deals::held_for(&ALICE), Deals::held_for(&BOB)), (0, held));
        assert_eq!(Chain::wealth(&ALICE), hers - held);
        assert!(!DealsOf::<Test>::contains_key(&ALICE, id) && DealsOf::<Test>::contains_key(&BOB, id));
        assert_eq!(Manifests::<Test>::get(id), Some(BoundedVec::truncate_from(b"wrapped for him".to_vec())));
        let deal = Chain::deal(id);
        assert_eq!((deal.owner.clone(), deal.creator.clone()), (BOB, Some(ALICE)));
        assert_eq!(Salts::<Test>::get(&ALICE, deal.salt), Some(id), "the salt is spent for who signed with it");
        assert!(Chain::saw(|event| matches!(
            event,
            RuntimeEvent::Deals(Event::Transferred { deal: 0, from, to }) if *from == ALICE && *to == BOB
        )));
        miner::keep_proving(miners.iter(), 100);
        Chain::does(&CAROL, call::settle(id));
        let paid = miners.iter().map(|miner| whole_periods(miner, 100)).sum::<u128>() * RATE;
        assert_eq!(Chain::wealth(&BOB), his + held - paid);
        assert_eq!(Chain::wealth(&ALICE), hers - held);
    });
}

#[test]
fn the_former_owner_has_no_say_any_more() {
    Chain::run(|| {
        let (_, id) = standing(100);
        Chain::does(&ALICE, call::transfer(id, &BOB, b""));
        Chain::pass(40);
        let calls = [call::cancel(id), call::top_up(id, 1), call::extend(id, 40, PRICE), call::transfer(id, &ALICE, b"")];
        for call in calls {
            Chain::refuses(&ALICE, call, Error::NotOwner);
        }
        Chain::does(&BOB, call::extend(id, 40, PRICE));
        Chain::does(&BOB, call::transfer(id, &CAROL, b""));
        assert_eq!(Chain::deal(id).creator, Some(ALICE), "receipts name the first owner, however many follow");
        Chain::does(&CAROL, call::cancel(id));
        for who in [ALICE, BOB, CAROL] {
            assert_eq!(Deals::held_for(&who), 0);
        }
    });
}

#[test]
fn a_salt_stays_spent_for_its_creator_and_free_for_the_new_owner() {
    Chain::run(|| {
        let miners = pallet_idlewild_test_runtime::Miner::register_many(4);
        let (request, _) = miner::signed_request(&ALICE, &miners, crate::SMALL, 40);
        Chain::does(&ALICE, call::create_deals(vec![request.clone()]));
        Chain::does(&ALICE, call::transfer(0, &BOB, b""));
        Chain::refuses(&ALICE, call::create_deals(vec![request.clone()]), Error::SaltUsed);
        let mut his = request.clone();
        miner::sign(&mut his, &BOB, &miners);
        Chain::does(&BOB, call::create_deals(vec![his]));
        Chain::pass(45);
        Chain::does(&CAROL, call::settle_all(vec![0, 1]));
        Chain::refuses(&ALICE, call::create_deals(vec![request]), Error::SaltUsed);
        Chain::pass(300);
        Chain::does(&CAROL, call::settle_all(vec![0, 1]));
        assert_eq!(Salts::<Test>::iter().count(), 0);
    });
}

#[test]
fn an_account_that_does_not_exist_gets_nothing() {
    Chain::run(|| {
        let (_, id) = standing(100);
        let nobody = AccountId::new([250; 32]);
        Chain::refuses(&ALICE, call::transfer(id, &nobody, b""), Error::NoSuchAccount);
        // With coins of its own it may own a deal.
        let open = pallet_balances::Call::transfer_allow_death { dest: nobody.clone(), value: COIN };
        assert_eq!(Chain::call(&CAROL, open.into()), Ok(()));
        Chain::does(&ALICE, call::transfer(id, &nobody, b""));
        assert_eq!(Chain::deal(id).owner, nobody);
    });
}

#[test]
fn to_oneself_only_the_manifest_changes() {
    Chain::run(|| {
        let (_, id) = standing(100);
        let held = Deals::held_for(&ALICE);
        Chain::does(&ALICE, call::transfer(id, &ALICE, b"new words"));
        assert_eq!(Deals::held_for(&ALICE), held);
        assert_eq!(Deals::deals_of(ALICE, None, 10).len(), 1);
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        let (_, id) = standing(40);
        Chain::refuses(&ALICE, call::transfer(id + 1, &BOB, b""), Error::NoSuchDeal);
        Chain::refuses(&BOB, call::transfer(id, &BOB, b""), Error::NotOwner);
        Chain::pass(40);
        Chain::refuses(&ALICE, call::transfer(id, &BOB, b""), Error::DealOver);
    });
}
