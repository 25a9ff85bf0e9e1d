use super::*;

#[test]
fn one_without_leases_is_over_at_once() {
    run(|who| {
        let before = free(&who);
        let service = deploy(&who, spec(3));
        let escrow = service_record(service).escrow;
        Chain::does(&who, stop(service));
        assert_eq!(free(&who), before);
        assert!(Records::<Test>::get(service).is_none());
        assert_eq!(Escrow::payer_of(escrow), None);
        assert!(saw(Event::Stopped { service, refunded: 3 * ahead() }));
        assert!(saw(Event::ServiceEnded { service, refunded: 0 }));
        Chain::refuses(&who, stop(service), Error::NoSuchService);
    });
}

#[test]
fn leases_are_paid_out_before_it_is_over() {
    run(|who| {
        let service = deploy(&who, spec(4));
        let before = free(&who) + held(service);
        let providers: Vec<_> = (0..3).map(any_provider).collect();
        let running = live(service, providers[0], RATE);
        let matched_only = matched(service, providers[1], RATE);
        let starting = matched(service, providers[2], RATE);
        Chain::does(&operator(starting), accept(starting));
        pass_since_live(running, 12);
        Chain::does(&who, stop(service));
        assert_gone(matched_only, providers[1]);
        assert_eq!(held(service), 12 * RATE + probe_cost(), "what the one can cost, and the other's probe");
        Chain::refuses(&who, stop(service), Error::Stopped);
        Chain::pass(RULES.close);
        let worker = operator(running);
        let had = free(&worker);
        Chain::does(&worker, voucher(&owner_key(1), running, 12 * RATE));
        Chain::does(&worker, finish(running));
        assert_eq!(free(&worker), had + 12 * RATE);
        assert!(Records::<Test>::get(service).is_some(), "a panel has still to be paid");
        probe_undecided(starting);
        assert!(Records::<Test>::get(service).is_none());
        assert_gone(starting, providers[2]);
        assert_eq!(free(&who), before - 12 * RATE - probe_cost(), "but for the first one's probe, which answered");
    });
}

#[test]
fn who_cannot_is_refused() {
    run(|who| {
        let service = deploy(&who, spec(1));
        Chain::refuses(&ALICE, stop(service), Error::NotOwner);
        Chain::refuses(&who, stop(service + 1), Error::NoSuchService);
    });
}
