//! `renew`: a longer term.

use crate::*;

fn term(name: &str) -> (Moment, Moment) {
    let term = Names::named(name.as_bytes().to_vec()).unwrap().term.unwrap();
    (term.ends, term.free)
}

#[test]
fn anybody_pays_for_it() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        let (ends, free) = term("abcdef");
        Chain::pass(10);
        let before = brought();
        Chain::does(&BOB, renew("abcdef", 2));
        let until = ends + 600;
        assert!(saw(Event::Renewed { node: 0, name: label("abcdef"), by: BOB, paid: 2 * RENT, until }));
        assert_eq!((term("abcdef"), brought() - before), ((until, free + 600), 2 * RENT));
        assert_eq!((coins(&BOB).0, coins(&ALICE).1), (1_000_000 * COIN - 2 * RENT, NODE));
        assert_eq!(resolve("abcdef").unwrap().owner, bytes(&ALICE));
    });
}

#[test]
fn in_its_grace_it_comes_back_as_it_was() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        Chain::does(&ALICE, set_bucket("abcdef", 1));
        Chain::does(&ALICE, create_sub("abcdef", "sub", &BOB));
        Chain::does(&BOB, set_bucket("abcdef/sub", 2));
        let (ends, free) = term("abcdef");
        Chain::pass_to(ends - 1);
        assert_eq!((bucket("abcdef"), bucket("abcdef/sub")), (Some(1), Some(2)));
        Chain::next_block();
        assert_eq!((bucket("abcdef"), bucket("abcdef/sub")), (None, None));
        Chain::refuses(&ALICE, set_bucket("abcdef", 3), Error::Lapsed);
        Chain::refuses(&BOB, set_bucket("abcdef/sub", 3), Error::Lapsed);
        Chain::pass_to(free - 3);
        Chain::does(&BOB, commit("abcdef", &BOB));
        Chain::pass(2);
        // The last block of its grace.
        Chain::refuses(&BOB, register("abcdef"), Error::NameTaken);
        Chain::does(&ALICE, renew("abcdef", 1));
        assert_eq!(term("abcdef"), (ends + 300, free + 300), "the grace was no gift");
        assert_eq!((bucket("abcdef"), bucket("abcdef/sub")), (Some(1), Some(2)));
    });
}

#[test]
fn a_name_is_paid_for_so_far_ahead_and_no_further() {
    Chain::run(|| {
        take("abcdef", &ALICE);
        Chain::refuses(&ALICE, renew("abcdef", 10), Error::BadPeriods);
        Chain::does(&ALICE, renew("abcdef", 9));
        Chain::refuses(&ALICE, renew("abcdef", 1), Error::BadPeriods);
        Chain::pass(rules().period - 1);
        Chain::refuses(&ALICE, renew("abcdef", 1), Error::BadPeriods);
        Chain::next_block();
        Chain::does(&ALICE, renew("abcdef", 1));
        assert_eq!(term("abcdef").0, now() + 10 * rules().period);
    });
}

#[test]
fn it_is_refused() {
    Chain::run(|| {
        Chain::refuses(&ALICE, renew("abcdef", 1), Error::NoSuchName);
        take("abcdef", &ALICE);
        Chain::refuses(&ALICE, renew("abcdeg", 1), Error::NoSuchName);
        for periods in [0, 11, u32::MAX] {
            Chain::refuses(&ALICE, renew("abcdef", periods), Error::BadPeriods);
        }
        let dear = Call::renew { name: label("abcdef"), periods: 1, max_price: RENT - 1 };
        Chain::refuses(&ALICE, dear.into(), Error::PriceTooHigh);
        give(&NOBODY, RENT + LEAST - 1);
        Chain::refuses(&NOBODY, renew("abcdef", 1), Error::NotEnoughCoins);
        lapse("abcdef");
        Chain::refuses(&ALICE, renew("abcdef", 1), Error::NoSuchName);
        take("google", &ALICE);
        Chain::refuses(&ALICE, renew("g00gle", 1), Error::NoSuchName);
    });
}
