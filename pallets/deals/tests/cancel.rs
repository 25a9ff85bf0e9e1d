//! `cancel`: the owner ends a deal early.

use idlewild_storage_primitives::Balance;
use pallet_idlewild_deals::Event;
use pallet_idlewild_test_runtime::{account, call, miner, Chain, Deals, Proofs, RuntimeEvent, ALICE, BOB, PRICE};

use crate::{standing, whole_periods, Error, RATE};

#[test]
fn after_the_shortest_term_the_owner_gets_back_the_rest() {
    Chain::run(|| {
        let (miners, id) = standing(400);
        let owner = Chain::wealth(&ALICE);
        miner::keep_proving(miners.iter(), 60);
        Chain::does(&ALICE, call::cancel(id));
        let paid = miners.iter().map(|miner| whole_periods(miner, 60)).sum::<Balance>() * RATE;
        assert!(paid > 0);
        assert_eq!(owner - Chain::wealth(&ALICE), paid);
        assert_eq!(Deals::held_for(&ALICE), 0);
        assert!(Chain::deal(id).is_closed());
        assert!(Chain::saw(|event| matches!(event, RuntimeEvent::Deals(Event::Cancelled { deal: 0 }))));
        assert!(Chain::saw(|event| matches!(event, RuntimeEvent::Deals(Event::Closed { deal: 0, .. }))));
    });
}

#[test]
fn the_period_that_it_cuts_short_is_not_paid() {
    Chain::run(|| {
        let (miners, id) = standing(400);
        let before = Chain::wealth(&account(0));
        // Miner 0 has proven its periods 1 and 2, and 3 as well, which has not ended.
        miner::keep_proving(miners.iter(), 70);
        assert_eq!(Proofs::ledger(0).proven, 3);
        Chain::does(&ALICE, call::cancel(id));
        assert_eq!(Chain::wealth(&account(0)) - before, 2 * RATE);
    });
}

#[test]
fn an_extension_goes_with_it() {
    Chain::run(|| {
        let (_, id) = standing(60);
        let wealth = Chain::wealth(&ALICE);
        Chain::does(&ALICE, call::extend(id, 1_000, PRICE));
        Chain::pass(50);
        Chain::does(&ALICE, call::cancel(id));
        assert_eq!((Chain::wealth(&ALICE), Deals::held_for(&ALICE)), (wealth, 0));
    });
}

#[test]
fn within_an_extension_that_nobody_began_everybody_is_paid_for_both_terms() {
    Chain::run(|| {
        let (miners, id) = standing(60);
        // Miner 1 asks for twice the price, which all that go along are then paid; miner 2 asks for too much.
        Chain::does(&account(1), call::set_price(1, 2 * PRICE));
        Chain::does(&account(2), call::set_price(2, 3 * PRICE));
        Chain::does(&ALICE, call::extend(id, 1_000, 2 * PRICE));
        let before: Vec<Balance> = miners.iter().map(|miner| Chain::wealth(&miner.operator)).collect();
        let owner = Chain::wealth(&ALICE);
        miner::keep_proving(miners.iter(), 100);
        assert_eq!(Chain::deal(id).end, 60, "nobody settled, so the record still says so");
        Chain::does(&ALICE, call::cancel(id));
        let mut paid = 0;
        for (miner, before) in miners.iter().zip(before) {
            let first = whole_periods(miner, 60);
            let second = if miner.id == 2 { 0 } else { whole_periods(miner, 100) - first };
            let gained = Chain::wealth(&miner.operator) - before;
            assert_eq!(gained, first * RATE + second * 2 * RATE, "miner {}", miner.id);
            paid += gained;
        }
        assert_eq!((owner - Chain::wealth(&ALICE), Deals::held_for(&ALICE)), (paid, 0));
        assert!(Chain::deal(id).is_closed());
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        let (_, id) = standing(100);
        Chain::refuses(&ALICE, call::cancel(id + 1), Error::NoSuchDeal);
        Chain::refuses(&BOB, call::cancel(id), Error::NotOwner);
        Chain::pass(39);
        Chain::refuses(&ALICE, call::cancel(id), Error::TooYoung);
        Chain::next_block();
        Chain::refuses(&BOB, call::cancel(id), Error::NotOwner);
        Chain::pass(60);
        Chain::refuses(&ALICE, call::cancel(id), Error::DealOver);
        Chain::does(&BOB, call::settle(id));
        Chain::refuses(&ALICE, call::cancel(id), Error::DealOver);
    });
}
