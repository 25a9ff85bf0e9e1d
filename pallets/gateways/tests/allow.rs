//! `allow`: what a gateway may spend.

use super::*;

#[test]
fn it_is_set_and_not_added() {
    Chain::run(|| {
        let account = serve(&ALICE, 0, 7);
        Chain::does(&ALICE, allow(&account, 5));
        assert_eq!(record(&account).allowance, 5);
        assert!(saw(Event::Allowed { gateway: account.clone(), allowance: 5 }));
        Chain::does(&ALICE, allow(&account, u128::MAX));
        Chain::does(&ALICE, allow(&account, 0));
        assert_eq!(record(&account).allowance, 0);
    });
}

#[test]
fn nobody_but_the_owner_sets_it() {
    Chain::run(|| {
        let account = serve(&ALICE, 0, 7);
        Chain::refuses(&BOB, allow(&account, 8), Error::NotOwner);
        Chain::refuses(&account, allow(&account, 8), Error::NotOwner);
        Chain::refuses(&ALICE, allow(&gateway(1), 8), Error::NoSuchGateway);
    });
}
