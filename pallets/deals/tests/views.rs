//! What clients are told of deals and slots, and how much is looked at for one answer.

use idlewild_storage_primitives::{
    view::{EarningView, ExtensionView},
    DealId, SlotIndex,
};
use pallet_idlewild_deals::NextDeal;
use pallet_idlewild_test_runtime::{account, call, miner, Chain, Clock, Deals, Miner, Test, ALICE, BOB, PRICE};

use crate::{fail, standing, standing_with_shards, RATE, SMALL};

/// Deals that are looked at for one page.
const SCAN: DealId = 1_000;

/// Gives a deal another number, as if so many others had come and gone before it.
fn renumber(from: DealId, to: DealId) {
    let deal = pallet_idlewild_deals::Deals::<Test>::take(from).unwrap();
    pallet_idlewild_deals::Deals::<Test>::insert(to, deal);
    NextDeal::<Test>::put(to + 1);
}

fn open(after: Option<DealId>, limit: u32) -> (Vec<(DealId, SlotIndex)>, Option<DealId>) {
    let page = Deals::repairable(after, limit);
    (page.slots.iter().map(|view| (view.deal, view.slot)).collect(), page.next)
}

fn slots(miner: u32, after: Option<DealId>, limit: u32) -> (Vec<(DealId, SlotIndex)>, Option<DealId>) {
    let page = Deals::slots_of(miner, after, limit);
    (page.slots.iter().map(|(deal, slot, _)| (*deal, *slot)).collect(), page.next)
}

#[test]
fn pages_have_whole_deals_and_say_where_to_go_on() {
    Chain::run(|| {
        let mut miners = Miner::register_many(4);
        for _ in 0..3 {
            miner::deal(&ALICE, &mut miners, SMALL, 400);
        }
        assert_eq!(slots(1, None, 100), (vec![(0, 1), (1, 1), (2, 1)], None));
        assert_eq!(slots(1, None, 2), (vec![(0, 1), (1, 1)], Some(1)));
        assert_eq!(slots(1, Some(1), 2), (vec![(2, 1)], None));
        assert_eq!(slots(1, None, 3), (vec![(0, 1), (1, 1), (2, 1)], None), "the last deal is looked at: there is no more");
        assert_eq!(slots(1, Some(2), 2), (vec![], None));
        assert_eq!(slots(1, Some(DealId::MAX), 2), (vec![], None));
        assert_eq!(slots(9, None, 2), (vec![], None), "this one has none");
        fail(&miners, 3);
        assert_eq!(open(None, 100), (vec![(0, 3), (1, 3), (2, 3)], None));
        assert_eq!(open(None, 0), (vec![(0, 3)], Some(0)), "a page has a deal at least, or nobody would get on");
        assert_eq!(open(Some(0), 1), (vec![(1, 3)], Some(1)));
    });
}

#[test]
fn what_settling_would_pay_is_what_it_pays() {
    Chain::run(|| {
        let mut miners = Miner::register_many(5);
        let (short, _) = miner::deal(&ALICE, &mut miners[..4], SMALL, 60);
        let (long, _) = miner::deal(&ALICE, &mut miners[..4], SMALL, 400);
        let earnings = |miner| Deals::earnings(miner, None, 100).deals;
        assert_eq!(earnings(0), vec![], "nothing is proven yet");
        miner::keep_proving(miners[..4].iter(), 65);
        let [of_short, of_long] = <[EarningView; 2]>::try_from(earnings(0)).unwrap();
        assert_eq!((of_short.deal, of_short.slots, of_short.over), (short, 4, true));
        assert_eq!((of_long.deal, of_long.slots, of_long.over), (long, 4, false));
        assert!(of_short.due > 0 && of_long.due > 0);
        for view in [of_short, of_long] {
            let before = Chain::wealth(&account(0));
            Chain::does(&BOB, call::settle(view.deal));
            assert_eq!(Chain::wealth(&account(0)) - before, view.due);
        }
        assert_eq!(earnings(0), vec![], "paid and closed, and paid");
        assert_eq!(earnings(4), vec![], "this one has no slot");
    });
}

#[test]
fn a_bounty_that_was_earned_is_due() {
    Chain::run(|| {
        let mut miners = Miner::register_many(5);
        let (id, shards) = miner::deal(&ALICE, &mut miners[..4], SMALL, 400);
        miner::keep_proving(miners[..3].iter(), 61);
        Chain::does(&BOB, call::report_missed(3));
        miner::keep_proving(miners[..3].iter(), Clock::now() + 16);
        assert_eq!(miners[4].repair(id, 3, &shards[3]), Ok(()));
        assert_eq!(Deals::earnings(4, None, 100).deals, vec![]);
        let live = [0usize, 1, 2, 4];
        miner::keep_proving(live.iter().map(|index| &miners[*index]), Clock::now() + 45);
        let due = Deals::earnings(4, None, 100).deals[0].due;
        assert!(due > crate::bounty());
        let before = Chain::wealth(&account(4));
        Chain::does(&BOB, call::settle(id));
        assert_eq!(Chain::wealth(&account(4)) - before, due);
    });
}

#[test]
fn one_answer_looks_at_a_bounded_number_of_deals() {
    Chain::start().execute_with(|| {
        let (miners, id) = standing(2_000);
        fail(&miners, 3);
        assert_eq!(open(None, 100), (vec![(id, 3)], None));
        renumber(id, SCAN - 1);
        assert_eq!(open(None, 100), (vec![(SCAN - 1, 3)], None), "the last that is looked at");
        renumber(SCAN - 1, SCAN);
        assert_eq!(open(None, 100), (vec![], Some(SCAN - 1)), "nothing yet, and it says where to go on");
        assert_eq!(open(Some(SCAN - 1), 100), (vec![(SCAN, 3)], None));
        assert_eq!(slots(0, None, 100), (vec![], Some(SCAN - 1)));
        assert_eq!(slots(0, Some(SCAN - 1), 100), (vec![(SCAN, 0)], None));
        NextDeal::<Test>::put(5 * SCAN);
        let mut next = None;
        let mut pages = 0;
        loop {
            next = open(next, 100).1;
            pages += 1;
            if next.is_none() {
                break;
            }
        }
        assert_eq!(pages, 5);
    });
}

#[test]
fn slots_are_repairable_until_the_extension_ends() {
    Chain::run(|| {
        let (miners, id, _) = standing_with_shards(5, 100);
        Chain::does(&ALICE, call::extend(id, 200, PRICE));
        fail(&miners, 2);
        miner::keep_proving(miners.iter().filter(|miner| miner.id != 2), 110);
        assert!(Clock::now() > Chain::deal(id).end, "the extension is due, and nobody has settled");
        assert_eq!(open(None, 100).0, [(id, 2)]);
        Chain::does(&BOB, call::settle(id));
        assert_eq!(open(None, 100).0, [(id, 2)]);
        miner::keep_proving(miners.iter().filter(|miner| miner.id != 2), 301);
        assert_eq!(open(None, 100).0, [], "it is over");
    });
}

#[test]
fn an_extension_is_told_with_who_goes_along() {
    Chain::run(|| {
        let (_, id) = standing(60);
        assert_eq!(Deals::deal(id).unwrap().extension, None);
        assert_eq!(Deals::deal(id).unwrap().ends(), 60);
        Chain::does(&account(1), call::set_price(1, PRICE + 1));
        Chain::does(&ALICE, call::extend(id, 90, PRICE));
        let view = Deals::deal(id).unwrap();
        assert_eq!((view.end, view.ends()), (60, 150));
        let funds = 4 * 5 * RATE;
        assert_eq!(view.extension, Some(ExtensionView { end: 150, price: PRICE, funds, accepted: vec![0, 2, 3] }));
    });
}

#[test]
fn terms_tell_what_weights_are_measured_against() {
    Chain::run(|| {
        Miner::register_many(3);
        Chain::pass(Chain::timing().epoch);
        let terms = Deals::terms();
        assert_eq!(terms.total_weight, pallet_idlewild_test_runtime::Proofs::candidates(1024, None, 10).total_weight);
        assert!(terms.total_weight.current > 0);
        assert_eq!(terms.clock, Clock::now());
    });
}
