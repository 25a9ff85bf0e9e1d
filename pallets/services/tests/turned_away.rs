//! Providers that take matches and do not begin them, or give them up at once.

use idlewild_compute_primitives::lot::{tick_of, Lot, LotClass};
use idlewild_compute_primitives::resources::{Arch, Tier};
use pallet_idlewild_market::{types::MAX_BARRED, Call as Order, Demand, RequestOf};
use pallet_idlewild_test_runtime::{compute::offers::agree, Market};

use super::*;

/// A service of one instance, and a lease of it that its provider asked for.
fn asked(who: &AccountId) -> (ServiceId, LeaseId, ProviderId) {
    let service = deploy(who, spec(1));
    let provider = any_provider(0);
    (service, matched_for(service, provider, RATE, Stake::get()), provider)
}

fn treasury() -> Balance {
    Chain::wealth(&ServicesTreasury::get())
}

/// A provider's bond, and what of it stands for work.
fn bond(provider: ProviderId) -> (Balance, Balance) {
    let record = Offers::get(provider).unwrap();
    (record.bond, record.locked)
}

fn barred(service: ServiceId) -> Vec<ProviderId> {
    <Services as Demand<AccountId>>::need(service).unwrap().barred.into_inner()
}

/// What follows from turning away from a lease that never was live.
#[track_caller]
fn assert_turned_away((service, lease, provider): (ServiceId, LeaseId, ProviderId), before: (Balance, Balance)) {
    let stake = Stake::get();
    assert!(saw(Event::TurnedAway { lease, provider, lost: stake, burned: stake }));
    assert_eq!(bond(provider), (before.0 - stake, 0));
    assert_eq!((treasury(), held(service)), (stake, before.1 - stake), "its owner loses as much");
    assert_eq!(barred(service), [provider]);
    assert_gone(lease, provider);
}

#[test]
fn who_does_not_accept_in_time_loses_its_stake_and_the_owner_as_much() {
    run_burning(|who| {
        let all = asked(&who);
        let before = (bond(all.2).0, held(all.0));
        Chain::pass_to(lease_record(all.1).matched + RULES.start + 1);
        Chain::does(&CAROL, close(all.1));
        assert_turned_away(all, before);
        // It goes on with another one.
        live(all.0, any_provider(1), RATE);
        Stake::get()
    });
}

#[test]
fn so_does_who_closes_before_it_is_live() {
    run_burning(|who| {
        let all = asked(&who);
        let before = (bond(all.2).0, held(all.0));
        Chain::does(&account(0), close(all.1));
        assert_turned_away(all, before);
        Stake::get()
    });
    // Also while it is being probed.
    run_burning(|who| {
        let all = asked(&who);
        let before = (bond(all.2).0, held(all.0));
        Chain::does(&account(0), accept(all.1));
        Chain::does(&account(0), close(all.1));
        probe_undecided(all.1);
        assert_eq!(bond(all.2), (before.0 - Stake::get(), 0));
        assert_eq!((treasury(), held(all.0)), (Stake::get(), before.1 - Stake::get()));
        assert_gone(all.1, all.2);
        Stake::get()
    });
}

#[test]
fn so_does_who_accepts_and_does_not_answer() {
    run_burning(|who| {
        let all = asked(&who);
        let before = (bond(all.2).0, held(all.0));
        Chain::does(&account(0), accept(all.1));
        probe(all.1, false);
        assert_turned_away(all, before);
        Stake::get()
    });
}

#[test]
fn who_gives_up_in_the_first_period_loses_it_too() {
    for (blocks, lost) in [(0, Stake::get()), (RULES.period - 1, Stake::get()), (RULES.period, 0)] {
        run(|who| {
            let (service, id, provider) = asked(&who);
            Chain::does(&account(0), accept(id));
            probe(id, true);
            let (before, funds) = (bond(provider).0, held(service));
            pass_since_live(id, blocks);
            Chain::does(&account(0), close(id));
            Chain::pass(RULES.close);
            Chain::does(&BOB, finish(id));
            assert_eq!((bond(provider), treasury()), ((before - lost, 0), lost));
            assert_eq!(held(service), funds, "a probe is enough to lose");
            assert_eq!(barred(service).len(), usize::from(lost > 0));
        });
    }
}

#[test]
fn so_does_who_vanishes_in_it() {
    for (since, lost) in [(5, Stake::get()), (RULES.period, 0)] {
        run(|who| {
            let (service, id, provider) = asked(&who);
            Chain::does(&account(0), accept(id));
            probe(id, true);
            let before = bond(provider).0;
            pass_since_live(id, since);
            for _ in 0..RULES.silent {
                Chain::does(&CAROL, report_down(id));
                probe(id, false);
            }
            assert!(saw(Event::LeaseClosing { lease: id, why: Why::Silent }));
            assert_eq!(Offers::get(provider).unwrap().late, 1);
            Chain::pass(RULES.close);
            Chain::does(&BOB, finish(id));
            assert_eq!((bond(provider), treasury()), ((before - lost, 0), lost));
            assert_eq!(barred(service).len(), usize::from(lost > 0));
        });
    }
}

#[test]
fn who_was_proposed_loses_nothing_and_is_not_proposed_again() {
    run(|who| {
        let service = deploy(&who, spec(1));
        let (provider, other) = (any_provider(0), any_provider(1));
        let settle = |request, provider: ProviderId| {
            Chain::does(&CAROL, Order::propose { request, providers: vec![provider].try_into().unwrap() }.into());
            Chain::pass(2);
            Chain::does(&CAROL, Order::settle { request }.into());
        };
        Chain::does(&who, Order::request { service }.into());
        settle(0, provider);
        let id = service_record(service).leases[0];
        let before = (bond(provider), held(service));
        Chain::pass_to(lease_record(id).matched + RULES.start + 1);
        Chain::does(&CAROL, close(id));
        assert!(saw(Event::TurnedAway { lease: id, provider, lost: 0, burned: 0 }));
        assert_eq!(((bond(provider), held(service)), treasury()), (before, 0));
        // It was so cheap that what it had is too little for another.
        Chain::does(&who, scale(service, 1));
        Chain::does(&who, Order::request { service }.into());
        let again = Order::propose { request: 1, providers: vec![provider].try_into().unwrap() };
        Chain::refuses(&CAROL, again.into(), pallet_idlewild_market::Error::<Test>::Barred);
        settle(1, other);
        assert_eq!(lease_record(service_record(service).leases[0]).provider, other);
    });
}

#[test]
fn what_the_owner_does_costs_no_provider_anything() {
    run(|who| {
        let service = deploy(&who, spec(3));
        let provider = any_provider(0);
        let before = bond(provider);
        let ids = [0; 3].map(|_| matched_for(service, provider, RATE, Stake::get()));
        assert_eq!(bond(provider).1, 3 * Stake::get());
        Chain::does(&account(0), accept(ids[1]));
        probe(ids[1], true);
        Chain::does(&who, close(ids[0]));
        Chain::does(&who, scale(service, 1));
        assert_eq!(bond(provider).1, Stake::get());
        Chain::does(&who, stop(service));
        Chain::pass(RULES.close);
        Chain::does(&BOB, finish(ids[1]));
        assert_eq!((bond(provider), treasury()), (before, 0));
    });
}

#[test]
fn no_service_takes_a_score_of_chunks() {
    run(|who| {
        let service = deploy(&who, spec(1));
        let provider = any_provider(0);
        agree(provider, 20);
        // Matched by the owner's friend again and again, with an image that nobody can run.
        for late in 1..=4 {
            let id = matched(service, provider, RATE);
            match late {
                1 => Chain::does(&account(0), close(id)),
                2 => {
                    Chain::does(&account(0), accept(id));
                    probe(id, false);
                },
                3 => {
                    Chain::does(&account(0), accept(id));
                    probe(id, true);
                    pass_since_live(id, RULES.period);
                    for _ in 0..RULES.silent {
                        Chain::does(&CAROL, report_down(id));
                        probe(id, false);
                    }
                },
                _ => {
                    Chain::pass_to(lease_record(id).matched + RULES.start + 1);
                    Chain::does(&CAROL, close(id));
                },
            }
            let record = Offers::get(provider).unwrap();
            assert_eq!((record.late, record.score), (late, 20), "it is counted, and costs no score");
            assert!(Chain::saw(|event| *event == pallet_idlewild_offers::Event::Late { provider, late, score: 20 }.into()));
        }
    });
}

#[test]
fn of_many_that_turned_away_the_latest_are_remembered() {
    run(|who| {
        let service = deploy(&who, spec(1));
        let providers: Vec<ProviderId> = (0..=MAX_BARRED as u8).map(any_provider).collect();
        for provider in providers.iter().chain(&providers[..1]) {
            let id = matched(service, *provider, RATE);
            Chain::does(&operator(id), close(id));
        }
        let (first, others) = providers.split_first().unwrap();
        assert_eq!(barred(service), [&others[1..], &[*first]].concat());
    });
}

#[test]
fn of_a_service_that_was_stopped_nothing_is_left_in_the_market() {
    run(|who| {
        let service = deploy(&who, spec(4));
        let class = LotClass { gpu_model: 0, arch: Arch::Amd64, region: [0; 2], tier: Tier::Container, containers: true };
        let lot = Lot { class, size: 0 };
        let tick = tick_of(RATE).unwrap();
        for tick in [tick, tick - 1] {
            Chain::does(&who, Order::bid { service, lot, tick }.into());
        }
        Chain::does(&who, Order::request { service }.into());
        Chain::does(&who, stop(service));
        assert!(Market::orders_of_service(service).is_empty() && Market::book(lot).bids.is_empty());
        assert!(!RequestOf::<Test>::contains_key(service));
    });
}

#[test]
fn what_leases_take_and_what_stands_for_them_is_with_their_providers() {
    use pallet_idlewild_offers::Providers;
    run(|who| {
        let (_, _, provider) = asked(&who);
        let class = LotClass { gpu_model: 0, arch: Arch::Amd64, region: [0; 2], tier: Tier::Container, containers: true };
        // An ask of the same provider takes as much once more.
        Chain::does(&account(0), Order::ask { provider, lot: Lot { class, size: 0 }, tick: 1 }.into());
        let record = Offers::get(provider).unwrap();
        assert_eq!((record.busy, record.locked), (2, 2 * Stake::get()));
        let is_sound = |change: fn(&mut pallet_idlewild_offers::types::Provider<AccountId>)| {
            Providers::<Test>::mutate_extant(provider, change);
            let outcome = Services::do_try_state();
            Providers::<Test>::insert(provider, record.clone());
            outcome.is_ok()
        };
        assert!(is_sound(|_| ()));
        assert!(!is_sound(|record| record.busy -= 1));
        assert!(!is_sound(|record| record.locked -= 1));
        assert!(!is_sound(|record| record.free.cpu_milli += 1));
    });
}
