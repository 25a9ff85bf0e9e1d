//! `release`: a name given up.

use crate::*;

#[test]
fn anybody_can_register_it_at_once_at_a_premium() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        Chain::does(&ALICE, set_bucket("abcdef", 1));
        Chain::does(&BOB, commit("abcdef", &BOB));
        Chain::pass(2);
        let (alice, before) = (coins(&ALICE), brought());
        Chain::does(&ALICE, release("abcdef"));
        assert!(saw(Event::Released { node: 0, name: label("abcdef") }));
        assert_eq!((coins(&ALICE), brought()), (alice, before), "nothing of the rent comes back");
        assert!(resolve("abcdef").is_none());
        assert_eq!(Names::price(b"abcdef".to_vec(), 1).unwrap().premium, PREMIUM, "who waited for it wins nothing");
        Chain::refuses(&BOB, register_for("abcdef", 1, RENT + PREMIUM - 1), Error::PriceTooHigh);
        Chain::does(&BOB, register_for("abcdef", 1, RENT + PREMIUM));
        assert_eq!(resolve("abcdef").unwrap().records, []);
    });
}

#[test]
fn it_goes_through_no_grace() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        Chain::does(&ALICE, release("abcdef"));
        Chain::refuses(&ALICE, renew("abcdef", 1), Error::NoSuchName);
        Chain::refuses(&ALICE, release("abcdef"), Error::NoSuchName);
        assert_eq!(Names::named(b"abcdef".to_vec()), None);
        Chain::pass(rules().premium_lasts());
        assert_eq!(Names::price(b"abcdef".to_vec(), 1).unwrap().premium, 0);
    });
}

#[test]
fn in_its_grace_it_can_be_released_too() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        Chain::pass_to(rules().period + 10);
        Chain::does(&ALICE, release("abcdef"));
        assert_eq!(Names::price(b"abcdef".to_vec(), 1).unwrap().premium, PREMIUM);
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        Chain::refuses(&ALICE, release("abcdef"), Error::NoSuchName);
        take("google", &ALICE);
        Chain::refuses(&BOB, release("google"), Error::NotOwner);
        Chain::refuses(&ALICE, release("g00gle"), Error::NoSuchName);
        Chain::does(&ALICE, transfer("google", &BOB));
        Chain::refuses(&ALICE, release("google"), Error::NotOwner);
        lapse("google");
        Chain::refuses(&BOB, release("google"), Error::NoSuchName);
    });
}
