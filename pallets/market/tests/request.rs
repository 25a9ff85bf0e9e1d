use super::*;
use sp_runtime::DispatchError;

#[test]
fn a_request_waits_for_proposals() {
    Chain::run(|| {
        let wanting = service(&ALICE, 3);
        placed(&ALICE, bid(wanting, 500));
        let events = told(&ALICE, request(wanting));
        assert_eq!(events, [Event::Requested { request: 0, service: wanting }]);
        let shown = Market::open_request(0).unwrap();
        assert_eq!((shown.service, shown.instances, shown.best, shown.settles), (wanting, 2, None, None));
    });
}

#[test]
fn a_service_has_one_request_of_its_owner_for_what_it_wants() {
    Chain::run(|| {
        let wanting = service(&ALICE, 1);
        Chain::refuses(&BOB, request(wanting), Error::NotOwner);
        Chain::refuses(&ALICE, request(9), DispatchError::Other("there is no such service, or it was stopped"));
        Chain::does(&ALICE, request(wanting));
        Chain::refuses(&ALICE, request(wanting), Error::AlreadyRequested);
        let full = service(&ALICE, 0);
        Chain::refuses(&ALICE, request(full), Error::NothingWanted);
        let bidding = service(&ALICE, 1);
        placed(&ALICE, bid(bidding, 500));
        Chain::refuses(&ALICE, request(bidding), Error::NothingWanted);
    });
}
