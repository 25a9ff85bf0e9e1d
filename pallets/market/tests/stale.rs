//! Orders that no longer stand, in the way of others.

use super::*;
use pallet_idlewild_market::types::MAX_DROPPED;
use pallet_idlewild_market::WeightInfo;
use pallet_idlewild_test_runtime::compute::market::Broke;

/// The orders that a call took out.
fn taken_out(events: &[Event]) -> Vec<OrderId> {
    let of = |event: &Event| match event {
        Event::TakenOut { order, .. } => Some(*order),
        _ => None,
    };
    events.iter().filter_map(of).collect()
}

#[test]
fn an_ask_of_one_who_paused_is_dropped_and_the_next_is_matched() {
    Chain::run(|| {
        let (paused, active) = (any_provider(0), any_provider(1));
        let stale = placed(&account(0), ask(paused, 600));
        let good = placed(&account(1), ask(active, 610));
        set_standing(paused, true);
        let wanting = service(&ALICE, 1);
        let events = told(&ALICE, bid(wanting, 700));
        assert_eq!(taken_out(&events), [stale]);
        assert!(matches!(events.last(), Some(Event::Matched { order, .. }) if *order == good));
        assert_eq!(in_use(paused), Resources::default(), "what is dropped is given back");
        assert_eq!(last_match().1, active);
    });
}

#[test]
fn one_who_works_for_others_now_or_lost_its_bond_is_passed_over() {
    Chain::run(|| {
        let (closed, poor) = (any_provider(0), any_provider(1));
        placed(&account(0), ask(closed, 600));
        placed(&account(1), ask(poor, 601));
        let own = record(closed);
        let attributes = idlewild_compute_primitives::resources::Attributes { only_for: Some(1), ..own.attributes };
        let call =
            pallet_idlewild_offers::Call::set_offer { provider: closed, offered: own.offered, attributes, prices: own.prices };
        Chain::does(&account(0), call.into());
        drop(pallet_idlewild_offers::Pallet::<Test>::slash(poor, record(poor).bond));
        let wanting = service(&ALICE, 1);
        let events = told(&ALICE, bid(wanting, 700));
        assert_eq!(taken_out(&events).len(), 2);
        assert!(matches!(events.last(), Some(Event::Placed { .. })));
        assert_eq!(levels(), (vec![], vec![(700, 1)]));
        assert_eq!((in_use(closed), in_use(poor)), Default::default());
    });
}

#[test]
fn bids_that_no_longer_stand_are_dropped() {
    Chain::run(|| {
        let provider = any_provider(0);
        let (stopped, full, broke, good) = (service(&ALICE, 1), service(&ALICE, 1), service(&ALICE, 1), service(&BOB, 1));
        let stale: Vec<OrderId> = [stopped, full, broke].into_iter().map(|id| placed(&ALICE, bid(id, 900))).collect();
        placed(&BOB, bid(good, 900));
        Needs::remove(stopped);
        change(full, |need| need.instances = 0);
        Broke::insert(broke, ());
        let events = told(&account(0), ask(provider, 800));
        assert_eq!(taken_out(&events), stale);
        assert_eq!(last_match().0, good);
        assert_eq!(matches(), 1, "nothing is kept of a match that was refused");
        assert_eq!(Needs::get(broke).unwrap().instances, 1);
        assert_eq!(in_use(provider).cpu_milli, one_lot().cpu_milli);
    });
}

#[test]
fn one_call_clears_only_so_many_and_its_order_is_not_placed() {
    Chain::run(|| {
        let provider = any_provider(0);
        let services: Vec<ServiceId> = (0..=MAX_DROPPED).map(|_| service(&ALICE, 1)).collect();
        let bids: Vec<OrderId> = services.iter().map(|id| placed(&ALICE, bid(*id, 900))).collect();
        services.iter().for_each(Needs::remove);
        let events = told(&account(0), ask(provider, 800));
        assert_eq!(taken_out(&events), bids[..MAX_DROPPED as usize]);
        let last = Event::NotPlaced { of: OrderOf::Ask(provider), lot: LOT, tick: 800 };
        assert_eq!(events.last(), Some(&last));
        assert_eq!(in_use(provider), Resources::default());
        assert_eq!(levels(), (vec![], vec![(900, 1)]));
        // The next call finds the way clear.
        let events = told(&account(0), ask(provider, 800));
        assert_eq!(taken_out(&events), bids[MAX_DROPPED as usize..]);
        assert_eq!(levels(), (vec![(800, 1)], vec![]));
    });
}

#[test]
fn the_same_for_bids() {
    Chain::run(|| {
        let provider = any_provider(0);
        for _ in 0..=MAX_DROPPED {
            placed(&account(0), ask(provider, 600));
        }
        set_standing(provider, true);
        let wanting = service(&ALICE, 1);
        let events = told(&ALICE, bid(wanting, 700));
        assert_eq!(taken_out(&events).len(), MAX_DROPPED as usize);
        assert_eq!(events.last(), Some(&Event::NotPlaced { of: OrderOf::Bid(wanting), lot: LOT, tick: 700 }));
        assert_eq!(levels(), (vec![(600, 1)], vec![]));
        // As many as may be dropped, and one that stands behind them: it is reached.
        set_standing(provider, false);
        told(&ALICE, bid(wanting, 700));
        assert_eq!(matches(), 1);
    });
}

#[test]
fn what_was_dropped_is_paid_for_and_no_more() {
    Chain::run(|| {
        let provider = any_provider(0);
        let free = service(&ALICE, 2);
        let stale = service(&BOB, 1);
        placed(&BOB, bid(stale, 900));
        placed(&ALICE, bid(free, 899));
        placed(&ALICE, bid(free, 898));
        Needs::remove(stale);
        let weight = |dropped| <() as WeightInfo>::ask_matched(dropped).max(<() as WeightInfo>::ask_placed(dropped));
        let tried = <() as WeightInfo>::ask_matched(0);
        for expected in [weight(1).saturating_add(tried), weight(0)] {
            let info = Chain::call_with_info(&account(0), ask(provider, 800)).unwrap();
            assert_eq!(info.actual_weight, Some(expected));
        }
        assert_eq!(matches(), 2);
    });
}
