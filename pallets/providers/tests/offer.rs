//! `set_capacity`, `set_endpoint`, `set_price`: what a miner offers, and where.

use pallet_idlewild_providers::{Endpoints, Event, TotalWeight};
use pallet_idlewild_test_runtime::{account, call, Chain, Miner, RuntimeEvent, Test, BOB};

use crate::{holding, Error};

#[test]
fn capacity_changes_and_the_weight_with_it() {
    Chain::run(|| {
        Miner::register(0);
        Chain::does(&account(0), call::set_capacity(0, 1 << 21));
        assert_eq!(Chain::miner(0).capacity, 1 << 21);
        assert_eq!(TotalWeight::<Test>::get().live(), 200);
        assert!(Chain::saw(|event| matches!(
            event,
            RuntimeEvent::Providers(Event::CapacityChanged { miner: 0, capacity }) if *capacity == 1 << 21
        )));
    });
}

#[test]
fn capacity_is_refused() {
    Chain::run(|| {
        holding(400);
        Chain::refuses(&account(0), call::set_capacity(9, 1), Error::NoSuchMiner);
        Chain::refuses(&BOB, call::set_capacity(0, 1 << 30), Error::NotOperator);
        Chain::refuses(&account(0), call::set_capacity(0, 0), Error::NoCapacity);
        Chain::refuses(&account(0), call::set_capacity(0, 4095), Error::CapacityInUse);
        Chain::does(&account(0), call::set_capacity(0, 4096));
        Chain::does(&account(0), call::exit(0));
        Chain::refuses(&account(0), call::set_capacity(0, 1 << 30), Error::Leaving);
    });
}

#[test]
fn an_endpoint_moves() {
    Chain::run(|| {
        Miner::register(0);
        Chain::does(&account(0), call::set_endpoint(0, b"/dns4/example.org/tcp/1"));
        assert_eq!(Endpoints::<Test>::get(0).unwrap().into_inner(), b"/dns4/example.org/tcp/1");
        assert!(Chain::saw(|event| matches!(event, RuntimeEvent::Providers(Event::EndpointChanged { miner: 0, .. }))));
        // Who leaves is still to be found for what it holds.
        Chain::does(&account(0), call::exit(0));
        Chain::does(&account(0), call::set_endpoint(0, b"/dns4/example.org/tcp/2"));
    });
}

#[test]
fn an_endpoint_is_refused() {
    Chain::run(|| {
        Miner::register(0);
        Chain::refuses(&account(0), call::set_endpoint(9, b"/ip4/1.2.3.4"), Error::NoSuchMiner);
        Chain::refuses(&BOB, call::set_endpoint(0, b"/ip4/1.2.3.4"), Error::NotOperator);
        for endpoint in [&b""[..], b"ip4/1.2.3.4", b"/\xff\xfe"] {
            Chain::refuses(&account(0), call::set_endpoint(0, endpoint), Error::BadEndpoint);
        }
    });
}

#[test]
fn a_price_is_posted() {
    Chain::run(|| {
        Miner::register(0);
        for price in [0, 7, u128::MAX] {
            Chain::does(&account(0), call::set_price(0, price));
            assert_eq!(Chain::miner(0).price, price);
        }
        assert!(Chain::saw(|event| matches!(event, RuntimeEvent::Providers(Event::PriceChanged { miner: 0, price: 7 }))));
        Chain::refuses(&account(0), call::set_price(9, 1), Error::NoSuchMiner);
        Chain::refuses(&BOB, call::set_price(0, 1), Error::NotOperator);
    });
}
