use super::*;

#[test]
fn either_side_closes_a_lease_and_its_instance_is_wanted_again() {
    for by_owner in [true, false] {
        run(|who| {
            let (service, id) = one(&who);
            pass_since_live(id, 25);
            let closer = if by_owner { who.clone() } else { operator(id) };
            Chain::does(&closer, close(id));
            let why = if by_owner { Why::Owner } else { Why::Provider };
            assert!(saw(Event::LeaseClosing { lease: id, why }));
            let record = lease_record(id);
            assert_eq!((record.closing, record.funds), (Some(now()), 25 * RATE));
            assert_eq!(service_record(service).wanted(), 1);
            assert_eq!(pool(service), ahead() - probe_cost() - 25 * RATE, "what it cannot cost is for the next");
            // In the first period it turned away.
            assert_eq!(Offers::get(record.provider).unwrap().late, u32::from(!by_owner));
            Chain::refuses(&closer, close(id), Error::Closing);
        });
    }
}

#[test]
fn anybody_closes_one_that_ran_out() {
    run(|who| {
        let (_, id) = one(&who);
        Chain::pass_to(lease_record(id).runs_out().unwrap() - 1);
        Chain::refuses(&CAROL, close(id), Error::NotParty);
        Chain::next_block();
        Chain::does(&CAROL, close(id));
        assert!(saw(Event::LeaseClosing { lease: id, why: Why::RanOut }));
    });
}

#[test]
fn a_service_is_not_prolonged_with_what_was_for_probes() {
    run(|who| {
        let (service, id) = one(&who);
        let for_probes = lease_record(id).for_probes;
        Chain::pass_to(lease_record(id).runs_out().unwrap() - 1);
        let before = free(&who);
        Chain::does(&operator(id), close(id));
        assert_eq!(free(&who), before + for_probes, "it goes back, and not on to another machine");
        assert_eq!((pool(service), service_record(service).wanted()), (RATE, 1));
        assert_eq!(Services::service(service).unwrap().funded, 0);
    });
    run(|who| {
        let (service, id) = one(&who);
        Chain::pass_to(lease_record(id).runs_out().unwrap() + 1);
        for _ in 0..RULES.silent {
            Chain::does(&CAROL, report_down(id));
            probe(id, false);
        }
        assert!(saw(Event::LeaseClosing { lease: id, why: Why::Silent }));
        assert_eq!((pool(service), service_record(service).wanted()), (0, 1));
    });
}

#[test]
fn anybody_closes_one_that_was_not_accepted_in_time() {
    run(|who| {
        let service = deploy(&who, spec(1));
        let provider = any_provider(0);
        let id = matched(service, provider, RATE);
        Chain::pass_to(lease_record(id).matched + RULES.start);
        Chain::refuses(&CAROL, close(id), Error::NotParty);
        Chain::next_block();
        Chain::does(&CAROL, close(id));
        assert!(saw(Event::LeaseClosing { lease: id, why: Why::NotBegun }));
        assert_gone(id, provider);
        assert_eq!(Offers::get(provider).unwrap().late, 1);
        assert_eq!((held(service), service_record(service).wanted()), (ahead(), 1));
    });
}

#[test]
fn an_owner_may_change_its_mind_and_a_provider_that_turns_away_is_late() {
    run(|who| {
        let service = deploy(&who, spec(1));
        let provider = any_provider(0);
        let id = matched(service, provider, RATE);
        Chain::does(&who, close(id));
        assert_gone(id, provider);
        assert_eq!(Offers::get(provider).unwrap().late, 0);
        let id = matched(service, provider, RATE);
        Chain::does(&account(0), close(id));
        assert_gone(id, provider);
        assert_eq!(Offers::get(provider).unwrap().late, 1);
        assert_eq!(held(service), ahead());
    });
}

#[test]
fn one_that_is_being_probed_is_over_when_trackers_are_paid() {
    for answers in [Some(true), Some(false), None] {
        run(|who| {
            let service = deploy(&who, spec(1));
            let provider = any_provider(0);
            let id = matched(service, provider, RATE);
            let had = free(&operator(id));
            Chain::does(&operator(id), accept(id));
            Chain::does(&who, close(id));
            assert_eq!(held(service) - pool(service), probe_cost());
            assert_eq!(service_record(service).wanted(), 1, "another one need not wait for that");
            Chain::refuses(&who, finish(id), Error::ProbeOpen);
            match answers {
                Some(answers) => probe(id, answers),
                None => probe_undecided(id),
            }
            assert_gone(id, provider);
            let (lost, spent) = match answers {
                Some(true) => (0, probe_cost()),
                Some(false) => (probe_cost(), 0),
                None => (0, 0),
            };
            assert_eq!(had - free(&account(0)), lost);
            assert_eq!(held(service), ahead() - spent);
        });
    }
}

#[test]
fn strangers_are_refused() {
    run(|who| {
        let (_, id) = one(&who);
        Chain::refuses(&CAROL, close(id), Error::NotParty);
        Chain::refuses(&who, close(id + 1), Error::NoSuchLease);
    });
}
