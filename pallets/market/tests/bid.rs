use super::*;
use idlewild_compute_primitives::lot::TICKS;
use pallet_idlewild_test_runtime::compute::market::Broke;
use sp_runtime::DispatchError;

#[test]
fn a_bid_waits() {
    Chain::run(|| {
        let service = service(&ALICE, 1);
        let order = placed(&ALICE, bid(service, 700));
        assert!(Market::orders_of_service(service).iter().any(|found| found.id == order && found.tick == 700));
        assert_eq!(levels(), (vec![], vec![(700, 1)]));
    });
}

#[test]
fn a_bid_takes_the_oldest_of_the_lowest_asks_at_its_price() {
    Chain::run(|| {
        let (near, far) = (any_provider(0), any_provider(1));
        let wanting = service(&ALICE, 3);
        placed(&account(0), ask(near, 700));
        let resting = placed(&account(1), ask(far, 600));
        let later = placed(&account(0), ask(near, 600));
        let rate = price_at(600).unwrap();
        let events = told(&ALICE, bid(wanting, 650));
        assert_eq!(events, [Event::Matched { order: resting, service: wanting, provider: far, lot: LOT, rate }]);
        assert_eq!(last_match(), (wanting, far, rate, one_lot()));
        // What the ask took stays with the lease, and the order is gone.
        assert_eq!((in_use(far).cpu_milli, record(far).busy), (one_lot().cpu_milli, 1));
        assert!(Market::orders_of(far).is_empty());
        let events = told(&ALICE, bid(wanting, 650));
        assert_eq!(events, [Event::Matched { order: later, service: wanting, provider: near, lot: LOT, rate }]);
        placed(&ALICE, bid(wanting, 699));
        assert_eq!(levels(), (vec![(700, 1)], vec![(699, 1)]));
    });
}

#[test]
fn no_more_bids_wait_than_instances_are_wanted() {
    Chain::run(|| {
        let provider = any_provider(0);
        let wanting = service(&ALICE, 2);
        placed(&ALICE, bid(wanting, 500));
        placed(&ALICE, bid(wanting, 500));
        Chain::refuses(&ALICE, bid(wanting, 500), Error::NothingWanted);
        // One is matched: there is one bid for one instance.
        told(&account(0), ask(provider, 400));
        Chain::refuses(&ALICE, bid(wanting, 500), Error::NothingWanted);
        change(wanting, |need| need.instances = 2);
        placed(&ALICE, bid(wanting, 500));
    });
}

#[test]
fn what_does_not_suit_the_service_is_refused() {
    Chain::run(|| {
        let wanting = service(&ALICE, 1);
        let call = |lot| RuntimeCall::from(Call::bid { service: wanting, lot, tick: 1 });
        Chain::refuses(&BOB, bid(wanting, 1), Error::NotOwner);
        Chain::refuses(&ALICE, bid(wanting, TICKS), Error::NoSuchPrice);
        Chain::refuses(&ALICE, bid(wanting, 3_001), Error::TooDear);
        Chain::refuses(&ALICE, call(Lot { size: 12, ..LOT }), Error::NoSuchLot);
        Chain::refuses(&ALICE, call(Lot { size: 1, ..LOT }), Error::LotTooSmall);
        let modules = LotClass { containers: false, ..LOT.class };
        Chain::refuses(&ALICE, call(Lot { class: modules, ..LOT }), Error::NotSuchMachine);
        change(wanting, |need| need.wishes.region = Some(*b"NO"));
        Chain::refuses(&ALICE, bid(wanting, 1), Error::NotSuchMachine);
        let there = Lot { class: LotClass { region: *b"NO", ..LOT.class }, ..LOT };
        Chain::does(&ALICE, call(there));
        change(wanting, |need| need.instances = 0);
        Chain::refuses(&ALICE, bid(wanting, 1), Error::NotSuchMachine);
        Chain::refuses(&ALICE, call(there), Error::NothingWanted);
        let unknown = DispatchError::Other("there is no such service, or it was stopped");
        Chain::refuses(&ALICE, bid(99, 1), unknown);
    });
}

#[test]
fn nobody_is_matched_with_themselves() {
    Chain::run(|| {
        let provider = any_provider(0);
        placed(&account(0), ask(provider, 600));
        let own = service(&account(0), 1);
        Chain::refuses(&account(0), bid(own, 600), Error::SelfMatch);
        placed(&account(0), bid(own, 599));
    });
}

#[test]
fn who_cannot_pay_gets_nothing() {
    Chain::run(|| {
        let provider = any_provider(0);
        placed(&account(0), ask(provider, 600));
        let wanting = service(&ALICE, 1);
        Broke::insert(wanting, ());
        Chain::refuses(&ALICE, bid(wanting, 600), DispatchError::Other("the service cannot pay"));
        Broke::remove(wanting);
        told(&ALICE, bid(wanting, 600));
        assert_eq!(matches(), 1);
    });
}
