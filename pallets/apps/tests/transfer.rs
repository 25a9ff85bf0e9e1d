//! `transfer`: another publisher.

use crate::*;

#[test]
fn the_deposits_go_with_it() {
    Chain::run(|| {
        Chain::does(&ALICE, publish("abc", module(1)));
        Chain::does(&ALICE, publish("abcd", module(1)));
        Chain::does(&ALICE, release(0, module(2)));
        let (supply, alice, bob) = (Chain::supply(), coins(&ALICE), coins(&BOB));
        Chain::does(&ALICE, transfer(0, &BOB));
        assert!(saw(Event::Transferred { app: 0, from: ALICE, to: BOB }));
        assert_eq!((coins(&ALICE), coins(&BOB)), ((alice.0, APP + VERSION), (bob.0, APP + 2 * VERSION)));
        assert_eq!((Apps::app(0).unwrap().publisher, Chain::supply()), (BOB.into(), supply));
        Chain::refuses(&ALICE, release(0, module(3)), Error::NotPublisher);
        Chain::does(&BOB, release(0, module(3)));
        Chain::does(&BOB, retire(0, 64));
        assert_eq!(coins(&BOB), (bob.0 + 2 * VERSION, APP));
    });
}

#[test]
fn the_least_account_can_have_it() {
    Chain::run(|| {
        Chain::does(&ALICE, publish("abc", module(1)));
        give(&NOBODY, LEAST);
        Chain::does(&ALICE, transfer(0, &NOBODY));
        assert_eq!(coins(&NOBODY), (LEAST, APP + VERSION));
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        Chain::refuses(&ALICE, transfer(0, &BOB), Error::NoSuchApp);
        Chain::does(&ALICE, publish("abc", module(1)));
        Chain::refuses(&BOB, transfer(0, &BOB), Error::NotPublisher);
        Chain::refuses(&ALICE, transfer(0, &ALICE), Error::SamePublisher);
        Chain::refuses(&ALICE, transfer(0, &NOBODY), Error::NoSuchAccount);
    });
}
