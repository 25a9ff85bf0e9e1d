//! What each side would try against the other, and strangers against both.

use idlewild_compute_primitives::{lease::Voucher, panel::Question};
use pallet_idlewild_test_runtime::compute::trackers::{convene, take_seats, tracker, SeatFee};
use pallet_idlewild_trackers::OnVerdict;
use sp_core::Pair;

use super::*;

#[test]
fn a_requester_that_will_not_sign_pays_all_the_same() {
    run(|who| {
        let (service, id) = one(&who);
        // Probes are paid from the same funds.
        Chain::does(&who, top_up(service, 10 * probe_cost()));
        let worker = operator(id);
        let had = free(&worker);
        for period in 1..=6 {
            pass_since_live(id, period * RULES.period);
            Chain::does(&worker, ask_probe(id));
            probe(id, true);
        }
        // It closes the lease as late as it can before the next probe.
        pass_since_live(id, 7 * RULES.period - 1);
        Chain::does(&who, close(id));
        Chain::pass(RULES.close);
        Chain::does(&worker, finish(id));
        let lost = Balance::from(7 * RULES.period - 1) * RATE - (free(&worker) - had);
        assert_eq!(lost, Balance::from(RULES.period - 1) * RATE, "less than a period is lost");
    });
}

#[test]
fn a_provider_that_inflates_is_paid_what_was_signed() {
    run(|who| {
        let service = deploy(&who, spec(2));
        let [id, other] = [0, 1].map(|index| live(service, any_provider(index), RATE));
        pass_since_live(other, 40);
        let key = owner_key(1);
        let genesis = Clock::genesis();
        let sign = |genesis: &[u8; 32], lease, amount| key.sign(&Voucher { lease, amount }.message(genesis)).0;
        let redeem = |amount, signature| Call::redeem { lease: id, amount, signature }.into();
        let worker = operator(id);
        // Of another lease, of another chain, of another amount.
        Chain::refuses(&worker, redeem(20 * RATE, sign(&genesis, other, 20 * RATE)), Error::BadSignature);
        Chain::refuses(&worker, redeem(20 * RATE, sign(&[9; 32], id, 20 * RATE)), Error::BadSignature);
        Chain::refuses(&worker, redeem(40 * RATE, sign(&genesis, id, 20 * RATE)), Error::BadSignature);
        let had = free(&worker);
        Chain::does(&worker, redeem(20 * RATE, sign(&genesis, id, 20 * RATE)));
        // The same once more, and an older one.
        Chain::refuses(&worker, redeem(20 * RATE, sign(&genesis, id, 20 * RATE)), Error::NothingMore);
        Chain::refuses(&worker, redeem(19 * RATE, sign(&genesis, id, 19 * RATE)), Error::NothingMore);
        // When the lease is over none of them is good for anything, and numbers are never given again.
        Chain::does(&who, close(id));
        Chain::pass(RULES.close);
        Chain::does(&worker, finish(id));
        Chain::refuses(&worker, redeem(20 * RATE, sign(&genesis, id, 20 * RATE)), Error::NoSuchLease);
        assert_eq!(free(&worker), had + 20 * RATE);
        assert!(matched(service, 0, RATE) > other);
    });
}

#[test]
fn a_provider_that_vanishes_is_paid_until_its_last_voucher() {
    run(|who| {
        let (service, id) = one(&who);
        let worker = operator(id);
        pass_since_live(id, 60);
        Chain::does(&worker, voucher(&owner_key(1), id, 60 * RATE));
        let had = free(&worker);
        pass_since_live(id, 90);
        for _ in 0..RULES.silent {
            Chain::does(&BOB, report_down(id));
            probe(id, false);
        }
        Chain::pass(RULES.close);
        Chain::does(&BOB, finish(id));
        assert_eq!(free(&worker), had);
        assert_eq!(service_record(service).wanted(), 1);
    });
}

#[test]
fn a_provider_that_comes_back_for_its_probes_is_paid_a_period_for_each() {
    run(|who| {
        let (_, id) = one(&who);
        let worker = operator(id);
        let had = free(&worker);
        // It is there only at the end of its term.
        pass_since_live(id, TERM);
        Chain::does(&worker, ask_probe(id));
        probe(id, true);
        Chain::refuses(&worker, ask_probe(id), Error::TooEarly);
        Chain::does(&worker, close(id));
        Chain::pass(RULES.close);
        Chain::does(&worker, finish(id));
        assert_eq!(free(&worker), had + Balance::from(RULES.period) * RATE);
    });
}

#[test]
fn a_stranger_cannot_burn_an_owners_coins() {
    run(|who| {
        let (service, id) = one(&who);
        let (before, had, runs_out) = (held(service), free(&CAROL), lease_record(id).runs_out());
        for _ in 0..10 {
            Chain::does(&CAROL, report_down(id));
            probe(id, true);
        }
        assert_eq!((held(service), lease_record(id).runs_out()), (before, runs_out));
        assert_eq!(free(&CAROL), had - 10 * probe_cost());
        Chain::refuses(&CAROL, ask_probe(id), Error::NotParty);
    });
}

#[test]
fn a_provider_cannot_burn_an_owners_coins() {
    run(|who| {
        let service = deploy(&who, spec(1));
        let provider = any_provider(0);
        let had = free(&account(0));
        for _ in 0..4 {
            let id = matched(service, provider, RATE);
            Chain::does(&account(0), accept(id));
            probe(id, false);
        }
        assert_eq!((held(service), free(&account(0))), (ahead(), had - 4 * probe_cost()));
        // Nor once it is live, where it asks for probes that it does not answer.
        let id = live(service, provider, RATE);
        let before = held(service);
        pass_since_live(id, RULES.period);
        Chain::does(&account(0), ask_probe(id));
        probe(id, false);
        assert_eq!(held(service), before);
    });
}

#[test]
fn an_owner_cannot_spend_on_probes_what_its_provider_earned() {
    run(|who| {
        let (_, id) = one(&who);
        let worker = operator(id);
        let mut period = 0;
        loop {
            period += 1;
            pass_since_live(id, period * RULES.period);
            match Chain::call(&who, ask_probe(id)) {
                Ok(()) => probe(id, true),
                Err(error) => {
                    assert_eq!(error, Error::NotFunded.into());
                    break;
                },
            }
        }
        let record = lease_record(id);
        assert!(period > 5, "it could ask for some");
        let had = free(&worker);
        Chain::does(&worker, close(id));
        Chain::pass(RULES.close);
        Chain::does(&worker, finish(id));
        let seen = RATE * Balance::from((period - 1) * RULES.period);
        assert_eq!(free(&worker) - had, seen, "all that was seen is there to be paid");
        assert!(record.funds >= seen);
    });
}

#[test]
fn no_block_is_paid_to_two_providers_of_an_instance() {
    run(|who| {
        let service = deploy(&who, spec(1));
        let start = now();
        let all = free(&who) + held(service);
        let mut last = start;
        let mut ids = Vec::new();
        for (index, by_owner) in [(0, true), (1, false), (2, true)] {
            let id = live(service, any_provider(index), RATE);
            let record = lease_record(id);
            assert!(record.live.unwrap() >= last, "it is live only when the one before is closed");
            Chain::pass(60);
            let closer = if by_owner { who.clone() } else { operator(id) };
            Chain::does(&closer, close(id));
            last = now();
            ids.push(id);
        }
        // Every one of them has a voucher for far more than its time.
        for id in &ids {
            Chain::does(&BOB, voucher(&owner_key(1), *id, Balance::MAX));
        }
        Chain::pass(RULES.close);
        ids.iter().for_each(|id| Chain::does(&BOB, finish(*id)));
        Chain::does(&who, stop(service));
        let spent = all - free(&who) - 3 * probe_cost();
        assert_eq!(spent, 3 * 60 * RATE);
        assert!(spent <= Balance::from(last - start) * RATE);
    });
}

#[test]
fn who_owns_runs_or_reports_it_does_not_judge_it() {
    run_burning(|who| {
        let (_, id) = one(&who);
        let worker = operator(id);
        let question = Question::Probe { lease: id };
        let is_party = |who: &AccountId| <Services as OnVerdict<AccountId>>::is_party(&question, who);
        assert_eq!([is_party(&who), is_party(&worker), is_party(&CAROL), is_party(&BOB)], [true, true, false, false]);
        let parties = [who.clone(), worker.clone(), CAROL];
        take_seats(&parties);
        Chain::next_block();
        for _ in 0..8 {
            Chain::does(&CAROL, report_down(id));
            assert!(is_party(&CAROL));
            let panel = panel_of(id);
            let seats = convene(&BOB, panel);
            assert_eq!(seats.len(), 3);
            assert!(seats.iter().all(|seat| !parties.contains(&tracker(*seat))));
            pallet_idlewild_test_runtime::compute::trackers::speak(
                panel,
                &seats.iter().map(|seat| (*seat, idlewild_compute_primitives::panel::ANSWERS)).collect::<Vec<_>>(),
            );
            pallet_idlewild_test_runtime::compute::trackers::close(&BOB, panel);
        }
        let other = Question::Probe { lease: id + 1 };
        assert!(!<Services as OnVerdict<AccountId>>::is_party(&other, &who));
        3 * SeatFee::get()
    });
}

#[test]
fn a_verdict_on_a_lease_that_nobody_asked_about_changes_nothing() {
    run(|who| {
        let (_, id) = one(&who);
        let before = Chain::state();
        for lease in [id, id + 1] {
            <Services as OnVerdict<AccountId>>::decided(Question::Probe { lease }, Some([0; 32]));
        }
        <Services as OnVerdict<AccountId>>::decided(Question::Grade { provider: 0 }, Some([0; 32]));
        assert_eq!(before, Chain::state());
    });
}

#[test]
fn trackers_who_say_something_else_are_paid_by_nobody() {
    run(|who| {
        let (service, id) = one(&who);
        let before = held(service);
        pass_since_live(id, RULES.period);
        // As many as pay a probe, were each of them to take its coins and leave the lease the same.
        for _ in 0..4 {
            Chain::does(&CAROL, report_down(id));
            pallet_idlewild_test_runtime::compute::trackers::decide(&BOB, panel_of(id), [7; 32]);
            assert!(saw(Event::Probed { lease: id, answers: None }));
            assert_eq!((held(service), word(&CAROL)), (before, 0));
        }
        Chain::does(&who, stop(service));
        Chain::pass(RULES.close);
        Chain::does(&BOB, finish(id));
        assert!(Records::<Test>::get(service).is_none());
    });
}
