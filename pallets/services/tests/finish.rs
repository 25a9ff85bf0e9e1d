use super::*;

#[test]
fn the_provider_has_the_greater_of_what_was_signed_and_what_was_seen() {
    for (signed, probed, paid) in [(0, false, 0), (30, false, 30), (30, true, 50), (60, true, 60)] {
        run(|who| {
            let (service, id) = one(&who);
            let (worker, provider) = (operator(id), lease_record(id).provider);
            let had = free(&worker);
            pass_since_live(id, RULES.period);
            if probed {
                Chain::does(&who, ask_probe(id));
                probe(id, true);
            }
            pass_since_live(id, 70);
            if signed > 0 {
                Chain::does(&worker, voucher(&owner_key(1), id, signed * RATE));
            }
            Chain::does(&who, close(id));
            Chain::refuses(&who, finish(id), Error::NotYet);
            Chain::pass(RULES.close);
            let left = held(service);
            Chain::does(&CAROL, finish(id));
            assert_eq!(free(&worker), had + paid * RATE);
            assert!(saw(Event::LeaseEnded { lease: id, service, paid: paid * RATE }));
            assert_gone(id, provider);
            assert_eq!(held(service), left - (paid - signed) * RATE, "the rest waits for the next");
            assert_eq!(pool(service), held(service));
        });
    }
}

#[test]
fn of_a_service_that_was_stopped_the_last_one_ends_it() {
    run(|who| {
        let before = free(&who);
        let (service, id) = one(&who);
        pass_since_live(id, 10);
        Chain::does(&operator(id), voucher(&owner_key(1), id, 4 * RATE));
        Chain::does(&who, stop(service));
        Chain::pass(RULES.close);
        Chain::does(&CAROL, finish(id));
        assert!(Records::<Test>::get(service).is_none());
        assert_eq!(free(&who), before - 4 * RATE - probe_cost());
        assert!(saw(Event::ServiceEnded { service, refunded: 0 }));
    });
}

#[test]
fn one_whose_instance_was_given_up_refunds_the_owner() {
    run(|who| {
        let service = deploy(&who, spec(2));
        let [_, second] = [0, 1].map(|index| live(service, any_provider(index), RATE));
        pass_since_live(second, 30);
        Chain::does(&who, scale(service, 1));
        let before = free(&who);
        Chain::pass(RULES.close);
        Chain::does(&CAROL, finish(second));
        assert_eq!(free(&who), before + 30 * RATE, "nothing was signed, and nothing was seen");
    });
}

#[test]
fn one_that_goes_on_or_is_probed_is_refused() {
    run(|who| {
        let (_, id) = one(&who);
        Chain::refuses(&who, finish(id), Error::NotClosing);
        Chain::refuses(&who, finish(id + 1), Error::NoSuchLease);
        pass_since_live(id, RULES.period);
        Chain::does(&who, ask_probe(id));
        Chain::does(&who, close(id));
        Chain::pass(RULES.close);
        Chain::refuses(&who, finish(id), Error::ProbeOpen);
        probe(id, true);
        let had = free(&operator(id));
        let worker = operator(id);
        Chain::does(&who, finish(id));
        assert_eq!(free(&worker), had + Balance::from(RULES.period) * RATE, "what it saw counts");
    });
}
