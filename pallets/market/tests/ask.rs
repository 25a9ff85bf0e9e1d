use super::*;
use idlewild_compute_primitives::lot::TICKS;
use pallet_idlewild_market::types::MAX_ORDERS;
use pallet_idlewild_offers::Error as OffersError;
use pallet_idlewild_test_runtime::compute::offers::{attributes, provider, PRICES};

#[test]
fn an_ask_waits_and_keeps_its_machine_free() {
    Chain::run(|| {
        let provider = any_provider(0);
        let order = placed(&account(0), ask(provider, 700));
        assert_eq!(in_use(provider).cpu_milli, one_lot().cpu_milli);
        assert_eq!(record(provider).busy, 1);
        assert_eq!(record(provider).locked, Stake::get(), "nobody asks who does not mean it");
        assert_eq!(levels(), (vec![(700, 1)], vec![]));
        let second = placed(&account(0), ask(provider, 700));
        assert_ne!(order, second);
        assert_eq!(levels(), (vec![(700, 2)], vec![]));
        assert_eq!(in_use(provider).ram_mib, 2 * one_lot().ram_mib);
    });
}

#[test]
fn an_ask_takes_the_oldest_of_the_highest_bids_at_its_price() {
    Chain::run(|| {
        let provider = any_provider(0);
        let (first, second) = (service(&ALICE, 2), service(&BOB, 1));
        placed(&ALICE, bid(first, 800));
        let resting = placed(&ALICE, bid(first, 900));
        let later = placed(&BOB, bid(second, 900));
        let rate = price_at(900).unwrap();
        let events = told(&account(0), ask(provider, 850));
        assert_eq!(events, [Event::Matched { order: resting, service: first, provider, lot: LOT, rate }]);
        assert_eq!(last_match(), (first, provider, rate, one_lot()));
        assert_eq!(in_use(provider).cpu_milli, one_lot().cpu_milli, "the lease has what the ask took");
        assert_eq!(levels(), (vec![], vec![(900, 1), (800, 1)]));
        let events = told(&account(0), ask(provider, 850));
        assert_eq!(events, [Event::Matched { order: later, service: second, provider, lot: LOT, rate }]);
        // The next one asks more than is bid, and waits.
        placed(&account(0), ask(provider, 801));
        assert_eq!(levels(), (vec![(801, 1)], vec![(800, 1)]));
        assert_eq!(matches(), 2);
    });
}

#[test]
fn the_same_price_is_enough() {
    Chain::run(|| {
        let provider = any_provider(0);
        let service = service(&ALICE, 1);
        placed(&ALICE, bid(service, 900));
        told(&account(0), ask(provider, 900));
        assert_eq!(last_match(), (service, provider, price_at(900).unwrap(), one_lot()));
    });
}

#[test]
fn nobody_is_matched_with_themselves() {
    Chain::run(|| {
        let provider = any_provider(0);
        let own = service(&account(0), 1);
        placed(&account(0), bid(own, 900));
        Chain::refuses(&account(0), ask(provider, 900), Error::SelfMatch);
        placed(&account(0), ask(provider, 901));
    });
}

#[test]
fn what_cannot_be_asked_is_refused() {
    Chain::run(|| {
        let provider = any_provider(0);
        let call = |lot| RuntimeCall::from(Call::ask { provider, lot, tick: 1 });
        Chain::refuses(&account(0), ask(7, 1), OffersError::<Test>::NoSuchProvider);
        Chain::refuses(&account(1), ask(provider, 1), OffersError::<Test>::NotOperator);
        Chain::refuses(&account(0), ask(provider, TICKS), Error::NoSuchPrice);
        Chain::refuses(&account(0), call(Lot { size: 12, ..LOT }), Error::NoSuchLot);
        // 256 cores.
        Chain::refuses(&account(0), call(Lot { size: 10, ..LOT }), OffersError::<Test>::NoRoom);
        for class in [
            LotClass { arch: Arch::Arm64, ..LOT.class },
            LotClass { region: *b"NO", ..LOT.class },
            LotClass { tier: Tier::Remapped, ..LOT.class },
            LotClass { gpu_model: 2, ..LOT.class },
        ] {
            Chain::refuses(&account(0), call(Lot { class, size: 0 }), Error::NotSuchMachine);
        }
        Chain::does(&account(0), call(Lot { class: LotClass { gpu_model: 1, ..LOT.class }, size: 1 }));
        assert_eq!(in_use(provider).gpus, 2);
        set_standing(provider, true);
        Chain::refuses(&account(0), ask(provider, 1), OffersError::<Test>::NotActive);
    });
}

#[test]
fn who_works_for_members_alone_sells_to_nobody_else() {
    Chain::run(|| {
        let attributes = idlewild_compute_primitives::resources::Attributes { only_for: Some(3), ..attributes() };
        let provider = provider(0, MACHINE, attributes, PRICES, 100 * COIN);
        Chain::refuses(&account(0), ask(provider, 1), Error::NotSuchMachine);
    });
}

#[test]
fn a_provider_has_only_so_many_orders() {
    Chain::run(|| {
        let provider = any_provider(0);
        let small = |tick| RuntimeCall::from(Call::ask { provider, lot: Lot { size: 0, ..LOT }, tick });
        (0..MAX_ORDERS).for_each(|index| Chain::does(&account(0), small(500 + (index % 3) as u16)));
        Chain::refuses(&account(0), small(500), Error::TooManyOrders);
    });
}
