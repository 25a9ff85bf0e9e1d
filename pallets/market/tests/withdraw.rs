use super::*;

#[test]
fn the_owner_takes_a_request_back() {
    Chain::run(|| {
        let wanting = service(&ALICE, 1);
        let provider = any_provider(0);
        Chain::does(&ALICE, request(wanting));
        told(&CAROL, propose(0, &[provider]));
        Chain::refuses(&BOB, withdraw(0), Error::NotYours);
        assert_eq!(told(&ALICE, withdraw(0)), [Event::Withdrawn { request: 0, service: wanting }]);
        Chain::refuses(&ALICE, withdraw(0), Error::NoSuchRequest);
        // It can ask again, under another number.
        assert_eq!(told(&ALICE, request(wanting)), [Event::Requested { request: 1, service: wanting }]);
    });
}

#[test]
fn anybody_takes_back_what_nobody_wants_any_more() {
    Chain::run(|| {
        let (stopped, full) = (service(&ALICE, 1), service(&ALICE, 1));
        Chain::does(&ALICE, request(stopped));
        Chain::does(&ALICE, request(full));
        Needs::remove(stopped);
        change(full, |need| need.instances = 0);
        told(&BOB, withdraw(0));
        told(&BOB, withdraw(1));
        assert!(Market::requests(None, 9).requests.is_empty());
    });
}
