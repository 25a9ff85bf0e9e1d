use super::*;

#[test]
fn more_instances_are_paid_for_and_fewer_refunded() {
    run(|who| {
        let service = deploy(&who, spec(1));
        let before = free(&who);
        Chain::does(&who, scale(service, 4));
        assert!(saw(Event::Scaled { service, instances: 4, added: 3 * ahead(), refunded: 0 }));
        assert_eq!((held(service), free(&who)), (4 * ahead(), before - 3 * ahead()));
        Chain::does(&who, scale(service, 2));
        assert!(saw(Event::Scaled { service, instances: 2, added: 0, refunded: 2 * ahead() }));
        assert_eq!((held(service), free(&who)), (2 * ahead(), before - ahead()));
    });
}

#[test]
fn those_that_are_not_live_go_first_and_then_the_youngest() {
    run(|who| {
        let service = deploy(&who, spec(4));
        let providers: Vec<_> = (0..4).map(any_provider).collect();
        let waiting = matched(service, providers[0], RATE);
        let [first, second, third] = [1, 2, 3].map(|index| live(service, providers[index], RATE));
        Chain::pass(3);
        Chain::does(&who, scale(service, 3));
        assert_gone(waiting, providers[0]);
        assert_eq!(Offers::get(providers[0]).unwrap().late, 0, "the owner did that");
        Chain::does(&who, scale(service, 1));
        let closing = |id| lease_record(id).closing.is_some();
        assert_eq!([closing(first), closing(second), closing(third)], [false, true, true]);
        assert!(saw(Event::LeaseClosing { lease: third, why: Why::Scaled }));
        assert_eq!(pool(service), 0, "what they cannot cost any more came back");
        Chain::pass(RULES.close);
        Chain::does(&ALICE, finish(second));
        Chain::does(&ALICE, finish(third));
        assert_eq!(held(service), lease_record(first).held());
        assert_eq!(service_record(service).wanted(), 0);
    });
}

#[test]
fn the_same_number_pays_for_an_instance_that_used_up_what_it_had() {
    run(|who| {
        let (service, id) = one(&who);
        Chain::pass_to(lease_record(id).runs_out().unwrap());
        Chain::does(&operator(id), voucher(&owner_key(1), id, Balance::MAX));
        Chain::does(&CAROL, close(id));
        assert_eq!((service_record(service).wanted(), pool(service)), (1, 0));
        assert_eq!(Services::service(service).unwrap().funded, 0);
        Chain::does(&who, scale(service, 1));
        assert_eq!(pool(service), ahead());
        assert_eq!(Services::service(service).unwrap().funded, 1);
        live(service, any_provider(1), RATE);
    });
}

#[test]
fn who_cannot_is_refused() {
    run(|who| {
        let service = deploy(&who, spec(1));
        Chain::refuses(&ALICE, scale(service, 2), Error::NotOwner);
        Chain::refuses(&who, scale(service + 1, 2), Error::NoSuchService);
        Chain::refuses(&who, scale(service, 0), Error::BadInstances);
        Chain::refuses(&who, scale(service, 17), Error::BadInstances);
        live(service, any_provider(0), RATE);
        Chain::does(&who, stop(service));
        Chain::refuses(&who, scale(service, 2), Error::Stopped);
    });
}
