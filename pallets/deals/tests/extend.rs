//! `extend`: who goes along, at what price, and what becomes of the slots of the others.

use idlewild_storage_primitives::{
    deal::{Slot, Source},
    Balance,
};
use pallet_idlewild_deals::Event;
use pallet_idlewild_test_runtime::{account, call, miner, Chain, Clock, Deals, RuntimeEvent, Test, ALICE, BOB, PRICE};

use crate::{bounty, fail, proven, standing, standing_with_shards, whole_periods, Error, RATE};

#[test]
fn holders_that_accept_go_on_and_are_paid() {
    Chain::run(|| {
        let (miners, id) = standing(60);
        let held = Deals::held_for(&ALICE);
        Chain::does(&ALICE, call::extend(id, 90, PRICE));
        assert_eq!(Deals::held_for(&ALICE), held + 4 * 5 * RATE, "a period that spans the old end is the fifth");
        assert!(Chain::saw(|event| matches!(
            event,
            RuntimeEvent::Deals(Event::Extended { deal: 0, end: 150, price: PRICE, accepted: 4, .. })
        )));
        let owner = Chain::wealth(&ALICE);
        miner::keep_proving(miners.iter(), 60);
        Chain::does(&BOB, call::settle(id));
        let deal = Chain::deal(id);
        // Some are in a period that spans the old end, and have proven it already.
        let spanning: Balance = miners.iter().map(|miner| proven(miner) - whole_periods(miner, 60)).sum();
        assert_eq!((deal.end, deal.extension, deal.funds), (150, None, (4 * 5 - spanning) * RATE));
        assert_eq!(Deals::held_for(&ALICE), deal.funds + 2 * bounty(), "what was not earned so far came back");
        miner::keep_proving(miners.iter(), 150);
        Chain::does(&BOB, call::settle(id));
        assert!(Chain::deal(id).is_closed());
        let paid = owner - Chain::wealth(&ALICE);
        // Every whole period before the end, the one that spans the old end included.
        assert_eq!(paid, miners.iter().map(|miner| whole_periods(miner, 150)).sum::<Balance>() * RATE);
    });
}

#[test]
fn all_are_paid_the_highest_price_accepted() {
    Chain::run(|| {
        let (miners, id) = standing(60);
        Chain::does(&account(1), call::set_price(1, 2 * PRICE));
        Chain::does(&account(2), call::set_price(2, 3 * PRICE));
        Chain::does(&ALICE, call::extend(id, 40, 2 * PRICE));
        let extension = Chain::deal(id).extension.unwrap();
        assert_eq!((extension.price, extension.accepted), (2 * PRICE, 0b1011));
        assert_eq!(extension.funds, 4 * 2 * 2 * RATE);
        // A price posted later changes nothing.
        Chain::does(&account(0), call::set_price(0, 9 * PRICE));
        miner::keep_proving(miners.iter(), 60);
        Chain::does(&BOB, call::settle(id));
        let before = Chain::wealth(&account(0));
        miner::keep_proving(miners.iter(), 100);
        Chain::does(&BOB, call::settle(id));
        assert_eq!(Chain::wealth(&account(0)) - before, 2 * 2 * RATE);
    });
}

#[test]
fn the_slot_of_who_does_not_accept_is_open_from_the_old_end_on() {
    Chain::run(|| {
        let (mut miners, id, shards) = standing_with_shards(5, 60);
        Chain::does(&account(1), call::set_price(1, PRICE + 1));
        Chain::does(&ALICE, call::extend(id, 200, PRICE));
        miner::keep_proving(miners.iter(), 50);
        // Until then it is held, and its holder answers for it.
        assert!(matches!(Chain::slot(id, 1), Slot::Held { miner: 1, .. }));
        assert!(Chain::call(&account(4), call::claim_repair(4, id, 1)).is_err());
        assert!(miners[1].clear(&[(id, 1)]).is_err());
        miner::keep_proving(miners.iter(), 65);
        let before = Chain::wealth(&account(1));
        Chain::does(&BOB, call::settle(id));
        assert_eq!(Chain::slot(id, 1), Slot::Vacant { since: 60, source: Source::Reserve, last: 1 });
        assert!(Chain::wealth(&account(1)) > before, "what it proved until the old end is paid");
        // It lets go of it, keeps its bond, and earns no more.
        let (bond, wealth) = (Chain::miner(1).bond, Chain::wealth(&account(1)));
        assert_eq!(miners[1].clear(&[(id, 1)]), Ok(()));
        assert_eq!((Chain::miner(1).bond, Chain::miner(1).load.slots), (bond, 0));
        Chain::assert_sound();
        // Somebody else takes it, for a bounty out of the reserve.
        miner::keep_proving(miners.iter(), 76);
        assert_eq!(miners[4].repair(id, 1, &shards[1]), Ok(()));
        assert_eq!(Chain::deal(id).reserve, bounty());
        Chain::assert_sound();
        miner::keep_proving(miners.iter(), 130);
        Chain::does(&BOB, call::settle(id));
        assert!(matches!(Chain::slot(id, 1), Slot::Held { miner: 4, .. }));
        assert_eq!(Chain::wealth(&account(1)), wealth);
    });
}

#[test]
fn a_slot_repaired_before_the_old_end_goes_along() {
    Chain::run(|| {
        let (mut miners, id, shards) = standing_with_shards(5, 200);
        Chain::does(&account(3), call::set_price(3, PRICE + 1));
        Chain::does(&ALICE, call::extend(id, 200, PRICE));
        assert_eq!(Chain::deal(id).extension.unwrap().accepted, 0b0111);
        fail(&miners, 3);
        assert_eq!(miners[4].repair(id, 3, &shards[3]), Ok(()));
        assert_eq!(Chain::deal(id).extension.unwrap().accepted, 0b1111);
        let live = [0usize, 1, 2, 4];
        miner::keep_proving(live.iter().map(|index| &miners[*index]), 210);
        Chain::does(&BOB, call::settle(id));
        assert!(matches!(Chain::slot(id, 3), Slot::Held { miner: 4, .. }));
        assert_eq!(Chain::deal(id).end, 400);
    });
}

#[test]
fn who_leaves_or_failed_does_not_accept_and_who_pauses_does() {
    Chain::run(|| {
        let (miners, id) = standing(200);
        fail(&miners, 3);
        Chain::does(&account(0), call::pause(0));
        Chain::does(&account(1), call::exit(1));
        Chain::does(&ALICE, call::extend(id, 40, PRICE));
        assert_eq!(Chain::deal(id).extension.unwrap().accepted, 0b0101);
        miner::keep_proving(miners[..3].iter(), 200);
        Chain::does(&BOB, call::settle(id));
        assert_eq!(Chain::slot(id, 1), Slot::Vacant { since: 200, source: Source::Reserve, last: 1 });
        // The failed miner's slot was open before, for the bounty that it left behind.
        let opening = Deals::opening(&Chain::deal(id), &Chain::slot(id, 3)).unwrap();
        assert_eq!(opening.source, Source::Pot(3));
        assert_eq!(Chain::miner(3).pot, bounty());
    });
}

#[test]
fn a_slot_not_yet_appended_by_who_does_not_accept_frees_its_miner() {
    Chain::run(|| {
        let miners = pallet_idlewild_test_runtime::Miner::register_many(4);
        let (request, _) = miner::signed_request(&ALICE, &miners, crate::SMALL, 40);
        Chain::does(&ALICE, call::create_deals(vec![request]));
        Chain::does(&account(2), call::set_price(2, PRICE + 1));
        Chain::does(&ALICE, call::extend(0, 40, PRICE));
        Chain::pass(40);
        Chain::does(&BOB, call::settle(0));
        assert_eq!(Chain::slot(0, 2), Slot::Vacant { since: 40, source: Source::Reserve, last: 2 });
        assert_eq!(Chain::miner(2).load.slots, 0);
        assert_eq!(Chain::slot(0, 1), Slot::Assigned { miner: 1, since: 0 });
    });
}

#[test]
fn settled_only_after_both_ends_it_pays_each_at_its_price() {
    Chain::run(|| {
        let (miners, id) = standing(60);
        Chain::does(&account(0), call::set_price(0, 2 * PRICE));
        Chain::does(&ALICE, call::extend(id, 40, 2 * PRICE));
        let before = Chain::wealth(&account(0));
        miner::keep_proving(miners.iter(), 145);
        assert_eq!(proven(&miners[0]), 6);
        Chain::does(&BOB, call::settle(id));
        assert!(Chain::deal(id).is_closed());
        assert_eq!(Chain::wealth(&account(0)) - before, 2 * RATE + 2 * 2 * RATE);
        assert_eq!(Deals::held_for(&ALICE), 0);
    });
}

#[test]
fn an_extension_can_follow_another_once_that_has_begun() {
    Chain::run(|| {
        let (miners, id) = standing(60);
        Chain::does(&ALICE, call::extend(id, 40, PRICE));
        Chain::refuses(&ALICE, call::extend(id, 40, PRICE), Error::ExtensionPending);
        miner::keep_proving(miners.iter(), 60);
        // Past the old end, it has not begun until it is settled.
        Chain::refuses(&ALICE, call::extend(id, 40, PRICE), Error::ExtensionPending);
        Chain::does(&BOB, call::settle(id));
        Chain::does(&ALICE, call::extend(id, 40, PRICE));
        miner::keep_proving(miners.iter(), 140);
        Chain::does(&BOB, call::settle(id));
        assert_eq!(Chain::deal(id).end, 140);
        Chain::does(&BOB, call::settle(id));
        assert!(Chain::deal(id).is_closed());
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        let (_, id) = standing(60);
        let most = Chain::timing().max_term;
        Chain::refuses(&ALICE, call::extend(id + 1, 40, PRICE), Error::NoSuchDeal);
        Chain::refuses(&BOB, call::extend(id, 40, PRICE), Error::NotOwner);
        Chain::refuses(&ALICE, call::extend(id, 19, PRICE), Error::BadTerm);
        Chain::refuses(&ALICE, call::extend(id, 0, PRICE), Error::BadTerm);
        Chain::refuses(&ALICE, call::extend(id, most - 59, PRICE), Error::BadTerm);
        Chain::refuses(&ALICE, call::extend(id, u32::MAX, PRICE), Error::BadTerm);
        Chain::refuses(&ALICE, call::extend(id, 40, PRICE - 1), Error::NobodyAccepts);
        Chain::does(&account(0), call::set_price(0, 1_000_000 * PRICE));
        Chain::refuses(&ALICE, call::extend(id, 40, 1_000_000 * PRICE), Error::NotEnoughCoins);
        Chain::refuses(&ALICE, call::extend(id, most - 60, 1_000_000 * PRICE), Error::NotEnoughCoins);
        Chain::pass(60);
        Chain::refuses(&ALICE, call::extend(id, 40, PRICE), Error::DealOver);
        assert_eq!(Clock::now(), 60);
        assert!(pallet_idlewild_deals::Deals::<Test>::contains_key(id));
    });
}

#[test]
fn who_lets_a_slot_go_takes_it_back_without_a_bounty() {
    Chain::run(|| {
        let (mut miners, id, shards) = standing_with_shards(4, 60);
        // The operator's other miner, which need not fetch anything either.
        miners.push(pallet_idlewild_test_runtime::Miner::register_for(&account(1), 9));
        Chain::does(&account(1), call::set_price(1, PRICE + 1));
        Chain::does(&ALICE, call::extend(id, 200, PRICE));
        miner::keep_proving(miners.iter(), 60);
        Chain::does(&BOB, call::settle(id));
        let reserve = Chain::deal(id).reserve;
        assert!(reserve >= bounty());
        miner::keep_proving(miners.iter(), 76);
        assert_eq!(miners[4].repair(id, 1, &shards[1]), Ok(()));
        Chain::assert_sound();
        assert!(matches!(Chain::slot(id, 1), Slot::Probation { miner: 4, source: Source::Reserve, bounty: 0, .. }));
        miner::keep_proving(miners.iter(), 130);
        Chain::does(&BOB, call::settle(id));
        assert!(matches!(Chain::slot(id, 1), Slot::Held { miner: 4, .. }));
        assert_eq!(Chain::deal(id).reserve, reserve);
    });
}
