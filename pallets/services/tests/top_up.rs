use super::*;

#[test]
fn all_leases_last_longer_by_the_same_time() {
    run(|who| {
        let service = deploy(&who, spec(3));
        let first = live(service, any_provider(0), RATE);
        let second = matched(service, any_provider(1), RATE / 4);
        let (funds, waits, before) = (lease_record(first).funds, pool(service), held(service));
        let cheap = lease_record(second).funds;
        // A hundred blocks of both, and something that does not divide.
        let amount = 100 * (RATE + RATE / 4) + 7;
        Chain::does(&who, top_up(service, amount));
        assert!(saw(Event::ToppedUp { service, amount }));
        assert_eq!(lease_record(first).funds, funds + 100 * RATE);
        assert_eq!(lease_record(second).funds, cheap + 100 * RATE / 4 + 7);
        assert_eq!((held(service), pool(service)), (before + amount, waits));
    });
}

#[test]
fn one_that_ran_out_goes_on_if_nobody_closed_it() {
    run(|who| {
        let (service, id) = one(&who);
        Chain::pass_to(lease_record(id).runs_out().unwrap() + 5);
        Chain::does(&who, top_up(service, 50 * RATE));
        assert_eq!(lease_record(id).runs_out().unwrap(), now() + 45);
        Chain::refuses(&CAROL, close(id), Error::NotParty);
    });
}

#[test]
fn leases_that_are_being_closed_get_nothing() {
    run(|who| {
        let service = deploy(&who, spec(2));
        let [first, second] = [0, 1].map(|index| live(service, any_provider(index), RATE));
        Chain::does(&who, close(first));
        let funds = (lease_record(first).funds, lease_record(second).funds);
        Chain::does(&who, top_up(service, COIN));
        assert_eq!((lease_record(first).funds, lease_record(second).funds), (funds.0, funds.1 + COIN));
    });
}

#[test]
fn where_nothing_can_be_paid_ahead_it_is_refused() {
    run(|who| {
        let service = deploy(&who, spec(1));
        Chain::refuses(&who, top_up(service, 0), Error::Nothing);
        Chain::refuses(&who, top_up(service, COIN), Error::NoLease);
        Chain::refuses(&ALICE, top_up(service, COIN), Error::NotOwner);
        Chain::refuses(&who, top_up(service + 1, COIN), Error::NoSuchService);
        live(service, any_provider(0), RATE);
        let too_much = free(&who);
        Chain::refuses(&who, top_up(service, too_much), pallet_idlewild_escrow::Error::<Test>::NotEnoughCoins);
        Chain::does(&who, stop(service));
        Chain::refuses(&who, top_up(service, COIN), Error::Stopped);
    });
}
