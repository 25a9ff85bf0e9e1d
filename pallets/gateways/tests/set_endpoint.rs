//! `set_endpoint`: a gateway is somewhere else.

use super::*;

#[test]
fn both_can_say_so() {
    Chain::run(|| {
        let account = serve(&ALICE, 0, 0);
        for (who, endpoint) in [(&ALICE, "https://one.example"), (&account, "https://two.example")] {
            Chain::does(who, set_endpoint(&account, text(endpoint)));
            assert_eq!(record(&account).endpoint, text(endpoint));
            assert!(saw(Event::EndpointSet { gateway: account.clone(), endpoint: text(endpoint) }));
        }
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        let account = serve(&ALICE, 0, 0);
        let other = serve(&ALICE, 1, 0);
        Chain::refuses(&BOB, set_endpoint(&account, text("x")), Error::NotParty);
        Chain::refuses(&other, set_endpoint(&account, text("x")), Error::NotParty);
        Chain::refuses(&ALICE, set_endpoint(&account, BoundedVec::truncate_from(vec![0xc0, 0])), Error::BadEndpoint);
        Chain::refuses(&ALICE, set_endpoint(&ALICE, text("x")), Error::NoSuchGateway);
    });
}
