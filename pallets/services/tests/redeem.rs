use super::*;

#[test]
fn a_voucher_pays_what_it_is_worth_more_than_the_one_before() {
    run(|who| {
        let (service, id) = one(&who);
        let key = owner_key(1);
        let (worker, before) = (operator(id), held(service));
        let had = free(&worker);
        pass_since_live(id, 30);
        Chain::does(&worker, voucher(&key, id, 20 * RATE));
        assert!(saw(Event::Redeemed { lease: id, paid: 20 * RATE, redeemed: 20 * RATE }));
        Chain::does(&CAROL, voucher(&key, id, 29 * RATE + 5));
        assert!(saw(Event::Redeemed { lease: id, paid: 9 * RATE + 5, redeemed: 29 * RATE + 5 }));
        assert_eq!(free(&worker), had + 29 * RATE + 5, "whoever hands it in, the provider is paid");
        assert_eq!(held(service), before - 29 * RATE - 5);
        let record = lease_record(id);
        assert_eq!((record.probes.up, record.probed - record.live.unwrap()), (29, 29), "what is signed for need not be probed");
        Chain::refuses(&worker, voucher(&key, id, 29 * RATE + 5), Error::NothingMore);
        Chain::refuses(&worker, voucher(&key, id, 20 * RATE), Error::NothingMore);
    });
}

#[test]
fn nothing_is_paid_for_time_to_come() {
    run(|who| {
        let (_, id) = one(&who);
        let key = owner_key(1);
        let all = voucher(&key, id, 1_000 * RATE);
        Chain::refuses(&operator(id), all.clone(), Error::NothingMore);
        pass_since_live(id, 7);
        Chain::does(&operator(id), all.clone());
        assert_eq!(lease_record(id).redeemed, 7 * RATE);
        Chain::refuses(&operator(id), all.clone(), Error::NothingMore);
        pass_since_live(id, 9);
        Chain::does(&operator(id), all.clone());
        assert_eq!(lease_record(id).redeemed, 9 * RATE);
        let funds = lease_record(id).funds;
        pass_since_live(id, TERM + 100);
        Chain::does(&operator(id), all);
        assert_eq!(lease_record(id).redeemed, funds, "and never more than there is");
    });
}

#[test]
fn while_a_lease_is_closed_a_better_voucher_is_taken() {
    run(|who| {
        let (_, id) = one(&who);
        pass_since_live(id, 20);
        Chain::does(&who, close(id));
        Chain::pass(RULES.close - 1);
        Chain::does(&operator(id), voucher(&owner_key(1), id, 1_000 * RATE));
        assert_eq!(lease_record(id).redeemed, 20 * RATE, "for the time until it was closed");
    });
}

#[test]
fn a_voucher_that_the_owner_did_not_sign_is_refused() {
    run(|who| {
        let service = deploy(&who, spec(1));
        let id = matched(service, any_provider(0), RATE);
        let amount = RATE;
        Chain::refuses(&ALICE, voucher(&owner_key(1), id, amount), Error::NotLive);
        Chain::refuses(&ALICE, voucher(&owner_key(1), id + 1, amount), Error::NoSuchLease);
        Chain::does(&operator(id), accept(id));
        probe(id, true);
        Chain::pass(5);
        Chain::refuses(&operator(id), voucher(&owner_key(2), id, amount), Error::BadSignature);
        Chain::refuses(&who, Call::redeem { lease: id, amount, signature: [0; 64] }.into(), Error::BadSignature);
        Chain::does(&operator(id), voucher(&owner_key(1), id, amount));
    });
}
