use super::*;

#[test]
fn who_reports_what_answers_pays_for_the_probe() {
    run(|who| {
        let (service, id) = one(&who);
        let (funds, before, had) = (lease_record(id).held(), held(service), free(&CAROL));
        pass_since_live(id, 10);
        Chain::does(&CAROL, report_down(id));
        assert_eq!(word(&CAROL), probe_cost());
        assert!(saw(Event::ProbeAsked { lease: id, panel: panel_of(id), by: CAROL }));
        Chain::refuses(&BOB, report_down(id), Error::ProbeOpen);
        probe(id, true);
        assert_eq!((word(&CAROL), free(&CAROL)), (0, had - probe_cost()));
        assert_eq!((lease_record(id).held(), held(service)), (funds, before), "the owner lost nothing");
        assert_eq!(lease_record(id).probes.up, 10);
    });
}

#[test]
fn who_reports_what_is_silent_has_its_coins_back() {
    run(|who| {
        let (service, id) = one(&who);
        let (before, had) = (held(service), free(&CAROL));
        pass_since_live(id, 10);
        Chain::does(&CAROL, report_down(id));
        probe(id, false);
        assert_eq!((word(&CAROL), free(&CAROL)), (0, had));
        assert_eq!(held(service), before - probe_cost());
        assert_eq!((lease_record(id).silent, lease_record(id).probes.down), (1, 10));
    });
}

#[test]
fn two_silent_probes_in_a_row_move_the_instance() {
    run(|who| {
        let (service, id) = one(&who);
        let provider = lease_record(id).provider;
        let worker = operator(id);
        pass_since_live(id, 40);
        Chain::does(&worker, voucher(&owner_key(1), id, 40 * RATE));
        for answers in [false, true, false] {
            Chain::does(&who, report_down(id));
            probe(id, answers);
            assert_eq!(lease_record(id).closing, None, "not twice in a row");
        }
        let up = lease_record(id).probes.up;
        assert_eq!(up, 42, "between the reports it was up for two blocks");
        Chain::does(&CAROL, report_down(id));
        probe(id, false);
        assert_eq!(lease_record(id).closing, Some(now()));
        assert!(saw(Event::LeaseClosing { lease: id, why: Why::Silent }));
        assert_eq!(Offers::get(provider).unwrap().late, 1);
        assert_eq!(service_record(service).wanted(), 1);
        Chain::refuses(&CAROL, report_down(id), Error::Closing);
        // The next one begins while the first is not paid out yet.
        let next = live(service, any_provider(1), RATE);
        assert!(lease_record(next).live.unwrap() >= lease_record(id).closing.unwrap());
        let before = free(&worker);
        Chain::pass(RULES.close);
        Chain::does(&BOB, finish(id));
        assert_eq!(free(&worker), before + 2 * RATE);
        assert_gone(id, provider);
    });
}

#[test]
fn who_has_no_coins_or_comes_too_early_or_too_late_is_refused() {
    run(|who| {
        let service = deploy(&who, spec(1));
        let id = matched(service, any_provider(0), RATE);
        Chain::refuses(&CAROL, report_down(id), Error::NotLive);
        Chain::refuses(&CAROL, report_down(id + 1), Error::NoSuchLease);
        Chain::does(&operator(id), accept(id));
        probe(id, true);
        let poor = owner(9);
        Balances::transfer(&ALICE, &poor, COIN / 100, frame_support::traits::tokens::Preservation::Preserve).unwrap();
        Chain::refuses(&poor, report_down(id), Error::NotEnoughCoins);
        spend_on_probes(&who, id, 0);
        Chain::pass_to(lease_record(id).runs_out().unwrap() - 1);
        Chain::refuses(&CAROL, report_down(id), Error::NotFunded);
    });
}
