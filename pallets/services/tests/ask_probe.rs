use idlewild_compute_primitives::lease::Probes;

use super::*;

#[test]
fn what_answers_is_paid_for_though_the_owner_signs_nothing() {
    run(|who| {
        let (_, id) = one(&who);
        let worker = operator(id);
        pass_since_live(id, RULES.period - 1);
        Chain::refuses(&worker, ask_probe(id), Error::TooEarly);
        pass_since_live(id, RULES.period);
        let had = lease_record(id).held();
        Chain::does(&worker, ask_probe(id));
        assert_eq!(word(&worker), probe_cost());
        assert_eq!(lease_record(id).held(), had - probe_cost());
        Chain::refuses(&who, ask_probe(id), Error::ProbeOpen);
        probe(id, true);
        assert!(saw(Event::Probed { lease: id, answers: Some(true) }));
        let record = lease_record(id);
        assert_eq!((record.probes.up, record.probes.down, word(&worker)), (RULES.period, 0, 0));
        Chain::refuses(&worker, ask_probe(id), Error::TooEarly);
        pass_since_live(id, 2 * RULES.period);
        Chain::does(&worker, ask_probe(id));
        probe(id, true);
        let before = free(&worker);
        Chain::does(&worker, close(id));
        Chain::pass(RULES.close);
        Chain::does(&worker, finish(id));
        assert_eq!(free(&worker), before + Balance::from(2 * RULES.period) * RATE);
    });
}

#[test]
fn the_owner_asks_at_its_own_cost_and_not_at_its_providers() {
    run(|who| {
        let (_, id) = one(&who);
        let runs_out = lease_record(id).runs_out();
        spend_on_probes(&who, id, 1);
        assert_eq!((word(&who), lease_record(id).runs_out()), (0, runs_out), "time is not shorter for what is paid ahead");
        assert_eq!(lease_record(id).probes, Probes { up: 6 * RULES.period, down: 0 });
        Chain::does(&who, report_down(id));
        probe(id, false);
        assert_eq!((lease_record(id).for_probes, lease_record(id).silent), (0, 1));
        // What is left is what the provider may have earned: an owner cannot spend that on trackers.
        Chain::pass_to(lease_record(id).runs_out().unwrap() - 1);
        Chain::refuses(&who, ask_probe(id), Error::NotFunded);
        Chain::does(&operator(id), ask_probe(id));
    });
}

#[test]
fn what_a_probe_took_of_time_is_time_again_where_it_was_for_nothing() {
    run(|who| {
        let (_, id) = one(&who);
        spend_on_probes(&who, id, 1);
        Chain::does(&who, report_down(id));
        probe(id, false);
        assert_eq!(lease_record(id).for_probes, 0);
        let (funds, runs_out) = (lease_record(id).funds, lease_record(id).runs_out());
        // Trackers do not agree; and then the report was wrong.
        pass_since_live(id, 7 * RULES.period);
        Chain::does(&operator(id), ask_probe(id));
        assert_eq!(lease_record(id).funds, funds - probe_cost());
        probe_undecided(id);
        assert_eq!((lease_record(id).funds, lease_record(id).runs_out(), lease_record(id).for_probes), (funds, runs_out, 0));
        Chain::does(&CAROL, report_down(id));
        assert_eq!(lease_record(id).funds, funds - probe_cost());
        probe(id, true);
        assert_eq!((lease_record(id).funds, lease_record(id).runs_out(), lease_record(id).for_probes), (funds, runs_out, 0));
    });
}

#[test]
fn a_probe_tells_of_a_period_at_most() {
    run(|who| {
        let (_, id) = one(&who);
        pass_since_live(id, 4 * RULES.period + 3);
        Chain::does(&operator(id), ask_probe(id));
        let asked = now();
        probe(id, true);
        assert_eq!((lease_record(id).probes.up, lease_record(id).probed), (RULES.period, asked));
    });
}

#[test]
fn nobody_loses_time_because_trackers_take_theirs() {
    run(|who| {
        let (_, id) = one(&who);
        let live = lease_record(id).live.unwrap();
        pass_since_live(id, RULES.period);
        Chain::does(&operator(id), ask_probe(id));
        let had = lease_record(id).held();
        probe_undecided(id);
        assert!(saw(Event::Probed { lease: id, answers: None }));
        let record = lease_record(id);
        assert_eq!((record.probes.known(), record.silent, word(&operator(id))), (0, 0, 0));
        assert_eq!(record.held(), had + probe_cost(), "nobody was paid");
        pass_since_live(id, 2 * RULES.period);
        Chain::does(&operator(id), ask_probe(id));
        let panel = panel_of(id);
        // The panel takes longer than it should.
        let seats = pallet_idlewild_test_runtime::compute::trackers::convene(&BOB, panel);
        Chain::pass(5);
        let verdicts: Vec<_> = seats.iter().map(|seat| (*seat, idlewild_compute_primitives::panel::ANSWERS)).collect();
        pallet_idlewild_test_runtime::compute::trackers::speak(panel, &verdicts);
        pallet_idlewild_test_runtime::compute::trackers::close(&BOB, panel);
        assert_eq!((lease_record(id).probes.up, lease_record(id).probed), (2 * RULES.period, live + 2 * RULES.period));
        assert_eq!(lease_record(id).span, RULES.period);
    });
}

#[test]
fn strangers_and_leases_that_are_not_live_are_refused() {
    run(|who| {
        let service = deploy(&who, spec(1));
        let id = matched(service, any_provider(0), RATE);
        Chain::refuses(&who, ask_probe(id), Error::NotLive);
        Chain::refuses(&CAROL, ask_probe(id), Error::NotParty);
        Chain::refuses(&who, ask_probe(id + 1), Error::NoSuchLease);
        Chain::does(&operator(id), accept(id));
        probe(id, true);
        Chain::does(&who, close(id));
        Chain::refuses(&who, ask_probe(id), Error::Closing);
    });
}
