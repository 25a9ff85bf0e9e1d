use super::*;

#[test]
fn a_lease_that_moved_is_probed_anew() {
    run(|who| {
        let (_, id) = one(&who);
        pass_since_live(id, RULES.period);
        Chain::does(&operator(id), set_endpoint(id, "198.51.100.1:81"));
        assert_eq!(lease_record(id).endpoint, at("198.51.100.1:81"));
        assert!(saw(Event::EndpointSet { lease: id, endpoint: at("198.51.100.1:81") }));
        assert_eq!(word(&operator(id)), probe_cost());
        probe(id, true);
        assert_eq!(lease_record(id).probes.up, RULES.period);
    });
}

#[test]
fn in_a_period_that_had_its_probe_nobody_is_asked() {
    run(|who| {
        let (_, id) = one(&who);
        Chain::does(&operator(id), set_endpoint(id, "198.51.100.1:81"));
        assert_eq!(lease_record(id).probing, None);
        pass_since_live(id, RULES.period);
        Chain::does(&operator(id), ask_probe(id));
        let panel = panel_of(id);
        Chain::does(&operator(id), set_endpoint(id, AT));
        assert_eq!(panel_of(id), panel, "the one that is on is the one that there is");
        assert_eq!(lease_record(id).endpoint, at(AT));
    });
}

#[test]
fn who_cannot_is_refused() {
    run(|who| {
        let service = deploy(&who, spec(1));
        let id = matched(service, any_provider(0), RATE);
        Chain::refuses(&operator(id), set_endpoint(id, AT), Error::NotAccepted);
        Chain::does(&operator(id), accept(id));
        probe(id, true);
        Chain::refuses(&who, set_endpoint(id, AT), OffersError::NotOperator);
        Chain::refuses(&operator(id), set_endpoint(id + 1, AT), Error::NoSuchLease);
        Chain::refuses(&operator(id), set_endpoint(id, "nowhere"), Error::BadEndpoint);
        Chain::does(&who, close(id));
        Chain::refuses(&operator(id), set_endpoint(id, AT), Error::Closing);
    });
}
