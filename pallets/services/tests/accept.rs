use frame_support::traits::tokens::Preservation;

use super::*;

#[test]
fn a_lease_is_live_when_trackers_find_that_it_answers() {
    run(|who| {
        let service = deploy(&who, spec(1));
        let id = matched(service, any_provider(0), RATE);
        let worker = operator(id);
        let before = free(&worker);
        Chain::does(&worker, accept(id));
        assert!(saw(Event::Accepted { lease: id, key: LEASE_KEY, endpoint: at(AT) }));
        assert!(saw(Event::ProbeAsked { lease: id, panel: panel_of(id), by: worker.clone() }));
        assert_eq!(word(&worker), probe_cost());
        assert_eq!(lease_record(id).live, None, "nobody has looked yet");
        probe(id, true);
        let record = lease_record(id);
        assert_eq!((record.live, record.probed), (Some(now()), now()));
        assert_eq!((word(&worker), free(&worker)), (0, before));
        // One probe of those that were paid for is over. The others prolong nothing.
        assert_eq!(record.for_probes, ahead() - Balance::from(TERM) * RATE - probe_cost());
        assert_eq!(record.runs_out(), Some(now() + TERM));
        assert!(saw(Event::Live { lease: id, runs_out: now() + TERM }));
        assert_eq!(held(service), ahead() - probe_cost());
    });
}

#[test]
fn one_that_does_not_answer_is_over_and_its_provider_pays_for_the_probe() {
    run(|who| {
        let service = deploy(&who, spec(1));
        let provider = any_provider(0);
        let id = matched(service, provider, RATE);
        let worker = operator(id);
        let before = free(&worker);
        Chain::does(&worker, accept(id));
        probe(id, false);
        assert_gone(id, provider);
        assert!(saw(Event::LeaseClosing { lease: id, why: Why::NotBegun }));
        assert!(saw(Event::LeaseEnded { lease: id, service, paid: 0 }));
        assert_eq!(Offers::get(provider).unwrap().late, 1);
        assert_eq!(free(&worker), before - probe_cost());
        assert_eq!(word(&worker), 0);
        // The owner has what it had, and the instance is wanted again.
        assert_eq!((held(service), service_record(service).wanted()), (ahead(), 1));
        live(service, any_provider(1), RATE);
    });
}

#[test]
fn where_trackers_do_not_agree_it_can_be_accepted_once_more() {
    run(|who| {
        let service = deploy(&who, spec(1));
        let provider = any_provider(0);
        let id = matched(service, provider, RATE);
        let had = lease_record(id).held();
        Chain::does(&operator(id), accept(id));
        probe_undecided(id);
        let record = lease_record(id);
        assert_eq!((record.key, record.live, record.matched), (None, None, now()));
        assert_eq!(record.held(), had, "nobody was paid");
        assert_eq!((word(&operator(id)), Offers::get(provider).unwrap().late), (0, 0), "it is nobody's fault");
        Chain::does(&operator(id), accept(id));
        probe(id, true);
        assert_eq!(lease_record(id).live, Some(now()));
    });
}

#[test]
fn who_is_not_the_operator_or_late_or_nowhere_is_refused() {
    run(|who| {
        let service = deploy(&who, spec(1));
        let id = matched(service, any_provider(0), RATE);
        let worker = operator(id);
        Chain::refuses(&who, accept(id), OffersError::NotOperator);
        Chain::refuses(&worker, accept(id + 1), Error::NoSuchLease);
        for endpoint in
            ["", "203.0.113.7", "203.0.113.7:0", "host:80", "0.0.0.0:80", "224.0.0.1:80", "[::]:80", "[fe80::1%3]:80"]
        {
            let call = Call::accept { lease: id, key: LEASE_KEY, endpoint: at(endpoint) };
            Chain::refuses(&worker, call.into(), Error::BadEndpoint);
        }
        Chain::pass_to(lease_record(id).matched + RULES.start + 1);
        Chain::refuses(&worker, accept(id), Error::TooLate);
    });
}

#[test]
fn a_lease_is_accepted_once_and_in_the_last_block_too() {
    run(|who| {
        let service = deploy(&who, spec(1));
        let id = matched(service, any_provider(0), RATE);
        Chain::pass_to(lease_record(id).matched + RULES.start);
        let endpoint = at("[2001:db8::1]:65535");
        let call = Call::accept { lease: id, key: [9; 32], endpoint: endpoint.clone() };
        Chain::does(&operator(id), call.into());
        assert_eq!((lease_record(id).key, lease_record(id).endpoint), (Some([9; 32]), endpoint));
        Chain::refuses(&operator(id), accept(id), Error::AlreadyAccepted);
        Chain::does(&who, close(id));
        Chain::refuses(&operator(id), accept(id), Error::Closing);
    });
}

#[test]
fn who_has_no_coins_for_its_word_is_refused() {
    run(|who| {
        let service = deploy(&who, spec(1));
        let id = matched(service, any_provider(0), RATE);
        let worker = operator(id);
        let all = free(&worker);
        Balances::transfer(&worker, &ALICE, all - COIN / 5, Preservation::Preserve).unwrap();
        Chain::refuses(&worker, accept(id), Error::NotEnoughCoins);
    });
}
