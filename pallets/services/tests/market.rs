//! Services on the real market.

use idlewild_compute_primitives::{
    lot::{price_at, tick_of, Lot, LotClass},
    resources::{Arch, Tier},
};
use pallet_idlewild_market::{Call as Order, Demand};
use pallet_idlewild_test_runtime::{compute::services::EitherDemand, Market};

use super::*;

const LOT: Lot = Lot {
    class: LotClass { gpu_model: 0, arch: Arch::Amd64, region: [0; 2], tier: Tier::Container, containers: true },
    size: 0,
};

fn need(service: ServiceId) -> u8 {
    <EitherDemand as Demand<AccountId>>::need(service).unwrap().instances
}

#[test]
fn a_bid_meets_an_ask_at_the_price_of_who_waited() {
    run(|who| {
        let service = deploy(&who, spec(2));
        let provider = any_provider(0);
        let tick = tick_of(RATE).unwrap();
        Chain::does(&account(0), Order::ask { provider, lot: LOT, tick: tick - 10 }.into());
        Chain::does(&who, Order::bid { service, lot: LOT, tick }.into());
        let rate = price_at(tick - 10).unwrap();
        let id = service_record(service).leases[0];
        let record = lease_record(id);
        assert_eq!((record.rate, record.provider, record.resources), (rate, provider, LOT.resources().unwrap()));
        let funds = lease::ahead(rate, TERM, probe_cost());
        assert_eq!((record.funds, record.held()), (rate * Balance::from(TERM), funds));
        assert!(saw(Event::Matched { service, lease: id, provider, rate, funds }));
        assert_eq!(held(service), ahead() + funds, "what the cheaper one leaves over came back");
        assert_eq!(need(service), 1);
        // The second bid waits, and the next ask takes it.
        Chain::does(&who, Order::bid { service, lot: LOT, tick: tick - 20 }.into());
        let other = any_provider(1);
        Chain::does(&account(1), Order::ask { provider: other, lot: LOT, tick: tick - 30 }.into());
        assert_eq!(lease_record(service_record(service).leases[1]).rate, price_at(tick - 20).unwrap());
        assert_eq!(need(service), 0);
        assert_eq!(Offers::get(other).unwrap().busy, 1);
    });
}

#[test]
fn a_request_is_settled_for_all_instances() {
    run(|who| {
        let service = deploy(&who, spec(2));
        let providers: Vec<_> = (0..2).map(any_provider).collect();
        Chain::does(&who, Order::request { service }.into());
        let request = Market::requests(None, 1).requests[0].id;
        let providers = providers.try_into().unwrap();
        Chain::does(&CAROL, Order::propose { request, providers }.into());
        Chain::pass(10);
        Chain::does(&CAROL, Order::settle { request }.into());
        assert_eq!((service_record(service).leases.len(), service_record(service).wanted(), pool(service)), (2, 0, 0));
    });
}

#[test]
fn a_service_that_was_stopped_or_cannot_pay_wants_nothing() {
    run(|who| {
        let service = deploy(&who, spec(1));
        let tick = tick_of(RATE).unwrap();
        Chain::does(&who, Order::bid { service, lot: LOT, tick }.into());
        let id = live(service, any_provider(0), RATE);
        Chain::pass_to(lease_record(id).runs_out().unwrap());
        Chain::does(&who, voucher(&owner_key(1), id, Balance::MAX));
        Chain::does(&CAROL, close(id));
        assert_eq!((service_record(service).wanted(), need(service)), (1, 0));
        let other = any_provider(1);
        Chain::does(&account(1), Order::ask { provider: other, lot: LOT, tick }.into());
        assert_eq!(service_record(service).wanted(), 1, "the bid of who cannot pay is dropped");
        assert!(Market::orders_of_service(service).is_empty());
        Chain::does(&who, scale(service, 1));
        Chain::does(&who, Order::bid { service, lot: LOT, tick }.into());
        assert_eq!(service_record(service).wanted(), 0);
        Chain::does(&who, stop(service));
        let refused = Chain::call(&who, Order::bid { service, lot: LOT, tick }.into());
        assert_eq!(refused, Err(Error::Stopped.into()));
    });
}

#[test]
fn what_is_left_of_a_machine_pays_for_another() {
    run(|who| {
        let service = deploy(&who, spec(1));
        // Far cheaper than it might have been: what is over went back.
        let rate = RATE / 10;
        let first = live(service, any_provider(0), rate);
        spend_on_probes(&who, first, 3);
        for _ in 0..RULES.silent {
            Chain::does(&who, report_down(first));
            probe(first, false);
        }
        assert_eq!(service_record(service).wanted(), 1);
        let left = pool(service);
        assert!(left < Balance::from(RULES.period) * RATE + probe_cost(), "that is not a period at the highest rate");
        let asked = <EitherDemand as Demand<AccountId>>::need(service).unwrap();
        let affordable = (left - probe_cost()) / Balance::from(RULES.period);
        assert_eq!((asked.instances, asked.max_rate), (1, affordable));
        assert_eq!(Services::service(service).unwrap().affordable, affordable);
        let other = any_provider(1);
        let before = Chain::state();
        assert_eq!(try_match(service, other, affordable + 1, 0), Err(Error::NotFunded.into()));
        assert_eq!(before, Chain::state());
        let second = live(service, other, rate * 2);
        assert_eq!((pool(service), lease_record(second).held()), (0, left - probe_cost()));
        assert_eq!(lease_record(second).runs_out(), Some(now() + RULES.period), "a period is sure");
    });
}

#[test]
fn where_little_is_left_machines_are_found_one_by_one() {
    run(|who| {
        let service = deploy(&who, spec(2));
        let rate = RATE / 10;
        let ids = [0, 1].map(|index| live(service, any_provider(index), rate));
        for left in (1..7).rev() {
            for id in ids {
                spend_on_probes(&who, id, left);
            }
        }
        for id in ids {
            Chain::does(&who, close(id));
        }
        assert_eq!(need(service), 1, "at the highest rate none could be paid for");
        let next = matched(service, any_provider(2), rate / 2);
        assert_eq!(need(service), 1, "and what is left pays for the other");
        let other = matched(service, any_provider(3), rate / 2);
        assert_eq!((pool(service), lease_record(next).held().abs_diff(lease_record(other).held()) <= 1), (0, true));
    });
}

#[test]
fn a_match_is_for_what_is_wanted_and_no_dearer() {
    run(|who| {
        let service = deploy(&who, spec(1));
        let provider = any_provider(0);
        let attempt = |provider, rate| try_match(service, provider, rate, 0);
        let before = Chain::state();
        assert_eq!(attempt(provider, RATE + 1), Err(Error::TooDear.into()));
        assert_eq!(attempt(provider + 1, RATE), Err(OffersError::NoSuchProvider.into()));
        assert_eq!(before, Chain::state());
        assert_eq!(attempt(provider, RATE), Ok(()));
        assert_eq!(attempt(provider, RATE), Err(Error::NothingWanted.into()));
        let id = service_record(service).leases[0];
        Chain::does(&operator(id), accept(id));
        probe(id, true);
        Chain::pass_to(lease_record(id).runs_out().unwrap());
        Chain::does(&who, voucher(&owner_key(1), id, Balance::MAX));
        Chain::does(&CAROL, close(id));
        assert_eq!(attempt(provider, RATE), Err(Error::NotFunded.into()));
        let own = deploy(&account(0), spec(1));
        let matched = try_match(own, provider, RATE, 0);
        assert_eq!(matched, Err(Error::OwnProvider.into()));
    });
}

#[test]
fn a_machine_for_nothing_is_leased_for_nothing() {
    run(|who| {
        let service = deploy(&who, spec(1));
        let id = live(service, any_provider(0), 0);
        assert_eq!(lease_record(id).runs_out(), Some(Moment::MAX));
        Chain::pass(5);
        Chain::refuses(&who, voucher(&owner_key(1), id, COIN), Error::NothingMore);
        Chain::refuses(&who, top_up(service, COIN), Error::NoLease);
        Chain::does(&who, stop(service));
        Chain::pass(RULES.close);
        Chain::does(&who, finish(id));
        assert!(Records::<Test>::get(service).is_none());
    });
}

#[test]
fn a_service_has_so_many_leases_and_no_more() {
    run(|who| {
        let service = deploy(&who, spec(16));
        let provider = any_provider(0);
        let mut ids: Vec<_> = (0..16).map(|_| live(service, provider, RATE)).collect();
        for id in ids.clone() {
            Chain::does(&who, close(id));
            ids.push(matched(service, provider, RATE));
        }
        Chain::does(&who, close(ids[16]));
        ids[16] = matched(service, provider, RATE);
        Chain::does(&operator(ids[16]), accept(ids[16]));
        Chain::does(&who, close(ids[16]));
        let full = try_match(service, provider, RATE, 0);
        assert_eq!(full, Err(Error::TooManyLeases.into()));
        Chain::does(&who, stop(service));
        Chain::pass(RULES.close);
        probe(ids[16], true);
        for id in &ids[..16] {
            Chain::does(&who, finish(*id));
        }
        assert!(Records::<Test>::get(service).is_none());
    });
}
