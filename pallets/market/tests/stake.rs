//! What stands of a provider's bond for what it asks.

use super::*;
use pallet_idlewild_market::types::MAX_DROPPED;
use pallet_idlewild_offers::Error as OffersError;
use pallet_idlewild_test_runtime::compute::offers::{attributes, provider, PRICES};

fn locked(provider: ProviderId) -> Balance {
    record(provider).locked
}

#[test]
fn it_stands_for_each_ask_until_that_is_taken_back() {
    Chain::run(|| {
        let provider = any_provider(0);
        let orders: Vec<OrderId> = (0..3).map(|_| placed(&account(0), ask(provider, 600))).collect();
        assert_eq!(locked(provider), 3 * Stake::get());
        told(&account(0), cancel(orders[1]));
        assert_eq!(locked(provider), 2 * Stake::get());
        // Nor is it kept where somebody else takes it out, or meets it when it no longer stands.
        set_standing(provider, true);
        told(&BOB, cancel(orders[0]));
        told(&ALICE, bid(service(&ALICE, 1), 700));
        assert_eq!(locked(provider), 0);
    });
}

#[test]
fn it_stands_for_the_lease_that_becomes_of_it_and_for_none_that_was_proposed() {
    Chain::run(|| {
        let (one, other) = (any_provider(0), any_provider(1));
        let wanting = service(&ALICE, 3);
        placed(&account(0), ask(one, 600));
        told(&ALICE, bid(wanting, 700));
        placed(&ALICE, bid(wanting, 500));
        told(&account(1), ask(other, 400));
        assert_eq!((matches(), locked(one), locked(other)), (2, Stake::get(), Stake::get()));
        Chain::does(&ALICE, request(wanting));
        Chain::does(&BOB, propose(0, &[one]));
        Chain::pass(pallet_idlewild_market::types::WINDOW);
        told(&BOB, settle(0));
        assert_eq!((matches(), locked(one)), (3, Stake::get()), "who was proposed did not ask");
    });
}

#[test]
fn an_ask_that_is_not_placed_keeps_nothing() {
    Chain::run(|| {
        let provider = any_provider(0);
        let services: Vec<ServiceId> = (0..=MAX_DROPPED).map(|_| service(&ALICE, 1)).collect();
        services.iter().for_each(|id| _ = placed(&ALICE, bid(*id, 900)));
        services.iter().for_each(Needs::remove);
        let events = told(&account(0), ask(provider, 800));
        assert!(matches!(events.last(), Some(Event::NotPlaced { .. })));
        assert_eq!(locked(provider), 0);
    });
}

#[test]
fn who_has_no_bond_to_spare_asks_nothing() {
    Chain::run(|| {
        let poor = provider(0, MACHINE, attributes(), PRICES, 10 * COIN);
        let all = (10 * COIN / Stake::get()) as usize;
        (0..all).for_each(|_| _ = placed(&account(0), ask(poor, 600)));
        Chain::refuses(&account(0), ask(poor, 600), OffersError::<Test>::BondInUse);
    });
}

#[test]
fn of_a_service_that_is_over_nothing_is_left() {
    Chain::run(|| {
        let provider = any_provider(0);
        let (over, other) = (service(&ALICE, 3), service(&ALICE, 1));
        for tick in [500, 500, 700] {
            placed(&ALICE, bid(over, tick));
        }
        placed(&ALICE, bid(other, 500));
        change(over, |need| need.instances = 4);
        Chain::does(&ALICE, request(over));
        Chain::does(&BOB, propose(0, &[provider]));
        Market::forget_service(over);
        Chain::assert_sound();
        assert_eq!(levels(), (vec![], vec![(500, 1)]));
        assert!(Market::orders_of_service(over).is_empty());
        assert_eq!(Market::open_request(0), None);
        Chain::does(&ALICE, request(over));
    });
}
